//! `metadata.json`: what datasette shows beside the tables of `ports.sqlite`
//! (<https://docs.datasette.io/en/stable/metadata.html>).
//!
//! ```sh
//! datasette ports.sqlite -m metadata.json
//! ```
//!
//! Descriptions of tables and columns are the comments of the database's own schema: what `.schema`
//! shows is what datasette shows.

use serde_json::{Map, Value, json};

use super::{DESCRIPTION, Listed, object, sqlite};
use crate::dataset::{Dataset, SourceFile};

pub(super) static FORMAT: Listed = Listed::new(
    "datasette",
    "metadata.json",
    "descriptions, labels and facets of ports.sqlite for datasette",
    |dataset| Ok(object(metadata(dataset))),
);

fn metadata(dataset: &Dataset) -> Value {
    let from = dataset.attribution.clone().unwrap_or_default();
    let source = |SourceFile { path, sha256 }: &SourceFile| format!("{path} (sha256 {sha256})");
    let sources: Vec<_> = dataset.sources.iter().map(source).collect();
    let revision = from
        .revision
        .map(|revision| format!(", revision {revision} of the page"));
    let sources = sources.join(", ") + &revision.unwrap_or_default();
    json!({
        "title": dataset.title(),
        "description": DESCRIPTION,
        "license": from.license,
        "license_url": from.license_url(),
        "source": from.title,
        "source_url": from.url,
        "databases": { "ports": {
            "description": format!("Made from {sources}."),
            "tables": tables(sqlite::SCHEMA),
        }},
    })
}

/// A table with its comments, and how datasette shows it at first.
fn table(name: &str, description: &str) -> Value {
    let (label, sort, facets): (_, _, &[_]) = match name {
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
    json!({
        "description": description,
        "columns": {},
        "label_column": label,
        "sort": sort,
        "facets": Some(facets).filter(|facets| !facets.is_empty()),
    })
}

/// Reads the comments of a schema: those above a table, those behind its columns.
fn tables(schema: &str) -> Map<String, Value> {
    let created = regex!(r"^create (?:virtual )?(?:table|view) ([a-z_]+)");
    // `name text, -- what it is`; of a view, `records.name, -- …` and `records.id as record_id -- …`.
    let column = regex!(r"^    (?:[a-z_.]+ as )?(?:[a-z_]+\.)?([a-z0-9_]+).*?-- (.*)");
    let (mut tables, mut last, mut above) = (Map::new(), String::new(), Vec::new());
    for line in schema.lines() {
        if let Some(words) = line.strip_prefix("-- ") {
            above.push(words);
        } else if let Some(found) = created.captures(line) {
            found[1].clone_into(&mut last);
            tables.insert(last.clone(), table(&last, &above.join(" ")));
        } else if let (Some(found), Some(table)) = (column.captures(line), tables.get_mut(&last)) {
            table["columns"][&found[1]] = found[2].into();
        } else if line.is_empty() {
            above.clear();
        }
    }
    tables
}
