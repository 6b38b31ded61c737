//! `ports.sqlite`: a database that explains itself.
//!
//! Built in memory and written whole, so that it is the same bytes on every run: nothing in it holds a
//! time, the page size is fixed, and SQLite is compiled in (its version stands in the file's header).
//!
//! What tools look for: `content="records"` in double quotes, or datasette and sqlite-utils do not see
//! the full-text index; a column `name`, by which datasette labels a foreign key. `columnsize=0` leaves
//! out the lengths of texts, which only ranking asks for and can count.

pub(super) mod read;

use std::collections::HashMap;
use std::io::Write as _;

use rusqlite::{Connection, MAIN_DB, OpenFlags};
use serde::Serialize;

use super::{EmitError, Format, Listed, Out, Unreadable};
use crate::dataset::{Dataset, Record, SchemaVersion};

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");
const ROWS: &str = include_str!("sqlite/write.sql");

/// For the connection, not the file: nothing here is ever half-written, and tests check all constraints.
const SETTINGS: &str = "pragma foreign_keys = off; pragma ignore_check_constraints = on; pragma journal_mode = off; pragma synchronous = off;";

pub(super) static FORMAT: Listed = Listed {
    read: Some(read),
    is_same: read::is_same,
    ..Listed::new(
        Format::new(
            "sqlite",
            "ports.sqlite",
            "a database with full-text search: select * from ports where port = 53",
        )
        .by_default()
        .binary(),
        write,
    )
};

fn write(dataset: &Dataset, out: &mut Out<'_>) -> Result<(), EmitError> {
    let mut connection = database(dataset)?;
    Ok(out.write_all(&connection.serialize(MAIN_DB)?)?)
}

fn read(bytes: &[u8]) -> Result<Dataset, Unreadable> {
    // A database in WAL mode cannot be opened in memory; one without a WAL beside it is whole.
    let mut bytes = bytes.to_vec();
    if let Some(versions @ [2, 2]) = bytes.get_mut(18..20) {
        versions.fill(1);
    }
    read::dataset(&bytes)
}

fn database(dataset: &Dataset) -> Result<Connection, EmitError> {
    // One thread has the connection: it needs no locks.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    connection.execute_batch(SETTINGS)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", SchemaVersion::NUMBER)?;
    fill(&transaction, dataset)?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(connection)
}

/// Fills the tables from parts of the tree of `ports.json`, the records a few at a time.
fn fill(connection: &Connection, dataset: &Dataset) -> Result<(), EmitError> {
    const MANY: usize = 1000;
    insert(connection, "attribution", &dataset.attribution)?;
    insert(connection, "sources", &dataset.sources)?;
    insert(connection, "citations", &dataset.citations)?;
    insert(connection, "statuses", &dataset.statuses)?;
    for records in dataset.records.chunks(MANY) {
        insert(connection, "records", &records)?;
    }
    // In the order of the key, so that each row goes to the end of its table.
    let mut sorted: Vec<&Record> = dataset.records.iter().collect();
    sorted.sort_unstable_by_key(|record| &record.id);
    for records in sorted.chunks(MANY) {
        insert(connection, "lists", &records)?;
    }
    Ok(())
}

/// Inserts what is made of a part of the tree.
fn insert(connection: &Connection, part: &str, tree: &impl Serialize) -> Result<(), EmitError> {
    let tree = serde_json::to_string(&HashMap::from([(part, tree)]))?;
    let tree: Vec<u8> = connection.query_row("select jsonb(?)", [tree], |row| row.get(0))?;
    let place = format!("'$.{part}'");
    for statement in ROWS.split("\n\n").filter(|it| it.contains(&place)) {
        connection.execute(statement, [&tree])?;
    }
    Ok(())
}
