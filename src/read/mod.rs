//! Text → [`Grid`]s: what stands in a cell, and how far the cell reaches where the syntax says so.
//!
//! ```text
//! text ─syntax→ elements of HTML, with their places ─walk→ grids
//! ```
//!
//! Whatever a text is written in, it stands for a page of HTML. So a reader says which elements there are, as a converter
//! of its syntax would, and one [`walk`] puts their cells together. A reader knows one syntax and nothing of ports. A new
//! one is a file here, its `mod` line and its place in [`SYNTAXES`]; `--from`, its help and the tests follow from that.

pub(crate) mod grid;
pub(crate) mod prose;
pub(crate) mod wiki;

mod element;
mod html;
mod markdown;
mod patched;
mod rst;
mod ruled;
mod walk;
mod wikitext;

use std::borrow::Cow;
use std::path::Path;

use crate::diagnostic::{Code, Report};
use crate::text::{Repair, Source, Span};

use element::Tokens;
use grid::{Definition, Grid};
use walk::Walk;

/// A syntax that tables are written in: what is known of it, and its reader.
#[derive(Debug)]
pub struct Syntax {
    /// The name on the command line.
    pub name: &'static str,
    /// The endings of its files, in lower case, without the dot.
    pub endings: &'static [&'static str],
    /// Tells whether a text is written in it, where no ending says so.
    recognizes: fn(&str) -> bool,
    /// The elements that a text stands for.
    tokens: for<'a> fn(&'a str, &'a Texts) -> Tokens<'a>,
}

/// Every syntax. The last one reads what no other recognizes.
pub static SYNTAXES: &[&Syntax] = &[
    &html::HTML,
    &wikitext::WIKITEXT,
    &rst::RST,
    &markdown::MARKDOWN,
];

/// Texts that readers make of an input: cells put together from several lines, pages laid out anew. They live as long
/// as it does.
pub(crate) type Texts = typed_arena::Arena<String>;

/// What a text holds of footnotes beside the references in its tables.
#[derive(Debug, Default)]
pub(crate) struct Footnotes<'a> {
    /// The definitions, in order.
    pub(crate) definitions: Vec<Definition<'a>>,
    /// Labels that the text outside tables refers to.
    pub(crate) labels_in_prose: Vec<Cow<'a, str>>,
}

/// Reads a source: its tables and footnotes, in order. Where no syntax is given, it is what the source seems to be
/// written in.
pub(crate) fn read<'a>(
    source: &'a Source,
    syntax: Option<&Syntax>,
    texts: &'a Texts,
    mut report: Report<'_>,
) -> (Vec<Grid<'a>>, Footnotes<'a>) {
    report_repairs(source, &mut report);
    let syntax = syntax.unwrap_or_else(|| syntax_of(source));
    let tokens = (syntax.tokens)(source.text(), texts);
    Walk::new(source.text(), tokens, report).document()
}

/// Reports what decoding put right.
fn report_repairs(source: &Source, report: &mut Report<'_>) {
    for (repair, (count, first)) in source.repairs() {
        let code = match repair {
            Repair::Mojibake => Code::Mojibake,
            Repair::DoubtfulMojibake => Code::DoubtfulMojibake,
            Repair::ControlCharacter => Code::ControlCharacter,
        };
        for (span, message) in first {
            report.push(code, span.clone(), message);
        }
        report.count(code, count - first.len());
    }
}

/// The syntax of a source: as its path ends, else as its text looks.
fn syntax_of(source: &Source) -> &'static Syntax {
    let ending = Path::new(&source.path).extension();
    let ending = ending.map(|ending| ending.to_string_lossy().to_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    let find = |is_it: &dyn Fn(&Syntax) -> bool| SYNTAXES.iter().copied().find(|it| is_it(it));
    find(&|syntax| syntax.endings.contains(&ending))
        .or_else(|| find(&|syntax| (syntax.recognizes)(source.text())))
        .unwrap_or(&markdown::MARKDOWN)
}

/// Whether a text has the rule of a table of markdown.
fn has_rule(text: &str) -> bool {
    regex!(r"(?m)^[ \t]*\|?[ \t]*:?--+:?[ \t]*\|[ \t]*:?--").is_match(text)
}

/// The words of a name of the wiki, where an underscore is a blank.
fn joined(name: &str, separator: &str) -> String {
    let words = name.split(|c: char| c == '_' || c.is_whitespace());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join(separator)
}

/// A span without the white space at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..(start + piece.trim().len())
}

#[cfg(test)]
mod tests {

    use super::{Texts, read};
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
            let texts = Texts::new();
            let report = Report::new(&mut diagnostics, File::Input(0));
            let (grids, _) = read(&source, None, &texts, report);
            assert!(heading.starts_with(&*grids[0].heading));
            assert_eq!(grids[0].heading.len(), crate::limits::HEADING);
        }
    }
}
