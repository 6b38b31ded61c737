//! Text → tables that lines rule, as pandoc and reStructuredText have them: [`grid_table`](super::grid_table)s and
//! [`simple_table`](super::simple_table)s. A reader of another syntax reads what stands in their cells.
//!
//! A cell of several lines stands in pieces between those of others, so its content is put together in a text of its
//! own, with the place of each piece.

use smallvec::SmallVec;
use unicode_width::UnicodeWidthChar;

use super::grid::{self, Extent, Grid, Inline, Row};
use super::{Page, grid_table, simple_table, trimmed};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::text::Span;

/// A table, and where its cells stand.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) span: Span,
    /// How many of its rows are the header.
    pub(super) header: usize,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Where its rows stand.
    pub(super) row_spans: Vec<Span>,
    /// It ends before all of its cells do.
    pub(super) is_cut_off: bool,
}

#[derive(Debug, Default)]
pub(super) struct Cell {
    /// What stands in each of its lines, trimmed.
    pub(super) pieces: SmallVec<[Span; 1]>,
    /// How far it reaches; `None` where the syntax cannot say.
    pub(super) extent: Option<Extent>,
}

/// A line, in columns: wide characters take two, marks that join take none.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    /// Where the character in each column starts; `None` if all are of one byte.
    columns: Option<Vec<usize>>,
}

impl<'t> Line<'t> {
    fn new(text: &'t str, start: usize) -> Self {
        let text = text.trim_end();
        let columns = (!text.is_ascii()).then(|| {
            let columns = text.char_indices();
            let columns =
                columns.flat_map(|(at, c)| std::iter::repeat_n(at, c.width().unwrap_or(0)));
            columns.collect()
        });
        Self {
            text,
            start,
            columns,
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// How many columns it takes.
    pub(super) fn width(&self) -> usize {
        self.columns.as_ref().map_or(self.text.len(), Vec::len)
    }

    /// The byte in a column.
    pub(super) fn byte(&self, column: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at(column)).copied()
    }

    /// What stands in some columns, as a span of the whole text.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let (from, to) = (self.at(from), self.at(to));
        self.start + from..self.start + to.max(from)
    }

    /// The same without white space at its ends.
    pub(super) fn trimmed(&self, from: usize, to: usize) -> Span {
        self.trim(self.span(from, to))
    }

    pub(super) fn trim(&self, span: Span) -> Span {
        let trimmed = trimmed(self.text, span.start - self.start..span.end - self.start);
        self.start + trimmed.start..self.start + trimmed.end
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'t str {
        let (from, to) = (self.at(from), self.at(to));
        &self.text[from..to.max(from)]
    }

    /// All of it.
    pub(super) fn whole(&self) -> Span {
        self.start..self.start + self.text.len()
    }

    fn at(&self, column: usize) -> usize {
        let at = match &self.columns {
            Some(columns) => columns.get(column).copied(),
            None => Some(column),
        };
        at.map_or(self.text.len(), |at| at.min(self.text.len()))
    }
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(|line| {
        let line_start = start;
        start += line.len();
        Line::new(line, line_start)
    });
    lines.collect()
}

/// The table that starts in a line, and the first line behind it.
pub(super) fn table(
    lines: &[Line<'_>],
    at: usize,
    rules: &simple_table::Rules,
) -> Option<(Table, usize)> {
    let first = lines[at].text.trim_start().as_bytes().first()?;
    match first {
        b'+' => grid_table::table(lines, at),
        _ => simple_table::table(lines, at, rules),
    }
}

/// The cells of one table put together, and their places.
#[derive(Debug)]
pub(super) struct Content {
    /// Where it stands among the contents.
    pub(super) span: Span,
    /// Its pieces.
    pieces: SmallVec<[Span; 1]>,
}

impl Content {
    /// Puts a cell together at the end of a text.
    pub(super) fn new(cell: &Cell, text: &str, contents: &mut String) -> Self {
        let start = contents.len();
        for (index, piece) in cell.pieces.iter().enumerate() {
            if index > 0 {
                contents.push('\n');
            }
            contents.push_str(&text[piece.clone()]);
        }
        Self {
            span: start..contents.len(),
            pieces: cell.pieces.clone(),
        }
    }

    /// Where a part of the content stands in the text.
    fn original(&self, part: &Span) -> Span {
        let mut start = 0;
        let (mut from, mut to) = (None, None);
        for piece in &self.pieces {
            let end = start + piece.len();
            if from.is_none() && part.start <= end {
                from = Some(piece.start + (part.start - start));
            }
            if to.is_none() && part.end <= end {
                to = Some(piece.start + part.end.saturating_sub(start));
            }
            start = end + 1;
        }
        let last = self.pieces.last().map_or(0, |piece| piece.end);
        let from = from.unwrap_or(last);
        from..to.unwrap_or(last).max(from)
    }
}

/// Reads what stands in a content; spans are those of the content.
pub(super) type ReadContent = for<'a> fn(&'a str, &mut Page<'a, '_>) -> Vec<Inline<'a>>;

/// Hands a table over.
pub(super) fn hand_over<'a>(
    table: Table,
    cells: Vec<Content>,
    contents: &'a str,
    read: ReadContent,
    page: &mut Page<'a, '_>,
) {
    let mut cells = cells.into_iter();
    let (mut header, mut rows) = (Vec::new(), Vec::new());
    for (at, (row, span)) in table.rows.into_iter().zip(table.row_spans).enumerate() {
        let cells = row.into_iter().zip(cells.by_ref()).map(|(cell, content)| {
            let inlines = inlines(&content, contents, read, page);
            let mut cell = grid::Cell {
                span: 0..0,
                inlines: inlines.into_iter().collect(),
                extent: cell.extent,
            };
            cell.move_to(&|part| content.original(part));
            cell.span = match (content.pieces.first(), content.pieces.last()) {
                (Some(first), Some(last)) => first.start..last.end,
                _ => span.start..span.start,
            };
            cell
        });
        let row = Row {
            cells: cells.collect(),
            span,
            ..Row::default()
        };
        let rows = if at < table.header {
            &mut header
        } else {
            &mut rows
        };
        page.row(row, rows);
    }
    if let Some(cut) = page.cut.take() {
        let message =
            "the rows so far fill the memory for this input: those from here on are not read";
        page.report
            .push(Code::TableCut, cut..table.span.end, message);
    }
    if table.is_cut_off {
        let message = "the table that starts here has no end; the text may be cut off";
        let first = table.span.start..table.span.start + 1;
        page.report.push(Code::UnclosedTable, first, message);
    }
    page.table(Grid {
        span: table.span,
        header,
        rows,
        ..Grid::default()
    });
}

/// What stands in a cell, at its places in the text.
fn inlines<'a>(
    content: &Content,
    contents: &'a str,
    read: ReadContent,
    page: &mut Page<'a, '_>,
) -> Vec<Inline<'a>> {
    let text = &contents[content.span.clone()];
    if text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b" ,.-/".contains(&byte))
        && !text.starts_with('-')
    {
        let is_blank = text.is_empty();
        return if is_blank {
            Vec::new()
        } else {
            vec![Inline::Text(text.into())]
        };
    }
    let mut diagnostics = Diagnostics::default();
    let report = Report::new(&mut diagnostics, File::Input(0));
    let inlines = read(text, &mut page.within(text, report));
    for diagnostic in diagnostics.finish().0 {
        let span = content.original(&diagnostic.span);
        page.report.push(diagnostic.code, span, diagnostic.message);
    }
    inlines
}

/// The pieces of a cell: of its lines, from the first to the last that is not blank.
pub(super) fn pieces(lines: impl Iterator<Item = Span>) -> SmallVec<[Span; 1]> {
    let mut pieces: SmallVec<[Span; 1]> = SmallVec::new();
    for piece in lines {
        if !piece.is_empty() || !pieces.is_empty() {
            pieces.push(piece);
        }
    }
    while pieces.last().is_some_and(Span::is_empty) {
        pieces.pop();
    }
    pieces
}
