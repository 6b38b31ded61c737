//! [`Unnamed`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! ```text
//! records ─curated, registry, derived→ candidates ─claims→ names ─services→ services
//! ```
//!
//! A name comes from the curated names, else from a registry, else from the description; the
//! [`NameSource`] tells which.

pub(crate) mod curated;
pub(crate) mod registry;

mod claims;
mod derived;
mod disagreement;
mod services;

use crate::dataset::{
    Dataset, NameSource, Naming, PerProtocol, PortRange, Protocol, Record, ServiceName, SourceFile,
    Status,
};
use crate::diagnostic::{Diagnostics, File, Report};
use crate::meaning::Unnamed;
use crate::naming::curated::Names;
use crate::naming::registry::Registry;
use crate::text::Source;

/// Names the records and gathers their services.
pub(crate) fn name(
    mut records: Unnamed,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    wanted: &[Status],
    diagnostics: &mut Diagnostics,
) -> Dataset {
    if let Some(registry) = registry.filter(|registry| registry.is_complete) {
        disagreement::compare(&records, registry, diagnostics);
    }
    let mut candidates = candidates(&records.records, names, registry, diagnostics);
    claims::decide(&mut candidates, &records, diagnostics);
    for candidate in &candidates {
        give(candidate, &mut records.records[candidate.record]);
    }
    let services = services::services(&candidates, &records, wanted, diagnostics);
    Dataset {
        attribution: None,
        recipe: Vec::new(),
        sources: sources.iter().map(source_file).collect(),
        left_out: services::left_out(&records.records, wanted),
        services,
        statuses: records.statuses,
        citations: records.citations.into_list(),
        records: records.records,
    }
}

fn source_file(source: &Source) -> SourceFile {
    SourceFile {
        path: source.path.clone(),
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
    protocols: PerProtocol<bool>,
    /// The name, then its aliases.
    names: Vec<ServiceName>,
    source: NameSource,
}

/// The candidates of all records, in the order of the records.
fn candidates(
    records: &[Record],
    names: &Names,
    registry: Option<&Registry>,
    diagnostics: &mut Diagnostics,
) -> Vec<Candidate> {
    let mut report = Report::new(diagnostics, File::Names);
    let (mut candidates, open) = curated::candidates(records, names, &mut report);
    for (index, (record, open)) in records.iter().zip(open).enumerate() {
        candidates.extend(uncurated(index, record, open, registry));
    }
    candidates.retain(|candidate| candidate.protocols.0.contains(&true));
    candidates.sort_by_key(|candidate| candidate.record);
    candidates
}

/// The names of a record for the protocols that no curated name speaks of: those of the registry, where
/// it has none for a protocol those that it has for another, else one from the description.
fn uncurated(
    index: usize,
    record: &Record,
    open: PerProtocol<bool>,
    registry: Option<&Registry>,
) -> Vec<Candidate> {
    let of_registry = |protocol| registered(record, protocol, registry?);
    let any = Protocol::ALL
        .into_iter()
        .filter(|&p| in_use(record)[p])
        .find_map(of_registry);
    let mut candidates: Vec<Candidate> = Vec::new();
    for protocol in Protocol::ALL.into_iter().filter(|&protocol| open[protocol]) {
        let (names, source) = match of_registry(protocol).or_else(|| any.clone()) {
            Some(names) => (names, NameSource::Registry),
            None => match derived::name(&record.description) {
                Some(name) => (vec![name], NameSource::Derived),
                None => continue,
            },
        };
        if let Some(candidate) = candidates.iter_mut().find(|known| known.names == names) {
            candidate.protocols[protocol] = true;
        } else {
            let mut protocols = PerProtocol::default();
            protocols[protocol] = true;
            candidates.push(Candidate {
                record: index,
                ports: record.ports,
                protocols,
                names,
                source,
            });
        }
    }
    candidates
}

/// The registered names of a record: those that fit its words, or, where IANA assigned the port to it,
/// those there are.
fn registered(
    record: &Record,
    protocol: Protocol,
    registry: &Registry,
) -> Option<Vec<ServiceName>> {
    let (entry, fits) = registry.entry(record, protocol)?;
    let is_official = record.assignments[protocol]
        .as_ref()
        .is_some_and(|a| a.status.is_official());
    (fits || is_official).then(|| entry.names.clone())
}

fn in_use(record: &Record) -> PerProtocol<bool> {
    PerProtocol(Protocol::ALL.map(|protocol| {
        record.assignments[protocol]
            .as_ref()
            .is_some_and(|assignment| assignment.status.is_in_use())
    }))
}

fn both(a: PerProtocol<bool>, b: PerProtocol<bool>) -> PerProtocol<bool> {
    PerProtocol(Protocol::ALL.map(|protocol| a[protocol] && b[protocol]))
}

/// Gives a record the names of a candidate, unless they are for a part of its range only.
fn give(candidate: &Candidate, record: &mut Record) {
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
