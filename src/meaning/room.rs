//! How much memory the records of an input may take.
//!
//! A few bytes can say a lot: a list of ports beside a long description says it of each port, and so does a cell
//! that reaches over many rows. Records have room in proportion to the text that they are made of. No real table
//! comes near the limit; what is beyond it is reported and left out.

use crate::dataset::{CitationIndex, Record};

use super::RecordRow;

/// The room for an input: so many times its bytes, and so many bytes more.
const ROOM: (usize, usize) = (24, 32 << 20);

/// What a record takes beside its own bytes until it has a name.
const NAMING: usize = 300;

/// What a text takes beside its characters.
const TEXT: usize = size_of::<String>() + 16;

/// How often a text is held: in its record, and in the database, its index and its file.
const COPIES: usize = 4;

/// What is left of the room for an input.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Room {
    /// The room for the records of a text.
    pub(super) fn of(text: &str) -> Self {
        let (times, more) = ROOM;
        Self(times * text.len() + more)
    }

    /// Whether there is none left.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    /// Takes so many bytes of it.
    pub(super) fn take(&mut self, bytes: usize) {
        self.0 = self.0.saturating_sub(bytes);
    }
}

/// About how many bytes a record takes.
pub(super) fn bytes_of(record: &Record) -> usize {
    let links = record.links.iter().flat_map(|link| [&link.text, &link.url]);
    let extra = record.extra.iter().flat_map(|(name, words)| [name, words]);
    let texts = links.chain(extra).chain(&record.tags);
    let texts = texts.chain([&record.description]);
    let texts: usize = texts.map(|text| TEXT + COPIES * text.len()).sum();
    let of_statuses = record.assignments.0.iter().flatten();
    let of_statuses = of_statuses.map(|assignment| assignment.citations.len());
    let citations = record.citations.len() + of_statuses.sum::<usize>();
    let own = size_of::<Record>() + size_of::<RecordRow>() + NAMING;
    own + texts + citations * size_of::<CitationIndex>()
}
