//! Facts and records → the file of facts as a person would edit it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Bound;

use super::{FactFile, Uses};
use crate::dataset::{PortRange, Record};
use crate::text::Span;

/// The index of the record that a line is about, and the line without its end.
pub(crate) type Line = (usize, String);

/// A line of CSV, without its end.
pub(crate) fn csv_line(fields: impl IntoIterator<Item = impl AsRef<[u8]>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Memory takes all bytes, and every field is text.
    let _ = writer.write_record(fields);
    let mut line = String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default();
    line.truncate(line.trim_end_matches('\n').len());
    line
}

/// A line about a record; `field` gives what is not of the record.
pub(crate) fn line_about(
    record: &Record,
    columns: &[impl AsRef<str>],
    field: impl Fn(&str) -> String,
) -> String {
    let columns = columns.iter().map(AsRef::as_ref);
    csv_line(columns.map(|column| of_record(record, column).unwrap_or_else(|| field(column))))
}

/// What a column says of a record; `None` for a column of a fact.
fn of_record(record: &Record, column: &str) -> Option<String> {
    match column {
        "first_port" => Some(record.ports.first().to_string()),
        "last_port" => Some(record.ports.last().to_string()),
        "description" => Some(record.description.clone()),
        _ => None,
    }
}

/// The text of a new file.
pub(crate) fn file(columns: &[&str], lines: impl Iterator<Item = String>) -> String {
    let lines = std::iter::once(csv_line(columns)).chain(lines);
    lines.map(|line| line + "\n").collect()
}

impl<T> FactFile<T> {
    /// The text of the file as a person would edit it: lines about edited rows say what stands there now, lines about
    /// rows that are gone are out, and new lines stand behind those of lower ports. All else stays as it is written.
    /// Where a row without facts stands on the ports of a stale fact, or a fact may be about several rows, someone has
    /// to decide: nothing is written about the ports of these rows, or the new lines would decide for the next run. A
    /// file that was made for other records is left alone.
    pub(crate) fn updated(&self, records: &[Record], uses: &Uses, mut new: Vec<Line>) -> String {
        let text = self.source.text();
        if !self.are_for_records(uses) {
            return text.to_owned();
        }
        let edited = self.edited(uses);
        let without = new.iter().map(|(record, _)| record);
        let without = without.chain(edited.iter().map(|(record, _)| record));
        let without = without.map(|&record| records[record].ports);
        // A row that a line quotes the start of may be one that was edited.
        let quoted: HashSet<_> = self.all().map(|it| (it.ports, &*it.description)).collect();
        let is_quoted = |it: &&Record| quoted.contains(&(it.ports, &*it.description));
        let unquoted = records.iter().filter(|it| !is_quoted(it));
        let missing: HashSet<_> = without.chain(unquoted.map(|it| it.ports)).collect();
        let stale = self.stale(records.iter().map(|record| record.ports), uses);
        let (undecided, gone): (Vec<_>, Vec<_>) = stale
            .into_iter()
            .partition(|fact| uses.is_undecided(fact) || missing.contains(&fact.ports));
        let undecided: HashSet<_> = undecided.iter().map(|fact| fact.ports).collect();
        let waiting = records.iter().enumerate().filter(|(index, record)| {
            uses.undecided.contains(index) || undecided.contains(&record.ports)
        });
        let waiting = waiting.map(|(_, record)| (record.ports, true));
        // A line that says less than another row of its ports would name that one, too.
        let texts = records.iter().map(|it| (it.ports, it.description.as_str()));
        let texts: BTreeSet<_> = texts.collect();
        let means_more = |record: &Record| {
            let own = (record.ports, record.description.as_str());
            let mut behind = texts.range((Bound::Excluded(own), Bound::Unbounded));
            let next = behind.next();
            next.is_some_and(|(ports, text)| *ports == own.0 && text.starts_with(own.1))
        };
        let of_edited = edited.iter().map(|(record, _)| {
            let record = &records[*record];
            (record.ports, means_more(record))
        });
        let waiting = waiting_ports(waiting.chain(of_edited).collect());
        let waits = |record: usize| waiting[records[record].ports.indices()].contains(&true);
        let mut known = HashSet::new();
        new.retain(|(record, line)| !waits(*record) && known.insert(line.clone()));

        let mut edits: Vec<(Span, String)> = Vec::new();
        for fact in gone {
            let end = fact.span.end + line_end_at(text, fact.span.end).len();
            edits.push((fact.span.start..end, String::new()));
        }
        for (record, fact) in [edited, self.outgrown(uses, new.len())].concat() {
            if !waits(record) {
                let line = self.rewritten(&text[fact.span.clone()], &records[record]);
                edits.push((fact.span.clone(), line));
            }
        }
        edits.extend(self.insertions(records, new));
        apply(edits, text, self.source.line_end())
    }

    /// New lines and where they go: behind those of lower ports. A blank file begins with its columns.
    fn insertions(&self, records: &[Record], new: Vec<Line>) -> Vec<(Span, String)> {
        let (text, line_end) = (self.source.text(), self.source.line_end());
        let header_end = self.header_end.unwrap_or(text.len());
        let mut ends: BTreeMap<PortRange, usize> = BTreeMap::new();
        for fact in self.all() {
            let end = ends.entry(fact.ports).or_default();
            *end = fact.span.end.max(*end);
        }
        let line = |(record, line): Line| {
            let before = ends.range(..=records[record].ports).next_back();
            let end = before.map_or(header_end, |(_, end)| *end);
            let at = end + line_end_at(text, end).len();
            (at..at, line + line_end)
        };
        let is_first = self.header_end.is_none() && !new.is_empty();
        let header = is_first.then(|| (text.len()..text.len(), csv_line(&self.columns) + line_end));
        header
            .into_iter()
            .chain(new.into_iter().map(line))
            .collect()
    }

    /// A line about an edited record: what it says of the record is new, the other fields stay as written.
    fn rewritten(&self, line: &str, record: &Record) -> String {
        let mut is_quoted = false;
        let fields = line.split(|c| {
            is_quoted ^= c == '"';
            c == ',' && !is_quoted
        });
        let new = fields.zip(&self.columns).map(|(field, column)| {
            let new = of_record(record, column);
            new.map_or_else(|| field.to_owned(), |new| csv_line([new]))
        });
        new.collect::<Vec<_>>().join(",")
    }
}

/// For each port, whether nothing is written about it: it is in a range that waits, or in one that overlaps with such
/// a range, directly or by way of others.
fn waiting_ports(mut ranges: Vec<(PortRange, bool)>) -> Vec<bool> {
    let mut waiting = vec![false; usize::from(u16::MAX) + 1];
    ranges.sort_unstable();
    let mut last = 0;
    let overlapping = ranges.chunk_by(|(before, _), (ports, _)| {
        last = before.last().max(last);
        ports.first() <= last
    });
    for ranges in overlapping.filter(|ranges| ranges.iter().any(|(_, waits)| *waits)) {
        let first = ranges[0].0.first();
        let last = ranges.iter().map(|(ports, _)| ports.last()).max();
        waiting[first.into()..=last.unwrap_or(first).into()].fill(true);
    }
    waiting
}

/// Makes edits of a text, in the order of their places. A line that is put in begins a line of its own.
fn apply(mut edits: Vec<(Span, String)>, text: &str, line_end: &str) -> String {
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let (mut edited, mut done) = (String::with_capacity(text.len()), 0);
    for (span, new) in edits {
        edited.push_str(&text[done..span.start]);
        if span.is_empty() && !edited.is_empty() && !edited.ends_with('\n') {
            edited.push_str(line_end);
        }
        edited.push_str(&new);
        done = span.end;
    }
    edited + &text[done..]
}

/// The end of a line that stands at a place.
fn line_end_at(text: &str, at: usize) -> &str {
    regex!(r"^\r?\n")
        .find(&text[at..])
        .map_or("", |end| end.as_str())
}
