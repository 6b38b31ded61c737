//! A set of files: all of them are replaced, or none.
//!
//! ```text
//! lock the folders → write and sync every file next to its place → rename each → unlock
//!                    failure: all are deleted                      failure: those renamed are undone
//! ```
//!
//! - **Two runs at once** take turns: a run holds a lock on each folder that it writes to (`flock` on the
//!   folder itself, so that nothing is left behind). The files are those of one run.
//! - **After a failure** at any point, such as a full disk or a file that cannot be replaced, all old files are in
//!   place: until the last rename, they have a second name from which they are restored.
//! - **After a kill** before the first rename, the old files are there; between two renames, whole files, some old
//!   and some new. `--check` then names the old ones, and the next run replaces them. A kill may leave files named
//!   `.portconv-….tmp` (twelve letters or digits) behind, which the next run removes.
//! - **A reader** sees each file old or new, never a part of it. During the renames, it can see one file new and
//!   another still old. `--check` waits for a run to finish.
//!
//! Pipes and devices are written last, without the lock, because that cannot be undone and the reader may be slow.
//! Where a folder cannot be locked (some network file systems), two runs can mix their sets, and no temporary files
//! are removed. Where hard links are not supported (FAT), the second name is that of a copy.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::draft::{Draft, remove_abandoned, second_name};
use crate::place::{Identity, folder_of, is_replaced, shown};

/// The index of the file that failed, and why.
pub(crate) type Failure = (usize, io::Error);

/// The folders of a set of files, locked until this is dropped.
#[derive(Debug)]
pub(crate) struct Folders {
    locks: Vec<File>,
    /// Those that were created for the set, the innermost first.
    new: Vec<PathBuf>,
}

impl Folders {
    /// Creates the missing folders, locks all of them, and removes what killed runs left there.
    ///
    /// If it has to wait, it says so, unless it should be quiet.
    pub(crate) fn lock(places: &[&Path], is_quiet: bool) -> Result<Self, Failure> {
        let mut held = Self {
            locks: Vec::new(),
            new: new_folders(places),
        };
        let mut folders = BTreeMap::new();
        let replaced = places.iter().enumerate().filter(|(_, it)| is_replaced(it));
        for (at, place) in replaced {
            let folder = folder_of(place);
            fs::create_dir_all(folder).map_err(|error| (at, no_folder(folder, error)))?;
            folders.insert(Identity::new(folder), folder);
        }
        // In one order for all runs, or two could wait for each other.
        for folder in folders.into_values() {
            if let Some(lock) = lock(folder, is_quiet) {
                remove_abandoned(folder);
                held.locks.push(lock);
            }
        }
        Ok(held)
    }

    /// Waits for runs that write to these folders, and holds off new ones.
    pub(crate) fn share(places: &[&Path], is_quiet: bool) -> Self {
        let folders = places.iter().map(|place| folder_of(place));
        let folders: BTreeMap<_, _> = folders.map(|it| (Identity::new(it), it)).collect();
        let lock = |path: &Path| {
            let file = File::open(path).ok()?;
            let wait = || file.lock_shared();
            wait_for(file.try_lock_shared(), wait, path, is_quiet)?;
            Some(file)
        };
        Self {
            locks: folders.into_values().filter_map(lock).collect(),
            new: Vec::new(),
        }
    }
}

/// Removes the folders that were created for a set that failed: those of any other are not empty.
impl Drop for Folders {
    fn drop(&mut self) {
        for folder in &self.new {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Moves all files into their places, or none. `None` is a file whose place already holds the same bytes.
pub(crate) fn commit(
    places: &[&Path],
    set: Vec<Option<Draft>>,
    folders: Folders,
) -> Result<(), Failure> {
    let (mut beside, mut in_place) = (Vec::new(), Vec::new());
    for ((at, place), draft) in places.iter().enumerate().zip(set) {
        match draft {
            Some(Draft::Beside(file)) => beside.push((at, *place, file)),
            Some(Draft::InPlace(bytes)) => in_place.push((at, place, bytes)),
            None => {}
        }
    }
    replace_all(beside)?;
    drop(folders);
    for (at, place, bytes) in in_place {
        let file = fs::OpenOptions::new().write(true).open(place);
        file.and_then(|mut file| file.write_all(&bytes))
            .map_err(|error| (at, error))?;
    }
    Ok(())
}

fn replace_all(files: Vec<(usize, &Path, NamedTempFile)>) -> Result<(), Failure> {
    let mut done = Vec::new();
    for (at, place, file) in files {
        match replace(place, file) {
            Ok(old) => done.push((place, old)),
            Err(error) => return Err((at, take_back(done, error))),
        }
    }
    Ok(())
}

/// Moves a file to its place. The old one, if there is one, has a second name until this is dropped.
fn replace(place: &Path, new: NamedTempFile) -> io::Result<Option<TempPath>> {
    let old = match second_name(place) {
        Ok(name) => Some(name),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    new.persist(place)?;
    Ok(old)
}

/// Restores what was replaced, in reverse order; adds to the error what cannot be restored.
fn take_back(done: Vec<(&Path, Option<TempPath>)>, mut error: io::Error) -> io::Error {
    for (place, old) in done.into_iter().rev() {
        let restored = match old {
            None => fs::remove_file(place),
            Some(old) => old.persist(place).map_err(|error| {
                // What cannot come back stays under its other name.
                let name = shown(&error.path);
                let _ = error.path.keep();
                io::Error::other(format!("{}; the old file was kept as {name}", error.error))
            }),
        };
        if let Err(other) = restored {
            let message = format!("{error}; {} cannot be restored: {other}", shown(place));
            error = io::Error::new(error.kind(), message);
        }
    }
    error
}

/// Explains why a folder cannot be created.
fn no_folder(folder: &Path, error: io::Error) -> io::Error {
    let part = |is: fn(&Path) -> bool| folder.ancestors().find(|part| is(part));
    if let Some(file) = part(Path::is_file) {
        return io::Error::other(format!("{} is a file, not a folder", shown(file)));
    }
    match part(|part| part.is_symlink() && !part.exists()) {
        Some(link) => io::Error::other(format!("{} is a broken link", shown(link))),
        None => error,
    }
}

/// Locks a folder, and creates it again if another run has removed it in the meantime.
fn lock(folder: &Path, is_quiet: bool) -> Option<File> {
    loop {
        let file = File::open(folder).ok()?;
        wait_for(file.try_lock(), || file.lock(), folder, is_quiet)?;
        let is_still_there = Identity::of_open(&file, folder).ok()? == Identity::new(folder);
        if is_still_there {
            return Some(file);
        }
        fs::create_dir_all(folder).ok()?;
    }
}

/// Waits for a lock that is taken, and says so: a silent wait looks like a hang.
fn wait_for(
    tried: Result<(), TryLockError>,
    wait: impl Fn() -> io::Result<()>,
    folder: &Path,
    is_quiet: bool,
) -> Option<()> {
    if !matches!(tried, Err(TryLockError::WouldBlock)) {
        return tried.ok();
    }
    if !is_quiet {
        let folder = shown(folder);
        say!("waiting for another program to release its lock on {folder}");
    }
    wait().ok()
}

/// The folders that have to be created, the innermost first.
fn new_folders(places: &[&Path]) -> Vec<PathBuf> {
    let folders = places.iter().flat_map(|place| folder_of(place).ancestors());
    let new = folders.filter(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    let new: BTreeSet<_> = new.map(Path::to_owned).collect();
    new.into_iter().rev().collect()
}
