//! Text → [`Border`]s: the borders of tables, rows and cells, and headings between tables.

use std::rc::Rc;

use super::marks::{self, Marks};
use crate::text::Span;

/// A border; what stands behind it goes up to the next one.
#[derive(Debug, Clone)]
pub(super) struct Border {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `== … ==`, the whole line. Only outside tables.
    Heading,
    /// `{|`.
    Table,
    /// `|}`.
    End,
    /// `|-`.
    Row,
    /// `|+`.
    Caption,
    /// `|` or `!`, and behind them in the same line `||` or `!!`.
    Cell { is_header: bool },
}

/// The borders of a part of a text.
#[derive(Debug)]
pub(super) struct Borders<'t> {
    text: &'t str,
    marks: Rc<Marks>,
    at: usize,
    /// Whether the place is at the start of a line.
    is_line_start: bool,
    /// How many tables are open.
    depth: usize,
    /// Whether the cells of this line are header cells; `None` if it does not begin with one.
    line: Option<bool>,
}

impl<'t> Borders<'t> {
    pub(super) fn new(text: &'t str, marks: Rc<Marks>, part: Span) -> Self {
        Self {
            text: &text[..part.end],
            marks,
            at: part.start,
            is_line_start: true,
            depth: 0,
            line: None,
        }
    }

    /// The border at the start of a line. Comments before it are not there.
    fn line_start(&mut self) -> Option<Border> {
        let mut start = self.at;
        loop {
            let rest = &self.text[start..];
            start += rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            match self.marks.at(start) {
                Some(mark) if mark.kind == marks::Kind::Comment => start = mark.end,
                _ => break,
            }
        }
        let borders =
            regex!(r"^(?::*[ \t]*\{\||\|\}|\|-+|\|\+|[|!]|={1,6}[^=\n][^\n]*=[ \t\r]*(?:\n|$))");
        let found = borders.find(&self.text[start..])?;
        let border = found.as_str().trim_start_matches([':', ' ', '\t']);
        let end = start + found.end();
        let span = end - border.len()..end;
        let kind = match (border.as_bytes(), self.depth) {
            (b"{|", _) => Kind::Table,
            ([b'=', ..], 0) => Kind::Heading,
            ([b'=', ..], _) | (_, 0) => return None,
            (b"|}", _) => Kind::End,
            (b"|+", _) => Kind::Caption,
            ([b'|', b'-', ..], _) => Kind::Row,
            (sign, _) => Kind::Cell {
                is_header: sign == b"!",
            },
        };
        match kind {
            Kind::Table => self.depth += 1,
            Kind::End => self.depth -= 1,
            _ => {}
        }
        self.line = match kind {
            Kind::Cell { is_header } => Some(is_header),
            _ => None,
        };
        self.at = span.end;
        self.is_line_start = kind == Kind::Heading;
        Some(Border { kind, span })
    }
}

impl Iterator for Borders<'_> {
    type Item = Border;

    fn next(&mut self) -> Option<Border> {
        let special = regex!(r"\n|\|\||!!|[{\[<]");
        loop {
            if std::mem::take(&mut self.is_line_start)
                && let Some(token) = self.line_start()
            {
                return Some(token);
            }
            let (span, mark) = self.marks.find(special, self.text, self.at)?;
            self.at = span.end;
            match (&self.text[span.clone()], self.line) {
                _ if mark.is_some() => {}
                ("\n", _) => (self.is_line_start, self.line) = (true, None),
                ("||", Some(is_header)) | ("!!", Some(is_header @ true)) => {
                    let kind = Kind::Cell { is_header };
                    return Some(Border { kind, span });
                }
                _ => {}
            }
        }
    }
}
