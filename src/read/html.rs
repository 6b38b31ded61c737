//! HTML → [`Grid`]s, as the wiki serves it, Parsoid writes it and converters leave it.
//!
//! What a cell covers is known here: `rowspan` and `colspan` say it. One function for each level of nesting, table,
//! row, cell, inline; each reads up to its own end. As in browsers (WHATWG HTML, 13.2.6.4.9 to 15), end tags may be
//! missing: a cell ends where the next one starts. What a browser does not show is no word of the table: sort keys
//! and whatever else is hidden, styles, scripts, comments.
//!
//! ```text
//! <td colspan=2>Yes<sup class="reference"><a href="#cite_note-IANA-2">[2]</a></sup></td>
//! ^ extent 1 × 2 ^ text                   ^ citation
//! ```
//!
//! A table inside a cell is read as a table of its own; its words are in no cell of the table around it.

mod element;
mod token;
mod within;

use std::borrow::Cow;
use std::iter::Peekable;
use std::num::NonZeroU16;

use super::grid::{Cell, Extent, Grid, Image, Inline, Notice, Row};
use super::prose::words;
use super::wiki::{gather_brackets, link, raise, words_of_link};
use super::{Page, Syntax, trimmed};
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

use element::{
    VOID, ends_cell, ends_link, ends_row, is_blank, is_block, is_cell, is_group, is_heading,
    is_hidden, is_italic, is_raised, is_removed, is_unseen,
};
use token::{Tag, Token, Tokens};

pub(super) use within::{Meaning, depth_of, meaning_of, table_end, table_start, words_of};

/// HTML, as the wiki serves it and as converters leave it.
pub(super) static HTML: Syntax = Syntax {
    name: "html",
    endings: &["html", "htm", "xhtml"],
    purpose: "pages of the wiki, and tables of any other page",
    recognizes,
    read,
};

/// Whether a text is a whole document, or one element from its first to its last character.
fn recognizes(text: &str) -> bool {
    let text = text.trim();
    let is_metadata = |name: &str| matches!(name, "meta" | "link" | "base");
    let mut tokens = Tokens::new(text, 0..text.len()).map(|(token, _)| token);
    let first = text.starts_with('<').then(|| {
        tokens.find(|token| match token {
            Token::Start(tag) => !is_metadata(&tag.name),
            Token::Text(text) => !is_blank(text),
            Token::Doctype | Token::End(_) => true,
        })
    });
    match first.flatten() {
        Some(Token::Doctype) => true,
        Some(Token::Start(tag)) => match &*tag.name {
            "html" | "head" | "body" => true,
            name => ends_with_end_tag(text, name),
        },
        _ => false,
    }
}

/// Hands the tables of a part of a text to a page.
pub(super) fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let walk = Walk {
        text,
        end: part.end,
        tokens: Tokens::new(text, part).peekable(),
        page,
        depth: 0,
        nested: Vec::new(),
        notices: Vec::new(),
        inlines: Vec::new(),
        italics: 0,
        raised: None,
    };
    walk.document();
}

fn ends_with_end_tag(text: &str, name: &str) -> bool {
    let end = text.len().saturating_sub(name.len() + 3);
    let last = text.get(end..).unwrap_or_default();
    let mut tokens = Tokens::new(last, 0..last.len());
    matches!(tokens.next(), Some((Token::End(end), _)) if end == name)
}

/// A walk over the tokens of a text.
struct Walk<'a, 'p, 't> {
    text: &'a str,
    /// Where the part that is read ends.
    end: usize,
    tokens: Peekable<Tokens<'a>>,
    page: &'p mut Page<'a, 't>,
    /// How many tables are open.
    depth: usize,
    /// The tables that were found inside the one that is read.
    nested: Vec<Grid<'a>>,
    /// What is left out of the innermost table so far.
    notices: Vec<Notice>,
    /// Where the content of a cell is gathered: empty between cells.
    inlines: Vec<Inline<'a>>,
    /// How many elements of italics are open in a cell.
    italics: usize,
    /// Where the superscript or subscript begins that is open.
    raised: Option<usize>,
}

/// The rows of a table while it is read.
#[derive(Debug, Default)]
struct Rows<'a> {
    all: Vec<Row<'a>>,
    /// How many of them are the header.
    header: usize,
    /// Where the group starts that is read: `<thead>`, `<tbody>` or `<tfoot>`.
    group: usize,
    is_head: bool,
}

impl<'a> Walk<'a, '_, '_> {
    fn document(mut self) {
        while let Some((token, span)) = self.tokens.next() {
            let Token::Start(tag) = token else {
                continue;
            };
            if tag.name == "table" {
                self.outermost_table(span.start);
            } else if is_heading(&tag.name) {
                self.heading(span.end);
            } else if tag.name == "template" {
                self.skip(&tag.name);
            }
        }
    }

    /// Reads a table, and hands it over with those inside it, in the order in which they start.
    fn outermost_table(&mut self, start: usize) {
        let grid = self.table(start);
        let mut nested = std::mem::take(&mut self.nested);
        nested.sort_by_key(|grid| grid.span.start);
        for grid in std::iter::once(grid).chain(nested) {
            self.page.table(grid);
        }
    }

    fn heading(&mut self, start: usize) {
        let is_end = |token: &Token<'_>| match token {
            Token::Start(tag) => is_heading(&tag.name) || tag.name == "table",
            _ => false,
        };
        let heading = self.content(start, is_heading, |token| is_end(token) || ends_cell(token));
        self.page.heading(words(&heading).into_owned().into());
    }

    fn table(&mut self, start: usize) -> Grid<'a> {
        self.depth += 1;
        let notices = std::mem::take(&mut self.notices);
        let (mut caption, mut rows) = (None, Rows::default());
        let is_table =
            |token: &Token<'_>| matches!(token, Token::Start(tag) if tag.name == "table");
        let end = loop {
            let Some((token, span)) = self.tokens.next_if(|(token, _)| !is_table(token)) else {
                break self.unclosed_table(start);
            };
            match token {
                Token::End(name) if name == "table" => break span.end,
                Token::Start(tag) if tag.name == "caption" => self.caption(span.end, &mut caption),
                Token::Start(tag) if tag.name == "tr" => {
                    let row = self.row(&tag, span.start, None);
                    rows.extend(row);
                }
                Token::Start(tag) if is_cell(&tag.name) => {
                    let row = self.row(&tag, span.start, Some((&tag, span.end)));
                    rows.extend(row);
                }
                Token::Start(tag) if is_group(&tag.name) => rows.begin_group(tag.name == "thead"),
                Token::End(name) if is_group(&name) => rows.begin_group(false),
                token => self.between_cells(token, span),
            }
        };
        rows.begin_group(false);
        let header = rows.all.drain(..rows.header).collect();
        self.depth -= 1;
        Grid {
            span: start..end,
            caption: caption.unwrap_or_default(),
            header,
            rows: rows.all,
            notices: std::mem::replace(&mut self.notices, notices),
            ..Grid::default()
        }
    }

    /// A table that has no end tag ends where the text does, or where another one starts between its cells.
    fn unclosed_table(&mut self, start: usize) -> usize {
        let message = "the table that starts here has no end tag; the text may be cut off";
        self.notice(Code::UnclosedTable, start..start + "<table".len(), message);
        self.place()
    }

    fn caption(&mut self, start: usize, caption: &mut Option<Cell<'a>>) {
        let cell = self.content(start, |name| name == "caption", ends_cell);
        if caption.is_none() {
            *caption = Some(cell);
        } else if !cell.is_blank() {
            self.stray(cell.span);
        }
    }

    /// A row from its start tag, or from the first cell of one without. `None` if it is hidden.
    fn row(
        &mut self,
        tag: &Tag<'a>,
        start: usize,
        first: Option<(&Tag<'a>, usize)>,
    ) -> Option<(Row<'a>, bool)> {
        let mut cells = Vec::new();
        let mut is_header = true;
        if let Some((tag, start)) = first {
            cells.extend(self.cell(tag, start));
            is_header &= tag.name == "th";
        }
        let end = loop {
            let Some((token, span)) = self.tokens.next_if(|(token, _)| !ends_row(token)) else {
                break self.place();
            };
            match token {
                Token::End(name) if name == "tr" => break span.end,
                Token::Start(tag) if is_cell(&tag.name) => {
                    cells.extend(self.cell(&tag, span.end));
                    is_header &= tag.name == "th";
                }
                token => self.between_cells(token, span),
            }
        };
        // Rows are held until the whole text is read.
        cells.shrink_to_fit();
        let row = Row {
            span: trimmed(self.text, start..end),
            cells,
            ..Row::default()
        };
        if tag.name == "tr" && is_removed(tag) {
            self.hidden(row.span, !row.cells.iter().all(Cell::is_blank));
            return None;
        }
        Some((row, is_header))
    }

    /// A cell from the end of its start tag. `None` if it is hidden.
    fn cell(&mut self, tag: &Tag<'a>, start: usize) -> Option<Cell<'a>> {
        let cell = self.content(start, is_cell, ends_cell);
        if is_hidden(tag) {
            self.hidden(cell.span.clone(), !cell.is_blank());
        }
        let extent = Some(extent(tag));
        let shown = if is_hidden(tag) {
            Cell {
                span: cell.span,
                ..Cell::default()
            }
        } else {
            cell
        };
        (!is_removed(tag)).then_some(Cell { extent, ..shown })
    }

    /// What stands in a cell, a caption or a heading, up to its end tag or to a token that ends it without one.
    fn content(
        &mut self,
        start: usize,
        is_own: impl Fn(&str) -> bool,
        ends: impl Fn(&Token<'_>) -> bool,
    ) -> Cell<'a> {
        let mut inlines = std::mem::take(&mut self.inlines);
        (self.italics, self.raised) = (0, None);
        let end = loop {
            let Some((token, span)) = self.tokens.next_if(|(token, _)| !ends(token)) else {
                break self.place();
            };
            match token {
                Token::End(name) if is_own(&name) => break span.start,
                token => self.inline(token, span, &mut inlines),
            }
        };
        gather_brackets(&mut inlines);
        let mut cell = Cell {
            span: start..end,
            inlines: inlines.drain(..).collect(),
            extent: None,
        };
        if !cell.is_blank() {
            cell.span = trimmed(self.text, cell.span);
        }
        self.inlines = inlines;
        cell
    }

    fn inline(&mut self, token: Token<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        match token {
            Token::Text(text) if self.italics > 0 => inlines.push(Inline::Emphasis(text)),
            Token::Text(text) => inlines.push(Inline::Text(text)),
            Token::End(name) if is_italic(&name) => self.italics = self.italics.saturating_sub(1),
            Token::Start(tag) if is_italic(&tag.name) && !is_unseen(&tag) => self.italics += 1,
            Token::End(name) if is_raised(&name) => {
                if let Some(from) = self.raised.take() {
                    raise(inlines, from, name == "sub");
                }
            }
            Token::Start(tag) if is_raised(&tag.name) && !is_unseen(&tag) => {
                self.raised = Some(inlines.len());
            }
            Token::End(name) if is_block(&name) => inlines.push(BLANK),
            Token::Start(tag) if tag.name == "table" => {
                inlines.push(BLANK);
                self.nested_table(span.start);
            }
            Token::Start(tag) if is_unseen(&tag) => self.unseen(&tag, span),
            Token::Start(tag) if tag.name == "a" => self.link(tag, span.start, inlines),
            Token::Start(tag) if tag.name == "img" => image(tag, span, inlines),
            Token::Start(tag) if is_block(&tag.name) => inlines.push(BLANK),
            Token::Start(_) | Token::End(_) | Token::Doctype => {}
        }
    }

    /// A link, or the words of `<a name="…">`, which is none. Images in it stand before it.
    fn link(&mut self, mut tag: Tag<'a>, start: usize, inlines: &mut Vec<Inline<'a>>) {
        let mut content = Vec::new();
        let end = loop {
            let Some((token, span)) = self.tokens.next_if(|(token, _)| !ends_link(token)) else {
                break self.place();
            };
            match token {
                Token::End(name) if name == "a" => break span.end,
                token => self.inline(token, span, &mut content),
            }
        };
        let (text, is_emphasized) = words_of_link(content, inlines);
        let is_emphasized = is_emphasized || self.italics > 0;
        let is_red = tag.is_of_class("new");
        let title = tag.take("title").unwrap_or_default();
        match tag.take("href").filter(|url| !url.is_empty()) {
            Some(url) => inlines.extend(link(text, url, &title, is_emphasized, start..end).map(
                |mut inline| {
                    if let Inline::Link(link) = &mut inline {
                        link.missing |= is_red;
                    }
                    inline
                },
            )),
            None => inlines.push(Inline::Text(text)),
        }
    }

    /// A table inside a cell.
    fn nested_table(&mut self, start: usize) {
        if self.depth < limits::NESTED_TABLES {
            let grid = self.table(start);
            let message = "a table inside a cell is read by itself; its words are not in the cell";
            self.notice(Code::NestedTable, grid.span.clone(), message);
            self.nested.push(grid);
        } else {
            let (end, _) = self.skip("table");
            let message = format!(
                "tables inside tables are read {} deep; this one is left out",
                limits::NESTED_TABLES
            );
            self.notice(Code::NestedTable, start..end, message);
        }
    }

    /// What stands in a table, but in no cell.
    fn between_cells(&mut self, token: Token<'a>, span: Span) {
        match token {
            Token::Text(text) if !is_blank(&text) => self.stray(trimmed(self.text, span)),
            Token::Start(tag) if is_unseen(&tag) => self.unseen(&tag, span),
            _ => {}
        }
    }

    fn stray(&mut self, span: Span) {
        let message = format!("words in no cell: {:?}", &self.text[span.clone()]);
        self.notice(Code::StrayLine, span, message);
    }

    /// An element that a browser does not show. That it never shows styles and scripts is no news.
    fn unseen(&mut self, tag: &Tag<'a>, span: Span) {
        if !VOID.contains(&&*tag.name) {
            let (end, has_words) = self.skip(&tag.name);
            self.hidden(span.start..end, has_words && is_hidden(tag));
        }
    }

    fn hidden(&mut self, span: Span, has_words: bool) {
        if has_words {
            let message = format!("not shown by a browser: {:?}", &self.text[span.clone()]);
            self.notice(Code::HiddenText, span, message);
        }
    }

    /// Passes over the rest of an element, or of the cell around it if that ends first. Returns where it ends, and
    /// whether there are words in it.
    fn skip(&mut self, name: &str) -> (usize, bool) {
        let (mut open, mut tables) = (1, usize::from(name == "table"));
        let mut has_words = false;
        while let Some((token, span)) = self
            .tokens
            .next_if(|(token, _)| tables > 0 || !ends_cell(token))
        {
            match token {
                Token::Start(tag) => {
                    open += usize::from(tag.name == name);
                    tables += usize::from(tag.name == "table");
                }
                Token::End(end) => {
                    open -= usize::from(end == name);
                    tables -= usize::from(end == "table");
                    if open == 0 {
                        return (span.end, has_words);
                    }
                }
                Token::Text(text) => has_words |= !is_blank(&text),
                Token::Doctype => {}
            }
        }
        (self.place(), has_words)
    }

    fn notice(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.notices.push(Notice {
            code,
            span,
            message,
        });
    }

    /// Where the next token starts.
    fn place(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |(_, span)| span.start)
    }
}

impl<'a> Rows<'a> {
    /// Adds a row, to the header if it belongs there: in `<thead>`, or above all others with cells of `<th>` only. A
    /// title above the header is one cell; below the header, one cell is the title of what follows.
    fn extend(&mut self, row: Option<(Row<'a>, bool)>) {
        let Some((row, is_header)) = row else {
            return;
        };
        let is_title = row.cells.len() == 1 && self.all.iter().any(|row| row.cells.len() > 1);
        if self.header == self.all.len() && (self.is_head || is_header && !is_title) {
            self.header += 1;
        }
        self.all.push(row);
    }

    /// No cell reaches beyond its group.
    fn begin_group(&mut self, is_head: bool) {
        let group = &mut self.all[self.group..];
        let rows = group.len();
        for (at, row) in group.iter_mut().enumerate() {
            let below = u16::try_from(rows - at).unwrap_or(u16::MAX);
            for extent in row.cells.iter_mut().filter_map(|cell| cell.extent.as_mut()) {
                extent.rows = extent
                    .rows
                    .min(NonZeroU16::new(below).unwrap_or(NonZeroU16::MIN));
            }
        }
        self.group = self.all.len();
        self.is_head = is_head;
    }
}

const BLANK: Inline<'_> = Inline::Text(Cow::Borrowed(" "));

/// How far a cell reaches (WHATWG HTML, 4.9.11): at most 1000 columns and 65534 rows; `rowspan=0` means all rows of the
/// group, and whatever is no number means 1.
fn extent(tag: &Tag<'_>) -> Extent {
    let number = |name| tag.attribute(name).and_then(number).unwrap_or(1);
    let rows = match number("rowspan") {
        0 => u16::MAX,
        rows => rows.min(65534),
    };
    let columns = number("colspan").min(1000);
    Extent {
        rows: NonZeroU16::new(rows).unwrap_or(NonZeroU16::MIN),
        columns: NonZeroU16::new(columns).unwrap_or(NonZeroU16::MIN),
    }
}

/// The number at the start of a value (WHATWG HTML, 2.3.4.2); a large one is the largest.
fn number(value: &str) -> Option<u16> {
    let value = value.trim_ascii_start();
    let value = value.strip_prefix('+').unwrap_or(value);
    let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
    let has_digits = !digits.is_empty();
    has_digits.then(|| digits.parse().unwrap_or(u16::MAX))
}

/// An image, and its alternative text behind it.
fn image<'a>(mut tag: Tag<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
    let url = tag.take("src").unwrap_or_default();
    inlines.push(Inline::Image(Box::new(Image { url, span })));
    inlines.extend(tag.take("alt").map(Inline::Text));
}

/// What the attributes of a cell or row say.
#[derive(Debug)]
pub(super) struct CellAttributes {
    /// How far a cell reaches.
    pub(super) extent: Extent,
    /// Whether a browser does not show it.
    pub(super) is_hidden: bool,
    /// Whether it takes no room at all.
    pub(super) is_removed: bool,
}

/// What attributes say that stand apart from their tag: `rowspan="2" style="…"`.
pub(super) fn cell_attributes(attributes: &str) -> CellAttributes {
    let tag = ["<td ", attributes, ">"].concat();
    match Tokens::new(&tag, 0..tag.len()).next() {
        Some((Token::Start(tag), _)) => CellAttributes {
            extent: extent(&tag),
            is_hidden: is_hidden(&tag),
            is_removed: is_removed(&tag),
        },
        _ => cell_attributes(""),
    }
}
