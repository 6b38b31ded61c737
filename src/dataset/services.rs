//! Names of records → services: one for each port and transport protocol.
//!
//! Several services of one port and protocol become one [`Service`], because readers of services(5)
//! take only the first line (glibc, musl, nmap) or only the last one (Wireshark): those that IANA
//! assigned come first, the names of the others are aliases.

use super::crowd::Crowd;
use super::{PerProtocol, PortRange, Protocol, Protocols, Record, Service, ServiceName, Status};

/// Names that a record has for its ports, or for a part of them, and for some protocols.
#[derive(Debug)]
pub(crate) struct Named<'n> {
    /// The index of the record.
    pub(crate) record: usize,
    pub(crate) ports: PortRange,
    pub(crate) protocols: Protocols,
    pub(crate) name: ServiceName,
    pub(crate) aliases: &'n [ServiceName],
}

/// One service for each port and protocol that is in use with a wanted status; and which records found ports of a
/// protocol full.
pub(crate) fn services<'r>(
    named: &[Named<'_>],
    record: impl Fn(usize) -> &'r Record,
    wanted: &[Status],
    widest: usize,
) -> (Vec<Service>, Vec<(usize, Protocol)>) {
    let mut order: Vec<(bool, bool, usize, Protocol)> = Vec::new();
    for (index, named) in named.iter().enumerate() {
        let record = record(named.record);
        for protocol in named.protocols.iter() {
            let status = record.assignments[protocol].as_ref().map(|it| &it.status);
            if let Some(status) = status.filter(|status| wanted.contains(status)) {
                let is_part = named.ports != record.ports;
                order.push((!status.is_official(), is_part, index, protocol));
            }
        }
    }
    order.sort_unstable();
    let highest = named.iter().map(|named| named.ports.last()).max();
    let mut crowds = PerProtocol(Protocol::ALL.map(|_| Crowd::up_to(highest.unwrap_or(0))));
    let (mut lines, mut crowded) = (Vec::new(), Vec::new());
    for (rank, &(.., index, protocol)) in order.iter().enumerate() {
        let named = &named[index];
        let held = held(named.ports, widest);
        let ports = crowds[protocol].add(held);
        lines.extend(ports.iter().map(|&port| (port, protocol, rank)));
        if ports.len() < held.size() {
            crowded.push((named.record, protocol));
        }
    }
    lines.sort_unstable();
    let services = gather(&lines, widest, |rank| &named[order[rank].2]);
    (services, crowded)
}

/// The ports of a range that have a service each: all of them, or the first of a wide one.
pub(crate) fn held(ports: PortRange, widest: usize) -> PortRange {
    if ports.size() > widest {
        ports.first().into()
    } else {
        ports
    }
}

/// The protocols that a record uses.
pub(crate) fn in_use(record: &Record) -> Protocols {
    let in_use = record.assignments.iter().filter(|(_, assignment)| {
        let status = assignment.as_ref().map(|assignment| &assignment.status);
        status.is_some_and(Status::is_in_use)
    });
    in_use.map(|(protocol, _)| protocol).collect()
}

/// Makes one service of the lines of each port and protocol.
fn gather<'n>(
    lines: &[(u16, Protocol, usize)],
    widest: usize,
    named: impl Fn(usize) -> &'n Named<'n>,
) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    for same in lines.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (port, protocol, first) = same[0];
        let mut on_port: Vec<ServiceName> = Vec::new();
        for named in same.iter().map(|&(.., rank)| named(rank)) {
            for &name in [&named.name].into_iter().chain(named.aliases) {
                let name = name_of_port(name, named.ports, port);
                if !on_port.contains(&name) {
                    on_port.push(name);
                }
            }
        }
        let (record, ports) = (named(first).record, named(first).ports);
        let mut on_port = on_port.into_iter();
        services.extend(on_port.next().map(|name| Service {
            port,
            last_port: if ports.size() > widest {
                ports.last()
            } else {
                port
            },
            protocol,
            name,
            aliases: on_port.collect(),
            record,
        }));
    }
    services
}

/// The name of one port: the name itself, or with the port's number in the range, from 1.
pub(crate) fn name_of_port(name: ServiceName, ports: PortRange, port: u16) -> ServiceName {
    if ports.is_single() {
        name
    } else {
        name.numbered(usize::from(port - ports.first()) + 1)
    }
}
