//! A finding for people: where, what, and the line of the source with a mark below it.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Style, Renderer, Snippet};

use super::{Finding, Place};
use crate::escape;
use crate::level::Level;

/// The width that a line of the source is cut to.
const WIDTH: usize = 120;

pub(super) fn write(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let Finding {
        level,
        code,
        path,
        place,
        message,
    } = finding;
    let (style, reset) = (color(*level).render(), anstyle::Reset.render());
    let level_name = level.name();
    let (path, message) = (escape::line(path), escape::line(message));
    let Some(Place { start, end: _, .. }) = place else {
        return writeln!(out, "{path}: {style}{level_name}[{code}]{reset}: {message}");
    };
    let (line, column) = (start.line, start.column);
    writeln!(
        out,
        "{path}:{line}:{column}: {style}{level_name}[{code}]{reset}: {message}"
    )?;
    match place {
        Some(place) if !place.line_text.trim().is_empty() => {
            writeln!(out, "{}", snippet(place, *level))
        }
        _ => Ok(()),
    }
}

fn color(level: Level) -> anstyle::Style {
    let color = match level {
        Level::Allow | Level::Note => anstyle::AnsiColor::BrightBlue,
        Level::Warning => anstyle::AnsiColor::Yellow,
        Level::Error => anstyle::AnsiColor::Red,
    };
    color.on_default().bold()
}

/// The line of the source, with the place marked as far as it is in this line.
fn snippet(place: &Place, level: Level) -> String {
    let Place {
        line_text, marked, ..
    } = place;
    let parts = [
        &line_text[..marked.start],
        &line_text[marked.clone()],
        &line_text[marked.end..],
    ];
    let [before, inside, behind] = parts.map(escape::line);
    let marked = before.len()..before.len() + inside.len();
    let text = [before, inside, behind].concat();
    let annotation = AnnotationKind::Primary.span(marked);
    let snippet = Snippet::source(text.as_str())
        .line_start(place.start.line)
        .annotation(annotation);
    let style = match level {
        Level::Allow | Level::Note => Style::NOTE,
        Level::Warning => Style::WARNING,
        Level::Error => Style::ERROR,
    };
    let renderer = Renderer::styled()
        .term_width(WIDTH)
        .decor_style(DecorStyle::Ascii);
    renderer.render(&[Group::with_level(style).element(snippet)])
}
