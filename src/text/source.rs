//! Bytes → [`Source`]: the text of one input, and places in it.
//!
//! Decoding is decided here and nowhere else: UTF-8 is checked, a byte order mark is skipped, text
//! that was encoded twice is put right (see [`mojibake`]), control and direction characters become
//! blanks however they are written (see [`control`]), and of the blanks that pad a table one is kept. Every edit is remembered, so that a [`Position`]
//! always speaks of the file as it is on disk.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::control;
use super::fingerprint::Fingerprint;
use super::mojibake::{self, Undone};

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
    /// Where the first byte stands that does not belong.
    pub position: Position,
}

/// A file that cannot be used for one of its lines.
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

/// What was wrong with a piece of the text, which [`Source::text`] holds put right.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// UTF-8 that was read as Windows-1252 and encoded again.
    EncodedTwice,
    /// Text that may have been encoded twice, but makes sense as it stands: nothing is changed.
    MaybeEncodedTwice,
    /// A control or direction character, or a reference to one.
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
    /// The text that stands there in the file, at most its first 1000 bytes.
    pub original: String,
}

/// The first repairs of each kind, and how many there are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Repairs {
    first: Vec<Repair>,
    counts: [usize; Damage::ALL.len()],
}

impl Damage {
    /// Every kind, in the order of its number.
    pub const ALL: [Self; 4] = [
        Self::EncodedTwice,
        Self::MaybeEncodedTwice,
        Self::ControlCharacter,
        Self::ByteOrderMark,
    ];
}

impl Repairs {
    fn push(&mut self, damage: Damage, span: Span, original: &str) {
        /// As many as are listed of any other diagnostic.
        const MOST: usize = 100;
        /// The most bytes of an original that are kept.
        const EXCERPT: usize = 1000;
        let count = &mut self.counts[damage as usize];
        *count += 1;
        if *count <= MOST {
            let original = original[..original.floor_char_boundary(EXCERPT)].to_owned();
            self.first.push(Repair {
                damage,
                span,
                original,
            });
        }
    }
}

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

impl Source {
    /// Reads and decodes a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not UTF-8.
    pub fn read(path: impl Into<String>, mut file: impl Read) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::decode(path, bytes)?)
    }

    /// Decodes the bytes of a file.
    ///
    /// # Errors
    ///
    /// The bytes are not UTF-8.
    pub fn decode(path: impl Into<String>, bytes: impl AsRef<[u8]>) -> Result<Self, NotUtf8> {
        let bytes = bytes.as_ref();
        let whole = str::from_utf8(bytes).map_err(|error| NotUtf8 {
            position: position_of_damage(bytes, error.valid_up_to()),
        })?;
        let mut edited = Edited::default();
        for (index, line) in whole.split_inclusive('\n').enumerate() {
            edited.edit_line(line, index == 0);
        }
        let Edited {
            text,
            repairs,
            drifts,
            ..
        } = edited;
        Ok(Self {
            path: path.into(),
            sha256: Fingerprint::new(bytes).sha256,
            line_starts: line_starts(&text),
            text,
            repairs: Box::new(repairs),
            drifts,
        })
    }

    /// The text as portconv reads it: the file's own, with its [`repairs`](Self::repairs) and without
    /// the blanks that only pad a table.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What decoding put right, in order: of each damage the first hundred places.
    #[must_use]
    pub fn repairs(&self) -> &[Repair] {
        &self.repairs.first
    }

    /// How many places had a damage.
    #[must_use]
    pub fn count(&self, damage: Damage) -> usize {
        self.repairs.counts[damage as usize]
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

/// A text put right.
///
/// Blanks that pad a table are edited out too: 85 % of the seed's bytes are such, and without them
/// everything that follows takes less time and memory.
#[derive(Default)]
struct Edited {
    text: String,
    repairs: Repairs,
    drifts: Vec<Drift>,
    /// In a grid table, where the places of cells say how far they reach.
    is_ruled: bool,
}

impl Edited {
    /// Adds a line; in a row, of the blanks that pad it one is kept.
    fn edit_line(&mut self, line: &str, is_first: bool) {
        static PADDING: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"   "));
        self.is_ruled = line.starts_with("+-")
            || line.starts_with("+=")
            || self.is_ruled && line.starts_with(['|', '+']);
        let is_row = line.starts_with('|') && !self.is_ruled;
        let mut rest = line;
        while let Some(at) = PADDING.find(rest.as_bytes()).filter(|_| is_row) {
            let (text, padded) = rest.split_at(at);
            self.push_text(text, false);
            let edit = Edit::of_blanks(blanks(padded.as_bytes()));
            self.apply(&edit, &padded[..edit.length]);
            rest = &padded[edit.length..];
        }
        // A byte order mark stands before everything, so that its line is no row.
        self.push_text(rest, is_first && !is_row);
    }

    /// Adds text that may be damaged.
    fn push_text(&mut self, whole: &str, is_first: bool) {
        let mut rest = whole;
        while let Some(clean) = rest.bytes().position(is_suspect) {
            let (text, next) = rest.split_at(clean);
            self.text.push_str(text);
            let at_start = is_first && next.len() == whole.len();
            let before = self.text.chars().next_back();
            let edit = Edit::of(next, at_start, before);
            self.apply(&edit, &next[..edit.length]);
            rest = &next[edit.length..];
        }
        self.text.push_str(rest);
    }

    fn apply(&mut self, edit: &Edit, original: &str) {
        let start = self.text.len();
        self.text.push_str(edit.new.as_deref().unwrap_or(original));
        let span = start..self.text.len();
        let before = self.drifts.last().copied().unwrap_or_default();
        if let Some(new) = edit.new.as_deref() {
            let drift = Drift {
                from: span.end,
                bytes: before.bytes + original.len() - new.len(),
                characters: before.characters + edit.characters - new.chars().count(),
            };
            if (drift.bytes, drift.characters) != (before.bytes, before.characters) {
                self.drifts.push(drift);
            }
        }
        if let Some(damage) = edit.damage {
            self.repairs.push(damage, span, original);
        }
    }
}

/// Whether a byte can begin damage: it is not printable ASCII, a blank or the end of a line, or it begins a
/// character reference.
fn is_suspect(byte: u8) -> bool {
    const SUSPECT: [bool; 256] = {
        let mut suspect = [true; 256];
        let mut byte = b'\t';
        while byte <= b'~' {
            suspect[byte as usize] =
                !matches!(byte, b' '..=b'%' | b'\''..=b'~' | b'\n' | b'\r' | b'\t');
            byte += 1;
        }
        suspect
    };
    SUSPECT[usize::from(byte)]
}

/// A piece of the text, and what should stand there.
struct Edit {
    /// Its bytes in the file.
    length: usize,
    /// Its characters in the file, as columns count them.
    characters: usize,
    /// What was wrong with it; nothing with blanks.
    damage: Option<Damage>,
    /// What stands there instead; `None` where it was meant as it stands.
    new: Option<Cow<'static, str>>,
}

impl Edit {
    /// So many blanks become one.
    fn of_blanks(length: usize) -> Self {
        Self {
            length,
            characters: length,
            damage: None,
            new: Some(" ".into()),
        }
    }

    /// The edit at the start of a line's rest, which stands behind a character.
    fn of(rest: &str, at_start: bool, before: Option<char>) -> Self {
        const BYTE_ORDER_MARK: &str = "\u{feff}";
        if at_start && rest.starts_with(BYTE_ORDER_MARK) {
            return Self {
                length: BYTE_ORDER_MARK.len(),
                characters: 0,
                damage: Some(Damage::ByteOrderMark),
                new: Some("".into()),
            };
        }
        let first = rest.chars().next().unwrap_or_default();
        if first == '&' {
            return Self::of_reference(rest);
        }
        let length: usize = if control::is_hostile(first) {
            let hostile = rest.chars().take_while(|&c| control::is_hostile(c));
            let length = hostile.clone().map(char::len_utf8).sum();
            let characters = hostile.count();
            // As many blanks, so that nearly all places stay where they are.
            return Self::of_control(length, characters, " ".repeat(characters));
        } else {
            let belongs = |c: &char| !c.is_ascii() && !control::is_direction(*c);
            rest.chars().take_while(belongs).map(char::len_utf8).sum()
        };
        let (run, behind) = rest.split_at(length);
        let (damage, new) = match mojibake::undo(before, run, behind.chars().next()) {
            Undone::Meant => (None, None),
            Undone::Doubtful => (Some(Damage::MaybeEncodedTwice), None),
            Undone::Text(text) => (Some(Damage::EncodedTwice), Some(text)),
        };
        // Control characters are among the bytes of what was encoded twice: only now they are known.
        let text = new.as_deref().unwrap_or(run);
        let (damage, new) = if text.contains(control::is_hostile) {
            let blanked = text.replace(control::is_hostile, " ");
            (Some(Damage::ControlCharacter), Some(blanked))
        } else {
            (damage, new)
        };
        Self {
            length,
            characters: run.chars().count(),
            damage,
            new: new.map(Cow::Owned),
        }
    }

    /// The edit of what may be a character reference.
    fn of_reference(rest: &str) -> Self {
        match control::reference(rest) {
            Some((length, new)) => Self::of_control(length, length, new.to_string()),
            None => Self {
                length: 1,
                characters: 1,
                damage: None,
                new: None,
            },
        }
    }

    fn of_control(length: usize, characters: usize, new: String) -> Self {
        Self {
            length,
            characters,
            damage: Some(Damage::ControlCharacter),
            new: Some(new.into()),
        }
    }
}

/// How many blanks stand in front.
fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|&&byte| byte == b' ').count()
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
