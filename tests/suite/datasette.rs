//! `metadata.json` describes all of `ports.sqlite`, and datasette shows it.

use std::collections::BTreeMap;

use crate::support::root;
use portconv::{BUILTIN, Options, Source, by_name, convert};
use rusqlite::Connection;
use serde_json::Value;

fn described() -> Value {
    let source = Source::decode(BUILTIN.0, BUILTIN.1).unwrap();
    let dataset = convert(&[source], &Options::default()).dataset;
    let metadata = by_name("datasette").unwrap().emit(&dataset).unwrap();
    serde_json::from_slice(&metadata).unwrap()
}

/// The columns of each table and view; the tables behind the full-text index are SQLite's own.
fn columns() -> BTreeMap<String, Vec<String>> {
    let database = Connection::open(root().join("output/ports.sqlite")).unwrap();
    let mut query = database
        .prepare(
            "select tables.name, columns.name
             from pragma_table_list as tables, pragma_table_info(tables.name) as columns
             where tables.schema = 'main' and tables.type <> 'shadow' and tables.name not like 'sqlite%'",
        )
        .unwrap();
    let mut rows = query.query([]).unwrap();
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    while let Some(row) = rows.next().unwrap() {
        let columns = tables.entry(row.get(0).unwrap()).or_default();
        columns.push(row.get(1).unwrap());
    }
    tables
}

#[test]
fn every_table_and_column_is_described_and_no_other() {
    let described = described();
    let tables = described["databases"]["ports"]["tables"]
        .as_object()
        .unwrap();
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    let of_metadata: BTreeMap<_, _> = tables
        .iter()
        .map(|(name, table)| (name.clone(), keys(&table["columns"])))
        .collect();
    assert_eq!(of_metadata, columns());

    for (name, table) in tables {
        let words = |value: &Value| value.as_str().is_some_and(|words| words.len() > 5);
        assert!(words(&table["description"]), "{name}");
        let columns = table["columns"].as_object().unwrap();
        for (column, description) in columns {
            assert!(words(description), "{name}.{column}: {description}");
        }
        let facets = table["facets"].as_array().into_iter().flatten();
        let shown = facets
            .chain(table.get("sort"))
            .chain(table.get("label_column"));
        for column in shown {
            assert!(
                columns.contains_key(column.as_str().unwrap()),
                "{name}: {column}"
            );
        }
    }
}
