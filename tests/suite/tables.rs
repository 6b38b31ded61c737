//! Tables as people write them: the pages of `tests/tables`, and the examples of `docs/tables.md`. What each must say
//! is written down in a block of its own; `tests/tables/README.md` tells how.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use portconv::dataset::{Basis, NameSource, Protocol, Protocols, Record, Status};
use portconv::diagnostic::{Code, Severity};
use portconv::{Conversion, Options, Source, convert};

use crate::support::{no_facts, portconv, root};

/// An input, and what must come out.
struct Example {
    name: String,
    input: String,
    rows: String,
}

/// The pages with examples.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<_> = fs::read_dir(root().join("tests/tables"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md")
        })
        .collect();
    pages.push(root().join("docs/tables.md"));
    pages.sort();
    pages
}

/// The sections of a page that have a block of rows.
fn examples(page: &Path) -> Vec<Example> {
    let text = fs::read_to_string(page).unwrap();
    let sections = text.split("\n## ").skip(1);
    let example = |section: &str| {
        let (title, body) = section.split_once('\n').unwrap();
        let (input, rest) = body.split_once("```rows\n")?;
        let (rows, _) = rest.split_once("```").unwrap();
        // What stands above is for people.
        let is_input = |line: &&str| line.starts_with(['|', '<', '#', '+']);
        let prose = input
            .lines()
            .take_while(|line| !is_input(line))
            .map(|line| line.len() + 1)
            .sum::<usize>();
        Some(Example {
            name: format!("{}: {title}", page.file_name().unwrap().display()),
            input: input[prose.min(input.len())..].trim_end().to_owned() + "\n",
            rows: rows.to_owned(),
        })
    };
    sections.filter_map(example).collect()
}

fn converted(example: &Example) -> (Conversion, Source) {
    let source = Source::decode("ports.md", example.input.clone()).unwrap();
    let sources = [source];
    let conversion = convert(&sources, &no_facts());
    let [source] = sources;
    (conversion, source)
}

/// What came out, as the pages write it.
fn shown(conversion: &Conversion, source: &Source) -> String {
    let mut text = String::new();
    for record in &conversion.dataset.records {
        writeln!(text, "{}", shown_record(record)).unwrap();
    }
    let is_warning =
        |code: Code| code.severity() == Severity::Warning && code != Code::InferredCell;
    for diagnostic in conversion
        .diagnostics
        .iter()
        .filter(|diagnostic| is_warning(diagnostic.code))
    {
        let line = source.line(diagnostic.span.start);
        writeln!(text, "!{line} {}", diagnostic.code.name()).unwrap();
    }
    text
}

fn shown_record(record: &Record) -> String {
    let (first, last) = (record.ports.first(), record.ports.last());
    let ports = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    let transport = |protocol: Protocol| {
        let assignment = record.assignments[protocol].as_ref()?;
        let status = match &assignment.status {
            Status::Yes => String::new(),
            status => format!(":{}", status.name()),
        };
        let sign = if assignment.basis == Basis::Stated {
            ""
        } else {
            "?"
        };
        Some(format!("{}{status}{sign}", protocol.name()))
    };
    let transports: Vec<_> = Protocol::ALL.into_iter().filter_map(transport).collect();
    let transports = if transports.is_empty() {
        "-".to_owned()
    } else {
        transports.join("+")
    };
    let mut shown = format!("{ports}/{transports} {}", record.description)
        .trim_end()
        .to_owned();
    let stated = record
        .naming
        .as_ref()
        .filter(|naming| naming.source == NameSource::Stated);
    if let Some(naming) = stated {
        write!(shown, " ={}", naming.name).unwrap();
    }
    for (header, words) in &record.extra {
        write!(shown, " [{header}: {words}]").unwrap();
    }
    shown
}

#[test]
fn every_table_says_what_it_must() {
    let examples: Vec<_> = pages().iter().flat_map(|page| examples(page)).collect();
    assert!(examples.len() > 80, "only {} tables", examples.len());
    let mut wrong = String::new();
    for example in &examples {
        let (conversion, source) = converted(example);
        let shown = shown(&conversion, &source);
        if shown != example.rows {
            writeln!(
                wrong,
                "# {}\nexpected:\n{}made:\n{shown}",
                example.name, example.rows
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_port_table_explains_its_columns() {
    for example in pages().iter().flat_map(|page| examples(page)) {
        let (conversion, _) = converted(&example);
        let explained = conversion
            .diagnostics
            .iter()
            .filter(|found| found.code == Code::ColumnsFound);
        assert_eq!(
            explained.count(),
            conversion.port_tables,
            "{}",
            example.name
        );
    }
}

#[test]
fn the_explanation_names_each_column_and_why() {
    let text = "| Puerto | Anything | Proto | Motivo |\n|--|--|--|--|\n| 22 | 7 | TCP | acceso remoto |\n| 69 | 9 | UDP | arranque |\n";
    let example = Example {
        name: String::new(),
        input: text.to_owned(),
        rows: String::new(),
    };
    let (conversion, _) = converted(&example);
    let explained = conversion
        .diagnostics
        .iter()
        .find(|found| found.code == Code::ColumnsFound);
    assert_eq!(
        explained.unwrap().message,
        "\"Puerto\" is read as ports (20.4 bits); \"Anything\" is kept as an extra column; \"Proto\" is read as protocol (14.2 bits); \
         \"Motivo\" is read as description (7.8 bits)"
    );
}

#[test]
fn rows_without_a_transport_are_taken_for_what_is_asked() {
    let text = "| Port | Protocol | Description |\n|--|--|--|\n| 53 | UDP | names |\n| 8080 | HTTP | pages |\n";
    let source = Source::decode("ports.md", text).unwrap();
    let options = Options {
        protocols: Protocols::TCP_AND_UDP,
        ..no_facts()
    };
    let conversion = convert(&[source], &options);
    let shown: Vec<_> = conversion
        .dataset
        .records
        .iter()
        .map(shown_record)
        .collect();
    assert_eq!(
        shown,
        ["53/udp names", "8080/tcp?+udp? pages [Protocol: HTTP]"]
    );
    let services: Vec<_> = conversion
        .dataset
        .services
        .iter()
        .map(|s| (s.port, s.protocol))
        .collect();
    let expected = [
        (53, Protocol::Udp),
        (8080, Protocol::Tcp),
        (8080, Protocol::Udp),
    ];
    assert_eq!(services, expected);
    assert!(!conversion.counts.contains_key(&Code::NoTransport));
}

#[test]
fn the_command_takes_transports() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("t.md"),
        "| Port | Service |\n|--|--|\n| 22 | SSH |\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = portconv(
            folder.path(),
            &[arguments, &["-f", "services", "-o", "-", "t.md"][..]].concat(),
        );
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let (services, messages) = run(&[]);
    assert!(!services.contains("ssh "), "{services}");
    assert!(
        messages.contains("t.md:1:3: warning[no-transport]") && messages.contains("--transport"),
        "{messages}"
    );
    let (services, messages) = run(&["--transport", "tcp,udp"]);
    assert!(
        services.contains("22/tcp") && services.contains("22/udp"),
        "{services}"
    );
    assert!(services.contains("--transport=tcp,udp"), "{services}");
    assert!(!messages.contains("warning"), "{messages}");
    assert!(run(&["--transport", "icmp"]).1.contains("icmp"));
}
