//! A message as one JSON object on one line.
//!
//! Lines and columns count from 1, columns in Unicode scalar values; offsets from 0 in bytes; the end is
//! the position after the last character. They are absent if a message is about a whole file.

use serde_json::{Value, json};

use super::{Message, Place};
use crate::escape;

pub(super) fn line(message: &Message) -> String {
    let object = message.difference.clone();
    let object = object.unwrap_or_else(|| diagnostic(message));
    format!("{}\n", escape::json(&object.to_string()))
}

fn diagnostic(message: &Message) -> Value {
    let mut object = json!({
        "kind": "diagnostic",
        "level": message.level.name(),
        "code": message.code,
        "path": message.path,
        "message": message.text,
    });
    if let Some(Place { start, end, .. }) = &message.place {
        for (name, number) in [
            ("line", start.line),
            ("column", start.column),
            ("offset", start.offset),
            ("end_line", end.line),
            ("end_column", end.column),
            ("end_offset", end.offset),
        ] {
            object[name] = number.into();
        }
    }
    object
}
