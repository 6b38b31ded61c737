//! Wikitext → [`Tokens`]: MediaWiki's own source, as the elements of HTML that MediaWiki makes of it.
//!
//! ```text
//! {| class="wikitable"                         <table>
//! ! Port !! TCP !! UDP                         <tr> <th> <th> <th>
//! |-                                           <tr>
//! | rowspan="2" | 9 || colspan=2 {{Yes}}       <td rowspan="2"> <td colspan="2">
//! |}                                           </table>
//! ```
//!
//! Borders of cells count where no [`marks`] keep them together; what is inside a cell is [`inline`]'s, and what
//! templates mean is [`template`]'s.

mod borders;
mod inline;
mod marks;
mod notes;
mod template;

use std::collections::VecDeque;
use std::rc::Rc;

use super::element::{HEADINGS, Spanned, Tag, Token};
use super::{Syntax, Texts, has_rule, html, trimmed};
use crate::diagnostic::Code;
use crate::text::Span;

use borders::{Border, Borders, Kind};
use marks::Marks;
use notes::Notes;

/// The source of a page of MediaWiki.
pub(super) static WIKITEXT: Syntax = Syntax {
    name: "wikitext",
    endings: &["wiki", "mediawiki", "wikitext"],
    recognizes,
    tokens: |text, texts| {
        let mut wikitext = Wikitext::new(text, "", texts);
        let mut tokens = wikitext.read(0..text.len());
        tokens.append(&mut wikitext.definitions());
        Box::new(tokens.into_iter())
    },
};

/// Whether a text has a table of wikitext, and none of markdown.
fn recognizes(text: &str) -> bool {
    regex!(r"(?m)^[ \t:]*\{\|").is_match(text)
        && regex!(r"(?m)^[ \t]*\|[-}]").is_match(text)
        && !has_rule(text)
}

/// A text with its marks and notes, and a walk over a part of it.
pub(super) struct Wikitext<'a> {
    text: &'a str,
    texts: &'a Texts,
    marks: Rc<Marks>,
    notes: Notes,
    /// How many tables are open.
    depth: usize,
    /// The row that begins with the next cell.
    row: Option<Tag<'a>>,
    /// The elements of the border that was met last.
    queue: VecDeque<Spanned<'a>>,
    /// How deep the content lies that is read.
    nesting: usize,
    /// Whether words are in italics.
    is_italic: bool,
}

impl<'a> Wikitext<'a> {
    /// Finds the marks and notes of a text. Where others stand beside them, a prefix keeps their labels apart.
    pub(super) fn new(text: &'a str, prefix: &'static str, texts: &'a Texts) -> Self {
        let mut wikitext = Self {
            text,
            texts,
            marks: Rc::new(Marks::new(text)),
            notes: Notes::new(prefix),
            depth: 0,
            row: None,
            queue: VecDeque::new(),
            nesting: 0,
            is_italic: false,
        };
        wikitext.find_notes();
        wikitext
    }

    /// The elements of a part of the text.
    pub(super) fn read(&mut self, part: Span) -> VecDeque<Spanned<'a>> {
        let end = part.end;
        let mut borders = Borders::new(self.text, Rc::clone(&self.marks), part).peekable();
        (self.depth, self.row) = (0, None);
        while let Some(border) = borders.next() {
            let behind = borders.peek().map_or(end, |next| next.span.start);
            self.border(&border, border.span.end..behind);
        }
        self.push(Token::Stop, end..end);
        std::mem::take(&mut self.queue)
    }

    /// Where the table ends that starts at a place; `None` if it has no end.
    pub(super) fn end_of_table(&self, start: usize) -> Option<usize> {
        let mut depth = 0;
        let part = start..self.text.len();
        let mut borders = Borders::new(self.text, Rc::clone(&self.marks), part);
        let end = borders.find(|border| {
            match border.kind {
                Kind::Table => depth += 1,
                Kind::End => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        end.map(|end| end.span.end)
    }

    /// The notes that the tables cite.
    pub(super) fn definitions(&mut self) -> VecDeque<Spanned<'a>> {
        for (label, span) in std::mem::take(&mut self.notes).cited() {
            let span = trimmed(self.text, span);
            let (label, text) = (label.into(), &self.text[span.clone()]);
            self.push(Token::Definition { label, text }, span.clone());
            self.begin_content(span.clone());
            self.push(Token::DefinitionEnd, span.end..span.end);
        }
        std::mem::take(&mut self.queue)
    }

    fn push(&mut self, token: Token<'a>, span: Span) {
        self.queue.push_back((token, span));
    }

    fn start(&mut self, tag: Tag<'a>, span: Span) {
        self.push(Token::Start(tag), span);
    }

    fn end(&mut self, name: &'static str, at: usize) {
        self.push(Token::End(name.into()), at..at);
    }

    /// A border, and what stands behind it up to the next one.
    fn border(&mut self, border: &Border, behind: Span) {
        let at = border.span.clone();
        match border.kind {
            Kind::Heading => self.heading(at),
            Kind::Table => {
                self.depth += 1;
                self.start(Tag::new("table"), at);
                self.row = None;
                self.behind_attributes("table", behind);
            }
            Kind::End => {
                self.depth -= 1;
                self.push(Token::End("table".into()), at);
                if self.depth > 0 {
                    self.begin_content(behind);
                }
            }
            Kind::Row => {
                self.end("tr", at.start);
                self.row = Some(self.behind_attributes("tr", behind));
            }
            Kind::Caption => {
                self.start(Tag::new("caption"), at);
                let (attributes, content) = self.bar(behind);
                self.attributes("caption", attributes);
                self.begin_content(content);
            }
            Kind::Cell { is_header } => {
                if let Some(row) = self.row.take() {
                    self.start(row, at.start..at.start);
                }
                let (attributes, content) = self.bar(behind);
                let name = if is_header { "th" } else { "td" };
                let tag = self.attributes(name, attributes);
                self.start(tag, at.start..content.start);
                self.begin_content(content);
            }
        }
    }

    fn heading(&mut self, line: Span) {
        let inner = trimmed(self.text, line);
        let text = &self.text[inner.clone()];
        let start = inner.end - text.trim_start_matches('=').len();
        let end = inner.start + text.trim_end_matches('=').len();
        let level = (start - inner.start).clamp(1, HEADINGS.len());
        self.start(Tag::new(HEADINGS[level - 1]), inner.start..start);
        self.begin_content(start..end.max(start));
        self.end(HEADINGS[level - 1], end);
    }

    /// The first line behind `{|` or `|-` holds attributes; what follows up to the first cell is in none.
    fn behind_attributes(&mut self, name: &'static str, behind: Span) -> Tag<'a> {
        let line = self.text[behind.clone()].find('\n');
        let line = line.map_or(behind.end, |end| behind.start + end);
        let tag = self.attributes(name, behind.start..line);
        self.begin_content(line..behind.end);
        tag
    }

    /// What a cell says of itself. What else stands before its bar is not shown.
    fn attributes(&mut self, name: &'static str, span: Span) -> Tag<'a> {
        let span = trimmed(self.text, span);
        let text = &self.text[span.clone()];
        let is_said = is_attributes(text) || self.marks.at(span.start).is_some();
        if !is_said && text.contains(char::is_alphanumeric) {
            let message = format!("not shown by a browser: {text:?}");
            self.push(Token::Notice(Code::HiddenText, message), span);
        }
        html::tag(name, text, self.texts)
    }

    /// The attributes of a cell and its content: at its first bar, or before a template that brings its own.
    fn bar(&self, span: Span) -> (Span, Span) {
        let mut at = span.start;
        let special = regex!(r"[|\n{\[<]");
        while let Some((found, mark)) = self.marks.find(special, &self.text[..span.end], at) {
            at = found.end;
            let before = span.start..found.start;
            match mark {
                None if &self.text[found.clone()] == "|" => return (before, at..span.end),
                None if &self.text[found.clone()] == "\n" => break,
                Some(mark) if mark.kind == marks::Kind::Template => {
                    let is_own = is_attributes(self.text[before.clone()].trim());
                    if is_own && self.is_cell_template(mark) {
                        return (before, mark.start..span.end);
                    }
                }
                // A bar behind a link is no border.
                Some(mark) if matches!(mark.kind, marks::Kind::Link | marks::Kind::Ref) => break,
                _ => {}
            }
        }
        (span.start..span.start, span)
    }
}

/// Whether a text is nothing but attributes: `colspan=2 style="…"`.
fn is_attributes(text: &str) -> bool {
    regex!(r#"^(?:(?:nowrap|hidden|[-\w:]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'|]*))\s*)*$"#)
        .is_match(text)
}
