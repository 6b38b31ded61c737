//! Bytes → [`Source`]: the text of one input, and places in it.
//!
//! Decoding is decided here and nowhere else: UTF-8 is checked, a byte order mark is skipped, text that was encoded twice
//! is put right (see [`mojibake`]), control and direction characters become blanks however they are written (see
//! [`control`]), and of the blanks that pad a table one is kept. Every edit is remembered, so that a [`Position`] always
//! speaks of the file as it is on disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use memchr::memmem::Finder;
use sha2::{Digest, Sha256};

use super::control::{self, is_hostile};
use super::mojibake::{self, Undone};
use crate::limits::{MESSAGE, MOST_PLACES};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: not UTF-8", position.line, position.column)]
pub struct NotUtf8 {
    /// Where the first invalid byte is.
    pub position: Position,
}

/// A file that cannot be used because of one of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct BadLine {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum ReadError {
    /// The system's reason.
    Io(#[from] io::Error),
    /// The bytes are not text.
    NotUtf8(#[from] NotUtf8),
}

/// What decoding puts right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Repair {
    /// Text that was encoded twice.
    Mojibake,
    /// Text that may have been.
    DoubtfulMojibake,
    /// A character that no text holds.
    ControlCharacter,
}

/// Of each repair how many places there are, and the first of them.
type Repairs = BTreeMap<Repair, (usize, Vec<(Span, String)>)>;

/// How far the text has drifted from the file behind an edit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Drift {
    /// The offset in the text from which it counts.
    from: usize,
    /// How many more bytes the file has than the text, up to here.
    bytes: usize,
    /// How many more characters the file has than the text, up to here.
    characters: usize,
}

/// One input: where it came from, its text, and what had to be repaired to read it.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path as given, or `-` for standard input.
    pub path: String,
    /// SHA-256 of the file's bytes, in lower-case hexadecimal.
    pub sha256: String,
    text: String,
    repairs: Box<Repairs>,
    drifts: Vec<Drift>,
    line_starts: Vec<usize>,
}

/// SHA-256 of the bytes of a file, in lower-case hexadecimal.
#[must_use]
pub fn sha256(file: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(file))
}

impl Source {
    /// Reads and decodes a file, line by line: it stands in memory once.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not UTF-8.
    pub fn read(path: impl Into<String>, file: impl Read) -> Result<Self, ReadError> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let (mut decoded, mut line) = (Decoded::default(), Vec::new());
        while file.read_until(b'\n', &mut line)? > 0 {
            decoded.add(&line, Decoded::add_line)?;
            line.clear();
        }
        Ok(decoded.into_source(path.into()))
    }

    /// Decodes the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8.
    pub fn decode(path: impl Into<String>, bytes: impl AsRef<[u8]>) -> Result<Self, NotUtf8> {
        let (mut decoded, mut rest) = (Decoded::default(), bytes.as_ref());
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            decoded.add(&rest[..end], Decoded::add_line)?;
            rest = &rest[end..];
        }
        Ok(decoded.into_source(path.into()))
    }

    /// Takes the bytes of a file as they are, for files that are edited or merged.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8.
    pub fn verbatim(path: impl Into<String>, bytes: impl AsRef<[u8]>) -> Result<Self, NotUtf8> {
        let mut whole = Decoded::default();
        whole.add(bytes.as_ref(), |whole, text| whole.text.push_str(text))?;
        Ok(whole.into_source(path.into()))
    }

    /// The text as portconv reads it: the file's own, put right, and without
    /// the blanks that only pad a table.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How its lines end.
    pub(crate) fn line_end(&self) -> &'static str {
        if self.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// What decoding put right.
    pub(crate) fn repairs(&self) -> &Repairs {
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
            column: self.text[start..offset].chars().count() + drifted + 1,
            offset: offset + self.drift(offset).bytes,
        }
    }

    fn drift(&self, offset: usize) -> Drift {
        let edits = self.drifts.partition_point(|drift| drift.from <= offset);
        edits
            .checked_sub(1)
            .map_or_else(Drift::default, |last| self.drifts[last])
    }
}

/// A text put right, as far as it is read.
///
/// Blanks that pad a table are edited out too: 85 % of the seed's bytes are such, and without them
/// everything that follows takes less time and memory.
#[derive(Default)]
struct Decoded {
    text: String,
    hash: Sha256,
    repairs: Repairs,
    drifts: Vec<Drift>,
    /// In a grid table, where the places of cells say how far they reach.
    is_ruled: bool,
    /// Behind a line of signs over columns, as a simple table has it: `====  ====`.
    has_columns: bool,
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl Decoded {
    /// Adds the next bytes of the file, which end no character in its middle.
    fn add(&mut self, bytes: &[u8], add: fn(&mut Self, &str)) -> Result<(), NotUtf8> {
        self.hash.update(bytes);
        let damage = match str::from_utf8(bytes) {
            Ok(text) => {
                add(self, text);
                return Ok(());
            }
            Err(damage) => damage.valid_up_to(),
        };
        add(self, &String::from_utf8_lossy(&bytes[..damage]));
        let before = std::mem::take(self).into_source(String::new());
        let position = before.position(before.text.len());
        Err(NotUtf8 { position })
    }

    fn into_source(self, path: String) -> Source {
        Source {
            path,
            sha256: HEXLOWER.encode(&self.hash.finalize()),
            line_starts: line_starts(&self.text),
            text: self.text,
            repairs: Box::new(self.repairs),
            drifts: self.drifts,
        }
    }

    /// Adds a line; in a row, of the blanks that pad it one is kept.
    fn add_line(&mut self, line: &str) {
        // A pattern would go through all the blanks twice.
        static PADDING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"   "));
        let mut rest = line;
        if self.text.is_empty() && self.drifts.is_empty() {
            rest = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
            self.drift(line.len() - rest.len(), 0);
        }
        // A rule of columns: below, `|name|` may open a row whose blanks say where its cells stand.
        self.has_columns |= rest.starts_with(['=', '-', ' '])
            && regex!(r"^ *(?:==+ +==|--+ +--)[-= ]*\r?\n?$").is_match(rest);
        self.is_ruled = rest.starts_with('+') || self.is_ruled && rest.starts_with('|');
        let is_row = rest.starts_with('|') && !self.is_ruled && !self.has_columns;
        while is_row && let Some(at) = PADDING.find(rest.as_bytes()) {
            let padding = blanks(&rest.as_bytes()[at..]);
            self.add_text(&rest[..=at]);
            self.drift(padding - 1, padding - 1);
            rest = &rest[at + padding..];
        }
        self.add_text(rest);
    }

    /// Adds text that may be damaged: by what may be a reference to a control character; by control and direction
    /// characters; by others outside ASCII, among them the bytes of what was encoded twice.
    fn add_text(&mut self, text: &str) {
        let is_plain = |byte| matches!(byte, b' '..=b'%' | b'\''..=b'~' | b'\n' | b'\r' | b'\t');
        if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
            return self.text.push_str(text);
        }
        let is_suspect = |c: char| c == '&' || !c.is_ascii() || is_hostile(c);
        let mut rest = text;
        while let Some(at) = rest.find(is_suspect) {
            self.text.push_str(&rest[..at]);
            rest = &rest[at..];
            let length = if rest.starts_with('&') {
                let reference =
                    regex!(r"^&(?:#[0-9]+;?|#[xX][0-9A-Fa-f]+;?|Tab;|NewLine;|lrm;|rlm;)");
                reference.find(rest).map_or(1, |found| found.len())
            } else if rest.starts_with(is_hostile) {
                length_of(rest, is_hostile)
            } else {
                // U+0080–009F are among the bytes of what was encoded twice.
                length_of(rest, |c| {
                    !c.is_ascii() && (c.is_control() || !is_hostile(c))
                })
            };
            let (part, behind) = rest.split_at(length);
            rest = behind;
            match part {
                "&" => self.text.push('&'),
                _ if part.starts_with('&') => self.add_reference(part),
                _ => self.add_run(part, behind.chars().next()),
            }
        }
        self.text.push_str(rest);
    }

    fn add_reference(&mut self, reference: &str) {
        match control::referred(reference) {
            Some(c) => self.replace(
                reference,
                c.encode_utf8(&mut [0; 4]),
                Some(Repair::ControlCharacter),
            ),
            None => self.text.push_str(reference),
        }
    }

    /// Adds control characters, or others outside ASCII.
    fn add_run(&mut self, run: &str, behind: Option<char>) {
        let before = self.text.chars().next_back();
        let undone = if run.starts_with(is_hostile) {
            Undone::Meant
        } else {
            mojibake::undo(before, run, behind)
        };
        let (repair, new) = match undone {
            Undone::Meant => (None, Cow::Borrowed(run)),
            Undone::Doubtful => (Some(Repair::DoubtfulMojibake), Cow::Borrowed(run)),
            Undone::Text(text) => (Some(Repair::Mojibake), Cow::Owned(text)),
        };
        // Control characters are among the bytes of what was encoded twice: only now they are known.
        if new.contains(is_hostile) {
            self.replace(
                run,
                &new.replace(is_hostile, " "),
                Some(Repair::ControlCharacter),
            );
        } else {
            self.replace(run, &new, repair);
        }
    }

    /// Adds a text in the place of another.
    fn replace(&mut self, original: &str, new: &str, repair: Option<Repair>) {
        let start = self.text.len();
        self.text.push_str(new);
        let characters = original.chars().count() - new.chars().count();
        self.drift(original.len() - new.len(), characters);
        let Some(repair) = repair else { return };
        let (count, first) = self.repairs.entry(repair).or_default();
        *count += 1;
        if *count > MOST_PLACES {
            return;
        }
        let original = &original[..original.floor_char_boundary(MESSAGE)];
        let message = match repair {
            Repair::Mojibake => format!("{original:?} was {new:?}, encoded twice"),
            Repair::DoubtfulMojibake => {
                format!("{new:?} may have been encoded twice; it is left as it is")
            }
            Repair::ControlCharacter => {
                format!("control character {original:?} was replaced with {new:?}")
            }
        };
        first.push((start..self.text.len(), message));
    }

    /// Notes that the file has so many more bytes and characters up to here.
    fn drift(&mut self, bytes: usize, characters: usize) {
        let before = self.drifts.last().copied().unwrap_or_default();
        if bytes > 0 {
            self.drifts.push(Drift {
                from: self.text.len(),
                bytes: before.bytes + bytes,
                characters: before.characters + characters,
            });
        }
    }
}

/// How many blanks stand in front; padding is long.
fn blanks(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<16>();
    let blocks = blocks.iter().take_while(|block| **block == [b' '; 16]);
    let known = 16 * blocks.count();
    let rest = bytes[known..].iter().take_while(|&&byte| byte == b' ');
    known + rest.count()
}

/// How many bytes at the start of a text are of such characters.
fn length_of(text: &str, is_such: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_such(c)).unwrap_or(text.len())
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&end| bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n'));
    std::iter::once(0).chain(ends.map(|end| end + 1)).collect()
}
