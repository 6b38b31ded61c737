//! Arguments → [`Plan`]: what to read, what to make and where it goes. Made once, before any input is read;
//! later steps see no arguments.

pub(crate) mod outputs;
pub(crate) mod reading;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use portconv::MergeFormat;
use portconv::emit::quoted;

use crate::cli::{MessageOptions, OutputOptions};
use crate::error::Error;
use crate::level::{Level, Levels};
use crate::place::{Identity, shown};
use crate::report::Form;
use crate::typed::Typed;
use outputs::{DEFAULT_FOLDER, Outputs};
use reading::Reading;

/// The options that name files of facts about the inputs.
const FACTS: [&str; 2] = ["blank_cells", "names"];

/// All decisions about a run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) reading: Reading,
    pub(crate) outputs: Outputs,
    /// The file that services go into, and their format.
    pub(crate) merge: Option<(MergeFormat, PathBuf)>,
    /// What to read, as typed.
    pub(crate) inputs: Vec<String>,
    /// The other options as typed that decide the contents of the outputs, and the output if it means something on
    /// other machines too.
    pub(crate) options: Vec<String>,
    /// The command that brings the files up to date: what was typed, without `--check`.
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
        typed: Typed<'_>,
    ) -> Result<Self, Error> {
        let outputs = Outputs::new(output)?;
        keep_inputs(&reading, &outputs, output)?;
        let levels = [
            ("allow", &*messages.allow, Level::Allow),
            ("warn", &*messages.warn, Level::Warning),
            ("deny", &*messages.deny, Level::Error),
        ];
        let mut options =
            typed.words(|group, id| group == "ConversionOptions" && !FACTS.contains(&id));
        options.extend(relative_output(output, &outputs));
        let mut inputs = typed.words(|group, id| group == "InputOptions" || FACTS.contains(&id));
        if inputs.is_empty() {
            let default = if reading.reads_stdin() {
                "-"
            } else {
                reading::DEFAULT_FOLDER
            };
            inputs.push(default.to_owned());
        }
        let mending = typed.words(|_, id| !["check", "message_format"].contains(&id));
        let mending: Vec<_> = mending.iter().map(|word| quoted(word)).collect();
        Ok(Self {
            inputs,
            options,
            merge: outputs::merge(output)?,
            mending: format!("portconv {}", mending.join(" ")),
            reading,
            outputs,
            is_check: output.check,
            expected: messages.expect_records.clone(),
            levels: Levels::new(levels, messages.strict, typed.matches),
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

/// The output as headers name it: not the default, and no absolute path.
fn relative_output(asked: &OutputOptions, outputs: &Outputs) -> Option<String> {
    let path = asked.output.as_deref().filter(|path| path.is_relative())?;
    let is_file = matches!(outputs, Outputs::Files(files) if files[0].place.path == path);
    if path == Path::new(DEFAULT_FOLDER) || outputs.is_stdout() {
        return None;
    }
    let folder = shown(path);
    let is_plain = is_file || folder.ends_with(std::path::is_separator);
    Some(format!(
        "--output={folder}{}",
        if is_plain { "" } else { "/" }
    ))
}
