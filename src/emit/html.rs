//! `ports.html`: one page to look a port up in, by search, by eye, or on paper.
//!
//! The page needs nothing but itself: style and script stand in it, and its policy (CSP) forbids every
//! request and every style and script but these two, which it knows by their hashes. Without the script it is
//! a plain table. `html/page.html` is the frame, whose blanks the compiler checks; the pieces that fill them
//! are here.
//!
//! Every text goes through [`Text`]. An address becomes a link only where it is `http:`, `https:` or
//! `mailto:`; else its words stay and are no link, so that no table can smuggle in a `javascript:`.

mod about;
mod columns;
mod words;

use std::fmt::{self, Formatter, Write as _};
use std::io;

use super::{EmitError, Emitter, Format, services};
use crate::dataset::{Assignment, Dataset, Link, NameSource, Naming, Origin, Record, Status};
use crate::text::hash_source;
use columns::Columns;
use words::{Cited, Piece, RED, Text, doubt, is_live, numbered, write_citations, write_ports};

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
    let (cited, columns) = (&numbered(dataset), &Columns::new(dataset));
    let statuses = statuses(dataset);
    let style = format!("{STYLE}{}", Piece(|f| columns.write_style(f)));
    let hidden = |is: bool| if is { " hidden" } else { "" };
    write!(
        text,
        include_str!("html/page.html"),
        title = Text(&about::title(dataset)),
        tab_range = Piece(|f| about::tab_range(dataset, f)),
        range = Piece(|f| about::range(dataset, f)),
        credit = Piece(|f| about::credit(dataset, f)),
        share_alike = about::share_alike(dataset),
        changes = about::changes(dataset),
        recipe = Text(&services::recipe(dataset).join(" ")),
        style = style,
        style_hash = hash_source(&style),
        script = SCRIPT,
        script_hash = hash_source(SCRIPT),
        legend = Piece(|f| about::legend(dataset, cited, f)),
        protocols = Piece(|f| columns.write_options(f)),
        no_choice_of_protocol = hidden(columns.protocols.len() < 2),
        statuses = Piece(|f| status_options(&statuses, f)),
        no_choice_of_status = hidden(statuses.len() < 2),
        count = dataset.records.len(),
        many = if many { " class=\"many\"" } else { "" },
        header = Piece(|f| columns.write_header(f)),
        rows = Piece(|f| {
            let mut records = dataset.records.iter();
            records.try_for_each(|record| row(dataset, columns, cited, record, f))
        }),
        notes = Piece(|f| about::notes(dataset, f)),
        sources = Piece(|f| dataset
            .sources
            .iter()
            .try_for_each(|s| about::source_file(s, f))),
    )
}

/// The statuses that the records have, in the order of the legend.
fn statuses(dataset: &Dataset) -> Vec<&'static str> {
    let assignments = || dataset.records.iter().flat_map(|r| &r.assignments.0);
    let occurs = |name: &&str| assignments().flatten().any(|a| a.status.name() == *name);
    let known = Status::KNOWN.iter().map(Status::name);
    known.chain(["other"]).filter(occurs).collect()
}

/// The statuses to choose from; the script counts the rows of each.
fn status_options(statuses: &[&str], f: &mut Formatter<'_>) -> fmt::Result {
    statuses.iter().try_for_each(|status| {
        writeln!(
            f,
            "<label class=\"{status}\"><input type=\"radio\" name=\"status\" value=\"{status}\">{status} <b></b></label>"
        )
    })
}

fn row(
    dataset: &Dataset,
    columns: &Columns<'_>,
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
    write!(f, ">{}</a></th>", Piece(|f| write_ports(*ports, f)))?;
    if columns.has_names {
        f.write_str("<td class=\"name\">")?;
        naming
            .iter()
            .try_for_each(|naming| write_names(naming, f))?;
        f.write_str("</td>")?;
    }
    for protocol in &columns.protocols {
        cell(cited, assignments[*protocol].as_ref(), f)?;
    }
    for header in &columns.extra {
        let texts = extra.iter().filter(|(other, _)| other == header);
        let texts: Vec<_> = texts.map(|(_, text)| text.as_str()).collect();
        write!(f, "<td>{}</td>", Text(&texts.join("; ")))?;
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
        if !columns.extra.contains(&header.as_str()) {
            write!(f, " <small><b>{}</b> {}</small>", Text(header), Text(text))?;
        }
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
    write!(f, " title=\"Line {line}")?;
    if let [_, _, ..] = dataset.sources.as_slice() {
        write!(f, " of {}", Text(path))?;
    }
    if *shifted {
        f.write_str("; its port is that of the row above")?;
    }
    f.write_char('"')
}

fn write_names(naming: &Naming, f: &mut Formatter<'_>) -> fmt::Result {
    let Naming {
        name,
        aliases,
        source,
    } = naming;
    let how = match source {
        NameSource::Curated | NameSource::Registry => "",
        NameSource::Stated => " title=\"The table gives this name.\"",
        NameSource::Derived => {
            " class=\"derived\" title=\"This name is made from the description.\""
        }
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
        let why = RED;
        write!(
            f,
            "<a class=\"red\" title=\"{why}\" href=\"{url_text}\">{words}</a>"
        )
    } else {
        write!(f, "<a href=\"{url_text}\">{words}</a>")
    }
}
