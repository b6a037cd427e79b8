//! A message to kind, topic, urgency and weight.
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::error::ModelError;
use super::evidence::{Explained, explained};
use super::file::{Holds, Model};
use super::head::Choice;
use super::learn::{Learned, Lesson, Training, learn};
use super::lexicon::Lexicon;
use super::linear::Desk;
use super::measure::Measure;
use super::model::measures;
use super::threshold::{Called, FOUND, Thresholds};
use crate::ident::Code;
use crate::problem::Problem;

const STANDARD: &[u8] = include_bytes!("../../data/models/standard.gjm");
const STANDARD_LEXICON: &str = include_str!("../../data/lexicons/standard.toml");
/// The fields, in the order of the heads.
const FIELDS: [&str; 4] = ["kind", "topic", "urgency", "major"];
const KIND: usize = 0;
const TOPIC: usize = 1;
const URGENCY: usize = 2;
const MAJOR: usize = 3;

/// Labels of a text, each with how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Labels {
    /// What the writer wants.
    pub kind: Code,
    /// What it is about.
    pub topic: Code,
    /// The next best topic.
    pub second_topic: Code,
    /// How soon harm is done.
    pub urgency: Code,
    /// Whether it goes to the superior at once.
    pub major: bool,
    /// Whether safety cues, or a danger likely enough though not the likeliest, raised the urgency.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raised: bool,
    /// How likely each label is right.
    pub confidence: Confidence,
    /// Labels that a person should settle: the confidence is too low.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<Ask>,
    /// Whether the text says enough, a cue or some letters that the model knows; if not, the labels are what the lexicon falls
    /// back on.
    pub known: bool,
    /// Model and version.
    pub model: Code,
}

/// How likely labels are right, 0 to 1: of answers given with 0.8, eight in ten are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Confidence {
    /// Of the kind.
    pub kind: f32,
    /// Of the topic.
    pub topic: f32,
    /// Of the urgency.
    pub urgency: f32,
    /// Of the weight.
    pub major: f32,
}

/// A label that a person should settle.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ask {
    /// `kind`, `topic`, `urgency` or `major`.
    pub field: &'static str,
    /// The two best, the better one first.
    pub between: [Code; 2],
}

/// A message with the labels it should have; absent fields teach nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What was written or noted.
    pub text: String,
    /// What the writer wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Code>,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Code>,
    /// How soon harm is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Code>,
    /// Whether it goes to the superior at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<bool>,
}

/// What spoke for the labels of a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Why {
    /// The labels.
    pub labels: Labels,
    /// Kind, topic, urgency, weight: each with its score and what adds up to it.
    pub explained: Vec<Explained>,
}

/// The labels of a text by their places, as a batch gives them: nothing is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// Place among [`Classifier::kinds`].
    pub kind: Choice,
    /// Place among [`Classifier::topics`].
    pub topic: Choice,
    /// Place among [`Classifier::urgencies`].
    pub urgency: Choice,
    /// 1 for major, 0 for not.
    pub major: Choice,
    /// Whether safety cues raised the urgency.
    pub raised: bool,
    /// Whether the text says enough: a cue, or some letters that the model knows.
    pub known: bool,
}

/// Reads messages: kind, topic, urgency, weight. Cheap to clone, shared between threads.
///
/// ```
/// use guanjia::classify::Classifier;
/// let read = Classifier::standard().classify("电梯困人了,快来!");
/// assert_eq!((read.topic.as_str(), read.urgency.as_str(), read.major), ("lift", "emergency", true));
/// ```
#[derive(Clone)]
pub struct Classifier(Arc<Inner>);

struct Inner {
    model: Model,
    /// Per head, its labels as codes.
    codes: Vec<Vec<Code>>,
    /// The place of the urgency that safety cues raise to.
    safety: Option<usize>,
    /// Places of what the lexicon falls back on: kind, topic, urgency.
    fallback: [usize; 3],
    name: Code,
}

impl Classifier {
    /// The classifier that ships with the library: the standard lexicon, and a model of messages that were written for it.
    pub fn standard() -> Self {
        static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test loads the embedded model")]
            Classifier::from_bytes(STANDARD).expect("the embedded model is right")
        });
        CLASSIFIER.clone()
    }

    /// The lexicon that ships with the library.
    pub fn standard_lexicon() -> Lexicon {
        static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a test reads the embedded lexicon")]
            Lexicon::from_toml(STANDARD_LEXICON).expect("the embedded lexicon is right")
        });
        LEXICON.clone()
    }

    /// Learns from messages with their labels, under a name such as `ours@1`. The cues of the lexicon are weighed by the
    /// examples like everything else, and its safety cues raise the urgency whatever the examples say. Thresholds are those at
    /// which examples that a part of the model had not seen fare best: 95 % of the dangers are found, and what is major is
    /// told apart from what is not.
    ///
    /// # Errors
    /// [`ModelError::Examples`] with every problem: a field without two labels, an empty code, settings out of range.
    pub fn train(name: &str, examples: &[Example], lexicon: &Lexicon, training: &Training) -> Result<Self, ModelError> {
        let mut problems = training.problems();
        if let Err(error) = Code::new(name) {
            problems.push(Problem::new("name", error.to_string()).expected("name and version, such as `ours@1`"));
        }
        let major = |example: &Example| example.major.map(|major| if major { "1" } else { "0" });
        let fields: [Vec<Option<&str>>; 4] = [
            examples.iter().map(|example| example.kind.as_ref().map(Code::as_str)).collect(),
            examples.iter().map(|example| example.topic.as_ref().map(Code::as_str)).collect(),
            examples.iter().map(|example| example.urgency.as_ref().map(Code::as_str)).collect(),
            examples.iter().map(major).collect(),
        ];
        let lessons: Vec<Lesson> =
            FIELDS.iter().zip(&fields).map(|(field, given)| Lesson::new(field, given, field, &mut problems)).collect();
        if !problems.is_empty() {
            return Err(ModelError::Examples(problems));
        }
        let texts: Vec<&str> = examples.iter().map(|example| example.text.as_str()).collect();
        let Learned { linear, heads, unseen } = learn(&texts, &lessons, Some(lexicon), training);
        let measures = measures(&heads, &lessons, &unseen);
        let made =
            Self::of(Model { name: name.to_owned(), linear, heads, measures, thresholds: Thresholds::default() })?;
        let scores = unseen.iter().map(Option::as_deref);
        Ok(made.with_thresholds(made.tuned(examples.iter().zip(scores), FOUND)))
    }

    fn of(model: Model) -> Result<Self, ModelError> {
        let wrong = |message: String| ModelError::Bytes(message);
        let Some(placed) = &model.linear.lexicon else { return Err(wrong("a classifier has a lexicon".to_owned())) };
        if !model.heads.iter().map(|head| head.name.as_str()).eq(FIELDS) {
            return Err(wrong(format!("a classifier has the heads {}", FIELDS.join(", "))));
        }
        let code = |label: &String| Code::new(label).map_err(|error| wrong(format!("the label `{label}`: {error}")));
        let codes: Vec<Vec<Code>> =
            model.heads.iter().map(|head| head.labels.iter().map(code).collect()).collect::<Result<_, _>>()?;
        let place = |head: usize, label: &str| model.heads.get(head)?.labels.iter().position(|one| one == label);
        let fallback = placed.lexicon.fallback();
        let fallback = [(KIND, &fallback.kind), (TOPIC, &fallback.topic), (URGENCY, &fallback.urgency)];
        let inner = Inner {
            codes,
            safety: place(URGENCY, placed.lexicon.safety()),
            fallback: fallback.map(|(head, label)| place(head, label).unwrap_or(0)),
            name: Code::new(&model.name).map_err(|error| wrong(format!("its name `{}`: {error}", model.name)))?,
            model,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Where its answers turn.
    pub fn thresholds(&self) -> Thresholds {
        self.0.model.thresholds
    }

    /// The same classifier with other thresholds; its bytes keep them.
    #[must_use]
    pub fn with_thresholds(&self, thresholds: Thresholds) -> Self {
        let Inner { model, codes, safety, fallback, name } = &*self.0;
        let (codes, name) = (codes.clone(), name.clone());
        let model = Model { thresholds, ..model.clone() };
        Self(Arc::new(Inner { model, codes, safety: *safety, fallback: *fallback, name }))
    }

    /// The thresholds that fit a host's own messages, which it has labelled and this classifier has not learned from: a share
    /// of the dangers among them is `found`, 0 to 1, as few other messages as possible are taken for one, and what is major
    /// is told apart as well as can be. What fewer than 20 examples would tell stays as it is.
    ///
    /// ```
    /// use guanjia::classify::{Classifier, Example};
    /// let standard = Classifier::standard();
    /// let few = [Example { text: "电梯困人".into(), major: Some(true), ..Example::default() }];
    /// assert_eq!(standard.tune(&few, 0.99), standard.thresholds());
    /// ```
    pub fn tune(&self, examples: &[Example], found: f32) -> Thresholds {
        let mut desk = Desk::default();
        let scores: Vec<Vec<f32>> = examples
            .iter()
            .map(|example| {
                self.0.model.linear.score(&example.text, &mut desk);
                desk.scores.clone()
            })
            .collect();
        self.tuned(examples.iter().zip(scores.iter().map(|scores| Some(scores.as_slice()))), found)
    }

    fn tuned<'a>(&self, judged: impl Iterator<Item = (&'a Example, Option<&'a [f32]>)>, found: f32) -> Thresholds {
        let heads = &self.0.model.heads;
        let likely = |head: usize, label, scores| heads.get(head).map_or(0.0, |head| head.share(label, scores));
        let (mut danger, mut major): (Vec<Called>, Vec<Called>) = (Vec::new(), Vec::new());
        for (example, scores) in judged {
            let Some(scores) = scores else { continue };
            let safety = self.0.safety.and_then(|place| Some((place, self.urgencies().get(place)?)));
            let is_danger = example.urgency.as_ref().zip(safety).map(|(urgency, (_, code))| urgency == code);
            if let Some((is, (place, _))) = is_danger.zip(safety) {
                danger.push((likely(URGENCY, place, scores), is));
            }
            // What is a danger is major whatever its likelihood.
            if let Some(is) = example.major.filter(|_| is_danger != Some(true)) {
                major.push((likely(MAJOR, 1, scores), is));
            }
        }
        self.thresholds().tuned(&mut danger, &mut major, found)
    }

    /// Model and version.
    pub fn name(&self) -> &str {
        self.0.name.as_str()
    }

    /// The lexicon it was made with.
    pub fn lexicon(&self) -> Option<&Lexicon> {
        self.0.model.linear.lexicon.as_ref().map(|placed| &placed.lexicon)
    }

    /// The kinds it knows, in the order of [`Reading::kind`].
    pub fn kinds(&self) -> &[Code] {
        self.codes(KIND)
    }

    /// The topics it knows, in the order of [`Reading::topic`].
    pub fn topics(&self) -> &[Code] {
        self.codes(TOPIC)
    }

    /// The urgencies it knows, in the order of [`Reading::urgency`].
    pub fn urgencies(&self) -> &[Code] {
        self.codes(URGENCY)
    }

    fn codes(&self, head: usize) -> &[Code] {
        self.0.codes.get(head).map_or(&[], Vec::as_slice)
    }

    /// How it did, field by field, on examples it had not seen while it was learned: each fifth of the examples judged by a
    /// model of the others.
    pub fn measures(&self) -> &[Measure] {
        &self.0.model.measures
    }

    /// Labels of a text.
    pub fn classify(&self, text: &str) -> Labels {
        self.labels(&self.reader().read(text))
    }

    /// Reads many texts without allocating for each.
    pub fn reader(&self) -> Reader<'_> {
        Reader { classifier: self, desk: Desk::default() }
    }

    /// Which of kind, topic, urgency and weight a person should settle: the confidence is too low. What safety cues raised is
    /// settled.
    pub fn unsure(&self, reading: &Reading) -> [bool; 4] {
        let choices =
            [(KIND, reading.kind), (TOPIC, reading.topic), (URGENCY, reading.urgency), (MAJOR, reading.major)];
        let settled = |head| reading.raised && (head == URGENCY || head == MAJOR);
        choices.map(|(head, choice)| choice.confidence < self.thresholds().ask && !settled(head))
    }

    /// The labels behind a reading's places.
    pub fn labels(&self, reading: &Reading) -> Labels {
        let code = |head: usize, place: usize| {
            #[expect(clippy::expect_used, reason = "every head has labels, and a choice is one of them")]
            self.codes(head).get(place).or_else(|| self.codes(head).first()).expect("a head has labels").clone()
        };
        let choices =
            [(KIND, reading.kind), (TOPIC, reading.topic), (URGENCY, reading.urgency), (MAJOR, reading.major)];
        let ask = |((head, choice), unsure): ((usize, Choice), bool)| {
            let field = FIELDS.get(head).filter(|_| unsure)?;
            Some(Ask { field, between: [code(head, choice.label), code(head, choice.second)] })
        };
        Labels {
            kind: code(KIND, reading.kind.label),
            topic: code(TOPIC, reading.topic.label),
            second_topic: code(TOPIC, reading.topic.second),
            urgency: code(URGENCY, reading.urgency.label),
            major: reading.major.label == 1,
            raised: reading.raised,
            confidence: Confidence {
                kind: reading.kind.confidence,
                topic: reading.topic.confidence,
                urgency: reading.urgency.confidence,
                major: reading.major.confidence,
            },
            ask: choices.into_iter().zip(self.unsure(reading)).filter_map(ask).collect(),
            known: reading.known,
            model: self.0.name.clone(),
        }
    }

    /// Labels of a text and what spoke for each, at most `limit` pieces one by one.
    pub fn explain(&self, text: &str, limit: usize) -> Why {
        let mut reader = self.reader();
        let reading = reader.read(text);
        let labels = self.labels(&reading);
        let choices = [reading.kind, reading.topic, reading.urgency, reading.major];
        let explained = self.0.model.heads.iter().zip(choices).map(|(head, choice)| {
            let label = head.labels.get(choice.label).map_or("", String::as_str);
            let name = format!("{}.{label}", head.name);
            explained(&self.0.model.linear, head, &name, choice.label, text, limit, &mut reader.desk)
        });
        Why { explained: explained.collect(), labels }
    }

    /// As bytes, to be loaded again by [`Self::from_bytes`]; the lexicon goes along.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.model.to_bytes(Holds::Classifier)
    }

    /// From bytes of [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`ModelError::Bytes`] for what is none or was damaged, [`ModelError::Format`] for a later format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::of(Model::from_bytes(bytes, Holds::Classifier)?)
    }

    /// Places of the texts that are most worth labelling: those whose labels the classifier is least sure of, least sure
    /// first, `n` at most; of equal texts the first alone.
    pub fn uncertain<T: AsRef<str>>(&self, texts: &[T], n: usize) -> Vec<usize> {
        let mut reader = self.reader();
        let mut seen: HashSet<&str> = HashSet::new();
        let mut unsure: Vec<(f32, usize)> = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            if !seen.insert(text.as_ref()) {
                continue;
            }
            let Reading { kind, topic, urgency, major, .. } = reader.read(text.as_ref());
            // How likely all four are right together.
            unsure.push((kind.confidence * topic.confidence * urgency.confidence * major.confidence, place));
        }
        unsure.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        unsure.into_iter().take(n).map(|(_, place)| place).collect()
    }
}

/// Yes where it is likely enough, whether or not it is likelier than no.
fn turned(choice: Choice, from: f32) -> Choice {
    let yes = if choice.label == 1 { choice.confidence } else { choice.second_confidence };
    let no = 1.0 - yes;
    if yes >= from {
        Choice { label: 1, confidence: yes, second: 0, second_confidence: no }
    } else {
        Choice { label: 0, confidence: no, second: 1, second_confidence: yes }
    }
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Classifier").field(&self.0.name).finish()
    }
}

/// Reads texts one after the other.
#[derive(Debug)]
pub struct Reader<'a> {
    classifier: &'a Classifier,
    desk: Desk,
}

impl Reader<'_> {
    /// The labels of a text, by their places.
    pub fn read(&mut self, text: &str) -> Reading {
        let inner = &*self.classifier.0;
        inner.model.linear.score(text, &mut self.desk);
        let scores = &self.desk.scores;
        let choose = |head: usize| inner.model.heads.get(head).map_or_else(Choice::default, |head| head.choose(scores));
        let mut reading = Reading {
            kind: choose(KIND),
            topic: choose(TOPIC),
            urgency: choose(URGENCY),
            major: turned(choose(MAJOR), inner.model.thresholds.major),
            raised: false,
            known: self.desk.known,
        };
        if !reading.known {
            let [kind, topic, urgency] = inner.fallback;
            for (choice, label) in
                [(&mut reading.kind, kind), (&mut reading.topic, topic), (&mut reading.urgency, urgency)]
            {
                *choice = Choice { label, confidence: 0.0, second: label, second_confidence: 0.0 };
            }
            reading.major = Choice { label: 0, confidence: 0.0, second: 1, second_confidence: 0.0 };
        }
        self.raise(&mut reading);
        reading
    }

    /// Safety cues, and a danger that is likely enough where the text does not deny it, can only raise: to the highest urgency,
    /// and what is that urgent goes to the superior.
    fn raise(&self, reading: &mut Reading) {
        let inner = &*self.classifier.0;
        let Some(safety) = inner.safety else { return };
        let Some(lexicon) = inner.model.linear.lexicon.as_ref().map(|placed| &placed.lexicon) else { return };
        let hits = &self.desk.hits;
        let share = || inner.model.heads.get(URGENCY).map_or(0.0, |head| head.share(safety, &self.desk.scores));
        let confidence = if reading.urgency.label == safety { reading.urgency.confidence } else { share() };
        let cues = lexicon.raises(hits);
        let enough = reading.known && confidence >= inner.model.thresholds.danger;
        let likely = enough && !lexicon.denies(hits, &self.desk.beside);
        if reading.urgency.label != safety && (cues || likely) {
            let Choice { label: second, confidence: second_confidence, .. } = reading.urgency;
            reading.urgency = Choice { label: safety, confidence, second, second_confidence };
            reading.raised = true;
        }
        if reading.urgency.label == safety && reading.major.label == 0 {
            let Choice { confidence, second_confidence, .. } = reading.major;
            reading.major =
                Choice { label: 1, confidence: second_confidence, second: 0, second_confidence: confidence };
            reading.raised = true;
        }
    }
}
