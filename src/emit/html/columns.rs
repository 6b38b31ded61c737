//! Records → the columns of the page: only those that have something in them.

use super::words::{Text, port_text};
use crate::dataset::{Dataset, Protocol};
use crate::limits::MOST_EXTRA_COLUMNS;

/// The columns that the table has something in.
pub(super) struct Columns<'d> {
    /// The characters of the longest port or range.
    ports: usize,
    pub(super) has_names: bool,
    pub(super) protocols: Vec<Protocol>,
    /// The headers of extra columns, up to a limit; further ones are put into the description.
    pub(super) extra: Vec<&'d str>,
}

impl<'d> Columns<'d> {
    pub(super) fn new(dataset: &'d Dataset) -> Self {
        let records = &dataset.records;
        let is_used = |it: &Protocol| records.iter().any(|r| r.assignments[*it].is_some());
        let ports = records.iter().map(|record| port_text(record.ports));
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

    /// The widths of the columns, and their names as labels for rows shown as cards.
    pub(super) fn style(&self) -> String {
        let names = if self.has_names { " 9.5rem" } else { "" };
        let protocols = self.protocols.iter().map(|protocol| match protocol {
            Protocol::Tcp | Protocol::Udp => " 6.5rem",
            Protocol::Sctp | Protocol::Dccp => " 5.5rem",
        });
        let protocols: String = protocols.collect();
        let extra = " minmax(0, 1fr)".repeat(self.extra.len());
        let share = if self.extra.is_empty() { 1 } else { 3 };
        let labels = self.labels().zip(2 + usize::from(self.has_names)..);
        let label = |(label, at): (String, usize)| {
            format!(
                "\n  td:nth-child({at}) {{ --label: \"{}\"; }}",
                css_text(&label)
            )
        };
        format!(
            ":root {{ --columns: calc({}ch + 1.6rem){names}{protocols}{extra} minmax(0, {share}fr); }}\n\
             @media screen and (max-width: 64rem) {{{}\n}}\n",
            self.ports,
            labels.map(label).collect::<String>()
        )
    }

    /// The headers of all columns but the port, the name and the description.
    fn labels(&self) -> impl Iterator<Item = String> {
        let protocols = self.protocols.iter().map(|it| it.name().to_uppercase());
        protocols.chain(self.extra.iter().map(|header| (*header).to_owned()))
    }

    pub(super) fn header(&self) -> String {
        let header = |class, text: &str| format!("<th scope=\"col\"{class}>{}</th>", Text(text));
        let mut headers = vec![header("", "Port")];
        headers.extend(self.has_names.then(|| header("", "Name")));
        for (at, label) in self.labels().enumerate() {
            let is_protocol = at < self.protocols.len();
            headers.push(header(
                if is_protocol {
                    " class=\"protocol\""
                } else {
                    ""
                },
                &label,
            ));
        }
        headers.push(header("", "Description"));
        headers.concat()
    }

    /// The protocols to choose from.
    pub(super) fn options(&self) -> String {
        let option = |protocol: &Protocol| {
            let name = protocol.name();
            format!(
                "<option value=\"{name}\">{}</option>\n",
                name.to_uppercase()
            )
        };
        self.protocols.iter().map(option).collect()
    }
}

/// A text in a string of CSS.
fn css_text(text: &str) -> String {
    let escaped = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("\\{:x} ", u32::from(c)),
    };
    text.chars().map(escaped).collect()
}
