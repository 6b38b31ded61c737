//! A database → what it says: every row, and all else that makes it this database.
//!
//! Two files say the same only if they are whole (SQLite's own checks, of the full-text index too), and their
//! rows, their schema and what their [header](https://www.sqlite.org/fileformat2.html#the_database_header)
//! says are the same. What may differ is where a row lies in the file.

use std::fmt::Write as _;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB};
use serde_json::{Map, Value};

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
    require_whole(&connection, bytes.len())?;
    read_schema(&connection, items).map_err(text)?;
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
    let found: String = connection
        .pragma_query_value(None, "integrity_check", |row| row.get(0))
        .map_err(text)?;
    if found != "ok" {
        return Err(found.replace('\n', " "));
    }
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

/// Every table, index, view and trigger, as it was written.
fn read_schema(connection: &Connection, items: &mut Vec<Item>) -> rusqlite::Result<()> {
    let mut schema = connection.prepare("select type, name, tbl_name, sql from sqlite_schema")?;
    let mut rows = schema.query([])?;
    while let Some(row) = rows.next()? {
        let mut fields = Map::new();
        for (at, column) in ["type", "name", "table", "sql"].into_iter().enumerate() {
            fields.insert(column.to_owned(), value(row.get_ref(at)?));
        }
        let key = format!("{} {}", shown(&fields["type"]), shown(&fields["name"]));
        items.push(Item::row("schema", key, (0, 0), fields));
    }
    Ok(())
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
