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
use std::io::Write;

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, MAIN_DB, OpenFlags, params_from_iter};

use super::{EmitError, Emitter, Format, Unreadable};
use crate::dataset::ServiceName;
use crate::dataset::{
    Assignment, Attribution, Citation, Dataset, Link, Naming, Origin, Protocol, Record,
    SchemaVersion, SourceFile, Status, StatusMeaning,
};

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

/// For the connection, not the file: nothing here is ever half-written, and tests check all constraints.
const SETTINGS: &str = "pragma foreign_keys = off; pragma ignore_check_constraints = on; pragma journal_mode = off; pragma synchronous = off;";

#[derive(Debug)]
pub(super) struct Sqlite;

impl Emitter for Sqlite {
    fn format(&self) -> Format<'_> {
        Format::new(
            "sqlite",
            "ports.sqlite",
            "a database with full-text search: select * from ports where port = 53",
        )
        .by_default()
        .binary()
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut connection = database(dataset).map_err(EmitError::new)?;
        let bytes = connection.serialize(MAIN_DB).map_err(EmitError::new)?;
        out.write_all(&bytes).map_err(EmitError::new)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Dataset>, Unreadable> {
        // A database in WAL mode cannot be opened in memory; one without a WAL beside it is whole.
        let mut bytes = bytes.to_vec();
        if let Some(versions @ [2, 2]) = bytes.get_mut(18..20) {
            versions.fill(1);
        }
        read::dataset(&bytes).map(Some)
    }

    fn is_same(&self, old: &[u8], new: &[u8]) -> bool {
        read::is_same(old, new)
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
    transaction.pragma_update(None, "user_version", SchemaVersion::NUMBER)?;
    insert_all(&transaction, dataset)?;
    transaction.execute_batch(INDEXES)?;
    transaction.commit()?;
    Ok(connection)
}

fn insert_all(connection: &Connection, dataset: &Dataset) -> rusqlite::Result<()> {
    insert(connection, "meta", meta(dataset))?;
    insert(connection, "sources", sources(dataset))?;
    insert(connection, "citations", citations(dataset))?;
    insert(connection, "statuses", statuses(dataset))?;
    insert(connection, "status_citations", status_citations(dataset))?;
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
    let records = records.as_slice();
    insert(
        connection,
        "assignments",
        assigned(records).map(|(record, protocol, assignment)| {
            let Assignment {
                status,
                basis,
                citations: _, // assignment_citations
            } = assignment;
            [
                record.id.as_str().into(),
                protocol.name().into(),
                status.name().into(),
                basis.name().into(),
                optional(words(status)),
            ]
        }),
    )?;
    insert(
        connection,
        "assignment_citations",
        assigned(records).flat_map(|(record, protocol, assignment)| {
            let citations = assignment.citations.iter().enumerate();
            citations.map(move |(position, citation)| {
                [
                    record.id.as_str().into(),
                    protocol.name().into(),
                    number(position),
                    citation.as_ref().into(),
                ]
            })
        }),
    )?;
    insert(
        connection,
        "aliases",
        listed(records, aliases).map(|(id, position, alias)| [id, position, alias.as_str().into()]),
    )?;
    insert(
        connection,
        "links",
        listed(records, |record| &record.links).map(|(id, position, link)| {
            let Link { text, url, missing } = link;
            [
                id,
                position,
                text.as_str().into(),
                url.as_str().into(),
                (*missing).into(),
            ]
        }),
    )?;
    insert(
        connection,
        "record_citations",
        listed(records, |record| &record.citations)
            .map(|(id, position, citation)| [id, position, citation.as_ref().into()]),
    )?;
    insert(
        connection,
        "tags",
        listed(records, |record| &record.tags)
            .map(|(id, position, tag)| [id, position, tag.as_str().into()]),
    )?;
    insert(
        connection,
        "extra",
        listed(records, |record| &record.extra).map(|(id, position, (header, text))| {
            [id, position, header.as_str().into(), text.as_str().into()]
        }),
    )
}

/// What a column holds.
type Field<'d> = ToSqlOutput<'d>;

fn number(number: usize) -> Field<'static> {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

fn optional(text: Option<&str>) -> Field<'_> {
    Field::Borrowed(text.into())
}

/// Fills a table. A statement for many rows keeps its place in the table from one row to the next.
fn insert<'d, const COLUMNS: usize>(
    connection: &Connection,
    table: &str,
    mut rows: impl Iterator<Item = [Field<'d>; COLUMNS]>,
) -> rusqlite::Result<()> {
    const MANY: usize = 16;
    let prepare = |rows: usize| {
        let row = format!("({})", vec!["?"; COLUMNS].join(", "));
        let rows = vec![row; rows].join(", ");
        connection.prepare(&format!("insert into {table} values {rows}"))
    };
    let mut prepared = None;
    loop {
        let rows: Vec<_> = rows.by_ref().take(MANY).collect();
        let mut insert = match prepared {
            _ if rows.is_empty() => return Ok(()),
            Some(insert) if rows.len() == MANY => insert,
            _ => prepare(rows.len())?,
        };
        insert.execute(params_from_iter(rows.iter().flatten()))?;
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

fn sources(dataset: &Dataset) -> impl Iterator<Item = [Field<'_>; 3]> {
    let sources = dataset.sources.iter().enumerate();
    sources.map(|(index, SourceFile { path, sha256 })| {
        [number(index), path.as_ref().into(), sha256.as_str().into()]
    })
}

fn citations(dataset: &Dataset) -> impl Iterator<Item = [Field<'_>; 3]> {
    let citations = dataset.citations.iter();
    citations.map(|Citation { id, url, text }| {
        [
            id.as_ref().into(),
            optional(url.as_deref()),
            optional(text.as_deref()),
        ]
    })
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

fn status_citations(dataset: &Dataset) -> impl Iterator<Item = [Field<'_>; 3]> {
    dataset.statuses.iter().flat_map(|status| {
        let citations = status.citations.iter().enumerate();
        citations.map(|(position, citation)| {
            [
                status.status.as_str().into(),
                number(position),
                citation.as_ref().into(),
            ]
        })
    })
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
    match aliases {
        [] => "".into(),
        [alias] => alias.as_str().into(),
        aliases => {
            let aliases: Vec<_> = aliases.iter().map(ServiceName::as_str).collect();
            Field::from(aliases.join(" "))
        }
    }
}

fn aliases(record: &Record) -> &[ServiceName] {
    record.naming.as_ref().map_or(&[], |naming| &naming.aliases)
}

/// What each record holds in a list: its id, the place in the list, the item.
fn listed<'d, T: 'd>(
    records: &[&'d Record],
    list: impl Fn(&'d Record) -> &'d [T],
) -> impl Iterator<Item = (Field<'d>, Field<'d>, &'d T)> {
    records.iter().flat_map(move |record| {
        let items = list(record).iter().enumerate();
        items.map(|(position, item)| (record.id.as_str().into(), number(position), item))
    })
}

fn assigned<'d>(
    records: &[&'d Record],
) -> impl Iterator<Item = (&'d Record, Protocol, &'d Assignment)> {
    records.iter().flat_map(|&record| {
        let assignments = record.assignments.iter();
        assignments.filter_map(move |(protocol, assignment)| {
            Some((record, protocol, assignment.as_ref()?))
        })
    })
}

/// The words of a cell that are no status.
fn words(status: &Status) -> Option<&str> {
    match status {
        Status::Other(text) => Some(text),
        Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => None,
    }
}
