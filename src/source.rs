//! Bytes → [`Source`]: the text of one input, and places in it.
//!
//! Decoding is decided here and nowhere else: UTF-8 is checked, a byte order mark is skipped, text
//! that was encoded twice is put right (see [`mojibake`](crate::mojibake)), control characters become
//! U+FFFD. Every such edit is kept, so that a [`Position`] always speaks of the file as it is on disk.

use std::fmt::Write as _;
use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::mojibake;

/// A half-open range of bytes in [`Source::text`].
pub type Span = Range<usize>;

/// A place in a file as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, counted from 1. LF, CRLF and a lone CR each end a line.
    pub line: usize,
    /// Column, counted from 1 in Unicode scalar values.
    pub column: usize,
    /// Offset from 0 in bytes of the file.
    pub offset: usize,
}

/// The bytes are not UTF-8 text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf8 {
    /// Where the first byte stands that does not belong.
    pub position: Position,
}

/// What was wrong with a piece of the text, which [`Source::text`] holds put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// UTF-8 that was read as Windows-1252 and encoded again.
    EncodedTwice,
    /// A control character that no text holds, such as NUL.
    ControlCharacter,
    /// U+FEFF in front of the text.
    ByteOrderMark,
}

/// One edit that decoding made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What was wrong.
    pub damage: Damage,
    /// Where the new text stands in [`Source::text`].
    pub span: Span,
    /// The text that stands there in the file.
    pub original: String,
    /// Where it stands in the file, in bytes.
    pub offset: usize,
}

/// One input: where it came from, its text, and what had to be repaired to read it.
#[derive(Debug)]
pub struct Source {
    /// The path as given, or `-` for standard input.
    pub path: String,
    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    text: String,
    repairs: Vec<Repair>,
    line_starts: Vec<usize>,
}

impl Source {
    /// Decodes the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8.
    pub fn decode(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotUtf8> {
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        let text = String::from_utf8(bytes).map_err(|error| NotUtf8 {
            position: position_of_damage(error.as_bytes(), error.utf8_error().valid_up_to()),
        })?;
        let (text, repairs) = repair(text);
        let line_starts = line_starts(&text);
        Ok(Self {
            path: path.into(),
            sha256,
            text,
            repairs,
            line_starts,
        })
    }

    /// The text as portconv reads it: the file's own, with its [`repairs`](Self::repairs).
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The edits that decoding made, in order.
    #[must_use]
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The line, from 1, that holds the byte `offset` of [`text`](Self::text).
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// Where the byte `offset` of [`text`](Self::text) stands in the file.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        let before = self.original(start..offset);
        Position {
            line,
            column: before.chars().filter(|&c| c != '\u{feff}').count() + 1,
            offset: self.original_offset(offset),
        }
    }

    /// The text of a line, from 1, as the file has it, without its end.
    #[must_use]
    pub fn line_text(&self, line: usize) -> String {
        let start = self.line_starts[line - 1];
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        let mut text = self.original(start..end);
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        text.trim_start_matches('\u{feff}').to_owned()
    }

    /// A piece of [`text`](Self::text) as the file has it.
    fn original(&self, span: Span) -> String {
        let mut original = String::with_capacity(span.len());
        let mut done = span.start;
        for repair in self.repairs_from(span.start) {
            if repair.span.end > span.end {
                break;
            }
            original.push_str(&self.text[done..repair.span.start]);
            original.push_str(&repair.original);
            done = repair.span.end;
        }
        original.push_str(&self.text[done..span.end]);
        original
    }

    fn original_offset(&self, offset: usize) -> usize {
        let repaired = self
            .repairs
            .partition_point(|repair| repair.span.end <= offset);
        match self.repairs[..repaired].last() {
            None => offset,
            Some(last) => last.offset + last.original.len() + (offset - last.span.end),
        }
    }

    fn repairs_from(&self, offset: usize) -> &[Repair] {
        &self.repairs[self
            .repairs
            .partition_point(|repair| repair.span.start < offset)..]
    }
}

/// Puts damaged text right, from its start to its end.
fn repair(text: String) -> (String, Vec<Repair>) {
    if !text.bytes().any(is_suspect) {
        return (text, Vec::new());
    }
    let mut repaired = String::with_capacity(text.len());
    let mut repairs = Vec::new();
    let mut rest = text.as_str();
    while let Some(clean) = rest.bytes().position(is_suspect) {
        repaired.push_str(&rest[..clean]);
        rest = &rest[clean..];
        let (length, damage) = judge(rest, repaired.is_empty());
        let (piece, next) = rest.split_at(length);
        match damage {
            None => repaired.push_str(piece),
            Some((damage, replacement)) => {
                let start = repaired.len();
                repaired.push_str(&replacement);
                let (span, offset) = (start..repaired.len(), text.len() - rest.len());
                repairs.push(Repair {
                    damage,
                    span,
                    original: piece.to_owned(),
                    offset,
                });
            }
        }
        rest = next;
    }
    repaired.push_str(rest);
    (repaired, repairs)
}

/// Whether a byte can belong to damage: it is not printable ASCII, a blank or the end of a line.
fn is_suspect(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

/// The length of the piece at the start of `text` that is judged as one, and its damage with what
/// should have stood there, if it is damaged.
fn judge(text: &str, at_start: bool) -> (usize, Option<(Damage, String)>) {
    if at_start && text.starts_with('\u{feff}') {
        return (
            '\u{feff}'.len_utf8(),
            Some((Damage::ByteOrderMark, String::new())),
        );
    }
    let controls = text.find(|c| !is_control(c)).unwrap_or(text.len());
    if controls > 0 {
        let replacement = "\u{fffd}".repeat(controls);
        return (controls, Some((Damage::ControlCharacter, replacement)));
    }
    let run = text.find(|c: char| c.is_ascii()).unwrap_or(text.len());
    (
        run,
        mojibake::undo(&text[..run]).map(|text| (Damage::EncodedTwice, text)),
    )
}

fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&end| bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n'));
    std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
}

fn position_of_damage(bytes: &[u8], offset: usize) -> Position {
    let before = String::from_utf8_lossy(&bytes[..offset]);
    let starts = line_starts(&before);
    let line_start = starts.last().copied().unwrap_or(0);
    let column = before[line_start..]
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
        + 1;
    Position {
        line: starts.len(),
        column,
        offset,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
