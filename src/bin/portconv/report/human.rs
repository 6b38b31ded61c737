//! A message for people: where, what, and the line of the source with the place marked.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Style, Renderer, Snippet};
use anstyle::AnsiColor;

use super::{Message, Place};
use crate::escape;
use crate::level::Level;

/// The width to which a line of the source is cut.
const WIDTH: usize = 120;

pub(super) fn text(message: &Message) -> String {
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
    let (color, level, code) = (
        color.on_default().bold(),
        message.level.name(),
        message.code,
    );
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
