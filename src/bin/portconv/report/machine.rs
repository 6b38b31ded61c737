//! Messages for programs: JSON, GitHub Actions, SARIF.

use serde_json::{Value, json};

use super::{Message, Place, codes};
use crate::escape;
use crate::level::Level;

/// A message as one JSON object on one line.
///
/// Lines and columns count from 1, columns in Unicode scalar values; offsets from 0 in bytes; the end is
/// the position after the last character. They are absent if a message is about a whole file.
pub(super) fn json_line(message: &Message) -> String {
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

/// A message as a GitHub Actions annotation:
/// `::warning file=seeds/ports.md,line=4,col=3,title=bad-port::message`.
///
/// Escapes as in GitHub's own toolkit (`@actions/core`, `command.ts`): `%`, CR and LF everywhere, `:` and
/// `,` in properties too.
pub(super) fn annotation(message: &Message) -> String {
    let command = match message.level {
        Level::Allow | Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let (file, title) = (property(&message.path), property(message.code));
    let (place, text) = (message.place.as_ref().map(lines), data(&message.text));
    let place = place.unwrap_or_default();
    format!("::{command} file={file}{place},title={title}::{text}\n")
}

/// GitHub accepts an end column only for a single line.
fn lines(Place { start, end, .. }: &Place) -> String {
    let (first, last, column) = (start.line, end.line, start.column);
    let lines = format!(",line={first},endLine={last},col={column}");
    if first == last {
        return format!("{lines},endColumn={}", end.column);
    }
    lines
}

fn data(text: &str) -> String {
    escape::lines(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// All messages as one SARIF 2.1.0 log
/// (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
pub(super) fn sarif(messages: &[Message]) -> String {
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
        // A message about a whole file is placed on its first line.
        "region": message.place.as_ref().map_or(json!({ "startLine": 1 }), region),
    });
    json!({
        "ruleId": message.code,
        "level": level,
        "message": { "text": message.text },
        "locations": [{ "physicalLocation": location }],
    })
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
