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

use regex::Regex;

use super::super::Texts;
use super::super::element::{Spanned, Tag, Token, Tokens};
use super::super::grid::Extent;
use super::super::patched::Patched;
use super::super::ruled::{Cell, Line, ReadCell, Row, Table};
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
    let mut dash = 0;
    for at in body.clone() {
        let line = &lines[at];
        if let Some(begin) = regex!(r"^\s*\* +-(?: |$)").find(line.text) {
            dash = begin.as_str().trim_end().len() - 1;
            rows.push(Row {
                lines: at..at,
                cells: Vec::new(),
            });
        } else if line.indent() != dash
            || !line.text[dash..].starts_with("- ") && line.text[dash..] != *"-"
        {
            if let Some(row) = rows.last_mut().filter(|_| !line.is_blank()) {
                row.lines.end = at + 1;
                row.cells.iter_mut().next_back()?.lines.end = at + 1;
            }
            continue;
        }
        if let Some(row) = rows.last_mut() {
            row.lines.end = at + 1;
            row.cells.push(Cell {
                lines: at..at + 1,
                columns: dash + 2..usize::MAX,
                is_last: false,
                extent: ONE,
            });
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
    let (mut records, mut header) = (Patched::default(), header_rows(lines));
    let mut add = |record: Span| {
        records.copy(text, record.clone());
        records.put_in("\n", record.end);
    };
    let mut delimiter = ",";
    for line in &lines[1..] {
        if let Some((_, record)) = option(line, "header") {
            header += 1;
            add(record);
        } else if let Some((sign, _)) = option(line, "delim") {
            delimiter = match sign {
                "tab" => "\t",
                "space" => " ",
                sign => sign,
            };
        } else if !line.text.trim_start().starts_with(':') && !line.is_blank() {
            add(line.trim(line.whole()));
        }
    }
    let start = caption.start;
    let delimiter = regex::escape(delimiter);
    let field =
        format!(r#"[ \t]*(?:"((?:[^"]|"")*)"[ \t]*|([^{delimiter}\n]*))({delimiter}|\n|\z)"#);
    // A delimiter of several signs is none.
    let field = Regex::new(&field).ok();
    let csv: &'a str = texts.alloc(records.take_text());
    if csv.is_empty() {
        return Box::new(std::iter::empty());
    }
    let (mut at, mut count) = (0, 0);
    let rows = std::iter::from_fn(move || {
        let mut row = vec![(Token::Start(Tag::new("tr")), at..at)];
        if count == 0 && header > 0 {
            row.insert(0, (Token::Start(Tag::new("thead")), at..at));
        }
        let before = row.len();
        while at < csv.len() {
            let found = field.as_ref()?.captures_at(csv, at)?;
            at = found.get_match().end();
            let content = found.get(1).or(found.get(2))?;
            let unquoted: &'a str = texts.alloc(content.as_str().trim().replace("\"\"", "\""));
            let span = content.range();
            row.push((Token::Start(Tag::cell(ONE)), span.start..span.start));
            row.extend(read(unquoted).map(|(token, _)| (token, span.clone())));
            row.push((Token::End("td".into()), span.end..span.end));
            if matches!(&found[3], "" | "\n") {
                row.push((Token::End("tr".into()), span.end..span.end));
                break;
            }
        }
        count += 1;
        if count == header {
            row.push((Token::End("thead".into()), at..at));
        }
        (row.len() > before).then(|| -> Vec<Spanned<'a>> {
            let row = row.into_iter();
            row.map(|(token, span)| (token, records.original_span(&span)))
                .collect()
        })
    });
    let words = (Token::Text(text[caption.clone()].into()), caption.clone());
    let before = [
        (Token::Start(Tag::new("table")), start..start),
        (Token::Start(Tag::new("caption")), start..start),
        words,
        (Token::End("caption".into()), start..start),
    ];
    Box::new(
        before
            .into_iter()
            .chain(rows.flatten())
            .chain([(Token::End("table".into()), caption.end..caption.end)]),
    )
}
