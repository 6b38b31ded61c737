//! `metadata.json`: what datasette shows beside the tables of `ports.sqlite`
//! (<https://docs.datasette.io/en/stable/metadata.html>).
//!
//! ```sh
//! datasette ports.sqlite -m metadata.json
//! ```
//!
//! Descriptions of tables and columns are the comments of the database's own schema: what `.schema`
//! shows is what datasette shows.

use std::io::Write;

use serde::{Serialize, Serializer};

use super::{DESCRIPTION, EmitError, Emitter, Format, sqlite};
use crate::dataset::{Attribution, Dataset, SourceFile};

#[derive(Debug)]
pub(super) struct Datasette;

impl Emitter for Datasette {
    fn format(&self) -> Format<'_> {
        Format::new(
            "datasette",
            "metadata.json",
            "descriptions, labels and facets of ports.sqlite for datasette",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut bytes =
            serde_json::to_vec_pretty(&Metadata::new(dataset)).map_err(EmitError::new)?;
        bytes.push(b'\n');
        out.write_all(&bytes).map_err(EmitError::new)
    }
}

#[derive(Serialize)]
struct Metadata<'d> {
    title: &'d str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_url: Option<&'d str>,
    databases: Map<Database>,
}

#[derive(Serialize)]
struct Database {
    description: String,
    tables: Map<Table>,
}

#[derive(Serialize)]
struct Table {
    description: String,
    columns: Map<&'static str>,
    #[serde(flatten)]
    display: Display,
}

/// How datasette shows a table at first.
#[derive(Default, Serialize)]
struct Display {
    #[serde(skip_serializing_if = "Option::is_none")]
    label_column: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    facets: &'static [&'static str],
}

/// An object whose keys stay in order.
struct Map<T>(Vec<(&'static str, T)>);

impl<T: Serialize> Serialize for Map<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'d> Metadata<'d> {
    fn new(dataset: &'d Dataset) -> Self {
        let from = dataset.attribution.as_ref();
        let database = Database {
            description: made_from(dataset),
            tables: Map(tables(sqlite::SCHEMA)),
        };
        Self {
            title: dataset.title(),
            description: DESCRIPTION,
            license: from.and_then(|from| from.license.as_deref()),
            license_url: from.and_then(Attribution::license_url),
            source: from.and_then(|from| from.title.as_deref()),
            source_url: from.and_then(|from| from.url.as_deref()),
            databases: Map(vec![("ports", database)]),
        }
    }
}

fn made_from(dataset: &Dataset) -> String {
    let source = |SourceFile { path, sha256 }: &SourceFile| format!("{path} (sha256 {sha256})");
    let sources: Vec<_> = dataset.sources.iter().map(source).collect();
    let revision = dataset.attribution.as_ref().and_then(|from| from.revision);
    let revision = revision.map(|revision| format!(", revision {revision} of the page"));
    format!(
        "Made from {}{}.",
        sources.join(", "),
        revision.unwrap_or_default()
    )
}

fn display(table: &str) -> Display {
    let (label_column, sort, facets): (_, _, &[_]) = match table {
        "records" => (
            Some("name"),
            Some("first_port"),
            &["name_source", "shifted"],
        ),
        "sources" | "statuses" => (Some("name"), None, &[]),
        "ports" => (None, Some("port"), &["protocol", "status", "basis"]),
        "assignments" => (None, None, &["protocol", "status", "basis"]),
        "record_citations" | "assignment_citations" => (None, None, &["citation_id"]),
        "tags" => (None, None, &["tag"]),
        "links" => (None, None, &["missing"]),
        _ => Default::default(),
    };
    Display {
        label_column,
        sort,
        facets,
    }
}

/// Reads the comments of a schema: those above a table, those behind its columns.
fn tables(schema: &'static str) -> Vec<(&'static str, Table)> {
    let mut tables: Vec<(_, Table)> = Vec::new();
    let mut above = Vec::new();
    for line in schema.lines() {
        if let Some(words) = line.strip_prefix("-- ") {
            above.push(words);
        } else if let Some(name) = created(line) {
            let table = Table {
                description: above.join(" "),
                columns: Map(Vec::new()),
                display: display(name),
            };
            tables.push((name, table));
        } else if let (Some((column, words)), Some((_, table))) = (column(line), tables.last_mut())
        {
            table.columns.0.push((column, words));
        } else if line.is_empty() {
            above.clear();
        }
    }
    tables
}

/// The table or view that a line begins.
fn created(line: &str) -> Option<&str> {
    let kinds = ["create table ", "create virtual table ", "create view "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    rest.split(' ').next()
}

/// The column that an indented line is about, and the comment behind it.
fn column(line: &str) -> Option<(&str, &str)> {
    let (code, comment) = line.strip_prefix("    ")?.split_once("-- ")?;
    let code = code.trim().trim_end_matches(',');
    let name = match code.split_once(" as ") {
        Some((_, name)) => name,
        None => code.split(' ').next()?,
    };
    Some((name.rsplit('.').next()?, comment))
}
