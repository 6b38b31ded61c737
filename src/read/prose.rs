//! [`Cell`] → [`Prose`]: the plain text of a cell, and what was taken out of it.
//!
//! White space becomes single blanks, the ends are trimmed, characters without width around words go.
//! Where a citation or a tag was taken out, the
//! text closes up as a reader expects:
//!
//! ```text
//! (SSH),[11] secure          → (SSH), secure
//! servers[^85]As of 2000     → servers As of 2000
//! Spartan protocol [83], and → Spartan protocol, and
//! ```

use std::borrow::Cow;

use super::grid::{Anchor, Cell, Inline, Reference, is_invisible, is_raised};
use crate::diagnostic::{Code, Report};

/// The content of a cell, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Prose<'a, 'c> {
    /// Its words.
    pub text: Cow<'c, str>,
    /// What of it is first in italics; blank where nothing is.
    pub italics: String,
    /// Its links, in order.
    pub links: Vec<&'c Anchor<'a>>,
    /// Its citations, in order.
    pub citations: Vec<&'c Reference<'a>>,
    /// Its editorial tags, in order.
    pub tags: Vec<String>,
    gap: Gap,
}

/// What stands between the words written so far and the next one.
#[derive(Debug, Default, Clone, Copy)]
struct Gap {
    /// White space at all.
    blank: bool,
    /// Something was taken out.
    taken_out: bool,
    /// White space behind what was taken out.
    blank_behind: bool,
}

impl<'a, 'c> Prose<'a, 'c> {
    /// Takes a cell apart.
    #[must_use]
    pub(crate) fn new(cell: &'c Cell<'a>) -> Self {
        Self::of_inlines(&cell.inlines)
    }

    fn of_inlines(inlines: &'c [Inline<'a>]) -> Self {
        let italics = inlines.iter().map(Inline::italics);
        let italics = italics.skip_while(Option::is_none);
        let mut prose = Self {
            italics: italics.map_while(|words| words).collect(),
            ..Self::default()
        };
        for inline in inlines {
            match inline {
                Inline::Text(text) | Inline::Emphasis(text) => prose.write(text),
                Inline::Link(link) => {
                    prose.write(&link.text);
                    prose.links.push(link);
                }
                Inline::Citation(citation) => {
                    prose.citations.push(citation);
                    prose.take_out();
                }
                Inline::Tag(tag) => {
                    prose.tags.push(plain(tag));
                    prose.take_out();
                }
            }
        }
        prose
    }

    /// Reports the links, where nothing in the output holds them.
    pub(crate) fn report_links(&self, report: &mut Report<'_>) {
        for link in &self.links {
            let message = format!("this link is nowhere in the output: {:?}", link.url);
            report.push(Code::DroppedLink, link.span.clone(), message);
        }
    }

    fn write(&mut self, text: &'c str) {
        let words = text.trim_matches(' ');
        // Nearly all text is such, and needs no look at each word.
        if is_plain(words) {
            if text.starts_with(' ') {
                self.blank();
            }
            self.push(words);
            if text.ends_with(' ') {
                self.blank();
            }
            return;
        }
        for (index, word) in text.split(char::is_whitespace).enumerate() {
            if index > 0 {
                self.blank();
            }
            self.push(word.trim_matches(is_invisible));
        }
    }

    /// Notes white space.
    fn blank(&mut self) {
        self.gap.blank = true;
        self.gap.blank_behind = self.gap.taken_out;
    }

    /// Adds words as they are written.
    fn push(&mut self, words: &'c str) {
        let Some(first) = words.chars().next() else {
            return;
        };
        if self.text.is_empty() {
            // Nearly all cells hold one such text, or nothing.
            self.text = Cow::Borrowed(words);
        } else {
            let blank = if self.blank_before(first) { " " } else { "" };
            self.text.to_mut().extend([blank, words]);
        }
        self.gap = Gap::default();
    }

    fn take_out(&mut self) {
        self.gap.taken_out = true;
        self.gap.blank_behind = false;
    }

    fn blank_before(&self, next: char) -> bool {
        let Some(last) = self.text.chars().next_back() else {
            return false;
        };
        let Gap {
            blank,
            taken_out,
            blank_behind,
        } = self.gap;
        let closes = ".,;:!?)]".contains(next);
        let opens = "([/-–—“‘„«".contains(last);
        if blank {
            !(taken_out && closes && !blank_behind)
        } else {
            taken_out && !opens && (next.is_alphanumeric() || "([“‘„«".contains(next))
        }
    }
}

/// A text with its white space as single blanks, trimmed.
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    let mut prose = Prose::default();
    prose.write(text);
    prose.text.into_owned()
}

/// The words of a cell alone, as far as a reader sees them.
#[must_use]
pub(crate) fn words<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    // Nearly all cells hold nothing, or one such text, and are asked for often.
    match &*cell.inlines {
        [] => Cow::Borrowed(""),
        [Inline::Text(text)] if is_plain(text.trim_matches(' ')) => {
            Cow::Borrowed(text.trim_matches(' '))
        }
        _ => visible(Prose::new(cell).text),
    }
}

/// A line break in a cell: white space, as it stands in no text of tables.
pub(super) const LINE_BREAK: Inline<'_> = Inline::Text(Cow::Borrowed("\u{2028}"));

/// The words of each line of a cell that has some, with `\n` between them.
#[must_use]
pub(crate) fn lines<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    if !cell.inlines.contains(&LINE_BREAK) {
        return words(cell);
    }
    let lines = cell.inlines.split(|inline| *inline == LINE_BREAK);
    let mut lines: Vec<_> = lines
        .map(|line| visible(Prose::of_inlines(line).text))
        .collect();
    lines.retain(|line| !line.is_empty());
    lines.join("\n").into()
}

/// A text without characters of no width, and without superscripts, which are notes. Where a number or a known word is
/// looked for, they mean nothing.
#[must_use]
pub(crate) fn visible(mut text: Cow<'_, str>) -> Cow<'_, str> {
    let is_nothing = |c: char| is_invisible(c) || is_raised(c);
    if !text.is_ascii() && text.contains(is_nothing) {
        let text = text.to_mut();
        text.retain(|c| !is_nothing(c));
        text.truncate(text.trim_end().len());
    }
    text
}

/// Whether a text is written as it would be taken over: words of ASCII with single blanks between them. All of it is
/// looked at, without a branch for each byte.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let doubled = pairs.filter(|&pair| pair == (&b' ', &b' ')).count();
    let is_ascii = |all, &byte| all & matches!(byte, b' '..=b'~');
    doubled == 0 && bytes.iter().fold(true, is_ascii)
}
