//! Tables as data.
use crate::calendar::Instant;
use crate::cell::Cell;
use crate::ident::Id;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number, a truth value, or an instant in microseconds.
    Int,
    /// A code or an id.
    Text,
}

/// A column: what is filtered, sorted and reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// An index: rows in the order of its columns. It holds only rows whose last column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// Its columns; `community` stands for the row's own.
    pub columns: &'static [&'static str],
}

/// A declared table: each store makes its own form of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns; every row gives its cells in this order.
    pub columns: &'static [Column],
    /// Its indexes besides id and `wake_at`.
    pub indexes: &'static [Index],
}

/// A record's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its community.
    pub community: Id,
    /// Its id.
    pub id: Id,
    /// How many steps made it.
    pub version: i64,
    /// When time alone has something to tell of it.
    pub wake_at: Option<Instant>,
    /// Its cells, in the order of the table's columns.
    pub columns: Vec<Cell>,
    /// Its state as JSON.
    pub state: String,
}

/// A record as it is kept, without its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its community.
    pub community: Id,
    /// How many steps made it.
    pub version: i64,
    /// When time alone has something to tell of it.
    pub wake_at: Option<Instant>,
    /// Its state as JSON.
    pub state: String,
}

impl Table {
    /// The place of a column among the cells.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// An index by name.
    pub fn index(&self, name: &str) -> Option<&'static Index> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

impl Row {
    /// The cell of a column, or the community's id.
    pub(super) fn cell(&self, table: &Table, column: &str) -> Cell {
        match column {
            "community" => Cell::Text(self.community.shared()),
            _ => table.column(column).and_then(|at| self.columns.get(at).cloned()).unwrap_or(Cell::Null),
        }
    }
}

pub(super) const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

pub(super) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}
