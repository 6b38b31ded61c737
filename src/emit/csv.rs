//! `ports.csv`: one record on each row (RFC 4180, LF, no byte order mark).
//!
//! Lists are joined by `;`, the URLs of links by a space; within an item those are `%3B` and `%20`, so that
//! splitting gives the items. What has no column here is in the other
//! formats: the attribution, the citations of statuses, the words of links, extra columns.

use std::borrow::Cow;
use std::io::Write;

use csv::{Reader, StringRecord};

use super::{EmitError, Emitter, Format, gathered};
use crate::dataset::ServiceName;
use crate::dataset::{Assignment, Dataset, Naming, Origin, PerProtocol, Record};
use crate::diff::{Contents, Item, Unreadable};

pub(super) const HEADER: [&str; 19] = [
    "id",
    "first_port",
    "last_port",
    "name",
    "aliases",
    "name_source",
    "tcp",
    "tcp_basis",
    "udp",
    "udp_basis",
    "sctp",
    "sctp_basis",
    "dccp",
    "dccp_basis",
    "description",
    "citations",
    "links",
    "tags",
    "line",
];

#[derive(Debug)]
pub(super) struct Csv;

impl Emitter for Csv {
    fn format(&self) -> Format<'_> {
        Format::new(
            "csv",
            "ports.csv",
            "one record a row, for spreadsheets and data frames",
        )
        .by_default()
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut writer = csv::Writer::from_writer(gathered(out));
        writer.write_record(HEADER).map_err(EmitError::new)?;
        for record in &dataset.records {
            let row = row(record);
            let fields = row.iter().map(|field| field.as_bytes());
            writer.write_record(fields).map_err(EmitError::new)?;
        }
        writer.flush().map_err(EmitError::new)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Contents>, Unreadable> {
        let mut reader = Reader::from_reader(bytes);
        let header = reader.headers().map_err(Unreadable::new)?.clone();
        let item = |row: csv::Result<StringRecord>| {
            let row = row.map_err(Unreadable::new)?;
            let fields = header
                .iter()
                .zip(&row)
                .map(|(name, text)| (name.to_owned(), text.into()));
            Ok(Item::record(fields.collect()))
        };
        reader
            .records()
            .map(item)
            .collect::<Result<_, _>>()
            .map(|items| Some(Contents(items)))
    }
}

fn row(record: &Record) -> [Cow<'_, str>; HEADER.len()] {
    let Record {
        id,
        ports,
        naming,
        assignments: PerProtocol([tcp, udp, sctp, dccp]),
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
    let (name, aliases, name_source) = match naming {
        Some(Naming {
            name,
            aliases,
            source,
        }) => (
            name.as_str(),
            joined(aliases.iter().map(ServiceName::as_str), ';'),
            source.name(),
        ),
        None => Default::default(),
    };
    [
        id.into(),
        ports.first().to_string().into(),
        ports.last().to_string().into(),
        name.into(),
        aliases,
        name_source.into(),
        status(tcp.as_ref()).into(),
        basis(tcp.as_ref()).into(),
        status(udp.as_ref()).into(),
        basis(udp.as_ref()).into(),
        status(sctp.as_ref()).into(),
        basis(sctp.as_ref()).into(),
        status(dccp.as_ref()).into(),
        basis(dccp.as_ref()).into(),
        description.into(),
        joined(citations.iter().map(AsRef::as_ref), ';'),
        joined(links.iter().map(|link| link.url.as_str()), ' '),
        joined(tags.iter().map(String::as_str), ';'),
        line.to_string().into(),
    ]
}

fn status(assignment: Option<&Assignment>) -> &'static str {
    assignment.map_or("", |assignment| assignment.status.name())
}

fn basis(assignment: Option<&Assignment>) -> &'static str {
    assignment.map_or("", |assignment| assignment.basis.name())
}

/// Items in one field. A separator within an item is written as in a URL.
fn joined<'d>(items: impl Iterator<Item = &'d str>, separator: char) -> Cow<'d, str> {
    let mut joined = Cow::Borrowed("");
    for (at, item) in items.enumerate() {
        let item = if item.contains(separator) {
            let code = format!("%{:02X}", u32::from(separator));
            Cow::Owned(item.replace(separator, &code))
        } else {
            Cow::Borrowed(item)
        };
        if at == 0 {
            joined = item;
        } else {
            joined.to_mut().push(separator);
            joined.to_mut().push_str(&item);
        }
    }
    joined
}
