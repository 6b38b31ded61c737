//! A file being written: complete and next to its destination, before it replaces anything.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::place::folder_of;

/// The prefix and suffix of temporary files.
const NAME: (&str, &str) = (".portconv-", ".tmp");
/// The number of random letters and digits between them.
const RANDOM: usize = 12;

/// A file that is complete.
#[derive(Debug)]
pub(crate) enum Draft {
    /// A temporary file next to its destination.
    Beside(NamedTempFile),
    /// The bytes for a pipe or a device such as `/dev/stdout`, which is written in place.
    InPlace(Vec<u8>),
}

impl Draft {
    /// The file for a place whose folder exists, synced to the disk, with the mode and owner of the file that it
    /// replaces; `None` if the place already holds the same bytes.
    pub(crate) fn new(place: &Path, bytes: Vec<u8>) -> io::Result<Option<Self>> {
        let old = match fs::metadata(place) {
            Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(old) if !old.is_file() => return Ok(Some(Self::InPlace(bytes))),
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if old.is_some() && fs::read(place).is_ok_and(|held| held == bytes) {
            return Ok(None);
        }
        let named = temporary(folder_of(place), |path| File::create_new(path))?;
        // The file itself, because tempfile's own errors end in the temporary name.
        let mut new = named.as_file();
        if let Some(old) = old {
            take_over(&old, new)?;
        }
        new.write_all(&bytes)?;
        new.sync_all()?;
        Ok(Some(Self::Beside(named)))
    }
}

/// Gives a new file the mode of an old one, and its owner if the system allows it.
fn take_over(old: &fs::Metadata, new: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let made = new.metadata()?;
        if (made.uid(), made.gid()) != (old.uid(), old.gid()) {
            let _ = fchown(new, Some(old.uid()), Some(old.gid()));
        }
    }
    new.set_permissions(old.permissions())
}

/// A second name for a file, or for a copy where hard links are not supported; it is deleted unless it is moved.
pub(crate) fn second_name(place: &Path) -> io::Result<TempPath> {
    let link = |path: &Path| fs::hard_link(place, path);
    let copy = |path: &Path| fs::copy(place, path).map(drop);
    let named = temporary(folder_of(place), |path| link(path).or_else(|_| copy(path)));
    named.map(NamedTempFile::into_temp_path)
}

/// A file with an ordinary mode, or whatever else is made under a new name; it is deleted unless it is moved.
fn temporary<T>(
    folder: &Path,
    make: impl FnMut(&Path) -> io::Result<T>,
) -> io::Result<NamedTempFile<T>> {
    let (prefix, suffix) = NAME;
    tempfile::Builder::new()
        .prefix(prefix)
        .suffix(suffix)
        .rand_bytes(RANDOM)
        .make_in(folder, make)
}

/// Removes the temporary files of killed runs from a locked folder. Only names that this program makes up are touched.
pub(crate) fn remove_abandoned(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_ours = |entry: &fs::DirEntry| {
        entry.file_name().to_str().is_some_and(is_temporary)
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    for entry in entries.filter(is_ours) {
        let _ = fs::remove_file(entry.path());
    }
}

fn is_temporary(name: &str) -> bool {
    let (prefix, suffix) = NAME;
    name.strip_prefix(prefix)
        .and_then(|rest| rest.strip_suffix(suffix))
        .is_some_and(|random| {
            random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
