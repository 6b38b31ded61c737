//! `--template`: where its file goes, and that faults are told in one line. What the shipped templates make
//! is tested in `tests/readers`.

use std::collections::BTreeMap;
use std::fs::{self, DirEntry};
use std::path::Path;
use std::process::Command;

use crate::support::{self, portconv, root};
use tempfile::TempDir;

#[test]
fn every_shipped_template_has_its_test() {
    let tests = fs::read_to_string(root().join("tests/readers/templates.rs")).unwrap();
    let page = support::page("docs/templates.md");
    for file in fs::read_dir(root().join("templates")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(tests.contains(&format!("made(\"{name}\"")), "{name}");
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

const TABLE: &str = "| Port | TCP | Description |\n|--|--|--|\n| 0 | No | |\n| 1 | Yes | TCPMUX |\n| 2 | Yes | Utility |\n";

/// A folder with a template and a table in it.
fn folder(template: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ports.md"), TABLE).unwrap();
    fs::write(folder.path().join("list.txt.j2"), template).unwrap();
    folder
}

const LIST: [&str; 3] = ["ports.md", "--template", "list.txt.j2"];
const OF_SEED: [&str; 5] = ["--builtin", "--template", "list.txt.j2", "-o", "-"];

/// The same names and pairs as the services file.
#[test]
fn a_template_sees_services() {
    let folder = folder(
        "{% for s in services %}\n{{ s.name }} {{ s.port }}/{{ s.protocol }} {{ s.aliases | join(' ') }}\n{% endfor %}\n",
    );
    let run = portconv(folder.path(), &OF_SEED);
    let words = |text: &str| -> Vec<String> { text.split_whitespace().map(String::from).collect() };
    let made: Vec<_> = String::from_utf8(run.stdout)
        .unwrap()
        .lines()
        .map(words)
        .collect();
    let services = fs::read_to_string(root().join("output/services")).unwrap();
    let entries = services.lines().filter_map(|line| line.split('#').next());
    let expected: Vec<_> = entries
        .map(words)
        .filter(|words| !words.is_empty())
        .collect();
    assert_eq!(made, expected);
    assert_eq!(made.len(), 514);

    let folder = self::folder("{{ (services | selectattr('port', 'eq', 72) | first) | tojson }}");
    let run = portconv(folder.path(), &OF_SEED);
    let service: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
    let expected = serde_json::json!({
        "port": 72, "last_port": 72, "protocol": "tcp", "name": "netrjs-2", "aliases": [],
        "description": "NETRJS protocol", "record": "71-74#1",
    });
    assert_eq!(service, expected);
}

/// The filters and tests that the documentation names are there.
#[test]
fn filters_and_tests_are_as_documented() {
    let page = support::page("docs/templates.md");
    let names = |start: &str| -> Vec<String> {
        let table = page
            .split(start)
            .nth(1)
            .unwrap()
            .split("\n\n")
            .next()
            .unwrap();
        let cells = table.lines().filter_map(|line| line.split('|').nth(1));
        let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        words
            .map(|word| word.split('(').next().unwrap().to_owned())
            .collect()
    };
    let (filters, tests) = (names("| filter |"), names("| test |"));
    assert!(
        filters.len() > 25 && tests.len() > 10,
        "{filters:?} {tests:?}"
    );
    let unknown = |template: String| {
        let folder = folder(&template);
        let run = portconv(folder.path(), &[&LIST[..], &["-o", "-"]].concat());
        let said = String::from_utf8(run.stderr).unwrap();
        said.contains("unknown filter") || said.contains("unknown test")
    };
    for filter in filters {
        assert!(!unknown(format!("{{{{ 1 | {filter} }}}}")), "{filter}");
    }
    for test in tests {
        assert!(!unknown(format!("{{{{ 1 is {test} }}}}")), "{test}");
    }
    assert!(unknown("{{ 1 | nosuch }}".to_owned()));
    assert!(unknown("{{ 1 is nosuch }}".to_owned()));
}

/// The files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let file = |entry: DirEntry| {
        (
            entry.file_name().into_string().unwrap(),
            fs::read(entry.path()).unwrap(),
        )
    };
    entries.map(file).collect()
}

/// Whatever becomes of a template: no file of its run is replaced, and what a kill leaves the next run removes.
#[test]
fn a_template_that_fails_or_is_killed_leaves_the_old_files() {
    let folder = folder("{{ 1 + [] }}");
    let path = folder.path();
    let write = ["-q", "-f", "json,csv", "ports.md"];
    assert!(portconv(path, &write).status.success());
    let old = files(&path.join("output"));
    fs::write(path.join("ports.md"), TABLE.replace("Utility", "Changed")).unwrap();
    let with_template = ["-f", "json,csv", "--template", "list.txt.j2", "ports.md"];
    assert_eq!(portconv(path, &with_template).status.code(), Some(2));
    assert_eq!(files(&path.join("output")), old);

    // Some seconds of work, within its fuel.
    let endless =
        "{% for a in range(99999) %}{% set b = range(9999) | list | length %}{% endfor %}";
    fs::write(path.join("list.txt.j2"), endless).unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_portconv"))
        .args(with_template)
        .current_dir(path)
        .spawn()
        .unwrap();
    let is_made = || files(&path.join("output")).len() > old.len();
    while !is_made() {
        assert!(
            run.try_wait().unwrap().is_none(),
            "it ended before its files were made"
        );
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let mut left = files(&path.join("output"));
    left.retain(|name, _| !name.starts_with(".portconv-"));
    assert_eq!(left, old);
    assert!(portconv(path, &write).status.success());
    let new = files(&path.join("output"));
    assert!(new.keys().eq(old.keys()) && new != old, "{:?}", new.keys());
}
