//! `ports.html`: one page to look a port up in, by search, by eye, or on paper.
//!
//! The page needs nothing else: it contains its style and script, and its policy (CSP) forbids all requests and any
//! other style or script, by hash. Without the script it is a plain table. `html/page.html` is the frame, whose blanks
//! the compiler checks; the pieces that fill them are here.
//!
//! Every text goes through [`Text`]. An address becomes a link only if it is `http:`, `https:` or `mailto:`, so that no
//! table can smuggle in a `javascript:`.

mod about;
mod columns;
mod words;

use std::io;

use super::{EmitError, Emitter, Format, services};
use crate::dataset::{
    Assignment, Dataset, Link, NameSource, Naming, Origin, Record, ServiceName, Status,
};
use crate::limits;
use crate::text::hash_source;
use columns::Columns;
use words::{Cited, RED, Text, cited, doubt, is_live, port_text, references};

/// From this many records on, browsers lay out only the visible rows.
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
        Ok(out.write_all(page(dataset).as_bytes())?)
    }
}

fn page(dataset: &Dataset) -> String {
    let (cited, columns) = (&cited(dataset), &Columns::new(dataset));
    let statuses = statuses(dataset);
    let records = &dataset.records;
    let style = format!("{STYLE}{}", columns.style());
    let hidden = |is: bool| if is { " hidden" } else { "" };
    let rows = records.iter().map(|it| row(dataset, columns, cited, it));
    format!(
        include_str!("html/page.html"),
        title = Text(&about::title(dataset)),
        tab_range = about::tab_range(dataset),
        range = about::range(dataset),
        credit = about::credit(dataset),
        share_alike = about::share_alike(dataset),
        changes = about::changes(dataset),
        recipe = Text(&services::recipe(dataset).join(" ")),
        style = style,
        style_hash = hash_source(&style),
        script = SCRIPT,
        script_hash = hash_source(SCRIPT),
        legend = about::legend(dataset, cited),
        protocols = columns.options(),
        no_choice_of_protocol = hidden(columns.protocols.len() < 2),
        statuses = statuses.iter().map(status_option).collect::<String>(),
        no_choice_of_status = hidden(statuses.len() < 2),
        count = about::count(dataset),
        many = if records.len() > MANY_RECORDS {
            " class=\"many\""
        } else {
            ""
        },
        header = columns.header(),
        rows = rows.collect::<String>(),
        notes = about::notes(dataset),
        sources = dataset
            .sources
            .iter()
            .map(about::source_file)
            .collect::<String>(),
    )
}

/// The statuses that the records have, in the order of the legend.
fn statuses(dataset: &Dataset) -> Vec<&'static str> {
    let assignments = || dataset.records.iter().flat_map(|it| &it.assignments.0);
    let occurs = |name: &&str| assignments().flatten().any(|it| it.status.name() == *name);
    let known = Status::KNOWN.iter().map(Status::name);
    known.chain(["other"]).filter(occurs).collect()
}

/// A status to choose; the script counts its rows.
fn status_option(status: &&str) -> String {
    format!(
        "<label class=\"{status}\"><input type=\"radio\" name=\"status\" value=\"{status}\">{status} <b></b></label>\n"
    )
}

fn row(dataset: &Dataset, columns: &Columns<'_>, cited: &Cited<'_>, record: &Record) -> String {
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
    let (ports, origin) = (port_text(*ports), origin_text(dataset, origin));
    let mut row = format!(
        "<tr id=\"r{anchor}\"><th scope=\"row\"><a href=\"#r{anchor}\" title=\"{origin}\">{ports}</a></th>"
    );
    if columns.has_names {
        let names = naming.as_ref().map_or_else(String::new, names);
        row.extend(["<td class=\"name\">", &names, "</td>"]);
    }
    let protocols = columns.protocols.iter();
    row.extend(protocols.map(|it| cell(cited, assignments[*it].as_ref())));
    row.extend(columns.extra.iter().map(|header| {
        let texts = extra.iter().filter(|(other, _)| other == header);
        let texts: Vec<_> = texts.map(|(_, text)| text.as_str()).collect();
        format!("<td>{}</td>", Text(&texts.join("; ")))
    }));
    let (prose, elsewhere) = prose(description, links);
    row.extend([
        "<td><span>",
        &prose,
        "</span>",
        &references(cited, citations),
    ]);
    let small = |words: String| format!(" <small>{words}</small>");
    row.extend(
        elsewhere
            .iter()
            .map(|it| small(format!("see {}", link(it)))),
    );
    row.extend(tags.iter().map(|tag| small(format!("[{}]", Text(tag)))));
    let is_here = |header: &String| !columns.extra.contains(&header.as_str());
    let rest = extra.iter().filter(|(header, _)| is_here(header));
    row.extend(rest.map(|(header, text)| small(format!("<b>{}</b> {}", Text(header), Text(text)))));
    row + "</td></tr>\n"
}

/// The row's place in the source, with the file if there are several.
fn origin_text(dataset: &Dataset, origin: &Origin) -> String {
    let Origin {
        path,
        line,
        shifted,
    } = origin;
    let file = match dataset.sources.as_slice() {
        [_, _, ..] => format!(" of {}", Text(path)),
        _ => String::new(),
    };
    let shifted = if *shifted {
        "; its port is that of the row above"
    } else {
        ""
    };
    format!("Line {line}{file}{shifted}")
}

fn names(naming: &Naming) -> String {
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
    let aliases: String = aliases.iter().map(alias).collect();
    format!("<code{how}>{name}</code>{aliases}")
}

fn alias(name: &ServiceName) -> String {
    format!(" <small>{name}</small>")
}

/// The cell of one protocol.
fn cell(cited: &Cited<'_>, assignment: Option<&Assignment>) -> String {
    let Some(Assignment {
        status,
        basis,
        citations,
    }) = assignment
    else {
        return "<td></td>".to_owned();
    };
    let words = match status {
        Status::Other(text) => text,
        Status::Yes | Status::Unofficial | Status::Assigned | Status::No | Status::Reserved => {
            status.name()
        }
    };
    let mark = doubt(*basis).map_or_else(String::new, |(mark, sentence)| {
        let name = basis.name();
        format!(
            "<i class=\"basis\" role=\"img\" aria-label=\"{name}\" title=\"{sentence}\">{mark}</i>"
        )
    });
    let (class, words, notes) = (status.name(), Text(words), references(cited, citations));
    format!("<td class=\"{class}\">{words}{mark}{notes}</td>")
}

/// The description with its links in place, and the links whose words it does not contain.
fn prose<'d>(description: &str, links: &'d [Link]) -> (String, Vec<&'d Link>) {
    let (mut prose, mut elsewhere) = (String::new(), Vec::new());
    let mut rest = description;
    for it in links {
        let Some(start) = find_words(rest, &it.text) else {
            elsewhere.push(it);
            continue;
        };
        prose.extend([Text(&rest[..start]).to_string(), link(it)]);
        rest = &rest[start + it.text.len()..];
    }
    (prose + &Text(rest).to_string(), elsewhere)
}

/// Finds words in a text: as whole words if possible, otherwise anywhere (`[http](…)s`).
///
/// Links are in the order of their words, so only the next few occurrences matter; searching all the rest for each
/// link would take quadratic time.
fn find_words(text: &str, words: &str) -> Option<usize> {
    const FIRST: usize = 8;
    if words.is_empty() {
        return None;
    }
    let text = &text[..text.floor_char_boundary(limits::NEAR_LINK + words.len())];
    let is_whole = |start: usize| {
        let before = text[..start].chars().next_back();
        let after = text[start + words.len()..].chars().next();
        !before.into_iter().chain(after).any(char::is_alphanumeric)
    };
    let places = text.match_indices(words).map(|(start, _)| start);
    let mut places = places.take(FIRST);
    let whole = places.clone().find(|&start| is_whole(start));
    whole.or_else(|| places.next())
}

fn link(link: &Link) -> String {
    let Link { text, url, missing } = link;
    let (words, address) = (Text(text), Text(url));
    match (is_live(url), missing) {
        (false, _) => format!("<span title=\"{address}\">{words}</span>"),
        (true, false) => format!("<a href=\"{address}\">{words}</a>"),
        (true, true) => {
            format!("<a class=\"red\" title=\"{RED}\" href=\"{address}\">{words}</a>")
        }
    }
}
