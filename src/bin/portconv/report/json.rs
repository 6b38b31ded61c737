//! A finding as one JSON object on one line.
//!
//! Lines and columns count from 1, columns in Unicode scalar values; offsets from 0 in bytes; the end is
//! the place behind the last character. They are absent where a finding is about a whole file.

use std::io::{self, Write};

use serde::Serialize;

use super::Finding;

#[derive(Serialize)]
struct Line<'f> {
    kind: &'static str,
    level: &'static str,
    code: &'static str,
    path: &'f str,
    #[serde(flatten)]
    place: Option<Place>,
    message: &'f str,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    offset: usize,
    end_line: usize,
    end_column: usize,
    end_offset: usize,
}

pub(super) fn write(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding {
        level,
        code,
        path,
        place,
        message,
    } = finding;
    let place = place.as_ref().map(|super::Place { start, end, .. }| Place {
        line: start.line,
        column: start.column,
        offset: start.offset,
        end_line: end.line,
        end_column: end.column,
        end_offset: end.offset,
    });
    serde_json::to_writer(
        &mut *out,
        &Line {
            kind: "diagnostic",
            level: level.name(),
            code,
            path,
            place,
            message,
        },
    )?;
    writeln!(out)
}
