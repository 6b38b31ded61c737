//! Lines → tables that lines rule, as pandoc and reStructuredText have them: [`grid`] tables and [`simple`] ones. A reader
//! of another syntax reads what stands in their cells.
//!
//! A cell of several lines stands in pieces between those of others, so it is put together in a text of its own.

mod grid;
mod lines;
mod simple;

use std::rc::Rc;

use super::Texts;
use super::element::{Spanned, Tag, Token, Tokens, element};
use super::patched::Patched;
use crate::diagnostic::Code;
use crate::text::Span;

pub(super) use lines::{Cell, Line, Row, Table, lines};
pub(super) use simple::Rules;

/// The table that starts in a line.
pub(super) fn table(lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<Table> {
    match lines[at].text.trim_start().as_bytes().first()? {
        b'+' => grid::table(lines, at),
        _ => simple::table(lines, at, rules),
    }
}

/// Reads what stands in a cell.
pub(super) type ReadCell<'a> = Rc<dyn Fn(&'a str) -> Tokens<'a> + 'a>;

/// The elements that a table stands for.
pub(super) fn tokens<'a>(
    text: &'a str,
    table: Table,
    caption: Option<Span>,
    lines: Rc<[Line<'a>]>,
    texts: &'a Texts,
    read: ReadCell<'a>,
) -> Tokens<'a> {
    let (first, last) = (&lines[table.lines.start], &lines[table.lines.end - 1]);
    let (start, end) = (first.start, last.whole().end);
    let caption = caption.map(|span| {
        let words = content(text, std::slice::from_ref(&span), 0, texts, &read);
        element(Tag::new("caption"), span, words)
    });
    let head = (table.header > 0).then(|| (Token::Start(Tag::new("thead")), start..start));
    let notice = table.is_cut_off.then(|| {
        let message = "the table that starts here has no end; the text may be cut off";
        (
            Token::Notice(Code::UnclosedTable, message.to_owned()),
            start..start + 1,
        )
    });
    let rows = table.rows.enumerate().flat_map(move |(at, row)| {
        let mut tokens = self::row(text, &row, &lines, texts, &read);
        if at + 1 == table.header {
            tokens.push((Token::End("thead".into()), 0..0));
        }
        tokens
    });
    let caption = caption.into_iter().flatten();
    let content = caption.chain(head).chain(rows).chain(notice);
    Box::new(element(Tag::new("table"), start..end, content))
}

fn row<'a>(
    text: &'a str,
    row: &Row,
    lines: &[Line<'a>],
    texts: &'a Texts,
    read: &ReadCell<'a>,
) -> Vec<Spanned<'a>> {
    let start = lines[row.lines.start].whole().start;
    let end = lines[row.lines.end - 1].whole().end;
    let mut cells = Vec::new();
    for cell in &row.cells {
        let pieces = pieces(cell, lines);
        let span = match (pieces.first(), pieces.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => start..start,
        };
        let content = content(text, &pieces, cell.columns.len(), texts, read);
        cells.extend(element(Tag::cell(cell.extent), span, content));
    }
    element(Tag::new("tr"), start..end, cells).collect()
}

/// What stands in each line of a cell, from the first to the last that is not blank.
fn pieces(cell: &Cell, lines: &[Line<'_>]) -> Vec<Span> {
    let mut pieces = Vec::new();
    for line in &lines[cell.lines.clone()] {
        let mut piece = line.span(cell.columns.clone());
        if cell.is_last && line.width() != cell.columns.end + 1 {
            piece = line.span(cell.columns.start..usize::MAX);
            piece.end -= usize::from(line.text.ends_with('|') && !piece.is_empty());
        }
        let piece = line.trim(piece);
        if !piece.is_empty() || !pieces.is_empty() {
            pieces.push(piece);
        }
    }
    while pieces.last().is_some_and(Span::is_empty) {
        pieces.pop();
    }
    pieces
}

/// What stands in some pieces of a text, as its reader has it. Plain words need none.
fn content<'a>(
    text: &'a str,
    pieces: &[Span],
    width: usize,
    texts: &'a Texts,
    read: &ReadCell<'a>,
) -> Vec<Spanned<'a>> {
    let is_plain = |words: &str| regex!(r"^[A-Za-z0-9 ,./][-A-Za-z0-9 ,./]*$").is_match(words);
    match pieces {
        [] => Vec::new(),
        [piece] if is_plain(&text[piece.clone()]) => {
            vec![(Token::Text(text[piece.clone()].into()), piece.clone())]
        }
        pieces => {
            let mut patched = Patched::default();
            for (index, piece) in pieces.iter().enumerate() {
                if index > 0 && !breaks_port(text, &pieces[index - 1..=index], width) {
                    patched.put_in("\n", pieces[index - 1].end);
                }
                patched.copy(text, piece.clone());
            }
            let content = texts.alloc(patched.take_text());
            let tokens = read(content);
            let moved = tokens.map(|(token, span)| (token, patched.original_span(&span)));
            moved.collect()
        }
    }
}

/// Whether a port of five digits is broken in two, since its cell has room for four: `2` above `8250`.
fn breaks_port(text: &str, pieces: &[Span], width: usize) -> bool {
    let digits: String = pieces.iter().map(|piece| &text[piece.clone()]).collect();
    let longest = pieces.iter().map(Span::len).max();
    digits.len() == 5 && longest == Some(4) && width <= 6 && digits.parse::<u16>().is_ok()
}
