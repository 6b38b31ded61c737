//! Ports that take a bounded number of things each.
//!
//! The page has nine rows on one port. Where thousands of rows or registrations reach over all ports, only the
//! first of each port count.

use super::PortRange;
use crate::limits::NAMES_OF_A_PORT;

/// How many things each port has taken.
#[derive(Debug)]
pub(crate) struct Crowd(Vec<u8>);

impl Default for Crowd {
    fn default() -> Self {
        Self(vec![0; 1 << 16])
    }
}

impl Crowd {
    /// The ports of a range that take one more.
    pub(crate) fn add(&mut self, ports: PortRange) -> Vec<u16> {
        let takes = |port: &u16| {
            let taken = &mut self.0[usize::from(*port)];
            let is_open = *taken < NAMES_OF_A_PORT;
            *taken += u8::from(is_open);
            is_open
        };
        ports.ports().filter(takes).collect()
    }
}
