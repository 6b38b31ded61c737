//! HTML that stands within a line of another syntax: one tag, or some words.

use std::borrow::Cow;

use super::element::{IN_LINES, NEVER_SHOWN, VOID, is_block, is_italic, is_raised, is_unseen};
use super::token::{Tag, Token, Tokens};
use crate::text::Span;

/// What a tag means that stands within a line of markdown.
#[derive(Debug)]
pub(in crate::read) enum Meaning {
    /// `<a href="…">`: a link up to the end tag.
    Link { url: String, title: String },
    /// `<img src="…" alt="…">`.
    Image { url: String, text: String },
    /// What stands up to the end tag of this element is not shown.
    Hidden { element: String },
    /// Superscript or subscript begins here.
    Raised,
    /// Superscript ends here, or subscript.
    RaisedEnd { is_sub: bool },
    /// `<i>` or `<em>` begins or ends.
    Italics { begin: bool },
    /// Nothing but its [words](words_of).
    Words,
}

/// What a tag means that stands within a line of markdown.
pub(in crate::read) fn meaning_of(html: &str) -> Meaning {
    let mut tag = match Tokens::new(html, 0..html.len()).next() {
        Some((Token::Start(tag), _)) => tag,
        Some((Token::End(name), _)) if is_italic(&name) => {
            return Meaning::Italics { begin: false };
        }
        Some((Token::End(name), _)) if is_raised(&name) => {
            let is_sub = name == "sub";
            return Meaning::RaisedEnd { is_sub };
        }
        _ => return Meaning::Words,
    };
    let owned = |value: Option<Cow<'_, str>>| value.unwrap_or_default().into_owned();
    match &*tag.name {
        name if is_unseen(&tag) && VOID.contains(&name) => Meaning::Words,
        name if is_unseen(&tag) => Meaning::Hidden {
            element: name.to_owned(),
        },
        "a" if tag.attribute("href").is_some_and(|url| !url.is_empty()) => Meaning::Link {
            url: owned(tag.take("href")),
            title: owned(tag.take("title")),
        },
        name if is_raised(name) => Meaning::Raised,
        name if is_italic(name) => Meaning::Italics { begin: true },
        "img" => Meaning::Image {
            url: owned(tag.take("src")),
            text: owned(tag.take("alt")),
        },
        _ => Meaning::Words,
    }
}

/// What a reader sees of HTML within markdown: its words, a blank for what parts them, nothing for other tags and for
/// comments. What looks like a tag but is none of HTML is a word: `<port>`.
pub(in crate::read) fn words_of(html: &str) -> Option<String> {
    let mut words = String::new();
    for (token, span) in Tokens::new(html, 0..html.len()) {
        match token {
            Token::Text(text) => words.push_str(&text),
            Token::Start(Tag { name, .. }) | Token::End(name) => {
                if is_block(&name) {
                    words.push(' ');
                } else if !IN_LINES.contains(&&*name) && !NEVER_SHOWN.contains(&&*name) {
                    words.push_str(&html[span]);
                }
            }
            Token::Doctype => {}
        }
    }
    (!words.is_empty()).then_some(words)
}

/// How much deeper a tag leads into an element: 1 for its start tag, -1 for its end tag, else 0.
pub(in crate::read) fn depth_of(html: &str, element: &str) -> i32 {
    match Tokens::new(html, 0..html.len()).next() {
        Some((Token::Start(tag), _)) => i32::from(tag.name == element),
        Some((Token::End(name), _)) => -i32::from(name == element),
        _ => 0,
    }
}

/// Where the first table in a part of a text starts.
pub(in crate::read) fn table_start(text: &str, part: Span) -> Option<usize> {
    let mut tokens = Tokens::new(text, part);
    tokens.find_map(|(token, span)| {
        matches!(token, Token::Start(tag) if tag.name == "table").then_some(span.start)
    })
}

/// Where the table ends that starts at a place of the text; `None` if it is never closed, which takes the whole text
/// to know.
pub(in crate::read) fn table_end(text: &str, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    for (token, span) in Tokens::new(text, start..text.len()) {
        match token {
            Token::Start(tag) if tag.name == "table" => open += 1,
            Token::End(name) if name == "table" => {
                open -= 1;
                if open == 0 {
                    return Some(span.end);
                }
            }
            _ => {}
        }
    }
    None
}
