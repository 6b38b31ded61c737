//! What the committed source holds, counted independently of portconv, and what is easy to get wrong in
//! it. Together with `output/` (see `golden.rs`), read by eye against the source.

use crate::support;

use std::collections::BTreeMap;
use std::fs;

use portconv::Source;
use portconv::dataset::{Basis, Protocol, Record, Status};
use portconv::diagnostic::Code;
use portconv::{BUILTIN, Conversion, Options, convert};

fn seed() -> Conversion {
    let source = Source::decode(BUILTIN.0, fs::read(support::seed()).unwrap()).unwrap();
    convert(&[source], &Options::default())
}

fn record<'c>(conversion: &'c Conversion, id: &str) -> &'c Record {
    conversion
        .dataset
        .records
        .iter()
        .find(|record| record.id == id)
        .unwrap()
}

fn status(record: &Record, protocol: Protocol) -> Option<(&Status, Basis)> {
    record.assignments[protocol]
        .as_ref()
        .map(|assignment| (&assignment.status, assignment.basis))
}

#[test]
fn totals_are_those_of_the_source() {
    let Conversion {
        dataset,
        diagnostics: _,
        replaced: _,
        counts,
        port_tables,
    } = seed();
    let records = &dataset.records;
    let total = |count: fn(&Record) -> usize| records.iter().map(count).sum::<usize>();
    let cited = |record: &Record| {
        let of_cells = record.assignments.0.iter().flatten();
        record.citations.len() + of_cells.map(|it| it.citations.len()).sum::<usize>()
    };
    let of_legend = dataset.statuses.iter().map(|status| status.citations.len());
    assert_eq!((port_tables, records.len()), (1, 293));
    assert_eq!((total(cited), total(|it| it.links.len())), (230, 255));
    assert_eq!((total(|it| it.tags.len()), of_legend.sum()), (8, 5));

    let expected = [
        (Code::Mojibake, 11),
        (Code::ColumnsFound, 1),
        (Code::ShiftedRow, 18),
        (Code::BlankCells, 1),
        (Code::MergedCell, 174),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn every_shifted_row_is_back_in_its_place() {
    let conversion = seed();
    let shifted = conversion
        .dataset
        .records
        .iter()
        .filter(|record| record.origin.shifted);
    let found: Vec<_> = shifted
        .clone()
        .map(|record| format!("{}:{}", record.origin.line, record.id))
        .collect();
    let expected = "23:9#2 106:113#2 114:135#2 160:370#2 176:445#2 179:465#2 189:512#2 191:513#2 \
        193:514#2 198:520#2 228:631#2 244:666#2 264:753#2 266:754#2 282:853#2 288:888#2 \
        296:987#2 308:1023#2";
    assert_eq!(found.join(" "), expected);
    for record in shifted {
        let id = &record.id;
        assert_ne!(record.description, "", "{id}");
        assert!(
            record
                .assignments
                .0
                .iter()
                .flatten()
                .all(|a| a.status.name() != "other"),
            "{id}"
        );
    }
}

#[test]
fn blank_udp_cells_are_decided_one_by_one() {
    let conversion = seed();
    let beside = |record: &&Record| {
        status(record, Protocol::Tcp).is_some()
            && status(record, Protocol::Udp).is_none_or(|(_, basis)| basis != Basis::Stated)
    };
    let blank: Vec<_> = conversion.dataset.records.iter().filter(beside).collect();
    let merged = blank
        .iter()
        .filter(|record| status(record, Protocol::Udp).is_some())
        .count();
    assert_eq!((blank.len(), merged), (220, 174));
    assert_eq!(
        status(record(&conversion, "53#1"), Protocol::Udp),
        Some((&Status::Yes, Basis::Merged))
    );
    assert_eq!(status(record(&conversion, "512#1"), Protocol::Udp), None);
    assert_eq!(
        status(record(&conversion, "1023#1"), Protocol::Udp),
        Some((&Status::Reserved, Basis::Merged))
    );
}

/// A file of this size is hashed, read and normalized by one thread each.
#[test]
fn a_long_table_says_what_a_short_one_says() {
    const TIMES: usize = 10;
    let (path, text) = BUILTIN;
    let first = text.find("| 0 ").expect("the first row of the port table");
    let notes = text.find("\n[^note-1]:").expect("the notes") + 1;
    let rows = text[first..notes].trim_end().to_owned() + "\n";
    let long = [&text[..first], &rows.repeat(TIMES), "\n", &text[notes..]].concat();
    let source = Source::decode(path, &long).unwrap();
    assert_eq!(source.sha256, portconv::sha256(long.as_bytes()));
    let long = convert(&[source], &Options::default());
    let short = seed();

    let count = |conversion: &Conversion| conversion.counts[&Code::ShiftedRow];
    assert_eq!(count(&long), TIMES * count(&short));
    assert_eq!(long.dataset.citations, short.dataset.citations);
    assert_eq!(long.dataset.statuses, short.dataset.statuses);
    let (long, short) = (long.dataset.records, short.dataset.records);
    assert_eq!(long.len(), TIMES * short.len());
    for (of_long, of_short) in long.iter().zip(short.iter().cycle()) {
        let same = Record {
            id: of_short.id.clone(),
            origin: of_short.origin.clone(),
            ..of_long.clone()
        };
        assert_eq!(same, *of_short);
    }
}

#[test]
fn without_facts_blank_cells_are_inferred_or_literal() {
    let source = || [Source::decode(BUILTIN.0, BUILTIN.1).unwrap()];
    let udp = |options: Options| -> Vec<Basis> {
        let records = convert(&source(), &options).dataset.records;
        records
            .iter()
            .filter_map(|record| Some(status(record, Protocol::Udp)?.1))
            .collect()
    };
    let inferred = udp(support::no_facts());
    assert!(inferred.contains(&Basis::Inferred) && !inferred.contains(&Basis::Merged));
    let mut literal = Options::default();
    literal.facts.blank_cells = Some(portconv::BlankCells::Literal);
    assert!(udp(literal).iter().all(|&basis| basis == Basis::Stated));
}
