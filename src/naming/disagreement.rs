//! A table and a complete registry → where they disagree.

use crate::dataset::{Protocol, Record, ServiceName, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::meaning::Unnamed;
use crate::naming::registry::Registry;

/// Reports where the table and a complete registry disagree.
pub(super) fn compare(records: &Unnamed, registry: &Registry, diagnostics: &mut Diagnostics) {
    for (record, row) in records.records.iter().zip(&records.rows) {
        let mut report = Report::new(diagnostics, File::Input(record.origin.source));
        for (protocol, assignment) in record.assignments.iter() {
            let Some(status) = assignment.as_ref().map(|assignment| &assignment.status) else {
                continue;
            };
            if let Some((code, message)) = disagreement(record, protocol, status, registry) {
                report.push(code, row.span.clone(), message);
            }
        }
    }
}

fn disagreement(
    record: &Record,
    protocol: Protocol,
    status: &Status,
    registry: &Registry,
) -> Option<(Code, String)> {
    let unknown = |port: &u16| !registry.has(*port, protocol);
    if status.is_official() {
        let port = record.ports.ports().find(unknown)?;
        let message = format!(
            "{port}/{} is {} here, but not in the registry",
            protocol.name(),
            status.name()
        );
        return Some((Code::NotInRegistry, message));
    }
    let (entry, _) = registry.entry(record, protocol).filter(|(_, fits)| *fits)?;
    let is_stated = matches!(status, Status::Unofficial | Status::No | Status::Reserved);
    is_stated.then(|| {
        let name = entry.names.first().map_or("", ServiceName::as_str);
        let (port, protocol) = (record.ports.first(), protocol.name());
        let message = format!(
            "{port}/{protocol} is {} here, but {name} in the registry",
            status.name()
        );
        (Code::InRegistry, message)
    })
}
