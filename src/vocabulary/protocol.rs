//! A transport protocol, and a set of them.

use std::ops::{BitAnd, BitOr, BitOrAssign, SubAssign};

use serde::Serialize;

words! {
    /// A transport protocol (RFC 6335 §6), in the order of the columns.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Protocol {
        /// RFC 9293.
        Tcp = "tcp",
        /// RFC 768.
        Udp = "udp",
        /// RFC 9260.
        Sctp = "sctp",
        /// RFC 4340.
        Dccp = "dccp",
    }
}

impl Protocol {
    /// The protocol with a name, in any letter case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }
}

/// A set of transport protocols. `&` is what two have in common, `|` both, `-=` takes away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Protocols(u8);

impl Protocols {
    /// No protocol.
    pub const NONE: Self = Self(0);

    /// Every protocol.
    pub const ALL: Self = Self((1 << Protocol::ALL.len()) - 1);

    /// TCP and UDP.
    pub const TCP_AND_UDP: Self = Self(1 << Protocol::Tcp as u8 | 1 << Protocol::Udp as u8);

    /// Whether a protocol is in the set.
    #[must_use]
    pub const fn contains(self, protocol: Protocol) -> bool {
        self.0 & (1 << protocol as u8) != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds a protocol.
    pub const fn insert(&mut self, protocol: Protocol) {
        self.0 |= 1 << protocol as u8;
    }

    /// The protocols of the set, in the order of [`Protocol::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Protocol> + Clone {
        let protocols = Protocol::ALL.into_iter();
        protocols.filter(move |&protocol| self.contains(protocol))
    }
}

impl From<Protocol> for Protocols {
    fn from(protocol: Protocol) -> Self {
        Self(1 << protocol as u8)
    }
}

impl FromIterator<Protocol> for Protocols {
    fn from_iter<I: IntoIterator<Item = Protocol>>(protocols: I) -> Self {
        let sets = protocols.into_iter().map(Self::from);
        sets.fold(Self::NONE, Self::bitor)
    }
}

impl BitAnd for Protocols {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Protocols {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Protocols {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl SubAssign for Protocols {
    fn sub_assign(&mut self, other: Self) {
        self.0 &= !other.0;
    }
}
