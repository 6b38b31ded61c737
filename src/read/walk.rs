//! [`Tokens`] → [`Grid`]s and footnotes.
//!
//! One function for each level of nesting, table, row, cell, inline; each reads up to its own end. As in browsers (WHATWG
//! HTML, 13.2.6.4.9 to 15), end tags may be missing: a cell ends where the next one starts. What a browser does not show
//! is no word of the table: sort keys and whatever else is hidden, styles, scripts, comments.
//!
//! ```text
//! <td colspan=2>Yes<sup class="reference"><a href="#cite_note-IANA-2">[2]</a></sup></td>
//! ^ extent 1 × 2 ^ text                   ^ citation
//! ```
//!
//! A table inside a cell is read as a table of its own; its words are in no cell of the table around it.

use std::borrow::Cow;
use std::iter::Peekable;

use super::element::{
    Part, Spanned, Tag, Token, Tokens, is_blank, is_block, is_cell, is_group, is_heading,
    is_italic, is_raised, is_struck, is_void,
};
use super::grid::{Anchor, Cell, Definition, FootnoteId, Grid, Inline, Notice, Row};
use super::prose::{LINE_BREAK, words};
use super::wiki::{gather_brackets, gather_label, in_signs, link, raise, words_of_link};
use super::{Footnotes, trimmed};
use crate::diagnostic::{Code, Report};
use crate::limits;
use crate::text::Span;

/// What stands around words that are struck out.
const STRUCK: Inline<'_> = Inline::Text(Cow::Borrowed("~~"));

/// A walk over the elements of a text.
pub(super) struct Walk<'a, 't> {
    text: &'a str,
    tokens: Peekable<Tokens<'a>>,
    report: Report<'t>,
    /// The tables so far, and the footnotes.
    tables: Vec<Grid<'a>>,
    footnotes: Footnotes<'a>,
    /// The headings above, each below the one before it, with their elements; and the first of the page.
    headings: Vec<(Cow<'a, str>, String)>,
    title: Option<String>,
    /// How many tables are open.
    depth: usize,
    /// The tables that were found inside the one that is read.
    nested: Vec<Grid<'a>>,
    /// What is left out of the innermost table so far.
    notices: Vec<Notice>,
    /// Where the content of a cell is gathered: empty between cells.
    inlines: Vec<Inline<'a>>,
    /// The same for a row.
    cells: Vec<Cell<'a>>,
    /// How many elements of italics are open in a cell.
    italics: usize,
    /// Where the superscript or subscript begins that is open.
    raised: Option<usize>,
    /// The definitions that are open, the innermost last, and what stands in them.
    open: Vec<(usize, Vec<Inline<'a>>)>,
}

impl<'a, 't> Walk<'a, 't> {
    pub(super) fn new(text: &'a str, tokens: Tokens<'a>, report: Report<'t>) -> Self {
        Self {
            text,
            tokens: tokens.peekable(),
            report,
            tables: Vec::new(),
            footnotes: Footnotes::default(),
            headings: Vec::new(),
            title: None,
            depth: 0,
            nested: Vec::new(),
            notices: Vec::new(),
            inlines: Vec::new(),
            cells: Vec::new(),
            italics: 0,
            raised: None,
            open: Vec::new(),
        }
    }

    /// Reads all of it.
    pub(super) fn document(mut self) -> (Vec<Grid<'a>>, Footnotes<'a>) {
        while let Some((token, span)) = self.tokens.next() {
            match token {
                Token::Start(tag) if tag.name == "table" => self.outermost_table(&span),
                Token::GoOn => self.go_on(),
                Token::Start(tag) if is_heading(&tag.name) => self.heading(tag.name, span.end),
                Token::Start(tag) if tag.name == "template" => drop(self.skip(&tag.name)),
                Token::Definition { label, text } => self.definition(label, text, span),
                Token::DefinitionEnd => self.end_definition(),
                Token::Notice(code, message) => self.report.push(code, span, message),
                token => self.prose(token, span),
            }
        }
        for table in &mut self.tables {
            table.rows.shrink_to_fit();
        }
        (self.tables, self.footnotes)
    }

    /// Reads a table, and keeps it with those inside it, in the order in which they start.
    fn outermost_table(&mut self, tag: &Span) {
        let grid = self.table(tag);
        self.nested.push(grid);
        self.nested.sort_by_key(|grid| grid.span.start);
        for mut grid in std::mem::take(&mut self.nested) {
            let mut above = self.headings.iter().rev().map(|(_, words)| words.clone());
            grid.heading = above.next().unwrap_or_default().into();
            grid.outer_heading = above.next().unwrap_or_default().into();
            grid.title = self.title.clone().unwrap_or_default().into();
            self.tables.push(grid);
        }
    }

    fn go_on(&mut self) {
        if let Some(above) = self.tables.pop() {
            let mut grid = self.rows(above);
            grid.notices.append(&mut self.notices);
            self.tables.push(grid);
        }
    }

    /// The start of a long heading tells enough.
    fn heading(&mut self, level: Cow<'a, str>, start: usize) {
        let notices = self.notices.len();
        let heading = self.content(start, is_heading, Part::Heading);
        let mut text = words(&heading).into_owned();
        text.truncate(text.floor_char_boundary(limits::HEADING));
        self.title.get_or_insert_with(|| text.clone());
        // The names of the elements are in order.
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, text));
        self.notices.truncate(notices);
        for inline in &heading.inlines {
            if let Inline::Citation(citation) = inline
                && let FootnoteId::Label(label) = &citation.footnote
            {
                self.footnotes.labels_in_prose.push(label.clone());
            }
        }
    }

    fn definition(&mut self, label: Cow<'a, str>, text: &'a str, span: Span) {
        self.open
            .push((self.footnotes.definitions.len(), Vec::new()));
        self.footnotes.definitions.push(Definition {
            label,
            text,
            content: Cell::default(),
            span,
            tables_before: self.tables.len(),
        });
    }

    fn end_definition(&mut self) {
        let Some((open, inlines)) = self.open.pop() else {
            return;
        };
        let content = &mut self.footnotes.definitions[open].content;
        content.inlines = inlines.into();
        // One without words is kept as it is written.
        let is_kept = words(content).is_empty();
        for notice in self.notices.drain(..).filter(|_| !is_kept) {
            self.report.push(notice.code, notice.span, notice.message);
        }
    }

    /// Text around the tables: kept where it belongs to a definition.
    fn prose(&mut self, token: Token<'a>, span: Span) {
        if let Token::Citation(label) = &token {
            self.footnotes.labels_in_prose.push(label.clone());
        }
        if let Some((open, mut inlines)) = self.open.pop() {
            self.piece(token, span, &mut inlines);
            self.open.push((open, inlines));
        }
    }

    fn table(&mut self, tag: &Span) -> Grid<'a> {
        self.depth += 1;
        let notices = std::mem::take(&mut self.notices);
        let grid = Grid {
            span: tag.clone(),
            ..Grid::default()
        };
        let mut grid = self.rows(grid);
        self.depth -= 1;
        grid.notices = std::mem::replace(&mut self.notices, notices);
        grid
    }

    /// The rows of a table up to its end, below those that it has.
    fn rows(&mut self, mut grid: Grid<'a>) -> Grid<'a> {
        // The group of rows that is open: where it starts, and whether it is `<thead>`.
        let (mut group, mut is_head) = (grid.header.len() + grid.rows.len(), false);
        let mut has_caption = false;
        grid.span.end = loop {
            let Some((token, span)) = self.next_within(Part::Table) else {
                // It ends where the text does, or where another one starts between its cells.
                let message = "the table that starts here has no end; the text may be cut off";
                self.notice(Code::UnclosedTable, grid.span.clone(), message);
                break self.place();
            };
            match token {
                Token::End(name) if name == "table" => break span.end,
                Token::Start(tag) if tag.name == "caption" => {
                    let caption = self.content(span.end, |name| name == "caption", Part::Cell);
                    if !std::mem::replace(&mut has_caption, true) {
                        grid.caption = caption;
                    } else if !caption.is_blank() {
                        self.stray(caption.span);
                    }
                }
                Token::Start(tag) if tag.name == "tr" || is_cell(&tag.name) => {
                    let first = is_cell(&tag.name).then_some(span.end);
                    if let Some(row) = self.row(&tag, span.start, first) {
                        grid.add(row, is_head);
                    }
                }
                Token::Start(Tag { name, .. }) if is_group(&name) => {
                    (group, is_head) = (grid.end_group(group), name == "thead");
                }
                Token::End(name) if is_group(&name) => {
                    (group, is_head) = (grid.end_group(group), false);
                }
                token => self.between_cells(token, span),
            }
        };
        grid.end_group(group);
        grid
    }

    /// A row from its start tag, or from that of its first cell, which ends at a place. `None` if it is hidden.
    fn row(
        &mut self,
        tag: &Tag<'a>,
        start: usize,
        first: Option<usize>,
    ) -> Option<(Row<'a>, bool)> {
        let mut cells = std::mem::take(&mut self.cells);
        let (mut surplus, mut is_header) = (None, true);
        if let Some(start) = first {
            cells.extend(self.cell(tag, start));
            is_header &= tag.name == "th";
        }
        let end = loop {
            let Some((token, span)) = self.next_within(Part::Row) else {
                break self.place();
            };
            match token {
                Token::End(name) if name == "tr" => break span.end,
                Token::Start(tag) if is_cell(&tag.name) => {
                    cells.extend(self.cell(&tag, span.end));
                    is_header &= tag.name == "th";
                }
                Token::Surplus => surplus = Some(span),
                token => self.between_cells(token, span),
            }
        };
        #[expect(clippy::drain_collect, reason = "the next row has room in the vector")]
        let row = Row {
            span: trimmed(self.text, start..end.max(start)),
            cells: cells.drain(..).collect(),
            surplus,
        };
        self.cells = cells;
        if tag.name == "tr" && tag.is_removed() {
            self.hidden(row.span, !row.cells.iter().all(Cell::is_blank));
            return None;
        }
        Some((row, is_header))
    }

    /// A cell from the end of its start tag. `None` if it takes no room.
    fn cell(&mut self, tag: &Tag<'a>, start: usize) -> Option<Cell<'a>> {
        let mut cell = self.content(start, is_cell, Part::Cell);
        cell.extent = tag.extent;
        if tag.is_hidden() {
            self.hidden(cell.span.clone(), !cell.is_blank());
            cell.inlines.clear();
        }
        (!tag.is_removed()).then_some(cell)
    }

    /// What stands in a cell, a caption or a heading, up to its end tag or to a token that ends it without one.
    fn content(&mut self, start: usize, is_own: impl Fn(&str) -> bool, part: Part) -> Cell<'a> {
        let mut inlines = std::mem::take(&mut self.inlines);
        (self.italics, self.raised) = (0, None);
        let end = loop {
            let Some((token, span)) = self.next_within(part) else {
                break self.place();
            };
            match token {
                Token::End(name) if is_own(&name) => break span.start,
                token => self.piece(token, span, &mut inlines),
            }
        };
        gather_brackets(&mut inlines);
        // A wikitext table that markdown reads as words may end what began behind it.
        let mut cell = Cell {
            span: start..end.max(start),
            inlines: inlines.drain(..).collect(),
            extent: None,
        };
        let markup = &self.text[cell.span.clone()];
        if !cell.is_blank() {
            cell.span = trimmed(self.text, cell.span);
        } else if markup.contains("<svg") || markup.contains("<i ") {
            let message = format!("this icon is nowhere in the output: {markup:?}");
            self.notice(Code::DroppedLink, cell.span.clone(), message);
        }
        self.inlines = inlines;
        cell
    }

    /// A piece of a cell, and the label that it may end.
    fn piece(&mut self, token: Token<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        let (is_close, end) = (matches!(&token, Token::Text(text) if text == "]"), span.end);
        self.inline(token, span, inlines);
        if is_close {
            gather_label(inlines, end);
        }
    }

    fn inline(&mut self, mut token: Token<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        if let Token::Start(tag) = &mut token {
            if tag.is_unseen() {
                return self.unseen(tag, span);
            }
            inlines.extend(self.icon(tag).map(Inline::Text));
        }
        match token {
            Token::Text(text) if self.italics > 0 => inlines.push(Inline::Emphasis(text)),
            Token::Text(text) => inlines.push(Inline::Text(text)),
            Token::Citation(label) => inlines.push(Inline::citation(label, span)),
            Token::Tag(words) => inlines.push(Inline::Tag(words)),
            Token::Notice(code, message) => self.notice(code, span, message),
            Token::End(name) if is_italic(&name) => self.italics = self.italics.saturating_sub(1),
            Token::Start(tag) if is_italic(&tag.name) => self.italics += 1,
            Token::End(name) if is_raised(&name) => {
                if let Some(from) = self.raised.take() {
                    raise(inlines, from, name == "sub");
                }
            }
            Token::Start(tag) if is_raised(&tag.name) => self.raised = Some(inlines.len()),
            // As markdown writes it, where it is words that a reader sees.
            Token::End(name) if is_struck(&name) => inlines.push(STRUCK),
            Token::Start(tag) if is_struck(&tag.name) => inlines.push(STRUCK),
            Token::End(name) if is_block(&name) => inlines.push(LINE_BREAK),
            Token::Start(tag) if tag.name == "table" => {
                inlines.push(LINE_BREAK);
                self.nested_table(&span);
            }
            Token::Start(tag) if tag.name == "a" => self.link(tag, span.start, inlines),
            Token::Start(tag) if tag.name == "img" => self.image(tag, span, inlines),
            Token::Start(tag) if is_block(&tag.name) => inlines.push(LINE_BREAK),
            _ => {}
        }
    }

    /// What an element without words shows: a check box, or what a screen reader says of an icon.
    fn icon(&mut self, tag: &mut Tag<'a>) -> Option<Cow<'a, str>> {
        let next = self.tokens.peek();
        let is_empty = matches!(next, Some((Token::End(name), _)) if *name == tag.name);
        let is_check = |kind: &str| kind.eq_ignore_ascii_case("checkbox");
        match &*tag.name {
            "svg" => tag.take("aria-label"),
            "i" | "span" if is_empty => tag.take("aria-label"),
            "input" if tag.attribute("type").is_some_and(is_check) => {
                let is_checked = tag.attribute("checked").is_some();
                Some(if is_checked { "[x]" } else { "[ ]" }.into())
            }
            _ => None,
        }
    }

    /// A link, or the words of `<a name="…">`, which is none.
    fn link(&mut self, mut tag: Tag<'a>, start: usize, inlines: &mut Vec<Inline<'a>>) {
        let mut content = Vec::new();
        let end = loop {
            let Some((token, span)) = self.next_within(Part::Link) else {
                break self.place();
            };
            match token {
                Token::End(name) if name == "a" => break span.end,
                token => self.inline(token, span, &mut content),
            }
        };
        let (text, is_emphasized) = words_of_link(content, inlines);
        let is_emphasized = is_emphasized || self.italics > 0;
        let Some(url) = tag.take("href").filter(|url| !url.is_empty()) else {
            return inlines.push(Inline::Text(text));
        };
        // `443 <a href="#id1">1</a>`, as Sphinx writes a footnote.
        let is_note = !inlines.is_empty()
            && text.len() < 3
            && regex!(r"^#_?(?:fn|foot|note|ref|id|n)[a-z_:.-]*[0-9]+$").is_match(&url);
        let note = is_note.then(|| in_signs(&text, false)).flatten();
        let text = note.map_or(text, Cow::Owned);
        let title = tag.attribute("title").unwrap_or_default();
        let missing = tag.is_of_class("new")
            || url.contains("redlink=1")
            || title.ends_with("(page does not exist)");
        let span = start..end;
        let anchor = Anchor {
            text,
            url,
            missing,
            is_emphasized,
            span,
        };
        inlines.extend(link(anchor));
    }

    /// An image: nothing but its alternative text is in the output.
    fn image(&mut self, mut tag: Tag<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        let url = tag.attribute("src").unwrap_or_default();
        let message = format!("this image is nowhere in the output: {url:?}");
        self.notice(Code::DroppedLink, span, message);
        inlines.extend(tag.take("alt").map(Inline::Text));
    }

    /// A table inside a cell.
    fn nested_table(&mut self, tag: &Span) {
        if self.depth < limits::NESTED_TABLES {
            let grid = self.table(tag);
            let message = "a table inside a cell is read on its own; its words are not in the cell";
            self.notice(Code::NestedTable, grid.span.clone(), message);
            self.nested.push(grid);
        } else {
            let (end, _) = self.skip("table");
            let message = format!(
                "nested tables are read only {} levels deep; this one is left out",
                limits::NESTED_TABLES
            );
            self.notice(Code::NestedTable, tag.start..end, message);
        }
    }

    /// What stands in a table, but in no cell.
    fn between_cells(&mut self, token: Token<'a>, span: Span) {
        match token {
            Token::Text(text) if !is_blank(&text) => self.stray(trimmed(self.text, span)),
            Token::Start(tag) if tag.is_unseen() => self.unseen(&tag, span),
            Token::Notice(code, message) => self.notice(code, span, message),
            _ => {}
        }
    }

    fn stray(&mut self, span: Span) {
        let message = format!("words outside the cells: {:?}", &self.text[span.clone()]);
        self.notice(Code::StrayLine, span, message);
    }

    /// An element that a browser does not show. That it shows no styles and scripts is no news.
    fn unseen(&mut self, tag: &Tag<'a>, span: Span) {
        if !is_void(&tag.name) {
            let (end, has_words) = self.skip(&tag.name);
            let is_news = !matches!(&*tag.name, "script" | "style" | "rp");
            self.hidden(span.start..end.max(span.end), has_words && is_news);
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
        loop {
            let part = if tables == 0 {
                Part::Inline
            } else {
                Part::Table
            };
            let is_inside = |(token, _): &Spanned<'_>| token.ends() < Some(part);
            let Some((token, span)) = self.tokens.next_if(is_inside) else {
                return (self.place(), has_words);
            };
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
                Token::Citation(_) | Token::Tag(_) => has_words = true,
                _ => {}
            }
        }
    }

    fn notice(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let message = message.into();
        self.notices.push(Notice {
            code,
            span,
            message,
        });
    }

    /// The next token, unless it ends a part of a table. A table stands in cells and in nothing else.
    fn next_within(&mut self, part: Part) -> Option<Spanned<'a>> {
        let is_inside = |token: &Token<'_>| match token {
            token if token.is_table() => part == Part::Cell,
            token => token.ends() < Some(part),
        };
        self.tokens.next_if(|(token, _)| is_inside(token))
    }

    /// Where the next token starts.
    fn place(&mut self) -> usize {
        let next = self.tokens.peek();
        next.map_or(self.text.len(), |(_, span): &Spanned<'_>| span.start)
    }
}
