//! [`Dataset`] → bytes: one format in each file.
//!
//! Emitters only format; everything is decided before. Those that write the fields of a record one by one destructure it
//! with an exhaustive pattern, so that a new field does not compile until they handle it.
//!
//! A new format is a file here, its `mod` line and its place in [`EMITTERS`]; the command line, its help
//! and the tests follow from that.

mod csv;
mod datapackage;
#[cfg(feature = "sqlite")]
mod datasette;
#[cfg(feature = "template")]
mod html;
mod json;
mod ndjson;
mod nmap;
mod schema;
mod services;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(feature = "template")]
pub mod template;
mod wireshark;
mod yaml;

use std::fmt;
use std::io::Write;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};
use thiserror::Error;

use crate::dataset::Dataset;
pub use services::quoted;

/// The description of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format<'f> {
    /// The name on the command line.
    pub name: &'static str,
    /// The path of its file in the output folder.
    pub path: &'f str,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    /// Written when no format is asked for.
    pub is_default: bool,
    /// Whether it is not text, and must not be written to a terminal.
    pub is_binary: bool,
}

impl<'f> Format<'f> {
    /// A text format that is written only on request.
    #[must_use]
    pub const fn new(name: &'static str, path: &'f str, purpose: &'static str) -> Self {
        Self {
            name,
            path,
            purpose,
            is_default: false,
            is_binary: false,
        }
    }
}

/// Writes datasets in one format.
pub trait Emitter: Sync + fmt::Debug {
    /// What the format is.
    fn format(&self) -> Format<'_>;

    /// Writes the whole file.
    ///
    /// # Errors
    ///
    /// The library that writes the format failed, or `out` did.
    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError>;

    /// The whole file, in memory.
    ///
    /// # Errors
    ///
    /// The library that writes the format failed.
    fn emit(&self, dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
        let mut bytes = Vec::new();
        self.write(dataset, &mut bytes)?;
        Ok(bytes)
    }

    /// The dataset that a file of this format holds, as far as the format has a place for it; `None` where the
    /// format cannot be read back.
    ///
    /// # Errors
    ///
    /// The bytes are not such a file.
    fn read(&self, _bytes: &[u8]) -> Result<Option<Dataset>, Unreadable> {
        Ok(None)
    }

    /// Whether two files with different bytes have the same content. Always false for text formats.
    fn is_same(&self, _old: &[u8], _new: &[u8]) -> bool {
        false
    }
}

/// A format of the list: what it is, and its functions.
#[derive(Debug)]
struct Listed {
    format: Format<'static>,
    make: MakeFile,
    read: Option<ReadFile>,
    is_same: fn(&[u8], &[u8]) -> bool,
}

type MakeFile = fn(&Dataset) -> Result<Vec<u8>, EmitError>;
type ReadFile = fn(&[u8]) -> Result<Dataset, Unreadable>;

impl Listed {
    /// A text format that is written only on request, and not read.
    const fn new(
        name: &'static str,
        path: &'static str,
        purpose: &'static str,
        make: MakeFile,
    ) -> Self {
        Self {
            format: Format::new(name, path, purpose),
            make,
            read: None,
            is_same: |_, _| false,
        }
    }

    const fn by_default(mut self) -> Self {
        self.format.is_default = true;
        self
    }

    #[cfg(feature = "sqlite")]
    const fn binary(mut self, is_same: fn(&[u8], &[u8]) -> bool) -> Self {
        self.format.is_binary = true;
        self.is_same = is_same;
        self
    }

    const fn read_by(mut self, read: ReadFile) -> Self {
        self.read = Some(read);
        self
    }
}

impl Emitter for Listed {
    fn format(&self) -> Format<'_> {
        self.format
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        Ok(out.write_all(&self.emit(dataset)?)?)
    }

    fn emit(&self, dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
        (self.make)(dataset)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Dataset>, Unreadable> {
        self.read.map(|read| read(bytes)).transpose()
    }

    fn is_same(&self, old: &[u8], new: &[u8]) -> bool {
        (self.is_same)(old, new)
    }
}

/// Every format, in the order of the help text.
pub static EMITTERS: &[&dyn Emitter] = &[
    &json::FORMAT,
    &yaml::FORMAT,
    &csv::FORMAT,
    #[cfg(feature = "sqlite")]
    &sqlite::FORMAT,
    &services::FORMAT,
    &schema::FORMAT,
    &datapackage::FORMAT,
    #[cfg(feature = "sqlite")]
    &datasette::FORMAT,
    &ndjson::FORMAT,
    &nmap::FORMAT,
    &wireshark::FORMAT,
    #[cfg(feature = "template")]
    &html::FORMAT,
];

/// The format with a name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Emitter> {
    let mut emitters = EMITTERS.iter().copied();
    emitters.find(|emitter| emitter.format().name == name)
}

/// Reads a file of any format that can be read back, recognized by how it begins; `None` if it is no such file.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<(&'static dyn Emitter, Result<Dataset, Unreadable>)> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = text.trim_ascii_start();
    // A page of wikitext begins with `{|` or `{{`.
    let object = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    let name = if bytes.starts_with(b"SQLite format 3\0") {
        "sqlite"
    } else if object.is_some_and(|fields| fields.starts_with(b"\"")) {
        "json"
    } else if text.starts_with(b"\"schema_version\":") || text.starts_with(b"schema_version:") {
        "yaml"
    } else if text.starts_with(b"id,first_port,last_port,") {
        "csv"
    } else {
        return None;
    };
    let emitter = by_name(name)?;
    Some((emitter, emitter.read(bytes).map(Option::unwrap_or_default)))
}

/// What a dataset is, in a sentence.
const DESCRIPTION: &str = "TCP, UDP, SCTP and DCCP port numbers, made from a table by portconv.";

/// The tree of a dataset in a layout of JSON.
fn tree(dataset: &Dataset, layout: impl Formatter) -> Result<Vec<u8>, EmitError> {
    let mut tree = Vec::new();
    dataset.serialize(&mut Serializer::with_formatter(&mut tree, layout))?;
    tree.push(b'\n');
    Ok(tree)
}

/// An object that says something about a dataset, without what is not known.
fn object(mut object: Value) -> Vec<u8> {
    drop_nulls(&mut object);
    format!("{object:#}\n").into_bytes()
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// A file could not be written in a format: `out` failed, or the library that writes the format did.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct EmitError(Box<dyn std::error::Error + Send + Sync>);

/// What fails in writing and reading becomes the error of that.
macro_rules! from_errors {
    ($to:ident: $($(#[$cfg:meta])? $from:ty),+) => {
        $($(#[$cfg])?
        impl From<$from> for $to {
            fn from(error: $from) -> Self {
                Self::new(error)
            }
        })+
    };
}

from_errors!(EmitError: std::io::Error, fmt::Error, serde_json::Error, ::csv::Error, #[cfg(feature = "sqlite")] rusqlite::Error);
from_errors!(Unreadable: serde_json::Error, serde_yaml::Error, ::csv::Error, #[cfg(feature = "sqlite")] rusqlite::Error);

impl EmitError {
    /// Wraps an error, or words: `EmitError::new("a port has no name")`.
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// A file is damaged, or not in its format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Unreadable {
    /// What is wrong with the file, in one line.
    pub fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}
