//! `portconv diff`: two inputs compared record by record.

use std::path::Path;

use portconv::Source;
use portconv::convert;
use portconv::diff::{Contents, Differences};
use portconv::emit;

use crate::cli::{Diff, DiffForm, FactOptions};
use crate::error::{Error, Outcome};
use crate::input::{self, Tables};
use crate::output;
use crate::place::shown;
use crate::plan::reading::Reading;
use crate::report::differences;
use crate::say;

/// Prints what differs.
pub(crate) fn run(asked: &Diff) -> Result<Outcome, Error> {
    let old = contents(&asked.old, &asked.facts)?;
    let new = contents(&asked.new, &asked.facts)?;
    let differences = Differences::between(old, new);
    let mut text = Vec::new();
    let printed = match asked.message_format {
        DiffForm::Human => differences::text(&differences, usize::MAX, &mut text),
        DiffForm::Markdown => differences::markdown(&differences, &mut text),
        DiffForm::Json => differences::json(&differences, None, &mut text),
    };
    say::written(printed)?;
    say::print_styled(text)?;
    Ok(if differences.is_empty() {
        Outcome::Done
    } else {
        Outcome::Refused
    })
}

/// What a table, a folder of tables or a `ports.json` says of ports, with the facts beside it.
fn contents(path: &Path, facts: &FactOptions) -> Result<Contents, Error> {
    let unknown = || Error::Usage("there is no format json".to_owned());
    let json = emit::by_name("json").ok_or_else(unknown)?;
    let Tables {
        sources,
        options,
        unread,
    } = input::read(&Reading::new(&[path.to_owned()], None, facts)?)?;
    unread.iter().for_each(say::warning);
    let is_json = |source: &Source| source.text().trim_start().starts_with('{');
    let bytes = if let [source] = &sources[..]
        && is_json(source)
    {
        source.text().as_bytes().to_vec()
    } else {
        let conversion = convert(&sources, &options);
        input::require_port_table(&conversion, &sources)?;
        output::emit(json, &conversion.dataset)?
    };
    let foreign = |message| Error::Usage(format!("{}: no ports.json: {message}", shown(path)));
    let contents = json.read(&bytes).map_err(foreign)?;
    Ok(contents.unwrap_or_default().without_sources())
}
