//! A database → the dataset that it holds, by SQLite's own JSON.
//!
//! The schema must be ours, and that is asked first: columns, checks and indexes of others are computed when
//! they are read, and `hex(zeroblob(400000000))` takes more than a gigabyte for each row.

use std::collections::BTreeMap;

use rusqlite::{Connection, MAIN_DB, Row};
use serde::de::DeserializeOwned;

use super::{INDEXES, SCHEMA};
use crate::dataset::{Dataset, SchemaVersion};
use crate::emit::Unreadable;

/// The records, as JSON.
const RECORDS: &str = include_str!("read.sql");

/// The first bytes of each database.
const MAGIC: &[u8] = b"SQLite format 3\0";

pub(super) fn dataset(bytes: &[u8]) -> Result<Dataset, Unreadable> {
    let connection = open(bytes)?;
    // What else is in the database may be its user's, and the full-text index is not read.
    let tables = our_schema()?.into_keys();
    let tables = tables.filter_map(|entry| Some(entry.strip_prefix("table ")?.to_owned()));
    let tables: Vec<_> = tables
        .filter(|table| !table.starts_with("records_fts"))
        .collect();
    require_schema(&connection, |table| tables.iter().any(|ours| ours == table))?;
    for table in &tables {
        require_integrity(&connection, &format!("integrity_check({table})"))?;
    }
    let dataset = Dataset {
        schema_version: SchemaVersion,
        attribution: list(
            &connection,
            "select json_group_object(key, iif(key = 'revision', json(value), value))
             from meta having count(*) > 0",
        )?
        .pop(),
        sources: list(
            &connection,
            "select json_object('path', name, 'sha256', sha256) from sources order by id",
        )?,
        statuses: list(
            &connection,
            "select json_object('status', name, 'meaning', meaning, 'citations', json((
                 select json_group_array(citation_id order by position) from status_citations where status = name
             ))) from statuses where meaning is not null order by rowid",
        )?,
        citations: list(
            &connection,
            "select json_object('id', id, 'url', url, 'text', text) from citations order by rowid",
        )?,
        records: list(&connection, RECORDS)?,
        ..Dataset::default()
    };
    dataset.read_back().map_err(Unreadable::new)
}

/// Whether two databases are the same but for where things lie in the file: whole, with our schema, and the
/// same bytes when SQLite has written them anew.
pub(super) fn is_same(old: &[u8], new: &[u8]) -> bool {
    let (old, new) = (rewritten(old), rewritten(new));
    old.is_ok_and(|old| new.is_ok_and(|new| old == new))
}

fn rewritten(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    /// What the header counts, and who wrote it (<https://www.sqlite.org/fileformat2.html#the_database_header>):
    /// changes, changes of the schema, changes once more, version.
    const COUNTERS: [std::ops::Range<usize>; 3] = [24..28, 40..44, 92..100];
    let mut connection = open(bytes)?;
    require_schema(&connection, |_| true)?;
    require_integrity(&connection, "integrity_check")?;
    let size = "select page_count * page_size from pragma_page_count, pragma_page_size";
    let size: i64 = connection.query_row(size, [], |row| row.get(0))?;
    if i64::try_from(bytes.len()) != Ok(size) {
        return Err(Unreadable::new(
            "the file is longer or shorter than its pages",
        ));
    }
    connection.execute_batch("vacuum")?;
    let mut bytes = connection.serialize(MAIN_DB)?.to_vec();
    for counter in COUNTERS {
        bytes[counter].fill(0);
    }
    Ok(bytes)
}

fn open(bytes: &[u8]) -> Result<Connection, Unreadable> {
    if !bytes.starts_with(MAGIC) {
        return Err(Unreadable::new(match bytes {
            [] => "it is empty",
            _ => "it is not an SQLite database",
        }));
    }
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false)?;
    Ok(connection)
}

/// Every table, index, view and trigger: the table that it is of, and how it was written.
type Entries = BTreeMap<String, (String, Option<String>)>;

/// Refuses a database if an entry of its schema that concerns us is not as we write it.
fn require_schema(
    connection: &Connection,
    concerns_us: impl Fn(&str) -> bool,
) -> Result<(), Unreadable> {
    let (ours, found) = (our_schema()?, schema(connection)?);
    let differs = |(name, entry): &(&String, &(String, _))| {
        concerns_us(&entry.0) && ours.get(*name) != found.get(*name)
    };
    match found.iter().chain(&ours).find(differs) {
        Some((name, _)) => Err(Unreadable::new(format!("its schema differs: {name}"))),
        None => Ok(()),
    }
}

fn our_schema() -> rusqlite::Result<Entries> {
    let empty = Connection::open_in_memory()?;
    empty.execute_batch(SCHEMA)?;
    empty.execute_batch(INDEXES)?;
    schema(&empty)
}

fn schema(connection: &Connection) -> rusqlite::Result<Entries> {
    let query = "select type || ' ' || name, tbl_name, sql from sqlite_schema";
    let mut entries = connection.prepare(query)?;
    let entry = |row: &Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)));
    entries.query_map([], entry)?.collect()
}

/// SQLite's own check.
fn require_integrity(connection: &Connection, check: &str) -> Result<(), Unreadable> {
    let found: String = connection.query_row(&format!("pragma {check}"), [], |row| row.get(0))?;
    match found.as_str() {
        "ok" => Ok(()),
        found => Err(Unreadable::new(found.replace('\n', " "))),
    }
}

/// The rows of a query that gives one JSON object each.
fn list<T: DeserializeOwned>(connection: &Connection, query: &str) -> Result<Vec<T>, Unreadable> {
    let mut query = connection.prepare(query)?;
    let rows = query.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|row| serde_json::from_str(&row?).map_err(Unreadable::new))
        .collect()
}
