//! The outputs, read by readers that are not ours, hold one and the same dataset.

use std::fs;
use std::process::Command;

use crate::support::{absent, has, portconv, root};

/// Python's csv and sqlite3 and PyYAML, which takes a bare `no` for a boolean.
#[test]
fn yaml_csv_and_sqlite_say_what_json_says() {
    if !has("python3") {
        return absent("python3");
    }
    let script = root().join("tests/readers/read_back.py");
    let run = Command::new("python3")
        .arg(script)
        .arg(root().join("output"))
        .output()
        .unwrap();
    if run.status.code() == Some(3) {
        return absent("PyYAML");
    }
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(printed.contains("293 records compared"), "{printed}");
}

#[test]
fn serde_yaml_says_what_serde_json_says() {
    let read = |name: &str| fs::read_to_string(root().join("output").join(name)).unwrap();
    let yaml: serde_json::Value = serde_yaml::from_str(&read("ports.yaml")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("ports.json")).unwrap();
    assert_eq!(yaml, json);
    assert_eq!(json["records"].as_array().unwrap().len(), 293);
}

/// Each line by itself is a record of the tree.
#[test]
fn ndjson_has_the_records_of_json() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["-q", "--builtin", "-f", "ndjson", "-o", "ports.ndjson"];
    assert!(portconv(folder.path(), &arguments).status.success());
    let lines = fs::read_to_string(folder.path().join("ports.ndjson")).unwrap();
    let records: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let json = fs::read_to_string(root().join("output/ports.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["records"].as_array().unwrap(), &records);
}

/// The sqlite3 program: checks of its own, the view, full-text search.
#[test]
fn the_database_answers() {
    if !has("sqlite3") {
        return absent("sqlite3");
    }
    let query = |sql: &str| {
        let run = Command::new("sqlite3")
            .arg(root().join("output/ports.sqlite"))
            .arg(sql)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        String::from_utf8(run.stdout).unwrap()
    };
    assert_eq!(
        query("pragma integrity_check; pragma foreign_key_check; pragma user_version"),
        "ok\n2\n"
    );
    assert_eq!(
        query("select * from ports where port = 53"),
        "53|tcp|domain|yes|stated|Domain Name System (DNS)|53#1\n\
         53|udp|domain|yes|merged|Domain Name System (DNS)|53#1\n"
    );
    assert_eq!(
        query(
            "select count(*) from records where id in (select record_id from ports where port = 73)"
        ),
        "1\n"
    );
    assert_eq!(
        query("select name from records_fts where records_fts match 'gopher'"),
        "gopher\n"
    );
    assert_eq!(
        query("insert into records_fts (records_fts) values ('integrity-check')"),
        ""
    );
}
