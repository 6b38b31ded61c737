//! All findings as one SARIF 2.1.0 log
//! (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use std::fmt::Write as _;
use std::io::{self, Write};

use portconv::diagnostic::{Code, Severity};
use serde_json::{Value, json};

use super::{Finding, Place};
use crate::escape;
use crate::level::Level;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "portconv", "version": env!("CARGO_PKG_VERSION"), "rules": rules() } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    let log = serde_json::to_string_pretty(&log)?;
    writeln!(out, "{}", escape::json(&log))
}

/// Every code is a rule, and so is a file that is not current.
fn rules() -> Vec<Value> {
    let rule = |id: &str, text: &str, level: &str| {
        json!({
            "id": id,
            "shortDescription": { "text": text },
            "defaultConfiguration": { "level": level },
        })
    };
    let of_code = |code: &Code| {
        let level = match code.severity() {
            Severity::Note => "note",
            Severity::Warning => "warning",
        };
        rule(code.name(), code.explanation(), level)
    };
    let not_current = rule(
        Finding::NOT_CURRENT,
        "An output file is not what the input makes.",
        "error",
    );
    let text = "A file of a folder cannot be read; the others are.";
    let unread = rule(Finding::UNREAD, text, "warning");
    let others = [not_current, unread];
    Code::ALL.iter().map(of_code).chain(others).collect()
}

fn result(finding: &Finding) -> Value {
    let Finding {
        level,
        code,
        path,
        place,
        message,
    } = finding;
    let level = match level {
        Level::Allow | Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let artifact = json!({ "uri": uri(path) });
    json!({
        "ruleId": code,
        "level": level,
        "message": { "text": message },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact, "region": region(place.as_ref()) } }],
    })
}

/// A whole file is spoken of at its first line.
fn region(place: Option<&Place>) -> Value {
    let Some(Place { start, end, .. }) = place else {
        return json!({ "startLine": 1 });
    };
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
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            byte => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}
