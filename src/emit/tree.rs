//! The documented shape of `ports.json` and `ports.yaml`.
//!
//! It is a type of its own, so that renaming a field of [`Record`] renames none for users. Absent are
//! only `text` (words that are no status, a footnote that is no URL) and `extra`, where there is none.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::schema;
use crate::dataset::ServiceName;
use crate::dataset::{
    Assignment, Attribution, Citation, CitationIndex, Dataset, Link, Naming, Origin, PerProtocol,
    Record, SourceFile, Status, StatusMeaning,
};

/// The version of this shape. It grows when a reader of the old shape would fail.
pub(super) const SCHEMA_VERSION: u32 = 2;

#[derive(Serialize)]
pub(super) struct Tree<'d> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    schema_version: u32,
    attribution: Option<AttributionTree<'d>>,
    sources: Vec<SourceTree<'d>>,
    statuses: Vec<StatusTree<'d>>,
    citations: Vec<CitationTree<'d>>,
    records: Records<'d>,
}

#[derive(Serialize)]
struct AttributionTree<'d> {
    title: Option<&'d str>,
    url: Option<&'d str>,
    license: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
}

#[derive(Serialize)]
struct SourceTree<'d> {
    path: &'d str,
    sha256: &'d str,
}

#[derive(Serialize)]
struct StatusTree<'d> {
    status: &'d str,
    meaning: &'d str,
    citations: Ids<'d>,
}

#[derive(Serialize)]
struct CitationTree<'d> {
    id: &'d str,
    url: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'d str>,
}

#[derive(Serialize)]
pub(super) struct RecordTree<'d> {
    id: &'d str,
    first_port: u16,
    last_port: u16,
    name: Option<&'d str>,
    aliases: Aliases<'d>,
    name_source: Option<&'static str>,
    tcp: Option<AssignmentTree<'d>>,
    udp: Option<AssignmentTree<'d>>,
    sctp: Option<AssignmentTree<'d>>,
    dccp: Option<AssignmentTree<'d>>,
    description: &'d str,
    links: Links<'d>,
    citations: Ids<'d>,
    tags: &'d [String],
    #[serde(skip_serializing_if = "Extra::is_empty")]
    extra: Extra<'d>,
    source: OriginTree<'d>,
}

#[derive(Serialize)]
struct AssignmentTree<'d> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'d str>,
    basis: &'static str,
    citations: Ids<'d>,
}

#[derive(Serialize)]
struct LinkTree<'d> {
    text: &'d str,
    url: &'d str,
    missing: bool,
}

#[derive(Serialize)]
struct OriginTree<'d> {
    path: &'d str,
    line: usize,
    shifted: bool,
}

impl<'d> Tree<'d> {
    pub(super) fn new(dataset: &'d Dataset) -> Self {
        let attribution = |Attribution {
                               title,
                               url,
                               license,
                               revision,
                           }: &'d Attribution| AttributionTree {
            title: title.as_deref(),
            url: url.as_deref(),
            license: license.as_deref(),
            revision: *revision,
        };
        let source = |SourceFile { path, sha256 }: &'d SourceFile| SourceTree { path, sha256 };
        let status = |StatusMeaning {
                          status,
                          meaning,
                          citations,
                      }: &'d StatusMeaning| {
            StatusTree {
                status,
                meaning,
                citations: Ids(dataset, citations),
            }
        };
        let citation = |Citation { id, url, text }: &'d Citation| CitationTree {
            id,
            url: url.as_deref(),
            text: text.as_deref(),
        };
        Self {
            schema: schema::PATH,
            schema_version: SCHEMA_VERSION,
            attribution: dataset.attribution.as_ref().map(attribution),
            sources: dataset.sources.iter().map(source).collect(),
            statuses: dataset.statuses.iter().map(status).collect(),
            citations: dataset.citations.iter().map(citation).collect(),
            records: Records(dataset),
        }
    }
}

/// The tree of `ports.json`.
impl Serialize for Dataset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Tree::new(self).serialize(serializer)
    }
}

/// The records, each made when it is written.
struct Records<'d>(&'d Dataset);

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(dataset) = self;
        serializer.collect_seq(
            dataset
                .records
                .iter()
                .map(|record| RecordTree::new(dataset, record)),
        )
    }
}

impl<'d> RecordTree<'d> {
    pub(super) fn new(dataset: &'d Dataset, record: &'d Record) -> Self {
        let Record {
            id,
            ports,
            naming,
            assignments: PerProtocol([tcp, udp, sctp, dccp]),
            description,
            links,
            citations,
            tags,
            extra,
            origin:
                Origin {
                    source,
                    line,
                    shifted,
                },
        } = record;
        let (name, aliases, name_source) = match naming {
            Some(Naming {
                name,
                aliases,
                source,
            }) => (Some(name.as_str()), aliases.as_slice(), Some(source.name())),
            None => (None, &[][..], None),
        };
        let assignment =
            |a: &'d Option<Assignment>| a.as_ref().map(|a| AssignmentTree::new(dataset, a));
        Self {
            id,
            first_port: ports.first(),
            last_port: ports.last(),
            name,
            aliases: Aliases(aliases),
            name_source,
            tcp: assignment(tcp),
            udp: assignment(udp),
            sctp: assignment(sctp),
            dccp: assignment(dccp),
            description,
            links: Links(links),
            citations: Ids(dataset, citations),
            tags,
            extra: Extra(extra),
            source: OriginTree {
                path: &dataset.sources[*source].path,
                line: *line,
                shifted: *shifted,
            },
        }
    }
}

impl<'d> AssignmentTree<'d> {
    fn new(dataset: &'d Dataset, assignment: &'d Assignment) -> Self {
        let Assignment {
            status,
            basis,
            citations,
        } = assignment;
        let text = match status {
            Status::Other(text) => Some(text.as_str()),
            Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => {
                None
            }
        };
        Self {
            status: status.name(),
            text,
            basis: basis.name(),
            citations: Ids(dataset, citations),
        }
    }
}

/// Header → text, in column order.
struct Extra<'d>(&'d [(String, String)]);

impl Extra<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Extra<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (header, text) in self.0 {
            map.serialize_entry(header, text)?;
        }
        map.end()
    }
}

struct Ids<'d>(&'d Dataset, &'d [CitationIndex]);

impl Serialize for Ids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(dataset, citations) = self;
        let id = |&citation| &dataset.citation(citation).id;
        serializer.collect_seq(citations.iter().map(id))
    }
}

struct Aliases<'d>(&'d [ServiceName]);

impl Serialize for Aliases<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ServiceName::as_str))
    }
}

struct Links<'d>(&'d [Link]);

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(LinkTree::new))
    }
}

impl<'d> LinkTree<'d> {
    fn new(link: &'d Link) -> Self {
        let Link { text, url, missing } = link;
        Self {
            text,
            url,
            missing: *missing,
        }
    }
}
