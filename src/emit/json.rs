//! `ports.json`: one field of a record on each line, and what a field holds behind it.
//!
//! Half as long as with every bracket on a line of its own, and a diff shows the fields that changed.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{EmitError, Emitter, Format, Unreadable, gathered};
use crate::dataset::Dataset;

#[derive(Debug)]
pub(super) struct Json;

impl Emitter for Json {
    fn format(&self) -> Format<'_> {
        Format::new("json", "ports.json", "every field, for programs").by_default()
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut out = gathered(out);
        let mut serializer = Serializer::with_formatter(&mut out, Layout::default());
        dataset.serialize(&mut serializer).map_err(EmitError::new)?;
        out.write_all(b"\n")
            .and_then(|()| out.flush())
            .map_err(EmitError::new)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Dataset>, Unreadable> {
        serde_json::from_slice(bytes)
            .map(Some)
            .map_err(Unreadable::new)
    }
}

/// Breaks lines in the tree, its lists and their items; deeper values stay on one line.
#[derive(Default)]
struct Layout {
    depth: usize,
    is_empty: bool,
}

impl Layout {
    const BROKEN_DEPTH: usize = 3;

    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        let is_broken = self.depth <= Self::BROKEN_DEPTH && !self.is_empty;
        self.depth -= 1;
        self.is_empty = false;
        if is_broken {
            self.indent(writer)?;
        }
        writer.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        match (first, self.depth <= Self::BROKEN_DEPTH) {
            (true, true) => self.indent(writer),
            (true, false) => Ok(()),
            (false, true) => {
                writer.write_all(b",")?;
                self.indent(writer)
            }
            (false, false) => writer.write_all(b", "),
        }
    }

    fn indent<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        const INDENT: &[u8] = b"\n      ";
        writer.write_all(&INDENT[..=2 * self.depth])
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.item(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}
