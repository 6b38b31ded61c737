//! Bytes → [`Source`]: what the text of an input is, and where each character of it stands in the file.

mod control;
mod mojibake;
pub(crate) mod services_line;
mod source;

pub use control::{blanked, is_hostile};
pub(crate) use source::Repair;
pub use source::{BadLine, NotUtf8, Position, ReadError, Source, Span, sha256};
