//! Where each format goes, and how the files come about: side by side, and all of them or none.

use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use portconv::dataset::Dataset;
use portconv::emit::nmap::Merged;
use portconv::emit::template::Template;
use portconv::emit::{self, EMITTERS, EmitError, Emitter};

use crate::cli::Arguments;
use crate::draft::{Draft, Ready, State, place_of};
use crate::error::Error;
use crate::input;
use crate::say::{shown, write_stdout};
use crate::transaction::{self, Failure, Folders};

const DEFAULT_FOLDER: &str = "output";

/// A file to be made.
pub(crate) type OneFile<'t> = (PathBuf, &'t dyn Emitter);

/// Where the output goes.
pub(crate) enum Destination<'t> {
    Stdout(&'t dyn Emitter),
    Files(Vec<OneFile<'t>>),
}

/// How many files were written, and how many already were what they should be.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
}

impl<'t> Destination<'t> {
    /// What the command line asks for.
    pub(crate) fn of(
        arguments: &Arguments,
        templates: &'t [Template],
        merged: Option<&'t Merged>,
    ) -> Result<Self, Error> {
        let target = Self::asked_for(arguments, templates, merged)?;
        if let Self::Files(files) = &target {
            keep_inputs(files, arguments)?;
            keep_apart(files)?;
        }
        Ok(target)
    }

    fn asked_for(
        arguments: &Arguments,
        templates: &'t [Template],
        merged: Option<&'t Merged>,
    ) -> Result<Self, Error> {
        let formats = formats(&arguments.format, templates, merged)?;
        let path = arguments
            .output
            .as_deref()
            .unwrap_or(Path::new(DEFAULT_FOLDER));
        if path == Path::new("-") {
            if arguments.check {
                return Err(Error::Usage(
                    "--check compares files, and --output - names none".to_owned(),
                ));
            }
            return stdout(&formats);
        }
        if let Some(emitter) = single_file(path, &formats)? {
            return Ok(Self::Files(vec![(path.to_owned(), emitter)]));
        }
        let default = || {
            EMITTERS
                .iter()
                .copied()
                .filter(|emitter| emitter.format().is_default)
                .collect()
        };
        let formats = if formats.is_empty() {
            default()
        } else {
            formats
        };
        Ok(Self::Files(
            formats
                .into_iter()
                .map(|emitter| (path.join(emitter.format().path), emitter))
                .collect(),
        ))
    }

    /// Whether standard output is taken by data.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Makes every file, then moves them into their places.
    pub(crate) fn write(&self, dataset: &Dataset, is_quiet: bool) -> Result<Written, Error> {
        match self {
            Self::Stdout(emitter) => {
                write_stdout(&render(*emitter, dataset)?)?;
                Ok(Written::default())
            }
            Self::Files(files) => write_files(files, dataset, is_quiet),
        }
    }
}

/// Refuses to replace what is read, and curated facts.
fn keep_inputs(files: &[OneFile<'_>], arguments: &Arguments) -> Result<(), Error> {
    let places: Vec<_> = files.iter().map(|(path, _)| place_of(path)).collect();
    let is_replaced = |input: &PathBuf| input.is_file() && places.contains(&place_of(input));
    match input::all_paths(arguments)?.into_iter().find(is_replaced) {
        Some(input) => {
            let message = format!("the output would replace the input {}", shown(&input));
            Err(Error::Usage(message))
        }
        None => Ok(()),
    }
}

/// Refuses files that would replace each other, as where one is a link to another.
fn keep_apart(files: &[OneFile<'_>]) -> Result<(), Error> {
    let mut known = HashMap::new();
    for (path, _) in files {
        let place = place_of(path);
        if !transaction::is_replaced(&place) {
            continue;
        }
        if let Some(other) = known.insert(place, path) {
            let message = format!("{} and {} are one file", shown(other), shown(path));
            return Err(Error::Usage(message));
        }
    }
    Ok(())
}

/// The formats with these names, each once, and the templates. The name `template` only says that there
/// are some.
fn formats<'t>(
    names: &[String],
    templates: &'t [Template],
    merged: Option<&'t Merged>,
) -> Result<Vec<&'t dyn Emitter>, Error> {
    let mut formats: Vec<&dyn Emitter> = Vec::new();
    for name in names {
        if name == Template::NAME {
            if templates.is_empty() {
                let message = "--format template needs a --template FILE";
                return Err(Error::Usage(message.to_owned()));
            }
        } else if !formats.iter().any(|format| format.format().name == name) {
            let unknown = || Error::Usage(format!("there is no format {name:?}"));
            let merged = merged.map(|merged| merged as &dyn Emitter);
            let merged = merged.filter(|merged| merged.format().name == name);
            formats.push(merged.or_else(|| emit::by_name(name)).ok_or_else(unknown)?);
        }
    }
    for template in templates {
        let same_file = |format: &&&dyn Emitter| format.format().path == template.format().path;
        if let Some(other) = formats.iter().find(same_file) {
            let (path, name) = (template.format().path, other.format().name);
            let message = format!("a template would write {path}, and so would another {name}");
            return Err(Error::Usage(message));
        }
        formats.push(template);
    }
    Ok(formats)
}

fn stdout<'t>(formats: &[&'t dyn Emitter]) -> Result<Destination<'t>, Error> {
    let [emitter] = formats else {
        return Err(Error::Usage(
            "--output - takes exactly one --format".to_owned(),
        ));
    };
    if emitter.format().is_binary && io::stdout().is_terminal() {
        let message = format!(
            "{} is not for a terminal: name a file with --output",
            emitter.format().name
        );
        return Err(Error::Usage(message));
    }
    Ok(Destination::Stdout(*emitter))
}

/// The format of a path that is a file: it has an ending, or the name of a format's file, or is a pipe or
/// a device, and is no folder yet.
fn single_file<'t>(
    path: &Path,
    formats: &[&'t dyn Emitter],
) -> Result<Option<&'t dyn Emitter>, Error> {
    let text = shown(path);
    let Some(name) = path
        .file_name()
        .filter(|_| !text.ends_with('/') && !path.is_dir())
    else {
        return Ok(None);
    };
    let file_name =
        |emitter: &&dyn Emitter| Path::new(emitter.format().path).file_name() == Some(name);
    let is_special = fs::metadata(path).is_ok_and(|at| !at.is_file() && !at.is_dir());
    let is_named = path.extension().is_some() || EMITTERS.iter().chain(formats).any(file_name);
    if !is_named && !is_special {
        return Ok(None);
    }
    match formats {
        [emitter] => Ok(Some(*emitter)),
        [] => {
            let same_ending = |emitter: &&&dyn Emitter| {
                path.extension().is_some()
                    && Path::new(emitter.format().path).extension() == path.extension()
            };
            let known = EMITTERS
                .iter()
                .find(|e| file_name(e))
                .or_else(|| EMITTERS.iter().find(same_ending));
            let unknown = || {
                Error::Usage(format!(
                    "no format is known by the ending of {text}: name one with --format"
                ))
            };
            known.copied().map(Some).ok_or_else(unknown)
        }
        _ => Err(Error::Usage(format!(
            "{text} is one file, but {} are asked for",
            formats.len()
        ))),
    }
}

/// The file of one format.
pub(crate) fn render(emitter: &dyn Emitter, dataset: &Dataset) -> Result<Vec<u8>, Error> {
    emitter
        .emit(dataset)
        .map_err(|error| not_made(emitter, error))
}

pub(crate) fn write_files(
    files: &[OneFile<'_>],
    dataset: &Dataset,
    is_quiet: bool,
) -> Result<Written, Error> {
    let failed = |(at, error): Failure| not_written(&files[at].0, error);
    let places: Vec<_> = files.iter().map(|(path, _)| place_of(path)).collect();
    let folders = Folders::lock(&places, is_quiet).map_err(failed)?;
    let drafts = files.iter().map(|file| draft(file, dataset));
    let set: Vec<_> = drafts
        .collect::<Result<_, _>>()
        .inspect_err(|_| folders.remove_new())?;
    let is_current = |file: &&Ready| matches!(file.state, State::Current);
    let unchanged = set.iter().filter(is_current).count();
    let written = set.len() - unchanged;
    transaction::commit(set, folders).map_err(failed)?;
    Ok(Written { written, unchanged })
}

/// Makes one file beside its place.
fn draft((path, emitter): &OneFile<'_>, dataset: &Dataset) -> Result<Ready, Error> {
    let failed = |error| not_written(path, error);
    let mut draft = Draft::of(&place_of(path)).map_err(failed)?;
    let result = emitter.write(dataset, &mut draft);
    if let Some(error) = draft.failure.take() {
        return Err(failed(error));
    }
    result.map_err(|error| not_made(*emitter, error))?;
    draft.finish().map_err(failed)
}

fn not_written(path: &Path, error: io::Error) -> Error {
    Error::Write {
        path: shown(path),
        error,
    }
}

fn not_made(emitter: &dyn Emitter, error: EmitError) -> Error {
    Error::Emit {
        format: emitter.format().name,
        error,
    }
}
