//! The records of one table → warnings about ports that stand in several rows.
//!
//! A table of one's own has one row for each port and protocol. Where two rows have the same, one of them is likely to
//! be a slip: a copy, or a service under the wrong port. Rows that an extra column tells apart, such as a host or a
//! zone, are about different ports. The page is no such table: there, several services share a port.

use std::collections::HashMap;

use crate::diagnostic::{Code, Report};
use crate::meaning::Draft;

/// Reports each row that has a port and protocol of a row above.
pub(super) fn report(drafts: &[Draft], report: &mut Report<'_>) {
    let mut firsts = HashMap::new();
    for draft in drafts {
        let Draft { record, row } = draft;
        let mut first = None;
        for (protocol, assignment) in record.assignments.iter() {
            if assignment.is_some() {
                let key = (record.ports, protocol, &record.extra);
                let known: &Draft = firsts.entry(key).or_insert(draft);
                first = first.or((known.row.span != row.span).then_some((protocol, known)));
            }
        }
        if let Some((protocol, first)) = first {
            let port = format!("{}/{}", record.ports, protocol.name());
            let (line, other) = (first.record.origin.line, &first.record.description);
            let message = if *other == record.description {
                format!("{port} is also on line {line}, for the same service")
            } else {
                format!(
                    "{port} is {other:?} on line {line}, and {:?} here",
                    record.description
                )
            };
            report.push(Code::DuplicatePort, row.span.clone(), message);
        }
    }
}
