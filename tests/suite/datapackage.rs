//! `datapackage.json` says what the files beside it are, and proves them whole.

use std::collections::BTreeSet;

use portconv::emit::EMITTERS;
use portconv::{BUILTIN, Options, Source, by_name, convert};
use serde_json::Value;

fn emitted(name: &str) -> Vec<u8> {
    let source = Source::decode(BUILTIN.0, BUILTIN.1).unwrap();
    let dataset = convert(&[source], &Options::default()).dataset;
    by_name(name).unwrap().emit(&dataset).unwrap()
}

fn description() -> Value {
    serde_json::from_slice(&emitted("datapackage")).unwrap()
}

#[test]
fn each_default_file_is_a_resource_of_its_size() {
    let described = description();
    let resources = described["resources"].as_array().unwrap();
    let names = resources.iter().map(|r| r["name"].as_str().unwrap());
    let defaults = EMITTERS.iter().filter(|e| e.format().is_default);
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        defaults.map(|e| e.format().name).collect()
    );
    for resource in resources {
        let file = emitted(resource["name"].as_str().unwrap());
        assert_eq!(file.len(), resource["bytes"], "{resource}");
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
            "name_source string 4",
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
