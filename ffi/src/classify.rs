//! What residents want, about what, how urgently; and labels of any set.
use std::ffi::{CStr, CString, c_char};

use guanjia::classify::{Choice, Classifier, Example, Lexicon, Reading, TextModel, Thresholds, Training};
use guanjia::ident::Code;
use guanjia::ops::{OpError, read_json};

use crate::boundary::{
    Cell, borrowed, bytes, cell, filled, free, give_text, guard, needed, object, optional_text, slice, text, value,
    wanted,
};
use crate::error::{GJ_E_ARGUMENT, GJ_E_INTERNAL, GJ_OK, gj_error, gj_status, terminated};
use crate::text::gj_text;

/// The field of what the writer wants.
pub const GJ_FIELD_KIND: i32 = 0;
/// The field of what it is about.
pub const GJ_FIELD_TOPIC: i32 = 1;
/// The field of how soon harm is done.
pub const GJ_FIELD_URGENCY: i32 = 2;

/// A person should settle the kind.
pub const GJ_ASK_KIND: i32 = 1;
/// A person should settle the topic.
pub const GJ_ASK_TOPIC: i32 = 2;
/// A person should settle the urgency.
pub const GJ_ASK_URGENCY: i32 = 4;
/// A person should settle whether it is major.
pub const GJ_ASK_MAJOR: i32 = 8;

/// A label by its place, the next best one, and how likely each is right, 0 to 1. Places are -1 in a row without answer.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct gj_choice {
    /// The place of the label.
    pub label: i32,
    /// The place of the next best label; the same where there is one label alone.
    pub second: i32,
    /// How likely the label is right: of answers given with 0.8, eight in ten are.
    pub confidence: f32,
    /// How likely the next best one is.
    pub second_confidence: f32,
}

/// The labels of a text by their places; gj_classifier_label tells their codes.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct gj_reading {
    /// What the writer wants: a place of GJ_FIELD_KIND.
    pub kind: gj_choice,
    /// What it is about: a place of GJ_FIELD_TOPIC.
    pub topic: gj_choice,
    /// How soon harm is done: a place of GJ_FIELD_URGENCY.
    pub urgency: gj_choice,
    /// Whether it goes to the superior at once: 1 or 0.
    pub major: gj_choice,
    /// 1 if safety cues, or a danger likely enough though not the likeliest, raised the urgency, else 0.
    pub raised: i32,
    /// 1 if the text says enough, else 0: then the labels are what the lexicon falls back on.
    pub known: i32,
    /// The GJ_ASK_ bits of the labels that a person should settle: their confidence is too low.
    pub ask: i32,
}

/// Messages with the labels they should have, column by column. Set it to zeros first: a column that is NULL is absent,
/// and so is a row of it that is NULL. What is absent teaches nothing.
#[repr(C)]
pub struct gj_examples {
    /// sizeof(gj_examples).
    pub struct_size: usize,
    /// Rows.
    pub n: usize,
    /// What was written or noted: `n` texts, UTF-8. Not NULL.
    pub text: *const *const c_char,
    /// Bytes of each text.
    pub text_len: *const usize,
    /// What the writer wants: `n` codes such as "repair".
    pub kind: *const *const c_char,
    /// Bytes of each kind.
    pub kind_len: *const usize,
    /// What it is about: `n` codes such as "lift".
    pub topic: *const *const c_char,
    /// Bytes of each topic.
    pub topic_len: *const usize,
    /// How soon harm is done: `n` codes such as "urgent".
    pub urgency: *const *const c_char,
    /// Bytes of each urgency.
    pub urgency_len: *const usize,
    /// Whether it goes to the superior at once: `n` numbers, 1 for yes, 0 for no, -1 for absent.
    pub major: *const i8,
}

/// Where the answers of a classifier turn, each a likelihood from 0 to 1.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct gj_thresholds {
    /// Below this confidence an answer asks: 0 never, 1 always.
    pub ask: f32,
    /// A danger this likely is treated as one, though another urgency be likelier.
    pub danger: f32,
    /// What is this likely to be major is treated so.
    pub major: f32,
}

/// Reads messages: kind, topic, urgency, weight. Immutable: any threads may share it.
pub struct gj_classifier {
    classifier: Classifier,
    name: CString,
    /// By field.
    labels: [Vec<CString>; 3],
}

/// A model that gives a text one label of any set. Immutable: any threads may share it.
pub struct gj_model {
    model: TextModel,
    labels: Vec<CString>,
}

/// The classifier that ships with the library.
///
/// @param out_classifier gets the classifier, yours to free with gj_classifier_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_standard(
    out_classifier: *mut *mut gj_classifier,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { object((out_classifier, "out_classifier"), out_error, || Ok(gj_classifier::new(Classifier::standard()))) }
}

/// Learns from messages with their labels. The same examples, lexicon and settings give the same classifier.
///
/// @param name its name and version, such as "ours@1"
/// @param name_len bytes of `name`
/// @param examples the messages; each field must have at least two labels among them
/// @param lexicon the cues, TOML; (NULL, 0) for those of the standard
/// @param lexicon_len bytes of `lexicon`
/// @param settings JSON such as {"cost": 2, "balance": 0.5, "order": 2, "least": 1, "seed": 1}, each of which may be left
/// out: what following the examples closely is worth, how far rare labels weigh more, 0 to 1, the longest run of
/// characters, 1 to 4, in how many texts it must occur, and what the order of learning follows from; (NULL, 0) for none
/// @param settings_len bytes of `settings`
/// @param out_classifier gets the classifier, yours to free with gj_classifier_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "topic[3]"; GJ_E_DATA with every problem of the
/// examples or of the lexicon
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_train(
    name: *const c_char,
    name_len: usize,
    examples: *const gj_examples,
    lexicon: *const c_char,
    lexicon_len: usize,
    settings: *const c_char,
    settings_len: usize,
    out_classifier: *mut *mut gj_classifier,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_classifier, "out_classifier"), out_error, || {
            let name = text((name, name_len), "name")?;
            let examples = gj_examples::read(examples)?;
            let lexicon = match optional_text((lexicon, lexicon_len), "lexicon")? {
                Some(toml) => Lexicon::from_toml(toml)?,
                None => Classifier::standard_lexicon(),
            };
            let training = training((settings, settings_len))?;
            Ok(gj_classifier::new(Classifier::train(name, &examples, &lexicon, &training)?))
        })
    }
}

/// A classifier from the bytes of gj_classifier_to_bytes.
///
/// @param data the bytes
/// @param len how many
/// @param out_classifier gets the classifier, yours to free with gj_classifier_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for what holds no classifier, was damaged, or was written by
/// a later version of the library
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_from_bytes(
    data: *const c_char,
    len: usize,
    out_classifier: *mut *mut gj_classifier,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_classifier, "out_classifier"), out_error, || {
            let bytes = slice(data.cast::<u8>(), len, "data")?;
            Ok(gj_classifier::new(Classifier::from_bytes(bytes)?))
        })
    }
}

/// Writes a classifier down, its lexicon included. Call it with (NULL, 0) for `out` to learn how much room is needed.
///
/// @param classifier the classifier
/// @param out gets the bytes if there is room for all of them; NULL if `out_size` is 0
/// @param out_size bytes of room
/// @param out_len gets how many bytes there are, whether there was room or not
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
/// GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_to_bytes(
    classifier: *const gj_classifier,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        bytes((out, out_size), out_len, out_error, || Ok(needed(classifier, "classifier")?.classifier.to_bytes()))
    }
}

/// Where the answers of a classifier turn.
///
/// @param classifier the classifier
/// @param out_thresholds gets the thresholds
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_thresholds(
    classifier: *const gj_classifier,
    out_thresholds: *mut gj_thresholds,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_thresholds, "out_thresholds"), out_error, || {
            Ok(gj_thresholds::of(needed(classifier, "classifier")?.classifier.thresholds()))
        })
    }
}

/// The same classifier with other thresholds; its bytes keep them. The first one is left as it is.
///
/// @param classifier the classifier
/// @param thresholds each from 0 to 1
/// @param out_classifier gets the other classifier, yours to free with gj_classifier_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "thresholds.danger"
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_with_thresholds(
    classifier: *const gj_classifier,
    thresholds: *const gj_thresholds,
    out_classifier: *mut *mut gj_classifier,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_classifier, "out_classifier"), out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            let gj_thresholds { ask, danger, major } = *needed(thresholds, "thresholds")?;
            let thresholds = Thresholds {
                ask: share(ask, "thresholds.ask")?,
                danger: share(danger, "thresholds.danger")?,
                major: share(major, "thresholds.major")?,
            };
            Ok(gj_classifier::new(classifier.with_thresholds(thresholds)))
        })
    }
}

/// The thresholds that fit labelled messages which a classifier has not learned from: a share of the dangers among them is
/// found, as few others as possible are taken for one, and what is major is told apart as well as can be. What fewer than
/// 20 examples would tell stays as it is.
///
/// @param classifier the classifier
/// @param examples the messages; `urgency` and `major` are looked at
/// @param found the share of the dangers to be found, 0 to 1, such as 0.95
/// @param out_thresholds gets the thresholds, for gj_classifier_with_thresholds
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_tune(
    classifier: *const gj_classifier,
    examples: *const gj_examples,
    found: f32,
    out_thresholds: *mut gj_thresholds,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_thresholds, "out_thresholds"), out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            let examples = gj_examples::read(examples)?;
            Ok(gj_thresholds::of(classifier.tune(&examples, share(found, "found")?)))
        })
    }
}

/// The texts most worth labelling by hand: those whose labels a classifier is least sure of, the least sure first; of equal
/// texts the first alone.
///
/// @param classifier the classifier
/// @param data `n` texts, UTF-8
/// @param lens bytes of each
/// @param n rows
/// @param out_rows gets the places of the texts
/// @param room how many places to give at most
/// @param out_count gets how many there are
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "data[3]"
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_uncertain(
    classifier: *const gj_classifier,
    data: *const *const c_char,
    lens: *const usize,
    n: usize,
    out_rows: *mut usize,
    room: usize,
    out_count: *mut usize,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_count, "out_count"), out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            let texts = all((data, "data"), (lens, "lens"), n)?;
            let out = filled(out_rows, room, 0, "out_rows")?;
            let picked = classifier.uncertain(&texts, room);
            out.iter_mut().zip(&picked).for_each(|(out, row)| *out = *row);
            Ok(picked.len())
        })
    }
}

/// Frees a classifier.
///
/// @param classifier may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_free(classifier: *mut gj_classifier) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(classifier) };
}

/// Name and version of a classifier.
///
/// @param classifier may be NULL
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text such as "standard@1", which lives as long as the classifier; empty for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_name(classifier: *const gj_classifier, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(classifier).map(|classifier| classifier.name.as_c_str()), out_len) }
}

/// How many labels a field has: their places go from 0 to below that.
///
/// @param classifier may be NULL
/// @param field GJ_FIELD_KIND, GJ_FIELD_TOPIC or GJ_FIELD_URGENCY
/// @return the number; 0 for NULL and for another field
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_labels(classifier: *const gj_classifier, field: i32) -> usize {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { borrowed(classifier) }.map_or(0, |classifier| classifier.labels_of(field).len())
}

/// The code of a label by its place.
///
/// @param classifier may be NULL
/// @param field GJ_FIELD_KIND, GJ_FIELD_TOPIC or GJ_FIELD_URGENCY
/// @param label its place, as a reading has it
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text such as "lift", which lives as long as the classifier; empty for NULL, another field, and a
/// place without label such as -1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_label(
    classifier: *const gj_classifier,
    field: i32,
    label: i32,
    out_len: *mut usize,
) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(classifier).and_then(|classifier| at(classifier.labels_of(field), label)), out_len) }
}

/// The labels of a text.
///
/// @param classifier the classifier
/// @param data what the resident wrote, or the desk noted, UTF-8
/// @param len bytes of `data`
/// @param out_reading gets the labels by their places
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_classify(
    classifier: *const gj_classifier,
    data: *const c_char,
    len: usize,
    out_reading: *mut gj_reading,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_reading, "out_reading"), out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            Ok(gj_reading::of(classifier, &classifier.reader().read(text((data, len), "data")?)))
        })
    }
}

/// gj_classifier_classify over an array; nothing is allocated for a row. A row that cannot be read does not hinder the
/// others.
///
/// @param classifier the classifier
/// @param data `n` texts, UTF-8; NULL for one that is absent
/// @param lens bytes of each
/// @param n rows
/// @param out_readings gets `n` readings; all places are -1 and all else 0 where the text is absent or not UTF-8
/// @param out_status gets `n` statuses, as gj_classifier_classify returns them, GJ_OK for an absent text; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_classify_many(
    classifier: *const gj_classifier,
    data: *const *const c_char,
    lens: *const usize,
    n: usize,
    out_readings: *mut gj_reading,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            let mut reader = classifier.reader();
            let read = |text: &str| gj_reading::of(classifier, &reader.read(text));
            each((data, lens, n), (out_readings, gj_reading::BLANK, "out_readings"), out_status, read)
        })
    }
}

/// What spoke for the labels of a text: spans of it with weights that add up to the scores.
///
/// @param classifier the classifier
/// @param data the text, UTF-8
/// @param len bytes of `data`
/// @param limit so many pieces of evidence one by one for each field, the rest together
/// @param out_result gets JSON as the operation "classify.explain" gives it: `labels`, and `explained` with each field's
/// `label`, `score` and `evidence`; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_explain(
    classifier: *const gj_classifier,
    data: *const c_char,
    len: usize,
    limit: usize,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let classifier = &needed(classifier, "classifier")?.classifier;
            written(serde_json::to_string(&classifier.explain(text((data, len), "data")?, limit)))
        })
    }
}

/// How a classifier did on examples it had not seen while it was learned.
///
/// @param classifier the classifier
/// @param out_result gets JSON: an array with `field`, `n`, `accuracy`, `macro_f1`, `labels`, `confusion`, `reliability`
/// and `calibration_error` of each field; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_classifier_measures(
    classifier: *const gj_classifier,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            written(serde_json::to_string(needed(classifier, "classifier")?.classifier.measures()))
        })
    }
}

/// Learns a label of any set from texts. The same texts, labels and settings give the same model.
///
/// @param texts `n` texts, UTF-8
/// @param text_lens bytes of each
/// @param labels `n` labels, UTF-8, at least two different ones; a text may stand there twice with two labels
/// @param label_lens bytes of each
/// @param n rows
/// @param settings JSON as gj_classifier_train takes it; (NULL, 0) for none
/// @param settings_len bytes of `settings`
/// @param out_model gets the model, yours to free with gj_model_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call, with paths such as "texts[3]"; GJ_E_DATA with every problem of the
/// examples, with paths such as "labels[3]"
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_train(
    texts: *const *const c_char,
    text_lens: *const usize,
    labels: *const *const c_char,
    label_lens: *const usize,
    n: usize,
    settings: *const c_char,
    settings_len: usize,
    out_model: *mut *mut gj_model,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_model, "out_model"), out_error, || {
            let texts = all((texts, "texts"), (text_lens, "text_lens"), n)?;
            let labels = all((labels, "labels"), (label_lens, "label_lens"), n)?;
            Ok(gj_model::new(TextModel::train(&texts, &labels, &training((settings, settings_len))?)?))
        })
    }
}

/// A model from the bytes of gj_model_to_bytes.
///
/// @param data the bytes
/// @param len how many
/// @param out_model gets the model, yours to free with gj_model_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call; GJ_E_DATA for what holds no such model, was damaged, or was written by
/// a later version of the library
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_from_bytes(
    data: *const c_char,
    len: usize,
    out_model: *mut *mut gj_model,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_model, "out_model"), out_error, || {
            Ok(gj_model::new(TextModel::from_bytes(slice(data.cast::<u8>(), len, "data")?)?))
        })
    }
}

/// Writes a model down. Call it with (NULL, 0) for `out` to learn how much room is needed.
///
/// @param model the model
/// @param out gets the bytes if there is room for all of them; NULL if `out_size` is 0
/// @param out_size bytes of room
/// @param out_len gets how many bytes there are, whether there was room or not
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK, also if there is too little room: then nothing was written, and `out_len` is greater than `out_size`;
/// GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_to_bytes(
    model: *const gj_model,
    out: *mut c_char,
    out_size: usize,
    out_len: *mut usize,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { bytes((out, out_size), out_len, out_error, || Ok(needed(model, "model")?.model.to_bytes())) }
}

/// Frees a model.
///
/// @param model may be NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_free(model: *mut gj_model) {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { free(model) };
}

/// How many labels a model knows: their places go from 0 to below that.
///
/// @param model may be NULL
/// @return the number; 0 for NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_labels(model: *const gj_model) -> usize {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { borrowed(model) }.map_or(0, |model| model.labels.len())
}

/// A label by its place.
///
/// @param model may be NULL
/// @param label its place, as a choice has it
/// @param out_len gets the bytes of the text; may be NULL
/// @return terminated text that lives as long as the model; empty for NULL and for a place without label such as -1
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_label(model: *const gj_model, label: i32, out_len: *mut usize) -> *const c_char {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe { give_text(borrowed(model).and_then(|model| at(&model.labels, label)), out_len) }
}

/// The label of a text.
///
/// @param model the model
/// @param data the text, UTF-8
/// @param len bytes of `data`
/// @param out_choice gets the label and the next best one, by their places
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_classify(
    model: *const gj_model,
    data: *const c_char,
    len: usize,
    out_choice: *mut gj_choice,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        value((out_choice, "out_choice"), out_error, || {
            let model = &needed(model, "model")?.model;
            Ok(gj_choice::of(model.reader().read(text((data, len), "data")?)))
        })
    }
}

/// gj_model_classify over an array; nothing is allocated for a row. A row that cannot be read does not hinder the others.
///
/// @param model the model
/// @param data `n` texts, UTF-8; NULL for one that is absent
/// @param lens bytes of each
/// @param n rows
/// @param out_choices gets `n` choices; both places are -1 and all else 0 where the text is absent or not UTF-8
/// @param out_status gets `n` statuses, as gj_model_classify returns them, GJ_OK for an absent text; may be NULL
/// @param out_error gets what went wrong with the call as a whole; may be NULL
/// @return GJ_OK, whatever the rows are; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_classify_many(
    model: *const gj_model,
    data: *const *const c_char,
    lens: *const usize,
    n: usize,
    out_choices: *mut gj_choice,
    out_status: *mut gj_status,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        guard(out_error, || {
            let mut reader = needed(model, "model")?.model.reader();
            let read = |text: &str| gj_choice::of(reader.read(text));
            each((data, lens, n), (out_choices, gj_choice::BLANK, "out_choices"), out_status, read)
        })
    }
}

/// What speaks for and against a label of a text: spans of it with weights that add up to the score.
///
/// @param model the model
/// @param data the text, UTF-8
/// @param len bytes of `data`
/// @param label the place of the label, the one chosen or another
/// @param limit so many pieces of evidence one by one, the rest together
/// @param out_result gets JSON: `label`, `score` and `evidence`; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call, a place without label included
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_explain(
    model: *const gj_model,
    data: *const c_char,
    len: usize,
    label: i32,
    limit: usize,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            let model = &needed(model, "model")?.model;
            let text = text((data, len), "data")?;
            let name = usize::try_from(label).ok().and_then(|place| model.labels().get(place));
            let explained = name.and_then(|name| model.explain(text, name, limit)).ok_or_else(|| {
                let most = model.labels().len().saturating_sub(1);
                OpError::argument("label", &format!("`{label}` is no place of a label: they go from 0 to {most}"))
            })?;
            written(serde_json::to_string(&explained))
        })
    }
}

/// How a model did on texts it had not seen while it was learned.
///
/// @param model the model
/// @param out_result gets JSON: `field`, `n`, `accuracy`, `macro_f1`, `labels`, `confusion`, `reliability` and
/// `calibration_error`; yours to free with gj_text_free
/// @param out_error gets what went wrong; may be NULL
/// @return GJ_OK; GJ_E_ARGUMENT for a wrong call
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gj_model_measure(
    model: *const gj_model,
    out_result: *mut *mut gj_text,
    out_error: *mut *mut gj_error,
) -> gj_status {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        object((out_result, "out_result"), out_error, || {
            written(serde_json::to_string(&needed(model, "model")?.model.measure()))
        })
    }
}

impl gj_choice {
    const BLANK: Self = Self { label: -1, second: -1, confidence: 0.0, second_confidence: 0.0 };

    fn of(choice: Choice) -> Self {
        let place = |place: usize| i32::try_from(place).unwrap_or(-1);
        Self {
            label: place(choice.label),
            second: place(choice.second),
            confidence: choice.confidence,
            second_confidence: choice.second_confidence,
        }
    }
}

impl gj_reading {
    const BLANK: Self = {
        let blank = gj_choice::BLANK;
        Self { kind: blank, topic: blank, urgency: blank, major: blank, raised: 0, known: 0, ask: 0 }
    };

    fn of(classifier: &Classifier, reading: &Reading) -> Self {
        let bits = [GJ_ASK_KIND, GJ_ASK_TOPIC, GJ_ASK_URGENCY, GJ_ASK_MAJOR];
        let asked = classifier.unsure(reading).into_iter().zip(bits).filter(|(unsure, _)| *unsure);
        Self {
            kind: gj_choice::of(reading.kind),
            topic: gj_choice::of(reading.topic),
            urgency: gj_choice::of(reading.urgency),
            major: gj_choice::of(reading.major),
            raised: i32::from(reading.raised),
            known: i32::from(reading.known),
            ask: asked.map(|(_, bit)| bit).sum(),
        }
    }
}

impl gj_examples {
    /// The rows as the core takes them.
    unsafe fn read(examples: *const Self) -> Result<Vec<Example>, OpError> {
        wanted(examples, "examples")?;
        // SAFETY: the caller's pointers are as the header asks; that there is a whole struct is known once it says so.
        unsafe {
            let size = *examples.cast::<usize>();
            if size != size_of::<Self>() {
                let message = format!("is {size}, not sizeof(gj_examples), {}", size_of::<Self>());
                return Err(OpError::argument("examples.struct_size", &message));
            }
            let given = &*examples;
            let n = given.n;
            let text = all((given.text, "text"), (given.text_len, "text_len"), n)?;
            let kind = codes((given.kind, "kind"), (given.kind_len, "kind_len"), n)?;
            let topic = codes((given.topic, "topic"), (given.topic_len, "topic_len"), n)?;
            let urgency = codes((given.urgency, "urgency"), (given.urgency_len, "urgency_len"), n)?;
            let major = flags((given.major, "major"), n)?;
            let labels = kind.into_iter().zip(topic).zip(urgency.into_iter().zip(major));
            let example = |(text, ((kind, topic), (urgency, major))): (&str, _)| Example {
                text: text.to_owned(),
                kind,
                topic,
                urgency,
                major,
            };
            Ok(text.into_iter().zip(labels).map(example).collect())
        }
    }
}

impl gj_classifier {
    fn new(classifier: Classifier) -> Self {
        let labels = [classifier.kinds(), classifier.topics(), classifier.urgencies()];
        let labels = labels.map(|codes| codes.iter().map(|code| terminated(code.as_str())).collect());
        Self { name: terminated(classifier.name()), labels, classifier }
    }

    fn labels_of(&self, field: i32) -> &[CString] {
        let [kinds, topics, urgencies] = &self.labels;
        match field {
            GJ_FIELD_KIND => kinds,
            GJ_FIELD_TOPIC => topics,
            GJ_FIELD_URGENCY => urgencies,
            _ => &[],
        }
    }
}

impl gj_model {
    fn new(model: TextModel) -> Self {
        Self { labels: model.labels().iter().map(|label| terminated(label)).collect(), model }
    }
}

fn at(labels: &[CString], place: i32) -> Option<&CStr> {
    labels.get(usize::try_from(place).ok()?).map(CString::as_c_str)
}

fn written(json: serde_json::Result<String>) -> Result<gj_text, OpError> {
    json.map(|json| gj_text::new(&json)).map_err(|error| OpError::internal(&error.to_string()))
}

/// Settings that may be absent.
unsafe fn training(settings: (*const c_char, usize)) -> Result<Training, OpError> {
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { optional_text(settings, "settings") }?.map_or_else(|| Ok(Training::default()), read_json)
}

impl gj_thresholds {
    fn of(Thresholds { ask, danger, major }: Thresholds) -> Self {
        Self { ask, danger, major }
    }
}

/// A number from 0 to 1.
fn share(value: f32, name: &str) -> Result<f32, OpError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(OpError::argument(name, &format!("{value} lies outside of 0 to 1")))
}

/// A column of texts, all there.
unsafe fn all<'a>(
    (data, name): (*const *const c_char, &str),
    (lens, lens_name): (*const usize, &str),
    n: usize,
) -> Result<Vec<&'a str>, OpError> {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        let rows = slice(data, n, name)?.iter().zip(slice(lens, n, lens_name)?).enumerate();
        rows.map(|(row, (data, len))| text((*data, *len), &format!("{name}[{row}]"))).collect()
    }
}

/// A column of codes that may be absent, as may each.
unsafe fn codes(
    (data, name): (*const *const c_char, &str),
    (lens, lens_name): (*const usize, &str),
    n: usize,
) -> Result<Vec<Option<Code>>, OpError> {
    if data.is_null() {
        return Ok(vec![None; n]);
    }
    // SAFETY: the caller's pointers are as the header asks.
    let rows = unsafe { slice(data, n, name)?.iter().zip(slice(lens, n, lens_name)?) };
    let code = |(row, (data, len)): (usize, (&*const c_char, &usize))| {
        let path = format!("{name}[{row}]");
        // SAFETY: the caller's pointer is as the header asks.
        let given = unsafe { optional_text((*data, *len), &path) }?;
        let code = |given: &str| Code::new(given).map_err(|error| OpError::argument(&path, &error.to_string()));
        given.map(code).transpose()
    };
    rows.enumerate().map(code).collect()
}

/// A column of 1, 0 and -1 that may be absent.
unsafe fn flags((data, name): (*const i8, &str), n: usize) -> Result<Vec<Option<bool>>, OpError> {
    if data.is_null() {
        return Ok(vec![None; n]);
    }
    let flag = |(row, flag): (usize, &i8)| match flag {
        1 => Ok(Some(true)),
        0 => Ok(Some(false)),
        -1 => Ok(None),
        _ => Err(OpError::argument(&format!("{name}[{row}]"), &format!("`{flag}` is not 1, 0 or -1"))),
    };
    // SAFETY: the caller's pointer is as the header asks.
    unsafe { slice(data, n, name) }?.iter().enumerate().map(flag).collect()
}

/// Reads the rows of a column of texts, each for itself.
unsafe fn each<T: Copy>(
    (data, lens, n): (*const *const c_char, *const usize, usize),
    (out, blank, name): (*mut T, T, &str),
    out_status: *mut gj_status,
    mut read: impl FnMut(&str) -> T,
) -> Result<(), OpError> {
    // SAFETY: the caller's pointers are as the header asks.
    unsafe {
        let (data, lens) = (slice(data, n, "data")?, slice(lens, n, "lens")?);
        let out = filled(out, n, blank, name)?;
        let asked = if out_status.is_null() { 0 } else { n };
        // What a panic leaves unread is seen to be so.
        let mut statuses = filled(out_status, asked, GJ_E_INTERNAL, "out_status")?.iter_mut();
        for ((data, len), out) in data.iter().zip(lens).zip(out) {
            let status = match cell(*data, *len) {
                Cell::Text(text) => {
                    *out = read(text);
                    GJ_OK
                }
                Cell::Absent => GJ_OK,
                Cell::Wrong => GJ_E_ARGUMENT,
            };
            if let Some(slot) = statuses.next() {
                *slot = status;
            }
        }
    }
    Ok(())
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<gj_classifier>();
    shared::<gj_model>();
};
