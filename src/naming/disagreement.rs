//! A table and a complete registry → where they disagree.
//!
//! A port with several rows agrees with the registry if one of them does: where 631 is IPP's, as the
//! registry says, it is no matter that another row calls CUPS's use of 631 unofficial.
//! Rows that say nothing of IANA, but only that a port is used, cannot disagree.

use std::collections::HashSet;

use crate::dataset::{PortRange, Protocol, Record, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::meaning::Draft;
use crate::naming::fit::Words;
use crate::naming::registry::Registry;

/// Reports where the table and a complete registry disagree.
pub(super) fn compare(drafts: &[Draft], registry: &Registry, diagnostics: &mut Diagnostics) {
    let official: HashSet<_> = drafts
        .iter()
        .flat_map(|draft| official(&draft.record))
        .collect();
    for Draft { record, row } in drafts.iter().filter(|draft| draft.row.speaks_of_iana) {
        let mut report = Report::new(diagnostics, File::Input(row.input));
        for (protocol, assignment) in record.assignments.iter() {
            let Some(status) = assignment.as_ref().map(|assignment| &assignment.status) else {
                continue;
            };
            let found = if status.is_official() {
                unregistered(record, protocol, status, registry)
            } else if official.contains(&(record.ports, protocol)) {
                None
            } else {
                registered(record, protocol, status, registry)
            };
            if let Some((code, message)) = found {
                report.push(code, row.span.clone(), message);
            }
        }
    }
}

/// The ports of a record, with each protocol for which the table says that IANA assigned them.
fn official(record: &Record) -> impl Iterator<Item = (PortRange, Protocol)> {
    let assignments = record.assignments.iter();
    let official = assignments.filter(|(_, assignment)| {
        assignment
            .as_ref()
            .is_some_and(|assignment| assignment.status.is_official())
    });
    official.map(|(protocol, _)| (record.ports, protocol))
}

/// A port that the table calls assigned, and the registry does not know.
fn unregistered(
    record: &Record,
    protocol: Protocol,
    status: &Status,
    registry: &Registry,
) -> Option<(Code, String)> {
    let unknown = |port: &u16| !registry.has(*port, protocol);
    let port = record.ports.ports().find(unknown)?;
    let (protocol, status) = (protocol.name(), status.name());
    let message = format!("{port}/{protocol} is {status} here, but not in the registry");
    Some((Code::NotInRegistry, message))
}

/// A service that the table calls unassigned, and that is in the registry.
fn registered(
    record: &Record,
    protocol: Protocol,
    status: &Status,
    registry: &Registry,
) -> Option<(Code, String)> {
    if !matches!(status, Status::Unofficial | Status::No | Status::Reserved) {
        return None;
    }
    let words = Words::of([&*record.description]);
    let known = registry
        .of(record.ports)
        .find(|known| known.protocols.contains(protocol) && words.fit(known).is_certain)?;
    let (port, protocol, status) = (record.ports.first(), protocol.name(), status.name());
    let name = known.name;
    let message = format!("{port}/{protocol} is {status} here, but {name} in the registry");
    Some((Code::InRegistry, message))
}
