//! The ports of a cell, each with its protocols and the words beside it.

use std::collections::HashMap;

use crate::limits::SMALL_PORT;
use crate::vocabulary::{PortRange, Protocols, lists, protocols};

/// The ports of a cell, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Each port or range, once for each service that the cell names for it.
    pub(crate) parts: Vec<Part>,
    /// What a reader may take in another way.
    pub(crate) doubts: Vec<Doubt>,
}

/// What in a cell may mean something else, or is no port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// A comma that may part thousands: `22,443`.
    Thousands,
    /// A colon between ports that may be a range, as in iptables: `30000:32767`.
    Colon,
    /// An `a` between ports, which parts a range in Spanish, and a list in Czech: `80 a 443`.
    And,
    /// A protocol in parentheses behind a list, which may be that of the last port only: `22, 80 (TCP)`.
    SharedProtocol,
    /// A number in the words beside a port that may be a port: `443 (or 8443)`.
    Number(String),
    /// Ports that a sentence names in passing.
    Sentence,
    /// A bound beside the ports that does not say where it ends: `>1023`.
    Bound(String),
}

/// One port or range of a cell.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Which ports.
    pub(crate) ports: PortRange,
    /// The protocols that the cell names for them.
    pub(crate) protocols: Protocols,
    /// Whether the cell leaves open where they end.
    pub(crate) is_open: bool,
    /// The words beside it that may say what the service is.
    pub(crate) remark: String,
    /// The words beside it that say something else: `only`, `optional`, the host in front.
    pub(crate) aside: String,
    /// The ports inside that a mapping leads to.
    pub(crate) inside: Option<PortRange>,
    /// The column of the cell, where the row has one of its own.
    pub(crate) column: Option<usize>,
}

impl Part {
    /// Whether only ports are such numbers, as a rule: of four digits or five.
    pub(crate) fn is_large(&self) -> bool {
        self.ports.last() > SMALL_PORT
    }

    /// Whether the cell names a protocol for it.
    pub(crate) fn has_protocol(&self) -> bool {
        !self.protocols.is_empty()
    }

    /// Adds words beside it, and the protocols that they name.
    pub(crate) fn add_words(&mut self, words: &str) {
        let words = words.trim();
        let named = protocols::named_by(words);
        if let Some(named) = named {
            self.protocols |= named.protocols;
        }
        if named.is_none_or(|named| named.has_more) {
            let beside = if is_aside(words) {
                &mut self.aside
            } else {
                &mut self.remark
            };
            join(beside, words);
        }
    }
}

impl From<PortRange> for Part {
    fn from(ports: PortRange) -> Self {
        Self {
            ports,
            ..Self::default()
        }
    }
}

/// The parts, those of one service and the same ports as one: `53/tcp, 53/udp`.
pub(crate) fn merged(parts: impl Iterator<Item = Part>) -> Vec<Part> {
    let mut places = HashMap::new();
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let key = (part.ports, part.remark.clone(), part.inside);
        let place = *places.entry(key).or_insert(merged.len());
        match merged.get_mut(place) {
            None => merged.push(part),
            Some(known) => {
                known.protocols |= part.protocols;
                known.is_open |= part.is_open;
                if known.aside != part.aside {
                    join(&mut known.aside, &part.aside);
                }
            }
        }
    }
    merged
}

/// Whether words beside a port say something that no service is called.
fn is_aside(words: &str) -> bool {
    let mut words = words.split(|c: char| !c.is_alphanumeric());
    words.all(|word| word.is_empty() || lists::is_in("aside", word))
}

/// Adds words to others, with a blank between.
pub(super) fn join(text: &mut String, words: &str) {
    let words = words.trim();
    if !text.is_empty() && !words.is_empty() {
        text.push(' ');
    }
    text.push_str(words);
}
