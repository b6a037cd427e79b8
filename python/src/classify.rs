//! Messages to labels.
use guanjia::classify::{Choice, Classifier, Example, Labels, Lexicon, TextModel, Thresholds, Training};
use guanjia::ident::Code;
use guanjia::ops::OpError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::doorway::{quick, run, written};
use crate::each::Answers;
use crate::texts::Texts;

/// Order, cost, balance, least count, seed.
type Settings = (Option<u32>, Option<f32>, f32, Option<u32>, u64);
/// A text of more bytes takes longer than letting go of the interpreter.
const LONG: usize = 1024;
/// A label's place that stands for none.
const NONE: u32 = u32::MAX;

fn training((order, cost, balance, least, seed): Settings) -> Training {
    let mut training = Training::default();
    let order = order.map(|order| u8::try_from(order).unwrap_or(u8::MAX));
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
        texts: &Texts,
        kind: &Texts,
        topic: &Texts,
        urgency: &Texts,
        major: Vec<Option<bool>>,
        lexicon: Option<&str>,
        settings: Settings,
    ) -> PyResult<Self> {
        run(py, || {
            let lexicon = match lexicon {
                Some(text) => Lexicon::from_toml(text)?,
                None => Classifier::standard_lexicon(),
            };
            let examples = examples(texts, [Some(kind), Some(topic), Some(urgency)], major)?;
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

    /// Where answers turn: asking, danger, major.
    #[getter]
    fn thresholds(&self) -> (f32, f32, f32) {
        let Thresholds { ask, danger, major } = self.0.thresholds();
        (ask, danger, major)
    }

    /// The same with other thresholds.
    fn with_thresholds(&self, ask: f32, danger: f32, major: f32) -> Self {
        Self(self.0.with_thresholds(Thresholds { ask, danger, major }))
    }

    /// The thresholds that fit labelled messages.
    fn tune(
        &self,
        py: Python<'_>,
        texts: &Texts,
        urgency: &Texts,
        major: Vec<Option<bool>>,
        found: f32,
    ) -> PyResult<(f32, f32, f32)> {
        run(py, || {
            let examples = examples(texts, [None, None, Some(urgency)], major)?;
            let Thresholds { ask, danger, major } = self.0.tune(&examples, found);
            Ok((ask, danger, major))
        })
    }

    /// The labels of a text: kind, topic, second topic and urgency; major, raised, known; how sure each field is; what a person
    /// should settle, each a field and the two best of its labels.
    fn classify<'py>(&self, py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyTuple>> {
        let labels = if text.len() > LONG {
            run(py, || Ok(self.0.classify(text)))
        } else {
            quick(py, || Ok(self.0.classify(text)))
        };
        told(py, &labels?)
    }

    /// The labels of texts, column by column: kind, topic, second topic and urgency; major, raised, known; how sure each field
    /// is; whether a person should settle any.
    fn classify_many(&self, py: Python<'_>, texts: &Texts) -> PyResult<Vec<Answers>> {
        run(py, || {
            let rows = texts.rows();
            let mut places: [Vec<u32>; 4] = std::array::from_fn(|_| Vec::with_capacity(rows));
            let mut flags: [Vec<i8>; 4] = std::array::from_fn(|_| Vec::with_capacity(rows));
            let mut sure: [Vec<f32>; 4] = std::array::from_fn(|_| Vec::with_capacity(rows));
            let mut reader = self.0.reader();
            texts.each(|text| {
                let (labels, told, confidence) = match text {
                    None => ([NONE; 4], [-1; 4], [f32::NAN; 4]),
                    Some(text) => {
                        let read = reader.read(text);
                        let ask = self.0.unsure(&read).contains(&true);
                        let labels = [read.kind.label, read.topic.label, read.topic.second, read.urgency.label];
                        (
                            labels.map(|label| u32::try_from(label).unwrap_or(NONE)),
                            [read.major.label == 1, read.raised, read.known, ask].map(i8::from),
                            [read.kind, read.topic, read.urgency, read.major].map(|choice| choice.confidence),
                        )
                    }
                };
                push(&mut places, labels);
                push(&mut flags, told);
                push(&mut sure, confidence);
            })?;
            let codes = [self.0.kinds(), self.0.topics(), self.0.topics(), self.0.urgencies()];
            let words = places.iter().zip(codes).map(|(places, codes)| {
                let codes: Vec<&str> = codes.iter().map(Code::as_str).collect();
                Answers::words(places, &codes)
            });
            let [major, raised, known, ask] = flags.map(|flags| Answers::yes_and_no(&flags));
            Ok(words.chain([major, raised, known]).chain(sure.map(Answers::floats)).chain([ask]).collect())
        })
    }

    /// What spoke for the labels of a text, JSON.
    fn explain(&self, py: Python<'_>, text: &str, limit: usize) -> PyResult<String> {
        run(py, || written(serde_json::to_string(&self.0.explain(text, limit))))
    }

    /// Places of the texts most worth labelling.
    fn uncertain(&self, py: Python<'_>, texts: &Texts, n: usize) -> PyResult<Vec<usize>> {
        run(py, || {
            let (mut rows, mut known, mut row) = (Vec::new(), Vec::new(), 0);
            texts.each(|text| {
                if let Some(text) = text {
                    rows.push(row);
                    known.push(text.to_owned());
                }
                row += 1;
            })?;
            Ok(self.0.uncertain(&known, n).into_iter().filter_map(|place| rows.get(place).copied()).collect())
        })
    }

    /// How it did while it learned, JSON.
    fn measures(&self, py: Python<'_>) -> PyResult<String> {
        run(py, || written(serde_json::to_string(self.0.measures())))
    }
}

fn told<'py>(py: Python<'py>, labels: &Labels) -> PyResult<Bound<'py, PyTuple>> {
    let Labels { kind, topic, second_topic, urgency, major, raised, known, confidence, ask, .. } = labels;
    let asked = ask.iter().map(|ask| {
        let [best, second] = ask.between.each_ref().map(Code::as_str);
        (ask.field, best, second)
    });
    (
        kind.as_str(),
        topic.as_str(),
        second_topic.as_str(),
        urgency.as_str(),
        *major,
        *raised,
        *known,
        confidence.kind,
        confidence.topic,
        confidence.urgency,
        confidence.major,
        PyTuple::new(py, asked.collect::<Vec<_>>())?,
    )
        .into_pyobject(py)
}

fn push<T, const N: usize>(columns: &mut [Vec<T>; N], row: [T; N]) {
    columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
}

/// Messages with the labels of columns: kind, topic, urgency.
fn examples(texts: &Texts, labels: [Option<&Texts>; 3], major: Vec<Option<bool>>) -> Result<Vec<Example>, OpError> {
    let texts = texts.whole()?;
    let code =
        |text: &str| Code::new(text).map_err(|error| (format!("`{text}`: {error}"), format!("“{text}”:{error}")));
    let column =
        |labels: Option<&Texts>| labels.map_or_else(|| Ok(vec![None; texts.len()]), |labels| labels.read(code));
    let [kind, topic, urgency] = labels.map(column);
    let labels = kind?.into_iter().zip(topic?).zip(urgency?.into_iter().zip(major));
    let example = |(text, ((kind, topic), (urgency, major)))| Example { text, kind, topic, urgency, major };
    Ok(texts.into_iter().zip(labels).map(example).collect())
}

/// Gives a text one label of any set.
#[pyclass(frozen, module = "guanjia._native", name = "TextModel")]
#[derive(Debug)]
pub(crate) struct NativeTextModel(TextModel);

#[pymethods]
impl NativeTextModel {
    /// Learns from texts and their labels.
    #[staticmethod]
    fn train(py: Python<'_>, texts: &Texts, labels: &Texts, settings: Settings) -> PyResult<Self> {
        run(py, || Ok(Self(TextModel::train(&texts.whole()?, &labels.whole()?, &training(settings))?)))
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

    /// The label of a text, how sure it is, and the next best.
    fn classify(&self, py: Python<'_>, text: &str) -> PyResult<(String, f32, String, f32)> {
        quick(py, || {
            let read = self.0.classify(text);
            Ok((read.label.to_owned(), read.confidence, read.second.to_owned(), read.second_confidence))
        })
    }

    /// The labels of texts, column by column: the best, how sure it is, then the second.
    fn classify_many(&self, py: Python<'_>, texts: &Texts) -> PyResult<Vec<Answers>> {
        run(py, || {
            let (mut places, mut sure): ([Vec<u32>; 2], [Vec<f32>; 2]) = Default::default();
            let mut reader = self.0.reader();
            texts.each(|text| {
                let none = ([NONE; 2], [f32::NAN; 2]);
                let (labels, confidence) = text.map_or(none, |text| {
                    let Choice { label, confidence, second, second_confidence } = reader.read(text);
                    let labels = [label, second].map(|label| u32::try_from(label).unwrap_or(NONE));
                    (labels, [confidence, second_confidence])
                });
                push(&mut places, labels);
                push(&mut sure, confidence);
            })?;
            let [best, second] = places.map(|places| Answers::words(&places, self.0.labels()));
            let [confidence, second_confidence] = sure.map(Answers::floats);
            Ok(vec![best, confidence, second, second_confidence])
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
