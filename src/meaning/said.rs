//! What a row says of all its ports, and what that makes of each.
//!
//! - A transport is that which the port cell names for a port, else that of the transport column, else what
//!   `--transport` says, which is inferred.
//! - `Unofficial` beside a `yes` makes it unofficial; `Official` leaves it.
//! - Words that are in no other field stand in `extra`, under the header of their column.
//! - Where there is no description, the name of the service is one, else the words beside the port.

use crate::dataset::{Assignment, Basis, Protocols, Record, ServiceName, Status};
use crate::meaning::Service;
use crate::table::PortTable;
use crate::vocabulary::ports::Part;
use crate::vocabulary::{statuses, transports};

/// The text of a cell, with the number of its column.
pub(super) type Text = (usize, String);

/// What a row says of all its ports and no record holds as such.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// What the table calls the service.
    pub(super) service: Option<Box<Service>>,
    /// Whether IANA assigned the ports.
    pub(super) official: Option<Text>,
    /// Whether the row says what IANA did.
    pub(super) speaks_of_iana: bool,
    /// The first words of the description in italics.
    pub(super) italics: Option<Box<str>>,
    /// Words that are in no other field.
    pub(super) extra: Vec<Text>,
    /// The column of the port cell.
    pub(super) port_column: usize,
    /// The transports that the row names for all its ports.
    transports: Protocols,
    /// Whether the row names a transport that is none of ours, such as ICMP.
    has_other_transport: bool,
}

impl Said {
    /// Takes the name of the service.
    pub(super) fn take_name(&mut self, name: Option<Text>, are_names: bool, record: &mut Record) {
        let Some((column, text)) = name.filter(|(_, text)| !text.is_empty()) else {
            return;
        };
        let is_name = are_names && ServiceName::new(&text.to_lowercase()).is_some();
        if record.description.is_empty() {
            record.description.clone_from(&text);
        } else if !is_name {
            self.extra.push((column, text.clone()));
        }
        self.service = Some(Box::new(Service { text, is_name }));
    }

    /// Takes the transports that the row names.
    pub(super) fn take_transport(&mut self, transport: Option<Text>) {
        let Some((column, text)) = transport else {
            return;
        };
        let named = transports::named_by(&text);
        let is_nothing = statuses::is_nothing(&text);
        match named {
            Some(transports) => self.transports = transports.named,
            None => self.has_other_transport = transports::is_other(&text),
        }
        if named.is_none_or(|transports| transports.has_more) && !is_nothing {
            self.extra.push((column, text));
        }
    }

    /// Says how transports use a port. Returns whether anything says which transports do.
    pub(super) fn assign(
        &self,
        part: &Part,
        otherwise: Protocols,
        has_statuses: bool,
        record: &mut Record,
    ) -> bool {
        let (transports, basis) = if part.has_transport() {
            (part.transports, Basis::Stated)
        } else if has_statuses || self.has_other_transport || !self.transports.is_empty() {
            (self.transports, Basis::Stated)
        } else {
            (otherwise, Basis::Inferred)
        };
        for protocol in transports.iter() {
            record.assignments[protocol].get_or_insert(Assignment {
                status: Status::Yes,
                basis,
                citations: Vec::new(),
            });
        }
        has_statuses || !transports.is_empty()
    }

    /// Fills in what of a record depends on its port: whether it is official, and its words.
    pub(super) fn describe(&self, part: &Part, table: &PortTable<'_, '_>, record: &mut Record) {
        let mut extra = self.extra.clone();
        extra.extend(
            self.official
                .clone()
                .filter(|(_, text)| !make_official(text, record)),
        );
        if record.description.is_empty() {
            record.description.clone_from(&part.remark);
        } else if !part.remark.is_empty() {
            extra.push((self.port_column, part.remark.clone()));
        }
        extra.sort_by_key(|(column, _)| *column);
        extra.retain(|(_, text)| !text.is_empty());
        // A name stands once in a record: what is left of one column is one text.
        extra.dedup_by(|(column, text), (before, whole)| {
            let is_same = column == before;
            if is_same {
                *whole = format!("{whole}; {text}");
            }
            is_same
        });
        let named = extra
            .into_iter()
            .map(|(column, text)| (table.names[column].clone(), text));
        record.extra = named.collect();
    }
}

/// Makes what is in use unofficial, if a text says so. Returns whether the statuses say all that the text says.
fn make_official(text: &str, record: &mut Record) -> bool {
    let assignments = || record.assignments.0.iter().flatten();
    match statuses::is_official(text) {
        None => false,
        Some(true) => assignments().any(|assignment| {
            !matches!(
                assignment.status,
                Status::No | Status::Unofficial | Status::Other(_)
            )
        }),
        Some(false) => {
            let is_yes = |assignment: &&mut Assignment| assignment.status == Status::Yes;
            let in_use = record.assignments.0.iter_mut().flatten().filter(is_yes);
            in_use
                .map(|assignment| assignment.status = Status::Unofficial)
                .count()
                > 0
        }
    }
}
