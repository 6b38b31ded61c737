//! A file being written: complete and next to its destination, before it replaces anything.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::place::folder_of;

/// The prefix and suffix of temporary files.
const NAME: (&str, &str) = (".portconv-", ".tmp");
/// The number of random letters and digits between them.
const RANDOM: usize = 12;

/// A file being written.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) place: PathBuf,
    pub(crate) content: Content,
    /// The error of a failed write, which an emitter's library may swallow.
    pub(crate) failure: Option<io::Error>,
}

#[derive(Debug)]
pub(crate) enum Content {
    /// A temporary file next to its destination.
    Beside(NamedTempFile),
    /// The bytes for a pipe or a device such as `/dev/stdout`, which is written in place.
    InPlace(Vec<u8>),
}

impl Draft {
    /// A file for a place whose folder exists, with the mode and owner of the file that it replaces.
    pub(crate) fn new(place: &Path) -> io::Result<Self> {
        let content = match fs::metadata(place) {
            Ok(old) if old.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(old) if !old.is_file() => Content::InPlace(Vec::new()),
            Ok(old) => {
                let new = new_file(folder_of(place))?;
                take_over(&old, new.as_file())?;
                Content::Beside(new)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Content::Beside(new_file(folder_of(place))?)
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            place: place.to_owned(),
            content,
            failure: None,
        })
    }

    /// Syncs the file to the disk; `None` if its place already holds the same bytes.
    pub(crate) fn finish(self) -> io::Result<Option<Self>> {
        if let Content::Beside(file) = &self.content {
            if is_same(file.as_file(), &self.place)? {
                return Ok(None);
            }
            file.as_file().sync_all()?;
        }
        Ok(Some(self))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.content {
            // The file itself, because tempfile's own errors end in the temporary name.
            Content::Beside(file) => file.as_file().write_all(bytes),
            Content::InPlace(held) => held.write_all(bytes),
        };
        if let Err(error) = written {
            let kind = error.kind();
            self.failure = Some(error);
            return Err(kind.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// True if the file at a place can be read and holds the same bytes.
fn is_same(mut new: &File, place: &Path) -> io::Result<bool> {
    const PIECE: usize = 1 << 16;
    let Ok(old) = File::open(place) else {
        return Ok(false);
    };
    new.rewind()?;
    let mut old = BufReader::with_capacity(PIECE, old);
    let mut new = BufReader::with_capacity(PIECE, new);
    loop {
        let (old_piece, new_piece) = (old.fill_buf()?, new.fill_buf()?);
        let length = old_piece.len();
        if old_piece != new_piece || length == 0 {
            return Ok(old_piece == new_piece);
        }
        old.consume(length);
        new.consume(length);
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

/// A new file with an ordinary mode; it is deleted unless it is moved.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    temporary(folder, |path| File::create_new(path))
}

/// A second name for a file, or for a copy where hard links are not supported; it is deleted unless it is moved.
pub(crate) fn second_name(place: &Path) -> io::Result<TempPath> {
    let link = |path: &Path| fs::hard_link(place, path);
    let copy = |path: &Path| fs::copy(place, path).map(drop);
    let named = temporary(folder_of(place), |path| link(path).or_else(|_| copy(path)));
    named.map(NamedTempFile::into_temp_path)
}

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
