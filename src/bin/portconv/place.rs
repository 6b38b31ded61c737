//! Paths → places: where a path leads, and which paths are the same file.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// The identity of a file, whatever path leads to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Identity {
    /// Its device and inode numbers.
    #[cfg(unix)]
    Inode(u64, u64),
    /// Its path with links resolved. On Unix, only for a file that does not exist yet.
    Path(PathBuf),
}

impl Identity {
    /// The identity of the file at a path, which need not exist yet.
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

/// Where a path leads. A symbolic link stays a link, and its target is written even if it does not exist yet.
pub(crate) fn leads_to(path: &Path) -> PathBuf {
    /// As many as Linux follows.
    const MOST_LINKS: usize = 40;
    let mut place = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&place) else {
            break;
        };
        let target = folder_of(&place).join(target);
        // A link in /proc to a pipe has a target that is no path.
        if place.exists() && !target.exists() {
            break;
        }
        place = target;
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

/// True for a place whose file is replaced; anything but a regular file, such as a pipe, is written to.
pub(crate) fn is_replaced(place: &Path) -> bool {
    fs::metadata(place).map_or(true, |at| at.is_file() || at.is_dir())
}

/// The identity of the regular file that a standard stream leads to.
pub(crate) fn standard_file(stream: &impl Standard) -> Option<Identity> {
    let at = standard(stream).filter(Metadata::is_file)?;
    Identity::known(&at, Path::new("-")).ok()
}

/// True if standard input is a pipe or a regular file.
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

/// The standard library has no such function on other systems.
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
