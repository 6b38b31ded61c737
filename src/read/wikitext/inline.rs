//! A part of wikitext → elements: words, links, citations.
//!
//! ```text
//! [[Discard Protocol|Discard]]s<ref name="x"/> over ''TCP''<br>[https://example.org text]
//! ^ link                       ^ citation       ^ words    ^ blank ^ link
//! ```

use std::fmt::Write as _;

use super::super::element::{Tag, Token, element};
use super::super::{html, joined};
use super::Wikitext;
use super::marks::{Kind, Mark};
use crate::limits;
use crate::text::Span;

impl Wikitext<'_> {
    /// Reads what stands in a cell, a caption or a heading.
    pub(super) fn begin_content(&mut self, span: Span) {
        self.is_italic = false;
        self.content(span);
    }

    /// Reads what stands in a part of the text.
    pub(super) fn content(&mut self, span: Span) {
        let special = regex!(
            r"(?i)\{\{|\[|''+|&#?\w+;|\n[*#:;]*|<[a-z/!][^<>]*>?|\b(?:https?|ftps?|ircs?|sip|mailto|tel)://?"
        );
        let text = &self.text[..span.end];
        let (mut start, mut at) = (span.start, span.start);
        while let Some((found, mark)) = self.marks.find(special, text, at) {
            at = match (mark, text[found.clone()].as_bytes()) {
                (Some(mark), _) => behind(mark, text),
                (None, [b'[' | b'{', ..]) => {
                    at = found.end;
                    continue;
                }
                (None, [b'<', .., last]) if *last != b'>' => {
                    at = found.end;
                    continue;
                }
                (None, [b'\'' | b'\n' | b'&' | b'<', ..]) => found.end,
                _ => url_end(text, found.start),
            };
            self.words(start..found.start);
            match mark {
                Some(mark) => self.mark(mark, mark.end..at),
                None => self.markup(found.start..at),
            }
            start = at;
        }
        self.words(start..span.end);
    }

    fn words(&mut self, span: Span) {
        if !span.is_empty() {
            self.push(Token::Text(self.text[span.clone()].into()), span);
        }
    }

    /// What is no pair: marks of emphasis, tags, character references, ends of lines, bare URLs.
    fn markup(&mut self, span: Span) {
        let text = &self.text[span.clone()];
        match text.as_bytes() {
            // Four or more than five hold apostrophes.
            [b'\'', ..] => {
                let apostrophes = match text.len() {
                    4 => 1,
                    length => length.saturating_sub(5),
                };
                self.words(span.start..span.start + apostrophes);
                if matches!(text.len(), 2 | 5..) {
                    self.toggle_italics(span.end);
                }
            }
            [b'\n', ..] => {
                if self.is_italic {
                    self.toggle_italics(span.start);
                }
                self.push(Token::Text(" ".into()), span);
            }
            [b'<' | b'&', ..] => self.queue.extend(html::within(self.text, span)),
            _ => {
                let words = (Token::Text(text.into()), span.clone());
                let link = element(Tag::new("a").with("href", text), span, [words]);
                self.queue.extend(link);
            }
        }
    }

    fn toggle_italics(&mut self, at: usize) {
        self.is_italic = !self.is_italic;
        if self.is_italic {
            self.start(Tag::new("i"), at..at);
        } else {
            self.end("i", at);
        }
    }

    /// A pair; `trail` is what stands close behind it and belongs to it.
    fn mark(&mut self, mark: Mark, trail: Span) {
        if self.nesting >= limits::NESTED_MARKS {
            return self.words(mark.span());
        }
        self.nesting += 1;
        match mark.kind {
            Kind::Comment => {}
            Kind::Raw => {
                let raw = self.text[mark.inner()].replace('<', "&lt;");
                let raw = self.texts.alloc(raw);
                let words = html::within(raw, 0..raw.len());
                let words = words.map(|(token, _)| (token, mark.span()));
                self.queue.extend(words);
            }
            Kind::Ref => self.cite(mark),
            Kind::Template => self.template(mark),
            Kind::Link => self.page_link(mark, trail),
            Kind::Url => self.url(mark),
        }
        self.nesting -= 1;
    }

    /// Citations of what a `<ref>` or a template of notes stands for.
    pub(super) fn cite(&mut self, mark: Mark) {
        for label in self.notes.cite(mark.start) {
            self.push(Token::Citation(label.into()), mark.span());
        }
    }

    /// `[[Target|text]]`, `[[File:…|…|text]]`, `[[Category:…]]`.
    fn page_link(&mut self, mark: Mark, trail: Span) {
        let inner = mark.inner();
        let parts = self.split(inner.clone());
        let target = parts[0].clone();
        let title = self.text[target.clone()].trim();
        let namespace = title.split_once(':').map_or("", |(name, _)| name.trim());
        match &*namespace.to_ascii_lowercase() {
            "category" => return,
            "file" | "image" => {
                let image = Tag::new("img").with("src", page_path(title));
                self.start(image, mark.span());
                let alt = parts[1..].iter().find_map(|part| {
                    let name = regex!(r"^\s*alt=").find(&self.text[part.clone()])?;
                    Some(part.start + name.end()..part.end)
                });
                return self.content(alt.unwrap_or_default());
            }
            _ => {}
        }
        let words = match parts.get(1).map(|first| first.start..inner.end) {
            Some(words) if !words.is_empty() => words,
            _ => {
                let colon = usize::from(self.text[target.clone()].starts_with(':'));
                target.start + colon..target.end
            }
        };
        self.start(
            Tag::new("a").with("href", page_path(title)),
            mark.start..mark.start,
        );
        self.content(words);
        self.words(trail);
        self.end("a", mark.end);
    }

    /// `[https://… text]`.
    fn url(&mut self, mark: Mark) {
        let inner = mark.inner();
        let text = &self.text[inner.clone()];
        let end = text.find(|c: char| c.is_whitespace() || "<>\"".contains(c));
        let end = inner.start + end.unwrap_or(text.len());
        let url = &self.text[inner.start..end];
        self.start(Tag::new("a").with("href", url), mark.start..mark.start);
        if self.text[end..inner.end].trim().is_empty() {
            self.push(Token::Text(url.into()), inner.start..end);
        } else {
            self.content(end..inner.end);
        }
        self.end("a", mark.end);
    }

    /// The parts of a link or template, between its bars.
    pub(super) fn split(&self, span: Span) -> Vec<Span> {
        let special = regex!(r"\||\{\{|\[|<");
        let text = &self.text[..span.end];
        let (mut parts, mut start, mut at) = (Vec::new(), span.start, span.start);
        while let Some((found, mark)) = self.marks.find(special, text, at) {
            at = found.end;
            if mark.is_none() && &text[found.clone()] == "|" {
                parts.push(start..found.start);
                start = at;
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

/// A name as the wiki shows it.
pub(super) fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Where the page with a title lies: `/wiki/Discard_Protocol#History`. In a URL that is written so, MediaWiki
/// leaves more characters as they are than others do.
fn page_path(title: &str) -> String {
    let title = title.strip_prefix(':').unwrap_or(title).trim();
    let (page, section) = title.split_once('#').unwrap_or((title, ""));
    let mut path = String::new();
    if !page.is_empty() {
        path.push_str("/wiki/");
        for byte in capitalized(&joined(page, "_")).bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~;@$!*(),/:".contains(&byte) {
                path.push(char::from(byte));
            } else {
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    if !section.is_empty() {
        path.push('#');
        path.push_str(&joined(section, "_"));
    }
    path
}
