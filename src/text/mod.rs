//! Bytes → [`Source`]: what the text of an input is, and where each character of it stands in the file.

mod control;
mod fingerprint;
mod mojibake;
mod source;

pub(crate) use fingerprint::hash_source;
pub use fingerprint::{Fingerprint, Measure};
pub(crate) use source::Damage;
pub use source::{NotUtf8, Position, ReadError, Source, Span};
