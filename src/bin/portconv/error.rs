//! How a run ends: done, refused, or with an error of one line.

use std::io;

use portconv::emit::EmitError;
use portconv::{BadLine, Position};

/// How a run ends, if it does not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// A check found a difference, nothing was found, or a diagnostic is denied. Exit code 1.
    Refused,
}

impl Outcome {
    pub(crate) fn done_if(is_done: bool) -> Self {
        if is_done { Self::Done } else { Self::Refused }
    }
}

/// A failure that ends the run. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{0}")]
    Plain(String),
    #[error("{path}:{}:{}: {message}", position.line, position.column)]
    At {
        path: String,
        position: Position,
        message: String,
    },
    #[error(transparent)]
    BadLine(#[from] BadLine),
    #[error("cannot read {path}: {error}")]
    Read { path: String, error: io::Error },
    #[error("cannot write {path}: {error}")]
    Write { path: String, error: io::Error },
    #[error("cannot make {format}: {error}")]
    Emit {
        format: &'static str,
        error: EmitError,
    },
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::Plain(message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self::Plain(message.to_owned())
    }
}
