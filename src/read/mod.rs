//! Text → [`Grid`]s: what stands in a cell, and how far the cell reaches where the syntax says so.
//!
//! A reader knows one syntax and nothing of ports. A new syntax is a file here, its `mod` line and its place in
//! [`SYNTAXES`]; `--from`, its help and the tests follow from the slice.

pub(crate) mod grid;
pub(crate) mod prose;

mod grid_table;
mod html;
mod markdown;
mod mixed;
mod repairs;
mod rst;
mod ruled;
mod simple_table;
pub(crate) mod wiki;
mod wikitext;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::Path;

use crate::diagnostic::Report;
use crate::limits;
use crate::text::{Source, Span};

pub(crate) use repairs::report_repairs;

use grid::{Definition, Grid, Row};

/// A syntax that tables are written in: what is known of it, and its reader.
#[derive(Debug)]
pub struct Syntax {
    /// The name on the command line.
    pub name: &'static str,
    /// The endings of its files, in lower case, without the dot.
    pub endings: &'static [&'static str],
    /// What it is, in a few words.
    pub purpose: &'static str,
    /// Tells whether a text is written in it, where no ending says so.
    recognizes: fn(&str) -> bool,
    /// Reads a part of a text, all of it or a table that stands in another syntax. Spans are those of the text.
    read: for<'a> fn(&'a str, Span, &mut Page<'a, '_>),
}

/// Every syntax. The last one reads what no other recognizes.
pub static SYNTAXES: &[&Syntax] = &[
    &html::HTML,
    &wikitext::WIKITEXT,
    &rst::RST,
    &mixed::MARKDOWN,
];

/// The syntax of a source: as its path ends, else as its text looks.
fn syntax_of(source: &Source) -> Option<&'static Syntax> {
    let ending = Path::new(&source.path).extension();
    let ending = ending.map(|ending| ending.to_string_lossy().to_lowercase());
    let mut syntaxes = SYNTAXES.iter().copied();
    let by_ending = ending.and_then(|ending| {
        let mut syntaxes = syntaxes.clone();
        syntaxes.find(|syntax| syntax.endings.contains(&ending.as_str()))
    });
    by_ending.or_else(|| syntaxes.find(|syntax| (syntax.recognizes)(source.text())))
}

/// What readers make of a text before they read it.
pub(crate) type Prepared = (OnceCell<String>, OnceCell<String>);

/// Reads a source: its tables and footnotes, in order. Where no syntax is given, it is what the source seems to be
/// written in. What a reader makes of the text before it reads it is kept in `prepared`.
pub(crate) fn read<'a>(
    source: &'a Source,
    syntax: Option<&Syntax>,
    prepared: &'a Prepared,
    report: Report<'_>,
) -> (Vec<Grid<'a>>, Footnotes<'a>) {
    let text = source.text();
    let mut page = Page::new(text, prepared, report);
    if let Some(syntax) = syntax.or_else(|| syntax_of(source)) {
        (syntax.read)(text, 0..text.len(), &mut page);
    }
    (page.tables, page.footnotes)
}

/// Where a reader puts what it finds.
pub(crate) struct Page<'a, 't> {
    /// The tables so far.
    tables: Vec<Grid<'a>>,
    footnotes: Footnotes<'a>,
    report: Report<'t>,
    /// The text as a reader has prepared it.
    prepared: &'a OnceCell<String>,
    /// The text without tables of other syntaxes, and behind it what stands in their cells.
    blanked: &'a OnceCell<String>,
    /// The heading above.
    heading: Cow<'a, str>,
    /// How many bytes rows of markdown may still take; those of HTML are as small as their tags are long.
    room: usize,
    /// Where the first row of a table stands that there is no room for.
    cut: Option<usize>,
}

/// What a text holds of footnotes beside the references in its tables.
#[derive(Debug, Default)]
pub(crate) struct Footnotes<'a> {
    /// The definitions, in order.
    pub(crate) definitions: Vec<Definition<'a>>,
    /// Labels that the text outside tables refers to.
    pub(crate) labels_in_prose: Vec<Cow<'a, str>>,
}

impl<'a, 't> Page<'a, 't> {
    /// An empty page.
    fn new(text: &str, prepared: &'a Prepared, report: Report<'t>) -> Self {
        Self {
            tables: Vec::new(),
            footnotes: Footnotes::default(),
            report,
            prepared: &prepared.0,
            blanked: &prepared.1,
            heading: Cow::Borrowed(""),
            room: limits::rows(text),
            cut: None,
        }
    }

    /// An empty page for a part that is read by itself.
    fn within<'r>(&self, text: &str, report: Report<'r>) -> Page<'a, 'r> {
        Page {
            tables: Vec::new(),
            footnotes: Footnotes::default(),
            report,
            prepared: self.prepared,
            blanked: self.blanked,
            heading: Cow::Borrowed(""),
            room: limits::rows(text),
            cut: None,
        }
    }

    /// The heading above the tables to come; the start of a long one tells enough.
    fn heading(&mut self, mut words: Cow<'a, str>) {
        let end = words.floor_char_boundary(limits::HEADING);
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

/// A span without the white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

#[cfg(test)]
mod tests {

    use super::read;
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
            let prepared = super::Prepared::default();
            let report = Report::new(&mut diagnostics, File::Input(0));
            let (grids, _) = read(&source, None, &prepared, report);
            assert!(heading.starts_with(&*grids[0].heading));
            assert_eq!(grids[0].heading.len(), crate::limits::HEADING);
        }
    }
}
