//! `ports.sqlite`: a database that explains itself.
//!
//! Built in memory and written whole, so that it is the same bytes on every run: nothing in it holds a
//! time, the page size is fixed, and SQLite is compiled in (its version stands in the file's header).
//!
//! What tools look for: `content="records"` in double quotes, or datasette and sqlite-utils do not see
//! the full-text index; a column `name`, by which datasette labels a foreign key.

use std::io::Write;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Statement, params};
use serde_json::{Map, Value};

use super::{EmitError, Emitter};
use crate::diff::{Contents, Item};
use crate::emit::tree::SCHEMA_VERSION;
use crate::page;
use crate::record::{
    Assignment, Citation, Dataset, Link, Naming, Origin, Protocol, Record, SourceFile, Status,
    StatusMeaning,
};

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

/// For the connection, not the file: nothing here is ever half-written, and tests check all constraints.
const SETTINGS: &str = "pragma foreign_keys = off; pragma ignore_check_constraints = on; pragma journal_mode = off; pragma synchronous = off;";

#[derive(Debug)]
pub(super) struct Sqlite;

impl Emitter for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn path(&self) -> &'static str {
        "ports.sqlite"
    }

    fn purpose(&self) -> &'static str {
        "a database with full-text search: select * from ports where port = 53"
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn effort(&self) -> u8 {
        10
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut connection = database(dataset).map_err(EmitError::new)?;
        let bytes = connection.serialize(MAIN_DB).map_err(EmitError::new)?;
        out.write_all(&bytes).map_err(EmitError::new)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Contents>, String> {
        contents(bytes).map(Some).map_err(|error| error.to_string())
    }
}

fn database(dataset: &Dataset) -> rusqlite::Result<Connection> {
    // One thread has the connection: it needs no locks.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    connection.execute_batch(SETTINGS)?;
    connection.execute_batch(SCHEMA)?;
    connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    let transaction = connection.transaction()?;
    Writer::new(&transaction)?.write(dataset)?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(connection)
}

/// One prepared statement for each table.
struct Writer<'c> {
    records: Statement<'c>,
    assignments: Statement<'c>,
    aliases: Statement<'c>,
    links: Statement<'c>,
    citations: Statement<'c>,
    record_citations: Statement<'c>,
    assignment_citations: Statement<'c>,
    status_citations: Statement<'c>,
    tags: Statement<'c>,
    extra: Statement<'c>,
    statuses: Statement<'c>,
    sources: Statement<'c>,
    meta: Statement<'c>,
}

impl<'c> Writer<'c> {
    fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let insert = |table: &str, values: &str| {
            connection.prepare(&format!("insert into {table} values ({values})"))
        };
        Ok(Self {
            records: insert("records", "?, ?, ?, ?, ?, ?, ?, ?, ?")?,
            assignments: insert("assignments", "?, ?, ?, ?, ?")?,
            aliases: insert("aliases", "?, ?, ?")?,
            links: insert("links", "?, ?, ?, ?, ?")?,
            citations: insert("citations", "?, ?, ?")?,
            record_citations: insert("record_citations", "?, ?, ?")?,
            assignment_citations: insert("assignment_citations", "?, ?, ?, ?")?,
            status_citations: insert("status_citations", "?, ?, ?")?,
            tags: insert("tags", "?, ?, ?")?,
            extra: insert("extra", "?, ?, ?, ?")?,
            statuses: insert("statuses", "?, ?")?,
            sources: insert("sources", "?, ?, ?")?,
            meta: insert("meta", "?, ?")?,
        })
    }

    fn write(&mut self, dataset: &Dataset) -> rusqlite::Result<()> {
        for (key, value) in [
            ("title", page::TITLE),
            ("url", page::URL),
            ("license", page::LICENSE),
        ] {
            self.meta.execute([key, value])?;
        }
        for (index, SourceFile { path, sha256 }) in dataset.sources.iter().enumerate() {
            self.sources.execute(params![index, path, sha256])?;
        }
        for Citation { id, url, text } in &dataset.citations {
            self.citations.execute(params![id, url, text])?;
        }
        self.write_statuses(dataset)?;
        for record in &dataset.records {
            self.write_record(record)?;
        }
        // In the order of the key, so that each row goes to the end of its table.
        let mut by_id: Vec<&Record> = dataset.records.iter().collect();
        by_id.sort_unstable_by_key(|record| &record.id);
        by_id
            .into_iter()
            .try_for_each(|record| self.write_parts(dataset, record))
    }

    /// The statuses of the legend, then those that it leaves out, without a meaning.
    fn write_statuses(&mut self, dataset: &Dataset) -> rusqlite::Result<()> {
        for StatusMeaning {
            status,
            meaning,
            citations,
        } in &dataset.statuses
        {
            self.statuses.execute(params![status, meaning])?;
            for (position, &citation) in citations.iter().enumerate() {
                let id = &dataset.citation(citation).id;
                self.status_citations
                    .execute(params![status, position, id])?;
            }
        }
        let is_explained = |name: &&str| dataset.statuses.iter().any(|s| s.status == **name);
        for status in Status::NAMES.iter().filter(|name| !is_explained(name)) {
            self.statuses.execute(params![status, None::<&str>])?;
        }
        Ok(())
    }

    fn write_record(&mut self, record: &Record) -> rusqlite::Result<()> {
        let Record {
            id,
            ports,
            naming,
            assignments: _,
            description,
            links: _,
            citations: _,
            tags: _,
            extra: _,
            origin:
                Origin {
                    source,
                    line,
                    shifted,
                },
        } = record;
        let (first, last) = (ports.first(), ports.last());
        let (name, name_source) = match naming {
            Some(Naming {
                name,
                aliases: _,
                source,
            }) => (Some(name.as_str()), Some(source.name())),
            None => (None, None),
        };
        let row = params![
            id,
            first,
            last,
            name,
            name_source,
            description,
            source,
            line,
            shifted
        ];
        self.records.execute(row).map(drop)
    }

    /// What stands in tables of its own.
    fn write_parts(&mut self, dataset: &Dataset, record: &Record) -> rusqlite::Result<()> {
        let Record {
            id,
            ports: _,
            naming,
            assignments,
            description: _,
            links,
            citations,
            tags,
            extra,
            origin: _,
        } = record;
        let aliases = naming.as_ref().map_or(&[][..], |naming| &naming.aliases);
        for (position, alias) in aliases.iter().enumerate() {
            self.aliases
                .execute(params![id, position, alias.as_str()])?;
        }
        for (protocol, assignment) in assignments.iter() {
            if let Some(assignment) = assignment {
                self.write_assignment(dataset, id, protocol, assignment)?;
            }
        }
        for (position, Link { text, url, missing }) in links.iter().enumerate() {
            self.links
                .execute(params![id, position, text, url, missing])?;
        }
        for (position, &citation) in citations.iter().enumerate() {
            let cited = &dataset.citation(citation).id;
            self.record_citations
                .execute(params![id, position, cited])?;
        }
        for (position, tag) in tags.iter().enumerate() {
            self.tags.execute(params![id, position, tag])?;
        }
        for (position, (header, text)) in extra.iter().enumerate() {
            self.extra.execute(params![id, position, header, text])?;
        }
        Ok(())
    }

    fn write_assignment(
        &mut self,
        dataset: &Dataset,
        id: &str,
        protocol: Protocol,
        assignment: &Assignment,
    ) -> rusqlite::Result<()> {
        let Assignment {
            status,
            basis,
            citations,
        } = assignment;
        let text = match status {
            Status::Other(text) => Some(text),
            Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => {
                None
            }
        };
        let protocol = protocol.name();
        self.assignments
            .execute(params![id, protocol, status.name(), basis.name(), text])?;
        for (position, &citation) in citations.iter().enumerate() {
            let cited = &dataset.citation(citation).id;
            self.assignment_citations
                .execute(params![id, protocol, position, cited])?;
        }
        Ok(())
    }
}

/// The rows of every table but those of the full-text index, known by their primary keys.
fn contents(bytes: &[u8]) -> rusqlite::Result<Contents> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)?;
    let mut tables = connection.prepare(
        "select name from pragma_table_list where schema = 'main' and type = 'table' and name not like 'sqlite%' order by name",
    )?;
    let tables = tables
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut items = Vec::new();
    for table in tables {
        read_table(&connection, &table, &mut items)?;
    }
    Ok(Contents(items))
}

fn read_table(connection: &Connection, table: &str, items: &mut Vec<Item>) -> rusqlite::Result<()> {
    let quoted = table.replace('"', "\"\"");
    let mut keys =
        connection.prepare("select name from pragma_table_info(?) where pk order by pk")?;
    let keys = keys
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let mut rows = connection.prepare(&format!("select * from \"{quoted}\""))?;
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

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into(),
    }
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
