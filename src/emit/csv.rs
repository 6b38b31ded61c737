//! `ports.csv`: one record on each row (RFC 4180, LF, no byte order mark).
//!
//! Lists are joined by `;`, the URLs of links by a blank. What has no column here is in the other
//! formats: the attribution, the citations of statuses, the words of links, extra columns.

use csv::{Reader, StringRecord, WriterBuilder};

use super::{EmitError, Emitter};
use crate::diff::{Contents, Item};
use crate::record::{Assignment, Dataset, Naming, Origin, PerProtocol, Record};
use crate::service_name::ServiceName;

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
    fn name(&self) -> &'static str {
        "csv"
    }

    fn path(&self) -> &'static str {
        "ports.csv"
    }

    fn purpose(&self) -> &'static str {
        "one record a row, for spreadsheets and data frames"
    }

    fn emit(&self, dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
        let mut writer =
            WriterBuilder::new().from_writer(Vec::with_capacity(256 * dataset.records.len()));
        writer.write_record(HEADER).map_err(EmitError::new)?;
        for record in &dataset.records {
            writer
                .write_record(row(dataset, record))
                .map_err(EmitError::new)?;
        }
        writer
            .into_inner()
            .map_err(|error| EmitError::new(error.to_string()))
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Contents>, String> {
        let mut reader = Reader::from_reader(bytes);
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        let item = |row: csv::Result<StringRecord>| {
            let row = row.map_err(|error| error.to_string())?;
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

fn row(dataset: &Dataset, record: &Record) -> [String; HEADER.len()] {
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
            source: _,
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
            name.to_string(),
            joined(aliases.iter().map(ServiceName::as_str), ";"),
            source.name(),
        ),
        None => Default::default(),
    };
    [
        id.clone(),
        ports.first().to_string(),
        ports.last().to_string(),
        name,
        aliases,
        name_source.to_owned(),
        status(tcp.as_ref()),
        basis(tcp.as_ref()),
        status(udp.as_ref()),
        basis(udp.as_ref()),
        status(sctp.as_ref()),
        basis(sctp.as_ref()),
        status(dccp.as_ref()),
        basis(dccp.as_ref()),
        description.clone(),
        joined(
            citations
                .iter()
                .map(|&citation| dataset.citation(citation).id.as_str()),
            ";",
        ),
        joined(links.iter().map(|link| link.url.as_str()), " "),
        joined(tags.iter().map(String::as_str), ";"),
        line.to_string(),
    ]
}

fn status(assignment: Option<&Assignment>) -> String {
    assignment
        .map_or("", |assignment| assignment.status.name())
        .to_owned()
}

fn basis(assignment: Option<&Assignment>) -> String {
    assignment
        .map_or("", |assignment| assignment.basis.name())
        .to_owned()
}

fn joined<'d>(items: impl Iterator<Item = &'d str>, separator: &str) -> String {
    items.collect::<Vec<_>>().join(separator)
}
