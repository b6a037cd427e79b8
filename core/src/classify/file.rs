//! A model as bytes: small, versioned, and refused when a bit of it is wrong.
//!
//! Eight bytes of magic and format, then sections that begin with their length: a header in JSON, numbers, the trie, the
//! rows; a SHA-256 over all of it ends the file. All numbers are little-endian.
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::alphabet::Alphabet;
use super::error::ModelError;
use super::head::Head;
use super::lexicon::{Lexicon, Placed};
use super::linear::{Linear, Table};
use super::measure::Measure;
use super::threshold::Thresholds;
use super::trie::Trie;

const MAGIC: [u8; 4] = *b"GJMD";
const FORMAT: u32 = 1;
const DIGEST: usize = 32;

/// What a file holds: a model of one set of labels, or a whole classifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Holds {
    TextModel,
    Classifier,
}

/// A model and what it says of itself.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) linear: Linear,
    pub(super) heads: Vec<Head>,
    /// How it did on texts it had not seen while it was learned.
    pub(super) measures: Vec<Measure>,
    pub(super) thresholds: Thresholds,
}

#[derive(Serialize, Deserialize)]
struct Header {
    holds: Holds,
    name: String,
    heads: Vec<HeadLine>,
    letters: String,
    lexicon: Option<String>,
    measures: Vec<Measure>,
    thresholds: Thresholds,
}

#[derive(Serialize, Deserialize)]
struct HeadLine {
    name: String,
    labels: Vec<String>,
}

impl Model {
    pub(super) fn to_bytes(&self, holds: Holds) -> Vec<u8> {
        let header = Header {
            holds,
            name: self.name.clone(),
            heads: self
                .heads
                .iter()
                .map(|head| HeadLine { name: head.name.clone(), labels: head.labels.clone() })
                .collect(),
            letters: self.linear.alphabet.chars().collect(),
            lexicon: self.linear.lexicon.as_ref().map(|placed| placed.lexicon.text().to_owned()),
            measures: self.measures.clone(),
            thresholds: self.thresholds,
        };
        let numbers = self.heads.iter().map(|head| head.sharpness);
        let numbers = numbers.chain(self.linear.table.units.iter().copied()).chain(self.linear.begin.iter().copied());
        let numbers = numbers.chain(self.linear.cue_weights.iter().copied());
        let mut bytes = [MAGIC, FORMAT.to_le_bytes()].concat();
        section(&mut bytes, serde_json::to_vec(&header).unwrap_or_default());
        section(&mut bytes, numbers.flat_map(f32::to_le_bytes));
        section(&mut bytes, self.linear.trie.words().flat_map(u32::to_le_bytes));
        section(&mut bytes, self.linear.table.cells());
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8], wanted: Holds) -> Result<Self, ModelError> {
        let wrong = |message: &str| ModelError::Bytes(message.to_owned());
        let rest = bytes.strip_prefix(&MAGIC).ok_or_else(|| wrong("it does not begin with `GJMD`"))?;
        let (format, _) = rest.split_first_chunk::<4>().ok_or_else(|| wrong("it ends after its first letters"))?;
        let found = u32::from_le_bytes(*format);
        if found != FORMAT {
            return Err(ModelError::Format { found, known: FORMAT });
        }
        let (body, digest) = bytes.split_last_chunk::<DIGEST>().ok_or_else(|| wrong("it ends before its checksum"))?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(wrong("its checksum does not fit: it was cut or changed on the way"));
        }
        let mut sections = Sections(body.get(8..).unwrap_or_default());
        let header: Header = serde_json::from_slice(sections.next()?)
            .map_err(|error| ModelError::Bytes(format!("its header: {error}")))?;
        if header.holds != wanted {
            return Err(wrong(match header.holds {
                Holds::TextModel => "it holds a text model, not a classifier",
                Holds::Classifier => "it holds a classifier, not a text model",
            }));
        }
        let (numbers, words, cells) = (sections.next()?, sections.next()?, sections.next()?);
        header
            .model(&floats(numbers), &self::words(words), cells)
            .ok_or_else(|| wrong("its parts do not fit each other"))
    }
}

impl Header {
    /// The parts put together; none if their sizes do not fit.
    fn model(self, numbers: &[f32], words: &[u32], cells: &[u8]) -> Option<Model> {
        let mut heads = Vec::new();
        let mut lanes = 0;
        for line in self.heads {
            let head = Head::new(line.name, line.labels, lanes);
            lanes += head.lanes();
            heads.push(head);
        }
        let (sharpness, numbers) = numbers.split_at_checked(heads.len())?;
        let (units, numbers) = numbers.split_at_checked(lanes + 1)?;
        let (begin, cue_weights) = numbers.split_at_checked(lanes)?;
        for (head, sharpness) in heads.iter_mut().zip(sharpness) {
            head.sharpness = *sharpness;
        }
        let alphabet = Alphabet::from_letters(self.letters.chars());
        let trie = Trie::from_words(words);
        let table = Table::from_cells(lanes, trie.len(), units.to_vec(), cells)?;
        let lexicon = match self.lexicon {
            Some(text) => Some(Placed::new(Lexicon::from_toml(&text).ok()?, &alphabet, &trie)),
            None => None,
        };
        let labels = lexicon.as_ref().map_or(0, |placed| placed.lexicon.labels().len());
        let fits = cue_weights.len() == labels * lanes
            && trie.len() >= alphabet.len()
            && heads.iter().all(|head| !head.labels.is_empty());
        let linear =
            Linear { alphabet, trie, table, begin: begin.to_vec(), lexicon, cue_weights: cue_weights.to_vec() };
        fits.then_some(Model { name: self.name, linear, heads, measures: self.measures, thresholds: self.thresholds })
    }
}

fn section(bytes: &mut Vec<u8>, content: impl IntoIterator<Item = u8>) {
    let place = bytes.len();
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend(content);
    let length = u32::try_from(bytes.len() - place - 4).unwrap_or(u32::MAX);
    if let Some(slot) = bytes.get_mut(place..place + 4) {
        slot.copy_from_slice(&length.to_le_bytes());
    }
}

struct Sections<'a>(&'a [u8]);

impl<'a> Sections<'a> {
    fn next(&mut self) -> Result<&'a [u8], ModelError> {
        let cut = || ModelError::Bytes("a section ends before its length".to_owned());
        let (length, rest) = self.0.split_first_chunk::<4>().ok_or_else(cut)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| cut())?;
        let (content, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        self.0 = rest;
        Ok(content)
    }
}

/// Finite numbers; what is none counts as zero.
fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let number = |bytes: &[u8; 4]| Some(f32::from_le_bytes(*bytes)).filter(|number| number.is_finite()).unwrap_or(0.0);
    numbers.iter().map(number).collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
