//! `--check`, `diff`, levels and the forms of messages: what CI and reviewers see.

use crate::support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::{portconv, root};
use serde_json::Value;
use tempfile::TempDir;

/// A copy of `seeds/` with its files made.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("seeds")).unwrap();
    fs::copy(
        support::seed(),
        folder.path().join("seeds/well-known-ports.md"),
    )
    .unwrap();
    assert!(portconv(folder.path(), &["-q"]).status.success());
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    text(&output.stderr)
}

fn modified(folder: &Path) -> Vec<(PathBuf, std::time::SystemTime)> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .map(|path| {
            (
                path.clone(),
                fs::metadata(path).unwrap().modified().unwrap(),
            )
        })
        .collect()
}

#[test]
fn an_unchanged_seed_is_current() {
    let project = project();
    let before = modified(&project.path().join("output"));
    let output = portconv(project.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    assert_eq!(modified(&project.path().join("output")), before);
}

#[test]
fn a_database_with_other_bytes_can_say_the_same() {
    let project = project();
    let path = project.path().join("output/ports.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    bytes[99] ^= 1; // the version of SQLite that wrote it
    fs::write(&path, &bytes).unwrap();
    let output = portconv(project.path(), &["--check"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        text(&output.stderr)
            .contains("output/ports.sqlite: the bytes differ, but the content is the same")
    );

    let update =
        "update assignments set status = 'no' where record_id = '22#1' and protocol = 'udp'";
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(update)
        .unwrap();
    let message = refused(&portconv(project.path(), &["--check", "-f", "sqlite"]));
    assert!(
        message.contains("  22#1  udp.status: \"no\" → \"assigned\"\n"),
        "{message}"
    );
}

/// What is said of the places that are not listed.
const MORE: &str = " more like this";

/// A finding as (line, column, code).
type Finding = (u64, u64, String);

fn json_findings(printed: &str) -> Vec<Finding> {
    let lines = printed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|line| {
            (
                number(&line["line"]),
                number(&line["column"]),
                string(&line["code"]),
            )
        })
        .collect()
}

fn github_findings(printed: &str) -> Vec<Finding> {
    let property = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!(",{name}=")).unwrap();
        rest.split([',', ':']).next().unwrap().to_owned()
    };
    let number = |line: &str, name: &str| property(line, name).parse().unwrap();
    printed
        .lines()
        .map(|line| {
            (
                number(line, "line"),
                number(line, "col"),
                property(line, "title"),
            )
        })
        .collect()
}

fn sarif_findings(printed: &str) -> Vec<Finding> {
    let log: Value = serde_json::from_str(printed).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().clone();
    let region = |result: &Value| result["locations"][0]["physicalLocation"]["region"].clone();
    let finding = |result: &Value| {
        (
            number(&region(result)["startLine"]),
            region(result)["startColumn"].as_u64().unwrap_or(1),
            string(&result["ruleId"]),
        )
    };
    let has_place = |result: &&Value| !string(&result["message"]["text"]).contains(MORE);
    results.iter().filter(has_place).map(finding).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Of all cases together, all three forms for programs give the places that the form for people gives.
#[test]
fn every_form_gives_the_same_places() {
    let cases = root().join("tests/cases");
    let names = fs::read_dir(&cases).unwrap();
    let names = names.map(|case| case.unwrap().file_name().into_string().unwrap());
    let is_text = |name: &String| fs::read_to_string(cases.join(name)).is_ok();
    let is_case = |name: &String| Path::new(name).extension() == Some("md".as_ref());
    let mut names: Vec<_> = names
        .filter(|name| is_case(name) && is_text(name))
        .collect();
    names.sort();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let print = |form| {
        let options = [
            "--check",
            "-v",
            "-o",
            "/nowhere/x.csv",
            "--message-format",
            form,
        ];
        let output = portconv(&cases, &[&options[..], &names].concat());
        (text(&output.stdout), text(&output.stderr))
    };
    let (_, human) = print("human");
    let place = |line: &str| -> Option<Finding> {
        let rest = names
            .iter()
            .find_map(|name| line.strip_prefix(name)?.strip_prefix(':'))?;
        let (place, rest) = rest.split_once(": ")?;
        let (line, column) = place.split_once(':')?;
        let code = rest.split(['[', ']']).nth(1)?;
        Some((line.parse().ok()?, column.parse().ok()?, code.to_owned()))
    };
    let human: Vec<_> = human
        .lines()
        .filter(|line| !line.contains(MORE))
        .filter_map(place)
        .collect();
    let without_file = |printed: String| {
        let is_of_case = |line: &&str| !line.contains("not-current") && !line.contains(MORE);
        let lines = printed.lines().filter(is_of_case);
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(json_findings(&without_file(print("json").0)), human);
    assert_eq!(github_findings(&without_file(print("github").0)), human);
    let mut sarif = sarif_findings(&print("sarif").0);
    sarif.retain(|(.., code)| code != "not-current");
    assert_eq!(sarif, human);
    assert!(human.len() > 500, "{}", human.len());
}
