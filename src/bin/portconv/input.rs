//! [`Reading`] → the texts and options that are converted.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::diagnostic::{Code, Diagnostic, File, Severity};
use portconv::emit::template::Template;
use portconv::emit::{self, Emitter, nmap, services};
use portconv::{BUILTIN, BlankCells, Conversion, Facts, Options, Registry};
use portconv::{NotUtf8, ReadError, Source, builtin_blank_cells, builtin_names, read_names};

use crate::error::Error;
use crate::place::{is_pipe, shown};
use crate::plan::reading::{BlankCellFacts, Input, Reading};

/// What was read.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) sources: Vec<Source>,
    pub(crate) options: Options,
    /// Files of a folder that could not be read.
    pub(crate) unread: Vec<Error>,
}

/// Reads the inputs and the facts.
pub(crate) fn read(reading: &Reading) -> Result<Tables, Error> {
    let options = options(reading)?;
    let (mut sources, mut unread) = (Vec::new(), Vec::new());
    for input in &reading.inputs {
        match (source(input), input) {
            (Ok(source), _) => sources.push(source),
            (Err(error @ Error::Read { .. }), Input::InFolder(_)) => unread.push(error),
            (Err(error), _) => return Err(error),
        }
    }
    if sources.is_empty()
        && let Some(error) = unread.pop()
    {
        return Err(error);
    }
    Ok(Tables {
        sources,
        options,
        unread,
    })
}

fn source(input: &Input) -> Result<Source, Error> {
    match input {
        Input::Builtin => decode(BUILTIN.0.to_owned(), BUILTIN.1.as_bytes()),
        Input::Stdin(name) => decode(name.clone(), io::stdin().lock()),
        Input::File(path) => file(path),
        // A pipe there has no writer that is waited for.
        Input::InFolder(path) => decode(
            shown(path),
            open(path, |_| false).map_err(unreadable(path))?,
        ),
    }
}

/// Reads the facts, and gathers what the inputs are taken for.
pub(crate) fn options(reading: &Reading) -> Result<Options, Error> {
    let blank_cells = match &reading.blank_cells {
        BlankCellFacts::Builtin => builtin_blank_cells(),
        BlankCellFacts::Literal => BlankCells::Literal,
        BlankCellFacts::File(path) => BlankCells::read(file(path)?)?,
    };
    let names = match &reading.names {
        None => builtin_names(),
        Some(path) => read_names(file(path)?)?,
    };
    let registry = match &reading.registry {
        None => None,
        Some(path) => Some(Registry::read(file(path)?)?),
    };
    let mut options = Options::from(Facts {
        blank_cells,
        names,
        registry,
    });
    options.syntax = reading.syntax;
    options.protocols = reading.protocols;
    options.is_overlay = reading.inputs.first() == Some(&Input::Builtin);
    options.attribution = reading.attribution.clone();
    if let Some(widest) = reading.expand_ranges {
        options.expand_ranges = widest;
    }
    if !reading.services_status.is_empty() {
        options.services_status.clone_from(&reading.services_status);
    }
    Ok(options)
}

/// Reads a text file.
fn file(path: &Path) -> Result<Source, Error> {
    decode(shown(path), open(path, is_pipe).map_err(unreadable(path))?)
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::Read {
        path: shown(path),
        error,
    }
}

/// Opens a regular file, or what else may be read. A device such as `/dev/zero` may never end.
fn open(path: &Path, may_be_read: impl Fn(&fs::Metadata) -> bool) -> io::Result<fs::File> {
    let at = fs::metadata(path)?;
    if at.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !at.is_file() && !may_be_read(&at) {
        let message = if is_pipe(&at) {
            "it is a pipe"
        } else {
            "it is neither a regular file nor a pipe"
        };
        return Err(io::Error::other(message));
    }
    fs::File::open(path)
}

fn decode(path: String, text: impl Read) -> Result<Source, Error> {
    Source::read(path.clone(), text).map_err(|error| match error {
        ReadError::Io(error) => Error::Read { path, error },
        ReadError::NotUtf8(NotUtf8 { position }) => Error::NotUtf8 { path, position },
    })
}

/// The bytes of a file that was written. A pipe holds none, and who opens it waits for a writer.
pub(crate) fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let at = fs::metadata(path)?;
    if !at.is_file() && !at.is_dir() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(path)
}

/// Reads back what this program wrote; `None` if the file is another one, or no regular file.
pub(crate) fn read_back(path: &Path) -> Result<Option<(&'static dyn Emitter, Dataset)>, Error> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = contents(path).map_err(unreadable(path))?;
    match emit::read(&bytes) {
        None => Ok(None),
        Some((emitter, Ok(dataset))) => Ok(Some((emitter, dataset))),
        Some((emitter, Err(error))) => {
            let (path, name) = (shown(path), emitter.format().name);
            let message = format!("{path}: not a {name} file of portconv: {error}");
            Err(Error::Usage(message))
        }
    }
}

/// Reads a template.
pub(crate) fn template(path: &Path) -> Result<Template, Error> {
    let text = open(path, is_pipe).and_then(io::read_to_string);
    Ok(Template::new(shown(path), text.map_err(unreadable(path))?))
}

/// Reads the file that our names go into, if there is one: nmap's, or a system's services.
pub(crate) fn merged(
    path: Option<&Path>,
    formats: &[String],
) -> Result<Option<Box<dyn Emitter>>, Error> {
    let Some(path) = path else {
        return Ok(None);
    };
    let is_asked = |name: &str| formats.iter().any(|format| format == name);
    match (is_asked("nmap"), is_asked("services")) {
        (true, false) => Ok(Some(Box::new(nmap::Merged::read(file(path)?)?))),
        (false, true) => Ok(Some(Box::new(services::Merged::read(file(path)?)?))),
        _ => {
            let message = "--merge is for --format nmap or --format services, one of them";
            Err(Error::Usage(message.to_owned()))
        }
    }
}

/// Refuses inputs without any record: they would empty the output.
pub(crate) fn require_port_table(conversion: &Conversion, sources: &[Source]) -> Result<(), Error> {
    if conversion.port_tables > 0 && conversion.dataset.records.is_empty() {
        return Err(no_record(conversion, sources));
    }
    if conversion.port_tables > 0 {
        return Ok(());
    }
    let paths = named(sources);
    Err(seen_instead(conversion, sources).unwrap_or(Error::NoPortTable { paths }))
}

/// Says where something stands that holds ports but is no table, and what to do with it.
fn seen_instead(conversion: &Conversion, sources: &[Source]) -> Option<Error> {
    let is_seen = |diagnostic: &&Diagnostic| {
        diagnostic.code == Code::NoPortTable && !diagnostic.span.is_empty()
    };
    let seen = conversion.diagnostics.iter().find(is_seen)?;
    let File::Input(index) = seen.file else {
        return None;
    };
    let source = sources.get(index)?;
    Some(Error::SeenInstead {
        path: source.path.clone(),
        position: source.position(seen.span.start),
        message: seen.message.clone(),
    })
}

/// Says why, and where first, no row of the port tables is a record.
fn no_record(conversion: &Conversion, sources: &[Source]) -> Error {
    let place = |diagnostic: &Diagnostic| match diagnostic.file {
        File::Input(index) if diagnostic.code.severity() == Severity::Warning => {
            Some((sources.get(index)?, diagnostic.clone()))
        }
        _ => None,
    };
    match conversion.diagnostics.iter().find_map(place) {
        Some((source, wrong)) => Error::NoRecord {
            path: source.path.clone(),
            position: source.position(wrong.span.start),
            message: format!("{}: {}", wrong.code.name(), wrong.message),
        },
        None => Error::NoRows {
            paths: named(sources),
        },
    }
}

fn named(sources: &[Source]) -> String {
    let paths: Vec<_> = sources.iter().map(|source| source.path.as_str()).collect();
    paths.join(", ")
}
