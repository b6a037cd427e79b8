//! Text as it is read, compared and shown: one form of each letter and mark, bytes of GB18030, misread bytes,
//! names, and personal data found and masked.
//!
//! Places in public results are counted in characters (Unicode scalar values), as Python counts them; Rust callers get
//! byte ranges beside them. A normalised character knows the characters it came from, so that whatever is found in
//! normalised text is shown in the text as it was written.
mod charset;
mod fold;
mod mask;
mod misread;
mod names;
mod normal;
pub mod operations;
pub mod personal;

pub use charset::{ByteMisfit, CharMisfit, Charset, NotGb18030, Unfit, decode_gb18030, encode};
pub use fold::{fold, fold_char};
pub use mask::{Hidden, Masked, Pseudonyms, mask, mask_value};
pub use misread::{Misread, Misreading, misread};
pub use names::{name, surname};
pub use normal::{Normal, Span, normalise};
use personal::digit;

/// Whether a character ends a clause of a sentence.
pub fn ends_clause(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | '\n' | ' ' | '。' | '、' | '…')
}
