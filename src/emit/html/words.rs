//! Texts, addresses and citations → HTML that means no more than they say.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::sync::Arc;

use crate::dataset::{Basis, Citation, Dataset, PortRange};

/// Words, as a link where the address may be one.
pub(super) fn linked(
    words: &str,
    url: Option<&str>,
    relation: &str,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    match url.filter(|url| is_live(url)) {
        Some(url) => write!(f, "<a{relation} href=\"{}\">{}</a>", Text(url), Text(words)),
        None => write!(f, "{}", Text(words)),
    }
}

/// A part of the page, written where it stands.
pub(super) struct Piece<F: Fn(&mut Formatter<'_>) -> fmt::Result>(pub(super) F);

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Display for Piece<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0(f)
    }
}

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

/// Whether an address may become a link.
pub(super) fn is_live(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

pub(super) const OTHER: &str = "The table has other words in this cell.";
pub(super) const MERGED: &str =
    "The source leaves this cell blank because one cell covers TCP and UDP.";
pub(super) const INFERRED: &str =
    "The source leaves this cell blank. It is taken to be the same as TCP, which may be wrong.";
pub(super) const RED: &str = "The page did not exist when the table was written.";

/// The mark of a cell that the table left blank, and why it is filled all the same.
pub(super) const fn doubt(basis: Basis) -> Option<(&'static str, &'static str)> {
    match basis {
        Basis::Stated => None,
        Basis::Merged => Some(("=", MERGED)),
        Basis::Inferred => Some(("≈", INFERRED)),
    }
}

pub(super) fn write_ports(ports: PortRange, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{}", ports.first())?;
    if !ports.is_single() {
        write!(f, "–{}", ports.last())?;
    }
    Ok(())
}

/// Citations by number, in the order of the dataset.
pub(super) fn write_citations(
    cited: &Cited<'_>,
    ids: &[Arc<str>],
    f: &mut Formatter<'_>,
) -> fmt::Result {
    if ids.is_empty() {
        return Ok(());
    }
    f.write_str("<sup>")?;
    for id in ids {
        let Some(&(number, citation)) = cited.get(id.as_ref()) else {
            write!(f, "[{}]", Text(id))?;
            continue;
        };
        let title = Text(citation.text.as_deref().unwrap_or(id));
        write!(f, "<a title=\"Source: {title}\" href=\"")?;
        match address(citation) {
            Some(url) => write!(f, "{}", Text(url))?,
            None => write!(f, "#c{number}")?,
        }
        write!(f, "\">[{number}]</a>")?;
    }
    f.write_str("</sup>")
}

/// The citations by their ids, each with its number from 1.
pub(super) type Cited<'d> = HashMap<&'d str, (usize, &'d Citation)>;

pub(super) fn numbered(dataset: &Dataset) -> Cited<'_> {
    let citations = (1..).zip(&dataset.citations);
    citations
        .map(|(number, citation)| (citation.id.as_ref(), (number, citation)))
        .collect()
}

/// Where a citation leads, if that is outside the page: a footnote with words of its own is a note below.
pub(super) fn address(citation: &Citation) -> Option<&str> {
    let Citation { id: _, url, text } = citation;
    url.as_deref().filter(|url| is_live(url) && text.is_none())
}
