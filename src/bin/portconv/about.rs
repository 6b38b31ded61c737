//! The command about itself: diagnostics, formats, version, completions, man pages, and mistyped subcommands.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;
use portconv::emit::template::Template;
use portconv::emit::{EMITTERS, Format};
use portconv::{BUILTIN, BUILTIN_SHA256};

use crate::cli::Arguments;
use crate::error::{Error, Outcome};
use crate::report::codes;
use crate::say;

/// The page that holds a section for each code.
const PAGE: &str = include_str!("../../../docs/diagnostics.md");

/// A code, or every code on a line, each with its severity and what it means.
pub(crate) fn explain(code: Option<&str>) -> Result<Outcome, Error> {
    let mut codes = codes();
    let Some(code) = code else {
        let line = |(name, severity, text)| format!("{name:<22} {severity:<8} {text}\n");
        return say::print(codes.map(line).collect::<String>());
    };
    let known = codes.find(|(name, ..)| *name == code);
    let (name, severity, explanation) = known.ok_or("no such diagnostic")?;
    let mut sections = PAGE.split("\n### ").map(str::trim_end);
    let text = sections.find_map(|section| section.strip_prefix(name)?.strip_prefix("\n\n"));
    let text = text.unwrap_or(explanation);
    say::print(format!("{severity}[{name}]\n\n{text}\n"))
}

pub(crate) fn formats() -> Result<Outcome, Error> {
    let template = Format::new(Template::NAME, "", Template::PURPOSE);
    let formats = EMITTERS.iter().map(|emitter| emitter.format());
    let line = |it: Format<'_>| {
        let mark = if it.is_default { '*' } else { ' ' };
        format!("{mark} {:<11} {:<20} {}\n", it.name, it.path, it.purpose)
    };
    let lines: String = formats.chain([template]).map(line).collect();
    say::print(lines + "* written when no --format is given\n")
}

/// The version; if verbose, everything that a bug report should include.
pub(crate) fn version(is_verbose: bool) -> Result<Outcome, Error> {
    let version = format!("portconv {}\n", env!("CARGO_PKG_VERSION"));
    if !is_verbose {
        return say::print(version);
    }
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let path = BUILTIN.0;
    let formats: Vec<_> = EMITTERS.iter().map(|it| it.format().name).collect();
    let formats = formats.join(", ");
    say::print(format!(
        "{version}system: {system} {machine}\ntable: {path}, sha256 {BUILTIN_SHA256}\nformats: {formats}\n"
    ))
}

pub(crate) fn completions(shell: Shell) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "portconv", &mut script);
    say::print(script)
}

/// The man page of the command, or of one of its subcommands.
pub(crate) fn man(subcommand: Option<&str>) -> Result<Outcome, Error> {
    let mut command = Arguments::command();
    command.build();
    let names = subcommand.iter().flat_map(|name| name.splitn(2, '-'));
    let command = names.fold(command, |command, name| {
        command.find_subcommand(name).cloned().unwrap_or_default()
    });
    let command = command
        .version(env!("CARGO_PKG_VERSION"))
        .mut_args(|argument| argument.hide_possible_values(false));
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| error.to_string())?;
    say::print(page)
}

/// The subcommand that was probably meant, if an input such as `lokup` does not exist.
pub(crate) fn tip(error: &Error) -> Option<String> {
    let Error::Read { path, error } = error else {
        return None;
    };
    let command = Arguments::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let distance = |name: &&str| strsim::damerau_levenshtein(path, name);
    let nearest = names.chain(["help"]).min_by_key(distance)?;
    let is_meant =
        error.kind() == io::ErrorKind::NotFound && path.len() > 2 && distance(&nearest) <= 2;
    is_meant.then(|| format!("did you mean portconv {nearest}?"))
}
