//! A registry file → [`Registry`]: the names that a registry has for each port and transport protocol.
//!
//! Two formats are read. IANA's own `service-names-port-numbers.csv` (RFC 6335 §8), known by its header:
//! it is complete, so that it can be asked what is *not* assigned. And services(5), such as Debian's
//! `/etc/services`: `name port/protocol alias… # comment`.
//!
//! Names outside RFC 6335 §5.1 are respelled (`kerberos_master`) or, where no spelling comes near
//! (`whois++`), left out.

use std::collections::{HashMap, HashSet};

use crate::dataset::ServiceName;
use crate::dataset::{PortRange, Protocol, Record};
use crate::facts::BadFacts;
use crate::text::Source;

/// What a registry knows.
#[derive(Debug)]
pub struct Registry {
    /// The file.
    pub source: Source,
    /// Whether a port that is not in it is not assigned: IANA's is complete, a services file is not.
    pub is_complete: bool,
    entries: HashMap<(u16, Protocol), Vec<Entry>>,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The registered name first, then its aliases.
    pub names: Vec<ServiceName>,
    /// What it is for; blank where the registry does not say.
    pub description: String,
    ports: PortRange,
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
        let mut entries: HashMap<_, Vec<_>> = HashMap::new();
        read(source.text(), &mut |protocol, entry: Entry| {
            for port in entry.ports.ports() {
                entries
                    .entry((port, protocol))
                    .or_default()
                    .push(entry.clone());
            }
        })
        .map_err(|(line, message)| BadFacts {
            path: source.path.clone(),
            line,
            message,
        })?;
        Ok(Self {
            source,
            is_complete,
            entries,
        })
    }

    /// Whether the registry has anything for a port and protocol.
    #[must_use]
    pub fn has(&self, port: u16, protocol: Protocol) -> bool {
        self.entries.contains_key(&(port, protocol))
    }

    /// The registration that fits a record best, and whether its words speak for it. Of a range, the
    /// registration must be for the same range.
    #[must_use]
    pub fn entry(&self, record: &Record, protocol: Protocol) -> Option<(&Entry, bool)> {
        let entries = self.entries.get(&(record.ports.first(), protocol))?;
        let words = words(&record.description);
        let fitting = entries
            .iter()
            .filter(|e| record.ports.is_single() || e.ports == record.ports);
        // The first of the best: a registry names the usual service first.
        let (fit, entry) = fitting
            .map(|entry| (entry.fit(&words), entry))
            .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        Some((entry, fit > 0))
    }
}

impl Entry {
    /// How many of the description's words the registration has; a whole name counts twice.
    fn fit(&self, words: &HashSet<String>) -> usize {
        let text = self::words(&self.description);
        let parts: HashSet<String> = self
            .names
            .iter()
            .flat_map(|name| self::words(name.as_str()))
            .collect();
        let is_named = self.names.iter().any(|name| words.contains(name.as_str()));
        text.union(&parts)
            .filter(|word| words.contains(*word))
            .count()
            + 2 * usize::from(is_named)
    }
}

/// The words of a text in lower case, without those that every description has.
fn words(text: &str) -> HashSet<String> {
    const COMMON: [&str; 13] = [
        "a", "and", "default", "for", "in", "of", "on", "over", "port", "protocol", "server",
        "service", "the",
    ];
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase);
    words
        .filter(|word| word.len() > 1 && !COMMON.contains(&word.as_str()))
        .collect()
}

type Add<'f> = dyn FnMut(Protocol, Entry) + 'f;

fn iana(text: &str, add: &mut Add<'_>) -> Result<(), (usize, String)> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    for row in reader.records() {
        let row = row.map_err(|error| {
            (
                error
                    .position()
                    .map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)),
                error.to_string(),
            )
        })?;
        let field = |at: usize| row.get(at).unwrap_or_default().trim();
        let protocol = Protocol::ALL
            .into_iter()
            .find(|protocol| protocol.name() == field(2));
        let (Some(protocol), Some(name)) = (protocol, ServiceName::respelled(field(0))) else {
            continue;
        };
        let (first, last) = field(1).split_once('-').unwrap_or((field(1), field(1)));
        let ports = first
            .parse()
            .ok()
            .zip(last.parse().ok())
            .and_then(|(a, b)| PortRange::new(a, b));
        if let Some(ports) = ports {
            add(
                protocol,
                Entry {
                    names: vec![name],
                    description: field(3).to_owned(),
                    ports,
                },
            );
        }
    }
    Ok(())
}

fn services(text: &str, add: &mut Add<'_>) -> Result<(), (usize, String)> {
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
        let names: Vec<_> = std::iter::once(name)
            .chain(fields)
            .filter_map(ServiceName::respelled)
            .collect();
        let protocol = Protocol::ALL
            .into_iter()
            .find(|known| known.name() == protocol);
        if let Some(protocol) = protocol.filter(|_| !names.is_empty()) {
            add(
                protocol,
                Entry {
                    names,
                    description: comment.trim().to_owned(),
                    ports,
                },
            );
        }
    }
    Ok(())
}
