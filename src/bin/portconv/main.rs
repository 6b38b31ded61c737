//! The command: read, convert, print diagnostics, write. Only this binary touches the world.

#![warn(clippy::unwrap_used, clippy::expect_used)]

mod check;
mod cli;
mod draft;
mod error;
mod escape;
mod facts;
mod input;
mod level;
mod limit;
mod look_up;
mod manners;
mod output;
mod progress;
mod report;
mod say;
mod transaction;

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use portconv::diagnostic::{Code, Diagnostic, File};
use portconv::emit::template::Template;
use portconv::emit::{EMITTERS, Emitter};
use portconv::{Conversion, convert};

use crate::cli::{Arguments, Command};
use crate::draft::place_of;
use crate::error::{Error, Outcome};
use crate::level::{Level, Levels};
use crate::output::{Destination, Written};
use crate::progress::Progress;
use crate::say::tell;
use crate::transaction::Folders;

fn main() -> ExitCode {
    limit::report_as_error();
    let matches = match Arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return fail(&manners::usage(&error)),
        Err(help) => return end(say::print_styled(help.render().ansi())),
    };
    end(run(&matches))
}

fn end(outcome: Result<Outcome, Error>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    tell(error);
    for line in help(error) {
        let _ = writeln!(io::stderr(), "  {}", escape::line(&line));
    }
    ExitCode::from(2)
}

/// Lines below the error that help.
fn help(error: &Error) -> Vec<String> {
    match error {
        Error::Typed { wrong: _, help } => help.clone(),
        Error::Read { path, error } if error.kind() == io::ErrorKind::NotFound => {
            let tip = |name| format!("tip: there is a subcommand portconv {name}");
            manners::subcommand_like(path)
                .map(tip)
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

fn run(matches: &ArgMatches) -> Result<Outcome, Error> {
    let arguments = Arguments::from_arg_matches(matches).map_err(|error| manners::usage(&error))?;
    color(arguments.color).write_global();
    match &arguments.command {
        Some(Command::Diff(diff)) => {
            let differs = check::diff(diff)?;
            Ok(if differs {
                Outcome::Refused
            } else {
                Outcome::Done
            })
        }
        Some(Command::Completions { shell }) => manners::completions(*shell),
        Some(Command::Man { subcommand }) => manners::man(subcommand.as_deref()),
        Some(Command::Facts(command)) => {
            let (outcome, makes_files) = facts::run(command)?;
            if makes_files {
                let levels = Levels::of(matches, arguments.strict);
                return make(&arguments, &levels);
            }
            Ok(outcome)
        }
        Some(Command::Explain { code }) => explain(*code),
        Some(Command::Lookup(asked)) => look_up::run(asked),
        None if arguments.version => manners::version(arguments.verbose),
        None if arguments.list_formats => list_formats(),
        None => make(&arguments, &Levels::of(matches, arguments.strict)),
    }
}

fn color(choice: clap::ColorChoice) -> anstream::ColorChoice {
    match choice {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// The page that holds a section for each code.
const PAGE: &str = include_str!("../../../docs/diagnostics.md");

fn explain(code: Code) -> Result<Outcome, Error> {
    let (name, severity) = (code.name(), code.severity().name());
    let mut sections = PAGE.split("\n### ").map(str::trim_end);
    let text = sections.find_map(|section| section.strip_prefix(name)?.strip_prefix("\n\n"));
    let text = text.unwrap_or_else(|| code.explanation());
    say::print(format!("{severity}[{name}]\n\n{text}\n"))
}

fn list_formats() -> Result<Outcome, Error> {
    let line = |emitter: &&dyn Emitter| {
        let format = emitter.format();
        let mark = if format.is_default { '*' } else { ' ' };
        let (name, path, purpose) = (format.name, format.path, format.purpose);
        format!("{mark} {name:<11} {path:<20} {purpose}\n")
    };
    let template = format!(
        "  {:<11} {:<20} {}\n",
        Template::NAME,
        "",
        Template::PURPOSE
    );
    let lines: Vec<_> = EMITTERS.iter().map(line).collect();
    say::print(format!(
        "{}{template}* written when no --format is given\n",
        lines.concat()
    ))
}

/// Makes the files, or checks them.
fn make(arguments: &Arguments, levels: &Levels) -> Result<Outcome, Error> {
    let templates = input::templates(arguments)?;
    let merged = input::merged(arguments)?;
    let destination = Destination::of(arguments, &templates, merged.as_ref())?;
    let expected = arguments
        .expect_records
        .as_deref()
        .map(input::expected_records)
        .transpose()?;
    let options = input::options_beside(arguments)?;
    let sources = input::sources(arguments)?;
    let progress = Progress::of(&sources, arguments.quiet);
    progress.say("converting");
    // The process ends with this run, so nothing has to be dropped.
    let mut conversion = ManuallyDrop::new(convert(&sources, &options));
    input::require_port_table(&conversion, &sources)?;
    let wrong_count = expected.and_then(|range| wrong_count(&conversion, &range));
    if let Some(wrong) = wrong_count {
        conversion.counts.insert(wrong.code, 1);
        conversion.diagnostics.push(wrong);
    }

    progress.clear();

    let lowest = match (arguments.quiet, arguments.verbose) {
        (true, _) => Level::Error,
        (_, true) => Level::Note,
        _ => Level::Warning,
    };
    let mut findings = report::findings(&conversion, &sources, &options.facts, levels, lowest);
    let is_denied = findings.iter().any(|finding| finding.level == Level::Error);
    let checked = match &destination {
        Destination::Files(files) if arguments.check => {
            let places: Vec<_> = files.iter().map(|(path, _)| place_of(path)).collect();
            let _others_wait = Folders::share(&places, arguments.quiet);
            check::check(files, &conversion.dataset)?
        }
        _ => check::Checked::default(),
    };
    let is_outdated = !checked.outdated.is_empty();
    let (form, stdout_is_taken) = (arguments.message_format, destination.is_stdout());
    if form == report::Form::Sarif {
        // One log for all.
        findings.extend(checked.into_findings());
        say::said(report::print(&findings, form, stdout_is_taken))?;
    } else {
        say::said(report::print(&findings, form, stdout_is_taken))?;
        say::said(check::print(checked, form, arguments.verbose))?;
    }

    let refused = is_denied || is_outdated;
    let progress = Progress::of(&sources, arguments.quiet);
    progress.say("writing");
    let written = if refused || arguments.check {
        Written::default()
    } else {
        destination.write(&conversion.dataset, arguments.quiet)?
    };
    progress.clear();
    if !arguments.quiet {
        tell(report::summary(&conversion, &written));
        if is_outdated && form == report::Form::Human {
            tell(format!(
                "to bring the files up to date: {}",
                manners::mending()
            ));
        }
    }
    Ok(if refused {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

/// A diagnostic if there are not as many records as expected.
fn wrong_count(
    conversion: &Conversion,
    expected: &std::ops::RangeInclusive<usize>,
) -> Option<Diagnostic> {
    let count = conversion.dataset.records.len();
    let wanted = match (*expected.start(), *expected.end()) {
        (first, last) if first == last => first.to_string(),
        (first, usize::MAX) => format!("at least {first}"),
        (first, last) => format!("{first} to {last}"),
    };
    let message = format!("{count} records, where {wanted} are expected");
    let (code, file, span) = (Code::RecordCount, File::Input(0), 0..0);
    (!expected.contains(&count)).then_some(Diagnostic {
        code,
        file,
        span,
        message,
    })
}
