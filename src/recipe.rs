//! Inputs and facts → the arguments with which the command makes the dataset again.
//!
//! They stand in the comments of generated files, so they must work as they are: what is compiled in needs
//! no file beside the command.

use crate::dataset::{Attribution, Protocol, Protocols, Status};
use crate::meaning::blank_cells::BlankCells;
use crate::text::{Source, blanked};
use crate::{BUILTIN, BUILTIN_SHA256, Facts, Options};

/// The arguments, formats and places not among them.
pub(crate) fn arguments(inputs: &[Source], options: &Options) -> Vec<String> {
    let Options {
        facts: Facts {
            blank_cells,
            names,
            registry,
        },
        services_status,
        attribution:
            Attribution {
                title,
                url,
                license,
                revision: _,
            },
        protocols,
        syntax,
    } = options;
    let mut arguments = Vec::new();
    let mut option = |name: &str, value: Option<&str>| {
        arguments.extend(value.map(|value| format!("--{name}={value}")));
    };
    let blank_cells = match blank_cells {
        BlankCells::Literal => Some("literal"),
        BlankCells::Decided(facts) => unless_builtin(&facts.source, crate::builtin::BLANK_CELLS.1),
    };
    let registry = registry
        .as_ref()
        .map(|registry| registry.source.path.as_str());
    option("blank-cells", blank_cells);
    option(
        "names",
        unless_builtin(&names.source, crate::builtin::NAMES.1),
    );
    option("registry", registry);
    option("services-status", statuses(services_status).as_deref());
    option("transport", transports_named(*protocols).as_deref());
    option("from", syntax.map(|syntax| syntax.name));
    option("title", title.as_deref());
    option("source-url", url.as_deref());
    option("license", license.as_deref());
    match inputs {
        [input] if input.path == BUILTIN.0 && input.sha256 == BUILTIN_SHA256 => {
            arguments.push("--builtin".to_owned());
        }
        inputs => arguments.extend(inputs.iter().map(|input| operand(&input.path))),
    }
    arguments.iter().map(|argument| blanked(argument)).collect()
}

/// The path of a file of facts that is not compiled in.
fn unless_builtin<'s>(source: &'s Source, builtin: &str) -> Option<&'s str> {
    (source.text() != builtin).then_some(&source.path)
}

/// The statuses that make a service, unless they are those that always do.
fn statuses(wanted: &[Status]) -> Option<String> {
    let all = Status::KNOWN.iter().filter(|status| status.is_in_use());
    let (all, wanted): (Vec<_>, Vec<_>) = (
        all.map(Status::name).collect(),
        wanted.iter().map(Status::name).collect(),
    );
    let is_same = all.len() == wanted.len() && all.iter().all(|name| wanted.contains(name));
    (!is_same).then(|| wanted.join(","))
}

/// The transports that rows are taken for, if there are any.
fn transports_named(transports: Protocols) -> Option<String> {
    let named: Vec<_> = transports.iter().map(Protocol::name).collect();
    (!named.is_empty()).then(|| named.join(","))
}

/// A path that cannot be taken for an option.
fn operand(path: &str) -> String {
    if path.starts_with('-') && path != "-" {
        format!("./{path}")
    } else {
        path.to_owned()
    }
}
