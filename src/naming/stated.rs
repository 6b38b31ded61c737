//! A row → the name that its table states, in a column of service names.

use std::collections::{HashMap, HashSet};

use crate::dataset::{NameSource, Naming, PortRange, Protocols, ServiceName};
use crate::meaning::{Draft, DraftRow, Service};
use crate::naming::Candidate;
use crate::naming::fit::registered_like;
use crate::naming::phrase::behind_order;
use crate::naming::registry::Registry;
use crate::naming::words::says_nothing;

/// The name that a row states.
pub(super) fn name(row: &DraftRow) -> Option<ServiceName> {
    let service = row
        .service
        .as_ref()
        .filter(|service| service.names.is_some())?;
    let name = ServiceName::new(&behind_order(&service.text).to_lowercase());
    let is_none = regex!(
        "^(?:any|custom|free|ipv[46]|none|other|proprietary|reserved|spare|tbd|un(?:assigned|known|used))$"
    );
    name.filter(|name| !is_none.is_match(name.as_str()))
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
        !is_repeated && (name.as_str().contains('-') || !says_nothing(name.as_str()))
            || record.description.eq_ignore_ascii_case(name.as_str())
            || known.any(|known| known.names().any(|own| own == name))
    };
    let names = drafts.iter().zip(names);
    names
        .map(|(draft, name)| name.filter(|name| is_telling(draft, *name)))
        .collect()
}

/// Keeps a name that a row states and another one beats: it stands in `extra`, under the header of its column.
pub(super) fn keep(Draft { record, row }: &mut Draft) {
    let Some(Service {
        text,
        names: Some(header),
    }) = row.service.as_deref()
    else {
        return;
    };
    // `ftp-2` says it, too.
    let stated = text.to_lowercase();
    let is_name = |name: ServiceName| {
        let behind = name.as_str().strip_prefix(stated.as_str());
        behind.is_some_and(|behind| regex!("^(?:-[0-9]+)?$").is_match(behind))
    };
    let mut names = record.naming.iter().flat_map(Naming::names);
    if !names.any(is_name) && record.description != *text {
        record.extra.insert(0, (header.clone(), text.clone()));
    }
}

/// Adds the names that rows state to those they have, as aliases.
pub(super) fn add_aliases(candidates: &mut [Candidate], stated: &[Option<ServiceName>]) {
    for candidate in candidates {
        candidate.aliases.extend(stated[candidate.record]);
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
        if let Some(name) = stated[index] {
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
