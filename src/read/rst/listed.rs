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

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;

use super::super::element::{Spanned, Token};
use super::super::grid::Extent;
use super::super::ruled::{Cell, Line, Row, Table, span};
use super::super::trimmed;
use crate::diagnostic::Code;
use crate::text::Span;

/// The values of the options of a directive, by their names.
type Options<'t> = HashMap<&'t str, Span>;

/// The options that some lines begin with, and the first line behind them. One goes on in lines that are indented deeper.
fn options<'t>(lines: &[Line<'t>], body: Range<usize>) -> (Options<'t>, usize) {
    let (mut options, mut last) = (HashMap::new(), None);
    for at in body.clone() {
        let line = &lines[at];
        let option = regex!(r"^\s*:([a-z-]+):(?:\s+|$)").captures(line.text);
        if let Some((all, [name])) = option.map(|option| option.extract()) {
            let value = line.trim(line.start + all.len()..line.whole().end);
            options.insert(name, value);
            last = Some((name, line.indent()));
        } else if let Some((name, indent)) = last
            && !line.is_blank()
            && line.indent() > indent
        {
            options
                .entry(name)
                .and_modify(|value| value.end = line.whole().end);
        } else {
            return (options, at);
        }
    }
    (options, body.end)
}

fn header_rows(text: &str, options: &Options<'_>) -> usize {
    let count = options
        .get("header-rows")
        .map(|count| text[count.clone()].parse());
    count.and_then(Result::ok).unwrap_or(0)
}

/// Where the bullet ends that stands next in a line.
fn bullet(line: &str, from: usize) -> Option<usize> {
    let found = regex!(r"^\s*[*+•-](?: |$)").find(&line[from..])?;
    Some(from + found.as_str().trim_end().len())
}

/// A list of lists: a row each, with its cells.
pub(super) fn list_table(text: &str, lines: &[Line<'_>], body: Range<usize>) -> Option<Table> {
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
        let cells = row.into_iter().map(|(cell, end)| {
            Cell::new(&lines[cell], end + 1..usize::MAX, Some(Extent::new(1, 1)))
        });
        Row::new(&lines[all], cells)
    });
    let rows: Vec<_> = rows.collect();
    let (options, _) = options(lines, body.clone());
    let header = header_rows(text, &options);
    (!rows.is_empty()).then(|| Table::new(body, header, rows))
}

/// Records of CSV, indented below their directive, which is the first of the lines; and that they are in another file.
pub(super) fn csv_table<'a>(
    text: &str,
    lines: &[Line<'_>],
    at: Range<usize>,
) -> (Table, Option<Spanned<'a>>) {
    let (options, first) = options(lines, at.start + 1..at.end);
    let mut dialect = Dialect::default();
    for (name, value) in &options {
        dialect.set(name, &text[value.clone()]);
    }
    let header = options.get("header").cloned().unwrap_or_default();
    let mut rows = Dialect::default().rows(text, header);
    let header = rows.len() + header_rows(text, &options);
    rows.extend(dialect.rows(text, span(&lines[first..at.end])));
    let file = options.get("file").or(options.get("url"));
    let elsewhere = file.map(|file| {
        let name = &text[file.clone()];
        let message =
            format!("the rows of this table are in another file, which is not read: {name:?}");
        (Token::Notice(Code::TablePassedOver, message), file.clone())
    });
    (Table::new(at, header, rows), elsewhere)
}

/// The signs that CSV is written with.
struct Dialect {
    delimiter: char,
    quote: char,
    escape: Option<char>,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: ',',
            quote: '"',
            escape: None,
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
            _ => {}
        }
    }

    /// A field, in quotes (1) or not (2), and what ends it (3); and what says nothing in a field: the first of two quotes
    /// or an escape (1), and the end of a line (2).
    fn patterns(&self) -> Option<[Regex; 2]> {
        let escaped = |sign: char| regex::escape(&sign.to_string());
        let (delimiter, quote) = (escaped(self.delimiter), escaped(self.quote));
        let blank = format!(r"[ \t&&[^{delimiter}]]*");
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
        let field = format!(r"{blank}(?:{quoted}|{plain})({delimiter}|\r?\n|\z)");
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
    Cell::of_pieces(pieces.into_iter(), usize::MAX, Some(Extent::new(1, 1)))
}
