//! `portconv facts`: finds what is missing from the fact files, and updates them.

use crate::cli::{FactsCommand, FactsInput, InputOptions, MessageOptions, OutputOptions};
use crate::error::{Error, Outcome};
use crate::input::{self, Tables};
use crate::make;
use crate::output;
use crate::plan::Plan;
use crate::plan::outputs::Place;
use crate::plan::reading::{BlankCellFacts, Reading};
use crate::report::Written;
use crate::say;
use crate::typed::Typed;

/// Prints or updates facts.
pub(crate) fn run(command: &FactsCommand, typed: Typed<'_>) -> Result<Outcome, Error> {
    let (FactsCommand::BlankCells(asked)
    | FactsCommand::Names(asked)
    | FactsCommand::Update(asked)) = command;
    let FactsInput { inputs, facts } = asked;
    let inputs = InputOptions::new(inputs);
    let reading = Reading::new(&inputs, facts)?;
    let tables = input::read(&reading)?;
    tables.warn_of_unread();
    let Tables {
        sources, options, ..
    } = &tables;
    match command {
        FactsCommand::BlankCells(_) => say::print(
            portconv::blank_cell_facts(sources, options)
                .ok_or("no table here shows which UDP cells are merged: only HTML, wikitext and reStructuredText do, with a cell that covers the TCP and UDP columns")?,
        ),
        FactsCommand::Names(_) => say::print(portconv::missing_names(sources, options)),
        FactsCommand::Update(_) => {
            update(&reading, &tables)?;
            if !inputs.paths.is_empty() || facts.names.is_some() || facts.blank_cells.is_some() {
                return Ok(Outcome::Done);
            }
            // The same inputs are read again, now with the new facts.
            let reading = Reading::new(&inputs, facts)?;
            make::run(&Plan::new(reading, &OutputOptions::default(), &MessageOptions::default(), typed)?)
        }
    }
}

fn update(reading: &Reading, tables: &Tables) -> Result<(), Error> {
    let (blank_cells, names) = portconv::renewed_facts(&tables.sources, &tables.options);
    let mut files = Vec::new();
    if let (BlankCellFacts::File(path), Some(text)) = (&reading.blank_cells, blank_cells) {
        files.push((Place::new(path.clone()), text));
    }
    if let Some(path) = &reading.names {
        files.push((Place::new(path.clone()), names));
    }
    if files.is_empty() {
        return Err("there is no blank-cells.csv or service-names.csv beside the input: name the files with --blank-cells and --names".into());
    }
    let places: Vec<_> = files.iter().map(|(place, _)| place).collect();
    let contents = |at: usize| Ok(files[at].1.clone().into_bytes());
    let Written { written, unchanged } = output::write_set(&places, false, contents)?;
    say!("fact files: {written} written, {unchanged} unchanged");
    Ok(())
}
