//! [`Reading`] → the texts and options to convert, and the dataset that they give.

use std::io;
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::diagnostic::{Code, Diagnostic, File, Severity};
use portconv::emit::Emitter;
use portconv::{BUILTIN, BlankCells, Conversion, Names, Options, Registry, Source, convert};

use crate::cli::{ConversionOptions, InputOptions};
use crate::error::Error;
use crate::files;
use crate::plan::reading::{BlankCellFacts, Input, Reading};

/// Everything that was read.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) sources: Vec<Source>,
    pub(crate) options: Options,
    /// Files found in folders that could not be read, with the reason.
    pub(crate) unread: Vec<(String, io::Error)>,
}

/// Reads the inputs and the facts.
pub(crate) fn read(reading: &Reading) -> Result<Tables, Error> {
    let (mut sources, mut unread) = (Vec::new(), Vec::new());
    for input in &reading.inputs {
        match (source(input), input) {
            (Ok(source), _) => sources.push(source),
            (Err(Error::Read { path, error }), Input::InFolder(_)) => unread.push((path, error)),
            (Err(error), _) => return Err(error),
        }
    }
    match unread.pop_if(|_| sources.is_empty()) {
        Some((path, error)) => Err(Error::Read { path, error }),
        None => Ok(Tables {
            sources,
            options: options(reading)?,
            unread,
        }),
    }
}

fn source(input: &Input) -> Result<Source, Error> {
    match input {
        Input::Builtin => files::decode(BUILTIN.0.to_owned(), BUILTIN.1.as_bytes()),
        Input::Stdin(name) => files::decode(name.clone(), io::stdin().lock()),
        Input::File(path) => files::source(path, true),
        Input::InFolder(path) => files::source(path, false),
    }
}

/// The options of the conversion, with the facts from their files.
fn options(reading: &Reading) -> Result<Options, Error> {
    let mut options = reading.options();
    match &reading.blank_cells {
        BlankCellFacts::Builtin => {}
        BlankCellFacts::Literal => options.facts.blank_cells = Some(BlankCells::Literal),
        BlankCellFacts::File(path) => {
            options.facts.blank_cells = Some(BlankCells::read(files::verbatim(path)?)?);
        }
    }
    if let Some(path) = &reading.names {
        options.facts.names = Some(Names::read(files::verbatim(path)?)?);
    }
    if let Some(path) = reading.registry() {
        options.facts.registry = Some(Registry::read(files::source(path, true)?)?);
    }
    Ok(options)
}

/// The dataset of a path: read back, with its format, if portconv wrote the file; otherwise converted.
pub(crate) fn dataset(
    path: &Path,
    facts: &ConversionOptions,
) -> Result<(Option<&'static dyn Emitter>, Dataset), Error> {
    if let Some((emitter, dataset)) = files::read_back(path)? {
        return Ok((Some(emitter), dataset));
    }
    let inputs = InputOptions::new(&[path.to_owned()]);
    let tables = read(&Reading::new(&inputs, facts)?)?;
    tables.warn_of_unread();
    Ok((None, tables.convert()?.dataset))
}

impl Tables {
    /// Converts the tables. Inputs without any record are an error, because they would empty the output.
    pub(crate) fn convert(&self) -> Result<Conversion, Error> {
        let conversion = convert(&self.sources, &self.options);
        if !conversion.dataset.records.is_empty() {
            return Ok(conversion);
        }
        let paths: Vec<_> = self.sources.iter().map(|it| it.path.as_str()).collect();
        let paths = paths.join(", ");
        if self.sources.iter().all(|it| it.text().trim().is_empty()) {
            return Err(format!("nothing to read: empty input: {paths}").into());
        }
        let mut wrong = conversion.diagnostics.iter();
        if conversion.port_tables == 0 {
            let seen = wrong.find(|it| it.code == Code::NoPortTable && !it.span.is_empty());
            let seen = seen.and_then(|it| self.error_at(it, it.message.clone()));
            let none = format!("no port table in {paths}: no table has a column of ports");
            return Err(seen.unwrap_or(none.into()));
        }
        let first = wrong.find(|it| {
            matches!(it.file, File::Input(_)) && it.code.severity() == Severity::Warning
        });
        let first = first.and_then(|it| {
            let (code, message) = (it.code.name(), &it.message);
            let message = format!(
                "no row of the port table could be read; the first problem is {code}: {message}"
            );
            self.error_at(it, message)
        });
        Err(first.unwrap_or_else(|| format!("the port table in {paths} has no rows").into()))
    }

    fn error_at(&self, wrong: &Diagnostic, message: String) -> Option<Error> {
        let source = self.source(wrong.file)?;
        Some(Error::At {
            path: source.path.clone(),
            position: source.position(wrong.span.start),
            message,
        })
    }

    /// The text of an input or of a file of facts.
    pub(crate) fn source(&self, file: File) -> Option<&Source> {
        match file {
            File::Input(index) => self.sources.get(index),
            file => self.options.source(file),
        }
    }

    /// Prints which files could not be read.
    pub(crate) fn warn_of_unread(&self) {
        for (path, error) in &self.unread {
            say!("warning: cannot read {path}: {error}");
        }
    }
}
