//! Reading and writing within one SQLite transaction.
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params, params_from_iter};

use super::statements::Statements;
use super::{Kept, failed};
use crate::calendar::Instant;
use crate::cell::Cell;
use crate::envelope::{Entry, Head};
use crate::ident::Id;
use crate::store::error::StoreError;
use crate::store::scan::Scan;
use crate::store::table::{Row, Stored, Table};
use crate::store::{EachEntry, EachRow, Keys, Tx, View, Which};

/// One transaction: the connection, the names of communities, and the chain rows that moved.
pub(super) struct Session<'a> {
    connection: &'a Connection,
    kept: &'a Kept,
    heads: HashMap<Id, Head>,
    /// Statements that run for every command: looked up in the connection's cache once.
    held: RefCell<Vec<(&'a str, CachedStatement<'a>)>>,
}

const APPEND: &str = "INSERT INTO journal (community, seq, command, n, at, recorded_at, actor, record, kind, v, notices, \
                      body, body_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

/// Journal rows, for the rest of the question to follow.
macro_rules! journal_rows {
    ($rest:literal) => {
        concat!(
            "SELECT community, seq, command, n, at, recorded_at, actor, record, kind, v, notices, body, body_hash, hash ",
            "FROM journal ",
            $rest
        )
    };
}

impl<'a> Session<'a> {
    pub(super) fn new(connection: &'a Connection, kept: &'a Kept) -> Self {
        Self { connection, kept, heads: HashMap::new(), held: RefCell::default() }
    }

    /// Runs `work` on a statement that is held for the whole transaction.
    fn with<T>(
        &self,
        sql: &'a str,
        work: impl FnOnce(&mut CachedStatement<'a>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let place = self.held.borrow().iter().position(|(text, _)| std::ptr::eq(*text, sql));
        let held = place.map(|place| self.held.borrow_mut().swap_remove(place).1);
        let mut statement = held.map_or_else(|| self.connection.prepare_cached(sql), Ok)?;
        let done = work(&mut statement);
        self.held.borrow_mut().push((sql, statement));
        done
    }

    fn statements(&self, table: &Table) -> Result<&'a Statements, StoreError> {
        let unknown = || StoreError::Misfit { table: "", reason: format!("no table `{}`", table.name).into() };
        self.kept.statements.get(table.name).ok_or_else(unknown)
    }

    fn sql<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| failed(&error, self.kept.waited_ms))
    }

    /// Makes the community's chain row if it is not there, and reads it.
    pub(super) fn take(&mut self, community: &Id) -> Result<(), StoreError> {
        let head = self.head(community)?;
        self.heads.insert(community.clone(), head);
        Ok(())
    }

    /// Writes the chain rows that moved, once each.
    pub(super) fn write_heads(&mut self) -> Result<(), StoreError> {
        for (community, head) in std::mem::take(&mut self.heads) {
            let stored = self.stored_head(&community)?;
            if stored != Some(head) && (stored.is_some() || head != Head::default()) {
                let number = self.number(&community)?;
                let mut update = self.sql(self.connection.prepare_cached(
                    "UPDATE community SET seq = ?2, hash = ?3, rulebook = ?4, woken_to = ?5 WHERE pk = ?1",
                ))?;
                let seq = signed(head.seq)?;
                self.sql(update.execute(params![number, seq, head.hash, head.rulebook, head.woken_to.micros()]))?;
            }
        }
        Ok(())
    }

    fn stored_head(&self, community: &Id) -> Result<Option<Head>, StoreError> {
        let mut select = self
            .sql(self.connection.prepare_cached("SELECT seq, hash, rulebook, woken_to FROM community WHERE id = ?1"))?;
        let head = select
            .query_row([community.as_str()], |row| {
                Ok(Head {
                    seq: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                    hash: row.get(1)?,
                    rulebook: row.get(2)?,
                    woken_to: Instant::from_micros(row.get(3)?),
                })
            })
            .optional();
        self.sql(head)
    }

    /// The number of a community in the file, given on first use.
    fn number(&self, community: &Id) -> Result<i64, StoreError> {
        if let Some(number) = self.known_number(community)? {
            return Ok(number);
        }
        let head = Head::default();
        let mut insert = self
            .sql(self.connection.prepare_cached(
                "INSERT INTO community (id, seq, hash, rulebook, woken_to) VALUES (?1, 0, ?2, ?3, ?4)",
            ))?;
        self.sql(insert.execute(params![community.as_str(), head.hash, head.rulebook, head.woken_to.micros()]))?;
        let number = self.connection.last_insert_rowid();
        self.remember(community, number);
        Ok(number)
    }

    fn known_number(&self, community: &Id) -> Result<Option<i64>, StoreError> {
        if let Some(number) = self.kept.names.borrow().numbers.get(community) {
            return Ok(Some(*number));
        }
        let mut select = self.sql(self.connection.prepare_cached("SELECT pk FROM community WHERE id = ?1"))?;
        let found: Option<i64> = self.sql(select.query_row([community.as_str()], |row| row.get(0)).optional())?;
        if let Some(number) = found {
            self.remember(community, number);
        }
        Ok(found)
    }

    fn remember(&self, community: &Id, number: i64) {
        let mut names = self.kept.names.borrow_mut();
        names.ids.insert(number, community.clone());
        names.numbers.insert(community.clone(), number);
    }

    fn name(&self, number: i64) -> Result<Id, StoreError> {
        if let Some(id) = self.kept.names.borrow().ids.get(&number) {
            return Ok(id.clone());
        }
        let mut select = self.sql(self.connection.prepare_cached("SELECT id FROM community WHERE pk = ?1"))?;
        let id: String = self.sql(select.query_row([number], |row| row.get(0)))?;
        let id = ident(&id)?;
        self.remember(&id, number);
        Ok(id)
    }

    /// Reads `SELECT id, community, version, wake_at, <columns>, state`.
    fn read_row(&self, table: &Table, row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
        let text = |at: usize| self.sql(row.get_ref(at)).and_then(|value| text_of(value).map(ToOwned::to_owned));
        let mut columns = Vec::with_capacity(table.columns.len());
        for at in 0..table.columns.len() {
            columns.push(match self.sql(row.get_ref(at.saturating_add(4)))? {
                ValueRef::Integer(number) => Cell::Int(number),
                ValueRef::Null => Cell::Null,
                other => Cell::Text(text_of(other)?.into()),
            });
        }
        Ok(Row {
            id: ident(&text(0)?)?,
            community: self.name(self.sql(row.get(1))?)?,
            version: self.sql(row.get(2))?,
            wake_at: self.sql(row.get::<_, Option<i64>>(3))?.map(Instant::from_micros),
            columns,
            state: text(table.columns.len().saturating_add(4))?,
        })
    }

    fn read_entry(&self, row: &rusqlite::Row<'_>) -> Result<Entry, StoreError> {
        let number = |at: usize| self.sql(row.get::<_, i64>(at));
        let small = |at: usize| Ok::<_, StoreError>(u32::try_from(number(at)?).unwrap_or(u32::MAX));
        let id = |at: usize| self.sql(row.get_ref(at)).and_then(text_of).and_then(ident);
        Ok(Entry {
            community: self.name(number(0)?)?,
            seq: u64::try_from(number(1)?).unwrap_or_default(),
            command: id(2)?,
            n: small(3)?,
            at: Instant::from_micros(number(4)?),
            recorded_at: Instant::from_micros(number(5)?),
            actor: id(6)?,
            record: id(7)?,
            kind: self.sql(row.get::<_, String>(8))?.into(),
            version: small(9)?,
            notices: small(10)?,
            body: self.sql(row.get::<_, Option<Box<str>>>(11))?,
            body_hash: self.sql(row.get(12))?,
            hash: self.sql(row.get(13))?,
        })
    }

    fn entries(&self, sql: &str, values: &[&dyn ToSql], each: EachEntry<'_>) -> Result<(), StoreError> {
        let mut select = self.sql(self.connection.prepare_cached(sql))?;
        let mut rows = self.sql(select.query(values))?;
        while let Some(row) = self.sql(rows.next())? {
            if each(&self.read_entry(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn rows(&self, table: &Table, sql: &str, values: &[Value], each: EachRow<'_>) -> Result<(), StoreError> {
        let mut select = self.sql(self.connection.prepare_cached(sql))?;
        let mut rows = self.sql(select.query(params_from_iter(values)))?;
        while let Some(row) = self.sql(rows.next())? {
            if each(&self.read_row(table, row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// A cell as the file holds it: communities by their number.
    fn value(&self, column: &str, cell: &Cell) -> Result<Value, StoreError> {
        Ok(match cell {
            Cell::Null => Value::Null,
            Cell::Int(number) => Value::Integer(*number),
            Cell::Text(text) if column == "community" => {
                self.known_number(&ident(text)?)?.map_or(Value::Null, Value::Integer)
            }
            Cell::Text(text) => Value::Text(text.to_string()),
        })
    }
}

impl View for Session<'_> {
    fn record(&self, table: &'static Table, id: &Id) -> Result<Option<Stored>, StoreError> {
        let found = self.with(&self.statements(table)?.record, |select| {
            let cells =
                |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<i64>>(2)?, row.get(3)?));
            select.query_row([id.as_str()], cells).optional()
        });
        let Some((community, version, wake_at, state)) = self.sql(found)? else { return Ok(None) };
        let wake_at = wake_at.map(Instant::from_micros);
        Ok(Some(Stored { community: self.name(community)?, version, wake_at, state }))
    }

    fn row(&self, table: &'static Table, id: &Id) -> Result<Option<Row>, StoreError> {
        let mut found = None;
        self.rows(table, &self.statements(table)?.row, &[Value::Text(id.as_str().to_owned())], &mut |row| {
            found = Some(row.clone());
            std::ops::ControlFlow::Break(())
        })?;
        Ok(found)
    }

    fn find(&self, kind: &str, key: &[u8], community: Option<&Id>) -> Result<Vec<Id>, StoreError> {
        let number = match community {
            Some(community) => self.known_number(community)?.map(Some),
            None => Some(None),
        };
        let Some(number) = number else { return Ok(Vec::new()) };
        let mut select = self.sql(self.connection.prepare_cached(
            "SELECT DISTINCT record FROM lookup WHERE kind = ?1 AND key = ?2 AND (?3 IS NULL OR community = ?3) ORDER BY record",
        ))?;
        let mut rows = self.sql(select.query(params![kind, key, number]))?;
        let mut found = Vec::new();
        while let Some(row) = self.sql(rows.next())? {
            found.push(self.sql(row.get_ref(0)).and_then(text_of).and_then(ident)?);
        }
        Ok(found)
    }

    fn due(
        &self,
        table: &'static Table,
        community: Option<&Id>,
        upto: Instant,
        limit: usize,
    ) -> Result<Vec<(Instant, Id, Id)>, StoreError> {
        let mut due = Vec::new();
        let communities = match community {
            Some(community) => vec![community.clone()],
            None => self.communities()?,
        };
        for community in communities {
            let Some(number) = self.known_number(&community)? else { continue };
            let mut select = self.sql(self.connection.prepare_cached(&self.statements(table)?.due))?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut rows = self.sql(select.query(params![number, upto.micros(), limit]))?;
            while let Some(row) = self.sql(rows.next())? {
                let at = Instant::from_micros(self.sql(row.get(0))?);
                due.push((at, community.clone(), self.sql(row.get_ref(1)).and_then(text_of).and_then(ident)?));
            }
        }
        due.sort_by(|one, other| (one.0, &one.2).cmp(&(other.0, &other.2)));
        due.truncate(limit);
        Ok(due)
    }

    fn scan(&self, scan: &Scan<'_>, each: EachRow<'_>) -> Result<(), StoreError> {
        let (index, ranged) = scan.checked()?;
        let last = index.columns.last().copied().unwrap_or(ranged);
        let select = &self.statements(scan.table)?.select;
        let mut sql = format!("{select}INDEXED BY {}_{} WHERE {last} IS NOT NULL", scan.table.name, index.name);
        let mut values = Vec::new();
        for (column, cell) in index.columns.iter().zip(&scan.equal) {
            _ = write!(sql, " AND {column} = ?");
            values.push(self.value(column, cell)?);
        }
        for (sign, bound) in [(">=", &scan.lower), ("<", &scan.upper)] {
            if let Some(cell) = bound {
                _ = write!(sql, " AND {ranged} {sign} ?");
                values.push(self.value(ranged, cell)?);
            }
        }
        for (column, cell) in &scan.filters {
            _ = write!(sql, " AND {column} IS ?");
            values.push(self.value(column, cell)?);
        }
        let (sign, order) = if scan.descending { ("<", "DESC") } else { (">", "ASC") };
        if let Some(after) = &scan.after {
            let row = self.row(scan.table, after)?;
            let at = scan.cursor(after, row.as_ref(), ranged)?;
            _ = write!(sql, " AND ({ranged}, id) {sign} (?, ?)");
            values.push(self.value(ranged, &at)?);
            values.push(Value::Text(after.as_str().to_owned()));
        }
        _ = write!(sql, " ORDER BY {ranged} {order}, id {order} LIMIT ?");
        values.push(Value::Integer(i64::try_from(scan.limit).unwrap_or(i64::MAX)));
        self.rows(scan.table, &sql, &values, each)
    }

    fn each(&self, table: &'static Table, each: &mut dyn FnMut(&Row)) -> Result<(), StoreError> {
        self.rows(table, &format!("{}ORDER BY id", self.statements(table)?.select), &[], &mut |row| {
            each(row);
            std::ops::ControlFlow::Continue(())
        })
    }

    fn journal(&self, which: &Which<'_>, each: EachEntry<'_>) -> Result<(), StoreError> {
        match which {
            Which::Command(command) => {
                self.entries(journal_rows!("WHERE command = ?1 ORDER BY n"), &[&command.as_str()], each)
            }
            Which::Record(record) => {
                self.entries(journal_rows!("WHERE record = ?1 ORDER BY pos"), &[&record.as_str()], each)
            }
            Which::After { community, seq, notices_only } => {
                let Some(number) = self.known_number(community)? else { return Ok(()) };
                let sql = if *notices_only {
                    journal_rows!("WHERE community = ?1 AND seq > ?2 AND notices > 0 ORDER BY seq")
                } else {
                    journal_rows!("WHERE community = ?1 AND seq > ?2 ORDER BY seq")
                };
                self.entries(sql, &[&number, &signed(*seq)?], each)
            }
        }
    }

    fn head(&self, community: &Id) -> Result<Head, StoreError> {
        match self.heads.get(community) {
            Some(head) => Ok(*head),
            None => Ok(self.stored_head(community)?.unwrap_or_default()),
        }
    }

    fn communities(&self) -> Result<Vec<Id>, StoreError> {
        let mut select = self.sql(self.connection.prepare_cached("SELECT id FROM community ORDER BY id"))?;
        let mut rows = self.sql(select.query([]))?;
        let mut ids = Vec::new();
        while let Some(row) = self.sql(rows.next())? {
            ids.push(self.sql(row.get_ref(0)).and_then(text_of).and_then(ident)?);
        }
        Ok(ids)
    }
}

impl Tx for Session<'_> {
    fn append(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let head = self.head(&entry.community)?;
        if entry.seq != head.seq.saturating_add(1) {
            return Err(StoreError::Conflict { seq: entry.seq });
        }
        let number = self.number(&entry.community)?;
        let seq = signed(entry.seq)?;
        let inserted = self.with(APPEND, |insert| {
            insert.execute(params![
                number,
                seq,
                entry.command.as_str(),
                entry.n,
                entry.at.micros(),
                entry.recorded_at.micros(),
                entry.actor.as_str(),
                entry.record.as_str(),
                &*entry.kind,
                entry.version,
                entry.notices,
                entry.body.as_deref(),
                entry.body_hash,
                entry.hash,
            ])
        });
        match inserted {
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) => {
                return Err(StoreError::Conflict { seq: entry.seq });
            }
            Err(error) => return Err(failed(&error, self.kept.waited_ms)),
        }
        self.heads.insert(entry.community.clone(), Head { seq: entry.seq, hash: entry.hash, ..head });
        Ok(())
    }

    fn put(&mut self, table: &'static Table, row: &Row, keys: Option<Keys<'_>>) -> Result<(), StoreError> {
        if row.columns.len() != table.columns.len() {
            let reason = format!("{} cells for {} columns", row.columns.len(), table.columns.len());
            return Err(StoreError::Misfit { table: table.name, reason: reason.into() });
        }
        let number = self.number(&row.community)?;
        let fixed = [Bound::Text(row.id.as_str()), Bound::Int(Some(number)), Bound::Int(Some(row.version))];
        let wake = Bound::Int(row.wake_at.map(Instant::micros));
        let cells = row.columns.iter().map(Bound::of);
        let values = fixed.into_iter().chain([wake]).chain(cells).chain([Bound::Text(&row.state)]);
        self.sql(self.with(&self.statements(table)?.put, |upsert| upsert.execute(params_from_iter(values))))?;
        keys.map_or(Ok(()), |keys| self.put_keys(row, number, keys))
    }

    fn remove(&mut self, table: &'static Table, id: &Id) -> Result<(), StoreError> {
        self.sql(self.connection.execute(&self.statements(table)?.remove, [id.as_str()]))?;
        self.sql(self.connection.execute("DELETE FROM lookup WHERE record = ?1", [id.as_str()]))?;
        Ok(())
    }

    fn set_head(&mut self, community: &Id, head: &Head) -> Result<(), StoreError> {
        self.number(community)?;
        let now = self.head(community)?;
        let moved = Head { rulebook: head.rulebook, woken_to: head.woken_to, ..now };
        self.heads.insert(community.clone(), moved);
        Ok(())
    }
}

impl Session<'_> {
    fn put_keys(&self, row: &Row, number: i64, keys: Keys<'_>) -> Result<(), StoreError> {
        let mut delete = self.sql(self.connection.prepare_cached("DELETE FROM lookup WHERE record = ?1"))?;
        self.sql(delete.execute([row.id.as_str()]))?;
        for (kind, key) in keys {
            let mut insert = self.sql(self.connection.prepare_cached(
                "INSERT OR IGNORE INTO lookup (kind, key, community, record) VALUES (?1, ?2, ?3, ?4)",
            ))?;
            self.sql(insert.execute(params![kind, key, number, row.id.as_str()]))?;
        }
        Ok(())
    }
}

/// A value on its way in, borrowed.
enum Bound<'a> {
    Int(Option<i64>),
    Text(&'a str),
}

impl<'a> Bound<'a> {
    fn of(cell: &'a Cell) -> Self {
        match cell {
            Cell::Null => Self::Int(None),
            Cell::Int(number) => Self::Int(Some(*number)),
            Cell::Text(text) => Self::Text(text),
        }
    }
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(None) => ValueRef::Null,
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn signed(place: u64) -> Result<i64, StoreError> {
    i64::try_from(place).map_err(|_| StoreError::Failed(format!("place {place} is beyond what the file holds").into()))
}

fn text_of(value: ValueRef<'_>) -> Result<&str, StoreError> {
    value.as_str().map_err(|error| StoreError::Damaged(error.to_string().into()))
}

fn ident(text: &str) -> Result<Id, StoreError> {
    Id::new(text).map_err(|error| StoreError::Damaged(error.to_string().into()))
}
