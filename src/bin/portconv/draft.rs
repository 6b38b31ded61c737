//! How a file is replaced: all of it or nothing.
//!
//! Every file that changes is written whole beside its place and synced before the first one is moved into its place.
//! So a reader sees the old file or the new one, and a failure leaves the old ones as they were. A file
//! that would not change is left alone.
//! A run that is killed may leave files named `.portconv-…`; the next one that writes there removes them.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use portconv::{Fingerprint, Measure};
use tempfile::NamedTempFile;

use crate::input::shown;

/// How the names of files begin that are not in their places yet.
const PREFIX: &str = ".portconv-";

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    place: PathBuf,
    state: State,
    length: u64,
    measure: Option<Measure>,
    /// Why writing failed: what writes through this may lose the reason.
    pub(crate) failure: Option<io::Error>,
}

#[derive(Debug)]
enum State {
    /// Nothing is written, and nothing stands in its place that could be read.
    Empty,
    /// So far, it is the file that stands in its place.
    Current(BufReader<File>),
    Beside(NamedTempFile),
    /// What is no regular file, such as a pipe or `/dev/stdout`, is written in place.
    InPlace(Vec<u8>),
}

/// A file that is ready to be moved into its place, once it is on the disk.
#[derive(Debug)]
pub(crate) struct Ready {
    place: PathBuf,
    state: State,
    /// Syncing waits for the disk, and others need not wait with it.
    sync: Option<JoinHandle<io::Result<()>>>,
    pub(crate) fingerprint: Option<Fingerprint>,
}

impl Draft {
    /// A file that is to replace what stands at a path; with a fingerprint if that is asked for. A symbolic
    /// link stays one: its target is replaced.
    pub(crate) fn of(path: &Path, is_measured: bool) -> io::Result<Self> {
        let place = place_of(path);
        let state = match fs::metadata(&place) {
            Ok(file) if file.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(file) if !file.is_file() => State::InPlace(Vec::new()),
            _ => match File::open(&place) {
                Ok(file) => State::Current(BufReader::new(file)),
                Err(_) => State::Empty,
            },
        };
        Ok(Self {
            place,
            state,
            length: 0,
            measure: is_measured.then(Measure::default),
            failure: None,
        })
    }

    /// Ends the file.
    pub(crate) fn finish(mut self) -> io::Result<Ready> {
        let is_short = match &mut self.state {
            State::Empty => true,
            State::Current(file) => !file.fill_buf().is_ok_and(<[u8]>::is_empty),
            State::Beside(_) | State::InPlace(_) => false,
        };
        if is_short {
            self.diverge()?;
        }
        let sync = match &self.state {
            State::Empty | State::Current(_) | State::InPlace(_) => None,
            State::Beside(file) => {
                let file = file.as_file().try_clone()?;
                Some(thread::Builder::new().spawn(move || file.sync_all())?)
            }
        };
        Ok(Ready {
            place: self.place,
            state: self.state,
            sync,
            fingerprint: self.measure.map(Measure::finish),
        })
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        let is_other = match &mut self.state {
            State::Empty => true,
            State::Current(file) => !goes_on_with(file, bytes),
            State::Beside(_) | State::InPlace(_) => false,
        };
        if is_other {
            self.diverge()?;
        }
        match &mut self.state {
            State::Empty | State::Current(_) => {}
            // The file itself, because tempfile's own errors end in the temporary name.
            State::Beside(file) => file.as_file().write_all(bytes)?,
            State::InPlace(held) => held.extend_from_slice(bytes),
        }
        if let Some(measure) = &mut self.measure {
            measure.take(bytes);
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Begins a new file with what was the same so far.
    fn diverge(&mut self) -> io::Result<()> {
        let new = new_file(folder_of(&self.place))?;
        if let State::Current(file) = &mut self.state {
            file.rewind()?;
            let copied = io::copy(&mut file.take(self.length), &mut new.as_file())?;
            if copied < self.length {
                return Err(io::Error::other("another program is changing it"));
            }
        }
        self.state = State::Beside(new);
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.take(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(error) => {
                let kind = error.kind();
                self.failure = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Ready {
    /// Whether the file is what stands in its place.
    pub(crate) fn is_current(&self) -> bool {
        matches!(self.state, State::Current(_))
    }

    /// Waits until the file is on the disk.
    pub(crate) fn wait(&mut self) -> io::Result<()> {
        match self.sync.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(synced) => synced.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        }
    }

    /// Moves the file into its place, or writes it there if that is no regular file.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.state {
            State::Empty | State::Current(_) => Ok(()),
            State::Beside(file) => file
                .persist(self.place)
                .map(drop)
                .map_err(|error| error.error),
            State::InPlace(bytes) => fs::OpenOptions::new()
                .write(true)
                .open(self.place)?
                .write_all(&bytes),
        }
    }
}

/// Reads on in a file as long as it holds these bytes.
fn goes_on_with(file: &mut BufReader<File>, mut bytes: &[u8]) -> bool {
    while !bytes.is_empty() {
        let Ok(current) = file.fill_buf() else {
            return false;
        };
        let length = current.len().min(bytes.len());
        if length == 0 || current[..length] != bytes[..length] {
            return false;
        }
        file.consume(length);
        bytes = &bytes[length..];
    }
    true
}

/// Where a path leads, if there is anything.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The folder of a place.
pub(crate) fn folder_of(place: &Path) -> &Path {
    place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// A new file with the mode that any new file has, and its folder; the file goes away unless it is moved.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    fs::create_dir_all(folder).map_err(|error| no_folder(folder, error))?;
    tempfile::Builder::new()
        .prefix(PREFIX)
        .make_in(folder, create_locked)
}

/// Says which file is in the way of a folder.
fn no_folder(folder: &Path, error: io::Error) -> io::Error {
    match folder.ancestors().find(|part| part.is_file()) {
        Some(file) => io::Error::other(format!("{} is a file, not a folder", shown(file))),
        None => error,
    }
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
pub(crate) fn remove_abandoned(folder: &Path) {
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
