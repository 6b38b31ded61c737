//! One table, made up, in every form it can be written in: HTML, HTML within markdown, wikitext, grids, and pipes as
//! converters write them. What the syntax can say is the same in all; where it cannot say it, a diagnostic tells.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use portconv::diagnostic::{Code, Severity};
use portconv::{Basis, BlankCells, Conversion, Options, Protocol, Record, Source, Status, convert};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support;

/// Blank cells stay blank.
static LITERAL: LazyLock<Options> = LazyLock::new(|| {
    let mut options = support::no_facts();
    options.facts.blank_cells = Some(BlankCells::Literal);
    options
});

/// Blank cells by rule.
static BY_RULE: LazyLock<Options> = LazyLock::new(support::no_facts);

/// A port and the services on it.
#[derive(Debug, Clone)]
struct Port {
    /// What the port cell cites: the first service does so, the others do not.
    citation: Option<u16>,
    services: Vec<Service>,
}

#[derive(Debug, Clone)]
struct Service {
    tcp: &'static str,
    udp: Udp,
    sctp: Option<&'static str>,
    words: Vec<&'static str>,
    citation: Option<u16>,
    tag: Option<&'static str>,
}

/// What stands in the column of UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Udp {
    /// The cell of TCP, which covers both.
    Spanned,
    /// A cell of its own.
    Own(&'static str),
    /// Nothing.
    Blank,
}

/// How pipes say that a row has the port of the row above.
#[derive(Debug, Clone, Copy)]
enum Lost {
    /// The port cell is missing, as in turndown's tables.
    Missing,
    /// The same, and a blank cell stands at the end.
    MissingAndPadded,
    /// The port cell is blank, as pandoc writes it.
    Blank,
}

const STATUSES: [&str; 5] = ["Yes", "Unofficial", "Assigned", "No", "Reserved"];

fn service() -> impl Strategy<Value = Service> {
    let udp = prop_oneof![
        Just(Udp::Spanned),
        select(&STATUSES[..]).prop_map(Udp::Own),
        Just(Udp::Blank),
    ];
    let words = vec(
        select(&["Echo", "protocol", "over", "trains", "(EOT)"][..]),
        1..4,
    );
    let status = || select(&STATUSES[..]);
    (
        status(),
        udp,
        of(status()),
        words,
        of(1..99_u16),
        of(Just("jargon")),
    )
        .prop_map(|(tcp, udp, sctp, words, citation, tag)| Service {
            tcp,
            udp,
            sctp,
            words,
            citation,
            tag,
        })
}

fn table() -> impl Strategy<Value = Vec<Port>> {
    let port = (of(100..199_u16), vec(service(), 1..4));
    let port = port.prop_map(|(citation, services)| Port { citation, services });
    vec(port, 1..8)
}

impl Port {
    /// The citations of each of its services, in order.
    fn citations(&self) -> Vec<Vec<String>> {
        let of_service = |(at, service): (usize, &Service)| {
            let of_port = self.citation.filter(|_| at == 0);
            let all = of_port.into_iter().chain(service.citation);
            all.map(|id| id.to_string()).collect()
        };
        self.services.iter().enumerate().map(of_service).collect()
    }
}

impl Service {
    fn description(&self) -> String {
        format!("{} end", self.words.join(" "))
    }

    fn html(&self) -> String {
        let mut cells = match self.udp {
            Udp::Spanned => format!("<td colspan=2>{}</td>", self.tcp),
            Udp::Own(udp) => format!("<td>{}</td><td>{udp}</td>", self.tcp),
            Udp::Blank => format!("<td>{}</td><td></td>", self.tcp),
        };
        write!(cells, "<td>{}</td><td>", self.sctp.unwrap_or_default()).unwrap();
        cells.push_str(&self.description());
        if let Some(id) = self.citation {
            write!(
                cells,
                "<sup class=\"reference\"><a href=\"#cite_note-{id}\">[{id}]</a></sup>"
            )
            .unwrap();
        }
        if let Some(tag) = self.tag {
            write!(
                cells,
                " [<i><a href=\"/wiki/Wikipedia:Jargon\">{tag}</a></i>]"
            )
            .unwrap();
        }
        cells + "</td>"
    }

    fn wikitext(&self) -> String {
        let mut cells = match self.udp {
            Udp::Spanned => format!("colspan=2 {{{{Maybe|{}}}}}", self.tcp),
            Udp::Own(udp) => format!(" {} || style=\"color:red\" | {udp}", self.tcp),
            Udp::Blank => format!("{{{{Yes|{}}}}} ||", self.tcp),
        };
        let sctp = self.sctp.unwrap_or_default();
        write!(cells, " || {sctp}\n| {}", self.description()).unwrap();
        if let Some(id) = self.citation {
            write!(cells, "<ref name=\"{id}\">Note {id}</ref>").unwrap();
        }
        if let Some(tag) = self.tag {
            write!(cells, "{{{{{tag}|date=May 2024}}}}").unwrap();
        }
        cells
    }

    fn pipes(&self) -> String {
        let udp = match self.udp {
            Udp::Own(udp) => udp,
            Udp::Spanned | Udp::Blank => "",
        };
        let sctp = self.sctp.unwrap_or_default();
        let mut cells = format!(" {} | {udp} | {sctp} | {}", self.tcp, self.description());
        if let Some(id) = self.citation {
            write!(cells, "[[{id}]](#cite_note-{id})").unwrap();
        }
        if let Some(tag) = self.tag {
            write!(cells, " [_[{tag}](/wiki/Wikipedia:Jargon)_]").unwrap();
        }
        cells + " |"
    }
}

fn html(table: &[Port]) -> String {
    let mut text = "<table>\n<tr><th>Port</th><th>TCP</th><th>UDP</th><th>SCTP</th><th>Description</th></tr>\n".to_owned();
    for (number, port) in (1..).zip(table) {
        for (at, service) in port.services.iter().enumerate() {
            text.push_str("<tr>");
            if at == 0 {
                let citation = port
                    .citation
                    .map(|id| format!("<sup><a href=\"#cite_note-{id}\">[{id}]</a></sup>"));
                let (services, citation) = (port.services.len(), citation.unwrap_or_default());
                write!(text, "<td rowspan={services}>{number}{citation}</td>").unwrap();
            }
            writeln!(text, "{}</tr>", service.html()).unwrap();
        }
    }
    text + "</table>\n"
}

fn wikitext(table: &[Port]) -> String {
    let mut text =
        "{| class=\"wikitable\"\n! Port !! TCP !! UDP\n! SCTP\n! Description\n".to_owned();
    for (number, port) in (1..).zip(table) {
        for (at, service) in port.services.iter().enumerate() {
            text.push_str("|-\n");
            if at == 0 {
                let citation = port.citation.map(|id| format!("<ref name={id}/>"));
                let (services, citation) = (port.services.len(), citation.unwrap_or_default());
                writeln!(text, "| rowspan=\"{services}\" | {number}{citation}").unwrap();
            }
            writeln!(text, "|{}", service.wikitext()).unwrap();
        }
    }
    // Notes are defined where they are cited, or at the end.
    text.push_str("|}\n<references>\n");
    for id in table.iter().filter_map(|port| port.citation) {
        writeln!(text, "<ref name=\"{id}\">Note {id}</ref>").unwrap();
    }
    text + "</references>\n"
}

/// A grid table of pandoc's markdown. Descriptions take two lines.
fn grid(table: &[Port]) -> String {
    const RULES: [&str; 2] = [
        "+------------------------------+------------+------------+------------+",
        "|                              +------------+------------+------------+",
    ];
    let dashes = "-".repeat(80);
    let mut text = format!("{}{dashes}+\n", RULES[0]);
    let names = ["Port", "TCP", "UDP", "SCTP"];
    let [port, tcp, udp, sctp] = names;
    writeln!(
        text,
        "|{port:<30}|{tcp:12}|{udp:12}|{sctp:12}|{:80}|",
        "Description"
    )
    .unwrap();
    text.push_str(&format!("{}{dashes}+\n", RULES[0]).replace('-', "="));
    for (number, port) in (1..).zip(table) {
        for (at, service) in port.services.iter().enumerate() {
            if at > 0 {
                writeln!(text, "{}{dashes}+", RULES[1]).unwrap();
            }
            let citation = port.citation.filter(|_| at == 0);
            let citation = citation.map(|id| format!("[[{id}]](#cite_note-{id})"));
            let number = (at == 0).then(|| format!("{number}{}", citation.unwrap_or_default()));
            let statuses = match service.udp {
                Udp::Spanned => format!("{:<25}", service.tcp),
                Udp::Own(udp) => format!("{:<12}|{udp:<12}", service.tcp),
                Udp::Blank => format!("{:<12}|{:<12}", service.tcp, ""),
            };
            let sctp = service.sctp.unwrap_or_default();
            let (number, words) = (number.unwrap_or_default(), service.words.join(" "));
            writeln!(text, "|{number:30}|{statuses}|{sctp:12}|{words:80}|").unwrap();
            let between = if service.udp == Udp::Spanned {
                ' '
            } else {
                '|'
            };
            let mut behind = "end".to_owned();
            if let Some(id) = service.citation {
                write!(behind, "[[{id}]](#cite_note-{id})").unwrap();
            }
            if let Some(tag) = service.tag {
                write!(behind, " [_[{tag}](/wiki/Wikipedia:Jargon)_]").unwrap();
            }
            writeln!(
                text,
                "|{:30}|{:12}{between}{:12}|{:12}|{behind:80}|",
                "", "", "", ""
            )
            .unwrap();
        }
        writeln!(text, "{}{dashes}+", RULES[0]).unwrap();
    }
    text
}

/// A simple table of reStructuredText. It has no cells over several rows: each row has its port.
fn simple(table: &[Port]) -> String {
    const WIDTHS: [usize; 5] = [12, 12, 12, 12, 90];
    let rule = |sign: &str, widths: &[usize]| {
        let columns = widths.iter().map(|&width| sign.repeat(width));
        columns.collect::<Vec<_>>().join("  ") + "\n"
    };
    let row = |cells: [&str; 5]| {
        let cells = cells.iter().zip(WIDTHS);
        let cells = cells.map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = rule("=", &WIDTHS);
    text += &row(["Port", "TCP", "UDP", "SCTP", "Description"]);
    text += &rule("=", &WIDTHS);
    for (number, port) in (1..).zip(table) {
        for (at, service) in port.services.iter().enumerate() {
            let citation = port.citation.filter(|_| at == 0);
            let citation = citation.map(|id| format!(" [{id}]_")).unwrap_or_default();
            let udp = match service.udp {
                Udp::Own(udp) => udp,
                Udp::Spanned | Udp::Blank => "",
            };
            let (number, words) = (format!("{number}{citation}"), service.words.join(" "));
            let sctp = service.sctp.unwrap_or_default();
            text += &row([&number, service.tcp, udp, sctp, &words]);
            let mut behind = "end".to_owned();
            if let Some(id) = service.citation {
                write!(behind, " [{id}]_").unwrap();
            }
            if let Some(tag) = service.tag {
                write!(behind, " [`{tag} </wiki/Wikipedia:Jargon>`__]").unwrap();
            }
            text += &row(["", "", "", "", &behind]);
            if service.udp == Udp::Spanned {
                text += &rule("-", &[12, 26, 12, 90]);
            }
        }
    }
    text += &rule("=", &WIDTHS);
    let ids = table.iter().flat_map(Port::citations).flatten();
    let ids: BTreeSet<_> = ids.collect();
    for id in ids {
        write!(text, "\n.. [{id}] Note {id}").unwrap();
    }
    text + "\n"
}

fn pipes(table: &[Port], lost: Lost) -> String {
    let mut text = "| Port | TCP | UDP | SCTP | Description |\n|---|---|---|---|---|\n".to_owned();
    for (number, port) in (1..).zip(table) {
        let citation = port.citation.map(|id| format!("[[{id}]](#cite_note-{id})"));
        let citation = citation.unwrap_or_default();
        for (at, service) in port.services.iter().enumerate() {
            let cells = service.pipes();
            match (at, lost) {
                (0, _) => writeln!(text, "| {number}{citation} |{cells}"),
                (_, Lost::Missing) => writeln!(text, "|{cells}"),
                (_, Lost::MissingAndPadded) => writeln!(text, "|{cells}  |"),
                (_, Lost::Blank) => writeln!(text, "| |{cells}"),
            }
            .unwrap();
        }
    }
    text
}

fn read(path: &str, text: &str, options: &Options) -> Conversion {
    convert(&[Source::decode(path, text).unwrap()], options)
}

/// Asserts that two forms say the same, from statement to statement.
fn assert_same_records(page: &Conversion, other: &Conversion, text: &str) {
    let (page, other) = (&page.dataset.records, &other.dataset.records);
    assert_eq!(page.len(), other.len(), "{text}");
    for (a, b) in page.iter().zip(other) {
        assert_eq!(said(a), said(b), "{text}");
        assert_eq!(stated(a), stated(b), "{text}");
        assert_eq!(a.links, b.links, "{text}");
        assert!(!b.origin.shifted, "{text}");
    }
}

/// What a record says of each protocol, and how that is known.
fn stated(record: &Record) -> [Option<(Status, Basis)>; 4] {
    let assignments = record.assignments.0.clone();
    assignments.map(|assignment| assignment.map(|assignment| (assignment.status, assignment.basis)))
}

/// What a record says, places and names left out. The id of a named note is its name and a number.
fn said(record: &Record) -> (u16, String, Vec<String>, Vec<String>) {
    let citations = record.citations.iter();
    let ids = citations.map(|id| {
        let id = id.trim_start_matches("ref-");
        let name = id.rsplit_once('-').map_or(id, |(name, _)| name);
        name.to_owned()
    });
    (
        record.ports.first(),
        record.description.clone(),
        ids.collect(),
        record.tags.clone(),
    )
}

fn statuses(record: &Record) -> [Option<String>; 3] {
    [Protocol::Tcp, Protocol::Udp, Protocol::Sctp].map(|protocol| {
        let status = record.assignments[protocol].as_ref().map(|a| &a.status);
        status.map(|status| Status::name(status).to_owned())
    })
}

fn meant(service: &Service) -> [Option<String>; 3] {
    let udp = match service.udp {
        Udp::Spanned => Some(service.tcp),
        Udp::Own(udp) => Some(udp),
        Udp::Blank => None,
    };
    [Some(service.tcp), udp, service.sctp].map(|status| status.map(str::to_lowercase))
}

fn has_warnings(conversion: &Conversion) -> bool {
    let mut found = conversion.diagnostics.iter();
    // A table can be made up without any service.
    found.any(|d| d.code.severity() == Severity::Warning && d.code != Code::NoService)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// HTML says all of it.
    #[test]
    fn html_says_what_was_meant(table in table()) {
        let text = html(&table);
        let conversion = read("ports.html", &text, &BY_RULE);
        prop_assert!(!has_warnings(&conversion), "{:?}\n{text}", conversion.diagnostics);
        let services = table.iter().flat_map(|port| &port.services);
        prop_assert_eq!(conversion.dataset.records.len(), services.clone().count());
        let cited: Vec<_> = table.iter().flat_map(Port::citations).collect();
        for ((service, cited), record) in services.zip(cited).zip(&conversion.dataset.records) {
            prop_assert_eq!(said(record).2, cited, "{}", text);
            prop_assert_eq!(statuses(record), meant(service), "{}", text);
            prop_assert_eq!(&record.description, &service.description());
            let bases = record.assignments.0.iter().flatten().map(|assignment| assignment.basis);
            prop_assert!(bases.into_iter().all(|basis| basis == Basis::Stated));
        }
    }

    /// HTML within markdown says the same, at its own places.
    #[test]
    fn html_within_markdown_says_the_same(table in table()) {
        let page = read("ports.html", &html(&table), &BY_RULE);
        let text = format!("# Ports\n\n{}\nThe end.\n", html(&table).replace("</tr>\n", "</tr>\n\n"));
        let within = read("ports.md", &text, &BY_RULE);
        prop_assert_eq!(page.dataset.records.len(), within.dataset.records.len());
        for (a, b) in page.dataset.records.iter().zip(&within.dataset.records) {
            prop_assert_eq!(said(a), said(b));
            prop_assert_eq!(&a.assignments.0.clone().map(|a| a.map(|a| (a.status, a.basis))),
                &b.assignments.0.clone().map(|a| a.map(|a| (a.status, a.basis))));
            let line = text.lines().nth(b.origin.line - 1).unwrap();
            prop_assert!(line.contains(&a.description), "{line}");
        }
    }

    /// So does wikitext, with its attributes and templates, by itself and within markdown.
    #[test]
    fn wikitext_says_the_same(table in table()) {
        let page = read("ports.html", &html(&table), &BY_RULE);
        let text = wikitext(&table);
        let conversion = read("ports.wiki", &text, &BY_RULE);
        prop_assert!(!has_warnings(&conversion), "{:?}\n{text}", conversion.diagnostics);
        assert_same_records(&page, &conversion, &text);
    }

    /// So does wikitext within markdown, and a grid, between paragraphs.
    #[test]
    fn tables_within_markdown_say_the_same(table in table()) {
        let page = read("ports.html", &html(&table), &BY_RULE);
        for form in [wikitext(&table), grid(&table)] {
            let text = format!("# Ports\n\nWords.\n\n{form}\nThe end.\n");
            let conversion = read("ports.md", &text, &BY_RULE);
            prop_assert!(!has_warnings(&conversion), "{:?}\n{text}", conversion.diagnostics);
            assert_same_records(&page, &conversion, &text);
            for record in &conversion.dataset.records {
                let line = text.lines().nth(record.origin.line - 1).unwrap();
                prop_assert!(line.starts_with('|'), "{line}");
            }
        }
    }

    /// So does a simple table of reStructuredText, which rules cells over columns.
    #[test]
    fn simple_tables_say_the_same(table in table()) {
        let page = read("ports.html", &html(&table), &BY_RULE);
        let text = simple(&table);
        let conversion = read("ports.rst", &text, &BY_RULE);
        prop_assert!(!has_warnings(&conversion), "{:?}\n{text}", conversion.diagnostics);
        assert_same_records(&page, &conversion, &text);
    }

    /// Pipes say the same but for cells over TCP and UDP; those are blank, or inferred and reported.
    #[test]
    fn pipes_say_the_same_as_far_as_they_can(
        table in table(),
        lost in select(&[Lost::Missing, Lost::MissingAndPadded, Lost::Blank][..]),
    ) {
        let page = read("ports.html", &html(&table), &BY_RULE);
        let text = pipes(&table, lost);
        let literal = read("ports.md", &text, &LITERAL);
        prop_assert!(!has_warnings(&literal), "{:?}\n{text}", literal.diagnostics);
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        lines.remove(1);
        let without_rule = read("ports.md", &lines.concat(), &LITERAL);
        prop_assert!(without_rule.counts.contains_key(&Code::RuleMissing), "{}", &text);
        let told = |conversion: &Conversion| -> Vec<_> {
            let records = conversion.dataset.records.iter();
            records.map(|record| (said(record), stated(record), record.origin.shifted)).collect()
        };
        prop_assert_eq!(told(&without_rule), told(&literal), "{}", &text);
        let by_rule = read("ports.md", &text, &BY_RULE);
        let services = table.iter().flat_map(|port| &port.services);
        prop_assert_eq!(page.dataset.records.len(), literal.dataset.records.len(), "{}", &text);
        for (at, service) in services.enumerate() {
            let (of_page, of_pipes) = (&page.dataset.records[at], &literal.dataset.records[at]);
            prop_assert_eq!(said(of_page), said(of_pipes), "{}", &text);
            let mut written = meant(service);
            if service.udp == Udp::Spanned {
                written[1] = None;
            }
            prop_assert_eq!(statuses(of_pipes), written, "{}", &text);
            let udp = by_rule.dataset.records[at].assignments[Protocol::Udp].as_ref();
            let is_guess = udp.is_some_and(|udp| udp.basis != Basis::Stated);
            prop_assert!(!is_guess || matches!(service.udp, Udp::Spanned | Udp::Blank));
            let is_reported = by_rule.diagnostics.iter().any(|d| d.code == Code::InferredCell);
            prop_assert!(!is_guess || is_reported);
        }
    }
}

/// The source of a page says what the page itself says, with all the templates that such pages use.
#[test]
fn a_page_in_wikitext_says_what_its_html_says() {
    let page = read("page.html", include_str!("../wikitext/page.html"), &BY_RULE);
    let text = include_str!("../wikitext/page.wiki");
    let source = read("page.wiki", text, &BY_RULE);
    assert_eq!(page.dataset.records.len(), 26);
    assert_same_records(&page, &source, "");
    let ids = |conversion: &Conversion| -> Vec<_> {
        let citations = conversion.dataset.citations.iter();
        citations.map(|citation| citation.id.clone()).collect()
    };
    assert_eq!(ids(&page), ids(&source));
    assert_eq!(page.dataset.attribution, source.dataset.attribution);
    assert_eq!(page.dataset.statuses.len(), source.dataset.statuses.len());
}
