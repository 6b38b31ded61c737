//! A line of markdown → the form of the row that it is, and what else a line can be.

use memchr::{memchr, memchr_iter};

/// How the rows of a table are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) pipes: usize,
    /// They start with a pipe.
    pub(super) starts: bool,
    /// They end with a pipe.
    pub(super) ends: bool,
}

impl Form {
    /// The form of a row; `None` for a line without pipes.
    pub(super) fn new(words: &str) -> Option<Self> {
        let bytes = words.as_bytes();
        let is_border = |&at: &usize| {
            let escapes = bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\');
            escapes.count() % 2 == 0
        };
        let mut borders = memchr_iter(b'|', bytes).filter(is_border);
        let first = borders.next()?;
        let (count, last) = borders.fold((1, first), |(count, _), at| (count + 1, at));
        Some(Self {
            pipes: count,
            starts: first == 0,
            ends: last + 1 == bytes.len() && last > 0,
        })
    }

    pub(super) fn cells(self) -> usize {
        (self.pipes + 1).saturating_sub(usize::from(self.starts) + usize::from(self.ends))
    }

    /// Tells whether a row is one of a table of this form. Where no pipes stand around the rows of a table, they may
    /// stand around blank cells.
    pub(super) fn fits(self, row: Self) -> bool {
        row.pipes == self.pipes && (row.starts || !self.starts) && (row.ends || !self.ends)
    }

    pub(super) fn rule(self) -> String {
        format!("|{}", "-|".repeat(self.cells()))
    }
}

/// Tells whether a line is the delimiter row of a table of at least two columns (GFM §4.10).
pub(super) fn is_rule(words: &str) -> bool {
    words
        .bytes()
        .all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
        && regex!(r"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$").is_match(words)
}

/// Tells whether a row is words only: a number is data.
pub(super) fn is_like_header(words: &str) -> bool {
    words.bytes().any(|byte| !matches!(byte, b'|' | b' ')) && !words.split('|').any(is_data)
}

/// The same, with no cell blank: rows that lost cells are words, too.
pub(super) fn is_header(words: &str) -> bool {
    let cells = words.trim_matches('|').split('|');
    is_like_header(words) && cells.map(str::trim).all(|cell| !cell.is_empty())
}

/// Tells whether a cell starts with a number and is not words.
pub(super) fn is_data(cell: &str) -> bool {
    let cell = cell
        .trim_start_matches('|')
        .split('|')
        .next()
        .unwrap_or_default();
    let cell = cell.trim_start_matches(|c: char| !c.is_alphanumeric());
    let number = cell.split('/').next().unwrap_or_default();
    number.starts_with(|c: char| c.is_ascii_digit()) && !number.contains(char::is_alphabetic)
}

/// Marks of kramdown, Hugo, Zola and Jekyll, which say nothing of ports.
pub(super) fn is_noise(words: &str) -> bool {
    words.starts_with('{') && regex!(r"^(?:\{:.*\}|\{\{[<%].*[>%]\}\}|\{%.*%\})$").is_match(words)
}

/// Tells whether a line ends a table, as what is no row.
pub(super) fn interrupts(words: &str) -> bool {
    let is_block = || {
        regex!(r"(?i)^(?:#{1,6}\s|[-*+]\s|1[.)]\s|```|~~~|</?(?:div|table|p|h[1-6]|ul|ol|pre|details|center)\b|<!--)")
            .is_match(words)
    };
    words.starts_with("[^") && words.contains("]:")
        || memchr(b'|', words.as_bytes()).is_none() && is_block()
}
