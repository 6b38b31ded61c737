//! Text → what its words are known to mean: ports, protocols, statuses.
//!
//! Two stages ask. `table` finds by their values what columns say; `meaning` reads the cells. What the one takes
//! for a port, the other must read as a port.

mod listed_ports;
pub(crate) mod lists;
pub(crate) mod ports;
pub(crate) mod protocols;
pub(crate) mod statuses;
