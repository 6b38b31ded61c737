//! Texts, addresses and citations → safe HTML.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::Arc;

use crate::dataset::{Basis, Citation, Dataset, PortRange};

/// A text as HTML, in an element or in a quoted attribute.
pub(super) struct Text<'t>(pub(super) &'t str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            _ => f.write_char(c),
        })
    }
}

/// Words, as a link if the address may become one.
pub(super) fn linked(words: &str, url: Option<&str>, relation: &str) -> String {
    let words = Text(words);
    match url.filter(|url| is_live(url)) {
        Some(url) => format!("<a{relation} href=\"{}\">{words}</a>", Text(url)),
        None => words.to_string(),
    }
}

/// True for an address that may become a link.
pub(super) fn is_live(url: &str) -> bool {
    regex!("^(?i:https?://|mailto:)").is_match(url)
}

pub(super) const OTHER: &str = "This cell contains text that is not a known status.";
pub(super) const MERGED: &str =
    "The source leaves this cell blank because one cell covers TCP and UDP.";
pub(super) const INFERRED: &str =
    "The source leaves this cell blank. It is assumed to be the same as TCP, which may be wrong.";
pub(super) const RED: &str = "The linked page did not exist when the table was written.";

/// The mark of a cell that was blank in the table, and why it is filled here.
pub(super) const fn doubt(basis: Basis) -> Option<(&'static str, &'static str)> {
    match basis {
        Basis::Stated => None,
        Basis::Merged => Some(("=", MERGED)),
        Basis::Inferred => Some(("≈", INFERRED)),
    }
}

pub(super) fn port_text(ports: PortRange) -> String {
    if ports.is_single() {
        ports.first().to_string()
    } else {
        format!("{}–{}", ports.first(), ports.last())
    }
}

/// Citations by number, in the order of the dataset.
pub(super) fn references(cited: &Cited<'_>, ids: &[Arc<str>]) -> String {
    let reference = |id: &Arc<str>| {
        let Some((number, citation)) = cited.get(&**id) else {
            return format!("[{}]", Text(id));
        };
        let title = Text(citation.text.as_deref().unwrap_or(id));
        let note = format!("#c{number}");
        let url = Text(address(citation).unwrap_or(&note));
        format!("<a title=\"Source: {title}\" href=\"{url}\">[{number}]</a>")
    };
    if ids.is_empty() {
        return String::new();
    }
    let references: String = ids.iter().map(reference).collect();
    format!("<sup>{references}</sup>")
}

/// The citations by their ids, each with its number from 1.
pub(super) type Cited<'d> = HashMap<&'d str, (usize, &'d Citation)>;

pub(super) fn cited(dataset: &Dataset) -> Cited<'_> {
    let citations = (1..).zip(&dataset.citations);
    citations
        .map(|(number, it)| (&*it.id, (number, it)))
        .collect()
}

/// The outside address of a citation. A footnote with words of its own is a note at the end of the page instead.
pub(super) fn address(citation: &Citation) -> Option<&str> {
    let Citation { id: _, url, text } = citation;
    url.as_deref().filter(|url| is_live(url) && text.is_none())
}
