//! Lines → tables of pieces of a text: those that lines rule, as pandoc and reStructuredText have them, in [`grid`]s or
//! [`simple`]. A reader of another syntax reads what stands in their cells.
//!
//! A cell of several lines stands in pieces between those of others, so it is put together in a text of its own.

mod grid;
mod lines;
mod simple;

use std::ops::Range;
use std::rc::Rc;

use super::Texts;
use super::element::{Spanned, Tag, Token, Tokens, element};
use super::grid::Extent;
use super::patched::Patched;
use crate::diagnostic::Code;
use crate::text::Span;

pub(super) use lines::{Line, lines};
pub(super) use simple::Rules;

/// A table.
pub(super) struct Table {
    /// Its lines.
    pub(super) lines: Range<usize>,
    /// How many of its rows are the header.
    pub(super) header: usize,
    pub(super) rows: Vec<Row>,
    /// It ends before all of its cells do.
    pub(super) is_cut_off: bool,
}

impl Table {
    pub(super) fn new(lines: Range<usize>, header: usize, rows: Vec<Row>) -> Self {
        Self {
            lines,
            header,
            rows,
            is_cut_off: false,
        }
    }
}

/// A row of a table.
pub(super) struct Row {
    pub(super) span: Span,
    pub(super) cells: Vec<Cell>,
    /// A word of it stands across the border of two columns.
    pub(super) is_torn: bool,
}

/// A cell.
pub(super) struct Cell {
    /// What it is put together from. Those on lines of their own are parted.
    pub(super) pieces: Vec<Span>,
    /// How many characters have room in its lines.
    width: usize,
    /// How far it reaches; `None` where the syntax cannot say.
    extent: Option<Extent>,
}

impl Cell {
    /// What stands in the columns of some lines, from the first to the last that is not blank.
    pub(super) fn new(lines: &[Line<'_>], columns: Range<usize>, extent: Option<Extent>) -> Self {
        let pieces = lines
            .iter()
            .map(|line| line.trim(line.span(columns.clone())));
        Self::of_pieces(pieces, columns.len(), extent)
    }

    pub(super) fn of_pieces(
        pieces: impl Iterator<Item = Span>,
        width: usize,
        extent: Option<Extent>,
    ) -> Self {
        let mut pieces: Vec<_> = pieces.skip_while(Span::is_empty).collect();
        while pieces.last().is_some_and(Span::is_empty) {
            pieces.pop();
        }
        Self {
            pieces,
            width,
            extent,
        }
    }
}

impl Row {
    /// A row that takes these lines.
    pub(super) fn new(lines: &[Line<'_>], cells: impl Iterator<Item = Cell>) -> Self {
        Self {
            span: span(lines),
            cells: cells.collect(),
            is_torn: false,
        }
    }
}

/// From the first to the last character of some lines.
pub(super) fn span(lines: &[Line<'_>]) -> Span {
    match lines {
        [first, .., last] => first.start..last.whole().end,
        _ => lines.first().map_or(0..0, Line::whole),
    }
}

/// The table that starts in a line.
pub(super) fn table(text: &str, lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<Table> {
    match lines[at].text.trim_start().as_bytes().first()? {
        b'+' => grid::table(text, lines, at),
        _ => simple::table(lines, at, rules),
    }
}

/// Reads what stands in a cell.
pub(super) type ReadCell<'a> = Rc<dyn Fn(&'a str) -> Tokens<'a> + 'a>;

/// The elements that a table stands for, which takes some part of a text.
pub(super) fn tokens<'a>(
    text: &'a str,
    table: Table,
    span: Span,
    caption: Option<Span>,
    texts: &'a Texts,
    read: ReadCell<'a>,
) -> Tokens<'a> {
    let start = span.start;
    let caption = caption.map(|span| {
        let words = content(text, std::slice::from_ref(&span), 0, texts, &read);
        element(Tag::new("caption"), span, words)
    });
    let cut_off = table
        .is_cut_off
        .then_some((Token::Stop, span.end..span.end));
    let mut rows = table.rows.into_iter().map(move |row| {
        let torn = row.is_torn.then(|| {
            let row = &text[row.span.clone()];
            let message =
                format!("a word stands across two columns and is cut between them: {row:?}");
            Token::Notice(Code::AmbiguousRow, message)
        });
        let torn = torn.map(|notice| (notice, row.span.clone()));
        let mut cells = Vec::new();
        for cell in row.cells {
            let span = match (cell.pieces.first(), cell.pieces.last()) {
                (Some(first), Some(last)) => first.start..last.end,
                _ => row.span.start..row.span.start,
            };
            let content = content(text, &cell.pieces, cell.width, texts, &read);
            let tag = Tag {
                extent: cell.extent,
                ..Tag::new("td")
            };
            cells.extend(element(tag, span, content));
        }
        element(Tag::new("tr"), row.span, cells).chain(torn)
    });
    let head: Vec<_> = rows.by_ref().take(table.header).flatten().collect();
    let head = element(Tag::new("thead"), start..start, head);
    let caption = caption.into_iter().flatten();
    let content = caption.chain(head).chain(rows.flatten()).chain(cut_off);
    Box::new(element(Tag::new("table"), span, content))
}

/// What stands in some pieces of a text, as its reader has it.
fn content<'a>(
    text: &'a str,
    pieces: &[Span],
    width: usize,
    texts: &'a Texts,
    read: &ReadCell<'a>,
) -> Vec<Spanned<'a>> {
    if pieces.is_empty() {
        return Vec::new();
    }
    let mut patched = Patched::default();
    let lines: Vec<_> = pieces.iter().map(|piece| &text[piece.clone()]).collect();
    let is_whole = is_broken(&lines, width);
    for (at, piece) in pieces.iter().enumerate() {
        if at > 0 && !is_whole {
            let end = pieces[at - 1].end;
            let is_parted = text[end..piece.start].contains('\n');
            if is_parted && !is_broken(&lines[at - 1..=at], width) {
                patched.put_in("\n", end);
            }
        }
        patched.copy(text, piece.clone());
    }
    let tokens = read(texts.alloc(std::mem::take(&mut patched.text)));
    let moved = tokens.map(|(token, span)| (token, patched.original_span(&span)));
    moved.collect()
}

/// Whether some lines are one port or range, which is broken since it has no room in its cell: `2` above `8250`, `163`
/// above `84–16403`. So may be the last port of a list: behind a whole one there would be a comma, `137, 138, 1` above
/// `39`.
fn is_broken(lines: &[&str], width: usize) -> bool {
    let longest = lines.iter().map(|line| line.chars().count()).max();
    let is_full = longest.is_some_and(|longest| longest + 2 >= width);
    let port = |text: &str| text.parse::<u16>().ok();
    let whole = lines.concat();
    is_full
        && match (lines, whole.split_once(['-', '–'])) {
            ([list, next], _) if list.contains(',') => {
                let start = list.rsplit([',', ' ']).next().unwrap_or_default();
                let end = next.split([',', ' ']).next().unwrap_or_default();
                let is_whole = start.is_empty() || end.is_empty();
                let is_list = |c: char| c.is_ascii_digit() || matches!(c, ',' | ' ');
                !is_whole && whole.chars().all(is_list) && port(&format!("{start}{end}")).is_some()
            }
            // `53` above `80-90` are two.
            (_, Some((first, last))) => port(first).is_some_and(|first| Some(first) < port(last)),
            (_, None) => whole.len() == 5 && longest == Some(4) && port(&whole).is_some(),
        }
}
