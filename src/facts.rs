//! CSV → [`FactFile`]: curated facts about records.
//!
//! A fact names its record by the ports and the start of the description, never by a line number, so
//! that it survives a new state of the page. Where several facts of one port fit, those with the longest
//! start count: at port 1023, `z/OS Network` beats the blank start that fits everything.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use crate::dataset::{PortRange, Record};
use crate::diagnostic::{Code, Report};
use crate::text::{Source, Span};

/// Facts of one file.
#[derive(Debug)]
pub struct FactFile<T> {
    /// The file.
    pub source: Source,
    by_ports: BTreeMap<PortRange, Vec<Fact<T>>>,
}

/// One line of the file.
#[derive(Debug)]
pub struct Fact<T> {
    /// The ports it speaks of.
    pub ports: PortRange,
    /// How the record's description starts.
    pub description: String,
    /// What it says.
    pub value: T,
    /// Where it stands in the file.
    pub span: Span,
}

/// A file of facts that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFacts {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for BadFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            message,
        } = self;
        write!(f, "{path}:{line}: {message}")
    }
}

impl std::error::Error for BadFacts {}

impl<T> FactFile<T> {
    /// Reads facts. The file must have the columns `first_port`, `last_port` and `description`, and
    /// those in `columns`; what these say is `value`'s to read.
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub fn read<const N: usize>(
        source: Source,
        columns: [&str; N],
        value: impl Fn([&str; N]) -> Result<T, String>,
    ) -> Result<Self, BadFacts> {
        let bad = |line, message| BadFacts {
            path: source.path.clone(),
            line,
            message,
        };
        let mut reader = csv::Reader::from_reader(source.text().as_bytes());
        let header = reader
            .headers()
            .map_err(|error| bad(1, error.to_string()))?
            .clone();
        let column = |name: &str| {
            let at = header.iter().position(|column| column == name);
            at.ok_or_else(|| bad(1, format!("there is no column {name:?}")))
        };
        let (first, last, description) = (
            column("first_port")?,
            column("last_port")?,
            column("description")?,
        );
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(columns) {
            *place = column(name)?;
        }

        let mut by_ports: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut row = csv::StringRecord::new();
        loop {
            let start = reader.position().clone();
            let line = usize::try_from(start.line()).unwrap_or(usize::MAX);
            if !reader
                .read_record(&mut row)
                .map_err(|error| bad(line, error.to_string()))?
            {
                break;
            }
            let ports = ports(&row[first], &row[last]).ok_or_else(|| {
                bad(
                    line,
                    format!("{:?} to {:?} are no ports", &row[first], &row[last]),
                )
            })?;
            let value =
                value(places.map(|place| &row[place])).map_err(|message| bad(line, message))?;
            let at = usize::try_from(start.byte()).unwrap_or(usize::MAX);
            let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let description = row[description].to_owned();
            by_ports.entry(ports).or_default().push(Fact {
                ports,
                description,
                value,
                span: at..end,
            });
        }
        drop(reader);
        Ok(Self { source, by_ports })
    }

    /// The facts that name a record: of its own ports, and the longest start that fits.
    pub fn of(&self, ports: PortRange, description: &str) -> impl Iterator<Item = &Fact<T>> {
        let fitting = self
            .by_ports
            .get(&ports)
            .map_or(&[][..], Vec::as_slice)
            .iter();
        let fitting = fitting.filter(move |fact| description.starts_with(&fact.description));
        let longest = fitting.clone().map(|fact| fact.description.len()).max();
        fitting.filter(move |fact| Some(fact.description.len()) == longest)
    }

    /// The facts about a part of a range of ports.
    pub fn within(&self, ports: PortRange, description: &str) -> impl Iterator<Item = &Fact<T>> {
        let lowest = PortRange::new(ports.first(), ports.first()).unwrap_or(ports);
        let highest = PortRange::new(ports.last(), ports.last()).unwrap_or(ports);
        let range = (!ports.is_single()).then(|| self.by_ports.range(lowest..=highest));
        range
            .into_iter()
            .flatten()
            .flat_map(|(_, facts)| facts)
            .filter(move |fact| {
                fact.ports != ports
                    && fact.ports.last() <= ports.last()
                    && description.starts_with(&fact.description)
            })
    }

    /// Reports the facts that name no record, though their ports lie within the records' ports, if the
    /// facts were made for these records: if at least half of all facts name one.
    pub fn report_stale(&self, records: &[Record], used: &HashSet<usize>, report: &mut Report<'_>) {
        let Some(first) = records.iter().map(|record| record.ports.first()).min() else {
            return;
        };
        let last = records
            .iter()
            .map(|record| record.ports.last())
            .max()
            .unwrap_or(first);
        let facts = self.by_ports.values().flatten();
        if 2 * used.len() < facts.clone().count() {
            return;
        }
        let stale = facts.filter(|fact| {
            first <= fact.ports.first()
                && fact.ports.last() <= last
                && !used.contains(&fact.span.start)
        });
        for fact in stale {
            let (first, last) = (fact.ports.first(), fact.ports.last());
            let ports = if first == last {
                format!("port {first}")
            } else {
                format!("ports {first} to {last}")
            };
            let message = format!("no record of {ports} has use for {:?}", fact.description);
            report.push(Code::StaleFact, fact.span.clone(), message);
        }
    }
}

fn ports(first: &str, last: &str) -> Option<PortRange> {
    PortRange::new(first.parse().ok()?, last.parse().ok()?)
}
