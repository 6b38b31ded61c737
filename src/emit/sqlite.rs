//! `ports.sqlite`: a database that explains itself.
//!
//! Built in memory and written whole, so that it is the same bytes on every run: nothing in it holds a
//! time, the page size is fixed, and SQLite is compiled in (its version stands in the file's header).
//!
//! What tools look for: `content="records"` in double quotes, or datasette and sqlite-utils do not see
//! the full-text index; a column `name`, by which datasette labels a foreign key.

use std::io::Write;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, MAIN_DB, OpenFlags, Statement, ToSql, params_from_iter};
use serde_json::{Map, Value};

use super::{EmitError, Emitter};
use crate::dataset::{
    Assignment, Attribution, Citation, Dataset, Link, Naming, Origin, Protocol, Record, SourceFile,
    Status, StatusMeaning,
};
use crate::diff::{Contents, Item};
use crate::emit::tree::SCHEMA_VERSION;

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
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Writer::new(&transaction, dataset).write()?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(connection)
}

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Field<'d> {
    Null,
    Text(&'d str),
    Number(i64),
}

impl ToSql for Field<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => text.into(),
            Self::Number(number) => ValueRef::Integer(number),
        }))
    }
}

impl<'d> From<&'d str> for Field<'d> {
    fn from(text: &'d str) -> Self {
        Self::Text(text)
    }
}

impl<'d> From<&'d String> for Field<'d> {
    fn from(text: &'d String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Field<'_> {
    fn from(text: Option<T>) -> Self {
        text.map_or(Self::Null, Into::into)
    }
}

impl From<usize> for Field<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u16> for Field<'_> {
    fn from(number: u16) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Field<'_> {
    fn from(is_so: bool) -> Self {
        Self::Number(is_so.into())
    }
}

/// Rows on their way into one table.
///
/// A statement with many rows keeps its place in the table from one to the next: that takes 0.6 of the
/// time that one statement for each row takes.
struct Table<'c, 'd> {
    connection: &'c Connection,
    name: &'static str,
    columns: usize,
    waiting: Vec<Field<'d>>,
    insert_many: Option<Statement<'c>>,
}

impl<'c, 'd> Table<'c, 'd> {
    /// How many rows go at once.
    const MANY: usize = 16;

    fn new(connection: &'c Connection, name: &'static str) -> Self {
        Self {
            connection,
            name,
            columns: 0,
            waiting: Vec::new(),
            insert_many: None,
        }
    }

    fn push<const COLUMNS: usize>(&mut self, row: [Field<'d>; COLUMNS]) -> rusqlite::Result<()> {
        self.columns = COLUMNS;
        self.waiting.extend(row);
        if self.waiting.len() < Self::MANY * COLUMNS {
            return Ok(());
        }
        let insert = match &mut self.insert_many {
            Some(insert) => insert,
            none => none.insert(Self::insert(
                self.connection,
                self.name,
                Self::MANY,
                COLUMNS,
            )?),
        };
        insert
            .execute(params_from_iter(self.waiting.drain(..)))
            .map(drop)
    }

    /// Inserts the rows that are still waiting.
    fn finish(self) -> rusqlite::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut insert = Self::insert(self.connection, self.name, 1, self.columns)?;
        let mut rows = self.waiting.chunks(self.columns);
        rows.try_for_each(|row| insert.execute(params_from_iter(row)).map(drop))
    }

    fn insert(
        connection: &'c Connection,
        table: &str,
        rows: usize,
        columns: usize,
    ) -> rusqlite::Result<Statement<'c>> {
        let row = format!("({})", vec!["?"; columns].join(", "));
        let rows = vec![row; rows].join(", ");
        connection.prepare(&format!("insert into {table} values {rows}"))
    }
}

/// Every table.
struct Writer<'c, 'd> {
    dataset: &'d Dataset,
    records: Table<'c, 'd>,
    assignments: Table<'c, 'd>,
    aliases: Table<'c, 'd>,
    links: Table<'c, 'd>,
    citations: Table<'c, 'd>,
    record_citations: Table<'c, 'd>,
    assignment_citations: Table<'c, 'd>,
    status_citations: Table<'c, 'd>,
    tags: Table<'c, 'd>,
    extra: Table<'c, 'd>,
    statuses: Table<'c, 'd>,
    sources: Table<'c, 'd>,
    meta: Table<'c, 'd>,
}

impl<'c, 'd> Writer<'c, 'd> {
    fn new(connection: &'c Connection, dataset: &'d Dataset) -> Self {
        let table = |name| Table::new(connection, name);
        Self {
            dataset,
            records: table("records"),
            assignments: table("assignments"),
            aliases: table("aliases"),
            links: table("links"),
            citations: table("citations"),
            record_citations: table("record_citations"),
            assignment_citations: table("assignment_citations"),
            status_citations: table("status_citations"),
            tags: table("tags"),
            extra: table("extra"),
            statuses: table("statuses"),
            sources: table("sources"),
            meta: table("meta"),
        }
    }

    fn write(mut self) -> rusqlite::Result<()> {
        let dataset = self.dataset;
        if let Some(Attribution {
            title,
            url,
            license,
        }) = &dataset.attribution
        {
            for (key, value) in [("title", title), ("url", url), ("license", license)] {
                if let Some(value) = value {
                    self.meta.push([key.into(), value.into()])?;
                }
            }
        }
        for (index, SourceFile { path, sha256 }) in dataset.sources.iter().enumerate() {
            self.sources
                .push([index.into(), path.into(), sha256.into()])?;
        }
        for Citation { id, url, text } in &dataset.citations {
            self.citations
                .push([id.into(), url.as_ref().into(), text.as_ref().into()])?;
        }
        self.write_statuses()?;
        for record in &dataset.records {
            self.write_record(record)?;
        }
        // In the order of the key, so that each row goes to the end of its table.
        let mut by_id: Vec<&Record> = dataset.records.iter().collect();
        by_id.sort_unstable_by_key(|record| &record.id);
        by_id
            .into_iter()
            .try_for_each(|record| self.write_parts(record))?;
        self.finish()
    }

    fn finish(self) -> rusqlite::Result<()> {
        let Self {
            dataset: _,
            records,
            assignments,
            aliases,
            links,
            citations,
            record_citations,
            assignment_citations,
            status_citations,
            tags,
            extra,
            statuses,
            sources,
            meta,
        } = self;
        let tables = [
            records,
            assignments,
            aliases,
            links,
            citations,
            record_citations,
            assignment_citations,
            status_citations,
            tags,
            extra,
            statuses,
            sources,
            meta,
        ];
        tables.into_iter().try_for_each(Table::finish)
    }

    /// The statuses of the legend, then those that it leaves out, without a meaning.
    fn write_statuses(&mut self) -> rusqlite::Result<()> {
        let dataset = self.dataset;
        for StatusMeaning {
            status,
            meaning,
            citations,
        } in &dataset.statuses
        {
            self.statuses.push([status.into(), meaning.into()])?;
            for (position, &citation) in citations.iter().enumerate() {
                let id = &dataset.citation(citation).id;
                self.status_citations
                    .push([status.into(), position.into(), id.into()])?;
            }
        }
        let is_explained = |name: &&str| dataset.statuses.iter().any(|s| s.status == **name);
        for &status in Status::NAMES.iter().filter(|name| !is_explained(name)) {
            self.statuses.push([status.into(), Field::Null])?;
        }
        Ok(())
    }

    fn write_record(&mut self, record: &'d Record) -> rusqlite::Result<()> {
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
        let (name, name_source) = match naming {
            Some(Naming {
                name,
                aliases: _,
                source,
            }) => (Some(name.as_str()), Some(source.name())),
            None => (None, None),
        };
        self.records.push([
            id.into(),
            ports.first().into(),
            ports.last().into(),
            name.into(),
            name_source.into(),
            description.into(),
            (*source).into(),
            (*line).into(),
            (*shifted).into(),
        ])
    }

    /// What stands in tables of its own.
    fn write_parts(&mut self, record: &'d Record) -> rusqlite::Result<()> {
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
        let dataset = self.dataset;
        let aliases = naming.as_ref().map_or(&[][..], |naming| &naming.aliases);
        for (position, alias) in aliases.iter().enumerate() {
            self.aliases
                .push([id.into(), position.into(), alias.as_str().into()])?;
        }
        for (protocol, assignment) in assignments.iter() {
            if let Some(assignment) = assignment {
                self.write_assignment(id, protocol, assignment)?;
            }
        }
        for (position, Link { text, url, missing }) in links.iter().enumerate() {
            self.links.push([
                id.into(),
                position.into(),
                text.into(),
                url.into(),
                (*missing).into(),
            ])?;
        }
        for (position, &citation) in citations.iter().enumerate() {
            let cited = &dataset.citation(citation).id;
            self.record_citations
                .push([id.into(), position.into(), cited.into()])?;
        }
        for (position, tag) in tags.iter().enumerate() {
            self.tags.push([id.into(), position.into(), tag.into()])?;
        }
        for (position, (header, text)) in extra.iter().enumerate() {
            self.extra
                .push([id.into(), position.into(), header.into(), text.into()])?;
        }
        Ok(())
    }

    fn write_assignment(
        &mut self,
        id: &'d str,
        protocol: Protocol,
        assignment: &'d Assignment,
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
        self.assignments.push([
            id.into(),
            protocol.into(),
            status.name().into(),
            basis.name().into(),
            text.into(),
        ])?;
        for (position, &citation) in citations.iter().enumerate() {
            let cited = &self.dataset.citation(citation).id;
            self.assignment_citations.push([
                id.into(),
                protocol.into(),
                position.into(),
                cited.into(),
            ])?;
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
