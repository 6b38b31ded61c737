//! `datapackage.json`: what the files beside it are, as a Data Package
//! (<https://datapackage.org/standard/data-package/>, version 2).
//!
//! The default files with data are its resources, each with its size and hash, so that a copy can be proved whole.
//! `ports.csv` has a Table Schema: types, words that may stand in a column, keys, blanks.

use std::io::Write;

use serde::Serialize;

use super::schema::Descriptions;
use super::{DESCRIPTION, EmitError, Emitter, Format, csv, json, services, yaml};
use crate::dataset::{Attribution, Basis, Dataset, NameSource, SourceFile, Status};
use crate::merge::MergeFormat;
use crate::text::Fingerprint;

/// The resources: default files that hold the data. Those that describe it are none.
static DATA: &[&dyn Emitter] = &[
    &csv::Csv,
    &json::Json,
    &yaml::Yaml,
    #[cfg(feature = "sqlite")]
    &super::sqlite::Sqlite,
    &services::Services,
];

#[derive(Debug)]
pub(super) struct DataPackage;

impl Emitter for DataPackage {
    fn format(&self) -> Format<'_> {
        Format::new(
            "datapackage",
            "datapackage.json",
            "types, sizes and hashes of the data files, for frictionless and data portals",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let resource = |emitter: &&'static dyn Emitter| {
            let file = Fingerprint::new(&emitter.emit(dataset)?);
            Resource::new(dataset, emitter.format(), &file)
        };
        let resources = DATA.iter().map(resource).collect::<Result<_, _>>()?;
        let mut bytes =
            serde_json::to_vec_pretty(&Package::new(dataset, resources)).map_err(EmitError::new)?;
        bytes.push(b'\n');
        out.write_all(&bytes).map_err(EmitError::new)
    }
}

#[derive(Serialize)]
struct Package<'d> {
    #[serde(rename = "$schema")]
    profile: &'static str,
    name: &'static str,
    title: &'d str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    homepage: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    licenses: Option<[License<'d>; 1]>,
    sources: Vec<Origin<'d>>,
    resources: Vec<Resource<'d>>,
}

#[derive(Serialize)]
struct License<'d> {
    name: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// Where the data is from: the page or document if it is known, then the inputs. An input's path is a title here, because a path
/// must not be absolute or lead upwards, and its hash is its version.
#[derive(Serialize)]
struct Origin<'d> {
    title: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

impl<'d> Package<'d> {
    fn new(dataset: &'d Dataset, resources: Vec<Resource<'d>>) -> Self {
        let from = dataset.attribution.as_ref();
        let url = from.and_then(|from| from.url.as_deref());
        let title = from.and_then(|from| from.title.as_deref()).or(url);
        let page = title.map(|title| Origin {
            title,
            path: url,
            version: from
                .and_then(|from| from.revision)
                .map(|revision| revision.to_string()),
        });
        let input = |SourceFile { path, sha256 }: &'d SourceFile| Origin::of_file(path, sha256);
        Self {
            profile: "https://datapackage.org/profiles/2.0/datapackage.json",
            name: "ports",
            title: dataset.title(),
            description: DESCRIPTION,
            homepage: url,
            licenses: from.and_then(License::of),
            sources: page
                .into_iter()
                .chain(dataset.sources.iter().map(input))
                .collect(),
            resources,
        }
    }
}

impl<'d> Origin<'d> {
    fn of_file(path: &'d str, sha256: &str) -> Self {
        Self {
            title: path,
            path: None,
            version: Some(format!("sha256:{sha256}")),
        }
    }
}

impl<'d> License<'d> {
    fn of(from: &'d Attribution) -> Option<[Self; 1]> {
        let name = from.license.as_deref()?;
        let path = from.license_url();
        Some([Self { name, path }])
    }
}

#[derive(Serialize)]
struct Resource<'d> {
    name: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    path: &'static str,
    description: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mediatype: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    bytes: u64,
    hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<TableSchema>,
    /// Where it is from beside the package's own sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<[Origin<'d>; 1]>,
}

impl<'d> Resource<'d> {
    fn new(
        dataset: &'d Dataset,
        format: Format<'static>,
        file: &Fingerprint,
    ) -> Result<Self, EmitError> {
        let is_table = format.name == "csv";
        let merged = dataset.merge(MergeFormat::Services);
        let merged = merged.filter(|_| format.name == services::Services.format().name);
        Ok(Self {
            name: format.name,
            kind: is_table.then_some("table"),
            path: format.path,
            description: format.purpose,
            mediatype: mediatype(format.path),
            encoding: (!format.is_binary).then_some("utf-8"),
            bytes: file.bytes,
            hash: format!("sha256:{}", file.sha256),
            schema: is_table.then(|| TableSchema::new(dataset)).transpose()?,
            sources: merged
                .map(|merge| [Origin::of_file(&merge.source.path, &merge.source.sha256)]),
        })
    }
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
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableSchema {
    fields: Vec<Field>,
    primary_key: [&'static str; 1],
    missing_values: [&'static str; 1],
}

impl TableSchema {
    fn new(dataset: &Dataset) -> Result<Self, EmitError> {
        let descriptions = Descriptions::read()?;
        let ours = csv::HEADER.into_iter();
        let ours = ours.map(|column| Field::new(column, &descriptions));
        let extra = csv::extra_headers(dataset).into_iter();
        Ok(Self {
            fields: ours
                .chain(extra.map(|header| Ok(Field::extra(header))))
                .collect::<Result<_, _>>()?,
            primary_key: ["id"],
            missing_values: [""],
        })
    }
}

#[derive(Serialize)]
struct Field {
    name: String,
    #[serde(flatten)]
    kind: Kind,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraints: Option<Constraints>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Kind {
    String,
    Integer,
    List { delimiter: &'static str },
}

#[derive(Serialize)]
#[serde(untagged)]
enum Constraints {
    Required {
        required: bool,
    },
    Range {
        required: bool,
        minimum: u16,
        #[serde(skip_serializing_if = "Option::is_none")]
        maximum: Option<u16>,
    },
    Words {
        #[serde(rename = "enum")]
        words: Vec<&'static str>,
    },
}

impl Field {
    fn new(name: &'static str, descriptions: &Descriptions) -> Result<Self, EmitError> {
        Ok(Self {
            name: name.to_owned(),
            kind: kind(name),
            description: description(name, descriptions)?,
            constraints: constraints(name),
        })
    }

    fn extra(header: &str) -> Self {
        Self {
            name: csv::extra_name(header).into_owned(),
            kind: Kind::String,
            description: "A column of the source, as it stands there.".to_owned(),
            constraints: None,
        }
    }
}

fn kind(column: &str) -> Kind {
    match column {
        "first_port" | "last_port" | "line" => Kind::Integer,
        "aliases" | "citations" | "tags" => Kind::List { delimiter: ";" },
        "links" => Kind::List { delimiter: " " },
        _ => Kind::String,
    }
}

fn constraints(column: &str) -> Option<Constraints> {
    let range = |minimum, maximum| Constraints::Range {
        required: true,
        minimum,
        maximum,
    };
    let words = match column {
        "id" => return Some(Constraints::Required { required: true }),
        "first_port" | "last_port" => return Some(range(0, Some(u16::MAX))),
        "line" => return Some(range(1, None)),
        "tcp" | "udp" | "sctp" | "dccp" => Status::NAMES.to_vec(),
        "tcp_basis" | "udp_basis" | "sctp_basis" | "dccp_basis" => {
            Basis::ALL.map(Basis::name).to_vec()
        }
        "name_source" => NameSource::ALL.map(NameSource::name).to_vec(),
        _ => return None,
    };
    Some(Constraints::Words { words })
}

/// What the schema of `ports.json` says of a field, and how the column differs from it.
fn description(column: &str, descriptions: &Descriptions) -> Result<String, EmitError> {
    let of = |definition, field| descriptions.of(definition, field);
    Ok(match column {
        "tcp" | "udp" | "sctp" | "dccp" => {
            let (usage, words) = (of("record", column)?, of("assignment", "status")?);
            format!("{usage} {words}")
        }
        "links" => format!("{} Their URLs.", of("record", column)?),
        "line" => of("origin", column)?.to_owned(),
        _ if column.ends_with("_basis") => of("assignment", "basis")?.to_owned(),
        _ => of("record", column)?.to_owned(),
    })
}
