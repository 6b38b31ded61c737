//! HTML → [`Tokens`]: the pages of the wiki, as it serves them and as Parsoid writes them, and those of anyone else.
//!
//! The only module that knows html5gum. It splits a text as browsers do (WHATWG HTML, 13.2.5): character references
//! are decoded, values need no quotes, `<` inside a value opens no tag, and what stands in `<style>` or `<script>`
//! is one text. Comments and the doctype give nothing.

use std::borrow::Cow;

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token as Read};
use html5gum::{Readable, Reader, StringReader, Tokenizer};

use super::element::{ATTRIBUTES, Spanned, Tag, Token, is_cell, is_known, is_of_table};
use super::grid::Extent;
use super::{Syntax, Texts};
use crate::text::Span;

/// HTML, as the wiki serves it and as converters leave it.
pub(super) static HTML: Syntax = Syntax {
    name: "html",
    endings: &["html", "htm", "xhtml"],
    recognizes,
    tokens: |text, _| Box::new(Splitter::new(text, 0..text.len())),
};

/// Whether a text is a whole document, or one element from its first to its last character.
fn recognizes(text: &str) -> bool {
    let first = regex!(
        r"(?is)^\s*(?:(?:<!--.*?-->|<\?[^>]*>|<(?:meta|link|base)\s[^>]*>)\s*)*<(!doctype|[a-z][^\s/>]*)"
    );
    let name = first.captures(text).map(|found| found[1].to_lowercase());
    name.is_some_and(|name| match &*name {
        "!doctype" | "html" | "head" | "body" => true,
        name => {
            let end = text.rsplit_once("</").map_or("", |(_, end)| end.trim_end());
            end.trim_end_matches('>').trim().eq_ignore_ascii_case(name)
        }
    })
}

/// What stands within a line of another syntax. Elements of tables part words there, and what looks like a tag but is
/// none of HTML is a word: `<port>`.
pub(super) fn within(text: &str, part: Span) -> impl Iterator<Item = Spanned<'_>> {
    Splitter::new(text, part).map(|(token, span)| {
        let token = match token {
            Token::Start(Tag { name, .. }) | Token::End(name) if is_of_table(&name) => {
                Token::Text(" ".into())
            }
            Token::Start(Tag { name, .. }) | Token::End(name) if !is_known(&name) => {
                Token::Text(text[span.clone()].into())
            }
            token => token,
        };
        (token, span)
    })
}

/// The tag of a cell or row with attributes that stand apart from it: `rowspan="2" style="…"`.
pub(super) fn tag<'a>(name: &'static str, attributes: &str, texts: &'a Texts) -> Tag<'a> {
    let text: &'a str = texts.alloc(format!("<{name} {attributes}>"));
    match Splitter::new(text, 0..text.len()).next() {
        Some((Token::Start(tag), _)) => tag,
        _ => Tag::new(name),
    }
}

/// Where the first table in a part of a text starts.
pub(super) fn table_start(text: &str, part: Span) -> Option<usize> {
    let mut tokens = Splitter::new(text, part);
    let table = tokens.find(|(token, _)| token.is_table());
    table.map(|(_, span)| span.start)
}

/// Where the table ends that starts at a place of the text; `None` if it is never closed, which takes the whole text
/// to know.
pub(super) fn table_end(text: &str, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    let mut tokens = Splitter::new(text, start..text.len());
    let end = tokens.find(|(token, _)| match token {
        Token::End(name) if name == "table" => {
            open -= 1;
            open == 0
        }
        token => {
            open += usize::from(token.is_table());
            false
        }
    });
    end.map(|(_, span)| span.end)
}

/// How far a cell reaches (WHATWG HTML, 4.9.11): at most 1000 columns and 65534 rows; `rowspan=0` means all rows of the
/// group, and whatever is no number means 1.
fn extent(tag: &Tag<'_>) -> Extent {
    let number = |name| tag.attribute(name).and_then(number).unwrap_or(1);
    let rows = match number("rowspan") {
        0 => u16::MAX,
        rows => rows.min(65534),
    };
    let columns = number("colspan").min(1000);
    Extent::new(rows.into(), columns.into())
}

/// The number at the start of a value (WHATWG HTML, 2.3.4.2); a large one is the largest.
fn number(value: &str) -> Option<u16> {
    let value = value.trim_ascii_start();
    let value = value.strip_prefix('+').unwrap_or(value);
    let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
    let has_digits = !digits.is_empty();
    has_digits.then(|| digits.parse().unwrap_or(u16::MAX))
}

/// Splits a part of a text; places are those in the whole.
pub(super) struct Splitter<'a> {
    /// The text up to the end of the part.
    text: &'a str,
    /// Where the part starts.
    start: usize,
    tokenizer: Tokenizer<Pausing<'a>, DefaultEmitter<usize>>,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(text: &'a str, part: Span) -> Self {
        let mut emitter = DefaultEmitter::new_with_span();
        emitter.naively_switch_states(true);
        let (text, start) = (&text[..part.end], part.start);
        let reader = Pausing {
            reader: text[start..].to_reader(),
            is_paused: false,
        };
        Self {
            text,
            start,
            tokenizer: Tokenizer::new_with_emitter(reader, emitter),
        }
    }

    fn tag(&self, tag: &StartTag<usize>, start: usize) -> Tag<'a> {
        let attributes = ATTRIBUTES.into_iter().filter_map(|name| {
            let value = tag.attributes.get(name.as_bytes())?;
            let end = (self.start + value.span.end).saturating_sub(1);
            Some((name, self.cow(value, end.saturating_sub(value.len()))))
        });
        let mut new = Tag {
            name: self.cow(&tag.name, start + 1),
            attributes: attributes.collect(),
            extent: None,
        };
        new.extent = is_cell(&new.name).then(|| extent(&new));
        new
    }

    /// What was read, borrowed if it stands in the text as it is.
    fn cow(&self, read: &[u8], start: usize) -> Cow<'a, str> {
        let written = self.text.get(start..start + read.len());
        match written.filter(|written| written.as_bytes() == read) {
            Some(written) => Cow::Borrowed(written),
            None => Cow::Owned(String::from_utf8_lossy(read).into_owned()),
        }
    }
}

impl<'a> Iterator for Splitter<'a> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        loop {
            let Ok(read) = self.tokenizer.next()? else {
                continue;
            };
            let place =
                |span: html5gum::Span<usize>| self.start + span.start..self.start + span.end;
            return Some(match read {
                Read::StartTag(tag) => {
                    let span = place(tag.span);
                    (Token::Start(self.tag(&tag, span.start)), span)
                }
                Read::EndTag(tag) => {
                    let span = place(tag.span);
                    (Token::End(self.cow(&tag.name, span.start + 2)), span)
                }
                Read::String(text) => {
                    let span = place(text.span);
                    (Token::Text(self.cow(&text, span.start)), span)
                }
                Read::Comment(_) | Read::Doctype(_) | Read::Error(_) => continue,
            });
        }
    }
}

/// Reads a text with a pause before each chunk. html5gum 0.8 and 0.9 go one call deeper with each attribute of a tag, and
/// come back when the tag ends or reading fails; after that, 0.8 goes on where it stopped. Without pauses, a tag of many
/// attributes overflows the stack.
#[derive(Debug)]
struct Pausing<'a> {
    reader: StringReader<'a>,
    is_paused: bool,
}

/// No error: reading goes on.
#[derive(Debug, thiserror::Error)]
#[error("a pause")]
struct Pause;

impl Reader for Pausing<'_> {
    type Error = Pause;

    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        self.reader.read_byte().map_err(|never| match never {})
    }

    fn try_read_string(&mut self, wanted: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let read = self.reader.try_read_string(wanted, case_sensitive);
        read.map_err(|never| match never {})
    }

    /// Only here is it safe to pause: the tokenizer is between two characters, and has noted where.
    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        buffer: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Pause> {
        self.is_paused = !self.is_paused;
        if self.is_paused {
            return Err(Pause);
        }
        let read = self.reader.read_until(needle, buffer);
        read.map_err(|never| match never {})
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{Splitter, Token};

    /// Pieces of HTML, in any order.
    #[rustfmt::skip]
    const PIECES: [&str; 35] = [
        "<td>", "</td>", "<td colspan=2", "<a href='x'>", "<a title=\"the href='y'\"", "<!--", "-->",
        "<!doctype html>", "<style>", "</style>", "<script>", "</script>", "<title>", "]]>", "<![CDATA[", "<?",
        "<", ">", "</", "!", "/", "=", "\"", "'", "&", "&amp;", "&lt", "&#x31;", "a", "ö–", " ", "\r\n", "\r", "\n", "\u{feff}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// Tokens follow one another, and a tag stands where it says.
        #[test]
        fn tokens_know_their_places(pieces in vec(select(&PIECES[..]), 0..20), before in "[aö<]{0,3}") {
            let whole = before.clone() + &pieces.concat();
            let mut end = before.len();
            for (token, span) in Splitter::new(&whole, before.len()..whole.len()) {
                prop_assert!(span.start >= end, "{token:?} at {span:?} in {whole:?}");
                end = span.end;
                let written = whole.get(span.clone());
                prop_assert!(written.is_some(), "{token:?} at {span:?} in {whole:?}");
                let written = written.unwrap();
                match token {
                    Token::Start(tag) => {
                        prop_assert!(written.starts_with('<') && written.ends_with('>'), "{written:?} in {whole:?}");
                        prop_assert!(written[1..].to_ascii_lowercase().starts_with(&*tag.name));
                    }
                    Token::End(name) => {
                        prop_assert!(written.starts_with("</") && written.ends_with('>'), "{written:?} in {whole:?}");
                        prop_assert!(written[2..].to_ascii_lowercase().starts_with(&*name));
                    }
                    _ => {}
                }
            }
        }
    }
}
