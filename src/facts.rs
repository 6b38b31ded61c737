//! CSV → [`FactFile`]: curated facts about records.
//!
//! A fact names its record by the ports and the start of the description, never by a line number, so
//! that it survives a new state of the page. Where several facts of one port fit, those with the longest
//! start count: at port 1023, `z/OS Network` beats the blank start that fits everything.

use std::collections::{BTreeMap, HashSet};

use crate::dataset::{PortRange, Record};
use crate::diagnostic::{Code, Report};
use crate::text::{Source, Span};

/// Facts of one file.
#[derive(Debug)]
pub struct FactFile<T> {
    /// The file.
    pub source: Source,
    /// The columns `first_port`, `last_port` and `description`, from 0.
    columns: [usize; 3],
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct BadFacts {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

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
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(source.text().as_bytes());
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
            by_ports.entry(ports).or_default().push(Fact {
                ports,
                description: row[description].to_owned(),
                value,
                span: at..end,
            });
        }
        drop(reader);
        let columns = [first, last, description];
        Ok(Self {
            source,
            columns,
            by_ports,
        })
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

    /// Whether the facts were made for the records: at least half of them name one.
    fn are_for_records(&self, uses: &Uses) -> bool {
        2 * uses.0.len() >= self.by_ports.values().flatten().count()
    }

    /// Finds the facts whose record was edited. It has the fact's ports and some of its words, or its words
    /// and other ports; and no other fact or record comes into question.
    pub fn find_edited(&self, open: &[(usize, &Record)], uses: &mut Uses) {
        if !self.are_for_records(uses) {
            return;
        }
        let facts = self.by_ports.values().flatten();
        let unused: Vec<_> = facts.filter(|fact| !uses.has(fact)).collect();
        let is_meant = |fact: &Fact<T>, record: &Record| {
            let has_words =
                !fact.description.is_empty() && record.description.starts_with(&fact.description);
            has_words
                || fact.ports == record.ports
                    && share_a_word(&fact.description, &record.description)
        };
        for fact in &unused {
            let mut records = open.iter().filter(|(_, record)| is_meant(fact, record));
            let (Some(&(index, record)), None) = (records.next(), records.next()) else {
                continue;
            };
            if unused
                .iter()
                .filter(|other| is_meant(other, record))
                .count()
                == 1
            {
                uses.0.insert(fact.span.start, Use::Edited(index));
            }
        }
    }

    /// The fact of a record that was edited.
    pub fn edited(&self, uses: &Uses) -> BTreeMap<usize, &Fact<T>> {
        let facts = self.by_ports.values().flatten();
        let edited = facts.filter_map(|fact| match uses.0.get(&fact.span.start)? {
            Use::Edited(record) => Some((*record, fact)),
            Use::Fits => None,
        });
        edited.collect()
    }

    /// The facts that name no record, though their ports lie within the records' ports, and the facts were made
    /// for these records.
    fn stale<'f>(
        &'f self,
        ports: impl Iterator<Item = PortRange> + Clone,
        uses: &'f Uses,
    ) -> impl Iterator<Item = &'f Fact<T>> {
        let first = ports.clone().map(PortRange::first).min();
        let last = ports.map(PortRange::last).max();
        let within = first.zip(last).filter(|_| self.are_for_records(uses));
        let facts = self.by_ports.values().flatten();
        facts.filter(move |fact| {
            let is_within = within.is_some_and(|(first, last)| {
                first <= fact.ports.first() && fact.ports.last() <= last
            });
            is_within && !uses.has(fact)
        })
    }

    /// Reports the facts that are stale for records of these ports.
    pub fn report_stale(
        &self,
        ports: impl Iterator<Item = PortRange> + Clone,
        uses: &Uses,
        report: &mut Report<'_>,
    ) {
        for fact in self.stale(ports, uses) {
            let ports = shown(fact.ports);
            let message = format!(
                "no record of {ports} has use for {:?}; `portconv facts update` takes the line out",
                fact.description
            );
            report.push(Code::StaleFact, fact.span.clone(), message);
        }
    }

    /// What stands in the file before its first fact.
    pub(crate) fn head(&self) -> &str {
        let facts = self.by_ports.values().flatten();
        let text = self.source.text();
        &text[..facts
            .map(|fact| fact.span.start)
            .min()
            .unwrap_or(text.len())]
    }

    /// The lines of the file without stale facts, and with those about edited records as they are now.
    pub(crate) fn renewed(&self, records: &[Record], uses: &Uses) -> Vec<Line> {
        let stale: HashSet<_> = self
            .stale(records.iter().map(|record| record.ports), uses)
            .map(|fact| fact.span.start)
            .collect();
        let facts = self.by_ports.values().flatten();
        let kept = facts.filter(|fact| !stale.contains(&fact.span.start));
        let line = |fact: &Fact<T>| {
            let line = &self.source.text()[fact.span.clone()];
            match uses.0.get(&fact.span.start) {
                Some(Use::Edited(record)) => self.rewritten(line, &records[*record]),
                Some(Use::Fits) | None => (fact.ports, line.to_owned()),
            }
        };
        kept.map(line).collect()
    }

    /// A line about an edited record.
    fn rewritten(&self, line: &str, record: &Record) -> Line {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(line.as_bytes());
        let mut fields = csv::StringRecord::new();
        // The line was read before.
        let _ = reader.read_record(&mut fields);
        let new = fields.iter().enumerate().map(|(at, field)| {
            if at == self.columns[0] {
                record.ports.first().to_string()
            } else if at == self.columns[1] {
                record.ports.last().to_string()
            } else if at == self.columns[2] {
                record.description.clone()
            } else {
                field.to_owned()
            }
        });
        (record.ports, csv_line(new))
    }
}

/// The ports that a line is about, and the line.
pub(crate) type Line = (PortRange, String);

/// A line of CSV.
pub(crate) fn csv_line(fields: impl IntoIterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes all bytes, and every field is text.
    let _ = writer.write_record(fields);
    let line = writer.into_inner().unwrap_or_default();
    String::from_utf8(line).unwrap_or_default()
}

/// Which records the facts of a file name, by where each fact starts.
#[derive(Debug, Default)]
pub struct Uses(BTreeMap<usize, Use>);

#[derive(Debug)]
enum Use {
    /// It names records as they are.
    Fits,
    /// It was made for an earlier state of the record with this index.
    Edited(usize),
}

impl Uses {
    /// Notes that a fact names a record.
    pub fn add<T>(&mut self, fact: &Fact<T>) {
        self.0.insert(fact.span.start, Use::Fits);
    }

    fn has<T>(&self, fact: &Fact<T>) -> bool {
        self.0.contains_key(&fact.span.start)
    }
}

/// Reports a record that was edited since a fact about it was made.
pub(crate) fn report_edited<T>(fact: &Fact<T>, span: Span, report: &mut Report<'_>) {
    let message = format!(
        "the facts about this row were made for {} and {:?}; they still serve; `portconv facts update` brings them up to date",
        shown(fact.ports),
        fact.description
    );
    report.push(Code::StaleFact, span, message);
}

fn shown(ports: PortRange) -> String {
    match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("port {first}"),
        (first, last) => format!("ports {first} to {last}"),
    }
}

/// Whether two texts have a word of four letters or more in common, or are both short of one.
fn share_a_word(a: &str, b: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 3);
        words.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    a.is_empty() || b.is_empty() || !a.is_disjoint(&b)
}

fn ports(first: &str, last: &str) -> Option<PortRange> {
    PortRange::new(first.parse().ok()?, last.parse().ok()?)
}
