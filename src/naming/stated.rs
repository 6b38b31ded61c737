//! A row → the name that its table states, in a column of service names.

use std::collections::{HashMap, HashSet};

use crate::dataset::{NameSource, PortRange, Protocols, ServiceName};
use crate::meaning::{Draft, DraftRow};
use crate::naming::Candidate;
use crate::naming::fit::registered_like;
use crate::naming::phrase::behind_order;
use crate::naming::registry::Registry;
use crate::naming::words::{is_carrier, says_nothing};

/// The name that a row states.
pub(super) fn name(row: &DraftRow) -> Option<ServiceName> {
    let service = row.service.as_ref().filter(|service| service.is_name)?;
    ServiceName::new(&behind_order(&service.text).to_lowercase())
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
    let mut ports: HashMap<(usize, ServiceName), HashSet<PortRange>> = HashMap::new();
    for Draft { record, row } in drafts {
        if let Some(name) = name(row) {
            ports
                .entry((row.table, name))
                .or_default()
                .insert(record.ports);
        }
    }
    let is_repeated = |table, name| {
        ports
            .get(&(table, name))
            .is_some_and(|ports| ports.len() > 1)
    };
    for (index, (Draft { record, row }, open)) in drafts.iter().zip(open).enumerate() {
        let is_unused = record.assignments.0.iter().all(Option::is_none);
        let is_telling = |name: &ServiceName| {
            let mut known = Registry::iana().of(record.ports);
            let is_usual = !is_carrier(name.as_str()) && !is_repeated(row.table, *name);
            is_usual && (record.description.is_empty() || name.as_str().contains('-'))
                || !name.as_str().split('-').all(says_nothing)
                || record.description.eq_ignore_ascii_case(name.as_str())
                || known.any(|known| known.names().any(|own| own == *name))
        };
        let name = name(row).filter(|_| is_unused || !open.is_empty());
        if let Some(name) = name.filter(is_telling) {
            let protocols = std::mem::take(open);
            let source = NameSource::Stated;
            candidates.push(Candidate {
                others: registered_like(record, name),
                ..Candidate::new(index, record, protocols, name, source)
            });
        }
    }
    candidates
}
