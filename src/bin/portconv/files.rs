//! Paths → contents: texts to be converted, and files that portconv wrote.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::emit::{self, Emitter};
use portconv::{NotUtf8, ReadError, Source};

use crate::error::Error;
use crate::place::{is_pipe, shown};

/// The text of a file, or of a pipe where one is allowed.
pub(crate) fn source(path: &Path, may_be_pipe: bool) -> Result<Source, Error> {
    decode(
        shown(path),
        open(path, may_be_pipe).map_err(unreadable(path))?,
    )
}

/// The text of a file of facts, of a template, or of a file that is merged, as it stands.
pub(crate) fn verbatim(path: &Path) -> Result<Source, Error> {
    let mut bytes = Vec::new();
    let read = open(path, true).and_then(|mut file| file.read_to_end(&mut bytes));
    read.map_err(unreadable(path))?;
    Source::verbatim(shown(path), bytes).map_err(|error| failed(shown(path), error.into()))
}

/// Decodes a text; the path is its name in messages.
pub(crate) fn decode(path: String, text: impl Read) -> Result<Source, Error> {
    Source::read(path.clone(), text).map_err(|error| failed(path, error))
}

fn failed(path: String, error: ReadError) -> Error {
    match error {
        ReadError::Io(error) => Error::Read { path, error },
        ReadError::NotUtf8(NotUtf8 { position }) => {
            let byte = position.offset;
            // That of UTF-16 shows in its first byte.
            let other = if byte == 0 { "UTF-16" } else { "WINDOWS-1252" };
            let message = format!(
                "not UTF-8 text (byte {byte}); if it is {other}, iconv -f {other} -t UTF-8 converts it"
            );
            Error::At {
                path,
                position,
                message,
            }
        }
    }
}

/// The bytes of an output. A pipe is refused, because opening it would wait for a writer.
pub(crate) fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let at = fs::metadata(path)?;
    if !at.is_file() && !at.is_dir() {
        return Err(io::Error::other("it is not a regular file"));
    }
    fs::read(path)
}

/// The format and dataset of a file that portconv wrote; `None` for any other file.
pub(crate) fn read_back(path: &Path) -> Result<Option<(&'static dyn Emitter, Dataset)>, Error> {
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = contents(path).map_err(unreadable(path))?;
    let Some((emitter, read)) = emit::read(&bytes) else {
        return Ok(None);
    };
    let dataset = read.map_err(|error| {
        let (path, name) = (shown(path), emitter.format().name);
        format!("{path}: not a {name} file made by portconv: {error}")
    })?;
    Ok(Some((emitter, dataset)))
}

pub(crate) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::Read {
        path: shown(path),
        error,
    }
}

/// Opens a regular file, or a pipe where one is allowed: in a folder, it may never have a writer. A device such as
/// `/dev/zero` may never end.
fn open(path: &Path, may_be_pipe: bool) -> io::Result<File> {
    let at = fs::metadata(path)?;
    match (at.is_file() || may_be_pipe && is_pipe(&at), is_pipe(&at)) {
        (true, _) => File::open(path),
        _ if at.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        (false, true) => Err(io::Error::other("it is a pipe")),
        (false, false) => Err(io::Error::other("it is neither a regular file nor a pipe")),
    }
}
