//! [`Unnamed`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! ```text
//! records ─curated, stated, share, derived→ candidates ─claims→ names ─services→ services
//!                     registry ┘
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
mod phrase;
mod services;
mod share;
mod shorten;
mod stated;
mod words;

use std::collections::{BTreeMap, HashMap};

use crate::dataset::{
    Dataset, NameSource, Naming, PortRange, Protocols, Record, ServiceName, SourceFile, Status,
};
use crate::diagnostic::Diagnostics;
use crate::facts::Uses;
use crate::meaning::{Draft, Unnamed};
use crate::naming::curated::Names;
pub(crate) use crate::naming::derived::Evidence;
use crate::naming::derived::{Derived, Row};
use crate::naming::fit::{Fit, Words};
use crate::naming::registry::{Registration, Registry};
use crate::naming::share::Contender;
use crate::naming::shorten::Shortener;
use crate::text::{Source, blanked};

/// The dataset, and what is known of its names beside it.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) dataset: Dataset,
    /// Which curated names serve.
    pub(crate) uses: Uses,
    /// What the derived names were derived from, by record.
    pub(crate) evidence: HashMap<usize, Evidence>,
}

/// Names the records and gathers their services; says which curated names serve.
pub(crate) fn name(
    mut records: Unnamed,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    wanted: &[Status],
    widest: usize,
    diagnostics: &mut Diagnostics,
) -> Named {
    if let Some(registry) = registry.filter(|registry| registry.is_complete) {
        disagreement::compare(&records.drafts, registry, diagnostics);
    }
    let (mut candidates, uses) = candidates(&mut records.drafts, names, registry, diagnostics);
    claims::decide(&mut candidates, &records.drafts, diagnostics);
    for candidate in &candidates {
        name_record(candidate, &mut records.drafts[candidate.record].record);
    }
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
    Named {
        dataset,
        uses,
        evidence,
    }
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
    /// The names of a registration. The acronym that the words of the record give is an alias.
    fn registered(
        index: usize,
        record: &Record,
        protocols: Protocols,
        known: &Registration,
    ) -> Self {
        let mut candidate = Self {
            record: index,
            ports: record.ports,
            protocols,
            name: known.name,
            aliases: known.aliases.clone(),
            others: Vec::new(),
            source: NameSource::Registry,
            evidence: None,
        };
        candidate.add_aliases(derived::acronym(&record.description));
        candidate
    }

    /// The name, then its aliases.
    fn names(&self) -> impl Iterator<Item = ServiceName> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Adds those that are not among its names.
    fn add_aliases(&mut self, aliases: impl IntoIterator<Item = ServiceName>) {
        for alias in aliases {
            if self.names().all(|name| name != alias) {
                self.aliases.push(alias);
            }
        }
    }
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
    candidates.extend(by_words(drafts, &open, registry));
    candidates.sort_by_key(|candidate| candidate.record);
    (candidates, uses)
}

/// The candidates of the registry that was given, and then of IANA's names, for the rows that have none.
/// What is left open afterwards has no name in either that its words fit.
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
        names.extend(candidate.names());
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
        for registry in registry.into_iter().chain([Registry::iana()]) {
            let registrations: Vec<_> = registry.of(ports).collect();
            candidates.extend(share::among(&mut rows, &registrations));
        }
        for row in rows {
            open[row.index] = row.open;
        }
    }
    candidates
}

/// Candidates for what no registration fits: from the words of the row, or the name that its ports are registered
/// under.
fn by_words(drafts: &[Draft], open: &[Protocols], registry: Option<&Registry>) -> Vec<Candidate> {
    let open = || {
        let drafts = drafts.iter().zip(open).enumerate();
        drafts.filter(|(_, (_, open))| !open.is_empty())
    };
    if open().next().is_none() {
        return Vec::new();
    }
    let texts = drafts.iter().map(|draft| draft.record.description.as_str());
    let vendors = derived::vendors(texts);
    let candidates = open().filter_map(|(index, (Draft { record, row }, open))| {
        let service = row.service.as_ref().map(|service| service.text.as_str());
        let shortener = Shortener {
            vendors: &vendors,
            room: claims::room(record.ports),
        };
        let said = Row {
            italics: row.italics.as_deref(),
            service,
            description: &record.description,
            words: phrase::words(&record.description),
            shortener,
        };
        let derived = said.derive();
        let listed = listed(record, *open, registry).filter(|known| {
            let extra = record.extra.iter().map(|(_, words)| words.as_str());
            let texts = [record.description.as_str()]
                .into_iter()
                .chain(service)
                .chain(extra);
            let fit = Words::of(&texts.collect::<Vec<_>>().join(" ")).fit(known);
            let of_row = derived.as_ref();
            if record.ports.last() < FIRST_REGISTERED && !row.speaks_of_iana {
                let is_another = |name: &Derived| fit == Fit::NONE && name.names_another();
                of_row.is_none_or(|name| !name.evidence.is_strong() && !is_another(name))
            } else {
                of_row.is_none() && (fit.is_likely() || record.description.is_empty())
            }
        });
        match (listed, derived) {
            (Some(known), _) => Some(Candidate::registered(index, record, *open, known)),
            (None, derived) => derived.map(|derived| Candidate {
                record: index,
                ports: record.ports,
                protocols: *open,
                name: derived.name,
                aliases: Vec::new(),
                others: derived.others,
                source: NameSource::Derived,
                evidence: Some(derived.evidence),
            }),
        }
    });
    candidates.collect()
}

/// Below it, ports have the services that IANA says (RFC 6335 §6).
const FIRST_REGISTERED: u16 = 1024;

/// What the ports of a row are registered for with one of its protocols, unless the row says that IANA did not
/// assign them.
fn listed<'r>(
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
