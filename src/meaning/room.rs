//! How much memory the records of an input may take.
//!
//! A few bytes can say a lot: a list of ports beside a long description says it of each port, and so does a cell
//! that reaches over many rows. Records have room in proportion to the text that they are made of. No real table
//! comes near the limit; what is beyond it is reported and left out.

use crate::dataset::{CitationIndex, Record};

use super::RecordRow;

/// The room for an input: so many times its bytes, and so many bytes more.
const ROOM: (usize, usize) = (24, 32 << 20);

/// What a text takes beside its characters: its place and length, and the least that an allocator gives.
const TEXT: usize = size_of::<String>() + 32;

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
    let own = size_of::<Record>() + size_of::<RecordRow>();
    own + texts + citations * size_of::<CitationIndex>()
}

#[cfg(test)]
mod tests {
    use super::{Room, bytes_of};
    use crate::{BlankCells, Facts, Source, convert};

    #[test]
    fn a_table_of_all_ports_and_two_protocols_has_room() {
        let (head, row) = ("|Port|Protocol|Name|\n|-|-|-|\n", "|10000|tcp|abc|\n");
        let source = Source::decode("ports.md", format!("{head}{row}").as_str()).unwrap();
        let facts = Facts {
            blank_cells: BlankCells::Literal,
            ..Facts::builtin()
        };
        let record = &convert(&[source], &facts).dataset.records[0];
        let rows = 2 * 65_536;
        let room = Room::of(&row.repeat(rows));
        assert!(rows * bytes_of(record) < room.0);
    }
}
