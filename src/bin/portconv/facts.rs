//! `portconv facts`: what files of facts lack, and bringing them up to date.

use std::io::Write;

use crate::cli::{FactsCommand, FactsInput};
use crate::error::{Error, Outcome};
use crate::input::{self, Tables};
use crate::output::{self, Written};
use crate::place::shown;
use crate::plan::outputs::Place;
use crate::plan::reading::{BlankCellFacts, Reading};
use crate::say;

/// Prints or updates facts.
pub(crate) fn run(command: &FactsCommand) -> Result<Outcome, Error> {
    let (FactsCommand::BlankCells(asked)
    | FactsCommand::Names(asked)
    | FactsCommand::Update(asked)) = command;
    let FactsInput { inputs, facts } = asked;
    let reading = Reading::new(inputs, None, facts)?;
    let tables = input::read(&reading)?;
    tables.unread.iter().for_each(say::warning);
    match command {
        FactsCommand::BlankCells(_) => blank_cells(&tables),
        FactsCommand::Names(_) => {
            say::print(portconv::missing_names(&tables.sources, &tables.options))
        }
        FactsCommand::Update(_) => update(&reading, &tables),
    }
}

fn blank_cells(
    Tables {
        sources, options, ..
    }: &Tables,
) -> Result<Outcome, Error> {
    let lines = portconv::blank_cell_facts(sources, options).ok_or_else(|| {
        let message = "no table here says how far its cells reach; a page in HTML does";
        Error::Usage(message.to_owned())
    })?;
    say::print(lines)
}

fn update(reading: &Reading, tables: &Tables) -> Result<Outcome, Error> {
    let (blank_cells, names) = portconv::renewed_facts(&tables.sources, &tables.options);
    let mut files = Vec::new();
    if let (BlankCellFacts::File(path), Some(text)) = (&reading.blank_cells, blank_cells) {
        files.push((Place::new(path.clone()), text));
    }
    if let Some(path) = &reading.names {
        files.push((Place::new(path.clone()), names));
    }
    if files.is_empty() {
        let message = "there is no blank-cells.csv or service-names.csv beside the input: name the files with --blank-cells and --names";
        return Err(Error::Usage(message.to_owned()));
    }
    let places: Vec<_> = files.iter().map(|(place, _)| place).collect();
    let Written { written, unchanged } = output::write_set(&places, false, |at, draft| {
        let (place, text) = &files[at];
        draft
            .write_all(text.as_bytes())
            .map_err(|error| Error::Write {
                path: shown(&place.path),
                error,
            })
    })?;
    say::line(format_args!(
        "facts: {written} files written, {unchanged} unchanged"
    ));
    Ok(Outcome::Done)
}
