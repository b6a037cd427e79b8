//! One value of a flat column: what tables filter, sort and report.

/// A value of a flat column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Absent.
    Null,
    /// A number, a truth value (0 or 1) or an instant in microseconds.
    Int(i64),
    /// A code or an id.
    Text(Box<str>),
}

impl Cell {
    /// Text, or nothing.
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// A number, or nothing.
    pub fn int(number: Option<i64>) -> Self {
        number.map_or(Self::Null, Self::Int)
    }
}
