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

use std::num::NonZeroU16;
use std::ops::Range;
use std::rc::Rc;

use regex::Regex;

use super::super::Texts;
use super::super::element::{Spanned, Tag, Token, Tokens, element};
use super::super::grid::Extent;
use super::super::patched::Patched;
use super::super::ruled::{Cell, Line, ReadCell, Row, Table};
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

/// Cells here cover one row and one column.
const ONE: Option<Extent> = Some(Extent {
    rows: NonZeroU16::MIN,
    columns: NonZeroU16::MIN,
});

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

/// A list of lists: a row each, with its cells.
pub(super) fn list_table(lines: &[Line<'_>], body: Range<usize>) -> Option<Table> {
    let mut rows: Vec<Row> = Vec::new();
    // Where the dashes of a row stand.
    let mut dashes = None;
    for at in body.clone() {
        let line = &lines[at];
        let begin = regex!(r"^\s*(\* +)?-(?: |$)").captures(line.text);
        let dash = begin.as_ref().map(|begin| begin[0].trim_end().len());
        if begin.is_some_and(|begin| begin.get(1).is_some()) {
            dashes = dash;
            rows.push(Row {
                lines: at..at,
                cells: Vec::new(),
            });
        }
        let Some(row) = rows.last_mut().filter(|_| !line.is_blank()) else {
            continue;
        };
        row.lines.end = at + 1;
        if let Some(dash) = dash.filter(|_| dash == dashes) {
            row.cells.push(Cell {
                lines: at..at + 1,
                columns: dash + 1..usize::MAX,
                is_last: false,
                extent: ONE,
            });
        } else if let Some(cell) = row.cells.last_mut() {
            cell.lines.end = at + 1;
        }
    }
    (!rows.is_empty()).then(|| Table {
        header: header_rows(&lines[body.clone()]),
        lines: body,
        rows: Box::new(rows.into_iter()),
        is_cut_off: false,
    })
}

/// Records of CSV, indented below their directive, which is the first of the lines.
pub(super) fn csv_table<'a>(
    text: &'a str,
    lines: &[Line<'a>],
    caption: Span,
    texts: &'a Texts,
    read: ReadCell<'a>,
) -> Tokens<'a> {
    let parts = CsvParts::new(text, lines);
    let header = Records::new(parts.header, Dialect::default(), texts, Rc::clone(&read));
    let mut records = Records::new(parts.records, parts.dialect, texts, read);
    let first_records = records.by_ref().take(header_rows(lines));
    let header: Vec<_> = header.chain(first_records).flatten().collect();
    let mut files = lines
        .iter()
        .filter_map(|line| option(line, "file").or_else(|| option(line, "url")));
    let elsewhere = files.next().map(|(file, span)| {
        let message =
            format!("the rows of this table are in another file, which is not read: {file:?}");
        (Token::Notice(Code::TablePassedOver, message), span)
    });
    let end = lines[lines.len() - 1].whole().end;
    let words = (Token::Text(text[caption.clone()].into()), caption.clone());
    let content = element(Tag::new("caption"), caption.clone(), [words])
        .chain(element(Tag::new("thead"), caption, header))
        .chain(records.flatten());
    let table = element(Tag::new("table"), lines[0].start..end, content);
    Box::new(elsewhere.into_iter().chain(table))
}

/// What stands below the directive of a CSV table.
#[derive(Default)]
struct CsvParts {
    /// The records of its option `header`.
    header: Patched,
    records: Patched,
    dialect: Dialect,
}

impl CsvParts {
    /// Options stand up to the first blank line, and go on in lines that are indented deeper.
    fn new(text: &str, lines: &[Line<'_>]) -> Self {
        let mut parts = Self::default();
        let below = &lines[1..];
        let blank = below.iter().position(Line::is_blank);
        let (options, records) = below.split_at(blank.unwrap_or(below.len()));
        // The name of the last option, and how deep it is indented.
        let mut last = None;
        for line in options {
            let option = regex!(r"^\s*:([a-z-]+):(?:\s+|$)").captures(line.text);
            if let Some(name) = option.as_ref().and_then(|option| option.get(1)) {
                last = Some((name.as_str(), line.indent()));
            }
            let goes_on = last.filter(|(_, indent)| option.is_some() || line.indent() > *indent);
            let value = line.start + option.map_or(0, |option| option[0].len());
            let value = line.trim(value..line.whole().end);
            match goes_on {
                Some(("header", _)) => add(text, value, &mut parts.header),
                Some((name, _)) => parts.dialect.set(name, &text[value]),
                None => add(text, value, &mut parts.records),
            }
        }
        for line in records {
            add(text, line.trim(line.whole()), &mut parts.records);
        }
        parts
    }
}

/// Adds a line of CSV.
fn add(text: &str, line: Span, csv: &mut Patched) {
    let end = line.end;
    if !line.is_empty() {
        csv.copy(text, line);
        csv.put_in("\n", end);
    }
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

    /// A field, in quotes (1) or not (2), and what ends it (3). A quote inside is doubled, or escaped.
    fn field(&self) -> Option<Regex> {
        let escaped = |sign: char| regex::escape(&sign.to_string());
        let (delimiter, quote) = (escaped(self.delimiter), escaped(self.quote));
        let blank = format!(r"[ \t&&[^{delimiter}]]*");
        let before = if self.keeps_space { "" } else { &blank };
        let (escape, inside) = match self.escape.map(escaped) {
            Some(escape) => (escape.clone(), format!(r"{escape}(?s:.)")),
            None => (String::new(), format!("{quote}{quote}")),
        };
        let quoted = format!("{quote}((?:{inside}|[^{quote}{escape}])*){quote}{blank}");
        let plain = match self.escape {
            Some(_) => format!(r"((?:{inside}|[^{delimiter}{escape}\n])*)"),
            None => format!(r"([^{delimiter}\n]*)"),
        };
        Regex::new(&format!(r"{before}(?:{quoted}|{plain})({delimiter}|\n|\z)")).ok()
    }

    /// What a field says.
    fn unquoted(&self, field: &str) -> String {
        let field = field.trim();
        let Some(escape) = self.escape else {
            let quote = self.quote.to_string();
            return field.replace(&quote.repeat(2), &quote);
        };
        let mut signs = field.chars();
        let next = || {
            let sign = signs.next()?;
            if sign == escape {
                signs.next()
            } else {
                Some(sign)
            }
        };
        std::iter::from_fn(next).collect()
    }
}

/// Records of CSV, each read into a row when it is wanted.
struct Records<'a> {
    /// Where the text of the records stands.
    places: Patched,
    csv: &'a str,
    at: usize,
    dialect: Dialect,
    field: Option<Regex>,
    texts: &'a Texts,
    read: ReadCell<'a>,
}

impl<'a> Records<'a> {
    fn new(mut csv: Patched, dialect: Dialect, texts: &'a Texts, read: ReadCell<'a>) -> Self {
        Self {
            csv: texts.alloc(csv.take_text()),
            places: csv,
            at: 0,
            field: dialect.field(),
            dialect,
            texts,
            read,
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Vec<Spanned<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.original(self.at);
        let (mut cells, mut count, mut surplus) = (Vec::new(), 0, None);
        while self.at < self.csv.len() {
            let found = self.field.as_ref()?.captures_at(self.csv, self.at)?;
            self.at = found.get_match().end();
            let content = found.get(1).or(found.get(2))?;
            let span = self.places.original_span(&content.range());
            if count < limits::COLUMNS {
                let words: &'a str = self.texts.alloc(self.dialect.unquoted(content.as_str()));
                let content = (self.read)(words).map(|(token, _)| (token, span.clone()));
                cells.extend(element(Tag::cell(ONE), span.clone(), content));
            } else if !content.is_empty() {
                surplus.get_or_insert(span.start);
            }
            count += 1;
            if matches!(&found[3], "" | "\n") {
                cells.extend(surplus.map(|start| (Token::Surplus, start..span.end)));
                return Some(element(Tag::new("tr"), place..span.end, cells).collect());
            }
        }
        None
    }
}
