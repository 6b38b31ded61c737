//! The parts of the tree of `ports.json` whose shape is not that of a type here.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{
    Attribution, Citation, Dataset, NameSource, Naming, PerProtocol, Record, ServiceName,
    SourceFile, StatusMeaning, require_unique,
};

/// The version of the tree. It grows when a reader of the old tree would fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SchemaVersion;

impl SchemaVersion {
    pub(crate) const NUMBER: u32 = 2;
}

impl From<SchemaVersion> for u32 {
    fn from(_: SchemaVersion) -> Self {
        SchemaVersion::NUMBER
    }
}

impl TryFrom<u32> for SchemaVersion {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        if number == Self::NUMBER {
            Ok(Self)
        } else {
            let known = Self::NUMBER;
            Err(format!("the schema version is {number}, not {known}"))
        }
    }
}

/// What a dataset deserializes from.
#[derive(Deserialize)]
pub(super) struct Tree {
    schema_version: SchemaVersion,
    attribution: Option<Attribution>,
    sources: Vec<SourceFile>,
    statuses: Vec<StatusMeaning>,
    citations: Vec<Citation>,
    records: Vec<Record>,
}

impl TryFrom<Tree> for Dataset {
    type Error = String;

    fn try_from(tree: Tree) -> Result<Self, String> {
        let dataset = Self {
            schema_version: tree.schema_version,
            attribution: tree.attribution,
            sources: tree.sources,
            statuses: tree.statuses,
            citations: tree.citations,
            records: tree.records,
            ..Self::default()
        };
        dataset.read_back()
    }
}

/// A field for each protocol.
#[derive(Deserialize)]
pub(super) struct Fields<T> {
    tcp: T,
    udp: T,
    sctp: T,
    dccp: T,
}

impl<T> From<Fields<T>> for PerProtocol<T> {
    fn from(fields: Fields<T>) -> Self {
        Self([fields.tcp, fields.udp, fields.sctp, fields.dccp])
    }
}

impl<T: Serialize> Serialize for PerProtocol<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.iter()
                .map(|(protocol, value)| (protocol.name(), value)),
        )
    }
}

impl Serialize for ServiceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// `name`, `aliases` and `name_source`: null, empty and null without a name.
pub(super) mod naming {
    use super::{
        Deserialize, Deserializer, NameSource, Naming, Serialize, Serializer, ServiceName,
    };
    use serde::de::Error;

    #[derive(Serialize)]
    struct Names<'n> {
        name: Option<ServiceName>,
        aliases: &'n [ServiceName],
        name_source: Option<NameSource>,
    }

    #[derive(Deserialize)]
    struct OwnedNames {
        name: Option<ServiceName>,
        aliases: Vec<ServiceName>,
        name_source: Option<NameSource>,
    }

    #[expect(clippy::ref_option, reason = "serde calls it with the field")]
    pub(crate) fn serialize<S: Serializer>(
        naming: &Option<Naming>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let naming = naming.as_ref();
        let names = Names {
            name: naming.map(|naming| naming.name),
            aliases: naming.map_or(&[], |naming| &naming.aliases),
            name_source: naming.map(|naming| naming.source),
        };
        names.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Naming>, D::Error> {
        let names = OwnedNames::deserialize(deserializer)?;
        match (names.name, names.name_source) {
            (Some(name), Some(source)) => Ok(Some(Naming {
                name,
                aliases: names.aliases,
                source,
            })),
            (None, None) if names.aliases.is_empty() => Ok(None),
            _ => Err(D::Error::custom(
                "name, aliases and name_source contradict each other",
            )),
        }
    }
}

/// An object whose keys stay in order.
pub(crate) mod pairs {
    use serde::de::Error;

    use super::{Deserializer, MapAccess, Serializer, Visitor, fmt, require_unique};

    pub(crate) fn serialize<S: Serializer>(
        pairs: &[(String, String)],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
    }

    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of strings")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let pairs = std::iter::from_fn(|| map.next_entry().transpose());
            let pairs: Self::Value = pairs.collect::<Result<_, _>>()?;
            require_unique(pairs.iter().map(|(key, _)| key.as_str())).map_err(A::Error::custom)?;
            Ok(pairs)
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<(String, String)>, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}
