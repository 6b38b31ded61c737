//! Markdown with tables (GFM, pandoc), footnotes and what else converters write → [`Tokens`].
//!
//! This module alone knows pulldown-cmark. What is written in HTML is [`html`]'s to split. Tables that GFM would cut, run
//! together or not see are put into its form before, and those of other syntaxes taken out ([`layout`]).
//!
//! Quirks of pulldown-cmark 0.13, handled here and nowhere else:
//! - A row is cut to the header's cells; the rest of the row has no event. It is found by comparing the
//!   end of the last cell with the end of the row.
//! - A short row is padded with cells whose range is empty at the row's end; they are left out again.
//! - The 262,145th padded cell ends a table in silence. What follows is a paragraph, within the table behind an
//!   empty row or behind the table.
//! - A line without a pipe behind a row is a row of one cell.
//! - Links do not nest, and a footnote reference or citation is one: `[Echo[^1] P](/wiki/Echo)` stays text
//!   with a citation in it, URL and all. A label without a definition stays in the words of the link.
//! - A label without a definition arrives as text, in the pieces `[`, `^label`, `]`.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::iter::Peekable;
use std::rc::Rc;

use pulldown_cmark::{
    BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag as Mark, TagEnd,
};

use super::element::{HEADINGS, Spanned, Tag, Token, Tokens};
use super::{Syntax, Texts, html, ruled, trimmed};
use crate::diagnostic::Code;
use crate::text::Span;

mod layout;

use layout::{Block, Kind, Layout};

/// Markdown with tables (GFM, pandoc) and footnotes, as converters write it.
pub(super) static MARKDOWN: Syntax = Syntax {
    name: "markdown",
    endings: &["md", "markdown"],
    recognizes: |_| true,
    tokens: |text, texts| Box::new(Markdown::new(text, texts)),
};

/// The links that a text defines, by their names in lower case: where they lead, and their titles.
type Links = Rc<HashMap<String, (String, String)>>;

type Events<'a> = Peekable<Box<dyn Iterator<Item = (Event<'a>, Span)> + 'a>>;

/// A walk over the events of a text.
struct Markdown<'a> {
    /// The text, and the same as it is laid out.
    original: &'a str,
    text: &'a str,
    texts: &'a Texts,
    layout: Layout<'a>,
    links: Links,
    events: Events<'a>,
    /// The tokens of the event that was met last.
    queue: VecDeque<Spanned<'a>>,
    /// The rest of a table of another syntax.
    block: Option<Tokens<'a>>,
    is_in_table: bool,
    /// Whether a table of HTML was met that is never closed.
    has_unclosed_table: bool,
}

impl<'a> Markdown<'a> {
    fn new(original: &'a str, texts: &'a Texts) -> Self {
        let mut layout = Layout::new(original, texts);
        let text: &str = if layout.text.is_empty() {
            original
        } else {
            texts.alloc(std::mem::take(&mut layout.text.text))
        };
        let parser = Parser::new_ext(text, OPTIONS);
        let links = parser.reference_definitions().iter().map(|(name, link)| {
            let title = link.title.as_deref().unwrap_or_default();
            (
                name.to_lowercase(),
                (link.dest.to_string(), title.to_owned()),
            )
        });
        Self {
            original,
            links: Rc::new(links.filter(|_| !layout.blocks.is_empty()).collect()),
            layout,
            ..Self::with(text, texts, parser.into_offset_iter())
        }
    }

    /// What stands in a cell of another syntax, which knows the links of the text around it.
    fn of_cell(text: &'a str, links: Links, texts: &'a Texts) -> Self {
        let link = move |link: BrokenLink<'a>| -> Option<(CowStr<'a>, CowStr<'a>)> {
            let (url, title) = links.get(&link.reference.to_lowercase())?.clone();
            Some((url.into(), title.into()))
        };
        let parser = Parser::new_with_broken_link_callback(text, OPTIONS, Some(link));
        Self::with(text, texts, parser.into_offset_iter())
    }

    /// A text that is laid out as it is.
    fn with(
        text: &'a str,
        texts: &'a Texts,
        events: impl Iterator<Item = (Event<'a>, Span)> + 'a,
    ) -> Self {
        let events: Box<dyn Iterator<Item = _>> = Box::new(events);
        Self {
            original: text,
            text,
            texts,
            layout: Layout::default(),
            links: Links::default(),
            events: events.peekable(),
            queue: VecDeque::new(),
            block: None,
            is_in_table: false,
            has_unclosed_table: false,
        }
    }

    /// Adds an element, at its place in the text.
    fn push(&mut self, token: Token<'a>, span: &Span) {
        let span = self.layout.text.original_span(span);
        self.queue.push_back((token, span));
    }

    fn start(&mut self, tag: Tag<'a>, at: usize) {
        self.push(Token::Start(tag), &(at..at));
    }

    fn end(&mut self, name: &'static str, at: usize) {
        self.push(Token::End(name.into()), &(at..at));
    }

    /// Goes on with the table of another syntax that stands before the next event, if one does.
    fn begin_block(&mut self) -> bool {
        let next = self
            .events
            .peek()
            .map_or(usize::MAX, |(_, span)| span.start);
        let blocks = &mut self.layout.blocks;
        let is_next = blocks.front().is_some_and(|(at, _)| *at <= next);
        let Some((_, block)) = is_next.then(|| blocks.pop_front()).flatten() else {
            return false;
        };
        match block {
            Block::Ruled(table, span) => {
                let (known, texts) = (Rc::clone(&self.links), self.texts);
                let read = Rc::new(move |cell| -> Tokens<'a> {
                    Box::new(Self::of_cell(cell, Rc::clone(&known), texts))
                });
                let table = ruled::tokens(self.original, table, span, None, texts, read);
                self.block = Some(table);
            }
            Block::Wikitext(span) => {
                if let Some(wikitext) = &mut self.layout.wikitext {
                    self.queue.extend(wikitext.read(span));
                }
            }
        }
        true
    }

    /// What a heading is. The keys that a page may begin with, between lines of `---`, are none.
    fn heading(&self, level: HeadingLevel, span: &Span) -> &'static str {
        if self.text[..span.start].trim() == "---" {
            return "p";
        }
        HEADINGS[level as usize - 1]
    }

    fn event(&mut self, event: Event<'a>, span: Span) {
        match event {
            Event::Start(Mark::Table(_)) => self.begin_table(&span),
            Event::Start(Mark::TableHead) => self.header(span),
            Event::Start(Mark::TableRow) if !span.is_empty() => self.row(&span),
            Event::Start(Mark::Paragraph) if self.is_in_table => self.rest(&span),
            Event::End(TagEnd::Table) => self.end_table(span.end),
            _ if self.is_in_table => {}
            Event::Start(Mark::Heading { level, .. }) => {
                self.start(Tag::new(self.heading(level, &span)), span.start);
            }
            Event::End(TagEnd::Heading(level)) => self.end(self.heading(level, &span), span.end),
            Event::Start(Mark::FootnoteDefinition(label)) => {
                let text = self.text[span.clone()].split_once("]:");
                let text = text.map_or("", |(_, text)| text.trim());
                let label = label.into();
                self.push(Token::Definition { label, text }, &span);
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                self.push(Token::DefinitionEnd, &(span.end..span.end));
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                match html::table_start(self.text, span.clone()) {
                    Some(start) => self.html_table(start, span.end),
                    None => self.html(span),
                }
            }
            event => self.inline(event, span),
        }
    }

    fn begin_table(&mut self, table: &Span) {
        self.is_in_table = true;
        let finds = self.finds(table);
        let goes_on = finds.clone().any(|find| find.kind == Kind::Severed);
        let notices = finds.map(|find| {
            let (code, message) = find.kind.message();
            (Token::Notice(code, message.to_owned()), find.row.clone())
        });
        let notices: Vec<_> = notices.collect();
        let token = if goes_on {
            Token::GoOn
        } else {
            Token::Start(Tag::new("table"))
        };
        self.push(token, &(table.start..table.start));
        self.queue.extend(notices);
    }

    /// What was found by its layout about a table.
    fn finds(&self, table: &Span) -> impl Iterator<Item = &layout::Find> + Clone {
        let finds = &self.layout.finds;
        let first = finds.partition_point(|find| find.at < table.start);
        finds[first..finds.partition_point(|find| find.at < table.end)].iter()
    }

    /// The rest of a table, which is too long.
    fn rest(&mut self, rest: &Span) {
        let message = "the table is too long; its rows from here on are not read";
        self.push(Token::Notice(Code::TableCut, message.to_owned()), rest);
    }

    fn end_table(&mut self, end: usize) {
        // A paragraph can follow a table only behind a blank line, unless the table was cut.
        if let Some((Event::Start(Mark::Paragraph), span)) = self.events.peek()
            && span.start == end
        {
            let rest = span.clone();
            self.rest(&rest);
        }
        self.end("table", end);
        self.is_in_table = false;
    }

    fn header(&mut self, row: Span) {
        let is_put_in =
            |find: &layout::Find| matches!(find.kind, Kind::Severed | Kind::WithoutHeader);
        let queue = self.queue.len();
        self.start(Tag::new("thead"), row.start);
        self.row(&row);
        self.end("thead", row.end);
        if self.finds(&row).any(is_put_in) {
            self.queue.truncate(queue);
        }
    }

    fn row(&mut self, row: &Span) {
        self.start(Tag::new("tr"), row.start);
        let mut last = row.end;
        while let Some((event, span)) = self.events.next() {
            match event {
                Event::End(TagEnd::TableRow | TagEnd::TableHead) => break,
                // Padding.
                Event::Start(Mark::TableCell) | Event::End(TagEnd::TableCell)
                    if span.start == row.end => {}
                Event::Start(Mark::TableCell) => self.start(Tag::new("td"), span.start),
                Event::End(TagEnd::TableCell) => {
                    last = span.end;
                    self.end("td", last);
                }
                event => self.inline(event, span),
            }
        }
        let surplus = trimmed(self.text, last..row.end);
        if self.text[surplus.clone()].contains(|c: char| c != '|' && !c.is_whitespace()) {
            self.push(Token::Surplus, &surplus);
        }
        self.end("tr", row.end);
    }

    /// A table that is written in HTML. Blank lines in it end its block in markdown, but not the table. If it ends in
    /// a table of markdown, the rest of that is passed over, too. One that is never closed takes the HTML that follows.
    fn html_table(&mut self, start: usize, line_end: usize) {
        // To look for the end of each of many unclosed tables would take quadratic time.
        let end = (!self.has_unclosed_table)
            .then(|| html::table_end(self.text, start))
            .flatten();
        self.has_unclosed_table |= end.is_none();
        let mut end = end.unwrap_or_else(|| {
            let is_html = |(event, _): &(Event<'_>, Span)| {
                matches!(
                    event,
                    Event::Html(_) | Event::Start(Mark::HtmlBlock) | Event::End(TagEnd::HtmlBlock)
                )
            };
            let lines = std::iter::from_fn(|| self.events.next_if(is_html));
            lines.fold(line_end, |_, (_, line)| line.end)
        });
        for (token, span) in html::Splitter::new(self.text, start..end) {
            self.push(token, &span);
        }
        self.push(Token::Stop, &(end..end));
        while let Some((event, span)) = self.events.next_if(|(_, span)| span.start < end) {
            match event {
                Event::Start(Mark::Table(_)) => end = end.max(span.end),
                Event::End(TagEnd::FootnoteDefinition) => {
                    self.push(Token::DefinitionEnd, &(span.end..span.end));
                }
                _ => {}
            }
        }
    }

    fn inline(&mut self, event: Event<'a>, span: Span) {
        match event {
            Event::Start(Mark::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let url = match link_type {
                    LinkType::Email => Cow::Owned(format!("mailto:{dest_url}")),
                    LinkType::Autolink => without_escapes(dest_url.into()),
                    _ => dest_url.into(),
                };
                let tag = Tag::new("a").with("href", url).with("title", title);
                self.start(tag, span.start);
            }
            Event::End(TagEnd::Link) => self.end("a", span.end),
            Event::Start(Mark::Emphasis) => self.start(Tag::new("em"), span.start),
            Event::End(TagEnd::Emphasis) => self.end("em", span.end),
            Event::Start(Mark::Image { dest_url, .. }) => {
                let tag = Tag::new("img").with("src", dest_url);
                self.push(Token::Start(tag), &span);
            }
            Event::Html(_) | Event::InlineHtml(_) => self.html(span),
            Event::FootnoteReference(label) => {
                self.push(Token::Citation(label.into()), &span);
            }
            Event::Text(text) => self.push(Token::Text(without_escapes(text.into())), &span),
            Event::Code(text) => self.push(Token::Text(text.into()), &span),
            Event::SoftBreak | Event::HardBreak => self.push(Token::Text(" ".into()), &span),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock) => {
                self.end("p", span.end);
            }
            _ => {}
        }
    }

    /// HTML within a line.
    fn html(&mut self, span: Span) {
        let tag = &self.text[span.clone()];
        if tag.contains(r"\|") {
            let tag: &'a str = self.texts.alloc(tag.replace(r"\|", "|"));
            for (token, _) in html::within(tag, 0..tag.len()) {
                self.push(token, &span);
            }
        } else {
            for (token, span) in html::within(self.text, span) {
                self.push(token, &span);
            }
        }
    }
}

impl<'a> Iterator for Markdown<'a> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        loop {
            if let Some(token) = self.block.as_mut().and_then(Iterator::next) {
                return Some(token);
            }
            if let Some(token) = self.queue.pop_front() {
                return Some(token);
            }
            if self.begin_block() {
                continue;
            }
            match self.events.next() {
                Some((event, span)) => self.event(event, span),
                None => self
                    .queue
                    .extend(self.layout.wikitext.take()?.definitions()),
            }
        }
    }
}

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_FOOTNOTES);

/// A pipe that is escaped in a cell is one in links and tags, too, where markdown has no escapes (GFM §4.10).
fn without_escapes(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains(r"\|") {
        text.replace(r"\|", "|").into()
    } else {
        text
    }
}
