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

#[test]
fn a_template_writes_a_file_of_its_name_or_to_where_it_is_told() {
    let folder = folder("{% for record in records[:2] %}\n{{ record.id }}\n{% endfor %}\n");
    let path = folder.path();
    let made = "0#1\n1#1\n";
    for (more, file) in [
        (&[][..], "output/list.txt"),
        (&["-f", "template,csv", "-o", "both/"], "both/list.txt"),
        (&["-f", "csv", "-o", "too/"], "too/list.txt"),
        (&["-o", "named"], "named/list.txt"),
        (&["-o", "list"], "list/list.txt"),
        (&["-o", "ports.json"], "ports.json"),
    ] {
        let run = portconv(path, &[&LIST[..], more].concat());
        assert!(run.status.success(), "{more:?}");
        assert_eq!(
            fs::read_to_string(path.join(file)).unwrap(),
            made,
            "{more:?}"
        );
    }
    assert!(path.join("both/ports.csv").is_file());
    assert!(path.join("too/ports.csv").is_file());
    fs::write(path.join("Dockerfile.j2"), "FROM scratch\n").unwrap();
    let arguments = [
        "--builtin",
        "--template",
        "Dockerfile.j2",
        "-o",
        "Dockerfile",
    ];
    assert!(portconv(path, &arguments).status.success());
    assert!(path.join("Dockerfile").is_file());
    let run = portconv(path, &[&LIST[..], &["-o", "-"]].concat());
    assert_eq!(String::from_utf8(run.stdout).unwrap(), made);

    assert!(
        portconv(path, &[&LIST[..], &["--check"]].concat())
            .status
            .success()
    );
    fs::write(path.join("output/list.txt"), "0#1\n").unwrap();
    let check = portconv(path, &[&LIST[..], &["--check"]].concat());
    assert_eq!(check.status.code(), Some(1));
}

#[test]
fn several_templates_make_their_files_in_one_run() {
    let folder = folder("{{ records | length }}\n");
    let path = folder.path();
    fs::write(path.join("first.txt.j2"), "{{ records[0].id }}\n").unwrap();
    let arguments = [&LIST[..], &["--template", "first.txt.j2", "-f", "ndjson"]].concat();
    assert!(portconv(path, &arguments).status.success());
    let mut made: Vec<_> = fs::read_dir(path.join("output"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    made.sort();
    assert_eq!(made, ["first.txt", "list.txt", "ports.ndjson"]);
    let read = |name: &str| fs::read_to_string(path.join("output").join(name)).unwrap();
    assert_eq!(
        (read("first.txt"), read("list.txt")),
        ("0#1\n".into(), "3\n".into())
    );
}

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

/// The one line that a fault is told in.
fn fault(folder: &Path, arguments: &[&str]) -> String {
    let run = portconv(folder, arguments);
    assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    assert!(run.stdout.is_empty());
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!folder.join("output").exists());
    said
}

#[test]
fn a_fault_is_told_with_its_line() {
    for (template, message) in [
        (
            "{% for record in records %}\n\n{{ record.nmae }}{% endfor %}",
            "3: undefined value: `record.nmae` is undefined",
        ),
        (
            "{{ recrods }}",
            "1: undefined value: `recrods` is undefined",
        ),
        (
            "\n{% if records[0].text %}{% endif %}",
            "2: undefined value",
        ),
        ("\n{% for record in records %}\n", "2: syntax error: "),
        (
            "\n\n{{ records | sortt }}",
            "3: unknown filter: filter sortt is unknown",
        ),
        (
            "{% include \"other\" %}",
            "1: syntax error: unknown statement include",
        ),
    ] {
        let folder = folder(template);
        let said = fault(folder.path(), &LIST);
        // A faulty template lets no other file or folder appear.
        let with_json = [&LIST[..], &["-f", "json,template", "-o", "output/deep/"]].concat();
        assert_eq!(fault(folder.path(), &with_json), said);
        let place = "portconv: cannot make template: list.txt.j2:";
        assert!(said.starts_with(&format!("{place}{message}")), "{said}");
    }
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

#[test]
fn what_a_template_must_be_escaped_for_is_known_by_its_ending() {
    let folder = folder("");
    let path = folder.path();
    let table = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | a &lt; \"b\" |\n";
    fs::write(path.join("ports.md"), table).unwrap();
    for (name, made) in [
        ("a.txt.j2", "a < \"b\""),
        ("a.xml.jinja", "a &lt; &quot;b&quot;"),
        ("a.json.j2", "\"a < \\\"b\\\"\""),
    ] {
        fs::write(path.join(name), "{{ records[0].description }}").unwrap();
        let run = portconv(path, &["-q", "--template", name, "-o", "-", "ports.md"]);
        assert_eq!(String::from_utf8(run.stdout).unwrap(), made, "{name}");
    }
}

#[test]
fn what_was_asked_for_wrong_is_one_line() {
    let folder = folder("x");
    let path = folder.path();
    fs::write(path.join("plain"), "x").unwrap();
    let told = |arguments: &[&str]| fault(path, &[&["--builtin"], arguments].concat());
    assert!(told(&["-f", "template"]).contains("--format template needs a --template FILE"));
    fs::write(path.join("ports.csv.j2"), "x").unwrap();
    let twice = told(&["-f", "csv", "--template", "ports.csv.j2"]);
    assert!(twice.contains("would both write ports.csv"));
    let two = ["--template", "list.txt.j2", "--template", "plain"];
    assert!(told(&[&two[..], &["-o", "one.txt"]].concat()).contains("2 formats were asked for"));
    assert!(told(&[&two[..], &["-o", "-"]].concat()).contains("exactly one"));
    assert!(told(&["--template", "absent.j2"]).contains("cannot read absent.j2: No such file"));
    let replaced = "would replace the input plain";
    assert!(told(&["--template", "plain", "-o", "./"]).contains(replaced));
    assert!(told(&["--template", "list.txt.j2", "-o", "list.txt.j2"]).contains("list.txt.j2"));
    assert_eq!(fs::read_to_string(path.join("plain")).unwrap(), "x");
}
