//! [`Unnamed`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! ```text
//! records ─curated, share, derived→ candidates ─claims→ names ─services→ services
//!             registry, iana ┘
//! ```
//!
//! A name comes from the curated names, else from the table's own column of names, else from the registry
//! that was given, else from IANA's names, else from the table's words; the [`NameSource`] tells which.

pub(crate) mod curated;
pub(crate) mod registry;

mod claims;
mod derived;
mod disagreement;
mod fit;
pub(crate) mod iana;
mod services;
mod share;
mod stated;

use std::collections::{BTreeMap, HashMap};

use crate::dataset::{
    Dataset, NameSource, Naming, PortRange, Protocols, Record, ServiceName, SourceFile, Status,
};
use crate::diagnostic::Diagnostics;
use crate::facts::Uses;
use crate::meaning::{Draft, Unnamed};
use crate::naming::curated::Names;
use crate::naming::registry::Registry;
use crate::naming::share::Contender;
use crate::text::{Source, blanked};

/// Names the records and gathers their services; says which curated names serve.
pub(crate) fn name(
    mut records: Unnamed,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    wanted: &[Status],
    diagnostics: &mut Diagnostics,
) -> (Dataset, Uses) {
    if let Some(registry) = registry.filter(|registry| registry.is_complete) {
        disagreement::compare(&records.drafts, registry, diagnostics);
    }
    stated::give_where_unused(&mut records.drafts);
    let (mut candidates, uses) = candidates(&mut records.drafts, names, registry, diagnostics);
    claims::decide(&mut candidates, &records.drafts, diagnostics);
    for candidate in &candidates {
        name_record(candidate, &mut records.drafts[candidate.record].record);
    }
    let services = services::services(&candidates, &records.drafts, wanted, diagnostics);
    let dataset = Dataset {
        sources: sources.iter().map(source_file).collect(),
        left_out: services::left_out(&records.drafts, wanted),
        services,
        statuses: records.statuses,
        citations: records.citations.into_list(),
        records: records
            .drafts
            .into_iter()
            .map(|draft| draft.record)
            .collect(),
        ..Dataset::default()
    };
    (dataset, uses)
}

fn source_file(source: &Source) -> SourceFile {
    SourceFile {
        path: blanked(&source.path).into(),
        sha256: source.sha256.clone(),
    }
}

/// The names that a record is to have, for some of its ports and protocols.
#[derive(Debug)]
struct Candidate {
    /// Index of the record.
    record: usize,
    /// The record's ports, or those in a part of its range.
    ports: PortRange,
    protocols: Protocols,
    /// The name, then its aliases.
    names: Vec<ServiceName>,
    /// Names that serve as well, the best first, where the name is taken.
    others: Vec<ServiceName>,
    source: NameSource,
}

/// The candidates of all records, in the order of the records, and which curated names serve.
fn candidates(
    drafts: &mut [Draft],
    names: &Names,
    registry: Option<&Registry>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Candidate>, Uses) {
    let (mut candidates, mut open, uses) = curated::candidates(drafts, names, diagnostics);
    stated::add_aliases(&mut candidates, drafts);
    candidates.extend(stated::candidates(drafts, &mut open));
    candidates.extend(registered(drafts, &candidates, &mut open, registry));
    for (index, (draft, open)) in drafts.iter().zip(open).enumerate() {
        candidates.extend(derived(index, draft, open));
    }
    candidates.retain(|candidate| !candidate.protocols.is_empty());
    candidates.sort_by_key(|candidate| candidate.record);
    (candidates, uses)
}

/// The candidates of the registry that was given, and then of IANA's names, for the rows that have none.
/// What is left open afterwards has no name in either.
fn registered(
    drafts: &[Draft],
    curated: &[Candidate],
    open: &mut [Protocols],
    registry: Option<&Registry>,
) -> Vec<Candidate> {
    let is_open = |index: &usize| !open[*index].is_empty();
    let mut ports: BTreeMap<PortRange, Vec<Contender<'_>>> = (0..drafts.len())
        .filter(is_open)
        .map(|index| (drafts[index].record.ports, Vec::new()))
        .collect();
    if ports.is_empty() {
        return Vec::new();
    }
    let mut own_names: HashMap<usize, Vec<ServiceName>> = HashMap::new();
    for candidate in curated {
        let names = own_names.entry(candidate.record).or_default();
        names.extend(&candidate.names);
    }
    for (index, Draft { record, row }) in drafts.iter().enumerate() {
        if let Some(rows) = ports.get_mut(&record.ports)
            && !in_use(record).is_empty()
        {
            rows.push(Contender {
                index,
                record,
                speaks_of_iana: row.speaks_of_iana,
                open: open[index],
                names: own_names.remove(&index).unwrap_or_default(),
            });
        }
    }
    let mut candidates = Vec::new();
    for (ports, mut rows) in ports {
        if let Some(registry) = registry {
            let of_ports: Vec<_> = registry.of(ports).cloned().collect();
            candidates.extend(share::among(&mut rows, &of_ports));
        }
        candidates.extend(share::among(&mut rows, &iana::of(ports)));
        for row in rows {
            open[row.index] = row.open;
        }
    }
    candidates
}

/// A candidate from what the table calls the service, which says it in fewer words, else from the description,
/// for the protocols that have no name.
fn derived(index: usize, Draft { record, row }: &Draft, open: Protocols) -> Option<Candidate> {
    if open.is_empty() {
        return None;
    }
    let service = row.service.as_ref().map(|service| &service.text);
    let texts = service.into_iter().chain([&record.description]);
    let mut names = texts.flat_map(|text| derived::names(text, claims::room(record.ports)));
    Some(Candidate {
        record: index,
        ports: record.ports,
        protocols: open,
        names: vec![names.next()?],
        others: names.collect(),
        source: NameSource::Derived,
    })
}

fn in_use(record: &Record) -> Protocols {
    let in_use = record.assignments.iter().filter(|(_, assignment)| {
        let status = assignment.as_ref().map(|assignment| &assignment.status);
        status.is_some_and(Status::is_in_use)
    });
    in_use.map(|(protocol, _)| protocol).collect()
}

/// Gives a record the names of a candidate, unless they are for a part of its range only.
fn name_record(candidate: &Candidate, record: &mut Record) {
    if candidate.ports != record.ports {
        return;
    }
    match &mut record.naming {
        None => {
            let mut names = candidate.names.iter().copied();
            record.naming = names.next().map(|name| Naming {
                name,
                aliases: names.collect(),
                source: candidate.source,
            });
        }
        Some(naming) => {
            for name in &candidate.names {
                if naming.name != *name && !naming.aliases.contains(name) {
                    naming.aliases.push(*name);
                }
            }
        }
    }
}
