//! [`Plan`] and what was read → the arguments that make the same dataset again.
//!
//! They stand in the comments of generated files, so they must work as they are: what is compiled in needs
//! no file beside the command.

use portconv::Source;
use portconv::dataset::{Attribution, Protocol, Protocols, Status};
use portconv::{BUILTIN, BUILTIN_BLANK_CELLS, BUILTIN_NAMES, BUILTIN_SHA256, BlankCells};

use crate::cli::ALL_PORTS;
use crate::escape;
use crate::input::Tables;
use crate::place::shown;
use crate::plan::Plan;
use crate::plan::reading::{BlankCellFacts, Input, Reading};

/// The arguments, formats not among them.
pub(crate) fn arguments(plan: &Plan, tables: &Tables) -> Vec<String> {
    let Reading {
        inputs,
        blank_cells: _,
        names,
        registry,
        syntax,
        protocols,
        services_status,
        expand_ranges,
        attribution:
            Attribution {
                title,
                url,
                license,
                revision: _,
            },
    } = &plan.reading;
    let is_builtin = is_builtin(&tables.sources);
    let mut arguments = Vec::new();
    let mut option = |name: &str, value: Option<String>| {
        arguments.extend(value.map(|value| format!("--{name}={value}")));
    };
    let names = names.as_ref().filter(|_| {
        let text = tables.options.facts.names.source.text();
        !is_builtin || text != BUILTIN_NAMES.1
    });
    option("blank-cells", blank_cells(plan, tables, is_builtin));
    option("names", names.map(|path| shown(path)));
    option("registry", registry.as_ref().map(|path| shown(path)));
    option("services-status", statuses(services_status));
    option("expand-ranges", expand_ranges.map(range_width));
    option("transport", named(*protocols));
    option("from", syntax.map(|syntax| syntax.name.to_owned()));
    option("title", title.clone());
    option("source-url", url.clone());
    option("license", license.clone());
    option("output", plan.output.clone());
    if is_builtin {
        arguments.push("--builtin".to_owned());
    } else {
        arguments.extend(operands(inputs, &tables.sources));
    }
    arguments.iter().map(|word| escape::blanked(word)).collect()
}

/// True for the table that is compiled in, wherever it was read from.
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

fn range_width(ports: usize) -> String {
    if ports >= ALL_PORTS {
        "all".to_owned()
    } else {
        ports.to_string()
    }
}

/// The statuses that make a service, if they were chosen.
fn statuses(chosen: &[Status]) -> Option<String> {
    let names: Vec<_> = chosen.iter().map(Status::name).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// The protocols of rows that name none, if there are any.
fn named(protocols: Protocols) -> Option<String> {
    let names: Vec<_> = protocols.iter().map(Protocol::name).collect();
    (!names.is_empty()).then(|| names.join(","))
}

/// The inputs, behind `--` if one of them looks like an option.
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
