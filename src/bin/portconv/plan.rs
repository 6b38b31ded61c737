//! Arguments → [`Plan`]: what to read, what to make and where it goes. Made once, before any input is read;
//! later steps see no arguments.

pub(crate) mod outputs;
pub(crate) mod reading;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use portconv::MergeFormat;
use portconv::emit::quoted;

use crate::cli::{MessageOptions, OutputOptions};
use crate::error::Error;
use crate::level::{Level, Levels};
use crate::place::{Identity, shown};
use crate::report::Form;
use outputs::{DEFAULT_FOLDER, Outputs};
use reading::Reading;

/// The options that decide the contents of the outputs, by their ids.
const CONTENT_OPTIONS: [&str; 10] = [
    "blank_cells",
    "names",
    "registry",
    "services_status",
    "expand_ranges",
    "transport",
    "from",
    "title",
    "source_url",
    "license",
];

/// All decisions about a run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) reading: Reading,
    pub(crate) outputs: Outputs,
    /// The file that services go into, and their format.
    pub(crate) merge: Option<(MergeFormat, PathBuf)>,
    /// The options as typed that decide the contents of the outputs.
    pub(crate) typed: Vec<String>,
    /// The output as typed, if it means something on other machines too.
    pub(crate) output: Option<String>,
    /// The command that was typed, without `--check`.
    pub(crate) mending: String,
    /// Compare the files instead of writing them.
    pub(crate) is_check: bool,
    /// The number of records that there must be.
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
        matches: &ArgMatches,
    ) -> Result<Self, Error> {
        let outputs = Outputs::new(output)?;
        keep_inputs(&reading, &outputs, output)?;
        let levels = [
            ("allow", &*messages.allow, Level::Allow),
            ("warn", &*messages.warn, Level::Warning),
            ("deny", &*messages.deny, Level::Error),
        ];
        Ok(Self {
            typed: typed(matches),
            output: relative_output(output, &outputs),
            merge: outputs::merge(output)?,
            mending: mending(),
            reading,
            outputs,
            is_check: output.check,
            expected: messages.expect_records.clone(),
            levels: Levels::new(levels, messages.strict, matches),
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

/// Refuses outputs that would replace an input or curated facts.
fn keep_inputs(reading: &Reading, outputs: &Outputs, output: &OutputOptions) -> Result<(), Error> {
    let others = output.template.iter().chain(&output.merge);
    let others = others.map(|path| (shown(path), Identity::new(path)));
    let mut read = reading.files().into_iter().chain(others);
    // An input is no folder either.
    let asked = output.output.iter().filter(|path| path.is_file());
    let mut written = outputs.identities();
    written.extend(asked.map(|path| Identity::new(path)));
    match read.find(|(_, identity)| written.contains(identity)) {
        Some((path, _)) => Err(format!("the output would replace the input {path}").into()),
        None => Ok(()),
    }
}

/// The options that decide the contents of the outputs, as typed.
fn typed(matches: &ArgMatches) -> Vec<String> {
    let option = |id: &&str| {
        let values = matches.try_get_raw(id).ok()??;
        let values: Vec<_> = values.map(|value| value.to_string_lossy()).collect();
        Some(format!("--{}={}", id.replace('_', "-"), values.join(",")))
    };
    CONTENT_OPTIONS.iter().filter_map(option).collect()
}

/// The output as headers name it: no absolute path, and not the default.
fn relative_output(asked: &OutputOptions, outputs: &Outputs) -> Option<String> {
    let path = asked.output.as_deref().filter(|path| path.is_relative())?;
    let is_file = matches!(outputs, Outputs::Files(files) if files[0].place.path == path);
    if path == Path::new(DEFAULT_FOLDER) || outputs.is_stdout() {
        return None;
    }
    let folder = shown(path);
    Some(if is_file || folder.ends_with(std::path::is_separator) {
        folder
    } else {
        folder + "/"
    })
}

/// The command that brings the files up to date: what was typed, without the options of a check.
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
    words.insert(0, "portconv".to_owned());
    words.join(" ")
}
