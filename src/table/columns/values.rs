//! What stands in a column.

use std::collections::HashSet;

use crate::dataset::ServiceName;
use crate::vocabulary::statuses::{self, Stated};
use crate::vocabulary::{ports, transports};

/// How many cells of a column can be read as what.
#[derive(Debug)]
pub(super) struct Values {
    /// Which column, from 0.
    pub(super) column: usize,
    /// Cells that are not blank, nor a sign for nothing.
    filled: usize,
    /// Port cells.
    pub(super) ports: usize,
    /// Port cells that name a transport, too.
    ports_with_transport: usize,
    /// Port cells that say nothing else.
    bare_ports: usize,
    /// Whether all numbers so far count rows: 1, 2, 3.
    is_count: bool,
    /// Names of transports and nothing else.
    pub(super) transports: usize,
    /// Names of transports, also beside other words.
    pub(super) some_transport: usize,
    /// Statuses and marks.
    pub(super) statuses: usize,
    /// Official or unofficial.
    pub(super) officials: usize,
    /// Service names.
    names: usize,
    /// Cells with a letter.
    words: usize,
    /// All bytes.
    bytes: usize,
    /// Each text once.
    texts: HashSet<String>,
}

impl Values {
    pub(super) fn new(column: usize) -> Self {
        Self {
            column,
            filled: 0,
            ports: 0,
            ports_with_transport: 0,
            bare_ports: 0,
            is_count: true,
            transports: 0,
            some_transport: 0,
            statuses: 0,
            officials: 0,
            names: 0,
            words: 0,
            bytes: 0,
            texts: HashSet::new(),
        }
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, text: &str) {
        let stated = statuses::stated_by(text);
        if stated == Stated::Nothing {
            return;
        }
        self.filled += 1;
        self.statuses += usize::from(stated != Stated::Other);
        self.officials += usize::from(statuses::is_official(text).is_some());
        self.add_ports(text);
        if let Some(transports) = transports::named_by(text) {
            self.some_transport += 1;
            self.transports += usize::from(!transports.has_more);
        }
        self.names += usize::from(ServiceName::new(&text.to_lowercase()).is_some());
        self.words += usize::from(text.contains(char::is_alphabetic));
        self.bytes += text.len();
        if !self.texts.contains(text) {
            self.texts.insert(text.to_owned());
        }
    }

    fn add_ports(&mut self, text: &str) {
        let Some(ports) = ports::named_by(text) else {
            return;
        };
        self.ports += 1;
        self.bare_ports += usize::from(ports.parts.iter().all(|part| part.remark.is_empty()));
        let has_transport = ports.parts.iter().any(ports::Part::has_transport);
        self.ports_with_transport += usize::from(has_transport);
        self.is_count &= text.parse() == Ok(self.ports);
    }

    /// Whether nearly all cells are such: four of five.
    pub(super) fn are_nearly_all(&self, such: usize) -> bool {
        such > 0 && such * 5 >= self.filled * 4
    }

    /// Whether at least half of the cells are such.
    pub(super) fn is_half(&self, such: usize) -> bool {
        such > 0 && such * 2 >= self.filled
    }

    /// Whether a column without a header of ours can hold ports: many different numbers that do not count rows.
    pub(super) fn can_be_ports(&self) -> bool {
        let is_count = self.is_count && self.ports > 1;
        self.are_nearly_all(self.bare_ports) && !is_count && self.distinct() * 2 >= self.filled
    }

    /// Whether nearly all cells name ports and their transports.
    pub(super) fn are_ports_with_transport(&self) -> bool {
        self.are_nearly_all(self.ports_with_transport)
    }

    /// Whether nearly all cells are service names.
    pub(super) fn are_names(&self) -> bool {
        self.are_nearly_all(self.names)
    }

    /// Whether most cells have words.
    pub(super) fn has_words(&self) -> bool {
        self.is_half(self.words)
    }

    /// Whether most cells have words that are more than yes and no.
    pub(super) fn are_words(&self) -> bool {
        self.has_words() && !self.are_nearly_all(self.statuses)
    }

    /// How many different texts there are.
    pub(super) fn distinct(&self) -> usize {
        self.texts.len()
    }

    /// The bytes of a cell, on average.
    pub(super) fn length(&self) -> usize {
        self.bytes / self.filled.max(1)
    }
}

/// In how many rows the columns of protocols hold the same ports.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Rows with a port in more than one of them.
    several: usize,
    /// Those where one port stands twice.
    same: usize,
}

impl Shared {
    /// Adds the cells of a row.
    pub(super) fn add<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        let (mut ports, mut cells_of_ports, mut is_same) = (HashSet::new(), 0, false);
        for parts in cells.filter_map(ports::named_by) {
            cells_of_ports += 1;
            for part in parts.parts {
                let range = part.ports;
                is_same |= [range.first(), range.last()]
                    .iter()
                    .any(|port| ports.contains(port));
                ports.extend([range.first(), range.last()]);
            }
        }
        self.several += usize::from(cells_of_ports > 1);
        self.same += usize::from(cells_of_ports > 1 && is_same);
    }

    /// Whether the numbers are likely to be ports: a service has as a rule the same in TCP and UDP.
    pub(super) fn is_likely(&self) -> bool {
        self.same * 2 >= self.several
    }
}
