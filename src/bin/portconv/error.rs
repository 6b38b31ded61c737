//! Why portconv could not do it: one line for each reason.

use std::fmt;
use std::io;

use portconv::BadFacts;
use portconv::Position;
use portconv::emit::EmitError;

use crate::manners;

/// What makes it impossible to go on. Exit code 2.
#[derive(Debug)]
pub(crate) enum Error {
    Usage(String),
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
            Self::Read { path, error } => {
                write!(f, "cannot read {path}: {error}")?;
                let is_absent = error.kind() == io::ErrorKind::NotFound;
                match manners::subcommand_like(path).filter(|_| is_absent) {
                    Some(name) => write!(f, "\n  tip: there is a subcommand portconv {name}"),
                    None => Ok(()),
                }
            }
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
                "no port table in {paths}; needed is a table with the columns Port and TCP, UDP, SCTP or DCCP"
            ),
            Self::Emit { format, error } => write!(f, "cannot make {format}: {error}"),
            Self::Write { path, error } => write!(f, "cannot write {path}: {error}"),
        }
    }
}
