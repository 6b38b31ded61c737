//! Tables of any columns that lost cells to spans anywhere, as converters write them: what went in comes out, or there
//! is a warning on the row.
//!
//! The tables are made from fixed seeds, so that the rates are the same on every run.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portconv::dataset::{Protocol, Record};
use portconv::diagnostic::{Code, Severity};
use portconv::{Conversion, Source, convert};

use crate::support::no_facts;

/// How many tables are made.
const TABLES: u64 = 600;

/// A generator of numbers (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Port,
    Transport,
    Name,
    Description,
    Extra(&'static str),
}

impl Says {
    fn header(self) -> &'static str {
        match self {
            Self::Port => "Port",
            Self::Transport => "Protocol",
            Self::Name => "Service",
            Self::Description => "Description",
            Self::Extra(header) => header,
        }
    }

    fn cell(self, row: usize, random: &mut Random) -> String {
        const NAMES: &[&str] = &[
            "web", "mail", "ldap", "backup", "cache", "git", "ntp", "sip", "vpn", "chat",
        ];
        const WORDS: &[&str] = &[
            "moves", "files", "between", "the", "hosts", "of", "two", "networks", "at", "night",
        ];
        match self {
            Self::Port => (1000 + row * 137 + random.below(100)).to_string(),
            Self::Transport => random.pick(&["TCP", "UDP", "TCP/UDP"]).to_owned(),
            Self::Name => format!("{}{}", random.pick(NAMES), random.pick(&["", "-x", "d"])),
            Self::Description => (0..3 + random.below(5))
                .map(|_| random.pick(WORDS))
                .collect::<Vec<_>>()
                .join(" "),
            Self::Extra("Zone") => random.pick(&["DMZ", "LAN", "guest"]).to_owned(),
            Self::Extra("Source") => random
                .pick(&["any host", "10.0.0.0/8", "the bastion"])
                .to_owned(),
            Self::Extra("Since") => (1990 + random.below(30)).to_string(),
            Self::Extra(_) => random.pick(&["net team", "ops", "Ann Lee"]).to_owned(),
        }
    }
}

/// A table: what each row means, and which of its cells a span above took.
struct Table {
    columns: Vec<Says>,
    rows: Vec<(Vec<String>, std::ops::Range<usize>)>,
}

impl Table {
    fn new(random: &mut Random) -> Self {
        let mut columns = vec![Says::Port, Says::Transport];
        let words = random.below(3);
        columns.extend((words != 1).then_some(Says::Description));
        columns.extend((words != 2).then_some(Says::Name));
        let extras = ["Zone", "Source", "Since", "Owner"]
            .into_iter()
            .filter(|_| random.is(35));
        columns.extend(extras.map(Says::Extra).collect::<Vec<_>>());
        for at in (1..columns.len()).rev() {
            columns.swap(at, random.below(at + 1));
        }
        let mut rows: Vec<(Vec<String>, std::ops::Range<usize>)> = Vec::new();
        for row in 0..4 + random.below(9) {
            let mut cells: Vec<_> = columns.iter().map(|says| says.cell(row, random)).collect();
            let mut lost = 0..0;
            let above = rows.last().filter(|_| row > 1);
            if let Some((above, before)) = above.filter(|_| random.is(30)) {
                // A span goes on, or another one ends here.
                lost = if !before.is_empty() && random.is(50) {
                    before.clone()
                } else {
                    let start = if random.is(60) {
                        0
                    } else {
                        random.below(columns.len() - 1)
                    };
                    start
                        ..(start + 1 + random.below(3))
                            .min(columns.len() - 1)
                            .min(start + columns.len() - 2)
                };
                cells[lost.clone()].clone_from_slice(&above[lost.clone()]);
            }
            rows.push((cells, lost));
        }
        Self { columns, rows }
    }

    fn written(&self, random: &mut Random) -> String {
        let headers: Vec<_> = self.columns.iter().map(|says| says.header()).collect();
        let mut text = format!(
            "| {} |\n{}|\n",
            headers.join(" | "),
            "|---".repeat(headers.len())
        );
        for (cells, lost) in &self.rows {
            let kept = cells
                .iter()
                .enumerate()
                .filter(|(at, _)| !lost.contains(at));
            let kept: Vec<_> = kept.map(|(_, cell)| cell.as_str()).collect();
            let padding = if random.is(70) {
                " |".repeat(lost.len())
            } else {
                String::new()
            };
            writeln!(text, "| {} |{padding}", kept.join(" | ")).unwrap();
        }
        text
    }

    /// Whether a record says what its row means.
    fn says(&self, cells: &[String], record: &Record) -> bool {
        let cell = |wanted: Says| {
            let at = self.columns.iter().position(|says| *says == wanted)?;
            Some(cells[at].as_str())
        };
        let transports = cell(Says::Transport).unwrap().to_lowercase();
        let has = |protocol: Protocol| record.assignments[protocol].is_some();
        let are_same = [Protocol::Tcp, Protocol::Udp]
            .into_iter()
            .all(|protocol| transports.contains(protocol.name()) == has(protocol));
        let description = cell(Says::Description).or(cell(Says::Name)).unwrap();
        let mut extra = record.extra.iter().cloned().collect::<BTreeMap<_, _>>();
        extra.remove("Service");
        let is_extra = |says: &&Says| matches!(says, Says::Extra(_));
        let expected = self.columns.iter().filter(is_extra);
        let expected: BTreeMap<_, _> = expected
            .map(|says| (says.header().to_owned(), cell(*says).unwrap().to_owned()))
            .collect();
        Some(record.ports.first().to_string().as_str()) == cell(Says::Port)
            && are_same
            && record.description == description
            && extra == expected
    }
}

/// How many rows are right, are warned of, and neither.
#[derive(Debug, Default)]
struct Tally {
    right: usize,
    /// Right, and warned of for nothing.
    needless: usize,
    warned: usize,
    wrong: usize,
}

impl Tally {
    fn all(&self) -> usize {
        self.right + self.warned + self.wrong
    }
}

fn tally(
    table: &Table,
    conversion: &Conversion,
    source: &Source,
    whole: &mut Tally,
    lost: &mut Tally,
) {
    for (row, (cells, missing)) in table.rows.iter().enumerate() {
        let line = row + 3;
        let mut records = conversion
            .dataset
            .records
            .iter()
            .filter(|record| record.origin.line == line);
        let is_told = |is: &dyn Fn(Code) -> bool| {
            let mut found = conversion.diagnostics.iter();
            found.any(|found| is(found.code) && source.line(found.span.start) == line)
        };
        let tally = if missing.is_empty() {
            &mut *whole
        } else {
            &mut *lost
        };
        if records
            .next()
            .is_some_and(|record| table.says(cells, record))
        {
            tally.right += 1;
            tally.needless += usize::from(is_told(&|code| code == Code::AmbiguousRow));
        } else if is_told(&|code| code.severity() == Severity::Warning) {
            tally.warned += 1;
        } else {
            tally.wrong += 1;
        }
    }
}

#[test]
fn rows_that_lost_cells_are_read_as_they_were_meant() {
    let (mut whole, mut lost) = (Tally::default(), Tally::default());
    for seed in 0..TABLES {
        let mut random = Random(seed);
        let table = Table::new(&mut random);
        let source = Source::decode("ports.md", table.written(&mut random)).unwrap();
        let sources = [source];
        let conversion = convert(&sources, &no_facts());
        let [source] = sources;
        tally(&table, &conversion, &source, &mut whole, &mut lost);
    }
    println!("whole rows: {whole:?}; rows that lost cells: {lost:?}");
    assert!(whole.right * 1000 >= whole.all() * 995, "{whole:?}");
    assert!(lost.right * 100 >= lost.all() * 96, "{lost:?}");
    assert!(lost.wrong * 1000 <= lost.all() * 4, "{lost:?}");
    assert!(lost.needless * 100 <= lost.all() * 8, "{lost:?}");
}
