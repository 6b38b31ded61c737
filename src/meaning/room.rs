//! How much memory the records may take.
//!
//! A few bytes can say a lot: a list of ports beside a long description says it of each port, and so does a cell
//! that reaches over many rows. Records have room in proportion to the text that they are made of. To be
//! beyond it, a table has to repeat long cells hundreds of times; what is beyond is reported and left out.

use crate::dataset::{Record, Status};

use super::Draft;

/// The room: so many times the bytes of the inputs, and so many bytes more.
const ROOM: (usize, usize) = (28, 32 << 20);

/// What a text takes beside its characters: its place and length, the least that an allocator gives, and what the
/// database needs for its row.
const TEXT: usize = size_of::<String>() + 32 + 16;

/// How often a text is held: in its record, and in the database, its index and its file.
const COPIES: usize = 4;

/// What is left of the room.
#[derive(Debug)]
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Self {
        Self(ROOM.1)
    }
}

impl Room {
    /// Adds the room for the records of one more text.
    pub(super) fn give(&mut self, text: &str) {
        self.0 += ROOM.0 * text.len();
    }

    /// Whether there is none left.
    pub(super) fn is_spent(&self) -> bool {
        self.0 == 0
    }

    /// Takes so many bytes of it. Returns whether it had them.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let had = self.0 >= bytes;
        self.0 = self.0.saturating_sub(bytes);
        had
    }
}

/// About how many bytes a record takes. Files hold the ids of its citations.
pub(super) fn bytes_of(record: &Record) -> usize {
    let assignments = || record.assignments.0.iter().flatten();
    let statuses = assignments().filter_map(|assignment| match &assignment.status {
        Status::Other(text) => Some(text),
        _ => None,
    });
    let links = record.links.iter().flat_map(|link| [&link.text, &link.url]);
    let extra = record.extra.iter().flat_map(|(name, words)| [name, words]);
    let texts = links.chain(extra).chain(statuses).chain(&record.tags);
    let texts = texts.chain([&record.description]).map(String::as_str);
    let cited = assignments().flat_map(|assignment| &assignment.citations);
    let ids = cited.chain(&record.citations).map(AsRef::as_ref);
    let texts = texts.chain(ids).map(|text| TEXT + COPIES * text.len());
    size_of::<Draft>() + texts.sum::<usize>()
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
        let record = &convert(&[source], &facts.into()).dataset.records[0];
        let rows = 2 * 65_536;
        let mut room = Room::default();
        room.give(&row.repeat(rows));
        assert!(rows * bytes_of(record) < room.0);
    }
}
