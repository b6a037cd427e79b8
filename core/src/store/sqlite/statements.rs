//! The statements of the declared tables, written once: building and hashing them anew costs as much as running them.
use std::collections::BTreeMap;

use crate::store::table::Table;
use crate::store::tables;

/// The statements of one table.
#[derive(Debug)]
pub(super) struct Statements {
    /// `SELECT id, community, version, wake_at, <columns>, state FROM <table> `, for the rest to follow.
    pub(super) select: String,
    /// One record without its columns, by id.
    pub(super) record: String,
    /// One record's row, by id.
    pub(super) row: String,
    /// What is due in a community up to an instant, at most so many.
    pub(super) due: String,
    /// A record's row in the place of what was there.
    pub(super) put: String,
    /// A record's row away.
    pub(super) remove: String,
}

/// Those of all tables, by name.
pub(super) fn all() -> BTreeMap<&'static str, Statements> {
    tables::ALL.into_iter().map(|table| (table.name, Statements::of(table))).collect()
}

impl Statements {
    fn of(table: &Table) -> Self {
        let name = table.name;
        let columns: String = table.columns.iter().map(|column| format!("{}, ", column.name)).collect();
        let set: String = table.columns.iter().map(|column| format!("{0} = excluded.{0}, ", column.name)).collect();
        let marks = ", ?".repeat(table.columns.len().saturating_add(4));
        let select = format!("SELECT id, community, version, wake_at, {columns}state FROM {name} ");
        Self {
            record: format!("SELECT community, version, wake_at, state FROM {name} WHERE id = ?"),
            row: format!("{select}WHERE id = ?"),
            due: format!(
                "SELECT wake_at, id FROM {name} WHERE community = ?1 AND wake_at IS NOT NULL AND wake_at <= ?2 \
                 ORDER BY wake_at, id LIMIT ?3"
            ),
            put: format!(
                "INSERT INTO {name} (id, community, version, wake_at, {columns}state) VALUES (?{marks}) \
                 ON CONFLICT (id) DO UPDATE SET community = excluded.community, version = excluded.version, \
                 wake_at = excluded.wake_at, {set}state = excluded.state"
            ),
            remove: format!("DELETE FROM {name} WHERE id = ?1"),
            select,
        }
    }
}
