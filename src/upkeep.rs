//! Inputs and facts → files of facts: what is missing in them, and how they are once they are up to date.

use crate::convert::{Known, Options, run};
use crate::dataset::{NameSource, Record};
use crate::facts::{Line, csv_line};
use crate::meaning::blank_cells::BlankCells;
use crate::text::Source;

/// The columns of a file of blank cells, as [`BlankCells::read`] takes it.
const BLANK_CELLS: [&str; 4] = ["first_port", "last_port", "description", "udp"];

/// The columns of a file of names, as [`read_names`](crate::read_names) takes it, and where each name is from.
const NAMES: [&str; 7] = [
    "first_port",
    "last_port",
    "protocols",
    "description",
    "name",
    "aliases",
    "source",
];

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

/// The rows that have no curated name, each with the name that it has now and where that is from.
#[must_use]
pub fn missing_names(inputs: &[Source], options: &Options) -> String {
    let (conversion, known) = run(inputs, options);
    let lines = missing(&conversion.dataset.records, &NAMES, &known);
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
        BlankCells::Decided(file) => Some(file.updated(records, &known.blank_cells, Vec::new())),
    };
    let names = &options.facts.names;
    if names.columns().is_empty() {
        let lines = missing(records, &NAMES, &known);
        return (blank_cells, file(&NAMES, lines.map(|(_, line)| line)));
    }
    let columns: Vec<_> = names.columns().iter().map(String::as_str).collect();
    let new = missing(records, &columns, &known).collect();
    (blank_cells, names.updated(records, &known.names, new))
}

/// The lines of a new file.
fn file(columns: &[&str], lines: impl IntoIterator<Item = String>) -> String {
    let header = csv_line(columns.iter().map(ToString::to_string));
    std::iter::once(header)
        .chain(lines)
        .map(|line| line + "\n")
        .collect()
}

/// A line for each record in use that has no curated name.
fn missing<'r>(
    records: &'r [Record],
    columns: &'r [&str],
    known: &'r Known,
) -> impl Iterator<Item = Line> + 'r {
    records.iter().enumerate().filter_map(|(index, record)| {
        let naming = record.naming.as_ref()?;
        let why = match (naming.source, known.evidence.get(&index)) {
            (NameSource::Curated, _) => return None,
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

fn ports(record: &Record) -> [String; 2] {
    [record.ports.first(), record.ports.last()].map(|port| port.to_string())
}
