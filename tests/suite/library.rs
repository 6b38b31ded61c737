//! The library as its users meet it: examples that run, few crates without the command, errors that are
//! errors, and a package that is whole.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::process::{Command, Output};

use portconv::{
    BUILTIN, BadLine, Conversion, Dataset, EmitError, Emitter, Format, NotUtf8, Options, Protocol,
    ReadError, ServiceName, Source, Unreadable, by_name, convert,
};
use serde_json::Value;

use crate::support::root;

fn cargo(arguments: &[&str]) -> Output {
    let command = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output();
    let command = command.unwrap();
    let said = String::from_utf8_lossy(&command.stderr);
    assert!(command.status.success(), "cargo {arguments:?}: {said}");
    command
}

/// What an example prints.
fn example(name: &str, arguments: &[&str]) -> String {
    let run = [
        "run",
        "--quiet",
        "--locked",
        "--offline",
        "--example",
        name,
        "--",
    ];
    String::from_utf8(cargo(&[&run[..], arguments].concat()).stdout).unwrap()
}

fn builtin() -> Conversion {
    let (path, text) = BUILTIN;
    convert(&[Source::decode(path, text).unwrap()], &Options::default())
}

#[test]
fn example_convert_writes_the_tree() {
    let tree: Value = serde_json::from_str(&example("convert", &[])).unwrap();
    assert_eq!(tree["records"][1]["name"], "domain");
    let tree: Value = serde_json::from_str(&example("convert", &[BUILTIN.0])).unwrap();
    assert_eq!(tree["records"].as_array().unwrap().len(), 293);
}

#[test]
fn example_own_format_writes_sets() {
    let sets = example("own_format", &[]);
    assert_eq!(sets.lines().count(), 2);
    assert!(
        sets.starts_with("define tcp_ports = { 1, 2, 3, 5, 7,"),
        "{sets}"
    );
}

#[test]
fn example_look_up_finds_services_and_reserved_ports() {
    let found = example("look_up", &["53"]);
    assert!(
        found.starts_with("53/tcp is domain: Domain Name System"),
        "{found}"
    );
    assert!(found.contains("53/udp is domain"), "{found}");
    assert!(example("look_up", &["0"]).starts_with("0#1: "));
}

#[test]
fn without_default_features_few_crates_come_along() {
    let tree = [
        "tree",
        "--locked",
        "--offline",
        "--edges=normal",
        "--prefix=none",
    ];
    let tree = cargo(&[&tree[..], &["--no-default-features", "--format={p}"]].concat());
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: BTreeSet<_> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(crates.contains("serde_json"));
    assert!(crates.len() <= 45, "{}: {crates:?}", crates.len());
    for heavy in ["clap", "rusqlite", "minijinja", "anstream", "tempfile"] {
        assert!(!crates.contains(heavy), "{heavy}");
    }
}

#[test]
fn the_package_holds_what_a_build_reads() {
    let list = cargo(&[
        "package",
        "--list",
        "--allow-dirty",
        "--locked",
        "--offline",
    ]);
    assert!(!String::from_utf8_lossy(&list.stderr).contains("warning"));
    let list = String::from_utf8(list.stdout).unwrap();
    let files: BTreeSet<_> = list.lines().collect();
    for file in [
        "seeds/well-known-ports.md",
        "src/emit/schema.sql",
        "examples/convert.rs",
        "README.md",
        "LICENSE-CC-BY-SA",
        "LICENSE-MIT",
        "LICENSE-APACHE",
    ] {
        assert!(files.contains(file), "the package lacks {file}");
    }
    let is_foreign = |file: &&&str| file.contains("node_modules") || file.starts_with("output");
    assert_eq!(files.iter().find(is_foreign), None);
}

#[test]
fn a_dataset_serializes_to_the_tree_of_ports_json() {
    let dataset = builtin().dataset;
    let written = fs::read_to_string(root().join("output/ports.json")).unwrap();
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_value(&dataset).unwrap(), written);
}

#[test]
fn a_port_has_its_services() {
    let dataset = builtin().dataset;
    let at = |port| -> Vec<_> {
        let services = dataset.at(port).iter();
        services
            .map(|service| (service.name.as_str(), service.protocol))
            .collect()
    };
    assert_eq!(
        at(53),
        [("domain", Protocol::Tcp), ("domain", Protocol::Udp)]
    );
    assert_eq!(at(0), []);
    assert_eq!(at(65535), []);
    let ids: Vec<_> = dataset
        .records_at(72)
        .map(|record| record.id.as_str())
        .collect();
    assert_eq!(ids, ["71-74#1"]);
}

#[test]
fn every_error_is_an_error() {
    fn is_error<E: Error + Send + Sync + 'static>() {}
    is_error::<BadLine>();
    is_error::<EmitError>();
    is_error::<NotUtf8>();
    is_error::<ReadError>();
    is_error::<Unreadable>();
    let position = Source::decode("a.md", b"ab\n\xff").unwrap_err();
    assert_eq!(position.to_string(), "line 2, column 1: not UTF-8");
}

#[derive(Debug)]
struct Full;

impl Emitter for Full {
    fn format(&self) -> Format<'_> {
        Format::new("full", "full", "fails")
    }

    fn write(&self, _: &Dataset, out: &mut dyn std::io::Write) -> Result<(), EmitError> {
        out.write_all(b"a")?;
        Err(EmitError::new("the disk is full"))
    }
}

#[test]
fn an_emitter_of_ones_own_makes_its_own_errors() {
    let error = Full.emit(&Dataset::default()).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
    let error = Full
        .write(&Dataset::default(), &mut &mut [][..])
        .unwrap_err();
    assert_eq!(error.to_string(), "failed to write whole buffer");
}

#[test]
fn a_damaged_file_is_told_from_one_of_the_format() {
    let json = by_name("json").unwrap();
    let error = json.read(b"{}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing field `schema_version` at line 1 column 2"
    );
}

#[test]
fn names_outside_rfc_6335_cannot_be() {
    for name in "ssh 914c-g a z39-50 abcdefghijklmno 1-a".split(' ') {
        assert!(ServiceName::new(name).is_some(), "{name:?}");
    }
    for name in "|-a|a-|a--b|1|1-2|A|a_b|a b|ä|abcdefghijklmnop".split('|') {
        assert!(ServiceName::new(name).is_none(), "{name:?}");
    }
}

#[test]
fn a_number_fits_behind_every_name() {
    for (name, number, numbered) in [
        ("netrjs", 2, "netrjs-2"),
        ("abcdefghijklmno", 65535, "abcdefghi-65535"),
        ("123456789012-ab", 65535, "p12345678-65535"),
        ("abcdefgh-jklmno", 65535, "abcdefgh-65535"),
    ] {
        let name = ServiceName::new(name).map(|name| name.numbered(number));
        assert_eq!(name, ServiceName::new(numbered));
    }
}
