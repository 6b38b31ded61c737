//! A text with long tables → its skeleton, and the rest of their rows in pieces.
//!
//! pulldown-cmark keeps a tree of all that it is given, of up to 74 times its size. Most of a long text is tables, and
//! most of their rows can be left out of it. A line that begins with a pipe, a letter or a digit and is no list item
//! begins no block of its own, so behind a row of a table it is one more row (GFM §4.10), and behind that the parser
//! is in the same table as before. A *hole* is where such lines were left out; the *skeleton* is the rest of the
//! text. If the line above every hole turns out to be a row, every block of the skeleton is what it is in the text.
//! If not, say in a fence or a comment, the text is parsed whole.
//!
//! Two things could reach across the edge of a hole, and are kept from it:
//! - The title of a link reference definition may have several lines, but no blank one. So a blank line stands above
//!   the lines of which a hole is made.
//! - A label means what is defined anywhere in the text. So each piece is parsed above all definitions, and below
//!   a header as wide as that of its table.
//!
//! pulldown-cmark pads short rows with cells, and cuts a table behind 262,144 of them. No piece can have so many:
//! it has at most 16,385 rows, each of two bytes or more, of at most [`MOST_COLUMNS`] cells.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec;

use pulldown_cmark::{Event, Tag};

use super::events::Excerpt;
use crate::text::Span;

/// When a text is read in pieces.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The length of a piece, but for the end of its last line.
    pub(super) piece: usize,
    /// The skeleton is parsed twice, so it may be no more than one part in so many of the text.
    pub(super) skeleton: usize,
}

/// The columns of the widest table that is read in pieces.
const MOST_COLUMNS: usize = 16;

impl Limits {
    pub(super) const USUAL: Self = Self {
        piece: 32 << 10,
        skeleton: 4,
    };
}

/// The rows that a skeleton lacks.
pub(super) struct Pieces<'a> {
    text: &'a str,
    /// Those still to come.
    places: Peekable<vec::IntoIter<Span>>,
    /// What the labels in the rows refer to.
    definitions: String,
}

impl<'a> Pieces<'a> {
    /// The skeleton of a part of a text, and the pieces. Nothing if it must be parsed whole.
    pub(super) fn of(text: &'a str, part: Span, limits: Limits) -> Option<(Excerpt<'a>, Self)> {
        let holes = holes(text, part.clone(), limits.piece);
        let left_out: usize = holes.iter().map(Span::len).sum();
        if holes.is_empty() || part.len() - left_out > part.len() / limits.skeleton {
            return None;
        }
        let skeleton = around(&holes, text, part);
        let definitions = definitions(&skeleton, &holes)?;
        if definitions.len() > Limits::USUAL.piece {
            return None;
        }
        let places = holes
            .into_iter()
            .flat_map(|hole| places(text, hole, limits.piece));
        let pieces = Self {
            text,
            places: places.collect::<Vec<_>>().into_iter().peekable(),
            definitions,
        };
        Some((skeleton, pieces))
    }

    /// The next piece in a part of a table, below a header of so many columns. Pieces above it stand in a table that
    /// was passed over.
    pub(super) fn next_in(&mut self, part: &Span, columns: usize) -> Option<Excerpt<'a>> {
        while self
            .places
            .next_if(|piece| piece.start < part.start)
            .is_some()
        {}
        let piece = self.places.next_if(|piece| piece.end <= part.end)?;
        let (header, delimiters) = ("|x".repeat(columns), "|-".repeat(columns));
        let mut table = Excerpt::new(self.text, format!("{header}|\n{delimiters}|\n"));
        table.text.reserve(piece.len() + 1 + self.definitions.len());
        table.push(piece);
        table.text.push('\n');
        table.text.push_str(&self.definitions);
        Some(table)
    }
}

/// The lines that may be left out of a part of a text.
fn holes(text: &str, part: Span, size: usize) -> Vec<Span> {
    let (mut holes, mut start, mut run) = (Vec::new(), part.start, Some(part.start));
    for line in text[part].split_inclusive('\n') {
        let end = start + line.len();
        if !is_row(line) {
            holes.extend(run.and_then(|run| hole(text, run..start, size)));
            run = matches!(line, "\n" | "\r\n").then_some(end);
        }
        start = end;
    }
    holes.extend(run.and_then(|run| hole(text, run..start, size)));
    holes
}

/// Whether a line is a row wherever one stands above it. A pipe alone would end the table.
fn is_row(line: &str) -> bool {
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let begins_like_a_row = match line.strip_prefix('|') {
        Some(cells) => !cells.trim_start().is_empty(),
        None => line.starts_with(char::is_alphanumeric) && !is_list_item(line),
    };
    begins_like_a_row && !line.contains('\r')
}

fn is_list_item(line: &str) -> bool {
    line.trim_start_matches(|c: char| c.is_ascii_digit())
        .starts_with(['.', ')'])
}

/// A run of such lines without the first three, which show whether it is a table (header, delimiter row, row), and
/// without the last, so that the table does not end in the hole.
fn hole(text: &str, run: Span, size: usize) -> Option<Span> {
    let lines = &text[run.clone()];
    if lines.len() <= size {
        return None;
    }
    let first: usize = lines.split_inclusive('\n').take(3).map(str::len).sum();
    let last = lines.strip_suffix('\n').unwrap_or(lines).rfind('\n')? + 1;
    (first < last).then(|| run.start + first..run.start + last)
}

/// A hole in stretches of whole lines.
fn places(text: &str, hole: Span, size: usize) -> impl Iterator<Item = Span> {
    let mut start = hole.start;
    std::iter::from_fn(move || {
        let least = start + size - 1;
        let rest = text.as_bytes().get(least..hole.end).unwrap_or_default();
        let end = match rest.iter().position(|&byte| byte == b'\n') {
            Some(length) => least + length + 1,
            None => hole.end,
        };
        let piece = std::mem::replace(&mut start, end)..end;
        (!piece.is_empty()).then_some(piece)
    })
}

fn around<'a>(holes: &[Span], text: &'a str, part: Span) -> Excerpt<'a> {
    let starts = std::iter::once(part.start).chain(holes.iter().map(|hole| hole.end));
    let ends = holes.iter().map(|hole| hole.start).chain([part.end]);
    let mut skeleton = Excerpt::new(text, String::new());
    for (start, end) in starts.zip(ends) {
        skeleton.push(start..end);
    }
    skeleton
}

/// A definition of every label that the skeleton defines: of links as written, of footnotes without their text.
/// Nothing if a definition of a link has several lines, or the line above a hole is no row of a table, or of one too
/// wide.
fn definitions(skeleton: &Excerpt<'_>, holes: &[Span]) -> Option<String> {
    let events = skeleton.events();
    let mut definitions = String::new();
    for link in events.links() {
        let link = &skeleton.text[link];
        definitions.extend([link, "\n"]);
        if link.contains(['\n', '\r']) {
            return None;
        }
    }
    let (mut holes, mut columns, mut labels) = (holes.iter().peekable(), 0, BTreeSet::new());
    for (event, span) in events {
        match event {
            Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
            Event::Start(Tag::TableRow) if !span.is_empty() && columns <= MOST_COLUMNS => {
                holes.next_if(|hole| hole.start == span.end);
            }
            Event::Start(Tag::FootnoteDefinition(label)) => {
                labels.insert(label.into_string());
            }
            _ => {}
        }
    }
    definitions.extend(labels.iter().flat_map(|label| ["[^", label, "]:\n"]));
    holes.next().is_none().then_some(definitions)
}
