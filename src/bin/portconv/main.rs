//! The command: arguments → plan → read, convert, report, write. Only this binary touches the world.

#![warn(clippy::unwrap_used, clippy::expect_used)]

mod about;
mod check;
mod cli;
mod diff;
mod draft;
mod error;
mod escape;
mod facts;
mod input;
mod level;
mod limit;
mod look_up;
mod make;
mod output;
mod place;
mod plan;
mod recipe;
mod report;
mod say;
mod transaction;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::cli::{Arguments, Command, FactsCommand, MessageOptions, OutputOptions};
use crate::error::{Error, Outcome};
use crate::level::Levels;
use crate::place::stdin_is_pipe;
use crate::plan::Plan;
use crate::plan::reading::Reading;

fn main() -> ExitCode {
    limit::report_as_error();
    let outcome = match Arguments::command().try_get_matches() {
        Ok(matches) => run(&matches),
        Err(error) if error.use_stderr() => return mistyped(&error),
        Err(help) => say::print_styled(help.render().ansi().to_string()),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(error) => {
            say::line(&error);
            about::tip(&error).iter().for_each(say::line);
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments; what was typed may hold anything.
fn mistyped(error: &clap::Error) -> ExitCode {
    say::styled(escape::lines(&error.to_string()).as_bytes());
    ExitCode::from(2)
}

fn run(matches: &ArgMatches) -> Result<Outcome, Error> {
    let arguments = match Arguments::from_arg_matches(matches) {
        Ok(arguments) => arguments,
        Err(error) => return Err(Error::Usage(error.to_string())),
    };
    color(arguments.color).write_global();
    match &arguments.command {
        Some(Command::Lookup(asked)) => look_up::run(asked),
        Some(Command::Diff(asked)) => diff::run(asked),
        Some(Command::Facts(command)) => {
            let outcome = facts::run(command)?;
            match &**command {
                // Facts of the default folder: the files that are made with them follow.
                FactsCommand::Update(asked) if asked.is_of_default_folder() => {
                    let reading = Reading::new(&[], None, &asked.facts)?;
                    let (output, messages) = (OutputOptions::default(), MessageOptions::default());
                    make::run(&Plan::new(reading, &output, &messages, Levels::default())?)
                }
                _ => Ok(outcome),
            }
        }
        Some(Command::Explain { code: Some(code) }) => about::explain(*code),
        Some(Command::Explain { code: None }) => about::codes(),
        Some(Command::Completions { shell }) => about::completions(*shell),
        Some(Command::Man { subcommand }) => about::man(subcommand.as_deref()),
        None if arguments.version => about::version(arguments.messages.verbose),
        None if arguments.list_formats => about::formats(),
        None => make::run(&plan(&arguments, matches)?),
    }
}

fn plan(arguments: &Arguments, matches: &ArgMatches) -> Result<Plan, Error> {
    let read = if arguments.builtin {
        Reading::builtin
    } else {
        Reading::new
    };
    let stdin_name = arguments.stdin_filename.as_deref();
    let reading = read(&arguments.inputs, stdin_name, &arguments.facts)?;
    let is_default = arguments.inputs.is_empty() && !arguments.builtin;
    if is_default && !reading.reads_stdin() && stdin_is_pipe() && !arguments.messages.quiet {
        say::line("reading the folder seeds; to read standard input, name -");
    }
    let levels = Levels::new(matches, arguments.messages.strict);
    Plan::new(reading, &arguments.output, &arguments.messages, levels)
}

fn color(choice: clap::ColorChoice) -> anstream::ColorChoice {
    match choice {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
}
