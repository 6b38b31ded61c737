//! The parts of the tree of `ports.json` whose shape is not that of a type here.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{Dataset, NameSource, Naming, PerProtocol, ServiceName, require_unique};

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
            Err(format!(
                "schema version {number} is not supported (expected {known})"
            ))
        }
    }
}

impl Serialize for Dataset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Dataset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)?
            .read_back()
            .map_err(D::Error::custom)
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
        serializer.collect_map(self.iter())
    }
}

impl Serialize for ServiceName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// `name`, `aliases` and `name_source`: null, empty and null without a name.
pub(super) mod naming {
    use std::borrow::Cow;

    use super::{
        Deserialize, Deserializer, Error, NameSource, Naming, Serialize, Serializer, ServiceName,
    };

    #[derive(Default, Serialize, Deserialize)]
    struct Names<'n> {
        name: Option<ServiceName>,
        aliases: Cow<'n, [ServiceName]>,
        name_source: Option<NameSource>,
    }

    #[expect(clippy::ref_option, reason = "serde calls it with the field")]
    pub(crate) fn serialize<S: Serializer>(
        naming: &Option<Naming>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let names = naming.as_ref().map(|naming| Names {
            name: Some(naming.name),
            aliases: Cow::Borrowed(&naming.aliases),
            name_source: Some(naming.source),
        });
        names.unwrap_or_default().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Naming>, D::Error> {
        let names = Names::deserialize(deserializer)?;
        match (names.name, names.name_source) {
            (Some(name), Some(source)) => Ok(Some(Naming {
                name,
                aliases: names.aliases.into_owned(),
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
    use super::{Deserializer, Error, MapAccess, Serializer, Visitor, fmt, require_unique};

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
