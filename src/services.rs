//! [`Records`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! A name comes from the curated names, else from a registry, else from the description; the
//! [`NameSource`] tells which. Then it is made to mean one thing: one name and transport protocol stand
//! for one port. A range is named `name-1`, `name-2`, …. The more certain name keeps its spelling; one
//! that is taken gets a number (a name) or is left out (an alias), and either is reported.
//!
//! Several services of one port and protocol become one [`Service`], because readers of services(5)
//! take only the first line (glibc, musl, nmap) or only the last one (Wireshark): those that IANA
//! assigned come first, the names of the others are aliases.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, File, Report};
use crate::facts::{BadFacts, Facts};
use crate::normalize::Records;
use crate::record::{
    Dataset, LeftOut, NameSource, Naming, PerProtocol, PortRange, Protocol, Record, Service,
    SourceFile, Status,
};
use crate::registry::Registry;
use crate::service_name::ServiceName;
use crate::source::Source;

/// Curated names.
pub type Names = Facts<NameFact>;

/// What a curated fact says of the names of a record.
#[derive(Debug)]
pub struct NameFact {
    protocols: PerProtocol<bool>,
    names: Vec<ServiceName>,
}

/// Reads curated names: a CSV file with the columns `first_port`, `last_port`, `protocols` (separated by
/// blanks; blank for all that the record uses), `description`, `name` and `aliases` (separated by `;`).
///
/// # Errors
///
/// A column is missing, or a line cannot be read.
pub fn read_names(source: Source) -> Result<Names, BadFacts> {
    Facts::read(
        source,
        ["protocols", "name", "aliases"],
        |[protocols, name, aliases]| {
            let names =
                std::iter::once(name).chain(aliases.split(';').filter(|alias| !alias.is_empty()));
            let valid =
                |name| ServiceName::new(name).ok_or_else(|| format!("{name:?} is no service name"));
            Ok(NameFact {
                protocols: self::protocols(protocols)?,
                names: names.map(valid).collect::<Result<_, _>>()?,
            })
        },
    )
}

fn protocols(words: &str) -> Result<PerProtocol<bool>, String> {
    let mut protocols = PerProtocol([words.is_empty(); 4]);
    for word in words.split_whitespace() {
        let known = Protocol::ALL
            .into_iter()
            .find(|protocol| protocol.name() == word);
        protocols[known.ok_or_else(|| format!("{word:?} is no transport protocol"))?] = true;
    }
    Ok(protocols)
}

/// Names the records and gathers their services.
pub fn name(
    mut records: Records,
    sources: &[Source],
    names: &Names,
    registry: Option<&Registry>,
    wanted: &[Status],
    diagnostics: &mut Vec<Diagnostic>,
) -> Dataset {
    if let Some(registry) = registry.filter(|registry| registry.is_complete) {
        compare(&records, registry, diagnostics);
    }
    let mut bids = bids(&records.records, names, registry, diagnostics);
    settle(&mut bids, &records, diagnostics);
    for bid in &bids {
        give(bid, &mut records.records[bid.record]);
    }
    let services = services(&bids, &records.records, wanted);
    Dataset {
        sources: sources.iter().map(source_file).collect(),
        left_out: left_out(&records.records, wanted),
        services,
        statuses: records.statuses,
        citations: records.citations.into_list(),
        records: records.records,
    }
}

fn source_file(source: &Source) -> SourceFile {
    SourceFile {
        path: source.path.clone(),
        sha256: source.sha256.clone(),
    }
}

/// The names that one record asks for, for some of its ports and protocols.
#[derive(Debug)]
struct Bid {
    /// Index of the record.
    record: usize,
    /// The record's ports, or those in a part of its range.
    ports: PortRange,
    protocols: PerProtocol<bool>,
    /// The name, then its aliases.
    names: Vec<ServiceName>,
    source: NameSource,
}

fn bids(
    records: &[Record],
    names: &Names,
    registry: Option<&Registry>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Bid> {
    let mut bids = Vec::with_capacity(records.len());
    let mut used = HashSet::new();
    for (index, record) in records.iter().enumerate() {
        let mut open = in_use(record);
        let facts = names.of(record.ports, &record.description);
        for fact in facts.chain(names.within(record.ports, &record.description)) {
            used.insert(fact.span.start);
            let protocols = both(fact.value.protocols, in_use(record));
            if fact.ports == record.ports {
                open = both(open, PerProtocol(protocols.0.map(|named| !named)));
            }
            let (ports, names, source) =
                (fact.ports, fact.value.names.clone(), NameSource::Curated);
            bids.push(Bid {
                record: index,
                ports,
                protocols,
                names,
                source,
            });
        }
        bids.extend(uncurated(index, record, open, registry));
    }
    bids.retain(|bid| bid.protocols.0.contains(&true));
    names.report_stale(records, &used, &mut Report::new(diagnostics, File::Names));
    bids
}

/// The names of a record for the protocols that no curated name speaks of: those of the registry, where
/// it has none for a protocol those that it has for another, else one from the description.
fn uncurated(
    index: usize,
    record: &Record,
    open: PerProtocol<bool>,
    registry: Option<&Registry>,
) -> Vec<Bid> {
    let of_registry = |protocol| registered(record, protocol, registry?);
    let any = Protocol::ALL
        .into_iter()
        .filter(|&p| in_use(record)[p])
        .find_map(of_registry);
    let mut bids: Vec<Bid> = Vec::new();
    for protocol in Protocol::ALL.into_iter().filter(|&protocol| open[protocol]) {
        let (names, source) = match of_registry(protocol).or_else(|| any.clone()) {
            Some(names) => (names, NameSource::Registry),
            None => match ServiceName::derived(&record.description) {
                Some(name) => (vec![name], NameSource::Derived),
                None => continue,
            },
        };
        if let Some(bid) = bids.iter_mut().find(|bid| bid.names == names) {
            bid.protocols[protocol] = true;
        } else {
            let mut protocols = PerProtocol::default();
            protocols[protocol] = true;
            bids.push(Bid {
                record: index,
                ports: record.ports,
                protocols,
                names,
                source,
            });
        }
    }
    bids
}

/// The registered names of a record: those that fit its words, or, where IANA assigned the port to it,
/// those there are.
fn registered(
    record: &Record,
    protocol: Protocol,
    registry: &Registry,
) -> Option<Vec<ServiceName>> {
    let (entry, fits) = registry.entry(record, protocol)?;
    let is_official = record.assignments[protocol]
        .as_ref()
        .is_some_and(|a| a.status.is_official());
    (fits || is_official).then(|| entry.names.clone())
}

fn in_use(record: &Record) -> PerProtocol<bool> {
    PerProtocol(Protocol::ALL.map(|protocol| {
        record.assignments[protocol]
            .as_ref()
            .is_some_and(|assignment| assignment.status.is_in_use())
    }))
}

fn both(a: PerProtocol<bool>, b: PerProtocol<bool>) -> PerProtocol<bool> {
    PerProtocol(Protocol::ALL.map(|protocol| a[protocol] && b[protocol]))
}

/// What each name stands for.
#[derive(Debug, Default)]
struct Claims {
    ports: HashMap<ServiceName, PerProtocol<Option<PortRange>>>,
    numbers: HashMap<ServiceName, usize>,
}

impl Claims {
    /// Takes a name for ports, if it stands for no others. A range takes its numbered names with it.
    fn take(&mut self, name: &ServiceName, ports: PortRange, protocols: PerProtocol<bool>) -> bool {
        let spelled = spelled(name, ports);
        let is_free = |name: &ServiceName| {
            self.ports.get(name).is_none_or(|claims| {
                claims.iter().all(|(protocol, claim)| {
                    !protocols[protocol] || claim.is_none_or(|claim| claim == ports)
                })
            })
        };
        if !spelled.iter().all(is_free) {
            return false;
        }
        for name in spelled {
            let claims = self.ports.entry(name).or_default();
            for protocol in Protocol::ALL
                .into_iter()
                .filter(|&protocol| protocols[protocol])
            {
                claims[protocol] = Some(ports);
            }
        }
        true
    }

    /// Takes a name, with a number if need be.
    fn take_numbered(&mut self, bid: &Bid) -> ServiceName {
        let wanted = &bid.names[0];
        if self.take(wanted, bid.ports, bid.protocols) {
            return wanted.clone();
        }
        let mut number = self.numbers.get(wanted).copied().unwrap_or(2);
        let mut name = wanted.numbered(number);
        while !self.take(&name, bid.ports, bid.protocols) {
            number += 1;
            name = wanted.numbered(number);
        }
        self.numbers.insert(wanted.clone(), number + 1);
        name
    }
}

/// A name and, for a range, its numbered names.
fn spelled(name: &ServiceName, ports: PortRange) -> Vec<ServiceName> {
    let numbers = if ports.is_single() { 0 } else { ports.size() };
    std::iter::once(name.clone())
        .chain((1..=numbers).map(|number| name.numbered(number)))
        .collect()
}

/// Lets every name stand for one thing: first the names, the most certain ones first, then the aliases.
fn settle(bids: &mut [Bid], records: &Records, diagnostics: &mut Vec<Diagnostic>) {
    let mut claims = Claims::default();
    let mut order: Vec<usize> = (0..bids.len()).collect();
    order.sort_by_key(|&bid| bids[bid].source);
    let mut report = |bid: &Bid, message: String| {
        let file = File::Input(records.records[bid.record].origin.source);
        Report::new(diagnostics, file).push(
            Code::NameClash,
            records.rows[bid.record].span.clone(),
            message,
        );
    };
    for &index in &order {
        let bid = &mut bids[index];
        let name = claims.take_numbered(bid);
        if name != bid.names[0] {
            report(
                bid,
                format!(
                    "name {} stands for another port; named {name}",
                    bid.names[0]
                ),
            );
            bid.names[0] = name;
        }
    }
    for &index in &order {
        let bid = &mut bids[index];
        let (ports, protocols) = (bid.ports, bid.protocols);
        for alias in bid.names.split_off(1) {
            if claims.take(&alias, ports, protocols) {
                bid.names.push(alias);
            } else {
                report(
                    bid,
                    format!("alias {alias} stands for another port; left out"),
                );
            }
        }
    }
}

/// Gives a record the names of one of its bids, unless they are for a part of its range only.
fn give(bid: &Bid, record: &mut Record) {
    if bid.ports != record.ports {
        return;
    }
    match &mut record.naming {
        None => {
            let mut names = bid.names.iter().cloned();
            record.naming = names.next().map(|name| Naming {
                name,
                aliases: names.collect(),
                source: bid.source,
            });
        }
        Some(naming) => {
            for name in &bid.names {
                if naming.name != *name && !naming.aliases.contains(name) {
                    naming.aliases.push(name.clone());
                }
            }
        }
    }
}

/// One service for each port and protocol that is in use with a wanted status.
fn services(bids: &[Bid], records: &[Record], wanted: &[Status]) -> Vec<Service> {
    let mut lines = Vec::new();
    for (index, bid) in bids.iter().enumerate() {
        let record = &records[bid.record];
        for (protocol, assignment) in record.assignments.iter() {
            let status = assignment.as_ref().map(|assignment| &assignment.status);
            let Some(status) =
                status.filter(|status| bid.protocols[protocol] && wanted.contains(status))
            else {
                continue;
            };
            let rank = (!status.is_official(), bid.ports != record.ports, index);
            lines.extend(bid.ports.ports().map(|port| (port, protocol, rank)));
        }
    }
    lines.sort_unstable();
    let mut services: Vec<Service> = Vec::new();
    for (port, protocol, (.., index)) in lines {
        let bid = &bids[index];
        let mut names = bid
            .names
            .iter()
            .map(|name| name_of_port(name, bid.ports, port));
        match services
            .last_mut()
            .filter(|service| (service.port, service.protocol) == (port, protocol))
        {
            Some(service) => {
                for name in names {
                    if service.name != name && !service.aliases.contains(&name) {
                        service.aliases.push(name);
                    }
                }
            }
            None => services.extend(names.next().map(|name| Service {
                port,
                protocol,
                name,
                aliases: names.collect(),
                record: bid.record,
            })),
        }
    }
    services
}

/// The name of one port: the name itself, or with the port's number in the range, from 1.
fn name_of_port(name: &ServiceName, ports: PortRange, port: u16) -> ServiceName {
    if ports.is_single() {
        name.clone()
    } else {
        name.numbered(usize::from(port - ports.first()) + 1)
    }
}

fn left_out(records: &[Record], wanted: &[Status]) -> LeftOut {
    let mut left_out = LeftOut::default();
    for record in records {
        for assignment in record.assignments.0.iter().flatten() {
            match &assignment.status {
                Status::Reserved => left_out.reserved += 1,
                Status::No => left_out.no += 1,
                Status::Other(_) => left_out.other += 1,
                status if !wanted.contains(status) => left_out.unwanted += 1,
                Status::Yes | Status::Assigned | Status::Unofficial => {
                    left_out.unnamed += usize::from(record.naming.is_none());
                }
            }
        }
    }
    left_out
}

/// Reports where the table and a complete registry disagree.
fn compare(records: &Records, registry: &Registry, diagnostics: &mut Vec<Diagnostic>) {
    for (record, row) in records.records.iter().zip(&records.rows) {
        let mut report = Report::new(diagnostics, File::Input(record.origin.source));
        for (protocol, assignment) in record.assignments.iter() {
            let Some(status) = assignment.as_ref().map(|assignment| &assignment.status) else {
                continue;
            };
            if let Some((code, message)) = disagreement(record, protocol, status, registry) {
                report.push(code, row.span.clone(), message);
            }
        }
    }
}

fn disagreement(
    record: &Record,
    protocol: Protocol,
    status: &Status,
    registry: &Registry,
) -> Option<(Code, String)> {
    let unknown = |port: &u16| !registry.has(*port, protocol);
    if status.is_official() {
        let port = record.ports.ports().find(unknown)?;
        let message = format!(
            "{port}/{} is {} here, but not in the registry",
            protocol.name(),
            status.name()
        );
        return Some((Code::NotInRegistry, message));
    }
    let (entry, _) = registry.entry(record, protocol).filter(|(_, fits)| *fits)?;
    let is_stated = matches!(status, Status::Unofficial | Status::No | Status::Reserved);
    is_stated.then(|| {
        let name = entry.names.first().map_or("", ServiceName::as_str);
        let (port, protocol) = (record.ports.first(), protocol.name());
        let message = format!(
            "{port}/{protocol} is {} here, but {name} in the registry",
            status.name()
        );
        (Code::InRegistry, message)
    })
}
