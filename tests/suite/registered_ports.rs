//! The names of a table of registered ports (1024 to 49151), written as the page writes it: official and
//! unofficial rows, several on one port, ranges. No file of facts is given for it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;

use portconv::dataset::{NameSource, PortRange, Record, ServiceName};
use portconv::{Conversion, Options, Source, convert};

use crate::support::{assert_same, root};

fn conversion() -> Conversion {
    let path = root().join("tests/tables/registered-ports.md");
    let source = Source::decode("registered-ports.md", fs::read(path).unwrap()).unwrap();
    convert(&[source], &Options::default())
}

/// The lines of IANA's names, read without the code under test.
fn registered() -> Vec<(RangeInclusive<u16>, ServiceName)> {
    let text = fs::read_to_string(root().join("seeds/iana-names.csv")).unwrap();
    let line = |line: &str| {
        let fields: Vec<_> = line.split(',').collect();
        let ports = fields[0].parse().unwrap()..=fields[1].parse().unwrap();
        Some((ports, ServiceName::respelled(fields[3])?))
    };
    text.lines()
        .skip_while(|line| !line.starts_with("first_port"))
        .skip(1)
        .filter_map(line)
        .collect()
}

fn is_official(record: &Record) -> bool {
    let assignments = record.assignments.0.iter().flatten();
    assignments
        .into_iter()
        .any(|assignment| assignment.status.is_official())
}

#[test]
fn official_services_have_the_names_of_iana() {
    let records = conversion().dataset.records;
    let mut rows: HashMap<PortRange, usize> = HashMap::new();
    for record in &records {
        *rows.entry(record.ports).or_default() += 1;
    }
    let (mut compared, mut other) = (0, Vec::new());
    let registered = registered();
    for record in &records {
        let names: Vec<_> = registered
            .iter()
            .filter(|(ports, _)| {
                ports.contains(&record.ports.first()) && ports.contains(&record.ports.last())
            })
            .map(|(_, name)| *name)
            .collect();
        if is_official(record) && rows[&record.ports] == 1 && !names.is_empty() {
            compared += 1;
            let naming = record.naming.as_ref().unwrap();
            if !names.contains(&naming.name) || naming.source != NameSource::Registry {
                other.push((record.id.as_str(), naming.name));
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert!(100 * other.len() <= 2 * compared, "{compared}: {other:?}");
}

/// Read by eye: a name that says what the row is, no bare common word, no word that is cut; `-` where the words
/// give none.
#[test]
fn every_row_has_a_name_that_says_what_it_is() {
    let conversion = conversion();
    let mut names = String::new();
    for record in &conversion.dataset.records {
        let mut assignments = record.assignments.0.iter().flatten();
        if !assignments.any(|assignment| assignment.status.is_in_use()) {
            continue;
        }
        let (id, naming) = (&record.id, &record.naming);
        let name = naming.as_ref().map_or("-".to_owned(), |naming| {
            format!("{} ({})", naming.name, naming.source.name())
        });
        writeln!(names, "{id} {name} {}", record.description).unwrap();
    }
    assert_same(
        &root().join("tests/tables/registered-ports.names"),
        names.as_bytes(),
    );
}
