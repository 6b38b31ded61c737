//! A registry file, or IANA's names compiled in → [`Registry`]: the names of each port.
//!
//! Three formats are read. IANA's own `service-names-port-numbers.csv` (RFC 6335 §8), known by its header: it is
//! complete, so that it can be asked what is *not* assigned. A blank transport there counts for TCP and UDP
//! (`flex-lm,27000-27009,,`). services(5), such as Debian's `/etc/services`: `name port/protocol alias… # comment`.
//! And `seeds/iana-names.csv`, which has IANA's names only.
//!
//! Names outside RFC 6335 §5.1 are respelled (`kerberos_master`) or, where no spelling comes near (`whois++`),
//! left out.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::dataset::crowd::Crowd;
use crate::dataset::{PortRange, Protocol, Protocols, ServiceName};
use crate::text::services_line::ServicesLine;
use crate::text::{BadLine, Source};

/// What a registry knows.
#[derive(Debug)]
pub struct Registry {
    /// The file; `None` for the names that are compiled in.
    pub source: Option<Source>,
    /// A port that is not in it is not assigned: IANA's file is complete, a services file is not.
    pub is_complete: bool,
    /// In the order of the file.
    registrations: Vec<Registration>,
    by_port: HashMap<u16, Vec<usize>>,
}

/// One service of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) ports: PortRange,
    pub(crate) protocols: Protocols,
    pub(crate) name: ServiceName,
    pub(crate) aliases: Vec<ServiceName>,
    /// What it is for; blank where the registry does not say.
    pub(crate) description: String,
    /// Of several ports with the name, or of several names of the port, the one that people mean.
    pub(super) is_usual: bool,
}

impl Registration {
    /// The name, then its aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = ServiceName> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// IANA's names, read when a record first needs them: a table whose names are all curated never does.
static IANA: LazyLock<Registry> = LazyLock::new(|| {
    let mut lines = Lines::default();
    let text = include_str!("../../seeds/iana-names.csv");
    for line in text.lines().filter_map(compiled_in) {
        lines.add(line);
    }
    lines.into_registry(None, true)
});

/// Whether ports are below 1024, where they have the services that IANA says (RFC 6335 §6).
pub(super) fn are_well_known(ports: PortRange) -> bool {
    ports.last() < 1024
}

impl Registry {
    /// The ports that IANA has assigned or reserved without a name, and what for.
    pub(crate) const NAMELESS: [(u16, &str); 10] = [
        (24, "any private mail system"),
        (35, "any private printer server"),
        (57, "any private terminal access"),
        (59, "any private file service"),
        (75, "any private dial out service"),
        (77, "any private RJE service"),
        (87, "any private terminal link"),
        (1023, "reserved"),
        (1024, "reserved"),
        (49151, "reserved"),
    ];

    /// Reads a registry in either format.
    ///
    /// # Errors
    ///
    /// A line cannot be read.
    pub fn read(source: Source) -> Result<Self, BadLine> {
        let is_iana = regex!("^Service Name,").is_match(source.text());
        let read = if is_iana { iana } else { services };
        let mut lines = Lines::default();
        read(source.text(), &mut lines).map_err(|(line, message)| BadLine {
            path: source.path.clone(),
            line,
            message,
        })?;
        Ok(lines.into_registry(Some(source), is_iana))
    }

    /// IANA's names of all ports.
    pub(crate) fn iana() -> &'static Self {
        &IANA
    }

    /// The registry has something for a port and protocol.
    pub(super) fn has(&self, port: u16, protocol: Protocol) -> bool {
        let mut known = self.on(port);
        known.any(|known| known.protocols.contains(protocol))
    }

    /// What is registered for all of these ports, the usual first.
    pub(crate) fn of(&self, ports: PortRange) -> impl Iterator<Item = &Registration> {
        self.on(ports.first())
            .filter(move |known| ports.last() <= known.ports.last())
    }

    /// What is registered under a name.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Registration> {
        let name = ServiceName::new(name);
        let all = self.registrations.iter();
        all.filter(move |known| Some(known.name) == name)
    }

    /// What is registered under names with this start, of three characters at least: fewer begin hundreds.
    pub(crate) fn starting_with(&self, start: &str) -> impl Iterator<Item = &Registration> {
        let all = self.registrations.iter().filter(move |_| start.len() > 2);
        all.filter(move |known| known.name.as_str().starts_with(start))
    }

    /// Every name, without aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = ServiceName> {
        self.registrations.iter().map(|known| known.name)
    }

    fn on(&self, port: u16) -> impl Iterator<Item = &Registration> {
        let indexes = self.by_port.get(&port).into_iter().flatten();
        indexes.map(|&index| &self.registrations[index])
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
        let next = self.registrations.len();
        let index = *self.indexes.entry((line.ports, line.name)).or_insert(next);
        let Some(known) = self.registrations.get_mut(index) else {
            return self.registrations.push(line);
        };
        known.protocols |= line.protocols;
        known.is_usual |= line.is_usual;
        for alias in line.aliases {
            if alias != known.name && !known.aliases.contains(&alias) {
                known.aliases.push(alias);
            }
        }
        if known.description.is_empty() {
            known.description = line.description;
        }
    }

    fn into_registry(self, source: Option<Source>, is_complete: bool) -> Registry {
        let registrations = self.registrations;
        let mut crowd = Crowd::default();
        let mut by_port: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, known) in registrations.iter().enumerate() {
            for port in crowd.add(known.ports) {
                by_port.entry(port).or_default().push(index);
            }
        }
        for known in by_port.values_mut() {
            known.sort_by_key(|&index| !registrations[index].is_usual);
        }
        Registry {
            source,
            is_complete,
            registrations,
            by_port,
        }
    }
}

/// The protocols that a registry names: one word or several; blank for TCP and UDP. Empty for others, such as
/// `ddp`.
fn protocols(words: &str) -> Protocols {
    if words.is_empty() {
        return Protocols::TCP_AND_UDP;
    }
    words.split(' ').filter_map(Protocol::from_name).collect()
}

/// A line of IANA's own file, or of the names that are compiled in. `None` if its name is not a service name in any
/// spelling, or it has no port or none of our protocols.
fn registration(
    name: &str,
    ports: Option<PortRange>,
    protocols: Protocols,
    description: &str,
) -> Option<Registration> {
    let name = ServiceName::respelled(name).filter(|_| !protocols.is_empty())?;
    Some(Registration {
        ports: ports?,
        protocols,
        name,
        aliases: Vec::new(),
        description: description.to_owned(),
        is_usual: false,
    })
}

/// `6000` and `6063`, both inclusive.
fn ports(first: &str, last: &str) -> Option<PortRange> {
    PortRange::new(first.parse().ok()?, last.parse().ok()?)
}

/// `first_port,last_port,protocols,name,usual`; not a comment or the header.
fn compiled_in(line: &str) -> Option<Registration> {
    let fields: Vec<_> = line.split(',').collect();
    let [first, last, words, name, usual] = fields[..] else {
        return None;
    };
    let mut known = registration(name, ports(first, last), protocols(words), "")?;
    known.is_usual = usual == "yes";
    Some(known)
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
        let (first, last) = field(1).split_once('-').unwrap_or((field(1), field(1)));
        let protocols = protocols(field(2));
        let known = registration(field(0), ports(first, last), protocols, field(3));
        if let Some(known) = known {
            lines.add(known);
        }
    }
    Ok(())
}

fn services(text: &str, lines: &mut Lines) -> Result<(), (usize, String)> {
    for (index, line) in text.lines().enumerate() {
        let line = ServicesLine::parse(line).map_err(|message| (index + 1, message))?;
        let Some(line) = line else { continue };
        let (ports, protocols) = (Some(line.port.into()), protocols(line.protocol));
        let known = registration(line.name, ports, protocols, line.comment);
        if let Some(mut known) = known {
            let aliases = line.words.into_iter();
            known.aliases = aliases.filter_map(ServiceName::respelled).collect();
            lines.add(known);
        }
    }
    Ok(())
}
