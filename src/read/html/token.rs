//! HTML → [`Token`]s: start tags with their attributes, end tags, and the text between them.
//!
//! The only module that knows html5gum. It splits a text as browsers do (WHATWG HTML, 13.2.5): character references
//! are decoded, values need no quotes, `<` inside a value opens no tag, and what stands in `<style>` or `<script>`
//! is one text. Comments give nothing.

use std::borrow::Cow;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Readable, Reader, StringReader, Tokenizer};

use crate::text::Span;

/// A piece of HTML.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// `<!DOCTYPE html>`.
    Doctype,
    /// `<a href="…">`.
    Start(Tag<'a>),
    /// `</a>`: the name, in lower case.
    End(Cow<'a, str>),
    /// What stands between tags, decoded.
    Text(Cow<'a, str>),
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag<'a> {
    /// The name, in lower case.
    pub(super) name: Cow<'a, str>,
    /// Those of [`ATTRIBUTES`] that it has, each once, with their decoded values.
    attributes: Vec<(&'static str, Cow<'a, str>)>,
}

/// The attributes that mean something here. Others, such as Parsoid's long `data-mw`, are not kept.
const ATTRIBUTES: [&str; 9] = [
    "alt", "class", "colspan", "hidden", "href", "rowspan", "src", "style", "title",
];

impl<'a> Tag<'a> {
    /// The value of one of [`ATTRIBUTES`]; blank where it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find_map(|(known, value)| (*known == name).then_some(&**value))
    }

    /// The same, taken out of the tag.
    pub(super) fn take(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let mut attributes = self.attributes.iter_mut();
        attributes.find_map(|(known, value)| (*known == name).then(|| std::mem::take(value)))
    }

    /// Whether it is of a class.
    pub(super) fn is_of_class(&self, class: &str) -> bool {
        let classes = self.attribute("class").unwrap_or_default();
        classes.split_ascii_whitespace().any(|word| word == class)
    }
}

/// The tokens of a part of a text, with their places in the whole.
pub(super) struct Tokens<'a> {
    tokenizer: Tokenizer<Pausing<'a>, CallbackEmitter<Gather<'a>, Spanned<'a>, usize>>,
}

type Spanned<'a> = (Token<'a>, Span);

impl<'a> Tokens<'a> {
    /// The tokens of `text[part]`.
    pub(super) fn new(text: &'a str, part: Span) -> Self {
        Self::pausing(text, part, PAUSE)
    }

    fn pausing(text: &'a str, part: Span, pause: usize) -> Self {
        let gather = Gather {
            text: &text[..part.end],
            start: part.start,
            tag: None,
            is_kept: false,
        };
        let mut emitter = CallbackEmitter::new(gather);
        emitter.naively_switch_states(true);
        Self {
            tokenizer: Tokenizer::new_with_emitter(Pausing::new(&text[part], pause), emitter),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Spanned<'a>;

    fn next(&mut self) -> Option<Spanned<'a>> {
        loop {
            if let Ok(token) = self.tokenizer.next()? {
                return Some(token);
            }
        }
    }
}

/// How many chunks are read before a pause.
const PAUSE: usize = 128;

/// Reads a text with pauses. html5gum 0.8 and 0.9 go one call deeper with each attribute of a tag, and come back when
/// the tag ends or reading fails; after that, 0.8 goes on where it stopped. Without pauses, a tag of a thousand
/// attributes overflows the stack of a build that is not optimized.
#[derive(Debug)]
struct Pausing<'a> {
    reader: StringReader<'a>,
    pause: usize,
    until_pause: usize,
}

/// No error: reading goes on.
#[derive(Debug, thiserror::Error)]
#[error("a pause")]
struct Pause;

impl<'a> Pausing<'a> {
    fn new(text: &'a str, pause: usize) -> Self {
        Self {
            reader: text.to_reader(),
            pause,
            until_pause: pause,
        }
    }
}

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
        if self.until_pause == 0 {
            self.until_pause = self.pause;
            return Err(Pause);
        }
        self.until_pause -= 1;
        let read = self.reader.read_until(needle, buffer);
        read.map_err(|never| match never {})
    }
}

/// Puts the events of html5gum together.
#[derive(Debug)]
struct Gather<'a> {
    /// The text up to the end of the part.
    text: &'a str,
    /// Where the part starts.
    start: usize,
    /// The start tag that is being read, and where it starts.
    tag: Option<(Tag<'a>, usize)>,
    /// Whether the last of its attributes is the one that is being read.
    is_kept: bool,
}

impl<'a> Callback<Spanned<'a>, usize> for Gather<'a> {
    fn handle_event(
        &mut self,
        event: CallbackEvent<'_>,
        span: html5gum::Span<usize>,
    ) -> Option<Spanned<'a>> {
        let (start, end) = (self.start + span.start, self.start + span.end);
        let (token, start) = match event {
            CallbackEvent::OpenStartTag { name } => {
                let name = self.cow(name, start + 1);
                let attributes = Vec::new();
                self.tag = Some((Tag { name, attributes }, start));
                return None;
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute(name);
                return None;
            }
            CallbackEvent::AttributeValue { value } => {
                self.value(value, start);
                return None;
            }
            CallbackEvent::CloseStartTag { self_closing: _ } => {
                let (tag, start) = self.tag.take()?;
                (Token::Start(tag), start)
            }
            CallbackEvent::EndTag { name } => (Token::End(self.cow(name, start + 2)), start),
            CallbackEvent::String { value } => (Token::Text(self.cow(value, start)), start),
            CallbackEvent::Doctype { .. } => (Token::Doctype, start),
            CallbackEvent::Comment { .. } | CallbackEvent::Error(_) => return None,
        };
        Some((token, start..end))
    }
}

impl<'a> Gather<'a> {
    fn attribute(&mut self, name: &[u8]) {
        let Some((tag, _)) = &mut self.tag else {
            return;
        };
        let known = ATTRIBUTES.iter().find(|known| known.as_bytes() == name);
        let new = known.filter(|known| tag.attribute(known).is_none());
        self.is_kept = new.is_some();
        tag.attributes
            .extend(new.map(|new| (*new, Cow::Borrowed(""))));
    }

    fn value(&mut self, value: &[u8], start: usize) {
        let value = self.is_kept.then(|| self.cow(value, start));
        if let (Some(value), Some((tag, _))) = (value, &mut self.tag)
            && let Some((_, blank)) = tag.attributes.last_mut()
        {
            *blank = value;
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Token, Tokens};

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(&[
            "<td>",
            "</td>",
            "<td colspan=2",
            "<a href='x'>",
            "<a title=\"the href='y'\"",
            "<",
            ">",
            "</",
            "&amp;",
            "&",
            "&lt",
            "&#x31;",
            "a",
            "ö–",
            " ",
            "\r\n",
            "\r",
            "\n",
            "\"",
            "'",
            "=",
            "/",
            "<!--",
            "-->",
            "<!doctype html>",
            "<style>",
            "</style>",
            "<script>",
            "</script>",
            "<title>",
            "]]>",
            "<![CDATA[",
            "<?",
            "!",
            "\u{feff}",
        ]);
        prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    #[test]
    fn a_tag_of_many_attributes() {
        let attributes = " class=\"x\"".repeat(20_000);
        let text = format!("<td{attributes}>7");
        assert_eq!(Tokens::new(&text, 0..text.len()).count(), 2);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        /// Pauses change nothing.
        #[test]
        fn tokens_are_the_same_with_pauses(text in pieces(), pause in 1_usize..4) {
            let shown = |pause| -> Vec<String> {
                let tokens = Tokens::pausing(&text, 0..text.len(), pause);
                tokens.map(|token| format!("{token:?}")).collect()
            };
            prop_assert_eq!(shown(pause), shown(usize::MAX));
        }

        /// Tokens follow one another, and a tag stands where it says.
        #[test]
        fn tokens_know_their_places(text in pieces(), before in "[aö<]{0,3}") {
            let whole = format!("{before}{text}");
            let mut end = before.len();
            for (token, span) in Tokens::new(&whole, before.len()..whole.len()) {
                prop_assert!(span.start >= end, "{token:?} at {span:?} in {whole:?}");
                end = span.end;
                let written = whole.get(span.clone());
                prop_assert!(written.is_some(), "{token:?} at {span:?} in {whole:?}");
                let written = written.unwrap();
                match token {
                    Token::Text(_) => {}
                    Token::Start(tag) => {
                        prop_assert!(written.starts_with('<') && written.ends_with('>'), "{written:?} in {whole:?}");
                        prop_assert!(written[1..].to_ascii_lowercase().starts_with(&*tag.name));
                    }
                    Token::End(name) => {
                        prop_assert!(written.starts_with("</") && written.ends_with('>'), "{written:?} in {whole:?}");
                        prop_assert!(written[2..].to_ascii_lowercase().starts_with(&*name));
                    }
                    Token::Doctype => prop_assert!(written.starts_with("<!"), "{written:?} in {whole:?}"),
                }
            }
        }
    }
}
