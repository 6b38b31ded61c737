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

use rusqlite::{Connection, MAIN_DB, OpenFlags, Params};

use super::{Listed, Unreadable};
use crate::dataset::{
    Assignment, Attribution, Citation, Dataset, Link, Naming, Origin, Record, SchemaVersion,
    ServiceName, SourceFile, Status, StatusMeaning,
};

pub(super) const SCHEMA: &str = include_str!("schema.sql");
const INDEXES: &str = include_str!("indexes.sql");

/// For the connection, not the file: nothing here is ever half-written, and tests check all constraints.
const SETTINGS: &str = "pragma foreign_keys = off; pragma ignore_check_constraints = on; pragma journal_mode = off; pragma synchronous = off;";

pub(super) static FORMAT: Listed = Listed::new(
    "sqlite",
    "ports.sqlite",
    "a database with full-text search: select * from ports where port = 53",
    |dataset| Ok(database(dataset)?.serialize(MAIN_DB)?.to_vec()),
)
.by_default()
.binary(read::is_same)
.read_by(read);

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
    fill(connection, "meta values (?, ?)", meta(dataset))?;
    let sources = dataset.sources.iter().enumerate();
    let sources = sources.map(|(id, SourceFile { path, sha256 })| (id, path, sha256));
    fill(connection, "sources values (?, ?, ?)", sources)?;
    let citations = dataset.citations.iter();
    let citations = citations.map(|Citation { id, url, text }| (id, url, text));
    fill(connection, "citations values (?, ?, ?)", citations)?;
    let explained = dataset.statuses.iter().map(|explained| {
        let StatusMeaning {
            status,
            meaning,
            citations: _, // status_citations
        } = explained;
        (status, meaning)
    });
    fill(connection, "statuses values (?, ?)", explained)?;
    // Those that the legend leaves out have no meaning.
    let others = Status::NAMES.into_iter().map(|name| (name,));
    fill(
        connection,
        "statuses (name) values (?) on conflict do nothing",
        others,
    )?;
    let explained = dataset.statuses.iter();
    let cited = explained.flat_map(|it| numbered(&it.status, &it.citations));
    fill(connection, "status_citations values (?, ?, ?)", cited)?;
    insert_records(connection, dataset)?;

    // In the order of the key, so that each row goes to the end of its table.
    let mut records: Vec<&Record> = dataset.records.iter().collect();
    records.sort_unstable_by_key(|record| &record.id);
    insert_assignments(connection, &records)?;
    let records = || records.iter();
    let aliases = records().flat_map(|it| numbered(&it.id, aliases(it)));
    let aliases = aliases.map(|(id, at, name)| (id, at, name.as_str()));
    fill(connection, "aliases values (?, ?, ?)", aliases)?;
    let links = records().flat_map(|it| numbered(&it.id, &it.links));
    let links = links.map(|(id, at, Link { text, url, missing })| (id, at, text, url, missing));
    fill(connection, "links values (?, ?, ?, ?, ?)", links)?;
    let cited = records().flat_map(|it| numbered(&it.id, &it.citations));
    fill(connection, "record_citations values (?, ?, ?)", cited)?;
    let tags = records().flat_map(|it| numbered(&it.id, &it.tags));
    fill(connection, "tags values (?, ?, ?)", tags)?;
    let extra = records().flat_map(|it| numbered(&it.id, &it.extra));
    let extra = extra.map(|(id, at, (header, text))| (id, at, header, text));
    fill(connection, "extra values (?, ?, ?, ?)", extra)
}

/// Fills a table.
fn fill<P: Params>(
    connection: &Connection,
    table: &str,
    rows: impl IntoIterator<Item = P>,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare(&format!("insert into {table}"))?;
    let mut rows = rows.into_iter();
    rows.try_for_each(|row| insert.execute(row).map(drop))
}

/// The items of a list: what it is of, the place of the item, the item.
fn numbered<'d, T>(of: &'d str, items: &'d [T]) -> impl Iterator<Item = (&'d str, usize, &'d T)> {
    let items = items.iter().enumerate();
    items.map(move |(at, item)| (of, at, item))
}

fn meta(dataset: &Dataset) -> impl Iterator<Item = (&str, String)> {
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
    said.filter_map(|(key, value)| Some((key, value?)))
}

fn insert_records(connection: &Connection, dataset: &Dataset) -> rusqlite::Result<()> {
    let sources = (0..).zip(&dataset.sources);
    let sources: HashMap<_, _> = sources.map(|(index, it)| (&*it.path, index)).collect();
    let rows = dataset.records.iter().map(|record| {
        let Record {
            id,
            ports,
            naming,
            description,
            origin:
                Origin {
                    path,
                    line,
                    shifted,
                },
            // In tables of their own.
            assignments: _,
            links: _,
            citations: _,
            tags: _,
            extra: _,
        } = record;
        let naming = naming.as_ref().map(|naming| {
            let Naming {
                name,
                source,
                aliases: _,
            } = naming;
            (name.as_str(), source.name())
        });
        let (name, name_source) = naming.unzip();
        // The full-text index reads columns of `records` only.
        let aliases: Vec<_> = aliases(record).iter().map(ServiceName::as_str).collect();
        let (aliases, source) = (aliases.join(" "), sources.get(&**path).copied());
        let (first, last, source) = (ports.first(), ports.last(), source.unwrap_or(0_i64));
        (
            id,
            first,
            last,
            name,
            aliases,
            name_source,
            description,
            source,
            line,
            shifted,
        )
    });
    fill(
        connection,
        "records values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
}

fn aliases(record: &Record) -> &[ServiceName] {
    record.naming.as_ref().map_or(&[], |naming| &naming.aliases)
}

fn insert_assignments(connection: &Connection, records: &[&Record]) -> rusqlite::Result<()> {
    let assigned = || {
        records.iter().flat_map(|record| {
            let assignments = record.assignments.iter();
            assignments
                .filter_map(|(protocol, it)| Some((&record.id, protocol.name(), it.as_ref()?)))
        })
    };
    let rows = assigned().map(|(id, protocol, assignment)| {
        let Assignment {
            status,
            basis,
            citations: _, // assignment_citations
        } = assignment;
        let words = match status {
            // The words of a cell that are no status.
            Status::Other(words) => Some(words),
            Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => {
                None
            }
        };
        (id, protocol, status.name(), basis.name(), words)
    });
    fill(connection, "assignments values (?, ?, ?, ?, ?)", rows)?;
    let cited = assigned().flat_map(|(id, protocol, it)| {
        numbered(id, &it.citations).map(move |(id, at, cited)| (id, protocol, at, cited))
    });
    fill(
        connection,
        "assignment_citations values (?, ?, ?, ?)",
        cited,
    )
}
