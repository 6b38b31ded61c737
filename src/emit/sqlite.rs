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

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, MAIN_DB, OpenFlags, params_from_iter};

use super::{EmitError, Format, Listed, Out, Unreadable};
use crate::dataset::{
    Assignment, Attribution, Citation, Dataset, Link, Naming, Origin, Record, SchemaVersion,
    ServiceName, SourceFile, Status, StatusMeaning,
};

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

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

fn database(dataset: &Dataset) -> rusqlite::Result<Connection> {
    // One thread has the connection: it needs no locks.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_in_memory_with_flags(flags)?;
    connection.execute_batch(SETTINGS)?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "user_version", SchemaVersion::NUMBER)?;
    insert_all(&transaction, dataset)?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(connection)
}

fn insert_all(connection: &Connection, dataset: &Dataset) -> rusqlite::Result<()> {
    insert(connection, "meta", meta(dataset))?;
    let rows = dataset.sources.iter().enumerate();
    let rows = rows.map(|(index, SourceFile { path, sha256 })| {
        [number(index), path.as_ref().into(), text(sha256)]
    });
    insert(connection, "sources", rows)?;
    let rows = dataset.citations.iter();
    let rows = rows.map(|Citation { id, url, text }| {
        [
            id.as_ref().into(),
            optional(url.as_deref()),
            optional(text.as_deref()),
        ]
    });
    insert(connection, "citations", rows)?;
    insert(connection, "statuses", statuses(dataset))?;
    let explained = dataset.statuses.iter();
    let cited = explained.map(|status| ([status.status.as_str().into()], &*status.citations));
    insert_lists(connection, "status_citations", cited, |id| [text(id)])?;
    let sources: HashMap<_, _> = (0..)
        .zip(&dataset.sources)
        .map(|(index, source)| (source.path.as_ref(), index))
        .collect();
    let source = |record: &Record| sources.get(record.origin.path.as_ref()).copied();
    let rows = dataset.records.iter();
    let rows = rows.map(|record| record_row(record, source(record).unwrap_or_default()));
    insert(connection, "records", rows)?;

    // In the order of the key, so that each row goes to the end of its table.
    let mut records: Vec<&Record> = dataset.records.iter().collect();
    records.sort_unstable_by_key(|record| &record.id);
    let assigned = || records.iter().flat_map(|record| assigned(record));
    let rows = assigned().map(|(key, assignment)| assignment_row(key, assignment));
    insert(connection, "assignments", rows)?;
    let cited = assigned().map(|(key, assignment)| (key, &*assignment.citations));
    insert_lists(connection, "assignment_citations", cited, |id| [text(id)])?;
    insert_lists(connection, "aliases", lists(&records, aliases), |alias| {
        [alias.as_str().into()]
    })?;
    let links = lists(&records, |record| &record.links);
    insert_lists(connection, "links", links, |Link { text, url, missing }| {
        [text.as_str().into(), url.as_str().into(), (*missing).into()]
    })?;
    let cited = lists(&records, |record| &record.citations);
    insert_lists(connection, "record_citations", cited, |id| [text(id)])?;
    let tags = lists(&records, |record| &record.tags);
    insert_lists(connection, "tags", tags, |tag| [text(tag)])?;
    let extra = lists(&records, |record| &record.extra);
    insert_lists(connection, "extra", extra, |(header, words)| {
        [text(header), text(words)]
    })
}

/// What a column holds.
type Field<'d> = ToSqlOutput<'d>;

fn number(number: usize) -> Field<'static> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn optional(text: Option<&str>) -> Field<'_> {
    Field::Borrowed(text.into())
}

fn text(text: &str) -> Field<'_> {
    text.into()
}

/// Fills a table with the items of lists: the key of the list, the place of the item, its fields.
fn insert_lists<'d, T: 'd, const KEY: usize, const FIELDS: usize>(
    connection: &Connection,
    table: &str,
    lists: impl Iterator<Item = ([Field<'d>; KEY], &'d [T])>,
    fields: impl Fn(&'d T) -> [Field<'d>; FIELDS],
) -> rusqlite::Result<()> {
    let fields = &fields;
    let rows = lists.flat_map(|(key, list)| {
        list.iter().enumerate().map(move |(position, item)| {
            let key = key.clone().into_iter();
            key.chain([number(position)]).chain(fields(item))
        })
    });
    insert_rows(connection, table, KEY + 1 + FIELDS, rows)
}

/// Fills a table.
fn insert<'d, const COLUMNS: usize>(
    connection: &Connection,
    table: &str,
    rows: impl Iterator<Item = [Field<'d>; COLUMNS]>,
) -> rusqlite::Result<()> {
    insert_rows(connection, table, COLUMNS, rows)
}

/// Fills a table. A statement for many rows keeps its place in the table from one row to the next.
fn insert_rows<'d>(
    connection: &Connection,
    table: &str,
    columns: usize,
    mut rows: impl Iterator<Item = impl IntoIterator<Item = Field<'d>>>,
) -> rusqlite::Result<()> {
    const MANY: usize = 16;
    let row = format!("({})", vec!["?"; columns].join(", "));
    let prepare = |rows: usize| {
        let rows = vec![row.as_str(); rows].join(", ");
        connection.prepare(&format!("insert into {table} values {rows}"))
    };
    let mut prepared = None;
    loop {
        let fields: Vec<_> = rows.by_ref().take(MANY).flatten().collect();
        let rows = fields.len() / columns;
        let mut insert = match prepared {
            _ if rows == 0 => return Ok(()),
            Some(insert) if rows == MANY => insert,
            _ => prepare(rows)?,
        };
        insert.execute(params_from_iter(fields))?;
        prepared = Some(insert);
    }
}

fn meta(dataset: &Dataset) -> impl Iterator<Item = [Field<'_>; 2]> {
    let said = dataset.attribution.iter().flat_map(|attribution| {
        let Attribution {
            title,
            url,
            license,
            revision,
        } = attribution;
        [
            ("title", title.clone()),
            ("url", url.clone()),
            ("license", license.clone()),
            ("revision", revision.map(|revision| revision.to_string())),
        ]
    });
    said.filter_map(|(key, value)| Some([key.into(), value?.into()]))
}

/// The statuses of the legend, then those that it leaves out, without a meaning.
fn statuses(dataset: &Dataset) -> impl Iterator<Item = [Field<'_>; 2]> {
    let explained = dataset.statuses.iter();
    let is_explained = |name: &&&str| dataset.statuses.iter().any(|s| s.status == ***name);
    let others = Status::NAMES.iter().filter(move |name| !is_explained(name));
    let explained = explained.map(|status| {
        let StatusMeaning {
            status,
            meaning,
            citations: _, // status_citations
        } = status;
        [status.as_str().into(), meaning.as_str().into()]
    });
    explained.chain(others.map(|&status| [status.into(), optional(None)]))
}

fn record_row(record: &Record, source: usize) -> [Field<'_>; 10] {
    let Record {
        id,
        ports,
        naming,
        description,
        origin,
        // In tables of their own.
        assignments: _,
        links: _,
        citations: _,
        tags: _,
        extra: _,
    } = record;
    let Origin {
        path: _,
        line,
        shifted,
    } = origin;
    let naming = naming.as_ref().map(|naming| {
        let Naming {
            name,
            source,
            aliases: _,
        } = naming;
        (name.as_str(), source.name())
    });
    [
        id.as_str().into(),
        ports.first().into(),
        ports.last().into(),
        optional(naming.map(|(name, _)| name)),
        joined(aliases(record)),
        optional(naming.map(|(_, source)| source)),
        description.as_str().into(),
        number(source),
        number(*line),
        (*shifted).into(),
    ]
}

/// The full-text index reads columns of `records` only.
fn joined(aliases: &[ServiceName]) -> Field<'_> {
    let aliases: Vec<_> = aliases.iter().map(ServiceName::as_str).collect();
    aliases.join(" ").into()
}

fn aliases(record: &Record) -> &[ServiceName] {
    record.naming.as_ref().map_or(&[], |naming| &naming.aliases)
}

/// What each record holds in a list.
fn lists<'d, T: 'd>(
    records: &[&'d Record],
    list: impl Fn(&'d Record) -> &'d [T],
) -> impl Iterator<Item = ([Field<'d>; 1], &'d [T])> {
    records
        .iter()
        .map(move |record| ([text(&record.id)], list(record)))
}

/// What a record says of each protocol, by the keys of both.
fn assigned(record: &Record) -> impl Iterator<Item = ([Field<'_>; 2], &Assignment)> {
    record
        .assignments
        .iter()
        .filter_map(|(protocol, assignment)| {
            Some((
                [text(&record.id), protocol.name().into()],
                assignment.as_ref()?,
            ))
        })
}

fn assignment_row<'d>(
    [id, protocol]: [Field<'d>; 2],
    assignment: &'d Assignment,
) -> [Field<'d>; 5] {
    let Assignment {
        status,
        basis,
        citations: _, // assignment_citations
    } = assignment;
    let words = match status {
        // The words of a cell that are no status.
        Status::Other(words) => Some(words.as_str()),
        Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => None,
    };
    [
        id,
        protocol,
        status.name().into(),
        basis.name().into(),
        optional(words),
    ]
}
