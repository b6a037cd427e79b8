//! Texts to labels of any set.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::ModelError;
use super::evidence::{Explained, explained};
use super::file::{Holds, Model};
use super::head::{Choice, Head};
use super::learn::{LONGEST, Learned, Lesson, Training, learn};
use super::linear::Desk;
use super::measure::{Judged, Measure};
use super::threshold::Thresholds;
use crate::problem::{Problem, Problems};

/// The field of a model with one set of labels.
const FIELD: &str = "label";

/// A model that gives a text one label of any set: a vendor's categories, seven ministries, good and bad. Learned from
/// examples, cheap to clone, shared between threads.
///
/// ```
/// use guanjia::classify::{TextModel, Training};
/// let model = TextModel::train(
///     &["电梯坏了", "电梯又停了", "楼上太吵", "装修噪音吵人"],
///     &["lift", "lift", "noise", "noise"],
///     &Training::default(),
/// )?;
/// assert_eq!(model.classify("电梯怎么还没修好").label, "lift");
/// # Ok::<(), guanjia::classify::ModelError>(())
/// ```
#[derive(Debug, Clone)]
pub struct TextModel(Arc<Model>);

/// The label of a text.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Labelled<'a> {
    /// The label.
    pub label: &'a str,
    /// How likely it is right, 0 to 1.
    pub confidence: f32,
    /// The next best label.
    pub second: &'a str,
    /// How likely that one is.
    pub second_confidence: f32,
}

impl TextModel {
    /// Learns from texts and their labels, `labels[i]` that of `texts[i]`. The same examples, settings and seed give the same
    /// model. A text may stand there with two labels: it speaks for both.
    ///
    /// # Errors
    /// [`ModelError::Examples`] with every problem: no examples, not as many labels as texts, an empty label, one label
    /// alone, settings out of range.
    pub fn train(
        texts: &[impl AsRef<str>],
        labels: &[impl AsRef<str>],
        training: &Training,
    ) -> Result<Self, ModelError> {
        let mut problems = training.problems();
        if texts.len() != labels.len() {
            let message = format!("has {} entries for {} texts", labels.len(), texts.len());
            problems.push(Problem::new("labels", message).expected("one label for each text"));
        }
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let labels: Vec<Option<&str>> = labels.iter().map(|label| Some(label.as_ref())).collect();
        let lesson = Lesson::new(FIELD, &labels, "labels", &mut problems);
        if !problems.is_empty() {
            return Err(ModelError::Examples(problems));
        }
        let Learned { linear, heads, unseen } = learn(&texts, std::slice::from_ref(&lesson), None, training);
        let measures = measures(&heads, std::slice::from_ref(&lesson), &unseen);
        Ok(Self(Arc::new(Model {
            name: "text-model".to_owned(),
            linear,
            heads,
            measures,
            thresholds: Thresholds::default(),
        })))
    }

    /// The labels it knows, in the order of [`Choice::label`].
    pub fn labels(&self) -> &[String] {
        self.0.heads.first().map_or(&[], |head| &head.labels)
    }

    /// How it did on texts it had not seen while it was learned: each fifth of the examples judged by a model of the others,
    /// from 5,000 examples on one fifth alone.
    pub fn measure(&self) -> Option<&Measure> {
        self.0.measures.first()
    }

    /// The label of a text.
    pub fn classify(&self, text: &str) -> Labelled<'_> {
        let choice = self.reader().read(text);
        let label = |place: usize| self.labels().get(place).map_or("", String::as_str);
        Labelled {
            label: label(choice.label),
            confidence: choice.confidence,
            second: label(choice.second),
            second_confidence: choice.second_confidence,
        }
    }

    /// Reads many texts without allocating for each.
    pub fn reader(&self) -> TextReader<'_> {
        TextReader { model: &self.0, desk: Desk::default() }
    }

    /// Why a text gets the score of a label: what speaks for and against it, at most `limit` pieces one by one. None for a
    /// label the model does not know.
    pub fn explain(&self, text: &str, label: &str, limit: usize) -> Option<Explained> {
        let head = self.0.heads.first()?;
        let place = head.labels.iter().position(|one| one == label)?;
        Some(explained(&self.0.linear, head, label, place, text, limit, &mut Desk::default()))
    }

    /// As bytes, to be loaded again by [`Self::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes(Holds::TextModel)
    }

    /// From bytes of [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`ModelError::Bytes`] for what is none or was damaged, [`ModelError::Format`] for a later format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Model::from_bytes(bytes, Holds::TextModel).map(|model| Self(Arc::new(model)))
    }
}

/// Reads texts one after the other.
#[derive(Debug)]
pub struct TextReader<'a> {
    model: &'a Model,
    desk: Desk,
}

impl TextReader<'_> {
    /// The label of a text, by its place.
    pub fn read(&mut self, text: &str) -> Choice {
        self.model.linear.score(text, &mut self.desk);
        self.model.heads.first().map_or_else(Choice::default, |head| head.choose(&self.desk.scores))
    }
}

impl Training {
    pub(super) fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let mut wrong = |path: &str, wrong: bool, found: String, expected: &str| {
            if wrong {
                problems.push(Problem::new(path, format!("is {found}")).expected(expected));
            }
        };
        let order = self.order.is_some_and(|order| order == 0 || order > LONGEST);
        wrong("order", order, format!("{:?}", self.order.unwrap_or(0)), "1 to 4 characters");
        let cost = self.cost.unwrap_or(1.0);
        wrong("cost", !(cost.is_finite() && cost > 0.0), cost.to_string(), "a number above 0");
        wrong("balance", !(0.0..=1.0).contains(&self.balance), self.balance.to_string(), "0 to 1");
        problems
    }
}

impl Lesson {
    /// The labels in the order of the alphabet, and each row's. `path` is where they stand in what was given.
    pub(super) fn new(name: &str, given: &[Option<&str>], path: &str, problems: &mut Problems) -> Self {
        let labels: BTreeSet<&str> = given.iter().flatten().copied().collect();
        let places: BTreeMap<&str, usize> = labels.iter().enumerate().map(|(place, label)| (*label, place)).collect();
        for (row, _) in given.iter().enumerate().filter(|(_, label)| label.is_some_and(|label| label.trim().is_empty()))
        {
            problems.push(Problem::new(format!("{path}[{row}]"), "is empty").expected("a label"));
        }
        match labels.len() {
            0 => problems.push(Problem::new(path, "has no examples").expected("texts with at least two labels")),
            1 => {
                let only = labels.first().copied().unwrap_or_default();
                let problem =
                    Problem::new(path, format!("has one label alone, `{only}`: there is nothing to tell apart"));
                problems.push(problem.expected("texts with at least two labels"));
            }
            _ => {}
        }
        let given = given.iter().map(|label| label.and_then(|label| places.get(label).copied())).collect();
        Self { name: name.to_owned(), labels: labels.into_iter().map(str::to_owned).collect(), given }
    }
}

/// How the heads did on texts that their models had not seen.
pub(super) fn measures(heads: &[Head], lessons: &[Lesson], unseen: &[Option<Vec<f32>>]) -> Vec<Measure> {
    let of = |(head, lesson): (&Head, &Lesson)| {
        let judged: Vec<Judged> = unseen
            .iter()
            .zip(&lesson.given)
            .filter_map(|(scores, given)| {
                let choice = head.choose(scores.as_ref()?);
                Some(Judged { given: (*given)?, answered: choice.label, confidence: choice.confidence })
            })
            .collect();
        Measure::new(&head.name, &head.labels, &judged)
    };
    heads.iter().zip(lessons).map(of).collect()
}
