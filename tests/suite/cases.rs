//! One oddity of the source in each file of `tests/cases`: `name.md` or `name.html`, and what becomes of it,
//! `name.expected`. No curated facts are at work. `PORTCONV_ACCEPT=1 cargo test` writes what was made;
//! read it before you commit it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use portconv::Source;
use portconv::dataset::{Citation, Link, Naming, Record, Status};
use portconv::diagnostic::{Code, File};
use portconv::{Conversion, convert};

use crate::support::{assert_same, no_facts};

#[test]
fn every_case_gives_what_it_expects() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending != "expected"));
    paths.sort();
    assert!(paths.len() > 20, "cases are missing");
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = Source::decode(name, fs::read(&path).unwrap()).unwrap();
        let sources = [source];
        let conversion = convert(&sources, &no_facts());
        assert_same(
            &path.with_extension("expected"),
            shown(&conversion, &sources).as_bytes(),
        );
    }
}

fn shown(conversion: &Conversion, sources: &[Source]) -> String {
    let mut text = String::new();
    let dataset = &conversion.dataset;
    for status in &dataset.statuses {
        writeln!(
            text,
            "status {}: {:?}{}",
            status.status,
            status.meaning,
            ids(&status.citations)
        )
        .unwrap();
    }
    for citation in &dataset.citations {
        let Citation {
            id,
            url,
            text: said,
        } = citation;
        let parts: Vec<_> = url.iter().chain(said).map(String::as_str).collect();
        writeln!(text, "citation {id}: {}", parts.join(" ")).unwrap();
    }
    for record in &dataset.records {
        show_record(record, &mut text);
    }
    // What columns were taken for is the matter of tests/tables.
    let is_told = |code| code != Code::ColumnsFound;
    for diagnostic in conversion
        .diagnostics
        .iter()
        .filter(|diagnostic| is_told(diagnostic.code))
    {
        let File::Input(index) = diagnostic.file else {
            panic!("no facts are at work")
        };
        let position = sources[index].position(diagnostic.span.start);
        let (severity, code) = (diagnostic.code.severity().name(), diagnostic.code.name());
        writeln!(
            text,
            "{}:{}: {severity}[{code}]: {}",
            position.line, position.column, diagnostic.message
        )
        .unwrap();
    }
    text
}

fn show_record(record: &Record, text: &mut String) {
    let Record {
        id,
        ports: _,
        naming,
        assignments,
        description,
        links,
        citations,
        tags,
        extra,
        origin,
    } = record;
    let shifted = if origin.shifted { ", shifted" } else { "" };
    writeln!(
        text,
        "{id} (line {}{shifted}) {description:?}{}",
        origin.line,
        ids(citations)
    )
    .unwrap();
    for (protocol, assignment) in assignments.iter() {
        let Some(assignment) = assignment else {
            continue;
        };
        let words = match &assignment.status {
            Status::Other(words) => format!(" {words:?}"),
            _ => String::new(),
        };
        let (status, basis) = (assignment.status.name(), assignment.basis.name());
        let cited = ids(&assignment.citations);
        writeln!(
            text,
            "    {} {status}{words}, {basis}{cited}",
            protocol.name()
        )
        .unwrap();
    }
    if let Some(Naming {
        name,
        aliases,
        source: _,
    }) = naming
    {
        let aliases = joined(aliases, |alias| format!(" {alias}"));
        writeln!(text, "    name {name}{aliases}").unwrap();
    }
    for Link {
        text: words,
        url,
        missing,
    } in links
    {
        let missing = if *missing { " (missing)" } else { "" };
        writeln!(text, "    link {words:?} {url}{missing}").unwrap();
    }
    for tag in tags {
        writeln!(text, "    tag {tag:?}").unwrap();
    }
    for (header, words) in extra {
        writeln!(text, "    extra {header:?} {words:?}").unwrap();
    }
}

fn ids(citations: &[Arc<str>]) -> String {
    joined(citations, |id| format!(" [{id}]"))
}

fn joined<T>(items: &[T], shown: impl Fn(&T) -> String) -> String {
    items.iter().map(shown).collect::<Vec<_>>().concat()
}
