//! Wikitext → [`Grid`]s and footnotes: the tables of MediaWiki's own source, and what stands in their cells.
//!
//! ```text
//! {| class="wikitable"                         a table
//! ! Port !! TCP !! UDP                         header cells
//! |-                                           a row
//! | rowspan="2" | 9 || colspan=2 {{Yes}}       cells: attributes, a bar, content
//! |}
//! ```
//!
//! What a cell covers is known: its attributes say it. Borders of cells count where no [`marks`] keep them together;
//! what is inside a cell is [`inline`]'s, and what templates mean is [`template`]'s. A table in a cell is read as a
//! table of its own, as in HTML.

mod inline;
mod marks;
mod template;
mod tokens;

use super::grid::{Cell, Definition, Extent, Grid, Inline, Notice, Row};
use super::prose::words;
use super::wiki::gather_brackets;
use super::{Page, Syntax, html, trimmed};
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

use marks::{Kind, Marks};
use template::Notes;
use tokens::{Border, Token, Tokens};

/// The source of a page of MediaWiki.
pub(super) static WIKITEXT: Syntax = Syntax {
    name: "wikitext",
    endings: &["wiki", "mediawiki", "wikitext"],
    purpose: "the source of pages of MediaWiki, such as the page itself",
    recognizes,
    read,
};

/// Whether a text has a table of wikitext, and none of markdown.
fn recognizes(text: &str) -> bool {
    regex!(r"(?m)^[ \t:]*\{\|").is_match(text)
        && regex!(r"(?m)^[ \t]*\|[-}]").is_match(text)
        && !regex!(r"(?m)^[ \t]*\|?[ \t]*:?--+:?[ \t]*\|[ \t]*:?--").is_match(text)
}

fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let mut document = Document::new(text, "");
    document.read(part, page);
    document.finish(page);
}

/// A text with its pairs and notes.
#[derive(Debug)]
pub(super) struct Document<'a> {
    text: &'a str,
    marks: Marks,
    notes: Notes,
    /// What is left out of the table or note that is read.
    notices: Vec<Notice>,
    /// How deep the content lies that is read.
    depth: usize,
    /// Whether words are in italics.
    is_italic: bool,
    /// The first piece of a superscript or subscript that is open.
    raised: Option<usize>,
}

/// A table while it is read.
#[derive(Debug, Default)]
struct Open<'a> {
    start: usize,
    caption: Option<Cell<'a>>,
    header: Vec<Row<'a>>,
    rows: Vec<Row<'a>>,
    row: Row<'a>,
    /// Whether the row has header cells only, and whether it takes no room.
    is_header: bool,
    is_removed: bool,
    part: Part<'a>,
    notices: Vec<Notice>,
}

/// What of a table is open.
#[derive(Debug, Default)]
enum Part<'a> {
    /// Nothing: words here are in no cell.
    #[default]
    Between,
    Caption(Content<'a>),
    Cell(Content<'a>),
}

/// A cell or caption while it is read.
#[derive(Debug)]
struct Content<'a> {
    span: Span,
    inlines: Vec<Inline<'a>>,
    extent: Option<Extent>,
    is_hidden: bool,
}

impl<'a> Document<'a> {
    /// Reads the notes of a text. Where others stand beside them, a prefix keeps their labels apart.
    pub(super) fn new(text: &'a str, prefix: &'static str) -> Self {
        let mut document = Self {
            text,
            marks: Marks::new(text),
            notes: Notes::new(prefix),
            notices: Vec::new(),
            depth: 0,
            is_italic: false,
            raised: None,
        };
        document.find_notes();
        document
    }

    /// Hands the tables of a part of the text to a page, in the order in which they start.
    pub(super) fn read(&mut self, part: Span, page: &mut Page<'a, '_>) {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut closed = Vec::new();
        let tokens: Vec<Token> = Tokens::new(self.text, &self.marks, part.clone()).collect();
        let ends = tokens.iter().skip(1).map(|token| token.span.start);
        let ends: Vec<_> = ends.chain([part.end]).collect();
        // How many tables are open that lie too deep.
        let mut left_out = 0;
        for (token, end) in tokens.into_iter().zip(ends) {
            let is_deep = open.len() == limits::NESTED_TABLES;
            match token.border {
                Border::Table if is_deep => left_out += 1,
                Border::End if left_out > 0 => {
                    left_out -= 1;
                    continue;
                }
                _ => {}
            }
            if left_out > 0 {
                if token.border == Border::Table && left_out == 1 {
                    self.notice_deep(token.span);
                }
                continue;
            }
            let behind = token.span.end..end;
            match (token.border, open.last_mut()) {
                (Border::Heading, _) => self.heading(token.span, page),
                (Border::Table, _) => {
                    let notices = std::mem::take(&mut self.notices);
                    open.push(Open {
                        start: token.span.start,
                        notices,
                        ..Open::default()
                    });
                    self.behind_attributes(behind);
                }
                (Border::End, Some(_)) => {
                    if let Some(table) = open.pop() {
                        closed.push(self.close(table, token.span.end, page));
                    }
                    match open.last_mut() {
                        Some(around) => self.nested(around, &closed, behind),
                        None => hand_over(&mut closed, page),
                    }
                }
                (border, Some(table)) => self.border(table, border, token.span, behind, page),
                (_, None) => {}
            }
        }
        while let Some(table) = open.pop() {
            let message = "the table that starts here has no end; the text may be cut off";
            self.notice(Code::UnclosedTable, table.start..table.start + 2, message);
            closed.push(self.close(table, part.end, page));
            if let Some(around) = open.last_mut() {
                self.nested(around, &closed, part.end..part.end);
            }
        }
        hand_over(&mut closed, page);
    }

    /// Where the table ends that starts at a place; `None` if it has no end.
    pub(super) fn end_of_table(&self, start: usize) -> Option<usize> {
        let mut depth = 0;
        let mut tokens = Tokens::new(self.text, &self.marks, start..self.text.len());
        let end = tokens.find(|token| {
            match token.border {
                Border::Table => depth += 1,
                Border::End => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        end.map(|end| end.span.end)
    }

    /// Hands over the notes that the tables cite.
    pub(super) fn finish(mut self, page: &mut Page<'a, '_>) {
        let notes = std::mem::take(&mut self.notes);
        for (label, span) in notes.cited() {
            let span = trimmed(self.text, span);
            page.footnotes.definitions.push(Definition {
                label: label.into(),
                text: &self.text[span.clone()],
                content: self.cell_of(span.clone()),
                span,
                tables_before: 0,
            });
        }
        for notice in self.notices {
            page.report.push(notice.code, notice.span, notice.message);
        }
    }

    fn heading(&mut self, line: Span, page: &mut Page<'a, '_>) {
        let inner = trimmed(self.text, line);
        let signs = |signs: &str| signs.len() - signs.trim_start_matches('=').len();
        let text = &self.text[inner.clone()];
        let behind = text.len() - text.trim_end_matches('=').len();
        let heading = self.cell_of(inner.start + signs(text)..inner.end - behind);
        page.heading(words(&heading).into_owned().into());
    }

    /// What follows a border inside a table.
    fn border(
        &mut self,
        table: &mut Open<'a>,
        border: Border,
        at: Span,
        behind: Span,
        page: &mut Page<'a, '_>,
    ) {
        self.end_part(table);
        match border {
            Border::Row => {
                self.end_row(table, page);
                table.is_removed = self.behind_attributes(behind).is_removed;
            }
            Border::Caption => {
                table.part = Part::Caption(self.begin(behind));
            }
            Border::Cell { is_header } => {
                if table.row.cells.is_empty() {
                    table.row.span.start = at.start;
                    table.is_header = true;
                }
                table.is_header &= is_header;
                table.row.span.end = behind.end;
                table.part = Part::Cell(self.begin(behind));
            }
            Border::Heading | Border::Table | Border::End => {}
        }
    }

    /// The first line behind `{|` or `|-` holds attributes; what follows up to the first cell is in none.
    fn behind_attributes(&mut self, behind: Span) -> html::CellAttributes {
        let line = self.text[behind.clone()].find('\n');
        let line = line.map_or(behind.end, |end| behind.start + end);
        self.between(line..behind.end);
        self.attributes(behind.start..line)
    }

    /// Begins a cell or caption: its attributes, a bar, and content.
    fn begin(&mut self, span: Span) -> Content<'a> {
        let (attributes, span) = self.bar(span);
        let attributes = self.attributes(attributes);
        let mut inlines = Vec::new();
        self.is_italic = false;
        self.content(span.clone(), &mut inlines);
        Content {
            span,
            inlines,
            extent: Some(attributes.extent),
            is_hidden: attributes.is_hidden,
        }
    }

    /// What a cell says of itself. What else stands before its bar is not shown.
    fn attributes(&mut self, span: Span) -> html::CellAttributes {
        let span = trimmed(self.text, span);
        let text = &self.text[span.clone()];
        let is_said = is_attributes(text) || self.marks.at(span.start).is_some();
        if !is_said && text.contains(char::is_alphanumeric) {
            self.notice_hidden(span);
        }
        html::cell_attributes(text)
    }

    fn end_part(&mut self, table: &mut Open<'a>) {
        match std::mem::take(&mut table.part) {
            Part::Between => {}
            Part::Caption(content) => {
                let caption = self.end(content);
                if table.caption.is_none() {
                    table.caption = Some(caption);
                } else if !caption.is_blank() {
                    self.stray(caption.span);
                }
            }
            Part::Cell(content) => {
                let cell = self.end(content);
                table.row.cells.push(cell);
            }
        }
    }

    /// A cell whose content is complete.
    fn end(&mut self, content: Content<'a>) -> Cell<'a> {
        let Content {
            span,
            mut inlines,
            extent,
            is_hidden,
        } = content;
        gather_brackets(&mut inlines);
        let mut cell = Cell {
            span,
            inlines: inlines.into_iter().collect(),
            extent,
        };
        if !cell.is_blank() {
            cell.span = trimmed(self.text, cell.span);
            if is_hidden {
                self.notice_hidden(cell.span.clone());
                cell.inlines.clear();
            }
        }
        cell
    }

    fn end_row(&mut self, table: &mut Open<'a>, page: &mut Page<'a, '_>) {
        let mut row = std::mem::take(&mut table.row);
        if row.cells.is_empty() {
            return;
        }
        row.span = trimmed(self.text, row.span);
        row.cells.shrink_to_fit();
        if table.is_removed {
            if !row.is_blank() {
                self.notice_hidden(row.span);
            }
            return;
        }
        // A title above the header is one cell; below the header, one cell is the title of what follows.
        let is_title = row.cells.len() == 1 && table.header.iter().any(|row| row.cells.len() > 1);
        let is_header = table.rows.is_empty() && table.is_header && !is_title;
        let rows = if is_header {
            &mut table.header
        } else {
            &mut table.rows
        };
        page.row(row, rows);
    }

    fn close(&mut self, mut table: Open<'a>, end: usize, page: &mut Page<'a, '_>) -> Grid<'a> {
        self.end_part(&mut table);
        self.end_row(&mut table, page);
        if let Some(cut) = page.cut.take() {
            let message =
                "the rows so far fill the memory for this input: those from here on are not read";
            page.report.push(Code::TableCut, cut..end, message);
        }
        Grid {
            span: table.start..end,
            caption: table.caption.unwrap_or_default(),
            header: table.header,
            rows: table.rows,
            notices: std::mem::replace(&mut self.notices, table.notices),
            ..Grid::default()
        }
    }

    /// A table has ended inside another; what stands behind it goes on there.
    fn nested(&mut self, around: &mut Open<'a>, closed: &[Grid<'a>], behind: Span) {
        if let Some(grid) = closed.last() {
            let message = "a table inside a cell is read by itself; its words are not in the cell";
            self.notice(Code::NestedTable, grid.span.clone(), message);
        }
        match &mut around.part {
            Part::Between => self.between(behind),
            Part::Caption(content) | Part::Cell(content) => {
                content.span.end = behind.end;
                content.inlines.push(Inline::Text(" ".into()));
                self.content(behind.clone(), &mut content.inlines);
                around.row.span.end = behind.end;
            }
        }
    }

    /// What stands in a table, but in no cell.
    fn between(&mut self, span: Span) {
        let cell = self.cell_of(span.clone());
        if !cell.is_blank() {
            self.stray(trimmed(self.text, span));
        }
    }

    /// A cell of what stands in a part of the text.
    fn cell_of(&mut self, span: Span) -> Cell<'a> {
        let mut inlines = Vec::new();
        self.is_italic = false;
        self.content(span.clone(), &mut inlines);
        Cell {
            span,
            inlines: inlines.into_iter().collect(),
            extent: None,
        }
    }

    /// The attributes of a cell and its content: at its first bar, or before a template that brings its own.
    fn bar(&self, span: Span) -> (Span, Span) {
        let mut at = span.start;
        let special = regex!(r"[|\n{\[<]");
        while let Some(found) = special.find_at(&self.text[..span.end], at) {
            at = found.end();
            match (found.as_str(), self.marks.at(found.start())) {
                ("\n", _) => break,
                ("|", _) => return (span.start..found.start(), at..span.end),
                (_, Some(mark)) if mark.kind == Kind::Template => {
                    let before = self.text[span.start..mark.start].trim();
                    if self.is_cell_template(mark) && is_attributes(before) {
                        return (span.start..mark.start, mark.start..span.end);
                    }
                    at = mark.end;
                }
                // A bar behind a link is no border.
                (_, Some(mark)) if matches!(mark.kind, Kind::Link | Kind::Ref) => break,
                (_, Some(mark)) => at = mark.end,
                _ => {}
            }
        }
        (span.start..span.start, span)
    }

    fn notice_deep(&mut self, span: Span) {
        let message = format!(
            "tables inside tables are read {} deep; this one is left out",
            limits::NESTED_TABLES
        );
        self.notice(Code::NestedTable, span, message);
    }

    fn stray(&mut self, span: Span) {
        let message = format!("words in no cell: {:?}", &self.text[span.clone()]);
        self.notice(Code::StrayLine, span, message);
    }

    fn notice_hidden(&mut self, span: Span) {
        let message = format!("not shown by a browser: {:?}", &self.text[span.clone()]);
        self.notice(Code::HiddenText, span, message);
    }

    fn notice(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.notices.push(Notice {
            code,
            span,
            message,
        });
    }
}

/// Whether a text is nothing but attributes: `colspan=2 style="…"`.
fn is_attributes(text: &str) -> bool {
    regex!(r#"^(?:(?:nowrap|hidden|[-\w:]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'|]*))\s*)*$"#)
        .is_match(text)
}

/// Hands over an outermost table and those inside it.
fn hand_over<'a>(closed: &mut Vec<Grid<'a>>, page: &mut Page<'a, '_>) {
    closed.sort_by_key(|grid| grid.span.start);
    for grid in closed.drain(..) {
        page.table(grid);
    }
}
