//! `ports.yaml`: the tree of `ports.json` in YAML's block style, every key and string in double quotes.
//!
//! Bare `no`, `yes`, `22:22` and `2013-05-25` are booleans, numbers and dates to readers of YAML 1.1
//! (PyYAML, Ruby, go-yaml 2). A quoted string is a string to all of them, and what JSON writes between
//! double quotes means the same in YAML, but for characters that YAML only takes escaped.

use std::io::{self, Write};

use memchr::memmem;
use serde_json::ser::Formatter;

use super::{EmitError, Listed, tree};
use crate::dataset::Dataset;

pub(super) static FORMAT: Listed = Listed::new(
    "yaml",
    "ports.yaml",
    "the same, for people and configuration",
    make,
)
.by_default()
.read_by(|bytes| Ok(serde_yaml::from_slice(bytes)?));

fn make(dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
    let tree = tree(dataset, Blocks::default())?;
    let (mut lines, mut done) = (Vec::with_capacity(tree.len()), 0);
    // A block begins on the line below its key, without a blank behind that. No text has an end of a line.
    for colon in memmem::find_iter(&tree, b": \n") {
        lines.extend_from_slice(&tree[done..=colon]);
        done = colon + 2;
    }
    lines.extend_from_slice(&tree[done..]);
    Ok(lines)
}

/// Writes blocks. An array stands behind a key, its dashes below that key; no array holds an array.
#[derive(Default)]
struct Blocks {
    /// How many objects are open.
    depth: usize,
    /// Whether nothing stands in the array or object yet.
    is_empty: bool,
    /// Whether what begins is the value of a key, and no item of an array.
    is_behind_key: bool,
}

impl Blocks {
    fn line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        const INDENT: &[u8] = b"\n                ";
        out.write_all(&INDENT[..=2 * (self.depth - 1)])
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, empty: &[u8]) -> io::Result<()> {
        if std::mem::take(&mut self.is_empty) {
            out.write_all(empty)?;
        }
        Ok(())
    }
}

impl Formatter for Blocks {
    fn begin_array<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_empty = true;
        Ok(())
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, _: bool) -> io::Result<()> {
        self.is_empty = false;
        self.is_behind_key = false;
        self.line(out)?;
        out.write_all(b"- ")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"[]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_empty = true;
        self.depth += 1;
        Ok(())
    }

    /// The first key goes behind the dash of an item.
    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        if self.is_behind_key || !first {
            self.line(out)?;
        }
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.is_behind_key = true;
        out.write_all(b": ")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.close(out, b"{}")
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all text is plain ASCII, and to see that costs little.
        if fragment.is_ascii() && !fragment.as_bytes().contains(&0x7f) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(is_escaped) {
            let (plain, special) = rest.split_at(at);
            let mut special = special.chars();
            out.write_all(plain.as_bytes())?;
            let code = special.next().map_or(0, u32::from);
            write!(out, "\\u{code:04x}")?;
            rest = special.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

/// What JSON leaves as it is and YAML does not: controls, ends of lines, the byte order mark, no characters.
fn is_escaped(c: char) -> bool {
    matches!(
        c,
        '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}
