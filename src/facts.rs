//! CSV → [`FactFile`]: curated facts about records, and which records each is about.
//!
//! A fact names its record by the ports and the start of the description, never by a line number, so
//! that it survives a new state of the page. Where several facts of one port fit, those with the longest
//! start count: at port 1023, `z/OS Network` beats the blank start that fits everything.

mod uses;

use std::collections::BTreeMap;
use std::ops::Bound::{Included, Unbounded};

use crate::dataset::{PortRange, Record};
use crate::limits::RANGES_OF_A_FACT;
use crate::text::{BadLine, Source, Span};
pub(crate) use uses::Uses;

/// Facts of one file.
#[derive(Debug)]
pub struct FactFile<T> {
    /// The file.
    pub source: Source,
    /// It is part of the program: nobody can bring it up to date.
    pub(crate) is_compiled_in: bool,
    pub(crate) columns: Columns,
    /// Where the line of the columns ends.
    pub(crate) header_end: usize,
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

/// Facts by the start of the description.
type Starts<T> = BTreeMap<String, Vec<Fact<T>>>;

/// The columns of a file, from 0.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    pub(crate) first_port: usize,
    pub(crate) last_port: usize,
    pub(crate) description: usize,
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
    /// The bytes of its line, without the line end.
    pub span: Span,
}

/// Where a column of a header stands.
fn column(header: &csv::StringRecord, name: &str) -> Result<usize, String> {
    let at = header.iter().position(|column| column == name);
    at.ok_or_else(|| format!("there is no column {name:?}"))
}

impl Columns {
    fn new(header: &csv::StringRecord) -> Result<Self, String> {
        Ok(Self {
            names: header.iter().map(str::to_owned).collect(),
            first_port: column(header, "first_port")?,
            last_port: column(header, "last_port")?,
            description: column(header, "description")?,
        })
    }

    /// The fact of a line; an error if its ports are none, or its value could not be read.
    fn fact<T>(
        &self,
        row: &csv::StringRecord,
        value: Result<T, String>,
        span: Span,
    ) -> Result<Fact<T>, String> {
        let (first, last) = (&row[self.first_port], &row[self.last_port]);
        let ports = ports(first, last);
        Ok(Fact {
            ports: ports.ok_or_else(|| format!("{first:?} to {last:?} are not ports"))?,
            description: row[self.description].to_owned(),
            value: value?,
            span,
        })
    }
}

impl<T> FactFile<T> {
    /// Reads facts. The file must have the columns `first_port`, `last_port` and `description`, and
    /// those in `columns`; what these say is `value`'s to read. A file that begins with a port has no header, but the
    /// `usual` columns.
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub fn read<const N: usize>(
        source: Source,
        usual: &[&str],
        columns: [&str; N],
        value: impl Fn([&str; N]) -> Result<T, String>,
    ) -> Result<Self, BadLine> {
        let bad = |byte: u64, message| BadLine {
            path: source.path.clone(),
            line: source.line(line(source.text(), byte, byte).start),
            message,
        };
        let is_blank = |line: &str| line.is_empty() || line.starts_with('#');
        if source.text().lines().all(is_blank) {
            // As a shell makes it for `portconv facts names t.md > service-names.csv` before that runs.
            return Ok(Self::empty(source));
        }
        // The crate takes a comment without a line end for a record.
        let text = format!("{}\n", source.text());
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut row = csv::StringRecord::new();
        let first = reader.headers();
        let mut header = first.map_err(|error| bad(0, error.to_string()))?.clone();
        let (mut start, mut header_end) = (0, 0);
        if header[0].parse::<u16>().is_ok() {
            header = usual.iter().copied().take(header.len()).collect();
        } else {
            start = reader.position().byte();
            header_end = line(&text, 0, start).end;
            // It is given again.
            let _ = reader.read_record(&mut row);
        }
        let own = Columns::new(&header).map_err(|message| bad(0, message))?;
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(columns) {
            *place = column(&header, name).map_err(|message| bad(0, message))?;
        }
        let mut facts: BTreeMap<_, Starts<T>> = BTreeMap::new();
        loop {
            let bad = |message| bad(start, message);
            let is_read = reader.read_record(&mut row);
            if !is_read.map_err(|error| bad(error.to_string()))? {
                break;
            }
            let end = reader.position().byte();
            let span = line(&text, start, end);
            let value = value(places.map(|place| &row[place]));
            let fact = own.fact(&row, value, span).map_err(bad)?;
            let of_ports = facts.entry(fact.ports).or_default();
            let of_start = of_ports.entry(fact.description.clone());
            of_start.or_default().push(fact);
            start = end;
        }
        drop(reader);
        Ok(Self {
            columns: own,
            header_end,
            facts,
            ..Self::empty(source)
        })
    }

    fn empty(source: Source) -> Self {
        Self {
            source,
            is_compiled_in: false,
            columns: Columns::default(),
            header_end: 0,
            facts: BTreeMap::new(),
        }
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
    let above = regex!(r"^(?:#[^\n]*\n|[\r\n])*").find(&text[start..]);
    let start = start + above.map_or(0, |above| above.len());
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
        let same = before
            .bytes()
            .zip(start.bytes())
            .take_while(|(a, b)| a == b);
        start = &start[..start.floor_char_boundary(same.count())];
    }
}

/// Facts about parts of ranges of ports.
pub(crate) struct Parts<'f, T>(BTreeMap<PortRange, (usize, &'f Starts<T>)>);

impl<'f, T> Parts<'f, T> {
    /// The facts about a part of a range. Each is asked for so many ranges only, or thousands of wide ranges
    /// beside thousands of facts would take minutes.
    pub(crate) fn within(&mut self, ports: PortRange, description: &str) -> Vec<&'f Fact<T>> {
        let ends = [ports.first(), ports.last()].map(|port| PortRange::new(port, port));
        let [Some(lowest), Some(highest)] = ends else {
            return Vec::new();
        };
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

/// A line of CSV, without its end.
pub(crate) fn csv_line(fields: impl IntoIterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes all bytes, and every field is text.
    let _ = writer.write_record(fields);
    let mut line = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    line.truncate(line.trim_end_matches('\n').len());
    line
}

fn ports(first: &str, last: &str) -> Option<PortRange> {
    PortRange::new(first.parse().ok()?, last.parse().ok()?)
}
