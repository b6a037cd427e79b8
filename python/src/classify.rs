//! Messages to labels.
#![expect(clippy::needless_pass_by_value, reason = "what Python gives is extracted into values of its own")]
use guanjia::classify::{Classifier, Example, Lexicon, Reading, TextModel, Training};
use guanjia::ident::Code;
use guanjia::ops::OpError;
use pyo3::prelude::*;

use crate::doorway::{argument, quick, run, written};

/// Order, cost, balance, least count, seed.
type Settings = (Option<u8>, f32, f32, Option<u32>, u64);
/// Places of kind, topic, second topic and urgency; major, raised, known; how sure each field is.
type Row = (usize, usize, usize, usize, bool, bool, bool, f32, f32, f32, f32);
/// As a row, with the codes themselves.
type Told<'a> = (&'a str, &'a str, &'a str, &'a str, bool, bool, bool, f32, f32, f32, f32);

/// The best label's place and how sure it is, then the second's.
type Pair = (usize, f32, usize, f32);

fn training((order, cost, balance, least, seed): Settings) -> Training {
    let mut training = Training::default();
    (training.order, training.cost, training.balance, training.least, training.seed) =
        (order, cost, balance, least, seed);
    training
}

/// Reads messages.
#[pyclass(frozen, module = "guanjia._native", name = "Classifier")]
#[derive(Debug)]
pub(crate) struct NativeClassifier(Classifier);

#[pymethods]
impl NativeClassifier {
    /// The one that ships with the library.
    #[staticmethod]
    fn standard() -> Self {
        Self(Classifier::standard())
    }

    /// Learns from messages with their labels.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "one column per field; Python's side gives them names")]
    fn train(
        py: Python<'_>,
        name: &str,
        texts: Vec<String>,
        kind: Vec<Option<String>>,
        topic: Vec<Option<String>>,
        urgency: Vec<Option<String>>,
        major: Vec<Option<bool>>,
        lexicon: Option<&str>,
        settings: Settings,
    ) -> PyResult<Self> {
        run(py, || {
            let lexicon = match lexicon {
                Some(text) => Lexicon::from_toml(text)?,
                None => Classifier::standard_lexicon(),
            };
            let (kind, topic, urgency) = (codes("kind", kind)?, codes("topic", topic)?, codes("urgency", urgency)?);
            let examples: Vec<Example> = texts
                .into_iter()
                .zip(kind)
                .zip(topic.into_iter().zip(urgency).zip(major))
                .map(|((text, kind), ((topic, urgency), major))| Example { text, kind, topic, urgency, major })
                .collect();
            Ok(Self(Classifier::train(name, &examples, &lexicon, &training(settings))?))
        })
    }

    /// From bytes of `to_bytes`.
    #[staticmethod]
    fn load(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        run(py, || Ok(Self(Classifier::from_bytes(data)?)))
    }

    /// As bytes.
    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        run(py, || Ok(self.0.to_bytes()))
    }

    /// Name and version.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Kinds, topics, urgencies.
    fn codes(&self) -> (Vec<String>, Vec<String>, Vec<String>) {
        let listed = |codes: &[Code]| codes.iter().map(ToString::to_string).collect();
        (listed(self.0.kinds()), listed(self.0.topics()), listed(self.0.urgencies()))
    }

    /// The labels of a text.
    fn classify(&self, py: Python<'_>, text: &str) -> PyResult<Told<'_>> {
        let (kind, topic, second, urgency, major, raised, known, a, b, c, d) =
            quick(py, || Ok(row(&self.0.reader().read(text))))?;
        let topics = self.0.topics();
        Ok((
            self.0.kinds().get(kind).map_or("", Code::as_str),
            topics.get(topic).map_or("", Code::as_str),
            topics.get(second).map_or("", Code::as_str),
            self.0.urgencies().get(urgency).map_or("", Code::as_str),
            major,
            raised,
            known,
            a,
            b,
            c,
            d,
        ))
    }

    /// The labels of texts by their places.
    fn classify_many(&self, py: Python<'_>, texts: Vec<Option<String>>) -> PyResult<Vec<Option<Row>>> {
        run(py, || {
            let mut reader = self.0.reader();
            Ok(texts.iter().map(|text| text.as_deref().map(|text| row(&reader.read(text)))).collect())
        })
    }

    /// What spoke for the labels of a text, JSON.
    fn explain(&self, py: Python<'_>, text: &str, limit: usize) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.explain(text, limit))))
    }

    /// Places of the texts most worth labelling.
    fn uncertain(&self, py: Python<'_>, texts: Vec<String>, n: usize) -> PyResult<Vec<usize>> {
        run(py, || Ok(self.0.uncertain(&texts, n)))
    }

    /// How it did while it learned, JSON.
    fn measures(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(self.0.measures())))
    }
}

fn row(read: &Reading) -> Row {
    (
        read.kind.label,
        read.topic.label,
        read.topic.second,
        read.urgency.label,
        read.major.label == 1,
        read.raised,
        read.known,
        read.kind.confidence,
        read.topic.confidence,
        read.urgency.confidence,
        read.major.confidence,
    )
}

fn codes(field: &str, given: Vec<Option<String>>) -> Result<Vec<Option<Code>>, OpError> {
    let code = |(row, code): (usize, Option<String>)| match code {
        Some(code) => Code::new(&code).map(Some).map_err(|error| {
            argument(&format!("{field}[{row}]"), &format!("`{code}`: {error}"), &format!("“{code}”:{error}"))
        }),
        None => Ok(None),
    };
    given.into_iter().enumerate().map(code).collect()
}

/// Gives a text one label of any set.
#[pyclass(frozen, module = "guanjia._native", name = "TextModel")]
#[derive(Debug)]
pub(crate) struct NativeTextModel(TextModel);

#[pymethods]
impl NativeTextModel {
    /// Learns from texts and their labels.
    #[staticmethod]
    fn train(py: Python<'_>, texts: Vec<String>, labels: Vec<String>, settings: Settings) -> PyResult<Self> {
        run(py, || Ok(Self(TextModel::train(&texts, &labels, &training(settings))?)))
    }

    /// From bytes of `to_bytes`.
    #[staticmethod]
    fn load(py: Python<'_>, data: &[u8]) -> PyResult<Self> {
        run(py, || Ok(Self(TextModel::from_bytes(data)?)))
    }

    /// As bytes.
    fn to_bytes(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        run(py, || Ok(self.0.to_bytes()))
    }

    /// The labels it knows.
    fn labels(&self) -> Vec<String> {
        self.0.labels().to_vec()
    }

    /// Places of the best and the second label of texts, and how sure each is.
    fn classify_many(&self, py: Python<'_>, texts: Vec<Option<String>>) -> PyResult<Vec<Option<Pair>>> {
        run(py, || {
            let mut reader = self.0.reader();
            let mut read = |text: &str| {
                let choice = reader.read(text);
                (choice.label, choice.confidence, choice.second, choice.second_confidence)
            };
            Ok(texts.iter().map(|text| text.as_deref().map(&mut read)).collect())
        })
    }

    /// What speaks for a label of a text, JSON; none for a label it does not know.
    fn explain(&self, py: Python<'_>, text: &str, label: &str, limit: usize) -> PyResult<Option<String>> {
        let explained = run(py, || Ok(self.0.explain(text, label, limit)))?;
        explained.map(|explained| run(py, || written(serde_json::to_string(&explained)))).transpose()
    }

    /// How it did while it learned, JSON.
    fn measure(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.measure())))
    }
}
