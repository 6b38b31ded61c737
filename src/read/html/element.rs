//! What the elements of HTML are: names and attributes, as browsers take them.

use super::token::{Tag, Token};

/// Elements that a browser never shows (WHATWG HTML, 15.3.1), and one that it shows only without scripts.
#[rustfmt::skip]
pub(super) const NEVER_SHOWN: [&str; 9] = [
    "datalist", "head", "noembed", "noframes", "noscript", "rp", "script", "style", "template",
];

/// Elements without content or end tag (WHATWG HTML, 13.1.2).
#[rustfmt::skip]
pub(super) const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that stand on lines of their own, and so part words.
#[rustfmt::skip]
pub(super) const BLOCKS: [&str; 40] = [
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section",
    "summary", "table", "tbody", "td", "th", "tr", "ul",
];

/// Elements within a line. In markdown, what looks like a tag but is neither these nor blocks is a word: `<port>`.
#[rustfmt::skip]
pub(super) const IN_LINES: [&str; 44] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "input", "ins", "kbd", "label", "link", "mark", "meta", "nobr", "nowiki",
    "picture", "q", "ref", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

pub(super) fn is_italic(name: &str) -> bool {
    matches!(name, "i" | "em")
}

pub(super) fn is_raised(name: &str) -> bool {
    matches!(name, "sup" | "sub")
}

pub(super) fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th")
}

pub(super) fn is_group(name: &str) -> bool {
    matches!(name, "thead" | "tbody" | "tfoot")
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Whether an element takes no room at all.
pub(super) fn is_removed(tag: &Tag<'_>) -> bool {
    tag.attribute("hidden").is_some() || has_style(tag, "display:none")
}

/// Whether a browser does not show an element that it would show otherwise: by its style, or as the wiki's own styles
/// have it.
pub(super) fn is_hidden(tag: &Tag<'_>) -> bool {
    let by_class = || {
        ["sortkey", "mw-editsection"]
            .iter()
            .any(|class| tag.is_of_class(class))
    };
    is_removed(tag) || has_style(tag, "visibility:hidden") || by_class()
}

pub(super) fn is_unseen(tag: &Tag<'_>) -> bool {
    NEVER_SHOWN.contains(&&*tag.name) || is_hidden(tag)
}

pub(super) fn has_style(tag: &Tag<'_>, wanted: &str) -> bool {
    tag.attribute("style").is_some_and(|style| {
        let style: String = style.split_whitespace().collect();
        let mut declarations = style.split(';');
        declarations.any(|declaration| {
            declaration
                .get(..wanted.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        })
    })
}

/// Whether a token ends a row that has no end tag.
pub(super) fn ends_row(token: &Token<'_>) -> bool {
    match token {
        Token::Start(tag) => {
            matches!(&*tag.name, "caption" | "col" | "colgroup" | "table" | "tr")
                || is_group(&tag.name)
        }
        Token::End(name) => name == "table" || is_group(name),
        Token::Text(_) | Token::Doctype => false,
    }
}

/// Whether a token ends a cell or caption that has no end tag.
pub(super) fn ends_cell(token: &Token<'_>) -> bool {
    match token {
        Token::Start(tag) => tag.name != "table" && (ends_row(token) || is_cell(&tag.name)),
        Token::End(name) => name == "tr" || ends_row(token),
        Token::Text(_) | Token::Doctype => false,
    }
}

/// Whether a token ends a link that has no end tag.
pub(super) fn ends_link(token: &Token<'_>) -> bool {
    let is_cell_end = matches!(token, Token::End(name) if is_cell(name));
    let is_link = matches!(token, Token::Start(tag) if tag.name == "a");
    is_link || is_cell_end || ends_cell(token)
}
