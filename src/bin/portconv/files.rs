//! Paths → contents: texts to be converted, and files that portconv wrote.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::emit::{self, Emitter};
use portconv::{NotUtf8, ReadError, Source};

use crate::error::Error;
use crate::place::{is_pipe, shown};

/// The text of a file or a pipe.
pub(crate) fn source(path: &Path) -> Result<Source, Error> {
    decode(shown(path), open(path, is_pipe).map_err(unreadable(path))?)
}

/// The text of a file found in a folder. A pipe there may never have a writer, so it is refused.
pub(crate) fn source_in_folder(path: &Path) -> Result<Source, Error> {
    decode(
        shown(path),
        open(path, |_| false).map_err(unreadable(path))?,
    )
}

/// The text of a file of facts, or of one that is merged, as it stands.
pub(crate) fn verbatim(path: &Path) -> Result<Source, Error> {
    let mut bytes = Vec::new();
    let read = open(path, is_pipe).and_then(|mut file| file.read_to_end(&mut bytes));
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
        ReadError::NotUtf8(NotUtf8 { position }) => Error::At {
            path,
            position,
            message: not_utf8(position.offset),
        },
    }
}

/// A message about text in another encoding. That of UTF-16 shows in its first byte.
fn not_utf8(byte: usize) -> String {
    let other = if byte == 0 { "UTF-16" } else { "WINDOWS-1252" };
    format!("not UTF-8 text (byte {byte}); if it is {other}, iconv -f {other} -t UTF-8 converts it")
}

/// The text of a template, unchanged.
pub(crate) fn template(path: &Path) -> Result<String, Error> {
    let text = open(path, is_pipe).and_then(io::read_to_string);
    text.map_err(unreadable(path))
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

/// Opens a regular file, or another kind that is allowed. A device such as `/dev/zero` may never end.
fn open(path: &Path, may_be_read: impl Fn(&Metadata) -> bool) -> io::Result<File> {
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
    File::open(path)
}
