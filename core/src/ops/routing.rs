//! Labels and what a rulebook makes of them.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Context, OpError};
use crate::classify::Labels;
use crate::ident::Code;

/// What `classify.text` takes.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TextArgs {
    /// What the resident wrote, or the desk noted.
    pub text: String,
    /// The host's own categories by our topic, such as `lift`, or by kind and topic, such as `repair/lift`, which goes first.
    #[serde(default)]
    pub categories: BTreeMap<String, String>,
    /// The rulebook whose departments are asked, such as `standard@1`; the one in force if absent.
    #[serde(default)]
    pub rulebook: Option<String>,
}

/// Labels, and who deals with such a matter.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoutedLabels {
    /// What the classifier says.
    #[serde(flatten)]
    pub labels: Labels,
    /// `general`: a matter is complex once a supervisor declares it so (C2), a text cannot.
    pub complexity: &'static str,
    /// The department that the rulebook names for the topic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<Code>,
    /// The host's category; absent where it names none for these labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// `classify.text`.
pub(super) fn text(context: &Context, args: &TextArgs) -> Result<RoutedLabels, OpError> {
    let rules = context.rulebook(args.rulebook.as_deref())?.case();
    let labels = context.classifier().classify(&args.text);
    let both = format!("{}/{}", labels.kind, labels.topic);
    let category = args.categories.get(&both).or_else(|| args.categories.get(labels.topic.as_str()));
    Ok(RoutedLabels {
        complexity: "general",
        department: rules.topics.get(&labels.topic).and_then(|topic| topic.department.clone()),
        category: category.cloned(),
        labels,
    })
}
