//! Names of records → services: one for each port and transport protocol.
//!
//! Several services of one port and protocol become one [`Service`], because readers of services(5)
//! take only the first line (glibc, musl, nmap) or only the last one (Wireshark): those that IANA
//! assigned come first, the names of the others are aliases.

use std::collections::BTreeMap;

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
    let mut crowds = PerProtocol::<Crowd>::default();
    let (mut services, mut crowded) = (BTreeMap::new(), Vec::new());
    for (.., index, protocol) in order {
        let Named { record, ports, .. } = named[index];
        let held = held(ports, widest);
        let open = crowds[protocol].add(held);
        if open.len() < held.size() {
            crowded.push((record, protocol));
        }
        let last = Some(ports.last()).filter(|_| ports.size() > widest);
        for port in open {
            let own_name = |name: &ServiceName| name_of_port(*name, ports, port);
            let service = services.entry((port, protocol));
            let service = service.or_insert_with(|| Service {
                port,
                last_port: last.unwrap_or(port),
                protocol,
                name: own_name(&named[index].name),
                aliases: Vec::new(),
                record,
            });
            let all = [&named[index].name].into_iter().chain(named[index].aliases);
            for name in all.map(own_name) {
                if service.names().all(|known| known != name) {
                    service.aliases.push(name);
                }
            }
        }
    }
    (services.into_values().collect(), crowded)
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

/// The name of one port: the name itself, or with the port's number in the range, from 1.
pub(crate) fn name_of_port(name: ServiceName, ports: PortRange, port: u16) -> ServiceName {
    if ports.is_single() {
        name
    } else {
        name.numbered(usize::from(port - ports.first()) + 1)
    }
}
