//! A registry file → [`Registry`]: the names that a registry has for each port and transport protocol.
//!
//! Two formats are read. IANA's own `service-names-port-numbers.csv` (RFC 6335 §8), known by its header:
//! it is complete, so that it can be asked what is *not* assigned. A blank transport there counts for
//! TCP and UDP (`flex-lm,27000-27009,,`). And services(5), such as Debian's `/etc/services`:
//! `name port/protocol alias… # comment`.
//!
//! Names outside RFC 6335 §5.1 are respelled (`kerberos_master`) or, where no spelling comes near
//! (`whois++`), left out.

use std::collections::{BTreeMap, HashMap};

use crate::dataset::{PortRange, Protocol, Protocols, ServiceName};
use crate::facts::BadFacts;
use crate::text::Source;

/// What a registry knows.
#[derive(Debug)]
pub struct Registry {
    /// The file.
    pub source: Source,
    /// Whether a port that is not in it is not assigned: IANA's is complete, a services file is not.
    pub is_complete: bool,
    /// Those of a single port.
    singles: BTreeMap<u16, Vec<Registration>>,
    /// Those of several ports: a few dozen at most.
    ranges: Vec<Registration>,
}

/// One service of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) ports: PortRange,
    pub(crate) protocols: Protocols,
    /// The registered name first, then its aliases.
    pub(crate) names: Vec<ServiceName>,
    /// What it is for; blank where the registry does not say.
    pub(crate) description: String,
}

impl Registration {
    /// Whether it is for these ports: for all of them, and of one port or of a range.
    pub(super) fn covers(&self, ports: PortRange) -> bool {
        self.ports.first() <= ports.first() && ports.last() <= self.ports.last()
    }
}

impl Registry {
    /// Reads a registry in either format.
    ///
    /// # Errors
    ///
    /// A line cannot be read.
    pub fn read(source: Source) -> Result<Self, BadFacts> {
        let is_complete = source.text().starts_with("Service Name,");
        let read = if is_complete { iana } else { services };
        let mut lines = Lines::default();
        read(source.text(), &mut lines).map_err(|(line, message)| BadFacts {
            path: source.path.clone(),
            line,
            message,
        })?;
        let mut singles: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut ranges = Vec::new();
        for registration in lines.registrations {
            if registration.ports.is_single() {
                let port = registration.ports.first();
                singles.entry(port).or_default().push(registration);
            } else {
                ranges.push(registration);
            }
        }
        Ok(Self {
            source,
            is_complete,
            singles,
            ranges,
        })
    }

    /// Whether the registry has anything for a port and protocol.
    pub(super) fn has(&self, port: u16, protocol: Protocol) -> bool {
        let Some(ports) = PortRange::new(port, port) else {
            return false;
        };
        self.of(ports)
            .any(|known| known.protocols.contains(protocol))
    }

    /// What is registered for all of these ports.
    pub(super) fn of(&self, ports: PortRange) -> impl Iterator<Item = &Registration> {
        let single = self.singles.get(&ports.first());
        let singles = single.filter(|_| ports.is_single()).into_iter().flatten();
        singles.chain(self.ranges.iter().filter(move |known| known.covers(ports)))
    }
}

/// The lines of a registry. Those that give one name to the same ports of several protocols are one
/// registration.
#[derive(Default)]
struct Lines {
    registrations: Vec<Registration>,
    indexes: HashMap<(PortRange, ServiceName), usize>,
}

impl Lines {
    fn add(&mut self, line: Registration) {
        let Some(name) = line.names.first() else {
            return;
        };
        let next = self.registrations.len();
        let index = *self.indexes.entry((line.ports, *name)).or_insert(next);
        let Some(known) = self.registrations.get_mut(index) else {
            return self.registrations.push(line);
        };
        known.protocols |= line.protocols;
        for name in line.names {
            if !known.names.contains(&name) {
                known.names.push(name);
            }
        }
        if known.description.is_empty() {
            known.description = line.description;
        }
    }
}

/// The protocols that a registry names: one word or several; blank for TCP and UDP. Empty for others,
/// such as `ddp`.
pub(super) fn protocols(words: &str) -> Protocols {
    if words.is_empty() {
        return Protocols::TCP_AND_UDP;
    }
    let is_named = |protocol: &Protocol| words.split(' ').any(|word| word == protocol.name());
    Protocol::ALL.into_iter().filter(is_named).collect()
}

fn iana(text: &str, lines: &mut Lines) -> Result<(), (usize, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            (usize::try_from(line).unwrap_or(1), error.to_string())
        })?;
        let field = |at: usize| row.get(at).unwrap_or_default().trim();
        let protocols = protocols(field(2));
        let name = ServiceName::respelled(field(0)).filter(|_| !protocols.is_empty());
        if let Some((name, ports)) = name.zip(ports(field(1))) {
            lines.add(Registration {
                ports,
                protocols,
                names: vec![name],
                description: field(3).to_owned(),
            });
        }
    }
    Ok(())
}

/// `22` or `6000-6063`, both ends inclusive.
fn ports(text: &str) -> Option<PortRange> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    PortRange::new(first.parse().ok()?, last.parse().ok()?)
}

fn services(text: &str, lines: &mut Lines) -> Result<(), (usize, String)> {
    for (index, line) in text.lines().enumerate() {
        let (entry, comment) = line.split_once('#').unwrap_or((line, ""));
        let mut fields = entry.split_whitespace();
        let Some(name) = fields.next() else { continue };
        let bad = || (index + 1, format!("not a line of services(5): {line:?}"));
        let (port, protocol) = fields
            .next()
            .and_then(|field| field.split_once('/'))
            .ok_or_else(bad)?;
        let port = port.parse().map_err(|_| bad())?;
        let ports = PortRange::new(port, port).ok_or_else(bad)?;
        let protocols = self::protocols(protocol);
        if !protocols.is_empty() {
            let names = std::iter::once(name).chain(fields);
            lines.add(Registration {
                ports,
                protocols,
                names: names.filter_map(ServiceName::respelled).collect(),
                description: comment.trim().to_owned(),
            });
        }
    }
    Ok(())
}
