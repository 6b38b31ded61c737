//! Lines below a directive → the tables that reStructuredText writes as lists and as CSV.
//!
//! ```text
//! .. list-table:: Ports              .. csv-table:: Ports
//!    :header-rows: 1                    :header: Port, Protocol, "Use, in words"
//!
//!    * - Port                           22, TCP, shell
//!      - Protocol                       53, UDP, names
//!    * - 22
//!      - TCP
//! ```

use std::ops::Range;

use regex::Regex;

use super::super::element::{Spanned, Token};
use super::super::grid::Extent;
use super::super::ruled::{Cell, Line, Row, Table, span};
use super::super::trimmed;
use crate::diagnostic::Code;
use crate::text::Span;

/// The value of an option of a directive, and where it stands.
fn option<'t>(line: &Line<'t>, name: &str) -> Option<(&'t str, Span)> {
    let value = line.text.trim_start().strip_prefix(':')?;
    let value = value.strip_prefix(name)?.strip_prefix(':')?.trim_start();
    let end = line.whole().end;
    Some((value, end - value.len()..end))
}

fn header_rows(lines: &[Line<'_>]) -> usize {
    let mut counts = lines.iter().filter_map(|line| option(line, "header-rows"));
    counts
        .find_map(|(count, _)| count.parse().ok())
        .unwrap_or(0)
}

/// Where the bullet ends that stands next in a line.
fn bullet(line: &str, from: usize) -> Option<usize> {
    let found = regex!(r"^\s*[*+•-](?: |$)").find(&line[from..])?;
    Some(from + found.as_str().trim_end().len())
}

/// A list of lists: a row each, with its cells.
pub(super) fn list_table(lines: &[Line<'_>], body: Range<usize>) -> Option<Table> {
    // The lines of each cell, and where its bullet ends.
    let mut rows: Vec<Vec<(Range<usize>, usize)>> = Vec::new();
    let mut outer = None;
    for at in body.clone().filter(|&at| !lines[at].is_blank()) {
        let text = lines[at].text;
        let first = bullet(text, 0);
        let is_row = first.is_some_and(|end| *outer.get_or_insert(end) == end);
        let own = if is_row {
            rows.push(Vec::new());
            let has_words = |end: &usize| !text[*end..].trim().is_empty();
            first.and_then(|end| bullet(text, end).or(Some(end).filter(has_words)))
        } else {
            first
        };
        let Some(row) = rows.last_mut() else { continue };
        let is_cell = |end: &usize| row.first().is_none_or(|(_, first)| first == end);
        if let Some(end) = own.filter(is_cell) {
            row.push((at..at + 1, end));
        } else if let Some((cell, _)) = row.last_mut() {
            cell.end = at + 1;
        } else if !is_row {
            // Words where a cell should begin.
            row.push((at..at + 1, 0));
        }
    }
    rows.retain(|row| !row.is_empty());
    let rows = rows.into_iter().map(|row| {
        let all = row[0].0.start..row[row.len() - 1].0.end;
        let cells = row
            .into_iter()
            .map(|(cell, end)| Cell::new(&lines[cell], end + 1..usize::MAX, Some(Extent::ONE)));
        Row::new(&lines[all], cells)
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| Table {
        header: header_rows(&lines[body.clone()]),
        lines: body,
        rows,
        is_cut_off: false,
    })
}

/// Records of CSV, indented below their directive, which is the first of the lines; and that they are in another file.
pub(super) fn csv_table<'a>(
    text: &str,
    lines: &[Line<'_>],
    at: Range<usize>,
) -> (Table, Option<Spanned<'a>>) {
    let body = &lines[at.clone()];
    let (mut header, mut dialect) = (0..0, Dialect::default());
    // The name of the last option, and how deep it is indented. It goes on in lines that are indented deeper.
    let (mut last, mut records) = (("", 0), at.end..at.end);
    for (line, at) in body.iter().zip(at.clone()).skip(1) {
        let option = regex!(r"^\s*:([a-z-]+):(?:\s+|$)").captures(line.text);
        let value = line.start + option.as_ref().map_or(0, |option| option[0].len());
        let value = line.trim(value..line.whole().end);
        if let Some(name) = option.as_ref().and_then(|option| option.get(1)) {
            last = (name.as_str(), line.indent());
            dialect.set(last.0, &text[value.clone()]);
            header = if last.0 == "header" { value } else { header };
        } else if !line.is_blank() && !last.0.is_empty() && line.indent() > last.1 {
            header.end = if last.0 == "header" {
                value.end
            } else {
                header.end
            };
        } else {
            records.start = at;
            break;
        }
    }
    let mut rows = Dialect::default().rows(text, header);
    let header = rows.len() + header_rows(body);
    rows.extend(dialect.rows(text, span(&lines[records])));
    let mut files = body
        .iter()
        .filter_map(|line| option(line, "file").or_else(|| option(line, "url")));
    let elsewhere = files.next().map(|(file, span)| {
        let message =
            format!("the rows of this table are in another file, which is not read: {file:?}");
        (Token::Notice(Code::TablePassedOver, message), span)
    });
    let table = Table {
        lines: at,
        header,
        rows,
        is_cut_off: false,
    };
    (table, elsewhere)
}

/// The signs that CSV is written with.
struct Dialect {
    delimiter: char,
    quote: char,
    escape: Option<char>,
    /// White space behind a delimiter belongs to the field, so that no quote opens behind it.
    keeps_space: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quote: '"',
            escape: None,
            keeps_space: false,
        }
    }
}

impl Dialect {
    /// Takes the value of an option. One that is no sign changes nothing.
    fn set(&mut self, option: &str, value: &str) {
        let sign = match value {
            "tab" => Some('\t'),
            "space" => Some(' '),
            value => value.parse().ok(),
        };
        match option {
            "delim" => self.delimiter = sign.unwrap_or(self.delimiter),
            "quote" => self.quote = sign.unwrap_or(self.quote),
            "escape" => self.escape = sign.or(self.escape),
            "keepspace" => self.keeps_space = true,
            _ => {}
        }
    }

    /// A field, in quotes (1) or not (2), and what ends it (3); and what says nothing in a field: the first of two quotes
    /// or an escape (1), and the end of a line (2).
    fn patterns(&self) -> Option<[Regex; 2]> {
        let escaped = |sign: char| regex::escape(&sign.to_string());
        let (delimiter, quote) = (escaped(self.delimiter), escaped(self.quote));
        let blank = format!(r"[ \t&&[^{delimiter}]]*");
        let before = if self.keeps_space { "" } else { &blank };
        let (escape, behind) = match self.escape.map(escaped) {
            Some(escape) => (escape, "(?s:.)"),
            None => (String::new(), &*quote),
        };
        let sign = if escape.is_empty() { &quote } else { &escape };
        let inside = format!("{sign}{behind}");
        let quoted = format!("{quote}((?:{inside}|[^{quote}{escape}])*){quote}{blank}");
        let plain = match self.escape {
            Some(_) => format!(r"((?:{inside}|[^{delimiter}{escape}\n])*)"),
            None => format!(r"([^{delimiter}\n]*)"),
        };
        let field = format!(r"{before}(?:{quoted}|{plain})({delimiter}|\r?\n|\z)");
        let nothing = format!(r"({sign}){behind}|(\s*\n\s*)");
        Some([Regex::new(&field).ok()?, Regex::new(&nothing).ok()?])
    }
    /// The records in a part of a text, a row each.
    fn rows(&self, text: &str, part: Span) -> Vec<Row> {
        let part = trimmed(text, part);
        let (text, mut rows, mut at) = (&text[..part.end], Vec::new(), part.start);
        let patterns = self.patterns();
        while let Some([field, nothing]) = patterns.as_ref().filter(|_| at < part.end) {
            let start = trimmed(text, at..part.end).start;
            let (mut cells, mut has_more) = (Vec::new(), true);
            at = start;
            while has_more && let Some(found) = field.captures_at(text, at) {
                let content = found
                    .get(1)
                    .or(found.get(2))
                    .map_or(0..0, |found| found.range());
                cells.push(cell(text, trimmed(text, content), nothing));
                at = found.get_match().end();
                has_more = found[3].starts_with(self.delimiter);
            }
            let span = trimmed(text, start..at);
            rows.push(Row {
                span,
                cells,
                is_torn: false,
            });
        }
        rows
    }
}

/// The cell that a field is, without what says nothing.
fn cell(text: &str, field: Span, nothing: &Regex) -> Cell {
    let (mut pieces, mut start) = (Vec::new(), field.start);
    for found in nothing.captures_iter(&text[field.clone()]) {
        let cut = found
            .get(1)
            .or(found.get(2))
            .map_or(0..0, |found| found.range());
        pieces.push(start..field.start + cut.start);
        start = field.start + cut.end;
    }
    pieces.push(start..field.end);
    Cell::of_pieces(pieces.into_iter(), usize::MAX, Some(Extent::ONE))
}
