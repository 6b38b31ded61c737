//! The main run: read, convert, report, then write or check.

use std::mem::ManuallyDrop;
use std::ops::RangeInclusive;
use std::sync::Arc;

use portconv::diagnostic::{Code, Diagnostic, File};
use portconv::{BUILTIN, BUILTIN_BLANK_CELLS, BUILTIN_NAMES, BUILTIN_SHA256};
use portconv::{BlankCells, Conversion, Merge};

use crate::check;
use crate::error::{Error, Outcome};
use crate::files;
use crate::input::{self, Tables};
use crate::level::Level;
use crate::output;
use crate::plan::Plan;
use crate::plan::outputs::Outputs;
use crate::report::{self, Form, Message, Written};
use crate::say;

/// Makes the files, or checks them.
pub(crate) fn run(plan: &Plan) -> Result<Outcome, Error> {
    let mut tables = input::read(&plan.reading)?;
    if let Some((format, path)) = &plan.merge {
        let merge = Merge::read(*format, files::verbatim(path)?)?;
        tables.options.merge = Some(Arc::new(merge));
    }
    // The process ends soon; to free every record first would only take time.
    let mut conversion = ManuallyDrop::new(tables.convert()?);
    conversion.dataset.recipe = recipe(plan, &tables);
    if let Some(expected) = &plan.expected {
        require_records(&mut conversion, expected);
    }
    let unread = tables.unread.iter().map(|(path, error)| {
        let text = format!("cannot be read: {error}");
        Message::new(plan.levels.of_warning(), Message::UNREAD, path, text)
    });
    let source = |file| tables.source(file);
    let diagnostics = report::diagnostics(&conversion, source, &plan.levels, plan.lowest);
    let mut messages: Vec<_> = unread.chain(diagnostics).collect();
    messages.retain(|message| message.level >= plan.lowest);
    let is_denied = messages.iter().any(|it| it.level == Level::Error);

    let mut written = Written::default();
    let mut is_current = true;
    if let (true, Outputs::Files(files)) = (plan.is_check, &plan.outputs) {
        let (differing, current) = check::run(plan, files, &tables, &conversion.dataset)?;
        written.unchanged = current;
        is_current = current == files.len();
        messages.extend(differing);
    }
    report::print(&messages, plan.form, plan.outputs.is_stdout())?;
    if !is_denied && !plan.is_check {
        written = output::write(&plan.outputs, &conversion.dataset, plan.is_quiet())?;
    }
    if !plan.is_quiet() {
        say::line(report::summary(&conversion, &written));
        if !is_current && plan.form == Form::Human {
            say!("to bring the files up to date: {}", plan.mending);
        }
    }
    Ok(Outcome::done_if(!is_denied && is_current))
}

/// Adds a diagnostic if the number of records is not as expected.
fn require_records(conversion: &mut Conversion, expected: &RangeInclusive<usize>) {
    let count = conversion.dataset.records.len();
    if expected.contains(&count) {
        return;
    }
    let wanted = match (*expected.start(), *expected.end()) {
        (first, last) if first == last => first.to_string(),
        (first, usize::MAX) => format!("at least {first}"),
        (first, last) => format!("{first} to {last}"),
    };
    conversion.counts.insert(Code::RecordCount, 1);
    conversion.diagnostics.push(Diagnostic {
        code: Code::RecordCount,
        file: File::Input(0),
        span: 0..0,
        message: format!("found {}, expected {wanted}", say::counted(count, "record")),
    });
}

/// The arguments that make the dataset again, without formats: the comments of generated files quote them. What is
/// compiled in needs no file.
fn recipe(plan: &Plan, tables: &Tables) -> Vec<String> {
    let builtin = [String::from("--builtin")];
    let inputs = if is_builtin(tables) {
        &builtin[..]
    } else {
        &plan.inputs
    };
    let words = plan.options.iter().chain(inputs);
    words.map(|word| portconv::blanked(word)).collect()
}

/// True for the compiled-in table and its facts, wherever they were read from.
fn is_builtin(tables: &Tables) -> bool {
    let facts = &tables.options.facts;
    matches!(&*tables.sources, [source] if source.path == BUILTIN.0 && source.sha256 == BUILTIN_SHA256)
        && matches!(facts.blank_cells(), BlankCells::Decided(facts) if facts.source.text() == BUILTIN_BLANK_CELLS.1)
        && facts.names().source.text() == BUILTIN_NAMES.1
}
