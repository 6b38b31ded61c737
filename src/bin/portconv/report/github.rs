//! A finding as a GitHub Actions annotation:
//! `::warning file=seeds/ports.md,line=4,col=3,title=bad-port::message`.
//!
//! Escapes as in GitHub's own toolkit (`@actions/core`, `command.ts`): `%`, CR and LF everywhere, `:` and
//! `,` in properties too.

use std::io::{self, Write};

use super::Finding;
use crate::escape;
use crate::level::Level;

pub(super) fn write(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding {
        level,
        code,
        path,
        place,
        message,
    } = finding;
    let command = match level {
        Level::Allow | Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    write!(out, "::{command} file={}", property(path))?;
    if let Some(place) = place {
        let (start, end) = (place.start, place.end);
        write!(
            out,
            ",line={},endLine={},col={}",
            start.line, end.line, start.column
        )?;
        // GitHub wants a column of the end only within one line.
        if start.line == end.line {
            write!(out, ",endColumn={}", end.column)?;
        }
    }
    writeln!(out, ",title={}::{}", property(code), data(message))
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
