//! The tables: one per kind of record.
use super::table::{Index, Table, int, text};

/// Service cases; the columns are those of [`crate::case::COLUMNS`].
pub static SERVICE_CASE: Table = Table {
    name: "service_case",
    columns: &[
        int("number"),
        text("kind"),
        text("status"),
        text("topic"),
        text("urgency"),
        text("complexity"),
        int("major"),
        text("channel"),
        text("department"),
        text("owner"),
        text("customer"),
        text("premises"),
        text("external"),
        int("registered"),
        int("responded"),
        int("resolved"),
        int("closed"),
        int("due"),
        text("due_metric"),
        int("due_respond"),
        int("due_plan"),
        int("due_resolve"),
        int("broken"),
        int("running"),
        int("provisional"),
    ],
    indexes: &[
        Index { name: "due", columns: &["due"] },
        Index { name: "ledger", columns: &["community", "registered"] },
        Index { name: "customer", columns: &["customer", "registered"] },
        Index { name: "owner", columns: &["owner", "due"] },
    ],
};

/// Buildings and units.
pub static PLACE: Table = Table { name: "place", columns: &[text("kind"), text("parent"), text("name")], indexes: &[] };

/// Premises, with their tenures in the state.
pub static PREMISES: Table = Table {
    name: "premises",
    columns: &[text("building"), text("unit"), text("room"), text("kind"), int("area_dm2")],
    indexes: &[],
};

/// Customers.
pub static CUSTOMER: Table = Table {
    name: "customer",
    columns: &[text("kind"), int("verified"), int("checked"), int("erased")],
    indexes: &[Index { name: "checked", columns: &["checked"] }],
};

/// Staff.
pub static STAFF: Table =
    Table { name: "staff", columns: &[text("role"), text("department"), text("status")], indexes: &[] };

/// Communities.
pub static COMMUNITY_FILE: Table = Table { name: "community_file", columns: &[text("name")], indexes: &[] };

/// Rulebooks that records are pinned to.
pub static RULEBOOK: Table =
    Table { name: "rulebook", columns: &[text("book"), text("edition"), text("hash")], indexes: &[] };

/// Customers' keys, wrapped under the company's; erasing a customer removes its row.
pub static SUBJECT_KEY: Table = Table { name: "subject_key", columns: &[int("epoch")], indexes: &[] };

/// What is kept of the vault: one row.
pub static VAULT: Table = Table { name: "vault", columns: &[int("epoch")], indexes: &[] };

/// All tables.
pub static ALL: [&Table; 9] =
    [&SERVICE_CASE, &PLACE, &PREMISES, &CUSTOMER, &STAFF, &COMMUNITY_FILE, &RULEBOOK, &SUBJECT_KEY, &VAULT];

/// A table by name.
pub fn named(name: &str) -> Option<&'static Table> {
    ALL.into_iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_cases_are_the_cells_that_cases_give() {
        let declared: Vec<&str> = SERVICE_CASE.columns.iter().map(|column| column.name).collect();
        assert_eq!(declared, crate::case::COLUMNS);
    }

    #[test]
    fn indexes_name_columns_that_are_there() {
        for table in ALL {
            for column in table.indexes.iter().flat_map(|index| index.columns) {
                assert!(*column == "community" || table.column(column).is_some(), "{}.{column}", table.name);
            }
        }
    }
}
