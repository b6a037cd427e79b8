//! What spoke for a label: spans of the text with their weights.
use serde::Serialize;

use super::alphabet::Letter;
use super::head::Head;
use super::linear::{Desk, Linear, Part};

/// What kind of thing speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A cue of the lexicon.
    Cue,
    /// Characters that the examples taught.
    Gram,
    /// What speaks for the label before the text is read: how common it is.
    Prior,
    /// All that was left out of the list, together.
    Rest,
}

/// Something that speaks for or against a label. All of a label's evidence adds up to its score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What it speaks for, such as `topic.lift`.
    pub label: String,
    /// What kind of thing it is.
    pub source: Source,
    /// The words as they stand in the text; empty where none do.
    pub words: String,
    /// Where they begin, in characters.
    pub from: usize,
    /// Where they end, exclusive, in characters.
    pub to: usize,
    /// How much it adds to the score; below zero it speaks against.
    pub weight: f64,
    /// The label for which the lexicon lists a cue, such as `urgency.emergency`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue_of: Option<String>,
    /// The lexicon's points for a cue: 0 once a guard took it back, or where it stands a second time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<u32>,
}

/// A score and all that adds up to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explained {
    /// The label, such as `topic.lift`.
    pub label: String,
    /// Its score: the sum of the weights below.
    pub score: f64,
    /// Heaviest first, the rest and the prior last.
    pub evidence: Vec<Evidence>,
}

/// The characters of a text, to cut words out of.
pub(super) struct Characters<'a> {
    text: &'a str,
    /// The byte at which each begins, and the end.
    starts: Vec<usize>,
    /// Per letter of the model, the character it stands for; the first letter stands for the start.
    places: Vec<usize>,
}

impl<'a> Characters<'a> {
    pub(super) fn new(text: &'a str, linear: &Linear) -> Self {
        let starts = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect();
        let mut places = vec![0];
        linear.alphabet.read(text, |_: Letter, place| places.push(place));
        Self { text, starts, places }
    }

    /// The characters that letters from `start` to `end` stand for.
    fn range(&self, start: usize, end: usize) -> (usize, usize) {
        let from = self.places.get(start).copied().unwrap_or(0);
        // The start of the text alone stands for no character.
        let to = if end <= 1 { 0 } else { self.places.get(end - 1).map_or(from, |place| place + 1) };
        (from, to)
    }

    fn words(&self, from: usize, to: usize) -> &'a str {
        let bytes = self.starts.get(from).zip(self.starts.get(to));
        bytes.and_then(|(from, to)| self.text.get(*from..*to)).unwrap_or_default()
    }
}

/// Why a head gave a label its score; all but `limit` pieces are told together.
pub(super) fn explained(
    linear: &Linear,
    head: &Head,
    name: &str,
    label: usize,
    text: &str,
    limit: usize,
    desk: &mut Desk,
) -> Explained {
    let (lane, sign) = head.lane_of(label);
    let characters = Characters::new(text, linear);
    let mut parts = linear.parts(text, lane, desk);
    parts.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
    let piece = |part: &Part| {
        let (from, to) = characters.range(part.start, part.end);
        let lexicon = linear.lexicon.as_ref().map(|placed| &placed.lexicon);
        let cue_of = part.cue.as_ref().zip(lexicon).and_then(|(hit, lexicon)| lexicon.label(hit.cue));
        Evidence {
            label: name.to_owned(),
            source: if part.cue.is_some() { Source::Cue } else { Source::Gram },
            words: characters.words(from, to).to_owned(),
            from,
            to,
            weight: f64::from(part.weight * sign),
            cue_of,
            points: part.cue.as_ref().map(|hit| hit.points),
        }
    };
    let whole = |source, weight| Evidence {
        label: name.to_owned(),
        source,
        words: String::new(),
        from: 0,
        to: 0,
        weight,
        cue_of: None,
        points: None,
    };
    let (told, rest) = parts.split_at(limit.min(parts.len()));
    let mut evidence: Vec<Evidence> = told.iter().map(piece).collect();
    if !rest.is_empty() {
        evidence.push(whole(Source::Rest, rest.iter().map(|part| f64::from(part.weight * sign)).sum()));
    }
    let begin = linear.begin.get(lane).copied().unwrap_or(0.0);
    evidence.push(whole(Source::Prior, f64::from(begin * sign)));
    Explained { label: name.to_owned(), score: evidence.iter().map(|one| one.weight).sum(), evidence }
}
