//! All messages as one SARIF 2.1.0 log
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use serde_json::{Value, json};

use super::{Message, Place, codes};
use crate::escape;
use crate::level::Level;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn log(messages: &[Message]) -> String {
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "portconv", "version": env!("CARGO_PKG_VERSION"), "rules": rules() } },
            "columnKind": "unicodeCodePoints",
            "results": messages.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    format!("{}\n", escape::json(&format!("{log:#}")))
}

/// The rules: every code.
fn rules() -> Vec<Value> {
    let rule = |(id, level, text)| {
        json!({
            "id": id,
            "shortDescription": { "text": text },
            "defaultConfiguration": { "level": level },
        })
    };
    codes().map(rule).collect()
}

fn result(message: &Message) -> Value {
    let level = message.level.max(Level::Note).name();
    let location = json!({
        "artifactLocation": { "uri": uri(&message.path) },
        "region": message.place.as_ref().map_or_else(first_line, region),
    });
    json!({
        "ruleId": message.code,
        "level": level,
        "message": { "text": message.text },
        "locations": [{ "physicalLocation": location }],
    })
}

/// A message about a whole file is placed on its first line.
fn first_line() -> Value {
    json!({ "startLine": 1 })
}

fn region(Place { start, end, .. }: &Place) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": start.offset,
        "byteLength": end.offset - start.offset,
    })
}

/// A path as a relative URI reference (RFC 3986 §4.2).
fn uri(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}
