//! Text as it is read, compared and shown: one form of each letter and mark, bytes of GB18030, misread bytes,
//! names, and personal data found and masked.
//!
//! Places in public results are counted in characters (Unicode scalar values), as Python counts them; Rust callers get
//! byte ranges beside them. A normalised character knows the characters it came from, so that whatever is found in
//! normalised text is shown in the text as it was written.
mod fold;

pub use fold::{fold, fold_char};

/// Whether a character ends a clause of a sentence.
pub fn ends_clause(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '\n' | ' ' | '。' | '、' | '…')
}
