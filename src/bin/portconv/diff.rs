//! `portconv diff`: two inputs compared record by record.

use std::path::Path;

use portconv::convert;
use portconv::dataset::Dataset;
use portconv::diff::Differences;
use portconv::emit::Emitter;

use crate::cli::{Diff, DiffForm, FactOptions};
use crate::error::{Error, Outcome};
use crate::input::{self, Tables};
use crate::output;
use crate::plan::reading::Reading;
use crate::report::differences;
use crate::say;

/// Prints what differs.
pub(crate) fn run(asked: &Diff) -> Result<Outcome, Error> {
    let (old, new) = (
        side(&asked.old, &asked.facts)?,
        side(&asked.new, &asked.facts)?,
    );
    let differences = compare(old, new)?;
    let mut text = Vec::new();
    let printed = match asked.message_format {
        DiffForm::Human => differences::text(&differences, &mut text),
        DiffForm::Markdown => differences::markdown(&differences, &mut text),
        DiffForm::Json => differences::json(&differences, &mut text),
    };
    say::written(printed)?;
    say::print_styled(text)?;
    Ok(if differences.is_empty() {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

/// A dataset, and the format that it was read from if it is not made of tables.
type Side = (Option<&'static dyn Emitter>, Dataset);

/// What a file that was written says, or a table or a folder of tables with the facts beside it.
fn side(path: &Path, facts: &FactOptions) -> Result<Side, Error> {
    if let Some((emitter, dataset)) = input::read_back(path)? {
        return Ok((Some(emitter), dataset));
    }
    let Tables {
        sources,
        options,
        unread,
    } = input::read(&Reading::new(&[path.to_owned()], None, facts)?)?;
    unread.iter().for_each(say::warning);
    let conversion = convert(&sources, &options);
    input::require_port_table(&conversion, &sources)?;
    Ok((None, conversion.dataset))
}

/// Compares two sides, as far as a CSV file has columns if one of them is one.
fn compare((old_format, old): Side, (new_format, new): Side) -> Result<Differences, Error> {
    let formats = old_format.into_iter().chain(new_format);
    let Some(csv) = formats
        .into_iter()
        .find(|format| format.format().name == "csv")
    else {
        return Ok(Differences::of_ports(&old, &new));
    };
    let reduced = |dataset: &Dataset| -> Result<Dataset, Error> {
        let read = csv.read(&output::emit(csv, dataset)?);
        let read = read.map_err(|error| Error::Usage(error.to_string()))?;
        Ok(read.unwrap_or_default())
    };
    Ok(Differences::of_ports(&reduced(&old)?, &reduced(&new)?))
}
