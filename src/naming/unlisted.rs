//! Rows that no registration fits → candidates: from the words of the row, or the name that its ports are registered
//! under.

use std::collections::HashSet;

use crate::dataset::{NameSource, Protocols, Record, Status};
use crate::meaning::Draft;
use crate::naming::derived::{self, Derived, Row};
use crate::naming::fit::{Fit, Words};
use crate::naming::registry::{Registration, Registry};
use crate::naming::shorten::Shortener;
use crate::naming::{Candidate, claims, phrase};

/// The candidates for the protocols of each row that are still open.
pub(super) fn candidates(
    drafts: &[Draft],
    open: &[Protocols],
    registry: Option<&Registry>,
) -> Vec<Candidate> {
    if open.iter().all(|open| open.is_empty()) {
        return Vec::new();
    }
    let texts = drafts.iter().map(|draft| draft.record.description.as_str());
    let vendors = derived::vendors(texts);
    let open = drafts.iter().zip(open).enumerate();
    let candidates = open
        .filter(|(_, (_, open))| !open.is_empty())
        .filter_map(|(index, (draft, open))| candidate(index, draft, *open, &vendors, registry));
    candidates.collect()
}

fn candidate(
    index: usize,
    draft: &Draft,
    open: Protocols,
    vendors: &HashSet<String>,
    registry: Option<&Registry>,
) -> Option<Candidate> {
    let Draft { record, row } = draft;
    let said = Row {
        italics: row.italics.as_deref(),
        service: row.service.as_ref().map(|service| service.text.as_str()),
        description: &record.description,
        words: phrase::words(&record.description),
        shortener: Shortener {
            vendors,
            room: claims::room(record.ports),
        },
    };
    let derived = said.derive();
    let known = registered(record, open, registry);
    if let Some(known) = known.filter(|known| serves(known, derived.as_ref(), draft)) {
        return Some(Candidate::registered(index, record, open, known));
    }
    let derived = derived?;
    Some(Candidate {
        others: derived.others,
        evidence: Some(derived.evidence),
        ..Candidate::new(index, record, open, derived.name, NameSource::Derived)
    })
}

/// What the ports of a row are registered for with one of its protocols, unless the row says that IANA did not
/// assign them.
fn registered<'r>(
    record: &Record,
    open: Protocols,
    registry: Option<&'r Registry>,
) -> Option<&'r Registration> {
    let mut assignments = record.assignments.0.iter().flatten();
    if assignments.any(|assignment| assignment.status == Status::Unofficial) {
        return None;
    }
    let registries = registry.into_iter().chain([Registry::iana()]);
    let mut known = registries.flat_map(|registry| registry.of(record.ports));
    known.find(|known| !(known.protocols & open).is_empty())
}

/// Below it, ports have the services that IANA says (RFC 6335 §6).
const FIRST_REGISTERED: u16 = 1024;

/// Whether a registration counts for more than the name that is derived from the row.
fn serves(known: &Registration, derived: Option<&Derived>, draft: &Draft) -> bool {
    let Draft { record, row } = draft;
    let service = row.service.iter().map(|service| service.text.as_str());
    let extra = record.extra.iter().map(|(_, words)| words.as_str());
    let texts = service.chain(extra).chain([record.description.as_str()]);
    let fit = Words::of(&texts.collect::<Vec<_>>().join(" ")).fit(known);
    if record.ports.last() < FIRST_REGISTERED && !row.speaks_of_iana {
        let is_another = |name: &Derived| fit == Fit::NONE && name.names_another();
        derived.is_none_or(|name| !name.evidence.is_strong() && !is_another(name))
    } else {
        derived.is_none() && (fit.is_likely() || record.description.is_empty())
    }
}
