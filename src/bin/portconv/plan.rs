//! Arguments → [`Plan`]: what is read, what is made and where it goes. Made once, before any input is read;
//! nothing behind it sees an argument.

pub(crate) mod outputs;
pub(crate) mod reading;

use std::ops::RangeInclusive;
use std::path::Path;

use crate::cli::{MessageOptions, OutputOptions};
use crate::error::Error;
use crate::level::{Level, Levels};
use crate::place::{Identity, shown};
use crate::report::Form;
use outputs::{DEFAULT_FOLDER, Outputs};
use reading::Reading;

/// A run, decided.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) reading: Reading,
    pub(crate) outputs: Outputs,
    /// Where the output was asked for, if that is a place that others have, too.
    pub(crate) output: Option<String>,
    /// The command that was typed, without `--check`.
    pub(crate) mending: String,
    /// Compares the files, and writes none.
    pub(crate) is_check: bool,
    /// How many records there must be.
    pub(crate) expected: Option<RangeInclusive<usize>>,
    pub(crate) levels: Levels,
    /// The lowest level that is printed.
    pub(crate) lowest: Level,
    pub(crate) form: Form,
}

impl Plan {
    pub(crate) fn new(
        reading: Reading,
        output: &OutputOptions,
        messages: &MessageOptions,
        levels: Levels,
    ) -> Result<Self, Error> {
        let outputs = Outputs::new(output)?;
        keep_inputs(&reading, &outputs, output)?;
        let expected = messages.expect_records.as_deref().map(expected_records);
        Ok(Self {
            output: relative_output(output, &outputs),
            mending: mending(),
            reading,
            outputs,
            is_check: output.check,
            expected: expected.transpose()?,
            levels,
            lowest: match (messages.quiet, messages.verbose) {
                (true, _) => Level::Error,
                (_, true) => Level::Note,
                _ => Level::Warning,
            },
            form: messages.message_format,
        })
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.lowest == Level::Error
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.lowest == Level::Note
    }
}

/// Refuses to replace anything that is read, and curated facts.
fn keep_inputs(reading: &Reading, outputs: &Outputs, output: &OutputOptions) -> Result<(), Error> {
    let mut read = reading.files();
    let others = output.template.iter().chain(&output.merge);
    read.extend(others.map(|path| (shown(path), Identity::new(path))));
    let written = outputs.identities();
    match read.iter().find(|(_, identity)| written.contains(identity)) {
        Some((path, _)) => {
            let message = format!("the output would replace the input {path}");
            Err(Error::Usage(message))
        }
        None => Ok(()),
    }
}

/// An output that is named in files: no absolute path, and not the default.
fn relative_output(asked: &OutputOptions, outputs: &Outputs) -> Option<String> {
    let path = asked.output.as_deref().filter(|path| path.is_relative())?;
    let is_file = matches!(outputs, Outputs::Files(files) if files[0].place.path == path);
    let is_default = path == Path::new(DEFAULT_FOLDER);
    if is_default || matches!(outputs, Outputs::Stdout(_)) {
        return None;
    }
    let folder = shown(path);
    Some(if is_file || folder.ends_with(std::path::is_separator) {
        folder
    } else {
        folder + "/"
    })
}

/// The command that was typed, without what only a check needs: it brings the files up to date.
fn mending() -> String {
    let mut typed = std::env::args_os().skip(1);
    let mut words = Vec::new();
    while let Some(word) = typed.next() {
        match &*word.to_string_lossy() {
            "--check" => {}
            "--message-format" => drop(typed.next()),
            word if word.starts_with("--message-format=") => {}
            word => words.push(quoted(word)),
        }
    }
    format!("portconv {}", words.join(" "))
        .trim_end()
        .to_owned()
}

/// A word as a shell takes it (POSIX, Shell Command Language §2.2.2).
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/.-_+,=:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// `293`, `290..` or `290..300`, both ends inclusive.
fn expected_records(text: &str) -> Result<RangeInclusive<usize>, Error> {
    let wrong = || {
        let message = format!("{text:?} is not a number of records: 293, 290.. or 290..300");
        Error::Usage(message)
    };
    let number = |digits: &str| digits.parse::<usize>().map_err(|_| wrong());
    match text.split_once("..") {
        None => number(text).map(|count| count..=count),
        Some((first, "")) => Ok(number(first)?..=usize::MAX),
        Some((first, last)) => {
            let range = number(first)?..=number(last)?;
            if range.is_empty() {
                Err(wrong())
            } else {
                Ok(range)
            }
        }
    }
}
