//! Two states of a record → what became of its services.
//!
//! A program asks for a name and a protocol, and gets a port. Where the new state does not give it that port, the name
//! stands for another port, the record has another name, or nothing has the name.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, NamedPorts};
use crate::dataset::services::{held, in_use, name_of_port};
use crate::dataset::{Naming, PortRange, Protocol, Record, ServiceName};
use crate::limits::EXPANDED_RANGE;

/// What programs get that ask for a name and a protocol.
pub(super) type Answers = BTreeSet<(ServiceName, Protocol, u16)>;

/// Ports of protocols.
type Pairs = Vec<(Protocol, u16)>;

/// The answers that a record gives.
pub(super) fn answers(record: &Record) -> impl Iterator<Item = (ServiceName, Protocol, u16)> {
    let names = record.naming.iter().flat_map(Naming::names);
    names.flat_map(move |name| {
        let own_name = move |port| name_of_port(name, record.ports, port);
        let pairs = pairs(record).into_iter();
        pairs.map(move |(protocol, port)| (own_name(port), protocol, port))
    })
}

fn pairs(record: &Record) -> Pairs {
    let ports = held(record.ports, EXPANDED_RANGE);
    let of_protocol = |protocol| ports.ports().map(move |port| (protocol, port));
    in_use(record).iter().flat_map(of_protocol).collect()
}

/// The service of a record.
pub(super) fn service(record: &Record) -> Option<NamedPorts> {
    let pairs = pairs(record);
    let naming = record.naming.as_ref().filter(|_| !pairs.is_empty())?;
    Some(named_ports(naming.name, pairs))
}

/// What became of a name on some ports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Moved,
    Renamed(ServiceName),
    Removed,
}

/// What became of the services of a record: those that nothing has any more, and the other changes.
pub(super) fn lost(
    old: &Record,
    new: Option<&Record>,
    known: &Answers,
) -> (Vec<NamedPorts>, Vec<Change>) {
    let (mut removed, mut changes) = (Vec::new(), Vec::new());
    let Some(naming) = &old.naming else {
        return (removed, changes);
    };
    let key = &new.unwrap_or(old).id;
    // What is lost of the name is not told of its aliases again.
    let mut open = pairs(old);
    for name in naming.names() {
        let new = new.filter(|_| name == naming.name);
        let lost = fates(name, old.ports, &open, new, known);
        for (fate, (old, new)) in lost {
            if name == naming.name {
                open.retain(|pair| old.binary_search(pair).is_err());
            }
            let (key, name) = (key.clone(), name.to_string());
            match fate {
                Fate::Moved => changes.push(Change::ServiceMoved {
                    key,
                    name,
                    old: shown(old),
                    new: shown(new),
                }),
                Fate::Renamed(new) => changes.push(Change::Renamed {
                    key,
                    old: name,
                    new: new.to_string(),
                    ports: shown(old),
                }),
                Fate::Removed => removed.push(NamedPorts {
                    name,
                    ports: shown(old),
                }),
            }
        }
    }
    (removed, changes)
}

/// The ports where a name is lost, by what became of it, and where it is now.
fn fates(
    name: ServiceName,
    ports: PortRange,
    pairs: &[(Protocol, u16)],
    new: Option<&Record>,
    known: &Answers,
) -> BTreeMap<Fate, (Pairs, Pairs)> {
    let still = new.map(self::pairs).unwrap_or_default();
    let new_name = new.and_then(|new| Some(new.naming.as_ref()?.name));
    let new_name = new_name.filter(|new_name| *new_name != name);
    let mut fates: BTreeMap<Fate, (Pairs, Pairs)> = BTreeMap::new();
    for &(protocol, port) in pairs {
        let own = name_of_port(name, ports, port);
        if known.contains(&(own, protocol, port)) {
            continue;
        }
        let mut elsewhere = known.range((own, protocol, 0)..=(own, protocol, u16::MAX));
        let now = elsewhere.next().map(|(.., now)| (protocol, *now));
        let new_name = new_name.filter(|_| still.binary_search(&(protocol, port)).is_ok());
        let fate = match (now, new_name) {
            (Some(_), _) => Fate::Moved,
            (None, Some(new_name)) => Fate::Renamed(new_name),
            (None, None) => Fate::Removed,
        };
        let (old, new) = fates.entry(fate).or_default();
        old.push((protocol, port));
        new.extend(now);
    }
    fates
}

/// The fields of a record that stays of which some changes say all.
pub(super) fn told_fields(
    removed: &[NamedPorts],
    changes: &[Change],
    old: &Record,
    new: &Record,
) -> Vec<&'static str> {
    let mut told = Vec::new();
    for change in changes {
        told.extend(match change {
            Change::Renamed { .. } => Some("name"),
            Change::ServiceMoved { .. } => Some("ports"),
            _ => None,
        });
    }
    if !removed.is_empty() {
        let names = |record: &Record| {
            record
                .naming
                .iter()
                .flat_map(Naming::names)
                .collect::<Vec<_>>()
        };
        let known = names(old);
        if new.naming.is_none() {
            told.extend(["name", "name_source"]);
        }
        if names(new).iter().all(|name| known.contains(name)) {
            told.push("aliases");
        }
    }
    told
}

fn named_ports(name: ServiceName, pairs: Pairs) -> NamedPorts {
    NamedPorts {
        name: name.to_string(),
        ports: shown(pairs),
    }
}

/// `53/tcp`, `116-120/udp`.
fn shown(mut pairs: Pairs) -> Vec<String> {
    pairs.sort_unstable();
    pairs.dedup();
    let runs = pairs.chunk_by(|a, b| a.0 == b.0 && b.1 - a.1 == 1);
    let run = |run: &[(Protocol, u16)]| {
        let (protocol, first) = run.first()?;
        let ports = PortRange::new(*first, run.last()?.1)?;
        Some(format!("{ports}/{}", protocol.name()))
    };
    runs.filter_map(run).collect()
}
