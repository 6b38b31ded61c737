//! A page of the wiki gives the same records in every form that people have it in: as HTML, as its tables within
//! markdown, and through real converters. What a form cannot say it loses, and no more.
//!
//! The page is made of the seed with its spans restored and of a section of registered ports
//! (`tests/pages/build.py`). Markdown of pipes has no spans: there, the basis of a status differs, and the records
//! are the same.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use portconv::dataset::{Basis, Dataset, Protocol, Record};
use portconv::diagnostic::{Code, Severity};
use portconv::{BUILTIN, Conversion, Facts, Source, convert};

use crate::needs::{self, Outcome};
use crate::support::root;

tests![
    the_seed_with_its_spans,
    parsoid,
    tables_within_markdown,
    pandoc,
    turndown,
    turndown_of_joplin,
    markdownify,
    html2text,
];

/// The page, as `tests/pages/build.py` makes it.
fn page(kind: &str) -> Result<String, needs::Absent> {
    needs::program("python3")?;
    let script = root().join("tests/pages/build.py");
    Ok(output(Command::new("python3").arg(script).arg(kind), ""))
}

/// What a program writes that reads a text.
fn output(command: &mut Command, input: &str) -> String {
    let mut run = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = run.stdin.take().unwrap();
    let input = input.to_owned();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let run = run.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(run.status.success(), "{command:?}");
    String::from_utf8(run.stdout).unwrap()
}

fn converted(path: &str, text: &str) -> Conversion {
    let source = Source::decode(path, text).unwrap();
    convert(&[source], &Facts::builtin())
}

/// What a record says, without the bases of its statuses and its place.
fn said(dataset: &Dataset, record: &Record) -> BTreeMap<&'static str, String> {
    let ids = |citations: &[_]| -> Vec<String> {
        let ids = citations.iter().map(|&citation| &dataset.citation(citation).id);
        ids.cloned().collect()
    };
    let status = |protocol| {
        let assignment = record.assignments[protocol].as_ref();
        format!("{:?}", assignment.map(|a| (&a.status, ids(&a.citations))))
    };
    BTreeMap::from([
        ("id", record.id.to_string()),
        ("name", format!("{:?}", record.naming)),
        ("tcp", status(Protocol::Tcp)),
        ("udp", status(Protocol::Udp)),
        ("sctp", status(Protocol::Sctp)),
        ("dccp", status(Protocol::Dccp)),
        ("description", record.description.clone()),
        ("links", format!("{:?}", record.links)),
        ("citations", format!("{:?}", ids(&record.citations))),
        ("tags", format!("{:?}", record.tags)),
    ])
}

fn all_said(conversion: &Conversion) -> Vec<BTreeMap<&'static str, String>> {
    let dataset = &conversion.dataset;
    let records = dataset.records.iter();
    records.map(|record| said(dataset, record)).collect()
}

fn assert_same_records(expected: &Conversion, made: &Conversion) {
    let (expected, made) = (all_said(expected), all_said(made));
    for (expected, made) in expected.iter().zip(&made) {
        assert_eq!(expected, made);
    }
    assert_eq!(expected.len(), made.len());
}

fn warnings(conversion: &Conversion) -> Vec<&str> {
    let all = conversion.diagnostics.iter();
    let warnings = all.filter(|diagnostic| diagnostic.code.severity() == Severity::Warning);
    warnings.map(|diagnostic| diagnostic.code.name()).collect()
}

fn bases(conversion: &Conversion) -> Vec<Basis> {
    let records = conversion.dataset.records.iter();
    let assignments = records.flat_map(|record| record.assignments.iter());
    assignments.filter_map(|(_, assignment)| Some(assignment.as_ref()?.basis)).collect()
}

fn the_seed_with_its_spans() -> Outcome {
    let page = converted("page.html", &page("served")?);
    let seed = converted(BUILTIN.0, BUILTIN.1);
    let (page_said, seed_said) = (all_said(&page), all_said(&seed));
    for (page, seed) in page_said.iter().zip(&seed_said) {
        assert_eq!(page, seed);
    }
    assert_eq!(seed_said.len(), 293);
    assert_eq!(page.dataset.statuses, seed.dataset.statuses);
    assert!(bases(&page).iter().all(|basis| *basis == Basis::Stated));
    assert_eq!(warnings(&page), [""; 0]);
    Ok(())
}
