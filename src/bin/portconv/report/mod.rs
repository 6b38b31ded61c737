//! What is said about a run: findings, differences and one line that sums up, in the form asked for.

pub(crate) mod differences;
mod github;
mod human;
mod json;
mod sarif;
mod summary;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use clap::ValueEnum;
use portconv::diagnostic::{Code, Diagnostic, File, MOST_PLACES};
use portconv::{Conversion, Position, Source};

use crate::error::Error;
use crate::input::Tables;
use crate::level::{Level, Levels};
use crate::plan::Plan;
use crate::plan::outputs::Outputs;
use crate::say;
pub(crate) use summary::summary;

/// The form of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// For people, with the line of the source
    #[default]
    Human,
    /// One JSON object on each line
    Json,
    /// GitHub Actions annotations
    Github,
    /// SARIF 2.1.0
    Sarif,
}

/// A diagnostic, or a file that is not current, ready to be printed.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) level: Level,
    /// The name of the code.
    pub(crate) code: &'static str,
    pub(crate) path: String,
    /// Where it stands, if in a text.
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
}

/// A part of a text, for people and for programs.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) start: Position,
    /// The position behind the last character.
    pub(crate) end: Position,
    /// The first of its lines, without the blanks that pad it.
    pub(crate) line_text: String,
    /// The bytes of that line that belong to it.
    pub(crate) marked: Range<usize>,
}

impl Place {
    pub(crate) fn new(source: &Source, span: &Range<usize>) -> Self {
        let start = source.position(span.start);
        let (line_text, marked) = excerpt(source, &source.line_span(start.line), span);
        Self {
            start,
            end: source.position(span.end),
            line_text,
            marked,
        }
    }
}

impl Finding {
    /// The code of an output file that is not what the input makes.
    pub(crate) const NOT_CURRENT: &str = "not-current";
    /// The code of a file of a folder that cannot be read.
    pub(crate) const UNREAD: &str = "unreadable-file";

    fn new(diagnostic: &Diagnostic, level: Level, source: &Source) -> Self {
        let Diagnostic {
            code,
            file: _,
            span,
            message,
        } = diagnostic;
        let place = Place::new(source, span);
        Self {
            level,
            code: code.name(),
            path: source.path.clone(),
            place: Some(place),
            message: message.clone(),
        }
    }

    /// Speaks of all places of a code that are not listed.
    fn more(code: Code, level: Level, path: &str, count: usize) -> Self {
        Self {
            level,
            code: code.name(),
            path: path.to_owned(),
            place: None,
            message: format!(
                "{count} more like this; the first {MOST_PLACES} places of a code are listed"
            ),
        }
    }

    /// A file of a folder that was passed over.
    pub(crate) fn unread(error: &Error, levels: &Levels) -> Self {
        let (path, message) = match error {
            Error::Read { path, error } => (path.clone(), format!("cannot be read: {error}")),
            other => (String::new(), other.to_string()),
        };
        Self {
            level: levels.of_warning(),
            code: Self::UNREAD,
            path,
            place: None,
            message,
        }
    }

    pub(crate) fn not_current(path: String, place: Option<Place>, message: String) -> Self {
        Self {
            level: Level::Error,
            code: Self::NOT_CURRENT,
            path,
            place,
            message,
        }
    }
}

/// The part of a line around a span, and where the span is in it: lines can have megabytes.
fn excerpt(source: &Source, line: &Range<usize>, span: &Range<usize>) -> (String, Range<usize>) {
    const AROUND: usize = 200;
    let text = source.text();
    let marked = span.start.clamp(line.start, line.end)..span.end.clamp(line.start, line.end);
    let start = text.floor_char_boundary(marked.start.saturating_sub(AROUND).max(line.start));
    let end = text.floor_char_boundary((marked.start + 2 * AROUND).min(line.end));
    let marked = marked.start - start..marked.end.min(end) - start;
    (text[start..end].to_owned(), marked)
}

/// The diagnostics at or above a level, in source order, and how many of each code are not among them.
pub(crate) fn findings(
    conversion: &Conversion,
    tables: &Tables,
    levels: &Levels,
    lowest: Level,
) -> Vec<Finding> {
    let source = |file| match file {
        File::Input(index) => tables.sources.get(index),
        file => tables.options.facts.source(file),
    };
    let mut listed: BTreeMap<Code, (usize, &str)> = BTreeMap::new();
    let mut findings = Vec::new();
    for diagnostic in &conversion.diagnostics {
        let level = levels.level(diagnostic.code);
        if level >= lowest
            && let Some(source) = source(diagnostic.file)
        {
            findings.push(Finding::new(diagnostic, level, source));
            let (count, path) = listed.entry(diagnostic.code).or_default();
            (*count, *path) = (*count + 1, &source.path);
        }
    }
    let more = listed.into_iter().filter_map(|(code, (listed, path))| {
        let count = conversion.counts.get(&code)?.checked_sub(listed)?;
        (count > 0).then(|| Finding::more(code, levels.level(code), path, count))
    });
    findings.extend(more);
    findings
}

/// Prints findings. Those for programs go to standard output, unless the data goes there.
pub(crate) fn print(plan: &Plan, findings: &[Finding]) -> Result<(), Error> {
    let form = plan.form;
    let is_for_people = form == Form::Human || matches!(plan.outputs, Outputs::Stdout(_));
    let print = |findings: &[Finding]| {
        let mut text = Vec::new();
        say::written(write(findings, form, &mut text))?;
        if is_for_people {
            say::styled(&text);
            return Ok(());
        }
        say::data(&text)
    };
    if form == Form::Sarif {
        // One log for all.
        return print(findings);
    }
    findings.chunks(1).try_for_each(print)
}

fn write(findings: &[Finding], form: Form, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Human => findings
            .iter()
            .try_for_each(|finding| human::write(finding, out)),
        Form::Json => findings
            .iter()
            .try_for_each(|finding| json::write(finding, out)),
        Form::Github => findings
            .iter()
            .try_for_each(|finding| github::write(finding, out)),
        Form::Sarif => sarif::write(findings, out),
    }
}
