//! `datapackage.json`: what the files beside it are, as a Data Package
//! (<https://datapackage.org/standard/data-package/>, version 2).
//!
//! The default files with data are its resources, each with its size and hash, so that a copy can be proved whole.
//! `ports.csv` has a Table Schema: types, words that may stand in a column, keys, blanks.

use serde_json::{Value, json};

use super::csv::Kind;
use super::{DESCRIPTION, EmitError, Emitter as _, Listed, object};
use super::{csv, json, schema, services, yaml};
use crate::dataset::merge::MergeFormat;
use crate::dataset::{Basis, Dataset, NameSource, SourceFile, Status};
use crate::text;

pub(super) static FORMAT: Listed = Listed::new(
    "datapackage",
    "datapackage.json",
    "types, sizes and hashes of the data files, for frictionless and data portals",
    make,
);

/// The resources: default files that hold the data. Those that describe it are none.
static DATA: &[&Listed] = &[
    &csv::FORMAT,
    &json::FORMAT,
    &yaml::FORMAT,
    #[cfg(feature = "sqlite")]
    &super::sqlite::FORMAT,
    &services::FORMAT,
];

/// Its sources are the page or document if it is known, then the inputs.
fn make(dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
    let from = dataset.attribution.clone().unwrap_or_default();
    let title = from.title.as_ref().or(from.url.as_ref());
    let revision = from.revision.map(|revision| revision.to_string());
    let page = title.map(|title| json!({ "title": title, "path": from.url, "version": revision }));
    let inputs = dataset.sources.iter();
    let inputs = inputs.map(|SourceFile { path, sha256 }| source(path, sha256));
    let license = from.license.as_ref();
    let license = license.map(|name| json!([{ "name": name, "path": from.license_url() }]));
    let resources = DATA.iter().map(|listed| resource(dataset, listed));
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "ports",
        "title": dataset.title(),
        "description": DESCRIPTION,
        "homepage": from.url,
        "licenses": license,
        "sources": page.into_iter().chain(inputs).collect::<Value>(),
        "resources": resources.collect::<Result<Value, _>>()?,
    });
    Ok(object(package))
}

/// A file that data is from. Its path is a title here, because a path must not be absolute or lead upwards, and its
/// hash is its version.
fn source(path: &str, sha256: &str) -> Value {
    json!({ "title": path, "version": format!("sha256:{sha256}") })
}

fn resource(dataset: &Dataset, listed: &Listed) -> Result<Value, EmitError> {
    let file = listed.emit(dataset)?;
    let format = listed.format;
    let is_table = format.name == csv::FORMAT.format.name;
    let schema = is_table.then(|| table_schema(dataset)).transpose()?;
    let merge = dataset.merge(MergeFormat::Services);
    let merge = merge.filter(|_| format.name == services::FORMAT.format.name);
    Ok(json!({
        "name": format.name,
        "type": is_table.then_some("table"),
        "path": format.path,
        "description": format.purpose,
        "mediatype": mediatype(format.path),
        "encoding": (!format.is_binary).then_some("utf-8"),
        "bytes": file.len(),
        "hash": format!("sha256:{}", text::sha256(&file)),
        "schema": schema,
        "sources": merge.map(|it| json!([source(&it.source.path, &it.source.sha256)])),
    }))
}

/// IANA's media type of a file, by its ending.
fn mediatype(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    match ending {
        "csv" => Some("text/csv"),
        "json" => Some("application/json"),
        "sqlite" => Some("application/vnd.sqlite3"),
        "yaml" => Some("application/yaml"),
        _ => None,
    }
}

/// Table Schema (<https://datapackage.org/standard/table-schema/>).
fn table_schema(dataset: &Dataset) -> Result<Value, EmitError> {
    let ours: Value = serde_json::from_str(schema::SCHEMA)?;
    let described = |(name, kind)| field(name, kind, &description(name, &ours["$defs"]));
    let extra = csv::extra_headers(dataset).into_iter().map(|header| {
        let description = "A column of the source, as it stands there.";
        field(&csv::extra_name(header), Kind::Text, description)
    });
    Ok(json!({
        "fields": csv::COLUMNS.into_iter().map(described).chain(extra).collect::<Value>(),
        "primaryKey": ["id"],
        "missingValues": [""],
    }))
}

fn field(name: &str, kind: Kind, description: &str) -> Value {
    let number = |minimum: u16, maximum: Option<u16>| json!({ "required": true, "minimum": minimum, "maximum": maximum });
    let (of_type, delimiter, constraints) = match kind {
        Kind::Id => ("string", None, json!({ "required": true })),
        Kind::Port => ("integer", None, number(0, Some(u16::MAX))),
        Kind::Line => ("integer", None, number(1, None)),
        Kind::Text => ("string", None, Value::Null),
        Kind::List(delimiter) => ("list", Some(delimiter), Value::Null),
        Kind::Status => ("string", None, json!({ "enum": Status::NAMES })),
        Kind::Basis => ("string", None, json!({ "enum": Basis::ALL })),
        Kind::NameSource => ("string", None, json!({ "enum": NameSource::ALL })),
    };
    json!({
        "name": name,
        "type": of_type,
        "delimiter": delimiter,
        "description": description,
        "constraints": constraints,
    })
}

/// What the schema of `ports.json` says of a field, and how the column differs from it.
fn description(column: &str, definitions: &Value) -> String {
    let of = |definition: &str, field: &str| {
        let description = &definitions[definition]["properties"][field]["description"];
        description.as_str().unwrap_or_default().to_owned()
    };
    match column {
        "tcp" | "udp" | "sctp" | "dccp" => of("record", column) + " " + &of("assignment", "status"),
        "links" => of("record", column) + " Their URLs.",
        "line" => of("origin", column),
        _ if column.ends_with("_basis") => of("assignment", "basis"),
        _ => of("record", column),
    }
}
