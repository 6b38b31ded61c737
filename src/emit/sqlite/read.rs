//! A database → what it says: every row, and all else that makes it this database.
//!
//! Two files say the same only if they are whole (SQLite's own checks, of the full-text index too), and their
//! rows and what their [header](https://www.sqlite.org/fileformat2.html#the_database_header) says are the same.
//! What may differ is where a row lies in the file.
//!
//! The schema must be ours, and that is asked first: columns, checks and indexes of others are computed when
//! they are read, and `hex(zeroblob(400000000))` takes more than a gigabyte for each row.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, Row};
use serde_json::{Map, Value};

use super::{INDEXES, SCHEMA};
use crate::diff::{Contents, Item};

/// What begins each database.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// What the header says that is not about the place of pages, as name, offset and length.
const HEADER: [(&str, usize, usize); 13] = [
    ("page_size", 16, 2),
    ("write_version", 18, 1),
    ("read_version", 19, 1),
    ("reserved_bytes", 20, 1),
    ("payload_fractions", 21, 3),
    ("schema_format", 44, 4),
    ("default_cache_size", 48, 4),
    ("auto_vacuum", 52, 4),
    ("encoding", 56, 4),
    ("user_version", 60, 4),
    ("incremental_vacuum", 64, 4),
    ("application_id", 68, 4),
    ("reserved", 72, 20),
];

/// The contents of a database.
pub(super) fn contents(bytes: &[u8]) -> Result<Contents, String> {
    let header = bytes.get(..100).filter(|header| header.starts_with(MAGIC));
    let Some(header) = header else {
        return Err(match bytes {
            [] => "it is empty".to_owned(),
            _ => "it is no database of SQLite".to_owned(),
        });
    };
    let mut items = vec![header_item(header)];
    read(bytes, &mut items)?;
    Ok(Contents(items))
}

fn header_item(header: &[u8]) -> Item {
    let field = |&(name, start, length): &(&str, usize, usize)| {
        let bytes = &header[start..start + length];
        (name.to_owned(), Value::String(hexadecimal(bytes)))
    };
    let fields = HEADER.iter().map(field).collect();
    Item::row("header", "header of the file".to_owned(), (0, 0), fields)
}

fn read(bytes: &[u8], items: &mut Vec<Item>) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let mut connection = Connection::open_in_memory().map_err(text)?;
    // Not read-only: checking the full-text index is an insert.
    connection
        .deserialize_read_exact(MAIN_DB, bytes, bytes.len(), false)
        .map_err(text)?;
    require_schema(&connection, |_| true)?;
    require_whole(&connection, bytes.len())?;
    for table in tables(&connection).map_err(text)? {
        read_table(&connection, &table, items).map_err(text)?;
    }
    Ok(())
}

/// SQLite's own checks.
fn require_whole(connection: &Connection, length: usize) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let size = pragma("page_count").map_err(text)? * pragma("page_size").map_err(text)?;
    if i64::try_from(length) != Ok(size) {
        return Err(format!("it has {length} bytes, and its pages {size}"));
    }
    require_integrity(connection, None)?;
    let virtual_tables = names(
        connection,
        "select name from pragma_table_list where schema = 'main' and type = 'virtual' order by name",
    );
    for table in virtual_tables.map_err(text)? {
        let table = quoted(&table);
        // With the rank 1, the index is compared with the table that it is of.
        let check = format!("insert into {table} ({table}, rank) values ('integrity-check', 1)");
        connection.execute_batch(&check).map_err(|error| {
            format!("the full-text index {table} is not that of its table: {error}")
        })?;
    }
    Ok(())
}

/// Every table, index, view and trigger: the table that it is of, and how it was written.
type Entries = BTreeMap<String, (String, Option<String>)>;

/// Refuses a database if an entry of its schema that concerns us is not as we write it.
fn require_schema(
    connection: &Connection,
    concerns_us: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let (ours, found) = (our_schema(), schema(connection));
    let text = |error: rusqlite::Error| error.to_string();
    let (ours, found) = (ours.map_err(text)?, found.map_err(text)?);
    let differs = |(name, entry): &(&String, &(String, _))| {
        concerns_us(&entry.0) && ours.get(*name) != found.get(*name)
    };
    match found.iter().chain(&ours).find(differs) {
        Some((name, _)) => Err(format!("its schema is another: {name}")),
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

/// Opens a database to look up what is in some of its tables, if these are ours and whole.
pub(crate) fn open_for(bytes: &[u8], tables: &[&str]) -> Result<Connection, String> {
    let text = |error: rusqlite::Error| error.to_string();
    let mut connection = Connection::open_in_memory().map_err(text)?;
    connection
        .deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)
        .map_err(text)?;
    require_schema(&connection, |table| tables.contains(&table))?;
    for table in tables {
        require_integrity(&connection, Some(table))?;
    }
    Ok(connection)
}

/// SQLite's own check of a table, or of the whole database.
fn require_integrity(connection: &Connection, table: Option<&str>) -> Result<(), String> {
    let check = match table {
        Some(table) => format!("pragma integrity_check({})", quoted(table)),
        None => "pragma integrity_check".to_owned(),
    };
    let found = connection.query_row(&check, [], |row| row.get::<_, String>(0));
    match found.map_err(|error| error.to_string())?.as_str() {
        "ok" => Ok(()),
        found => Err(found.replace('\n', " ")),
    }
}

/// The tables with rows. Those that hold the full-text index are checked, not compared, but for its settings.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    names(
        connection,
        "select name from pragma_table_list where schema = 'main' and name <> 'sqlite_schema'
         and (type = 'table' or (type = 'shadow' and name like '%\\_config' escape '\\')) order by name",
    )
}

fn names(connection: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut names = connection.prepare(query)?;
    names.query_map([], |row| row.get(0))?.collect()
}

fn read_table(connection: &Connection, table: &str, items: &mut Vec<Item>) -> rusqlite::Result<()> {
    let mut keys =
        connection.prepare("select name from pragma_table_info(?) where pk order by pk")?;
    let keys = keys
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut has_rowid =
        connection.prepare("select not wr from pragma_table_list where name = ?")?;
    let has_rowid: bool = has_rowid.query_row([table], |row| row.get(0))?;
    // The order of records is that of their row ids.
    let rowid = if has_rowid { "rowid as rowid, " } else { "" };
    let mut rows = connection.prepare(&format!("select {rowid}* from {}", quoted(table)))?;
    let columns: Vec<String> = rows.column_names().map(str::to_owned).collect();
    let keys = if keys.is_empty() {
        columns.clone()
    } else {
        keys
    };
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let mut fields = Map::new();
        for (at, column) in columns.iter().enumerate() {
            fields.insert(column.clone(), value(row.get_ref(at)?));
        }
        if table == "records" {
            items.push(Item::record(fields));
        } else {
            let key: Vec<_> = keys.iter().map(|key| shown(&fields[key])).collect();
            items.push(Item::row(
                table,
                format!("{table} {}", key.join(" ")),
                (0, 0),
                fields,
            ));
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value by its type: a blob is none of the texts, nor is text that is not UTF-8.
fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => match str::from_utf8(text) {
            Ok(text) => text.into(),
            Err(_) => format!("text x'{}'", hexadecimal(text)).into(),
        },
        ValueRef::Blob(blob) => serde_json::json!({ "blob": hexadecimal(blob) }),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
