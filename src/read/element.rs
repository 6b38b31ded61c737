//! The elements of HTML that a text stands for, with their places: what every syntax is read as; and what those elements
//! are, as browsers take them.

use std::borrow::Cow;
use std::iter;

use super::grid::Extent;
use crate::diagnostic::Code;
use crate::text::Span;

/// The elements of a text, in order.
pub(super) type Tokens<'a> = Box<dyn Iterator<Item = Spanned<'a>> + 'a>;

/// A piece of a text, and where it stands.
pub(super) type Spanned<'a> = (Token<'a>, Span);

/// An element from its first to its last character, with its content.
pub(super) fn element<'a>(
    tag: Tag<'a>,
    span: Span,
    content: impl IntoIterator<Item = Spanned<'a>>,
) -> impl Iterator<Item = Spanned<'a>> {
    let end = (Token::End(tag.name.clone()), span.end..span.end);
    let start = (Token::Start(tag), span.start..span.start);
    iter::once(start).chain(content).chain([end])
}

/// A piece of a text, as the element of HTML that it stands for.
#[derive(Debug)]
pub(super) enum Token<'a> {
    /// `<a href="…">`.
    Start(Tag<'a>),
    /// `</a>`: the name, in lower case.
    End(Cow<'a, str>),
    /// What stands between tags, decoded.
    Text(Cow<'a, str>),
    /// What HTML has no element for: a citation by its label, an editorial tag by its words.
    Citation(Cow<'a, str>),
    Tag(Box<str>),
    /// What stands behind the last cell that the header has room for.
    Surplus,
    /// The rows to come go on with the table above.
    GoOn,
    /// A footnote begins: its label, and its text as written.
    Definition {
        label: Cow<'a, str>,
        text: &'a str,
    },
    /// A footnote ends.
    DefinitionEnd,
    /// Something was left out or put right here.
    Notice(Code, String),
    /// What is open ends here: another syntax begins.
    Stop,
}

/// A start tag.
#[derive(Debug, Clone, Default)]
pub(super) struct Tag<'a> {
    /// The name, in lower case.
    pub(super) name: Cow<'a, str>,
    /// Those of [`ATTRIBUTES`] that it has, each once, with their decoded values.
    pub(super) attributes: Vec<(&'static str, Cow<'a, str>)>,
    /// How far it reaches, if it is a cell and the syntax says so.
    pub(super) extent: Option<Extent>,
}

/// The attributes that mean something here. Others, such as Parsoid's long `data-mw`, are not kept.
#[rustfmt::skip]
pub(super) const ATTRIBUTES: [&str; 12] = [
    "alt", "aria-label", "checked", "class", "colspan", "hidden", "href", "rowspan", "src", "style", "title", "type",
];

impl<'a> Tag<'a> {
    /// A tag without attributes.
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            ..Self::default()
        }
    }

    /// The same with an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The value of one of [`ATTRIBUTES`].
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

    /// Whether it takes no room at all.
    pub(super) fn is_removed(&self) -> bool {
        self.attribute("hidden").is_some() || self.has_style("display:none")
    }

    /// Whether a browser does not show it, though it would otherwise: by its style, or as the wiki's own styles have it.
    pub(super) fn is_hidden(&self) -> bool {
        let is_of = |class| self.is_of_class(class);
        let is_hidden = || {
            self.is_removed()
                || self.has_style("visibility:hidden")
                || is_of("sortkey")
                || is_of("mw-editsection")
        };
        !self.attributes.is_empty() && is_hidden()
    }

    /// Whether a browser does not show it.
    pub(super) fn is_unseen(&self) -> bool {
        NEVER_SHOWN.contains(&&*self.name) || self.is_hidden()
    }

    fn has_style(&self, wanted: &str) -> bool {
        self.attribute("style").is_some_and(|style| {
            let style: String = style.split_whitespace().collect();
            let mut declarations = style.split(';');
            declarations.any(|declaration| {
                let start = declaration.get(..wanted.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(wanted))
            })
        })
    }
}

/// Elements that a browser never shows (WHATWG HTML, 15.3.1), and one that it shows only without scripts.
#[rustfmt::skip]
const NEVER_SHOWN: [&str; 9] = [
    "datalist", "head", "noembed", "noframes", "noscript", "rp", "script", "style", "template",
];

/// Elements without content or end tag (WHATWG HTML, 13.1.2).
#[rustfmt::skip]
const VOID: [&str; 13] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Elements that stand on lines of their own, and so part words.
#[rustfmt::skip]
const BLOCKS: [&str; 34] = [
    "address", "article", "aside", "blockquote", "br", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary",
    "ul",
];

/// Elements of tables, which part words, too.
#[rustfmt::skip]
const TABLES: [&str; 10] = [
    "caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
];

/// Elements within a line.
#[rustfmt::skip]
const IN_LINES: [&str; 44] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font",
    "i", "img", "input", "ins", "kbd", "label", "link", "mark", "meta", "nobr", "nowiki",
    "picture", "q", "ref", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Whether it parts words.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || is_of_table(name)
}

pub(super) fn is_of_table(name: &str) -> bool {
    TABLES.contains(&name)
}

/// Whether HTML has such an element that stands in a page.
pub(super) fn is_known(name: &str) -> bool {
    IN_LINES.contains(&name) || is_block(name) || NEVER_SHOWN.contains(&name)
}

pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

pub(super) fn is_italic(name: &str) -> bool {
    matches!(name, "i" | "em")
}

pub(super) fn is_struck(name: &str) -> bool {
    matches!(name, "del" | "s" | "strike")
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

/// The elements of headings, from the title down.
pub(super) const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

pub(super) fn is_heading(name: &str) -> bool {
    HEADINGS.contains(&name)
}

/// A part of a table, from the innermost to the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// No link holds another, or a citation.
    Link,
    /// An element within a cell.
    Inline,
    Heading,
    Cell,
    Row,
    Table,
}

impl Token<'_> {
    pub(super) fn is_table(&self) -> bool {
        matches!(self, Self::Start(tag) if tag.name == "table")
    }

    /// The outermost part that it ends, with all that is open inside, where end tags are missing.
    pub(super) fn ends(&self) -> Option<Part> {
        let part = match self {
            Self::Start(Tag { name, .. }) | Self::End(name) if is_group(name) => Part::Row,
            Self::Start(tag) => match &*tag.name {
                "caption" | "col" | "colgroup" | "tr" => Part::Row,
                "td" | "th" => Part::Cell,
                "a" => Part::Link,
                _ => return None,
            },
            Self::End(name) => match &**name {
                "table" => Part::Row,
                "tr" => Part::Cell,
                "td" | "th" => Part::Inline,
                _ => return None,
            },
            Self::Stop | Self::GoOn | Self::Definition { .. } | Self::DefinitionEnd => Part::Table,
            Self::Citation(_) => Part::Link,
            _ => return None,
        };
        Some(part)
    }
}
