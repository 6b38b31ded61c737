//! A page of the wiki gives the same records in every form that people have it in: as HTML, as its tables within
//! markdown, and through real converters. What a form cannot say it loses, and no more.
//!
//! The page is made of the seed with its spans restored and of a section of registered ports
//! (`tests/pages/build.py`). Markdown of pipes has no spans: there, the basis of a status differs, and the records
//! are the same.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use portconv::dataset::{Basis, Protocol, Record};
use portconv::diagnostic::{Code, Severity};
use portconv::{BUILTIN, Conversion, Options, Source, convert};

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
    breaks_in_cells,
];

/// The page, as `tests/pages/build.py` makes it.
pub(crate) fn page(kind: &str) -> Result<String, needs::Absent> {
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
    convert(&[source], &Options::default())
}

/// What a record says, without the bases of its statuses and its place.
fn said(record: &Record) -> BTreeMap<&'static str, String> {
    let ids = |citations: &[Arc<str>]| -> Vec<String> {
        citations.iter().map(ToString::to_string).collect()
    };
    let status = |protocol| {
        let assignment = record.assignments[protocol].as_ref();
        format!("{:?}", assignment.map(|a| (&a.status, ids(&a.citations))))
    };
    BTreeMap::from([
        ("id", record.id.clone()),
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
    records.map(said).collect()
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
    assignments
        .filter_map(|(_, assignment)| Some(assignment.as_ref()?.basis))
        .collect()
}

/// Markdown that a converter makes of the page.
fn through(converter: &mut Command) -> Result<Conversion, needs::Absent> {
    Ok(converted("page.md", &output(converter, &page("served")?)))
}

fn of_turndown(plugin: &str) -> Result<Command, needs::Absent> {
    needs::program("node")?;
    needs::installed("tests/pages/node_modules", "npm ci --prefix tests/pages")?;
    let mut command = Command::new("node");
    command
        .arg(root().join("tests/pages/turndown.cjs"))
        .arg(plugin);
    Ok(command)
}

/// How many records of the page are not there as they are on the page.
fn differing(page: &Conversion, made: &Conversion) -> usize {
    let (page, made) = (all_said(page), all_said(made));
    let same = page.iter().filter(|said| made.contains(said)).count();
    page.len() - same
}

/// The page up to its registered ports.
fn the_seed_with_its_spans() -> Outcome {
    let page = page("served")?;
    let (page, _) = page.split_once("id=\"Registered_ports\"").unwrap();
    let page = converted("page.html", page);
    let seed = converted(BUILTIN.0, BUILTIN.1);
    assert_same_records(&seed, &page);
    assert_eq!(page.dataset.records.len(), 293);
    assert_eq!(page.dataset.statuses.len(), seed.dataset.statuses.len());
    assert!(bases(&page).iter().all(|basis| *basis == Basis::Stated));
    assert_eq!(warnings(&page), [""; 0]);
    Ok(())
}

/// Parsoid writes the address of a page that is missing in another way.
fn parsoid() -> Outcome {
    let (served, mut parsoid) = (
        converted("page.html", &page("served")?),
        converted("page.html", &page("parsoid")?),
    );
    let links = parsoid
        .dataset
        .records
        .iter_mut()
        .flat_map(|record| &mut record.links);
    for link in links.filter(|link| link.missing) {
        let (start, _) = link.url.split_once("?action=").unwrap();
        let name = start.rsplit('/').next().unwrap();
        let origin = "https://en.wikipedia.org/w/index.php";
        let written = served
            .dataset
            .records
            .iter()
            .flat_map(|record| &record.links);
        let mut same = written.filter(|other| other.missing && other.url.contains(name));
        link.url = same.next().unwrap().url.clone();
        assert!(link.url.starts_with(origin));
    }
    assert_same_records(&served, &parsoid);
    assert_eq!(bases(&served), bases(&parsoid));
    Ok(())
}

fn tables_within_markdown() -> Outcome {
    let served = converted("page.html", &page("served")?);
    let text = format!("# Ports\n\nWords.\n\n{}\nMore words.\n", page("tables")?);
    let markdown = converted("page.md", &text);
    assert_same_records(&served, &markdown);
    assert_eq!(bases(&served), bases(&markdown));
    Ok(())
}

/// Its markdown has blank cells where spans were. Which of them are one with the cell before, it cannot say.
fn pandoc() -> Outcome {
    needs::program("pandoc")?;
    for form in ["served", "parsoid"] {
        let page = page(form)?;
        let whole = converted("page.html", &page);
        for wrap in ["--wrap=none", "--wrap=auto"] {
            let mut pandoc = Command::new("pandoc");
            pandoc.args(["--from=html", "--to=gfm", wrap]);
            let made = converted("page.md", &output(&mut pandoc, &page));
            assert_eq!(differing(&whole, &made), 0, "{form} {wrap}");
            assert_eq!(made.dataset.records.len(), whole.dataset.records.len());
            assert!(!made.counts.contains_key(&Code::StrayLine), "{form} {wrap}");
        }
    }
    Ok(())
}

/// It leaves tables with a caption in HTML.
fn turndown() -> Outcome {
    let served = converted("page.html", &page("served")?);
    let made = through(&mut of_turndown("turndown-plugin-gfm")?)?;
    assert_same_records(&served, &made);
    assert_eq!(bases(&served), bases(&made));
    Ok(())
}

/// It fills spans of columns with blank cells and loses spans of rows.
fn turndown_of_joplin() -> Outcome {
    let served = converted("page.html", &page("served")?);
    let made = through(&mut of_turndown("@joplin/turndown-plugin-gfm")?)?;
    assert_eq!(made.dataset.records.len(), served.dataset.records.len());
    assert_eq!(differing(&served, &made), DECIDED_BY_RULE);
    assert!(made.counts[&Code::InferredCell] >= DECIDED_BY_RULE);
    Ok(())
}

/// Registered ports whose blank cells the rule decides otherwise than the page: no facts are known of them, and
/// cells over SCTP and DCCP are not put back.
const DECIDED_BY_RULE: usize = 6;

/// As Joplin's, and it leaves a pipe in a cell as it is.
fn markdownify() -> Outcome {
    needs::program("markdownify")?;
    let served = converted("page.html", &page("served")?);
    let made = through(&mut Command::new("markdownify"))?;
    assert_eq!(made.dataset.records.len(), served.dataset.records.len());
    assert_eq!(differing(&served, &made), DECIDED_BY_RULE);
    Ok(())
}

/// It leaves out spans of rows and of columns, and the addresses of citations: rows that lost a cell are reported,
/// and no port is lost.
fn html2text() -> Outcome {
    needs::program("html2text")?;
    let served = converted("page.html", &page("served")?);
    let made = through(Command::new("html2text").arg("--body-width=0"))?;
    let ports = |conversion: &Conversion| -> Vec<_> {
        let records = conversion.dataset.records.iter();
        records.map(|record| record.ports).collect()
    };
    assert_eq!(ports(&served), ports(&made));
    assert!(made.counts.contains_key(&Code::AmbiguousRow));
    Ok(())
}

/// Tables one behind the other, each with columns of its own, with line breaks and paragraphs in their cells: through
/// every converter they come back whole.
fn breaks_in_cells() -> Outcome {
    let page = include_str!("../pages/breaks.html");
    let expected = converted("page.html", page);
    assert_eq!(expected.dataset.records.len(), 10);
    // html2text and turndown join words of paragraphs.
    let said = |conversion: &Conversion| -> Vec<_> {
        let mut all = all_said(conversion);
        for said in &mut all {
            said.remove("name");
            let words = said.get_mut("description").unwrap();
            words.retain(|c| !c.is_whitespace());
        }
        all
    };
    let assert_whole = |path: &str, name: &str, text: &str| {
        let made = converted(path, text);
        assert_eq!(said(&expected), said(&made), "{name}\n{text}");
        assert_eq!(warnings(&expected), warnings(&made), "{name}\n{text}");
    };
    needs::program("pandoc")?;
    for (path, to) in [
        ("page.md", "gfm"),
        ("page.md", "markdown"),
        ("page.md", "markdown_strict+pipe_tables"),
        ("page.wiki", "mediawiki"),
        ("page.rst", "rst"),
    ] {
        for wrap in ["--wrap=none", "--wrap=auto"] {
            let mut pandoc = Command::new("pandoc");
            pandoc.args(["--from=html", "--to", to, wrap]);
            assert_whole(path, to, &output(&mut pandoc, page));
        }
    }
    for plugin in ["turndown-plugin-gfm", "@joplin/turndown-plugin-gfm"] {
        assert_whole("page.md", plugin, &output(&mut of_turndown(plugin)?, page));
    }
    needs::program("markdownify")?;
    let markdownify = output(&mut Command::new("markdownify"), page);
    assert_whole("page.md", "markdownify", &markdownify);
    needs::program("html2text")?;
    for width in ["--body-width=0", "--body-width=78"] {
        let mut html2text = Command::new("html2text");
        assert_whole("page.md", width, &output(html2text.arg(width), page));
    }
    Ok(())
}
