//! Inputs and facts → fact files: what is missing from them, and their updated text.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::convert::{Known, Options, run};
use crate::dataset::{NameSource, PortRange, Record};
use crate::facts::{BLANK_CELLS, Columns, FactFile, NAMES, Uses, csv_line};
use crate::meaning::blank_cells::BlankCells;
use crate::naming::curated::Names;
use crate::text::{Source, Span};

/// The facts about the blank UDP cells of tables whose syntax says how far a cell reaches (HTML): a line for
/// each row that a copy without spans would have a blank UDP cell in. `None` where no table says so.
#[must_use]
pub fn blank_cell_facts(inputs: &[Source], options: &Options) -> Option<String> {
    let (conversion, known) = run(inputs, options);
    let rows = conversion.dataset.records.iter().zip(known.spans);
    let lines = rows.filter_map(|(record, decision)| {
        let [first, last] = ports(record);
        let udp = decision?.name().to_owned();
        Some(csv_line([first, last, record.description.clone(), udp]))
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then(|| file(&BLANK_CELLS, lines))
}

/// The rows that neither a curated name nor their table names, each with the name that it has now and where that is from.
#[must_use]
pub fn missing_names(inputs: &[Source], options: &Options) -> String {
    let (conversion, known) = run(inputs, options);
    let lines = missing(
        &conversion.dataset.records,
        &NAMES,
        &options.facts.names,
        &known,
    );
    file(&NAMES, lines.map(|(_, line)| line))
}

/// Files of facts as they are once they are up to date with the inputs: lines about rows that are gone are out,
/// those about edited rows say what stands there now, and rows without a curated name have a line. What else
/// stands in a file stays. The blank cells are `None` where they are taken literally.
#[must_use]
pub fn renewed_facts(inputs: &[Source], options: &Options) -> (Option<String>, String) {
    let (conversion, known) = run(inputs, options);
    let records = &conversion.dataset.records;
    let blank_cells = match &options.facts.blank_cells {
        BlankCells::Literal => None,
        BlankCells::Decided(file) => Some(updated(file, records, &known.blank_cells, Vec::new())),
    };
    let names = &options.facts.names;
    if names.columns.names.is_empty() {
        let lines = missing(records, &NAMES, names, &known).map(|(_, line)| line);
        let (text, line_end) = (names.source.text(), names.source.line_end());
        let lines = file(&NAMES, lines).replace('\n', line_end);
        let edits = vec![(text.len()..text.len(), lines)];
        return (blank_cells, apply(edits, text, line_end));
    }
    let columns: Vec<_> = names.columns.names.iter().map(String::as_str).collect();
    let new = missing(records, &columns, names, &known).collect();
    (blank_cells, updated(names, records, &known.names, new))
}

/// The lines of a new file.
fn file(columns: &[&str], lines: impl IntoIterator<Item = String>) -> String {
    let header = csv_line(columns.iter().map(ToString::to_string));
    std::iter::once(header)
        .chain(lines)
        .map(|line| line + "\n")
        .collect()
}

/// A line for each record in use that neither a curated name nor its table names. None for one that has a line which
/// names it for another protocol, and none that would also be about a record which has another name: that line would
/// be about nothing then, or rename a record.
fn missing<'r>(
    records: &'r [Record],
    columns: &'r [&str],
    names: &'r Names,
    known: &'r Known,
) -> impl Iterator<Item = Line> + 'r {
    // Rows that no line may be about: their table names them, or they are alike and have several names.
    let (mut namings, mut pinned) = (HashMap::new(), BTreeSet::new());
    for record in records {
        let row = (record.ports, record.description.as_str());
        let naming = *namings.entry(row).or_insert(&record.naming);
        if *naming != record.naming || source(record) == Some(NameSource::Stated) {
            pinned.insert(row);
        }
    }
    let is_settled = move |record: &Record| {
        let start = record.description.as_str();
        let mut pinned = pinned.range((record.ports, start)..);
        let is_pinned = pinned
            .next()
            .is_some_and(|(ports, text)| *ports == record.ports && text.starts_with(start));
        is_pinned || !names.of(record.ports, start).is_empty()
    };
    let open = records.iter().enumerate();
    let open = open.filter(move |(_, record)| !is_settled(record));
    open.filter_map(move |(index, record)| {
        let naming = record.naming.as_ref()?;
        let why = match (naming.source, known.evidence.get(&index)) {
            (NameSource::Curated | NameSource::Stated, _) => return None,
            (NameSource::Derived, Some(evidence)) => format!("derived: {}", evidence.name()),
            (source, _) => source.name().to_owned(),
        };
        let [first, last] = ports(record);
        let aliases: Vec<_> = naming.aliases.iter().map(ToString::to_string).collect();
        let field = |column: &&str| match *column {
            "first_port" => first.clone(),
            "last_port" => last.clone(),
            "description" => record.description.clone(),
            "name" => naming.name.to_string(),
            "aliases" => aliases.join(";"),
            "source" => why.clone(),
            _ => String::new(),
        };
        Some((index, csv_line(columns.iter().map(field))))
    })
}

fn source(record: &Record) -> Option<NameSource> {
    Some(record.naming.as_ref()?.source)
}

fn ports(record: &Record) -> [String; 2] {
    [record.ports.first(), record.ports.last()].map(|port| port.to_string())
}

/// The text of a file as a person would edit it: lines about edited rows say what stands there now, lines about rows
/// that are gone are out, and new lines stand behind those of lower ports. All else stays as it is written. Where a
/// row without facts stands on the ports of a stale fact, or a fact may be about several rows, someone has to decide:
/// nothing is written about the ports of these rows, or the new lines would decide for the next run. A file that was
/// made for other records is left alone.
fn updated<T>(facts: &FactFile<T>, records: &[Record], uses: &Uses, mut new: Vec<Line>) -> String {
    let text = facts.source.text();
    if !facts.are_for_records(uses) {
        return text.to_owned();
    }
    let missing = new.iter().map(|(record, _)| records[*record].ports);
    let missing: HashSet<_> = missing.collect();
    let stale = facts.stale(records.iter().map(|record| record.ports), uses);
    let (undecided, gone): (Vec<_>, Vec<_>) = stale
        .into_iter()
        .partition(|fact| uses.is_undecided(fact) || missing.contains(&fact.ports));
    let undecided: HashSet<_> = undecided.iter().map(|fact| fact.ports).collect();
    let is_open = |(index, record): (usize, &Record)| {
        let is_open = uses.undecided.contains(&index) || undecided.contains(&record.ports);
        (record.ports, is_open)
    };
    let touched = facts.edited(uses).into_iter();
    let touched = touched.map(|(index, _)| (records[index].ports, false));
    let open = Held::new(
        records
            .iter()
            .enumerate()
            .map(is_open)
            .filter(|it| it.1)
            .chain(touched),
    );
    let mut known = HashSet::new();
    new.retain(|(record, line)| {
        !open.has_some_of(records[*record].ports) && known.insert(line.clone())
    });

    let line_end = facts.source.line_end();
    let mut edits = Vec::new();
    for fact in gone {
        let end = fact.span.end + line_end_at(text, fact.span.end).len();
        edits.push((fact.span.start..end, String::new()));
    }
    for (record, fact) in [facts.edited(uses), facts.outgrown(uses, new.len())].concat() {
        let record = &records[record];
        if !open.has_some_of(record.ports) {
            let line = rewritten(&text[fact.span.clone()], &facts.columns, record);
            edits.push((fact.span.clone(), line));
        }
    }
    let mut ends: BTreeMap<PortRange, usize> = BTreeMap::new();
    for fact in facts.all() {
        let end = ends.entry(fact.ports).or_default();
        *end = fact.span.end.max(*end);
    }
    for (record, line) in new {
        let before = ends.range(..=records[record].ports).next_back();
        let end = before.map_or(facts.header_end, |(_, end)| *end);
        let at = end + line_end_at(text, end).len();
        edits.push((at..at, line + line_end));
    }
    apply(edits, text, line_end)
}

/// A line about an edited record: what it says of the record is new, the other fields stay as written.
fn rewritten(line: &str, columns: &Columns, record: &Record) -> String {
    let mut is_quoted = false;
    let fields = line.split(|c| {
        is_quoted ^= c == '"';
        c == ',' && !is_quoted
    });
    let [first, last] = ports(record);
    let new = fields.enumerate().map(|(at, field)| match at {
        _ if at == columns.first_port => first.clone(),
        _ if at == columns.last_port => last.clone(),
        _ if at == columns.description => csv_line([record.description.clone()]),
        _ => field.to_owned(),
    });
    new.collect::<Vec<_>>().join(",")
}

/// The index of the record that a line is about, and the line without its end.
type Line = (usize, String);

/// Ports about which nothing is written.
struct Held(Vec<bool>);

impl Held {
    /// Takes ranges, each with whether it is held, and so is what overlaps with it.
    fn new(ranges: impl Iterator<Item = (PortRange, bool)>) -> Self {
        let mut held = vec![false; usize::from(u16::MAX) + 1];
        let mut ranges: Vec<_> = ranges.collect();
        ranges.sort_unstable();
        let mut last = 0;
        let overlapping = ranges.chunk_by(|(before, _), (ports, _)| {
            last = before.last().max(last);
            ports.first() <= last
        });
        for ranges in overlapping.filter(|ranges| ranges.iter().any(|(_, is_held)| *is_held)) {
            let last = ranges
                .iter()
                .map(|(ports, _)| ports.last())
                .max()
                .unwrap_or(0);
            held[ranges[0].0.first().into()..=last.into()].fill(true);
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
