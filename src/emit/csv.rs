//! `ports.csv`: one record on each row (RFC 4180, LF, no byte order mark).
//!
//! Lists are joined by `;`, the URLs of links by a space; within an item those are `%3B` and `%20`, so that
//! splitting gives the items. After the fixed columns, there is one for each extra header of the source. What has no
//! column here is in the other formats: the attribution, the citations of statuses, the words of links.

use std::borrow::Cow;
use std::collections::HashSet;

use csv::{Reader, StringRecord};
use serde_json::{Value, json};

use super::{EmitError, Listed, Unreadable};
use crate::dataset::{
    Assignment, Dataset, Naming, Origin, PerProtocol, Protocol, Record, ServiceName, require_unique,
};
use crate::limits;

/// Our columns.
pub(super) const COLUMNS: [(&str, Kind); 19] = [
    ("id", Kind::Id),
    ("first_port", Kind::Port),
    ("last_port", Kind::Port),
    ("name", Kind::Text),
    ("aliases", Kind::List(";")),
    ("name_source", Kind::NameSource),
    ("tcp", Kind::Status),
    ("tcp_basis", Kind::Basis),
    ("udp", Kind::Status),
    ("udp_basis", Kind::Basis),
    ("sctp", Kind::Status),
    ("sctp_basis", Kind::Basis),
    ("dccp", Kind::Status),
    ("dccp_basis", Kind::Basis),
    ("description", Kind::Text),
    ("citations", Kind::List(";")),
    ("links", Kind::List(" ")),
    ("tags", Kind::List(";")),
    ("line", Kind::Line),
];

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Id,
    Port,
    Line,
    Text,
    /// Items, with this between them.
    List(&'static str),
    Status,
    Basis,
    NameSource,
}

pub(super) static FORMAT: Listed = Listed::new(
    "csv",
    "ports.csv",
    "one row per record, for spreadsheets and data frames",
    make,
)
.by_default()
.read_by(read);

fn names() -> impl Iterator<Item = &'static str> {
    COLUMNS.into_iter().map(|(name, _)| name)
}

fn make(dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
    let extra = extra_headers(dataset);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let theirs = extra.iter().map(|header| extra_name(header).into_owned());
    writer.write_record(names().map(str::to_owned).chain(theirs))?;
    for record in &dataset.records {
        let theirs = extra.iter().map(|&header| {
            let field = record.extra.iter().find(|(known, _)| known == header);
            field.map_or("", |(_, text)| text)
        });
        writer.write_record(row(record).iter().map(AsRef::as_ref).chain(theirs))?;
    }
    writer.into_inner().map_err(EmitError::new)
}

fn read(bytes: &[u8]) -> Result<Dataset, Unreadable> {
    let mut reader = Reader::from_reader(bytes);
    let header = reader.headers()?.clone();
    if !header.iter().take(COLUMNS.len()).eq(names()) {
        return Err(Unreadable::new("its header differs"));
    }
    require_unique(&header).map_err(Unreadable::new)?;
    let record = |row: csv::Result<StringRecord>| {
        let row = row?;
        record(&header, &row).map_err(|error| {
            let line = row.position().map_or(0, csv::Position::line);
            Unreadable::new(format!("line {line}: {error}"))
        })
    };
    let dataset = Dataset {
        records: reader.records().map(record).collect::<Result<_, _>>()?,
        ..Dataset::default()
    };
    dataset.read_back().map_err(Unreadable::new)
}

/// The headers that only the source has, in order of first use: so many that a row stays one.
pub(super) fn extra_headers(dataset: &Dataset) -> Vec<&str> {
    let (mut headers, mut known) = (Vec::new(), HashSet::new());
    let all = dataset.records.iter().flat_map(|record| &record.extra);
    for (header, _) in all {
        if headers.len() < limits::CSV_EXTRA_COLUMNS && known.insert(header.as_str()) {
            headers.push(header.as_str());
        }
    }
    headers
}

/// The name of such a column: the header, told from ours.
pub(super) fn extra_name(header: &str) -> Cow<'_, str> {
    if names().any(|name| name == header) {
        format!("{header} (source)").into()
    } else {
        header.into()
    }
}

fn row(record: &Record) -> [Cow<'_, str>; COLUMNS.len()] {
    let Record {
        id,
        ports,
        naming,
        assignments: PerProtocol(assignments),
        description,
        links,
        citations,
        tags,
        extra: _,
        origin: Origin {
            path: _,
            line,
            shifted: _,
        },
    } = record;
    let naming = naming.as_ref().map(|naming| {
        let Naming {
            name,
            aliases,
            source,
        } = naming;
        let aliases = joined(aliases.iter().map(ServiceName::as_str), ";");
        (name.as_str(), aliases, source.name())
    });
    let (name, aliases, name_source) = naming.unwrap_or_default();
    let [tcp, udp, sctp, dccp] = assignments.each_ref().map(|it| {
        let words = |it: &Assignment| (it.status.name(), it.basis.name());
        it.as_ref().map(words).unwrap_or_default()
    });
    [
        id.into(),
        ports.first().to_string().into(),
        ports.last().to_string().into(),
        name.into(),
        aliases,
        name_source.into(),
        tcp.0.into(),
        tcp.1.into(),
        udp.0.into(),
        udp.1.into(),
        sctp.0.into(),
        sctp.1.into(),
        dccp.0.into(),
        dccp.1.into(),
        description.into(),
        joined(citations.iter().map(AsRef::as_ref), ";"),
        joined(links.iter().map(|link| link.url.as_str()), " "),
        joined(tags.iter().map(String::as_str), ";"),
        line.to_string().into(),
    ]
}

/// Items in one field. A separator within an item is written as in a URL.
fn joined<'d>(items: impl Iterator<Item = &'d str>, separator: &str) -> Cow<'d, str> {
    let items: Vec<_> = items
        .map(|it| it.replace(separator, code(separator)))
        .collect();
    items.join(separator).into()
}

/// A separator as a URL has it.
fn code(separator: &str) -> &'static str {
    if separator == ";" { "%3B" } else { "%20" }
}

/// A row as a record, as far as it has columns: by way of the tree that records deserialize from.
fn record(header: &StringRecord, row: &StringRecord) -> serde_json::Result<Record> {
    let at = |name: &str| names().position(|known| known == name);
    let field = |name: &str| at(name).and_then(|at| row.get(at)).unwrap_or_default();
    let some = |name: &str| Some(field(name)).filter(|text| !text.is_empty());
    let number = |name: &str| field(name).parse::<u64>().ok();
    let item = |item: &str| item.replace(code(";"), ";");
    let list = |name: &str| split(field(name), ";").map(item).collect::<Vec<_>>();
    // No URL has a blank, and many have their own `%20`.
    let link = |url| json!({ "text": "", "url": url, "missing": false });
    let mut tree = json!({
        "id": field("id"),
        "first_port": number("first_port"),
        "last_port": number("last_port"),
        "name": some("name"),
        "aliases": list("aliases"),
        "name_source": some("name_source"),
        "description": field("description"),
        "links": split(field("links"), " ").map(link).collect::<Vec<_>>(),
        "citations": list("citations"),
        "tags": list("tags"),
        "source": { "path": "", "line": number("line"), "shifted": false },
    });
    for protocol in Protocol::ALL.map(Protocol::name) {
        tree[protocol] = some(protocol).map_or(Value::Null, |status| {
            let text = (status == "other").then_some("");
            let basis = field(&format!("{protocol}_basis"));
            json!({ "status": status, "text": text, "basis": basis, "citations": [] })
        });
    }
    let mut record: Record = serde_json::from_value(tree)?;
    let extra = header.iter().zip(row).skip(COLUMNS.len());
    let extra = extra.filter(|(_, text)| !text.is_empty());
    record.extra = extra
        .map(|(name, text)| (name.into(), text.into()))
        .collect();
    Ok(record)
}

/// The items of a field, as [`joined`] put them together.
fn split<'f>(field: &'f str, separator: &'static str) -> impl Iterator<Item = &'f str> {
    field.split(separator).filter(|_| !field.is_empty())
}
