//! `ports.json`: each field of a record on one line, together with its value.
//!
//! Half as long as with every bracket on a line of its own, and a diff shows the fields that changed.

use std::io::{self, Write};

use serde_json::ser::Formatter;

use super::{Listed, tree};

pub(super) static FORMAT: Listed = Listed::new(
    "json",
    "ports.json",
    "every field, for programs",
    |dataset| tree(dataset, Layout::default()),
)
.by_default()
.read_by(|bytes| Ok(serde_json::from_slice(bytes)?));

/// Breaks lines in the tree, its lists and their items; deeper values stay on one line.
#[derive(Default)]
struct Layout {
    depth: usize,
    is_empty: bool,
}

impl Layout {
    const BROKEN_DEPTH: usize = 3;

    fn open<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        let is_broken = self.depth <= Self::BROKEN_DEPTH && !self.is_empty;
        self.depth -= 1;
        self.is_empty = false;
        if is_broken {
            self.indent(out)?;
        }
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (first, self.depth <= Self::BROKEN_DEPTH) {
            (true, true) => self.indent(out),
            (true, false) => Ok(()),
            (false, true) => {
                out.write_all(b",")?;
                self.indent(out)
            }
            (false, false) => out.write_all(b", "),
        }
    }

    fn indent<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        const INDENT: &[u8] = b"\n      ";
        out.write_all(&INDENT[..=2 * self.depth])
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}
