//! The native half of the Python package: text, handles, and working time over datetimes and columns. What analysts see is
//! written in Python, but for the calls of a calendar that must cost nothing.
mod arrow;
mod calendar;
mod classify;
mod columns;
mod courtesy;
mod desk;
mod doorway;
mod each;
mod moments;
mod rulebook;
mod text;
mod texts;

/// The native half of `guanjia`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::calendar::NativeCalendar;
    #[pymodule_export]
    use super::classify::{NativeClassifier, NativeTextModel};
    #[pymodule_export]
    use super::columns::Column;
    #[pymodule_export]
    use super::courtesy::NativeCourtesy;
    #[pymodule_export]
    use super::desk::NativeDesk;
    #[pymodule_export]
    use super::each::{
        Answers, after_each, deadline_each, deadline_rows, elapsed_each, next_open_each, open_each, prev_close_each,
        provisional_each, working_days_each,
    };
    #[pymodule_export]
    use super::rulebook::{NativeContext, NativeRulebook};
    #[pymodule_export]
    use super::texts::{Texts, yes_and_no};

    #[pymodule_export]
    use super::text::{
        NativePseudonyms, encode, find_personal, from_gb18030, mask_each, misread, normalise, person_name,
    };

    /// The version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
