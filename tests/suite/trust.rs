//! What hostile and damaged inputs cannot do: fill memory, act on a terminal, lose or mix data.

use std::fs;
use std::path::Path;
use std::process::Output;

use portconv::diagnostic::{Code, MOST_PLACES};
use portconv::{Facts, Source, convert};
use tempfile::TempDir;

use crate::support::portconv;

const HEADER: &str = "| Port | TCP | UDP | Description |\n|--|--|--|--|\n";

/// A folder with a table of some rows.
fn folder(rows: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ports.md"), format!("{HEADER}{rows}")).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn run(folder: &Path, typed: &str) -> Output {
    portconv(folder, &typed.split(' ').collect::<Vec<_>>())
}

#[test]
fn a_code_lists_its_first_places_and_counts_the_rest_in_every_form() {
    let rows = "| 70000 | Yes | No | Far out |\n".repeat(300);
    let folder = folder(&format!("{rows}| 22 | Yes | No | SSH |\n"));
    let more = "200 more like this; the first 100 places of a code are listed";
    for (form, places) in [
        ("human", "[bad-port]"),
        ("json", "\"code\":\"bad-port\""),
        ("github", "title=bad-port"),
        ("sarif", "\"ruleId\": \"bad-port\""),
    ] {
        let output = run(
            folder.path(),
            &format!("-f csv --message-format {form} ports.md"),
        );
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(printed.matches(places).count(), MOST_PLACES + 1, "{form}");
        assert_eq!(printed.matches(more).count(), 1, "{form}");
        assert!(printed.contains("300 bad-port"), "{form}");
    }
}

/// The first places in the text, whatever stage found them.
#[test]
fn a_list_that_is_cut_holds_the_first_places() {
    let text = format!("{HEADER}{}", "| 22 \u{7} | Yes | | SSH â€“ |\n".repeat(250));
    let source = Source::decode("ports.md", &text).unwrap();
    let sources = [source];
    let conversion = convert(&sources, &Facts::builtin());
    for code in [Code::ControlCharacter, Code::Mojibake, Code::InferredCell] {
        let listed = conversion.diagnostics.iter().filter(|d| d.code == code);
        let lines: Vec<_> = listed.map(|d| sources[0].line(d.span.start)).collect();
        assert_eq!(lines, (3..103).collect::<Vec<_>>(), "{code:?}");
        assert_eq!(conversion.counts[&code], 250, "{code:?}");
    }
}

/// What a hostile character is written as, and that it is reported.
#[test]
fn control_and_direction_characters_reach_no_format() {
    let ways = [
        "\u{1b}[31m",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{61c}",
        "\u{200f}",
        "\u{2028}",
        "\u{7f}",
        "&#x1b;",
        "&#27;",
        "&#x9b;",
        "&#155;",
        "&#x202E;",
        "&#8294;",
        "&rlm;",
        "&#x2028;",
        "&#0;",
        "&#x85;",
        // Encoded twice: U+202E and U+0085.
        "â€®",
        "Â\u{85}",
        // Taking one away must not make another.
        "&\u{202e}#x1b;",
        "&#x1\u{200e}b;",
        "&&#x1b;#x1b;",
    ];
    for way in ways {
        let cells = format!(
            "| 1 | Yes{way}Maybe | No | w{way}x [a{way}b](http://h/{way} \"t{way}\") `c{way}` [^{way}] |\n\n[^{way}]: n{way}m\n"
        );
        let folder = folder(&cells);
        let formats = "json,yaml,csv,ndjson,services,html,nmap,wireshark,datapackage";
        let output = run(folder.path(), &format!("-v -f {formats} -o out/ ports.md"));
        assert_eq!(
            output.status.code(),
            Some(0),
            "{way:?}: {}",
            text(&output.stderr)
        );
        assert!(
            text(&output.stderr).contains("[control-character]"),
            "{way:?}"
        );
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert_harmless(&text(&said), way);
        for file in files(&folder.path().join("out")) {
            assert_harmless(&fs::read_to_string(&file).unwrap(), way);
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Whether no character acts on what shows a text, as such or as JSON, YAML and HTML write it.
fn assert_harmless(text: &str, why: &str) {
    let is_hostile = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let found = text.lines().find(|line| line.contains(is_hostile));
    assert_eq!(found, None, "{why:?}");
    for escaped in [
        "\\u001b", "\\u009b", "\\u202e", "\\u2066", "\\e[", "&#27;", "&#x1b;", "&#x1B;",
    ] {
        assert!(
            !text.contains(escaped) || why.contains(escaped),
            "{why:?}: {escaped}"
        );
    }
}

#[test]
fn an_item_of_a_list_in_csv_stays_one_item() {
    let page = "https://en.wikipedia.org/wiki/P#cite_note-";
    let folder = folder(&format!(
        "| 1 | Yes | No | Words[[1]]({page}a;b)[[2]]({page}c) [l](<http://h/x y>) |\n"
    ));
    let output = run(folder.path(), "-q -f csv -o - ports.md");
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    let row: std::collections::HashMap<String, String> =
        reader.deserialize().next().unwrap().unwrap();
    assert_eq!(
        row["citations"].split(';').collect::<Vec<_>>(),
        ["a%3Bb", "c"]
    );
    assert_eq!(
        row["links"].split(' ').collect::<Vec<_>>(),
        ["http://h/x%20y"]
    );
}
