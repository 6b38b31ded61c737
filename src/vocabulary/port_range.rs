//! A port or a range of ports.

use std::fmt;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// A port or a range of ports, both ends inclusive, 0 to 65535.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct PortRange {
    first: u16,
    last: u16,
}

impl PortRange {
    /// A range, or `None` where `last` is below `first`.
    #[must_use]
    pub const fn new(first: u16, last: u16) -> Option<Self> {
        if first <= last {
            Some(Self { first, last })
        } else {
            None
        }
    }

    /// The lowest port.
    #[must_use]
    pub const fn first(self) -> u16 {
        self.first
    }

    /// The highest port, itself in the range.
    #[must_use]
    pub const fn last(self) -> u16 {
        self.last
    }

    /// Whether it is one port only.
    #[must_use]
    pub const fn is_single(self) -> bool {
        self.first == self.last
    }

    /// How many ports it holds, 1 to 65536.
    #[must_use]
    pub const fn size(self) -> usize {
        (self.last - self.first) as usize + 1
    }

    /// Where its ports stand among all.
    pub(crate) fn indices(self) -> RangeInclusive<usize> {
        self.first.into()..=self.last.into()
    }

    /// Each port, ascending.
    pub fn ports(self) -> impl Iterator<Item = u16> {
        self.first..=self.last
    }
}

/// A port alone.
impl From<u16> for PortRange {
    fn from(port: u16) -> Self {
        Self {
            first: port,
            last: port,
        }
    }
}

/// `22`, or `71-74` for several ports.
impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (first, last) if first == last => first.fmt(f),
            (first, last) => write!(f, "{first}-{last}"),
        }
    }
}

/// `first_port` and `last_port`.
#[derive(Serialize, Deserialize)]
struct Ends {
    first_port: u16,
    last_port: u16,
}

impl From<PortRange> for Ends {
    fn from(ports: PortRange) -> Self {
        Self {
            first_port: ports.first(),
            last_port: ports.last(),
        }
    }
}

impl TryFrom<Ends> for PortRange {
    type Error = String;

    fn try_from(ends: Ends) -> Result<Self, String> {
        let (first, last) = (ends.first_port, ends.last_port);
        Self::new(first, last)
            .ok_or_else(|| format!("the last port {last} is below the first port {first}"))
    }
}
