//! Why portconv could not do it: one line for each reason.

use std::fmt;
use std::io;

use portconv::BadFacts;
use portconv::Position;
use portconv::emit::EmitError;

/// How a run ends, if it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// A check found a difference, or a diagnostic is denied.
    Refused,
}

/// What makes it impossible to go on. Exit code 2.
#[derive(Debug)]
pub(crate) enum Error {
    Usage(String),
    /// What was typed wrong, and lines that help.
    Typed {
        wrong: String,
        help: Vec<String>,
    },
    Read {
        path: String,
        error: io::Error,
    },
    NotUtf8 {
        path: String,
        position: Position,
    },
    BadFacts(BadFacts),
    NoPortTable {
        paths: String,
    },
    /// There is a port table, but none of its rows is a record.
    NoRecord {
        paths: String,
        /// The first thing that is wrong: path, place, what.
        first: Option<(String, Position, String)>,
    },
    Emit {
        format: &'static str,
        error: EmitError,
    },
    Write {
        path: String,
        error: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => f.write_str(message),
            Self::Typed { wrong, help: _ } => f.write_str(wrong),
            Self::Read { path, error } => write!(f, "cannot read {path}: {error}"),
            Self::NotUtf8 {
                path,
                position:
                    Position {
                        line,
                        column,
                        offset,
                    },
            } => {
                write!(f, "{path}:{line}:{column}: not UTF-8 text (byte {offset})")
            }
            Self::BadFacts(BadFacts {
                path,
                line,
                message,
            }) => write!(f, "{path}:{line}: {message}"),
            Self::NoPortTable { paths } => write!(
                f,
                "no port table in {paths}: no table was found with a column that holds ports"
            ),
            Self::NoRecord { paths, first: None } => {
                write!(f, "the port table has no rows in {paths}")
            }
            Self::NoRecord {
                paths: _,
                first: Some((path, Position { line, column, .. }, message)),
            } => write!(
                f,
                "{path}:{line}:{column}: no row of the port table can be read; the first thing wrong is {message}"
            ),
            Self::Emit { format, error } => write!(f, "cannot make {format}: {error}"),
            Self::Write { path, error } => write!(f, "cannot write {path}: {error}"),
        }
    }
}
