//! What is true of every input and of every dataset, tried on made-up ones. `PROPTEST_CASES=5000` tries
//! more of them.

use crate::support;

use std::collections::{HashMap, HashSet};
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
use rusqlite::{Connection, MAIN_DB};
use serde_json::Value;

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
            let mut said = record.map(Said::of_record);
            let meant = port.map(|port| row.said(port, line));
            // A blank in front may be that of the port, and another one lost, which says the same.
            if let (Some(said), Some(meant)) = (&mut said, &meant)
                && row.port.is_lost()
                && row.statuses[0].is_none()
            {
                said.origin.shifted = meant.origin.shifted;
            }
            let is_right = said == meant;
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

    /// A dataset that was written and read back is the one that was converted: its services, too, but where a record has
    /// a name for one protocol only, which is in no tree.
    #[test]
    fn a_converted_dataset_is_read_back_whole(rows in meant_rows()) {
        let (_, Conversion { dataset, .. }) = converted(rendered(&rows).into_bytes(), &LITERAL);
        let stored = Dataset { left_out: LeftOut::default(), ..dataset.clone() };
        for format in ["json", "yaml", "sqlite"] {
            let mut read = read_back(format, &dataset);
            assert_services_alike(&mut read, &dataset);
            prop_assert_eq!(&read, &stored, "{}", format);
        }
        assert_services_alike(&mut read_back("csv", &dataset), &dataset);
    }

    /// Every format says the same, whatever the strings in it.
    #[test]
    fn every_format_reads_back(dataset in any_dataset()) {
        let tree: Value = serde_json::from_slice(&emitted("json", &dataset)).unwrap();
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
        prop_assert_eq!(read_back("csv", &dataset).records, in_csv(&dataset.records));
        assert_references_sound(&emitted("sqlite", &dataset));
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

/// The services of a dataset that was read back are those of the whole one. Where a record of the port has a name for
/// one protocol only, they have their names at least, and are made the same.
fn assert_services_alike(read: &mut Dataset, whole: &Dataset) {
    assert_eq!(read.services.len(), whole.services.len());
    for (read, service) in read.services.iter_mut().zip(&whole.services) {
        let names_one = |record| names_one_protocol(record, whole.at(service.port));
        if whole.records_at(service.port).any(names_one) {
            assert_eq!((read.port, read.protocol), (service.port, service.protocol));
            assert!(service.names().all(|name| has_name(read, name)));
            read.clone_from(service);
        }
        assert_eq!(read, service);
    }
}

/// Whether a record has a name that not all services of its port and protocols have.
fn names_one_protocol(record: &Record, of_port: &[Service]) -> bool {
    let naming = record.naming.as_ref().filter(|_| record.ports.is_single());
    let own = of_port
        .iter()
        .filter(|service| record.assignments[service.protocol].is_some());
    let mut names = naming.into_iter().flat_map(Naming::names);
    names.any(|name| own.clone().any(|service| !has_name(service, name)))
}

fn has_name(service: &Service, name: ServiceName) -> bool {
    service.names().any(|known| known == name)
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
    const PLAIN: &str = "22 80-90 70000 Yes No Unofficial Q Q **Q** `Q` [Q](/wiki/A) \
        [Q](/wiki/A)[[1]](/wiki/A#cite_note-1) Q<br>Qb (Q) =Q Port [Q] \\|Q ![Q](a.png) <sup>Q</sup> \
        Q[^1] &amp;Q [Q](/wiki/A#cite_note-1) [_[Q](/wiki/Wikipedia:A)_]";
    const OTHERS: &str = "§§§Yes, and SCTP§Q Qb§_Q_ Qb§22 Q§Yes Q§Q, Qb§<a href=\"/wiki/A\">Q</a>";
    select(listed(PLAIN, OTHERS)).prop_map(str::to_owned)
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

/// Texts without blanks, and others.
fn listed(plain: &'static str, others: &'static str) -> Vec<&'static str> {
    plain.split(' ').chain(others.split('§')).collect()
}

fn any_row() -> impl Strategy<Value = String> {
    vec(vec(token(), 0..4).prop_map(|tokens| tokens.join(" ")), 0..8)
        .prop_map(|cells| format!("| {} |", cells.join(" | ")))
}

fn token() -> impl Strategy<Value = &'static str> {
    const PLAIN: &str = "| || 22 80 0 65535 65536 71–74 71-74 74-71 99999999999 1-65535 Yes No Unofficial Assigned \
        Reserved N/A ? — Port TCP UDP SCTP DCCP Description [ ] ( ) [x](/wiki/X) \
        [[11]](https://en.wikipedia.org/wiki/L#cite_note-11) [[11]](#cite_note-a) [^1] [^a] ` `` * ** _ \
        ~~ <br> </a> <!-- --> <table> <sup> </sup> &amp; &#0; &nbsp; \\| \\ ![i](u) <https://e.org> \
        a@b.c =1+1 \u{a0} \u{200b} \u{feff} \0 \u{7} \t Ã© â€“ Ãƒ é 𝄞 日本 SSH \
        [_[jargon](/wiki/Wikipedia:J)_] --- |--|--| # > - 1. ``` \u{2028} \u{85} ' \" {{ \n";
    const OTHERS: &str =
        "Yes, and SCTP§[^1]: https://e.org/§<a href=\"/wiki/A\">§Secure Shell (SSH)§used by§ §    ";
    select(listed(PLAIN, OTHERS))
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
    const PLAIN: &str = "\" ' \n \r\n \r \t =1+1 + - @ no Yes null ~ 22:22 1e3 0x1F 2013-05-25 𝄞 é 日本 \u{2028} \u{2029} \
        \u{85} \u{a0} \u{feff} \u{fffd} \u{fffe} \u{ffff} \u{80} \0 \u{1} \u{b} \u{c} \u{1b} \u{7f} \
        \u{9f} , ; # | > & * ! % { } [ ] \\ \\n --- ... <script> </script> << =";
    const OTHERS: &str = "§ §  §: § #§Secure Shell (SSH)";
    prop_oneof![
        6 => vec(select(listed(PLAIN, OTHERS)), 0..5).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        1 => (select(listed(PLAIN, OTHERS)), 80..3000_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

// What files of a dataset say.

/// What `ports.csv` has of the records.
fn in_csv(records: &[Record]) -> Vec<Record> {
    let mut records = records.to_owned();
    let headers: Vec<_> = records.iter().flat_map(|it| &it.extra).cloned().collect();
    for record in &mut records {
        let column = |header: &str| headers.iter().position(|(known, _)| known == header);
        record.extra.sort_by_key(|(header, _)| column(header));
        (record.origin.path, record.origin.shifted) = ("".into(), false);
        for link in &mut record.links {
            (link.text, link.missing) = (String::new(), false);
            link.url = link.url.replace(' ', "%20");
        }
        // A list of one blank is written like one of nothing.
        if record.tags == [""] {
            record.tags.clear();
        }
        if matches!(&record.links[..], [link] if link.url.is_empty()) {
            record.links.clear();
        }
        for assignment in record.assignments.0.iter_mut().flatten() {
            assignment.citations.clear();
            if let Status::Other(words) = &mut assignment.status {
                words.clear();
            }
        }
    }
    records
}

/// SQLite's own word on the references of a database.
fn assert_references_sound(bytes: &[u8]) {
    let mut database = Connection::open_in_memory().unwrap();
    database
        .deserialize_read_exact(MAIN_DB, bytes, bytes.len(), true)
        .unwrap();
    let mut broken = database.prepare("pragma foreign_key_check").unwrap();
    assert!(!broken.exists([]).unwrap());
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
