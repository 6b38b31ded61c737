//! A text put together from pieces of another, which knows where each of them stands there.

use crate::text::Span;

/// The text so far.
#[derive(Debug, Default)]
pub(super) struct Patched {
    pub(super) text: String,
    /// In order.
    pieces: Vec<Piece>,
}

/// A part of the text, up to the next one.
#[derive(Debug)]
struct Piece {
    start: usize,
    /// Where it stands in the other text.
    original: usize,
    /// It does not stand there: the place is where it was put in.
    is_put_in: bool,
}

impl Patched {
    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Adds a part of the other text.
    pub(super) fn copy(&mut self, text: &str, part: Span) {
        self.push(part.start, false);
        self.text.push_str(&text[part]);
    }

    /// Adds what does not stand at a place of the other text.
    pub(super) fn put_in(&mut self, new: &str, at: usize) {
        self.push(at, true);
        self.text.push_str(new);
    }

    fn push(&mut self, original: usize, is_put_in: bool) {
        self.pieces.push(Piece {
            start: self.text.len(),
            original,
            is_put_in,
        });
    }

    /// The place in the other text; without any pieces, the same.
    pub(super) fn original(&self, at: usize) -> usize {
        let pieces = self.pieces.partition_point(|piece| piece.start <= at);
        match pieces.checked_sub(1).map(|last| &self.pieces[last]) {
            None => at,
            Some(piece) if piece.is_put_in => piece.original,
            Some(piece) => piece.original + (at - piece.start),
        }
    }

    pub(super) fn original_span(&self, span: &Span) -> Span {
        self.original(span.start)..self.original(span.end)
    }
}
