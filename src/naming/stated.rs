//! A row → the name that its table states, in a column of service names.

use crate::dataset::{NameSource, Protocols, ServiceName};
use crate::meaning::{Draft, DraftRow};
use crate::naming::Candidate;

/// The name that a row states.
fn name(row: &DraftRow) -> Option<ServiceName> {
    let service = row.service.as_ref().filter(|service| service.is_name)?;
    ServiceName::new(&service.text.to_lowercase())
}

/// Adds the names that rows state to those they have, as aliases.
pub(super) fn add_aliases(candidates: &mut [Candidate], drafts: &[Draft]) {
    for candidate in candidates {
        let stated = name(&drafts[candidate.record].row);
        candidate.add_aliases(stated);
    }
}

/// The candidates of rows that state a name, for the protocols that have none; and of rows that no protocol uses,
/// which are named, too, but make no service.
pub(super) fn candidates(drafts: &[Draft], open: &mut [Protocols]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (index, (Draft { record, row }, open)) in drafts.iter().zip(open).enumerate() {
        let is_unused = record.assignments.0.iter().all(Option::is_none);
        if let Some(name) = name(row).filter(|_| is_unused || !open.is_empty()) {
            let protocols = std::mem::take(open);
            let source = NameSource::Stated;
            candidates.push(Candidate::new(index, record, protocols, name, source));
        }
    }
    candidates
}
