//! The rules a case lives under: those it is pinned to, those it was pinned to before, and those in force.
use super::rules::{Rules, TargetRule};
use super::state::Attached;

/// What a case asks for its rules. They are the same in the life of most cases; after a rebase the clocks that were over
/// keep theirs.
#[derive(Debug, Clone)]
pub struct Books<'a> {
    /// Those it is pinned to.
    pub pinned: &'a Rules,
    /// Those it was pinned to before, by their pins.
    pub earlier: Vec<(&'a str, &'a Rules)>,
    /// Those of new cases, to which it may be rebased.
    pub current: &'a Rules,
}

impl<'a> From<&'a Rules> for Books<'a> {
    fn from(rules: &'a Rules) -> Self {
        Self { pinned: rules, earlier: Vec::new(), current: rules }
    }
}

impl<'a> Books<'a> {
    /// The rule of a target that holds or held, under the rulebook it was attached by.
    pub fn rule(&self, attached: &Attached) -> Option<&'a TargetRule> {
        let rules = match &attached.rulebook {
            None => self.pinned,
            Some(pin) => self.earlier.iter().find(|(known, _)| **known == **pin)?.1,
        };
        rules.target(&attached.target)
    }
}
