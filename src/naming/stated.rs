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
    let name = ServiceName::new(&behind_order(&service.text).to_lowercase());
    name.filter(|name| !matches!(name.as_str(), "ipv4" | "ipv6"))
}

/// The names that rows state and that tell them apart: what carries other services says little where it is repeated.
pub(super) fn telling(drafts: &[Draft]) -> Vec<Option<ServiceName>> {
    let names: Vec<_> = drafts.iter().map(|draft| name(&draft.row)).collect();
    let mut ports: HashMap<(usize, ServiceName), HashSet<PortRange>> = HashMap::new();
    for (Draft { record, row }, name) in drafts.iter().zip(&names) {
        if let Some(name) = name {
            let of_name = ports.entry((row.table, *name)).or_default();
            of_name.insert(record.ports);
        }
    }
    let is_telling = |Draft { record, row }: &Draft, name: ServiceName| {
        let mut known = Registry::iana().of(record.ports);
        let is_repeated = ports[&(row.table, name)].len() > 1;
        let is_usual = !is_carrier(name.as_str()) && !is_repeated;
        is_usual && (record.description.is_empty() || name.as_str().contains('-'))
            || !name.as_str().split('-').all(says_nothing)
            || record.description.eq_ignore_ascii_case(name.as_str())
            || known.any(|known| known.names().any(|own| own == name))
    };
    let names = drafts.iter().zip(names);
    names
        .map(|(draft, name)| name.filter(|name| is_telling(draft, *name)))
        .collect()
}

/// Adds the names that rows state to those they have, as aliases.
pub(super) fn add_aliases(candidates: &mut [Candidate], stated: &[Option<ServiceName>]) {
    for candidate in candidates {
        candidate.add_aliases(stated[candidate.record]);
    }
}

/// The candidates of rows that state a name, for the protocols that have none; and of rows that no protocol uses,
/// which are named, too, but make no service.
pub(super) fn candidates(
    drafts: &[Draft],
    stated: &[Option<ServiceName>],
    open: &mut [Protocols],
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (index, (Draft { record, .. }, open)) in drafts.iter().zip(open).enumerate() {
        let is_unused = record.assignments.0.iter().all(Option::is_none);
        if let Some(name) = stated[index].filter(|_| is_unused || !open.is_empty()) {
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
