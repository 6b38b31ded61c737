//! Drafts → drafts: records of later inputs stand in place of those of the first input.
//!
//! What a record of the first input says of a protocol goes if later records say something of that protocol for
//! all of its ports. A record that says nothing any more goes once names are given: until then it shows
//! that the facts about it are in use.

use std::collections::{HashMap, HashSet};

use crate::dataset::{Dataset, PerProtocol, Protocol, Protocols, Record};
use crate::meaning::Draft;

/// What was replaced in the first input.
#[derive(Debug, Default)]
pub(crate) struct Replaced {
    /// How many records lost a protocol or all.
    pub(crate) count: usize,
    /// The indices of the records that say nothing any more, ascending.
    blank: Vec<usize>,
}

/// Takes out of the first input what later ones say of the same ports and protocols.
pub(crate) fn replace(drafts: &mut [Draft]) -> Replaced {
    let later = drafts.partition_point(|draft| draft.row.input == 0);
    let (first, later) = drafts.split_at_mut(later);
    let mut covered = PerProtocol(Protocol::ALL.map(|_| vec![false; 1 << 16]));
    for Draft { record, .. } in later {
        for protocol in stated(record).iter() {
            covered[protocol][record.ports.indices()].fill(true);
        }
    }
    let mut replaced = Replaced::default();
    for (index, Draft { record, row }) in first.iter_mut().enumerate() {
        let stated = stated(record);
        let ports = record.ports.indices();
        let is_covered = |it: &Protocol| !covered[*it][ports.clone()].contains(&false);
        let gone: Protocols = stated.iter().filter(is_covered).collect();
        for protocol in gone.iter() {
            record.assignments[protocol] = None;
        }
        row.is_leftover = !gone.is_empty();
        replaced.count += usize::from(row.is_leftover);
        if row.is_leftover && gone == stated {
            replaced.blank.push(index);
        }
    }
    replaced
}

/// The protocols that a record says something of.
fn stated(record: &Record) -> Protocols {
    let stated = record.assignments.iter().filter(|(_, it)| it.is_some());
    stated.map(|(protocol, _)| protocol).collect()
}

/// Drops the records that say nothing any more and what only they cited, and counts those of each port anew.
pub(crate) fn drop_blank(dataset: &mut Dataset, replaced: &Replaced) {
    let blank = &replaced.blank;
    let before = |index: usize| blank.partition_point(|&gone| gone < index);
    for service in &mut dataset.services {
        service.record -= before(service.record);
    }
    let mut indices = 0..dataset.records.len();
    let is_blank = |index: usize| blank.binary_search(&index).is_ok();
    dataset
        .records
        .retain(|_| !indices.next().is_some_and(is_blank));
    let cited: HashSet<_> = dataset.cited().cloned().collect();
    dataset.citations.retain(|it| cited.contains(&it.id));
    let mut ordinals: HashMap<_, usize> = HashMap::new();
    for record in &mut dataset.records {
        let ordinal = ordinals.entry(record.ports).or_default();
        *ordinal += 1;
        record.id = format!("{}#{ordinal}", record.ports);
    }
}
