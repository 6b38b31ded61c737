//! Messages about inputs and outputs → text for people, JSON, GitHub or SARIF.

pub(crate) mod differences;
mod machine;
mod summary;

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Style, Renderer, Snippet};
use anstyle::AnsiColor;
use clap::ValueEnum;
use portconv::diagnostic::{Code, File, MOST_PLACES};
use portconv::{Conversion, Position, Source};
use serde_json::Value;

use crate::error::Error;
use crate::escape;
use crate::level::{Level, Levels};
use crate::say;
pub(crate) use summary::{Written, summary};

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

/// A message about a file.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) level: Level,
    /// The name of the code.
    pub(crate) code: &'static str,
    pub(crate) path: String,
    /// The place in the text that it is about.
    pub(crate) place: Option<Place>,
    pub(crate) text: String,
    /// The difference that it reports, for JSON.
    pub(crate) difference: Option<Value>,
}

/// A part of a text, for people and for programs.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) start: Position,
    /// The position after the last character.
    pub(crate) end: Position,
    /// The first of its lines, or the part of it around the place.
    pub(crate) line_text: String,
    /// The bytes of that line that belong to the place.
    pub(crate) marked: Range<usize>,
}

impl Place {
    pub(crate) fn new(source: &Source, span: &Range<usize>) -> Self {
        /// Lines can be megabytes long.
        const AROUND: usize = 200;
        let (start, text) = (source.position(span.start), source.text());
        let line = source.line_span(start.line);
        let marked = span.start.clamp(line.start, line.end)..span.end.clamp(line.start, line.end);
        let first = text.floor_char_boundary(marked.start.saturating_sub(AROUND).max(line.start));
        let last = text.floor_char_boundary((marked.start + 2 * AROUND).min(line.end));
        Self {
            start,
            end: source.position(span.end),
            line_text: text[first..last].to_owned(),
            marked: marked.start - first..marked.end.min(last) - first,
        }
    }
}

impl Message {
    /// The code of an output file that is out of date.
    pub(crate) const NOT_CURRENT: &str = "not-current";
    /// The code of a file in a folder that cannot be read.
    pub(crate) const UNREAD: &str = "unreadable-file";

    pub(crate) fn new(level: Level, code: &'static str, path: &str, text: String) -> Self {
        Self {
            level,
            code,
            path: path.to_owned(),
            place: None,
            text,
            difference: None,
        }
    }
}

/// Every code: those of diagnostics, then those of whole files, each with its severity and what it means.
pub(crate) fn codes() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let of_diagnostics = Code::ALL.iter();
    let of_diagnostics =
        of_diagnostics.map(|it| (it.name(), it.severity().name(), it.explanation()));
    let of_files = [
        (
            Message::NOT_CURRENT,
            "error",
            "An output file is out of date; `--check` says so. Run portconv again without `--check`.",
        ),
        (
            Message::UNREAD,
            "warning",
            "A file in a folder cannot be read; the others were read.",
        ),
    ];
    of_diagnostics.chain(of_files)
}

/// The diagnostics at or above a level, in source order, then the number of unlisted ones for each code.
pub(crate) fn diagnostics<'s>(
    conversion: &Conversion,
    source: impl Fn(File) -> Option<&'s Source>,
    levels: &Levels,
    lowest: Level,
) -> Vec<Message> {
    let mut listed: BTreeMap<Code, (usize, &str)> = BTreeMap::new();
    let mut messages = Vec::new();
    for diagnostic in &conversion.diagnostics {
        let (code, level) = (diagnostic.code, levels.level(diagnostic.code));
        if level >= lowest
            && let Some(source) = source(diagnostic.file)
        {
            let text = diagnostic.message.clone();
            messages.push(Message {
                place: Some(Place::new(source, &diagnostic.span)),
                ..Message::new(level, code.name(), &source.path, text)
            });
            let (count, path) = listed.entry(code).or_default();
            (*count, *path) = (*count + 1, &source.path);
        }
    }
    for (code, (listed, path)) in listed {
        let more = conversion.counts.get(&code).map_or(0, |all| all - listed);
        if more > 0 {
            let text = format!(
                "{more} more like this; only the first {MOST_PLACES} of each code are listed"
            );
            messages.push(Message::new(levels.level(code), code.name(), path, text));
        }
    }
    messages
}

/// Prints messages. Forms for programs go to standard output, unless the data does.
pub(crate) fn print(messages: &[Message], form: Form, is_stdout_taken: bool) -> Result<(), Error> {
    let each = |text: fn(&Message) -> String| messages.iter().map(text).collect();
    let texts: Vec<String> = match form {
        Form::Human => each(text),
        Form::Json => each(machine::json_line),
        Form::Github => each(machine::annotation),
        Form::Sarif => vec![machine::sarif(messages)],
    };
    for text in texts {
        if form == Form::Human || is_stdout_taken {
            say::styled(&text);
        } else {
            say::data(text.as_bytes())?;
        }
    }
    Ok(())
}

/// The width to which a line of the source is cut.
const WIDTH: usize = 120;

/// A message for people: where, what, and the line of the source with the place marked.
fn text(message: &Message) -> String {
    let (path, text) = (escape::line(&message.path), escape::line(&message.text));
    let start = message.place.as_ref().map(|place| place.start);
    if message.difference.is_some() {
        let line = start.map_or_else(String::new, |start| format!("{}:", start.line));
        return format!("{path}:{line}  {text}\n");
    }
    let (color, style) = match message.level {
        Level::Allow | Level::Note => (AnsiColor::BrightBlue, Style::NOTE),
        Level::Warning => (AnsiColor::Yellow, Style::WARNING),
        Level::Error => (AnsiColor::Red, Style::ERROR),
    };
    let (level, code) = (message.level.name(), message.code);
    let color = color.on_default().bold();
    let position = start.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
    let shown = message.place.as_ref();
    let shown = shown.filter(|place| !place.line_text.trim().is_empty());
    let snippet = shown.map_or_else(String::new, |place| snippet(place, style));
    format!("{path}{position}: {color}{level}[{code}]{color:#}: {text}\n{snippet}")
}

/// The line of the source, with the part of the place that is on this line marked.
fn snippet(place: &Place, style: Style) -> String {
    let (text, marked) = (&place.line_text, &place.marked);
    let parts = [
        &text[..marked.start],
        &text[marked.clone()],
        &text[marked.end..],
    ];
    let parts = parts.map(|part| part.replace('\t', " "));
    let [before, inside, behind] = parts.each_ref().map(|part| escape::line(part));
    let annotation = AnnotationKind::Primary.span(before.len()..before.len() + inside.len());
    let text = [before, inside, behind].concat();
    let snippet = Snippet::source(text.as_str())
        .line_start(place.start.line)
        .annotation(annotation);
    let renderer = Renderer::styled()
        .term_width(WIDTH)
        .decor_style(DecorStyle::Ascii);
    renderer.render(&[Group::with_level(style).element(snippet)]) + "\n"
}
