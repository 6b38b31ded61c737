//! Why portconv could not do it: one line for each reason.

use std::io;

use portconv::BadFacts;
use portconv::Position;
use portconv::emit::{EmitError, Emitter};

/// How a run ends, if it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// A check found a difference, or a diagnostic is denied.
    Refused,
}

/// What makes it impossible to go on. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Usage(String),
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path}:{}:{}: not UTF-8 text (byte {})", position.line, position.column, position.offset)]
    NotUtf8 { path: String, position: Position },
    #[error(transparent)]
    BadFacts(#[from] BadFacts),
    #[error("no port table in {paths}: no table was found with a column that holds ports")]
    NoPortTable { paths: String },
    /// Something holds ports but is no table.
    #[error("{path}:{}:{}: {message}", position.line, position.column)]
    SeenInstead {
        path: String,
        position: Position,
        message: String,
    },
    #[error("the port table has no rows in {paths}")]
    NoRows { paths: String },
    /// No row of a port table is a record; the place and words of the first thing that is wrong.
    #[error("{path}:{}:{}: no row of the port table can be read; the first thing wrong is {message}", position.line, position.column)]
    NoRecord {
        path: String,
        position: Position,
        message: String,
    },
    #[error("cannot make {format}: {error}")]
    Emit {
        format: &'static str,
        error: EmitError,
    },
    #[error("cannot write {path}: {error}")]
    Write { path: String, error: io::Error },
}

impl Error {
    /// A format could not be made.
    pub(crate) fn emit(emitter: &dyn Emitter, error: EmitError) -> Self {
        Self::Emit {
            format: emitter.format().name,
            error,
        }
    }
}
