//! Names that mean one thing → services: one for each port and transport protocol.
//!
//! Several services of one port and protocol become one [`Service`], because readers of services(5)
//! take only the first line (glibc, musl, nmap) or only the last one (Wireshark): those that IANA
//! assigned come first, the names of the others are aliases.

use crate::dataset::{LeftOut, PerProtocol, PortRange, Protocol, Service, ServiceName, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::meaning::Draft;
use crate::naming::Candidate;
use crate::naming::crowd::{Crowd, MOST};

/// One service for each port and protocol that is in use with a wanted status.
pub(super) fn services(
    candidates: &[Candidate],
    drafts: &[Draft],
    wanted: &[Status],
    widest: usize,
    diagnostics: &mut Diagnostics,
) -> Vec<Service> {
    let mut order: Vec<(bool, bool, usize, Protocol)> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let record = &drafts[candidate.record].record;
        for (protocol, assignment) in record.assignments.iter() {
            let status = assignment.as_ref().map(|assignment| &assignment.status);
            if let Some(status) = status
                .filter(|status| candidate.protocols.contains(protocol) && wanted.contains(status))
            {
                order.push((
                    !status.is_official(),
                    candidate.ports != record.ports,
                    index,
                    protocol,
                ));
            }
        }
    }
    order.sort_unstable();
    let highest = candidates
        .iter()
        .map(|candidate| candidate.ports.last())
        .max();
    let mut crowds = PerProtocol(Protocol::ALL.map(|_| Crowd::up_to(highest.unwrap_or(0))));
    let mut lines = Vec::new();
    for (rank, &(.., index, protocol)) in order.iter().enumerate() {
        let candidate = &candidates[index];
        let held = held(candidate.ports, widest);
        let ports = crowds[protocol].add(held);
        lines.extend(ports.iter().map(|&port| (port, protocol, rank)));
        if ports.len() < held.size() {
            let row = &drafts[candidate.record].row;
            let file = File::Input(row.input);
            let message = format!("{MOST} rows already name the same {} port", protocol.name());
            Report::new(diagnostics, file).push(Code::CrowdedPort, row.span.clone(), message);
        }
    }
    lines.sort_unstable();
    gather(&lines, widest, |rank| &candidates[order[rank].2])
}

/// The ports of a range that have a service each: all of them, or the first of a wide one.
fn held(ports: PortRange, widest: usize) -> PortRange {
    let first = PortRange::new(ports.first(), ports.first());
    first.filter(|_| ports.size() > widest).unwrap_or(ports)
}

/// Makes one service of the lines of each port and protocol.
fn gather<'c>(
    lines: &[(u16, Protocol, usize)],
    widest: usize,
    candidate: impl Fn(usize) -> &'c Candidate,
) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    for same in lines.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (port, protocol, first) = same[0];
        let mut names: Vec<ServiceName> = Vec::new();
        for candidate in same.iter().map(|&(.., rank)| candidate(rank)) {
            for name in candidate.names() {
                let name = name_of_port(name, candidate.ports, port);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let (record, ports) = (candidate(first).record, candidate(first).ports);
        let mut names = names.into_iter();
        services.extend(names.next().map(|name| Service {
            port,
            last_port: if ports.size() > widest {
                ports.last()
            } else {
                port
            },
            protocol,
            name,
            aliases: names.collect(),
            record,
        }));
    }
    services
}

/// The name of one port: the name itself, or with the port's number in the range, from 1.
fn name_of_port(name: ServiceName, ports: PortRange, port: u16) -> ServiceName {
    if ports.is_single() {
        name
    } else {
        name.numbered(usize::from(port - ports.first()) + 1)
    }
}

pub(super) fn left_out(drafts: &[Draft], wanted: &[Status], widest: usize) -> LeftOut {
    let mut left_out = LeftOut::default();
    for Draft { record, .. } in drafts {
        for assignment in record.assignments.0.iter().flatten() {
            match &assignment.status {
                Status::Reserved => left_out.reserved += 1,
                Status::No => left_out.no += 1,
                Status::Other(_) => left_out.other += 1,
                status if !wanted.contains(status) => left_out.unwanted += 1,
                Status::Yes | Status::Assigned | Status::Unofficial => {
                    left_out.unnamed += usize::from(record.naming.is_none());
                    let is_wide = record.naming.is_some() && record.ports.size() > widest;
                    left_out.wide += usize::from(is_wide);
                }
            }
        }
    }
    left_out
}
