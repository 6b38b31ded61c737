//! What the command says of itself, and how it helps where something was typed wrong.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::{portconv, root};

fn out(arguments: &[&str]) -> String {
    let run = portconv(root(), arguments);
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{arguments:?}: {said}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn folders_can_be_compared() {
    let folder = tempfile::tempdir().unwrap();
    let seed = fs::read_to_string(root().join("seeds/well-known-ports.md")).unwrap();
    for (name, text) in [
        ("old", seed.clone()),
        ("new", seed.replace("Daytime Protocol", "Daytime Service")),
    ] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("ports.md"), text).unwrap();
    }
    let run = portconv(folder.path(), &["diff", "old", "new"]);
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(
        said.contains("description: \"Daytime Protocol\" → \"Daytime Service\""),
        "{said}"
    );
    assert_eq!(out(&["diff", "seeds", "output/ports.json"]), "");
}

/// What the schema says of a kind of line: every key, and those that must be there.
fn keys<'s>(schema: &'s Value, kind: &str) -> (BTreeSet<&'s str>, BTreeSet<&'s str>) {
    let definition = &schema["$defs"][kind];
    let all = definition["properties"].as_object().unwrap().keys();
    let required = definition["required"].as_array().unwrap().iter();
    (
        all.map(String::as_str).collect(),
        required.filter_map(Value::as_str).collect(),
    )
}

#[test]
fn json_messages_have_the_shape_that_docs_say() {
    let schema = fs::read_to_string(root().join("docs/messages.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    portconv(path, &["--builtin", "-f", "json,csv"]);
    let json = fs::read_to_string(path.join("output/ports.json")).unwrap();
    let mut tree: Value = serde_json::from_str(&json).unwrap();
    let records = tree["records"].as_array_mut().unwrap();
    let at = |records: &[Value], id| records.iter().position(|it| it["id"] == id).unwrap();
    let (daytime, telnet, ssh) = (
        at(records, "13#1"),
        at(records, "23#1"),
        at(records, "22#1"),
    );
    records[daytime]["description"] = "Daytime Service".into();
    records[ssh]["name"] = "secure-shell".into();
    records[telnet]["sctp"] = records[telnet]["tcp"].clone();
    records.remove(at(records, "7#1"));
    let json = tree.to_string();
    fs::write(path.join("output/ports.json"), &json).unwrap();
    fs::write(path.join("old.json"), json).unwrap();
    fs::remove_file(path.join("output/ports.csv")).unwrap();
    let check = [
        "--builtin",
        "-v",
        "--check",
        "-f",
        "json,csv",
        "--message-format",
        "json",
    ];
    let mut lines = portconv(path, &check).stdout;
    let seed = root().join("seeds");
    let diff = [
        "diff",
        "old.json",
        seed.to_str().unwrap(),
        "--message-format",
        "json",
    ];
    lines.extend(portconv(path, &diff).stdout);
    let mut keys_found = BTreeSet::new();
    for line in String::from_utf8(lines).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap();
        let (all, required) = keys(&schema, kind);
        let present: BTreeSet<_> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert!(
            present.is_subset(&all) && required.is_subset(&present),
            "{line}"
        );
        keys_found.extend(present.into_iter().map(|key| format!("{kind}.{key}")));
    }
    for kind in ["diagnostic", "difference"] {
        for key in keys(&schema, kind).0 {
            assert!(
                keys_found.contains(&format!("{kind}.{key}")),
                "{kind}.{key} is never there"
            );
        }
    }
}
