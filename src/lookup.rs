//! A question of a person → what stands on a port, or where a name or word stands.
//!
//! ```text
//! 53   53/udp   8000-8010   80,443   :53   https   domain/udp   wake on lan
//! ```
//!
//! A port that no row of the table holds, and a name that no row has, are answered from IANA's names, which
//! are compiled in; an [`Entry`] says which it is.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::dataset::{Assignment, Dataset, PerProtocol, PortRange, Protocol, Record, ServiceName};
use crate::diff::Unreadable;
use crate::naming::registry::{Registration, Registry};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    what: What,
    protocol: Option<Protocol>,
    /// As it was written.
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// First and last port, both included.
    Ports(RangeInclusive<u16>),
    /// In lower case.
    Words(String),
}

/// A question that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadQuery(String);

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Query {
    /// Reads the questions of a text; commas stand between them.
    ///
    /// # Errors
    ///
    /// A port is above 65535, a range descends, a protocol is unknown, or nothing is asked for.
    pub fn all(text: &str) -> Result<Vec<Self>, BadQuery> {
        let parts = text.split(',').map(str::trim);
        let queries: Vec<_> = parts
            .filter(|part| !part.is_empty())
            .map(Self::of)
            .collect::<Result<_, _>>()?;
        if queries.is_empty() {
            return Err(BadQuery(
                "a port, a range, a name or a word is needed".to_owned(),
            ));
        }
        Ok(queries)
    }

    fn of(text: &str) -> Result<Self, BadQuery> {
        let bare = text
            .trim_start_matches("port ")
            .trim_start_matches([':', '#']);
        let (what, protocol) = match bare.rsplit_once('/') {
            Some((what, word)) => match protocol(word) {
                Some(protocol) => (what, Some(protocol)),
                None if what.starts_with(|c: char| c.is_ascii_digit()) => {
                    let names: Vec<_> = Protocol::ALL.iter().map(|known| known.name()).collect();
                    let known = names.join(", ");
                    let message = format!("{text:?}: the protocol is one of {known}");
                    return Err(BadQuery(message));
                }
                None => (bare, None),
            },
            None => (bare, None),
        };
        Ok(Self {
            what: What::of(what)?,
            protocol,
            text: text.to_owned(),
        })
    }
}

impl What {
    fn of(text: &str) -> Result<Self, BadQuery> {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (first, last) = text.split_once(['-', '–']).unwrap_or((text, text));
        if !is_number(first) || !is_number(last) {
            return Ok(Self::Words(text.trim().to_lowercase()));
        }
        let port = |digits: &str| {
            let too_high = || BadQuery(format!("{digits} is no port: ports are 0 to 65535"));
            digits.parse::<u16>().map_err(|_| too_high())
        };
        let ports = port(first)?..=port(last)?;
        if ports.is_empty() {
            return Err(BadQuery(format!(
                "{text} descends: the lower port comes first"
            )));
        }
        Ok(Self::Ports(ports))
    }
}

fn protocol(word: &str) -> Option<Protocol> {
    let mut all = Protocol::ALL.into_iter();
    all.find(|known| known.name().eq_ignore_ascii_case(word))
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
    /// The lowest port.
    pub first_port: u16,
    /// The highest port, itself included.
    pub last_port: u16,
    /// The service name; `None` where the row is no service.
    pub name: Option<String>,
    /// Other names.
    pub aliases: Vec<String>,
    /// The status for TCP, `registered` if it is IANA's; `None` where the cell is blank.
    pub tcp: Option<String>,
    /// The status for UDP.
    pub udp: Option<String>,
    /// The status for SCTP.
    pub sctp: Option<String>,
    /// The status for DCCP.
    pub dccp: Option<String>,
    /// Plain text; may be empty.
    pub description: String,
    /// Where it is from.
    pub from: Origin,
}

impl Entry {
    fn of_record(record: &Record) -> Self {
        let status = |assignment: &Option<Assignment>| {
            let assignment = assignment.as_ref()?;
            Some(assignment.status.name().to_owned())
        };
        let PerProtocol([tcp, udp, sctp, dccp]) = &record.assignments;
        let naming = record.naming.as_ref();
        let aliases = naming.map_or(&[][..], |naming| &naming.aliases);
        Self {
            id: Some(record.id.clone()),
            first_port: record.ports.first(),
            last_port: record.ports.last(),
            name: naming.map(|naming| naming.name.to_string()),
            aliases: aliases.iter().map(ServiceName::to_string).collect(),
            tcp: status(tcp),
            udp: status(udp),
            sctp: status(sctp),
            dccp: status(dccp),
            description: record.description.clone(),
            from: Origin::Table,
        }
    }

    fn of_registration(registration: &Registration) -> Self {
        let Registration {
            ports, protocols, ..
        } = *registration;
        let status = |protocol| {
            protocols
                .contains(protocol)
                .then(|| "registered".to_owned())
        };
        Self {
            id: None,
            first_port: ports.first(),
            last_port: ports.last(),
            name: Some(registration.name.to_string()),
            aliases: registration
                .aliases
                .iter()
                .map(ServiceName::to_string)
                .collect(),
            tcp: status(Protocol::Tcp),
            udp: status(Protocol::Udp),
            sctp: status(Protocol::Sctp),
            dccp: status(Protocol::Dccp),
            description: registration.description.clone(),
            from: Origin::Iana,
        }
    }

    /// The status for each protocol, if there is one.
    #[must_use]
    pub fn statuses(&self) -> [(Protocol, Option<&str>); 4] {
        [
            (Protocol::Tcp, self.tcp.as_deref()),
            (Protocol::Udp, self.udp.as_deref()),
            (Protocol::Sctp, self.sctp.as_deref()),
            (Protocol::Dccp, self.dccp.as_deref()),
        ]
    }

    fn has(&self, wanted: Option<Protocol>) -> bool {
        let mut statuses = self.statuses().into_iter();
        wanted.is_none_or(|wanted| {
            statuses.any(|(known, status)| known == wanted && status.is_some())
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.name.iter().chain(&self.aliases).map(String::as_str)
    }

    /// How well words fit, 0 best: the name, an alias, part of a name, the description.
    fn fit(&self, words: &str) -> Option<u8> {
        if self.name.as_deref() == Some(words) {
            return Some(0);
        }
        if self.aliases.iter().any(|alias| alias == words) {
            return Some(1);
        }
        if self
            .names()
            .any(|name| name.split('-').any(|part| part == words))
        {
            return Some(2);
        }
        let description = self.description.to_lowercase();
        let known: Vec<_> = description.split(|c: char| !c.is_alphanumeric()).collect();
        let mut asked = words.split(|c: char| !c.is_alphanumeric());
        let mut any = asked.clone().any(|word| !word.is_empty());
        any &= asked.all(|word| known.contains(&word));
        any.then_some(3)
    }
}

/// A table to look things up in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    entries: Vec<Entry>,
}

/// A record of `ports.json`, as far as answers need it.
#[derive(Deserialize)]
struct JsonRecord {
    id: String,
    first_port: u16,
    last_port: u16,
    name: Option<String>,
    aliases: Vec<String>,
    tcp: Option<JsonStatus>,
    udp: Option<JsonStatus>,
    sctp: Option<JsonStatus>,
    dccp: Option<JsonStatus>,
    description: String,
}

#[derive(Deserialize)]
struct JsonStatus {
    status: String,
}

#[derive(Deserialize)]
struct JsonTree {
    records: Vec<JsonRecord>,
}

impl Table {
    /// The records of a dataset.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        let entries = dataset.records.iter().map(Entry::of_record);
        Self {
            entries: entries.collect(),
        }
    }

    /// The records of a `ports.json`.
    ///
    /// # Errors
    ///
    /// It is no such file.
    pub fn of_json(text: &str) -> Result<Self, Unreadable> {
        let JsonTree { records } = serde_json::from_str(text).map_err(Unreadable::new)?;
        let status = |status: Option<JsonStatus>| status.map(|JsonStatus { status }| status);
        let entry = |record: JsonRecord| Entry {
            id: Some(record.id),
            first_port: record.first_port,
            last_port: record.last_port,
            name: record.name,
            aliases: record.aliases,
            tcp: status(record.tcp),
            udp: status(record.udp),
            sctp: status(record.sctp),
            dccp: status(record.dccp),
            description: record.description,
            from: Origin::Table,
        };
        Ok(Self {
            entries: records.into_iter().map(entry).collect(),
        })
    }

    /// The records of a `ports.sqlite`.
    ///
    /// # Errors
    ///
    /// It is no such file.
    #[cfg(feature = "sqlite")]
    pub fn of_sqlite(bytes: &[u8]) -> Result<Self, Unreadable> {
        let entries = entries(bytes).map_err(Unreadable::new)?;
        Ok(Self { entries })
    }

    /// Adds the entries of another table.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// The lowest and the highest port; `None` if there is no record.
    #[must_use]
    pub fn range(&self) -> Option<(u16, u16)> {
        let first = self.entries.iter().map(|entry| entry.first_port).min()?;
        let last = self.entries.iter().map(|entry| entry.last_port).max()?;
        Some((first, last))
    }

    /// What answers a question, best first: rows of the table, then IANA's names for what no row has.
    #[must_use]
    pub fn find(&self, query: &Query) -> Vec<Entry> {
        let mut found = match &query.what {
            What::Ports(ports) => self.on_ports(ports),
            What::Words(words) => self.with_words(words),
        };
        found.retain(|entry| entry.has(query.protocol));
        found
    }

    fn on_ports(&self, asked: &RangeInclusive<u16>) -> Vec<Entry> {
        let overlaps =
            |entry: &&Entry| entry.first_port <= *asked.end() && entry.last_port >= *asked.start();
        let mut found: Vec<_> = self.entries.iter().filter(overlaps).cloned().collect();
        found.sort_by_key(|entry| entry.first_port);
        let mut registered = Vec::new();
        let mut rows = found.iter().peekable();
        // The lowest port that neither a row nor a name of IANA's holds that began further down.
        let mut free = 0;
        let behind = |entry: &Entry| u32::from(entry.last_port) + 1;
        for port in asked.clone() {
            while let Some(row) = rows.next_if(|row| row.first_port <= port) {
                free = free.max(behind(row));
            }
            if free > u32::from(port) {
                continue;
            }
            let of_iana = PortRange::new(port, port).map(|port| Registry::iana().of(port));
            for entry in of_iana.into_iter().flatten().map(Entry::of_registration) {
                free = free.max(behind(&entry));
                registered.push(entry);
            }
        }
        found.extend(registered);
        found.sort_by_key(|entry| entry.first_port);
        found
    }

    fn with_words(&self, words: &str) -> Vec<Entry> {
        let fitting = self
            .entries
            .iter()
            .filter_map(|entry| Some((entry.fit(words)?, entry)));
        let mut fitting: Vec<_> = fitting.collect();
        fitting.sort_by_key(|(fit, entry)| (*fit, entry.first_port));
        let is_named = fitting.first().is_some_and(|(fit, _)| *fit < 2);
        let mut found: Vec<_> = fitting
            .into_iter()
            .map(|(_, entry)| entry.clone())
            .collect();
        if !is_named {
            let named = Registry::iana().named(words).map(Entry::of_registration);
            found.splice(0..0, named);
        }
        found
    }
}

/// The records of a `ports.sqlite`, to look things up in.
#[cfg(feature = "sqlite")]
fn entries(bytes: &[u8]) -> Result<Vec<Entry>, String> {
    let connection = crate::emit::open_database(bytes, &["records", "assignments", "aliases"])?;
    entries_of(&connection).map_err(|error| error.to_string())
}

#[cfg(feature = "sqlite")]
fn entries_of(connection: &rusqlite::Connection) -> rusqlite::Result<Vec<Entry>> {
    let status = |protocol| {
        format!(
            "(select status from assignments where record_id = id and protocol = '{protocol}') as {protocol}"
        )
    };
    let statuses = Protocol::ALL
        .map(|protocol| status(protocol.name()))
        .join(", ");
    let aliases = "(select group_concat(name, ';' order by position) from aliases where record_id = id) as aliases";
    let mut rows = connection.prepare(&format!(
        "select id, first_port, last_port, name, description, {aliases}, {statuses} from records order by rowid"
    ))?;
    let rows = rows.query_map([], |row| {
        let aliases: Option<String> = row.get("aliases")?;
        Ok(Entry {
            id: row.get("id")?,
            first_port: row.get("first_port")?,
            last_port: row.get("last_port")?,
            name: row.get("name")?,
            aliases: aliases
                .iter()
                .flat_map(|all| all.split(';'))
                .map(str::to_owned)
                .collect(),
            tcp: row.get("tcp")?,
            udp: row.get("udp")?,
            sctp: row.get("sctp")?,
            dccp: row.get("dccp")?,
            description: row.get("description")?,
            from: Origin::Table,
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::{Origin, Query, Table};
    use crate::{BUILTIN, Options, Source, convert};

    fn found(query: &str) -> Vec<String> {
        let (path, text) = BUILTIN;
        let source = Source::decode(path, text).unwrap();
        let table = Table::of(&convert(&[source], &Options::default()).dataset);
        let queries = Query::all(query).unwrap();
        let entries = queries.iter().flat_map(|query| table.find(query));
        let shown = |entry: super::Entry| {
            let mark = if entry.from == Origin::Iana {
                "iana "
            } else {
                ""
            };
            format!(
                "{mark}{} {}",
                entry.first_port,
                entry.name.unwrap_or_default()
            )
        };
        entries.map(shown).collect()
    }

    #[test]
    fn ports_are_found_however_they_are_written() {
        for query in ["53", ":53", "#53", "port 53", "53/udp", "53/TCP", "53-53"] {
            assert_eq!(found(query), ["53 domain"], "{query}");
        }
        assert_eq!(found("80,443/tcp"), ["80 http", "443 https"]);
        assert_eq!(found("72"), ["71 netrjs"]);
        assert_eq!(found("53/dccp"), [""; 0]);
    }

    #[test]
    fn names_aliases_and_words_are_found() {
        assert_eq!(found("domain")[0], "53 domain");
        assert_eq!(found("wol")[0], "9 wake-on-lan");
        assert_eq!(found("HTTPS")[0], "443 https");
        assert_eq!(found("kerberos")[0], "88 kerberos");
        assert!(found("kerberos").len() > 5);
        assert_eq!(found("name system domain"), ["53 domain"]);
        assert_eq!(found("kerb"), [""; 0]);
    }

    #[test]
    fn what_the_table_does_not_hold_is_answered_from_iana() {
        assert_eq!(found("3306"), ["iana 3306 mysql"]);
        assert_eq!(found("mysql"), ["iana 3306 mysql"]);
        assert_eq!(found("6000-6002"), ["iana 6000 x11"]);
        assert_eq!(
            found("1022-1025"),
            [
                "iana 1022 exp2",
                "1023 ",
                "1023 zos-nfs",
                "iana 1025 blackjack"
            ]
        );
        assert_eq!(found("65535"), [""; 0]);
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for (query, said) in [
            ("65536", "65536 is no port: ports are 0 to 65535"),
            ("9-7", "9-7 descends: the lower port comes first"),
            (
                "53/icmp",
                "\"53/icmp\": the protocol is one of tcp, udp, sctp, dccp",
            ),
            (" , ", "a port, a range, a name or a word is needed"),
        ] {
            assert_eq!(Query::all(query).unwrap_err().to_string(), said);
        }
    }
}
