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

fn change(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
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
fn added_and_removed_records_are_told_from_changed_ones() {
    let project = project();
    let seed = project.path().join("seeds/well-known-ports.md");
    let lines = fs::read_to_string(&seed).unwrap();
    let mut lines: Vec<&str> = lines.lines().collect();
    lines.insert(21, "| 9 | No | No | | | Put before Discard |");
    lines.retain(|line| !line.starts_with("| 1010 "));
    fs::write(&seed, lines.join("\n")).unwrap();
    let message = refused(&portconv(project.path(), &["--check", "-f", "csv", "-v"]));
    assert!(
        message.contains("  + 9#1  \"Put before Discard\"\n"),
        "{message}"
    );
    assert!(
        message.contains(
            "  - 1010#1  \"ThinLinc web-based administration interface\"  service removed: tlwebadm 1010/tcp\n"
        ),
        "{message}"
    );
    assert!(
        message.contains("  9#2  id: \"9#1\" → \"9#2\"\n"),
        "{message}"
    );
    assert!(
        message.contains("only moved to another line of the source"),
        "{message}"
    );
    assert!(!message.contains("\"Discard Protocol\""), "{message}");
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

#[test]
fn diff_compares_tables_and_datasets() {
    let project = project();
    let folder = project.path();
    let (seed, changed) = ("seeds/well-known-ports.md", "changed.md");
    fs::copy(folder.join(seed), folder.join(changed)).unwrap();
    let run = |arguments: &[&str]| portconv(folder, arguments);

    let same = run(&["diff", "output/ports.json", changed]);
    assert_eq!(
        (same.status.code(), text(&same.stdout).as_str()),
        (Some(0), "")
    );
    change(
        &folder.join(changed),
        "TorPark",
        "Tor|Park".replace('|', "\\|").as_str(),
    );
    let human = run(&["diff", seed, changed]);
    assert_eq!(human.status.code(), Some(1));
    assert!(
        text(&human.stdout).contains(
            "  81#1  description: \"TorPark onion routing\" → \"Tor|Park onion routing\"\n"
        )
    );
    let markdown = run(&["diff", seed, changed, "--message-format", "markdown"]);
    assert!(text(&markdown.stdout).contains(
        "| 81\\#1 | `description` | TorPark onion routing | Tor\\|Park onion routing |\n"
    ));
    let json = run(&["diff", seed, changed, "--message-format", "json"]);
    let first: Value = serde_json::from_str(text(&json.stdout).lines().next().unwrap()).unwrap();
    assert_eq!(
        (&first["key"], &first["new"]),
        (&"81#1".into(), &"Tor|Park onion routing".into())
    );

    let absent = run(&["diff", seed, "absent.json"]);
    assert_eq!(absent.status.code(), Some(2));
    fs::write(folder.join("other.json"), "{\"a\": 1}").unwrap();
    let other = run(&["diff", seed, "other.json"]);
    assert_eq!(other.status.code(), Some(2));
    assert_eq!(
        text(&other.stderr),
        "portconv: other.json: not a json file made by portconv: missing field `schema_version` at line 1 column 8\n"
    );
}

/// What a program that asks for a name would miss is told apart, in every form of message and from every format.
#[test]
fn diff_tells_renamed_and_removed_services() {
    let project = project();
    let folder = project.path();
    let read = fs::read_to_string(folder.join("output/ports.json")).unwrap();
    let mut tree: Value = serde_json::from_str(&read).unwrap();
    let records = tree["records"].as_array_mut().unwrap();
    records.retain(|record| record["id"] != "23#1");
    let ssh = records.iter_mut().find(|record| record["id"] == "22#1");
    ssh.unwrap()["name"] = "secure-shell".into();
    // An old name that is an alias is still found.
    let domain = records.iter_mut().find(|record| record["id"] == "53#1");
    let domain = domain.unwrap();
    domain["aliases"] = serde_json::json!(["domain"]);
    domain["name"] = "dns".into();
    fs::write(folder.join("new.json"), tree.to_string()).unwrap();
    for old in ["json", "yaml", "csv", "sqlite"].map(|ending| format!("output/ports.{ending}")) {
        let form = |form| {
            let output = portconv(
                folder,
                &["diff", &old, "new.json", "--message-format", form],
            );
            assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
            text(&output.stdout)
        };
        let human = form("human");
        for line in [
            "  22#1  service renamed: ssh 22/tcp, 22/udp, 22/sctp → secure-shell\n",
            "service removed: telnet 23/tcp, 23/udp\n",
            "  53#1  name: \"domain\" → \"dns\"\n",
        ] {
            assert!(human.contains(line), "{old}: {human}");
        }
        assert_eq!(human.lines().count(), 4, "{human}");
        let markdown = form("markdown");
        let (breaking, others) = markdown.split_once("Other changes:").unwrap();
        assert!(
            breaking.contains(
                "| 22\\#1 | service renamed | ssh 22/tcp, 22/udp, 22/sctp | secure-shell |"
            ),
            "{markdown}"
        );
        assert!(
            breaking.contains("  service removed: telnet 23/tcp, 23/udp |  |\n"),
            "{markdown}"
        );
        assert!(
            others.contains("| 53\\#1 | `name` | domain | dns |"),
            "{markdown}"
        );
        let json = form("json");
        assert!(
            json.contains(r#""change":"renamed","key":"22#1""#),
            "{json}"
        );
        assert!(
            json.contains(r#""change":"removed","key":"23#1","title":"Telnet"#)
                && json.contains(r#","services":[{"name":"telnet","ports":["23/tcp","23/udp"]}]}"#),
            "{json}"
        );
    }
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

#[test]
fn a_name_that_changed_is_shown_where_it_was_edited() {
    let project = project();
    let facts = project.path().join("seeds/service-names.csv");
    fs::copy(root().join("seeds/service-names.csv"), &facts).unwrap();
    change(&facts, ",wake-on-lan,", ",magic-packet,");
    let output = portconv(project.path(), &["--check", "--message-format", "json"]);
    let messages = text(&output.stdout);
    let messages: Vec<Value> = messages
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let renamed = messages.iter().find(|it| it["change"] == "renamed");
    let renamed = renamed.expect("the new name is a change");
    assert_eq!(renamed["path"], "seeds/service-names.csv");
    let line = fs::read_to_string(&facts).unwrap();
    let line = line.lines().position(|it| it.contains("magic-packet"));
    assert_eq!(renamed["line"].as_u64(), line.map(|it| it as u64 + 1));
}
