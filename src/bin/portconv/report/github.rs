//! A message as a GitHub Actions annotation:
//! `::warning file=seeds/ports.md,line=4,col=3,title=bad-port::message`.
//!
//! Escapes as in GitHub's own toolkit (`@actions/core`, `command.ts`): `%`, CR and LF everywhere, `:` and
//! `,` in properties too.

use super::{Message, Place};
use crate::escape;
use crate::level::Level;

pub(super) fn annotation(message: &Message) -> String {
    let command = match message.level {
        Level::Allow | Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let (file, title, text) = (
        property(&message.path),
        property(message.code),
        data(&message.text),
    );
    let place = message.place.as_ref().map_or_else(String::new, place);
    format!("::{command} file={file}{place},title={title}::{text}\n")
}

/// GitHub accepts an end column only for a single line.
fn place(Place { start, end, .. }: &Place) -> String {
    let lines = format!(
        ",line={},endLine={},col={}",
        start.line, end.line, start.column
    );
    if start.line == end.line {
        format!("{lines},endColumn={}", end.column)
    } else {
        lines
    }
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
