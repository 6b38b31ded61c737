//! `ports.html`: one page to look a port up in, by search, by eye, or on paper.
//!
//! The page needs nothing but itself: style and script stand in it, and its policy (CSP) forbids every
//! request and every style and script but these two, which it knows by their hashes. Without the script it is
//! a plain table. `html/page.html` is the frame, whose blanks the compiler checks; the pieces that fill them
//! are here.
//!
//! Every text goes through [`Text`]. An address becomes a link only where it is `http:`, `https:` or
//! `mailto:`; else its words stay and are no link, so that no table can smuggle in a `javascript:`.

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write as _};
use std::io;
use std::sync::Arc;

use super::{EmitError, Emitter, Format, services};
use crate::dataset::{
    Assignment, Attribution, Basis, Citation, Dataset, Link, NameSource, Naming, Origin, PortRange,
    Protocol, Record, SourceFile, Status, StatusMeaning,
};
use crate::text::hash_source;

/// From here on a browser lays out only the rows in sight.
const MANY_RECORDS: usize = 2000;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = concat!(include_str!("html/map.js"), include_str!("html/page.js"));

#[derive(Debug)]
pub(super) struct Html;

impl Emitter for Html {
    fn format(&self) -> Format<'_> {
        Format::new(
            "html",
            "ports.html",
            "one page with search and filters, for people with a browser",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn io::Write) -> Result<(), EmitError> {
        let mut text = String::with_capacity(1024 * dataset.records.len());
        write_page(dataset, &mut text).map_err(EmitError::new)?;
        out.write_all(text.as_bytes()).map_err(EmitError::new)
    }
}

fn write_page(dataset: &Dataset, text: &mut String) -> fmt::Result {
    let many = dataset.records.len() > MANY_RECORDS;
    let cited = &numbered(dataset);
    write!(
        text,
        include_str!("html/page.html"),
        title = Text(dataset.title()),
        credit = Piece(|f| credit(dataset, f)),
        range = Piece(|f| range(dataset, f)),
        dash_range = Piece(|f| dash_range(dataset, f)),
        lead = Piece(|f| lead(dataset, f)),
        recipe = Text(&services::recipe(dataset).join(" ")),
        style = STYLE,
        style_hash = hash_source(STYLE),
        script = SCRIPT,
        script_hash = hash_source(SCRIPT),
        legend = Piece(|f| legend(dataset, cited, f)),
        protocols = Piece(protocol_options),
        statuses = Piece(|f| status_options(dataset, f)),
        count = dataset.records.len(),
        many = if many { " class=\"many\"" } else { "" },
        columns = Piece(columns),
        rows = Piece(|f| dataset
            .records
            .iter()
            .try_for_each(|r| row(dataset, cited, r, f))),
        notes = Piece(|f| notes(dataset, f)),
        sources = Piece(|f| dataset.sources.iter().try_for_each(|s| source_file(s, f))),
    )
}

/// Whose data it is, before the table.
fn lead(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(attribution) = &dataset.attribution else {
        return Ok(());
    };
    f.write_str("From ")?;
    from(attribution, f)?;
    f.write_str(". ")
}

/// Whose data it is, below the table.
fn credit(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(attribution) = &dataset.attribution else {
        return Ok(());
    };
    f.write_str("From ")?;
    from(attribution, f)?;
    if attribution.license.is_some() {
        f.write_str(", and so is this page")?;
    }
    f.write_str(". ")
}

/// Where the data is from and under which licence, as far as that is known, linked where it can be.
fn from(attribution: &Attribution, f: &mut Formatter<'_>) -> fmt::Result {
    let Attribution {
        title,
        url,
        license,
        revision,
    } = attribution;
    let what = title.as_deref().or(url.as_deref()).unwrap_or("its source");
    linked(what, url.as_deref(), "", f)?;
    if let Some(revision) = revision {
        write!(f, ", revision {revision}")?;
    }
    if let Some(license) = license {
        f.write_str(", under ")?;
        let url = attribution.license_url();
        linked(license, url.as_deref(), " rel=\"license\"", f)?;
    }
    Ok(())
}

/// Words, as a link where the address may be one.
fn linked(words: &str, url: Option<&str>, relation: &str, f: &mut Formatter<'_>) -> fmt::Result {
    match url.filter(|url| is_live(url)) {
        Some(url) => write!(f, "<a{relation} href=\"{}\">{}</a>", Text(url), Text(words)),
        None => write!(f, "{}", Text(words)),
    }
}

/// A part of the page, written where it stands.
struct Piece<F: Fn(&mut Formatter<'_>) -> fmt::Result>(F);

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Display for Piece<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0(f)
    }
}

/// A text as HTML, in an element or in a quoted attribute.
struct Text<'t>(&'t str);

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
fn is_live(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// The statuses that the records have, in the order of the legend.
fn statuses(dataset: &Dataset) -> Vec<&'static str> {
    let assignments = || dataset.records.iter().flat_map(|r| &r.assignments.0);
    let occurs = |name: &&str| assignments().flatten().any(|a| a.status.name() == *name);
    let known = Status::KNOWN.iter().map(Status::name);
    known.chain(["other"]).filter(occurs).collect()
}

/// The lowest and the highest port of the records.
fn covered(dataset: &Dataset) -> Option<(u16, u16)> {
    let first = dataset.records.iter().map(|r| r.ports.first()).min()?;
    let last = dataset.records.iter().map(|r| r.ports.last()).max()?;
    Some((first, last))
}

/// What tells a tab of this table from one of another.
fn dash_range(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    covered(dataset).map_or(Ok(()), |(first, last)| write!(f, ", {first}–{last}"))
}

/// The first thing that is said: which ports this is about.
fn range(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    covered(dataset).map_or(Ok(()), |(first, last)| {
        let rows = dataset.records.len();
        write!(f, "<b>Ports {first} to {last}</b>, {rows} rows. ")
    })
}

/// What each status and each mark means, in sentences.
fn legend(dataset: &Dataset, cited: &Cited<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    for StatusMeaning {
        status,
        meaning,
        citations,
    } in &dataset.statuses
    {
        let (class, meaning) = (Text(status), Text(meaning));
        write!(f, "<dt class=\"{class}\">{class}</dt><dd>{meaning}")?;
        write_citations(cited, citations, f)?;
        f.write_str("</dd>\n")?;
    }
    if statuses(dataset).contains(&"other") {
        entry("<span class=\"other\">other</span>", OTHER, f)?;
    }
    for basis in [Basis::Merged, Basis::Inferred] {
        if let Some((mark, sentence)) = doubt(basis) {
            entry(&format!("{mark} {}", basis.name()), sentence, f)?;
        }
    }
    entry("blank", BLANK, f)?;
    entry("<span class=\"red\">red link</span>", RED, f)
}

const OTHER: &str = "Words of the table that are none of these; they stand in the cell.";
const BLANK: &str = "The table says nothing.";
const RED: &str = "Red and dashed: the page did not exist.";

fn entry(term: &str, sentence: &str, f: &mut Formatter<'_>) -> fmt::Result {
    writeln!(f, "<dt>{term}</dt><dd>{sentence}</dd>")
}

/// The mark of a cell that the table left blank, and why it is filled all the same.
const fn doubt(basis: Basis) -> Option<(&'static str, &'static str)> {
    match basis {
        Basis::Stated => None,
        Basis::Merged => Some((
            "=",
            "Blank in the source, because one cell stood over TCP and UDP. Curated facts say so.",
        )),
        Basis::Inferred => Some((
            "≈",
            "Blank in the source, and taken to be as TCP by rule only. It may be wrong.",
        )),
    }
}

fn protocol_options(f: &mut Formatter<'_>) -> fmt::Result {
    Protocol::ALL.iter().try_for_each(|protocol| {
        let name = protocol.name();
        let shown = name.to_uppercase();
        writeln!(f, "<option value=\"{name}\">{shown}</option>")
    })
}

/// The statuses to choose from; the script counts the rows of each.
fn status_options(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    statuses(dataset).iter().try_for_each(|status| {
        writeln!(
            f,
            "<label class=\"{status}\"><input type=\"radio\" name=\"status\" value=\"{status}\">{status} <b></b></label>"
        )
    })
}

fn columns(f: &mut Formatter<'_>) -> fmt::Result {
    Protocol::ALL.iter().try_for_each(|protocol| {
        let name = protocol.name().to_uppercase();
        write!(f, "<th scope=\"col\">{name}</th>")
    })
}

fn row(
    dataset: &Dataset,
    cited: &Cited<'_>,
    record: &Record,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let Record {
        id,
        ports,
        naming,
        assignments,
        description,
        links,
        citations,
        tags,
        extra,
        origin,
    } = record;
    // A fragment holds no second #.
    let anchor = id.replace('#', ".");
    write!(
        f,
        "<tr id=\"r{anchor}\"><th scope=\"row\"><a href=\"#r{anchor}\""
    )?;
    write_origin(dataset, origin, f)?;
    write!(f, ">{}</a></th><td>", Piece(|f| write_ports(*ports, f)))?;
    naming
        .iter()
        .try_for_each(|naming| write_names(naming, f))?;
    f.write_str("</td>")?;
    for (_, assignment) in assignments.iter() {
        cell(cited, assignment.as_ref(), f)?;
    }
    f.write_str("<td><span>")?;
    let elsewhere = write_prose(description, links, f)?;
    f.write_str("</span>")?;
    write_citations(cited, citations, f)?;
    for link in elsewhere {
        write!(f, " <small>see {}</small>", Piece(|f| write_link(link, f)))?;
    }
    for tag in tags {
        write!(f, " <small>[{}]</small>", Text(tag))?;
    }
    for (header, text) in extra {
        write!(f, " <small><b>{}</b> {}</small>", Text(header), Text(text))?;
    }
    f.write_str("</td></tr>\n")
}

/// Where the row stands in the source; the file only where there are several.
fn write_origin(dataset: &Dataset, origin: &Origin, f: &mut Formatter<'_>) -> fmt::Result {
    let Origin {
        path,
        line,
        shifted,
    } = origin;
    f.write_str(" title=\"")?;
    if let [_, _, ..] = dataset.sources.as_slice() {
        write!(f, "{}, ", Text(path))?;
    }
    let repair = if *shifted {
        ", put back under its port"
    } else {
        ""
    };
    write!(f, "line {line}{repair}\"")
}

fn write_ports(ports: PortRange, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{}", ports.first())?;
    if !ports.is_single() {
        write!(f, "–{}", ports.last())?;
    }
    Ok(())
}

fn write_names(naming: &Naming, f: &mut Formatter<'_>) -> fmt::Result {
    let Naming {
        name,
        aliases,
        source,
    } = naming;
    let how = match source {
        NameSource::Curated | NameSource::Registry => "",
        NameSource::Stated => " title=\"stated by the table\"",
        NameSource::Derived => " class=\"derived\" title=\"derived from the description\"",
    };
    write!(f, "<code{how}>{name}</code>")?;
    for alias in aliases {
        write!(f, " <small>{alias}</small>")?;
    }
    Ok(())
}

/// What one protocol says of the ports.
fn cell(cited: &Cited<'_>, assignment: Option<&Assignment>, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(Assignment {
        status,
        basis,
        citations,
    }) = assignment
    else {
        return f.write_str("<td></td>");
    };
    let words = match status {
        Status::Other(text) => text,
        Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => {
            status.name()
        }
    };
    write!(f, "<td class=\"{}\">{}", status.name(), Text(words))?;
    if let Some((mark, sentence)) = doubt(*basis) {
        let name = basis.name();
        write!(
            f,
            "<i class=\"basis\" role=\"img\" aria-label=\"{name}\" title=\"{sentence}\">{mark}</i>"
        )?;
    }
    write_citations(cited, citations, f)?;
    f.write_str("</td>")
}

/// The description with its links where their words stand. Returns the links whose words it lacks.
fn write_prose<'d>(
    description: &str,
    links: &'d [Link],
    f: &mut Formatter<'_>,
) -> Result<Vec<&'d Link>, fmt::Error> {
    let mut elsewhere = Vec::new();
    let mut rest = description;
    for link in links {
        let Some(start) = find_words(rest, &link.text) else {
            elsewhere.push(link);
            continue;
        };
        write!(f, "{}", Text(&rest[..start]))?;
        write_link(link, f)?;
        rest = &rest[start + link.text.len()..];
    }
    write!(f, "{}", Text(rest))?;
    Ok(elsewhere)
}

/// Where words stand in a text: as whole words if they do, else anywhere (`[http](…)s`).
///
/// Links stand in the order of their words, so the next one is near and among the first of its words. Looking
/// for each through all the rest would take a time quadratic in the links.
fn find_words(text: &str, words: &str) -> Option<usize> {
    const NEAR: usize = 4096;
    const FIRST: usize = 8;
    if words.is_empty() {
        return None;
    }
    let text = &text[..text.floor_char_boundary(NEAR + words.len())];
    let is_whole = |start: usize| {
        let before = text[..start].chars().next_back();
        let after = text[start + words.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    };
    let places = text.match_indices(words).map(|(start, _)| start);
    let mut places = places.take(FIRST);
    places
        .clone()
        .find(|&start| is_whole(start))
        .or_else(|| places.next())
}

fn write_link(link: &Link, f: &mut Formatter<'_>) -> fmt::Result {
    let Link { text, url, missing } = link;
    let (words, url_text) = (Text(text), Text(url));
    if !is_live(url) {
        write!(f, "<span title=\"{url_text}\">{words}</span>")
    } else if *missing {
        let why = "the page did not exist";
        write!(
            f,
            "<a class=\"red\" title=\"{why}\" href=\"{url_text}\">{words}</a>"
        )
    } else {
        write!(f, "<a href=\"{url_text}\">{words}</a>")
    }
}

/// Citations by number, in the order of the dataset.
fn write_citations(cited: &Cited<'_>, ids: &[Arc<str>], f: &mut Formatter<'_>) -> fmt::Result {
    if ids.is_empty() {
        return Ok(());
    }
    f.write_str("<sup>")?;
    for id in ids {
        let title = Text(id);
        match cited
            .get(id.as_ref())
            .map(|&(number, citation)| (number, address(citation)))
        {
            Some((number, Some(url))) => {
                write!(
                    f,
                    "<a title=\"{title}\" href=\"{}\">[{number}]</a>",
                    Text(url)
                )?;
            }
            Some((number, None)) => {
                write!(f, "<a title=\"{title}\" href=\"#c{number}\">[{number}]</a>")?;
            }
            None => write!(f, "[{title}]")?,
        }
    }
    f.write_str("</sup>")
}

/// The citations by their ids, each with its number from 1.
type Cited<'d> = HashMap<&'d str, (usize, &'d Citation)>;

fn numbered(dataset: &Dataset) -> Cited<'_> {
    let citations = (1..).zip(&dataset.citations);
    citations
        .map(|(number, citation)| (citation.id.as_ref(), (number, citation)))
        .collect()
}

/// Where a citation leads, if that is outside the page: a footnote with words of its own is a note below.
fn address(citation: &Citation) -> Option<&str> {
    let Citation { id: _, url, text } = citation;
    url.as_deref().filter(|url| is_live(url) && text.is_none())
}

/// The footnotes that say more than an address.
fn notes(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    let notes = || {
        (1..)
            .zip(&dataset.citations)
            .filter(|(_, c)| address(c).is_none())
    };
    if notes().next().is_none() {
        return Ok(());
    }
    f.write_str("<h2>Notes</h2>\n<ol>\n")?;
    for (number, Citation { id, url, text }) in notes() {
        write!(f, "<li id=\"c{number}\" value=\"{number}\">")?;
        write!(f, "{}", Text(text.as_deref().unwrap_or(id)))?;
        match url.as_deref() {
            Some(url) if is_live(url) => write!(f, " <a href=\"{0}\">{0}</a>", Text(url))?,
            Some(url) => write!(f, " {}", Text(url))?,
            None => {}
        }
        f.write_str("</li>\n")?;
    }
    f.write_str("</ol>\n")
}

fn source_file(source: &SourceFile, f: &mut Formatter<'_>) -> fmt::Result {
    let SourceFile { path, sha256 } = source;
    let path = Text(path);
    writeln!(f, "<dt>{path}</dt><dd><code>sha256 {sha256}</code></dd>")
}
