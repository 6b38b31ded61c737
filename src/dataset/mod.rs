//! The dataset: plain data, no parsing and no formatting.
//!
//! Facts and guesses stay apart: a [`Basis`] says whether an assignment was stated, merged or
//! inferred, a [`NameSource`] where a name came from. Blank (`None`), [`Status::No`] and
//! [`Status::Other`] are three different things.
//!
//! A [`Dataset`] serializes to the tree of `ports.json`, and deserializes from it.

pub(crate) mod crowd;
pub(crate) mod merge;
mod serial;
mod service_name;
pub(crate) mod services;

use std::collections::HashSet;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use serial::SchemaVersion;
pub(crate) use serial::pairs;
pub use service_name::ServiceName;
pub(crate) use service_name::{slug, without_marks};

use crate::limits::EXPANDED_RANGE;
pub use crate::vocabulary::{PortRange, Protocol, Protocols, Status};
use merge::{Merge, MergeFormat};
use services::Named;

/// Everything that was made from the inputs, and that emitters write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Dataset {
    /// The version of the tree that it serializes to.
    pub schema_version: SchemaVersion,
    /// Whose data it is; `None` if that is not known.
    pub attribution: Option<Attribution>,
    /// The inputs, in the order given.
    pub sources: Vec<SourceFile>,
    /// What the statuses mean, from the inputs' legends.
    pub statuses: Vec<StatusMeaning>,
    /// Every citation that is used, each once, in the order of first use.
    pub citations: Vec<Citation>,
    /// A record for each port or range of each row, in source order.
    pub records: Vec<Record>,
    /// The arguments with which the command makes the dataset again, without the formats. Not serialized.
    #[serde(skip)]
    pub recipe: Vec<String>,
    /// An existing file that the services are merged into. Not serialized.
    #[serde(skip)]
    pub merge: Option<Arc<Merge>>,
    /// One service for each port and transport protocol in use, by port, then protocol. Not serialized, but made of
    /// the records' names again.
    #[serde(skip)]
    pub services: Vec<Service>,
    /// How many assignments are in no service, and why. Not serialized.
    #[serde(skip)]
    pub left_out: LeftOut,
}

impl Dataset {
    /// The title of the page or document; a title that fits every dataset if it is not known.
    #[must_use]
    pub fn title(&self) -> &str {
        let from = self.attribution.as_ref();
        let title = from.and_then(|from| from.title.as_deref());
        title.unwrap_or("TCP and UDP port numbers")
    }

    /// A dataset that was read back, with the services that its records name. It holds no others: names that were
    /// given to a part of a record's ports or protocols are in no tree.
    pub(crate) fn read_back(mut self) -> Result<Self, String> {
        require_unique(self.records.iter().map(|record| record.id.as_str()))?;
        require_unique(self.citations.iter().map(|citation| &*citation.id))?;
        require_unique(self.statuses.iter().map(|status| status.status.as_str()))?;
        let records = self.records.iter().enumerate();
        let named = records.filter_map(|(index, record)| {
            let naming = record.naming.as_ref()?;
            Some(Named {
                record: index,
                ports: record.ports,
                protocols: Protocols::ALL,
                name: naming.name,
                aliases: &naming.aliases,
            })
        });
        let named: Vec<_> = named.collect();
        let record = |index: usize| &self.records[index];
        (self.services, _) = services::services(&named, record, &Status::IN_USE, EXPANDED_RANGE);
        Ok(self)
    }

    /// The ids of all citations of records and statuses.
    pub(crate) fn cited(&self) -> impl Iterator<Item = &Arc<str>> {
        let assignments = self.records.iter().flat_map(|it| &it.assignments.0);
        let of_assignments = assignments.flatten().flat_map(|it| &it.citations);
        let of_records = self.records.iter().flat_map(|it| &it.citations);
        let of_statuses = self.statuses.iter().flat_map(|it| &it.citations);
        of_assignments.chain(of_records).chain(of_statuses)
    }

    /// The file that the services in a format go into.
    pub(crate) fn merge(&self, format: MergeFormat) -> Option<&Merge> {
        self.merge.as_deref().filter(|merge| merge.format == format)
    }

    /// The services of a port, by transport protocol; none if no service uses it.
    #[must_use]
    pub fn at(&self, port: u16) -> &[Service] {
        let first = self.services.partition_point(|service| service.port < port);
        let end = self
            .services
            .partition_point(|service| service.port <= port);
        &self.services[first..end]
    }

    /// The records whose ports include this port, in source order: services, and reserved or unnamed ports.
    pub fn records_at(&self, port: u16) -> impl Iterator<Item = &Record> {
        let records = self.records.iter();
        records.filter(move |record| (record.ports.first()..=record.ports.last()).contains(&port))
    }
}

/// Refuses keys of which one stands there twice.
pub(crate) fn require_unique<'k>(keys: impl IntoIterator<Item = &'k str>) -> Result<(), String> {
    let mut known = HashSet::new();
    match keys.into_iter().find(|key| !known.insert(*key)) {
        Some(key) => Err(format!("it has {key} twice")),
        None => Ok(()),
    }
}

/// Where data is from, and under which licence; `None` for what is not known.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The title of the page or document.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The licence of its text, and so of what is made of it: an SPDX identifier.
    pub license: Option<String>,
    /// The revision of the page in its wiki.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

impl Attribution {
    /// The URL of the licence; `None` if it is not a Creative Commons licence.
    #[must_use]
    pub fn license_url(&self) -> Option<String> {
        let (kind, version) = self.license.as_deref()?.rsplit_once('-')?;
        let kind = match kind.strip_prefix("CC-") {
            Some(kind) => format!("licenses/{}", kind.to_lowercase()),
            None if kind == "CC0" => "publicdomain/zero".to_owned(),
            None => return None,
        };
        Some(format!("https://creativecommons.org/{kind}/{version}/"))
    }
}

/// An input file, by the path it was given as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The path as given, or `-`.
    pub path: Arc<str>,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// A row of a legend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusMeaning {
    /// The status in lower case, such as `yes`.
    pub status: String,
    /// What it means, as plain text.
    pub meaning: String,
    /// What the legend cites for it.
    pub citations: Vec<Arc<str>>,
}

/// A reference of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// What follows `#cite_note-` in the URL; the footnote's label where there is no such URL.
    /// Where one id names several targets, the later ones end in `.2`, `.3`, ….
    pub id: Arc<str>,
    /// Where it leads, or `None` for a footnote that is text with no link or several.
    pub url: Option<String>,
    /// What the footnote says, where it is more than a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One value for each transport protocol.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "serial::Fields<T>")]
pub struct PerProtocol<T>(pub [T; 4]);

impl<T> PerProtocol<T> {
    /// Each protocol with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Protocol, &T)> {
        Protocol::ALL.into_iter().zip(&self.0)
    }
}

impl<T> Index<Protocol> for PerProtocol<T> {
    type Output = T;

    fn index(&self, protocol: Protocol) -> &T {
        &self.0[protocol as usize]
    }
}

impl<T> IndexMut<Protocol> for PerProtocol<T> {
    fn index_mut(&mut self, protocol: Protocol) -> &mut T {
        &mut self.0[protocol as usize]
    }
}

/// What a port or range is used for, as a row of a port table says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Unique: the port or range (`9`, `71-74`), `#`, and its number among the records of exactly these ports,
    /// from 1.
    pub id: String,
    /// The port or range.
    #[serde(flatten)]
    pub ports: PortRange,
    /// Its names; `None` if it has none. A row that states no protocol has names, too, but no service.
    #[serde(flatten, with = "serial::naming")]
    pub naming: Option<Naming>,
    /// How each transport protocol uses it; `None` where the cell is blank and stays blank.
    #[serde(flatten)]
    pub assignments: PerProtocol<Option<Assignment>>,
    /// Plain text; may be empty.
    pub description: String,
    /// The links of the port cell, of the description and of extra columns, in order.
    pub links: Vec<Link>,
    /// The citations of the port cell, of the description and of extra columns, in order.
    pub citations: Vec<Arc<str>>,
    /// The editorial tags of the row, such as `jargon`, in order.
    pub tags: Vec<String>,
    /// Columns that have no field here: header and plain text, in column order, without blank cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "serial::pairs")]
    pub extra: Vec<(String, String)>,
    /// Where the row is in the input.
    #[serde(rename = "source")]
    pub origin: Origin,
}

/// The names of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// The service name. For a range it is the stem of `name-1`, `name-2`, ….
    pub name: ServiceName,
    /// Other names that people use.
    pub aliases: Vec<ServiceName>,
    /// Where the name came from.
    pub source: NameSource,
}

impl Naming {
    /// The name, then the aliases.
    pub fn names(&self) -> impl Iterator<Item = ServiceName> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

words! {
    /// Where a name came from, from the most to the least certain.
    #[non_exhaustive]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum NameSource {
        /// The curated names.
        Curated = "curated",
        /// The table's own column of service names.
        Stated = "stated",
        /// A registry: the one that was given, or IANA's names.
        Registry = "registry",
        /// Words of the row, or of the title above it, by rule.
        Derived = "derived",
    }
}

/// The status of a port for one transport protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// What the table says.
    #[serde(flatten)]
    pub status: Status,
    /// How portconv knows.
    pub basis: Basis,
    /// What the status cell cites.
    pub citations: Vec<Arc<str>>,
}

words! {
    /// How an assignment is known, from the most to the least certain.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Basis {
        /// The cell says it.
        Stated = "stated",
        /// The cell is blank, but part of the TCP cell: curated facts say so, or how the table writes blanks.
        Merged = "merged",
        /// The cell is blank and was filled by rule alone.
        Inferred = "inferred",
    }
}

/// A link that is neither a citation nor an editorial tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The text of the link.
    pub text: String,
    /// Where it leads: absolute wherever the source has a page for it.
    pub url: String,
    /// Whether it leads to a page that did not exist (a red link).
    pub missing: bool,
}

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The path of one of [`Dataset::sources`].
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Whether the row lost its port cell and was moved back.
    pub shifted: bool,
}

/// The service of one port and transport protocol: one line of a services file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// The port.
    pub port: u16,
    /// The highest port of a range that is too wide to be one service for each port; else the port itself.
    pub last_port: u16,
    /// The transport protocol.
    pub protocol: Protocol,
    /// The main name, which services(5) calls the official one.
    pub name: ServiceName,
    /// Other names, including those of other services on the same port and protocol.
    pub aliases: Vec<ServiceName>,
    /// Index into [`Dataset::records`] of the record that gave the name.
    #[serde(skip)]
    pub record: usize,
}

impl Service {
    /// The name, then the aliases.
    pub fn names(&self) -> impl Iterator<Item = ServiceName> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

/// Assignments that are in no service, by reason. A range counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Status `reserved`.
    pub reserved: usize,
    /// Status `no`.
    pub no: usize,
    /// Status `other`.
    pub other: usize,
    /// In use, but with a status that was not asked for.
    pub unwanted: usize,
    /// In use, but without a name.
    pub unnamed: usize,
    /// In use, on a range so wide that only its first port has a service.
    pub wide: usize,
}
