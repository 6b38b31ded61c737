//! Where each format goes, and how a file is replaced: all of it or nothing.
//!
//! Every file is written whole beside its place and synced before the first one is moved into its place.
//! So a reader sees the old file or the new one, and a failure leaves the old ones as they were.
//! A run that is killed may leave files named `.portconv-…`; the next one that writes there removes them.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::thread::ScopedJoinHandle;

use portconv::emit::template::Template;
use portconv::emit::{self, EMITTERS, Emitter, Made};
use portconv::record::Dataset;
use tempfile::NamedTempFile;

use crate::Outcome;
use crate::cli::Arguments;
use crate::error::Error;
use crate::input::{self, shown};

const DEFAULT_FOLDER: &str = "output";

/// How the names of files begin that are not in their places yet.
const PREFIX: &str = ".portconv-";

/// Where the output goes.
pub(crate) enum Target<'t> {
    Stdout(&'t dyn Emitter),
    Files(Vec<(PathBuf, &'t dyn Emitter)>),
}

/// How many files were written, and how many already were what they should be.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
}

impl<'t> Target<'t> {
    /// What the command line asks for.
    pub(crate) fn of(arguments: &Arguments, template: Option<&'t Template>) -> Result<Self, Error> {
        let target = Self::asked_for(arguments, template)?;
        if let Self::Files(files) = &target {
            keep_inputs(files, arguments)?;
        }
        Ok(target)
    }

    fn asked_for(arguments: &Arguments, template: Option<&'t Template>) -> Result<Self, Error> {
        let formats = formats(&arguments.format, template)?;
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
                .filter(|emitter| emitter.is_default())
                .collect()
        };
        let mut formats = if formats.is_empty() {
            default()
        } else {
            formats
        };
        let mut seen = Vec::new();
        formats.retain(|emitter| {
            !seen.contains(&emitter.name()) && {
                seen.push(emitter.name());
                true
            }
        });
        Ok(Self::Files(
            formats
                .into_iter()
                .map(|emitter| (path.join(emitter.path()), emitter))
                .collect(),
        ))
    }

    /// Whether standard output is taken by data.
    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// Renders every format, then writes.
    pub(crate) fn write(&self, dataset: &Dataset) -> Result<Written, Error> {
        match self {
            Self::Stdout(emitter) => {
                write_stdout(&render(*emitter, dataset)?)?;
                Ok(Written::default())
            }
            Self::Files(files) => {
                let rendered = render_all(files, dataset)?;
                write_files(&rendered)
            }
        }
    }
}

/// Refuses to replace what is read.
fn keep_inputs(files: &[(PathBuf, &dyn Emitter)], arguments: &Arguments) -> Result<(), Error> {
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

/// The formats with these names; a template without any is asked for itself.
fn formats<'t>(
    names: &[String],
    template: Option<&'t Template>,
) -> Result<Vec<&'t dyn Emitter>, Error> {
    let template = template.map(|template| template as &dyn Emitter);
    if names.is_empty() {
        return Ok(template.into_iter().collect());
    }
    if template.is_some() && !names.iter().any(|name| name == Template::NAME) {
        let message = "--template is for --format template, and other formats are named";
        return Err(Error::Usage(message.to_owned()));
    }
    names.iter().map(|name| format(name, template)).collect()
}

fn format<'t>(name: &str, template: Option<&'t dyn Emitter>) -> Result<&'t dyn Emitter, Error> {
    if name == Template::NAME {
        return template
            .ok_or_else(|| Error::Usage("--format template takes a --template".to_owned()));
    }
    emit::by_name(name).ok_or_else(|| Error::Usage(format!("there is no format {name:?}")))
}

fn stdout<'t>(formats: &[&'t dyn Emitter]) -> Result<Target<'t>, Error> {
    let [emitter] = formats else {
        return Err(Error::Usage(
            "--output - takes exactly one --format".to_owned(),
        ));
    };
    if emitter.is_binary() && io::stdout().is_terminal() {
        let message = format!(
            "{} is not for a terminal: name a file with --output",
            emitter.name()
        );
        return Err(Error::Usage(message));
    }
    Ok(Target::Stdout(*emitter))
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
    let file_name = |emitter: &&dyn Emitter| Path::new(emitter.path()).file_name() == Some(name);
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
                    && Path::new(emitter.path()).extension() == path.extension()
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
            "{text} is one file, but --format names {}",
            formats.len()
        ))),
    }
}

/// Renders the files side by side, because SQLite takes as long as all others; those that describe files
/// come after these.
pub(crate) fn render_all<'f>(
    files: &'f [(PathBuf, &dyn Emitter)],
    dataset: &Dataset,
) -> Result<Vec<(&'f Path, Vec<u8>)>, Error> {
    let failed = |emitter: &dyn Emitter, error| Error::Emit {
        format: emitter.name(),
        error,
    };
    let mut rendered: Vec<Option<Vec<u8>>> = std::thread::scope(|scope| {
        let render = |emitter: &'f dyn Emitter| {
            (!emitter.describes_files()).then(|| scope.spawn(move || render(emitter, dataset)))
        };
        let threads: Vec<_> = files.iter().map(|(_, emitter)| render(*emitter)).collect();
        let joined = threads
            .into_iter()
            .map(|thread| thread.map(join).transpose());
        joined.collect::<Result<_, _>>()
    })?;
    for (at, (_, emitter)) in files
        .iter()
        .enumerate()
        .filter(|(_, (_, e))| e.describes_files())
    {
        let made = files.iter().zip(&rendered);
        let made =
            made.filter_map(|((_, emitter), bytes)| Some((emitter.path(), bytes.as_deref()?)));
        let made = made.collect::<Made<'_>>();
        let bytes = emitter
            .emit_beside(dataset, &made)
            .map_err(|error| failed(*emitter, error))?;
        rendered[at] = Some(bytes);
    }
    let paths = files.iter().map(|(path, _)| path.as_path());
    Ok(paths.zip(rendered.into_iter().flatten()).collect())
}

fn join<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The file of one format.
pub(crate) fn render(emitter: &dyn Emitter, dataset: &Dataset) -> Result<Vec<u8>, Error> {
    emitter.emit(dataset).map_err(|error| Error::Emit {
        format: emitter.name(),
        error,
    })
}

/// Prints a text that was asked for.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<Outcome, Error> {
    write_stdout(text.as_ref()).map(|()| Outcome::Done)
}

/// A reader that has seen enough and closes the pipe is no error.
fn write_stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    said(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

fn write_files(files: &[(&Path, Vec<u8>)]) -> Result<Written, Error> {
    let places: Vec<_> = files.iter().map(|(path, _)| place_of(path)).collect();
    let folders: BTreeSet<_> = places.iter().map(|place| folder_of(place)).collect();
    folders.into_iter().for_each(remove_abandoned);
    let mut written = Written::default();
    let mut ready = Vec::new();
    for (path, bytes) in files {
        let failed = |error| Error::Write {
            path: shown(path),
            error,
        };
        if is_current(path, bytes) {
            written.unchanged += 1;
        } else {
            ready.push((*path, stage(path, bytes).map_err(failed)?));
        }
    }
    for (path, staged) in ready {
        staged.commit().map_err(|error| Error::Write {
            path: shown(path),
            error,
        })?;
        written.written += 1;
    }
    Ok(written)
}

fn is_current(path: &Path, bytes: &[u8]) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|current| current == bytes)
}

/// A file that is ready to be moved into its place.
enum Staged {
    Beside {
        file: NamedTempFile,
        place: PathBuf,
    },
    /// What is no regular file, such as a pipe or `/dev/stdout`, is written in place.
    InPlace {
        place: PathBuf,
        bytes: Vec<u8>,
    },
}

/// Writes a file beside its place. A symbolic link stays one: its target is replaced.
fn stage(path: &Path, bytes: &[u8]) -> io::Result<Staged> {
    let place = place_of(path);
    match fs::metadata(&place) {
        Ok(file) if file.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(file) if !file.is_file() => {
            return Ok(Staged::InPlace {
                place,
                bytes: bytes.to_owned(),
            });
        }
        _ => {}
    }
    let folder = folder_of(&place);
    fs::create_dir_all(folder).map_err(|error| no_folder(folder, error))?;
    let staged = new_file(folder)?;
    // The file itself, because tempfile's own errors end in the temporary name.
    let mut file = staged.as_file();
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(Staged::Beside {
        file: staged,
        place,
    })
}

/// Where a path leads, if there is anything.
fn place_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn folder_of(place: &Path) -> &Path {
    place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Says which file is in the way of a folder.
fn no_folder(folder: &Path, error: io::Error) -> io::Error {
    match folder.ancestors().find(|part| part.is_file()) {
        Some(file) => io::Error::other(format!("{} is a file, not a folder", shown(file))),
        None => error,
    }
}

/// A new file with the mode that any new file has; it goes away unless it is moved.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(PREFIX)
        .make_in(folder, create_locked)
}

/// Creates a file and locks it, because one without a lock is taken for an abandoned one.
///
/// If `remove_abandoned` came in between, the error makes tempfile try another name.
fn create_locked(path: &Path) -> io::Result<File> {
    let file = File::create_new(path)?;
    let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
    if is_taken || !path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    Ok(file)
}

/// Removes what runs that were killed left in a folder.
///
/// The system gives up the locks of a process that ends, however it ends: so a file whose lock can be
/// had is nobody's, and neither a clock nor a process number need be trusted. What cannot be removed,
/// or cannot be locked here at all, stays.
fn remove_abandoned(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        entry.file_name().to_string_lossy().starts_with(PREFIX)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    });
    for path in ours.map(|entry| entry.path()) {
        let file = fs::OpenOptions::new().write(true).open(&path);
        // The lock is held until the name is gone.
        if let Ok(file) = file
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(&path);
        }
    }
}

impl Staged {
    fn commit(self) -> io::Result<()> {
        match self {
            Self::Beside { file, place } => {
                file.persist(place).map(drop).map_err(|error| error.error)
            }
            Self::InPlace { place, bytes } => fs::OpenOptions::new()
                .write(true)
                .open(place)?
                .write_all(&bytes),
        }
    }
}

/// The result of printing messages: a reader that closes the pipe is no error.
pub(crate) fn said(printed: io::Result<()>) -> Result<(), Error> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write {
            path: "standard output".to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}
