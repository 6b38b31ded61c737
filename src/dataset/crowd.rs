//! Ports that take a bounded number of things each.
//!
//! The page has nine rows on one port. Where thousands of rows or registrations reach over all ports, only the
//! first of each port count, and the ports that are full cost nothing more.

use std::collections::BTreeSet;

use super::PortRange;
use crate::limits;

/// The ports that can take more.
#[derive(Debug)]
pub(crate) struct Crowd {
    open: BTreeSet<u16>,
    taken: Vec<u8>,
}

impl Crowd {
    /// The ports up to this one, which take anything yet.
    pub(crate) fn up_to(last: u16) -> Self {
        Self {
            open: (0..=last).collect(),
            taken: vec![0; usize::from(last) + 1],
        }
    }

    /// The ports of a range that take one more.
    pub(crate) fn add(&mut self, ports: PortRange) -> Vec<u16> {
        let taking: Vec<_> = self
            .open
            .range(ports.first()..=ports.last())
            .copied()
            .collect();
        for &port in &taking {
            let taken = &mut self.taken[usize::from(port)];
            *taken += 1;
            if *taken == limits::NAMES_OF_A_PORT {
                self.open.remove(&port);
            }
        }
        taking
    }
}
