//! CSV ⇄ [`FactFile`]: curated facts about records, read, and kept up to date as a person would edit them.
//!
//! A fact names its record by the ports and the start of the description, never by a line number, so
//! that it survives a new state of the page. Where several facts of one port fit, those with the longest
//! start count: at port 1023, `z/OS Network` beats the blank start that fits everything.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound::{Included, Unbounded};

use crate::dataset::{PortRange, Record};
use crate::diagnostic::{Code, Report};
use crate::limits::{MANY_STALE_FACTS, RANGES_OF_A_FACT, ROWS_OF_A_FACT};
use crate::text::{BadLine, Source, Span};

/// Facts of one file.
#[derive(Debug)]
pub struct FactFile<T> {
    /// The file.
    pub source: Source,
    /// It is part of the program: nobody can bring it up to date.
    pub(crate) is_compiled_in: bool,
    columns: Columns,
    /// Where the line of the columns ends.
    header_end: usize,
    /// By ports, then by the start of the description.
    facts: BTreeMap<PortRange, Starts<T>>,
}

/// Facts by the start of the description.
type Starts<T> = BTreeMap<String, Vec<Fact<T>>>;

/// The columns of a file, from 0.
#[derive(Debug, Default)]
struct Columns {
    names: Vec<String>,
    first_port: usize,
    last_port: usize,
    description: usize,
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
    ) -> Result<Self, BadLine> {
        let bad = |byte: u64, message| BadLine {
            path: source.path.clone(),
            line: source.line(line(source.text(), byte, byte).start),
            message,
        };
        if source.text().trim().is_empty() {
            // As a shell makes it for `portconv facts names t.md > service-names.csv` before that runs.
            return Ok(Self {
                source,
                is_compiled_in: false,
                columns: Columns::default(),
                header_end: 0,
                facts: BTreeMap::new(),
            });
        }
        // The crate takes a comment without a line end for a record.
        let text = format!("{}\n", source.text());
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| bad(0, error.to_string()))?;
        let names: Vec<_> = header.iter().map(str::to_owned).collect();
        let header_end = line(&text, 0, reader.position().byte()).end;
        let column = |name: &str| {
            let at = names.iter().position(|column| column == name);
            at.ok_or_else(|| bad(0, format!("there is no column {name:?}")))
        };
        let (first_port, last_port) = (column("first_port")?, column("last_port")?);
        let description = column("description")?;
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(columns) {
            *place = column(name)?;
        }
        let mut facts: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        let mut row = csv::StringRecord::new();
        loop {
            let start = reader.position().clone();
            let bad = |message| bad(start.byte(), message);
            let is_read = reader.read_record(&mut row);
            if !is_read.map_err(|error| bad(error.to_string()))? {
                break;
            }
            let (first, last) = (&row[first_port], &row[last_port]);
            let ports = ports(first, last)
                .ok_or_else(|| bad(format!("{first:?} to {last:?} are no ports")))?;
            let fact = Fact {
                ports,
                description: row[description].to_owned(),
                value: value(places.map(|place| &row[place])).map_err(bad)?,
                span: line(&text, start.byte(), reader.position().byte()),
            };
            let of_ports = facts.entry(ports).or_default();
            of_ports
                .entry(fact.description.clone())
                .or_default()
                .push(fact);
        }
        drop(reader);
        let columns = Columns {
            names,
            first_port,
            last_port,
            description,
        };
        Ok(Self {
            source,
            is_compiled_in: false,
            columns,
            header_end,
            facts,
        })
    }

    /// All facts, by ports.
    fn all(&self) -> impl Iterator<Item = &Fact<T>> {
        self.facts.values().flat_map(BTreeMap::values).flatten()
    }

    /// The facts that name a record: of its own ports, and the longest start that fits.
    pub fn of(&self, ports: PortRange, description: &str) -> &[Fact<T>] {
        let of_ports = self.facts.get(&ports);
        of_ports.map_or(&[], |facts| longest(facts, description))
    }

    /// The facts about parts of ranges of ports.
    pub(crate) fn parts(&self) -> Parts<'_, T> {
        let facts = self.facts.iter();
        Parts(facts.map(|(ports, facts)| (*ports, (0, facts))).collect())
    }

    /// At least half of the facts name one of the records: they were made for these.
    fn are_for_records(&self, uses: &Uses) -> bool {
        2 * uses.facts.len() >= self.all().count()
    }

    /// Finds the facts whose record was edited. It has the fact's ports and some of its words, or its words
    /// and other ports; and no other line of facts or record comes into question.
    pub fn find_edited(&self, open: &[(usize, &Record)], uses: &mut Uses) {
        if !self.are_for_records(uses) {
            return;
        }
        let records = Records::new(open);
        let groups = self.facts.values().flat_map(BTreeMap::values);
        let unused: Vec<_> = groups
            .filter(|group| uses.of(&group[0]).is_none())
            .collect();
        let meant: Vec<_> = unused
            .iter()
            .map(|group| records.meant(&group[0]))
            .collect();
        let mut claims: HashMap<usize, usize> = HashMap::new();
        for record in meant.iter().flatten() {
            *claims.entry(*record).or_default() += 1;
        }
        for (group, meant) in unused.into_iter().zip(meant) {
            let starts = group.iter().map(|fact| fact.span.start);
            match meant[..] {
                [record] if claims[&record] == 1 => {
                    uses.facts
                        .extend(starts.map(|start| (start, Use::Edited(record))));
                }
                [] => {}
                _ => {
                    uses.undecided.extend(starts);
                    uses.undecided_records.extend(meant);
                }
            }
        }
    }

    /// The facts of records that were edited, each with the index of its record.
    pub fn edited(&self, uses: &Uses) -> Vec<(usize, &Fact<T>)> {
        let edited = self.all().filter_map(|fact| match uses.of(fact)? {
            Use::Edited(record) => Some((record, fact)),
            Use::Fits => None,
        });
        edited.collect()
    }

    /// The facts that name no record, though their ports lie within the records' ports, and the facts were made
    /// for these records.
    fn stale(&self, ports: impl Iterator<Item = PortRange> + Clone, uses: &Uses) -> Vec<&Fact<T>> {
        let first = ports.clone().map(PortRange::first).min();
        let last = ports.map(PortRange::last).max();
        let Some((first, last)) = first.zip(last).filter(|_| self.are_for_records(uses)) else {
            return Vec::new();
        };
        let is_within = |ports: PortRange| first <= ports.first() && ports.last() <= last;
        let unused = self.all().filter(|fact| uses.of(fact).is_none());
        unused.filter(|fact| is_within(fact.ports)).collect()
    }

    /// Reports the stale facts. Where many of those compiled in are, this is another state of the page: one line
    /// says so.
    pub fn report_stale(
        &self,
        ports: impl Iterator<Item = PortRange> + Clone,
        uses: &Uses,
        report: &mut Report<'_>,
    ) {
        let (stale, edited) = (self.stale(ports, uses), self.edited(uses).len());
        if self.is_compiled_in && stale.len() + edited > MANY_STALE_FACTS {
            let message = format!(
                "{} of the facts compiled in are about rows that are not here, and {edited} about rows as they were: \
                 this is another state of the page",
                stale.len()
            );
            report.push(Code::StaleFact, 0..0, message);
            return;
        }
        for fact in stale {
            let message = format!(
                "no record of {} has use for {:?}; `portconv facts update` takes the line out, if nothing else stands \
                 on the port",
                shown(fact.ports),
                fact.description
            );
            report.push(Code::StaleFact, fact.span.clone(), message);
        }
    }

    /// Reports a record that was edited since a fact about it was made.
    pub(crate) fn report_edited(
        &self,
        fact: &Fact<T>,
        edited: usize,
        span: Span,
        report: &mut Report<'_>,
    ) {
        if self.is_compiled_in && edited > MANY_STALE_FACTS {
            return;
        }
        let message = format!(
            "the facts about this row were made for {} and {:?}; they still serve; `portconv facts update` brings \
             them up to date",
            shown(fact.ports),
            fact.description
        );
        report.push(Code::StaleFact, span, message);
    }

    /// The names of the file's columns.
    pub(crate) fn columns(&self) -> &[String] {
        &self.columns.names
    }

    /// The text of the file as a person would edit it: lines about edited rows say what stands there now, lines
    /// about rows that are gone are out, and new lines stand behind those of lower ports. All else stays as it
    /// is written. Where a row without facts stands on the ports of a stale fact, or a fact may be about several
    /// rows, someone has to decide: nothing is written about the ports of these rows, or the new lines would decide
    /// for the next run. A file that was made for other records is left alone.
    pub(crate) fn updated(&self, records: &[Record], uses: &Uses, new: Vec<Line>) -> String {
        let text = self.source.text();
        if !self.are_for_records(uses) {
            return text.to_owned();
        }
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let stale = self.stale(records.iter().map(|record| record.ports), uses);
        let missing: HashSet<_> = new
            .iter()
            .map(|(record, _)| records[*record].ports)
            .collect();
        let (undecided, gone): (Vec<_>, Vec<_>) = stale.into_iter().partition(|fact| {
            uses.undecided.contains(&fact.span.start) || missing.contains(&fact.ports)
        });
        let undecided: HashSet<_> = undecided.iter().map(|fact| fact.ports).collect();
        let is_open = |&(index, record): &(usize, &Record)| {
            uses.undecided_records.contains(&index) || undecided.contains(&record.ports)
        };
        let open = records.iter().enumerate().filter(is_open);
        let open = Held::new(open.map(|(_, record)| record.ports));

        let mut edits = Vec::new();
        for fact in gone {
            let end = fact.span.end + line_end_at(text, fact.span.end).len();
            edits.push((fact.span.start..end, String::new()));
        }
        for (record, fact) in self.edited(uses) {
            if open.has_some_of(records[record].ports) {
                continue;
            }
            let line = self.rewritten(&text[fact.span.clone()], &records[record]);
            edits.push((fact.span.clone(), line));
        }
        let mut ends: BTreeMap<PortRange, usize> = BTreeMap::new();
        for fact in self.all() {
            let end = ends.entry(fact.ports).or_default();
            *end = fact.span.end.max(*end);
        }
        let mut known = HashSet::new();
        for (record, line) in new {
            let ports = records[record].ports;
            if open.has_some_of(ports) || !known.insert(line.clone()) {
                continue;
            }
            let before = ends.range(..=ports).next_back();
            let end = before.map_or(self.header_end, |(_, end)| *end);
            let at = end + line_end_at(text, end).len();
            edits.push((at..at, line + line_end));
        }
        apply(edits, text, line_end)
    }

    /// A line about an edited record: what it says of the record is new, the other fields stay as written.
    fn rewritten(&self, line: &str, record: &Record) -> String {
        let mut is_quoted = false;
        let fields = line.split(|c| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        });
        let new = fields.enumerate().map(|(at, field)| {
            if at == self.columns.first_port {
                record.ports.first().to_string()
            } else if at == self.columns.last_port {
                record.ports.last().to_string()
            } else if at == self.columns.description {
                csv_line([record.description.clone()])
            } else {
                field.to_owned()
            }
        });
        new.collect::<Vec<_>>().join(",")
    }
}

/// Ports that some ranges hold.
struct Held(Vec<bool>);

impl Held {
    fn new(ranges: impl Iterator<Item = PortRange>) -> Self {
        let mut ranges: Vec<_> = ranges.collect();
        ranges.sort_unstable();
        let (mut held, mut done) = (vec![false; usize::from(u16::MAX) + 1], 0);
        for range in ranges {
            let end = usize::from(range.last()) + 1;
            if done < end {
                held[done.max(range.first().into())..end].fill(true);
                done = end;
            }
        }
        Self(held)
    }

    fn has_some_of(&self, ports: PortRange) -> bool {
        self.0[ports.first().into()..=ports.last().into()].contains(&true)
    }
}

/// Makes edits of a text, in the order of their places. A line that is put in begins a line of its own.
fn apply(mut edits: Vec<(Span, String)>, text: &str, line_end: &str) -> String {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let (mut edited, mut done) = (String::with_capacity(text.len()), 0);
    for (span, new) in edits {
        edited.push_str(&text[done..span.start]);
        if span.is_empty() && !edited.ends_with('\n') {
            edited.push_str(line_end);
        }
        edited.push_str(&new);
        done = span.end;
    }
    edited + &text[done..]
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

/// The end of a line that stands at a place.
fn line_end_at(text: &str, at: usize) -> &str {
    regex!(r"^\r?\n")
        .find(&text[at..])
        .map_or("", |end| end.as_str())
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

/// Records without facts, to be found by their ports or the start of their description.
struct Records<'r> {
    by_ports: HashMap<PortRange, Vec<(usize, &'r Record)>>,
    /// Sorted.
    by_text: Vec<(&'r str, usize)>,
}

impl<'r> Records<'r> {
    fn new(records: &[(usize, &'r Record)]) -> Self {
        let mut by_ports: HashMap<_, Vec<_>> = HashMap::new();
        for &(index, record) in records {
            by_ports
                .entry(record.ports)
                .or_default()
                .push((index, record));
        }
        let texts = records.iter();
        let texts = texts.map(|(index, record)| (record.description.as_str(), *index));
        let mut by_text: Vec<_> = texts.collect();
        by_text.sort_unstable();
        Self { by_ports, by_text }
    }

    /// The records that a fact may be about, if they were edited. One more than one is as good as many.
    fn meant<T>(&self, fact: &Fact<T>) -> Vec<usize> {
        let start = fact.description.as_str();
        let from = self.by_text.partition_point(|(text, _)| *text < start);
        let with_text = self.by_text[from..].iter();
        let with_text =
            with_text.take_while(|(text, _)| !start.is_empty() && text.starts_with(start));
        let mut meant: Vec<_> = with_text
            .map(|(_, index)| *index)
            .take(ROWS_OF_A_FACT)
            .collect();
        let of_ports = self.by_ports.get(&fact.ports).into_iter().flatten();
        let of_ports = of_ports.take(ROWS_OF_A_FACT);
        meant.extend(
            of_ports
                .filter(|(_, record)| share_a_word(start, &record.description))
                .map(|(index, _)| *index),
        );
        meant.sort_unstable();
        meant.dedup();
        meant
    }
}

/// The index of the record that a line is about, and the line without its end.
pub(crate) type Line = (usize, String);

/// A line of CSV, without its end.
pub(crate) fn csv_line(fields: impl IntoIterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes all bytes, and every field is text.
    let _ = writer.write_record(fields);
    let mut line = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    line.truncate(line.trim_end_matches('\n').len());
    line
}

/// Which records the facts of a file name, by where each fact starts.
#[derive(Debug, Default)]
pub struct Uses {
    facts: BTreeMap<usize, Use>,
    /// Facts that may be about several records, and these records: someone has to decide.
    undecided: HashSet<usize>,
    undecided_records: HashSet<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Use {
    /// It names records as they are.
    Fits,
    /// It was made for an earlier state of the record with this index.
    Edited(usize),
}

impl Uses {
    /// Notes that a fact names a record.
    pub fn add<T>(&mut self, fact: &Fact<T>) {
        self.facts.insert(fact.span.start, Use::Fits);
    }

    fn of<T>(&self, fact: &Fact<T>) -> Option<Use> {
        self.facts.get(&fact.span.start).copied()
    }
}

fn shown(ports: PortRange) -> String {
    match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("port {first}"),
        (first, last) => format!("ports {first} to {last}"),
    }
}

/// Two texts have a word of four letters or more in common, or one is short of such words.
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
