//! Text → what its words are known to mean: ports, protocols, statuses, and the types of these.
//!
//! `table` finds by their values what columns say; `meaning` reads the cells. What the one takes for a port, the other
//! must read as a port.

mod listed_ports;
pub(crate) mod lists;
mod port_range;
pub(crate) mod port_text;
pub(crate) mod ports;
mod protocol;
pub(crate) mod protocols;
mod status;
pub(crate) mod statuses;

pub use port_range::PortRange;
pub use protocol::{Protocol, Protocols};
pub use status::Status;
