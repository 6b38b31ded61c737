//! The command: arguments → plan → read, convert, report, write. Only this binary does input and output.

#![warn(clippy::unwrap_used, clippy::expect_used)]

/// Prints a line for people, as `eprintln!` does.
macro_rules! say {
    ($($words:tt)+) => { $crate::say::line(format_args!($($words)+)) };
}

mod about;
mod check;
mod cli;
mod diff;
mod draft;
mod error;
mod escape;
mod facts;
mod files;
mod input;
mod level;
mod look_up;
mod make;
mod output;
mod place;
mod plan;
mod report;
mod say;
mod transaction;
mod typed;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::cli::{Arguments, Command};
use crate::error::{Error, Outcome};
use crate::place::stdin_is_pipe;
use crate::plan::Plan;
use crate::plan::reading::Reading;
use crate::typed::Typed;

fn main() -> ExitCode {
    report_full_files();
    let mut command = Arguments::command();
    let matches = command.try_get_matches_from_mut(std::env::args_os());
    let parsed = matches.and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, matches)));
    let outcome = match parsed {
        Ok((arguments, matches)) => {
            let (command, matches) = (&command, innermost(&matches));
            run(&arguments, Typed { command, matches })
        }
        Err(error) if error.use_stderr() => {
            // What was typed may hold anything.
            say::styled(&escape::lines(&error.to_string()));
            return ExitCode::from(2);
        }
        Err(help) => say::print_styled(&help.render().ansi().to_string()),
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

fn run(arguments: &Arguments, typed: Typed<'_>) -> Result<Outcome, Error> {
    color(arguments.color).write_global();
    match &arguments.command {
        Some(Command::Lookup(asked)) => look_up::run(asked),
        Some(Command::Diff(asked)) => diff::run(asked),
        Some(Command::Facts(command)) => facts::run(command, typed),
        Some(Command::Explain { code }) => about::explain(code.as_deref()),
        Some(Command::Completions { shell }) => about::completions(*shell),
        Some(Command::Man { subcommand }) => about::man(subcommand.as_deref()),
        None if arguments.version => about::version(arguments.messages.verbose),
        None if arguments.list_formats => about::formats(),
        None => make::run(&plan(arguments, typed)?),
    }
}

fn plan(arguments: &Arguments, typed: Typed<'_>) -> Result<Plan, Error> {
    let reading = Reading::new(&arguments.inputs, &arguments.facts)?;
    let is_default = arguments.inputs.paths.is_empty() && !arguments.inputs.builtin;
    if is_default && !reading.reads_stdin() && stdin_is_pipe() && !arguments.messages.quiet {
        say!("reading the folder seeds; to read standard input, pass -");
    }
    Plan::new(reading, &arguments.output, &arguments.messages, typed)
}

fn color(choice: clap::ColorChoice) -> anstream::ColorChoice {
    match choice {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
}

/// The arguments of the subcommand, or else of the command itself.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches
        .subcommand()
        .map_or(matches, |(_, inner)| innermost(inner))
}

/// Makes exceeding the limit on file sizes (`ulimit -f`) an error, like a full disk. By default, the system kills the
/// process with a signal instead, and temporary files stay behind.
fn report_full_files() {
    #[cfg(unix)]
    {
        use std::sync::{Arc, atomic::AtomicBool};
        // A signal that is handled lets the write return its error. Nobody reads the flag.
        let unread = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, unread);
    }
}
