//! The command: read, convert, print diagnostics, write. Only this binary touches the world.

#![warn(clippy::unwrap_used, clippy::expect_used)]

mod cli;
mod error;
mod input;
mod message;
mod output;

use std::process::ExitCode;

use clap::Parser;
use portconv::diagnostic::{Code, File, Severity};
use portconv::emit::EMITTERS;
use portconv::source::Source;
use portconv::{Conversion, Facts, convert};

use crate::cli::Arguments;
use crate::error::Error;
use crate::output::Target;

const COULD_NOT: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return fail(&usage(&error)),
        Err(help) => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &Error) -> ExitCode {
    eprintln!("portconv: {error}");
    ExitCode::from(COULD_NOT)
}

/// clap's message without its usage text: one line.
fn usage(error: &clap::Error) -> Error {
    let message = error.to_string();
    let lines = message
        .lines()
        .take_while(|line| !line.is_empty())
        .map(str::trim);
    let line = lines.collect::<Vec<_>>().join(" ");
    Error::Usage(format!(
        "{} (see portconv --help)",
        line.trim_start_matches("error: ")
    ))
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    if arguments.list_formats {
        list_formats();
        return Ok(());
    }
    let target = Target::of(arguments)?;
    let facts = input::facts(arguments)?;
    let sources = input::sources(arguments)?;
    let conversion = convert(&sources, &facts);
    require_port_table(&conversion, &sources)?;
    if !arguments.quiet {
        print_diagnostics(&conversion, &sources, &facts, arguments.verbose);
    }
    let written = target.write(&conversion.dataset)?;
    if !arguments.quiet {
        eprintln!("portconv: {}", message::summary(&conversion, &written));
    }
    Ok(())
}

fn list_formats() {
    for emitter in EMITTERS {
        let mark = if emitter.is_default() { '*' } else { ' ' };
        println!(
            "{mark} {:<10} {:<20} {}",
            emitter.name(),
            emitter.path(),
            emitter.purpose()
        );
    }
    println!("* written when no --format is given");
}

fn require_port_table(conversion: &Conversion, sources: &[Source]) -> Result<(), Error> {
    if conversion.port_tables > 0 {
        return Ok(());
    }
    let paths: Vec<_> = sources.iter().map(|source| source.path.as_str()).collect();
    let html_table = conversion
        .diagnostics
        .iter()
        .find(|d| d.code == Code::HtmlTable)
        .and_then(|diagnostic| {
            let File::Input(index) = diagnostic.file else {
                return None;
            };
            Some((
                sources[index].path.clone(),
                sources[index].position(diagnostic.span.start),
            ))
        });
    Err(Error::NoPortTable {
        paths: paths.join(", "),
        html_table,
    })
}

fn print_diagnostics(conversion: &Conversion, sources: &[Source], facts: &Facts, verbose: bool) {
    for diagnostic in &conversion.diagnostics {
        if verbose || diagnostic.code.severity() > Severity::Note {
            let source = facts
                .source(diagnostic.file)
                .or_else(|| match diagnostic.file {
                    File::Input(index) => sources.get(index),
                    _ => None,
                });
            if let Some(source) = source {
                eprintln!("{}", message::line(diagnostic, source));
            }
        }
    }
}
