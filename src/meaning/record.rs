//! What a row says of all its ports, and the record that this makes of each.
//!
//! - The protocols of a port are those that its cell names, else those of the row, else what `--transport` says,
//!   which is inferred.
//! - `Unofficial` beside a `yes` makes it unofficial; `Official` leaves it.
//! - Words that are in no other field stand in `extra`, under the header of their column; the port inside a mapping
//!   under `Internal port`.
//! - Where there is no description, the name of the service is one, else the words beside the port.

use std::sync::Arc;

use crate::dataset::{
    Assignment, Basis, Link, Origin, PerProtocol, Protocols, Record, ServiceName, Status,
};
use crate::meaning::Service;
use crate::read::grid::is_raised;
use crate::table::PortTable;
use crate::vocabulary::ports::Part;
use crate::vocabulary::{lists, protocols, statuses};

/// The text of a cell, with the number of its column.
pub(super) type Text = (usize, String);

/// The name in `extra` of the port inside that a mapping leads to.
const INTERNAL_PORT: &str = "Internal port";

/// What a row says of all its ports.
#[derive(Debug, Default, Clone)]
pub(super) struct RowWords {
    pub(super) description: String,
    /// The first words of the description in italics.
    pub(super) italics: Option<Box<str>>,
    pub(super) links: Vec<Link>,
    pub(super) citations: Vec<Arc<str>>,
    pub(super) tags: Vec<String>,
    /// What the columns of protocols state.
    pub(super) assignments: PerProtocol<Option<Assignment>>,
    /// What the table calls the service.
    pub(super) service: Option<Box<Service>>,
    /// Whether IANA assigned the ports, in words.
    pub(super) official: Option<Text>,
    /// The row says what IANA did.
    pub(super) speaks_of_iana: bool,
    /// Words that are in no other field.
    pub(super) extra: Vec<Text>,
    /// The protocols that the row names; an empty set if it names one that is none of ours, such as QUIC.
    protocols: Option<Protocols>,
}

impl RowWords {
    /// Adds what the table calls the service. A name that is only a protocol, as in a column of `HTTP`, `DNS` and `TCP`,
    /// says which protocol the row is about.
    pub(super) fn add_name(&mut self, (column, text): Text, table: &PortTable<'_, '_>) {
        let text = text.trim_end_matches(is_raised).trim_end().to_owned();
        if text.is_empty() {
            return;
        }
        let is_name = table.are_names && ServiceName::new(&text.to_lowercase()).is_some();
        if self.description.is_empty() {
            self.description.clone_from(&text);
        } else if !is_name {
            self.extra.push((column, text.clone()));
        }
        let names = is_name.then(|| table.names[column].clone());
        self.service = Some(Box::new(Service { text, names }));
    }

    /// Adds the protocols that a row names nowhere else but behind other words: in what the service is called, `the time
    /// (UDP)`, in a column of protocols of which few are ours, `HTTP`, `Modbus TCP`, or in the description.
    pub(super) fn add_protocols_among_words(&mut self, table: &PortTable<'_, '_>) {
        if self.protocols.is_none() && table.statuses.is_empty() {
            let is_of_protocols =
                |(column, _): &&Text| lists::is_in("protocol header", &table.names[*column]);
            let service = self.service.iter().map(|service| &service.text);
            let extra = self.extra.iter().filter(is_of_protocols);
            let texts = service.chain(extra.map(|(_, text)| text));
            let mut texts = texts.chain([&self.description]);
            self.protocols = texts.find_map(|text| protocols::named_beside(text));
        }
    }

    /// Adds the protocols that the row names.
    pub(super) fn add_protocols(&mut self, (column, text): Text) {
        let named = protocols::named_by(&text);
        let of_other = || protocols::is_other(&text).then_some(Protocols::NONE);
        if let Some(named) = named.map(|named| named.protocols).or_else(of_other) {
            *self.protocols.get_or_insert(Protocols::NONE) |= named;
        }
        let is_nothing = statuses::is_nothing(&text);
        if named.is_none_or(|named| named.has_more) && !is_nothing {
            self.extra.push((column, text));
        }
    }

    /// The protocols that the row names, and none of its ports, though each of these has its own.
    pub(super) fn protocols_without_port(&self, ports: &[Part]) -> Protocols {
        let mut named = self.protocols.unwrap_or(Protocols::NONE);
        if !ports.iter().all(Part::has_protocol) {
            return Protocols::NONE;
        }
        for part in ports {
            named -= part.protocols;
        }
        named
    }

    /// The protocols that use a port beside what the statuses say, and how they are known.
    pub(super) fn protocols_of(
        &self,
        part: &Part,
        has_statuses: bool,
        otherwise: Protocols,
    ) -> (Protocols, Basis) {
        match self.protocols {
            _ if part.has_protocol() => (part.protocols, Basis::Stated),
            Some(protocols) => (protocols, Basis::Stated),
            None if has_statuses => (Protocols::NONE, Basis::Stated),
            None => (otherwise, Basis::Inferred),
        }
    }

    /// The record of a port.
    pub(super) fn into_record(
        mut self,
        id: String,
        part: Part,
        (protocols, basis): (Protocols, Basis),
        names: &[String],
        origin: Origin,
    ) -> Record {
        for protocol in protocols.iter() {
            self.assignments[protocol].get_or_insert(Assignment {
                status: Status::Yes,
                basis,
                citations: Vec::new(),
            });
        }
        if let Some(official) = self.official.take()
            && !make_official(&official.1, &mut self.assignments)
        {
            self.extra.push(official);
        }
        let remark = if self.description.is_empty() {
            self.description = part.remark;
            String::new()
        } else {
            part.remark
        };
        if let Some(column) = part.column {
            self.extra.extend([(column, remark), (column, part.aside)]);
        }
        let mut extra = named(self.extra, names);
        if let Some(inside) = part.inside {
            match extra.iter_mut().find(|(name, _)| name == INTERNAL_PORT) {
                Some((_, known)) => *known = format!("{known}; {inside}"),
                None => extra.push((INTERNAL_PORT.to_owned(), inside.to_string())),
            }
        }
        Record {
            id,
            ports: part.ports,
            naming: None,
            assignments: self.assignments,
            description: self.description,
            links: self.links,
            citations: self.citations,
            tags: self.tags,
            extra,
            origin,
        }
    }
}

/// Words under the headers of their columns, in the order of these. A header stands once in a record.
fn named(mut texts: Vec<Text>, names: &[String]) -> Vec<(String, String)> {
    texts.sort_by_key(|(column, _)| *column);
    let mut extra: Vec<(String, String)> = Vec::new();
    for (column, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        match extra.last_mut().filter(|(name, _)| *name == names[column]) {
            Some((_, known)) => *known = format!("{known}; {text}"),
            None => extra.push((names[column].clone(), text)),
        }
    }
    extra
}

/// Makes what is in use unofficial, if a text says so. Returns whether the statuses say all that the text says.
fn make_official(text: &str, assignments: &mut PerProtocol<Option<Assignment>>) -> bool {
    let Some(is_official) = statuses::is_official(text) else {
        return false;
    };
    let statuses = assignments.0.iter_mut().flatten();
    let mut statuses = statuses.map(|assignment| &mut assignment.status);
    if is_official {
        let is_not =
            |status: &Status| matches!(status, Status::No | Status::Unofficial | Status::Other(_));
        return statuses.any(|status| !is_not(status));
    }
    let in_use = statuses.filter(|status| **status == Status::Yes);
    in_use.map(|status| *status = Status::Unofficial).count() > 0
}
