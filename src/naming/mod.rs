//! [`Unnamed`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! ```text
//! records ─curated, stated, share, unlisted→ candidates ─claims→ names ─services→ services
//!                     registry ┘
//! ```
//!
//! A name comes from the curated names, else from the table's own column of names, else from the registry
//! that was given, else from IANA's names, else from the table's words; the [`NameSource`] tells which.

pub(crate) mod curated;
pub(crate) mod missing;
pub(crate) mod registry;

mod apart;
mod brackets;
mod claims;
mod columns;
mod derived;
mod disagreement;
mod fit;
mod listed;
mod nouns;
mod phrase;
mod products;
mod services;
mod share;
mod shorten;
mod stated;
mod texts;
mod translated;
mod unlisted;
mod words;

use std::cell::LazyCell;
use std::collections::HashMap;

use crate::dataset::services::in_use;
use crate::dataset::{
    Dataset, NameSource, Naming, PortRange, Protocols, Record, ServiceName, SourceFile, Status,
};
use crate::diagnostic::Diagnostics;
use crate::facts::Uses;
use crate::meaning::Unnamed;
use crate::naming::curated::Names;
pub(crate) use crate::naming::derived::Evidence;
use crate::naming::registry::{Registration, Registry};
use crate::text::{Source, blanked};

/// Names the records and gathers their services; says which curated names serve, and what derived names were derived
/// from, by record.
pub(crate) fn name(
    mut records: Unnamed,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    wanted: &[Status],
    widest: usize,
    diagnostics: &mut Diagnostics,
) -> (Dataset, Uses, HashMap<usize, Evidence>) {
    if let Some(registry) = registry.filter(|registry| registry.is_complete) {
        disagreement::compare(&records.drafts, registry, diagnostics);
    }
    let (mut candidates, uses) = candidates(&mut records, sources, names, registry, diagnostics);
    claims::decide(&mut candidates, &records.drafts, diagnostics);
    for candidate in &candidates {
        name_record(candidate, &mut records.drafts[candidate.record].record);
    }
    records.drafts.iter_mut().for_each(stated::keep);
    let services = services::services(&candidates, &records.drafts, wanted, widest, diagnostics);
    let derived = candidates.iter();
    let evidence = derived.filter_map(|candidate| Some((candidate.record, candidate.evidence?)));
    let evidence = evidence.collect();
    let dataset = Dataset {
        sources: sources.iter().map(source_file).collect(),
        left_out: services::left_out(&records.drafts, wanted, widest),
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
    (dataset, uses, evidence)
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
    name: ServiceName,
    aliases: Vec<ServiceName>,
    /// Names that serve as well, the best first, where the name is taken.
    others: Vec<ServiceName>,
    source: NameSource,
    /// What a derived name was derived from.
    evidence: Option<Evidence>,
}

impl Candidate {
    fn new(
        index: usize,
        record: &Record,
        protocols: Protocols,
        name: ServiceName,
        source: NameSource,
    ) -> Self {
        Self {
            record: index,
            ports: record.ports,
            protocols,
            name,
            aliases: Vec::new(),
            others: Vec::new(),
            source,
            evidence: None,
        }
    }

    /// The names of a registration. The acronym that the words of the record give is an alias.
    fn registered(
        index: usize,
        record: &Record,
        protocols: Protocols,
        known: &Registration,
    ) -> Self {
        let mut candidate = Self::new(index, record, protocols, known.name, NameSource::Registry);
        candidate.aliases.clone_from(&known.aliases);
        candidate
            .aliases
            .extend(brackets::acronym(&record.description));
        candidate
    }

    /// The name, then its aliases.
    fn names(&self) -> impl Iterator<Item = ServiceName> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// The candidates of all records, in the order of the records, and which curated names serve.
fn candidates(
    records: &mut Unnamed,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    diagnostics: &mut Diagnostics,
) -> (Vec<Candidate>, Uses) {
    let drafts = &mut records.drafts;
    let (mut candidates, mut open, uses) = curated::candidates(drafts, names, diagnostics);
    let drafts = &*drafts;
    // A table whose names are all known, such as the page's, needs none of them.
    let products = LazyCell::new(|| texts::products(drafts, &records.titles));
    let stated = stated::telling(drafts);
    stated::add_aliases(&mut candidates, &stated);
    candidates.extend(stated::candidates(drafts, &stated, &mut open));
    candidates.extend(share::candidates(drafts, &candidates, &mut open, registry));
    let unlisted = unlisted::candidates(drafts, sources, &products, &candidates, &open, registry);
    candidates.extend(unlisted);
    candidates.sort_by_key(|candidate| candidate.record);
    (candidates, uses)
}

/// Gives a record the names of a candidate, unless they are for a part of its range only.
fn name_record(candidate: &Candidate, record: &mut Record) {
    if candidate.ports != record.ports {
        return;
    }
    let naming = record.naming.get_or_insert_with(|| Naming {
        name: candidate.name,
        aliases: Vec::new(),
        source: candidate.source,
    });
    for name in candidate.names() {
        if naming.name != name && !naming.aliases.contains(&name) {
            naming.aliases.push(name);
        }
    }
}
