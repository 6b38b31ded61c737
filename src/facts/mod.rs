//! CSV → [`FactFile`]: curated facts about records, and which records each is about.
//!
//! A fact names its record by the ports and the start of the description, never by a line number, so
//! that it survives a new state of the page. Where several facts of one port fit, those with the longest
//! start count: at port 1023, `z/OS Network` beats the blank start that fits everything.

mod update;
mod uses;

use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};

use crate::dataset::{PortRange, Record};
use crate::limits::RANGES_OF_A_FACT;
use crate::text::{BadLine, Source, Span};
pub(crate) use update::{Line, csv_line, file, line_about};
pub(crate) use uses::Uses;

/// Facts of one file.
#[derive(Debug)]
pub struct FactFile<T> {
    /// The file.
    pub source: Source,
    /// It is part of the program: nobody can bring it up to date.
    pub(crate) is_compiled_in: bool,
    pub(crate) columns: Vec<String>,
    /// Where the line of the columns ends; `None` if a blank file has none yet.
    header_end: Option<usize>,
    /// By ports, then by the start of the description.
    facts: BTreeMap<PortRange, Starts<T>>,
}

/// The columns of a file of blank cells; of one without a header, in this order.
pub(crate) const BLANK_CELLS: [&str; 4] = ["first_port", "last_port", "description", "udp"];

/// The columns of a file of names, likewise, and where each name is from.
pub(crate) const NAMES: [&str; 7] = [
    "first_port",
    "last_port",
    "protocols",
    "description",
    "name",
    "aliases",
    "source",
];

/// The columns that every file has.
const COMMON: [&str; 3] = ["first_port", "last_port", "description"];

/// Facts by the start of the description.
type Starts<T> = BTreeMap<String, Vec<Fact<T>>>;

/// One line of the file.
#[derive(Debug)]
pub struct Fact<T> {
    /// The ports it speaks of.
    pub ports: PortRange,
    /// How the record's description starts.
    pub description: String,
    /// What it says.
    pub value: T,
    /// The bytes of its line, without the line end.
    pub span: Span,
}

impl<T> FactFile<T> {
    /// Reads facts. The file must have the columns `first_port`, `last_port` and `description`, and
    /// those in `wanted`; what these say is `value`'s to read. A file that begins with a port has no header, but the
    /// `usual` columns.
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub(crate) fn parse<const N: usize>(
        source: Source,
        usual: &[&str],
        wanted: [&str; N],
        value: impl Fn([&str; N]) -> Result<T, String>,
    ) -> Result<Self, BadLine> {
        let mut columns: Vec<_> = usual.iter().map(ToString::to_string).collect();
        let (mut header_end, mut places) = (None, Vec::new());
        let mut facts: BTreeMap<_, Starts<T>> = BTreeMap::new();
        // The crate takes a comment without a line end for a record.
        let text = format!("{}\n", source.text());
        let mut builder = csv::ReaderBuilder::new();
        let builder = builder.comment(Some(b'#')).has_headers(false);
        let mut reader = builder.from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        loop {
            let start = reader.position().byte();
            let bad = |message| BadLine {
                path: source.path.clone(),
                line: source.line(line(&text, start, start).start),
                message,
            };
            let is_read = reader.read_record(&mut row);
            if !is_read.map_err(|error| bad(error.to_string()))? {
                break;
            }
            let span = line(&text, start, reader.position().byte());
            if header_end.is_none() {
                let is_header = row[0].parse::<u16>().is_err();
                if is_header {
                    columns = row.iter().map(str::to_owned).collect();
                }
                columns.truncate(row.len());
                header_end = Some(if is_header { span.end } else { 0 });
                let place = |name: &&str| {
                    let place = columns.iter().position(|column| column == name);
                    place.ok_or_else(|| format!("there is no column {name:?}"))
                };
                let names = COMMON.iter().chain(&wanted);
                places = names.map(place).collect::<Result<_, _>>().map_err(bad)?;
                if is_header {
                    continue;
                }
            }
            let field = |at: usize| &row[places[at]];
            let value = value(std::array::from_fn(|at| field(COMMON.len() + at)));
            let fact = fact([0, 1, 2].map(field), value, span).map_err(bad)?;
            let of_ports = facts.entry(fact.ports).or_default();
            let of_start = of_ports.entry(fact.description.clone()).or_default();
            of_start.push(fact);
        }
        drop(reader);
        Ok(Self {
            source,
            is_compiled_in: false,
            columns,
            header_end,
            facts,
        })
    }

    /// All facts, by ports.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Fact<T>> {
        self.facts.values().flat_map(BTreeMap::values).flatten()
    }

    /// The facts that name a record: of its own ports, and the longest start that fits.
    pub fn of(&self, ports: PortRange, description: &str) -> &[Fact<T>] {
        let of_ports = self.facts.get(&ports);
        of_ports.map_or(&[], |facts| longest(facts, description))
    }

    /// Where the file says something of a record; `None` where it does not, or is compiled in.
    pub(crate) fn place_of_fact(&self, record: &Record, says: impl Fn(&T) -> bool) -> Option<Span> {
        let facts = self.of(record.ports, &record.description).iter();
        let mut facts = facts.filter(|_| !self.is_compiled_in);
        Some(facts.find(|fact| says(&fact.value))?.span.clone())
    }

    /// The facts about parts of ranges of ports.
    pub(crate) fn parts(&self) -> Parts<'_, T> {
        let facts = self.facts.iter();
        Parts(facts.map(|(ports, facts)| (*ports, (0, facts))).collect())
    }
}

/// The line of a fact in the bytes that were read for it: neither the comments above it nor its line end.
fn line(text: &str, start: u64, end: u64) -> Span {
    let [start, end] =
        [start, end].map(|byte| usize::try_from(byte).unwrap_or(text.len()).min(text.len()));
    let lines = text[start..].split_inclusive('\n');
    let above = lines.take_while(|line| line.starts_with('#') || line.trim_end().is_empty());
    let start = start + above.map(str::len).sum::<usize>();
    let read = text.get(start..end).unwrap_or_default();
    start..start + read.trim_end_matches(['\r', '\n']).len()
}

/// The facts with the longest start of a text.
fn longest<'f, T>(facts: &'f Starts<T>, text: &str) -> &'f [Fact<T>] {
    let mut start = text;
    loop {
        // Whatever is a start of the text stands before it, and behind it only longer ones.
        let Some((before, found)) = facts
            .range::<str, _>((Unbounded, Included(start)))
            .next_back()
        else {
            return &[];
        };
        if text.starts_with(before.as_str()) {
            return found;
        }
        let pairs = before.bytes().zip(start.bytes());
        let same = pairs.take_while(|(a, b)| a == b).count();
        start = &start[..start.floor_char_boundary(same)];
    }
}

/// Facts about parts of ranges of ports.
pub(crate) struct Parts<'f, T>(BTreeMap<PortRange, (usize, &'f Starts<T>)>);

impl<'f, T> Parts<'f, T> {
    /// The facts about a part of a range. Each is asked for so many ranges only, or thousands of wide ranges
    /// beside thousands of facts would take minutes.
    pub(crate) fn within(&mut self, ports: PortRange, description: &str) -> Vec<&'f Fact<T>> {
        let [lowest, highest] = [ports.first(), ports.last()].map(PortRange::from);
        let (mut found, mut done) = (Vec::new(), Vec::new());
        if !ports.is_single() {
            for (part, (asked, facts)) in self.0.range_mut(lowest..=highest) {
                *asked += 1;
                if *asked == RANGES_OF_A_FACT {
                    done.push(*part);
                }
                if *part != ports && part.last() <= ports.last() {
                    found.extend(longest(facts, description));
                }
            }
        }
        for part in done {
            self.0.remove(&part);
        }
        found
    }
}

/// The fact of a line: an error if its ports are none, or its value could not be read.
fn fact<T>(
    [first, last, description]: [&str; 3],
    value: Result<T, String>,
    span: Span,
) -> Result<Fact<T>, String> {
    let ports = || PortRange::new(first.parse().ok()?, last.parse().ok()?);
    Ok(Fact {
        ports: ports().ok_or_else(|| format!("{first:?} to {last:?} are not ports"))?,
        description: description.to_owned(),
        value: value?,
        span,
    })
}
