//! Records → the columns of the page: only those that have something in them.

use std::fmt::{self, Formatter, Write as _};

use super::words::{Piece, Text, write_ports};
use crate::dataset::{Dataset, Protocol};
use crate::limits::MOST_EXTRA_COLUMNS;

/// The columns that the table has something in.
pub(super) struct Columns<'d> {
    /// The characters of the longest port or range.
    ports: usize,
    pub(super) has_names: bool,
    pub(super) protocols: Vec<Protocol>,
    /// The headers of columns that are none of ours; what more there are of them stand in the description.
    pub(super) extra: Vec<&'d str>,
}

impl<'d> Columns<'d> {
    pub(super) fn new(dataset: &'d Dataset) -> Self {
        let records = &dataset.records;
        let is_used = |protocol: &Protocol| {
            let mut assignments = records.iter().map(|record| &record.assignments[*protocol]);
            assignments.any(Option::is_some)
        };
        let ports = records
            .iter()
            .map(|r| Piece(|f| write_ports(r.ports, f)).to_string());
        let mut extra: Vec<&str> = Vec::new();
        for (header, _) in records.iter().flat_map(|record| &record.extra) {
            if extra.len() < MOST_EXTRA_COLUMNS && !extra.contains(&header.as_str()) {
                extra.push(header);
            }
        }
        Self {
            ports: ports.map(|ports| ports.chars().count()).max().unwrap_or(0),
            has_names: records.iter().any(|record| record.naming.is_some()),
            protocols: Protocol::ALL.into_iter().filter(is_used).collect(),
            extra,
        }
    }

    /// The measure of the columns, and their names as labels where a row is a card.
    pub(super) fn write_style(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, ":root {{ --columns: calc({}ch + 1.6rem)", self.ports)?;
        f.write_str(if self.has_names { " 9.5rem" } else { "" })?;
        for protocol in &self.protocols {
            let is_usual = matches!(protocol, Protocol::Tcp | Protocol::Udp);
            f.write_str(if is_usual { " 6.5rem" } else { " 5.5rem" })?;
        }
        f.write_str(&" minmax(0, 1fr)".repeat(self.extra.len()))?;
        f.write_str(if self.extra.is_empty() {
            " minmax(0, 1fr); }"
        } else {
            " minmax(0, 3fr); }"
        })?;
        f.write_str("\n@media screen and (max-width: 64rem) {")?;
        let first = 2 + usize::from(self.has_names);
        let protocols = self.protocols.iter().map(|p| p.name().to_uppercase());
        let labels = protocols.chain(self.extra.iter().map(|header| (*header).to_owned()));
        for (at, label) in labels.enumerate() {
            write!(f, "\n  td:nth-child({}) {{ --label: \"", first + at)?;
            for c in label.chars() {
                if c.is_ascii_alphanumeric() {
                    f.write_char(c)?;
                } else {
                    write!(f, "\\{:x} ", u32::from(c))?;
                }
            }
            f.write_str("\"; }")?;
        }
        f.write_str("\n}\n")
    }

    pub(super) fn write_header(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<th scope=\"col\">Port</th>")?;
        if self.has_names {
            f.write_str("<th scope=\"col\">Name</th>")?;
        }
        for protocol in &self.protocols {
            let name = protocol.name().to_uppercase();
            write!(f, "<th scope=\"col\" class=\"protocol\">{name}</th>")?;
        }
        for header in &self.extra {
            write!(f, "<th scope=\"col\">{}</th>", Text(header))?;
        }
        f.write_str("<th scope=\"col\">Description</th>")
    }

    pub(super) fn write_options(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.protocols.iter().try_for_each(|protocol| {
            let name = protocol.name();
            writeln!(
                f,
                "<option value=\"{name}\">{}</option>",
                name.to_uppercase()
            )
        })
    }
}
