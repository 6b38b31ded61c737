//! Markdown → [`Grid`]s and footnotes.
//!
//! This module and those below it alone know pulldown-cmark. Emphasis, code marks, superscript and line breaks leave
//! nothing but their text. What is written in HTML is [`html`]'s to read, and [`pieces`] cuts up long tables.
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
//! - A table on the line behind a footnote definition is text of the definition. It is read apart, and
//!   knows no definitions; a label without one arrives as text, which is put together again.

use std::borrow::Cow;
use std::iter::Peekable;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::grid::{Cell, Definition, FootnoteId, Grid, Image, Inline, Inlines, Reference, Row};
use super::html::Meaning;
use super::prose::words;
use super::wiki::{append, gather_brackets, link, raise, slice, words_of_link};
use super::wrapped::joined;
use super::{Page, Syntax, html, trimmed};
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

/// Markdown with tables (GFM) and footnotes, as converters write it.
pub(super) static MARKDOWN: Syntax = Syntax {
    name: "markdown",
    endings: &["md", "markdown"],
    purpose: "tables with pipes (GFM), and tables of HTML among them",
    recognizes: |_| true,
    read,
};

fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let text = match joined(text) {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => page.prepared.get_or_init(|| text),
    };
    let mut walk = Walk {
        text,
        events: events(text, part.clone()).peekable(),
        page,
        table_spans: Vec::new(),
        has_unclosed_table: false,
        open: Vec::new(),
        inlines: Vec::new(),
        italics: 0,
        raised: None,
    };
    walk.read();
    walk.report_hidden_tables(part);
}

/// What pulldown-cmark makes of a part of a text, with places in the whole.
struct Events<'a> {
    events: OffsetIter<'a>,
    start: usize,
}

fn events(text: &str, part: Span) -> Events<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let start = part.start;
    let events = Parser::new_ext(&text[part], options).into_offset_iter();
    Events { events, start }
}

impl<'a> Iterator for Events<'a> {
    type Item = (Event<'a>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let (event, span) = self.events.next()?;
        Some((event, self.start + span.start..self.start + span.end))
    }
}

/// A walk over the events of a text.
struct Walk<'a, 'p, 't> {
    text: &'a str,
    events: Peekable<Events<'a>>,
    page: &'p mut Page<'a, 't>,
    /// Where the tables stand, in order.
    table_spans: Vec<Span>,
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

/// One function for each level of nesting; each reads up to its own end.
impl<'a> Walk<'a, '_, '_> {
    fn read(&mut self) {
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Table(_)) => self.table(&span),
                Event::Start(Tag::Heading { .. }) => self.heading(),
                Event::Start(Tag::FootnoteDefinition(label)) => self.definition(label, span),
                Event::End(TagEnd::FootnoteDefinition) => drop(self.open.pop()),
                Event::Start(Tag::Paragraph) if !self.open.is_empty() => self.paragraph(span),
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
    /// a table of markdown, the rest of that is passed over, too, and reported.
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
        self.table_spans.push(table.clone());
        html::read(self.text, table.clone(), self.page);
        let mut end = table.end;
        while let Some((event, span)) = self.events.next_if(|(_, span)| span.start < end) {
            match event {
                Event::Start(Tag::Table(_)) => end = end.max(span.end),
                Event::End(TagEnd::FootnoteDefinition) => drop(self.open.pop()),
                _ => {}
            }
        }
        self.report_rest(trimmed(self.text, table.end..end));
    }

    /// Reports rows of markdown behind the end of a table of HTML that their own table began in.
    fn report_rest(&mut self, rest: Span) {
        let text = &self.text[rest.clone()];
        if text.contains(char::is_alphanumeric) {
            let message =
                format!("rows of a table that began in one of HTML are not read: {text:?}");
            self.page.report.push(Code::HiddenTable, rest, message);
        }
    }

    fn part(&mut self, part: Span) {
        let events = events(self.text, part).peekable();
        let behind = std::mem::replace(&mut self.events, events);
        self.read();
        self.events = behind;
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

    /// A paragraph of a definition. A table that touches it is taken for more of its text; the definition
    /// ends there.
    fn paragraph(&mut self, span: Span) {
        let mut delimiters = delimiter_rows(self.text, span.clone()).into_iter();
        let Some(table) = delimiters.find(|row| row.start > span.start) else {
            return;
        };
        while let Some((event, _)) = self.events.next()
            && event != Event::End(TagEnd::Paragraph)
        {}
        self.part(span.start..table.start);
        let open = std::mem::take(&mut self.open);
        for &open in &open {
            let definition = &mut self.page.footnotes.definitions[open];
            definition.span.end = table.start;
            definition.text = definition_text(&self.text[definition.span.clone()]);
        }
        self.part(table.start..span.end);
        self.open = open;
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
            self.page
                .report
                .push(Code::TableCut, cut..table.end, message);
        }
        let rest = rest.or_else(|| self.rest(table.end));
        let mut whole = table.clone();
        if let Some(rest) = rest {
            whole.end = whole.end.max(rest.end);
            let message = "the table is too long: its rows from here on are not read";
            self.page.report.push(Code::TableCut, rest, message);
        }
        self.table_spans.push(whole.clone());
        for (header, rows) in split_at_delimiters(self.text, header, rows) {
            self.page.table(Grid {
                span: whole.clone(),
                header: vec![header],
                rows,
                ..Grid::default()
            });
        }
    }

    fn report_hidden_tables(&mut self, part: Span) {
        for span in hidden_tables(self.text, part, &self.table_spans) {
            let line = self.text[span.clone()].lines().next().unwrap_or_default();
            let message = format!("this looks like a table, but markdown has none here: {line:?}");
            self.page.report.push(Code::HiddenTable, span, message);
        }
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
                    _ => dest_url.into(),
                };
                inlines.extend(link(text, url, &title, is_inside || is_outside, span));
            }
            Event::Start(Tag::Emphasis) => self.italics += 1,
            Event::End(TagEnd::Emphasis) => self.italics = self.italics.saturating_sub(1),
            Event::InlineHtml(tag) => self.html(&tag, span, inlines),
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
            self.page.report.push(Code::HiddenText, span, message);
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
            Event::Text(text) | Event::Code(text) => Some(text.into()),
            Event::SoftBreak | Event::HardBreak => Some(Cow::Borrowed(" ")),
            Event::InlineHtml(tag) | Event::Html(tag) => html::words_of(&tag).map(Cow::Owned),
            _ => None,
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

/// Rows among which another header stands, with its delimiter row: html2text leaves one table for several.
fn split_at_delimiters<'a>(
    text: &str,
    header: Row<'a>,
    mut rows: Vec<Row<'a>>,
) -> Vec<(Row<'a>, Vec<Row<'a>>)> {
    let (mut headers, mut first) = (Vec::new(), 0);
    for (at, row) in rows.iter().enumerate() {
        let is_delimiter = row.cells.len() > 1 && is_delimiter_row(&text[row.span.clone()]);
        if is_delimiter && at > first && is_like_a_header(&rows[at - 1]) {
            headers.push(at - 1);
            first = at + 1;
        }
    }
    // From the bottom: the rows of the first table, mostly the only one, stay where they are.
    let mut tables = Vec::new();
    for at in headers.into_iter().rev() {
        let below = rows.split_off(at + 2);
        rows.truncate(at + 1);
        tables.push((rows.pop().unwrap_or_default(), below));
    }
    tables.push((header, rows));
    tables.reverse();
    tables
}

/// Whether a row is words only: a number is data.
fn is_like_a_header(row: &Row<'_>) -> bool {
    let is_number = |cell: &Cell<'_>| words(cell).starts_with(|c: char| c.is_ascii_digit());
    !row.is_blank() && !row.cells.iter().any(is_number)
}

/// The places outside the tables where something looks like one: a delimiter row such as `|---|---|` with the
/// line above, or a table as pandoc writes it in its own markdown.
fn hidden_tables(text: &str, part: Span, tables: &[Span]) -> Vec<Span> {
    let ends = tables.iter().map(|table| table.end);
    let starts = tables.iter().map(|table| table.start);
    let gaps = std::iter::once(part.start)
        .chain(ends)
        .zip(starts.chain([part.end]));
    let hidden = gaps.flat_map(|(start, end)| {
        let gap = start..end.max(start);
        let mut hidden = delimiter_rows(text, gap.clone());
        hidden.extend(pandoc_tables(text, gap));
        hidden
    });
    hidden.collect()
}

/// The first lines of tables in pandoc's own markdown, ruled with `  ------ -----` or `+-----+-----+`. The rules
/// below have a row above them, not a blank line.
fn pandoc_tables(text: &str, part: Span) -> Vec<Span> {
    let (mut tables, mut start, mut is_blank_above) = (Vec::new(), part.start, true);
    for line in text[part].split_inclusive('\n') {
        let end = start + line.len();
        if is_blank_above && is_pandoc_rule(line.trim()) {
            tables.push(trimmed(text, start..end));
        }
        is_blank_above = line.trim().is_empty();
        start = end;
    }
    tables
}

/// Whether a line rules two columns or more.
fn is_pandoc_rule(line: &str) -> bool {
    regex!(r"^(?:[-=:]{3,}(?:\s+[-=:]{3,})+|\+[-=:]{3,}(?:\+[-=:]{3,})+\+)$").is_match(line)
}

/// The delimiter rows in a part of the text, each with the line above.
fn delimiter_rows(text: &str, part: Span) -> Vec<Span> {
    let mut rows = Vec::new();
    let (mut above, mut start) = (part.start, part.start);
    for line in text[part].split_inclusive(['\n', '\r']) {
        let end = start + line.len();
        if is_delimiter_row(line) {
            rows.push(trimmed(text, above..end));
        }
        let is_end_of_crlf = line == "\n" && text[..start].ends_with('\r');
        if !is_end_of_crlf {
            above = start;
        }
        start = end;
    }
    rows
}

/// Whether a line is the delimiter row of a table of at least two columns (GFM §4.10).
fn is_delimiter_row(line: &str) -> bool {
    regex!(r"^[>\s]*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?\s*$").is_match(line)
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
