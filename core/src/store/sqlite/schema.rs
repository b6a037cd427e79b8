//! The form of the file: its marks, its migrations, and the tables derived from what is declared.
use std::fmt::Write;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use super::{Durability, SqliteOptions};
use crate::store::error::StoreError;
use crate::store::table::{Column, Index, Kind, Table};
use crate::store::tables;

/// The mark of our files: `gj` and a one.
const APPLICATION_ID: i64 = 0x676A_0001;

/// The version of the schema that this code knows: 2 brought the vault. A file of an earlier version grows by the tables,
/// columns and indexes that it lacks; nothing of it ever changes or goes.
const VERSION: i64 = 2;

/// Why a file is not for us.
pub(super) enum Unfit {
    Foreign,
    Newer(i64),
}

impl Unfit {
    pub(super) fn of(&self, path: &str) -> StoreError {
        match self {
            Self::Foreign => {
                StoreError::NotOurs { path: path.into(), reason: "it is another program's SQLite file".into() }
            }
            Self::Newer(found) => StoreError::Newer { path: path.into(), found: *found, known: VERSION },
        }
    }
}

/// Sets the connection up and brings the file to the latest version.
pub(super) fn prepare(connection: &mut Connection, options: &SqliteOptions) -> rusqlite::Result<Result<(), Unfit>> {
    // What the file is comes before anything is changed in it.
    let number =
        |connection: &Connection, pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && number(connection, "application_id")? != APPLICATION_ID {
        return Ok(Err(Unfit::Foreign));
    }
    if number(connection, "user_version")? > VERSION {
        return Ok(Err(Unfit::Newer(number(connection, "user_version")?)));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match options.durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "wal_autocheckpoint", 16_384)?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // Without this, SQLite plans a statement anew whenever a bound value could change the plan: at every command.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    migrate(connection)?;
    Ok(Ok(()))
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have come first while we waited.
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found == VERSION {
        return Ok(());
    }
    if found == 0 {
        transaction.execute_batch(CHAIN)?;
    }
    for table in tables::ALL {
        transaction.execute_batch(&grown(table, &columns_of(&transaction, table)?))?;
    }
    if found == 0 {
        transaction.execute_batch(LEDGER)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The columns that the file has of a table: none if it has not the table.
fn columns_of(connection: &Connection, table: &Table) -> rusqlite::Result<Vec<String>> {
    let mut select = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = select.query_map([table.name], |row| row.get(0))?;
    names.collect()
}

/// What a table lacks in a file that has these columns of it.
fn grown(table: &Table, there: &[String]) -> String {
    if there.is_empty() {
        return declared(table);
    }
    let lacking = table.columns.iter().filter(|column| !there.iter().any(|name| name == column.name));
    let columns =
        lacking.map(|column| format!("ALTER TABLE {} ADD COLUMN {} {};\n", table.name, column.name, kind(column)));
    columns.chain(table.indexes.iter().map(|index| indexed(table, index))).collect()
}

fn indexed(table: &Table, index: &Index) -> String {
    let last = index.columns.last().copied().unwrap_or("id");
    let (name, columns) = (table.name, index.columns.join(", "));
    format!("CREATE INDEX IF NOT EXISTS {name}_{} ON {name}({columns}) WHERE {last} IS NOT NULL;\n", index.name)
}

fn kind(column: &Column) -> &'static str {
    if column.kind == Kind::Int { "INTEGER" } else { "TEXT" }
}

/// The chain row of each community, the journal with its four uses, and the keys records are found by.
const CHAIN: &str = "
CREATE TABLE community (
  pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, hash BLOB NOT NULL,
  rulebook BLOB NOT NULL, woken_to INTEGER NOT NULL) STRICT;
CREATE TABLE journal (
  pos INTEGER PRIMARY KEY, community INTEGER NOT NULL, seq INTEGER NOT NULL, command TEXT NOT NULL, n INTEGER NOT NULL,
  at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, actor TEXT NOT NULL, record TEXT NOT NULL, kind TEXT NOT NULL,
  v INTEGER NOT NULL, notices INTEGER NOT NULL, body TEXT, body_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX journal_command ON journal(command, n);
CREATE UNIQUE INDEX journal_place ON journal(community, seq);
CREATE INDEX journal_record ON journal(record);
CREATE INDEX journal_notices ON journal(community, seq) WHERE notices > 0;
CREATE TABLE lookup (
  kind TEXT NOT NULL, key BLOB NOT NULL, community INTEGER NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (kind, key, community, record)) STRICT, WITHOUT ROWID;
CREATE INDEX lookup_record ON lookup(record);
";

/// The ledger for a reader who pastes one query: times as text in UTC, codes as words, nothing sealed.
const LEDGER: &str = "
CREATE VIEW ledger AS SELECT
  c.number, m.id AS community, c.id AS case_id, c.kind, c.topic, c.urgency, c.status, c.channel, c.department, c.owner,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.registered / 1000000, 'unixepoch') AS registered,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.responded / 1000000, 'unixepoch') AS responded,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.due_resolve / 1000000, 'unixepoch') AS due_resolve,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.resolved / 1000000, 'unixepoch') AS resolved,
  CASE WHEN c.broken <> 0 THEN 'late' WHEN c.status IN ('resolved', 'closed') THEN 'in time' ELSE '' END AS kept, CASE c.major WHEN 0 THEN '' ELSE 'major' END AS major
FROM service_case c JOIN community m ON m.pk = c.community;
";

fn declared(table: &Table) -> String {
    let mut sql = String::new();
    let columns: String = table.columns.iter().map(|column| format!("{} {}, ", column.name, kind(column))).collect();
    let name = table.name;
    _ = write!(
        sql,
        "CREATE TABLE {name} (pk INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, community INTEGER NOT NULL, \
         version INTEGER NOT NULL, wake_at INTEGER, {columns}state TEXT NOT NULL) STRICT;
         CREATE INDEX {name}_wake ON {name}(community, wake_at, id) WHERE wake_at IS NOT NULL;\n"
    );
    sql.extend(table.indexes.iter().map(|index| indexed(table, index)));
    sql
}
