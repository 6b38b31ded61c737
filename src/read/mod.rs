//! Text → [`Grid`]s: what stands in a cell, and how far the cell reaches where the syntax says so.
//!
//! A [`Reader`] knows one syntax and nothing of ports. A new syntax is a file here, its `mod` line and its place
//! in [`READERS`]; `--from`, its help and the tests follow from the slice.

pub(crate) mod grid;
pub(crate) mod prose;

mod html;
mod markdown;
mod repairs;
pub(crate) mod wiki;
mod wrapped;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use crate::diagnostic::Report;
use crate::text::{Source, Span};

pub(crate) use repairs::report_repairs;

use grid::{Definition, Grid, Row};

/// A syntax that tables are written in.
pub trait Reader: Sync + fmt::Debug {
    /// The name on the command line.
    fn name(&self) -> &'static str;

    /// The endings of its files, in lower case, without the dot.
    fn endings(&self) -> &'static [&'static str];

    /// Whether a text is written in it, where no ending says so.
    fn recognizes(&self, text: &str) -> bool;

    /// A text as it is to be read, of the same length, so that places stay what they are.
    fn mended<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }

    /// Hands the tables and footnotes of a part of a text to a page, in order.
    fn read<'a>(&self, text: &'a str, part: Span, page: &mut Page<'a, '_>);
}

/// Every syntax. The last one reads what no other recognizes.
pub static READERS: &[&dyn Reader] = &[&html::Html, &markdown::Markdown];

/// The syntax of a source: as its path ends, else as its text looks.
fn reader_of(source: &Source) -> Option<&'static dyn Reader> {
    let ending = Path::new(&source.path).extension();
    let ending = ending.map(|ending| ending.to_string_lossy().to_lowercase());
    let by_ending = ending.and_then(|ending| {
        let mut readers = READERS.iter();
        readers.find(|reader| reader.endings().contains(&ending.as_str()))
    });
    let by_text = || {
        READERS
            .iter()
            .find(|reader| reader.recognizes(source.text()))
    };
    by_ending.or_else(by_text).copied()
}

/// Where a reader puts what it finds.
pub struct Page<'a, 't> {
    /// The tables so far.
    tables: Vec<Grid<'a>>,
    footnotes: Footnotes<'a>,
    report: Report<'t>,
    /// The heading above.
    heading: Cow<'a, str>,
    /// How many bytes rows of markdown may still take; those of HTML are as small as their tags are long.
    room: usize,
    /// Where the first row of a table stands that there is no room for.
    cut: Option<usize>,
}

/// How many bytes the rows of a text may take: so many times its own, and so many more. Only rows of two or three
/// characters take as much.
const ROOM: (usize, usize) = (24, 16 << 20);

/// The most bytes of a heading, which stands with each table below it.
const MAX_HEADING: usize = 200;

/// What a text holds of footnotes beside the references in its tables.
#[derive(Debug, Default)]
pub(crate) struct Footnotes<'a> {
    /// The definitions, in order.
    pub(crate) definitions: Vec<Definition<'a>>,
    /// Labels that the text outside tables refers to.
    pub(crate) labels_in_prose: Vec<Cow<'a, str>>,
}

impl<'a, 't> Page<'a, 't> {
    /// Where nothing is yet that was found in a text.
    fn new(text: &str, report: Report<'t>) -> Self {
        Self {
            tables: Vec::new(),
            footnotes: Footnotes::default(),
            report,
            heading: Cow::Borrowed(""),
            room: ROOM.0 * text.len() + ROOM.1,
            cut: None,
        }
    }

    /// Says what the heading above the tables to come is, as far as it may tell what they are about.
    fn heading(&mut self, mut words: Cow<'a, str>) {
        let end = words.floor_char_boundary(MAX_HEADING);
        match &mut words {
            Cow::Borrowed(words) => *words = &words[..end],
            Cow::Owned(words) => words.truncate(end),
        }
        self.heading = words;
    }

    /// Adds a row to a table, if there is room.
    fn row(&mut self, row: Row<'a>, rows: &mut Vec<Row<'a>>) {
        self.room = self.room.saturating_sub(row.bytes());
        if self.room > 0 {
            rows.push(row);
        } else {
            self.cut.get_or_insert(row.span.start);
        }
    }

    /// Adds a table.
    fn table(&mut self, mut grid: Grid<'a>) {
        grid.rows.shrink_to_fit();
        self.tables.push(Grid {
            heading: self.heading.clone(),
            ..grid
        });
    }
}

/// A text and the reader that knows its syntax.
#[derive(Debug)]
pub(crate) struct Reading<'s> {
    reader: Option<&'static dyn Reader>,
    text: Cow<'s, str>,
}

impl<'s> Reading<'s> {
    /// The text of a source, in a syntax or else in that which the source seems to be written in.
    pub(crate) fn of(source: &'s Source, syntax: Option<&'static dyn Reader>) -> Self {
        let reader = syntax.or_else(|| reader_of(source));
        let text = reader.map_or(source.text().into(), |reader| reader.mended(source.text()));
        Self { reader, text }
    }

    /// Reads the text: its tables and footnotes, in order.
    pub(crate) fn read(&self, report: Report<'_>) -> (Vec<Grid<'_>>, Footnotes<'_>) {
        let mut page = Page::new(&self.text, report);
        if let Some(reader) = self.reader {
            reader.read(&self.text, 0..self.text.len(), &mut page);
        }
        (page.tables, page.footnotes)
    }
}

/// A span without the white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

#[cfg(test)]
mod tests {
    use super::{MAX_HEADING, Reading};
    use crate::Source;
    use crate::diagnostic::{Diagnostics, File, Report};

    #[test]
    fn tables_hold_the_start_of_a_long_heading() {
        let heading = "well & known ".repeat(100);
        let markdown = format!("# {heading}\n\n|Port|TCP|\n|-|-|\n|1|Yes|\n");
        let html = format!("<h1>{heading}</h1><table><tr><th>Port<th>TCP<tr><td>1<td>Yes</table>");
        for (path, text) in [("ports.md", markdown), ("ports.html", html)] {
            let source = Source::decode(path, text.as_str()).unwrap();
            let mut diagnostics = Diagnostics::default();
            let reading = Reading::of(&source, None);
            let (grids, _) = reading.read(Report::new(&mut diagnostics, File::Input(0)));
            assert!(heading.starts_with(&*grids[0].heading));
            assert_eq!(grids[0].heading.len(), MAX_HEADING);
        }
    }
}
