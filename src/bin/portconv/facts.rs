//! `portconv facts`: what files of facts lack, and bringing them up to date.

use std::io::Write;
use std::path::PathBuf;

use portconv::dataset::Dataset;
use portconv::emit::{EmitError, Emitter, Format};

use crate::cli::{Arguments, FactsCommand};
use crate::error::{Error, Outcome};
use crate::input;
use crate::manners::usage;
use crate::output::{self, Written};
use crate::say::{print, tell};

/// Runs a command, up to what is left to do: with true, to make the files of the default folder.
pub(crate) fn run(command: &FactsCommand) -> Result<(Outcome, bool), Error> {
    match command {
        FactsCommand::BlankCells(asked) => {
            blank_cells(&asked.as_run().map_err(|error| usage(&error))?).map(|done| (done, false))
        }
        FactsCommand::Names(asked) => {
            names(&asked.as_run().map_err(|error| usage(&error))?).map(|done| (done, false))
        }
        FactsCommand::Update(asked) => {
            update(&asked.as_run().map_err(|error| usage(&error))?)?;
            let has_own_files = asked.facts.names.is_some() || asked.facts.blank_cells.is_some();
            Ok((Outcome::Done, asked.inputs.is_empty() && !has_own_files))
        }
    }
}

fn blank_cells(arguments: &Arguments) -> Result<Outcome, Error> {
    let (sources, options) = (
        input::sources(arguments)?,
        input::options_beside(arguments)?,
    );
    let lines = portconv::blank_cell_facts(&sources, &options).ok_or_else(|| {
        let message = "no table here says how far its cells reach; a page in HTML does";
        Error::Usage(message.to_owned())
    })?;
    print(lines)
}

fn names(arguments: &Arguments) -> Result<Outcome, Error> {
    let (sources, options) = (
        input::sources(arguments)?,
        input::options_beside(arguments)?,
    );
    print(portconv::missing_names(&sources, &options))
}

fn update(arguments: &Arguments) -> Result<(), Error> {
    let [blank_cells, names] = input::fact_files(arguments)?;
    if blank_cells.is_none() && names.is_none() {
        let message = "there is no blank-cells.csv or service-names.csv beside the input: name the files with --blank-cells and --names";
        return Err(Error::Usage(message.to_owned()));
    }
    let (sources, options) = (
        input::sources(arguments)?,
        input::options_beside(arguments)?,
    );
    let (new_blank_cells, new_names) = portconv::renewed_facts(&sources, &options);
    let texts = [
        blank_cells.zip(new_blank_cells),
        names.map(|path| (path, new_names)),
    ];
    let texts = texts.into_iter().flatten();
    let texts: Vec<(PathBuf, Text)> = texts.map(|(path, text)| (path, Text(text))).collect();
    let files: Vec<_> = texts
        .iter()
        .map(|(path, text)| (path.clone(), text as &dyn Emitter))
        .collect();
    let Written {
        written, unchanged, ..
    } = output::write_files(&files, &Dataset::default(), arguments.quiet)?;
    tell(format_args!(
        "facts: {written} files written, {unchanged} unchanged"
    ));
    Ok(())
}

/// A file whose text is made already.
#[derive(Debug)]
struct Text(String);

impl Emitter for Text {
    fn format(&self) -> Format<'_> {
        Format::new("facts", "", "facts about a table")
    }

    fn write(&self, _: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        Ok(out.write_all(self.0.as_bytes())?)
    }
}
