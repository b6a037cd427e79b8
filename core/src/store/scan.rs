//! A ledger query: an index, leading values, a range, filters, a cursor and limits.
use super::error::StoreError;
use super::table::{Index, Row, Table};
use crate::cell::Cell;
use crate::ident::Id;

/// Rows along an index, in its order, ties by id. The leading columns of the index have stated values, the next one may
/// have a range.
#[derive(Debug, Clone)]
pub struct Scan<'a> {
    pub(super) table: &'static Table,
    pub(super) index: &'a str,
    pub(super) equal: Vec<Cell>,
    pub(super) lower: Option<Cell>,
    pub(super) upper: Option<Cell>,
    pub(super) filters: Vec<(&'a str, Cell)>,
    pub(super) descending: bool,
    pub(super) after: Option<Id>,
    pub(super) limit: usize,
}

impl<'a> Scan<'a> {
    /// All rows of an index.
    pub fn new(table: &'static Table, index: &'a str) -> Self {
        Self {
            table,
            index,
            equal: Vec::new(),
            lower: None,
            upper: None,
            filters: Vec::new(),
            descending: false,
            after: None,
            limit: usize::MAX,
        }
    }

    /// Values of the leading columns.
    #[must_use]
    pub fn equal(mut self, values: Vec<Cell>) -> Self {
        self.equal = values;
        self
    }

    /// The range of the next column: from the first on, before the second.
    #[must_use]
    pub fn range(mut self, lower: Option<Cell>, upper: Option<Cell>) -> Self {
        (self.lower, self.upper) = (lower, upper);
        self
    }

    /// Columns that must have stated values.
    #[must_use]
    pub fn filters(mut self, filters: Vec<(&'a str, Cell)>) -> Self {
        self.filters = filters;
        self
    }

    /// The other way round.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }

    /// Only rows after this one, in the order of the scan. It must be a row that the index holds.
    #[must_use]
    pub fn after(mut self, after: Option<Id>) -> Self {
        self.after = after;
        self
    }

    /// At most so many rows.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The index, and the column that the range is on; both checked against the table.
    pub(super) fn checked(&self) -> Result<(&'static Index, &'static str), StoreError> {
        let misfit = |reason: String| StoreError::Misfit { table: self.table.name, reason: reason.into() };
        let index = self.table.index(self.index).ok_or_else(|| misfit(format!("no index `{}`", self.index)))?;
        let ranged = index.columns.get(self.equal.len()).copied();
        let ranged = ranged.ok_or_else(|| misfit(format!("the index `{}` has fewer columns", self.index)))?;
        let unknown = self.filters.iter().find(|(name, _)| *name != "community" && self.table.column(name).is_none());
        match unknown {
            Some((name, _)) => Err(misfit(format!("no column `{name}`"))),
            None => Ok((index, ranged)),
        }
    }

    /// The place that `row`, under the cursor's id, has in the order of the scan.
    pub(super) fn cursor(&self, id: &Id, row: Option<&Row>, ranged: &str) -> Result<Cell, StoreError> {
        match row.map(|row| row.cell(self.table, ranged)) {
            Some(cell) if cell != Cell::Null => Ok(cell),
            _ => Err(StoreError::Misfit {
                table: self.table.name,
                reason: format!("no row `{id}` to go on after in the index `{}`", self.index).into(),
            }),
        }
    }
}
