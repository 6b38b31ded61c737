//! Bytes → [`Source`]: the text of one input, and places in it.
//!
//! Decoding is decided here and nowhere else: UTF-8 is checked, a byte order mark is skipped, text
//! that was encoded twice is put right (see [`mojibake`]), control characters become
//! blanks, and of the blanks that pad a table one is kept. Every edit is remembered, so that a [`Position`]
//! always speaks of the file as it is on disk.

use std::borrow::Cow;
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

/// One place that decoding put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// What was wrong.
    pub damage: Damage,
    /// Where the new text stands in [`Source::text`].
    pub span: Span,
    /// The text that stands there in the file.
    pub original: String,
}

/// How far the text has drifted from the file behind an edit.
#[derive(Debug, Clone, Copy, Default)]
struct Drift {
    /// The offset in the text from which it counts.
    from: usize,
    /// Bytes that the file has more, up to here.
    bytes: usize,
    /// Characters that the file has more, up to here.
    characters: usize,
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
    drifts: Vec<Drift>,
    line_starts: Vec<usize>,
    characters: Vec<usize>,
}

/// How many bytes lie between the places where characters were counted beforehand.
const STRIDE: usize = 1024;

impl Source {
    /// Decodes the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8.
    pub fn decode(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotUtf8> {
        let text = utf8(bytes)?;
        // The hash of 42 MB takes as long as all other decoding; nothing here waits for it.
        let (
            sha256,
            Edited {
                text,
                repairs,
                drifts,
            },
        ) = std::thread::scope(|scope| {
            let hash = || sha256(text.as_bytes());
            let hash = if text.len() < WORTH_A_THREAD {
                Err(hash())
            } else {
                Ok(scope.spawn(hash))
            };
            let edited = Edited::of(&text);
            (hash.map_or_else(|hash| hash, joined), edited)
        });
        let line_starts = line_starts(&text);
        let characters = characters_by_stride(&text);
        Ok(Self {
            path: path.into(),
            sha256,
            text,
            repairs,
            drifts,
            line_starts,
            characters,
        })
    }

    /// The text as portconv reads it: the file's own, with its [`repairs`](Self::repairs) and without
    /// the blanks that only pad a table.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What decoding put right, in order.
    #[must_use]
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// The line, from 1, that holds the byte `offset` of [`text`](Self::text).
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// The bytes of [`text`](Self::text) that a line, from 1, has without its end.
    #[must_use]
    pub fn line_span(&self, line: usize) -> Span {
        let start = self.line_starts[line - 1];
        let end = self
            .line_starts
            .get(line)
            .copied()
            .unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// Where the byte `offset` of [`text`](Self::text) stands in the file.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.line_starts[line - 1];
        let drifted = self.drift(offset).characters - self.drift(start).characters;
        Position {
            line,
            column: self.characters_before(offset) - self.characters_before(start) + drifted + 1,
            offset: offset + self.drift(offset).bytes,
        }
    }

    /// How many characters of the text stand before an offset, also far into a long line.
    fn characters_before(&self, offset: usize) -> usize {
        let counted = offset / STRIDE;
        self.characters[counted] + characters(&self.text.as_bytes()[counted * STRIDE..offset])
    }

    fn drift(&self, offset: usize) -> Drift {
        let edits = self.drifts.partition_point(|drift| drift.from <= offset);
        edits
            .checked_sub(1)
            .map_or_else(Drift::default, |last| self.drifts[last])
    }
}

/// How many characters begin in some bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000)
        .count()
}

/// How many characters stand before each stride of a text.
fn characters_by_stride(text: &str) -> Vec<usize> {
    let strides = text.as_bytes().chunks(STRIDE).map(characters);
    let mut before = 0;
    std::iter::once(0)
        .chain(strides.map(|count| {
            before += count;
            before
        }))
        .collect()
}

/// Inputs with fewer bytes are hashed sooner than a thread starts.
const WORTH_A_THREAD: usize = 1 << 20;

/// What a thread returned; its panic is ours.
fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn utf8(bytes: Vec<u8>) -> Result<String, NotUtf8> {
    String::from_utf8(bytes).map_err(|error| NotUtf8 {
        position: position_of_damage(error.as_bytes(), error.utf8_error().valid_up_to()),
    })
}

/// A text put right.
///
/// Blanks that pad a table are edited out too: 85 % of the seed's bytes are such, and without them
/// everything that follows takes less time and memory.
#[derive(Default)]
struct Edited {
    text: String,
    repairs: Vec<Repair>,
    drifts: Vec<Drift>,
}

impl Edited {
    fn of(text: &str) -> Self {
        let mut edited = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
            let (line, next) = rest.split_at(end);
            edited.edit_line(line, rest.len() == text.len());
            rest = next;
        }
        edited.text.shrink_to_fit();
        edited
    }

    fn edit_line(&mut self, line: &str, is_first: bool) {
        let is_row = line.starts_with('|');
        let mut rest = line;
        while !rest.is_empty() {
            // Up to what may be damaged.
            let clean = rest.bytes().position(is_suspect).unwrap_or(rest.len());
            let (text, next) = rest.split_at(clean);
            self.push_clean(text, is_row);
            let Some(edit) = Edit::of(next, is_first && next.len() == line.len()) else {
                return;
            };
            self.apply(&edit, &next[..edit.length]);
            rest = &next[edit.length..];
        }
    }

    /// Adds text that is not damaged; in a row, of the blanks that pad it one is kept.
    fn push_clean(&mut self, text: &str, is_row: bool) {
        const PADDING: &[u8] = b"   ";
        let mut rest = text;
        while let Some(at) = memchr::memmem::find(rest.as_bytes(), PADDING).filter(|_| is_row) {
            let (plain, padded) = rest.split_at(at);
            self.text.push_str(plain);
            let edit = Edit::of_blanks(blanks(padded.as_bytes()));
            self.apply(&edit, &padded[..edit.length]);
            rest = &padded[edit.length..];
        }
        self.text.push_str(rest);
    }

    fn apply(&mut self, edit: &Edit, original: &str) {
        let start = self.text.len();
        self.text.push_str(&edit.new);
        let span = start..self.text.len();
        let (added, before) = (
            edit.new.len(),
            self.drifts.last().copied().unwrap_or_default(),
        );
        if edit.new != original {
            self.drifts.push(Drift {
                from: span.end,
                bytes: before.bytes + original.len() - added,
                characters: before.characters + edit.characters - edit.new.chars().count(),
            });
        }
        if let Some(damage) = edit.damage {
            self.repairs.push(Repair {
                damage,
                span,
                original: original.to_owned(),
            });
        }
    }
}

/// Whether a byte can belong to damage: it is not printable ASCII, a blank or the end of a line.
fn is_suspect(byte: u8) -> bool {
    !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')
}

/// A piece of the text, and what should stand there.
struct Edit {
    /// Its bytes in the file.
    length: usize,
    /// Its characters in the file, as columns count them.
    characters: usize,
    /// What was wrong with it; nothing with blanks.
    damage: Option<Damage>,
    new: Cow<'static, str>,
}

impl Edit {
    /// So many blanks become one.
    fn of_blanks(length: usize) -> Self {
        Self {
            length,
            characters: length,
            damage: None,
            new: " ".into(),
        }
    }

    /// The edit at the start of a line's rest. What was meant as it stands is edited into itself.
    fn of(rest: &str, at_start: bool) -> Option<Self> {
        const BYTE_ORDER_MARK: &str = "\u{feff}";
        let first = rest.chars().next()?;
        if at_start && rest.starts_with(BYTE_ORDER_MARK) {
            let damage = Some(Damage::ByteOrderMark);
            return Some(Self {
                length: BYTE_ORDER_MARK.len(),
                characters: 0,
                damage,
                new: "".into(),
            });
        }
        let prefix =
            |belongs: fn(u8) -> bool| rest.bytes().take_while(|&byte| belongs(byte)).count();
        if first.is_ascii() {
            let length = prefix(|byte| byte.is_ascii() && is_suspect(byte));
            let damage = Some(Damage::ControlCharacter);
            return Some(Self {
                length,
                characters: length,
                damage,
                new: " ".repeat(length).into(),
            });
        }
        let length = prefix(|byte| !byte.is_ascii());
        let run = &rest[..length];
        let undone = mojibake::undo(run);
        let damage = undone.as_ref().map(|_| Damage::EncodedTwice);
        let new = undone.unwrap_or_else(|| run.to_owned());
        Some(Self {
            length,
            characters: run.chars().count(),
            damage,
            new: new.into(),
        })
    }
}

/// How many blanks stand in front, eight at a time.
fn blanks(bytes: &[u8]) -> usize {
    let eights = bytes
        .chunks_exact(8)
        .take_while(|chunk| *chunk == [b' '; 8])
        .count()
        * 8;
    eights
        + bytes[eights..]
            .iter()
            .take_while(|&&byte| byte == b' ')
            .count()
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

/// SHA-256 of some bytes, in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
