//! The native half of the Python package: text, microseconds and handles. What analysts see is written in Python.
mod calendar;
mod desk;
mod doorway;
mod rulebook;

/// The native half of `guanjia`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::calendar::NativeCalendar;
    #[pymodule_export]
    use super::desk::NativeDesk;
    #[pymodule_export]
    use super::rulebook::{NativeContext, NativeRulebook};

    /// The version of the library.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
