//! Drafts → drafts: records of later inputs stand in place of those of the first input.
//!
//! What a record of the first input says of a protocol goes if later records say something of that protocol for
//! all of its ports. A record that says nothing any more goes once names are given: until then it shows
//! that the facts about it are in use.

use std::collections::{HashMap, HashSet};

use crate::dataset::{Dataset, Protocol, Protocols};
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
    let covered = Covered::new(later);
    let mut replaced = Replaced::default();
    for (index, Draft { record, row }) in first.iter_mut().enumerate() {
        let (start, end) = (record.ports.first(), record.ports.last());
        let stated = record.assignments.iter().filter(|(_, it)| it.is_some());
        let stated: Protocols = stated.map(|(protocol, _)| protocol).collect();
        let gone: Protocols = stated
            .iter()
            .filter(|it| covered.has(start, end, *it))
            .collect();
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

/// For each protocol and port, how many of the ports below it have a record.
struct Covered(HashMap<Protocol, Vec<u32>>);

impl Covered {
    fn new(drafts: &[Draft]) -> Self {
        const PORTS: usize = 1 << 16;
        let mut of = HashMap::new();
        for protocol in Protocol::ALL {
            // Where records begin, less where they end.
            let mut changes = vec![0_i32; PORTS + 1];
            for Draft { record, .. } in drafts {
                if record.assignments[protocol].is_some() {
                    changes[usize::from(record.ports.first())] += 1;
                    changes[usize::from(record.ports.last()) + 1] -= 1;
                }
            }
            let (mut open, mut below) = (0, 0);
            let below = changes.into_iter().map(|change| {
                let before = below;
                open += change;
                below += u32::from(open > 0);
                before
            });
            of.insert(protocol, below.collect());
        }
        Self(of)
    }

    /// True if every port from the first to the last has a record of the protocol.
    fn has(&self, first: u16, last: u16, protocol: Protocol) -> bool {
        let below = &self.0[&protocol];
        let (first, last) = (usize::from(first), usize::from(last));
        below[last + 1] - below[first] == u32::try_from(last + 1 - first).unwrap_or(u32::MAX)
    }
}

/// Drops the records that say nothing any more and what only they cited, and counts those of each port anew.
pub(crate) fn drop_blank(dataset: &mut Dataset, replaced: &Replaced) {
    let blank = &replaced.blank;
    let before = |index: usize| blank.partition_point(|&gone| gone < index);
    for service in &mut dataset.services {
        service.record -= before(service.record);
    }
    let mut index = 0;
    dataset.records.retain(|_| {
        index += 1;
        blank.binary_search(&(index - 1)).is_err()
    });
    let cited: HashSet<_> = dataset.cited().cloned().collect();
    dataset.citations.retain(|it| cited.contains(&it.id));
    let mut ordinals: HashMap<String, usize> = HashMap::new();
    for record in &mut dataset.records {
        let ports = record.id.split('#').next().unwrap_or_default().to_owned();
        let ordinal = ordinals.entry(ports.clone()).or_default();
        *ordinal += 1;
        record.id = format!("{ports}#{ordinal}");
    }
}
