//! The lines of a text in columns.

use std::cell::OnceCell;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::super::trimmed;
use crate::text::Span;

/// A line, in columns: wide characters take two, marks that join take none.
#[derive(Debug)]
pub(in crate::read) struct Line<'t> {
    pub(in crate::read) text: &'t str,
    pub(in crate::read) start: usize,
    /// Where the character in each column starts; `None` if all are of one byte. Few lines are asked for it.
    columns: OnceCell<Option<Vec<usize>>>,
}

/// The lines of a text.
pub(in crate::read) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        start += line.len();
        Line {
            text: line.trim_end(),
            start: start - line.len(),
            columns: OnceCell::new(),
        }
    });
    lines.collect()
}

impl<'t> Line<'t> {
    fn columns(&self) -> Option<&Vec<usize>> {
        let columns = self.columns.get_or_init(|| {
            let characters = self.text.char_indices();
            let columns =
                characters.flat_map(|(at, c)| std::iter::repeat_n(at, c.width().unwrap_or(0)));
            (!self.text.is_ascii()).then(|| columns.collect())
        });
        columns.as_ref()
    }

    pub(in crate::read) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// How many blanks stand in front.
    pub(in crate::read) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// How many columns it takes.
    pub(in crate::read) fn width(&self) -> usize {
        self.columns().map_or(self.text.len(), Vec::len)
    }

    /// The byte in a column.
    pub(in crate::read) fn byte(&self, column: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at(column)).copied()
    }

    /// What stands in some columns, as a span of the whole text.
    pub(in crate::read) fn span(&self, columns: Range<usize>) -> Span {
        let (from, to) = (self.at(columns.start), self.at(columns.end));
        self.start + from..self.start + to.max(from)
    }

    pub(in crate::read) fn slice(&self, columns: Range<usize>) -> &'t str {
        let span = self.span(columns);
        &self.text[span.start - self.start..span.end - self.start]
    }

    /// A span without white space at its ends.
    pub(in crate::read) fn trim(&self, span: Span) -> Span {
        let trimmed = trimmed(self.text, span.start - self.start..span.end - self.start);
        self.start + trimmed.start..self.start + trimmed.end
    }

    /// All of it.
    pub(in crate::read) fn whole(&self) -> Span {
        self.start..self.start + self.text.len()
    }

    fn at(&self, column: usize) -> usize {
        let at = self
            .columns()
            .map_or(Some(column), |columns| columns.get(column).copied());
        at.map_or(self.text.len(), |at| at.min(self.text.len()))
    }
}
