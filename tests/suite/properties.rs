//! What is true of every input and of every dataset, tried on made-up ones. `PROPTEST_CASES=5000` tries
//! more of them.

use crate::support;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use portconv::BlankCells;
use portconv::Source;
use portconv::Span;
use portconv::dataset::ServiceName;
use portconv::dataset::{
    Assignment, Attribution, Basis, Citation, Dataset, LeftOut, Link, NameSource, Naming, Origin,
    PerProtocol, PortRange, Protocol, Record, Service, SourceFile, Status, StatusMeaning,
};
use portconv::diagnostic::{Code, Diagnostic, File, Severity};
use portconv::emit::{self, EMITTERS};
use portconv::{Conversion, convert};
use proptest::collection::{btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{Event, Options, Parser, Tag};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, Params};
use serde_json::{Map, Value, json};

/// Blank cells by rule, names from descriptions.
static NO_FACTS: LazyLock<portconv::Options> = LazyLock::new(support::no_facts);

/// Blank cells stay blank.
static LITERAL: LazyLock<portconv::Options> = LazyLock::new(|| {
    let mut options = support::no_facts();
    options.facts.blank_cells = Some(BlankCells::Literal);
    options
});

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES");
    ProptestConfig {
        cases: cases.map_or(64, |cases| cases.parse().expect("a number")),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// A port table says what was written into it, whatever its blanks and row spans: a row is read as it was meant, and
    /// one that lost a cell at least warned of.
    #[test]
    fn a_table_is_read_as_it_was_meant(rows in meant_rows()) {
        let (source, conversion) = converted(rendered(&rows).into_bytes(), &LITERAL);
        let is_warned = |line| conversion.diagnostics.iter().any(|d| {
            is_warning(d) && d.code != Code::NoService && source.line(d.span.start) == line
        });
        let records: HashMap<_, _> =
            conversion.dataset.records.iter().map(|record| (record.origin.line, record)).collect();
        let mut above = None;
        for (index, row) in rows.iter().enumerate() {
            let line = index + 3;
            let record = records.get(&line).copied();
            let port = if row.port == PortCell::Own { Some(row.ports) } else { above };
            let said = record.map(Said::of_record);
            let is_right = said == port.map(|port| row.said(port, line));
            let may_warn = row.port.is_lost();
            prop_assert!(
                if may_warn { is_right || is_warned(line) } else { is_right && !is_warned(line) },
                "line {line}: {said:#?}\n{:#?}\n{}", conversion.diagnostics, source.text()
            );
            above = record.map_or(above, |record| Some(record.ports));
        }
    }

    /// Nothing is lost in silence: rows that are too short, too long or astray keep their words.
    #[test]
    fn every_word_of_a_table_is_told((header, rows) in ragged_table()) {
        let text = format!("| {} |\n{}\n{}", header.join(" | "), "|--".repeat(header.len()), rows.concat());
        let (source, conversion) = converted(text.into_bytes(), &NO_FACTS);
        prop_assert_eq!(conversion.port_tables, 1);
        let mut told = String::from_utf8(emitted("json", &conversion.dataset)).unwrap();
        for diagnostic in &conversion.diagnostics {
            writeln!(told, "{}", diagnostic.message).unwrap();
        }
        let told: HashSet<&str> = told.split(|c: char| !c.is_alphanumeric()).collect();
        let is_unique = |word: &&str| word.starts_with('q');
        for row in &rows {
            for word in row.split(|c: char| !c.is_alphanumeric()).filter(is_unique) {
                prop_assert!(told.contains(word), "{word} is lost\n{}", source.text());
            }
        }
    }

    /// Whatever the text is, it becomes something sound.
    #[test]
    fn any_text_is_converted_soundly(text in any_text()) {
        let bytes = text.into_bytes();
        let (source, conversion) = converted(bytes.clone(), &NO_FACTS);
        for diagnostic in &conversion.diagnostics {
            assert_in_text(diagnostic, &source, bytes.len());
        }
        assert_rows_told(&source, &conversion);
        assert_services_sound(&conversion.dataset);
        let (_, again) = converted(bytes, &NO_FACTS);
        prop_assert_eq!(&conversion.diagnostics, &again.diagnostics);
        for emitter in EMITTERS {
            let made = emitter.emit(&conversion.dataset).unwrap();
            prop_assert!(made == emitter.emit(&again.dataset).unwrap(), "{}", emitter.format().name);
        }
    }

    /// A dataset that was written and read back is the one that was converted: its services, too.
    #[test]
    fn a_converted_dataset_is_read_back_whole(rows in meant_rows()) {
        let (_, Conversion { dataset, .. }) = converted(rendered(&rows).into_bytes(), &LITERAL);
        for format in ["json", "yaml", "sqlite"] {
            let read = read_back(format, &dataset);
            let stored = Dataset { left_out: LeftOut::default(), ..dataset.clone() };
            prop_assert_eq!(&read, &stored, "{}", format);
        }
        prop_assert_eq!(&read_back("csv", &dataset).services, &dataset.services);
    }

    /// Every format says the same, whatever the strings in it.
    #[test]
    fn every_format_reads_back(dataset in any_dataset()) {
        let tree: Value = serde_json::from_slice(&emitted("json", &dataset)).unwrap();
        prop_assert_eq!(&tree["records"], &expected_records(&dataset));
        let yaml: Value = serde_yaml::from_slice(&emitted("yaml", &dataset)).unwrap();
        prop_assert_eq!(&yaml, &tree);
        // Services are made of the names again.
        let stored = Dataset {
            recipe: Vec::new(),
            services: Vec::new(),
            left_out: LeftOut::default(),
            ..dataset.clone()
        };
        for format in ["json", "yaml", "sqlite"] {
            let read = Dataset { services: Vec::new(), ..read_back(format, &dataset) };
            prop_assert_eq!(&read, &stored, "{}", format);
        }
        let of_csv_again = emitted("csv", &read_back("csv", &dataset));
        prop_assert_eq!(emitted("csv", &dataset), of_csv_again);
        prop_assert_eq!(of_csv(&emitted("csv", &dataset)), csv_rows(&tree));
        prop_assert_eq!(&of_sqlite(&emitted("sqlite", &dataset)), &tree);
        let lines = String::from_utf8(emitted("ndjson", &dataset)).unwrap();
        let lines: Vec<Value> = lines
            .split_terminator('\n')
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        prop_assert_eq!(Value::Array(lines), tree["records"].clone());
        assert_lines_of_services(&dataset);
    }
}

fn converted(bytes: Vec<u8>, options: &portconv::Options) -> (Source, Conversion) {
    let source = Source::decode("ports.md", bytes).unwrap();
    let inputs = [source];
    let conversion = convert(&inputs, options);
    let [source] = inputs;
    (source, conversion)
}

fn emitted(format: &str, dataset: &Dataset) -> Vec<u8> {
    emit::by_name(format).unwrap().emit(dataset).unwrap()
}

fn read_back(format: &str, dataset: &Dataset) -> Dataset {
    let read = emit::by_name(format)
        .unwrap()
        .read(&emitted(format, dataset));
    read.unwrap().unwrap()
}

fn is_warning(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.severity() == Severity::Warning
}

// A table and what is meant by it.

/// What a row means, and how it is written.
#[derive(Debug)]
struct Meant {
    port: PortCell,
    ports: PortRange,
    dash: char,
    statuses: [Option<Status>; 4],
    status_citations: [Option<u16>; 4],
    is_loud: bool,
    words: Vec<String>,
    link: Option<usize>,
    /// What the description cites, behind which word.
    citation: Option<u16>,
    cited_word: usize,
    padding: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PortCell {
    Own,
    /// The port is that of the row above, and its cell is there.
    Blank,
    /// The cell is lost, so that the row is short.
    Lost,
    /// The cell is lost, and there is a blank one at the end.
    LostAndPadded,
}

impl PortCell {
    fn is_lost(self) -> bool {
        matches!(self, Self::Lost | Self::LostAndPadded)
    }
}

/// What is said of a port, by a row or by its record.
#[derive(Debug, PartialEq)]
struct Said {
    ports: PortRange,
    /// The status for each protocol, and what it cites.
    statuses: [Option<(Status, Vec<String>)>; 4],
    words: String,
    links: Vec<(String, String)>,
    citations: Vec<String>,
    origin: Origin,
}

impl Said {
    fn of_record(record: &Record) -> Self {
        let cited = |ids: &[Arc<str>]| ids.iter().map(ToString::to_string).collect();
        let links = record.links.iter();
        let has_status = record.assignments.0.iter().any(Option::is_some);
        Self {
            ports: record.ports,
            statuses: record.assignments.0.clone().map(|assignment| {
                let assignment = assignment.filter(|known| known.basis == Basis::Stated)?;
                Some((assignment.status, cited(&assignment.citations)))
            }),
            words: record.description.clone(),
            links: links
                .map(|link| (link.text.clone(), link.url.clone()))
                .collect(),
            citations: cited(&record.citations),
            origin: Origin {
                shifted: record.origin.shifted && has_status,
                ..record.origin.clone()
            },
        }
    }
}

const LINK: &str = "https://example.org/page";

impl Meant {
    /// What it means, given its port.
    fn said(&self, ports: PortRange, line: usize) -> Said {
        let cited = |citation: Option<u16>| citation.iter().map(ToString::to_string).collect();
        let statuses = std::array::from_fn(|at| {
            Some((self.statuses[at].clone()?, cited(self.status_citations[at])))
        });
        let only_link = self
            .link
            .map(|at| (self.word(at).to_owned(), LINK.to_owned()));
        Said {
            ports,
            statuses,
            words: self.words.join(" "),
            links: only_link.into_iter().collect(),
            citations: cited(self.citation),
            origin: Origin {
                path: "ports.md".into(),
                line,
                // Without a status, it is the same as with a blank port.
                shifted: self.port.is_lost() && self.statuses.iter().any(Option::is_some),
            },
        }
    }

    /// The word at a place that may lie behind the end.
    fn word(&self, at: usize) -> &str {
        &self.words[at % self.words.len()]
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = Vec::new();
        match self.port {
            PortCell::Own if self.ports.is_single() => cells.push(self.ports.first().to_string()),
            PortCell::Own => {
                let (first, last) = (self.ports.first(), self.ports.last());
                cells.push(format!("{first}{}{last}", self.dash));
            }
            PortCell::Blank => cells.push(String::new()),
            PortCell::Lost | PortCell::LostAndPadded => {}
        }
        for (status, citation) in self.statuses.iter().zip(self.status_citations) {
            let Some(status) = status else {
                cells.push(String::new());
                continue;
            };
            let word = if self.is_loud {
                status.name().to_uppercase()
            } else {
                status.name().to_owned()
            };
            cells.push(word + &cited(citation));
        }
        let words = self.words.iter().enumerate().map(|(at, word)| {
            let is_linked = self.link.is_some_and(|link| link % self.words.len() == at);
            let word = if is_linked {
                format!("[{word}]({LINK})")
            } else {
                word.clone()
            };
            let is_cited = self.cited_word % self.words.len() == at;
            word + &cited(self.citation.filter(|_| is_cited))
        });
        cells.push(words.collect::<Vec<_>>().join(" "));
        if self.port == PortCell::LostAndPadded {
            cells.push(String::new());
        }
        cells
    }
}

fn cited(citation: Option<u16>) -> String {
    citation.map_or_else(String::new, |number| {
        format!("[[{number}]](https://en.wikipedia.org/wiki/List#cite_note-{number})")
    })
}

fn rendered(rows: &[Meant]) -> String {
    let mut text =
        "| Port | TCP | UDP | SCTP | DCCP | Description |\n|--|--|--|--|--|--|\n".to_owned();
    for row in rows {
        text.push('|');
        for cell in row.cells() {
            let padding = " ".repeat(row.padding);
            write!(text, "{padding}{cell}{padding}|").unwrap();
        }
        text.push('\n');
    }
    text
}

fn meant_rows() -> impl Strategy<Value = Vec<Meant>> {
    vec(meant_row(), 1..12).prop_map(|mut rows| {
        rows[0].port = PortCell::Own;
        rows
    })
}

prop_compose! {
    fn meant_row()(
        port in select(vec![PortCell::Own, PortCell::Own, PortCell::Blank, PortCell::Lost, PortCell::LostAndPadded]),
        ports in ports(),
        dash in select(vec!['-', '–', '—']),
        statuses in proptest::array::uniform4(of(select(Status::KNOWN.to_vec()))),
        status_citations in proptest::array::uniform4(of(0..99_u16)),
        is_loud in any::<bool>(),
        // Shorter words state something: x, no, tcp.
        words in vec("[A-Za-zéü日][A-Za-z0-9éü日]{3,8}", 1..6),
        link in of(0..6_usize),
        citation in of(0..99_u16),
        cited_word in 0..6_usize,
        padding in 0..9_usize,
    ) -> Meant {
        // A pipe beside a pipe is a blank cell only where something stands between them.
        let padding = padding.max(1);
        Meant { port, ports, dash, statuses, status_citations, is_loud, words, link, citation, cited_word, padding }
    }
}

fn ports() -> impl Strategy<Value = PortRange> {
    (any::<u16>(), prop_oneof![Just(0), 0..40_u16])
        .prop_map(|(first, more)| PortRange::new(first, first.saturating_add(more)).unwrap())
}

// Tables whose rows are too short, too long or astray.

fn ragged_table() -> impl Strategy<Value = (Vec<&'static str>, Vec<String>)> {
    const MORE: [&str; 6] = ["UDP", "SCTP", "Description", "Notes", "", "Description"];
    let header = proptest::sample::subsequence(MORE.to_vec(), 0..MORE.len())
        .prop_flat_map(|more| Just([vec!["Port", "TCP"], more].concat()).prop_shuffle());
    let rows = vec(vec(ragged_cell(), 1..9), 1..8).prop_map(|rows| {
        let row = |(row, cells): (usize, Vec<String>)| {
            let cell = |(at, cell): (usize, String)| cell.replace('Q', &format!("q{row}x{at}"));
            let cells: Vec<_> = cells.into_iter().enumerate().map(cell).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        rows.into_iter().enumerate().map(row).collect()
    });
    (header, rows)
}

/// A cell in which `Q` becomes a word that stands nowhere else.
fn ragged_cell() -> impl Strategy<Value = String> {
    const CELLS: &[&str] = &[
        "",
        "",
        "",
        "22",
        "80-90",
        "70000",
        "Yes",
        "No",
        "Unofficial",
        "Yes, and SCTP",
        "Q",
        "Q",
        "Q Qb",
        "**Q**",
        "`Q`",
        "_Q_ Qb",
        "[Q](/wiki/A)",
        "[Q](/wiki/A)[[1]](/wiki/A#cite_note-1)",
        "22 Q",
        "Yes Q",
        "Q<br>Qb",
        "(Q)",
        "Q, Qb",
        "<a href=\"/wiki/A\">Q</a>",
        "=Q",
        "Port",
        "[Q]",
        "\\|Q",
        "![Q](a.png)",
        "<sup>Q</sup>",
        "Q[^1]",
        "&amp;Q",
        "[Q](/wiki/A#cite_note-1)",
        "[_[Q](/wiki/Wikipedia:A)_]",
    ];
    select(CELLS).prop_map(str::to_owned)
}

// Any text.

fn any_text() -> impl Strategy<Value = String> {
    let end = prop_oneof![8 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r")];
    let lines = prop_oneof![
        3 => (any_row(), 1..8_usize).prop_map(|(row, width)| vec![row, "|--".repeat(width)]),
        6 => vec(any_row(), 0..6).prop_map(|rows| [
            vec!["| Port | TCP | UDP | Description |".to_owned(), "|--|--|--|--|".to_owned()],
            rows,
        ].concat()),
        2 => (of(Just("Yes")), any_row()).prop_map(|(status, row)| vec![
            "| Cell | Meaning |".to_owned(),
            "|--|--|".to_owned(),
            format!("| {} | is used |", status.unwrap_or("No")),
            row,
        ]),
        4 => vec(token(), 0..8).prop_map(|tokens| vec![tokens.concat()]),
        2 => token().prop_map(|token| vec![String::new(), format!("[^1]: {token}")]),
        2 => Just(vec![String::new()]),
        1 => ".{0,20}".prop_map(|line| vec![line]),
    ];
    (of(Just("\u{feff}")), vec((lines, end), 0..8)).prop_map(|(mark, blocks)| {
        let blocks = blocks
            .into_iter()
            .flat_map(|(lines, end)| lines.into_iter().map(move |line| line + end));
        mark.into_iter().map(str::to_owned).chain(blocks).collect()
    })
}

fn any_row() -> impl Strategy<Value = String> {
    vec(vec(token(), 0..4).prop_map(|tokens| tokens.join(" ")), 0..8)
        .prop_map(|cells| format!("| {} |", cells.join(" | ")))
}

fn token() -> impl Strategy<Value = &'static str> {
    const TOKENS: &[&str] = &[
        "|",
        "||",
        "22",
        "80",
        "0",
        "65535",
        "65536",
        "71–74",
        "71-74",
        "74-71",
        "99999999999",
        "1-65535",
        "Yes",
        "No",
        "Unofficial",
        "Assigned",
        "Reserved",
        "Yes, and SCTP",
        "N/A",
        "?",
        "—",
        "Port",
        "TCP",
        "UDP",
        "SCTP",
        "DCCP",
        "Description",
        "[",
        "]",
        "(",
        ")",
        "[x](/wiki/X)",
        "[[11]](https://en.wikipedia.org/wiki/L#cite_note-11)",
        "[[11]](#cite_note-a)",
        "[^1]",
        "[^a]",
        "[^1]: https://e.org/",
        "`",
        "``",
        "*",
        "**",
        "_",
        "~~",
        "<br>",
        "<a href=\"/wiki/A\">",
        "</a>",
        "<!--",
        "-->",
        "<table>",
        "<sup>",
        "</sup>",
        "&amp;",
        "&#0;",
        "&nbsp;",
        "\\|",
        "\\",
        "![i](u)",
        "<https://e.org>",
        "a@b.c",
        "=1+1",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "\0",
        "\u{7}",
        "\t",
        "Ã©",
        "â€“",
        "Ãƒ",
        "é",
        "𝄞",
        "日本",
        "SSH",
        "Secure Shell (SSH)",
        "[_[jargon](/wiki/Wikipedia:J)_]",
        "used by",
        " ",
        "    ",
        "---",
        "|--|--|",
        "#",
        ">",
        "-",
        "1.",
        "```",
        "\u{2028}",
        "\u{85}",
        "'",
        "\"",
        "{{",
        "\n",
    ];
    select(TOKENS)
}

/// Whether a diagnostic points at something that a person can be shown.
fn assert_in_text(diagnostic: &Diagnostic, source: &Source, bytes: usize) {
    let (text, span) = (source.text(), &diagnostic.span);
    assert_eq!(diagnostic.file, File::Input(0), "{diagnostic:?}");
    assert!(text.get(span.clone()).is_some(), "{diagnostic:?}");
    let (start, end) = (source.position(span.start), source.position(span.end));
    assert!(start.offset <= end.offset, "{diagnostic:?}");
    assert!(end.offset <= bytes, "{diagnostic:?}");
    assert!(start.line <= end.line, "{diagnostic:?}");
    assert!(!diagnostic.message.contains(['\n', '\r']), "{diagnostic:?}");
}

/// Each row with words of a table that gave records is a record, a diagnostic, or both.
fn assert_rows_told(source: &Source, conversion: &Conversion) {
    let mut told: HashSet<usize> = HashSet::new();
    for record in &conversion.dataset.records {
        told.insert(record.origin.line);
    }
    let recorded = told.clone();
    for diagnostic in &conversion.diagnostics {
        let Span { start, end } = diagnostic.span;
        let last = source.line(end.saturating_sub(1).max(start));
        told.extend(source.line(start)..=last);
    }
    for table in rows_of_tables(source.text()) {
        let lines = table.iter().map(|row| source.line(row.start));
        if !lines.clone().any(|line| recorded.contains(&line)) {
            continue;
        }
        for (line, row) in lines.zip(&table) {
            let row = &source.text()[row.clone()];
            assert!(
                told.contains(&line),
                "line {line} is lost: {row:?}\n{}",
                source.text()
            );
        }
    }
}

/// The rows with words, below the header, of each table that stands in a text. A row above a delimiter row is
/// the header of another table.
fn rows_of_tables(text: &str) -> Vec<Vec<Span>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut tables: Vec<Vec<Span>> = Vec::new();
    // Where the row above ends, be there words in it or signs.
    let mut above = None;
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Table(_)) => {
                tables.push(Vec::new());
                above = None;
            }
            Event::Start(Tag::TableRow) => {
                let is_dash = |c: char| matches!(c, '|' | '-' | ':') || c.is_whitespace();
                let rows = tables.last_mut().unwrap();
                if text[span.clone()].contains(char::is_alphanumeric) {
                    rows.push(span.clone());
                } else if text[span.clone()].chars().all(is_dash) && above == Some(span.start) {
                    rows.pop_if(|row| row.end == span.start);
                    tables.push(Vec::new());
                }
                above = Some(span.end);
            }
            _ => {}
        }
    }
    tables
}

/// What readers of services(5) rely on.
fn assert_services_sound(dataset: &Dataset) {
    let keys: Vec<_> = dataset
        .services
        .iter()
        .map(|s| (s.port, s.protocol))
        .collect();
    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
    let mut ports = HashMap::new();
    for service in &dataset.services {
        assert!(
            dataset.records[service.record]
                .ports
                .ports()
                .any(|port| port == service.port)
        );
        for name in std::iter::once(&service.name).chain(&service.aliases) {
            assert_name(name.as_str());
            let port = ports.insert((name, service.protocol), service.port);
            assert!(port.is_none(), "{name} is {port:?} and {}", service.port);
        }
    }
    for naming in dataset
        .records
        .iter()
        .filter_map(|record| record.naming.as_ref())
    {
        assert_name(naming.name.as_str());
        naming
            .aliases
            .iter()
            .for_each(|alias| assert_name(alias.as_str()));
    }
    let ids: HashSet<_> = dataset.records.iter().map(|record| &record.id).collect();
    assert_eq!(ids.len(), dataset.records.len());
    let ids: HashSet<_> = dataset
        .citations
        .iter()
        .map(|citation| &citation.id)
        .collect();
    assert_eq!(ids.len(), dataset.citations.len());
}

/// RFC 6335 §5.1.
fn assert_name(name: &str) {
    let is_name = (1..=15).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && name.split('-').all(|part| !part.is_empty());
    assert!(is_name, "{name:?}");
}

// Any dataset.

fn any_dataset() -> impl Strategy<Value = Dataset> {
    let sources = vec((nasty(), "[0-9a-f]{64}"), 1..3);
    let statuses = vec((nasty(), indices()), 0..6);
    let citations = vec((nasty(), of(nasty()), of(nasty())), 1..5);
    let from = of((of(nasty()), of(nasty()), of(nasty()), of(any::<u64>())));
    let beside = (from, vec(nasty(), 0..3));
    (
        sources,
        statuses,
        citations,
        vec(any_record(), 0..6),
        beside,
    )
        .prop_map(|(sources, statuses, citations, records, (from, recipe))| {
            let sources = sources.into_iter().enumerate();
            let sources = sources.map(|(at, (path, sha256))| SourceFile {
                path: format!("{path}{at}").into(),
                sha256,
            });
            let meaning =
                |(status, (meaning, citations)): (&str, (String, Vec<Arc<str>>))| StatusMeaning {
                    status: status.to_owned(),
                    meaning,
                    citations,
                };
            let citation =
                |(at, (id, url, text)): (usize, (String, Option<String>, Option<String>))| {
                    Citation {
                        id: format!("{id}{at}").into(),
                        url,
                        text,
                    }
                };
            let from = from.filter(|(title, url, license, _)| {
                title.is_some() || url.is_some() || license.is_some()
            });
            let mut dataset = Dataset {
                attribution: from.map(|(title, url, license, revision)| Attribution {
                    title,
                    url,
                    license,
                    revision,
                }),
                recipe,
                sources: sources.collect(),
                statuses: Status::NAMES
                    .into_iter()
                    .zip(statuses)
                    .map(meaning)
                    .collect(),
                citations: citations.into_iter().enumerate().map(citation).collect(),
                records,
                ..Dataset::default()
            };
            complete(&mut dataset);
            dataset
        })
}

/// Makes indices and ids what they must be, and one service of each record that has a name.
fn complete(dataset: &mut Dataset) {
    let limit = |ids: &mut [Arc<str>]| {
        for id in ids {
            let index: usize = id.parse().unwrap();
            *id = Arc::clone(&dataset.citations[index % dataset.citations.len()].id);
        }
    };
    dataset
        .statuses
        .iter_mut()
        .for_each(|status| limit(&mut status.citations));
    for (at, record) in dataset.records.iter_mut().enumerate() {
        record.id = format!("{}.{}", record.ports.first(), at + 1);
        let index: usize = record.origin.path.parse().unwrap();
        record.origin.path = Arc::clone(&dataset.sources[index % dataset.sources.len()].path);
        limit(&mut record.citations);
        for assignment in record.assignments.0.iter_mut().flatten() {
            limit(&mut assignment.citations);
        }
        if let Some(Naming { name, aliases, .. }) = &record.naming {
            dataset.services.push(Service {
                port: record.ports.first(),
                last_port: record.ports.first(),
                protocol: Protocol::Tcp,
                name: *name,
                aliases: aliases.clone(),
                record: at,
            });
        }
    }
    dataset.services.sort_by_key(|service| service.port);
    dataset.services.dedup_by_key(|service| service.port);
}

/// Numbers, in place of which [`complete`] puts ids.
fn indices() -> impl Strategy<Value = Vec<Arc<str>>> {
    vec(
        any::<u32>().prop_map(|index| index.to_string().into()),
        0..3,
    )
}

fn any_record() -> impl Strategy<Value = Record> {
    let naming = (
        any_name(),
        vec(any_name(), 0..3),
        select(NameSource::ALL.to_vec()),
    )
        .prop_map(|(name, aliases, source)| Naming {
            name,
            aliases,
            source,
        });
    let link = (nasty(), nasty(), any::<bool>()).prop_map(|(text, url, missing)| Link {
        text,
        url,
        missing,
    });
    // YAML has no way to write a longer key on one line (1.2.2 §7.4.2: at most 1024 characters).
    // SQLite's JSON has no NUL in a key, and no text of an input holds one.
    let is_key = |header: &String| header.chars().count() <= 100 && !header.contains('\0');
    let header = nasty().prop_filter("a key of YAML and SQLite", is_key);
    let extra = btree_set(header, 0..3).prop_flat_map(|headers| {
        // Blank cells are left out.
        let text = nasty().prop_filter("a text", |text| !text.is_empty());
        let texts = vec(text, headers.len());
        texts.prop_map(move |texts| headers.iter().cloned().zip(texts).collect())
    });
    let origin = (any::<usize>(), 1..i32::MAX as usize, any::<bool>()).prop_map(
        |(source, line, shifted)| Origin {
            path: source.to_string().into(),
            line,
            shifted,
        },
    );
    let assignments = proptest::array::uniform4(of(any_assignment()));
    let words = (
        nasty(),
        vec(link, 0..3),
        indices(),
        vec(nasty(), 0..3),
        extra,
    );
    (ports(), of(naming), assignments, words, origin).prop_map(
        |(ports, naming, assignments, (description, links, citations, tags, extra), origin)| {
            Record {
                id: String::new(),
                ports,
                naming,
                assignments: PerProtocol(assignments),
                description,
                links,
                citations,
                tags,
                extra,
                origin,
            }
        },
    )
}

fn any_assignment() -> impl Strategy<Value = Assignment> {
    let status = prop_oneof![
        select(Status::KNOWN.to_vec()),
        nasty().prop_map(Status::Other)
    ];
    (status, select(Basis::ALL.to_vec()), indices()).prop_map(|(status, basis, citations)| {
        Assignment {
            status,
            basis,
            citations,
        }
    })
}

fn any_name() -> impl Strategy<Value = ServiceName> {
    "[a-z][a-z0-9]{0,14}|[0-9]{0,5}-[a-z]{1,3}"
        .prop_filter_map("a name", |name| ServiceName::new(&name))
}

/// Strings that formats are known to lose or to take for something else.
fn nasty() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "\"",
        "'",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "=1+1",
        "+",
        "-",
        "@",
        "no",
        "Yes",
        "null",
        "~",
        "22:22",
        "1e3",
        "0x1F",
        "2013-05-25",
        "",
        " ",
        "  ",
        "𝄞",
        "é",
        "日本",
        "\u{2028}",
        "\u{2029}",
        "\u{85}",
        "\u{a0}",
        "\u{feff}",
        "\u{fffd}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{80}",
        "\0",
        "\u{1}",
        "\u{b}",
        "\u{c}",
        "\u{1b}",
        "\u{7f}",
        "\u{9f}",
        ",",
        ";",
        ": ",
        "#",
        " #",
        "|",
        ">",
        "&",
        "*",
        "!",
        "%",
        "{",
        "}",
        "[",
        "]",
        "\\",
        "\\n",
        "---",
        "...",
        "<script>",
        "</script>",
        "Secure Shell (SSH)",
        "<<",
        "=",
    ];
    prop_oneof![
        6 => vec(select(PIECES), 0..5).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        1 => (select(PIECES), 80..3000_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

// What files of a dataset say.

/// The records as `ports.json` must have them.
fn expected_records(dataset: &Dataset) -> Value {
    let record = |record: &Record| {
        let naming = record.naming.as_ref();
        let mut tree = json!({
            "id": record.id,
            "first_port": record.ports.first(),
            "last_port": record.ports.last(),
            "name": naming.map(|naming| naming.name.as_str()),
            "aliases": naming.map_or_else(Vec::new, |naming| {
                naming.aliases.iter().map(ServiceName::as_str).collect()
            }),
            "name_source": naming.map(|naming| naming.source.name()),
            "description": record.description,
            "links": record.links.iter().map(|link| json!({
                "text": link.text, "url": link.url, "missing": link.missing,
            })).collect::<Vec<_>>(),
            "citations": record.citations,
            "tags": record.tags,
            "source": {
                "path": record.origin.path,
                "line": record.origin.line,
                "shifted": record.origin.shifted,
            },
        });
        for (protocol, assignment) in record.assignments.iter() {
            tree[protocol.name()] = assignment.as_ref().map_or(Value::Null, |assignment| {
                let mut tree = json!({
                    "status": assignment.status.name(),
                    "basis": assignment.basis.name(),
                    "citations": assignment.citations,
                });
                if let Status::Other(text) = &assignment.status {
                    tree["text"] = text.as_str().into();
                }
                tree
            });
        }
        if !record.extra.is_empty() {
            tree["extra"] = record
                .extra
                .iter()
                .map(|(k, v)| (k.clone(), Value::from(v.as_str())))
                .collect();
        }
        tree
    };
    dataset.records.iter().map(record).collect()
}

/// The rows that the records of a tree have in `ports.csv`.
fn csv_rows(tree: &Value) -> Vec<HashMap<String, String>> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let joined = |list: &Value, separator: &str| {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| text(item).replace(' ', if separator == " " { "%20" } else { " " }))
            .map(|item| item.replace(';', if separator == ";" { "%3B" } else { ";" }))
            .collect::<Vec<_>>()
            .join(separator)
    };
    let records = || tree["records"].as_array().unwrap().iter();
    let extra = records().filter_map(|record| record["extra"].as_object());
    let headers: BTreeSet<&String> = extra.flat_map(Map::keys).collect();
    let row = |record: &Value| {
        let mut row = HashMap::new();
        for column in [
            "id",
            "first_port",
            "last_port",
            "name",
            "name_source",
            "description",
        ] {
            row.insert(column.to_owned(), text(&record[column]));
        }
        for column in ["aliases", "citations", "tags"] {
            row.insert(column.to_owned(), joined(&record[column], ";"));
        }
        for protocol in Protocol::ALL.map(Protocol::name) {
            row.insert(protocol.to_owned(), text(&record[protocol]["status"]));
            row.insert(
                format!("{protocol}_basis"),
                text(&record[protocol]["basis"]),
            );
        }
        let urls = record["links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["url"].clone());
        row.insert("links".to_owned(), joined(&urls.collect(), " "));
        row.insert("line".to_owned(), text(&record["source"]["line"]));
        for header in &headers {
            let name = if row.contains_key(*header) {
                format!("{header} (source)")
            } else {
                (*header).clone()
            };
            row.insert(name, text(&record["extra"][*header]));
        }
        row
    };
    records().map(row).collect()
}

fn of_csv(bytes: &[u8]) -> Vec<HashMap<String, String>> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// The tree of `ports.json`, from the tables of `ports.sqlite`.
fn of_sqlite(bytes: &[u8]) -> Value {
    let mut database = Connection::open_in_memory().unwrap();
    database
        .deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)
        .unwrap();
    assert_eq!(
        rows(&database, "pragma integrity_check", ()),
        [[json!("ok")]]
    );
    assert!(rows(&database, "pragma foreign_key_check", ()).is_empty());
    let column = |query: &str, key: &[&Value]| -> Vec<Value> {
        let key: Vec<_> = key.iter().map(|key| key.as_str().unwrap()).collect();
        rows(&database, query, rusqlite::params_from_iter(key))
            .into_iter()
            .flatten()
            .collect()
    };
    let statuses = rows(
        &database,
        "select name, meaning from statuses where meaning is not null order by rowid",
        (),
    );
    let status = |row: Vec<Value>| {
        let cited = column(
            "select citation_id from status_citations where status = ? order by position",
            &[&row[0]],
        );
        json!({ "status": row[0], "meaning": row[1], "citations": cited })
    };
    let citations = rows(
        &database,
        "select id, url, text from citations order by rowid",
        (),
    );
    let citation = |row: Vec<Value>| {
        let mut tree = json!({ "id": row[0], "url": row[1] });
        set(&mut tree, "text", &row[2]);
        tree
    };
    let sources = rows(
        &database,
        "select name, sha256 from sources order by id",
        (),
    );
    let records = "select records.id, first_port, last_port, records.name, name_source, description, \
                   sources.name, line, shifted \
                   from records join sources on sources.id = source_id order by records.rowid";
    let record = |row: Vec<Value>| {
        let id = &row[0];
        let mut tree = json!({
            "id": id, "first_port": row[1], "last_port": row[2], "name": row[3], "name_source": row[4],
            "description": row[5],
            "source": { "path": row[6], "line": row[7], "shifted": row[8] == 1 },
            "aliases": column("select name from aliases where record_id = ? order by position", &[id]),
            "citations": column("select citation_id from record_citations where record_id = ? order by position", &[id]),
            "tags": column("select tag from tags where record_id = ? order by position", &[id]),
        });
        let links = "select text, url, missing from links where record_id = ? order by position";
        tree["links"] = rows(&database, links, [id.as_str()])
            .into_iter()
            .map(|row| json!({ "text": row[0], "url": row[1], "missing": row[2] == 1 }))
            .collect();
        let extra = "select header, text from extra where record_id = ? order by position";
        let extra: Map<String, Value> = rows(&database, extra, [id.as_str()])
            .into_iter()
            .map(|row| (row[0].as_str().unwrap().to_owned(), row[1].clone()))
            .collect();
        if !extra.is_empty() {
            tree["extra"] = extra.into();
        }
        for protocol in Protocol::ALL.map(Protocol::name) {
            let query =
                "select status, basis, text from assignments where record_id = ? and protocol = ?";
            let cited = "select citation_id from assignment_citations where record_id = ? and protocol = ? order by position";
            tree[protocol] = Value::Null;
            for row in rows(&database, query, [id.as_str(), Some(protocol)]) {
                let cited = column(cited, &[id, &protocol.into()]);
                let mut assignment =
                    json!({ "status": row[0], "basis": row[1], "citations": cited });
                set(&mut assignment, "text", &row[2]);
                tree[protocol] = assignment;
            }
        }
        tree
    };
    json!({
        "schema_version": rows(&database, "pragma user_version", ())[0][0],
        "attribution": attribution(&database),
        "sources": sources.into_iter().map(|row| json!({ "path": row[0], "sha256": row[1] })).collect::<Vec<_>>(),
        "statuses": statuses.into_iter().map(status).collect::<Vec<_>>(),
        "citations": citations.into_iter().map(citation).collect::<Vec<_>>(),
        "records": rows(&database, records, ()).into_iter().map(record).collect::<Vec<_>>(),
    })
}

fn attribution(database: &Connection) -> Value {
    let meta = rows(database, "select key, value from meta", ());
    let mut attribution = Value::Null;
    if !meta.is_empty() {
        attribution = json!({ "title": null, "url": null, "license": null });
    }
    for row in meta {
        let (key, value) = (row[0].as_str().unwrap(), &row[1]);
        attribution[key] = match key {
            "revision" => serde_json::from_str(value.as_str().unwrap()).unwrap(),
            _ => value.clone(),
        };
    }
    attribution
}

fn set(tree: &mut Value, key: &str, value: &Value) {
    if !value.is_null() {
        tree[key] = value.clone();
    }
}

fn rows(database: &Connection, query: &str, parameters: impl Params) -> Vec<Vec<Value>> {
    let mut statement = database.prepare(query).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map(parameters, |row| {
        (0..columns).map(|at| row.get_ref(at).map(value)).collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Text(text) => std::str::from_utf8(text).unwrap().into(),
        value => panic!("{value:?}"),
    }
}

/// One line for each service, whatever its record says.
fn assert_lines_of_services(dataset: &Dataset) {
    let text = String::from_utf8(emitted("services", dataset)).unwrap();
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'),
        "{text:?}"
    );
    let lines: Vec<_> = text
        .split('\n')
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    assert_eq!(lines.len(), dataset.services.len(), "{text}");
    for (line, service) in lines.iter().zip(&dataset.services) {
        let fields = line.split('#').next().unwrap();
        let fields: Vec<_> = fields.split_whitespace().collect();
        let port = format!("{}/{}", service.port, service.protocol.name());
        assert_eq!(fields[..2], [service.name.as_str(), &port]);
        assert!(
            fields[2..].iter().eq(service
                .aliases
                .iter()
                .map(ServiceName::as_str)
                .collect::<Vec<_>>()
                .iter())
        );
    }
}
