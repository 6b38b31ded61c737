//! The status of a port for a protocol.

use serde::{Deserialize, Serialize};

/// What a status cell says. The legend has the meanings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "status", content = "text")]
pub enum Status {
    /// Assigned by IANA and in use.
    Yes,
    /// Not assigned by IANA, but in use.
    Unofficial,
    /// Assigned by IANA, but not in use.
    Assigned,
    /// Neither assigned nor in use.
    No,
    /// Kept free by IANA.
    Reserved,
    /// The text of a cell that is not a known status.
    Other(String),
}

impl Status {
    /// The statuses that a table can state, in the order of the legend.
    pub const KNOWN: [Self; 5] = [
        Self::Yes,
        Self::Unofficial,
        Self::Assigned,
        Self::No,
        Self::Reserved,
    ];

    /// Those of ports that a service uses.
    pub const IN_USE: [Self; 3] = [Self::Yes, Self::Unofficial, Self::Assigned];

    /// Every word that [`name`](Self::name) gives.
    pub const NAMES: [&'static str; 6] =
        ["yes", "unofficial", "assigned", "no", "reserved", "other"];

    /// The word that the outputs use.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Unofficial => "unofficial",
            Self::Assigned => "assigned",
            Self::No => "no",
            Self::Reserved => "reserved",
            Self::Other(_) => "other",
        }
    }

    /// Whether a service uses the port: yes, assigned or unofficial.
    #[must_use]
    pub const fn is_in_use(&self) -> bool {
        matches!(self, Self::Yes | Self::Assigned | Self::Unofficial)
    }

    /// Whether IANA assigned the port to the service: yes or assigned.
    #[must_use]
    pub const fn is_official(&self) -> bool {
        matches!(self, Self::Yes | Self::Assigned)
    }
}
