//! Markdown → [`Grid`]s and footnotes.
//!
//! This module and those below it alone know pulldown-cmark. Emphasis, code marks, superscript and line breaks leave
//! nothing but their text. What is written in HTML is [`html`]'s to read. Tables that GFM would cut, run together or not
//! see are put into its form before ([`layout`]).
//!
//! Quirks of pulldown-cmark 0.13, handled here and nowhere else:
//! - A row is cut to the header's cells; the rest of the row has no event. It is found by comparing the
//!   end of the last cell with the end of the row, and kept as [`Row::surplus`].
//! - A short row is padded with cells whose range is empty at the row's end; they are left out again.
//! - The 262,145th padded cell ends a table in silence. What follows is a paragraph, within the table behind an
//!   empty row or behind the table.
//! - A line without a pipe behind a row is a row of one cell.
//! - Links do not nest, and a footnote reference or citation is one: `[Echo[^1] P](/wiki/Echo)` stays text
//!   with a citation in it, URL and all. A label without a definition stays in the words of the link.
//! - A label without a definition arrives as text, which is put together again.

use std::borrow::Cow;
use std::iter::Peekable;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::grid::{
    Cell, Definition, FootnoteId, Grid, Image, Inline, Inlines, Notice, Reference, Row,
};
use super::html::Meaning;
use super::wiki::{append, gather_brackets, link, raise, slice, words_of_link};
use super::{Page, html, trimmed};
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

mod layout;

use layout::{Kind, Layout};

pub(super) fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let mut layout = Layout::new(&text[part.clone()]);
    let text = match layout.text.take() {
        None => &text[part.clone()],
        Some(text) => page.prepared.get_or_init(|| text),
    };
    let definitions = page.footnotes.definitions.len();
    let mut walk = Walk::new(text, layout, part.start, page);
    walk.read();
    let places = walk.places;
    for definition in &mut page.footnotes.definitions[definitions..] {
        definition.span = places.original(&definition.span);
        definition.content.move_to(&|span| places.original(span));
    }
}

/// What stands in a text of its own, such as a cell of several lines; spans are those of the text.
pub(super) fn content<'a>(text: &'a str, page: &mut Page<'a, '_>) -> Vec<Inline<'a>> {
    let mut inlines = Vec::new();
    let mut walk = Walk::new(text, Layout::default(), 0, page);
    while let Some((event, span)) = walk.events.next() {
        if is_end_of_block(&event) {
            inlines.push(Inline::Text(Cow::Borrowed(" ")));
        } else {
            walk.inline(event, span, &mut inlines);
        }
    }
    gather_brackets(&mut inlines);
    inlines
}

/// Where the text that is read stands in the whole text.
struct Places {
    layout: Layout,
    /// Where the part starts.
    start: usize,
}

impl Places {
    fn original(&self, span: &Span) -> Span {
        let place = |at| self.start + self.layout.original(at);
        place(span.start)..place(span.end)
    }
}

/// A walk over the events of a text.
struct Walk<'a, 'p, 't> {
    text: &'a str,
    events: Peekable<OffsetIter<'a>>,
    places: Places,
    page: &'p mut Page<'a, 't>,
    /// Whether a table of HTML was met that is never closed.
    has_unclosed_table: bool,
    /// The definitions that are being read, the innermost last.
    open: Vec<usize>,
    /// Where the content of a cell is gathered: empty between cells.
    inlines: Vec<Inline<'a>>,
    /// How many marks of italics are open.
    italics: usize,
    /// Where in a cell the superscript or subscript begins that is open.
    raised: Option<usize>,
}

impl<'a, 'p, 't> Walk<'a, 'p, 't> {
    fn new(text: &'a str, layout: Layout, start: usize, page: &'p mut Page<'a, 't>) -> Self {
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        Self {
            text,
            events: Parser::new_ext(text, options).into_offset_iter().peekable(),
            places: Places { layout, start },
            page,
            has_unclosed_table: false,
            open: Vec::new(),
            inlines: Vec::new(),
            italics: 0,
            raised: None,
        }
    }
}

/// One function for each level of nesting; each reads up to its own end.
impl<'a> Walk<'a, '_, '_> {
    fn read(&mut self) {
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Table(_)) => self.table(&span),
                Event::Start(Tag::Heading { .. }) => self.heading(),
                Event::Start(Tag::FootnoteDefinition(label)) => self.definition(label, span),
                Event::End(TagEnd::FootnoteDefinition) => drop(self.open.pop()),
                Event::Html(_) | Event::InlineHtml(_) if self.is_html_table(&span) => {
                    self.html_table(span);
                }
                event => self.prose(event, span),
            }
        }
    }

    fn heading(&mut self) {
        let mut words = Cow::Borrowed("");
        while let Some((event, _)) = self.events.next()
            && !matches!(event, Event::End(TagEnd::Heading(_)))
        {
            if let Event::FootnoteReference(label) = event {
                let label = label.into();
                self.page.footnotes.labels_in_prose.push(label);
            } else {
                append(&mut words, Self::text_of(event));
            }
        }
        self.page.heading(words);
    }

    fn is_html_table(&self, span: &Span) -> bool {
        html::table_start(self.text, span.clone()).is_some()
    }

    /// A table that is written in HTML. Blank lines in it end its block in markdown, but not the table. If it ends in
    /// a table of markdown, the rest of that is passed over, too.
    fn html_table(&mut self, block: Span) {
        let Some(start) = html::table_start(self.text, block.clone()) else {
            return;
        };
        // To look for the end of each of many unclosed tables would take quadratic time.
        let end = (!self.has_unclosed_table)
            .then(|| html::table_end(self.text, start))
            .flatten();
        self.has_unclosed_table |= end.is_none();
        let table = start..end.unwrap_or(block.end);
        let tables = self.page.tables.len();
        html::read(self.text, table.clone(), self.page);
        for grid in &mut self.page.tables[tables..] {
            grid.move_to(&|span| self.places.original(span));
        }
        let mut end = table.end;
        while let Some((event, span)) = self.events.next_if(|(_, span)| span.start < end) {
            match event {
                Event::Start(Tag::Table(_)) => end = end.max(span.end),
                Event::End(TagEnd::FootnoteDefinition) => drop(self.open.pop()),
                _ => {}
            }
        }
    }

    fn definition(&mut self, label: CowStr<'a>, span: Span) {
        let label = label.into();
        self.open.push(self.page.footnotes.definitions.len());
        self.page.footnotes.definitions.push(Definition {
            text: definition_text(&self.text[span.clone()]),
            content: Cell::default(),
            label,
            span,
            tables_before: self.page.tables.len(),
        });
    }

    /// Text around the tables: kept where it belongs to a definition.
    fn prose(&mut self, event: Event<'a>, span: Span) {
        if let Event::FootnoteReference(label) = &event {
            let label = label.clone().into();
            self.page.footnotes.labels_in_prose.push(label);
        }
        let Some(&open) = self.open.last() else {
            return;
        };
        let content = &mut self.page.footnotes.definitions[open].content.inlines;
        let mut inlines = std::mem::take(content).into_vec();
        if is_end_of_block(&event) {
            inlines.push(Inline::Text(Cow::Borrowed(" ")));
        } else {
            self.inline(event, span, &mut inlines);
        }
        self.page.footnotes.definitions[open].content.inlines = inlines.into();
    }

    fn table(&mut self, table: &Span) {
        let (mut header, mut rows, mut rest) = (Row::default(), Vec::new(), None);
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => header = self.row(span, 0),
                Event::Start(Tag::TableRow) if span.is_empty() => {}
                Event::Start(Tag::TableRow) => {
                    let columns = header.cells.len();
                    let row = self.row(span, columns);
                    self.page.row(row, &mut rows);
                }
                Event::Start(Tag::Paragraph) => rest = Some(span),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        if let Some(cut) = self.page.cut.take() {
            let message =
                "the rows so far fill the memory for this input: those from here on are not read";
            self.report(Code::TableCut, &(cut..table.end), message);
        }
        if let Some(rest) = rest.or_else(|| self.rest(table.end)) {
            let message = "the table is too long: its rows from here on are not read";
            self.report(Code::TableCut, &rest, message);
        }
        let mut grid = Grid {
            span: table.clone(),
            header: vec![header],
            rows,
            ..Grid::default()
        };
        grid.move_to(&|span| self.places.original(span));
        self.add(grid, table);
    }

    /// Adds a table as it was found by its layout.
    fn add(&mut self, mut grid: Grid<'a>, table: &Span) {
        let all = &self.places.layout.finds;
        let first = all.partition_point(|find| find.at < table.start);
        let finds = &all[first..all.partition_point(|find| find.at < table.end)];
        let is_severed = finds.iter().any(|find| find.kind == Kind::Severed);
        if finds.iter().any(|find| find.kind == Kind::WithoutHeader) {
            grid.header.clear();
        }
        let start = self.places.start;
        grid.notices.extend(finds.iter().map(|find| Notice {
            code: find.kind.code(),
            span: start + find.row.start..start + find.row.end,
            message: find.kind.message().to_owned(),
        }));
        match self.page.tables.last_mut().filter(|_| is_severed) {
            Some(table) => table.extend(grid),
            None => self.page.table(grid),
        }
    }

    fn report(&mut self, code: Code, span: &Span, message: impl Into<String>) {
        let span = self.places.original(span);
        self.page.report.push(code, span, message);
    }

    /// A paragraph can follow a table only behind a blank line, unless the table was cut.
    fn rest(&mut self, table_end: usize) -> Option<Span> {
        let (event, span) = self.events.peek()?;
        let is_rest = matches!(event, Event::Start(Tag::Paragraph)) && span.start == table_end;
        is_rest.then(|| span.clone())
    }

    fn row(&mut self, span: Span, columns: usize) -> Row<'a> {
        let mut cells = Vec::with_capacity(columns);
        while let Some((event, cell_span)) = self.events.next() {
            match event {
                Event::Start(Tag::TableCell) => cells.push(self.cell(cell_span)),
                Event::End(TagEnd::TableRow | TagEnd::TableHead) => break,
                _ => {}
            }
        }
        let is_padding = |cell: &Cell| cell.span.start == span.end;
        while cells.last().is_some_and(is_padding) {
            cells.pop();
        }
        // Rows are held until the whole text is read.
        cells.shrink_to_fit();
        for cell in cells.iter_mut().filter(|cell| !cell.is_blank()) {
            cell.span = trimmed(self.text, cell.span.clone());
        }
        let surplus = self.surplus(&cells, &span);
        Row {
            span: trimmed(self.text, span),
            cells,
            surplus,
        }
    }

    fn surplus(&self, cells: &[Cell<'a>], row: &Span) -> Option<Span> {
        let end = cells.last()?.span.end;
        let span = trimmed(self.text, end..row.end);
        let text = &self.text[span.clone()];
        let has_words = text.contains(|c: char| c != '|' && !c.is_whitespace());
        has_words.then_some(span)
    }

    fn cell(&mut self, span: Span) -> Cell<'a> {
        let mut inlines = std::mem::take(&mut self.inlines);
        (self.italics, self.raised) = (0, None);
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::TableCell) => break,
                event => self.inline(event, span, &mut inlines),
            }
        }
        gather_brackets(&mut inlines);
        let own = own(&mut inlines);
        self.inlines = inlines;
        Cell {
            span,
            inlines: own,
            extent: None,
        }
    }

    fn inline(&mut self, event: Event<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let is_outside = self.italics > 0;
                let (text, is_inside) = self.link_text(inlines);
                let url = match link_type {
                    LinkType::Email => Cow::Owned(format!("mailto:{dest_url}")),
                    LinkType::Autolink => without_escapes(dest_url.into()),
                    _ => dest_url.into(),
                };
                inlines.extend(link(text, url, &title, is_inside || is_outside, span));
            }
            Event::Start(Tag::Emphasis) => self.italics += 1,
            Event::End(TagEnd::Emphasis) => self.italics = self.italics.saturating_sub(1),
            Event::InlineHtml(tag) => self.html(&without_escapes(tag.into()), span, inlines),
            Event::Start(Tag::Image { dest_url, .. }) => {
                let url = dest_url.into();
                inlines.push(Inline::Image(Box::new(Image { url, span })));
            }
            Event::FootnoteReference(label) => {
                let footnote = FootnoteId::Label(label.into());
                inlines.push(Inline::Citation(Box::new(Reference { footnote, span })));
            }
            event => {
                let text = Self::text_of(event);
                inlines.extend(text.map(|text| self.words(text)));
                gather_undefined_label(inlines, span.end);
            }
        }
    }

    fn words(&self, text: Cow<'a, str>) -> Inline<'a> {
        if self.italics > 0 {
            Inline::Emphasis(text)
        } else {
            Inline::Text(text)
        }
    }

    /// A tag of HTML, and what follows it where that depends on the tag.
    fn html(&mut self, tag: &str, span: Span, inlines: &mut Vec<Inline<'a>>) {
        match html::meaning_of(tag) {
            Meaning::Link { url, title } => {
                let is_outside = self.italics > 0;
                let (text, is_inside) = self.html_link_text(inlines);
                inlines.extend(link(
                    text,
                    url.into(),
                    &title,
                    is_inside || is_outside,
                    span,
                ));
            }
            Meaning::Image { url, text } => {
                let url = url.into();
                inlines.push(Inline::Image(Box::new(Image { url, span })));
                inlines.push(Inline::Text(text.into()));
            }
            Meaning::Hidden { element } => self.hidden(&element, span),
            Meaning::Raised => self.raised = Some(inlines.len()),
            Meaning::RaisedEnd { is_sub } => {
                if let Some(from) = self.raised.take() {
                    raise(inlines, from, is_sub);
                }
            }
            Meaning::Italics { begin: true } => self.italics += 1,
            Meaning::Italics { begin: false } => self.italics = self.italics.saturating_sub(1),
            Meaning::Words => {
                inlines.extend(html::words_of(tag).map(|words| Inline::Text(words.into())));
            }
        }
    }

    /// Passes over an element of HTML that a browser does not show, up to its end tag.
    fn hidden(&mut self, element: &str, mut span: Span) {
        let (mut open, mut has_words) = (1, false);
        while open > 0
            && let Some((event, place)) = self.events.next_if(|(event, _)| !is_end_of_cell(event))
        {
            span.end = place.end;
            match event {
                Event::InlineHtml(tag) => open += html::depth_of(&tag, element),
                event => has_words |= Self::text_of(event).is_some(),
            }
        }
        if has_words {
            let message = format!("not shown by a browser: {:?}", &self.text[span.clone()]);
            self.report(Code::HiddenText, &span, message);
        }
    }

    /// The text up to the end of the link. A footnote reference or image inside it stands before it.
    fn link_text(&mut self, inlines: &mut Vec<Inline<'a>>) -> (Cow<'a, str>, bool) {
        let mut content = Vec::new();
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::Link) => break,
                event => self.inline_of_link(event, span, &mut content),
            }
        }
        words_of_link(content, inlines)
    }

    /// The text up to `</a>`. An image inside it stands before it.
    fn html_link_text(&mut self, inlines: &mut Vec<Inline<'a>>) -> (Cow<'a, str>, bool) {
        let mut content = Vec::new();
        while let Some((event, span)) = self.events.next_if(|(event, _)| !is_outside_link(event)) {
            match event {
                Event::InlineHtml(tag) if html::depth_of(&tag, "a") < 0 => break,
                event => self.inline_of_link(event, span, &mut content),
            }
        }
        words_of_link(content, inlines)
    }

    fn inline_of_link(&mut self, event: Event<'a>, span: Span, content: &mut Vec<Inline<'a>>) {
        match event {
            Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::Image { .. } | Tag::Emphasis)
            | Event::End(TagEnd::Emphasis) => {
                self.inline(event, span, content);
            }
            event => content.extend(Self::text_of(event).map(|text| self.words(text))),
        }
    }

    /// What a reader sees of an event: words, a blank for a line break, nothing for markup.
    fn text_of(event: Event<'a>) -> Option<Cow<'a, str>> {
        match event {
            Event::Text(text) => Some(without_escapes(text.into())),
            Event::Code(text) => Some(text.into()),
            Event::SoftBreak | Event::HardBreak => Some(Cow::Borrowed(" ")),
            Event::InlineHtml(tag) | Event::Html(tag) => html::words_of(&tag).map(Cow::Owned),
            _ => None,
        }
    }
}

/// A pipe that is escaped in a cell is one in links and tags, too, where markdown has no escapes (GFM §4.10).
fn without_escapes(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(r"\|") {
        text.replace(r"\|", "|").into()
    } else {
        text
    }
}

impl Kind {
    fn code(self) -> Code {
        match self {
            Self::Severed => Code::SeveredTable,
            Self::WithoutRule | Self::WithoutHeader => Code::RuleMissing,
            Self::Broken => Code::BrokenRow,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Severed => "the table above goes on here",
            Self::WithoutRule => {
                "GFM wants a rule below the header, such as |---|---|, with as many cells; it is read as if it stood there"
            }
            Self::WithoutHeader => {
                "GFM wants a header above rows, and a rule below it, such as |---|---|; they are read without"
            }
            Self::Broken => "a row on several lines is put together",
        }
    }
}

/// The content of a cell, taken out of where it was gathered. So many pieces that they fill the memory are not copied.
fn own<'a>(inlines: &mut Vec<Inline<'a>>) -> Inlines<'a> {
    if inlines.len() < limits::MANY_INLINES {
        return inlines.drain(..).collect();
    }
    let mut own = std::mem::take(inlines);
    own.shrink_to_fit();
    own.into()
}

fn is_end_of_block(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::Heading(_))
    )
}

/// Where an element of HTML ends that is never closed.
fn is_end_of_cell(event: &Event<'_>) -> bool {
    is_end_of_block(event) || *event == Event::End(TagEnd::TableCell)
}

/// What no link contains, so that one without `</a>` ends there.
fn is_outside_link(event: &Event<'_>) -> bool {
    is_end_of_cell(event)
        || match event {
            Event::Start(Tag::Link { .. }) | Event::FootnoteReference(_) => true,
            Event::InlineHtml(tag) => html::depth_of(tag, "a") > 0,
            _ => false,
        }
}

/// pulldown-cmark leaves a reference to an undefined label as text, in the pieces `[`, `^label`, `]`.
/// Puts it together again when the last of them arrives; so too `[1]` close behind a word, which is what
/// html2text leaves of a citation.
fn gather_undefined_label(inlines: &mut Vec<Inline<'_>>, end: usize) {
    let [before @ .., open, label, close] = inlines.as_slice() else {
        return;
    };
    let (Some(open), Some(label), Some(close)) = (open.text(), label.text(), close.text()) else {
        return;
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    let label_start = match label.strip_prefix('^') {
        Some(label) if !label.is_empty() => 1,
        None if is_number(label) && label.len() < 4 && ends_in_a_word(before) => 0,
        _ => return,
    };
    if open == "[" && close == "]" {
        let span = end - label.len() - 2..end;
        let footnote = FootnoteId::Label(slice(label, label_start..));
        inlines.truncate(inlines.len() - 3);
        inlines.push(Inline::Citation(Box::new(Reference { footnote, span })));
    }
}

/// Whether something stands before without a blank behind it.
fn ends_in_a_word(inlines: &[Inline<'_>]) -> bool {
    match inlines.last() {
        Some(Inline::Text(text) | Inline::Emphasis(text)) => {
            text.ends_with(|c: char| !c.is_whitespace() && c != '[')
        }
        Some(Inline::Link(_) | Inline::Citation(_) | Inline::Tag(_)) => true,
        Some(Inline::Image(_)) | None => false,
    }
}

/// The text of a definition, without its label.
fn definition_text(definition: &str) -> &str {
    definition
        .split_once("]:")
        .map_or("", |(_, text)| text.trim())
}
