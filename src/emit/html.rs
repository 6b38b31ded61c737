//! `ports.html`: one page to look a port up in, by search, by eye, or on paper.
//!
//! The page needs nothing else: it contains its style and script, and its policy (CSP) forbids all requests and any
//! other style or script, by hash. Without the script it is a plain table. `html/page.html` is the page as a template;
//! what it shows is here.
//!
//! Every text is escaped. An address becomes a link only if it is `http:`, `https:` or `mailto:`, so that no
//! table can smuggle in a `javascript:`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter, Write as _};

use data_encoding::BASE64;
use minijinja::value::Serde;
use minijinja::{Environment, Error, context};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{EmitError, Listed, csv, services, template};
use crate::dataset::{
    Assignment, Attribution, Basis, Citation, Dataset, Link, NameSource, PortRange, Protocol,
    Record, Status,
};
use crate::limits;

/// From this many records on, browsers lay out only the visible rows.
const MANY_RECORDS: usize = 2000;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = concat!(include_str!("html/map.js"), include_str!("html/page.js"));

pub(super) static FORMAT: Listed = Listed::new(
    "html",
    "ports.html",
    "one page with search and filters, for people with a browser",
    |dataset| {
        page(dataset)
            .map(String::into_bytes)
            .map_err(EmitError::new)
    },
);

fn page(dataset: &Dataset) -> Result<String, Error> {
    let mut environment = Environment::new();
    template::configure(&mut environment)?;
    environment.set_formatter(|out, _, value| match value.as_str() {
        Some(text) if !value.is_safe() => Ok(write!(out, "{}", Text(text))?),
        _ => Ok(write!(out, "{value}")?),
    });
    environment.add_test("live", |url: Option<&str>| url.is_some_and(is_live));
    environment.add_filter("hash", hash_source);
    environment.add_filter("css", css_text);
    environment.add_template("page.html", PAGE)?;

    let columns = Columns::new(dataset);
    let records = &dataset.records;
    let rows: Vec<_> = records.iter().map(|it| Row::new(it, &columns)).collect();
    let assignments = || records.iter().flat_map(|it| &it.assignments.0).flatten();
    let is_basis = |basis: &Basis| assignments().any(|it: &Assignment| it.basis == *basis);
    let is_used = |name: &&str| assignments().any(|it| it.status.name() == *name);
    let is_chosen =
        |it: &Record| (it.naming.as_ref()).is_some_and(|it| it.source != NameSource::Stated);
    let attribution = dataset.attribution.as_ref();
    let citations = (1..).zip(&dataset.citations);
    let cited: BTreeMap<_, _> = citations
        .map(|(number, it)| (&*it.id, Cited::new(number, it)))
        .collect();
    environment.get_template("page.html")?.render(context! {
        title => title(dataset),
        range => range(records),
        attribution => Serde(&dataset.attribution),
        license_url => attribution.and_then(Attribution::license_url),
        sources => Serde(&dataset.sources),
        statuses => Serde(&dataset.statuses),
        citations => Serde(&dataset.citations),
        cited => Serde(cited),
        bases => Serde(Basis::ALL.into_iter().filter(is_basis).collect::<Vec<_>>()),
        used_statuses => Status::NAMES.into_iter().filter(is_used).collect::<Vec<_>>(),
        has_red_links => records.iter().flat_map(|it| &it.links).any(|link| link.missing),
        has_shifted_rows => records.iter().any(|it| it.origin.shifted),
        has_chosen_names => records.iter().any(is_chosen),
        recipe => services::recipe(dataset).join(" "),
        STYLE,
        SCRIPT,
        columns => Serde(&columns),
        rows => Serde(rows),
        MANY_RECORDS,
    })
}

/// The hash that a page's policy knows its own script or style by: `sha256-` and the digest in base64 (CSP,
/// <https://www.w3.org/TR/CSP3/#grammardef-hash-source>).
fn hash_source(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(text)))
}

/// The title of the page or document, or else the name of the input.
fn title(dataset: &Dataset) -> Cow<'_, str> {
    let attribution = dataset.attribution.as_ref();
    let title = attribution.and_then(|from| from.title.as_deref());
    match (title, &dataset.sources[..]) {
        (Some(title), _) => title.into(),
        (None, [source]) if &*source.path != "-" => {
            let name = source.path.rsplit('/').next().unwrap_or_default();
            format!("Ports in {name}").into()
        }
        (None, [] | [_]) => "Ports".into(),
        (None, sources) => format!("Ports in {} files", sources.len()).into(),
    }
}

/// The lowest and the highest port of the records.
fn range(records: &[Record]) -> Option<(u16, u16)> {
    let first = records.iter().map(|it| it.ports.first()).min()?;
    let last = records.iter().map(|it| it.ports.last()).max()?;
    Some((first, last))
}

fn port_text(ports: PortRange) -> String {
    ports.to_string().replace('-', "–")
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

/// True for an address that may become a link.
fn is_live(url: &str) -> bool {
    regex!("^(?i:https?://|mailto:)").is_match(url)
}

/// A citation as a number to click on.
#[derive(Serialize)]
struct Cited<'d> {
    number: usize,
    title: &'d str,
    href: Cow<'d, str>,
}

impl<'d> Cited<'d> {
    /// A footnote with words of its own is a note at the end of the page.
    fn new(number: usize, citation: &'d Citation) -> Self {
        let Citation { id, url, text } = citation;
        let url = url.as_deref().filter(|url| is_live(url) && text.is_none());
        Self {
            number,
            title: text.as_deref().unwrap_or(id),
            href: url.map_or_else(|| format!("#c{number}").into(), Cow::from),
        }
    }
}

/// A record, and what the page shows of it in a way of its own.
#[derive(Serialize)]
struct Row<'d> {
    #[serde(flatten)]
    record: &'d Record,
    anchor: String,
    ports: String,
    /// The description with its links in place.
    prose: Vec<Piece<'d>>,
    /// The links whose words it does not contain.
    elsewhere: Vec<&'d Link>,
    /// The extra columns.
    cells: Vec<&'d str>,
    /// What has no column.
    rest: Vec<&'d (String, String)>,
}

/// A part of a description.
#[derive(Serialize)]
#[serde(untagged)]
enum Piece<'d> {
    Words(&'d str),
    Link(&'d Link),
}

impl<'d> Row<'d> {
    fn new(record: &'d Record, columns: &Columns<'_>) -> Self {
        let Record {
            id,
            ports,
            description,
            links,
            extra,
            // The template shows these as they are.
            naming: _,
            assignments: _,
            citations: _,
            tags: _,
            origin: _,
        } = record;
        let cell = |header: &&str| {
            let cell = extra.iter().find(|(other, _)| other == header);
            cell.map_or("", |(_, text)| text.as_str())
        };
        let is_here = |(header, _): &&(String, String)| columns.extra.contains(&header.as_str());
        let (prose, elsewhere) = prose(description, links);
        Self {
            record,
            // A fragment holds no second #.
            anchor: id.replace('#', "."),
            ports: port_text(*ports),
            prose,
            elsewhere,
            cells: columns.extra.iter().map(cell).collect(),
            rest: extra.iter().filter(|it| !is_here(it)).collect(),
        }
    }
}

/// The description with its links in place, and the links whose words it does not contain.
fn prose<'d>(description: &'d str, links: &'d [Link]) -> (Vec<Piece<'d>>, Vec<&'d Link>) {
    let (mut prose, mut elsewhere) = (Vec::new(), Vec::new());
    let mut rest = description;
    for link in links {
        match find_words(rest, &link.text) {
            Some(start) => {
                prose.extend([Piece::Words(&rest[..start]), Piece::Link(link)]);
                rest = &rest[start + link.text.len()..];
            }
            None => elsewhere.push(link),
        }
    }
    prose.push(Piece::Words(rest));
    (prose, elsewhere)
}

/// Finds words in a text: as whole words if possible, otherwise anywhere (`[http](…)s`).
///
/// Links are in the order of their words, so only the next few occurrences matter; searching all the rest for each
/// link would take quadratic time.
fn find_words(text: &str, words: &str) -> Option<usize> {
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
    let mut places = places.take(limits::PLACES_OF_WORDS);
    let whole = places.clone().find(|&start| is_whole(start));
    whole.or_else(|| places.next())
}

/// The columns that the table has something in.
#[derive(Serialize)]
struct Columns<'d> {
    /// The characters of the longest port or range.
    ports: usize,
    has_names: bool,
    protocols: Vec<&'static str>,
    /// The headers of extra columns, up to a limit; further ones are put into the description.
    extra: Vec<&'d str>,
}

impl<'d> Columns<'d> {
    fn new(dataset: &'d Dataset) -> Self {
        let records = &dataset.records;
        let is_used = |it: &Protocol| records.iter().any(|r| r.assignments[*it].is_some());
        let ports = records.iter().map(|record| port_text(record.ports));
        let mut extra = csv::extra_headers(dataset);
        extra.truncate(limits::MOST_EXTRA_COLUMNS);
        Self {
            ports: ports.map(|ports| ports.chars().count()).max().unwrap_or(0),
            has_names: records.iter().any(|record| record.naming.is_some()),
            protocols: Protocol::ALL
                .into_iter()
                .filter(is_used)
                .map(Protocol::name)
                .collect(),
            extra,
        }
    }
}

/// A text in a string of CSS.
fn css_text(text: &str) -> String {
    let escaped = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("\\{:x} ", u32::from(c)),
    };
    text.chars().map(escaped).collect()
}
