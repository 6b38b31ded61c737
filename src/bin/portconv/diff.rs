//! `portconv diff`: two inputs compared record by record.

use std::path::Path;

use portconv::dataset::Dataset;
use portconv::diff::Differences;
use portconv::emit::Emitter;

use crate::cli::{Diff, DiffForm};
use crate::error::{Error, Outcome};
use crate::input;
use crate::output;
use crate::report::differences;
use crate::say;

/// Prints what differs.
pub(crate) fn run(asked: &Diff) -> Result<Outcome, Error> {
    let side = |path: &Path| input::dataset(path, &asked.facts);
    let differences = compare(side(&asked.old)?, side(&asked.new)?)?;
    say::print_styled(&match asked.message_format {
        DiffForm::Human => differences::text(&differences),
        DiffForm::Markdown => differences::markdown(&differences),
        DiffForm::Json => differences::json(&differences),
    })?;
    Ok(Outcome::done_if(differences.is_empty()))
}

/// A dataset, and the format of its file unless it was converted from tables.
type Side = (Option<&'static dyn Emitter>, Dataset);

/// Compares two datasets. If one comes from a CSV file, only what a CSV file can hold is compared.
fn compare((old_format, old): Side, (new_format, new): Side) -> Result<Differences, Error> {
    let mut formats = old_format.into_iter().chain(new_format);
    let Some(csv) = formats.find(|emitter| emitter.format().name == "csv") else {
        return Ok(Differences::of_ports(&old, &new));
    };
    let reduced = |dataset: &Dataset| -> Result<Dataset, Error> {
        let read = csv.read(&output::emit(csv, dataset)?);
        Ok(read.map_err(|error| error.to_string())?.unwrap_or_default())
    };
    Ok(Differences::of_ports(&reduced(&old)?, &reduced(&new)?))
}
