//! One value of a flat column: what tables filter, sort and report.
use std::sync::Arc;

use crate::ident::Id;

/// A value of a flat column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Absent.
    Null,
    /// A number, a truth value (0 or 1) or an instant in microseconds.
    Int(i64),
    /// A code or an id.
    Text(Arc<str>),
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// An id or a code, or nothing: the text is shared, not copied.
    pub fn id(id: Option<&Id>) -> Self {
        id.map_or(Self::Null, |id| Self::Text(id.shared()))
    }

    /// A number, or nothing.
    pub fn int(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}
