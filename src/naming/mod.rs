//! [`Unnamed`] → [`Dataset`]: which record gets which names, and which services there are.
//!
//! A name comes from the curated names, else from a registry, else from the description; the
//! [`NameSource`] tells which. Then it is made to mean one thing: one name and transport protocol stand
//! for one port. A range is named `name-1`, `name-2`, …. The more certain name keeps its spelling; one
//! that is taken gets a number (a name) or is left out (an alias), and either is reported.
//!
//! Several services of one port and protocol become one [`Service`], because readers of services(5)
//! take only the first line (glibc, musl, nmap) or only the last one (Wireshark): those that IANA
//! assigned come first, the names of the others are aliases.

pub(crate) mod registry;

use std::collections::{HashMap, HashSet};

use crate::dataset::ServiceName;
use crate::dataset::{
    Dataset, LeftOut, NameSource, Naming, PerProtocol, PortRange, Protocol, Record, Service,
    SourceFile, Status,
};
use crate::diagnostic::{Code, Diagnostic, File, Report};
use crate::facts::{BadFacts, FactFile};
use crate::meaning::Unnamed;
use crate::naming::registry::Registry;
use crate::text::Source;

/// Curated names.
pub type Names = FactFile<NameFact>;

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
    FactFile::read(
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
pub(crate) fn name(
    mut records: Unnamed,
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
    let services = services(&bids, &records, wanted, diagnostics);
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
///
/// A range has all names of its stem up to its size. They are not held one by one, or a few rows of
/// `0-65535` would fill the memory.
#[derive(Debug, Default)]
struct Claims(HashMap<ServiceName, Claim>);

/// What one name stands for.
#[derive(Debug, Default)]
struct Claim {
    /// The ports it is the name of: of a range, also with a number behind it.
    ports: PerProtocol<Option<PortRange>>,
    /// The lowest number behind it in a name that stands alone.
    lowest: PerProtocol<Option<usize>>,
    /// The last number that was tried where the name is taken.
    tried: usize,
}

impl Claim {
    fn is_free(&self, ports: PortRange, protocol: Protocol) -> bool {
        let is_own = self.ports[protocol].is_none_or(|own| own == ports);
        let lowest = self.lowest[protocol].filter(|_| !ports.is_single());
        is_own && lowest.is_none_or(|number| number > ports.size())
    }

    /// Whether the name with a number behind it is free.
    fn is_number_free(&self, number: usize, ports: PortRange, protocol: Protocol) -> bool {
        let range = self.ports[protocol].filter(|range| !range.is_single());
        range.is_none_or(|range| number > range.size() || range == ports)
    }
}

impl Claims {
    /// Takes a name for ports, if it stands for no others.
    fn take(&mut self, name: &ServiceName, ports: PortRange, protocols: PerProtocol<bool>) -> bool {
        let protocols = Protocol::ALL
            .into_iter()
            .filter(|&protocol| protocols[protocol]);
        let (own, stem) = (self.0.get(name), name.stem());
        let of_stem = stem.and_then(|(stem, number)| Some((self.0.get(&stem)?, number)));
        let is_free = protocols.clone().all(|protocol| {
            own.is_none_or(|claim| claim.is_free(ports, protocol))
                && of_stem
                    .is_none_or(|(claim, number)| claim.is_number_free(number, ports, protocol))
        });
        if is_free {
            let claim = self.0.entry(*name).or_default();
            for protocol in protocols.clone() {
                claim.ports[protocol] = Some(ports);
            }
            if let Some((stem, number)) = stem {
                let claim = self.0.entry(stem).or_default();
                for protocol in protocols {
                    let lowest = &mut claim.lowest[protocol];
                    *lowest = Some(lowest.map_or(number, |lowest| lowest.min(number)));
                }
            }
        }
        is_free
    }

    /// Takes a name, with a number if need be.
    fn take_numbered(&mut self, bid: &Bid) -> ServiceName {
        let wanted = fitted(&bid.names[0], bid.ports);
        if self.take(&wanted, bid.ports, bid.protocols) {
            return wanted;
        }
        let mut number = 2;
        loop {
            let name = fitted_number(&wanted, number, bid.ports);
            // Names that are cut to one stem share its numbers.
            let stem = name.stem().map_or(name, |(stem, _)| stem);
            let tried = &mut self.0.entry(stem).or_default().tried;
            if *tried >= number {
                number = *tried + 1;
                continue;
            }
            *tried = number;
            number += 1;
            if self.take(&name, bid.ports, bid.protocols) {
                return name;
            }
        }
    }
}

/// A name with room for the number of each port of a range.
fn fitted(name: &ServiceName, ports: PortRange) -> ServiceName {
    if ports.is_single() {
        *name
    } else {
        name.with_room(digits(ports.size()) + 1)
    }
}

/// A name with a number of its own, and still with room for those of a range.
fn fitted_number(name: &ServiceName, number: usize, ports: PortRange) -> ServiceName {
    if ports.is_single() {
        return name.numbered(number);
    }
    name.with_room(digits(ports.size()) + digits(number) + 2)
        .numbered(number)
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Lets every name stand for one thing: first the names, the most certain ones first, then the aliases.
fn settle(bids: &mut [Bid], records: &Unnamed, diagnostics: &mut Vec<Diagnostic>) {
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
        if name != fitted(&bid.names[0], bid.ports) {
            report(
                bid,
                format!(
                    "name {} stands for another port; named {name}",
                    bid.names[0]
                ),
            );
        }
        bid.names[0] = name;
    }
    for &index in &order {
        let bid = &mut bids[index];
        let (ports, protocols) = (bid.ports, bid.protocols);
        for alias in bid.names.split_off(1) {
            let alias = fitted(&alias, ports);
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
            let mut names = bid.names.iter().copied();
            record.naming = names.next().map(|name| Naming {
                name,
                aliases: names.collect(),
                source: bid.source,
            });
        }
        Some(naming) => {
            for name in &bid.names {
                if naming.name != *name && !naming.aliases.contains(name) {
                    naming.aliases.push(*name);
                }
            }
        }
    }
}

/// The most rows whose names one port and protocol takes. The page has nine on one port.
const CROWD: u8 = 16;

/// One service for each port and protocol that is in use with a wanted status.
fn services(
    bids: &[Bid],
    records: &Unnamed,
    wanted: &[Status],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Service> {
    let mut order: Vec<(bool, bool, usize, Protocol)> = Vec::new();
    for (index, bid) in bids.iter().enumerate() {
        let record = &records.records[bid.record];
        for (protocol, assignment) in record.assignments.iter() {
            let status = assignment.as_ref().map(|assignment| &assignment.status);
            if let Some(status) =
                status.filter(|status| bid.protocols[protocol] && wanted.contains(status))
            {
                order.push((
                    !status.is_official(),
                    bid.ports != record.ports,
                    index,
                    protocol,
                ));
            }
        }
    }
    order.sort_unstable();
    let highest = bids.iter().map(|bid| bid.ports.last()).max();
    let mut room = PerProtocol(Protocol::ALL.map(|_| Room::up_to(highest.unwrap_or(0))));
    let mut lines = Vec::new();
    for (rank, &(.., index, protocol)) in order.iter().enumerate() {
        let bid = &bids[index];
        let before = lines.len();
        room[protocol].take(bid.ports, |port| lines.push((port, protocol, rank)));
        if lines.len() - before < bid.ports.size() {
            let row = &records.rows[bid.record];
            let file = File::Input(records.records[bid.record].origin.source);
            let message = format!(
                "{CROWD} rows name the same {} port already",
                protocol.name()
            );
            Report::new(diagnostics, file).push(Code::CrowdedPort, row.span.clone(), message);
        }
    }
    lines.sort_unstable();
    gather(&lines, |rank| &bids[order[rank].2])
}

/// Which ports have room for another row's names.
#[derive(Debug)]
struct Room {
    taken: Vec<u8>,
    /// From each port, how many full ports to pass over; 0 where there is room.
    full: Vec<u32>,
}

impl Room {
    fn up_to(highest: u16) -> Self {
        let ports = usize::from(highest) + 1;
        let (taken, full) = (vec![0; ports], vec![0; ports + 1]);
        Self { taken, full }
    }

    /// Takes the ports of a range that have room.
    fn take(&mut self, ports: PortRange, mut add: impl FnMut(u16)) {
        let mut port = self.open(u32::from(ports.first()));
        while let Ok(number) = u16::try_from(port)
            && number <= ports.last()
        {
            add(number);
            let taken = &mut self.taken[port as usize];
            *taken += 1;
            if *taken == CROWD {
                self.full[port as usize] = 1;
            }
            port = self.open(port + 1);
        }
    }

    /// The first port with room from a port on; the way there is made shorter for the next time.
    fn open(&mut self, mut port: u32) -> u32 {
        while self.full[port as usize] > 0 {
            let next = port + self.full[port as usize];
            self.full[port as usize] += self.full[next as usize];
            port += self.full[port as usize];
        }
        port
    }
}

/// Makes one service of the lines of each port and protocol.
fn gather<'b>(lines: &[(u16, Protocol, usize)], bid: impl Fn(usize) -> &'b Bid) -> Vec<Service> {
    let mut services: Vec<Service> = Vec::new();
    for same in lines.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (port, protocol, first) = same[0];
        let mut names: Vec<ServiceName> = Vec::new();
        for bid in same.iter().map(|&(.., rank)| bid(rank)) {
            for name in bid
                .names
                .iter()
                .map(|name| name_of_port(name, bid.ports, port))
            {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let record = bid(first).record;
        let mut names = names.into_iter();
        services.extend(names.next().map(|name| Service {
            port,
            protocol,
            name,
            aliases: names.collect(),
            record,
        }));
    }
    services
}

/// The name of one port: the name itself, or with the port's number in the range, from 1.
fn name_of_port(name: &ServiceName, ports: PortRange, port: u16) -> ServiceName {
    if ports.is_single() {
        *name
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
fn compare(records: &Unnamed, registry: &Registry, diagnostics: &mut Vec<Diagnostic>) {
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
