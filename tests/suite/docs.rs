//! The README says what is so: every format, code and count.

use crate::support;

use std::fs;

use portconv::Source;
use portconv::diagnostic::Code;
use portconv::emit::EMITTERS;
use portconv::{BUILTIN, Facts, convert};

fn readme() -> String {
    fs::read_to_string(support::root().join("README.md")).unwrap()
}

/// Compares a table of the README with what it should be; `PORTCONV_ACCEPT=1` writes it.
fn assert_table(header: &str, rows: &[String]) {
    let readme = readme();
    let start = readme
        .find(header)
        .unwrap_or_else(|| panic!("the README has no table {header}"));
    let body = start + readme[start..].match_indices('\n').nth(1).unwrap().0 + 1;
    let end = body + readme[body..].find("\n\n").unwrap() + 1;
    let made = format!("{}{}{}", &readme[..body], rows.concat(), &readme[end..]);
    support::assert_same(&support::root().join("README.md"), made.as_bytes());
}

#[test]
fn every_format_is_listed() {
    let row = |emitter: &&dyn portconv::emit::Emitter| {
        let default = if emitter.is_default() { "yes " } else { "" };
        format!(
            "| `{}` | `{}` | {} | {default}|\n",
            emitter.name(),
            emitter.path(),
            emitter.purpose()
        )
    };
    assert_table(
        "| format | file |",
        &EMITTERS.iter().map(row).collect::<Vec<_>>(),
    );
}

#[test]
fn every_code_is_explained() {
    let row = |code: &Code| {
        format!(
            "| `{}` | {} | {} |\n",
            code.name(),
            code.severity().name(),
            code.explanation()
        )
    };
    assert_table(
        "| code | severity |",
        &Code::ALL.iter().map(row).collect::<Vec<_>>(),
    );
}

#[test]
fn counts_are_those_of_the_seed() {
    let source = Source::decode(BUILTIN.0, BUILTIN.1).unwrap();
    let conversion = convert(&[source], &Facts::builtin());
    let count = |code| {
        conversion
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.code == code)
            .count()
    };
    let readme = readme().replace('\n', " ");
    for words in [
        format!(
            "{} records, {} services.",
            conversion.dataset.records.len(),
            conversion.dataset.services.len()
        ),
        format!("{} shifted rows were put back", count(Code::ShiftedRow)),
        format!("{} places of mojibake", count(Code::Mojibake)),
        format!("{} belong to the TCP cell", count(Code::MergedCell)),
    ] {
        assert!(readme.contains(&words), "{words}");
    }
}

#[test]
fn the_record_shown_is_the_record_made() {
    let json = fs::read_to_string(support::root().join("output/ports.json")).unwrap();
    let readme = readme();
    let shown = readme
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("\n```")
        .next()
        .unwrap();
    assert!(json.contains(shown), "{shown}");
}

#[test]
fn every_source_file_has_its_line() {
    let readme = readme();
    for file in fs::read_dir(support::root().join("src")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "lib.rs" || readme.contains(&format!("`{name}")),
            "{name}"
        );
    }
}
