//! A query → what uses a port, or which ports match a name or words.
//!
//! ```text
//! 53   53/udp   tcp/53   8000-8010   80,443   :53   https   domain/udp   postgre   wake on lan
//! ```
//!
//! A port that no row of the table holds, and a name that no row has, are answered from IANA's names, which
//! are compiled in; an [`Entry`] says which it is.

use serde::Serialize;
use thiserror::Error;

use crate::dataset::{
    Dataset, PerProtocol, PortRange, Protocol, Protocols, Record, ServiceName, pairs,
};
use crate::naming::registry::{Registration, Registry};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    what: What,
    protocol: Option<Protocol>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Ports(PortRange),
    /// Words in lower case, all of them wanted.
    Words(String),
}

/// A query that cannot be parsed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct BadQuery(String);

impl std::fmt::Display for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.what {
            What::Ports(ports) => write!(f, "{ports}")?,
            What::Words(words) => f.write_str(words)?,
        }
        self.protocol
            .map_or(Ok(()), |protocol| write!(f, "/{}", protocol.name()))
    }
}

impl Query {
    /// Parses queries as they are typed: commas separate them, and adjacent words are one query.
    ///
    /// # Errors
    ///
    /// A port is above 65535, a range descends, a protocol is unknown, or nothing is asked for.
    pub fn parse_all<T: AsRef<str>>(texts: &[T]) -> Result<Vec<Self>, BadQuery> {
        let mut queries: Vec<Self> = Vec::new();
        for text in texts {
            // Ports beside each other are several questions, too.
            let ports = regex!(r"^\s*[0-9]\S*(?:\s+[0-9]\S*)+\s*$").is_match(text.as_ref());
            let is_between = |c: char| c == ',' || ports && c.is_whitespace();
            for (at, part) in text.as_ref().split(is_between).enumerate() {
                if part.trim().is_empty() {
                    continue;
                }
                let query = Self::parse(part)?;
                let before = queries.last_mut().filter(|_| at == 0);
                if !before.is_some_and(|before| before.join(&query)) {
                    queries.push(query);
                }
            }
        }
        if queries.is_empty() {
            let message = "expected a port, a range, a name or a word";
            return Err(BadQuery(message.to_owned()));
        }
        Ok(queries)
    }

    /// Adds the words of another query, if both are words.
    fn join(&mut self, other: &Self) -> bool {
        let (What::Words(before), What::Words(words)) = (&mut self.what, &other.what) else {
            return false;
        };
        if self.protocol.is_some() {
            return false;
        }
        *before = format!("{before} {words}");
        self.protocol = other.protocol;
        true
    }

    fn parse(text: &str) -> Result<Self, BadQuery> {
        let text = text.trim();
        let bare = regex!(r"^(?i:ports?\b)?[\s:#]*").replace(text, "");
        let protocol = |word: &str| Protocol::from_name(word.trim());
        let (what, protocol) = match bare.split_once('/') {
            Some((first, what)) if protocol(first).is_some() => (what, protocol(first)),
            Some((what, last)) if protocol(last).is_some() => (what, protocol(last)),
            Some((what, _)) if what.starts_with(|c: char| c.is_ascii_digit()) => {
                let known = Protocol::ALL.map(Protocol::name).join(", ");
                let message = format!("{text:?}: unknown protocol; use one of {known}");
                return Err(BadQuery(message));
            }
            _ => (bare.as_ref(), None),
        };
        if what.trim().is_empty() {
            return Err(BadQuery(format!("{text:?}: a port or a name is needed")));
        }
        Ok(Self {
            what: match ports(what)? {
                Some(ports) => What::Ports(ports),
                None => What::Words(what.trim().to_lowercase()),
            },
            protocol,
        })
    }

    /// The words of a query as queries of their own; none if it is about ports or one word.
    #[must_use]
    pub fn each_word(&self) -> Vec<Self> {
        let What::Words(words) = &self.what else {
            return Vec::new();
        };
        let query = |word: &str| Self {
            what: What::Words(word.to_owned()),
            protocol: self.protocol,
        };
        let is_one = words.split_whitespace().nth(1).is_none();
        let words = words.split_whitespace().filter(|_| !is_one);
        words.map(query).collect()
    }
}

/// Reads a port or a range; `None` if it is neither.
///
/// # Errors
///
/// A port is above 65535, or the range descends.
pub fn ports(text: &str) -> Result<Option<PortRange>, BadQuery> {
    let range = regex!(r"^\s*([0-9]+)\s*(?:(?:[-–—]|\.\.)\s*([0-9]+)\s*)?$");
    let Some(found) = range.captures(text) else {
        return Ok(None);
    };
    let port = |digits: &str| {
        let too_high = || BadQuery(format!("{digits} is not a port: ports are 0 to 65535"));
        digits.parse::<u16>().map_err(|_| too_high())
    };
    let first = port(&found[1])?;
    let last = found.get(2).map_or(Ok(first), |last| port(last.as_str()))?;
    let backwards = || BadQuery(format!("{text} runs backwards: the lower port comes first"));
    PortRange::new(first, last).map(Some).ok_or_else(backwards)
}

/// Where an answer is from.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A row of the table.
    Table,
    /// IANA's registry, of which names, ports and protocols are known.
    Iana,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Entry {
    /// The id of the record; `None` if it is IANA's.
    pub id: Option<String>,
    /// The port or range.
    #[serde(flatten)]
    pub ports: PortRange,
    /// The service name; `None` where the row is no service.
    pub name: Option<ServiceName>,
    /// Other names.
    pub aliases: Vec<ServiceName>,
    /// The status for each protocol, `registered` if it is IANA's; `None` where the cell is blank.
    #[serde(flatten)]
    pub statuses: PerProtocol<Option<&'static str>>,
    /// Plain text; may be empty.
    pub description: String,
    /// Columns that only the table has: header and text.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "pairs::serialize"
    )]
    pub extra: Vec<(String, String)>,
    /// Where it is from.
    pub from: Origin,
}

impl From<&Record> for Entry {
    fn from(record: &Record) -> Self {
        let naming = record.naming.as_ref();
        let status = |protocol| Some(record.assignments[protocol].as_ref()?.status.name());
        Self {
            id: Some(record.id.clone()),
            ports: record.ports,
            name: naming.map(|naming| naming.name),
            aliases: naming.map_or_else(Vec::new, |naming| naming.aliases.clone()),
            statuses: PerProtocol(Protocol::ALL.map(status)),
            description: record.description.clone(),
            extra: record.extra.clone(),
            from: Origin::Table,
        }
    }
}

impl From<&Registration> for Entry {
    fn from(registration: &Registration) -> Self {
        Self {
            name: Some(registration.name),
            aliases: registration.aliases.clone(),
            ..Self::of_iana(
                registration.ports,
                registration.protocols,
                &registration.description,
            )
        }
    }
}

impl Entry {
    /// What IANA has ports for, without a name.
    fn of_iana(ports: PortRange, protocols: Protocols, description: &str) -> Self {
        let status = |protocol| protocols.contains(protocol).then_some("registered");
        Self {
            id: None,
            ports,
            name: None,
            aliases: Vec::new(),
            statuses: PerProtocol(Protocol::ALL.map(status)),
            description: description.to_owned(),
            extra: Vec::new(),
            from: Origin::Iana,
        }
    }

    fn has(&self, wanted: Option<Protocol>) -> bool {
        wanted.is_none_or(|wanted| self.statuses[wanted].is_some())
    }

    /// The name is that of one port of a range: `game-1`, `game-2`, ….
    fn is_one_of_range(&self, name: &str) -> bool {
        let known = ServiceName::new(name).and_then(|name| name.stem());
        known.is_some_and(|(stem, number)| {
            self.name == Some(stem)
                && !self.ports.is_single()
                && (1..=self.ports.size()).contains(&number)
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.name.iter().chain(&self.aliases);
        names.map(ServiceName::as_str)
    }

    /// How well words fit, 0 best: the name, an alias, part of a name, the start of a name, words of the row, the
    /// starts of words.
    fn fit(&self, asked: &str) -> Option<usize> {
        let parts = || self.names().flat_map(|name| name.split('-'));
        let extra = self.extra.iter().map(|(_, text)| text);
        let texts = extra.chain([&self.description]);
        let texts: Vec<_> = texts.map(|text| text.to_lowercase()).collect();
        let known = || texts.iter().flat_map(|text| words(text)).chain(parts());
        let has_all = |fits: fn(&str, &str) -> bool| {
            let mut asked = words(asked).peekable();
            asked.peek().is_some() && asked.all(|word| known().any(|known| fits(known, word)))
        };
        let name = asked.replace(' ', "-");
        let fits: [&dyn Fn() -> bool; 6] = [
            &|| self.name.is_some_and(|own| own.as_str() == name) || self.is_one_of_range(&name),
            &|| self.aliases.iter().any(|alias| alias.as_str() == name),
            &|| parts().any(|part| part == asked),
            &|| self.names().any(|known| known.starts_with(&name)),
            &|| has_all(|known, word| known == word),
            &|| has_all(|known, word| known.starts_with(word)),
        ];
        fits.iter().position(|fits| fits())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty())
}

/// Marks the ports of entries.
fn hold(is_held: &mut [bool], entries: &[Entry]) {
    for entry in entries {
        is_held[entry.ports.indices()].fill(true);
    }
}

/// A table to look things up in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    entries: Vec<Entry>,
}

impl Table {
    /// The records of a dataset.
    #[must_use]
    pub fn new(dataset: &Dataset) -> Self {
        let mut table = Self::default();
        table.add(dataset);
        table
    }

    /// Adds the records of another dataset.
    pub fn add(&mut self, dataset: &Dataset) {
        self.entries.extend(dataset.records.iter().map(Entry::from));
    }

    /// The lowest and the highest port; `None` if there is no record.
    #[must_use]
    pub fn range(&self) -> Option<(u16, u16)> {
        let first = self.entries.iter().map(|entry| entry.ports.first()).min()?;
        let last = self.entries.iter().map(|entry| entry.ports.last()).max()?;
        Some((first, last))
    }

    /// The answers to a query, best first: rows of the table, then IANA's names for what no row has.
    #[must_use]
    pub fn find(&self, query: &Query) -> Vec<Entry> {
        match &query.what {
            What::Ports(ports) => self.on_ports(*ports, query.protocol),
            What::Words(words) => {
                let mut found = self.with_words(words);
                found.retain(|entry| entry.has(query.protocol));
                found
            }
        }
    }

    fn on_ports(&self, asked: PortRange, protocol: Option<Protocol>) -> Vec<Entry> {
        let overlaps = |entry: &&Entry| {
            entry.ports.first() <= asked.last()
                && entry.ports.last() >= asked.first()
                && entry.has(protocol)
        };
        let mut found: Vec<_> = self.entries.iter().filter(overlaps).cloned().collect();
        let mut is_held = vec![false; 1 << 16];
        hold(&mut is_held, &found);
        for port in asked.ports() {
            if !is_held[usize::from(port)] {
                let nameless = Registry::NAMELESS
                    .iter()
                    .filter(|(known, _)| *known == port);
                let nameless = nameless
                    .map(|(_, text)| Entry::of_iana(port.into(), Protocols::TCP_AND_UDP, text));
                let of_iana = Registry::iana().of(port.into()).map(Entry::from);
                let of_iana = of_iana.chain(nameless);
                let of_iana: Vec<_> = of_iana.filter(|entry| entry.has(protocol)).collect();
                hold(&mut is_held, &of_iana);
                found.extend(of_iana);
            }
        }
        found.sort_by_key(|entry| entry.ports.first());
        found
    }

    fn with_words(&self, words: &str) -> Vec<Entry> {
        let fit = |entry| Some((Entry::fit(entry, words)?, entry));
        let mut fitting: Vec<_> = self.entries.iter().filter_map(fit).collect();
        fitting.sort_by_key(|(fit, entry)| (*fit, entry.ports.first()));
        // Starts of words serve only where nothing else fits.
        let best = fitting.first().map_or(usize::MAX, |(fit, _)| *fit);
        fitting.retain(|(fit, _)| best == 5 || *fit < 5);
        let found = fitting.into_iter().map(|(_, entry)| entry.clone());
        let mut found: Vec<_> = found.collect();
        if best > 1 {
            let named = Registry::iana().named(words).map(Entry::from);
            found.splice(0..0, named);
        }
        if found.is_empty() {
            found.extend(Registry::iana().starting_with(words).map(Entry::from));
        }
        found
    }

    /// The ports of a range that no row of the table holds, and that IANA has neither assigned nor reserved, as
    /// ranges.
    #[must_use]
    pub fn free(&self, asked: PortRange) -> Vec<PortRange> {
        let mut is_held = vec![false; 1 << 16];
        hold(&mut is_held, &self.on_ports(asked, None));
        let ports = asked.ports().filter(|&port| !is_held[usize::from(port)]);
        let ports: Vec<_> = ports.collect();
        let runs = ports.chunk_by(|before, port| before + 1 == *port);
        let ends = |run: &[u16]| PortRange::new(*run.first()?, *run.last()?);
        runs.filter_map(ends).collect()
    }

    /// The name, of the table or IANA's, that is spelled most like the words of a query; `None` if none is near.
    #[must_use]
    pub fn nearest(&self, query: &Query) -> Option<String> {
        let What::Words(words) = &query.what else {
            return None;
        };
        // One letter of five may be another, and one of three or four.
        let most = match words.len() {
            ..3 => return None,
            length => (length / 5).max(1),
        };
        let of_iana = Registry::iana().names().map(|name| name.to_string());
        let names = self.entries.iter().flat_map(Entry::names);
        let far = |name: String| (strsim::damerau_levenshtein(&name, words), name);
        let names = names.map(str::to_owned).chain(of_iana).map(far);
        // The first of those that are as near: the table's own.
        let near = names.filter(|(letters, _)| *letters <= most);
        near.min_by_key(|(letters, _)| *letters)
            .map(|(_, name)| name)
    }
}
