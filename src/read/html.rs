//! HTML → [`Grid`](super::grid::Grid)s.

use std::borrow::Cow;

use super::{Page, Reader};
use crate::text::Span;

/// HTML, as the wiki serves it and as converters leave it.
#[derive(Debug)]
pub(super) struct Html;

impl Reader for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn endings(&self) -> &'static [&'static str] {
        &["html", "htm"]
    }

    fn recognizes(&self, _text: &str) -> bool {
        false
    }

    fn read<'a>(&self, _text: &'a str, _part: Span, _page: &mut Page<'a, '_>) {}
}

/// A blank for a tag that ends a line or stands around a block, nothing for another tag or comment of
/// HTML, and what else looks like one as written: `<port>` is a word.
pub(super) fn text_of_tag(tag: Cow<'_, str>) -> Option<Cow<'_, str>> {
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
pub(super) fn link_of_tag(tag: &str) -> Option<(String, String)> {
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

/// Where the first table in a part of a text starts.
pub(super) fn table_start(text: &str, part: Span) -> Option<usize> {
    let lower_case = text[part.clone()].to_ascii_lowercase();
    lower_case.find("<table").map(|at| part.start + at)
}

/// Where the table ends that starts at a place of the text; `None` if it is never closed.
pub(super) fn table_end(_text: &str, _start: usize) -> Option<usize> {
    None
}
