//! The outputs, read by readers that are not ours, hold one and the same dataset.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::needs::{self, Absent, Outcome};
use crate::support::{portconv, root, trees};
use portconv::emit;
use portconv::{BUILTIN, Options, Source, convert};
use serde_json::Value;
use tempfile::TempDir;

tests![
    yaml_csv_and_sqlite_say_what_json_says,
    serde_yaml_says_what_serde_json_says,
    python_reads_any_string_in_yaml,
    node_reads_any_string_in_yaml,
    ruby_reads_any_string_in_yaml,
    go_reads_any_string_in_yaml,
    ndjson_has_the_records_of_json,
    the_database_answers,
    frictionless_accepts_what_is_whole_only,
    datasette_shows_labels_facets_search_and_descriptions,
    a_validator_accepts_what_is_right_only,
];

/// Python's csv and sqlite3 and PyYAML, which takes a bare `no` for a boolean.
fn yaml_csv_and_sqlite_say_what_json_says() -> Outcome {
    needs::program("python3")?;
    let script = root().join("tests/readers/read_back.py");
    let run = Command::new("python3")
        .arg(script)
        .arg(root().join("output"))
        .output()
        .unwrap();
    if run.status.code() == Some(3) {
        return Err(Absent::new("PyYAML"));
    }
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&run.stderr)
    );
    assert!(printed.contains("293 records compared"), "{printed}");
    Ok(())
}

fn serde_yaml_says_what_serde_json_says() -> Outcome {
    let read = |name: &str| fs::read_to_string(root().join("output").join(name)).unwrap();
    let yaml: serde_json::Value = serde_yaml::from_str(&read("ports.yaml")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("ports.json")).unwrap();
    assert_eq!(yaml, json);
    assert_eq!(json["records"].as_array().unwrap().len(), 293);
    Ok(())
}

/// `ports.yaml` and `ports.json` of a dataset whose every record has a string as its description and as a
/// key: each character up to U+00A0 and others that readers stumble over, in front, behind and within, and
/// words that readers of YAML 1.1 take for something else.
fn hostile_files() -> TempDir {
    const WORDS: [&str; 24] = [
        "",
        " ",
        "~",
        "null",
        "no",
        "Yes",
        "y",
        "on",
        "true",
        "22:22",
        "0x1F",
        "1e3",
        ".inf",
        "012",
        "2013-05-25",
        "<<",
        "=",
        "---",
        "...",
        "- a",
        "a: b",
        "a #b",
        "\r\n",
        "\\u0041",
    ];
    let others = "\u{2028}\u{2029}\u{feff}\u{fffd}\u{fffe}\u{ffff}\u{e000}é日𝄞\u{10ffff}";
    let characters = ('\0'..='\u{a0}').chain(others.chars());
    let around = characters.map(|c| format!("{c}a{c}b{c}"));
    let strings = around.chain(WORDS.map(str::to_owned));

    let source = Source::decode(BUILTIN.0, BUILTIN.1).unwrap();
    let mut dataset = convert(&[source], &Options::default()).dataset;
    let records = dataset.records.iter_mut().zip(strings);
    let used = records
        .map(|(record, string)| {
            record.description.clone_from(&string);
            record.extra = vec![(string.clone(), string)];
        })
        .count();
    assert!(used < dataset.records.len(), "all strings have a record");
    let folder = tempfile::tempdir().unwrap();
    for format in ["json", "yaml"] {
        let bytes = emit::by_name(format).unwrap().emit(&dataset).unwrap();
        fs::write(folder.path().join(format!("ports.{format}")), bytes).unwrap();
    }
    folder
}

fn assert_same_yaml(reader: &mut Command, script: &str) -> Outcome {
    let folder = hostile_files();
    let script = root().join("tests/readers").join(script);
    let run = reader.arg(script).arg(folder.path()).output().unwrap();
    if run.status.code() == Some(3) {
        return Err(Absent::new("PyYAML"));
    }
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    Ok(())
}

fn python_reads_any_string_in_yaml() -> Outcome {
    needs::program("python3")?;
    assert_same_yaml(&mut Command::new("python3"), "same_yaml.py")
}

fn node_reads_any_string_in_yaml() -> Outcome {
    needs::program("node")?;
    needs::installed(
        "tests/readers/node_modules/js-yaml",
        "npm ci --prefix tests/readers",
    )?;
    assert_same_yaml(&mut Command::new("node"), "same_yaml.js")
}

fn ruby_reads_any_string_in_yaml() -> Outcome {
    needs::program("ruby")?;
    assert_same_yaml(&mut Command::new("ruby"), "same_yaml.rb")
}

/// With Debian's package of gopkg.in/yaml.v3.
fn go_reads_any_string_in_yaml() -> Outcome {
    const PACKAGES: &str = "/usr/share/gocode";
    needs::program("go")?;
    needs::installed(
        "/usr/share/gocode/src/gopkg.in/yaml.v3",
        "golang-gopkg-yaml.v3-dev",
    )?;
    let mut go = Command::new("go");
    go.env("GO111MODULE", "off").env("GOPATH", PACKAGES);
    assert_same_yaml(go.arg("run"), "same_yaml.go")
}

/// Each line by itself is a record of the tree.
fn ndjson_has_the_records_of_json() -> Outcome {
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
    Ok(())
}

/// The sqlite3 program: checks of its own, the view, full-text search.
fn the_database_answers() -> Outcome {
    needs::program("sqlite3")?;
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
    Ok(())
}

/// The default files, fresh.
fn package() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let run = portconv(folder.path(), &["-q", "--builtin", "-f", "all", "-o", "./"]);
    assert!(run.status.success());
    folder
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
fn frictionless_accepts_what_is_whole_only() -> Outcome {
    needs::program("frictionless")?;
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
    let hash = |text: &str| portconv::sha256(text.as_bytes());
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
    Ok(())
}

fn datasette(path: &str) -> String {
    let folder = package();
    let run = Command::new("datasette")
        .current_dir(folder.path())
        .args(["ports.sqlite", "-m", "metadata.json", "--get", path])
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{path}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).unwrap()
}

/// Labels of foreign keys, facets, sorting, full-text search; descriptions and licence on the page.
fn datasette_shows_labels_facets_search_and_descriptions() -> Outcome {
    needs::program("datasette")?;
    let json = |path: &str| -> Value { serde_json::from_str(&datasette(path)).unwrap() };

    let assignments = json("/ports/assignments.json?_labels=on&record_id=53%231");
    let record = &assignments["rows"][0]["record_id"];
    assert_eq!(record["label"], "domain", "{record}");
    let bases = &assignments["facet_results"]["basis"]["results"];
    let counts: Vec<_> = bases
        .as_array()
        .unwrap()
        .iter()
        .map(|facet| format!("{} {}", facet["value"].as_str().unwrap(), facet["count"]))
        .collect();
    assert_eq!(counts, ["merged 1", "stated 1"]);

    let found = json("/ports/records.json?_search=kerberos&_shape=array");
    let names: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["name"].as_str().unwrap())
        .collect();
    assert!(names.starts_with(&["kerberos", "kpasswd"]), "{names:?}");

    let page = datasette("/ports/records");
    for words in [
        "service name (RFC 6335); null where the row is no service",
        "CC-BY-SA-4.0",
        "https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers",
        "name=\"_search\"",
    ] {
        assert!(page.contains(words), "{words}");
    }
    Ok(())
}

fn check_jsonschema(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("check-jsonschema")
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// check-jsonschema accepts the schema, and the seed's and the odd tree in both formats; a tree with a
/// fault of any kind it does not.
fn a_validator_accepts_what_is_right_only() -> Outcome {
    needs::program("check-jsonschema")?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    assert!(
        portconv(path, &["-q", "--builtin", "-f", "schema", "-o", "./"])
            .status
            .success()
    );
    let meta = check_jsonschema(path, &["--check-metaschema", "ports.schema.json"]);
    assert!(meta.status.success(), "{meta:?}");

    let [seed, odd, ..] = trees("json");
    let [seed_yaml, odd_yaml, ..] = trees("yaml");
    write("seed.json", &seed);
    write("odd.json", &odd);
    write("seed.yaml", &seed_yaml);
    write("odd.yaml", &odd_yaml);
    let files = ["seed.json", "odd.json", "seed.yaml", "odd.yaml"];
    let schema = ["--schemafile", "ports.schema.json"];
    let right = check_jsonschema(path, &[&schema[..], &files].concat());
    assert!(right.status.success(), "{right:?}");

    let faults = [
        ("\"last_port\": 65535", "\"last_port\": 65536", "65536"),
        ("\"basis\": \"stated\"", "\"basis\": \"said\"", "'said'"),
        ("\"found-it\"", "\"Found_it\"", "'Found_it'"),
        ("\"tags\": []", "\"tag\": []", "'tag' was unexpected"),
        (
            "\"text\": \"Perhaps\", ",
            "",
            "'text' is a required property",
        ),
    ];
    for (right, wrong, message) in faults {
        let broken = odd.replace(right, wrong);
        assert!(broken != odd, "{right}");
        write("broken.json", &broken);
        let run = check_jsonschema(path, &[&schema[..], &["-v", "broken.json"]].concat());
        let printed = String::from_utf8_lossy(&run.stdout);
        assert!(
            !run.status.success() && printed.contains(message),
            "{printed}"
        );
    }
    Ok(())
}
