//! A part of wikitext → [`Inline`]s: words, links, citations.
//!
//! ```text
//! [[Discard Protocol|Discard]]s<ref name="x"/> over ''TCP''<br>[https://example.org text]
//! ^ link                       ^ citation       ^ words    ^ blank ^ link
//! ```

use std::borrow::Cow;

use super::super::grid::{FootnoteId, Image, Inline, Reference};
use super::super::html::{self, Meaning};
use super::super::wiki::{link, raise, words_of_link};
use super::Document;
use super::marks::{Kind, Mark};
use crate::limits;
use crate::text::Span;

impl<'a> Document<'a> {
    /// Reads what stands in a part of the text.
    pub(super) fn content(&mut self, span: Span, inlines: &mut Vec<Inline<'a>>) {
        let special = regex!(
            r"(?i)\{\{|\[|''+|&#?\w+;|\n[*#:;]*|<[a-z/!]|\b(?:https?|ftps?|ircs?|sip|mailto|tel)://?"
        );
        let text = &self.text[..span.end];
        let raised = self.raised.take();
        let mut at = span.start;
        let mut start = at;
        while let Some(found) = special.find_at(text, at) {
            let mark = self
                .marks
                .at(found.start())
                .filter(|mark| mark.end <= span.end);
            let end = match found.as_str().as_bytes() {
                _ if mark.is_some() => mark.map(|mark| behind(mark, text)),
                [b'{' | b'[', ..] => None,
                [b'\'' | b'\n' | b'&', ..] => Some(found.end()),
                [b'<', ..] => {
                    tag(text, found.start()).map(|end| hidden_end(found.start()..end, text))
                }
                _ => Some(url_end(text, found.start())),
            };
            at = end.unwrap_or(found.end());
            if end.is_some() {
                self.words(start..found.start(), inlines);
                match mark {
                    Some(mark) => self.mark(mark, mark.end..at, inlines),
                    None => self.markup(found.start()..at, inlines),
                }
                start = at;
            }
        }
        self.words(start..span.end, inlines);
        self.raised = raised;
    }

    fn words(&self, span: Span, inlines: &mut Vec<Inline<'a>>) {
        let words = self.text[span].into();
        match words {
            Cow::Borrowed("") => {}
            words if self.is_italic => inlines.push(Inline::Emphasis(words)),
            words => inlines.push(Inline::Text(words)),
        }
    }

    /// What is no pair: marks of emphasis, tags, character references, ends of lines, bare URLs.
    fn markup(&mut self, span: Span, inlines: &mut Vec<Inline<'a>>) {
        let text = &self.text[span.clone()];
        match text.as_bytes() {
            // Four or more than five hold apostrophes.
            [b'\'', ..] => {
                let apostrophes = match text.len() {
                    4 => 1,
                    length => length.saturating_sub(5),
                };
                self.words(span.start..span.start + apostrophes, inlines);
                if matches!(text.len(), 2 | 5..) {
                    self.is_italic = !self.is_italic;
                }
            }
            [b'\n', ..] => {
                self.is_italic = false;
                inlines.push(Inline::Text(" ".into()));
            }
            [b'<' | b'&', ..] => self.html(text, span, inlines),
            _ => inlines.extend(link(text.into(), text.into(), "", self.is_italic, span)),
        }
    }

    fn html(&mut self, tag: &'a str, span: Span, inlines: &mut Vec<Inline<'a>>) {
        match html::meaning_of(tag) {
            Meaning::Hidden { .. } => self.notice_hidden(span),
            Meaning::Raised => self.raised = Some(inlines.len()),
            Meaning::RaisedEnd { is_sub } => {
                if let Some(from) = self.raised.take() {
                    raise(inlines, from, is_sub);
                }
            }
            Meaning::Italics { begin } => self.is_italic = begin,
            Meaning::Link { .. } | Meaning::Image { .. } | Meaning::Words => {
                inlines.extend(html::words_of(tag).map(|words| Inline::Text(words.into())));
            }
        }
    }

    /// A pair; `trail` is what stands close behind it and belongs to it.
    fn mark(&mut self, mark: Mark, trail: Span, inlines: &mut Vec<Inline<'a>>) {
        if self.depth >= limits::NESTED_MARKS {
            return self.words(mark.span(), inlines);
        }
        self.depth += 1;
        match mark.kind {
            Kind::Comment => {}
            Kind::Raw => {
                let raw = &self.text[mark.inner()];
                let words = html::words_of(&raw.replace('<', "&lt;"));
                inlines.extend(words.map(|words| Inline::Text(words.into())));
            }
            Kind::Ref => self.cite(mark, inlines),
            Kind::Template => self.template(mark, inlines),
            Kind::Link => self.link(mark, trail, inlines),
            Kind::Url => self.url(mark, inlines),
        }
        self.depth -= 1;
    }

    /// Citations of what a `<ref>` or a template of notes stands for.
    pub(super) fn cite(&mut self, mark: Mark, inlines: &mut Vec<Inline<'a>>) {
        for label in self.notes.cite(mark.start) {
            let span = mark.span();
            let footnote = FootnoteId::Label(label.into());
            inlines.push(Inline::Citation(Box::new(Reference { footnote, span })));
        }
    }

    /// `[[Target|text]]`, `[[File:…|…|text]]`, `[[Category:…]]`.
    fn link(&mut self, mark: Mark, trail: Span, inlines: &mut Vec<Inline<'a>>) {
        let inner = mark.inner();
        let mut parts = self.split(inner.clone());
        let target = parts.remove(0);
        let title = self.text[target.clone()].trim();
        let is_of = |names: &str| {
            let name = title.split_once(':').map_or("", |(name, _)| name.trim());
            names
                .split(' ')
                .any(|known| known.eq_ignore_ascii_case(name))
        };
        if is_of("Category") {
            return;
        }
        if is_of("File Image") {
            let url = page_path(title).into();
            let span = mark.span();
            inlines.push(Inline::Image(Box::new(Image { url, span })));
            let named = |part: &Span| {
                self.text[part.clone()]
                    .trim()
                    .strip_prefix("alt=")
                    .is_some()
            };
            if let Some(alt) = parts.into_iter().find(named) {
                let skip = self.text[alt.clone()].find('=').map_or(0, |at| at + 1);
                self.content(alt.start + skip..alt.end, inlines);
            }
            return;
        }
        let mut content = Vec::new();
        match parts.first().map(|first| first.start..inner.end) {
            Some(words) if !words.is_empty() => self.content(words, &mut content),
            _ => self.content(target, &mut content),
        }
        self.words(trail, &mut content);
        let (words, is_inside) = words_of_link(content, inlines);
        let words = match words.strip_prefix(':') {
            Some(words) if parts.is_empty() => Cow::Owned(words.to_owned()),
            _ => words,
        };
        let url = page_path(title).into();
        inlines.extend(link(
            words,
            url,
            "",
            is_inside || self.is_italic,
            mark.span(),
        ));
    }

    /// `[https://… text]`.
    fn url(&mut self, mark: Mark, inlines: &mut Vec<Inline<'a>>) {
        let inner = mark.inner();
        let text = &self.text[inner.clone()];
        let end = text.find(|c: char| c.is_whitespace() || "<>\"".contains(c));
        let end = inner.start + end.unwrap_or(text.len());
        let url = &self.text[inner.start..end];
        let mut content = Vec::new();
        self.content(end..inner.end, &mut content);
        let (words, is_inside) = words_of_link(content, inlines);
        let words = if words.trim().is_empty() {
            url.into()
        } else {
            words
        };
        let is_italic = is_inside || self.is_italic;
        inlines.extend(link(words, url.into(), "", is_italic, mark.span()));
    }

    /// The parts of a link or template, between its bars.
    pub(super) fn split(&self, span: Span) -> Vec<Span> {
        let special = regex!(r"\||\{\{|\[|<");
        let text = &self.text[..span.end];
        let (mut parts, mut start, mut at) = (Vec::new(), span.start, span.start);
        while let Some(found) = special.find_at(text, at) {
            at = found.end();
            if found.as_str() == "|" {
                parts.push(start..found.start());
                start = at;
            } else if let Some(mark) = self.marks.at(found.start()) {
                at = mark.end.min(span.end);
            }
        }
        parts.push(start..span.end);
        parts
    }
}

/// Where a pair ends with the letters that belong to it: `[[link]]s`.
fn behind(mark: Mark, text: &str) -> usize {
    let letters = |c: char| c.is_ascii_lowercase();
    let behind = &text[mark.end..];
    match mark.kind {
        Kind::Link => text.len() - behind.trim_start_matches(letters).len(),
        _ => mark.end,
    }
}

/// Where a tag ends, or else the element that a browser does not show.
fn hidden_end(tag: Span, text: &str) -> usize {
    let html::Meaning::Hidden { element } = html::meaning_of(&text[tag.clone()]) else {
        return tag.end;
    };
    let end = ["</", &element, ">"].concat();
    let end = text[tag.end..]
        .find(&end)
        .map(|at| tag.end + at + end.len());
    end.unwrap_or(text.len())
}

/// Where the tag ends that starts at a place; `None` if it is none.
fn tag(text: &str, start: usize) -> Option<usize> {
    let end = text[start + 1..].find(['<', '>'])?;
    let end = start + 1 + end;
    text[end..].starts_with('>').then_some(end + 1)
}

/// Where a bare URL ends that starts at a place: before punctuation that ends a sentence.
fn url_end(text: &str, start: usize) -> usize {
    let url = &text[start..];
    let end = url.find(|c: char| c.is_whitespace() || "<>\"[]{}|".contains(c));
    let url = &url[..end.unwrap_or(url.len())];
    let url = url.split("''").next().unwrap_or(url);
    let closing: &[char] = if url.contains('(') { &[] } else { &[')'] };
    let url = url.trim_end_matches(|c| ",;.:!?".contains(c) || closing.contains(&c));
    start + url.len()
}

/// Where the page with a title lies: `/wiki/Discard_Protocol#History`. In a URL that is written so, MediaWiki
/// leaves more characters as they are than others do.
pub(super) fn page_path(title: &str) -> String {
    let title = title.strip_prefix(':').unwrap_or(title).trim();
    let (page, section) = title.split_once('#').unwrap_or((title, ""));
    let underscores = |words: &str| {
        words
            .split([' ', '_'])
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join("_")
    };
    let mut path = String::new();
    if !page.is_empty() {
        path.push_str("/wiki/");
        let page = underscores(page);
        let mut letters = page.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        let page: String = first.chain(letters).collect();
        for byte in page.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~;@$!*(),/:".contains(&byte) {
                path.push(char::from(byte));
            } else {
                path.extend(['%', hex(byte >> 4), hex(byte & 15)]);
            }
        }
    }
    if !section.is_empty() {
        path.push('#');
        path.push_str(&underscores(section));
    }
    path
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16)
        .unwrap_or('0')
        .to_ascii_uppercase()
}
