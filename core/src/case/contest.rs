//! Which target of a metric won, and why the others lost.
use serde::Serialize;

use super::labels::Labels;
use super::rules::{Rules, TargetRule};
use crate::clause::Words;
use crate::ident::Code;
use crate::sla::Metric;

/// A target that does not hold for a case, and why. Either some labels do not match, or a target before it won.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lost {
    /// Its id in the rulebook.
    pub target: Code,
    /// The labels that do not match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mismatches: Vec<Mismatch>,
    /// The target of the same metric before it that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<Code>,
    /// The same for people.
    pub words: Words,
}

/// A metric by which a case is not measured: the rulebook has targets for it, and none of them holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Untargeted {
    /// The metric.
    pub metric: Metric,
    /// Why each of its targets does not hold.
    pub lost: Vec<Lost>,
}

/// A label for which a target does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mismatch {
    /// `kind`, `topic`, `urgency`, `complexity`, `channel` or `major`.
    pub label: &'static str,
    /// What the target holds for.
    pub wanted: Vec<Box<str>>,
    /// What the case has.
    pub has: Box<str>,
}

impl Rules {
    /// The targets of the metric of `winner` that do not hold for a case with these labels that came by this channel, in
    /// the order of the rulebook.
    pub fn losers(&self, winner: &TargetRule, labels: &Labels, channel: &Code) -> Vec<Lost> {
        let same_metric = |rule: &&TargetRule| rule.target.metric == winner.target.metric && rule.id() != winner.id();
        self.targets.iter().filter(same_metric).map(|rule| lost(rule, Some(winner), labels, channel)).collect()
    }

    /// The metrics by which such a case is not measured although the rulebook has targets for them.
    pub fn untargeted(&self, labels: &Labels, channel: &Code) -> Vec<Untargeted> {
        let of = |metric| self.targets.iter().filter(move |rule| rule.target.metric == metric);
        let bare =
            |metric: &Metric| of(*metric).next().is_some() && !of(*metric).any(|rule| rule.when.holds(labels, channel));
        let why = |metric| of(metric).map(|rule| lost(rule, None, labels, channel)).collect();
        Metric::ALL.into_iter().filter(bare).map(|metric| Untargeted { metric, lost: why(metric) }).collect()
    }
}

fn lost(rule: &TargetRule, winner: Option<&TargetRule>, labels: &Labels, channel: &Code) -> Lost {
    let mismatches = mismatches(rule, labels, channel);
    let behind = winner.filter(|_| mismatches.is_empty()).map(|winner| winner.id().clone());
    let words = match &behind {
        Some(winner) => Words::new(
            format!("“{}”未采用:同一指标中“{winner}”在前", rule.id()),
            format!("`{}` lost: `{winner}` of the same metric stands before it", rule.id()),
        ),
        None => {
            let (zh, en): (Vec<String>, Vec<String>) = mismatches.iter().map(Mismatch::words).unzip();
            Words::new(
                format!("“{}”不适用:{}", rule.id(), zh.join(";")),
                format!("`{}` lost: {}", rule.id(), en.join("; ")),
            )
        }
    };
    Lost { target: rule.id().clone(), mismatches, behind, words }
}

fn mismatches(rule: &TargetRule, labels: &Labels, channel: &Code) -> Vec<Mismatch> {
    let when = &rule.when;
    let sides = [
        ("kind", &when.kind, &labels.kind),
        ("topic", &when.topic, &labels.topic),
        ("urgency", &when.urgency, &labels.urgency),
        ("complexity", &when.complexity, &labels.complexity),
        ("channel", &when.channel, channel),
    ];
    let coded = sides.into_iter().filter(|(_, wanted, has)| !wanted.is_empty() && !wanted.contains(has));
    let mut all: Vec<Mismatch> = coded
        .map(|(label, wanted, has)| Mismatch {
            label,
            wanted: wanted.iter().map(|code| code.as_str().into()).collect(),
            has: has.as_str().into(),
        })
        .collect();
    if let Some(wanted) = when.major.filter(|wanted| *wanted != labels.major) {
        let (wanted, has) = (vec![wanted.to_string().into()], labels.major.to_string().into());
        all.push(Mismatch { label: "major", wanted, has });
    }
    all
}

impl Mismatch {
    fn words(&self) -> (String, String) {
        let label = match self.label {
            "kind" => "类别",
            "topic" => "性质",
            "urgency" => "紧急程度",
            "complexity" => "复杂程度",
            "channel" => "渠道",
            _ => "重大",
        };
        let (wanted, has) = (self.wanted.join("、"), &self.has);
        let zh = format!("{label}须为{wanted},此单为{has}");
        (zh, format!("it holds for {} {}, this case has {has}", self.label, self.wanted.join(", ")))
    }
}
