//! Two states of a record → what became of its services.
//!
//! A program asks for a name and a protocol, and gets a port. Where the new state does not give it that port, the name
//! stands for another port, the record has another name, or nothing has the name.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Kind, NamedPorts};
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
    Some(NamedPorts {
        name: naming.name.to_string(),
        ports: shown(pairs),
    })
}

/// What became of a name on some ports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Moved,
    Renamed(ServiceName),
    Removed,
}

/// What became of the services of a record: those that nothing has any more, then the other changes.
pub(super) fn lost(old: &Record, new: Option<&Record>, known: &Answers) -> Vec<Change> {
    let (mut changes, id) = (Vec::new(), &new.unwrap_or(old).id);
    // What is lost of the name is not told of its aliases again.
    let mut open = pairs(old);
    for (at, name) in old.naming.iter().flat_map(Naming::names).enumerate() {
        let new = new.filter(|_| at == 0);
        for (fate, (lost, now)) in fates(name, old.ports, &open, new, known) {
            if at == 0 {
                open.retain(|pair| lost.binary_search(pair).is_err());
            }
            let (key, name, ports) = (id.clone(), name.to_string(), shown(lost));
            let kind = match fate {
                Fate::Moved => Kind::ServiceMoved {
                    name,
                    old: ports,
                    new: shown(now),
                },
                Fate::Renamed(new) => Kind::Renamed {
                    old: name,
                    new: new.to_string(),
                    ports,
                },
                Fate::Removed => Kind::ServiceRemoved(NamedPorts { name, ports }),
            };
            changes.push(Change { key, kind });
        }
    }
    changes.sort_by_key(|change| !matches!(change.kind, Kind::ServiceRemoved(_)));
    changes
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
pub(super) fn told_fields(changes: &[Change], old: &Record, new: &Record) -> Vec<&'static str> {
    let names =
        |record: &Record| -> BTreeSet<_> { record.naming.iter().flat_map(Naming::names).collect() };
    let has_lost_only = names(new).is_subset(&names(old));
    let told = changes.iter().flat_map(|change| match change.kind {
        Kind::Renamed { .. } => vec!["name"],
        Kind::ServiceMoved { .. } => vec!["ports"],
        Kind::ServiceRemoved(_) if new.naming.is_none() => vec!["name", "name_source", "aliases"],
        Kind::ServiceRemoved(_) if has_lost_only => vec!["aliases"],
        _ => Vec::new(),
    });
    told.collect()
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
