//! [`Source`] → [`Piece`]s of tables and [`Document`]: the tables and footnotes of a markdown text.
//!
//! The only module that knows pulldown-cmark, and the wiki's own inline markup. Markdown as converters
//! write it becomes four kinds of [`Inline`]: text, link, citation, editorial tag. Emphasis, code marks,
//! superscript and line breaks leave nothing but their text. `<a href>` is a link, too: pandoc writes so
//! what has a class.
//!
//! ```text
//! [Systat](/wiki/Systat)[[15]](…#cite_note-systat-15)[^12][_[jargon](/wiki/Wikipedia:Jargon)_]
//! ^ link                ^ citation by URL            ^ by label  ^ tag
//! ```
//!
//! Known quirks of pulldown-cmark 0.13, met here and nowhere else:
//! - A row is cut to the header's cells; the rest of the row has no event. It is found by comparing the
//!   end of the last cell with the end of the row, and kept as [`Row::surplus`].
//! - A short row is padded with cells whose range is empty at the row's end; they are left out again.
//! - The 262,145th padded cell ends a table in silence; see [`Piece::End`]. What follows is a paragraph,
//!   within the table behind an empty row or behind the table.
//! - A line without a pipe behind a row is a row of one cell.
//! - Links do not nest, and a footnote reference or citation is one: `[Echo[^1] P](/wiki/Echo)` stays text
//!   with a citation in it, URL and all. A label without a definition stays in the words of the link.
//! - A table on the line behind a footnote definition is text of the definition. It is read apart, and
//!   knows no definitions; a label without one arrives as text, which is put together again.

use std::borrow::Cow;
use std::iter::Peekable;
use std::ops::Deref;
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use memchr::memmem::Finder;
use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};
use smallvec::SmallVec;

use crate::text::{Source, Span};

/// What a text holds beside its tables.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    /// The footnote definitions, in order.
    pub definitions: Vec<Definition<'a>>,
    /// Labels that the text outside tables refers to.
    pub labels_in_prose: Vec<Cow<'a, str>>,
    /// The first table that is written in HTML, which is not read.
    pub html_table: Option<Span>,
    /// What looks like a table, but is none in markdown: inside code or HTML, or under a header of another
    /// width than its rule. From the line above the rule to its end.
    pub hidden_tables: Vec<Span>,
}

/// A piece of a table as it stands, before anything is decided about its cells. The pieces of one table
/// follow one another: its header, its rows, its end.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    /// The first row: a table begins.
    Header(Row<'a>),
    /// The next rows.
    Rows(Rows<'a>),
    /// The table ends. What follows here are lines that pulldown-cmark no longer counts as rows.
    End(Option<Span>),
}

/// Rows of a table. When all is done with them they go back to the thread that made them: freed by
/// another one, they would make its allocator wait.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    rows: Vec<Row<'a>>,
    back: Sender<Vec<Row<'a>>>,
}

impl<'a> Rows<'a> {
    /// The rows themselves.
    #[must_use]
    pub(crate) fn into_rows(mut self) -> Vec<Row<'a>> {
        std::mem::take(&mut self.rows)
    }
}

impl<'a> Deref for Rows<'a> {
    type Target = [Row<'a>];

    fn deref(&self) -> &[Row<'a>] {
        &self.rows
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        // If nobody takes them any more they end here.
        let _ = self.back.send(std::mem::take(&mut self.rows));
    }
}

/// A row of a table: as many cells as it has itself, at most as many as the header.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    /// From its first to its last character.
    pub span: Span,
    /// Its cells, none of them padding.
    pub cells: Vec<Cell<'a>>,
    /// What stands behind the last cell that the header has room for.
    pub surplus: Option<Span>,
}

/// A cell: blank where it has no inlines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell<'a> {
    /// What stands between its pipes.
    pub span: Span,
    /// Its content, in order.
    pub inlines: Inlines<'a>,
}

/// The content of a cell. Nearly all cells hold one text or nothing, and allocate nothing for it.
pub(crate) type Inlines<'a> = SmallVec<[Inline<'a>; 1]>;

impl Cell<'_> {
    /// Whether there is nothing in it that a reader sees.
    #[must_use]
    pub(crate) fn is_blank(&self) -> bool {
        let is_unseen = |c: char| c.is_whitespace() || is_invisible(c);
        let is_blank = |inline: &Inline<'_>| matches!(inline, Inline::Text(text) if text.chars().all(is_unseen));
        self.inlines.iter().all(is_blank)
    }
}

/// Whether a character has no width: zero-width spaces and joiners, marks of direction, soft hyphens.
#[must_use]
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}'
    )
}

/// A piece of a cell. What is seldom is boxed, or the many cells of one word would take as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline<'a> {
    /// Words, with white space as written.
    Text(Cow<'a, str>),
    /// A link to anything but a citation.
    Link(Box<Link<'a>>),
    /// A reference to a footnote of the page.
    Citation(Box<Citation<'a>>),
    /// An editorial tag such as `jargon`: brackets around a link to the wiki's own guidelines, with or
    /// without more words behind it.
    Tag(Box<str>),
    /// An image; its alternative text stands behind it as text.
    Image(Box<Image<'a>>),
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Image<'a> {
    /// Where it is, as written.
    pub url: Cow<'a, str>,
    /// Where it stands.
    pub span: Span,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    /// The words that carry it.
    pub text: Cow<'a, str>,
    /// Where it leads, as written.
    pub url: Cow<'a, str>,
    /// The title, as written; empty where there is none.
    pub title: Cow<'a, str>,
    /// Where it stands.
    pub span: Span,
}

/// A reference to a footnote of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Citation<'a> {
    /// What it refers to.
    pub target: Target<'a>,
    /// Where it stands.
    pub span: Span,
}

/// The two forms of a citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// `[[11]](…#cite_note-…)`: the URL.
    Url(Cow<'a, str>),
    /// `[^11]`: the label, whose definition stands elsewhere.
    Label(Cow<'a, str>),
}

/// `[^label]: text`.
#[derive(Debug)]
pub(crate) struct Definition<'a> {
    /// The label.
    pub label: Cow<'a, str>,
    /// What is defined, as written: as a rule a URL.
    pub text: &'a str,
    /// The same as a cell holds it.
    pub content: Cell<'a>,
    /// Where it stands.
    pub span: Span,
    /// How many tables stand before it.
    pub tables_before: usize,
}

/// What `#cite_note-` in a URL leads to: the id of a citation.
#[must_use]
pub(crate) fn citation_id(url: &str) -> Option<&str> {
    const MARK: &str = "#cite_note-";
    static FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(MARK));
    let at = FINDER.find(url.as_bytes())?;
    Some(&url[at + MARK.len()..]).filter(|id| !id.is_empty())
}

/// Reads a text while its tables are taken, piece by piece: those inside lists and quotes are among them.
///
/// Of a long text, pieces are taken on this thread while another one reads on: a table of 29,300 rows
/// becomes records in 0.6 of the time, and few of its rows are held at once.
pub(crate) fn read_beside<'a>(
    source: &'a Source,
    take: impl FnOnce(&mut dyn Iterator<Item = Piece<'a>>),
) -> Document<'a> {
    /// Less text is read sooner than a thread starts.
    const WORTH_A_THREAD: usize = 1 << 18;
    /// Pieces that may wait to be taken.
    const WAITING: usize = 16;
    if source.text().len() < WORTH_A_THREAD {
        let mut pieces = Vec::new();
        let document = read(source, |piece| pieces.push(piece));
        take(&mut pieces.into_iter());
        return document;
    }
    let (send, pieces) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        // Sending fails only if no more pieces are wanted.
        let reading = scope.spawn(move || read(source, |piece| drop(send.send(piece))));
        take(&mut pieces.into_iter());
        reading
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Reads the tables and the footnote definitions of a text.
pub(crate) fn read<'a>(source: &'a Source, mut take: impl FnMut(Piece<'a>)) -> Document<'a> {
    let text = source.text();
    let mut reader = Reader {
        text,
        events: Events::of(text, 0..text.len()),
        take: &mut take,
        document: Document::default(),
        table_spans: Vec::new(),
        open: Vec::new(),
        inlines: Vec::new(),
        back: mpsc::channel(),
    };
    reader.read();
    Document {
        hidden_tables: hidden_tables(text, &reader.table_spans),
        ..reader.document
    }
}

/// The events of a part of a text, with places in the whole.
struct Events<'a> {
    of_part: OffsetIter<'a>,
    start: usize,
}

impl<'a> Events<'a> {
    fn of(text: &'a str, part: Span) -> Peekable<Self> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        let start = part.start;
        let of_part = Parser::new_ext(&text[part], options).into_offset_iter();
        Self { of_part, start }.peekable()
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = (Event<'a>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let (event, span) = self.of_part.next()?;
        Some((event, span.start + self.start..span.end + self.start))
    }
}

struct Reader<'a, 't> {
    text: &'a str,
    events: Peekable<Events<'a>>,
    take: &'t mut dyn FnMut(Piece<'a>),
    document: Document<'a>,
    /// Where the tables stand, in order.
    table_spans: Vec<Span>,
    /// The definitions that are being read, the innermost last.
    open: Vec<usize>,
    /// Where the content of a cell is gathered: empty between cells.
    inlines: Vec<Inline<'a>>,
    /// The way of rows back.
    back: (Sender<Vec<Row<'a>>>, Receiver<Vec<Row<'a>>>),
}

/// One function for each level of nesting; each reads up to its own end.
impl<'a> Reader<'a, '_> {
    fn read(&mut self) {
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::Table(_)) => self.table(&span),
                Event::Start(Tag::FootnoteDefinition(label)) => self.definition(label, span),
                Event::End(TagEnd::FootnoteDefinition) => drop(self.open.pop()),
                Event::Start(Tag::Paragraph) if !self.open.is_empty() => self.paragraph(span),
                event => self.prose(event, span),
            }
        }
    }

    fn part(&mut self, part: Span) {
        let events = Events::of(self.text, part);
        let behind = std::mem::replace(&mut self.events, events);
        self.read();
        self.events = behind;
    }

    fn definition(&mut self, label: CowStr<'a>, span: Span) {
        self.open.push(self.document.definitions.len());
        self.document.definitions.push(Definition {
            text: definition_text(&self.text[span.clone()]),
            content: Cell::default(),
            label: cow(label),
            span,
            tables_before: self.table_spans.len(),
        });
    }

    /// A paragraph of a definition. A table that touches it is taken for more of its text; the definition
    /// ends there.
    fn paragraph(&mut self, span: Span) {
        let mut rules = rules(self.text, span.clone()).into_iter();
        let Some(table) = rules.find(|rule| rule.start > span.start) else {
            return;
        };
        while let Some((event, _)) = self.events.next()
            && event != Event::End(TagEnd::Paragraph)
        {}
        self.part(span.start..table.start);
        let open = std::mem::take(&mut self.open);
        for &open in &open {
            let definition = &mut self.document.definitions[open];
            definition.span.end = table.start;
            definition.text = definition_text(&self.text[definition.span.clone()]);
        }
        self.part(table.start..span.end);
        self.open = open;
    }

    /// Text around the tables: kept where it belongs to a definition.
    fn prose(&mut self, event: Event<'a>, span: Span) {
        match &event {
            Event::Html(html) if html.to_ascii_lowercase().contains("<table") => {
                self.document.html_table.get_or_insert(span.clone());
            }
            Event::FootnoteReference(label) => {
                self.document.labels_in_prose.push(cow(label.clone()));
            }
            _ => {}
        }
        let Some(&open) = self.open.last() else {
            return;
        };
        let content = &mut self.document.definitions[open].content.inlines;
        let mut inlines = std::mem::take(content).into_vec();
        if is_end_of_block(&event) {
            inlines.push(Inline::Text(Cow::Borrowed(" ")));
        } else {
            self.inline(event, span, &mut inlines);
        }
        self.document.definitions[open].content.inlines = inlines.into();
    }

    fn table(&mut self, span: &Span) {
        /// How many rows make a piece: many for a thread that waits, few to hold.
        const ROWS: usize = 256;
        let (mut columns, mut rows, mut rest) = (0, Vec::new(), None);
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::Start(Tag::TableHead) => {
                    let header = self.row(span, columns);
                    columns = header.cells.len();
                    (self.take)(Piece::Header(header));
                }
                Event::Start(Tag::TableRow) if span.is_empty() => {}
                Event::Start(Tag::TableRow) => {
                    rows.push(self.row(span, columns));
                    if rows.len() == ROWS {
                        self.send(&mut rows);
                    }
                }
                Event::Start(Tag::Paragraph) => rest = Some(span),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        let rest = rest.or_else(|| self.rest(span.end));
        let end = rest
            .as_ref()
            .map_or(span.end, |rest| rest.end.max(span.end));
        self.table_spans.push(span.start..end);
        self.send(&mut rows);
        (self.take)(Piece::End(rest));
    }

    /// Sends rows away, and lets those that came back go.
    fn send(&mut self, rows: &mut Vec<Row<'a>>) {
        let (rows, back) = (std::mem::take(rows), self.back.0.clone());
        (self.take)(Piece::Rows(Rows { rows, back }));
        self.back.1.try_iter().for_each(drop);
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
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::TableCell) => break,
                event => self.inline(event, span, &mut inlines),
            }
        }
        gather_brackets(&mut inlines);
        let cell = Cell {
            span,
            inlines: inlines.drain(..).collect(),
        };
        self.inlines = inlines;
        cell
    }

    fn inline(&mut self, event: Event<'a>, span: Span, inlines: &mut Vec<Inline<'a>>) {
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let text = self.link_text(inlines);
                let url = match link_type {
                    LinkType::Email => Cow::Owned(format!("mailto:{dest_url}")),
                    _ => cow(dest_url),
                };
                inlines.extend(link(text, url, cow(title), span));
            }
            Event::InlineHtml(tag) if html_link(&tag).is_some() => {
                let (url, title) = html_link(&tag).unwrap_or_default();
                let text = self.html_link_text(inlines);
                inlines.extend(link(text, url.into(), title.into(), span));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let url = cow(dest_url);
                inlines.push(Inline::Image(Box::new(Image { url, span })));
            }
            Event::FootnoteReference(label) => {
                let target = Target::Label(cow(label));
                inlines.push(Inline::Citation(Box::new(Citation { target, span })));
            }
            event => {
                inlines.extend(text_of(event).map(Inline::Text));
                gather_undefined_label(inlines, span.end);
            }
        }
    }

    /// The text up to the end of the link. A footnote reference or image inside it stands before it.
    fn link_text(&mut self, inlines: &mut Vec<Inline<'a>>) -> Cow<'a, str> {
        let mut text = Cow::Borrowed("");
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::Link) => break,
                Event::FootnoteReference(_) | Event::Start(Tag::Image { .. }) => {
                    self.inline(event, span, inlines);
                }
                event => append(&mut text, text_of(event)),
            }
        }
        text
    }

    /// The text up to `</a>`. An image inside it stands before it.
    fn html_link_text(&mut self, inlines: &mut Vec<Inline<'a>>) -> Cow<'a, str> {
        let mut text = Cow::Borrowed("");
        while let Some((event, span)) = self.events.next_if(|(event, _)| !is_outside_link(event)) {
            match event {
                Event::InlineHtml(tag) if tag.eq_ignore_ascii_case("</a>") => break,
                Event::Start(Tag::Image { .. }) => self.inline(event, span, inlines),
                event => append(&mut text, text_of(event)),
            }
        }
        text
    }
}

/// The places outside the tables where a rule such as `|---|---|` stands, each with the line above.
fn hidden_tables(text: &str, tables: &[Span]) -> Vec<Span> {
    let ends = tables.iter().map(|table| table.end);
    let starts = tables.iter().map(|table| table.start);
    let gaps = std::iter::once(0)
        .chain(ends)
        .zip(starts.chain([text.len()]));
    gaps.flat_map(|(start, end)| rules(text, start..end))
        .collect()
}

/// The rules in a part of the text, each with the line above.
fn rules(text: &str, part: Span) -> Vec<Span> {
    let mut rules = Vec::new();
    let (mut above, mut start) = (part.start, part.start);
    for line in text[part].split_inclusive(['\n', '\r']) {
        let end = start + line.len();
        if is_rule(line) {
            rules.push(trimmed(text, above..end));
        }
        let is_end_of_crlf = line == "\n" && text[..start].ends_with('\r');
        if !is_end_of_crlf {
            above = start;
        }
        start = end;
    }
    rules
}

/// Whether a line is the rule below the header of a table of at least two columns (GFM: delimiter row).
fn is_rule(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| c == '>' || c.is_whitespace());
    let line = line.trim_end();
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let is_rule = |cell: &str| {
        let cell = cell.trim();
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    line.split('|').all(is_rule) && line.contains('|')
}

fn is_end_of_block(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::Heading(_))
    )
}

/// What no link contains, so that one without `</a>` ends there.
fn is_outside_link(event: &Event<'_>) -> bool {
    is_end_of_block(event)
        || match event {
            Event::End(TagEnd::TableCell)
            | Event::Start(Tag::Link { .. })
            | Event::FootnoteReference(_) => true,
            Event::InlineHtml(tag) => html_link(tag).is_some(),
            _ => false,
        }
}

/// A link, or the citation that it is behind its words. A label is no words.
fn link<'a>(
    text: Cow<'a, str>,
    url: Cow<'a, str>,
    title: Cow<'a, str>,
    span: Span,
) -> impl Iterator<Item = Inline<'a>> {
    let is_citation = citation_id(&url).is_some();
    let words = (is_citation && !is_label(&text)).then(|| Inline::Text(text.clone()));
    let link = if is_citation {
        let target = Target::Url(url);
        Inline::Citation(Box::new(Citation { target, span }))
    } else {
        Inline::Link(Box::new(Link {
            text,
            url,
            title,
            span,
        }))
    };
    words.into_iter().chain([link])
}

/// Whether a text is what the wiki puts between the brackets of a citation, with or without them: a
/// number, one or two letters in lower case or one capital, or the name of a group of notes with a number.
fn is_label(text: &str) -> bool {
    const GROUPS: [&str; 6] = ["note", "nb", "n", "fn", "lower-alpha", "ref"];
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let label = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']'));
    match label.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => true,
        [word] if word.chars().count() <= 2 && !is_number(word) => {
            // `DV` is a word, `a` and `ab` count footnotes.
            word.chars().all(|c| !c.is_alphabetic() || c.is_lowercase())
                || word.chars().count() == 1
        }
        [word] => is_number(word),
        [group, number] => is_number(number) && GROUPS.contains(&group.to_lowercase().as_str()),
        _ => false,
    }
}

/// What a reader sees of an event: words, a blank for a line break, nothing for markup.
fn text_of(event: Event<'_>) -> Option<Cow<'_, str>> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(cow(text)),
        Event::SoftBreak | Event::HardBreak => Some(Cow::Borrowed(" ")),
        Event::InlineHtml(tag) | Event::Html(tag) => html_text(cow(tag)),
        _ => None,
    }
}

/// A blank for a tag that ends a line or stands around a block, nothing for another tag or comment of
/// HTML, and what else looks like one as written: `<port>` is a word.
fn html_text(tag: Cow<'_, str>) -> Option<Cow<'_, str>> {
    const BLOCKS: [&str; 17] = [
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ];
    const MARKUP: [&str; 33] = [
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
        "i", "ins", "kbd", "mark", "nowiki", "q", "ref", "s", "samp", "small", "span", "strike",
        "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    ];
    let inner = tag.trim_start_matches('<').trim_start_matches('/');
    let name_length = inner
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inner.len());
    let name = inner[..name_length].to_ascii_lowercase();
    if BLOCKS.contains(&name.as_str()) {
        Some(Cow::Borrowed(" "))
    } else if tag.starts_with("<!--") || MARKUP.contains(&name.as_str()) {
        None
    } else {
        Some(tag)
    }
}

/// Where `<a href="…">` leads to, and its title.
fn html_link(tag: &str) -> Option<(String, String)> {
    let name = tag.get(1..)?.split(char::is_whitespace).next()?;
    let url = name
        .eq_ignore_ascii_case("a")
        .then(|| attribute(tag, "href"));
    Some((url.flatten()?, attribute(tag, "title").unwrap_or_default()))
}

/// The value, in quotes of either kind, of an attribute with a name in lower case.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower_case = tag.to_ascii_lowercase();
    let value_at = |at: usize| {
        lower_case[..at]
            .ends_with(char::is_whitespace)
            .then_some(())?;
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = value[1..].split(quote).next()?;
        Some(value.replace("&quot;", "\"").replace("&amp;", "&"))
    };
    let mut places = lower_case.match_indices(name);
    places.find_map(|(at, _)| value_at(at))
}

/// Brackets around a citation belong to it; brackets that start with a link to a guideline are a tag.
fn gather_brackets(inlines: &mut [Inline<'_>]) {
    for at in 1..inlines.len().saturating_sub(1) {
        match &inlines[at] {
            Inline::Link(link) if is_guideline(&link.url) => gather_tag(inlines, at),
            Inline::Citation(_) => gather_citation(inlines, at),
            _ => {}
        }
    }
}

/// Takes the brackets from the texts around a citation.
fn gather_citation(inlines: &mut [Inline<'_>], at: usize) {
    if let (Some(before), Inline::Text(after)) =
        (before_bracket(&inlines[at - 1]), &inlines[at + 1])
        && after.starts_with(']')
    {
        let after = slice(after, 1..);
        inlines[at - 1] = Inline::Text(before);
        inlines[at + 1] = Inline::Text(after);
    }
}

/// Makes one tag of a link and what stands behind it up to the bracket that closes.
fn gather_tag(inlines: &mut [Inline<'_>], at: usize) {
    if let Some(before) = before_bracket(&inlines[at - 1])
        && let Some((words, pieces, rest)) = tag(&inlines[at..])
    {
        inlines[at - 1] = Inline::Text(before);
        inlines[at..at + pieces].fill(Inline::Text(Cow::Borrowed("")));
        inlines[at] = Inline::Tag(words.into());
        inlines[at + pieces] = Inline::Text(rest);
    }
}

/// The words up to a closing bracket, how many pieces hold them, and the text behind the bracket. `None`
/// where another bracket opens or something stands that is to be kept.
fn tag<'a>(pieces: &[Inline<'a>]) -> Option<(Cow<'a, str>, usize, Cow<'a, str>)> {
    let mut words = Cow::Borrowed("");
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Inline::Link(link) if is_guideline(&link.url) || is_in("/Talk:", &link.url) => {
                append(&mut words, Some(link.text.clone()));
            }
            Inline::Text(text) => match text.find(['[', ']']) {
                None => append(&mut words, Some(text.clone())),
                Some(end) => {
                    text[end..].starts_with(']').then_some(())?;
                    append(&mut words, Some(slice(text, ..end)));
                    return Some((words, at, slice(text, end + 1..)));
                }
            },
            _ => return None,
        }
    }
    None
}

/// The text of a piece that ends with an opening bracket, without it.
fn before_bracket<'a>(piece: &Inline<'a>) -> Option<Cow<'a, str>> {
    match piece {
        Inline::Text(text) if text.ends_with('[') => Some(slice(text, ..text.len() - 1)),
        _ => None,
    }
}

/// pulldown-cmark leaves a reference to an undefined label as text, in the pieces `[`, `^label`, `]`.
/// Puts it together again when the last of them arrives.
fn gather_undefined_label(inlines: &mut Vec<Inline<'_>>, end: usize) {
    let [
        ..,
        Inline::Text(open),
        Inline::Text(label),
        Inline::Text(close),
    ] = inlines.as_slice()
    else {
        return;
    };
    if open == "[" && label.len() > 1 && label.starts_with('^') && close == "]" {
        let span = end - label.len() - 2..end;
        let target = Target::Label(slice(label, 1..));
        inlines.truncate(inlines.len() - 3);
        inlines.push(Inline::Citation(Box::new(Citation { target, span })));
    }
}

/// Whether a URL leads to the wiki's own guidelines: namespace Wikipedia or Help.
fn is_guideline(url: &str) -> bool {
    is_in("/Wikipedia:", url) || is_in("/Help:", url)
}

/// Whether a URL leads to a namespace of the wiki.
fn is_in(namespace: &str, url: &str) -> bool {
    url.split_once(namespace)
        .is_some_and(|(before, _)| before == "." || before.ends_with("/wiki"))
}

/// The text of a definition, without its label.
fn definition_text(definition: &str) -> &str {
    definition
        .split_once("]:")
        .map_or("", |(_, text)| text.trim())
}

fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

fn append<'a>(text: &mut Cow<'a, str>, more: Option<Cow<'a, str>>) {
    match more {
        None => {}
        Some(more) if text.is_empty() => *text = more,
        Some(more) => text.to_mut().push_str(&more),
    }
}

fn slice<'a>(
    text: &Cow<'a, str>,
    range: impl std::slice::SliceIndex<str, Output = str>,
) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

fn cow(text: CowStr<'_>) -> Cow<'_, str> {
    match text {
        CowStr::Borrowed(text) => Cow::Borrowed(text),
        text => Cow::Owned(text.into_string()),
    }
}
