//! Paths → places: where a path leads, and whether two of them are one file.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// What tells one file from all others, whatever paths lead to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Identity {
    /// The numbers of its device and inode.
    #[cfg(unix)]
    Inode(u64, u64),
    /// Its path without links. On Unix, that of a file that is not there yet.
    Path(PathBuf),
}

impl Identity {
    /// The identity of what stands at a path, or of what will.
    pub(crate) fn new(path: &Path) -> Self {
        let known = fs::metadata(path).and_then(|at| Self::known(&at, path));
        known.unwrap_or_else(|_| Self::Path(leads_to(path)))
    }

    /// The identity of an open file or folder.
    pub(crate) fn of_open(file: &File, path: &Path) -> io::Result<Self> {
        Self::known(&file.metadata()?, path)
    }

    #[cfg(unix)]
    #[expect(clippy::unnecessary_wraps, reason = "it can fail on other systems")]
    fn known(at: &Metadata, _: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        Ok(Self::Inode(at.dev(), at.ino()))
    }

    #[cfg(not(unix))]
    fn known(_: &Metadata, path: &Path) -> io::Result<Self> {
        fs::canonicalize(path).map(Self::Path)
    }
}

/// Where a path leads: a symbolic link stays one, and the file that it names is written, be it there or not.
pub(crate) fn leads_to(path: &Path) -> PathBuf {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&place) else {
            break;
        };
        place = folder_of(&place).join(target);
    }
    let in_folder = || {
        let folder = fs::canonicalize(folder_of(&place)).ok()?;
        folder.is_dir().then_some(folder.join(place.file_name()?))
    };
    let known = fs::canonicalize(&place).ok().or_else(in_folder);
    known.unwrap_or(place)
}

/// The folder of a place.
pub(crate) fn folder_of(place: &Path) -> &Path {
    place
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// True for a place whose file is replaced by another; what is no regular file is written to.
pub(crate) fn is_replaced(place: &Path) -> bool {
    fs::metadata(place).map_or(true, |at| at.is_file() || at.is_dir())
}

/// The identity of the regular file that a standard stream leads to.
pub(crate) fn standard_file(stream: &impl Standard) -> Option<Identity> {
    let at = standard(stream).filter(Metadata::is_file)?;
    Identity::known(&at, Path::new("-")).ok()
}

/// True if standard input is a pipe, or a file that a shell opened.
pub(crate) fn stdin_is_given() -> bool {
    standard(&io::stdin()).is_some_and(|at| at.is_file() || is_pipe(&at))
}

/// True if standard input is a pipe.
pub(crate) fn stdin_is_pipe() -> bool {
    standard(&io::stdin()).is_some_and(|at| is_pipe(&at))
}

#[cfg(unix)]
pub(crate) use std::os::fd::AsFd as Standard;

#[cfg(unix)]
fn standard(stream: &impl Standard) -> Option<Metadata> {
    let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok()
}

#[cfg(unix)]
pub(crate) fn is_pipe(at: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&at.file_type())
}

#[cfg(not(unix))]
pub(crate) use std::io::IsTerminal as Standard;

/// Nothing can be told there.
#[cfg(not(unix))]
fn standard(_: &impl Standard) -> Option<Metadata> {
    None
}

#[cfg(not(unix))]
pub(crate) fn is_pipe(_: &Metadata) -> bool {
    false
}

/// A path as messages and outputs show it: with `/` on every system, so that the outputs are the same on all.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}
