//! What blank UDP cells mean in other copies of the table: with its spans written out, with blanks written
//! in two ways, and edited. Each is made from the seed, whose cells are known.

use std::fmt::Write as _;

use portconv::dataset::{Basis, Protocol, Record, Status};
use portconv::diagnostic::{Code, File};
use portconv::{BUILTIN, BlankCells, Conversion, Options, Source, convert};

use crate::support::root;

fn converted(text: &str) -> Conversion {
    convert(
        &[Source::decode("ports.md", text).unwrap()],
        &Options::default(),
    )
}

fn seed() -> Conversion {
    converted(BUILTIN.1)
}

fn status(record: &Record, protocol: Protocol) -> Option<&Status> {
    record.assignments[protocol]
        .as_ref()
        .map(|assignment| &assignment.status)
}

/// A copy of the seed's table, in which `udp` writes the UDP cell.
fn copy(seed: &Conversion, udp: impl Fn(&Record) -> String) -> String {
    let mut text = "| Port | TCP | UDP | SCTP | DCCP | Description |\n|-|-|-|-|-|-|\n".to_owned();
    for record in &seed.dataset.records {
        let cell = |protocol| status(record, protocol).map_or(" ", Status::name);
        let (first, last) = (record.ports.first(), record.ports.last());
        let ports = if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        };
        let (tcp, udp) = (cell(Protocol::Tcp), udp(record));
        let (sctp, dccp) = (cell(Protocol::Sctp), cell(Protocol::Dccp));
        let description = record.description.replace('|', "\\|").replace('*', "\\*");
        writeln!(text, "|{ports}|{tcp}|{udp}|{sctp}|{dccp}|{description}|").unwrap();
    }
    text
}

fn assert_same_statuses(copy: &Conversion, seed: &Conversion) {
    let (copy, seed) = (&copy.dataset.records, &seed.dataset.records);
    assert_eq!(copy.len(), seed.len());
    for (copy, seed) in copy.iter().zip(seed) {
        for protocol in Protocol::ALL {
            assert_eq!(
                status(copy, protocol),
                status(seed, protocol),
                "{}",
                seed.id
            );
        }
    }
}

fn messages(conversion: &Conversion, code: Code) -> Vec<&str> {
    let diagnostics = conversion.diagnostics.iter();
    let of_code = diagnostics.filter(|diagnostic| diagnostic.code == code);
    of_code
        .map(|diagnostic| diagnostic.message.as_str())
        .collect()
}

#[test]
fn a_note_says_what_told_the_blanks_of_a_table_apart() {
    assert_eq!(
        messages(&seed(), Code::BlankCells),
        ["blank UDP cells: 174 merged with TCP, 46 blank (by curated facts)"]
    );
}

/// The curated facts know this table, and would be wrong: its blanks are blanks.
#[test]
fn blanks_are_blank_where_spans_are_written_out() {
    let seed = seed();
    let text = copy(&seed, |record| {
        status(record, Protocol::Udp)
            .map_or(" ", Status::name)
            .to_owned()
    });
    let copy = converted(&text);
    assert_same_statuses(&copy, &seed);
    assert_eq!(messages(&copy, Code::InferredCell), [""; 0]);
    assert!(messages(&copy, Code::BlankCells)[0].contains("rows state the same status"));
}

#[test]
fn two_ways_of_writing_tell_spans_from_blanks() {
    let seed = seed();
    let clip = |span: &str, blank: &str| {
        let text = copy(&seed, |record| {
            match (status(record, Protocol::Tcp), status(record, Protocol::Udp)) {
                (Some(tcp), Some(udp)) if tcp == udp => span.to_owned(),
                (_, udp) => udp.map_or(blank.to_owned(), |udp| udp.name().to_owned()),
            }
        });
        // The other blanks are written as those that are really blank.
        if blank.is_empty() {
            text.replace("| |", "||").replace("| |", "||")
        } else {
            text
        }
    };
    for (span, blank, why) in [
        ("", "   ", "`||` is a span"),
        ("  ", "", "`|  |` is a span"),
    ] {
        let copy = converted(&clip(span, blank));
        assert_same_statuses(&copy, &seed);
        assert_eq!(messages(&copy, Code::InferredCell), [""; 0]);
        assert!(messages(&copy, Code::BlankCells)[0].contains(why));
    }
}

/// The seed's table in HTML, with the spans that the page has.
fn page(seed: &Conversion) -> String {
    let mut text =
        "<table><tr><th>Port<th>TCP<th>UDP<th>SCTP<th>DCCP<th>Description</tr>\n".to_owned();
    for record in &seed.dataset.records {
        let (first, last) = (record.ports.first(), record.ports.last());
        let cell = |protocol| format!("<td>{}", status(record, protocol).map_or("", Status::name));
        let udp = record.assignments[Protocol::Udp].as_ref();
        let (span, udp) = if udp.is_some_and(|udp| udp.basis == Basis::Merged) {
            (" colspan=2", String::new())
        } else {
            ("", cell(Protocol::Udp))
        };
        let tcp = cell(Protocol::Tcp).replacen("<td", &format!("<td{span}"), 1);
        let (sctp, dccp) = (cell(Protocol::Sctp), cell(Protocol::Dccp));
        let description = record
            .description
            .replace('&', "&amp;")
            .replace('<', "&lt;");
        writeln!(
            text,
            "<tr><td>{first}-{last}{tcp}{udp}{sctp}{dccp}<td>{description}</tr>"
        )
        .unwrap();
    }
    text + "</table>\n"
}

#[test]
fn a_page_with_known_spans_needs_no_facts_and_gives_those_of_the_seed() {
    let seed = seed();
    let source = || [Source::decode("page.html", page(&seed)).unwrap()];
    let page = convert(&source(), &Options::default());
    assert_same_statuses(&page, &seed);
    assert_eq!(messages(&page, Code::MergedCell), [""; 0]);
    assert_eq!(messages(&page, Code::InferredCell), [""; 0]);
    let assignments = page
        .dataset
        .records
        .iter()
        .flat_map(|record| &record.assignments.0);
    assert!(
        assignments
            .flatten()
            .all(|assignment| assignment.basis == Basis::Stated)
    );

    let facts = portconv::blank_cell_facts(&source(), &Options::default()).unwrap();
    let committed = std::fs::read_to_string(root().join("seeds/blank-cells.csv")).unwrap();
    let committed = committed.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(
        facts.lines().collect::<Vec<_>>(),
        committed.collect::<Vec<_>>()
    );
    // The spans of a table are known, whatever is to become of its blanks.
    let mut options = Options::default();
    options.facts.blank_cells = Some(BlankCells::Literal);
    let literal = portconv::blank_cell_facts(&source(), &options);
    assert_eq!(literal, Some(facts));
}

/// A table of one's own, with words that facts have too.
#[test]
fn curated_facts_serve_only_the_table_that_they_were_made_for() {
    let table = "\
| Port | TCP | UDP | Description |
|---|---|---|---|
| 22 | Yes | | Secure Shell, for the staff |
| 53 | Unofficial | | Domain Name System (DNS) |
| 80 | Yes | | The intranet |
";
    let conversion = converted(table);
    assert_eq!(messages(&conversion, Code::MergedCell), [""; 0]);
    assert_eq!(messages(&conversion, Code::InferredCell).len(), 3);
    assert_eq!(messages(&conversion, Code::StaleFact), [""; 0]);
}

/// One cell is edited: one diagnostic says so, and the facts still serve.
#[test]
fn an_edited_row_is_reported_once_and_keeps_its_facts() {
    for (old, new) in [
        ("[Quote of the Day](", "[The quote of the day]("),
        ("[Daytime Protocol]", "[Daytime Service]"),
        ("| 17 ", "| 16 "),
    ] {
        let text = BUILTIN.1.replacen(old, new, 1);
        let (edited, seed) = (converted(&text), seed());
        assert!(text != BUILTIN.1, "{old}");
        assert_same_statuses(&edited, &seed);
        let warnings: Vec<_> = edited
            .diagnostics
            .iter()
            .filter(|d| d.code == Code::StaleFact)
            .collect();
        let [warning] = warnings[..] else {
            panic!("{old}: {warnings:?}")
        };
        assert_eq!(warning.file, File::Input(0));
        assert!(
            warning.message.contains("`portconv facts update`"),
            "{}",
            warning.message
        );
        assert_eq!(messages(&edited, Code::InferredCell), [""; 0]);
        for (edited, seed) in edited.dataset.records.iter().zip(&seed.dataset.records) {
            assert_eq!(edited.naming, seed.naming);
        }
    }
}
