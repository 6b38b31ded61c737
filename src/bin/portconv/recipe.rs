//! [`Plan`] and what was read → the arguments that make the same dataset again.
//!
//! The comments of generated files quote them, so they must work as they are: for what is compiled in, no file is
//! needed.

use portconv::Source;
use portconv::{BUILTIN, BUILTIN_BLANK_CELLS, BUILTIN_NAMES, BUILTIN_SHA256, BlankCells};

use crate::escape;
use crate::input::Tables;
use crate::place::shown;
use crate::plan::Plan;
use crate::plan::reading::{BlankCellFacts, Input};

/// The arguments, without formats.
pub(crate) fn arguments(plan: &Plan, tables: &Tables) -> Vec<String> {
    let is_builtin = is_builtin(&tables.sources);
    let names = plan.reading.names.as_ref().filter(|_| {
        let text = tables.options.facts.names.source.text();
        !is_builtin || text != BUILTIN_NAMES.1
    });
    let option = |name: &str, value: String| format!("--{name}={value}");
    let blank_cells = blank_cells(plan, tables, is_builtin);
    let mut arguments = Vec::from_iter(blank_cells.map(|it| option("blank-cells", it)));
    arguments.extend(names.map(|path| option("names", shown(path))));
    arguments.extend(plan.reading.typed.iter().cloned());
    arguments.extend(plan.output.clone().map(|it| option("output", it)));
    if is_builtin {
        arguments.push("--builtin".to_owned());
    } else {
        arguments.extend(operands(&plan.reading.inputs, &tables.sources));
    }
    arguments.iter().map(|word| escape::blanked(word)).collect()
}

/// True for the compiled-in table, wherever it was read from.
fn is_builtin(sources: &[Source]) -> bool {
    matches!(sources, [source] if source.path == BUILTIN.0 && source.sha256 == BUILTIN_SHA256)
}

fn blank_cells(plan: &Plan, tables: &Tables, is_builtin: bool) -> Option<String> {
    match (&plan.reading.blank_cells, &tables.options.facts.blank_cells) {
        (BlankCellFacts::Builtin, _) => None,
        (BlankCellFacts::Literal, _) => Some("literal".to_owned()),
        (BlankCellFacts::File(_), BlankCells::Decided(facts))
            if is_builtin && facts.source.text() == BUILTIN_BLANK_CELLS.1 =>
        {
            None
        }
        (BlankCellFacts::File(path), _) => Some(shown(path)),
    }
}

/// The inputs, after `--` if one of them looks like an option.
fn operands(inputs: &[Input], sources: &[Source]) -> Vec<String> {
    let (mut options, mut operands) = (Vec::new(), Vec::new());
    for input in inputs {
        match input {
            Input::Builtin => options.push("--builtin".to_owned()),
            Input::Stdin(name) => {
                options.extend((name != "-").then(|| format!("--stdin-filename={name}")));
                operands.push("-".to_owned());
            }
            Input::File(path) => operands.push(shown(path)),
            Input::InFolder(path) => {
                let path = shown(path);
                operands.extend(sources.iter().any(|it| it.path == path).then_some(path));
            }
        }
    }
    let is_option = |operand: &String| operand.starts_with('-') && operand != "-";
    if operands.iter().any(is_option) {
        options.push("--".to_owned());
    }
    options.extend(operands);
    options
}
