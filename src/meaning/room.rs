//! How much memory the records of an input may take.
//!
//! A few bytes can say a lot: a list of ports beside a long description says it of each port, and so does a cell
//! that reaches over many rows. Records have room in proportion to the text that they are made of. No real table
//! comes near the limit; what is beyond it is reported and left out.

use crate::dataset::{Assignment, Link, Record};

use super::RecordRow;

/// The room for an input: so many times its bytes, and so many bytes more.
const ROOM: (usize, usize) = (24, 32 << 20);

/// What a record takes beside its own bytes until it has a name.
const NAMING: usize = 300;

/// What the text of a citation's label or of a link takes beside its own bytes.
const ALLOCATION: usize = 16;

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
    let text = |text: &String| size_of::<String>() + ALLOCATION + text.len();
    let link = |link: &Link| size_of::<Link>() + 2 * ALLOCATION + link.text.len() + link.url.len();
    let own = size_of::<Record>() + size_of::<RecordRow>() + NAMING + record.description.len();
    let links: usize = record.links.iter().map(link).sum();
    let tags: usize = record.tags.iter().map(text).sum();
    let extra: usize = record
        .extra
        .iter()
        .map(|(name, words)| text(name) + text(words))
        .sum();
    let cited = |assignment: &Assignment| size_of_val(&*assignment.citations);
    let of_statuses: usize = record.assignments.0.iter().flatten().map(cited).sum();
    let citations = size_of_val(record.citations.as_slice()) + of_statuses;
    own + links + citations + tags + extra
}
