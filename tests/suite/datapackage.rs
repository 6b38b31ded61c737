//! `datapackage.json` says what the files beside it are, and proves them whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{absent, has, portconv, root};
use portconv::emit::EMITTERS;
use serde_json::Value;
use tempfile::TempDir;

/// The default files, fresh.
fn package() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = portconv(folder.path(), &["-q", "--builtin", "-o", "./"]);
    assert!(run.status.success());
    folder
}

fn description() -> Value {
    let text = fs::read_to_string(root().join("output/datapackage.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Default formats that describe the data and hold none.
const DESCRIBING: [&str; 3] = ["schema", "datapackage", "datasette"];

#[test]
fn each_default_file_with_data_is_a_resource_of_its_size() {
    let described = description();
    let resources = described["resources"].as_array().unwrap();
    let names = resources.iter().map(|r| r["name"].as_str().unwrap());
    let with_data = EMITTERS
        .iter()
        .filter(|e| e.is_default() && !DESCRIBING.contains(&e.name()));
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        with_data.map(|e| e.name()).collect()
    );
    for resource in resources {
        let path = root()
            .join("output")
            .join(resource["path"].as_str().unwrap());
        assert_eq!(
            fs::metadata(path).unwrap().len(),
            resource["bytes"],
            "{resource}"
        );
    }
}

/// Every type and every constraint is there: a column that were forgotten would be any string.
#[test]
fn each_column_has_its_type() {
    let described = description();
    let schema = &described["resources"][0]["schema"];
    let fields = schema["fields"].as_array().unwrap().iter();
    let types: Vec<_> = fields
        .map(|field| {
            let words = |key: &str| field[key].as_str().unwrap_or_default();
            let limits = &field["constraints"];
            let enumerated = limits["enum"].as_array().map_or(0, Vec::len);
            assert!(words("description").ends_with(['.', '…']), "{field}");
            format!(
                "{} {}{} {enumerated}",
                words("name"),
                words("type"),
                words("delimiter")
            )
        })
        .collect();
    assert_eq!(
        types,
        [
            "id string 0",
            "first_port integer 0",
            "last_port integer 0",
            "name string 0",
            "aliases list; 0",
            "name_source string 3",
            "tcp string 6",
            "tcp_basis string 3",
            "udp string 6",
            "udp_basis string 3",
            "sctp string 6",
            "sctp_basis string 3",
            "dccp string 6",
            "dccp_basis string 3",
            "description string 0",
            "citations list; 0",
            "links list  0",
            "tags list; 0",
            "line integer 0",
        ]
    );
}

fn validate(folder: &Path) -> (bool, String) {
    let Output { status, stdout, .. } = Command::new("frictionless")
        .current_dir(folder)
        .args(["validate", "--json", "datapackage.json"])
        .output()
        .unwrap();
    (status.success(), String::from_utf8(stdout).unwrap())
}

/// frictionless reads the package; it finds a byte too many in each file, and in a `ports.csv` whose
/// hash was made again, what has no place there.
#[test]
fn frictionless_accepts_what_is_whole_only() {
    if !has("frictionless") {
        return absent("frictionless");
    }
    let folder = package();
    let (valid, report) = validate(folder.path());
    assert!(valid, "{report}");
    let report: Value = serde_json::from_str(&report).unwrap();
    let rows = report["tasks"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .filter_map(|task| task["stats"]["rows"].as_u64())
        .collect();
    assert_eq!(rows, [293]);

    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let files = [
        "ports.csv",
        "ports.json",
        "ports.yaml",
        "ports.sqlite",
        "services",
    ];
    let whole = files.map(read);
    for (name, bytes) in files.iter().zip(&whole) {
        write(name, &[&bytes[..], b"\n"].concat());
    }
    let (valid, report) = validate(folder.path());
    assert!(!valid);
    assert_eq!(
        report.matches("\"hash-count\"").count(),
        files.len(),
        "{report}"
    );
    for (name, bytes) in files.iter().zip(&whole) {
        write(name, bytes);
    }

    let csv = String::from_utf8(read("ports.csv")).unwrap();
    let faults = [
        ("\n9#2,9,", "\n9#1,9,", "primary-key"),
        (",reserved,stated,", ",freezing,stated,", "constraint-error"),
        ("\n0#1,0,0,", "\n0#1,-,0,", "type-error"),
        (",tags,line", ",tag,line", "incorrect-label"),
    ];
    let broken = faults.iter().fold(csv.clone(), |csv, (right, wrong, _)| {
        assert!(csv.contains(right), "{right}");
        csv.replacen(right, wrong, 1)
    });
    let package = String::from_utf8(read("datapackage.json")).unwrap();
    let hash = |text: &str| portconv::Fingerprint::of(text.as_bytes()).sha256;
    let size = |text: &str| format!("\"bytes\": {},", text.len());
    let forged = package
        .replace(&hash(&csv), &hash(&broken))
        .replace(&size(&csv), &size(&broken));
    write("ports.csv", broken.as_bytes());
    write("datapackage.json", forged.as_bytes());
    let (valid, report) = validate(folder.path());
    assert!(!valid && !report.contains("hash-count"), "{report}");
    for (_, _, fault) in faults {
        assert!(report.contains(fault), "{fault}: {report}");
    }
}
