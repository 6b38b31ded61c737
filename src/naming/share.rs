//! The services of one registry → the rows that they fit.
//!
//! The rows of a port share out what the registry has there. A registration goes to the row it fits best,
//! and the others do without: `https` is HTTPS's, not QUIC's, which has the same port. What fits no row
//! goes to the only row to which IANA assigned the port, if there is only one, and to no other: a row
//! gets no name because it is the one that is left.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use crate::dataset::{PortRange, Protocols, Record};
use crate::meaning::Draft;
use crate::naming::fit::{Fit, Words};
use crate::naming::registry::{Registration, Registry};
use crate::naming::{Candidate, in_use};

/// A row among those of its ports.
#[derive(Debug)]
struct Contender<'r> {
    /// Index of the record.
    index: usize,
    record: &'r Record,
    /// What it says of its service.
    words: Words,
    /// It says that IANA assigned the port.
    is_official: bool,
    /// The protocols that it uses and has no name for.
    open: Protocols,
    is_named: bool,
}

/// The candidates of the registry that was given, and then of IANA's names, for the rows that have none.
/// What is left open afterwards has no name in either that its words fit.
pub(super) fn candidates(
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
    let named: HashSet<_> = curated.iter().map(|candidate| candidate.record).collect();
    for (index, draft) in drafts.iter().enumerate() {
        let Draft { record, row } = draft;
        if let Some(rows) = ports.get_mut(&record.ports)
            && (!row.is_leftover || is_open(&index))
        {
            let mut assignments = record.assignments.0.iter().flatten();
            rows.push(Contender {
                index,
                record,
                words: Words::of(draft.words()),
                is_official: row.speaks_of_iana
                    && assignments.any(|assignment| assignment.status.is_official()),
                open: open[index],
                is_named: named.contains(&index),
            });
        }
    }
    let mut candidates = Vec::new();
    for (ports, mut rows) in ports {
        for registry in registry.into_iter().chain([Registry::iana()]) {
            let registrations: Vec<_> = registry.of(ports).collect();
            candidates.extend(among(&mut rows, &registrations));
        }
        for row in rows {
            open[row.index] = row.open;
        }
    }
    candidates
}

/// Shares out the registrations of ports among their rows. Rows that get a name are no longer open.
fn among(rows: &mut [Contender<'_>], registrations: &[&Registration]) -> Vec<Candidate> {
    let mut shares = Shares {
        registrations,
        holders: vec![None; registrations.len()],
        firsts: vec![None; rows.len()],
        candidates: Vec::new(),
        rows,
    };
    shares.by_fit();
    shares.name_the_only_official_row();
    shares.name_other_protocols();
    shares.candidates
}

#[derive(Debug)]
struct Shares<'s, 'r> {
    rows: &'s mut [Contender<'r>],
    registrations: &'s [&'s Registration],
    /// For each registration, how well the row fits that has it.
    holders: Vec<Option<Rank>>,
    /// For each row, its first candidate.
    firsts: Vec<Option<usize>>,
    candidates: Vec<Candidate>,
}

/// Whether row and registration have a protocol in common, and how well they fit.
type Rank = (bool, Fit);

impl Shares<'_, '_> {
    /// Goes by the words of the rows alone, so that a row which is given the name it had is what it was to the others.
    fn by_fit(&mut self) {
        let mut ranks = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            for (index, registration) in self.registrations.iter().enumerate() {
                let fit = row.words.fit(registration);
                if fit.is_certain || fit > Fit::NONE && row.is_official {
                    let shared = in_use(row.record) & registration.protocols;
                    ranks.push(((!shared.is_empty(), fit), at, index));
                }
            }
        }
        // The first of the best: a registry names the usual service first.
        ranks.sort_by_key(|&(rank, ..)| Reverse(rank));
        for (rank, at, index) in ranks {
            if self.holders[index].is_none_or(|held| held == rank) {
                self.take(at, index);
                self.holders[index] = Some(rank);
            }
        }
    }

    /// Names the only row that IANA is said to have assigned the port to, whatever its words are.
    fn name_the_only_official_row(&mut self) {
        let rows = self.rows.iter().enumerate();
        let mut official = rows.filter(|(_, row)| row.is_official);
        let (Some((at, row)), None) = (official.next(), official.next()) else {
            return;
        };
        if row.is_named {
            return;
        }
        let uses = in_use(row.record);
        let free = (0..self.registrations.len()).filter(|&index| self.holders[index].is_none());
        let mut free: Vec<_> = free.collect();
        free.sort_by_key(|&index| (uses & self.registrations[index].protocols).is_empty());
        for index in free {
            self.take(at, index);
        }
    }

    /// Gives a row the names of a registration, for the protocols that both have if there are any: a name for TCP is
    /// the name of a row that has UDP only.
    fn take(&mut self, at: usize, index: usize) {
        let (row, registration) = (&mut self.rows[at], &self.registrations[index]);
        let shared = row.open & registration.protocols;
        let protocols = if shared.is_empty() { row.open } else { shared };
        if protocols.is_empty() {
            return;
        }
        row.open -= protocols;
        row.is_named = true;
        self.firsts[at].get_or_insert(self.candidates.len());
        self.candidates.push(Candidate::registered(
            row.index,
            row.record,
            protocols,
            registration,
        ));
    }

    /// What the registry has for one protocol only has the same name for the others.
    fn name_other_protocols(&mut self) {
        for (row, first) in self.rows.iter_mut().zip(&self.firsts) {
            if let Some(first) = *first {
                self.candidates[first].protocols |= std::mem::take(&mut row.open);
            }
        }
    }
}
