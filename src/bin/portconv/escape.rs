//! A text from outside → the same text, harmless wherever it is shown.
//!
//! Words, keys, headers and file names may hold characters that act on a terminal (ESC), turn text around
//! (U+202E) or end a line, and what starts a line with `::` is a command to GitHub Actions. Nothing that an
//! input holds is printed but through here.

use std::borrow::Cow;

/// Whether a character acts on what shows it.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text with blanks for such characters, as outputs hold it.
pub(crate) fn blanked(text: &str) -> String {
    text.replace(is_hostile, " ")
}

/// A text as one line that does nothing: hostile characters are written as `\u{1b}`, and so is the sign that
/// would make a line a command to GitHub Actions (`::` in front of it, `##[` anywhere).
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    let start = text.len() - text.trim_start().len();
    let colon = text[start..].starts_with("::").then_some(start);
    escaped(text, |at, c| {
        let is_command = colon == Some(at) || text[at..].starts_with("##[");
        (is_hostile(c) || is_command).then(|| format!("\\u{{{:x}}}", u32::from(c)))
    })
}

/// A text with some of its characters written in another way.
fn escaped(text: &str, escape: impl Fn(usize, char) -> Option<String>) -> Cow<'_, str> {
    let mut escaped = String::new();
    let mut copied = 0;
    for (at, c) in text.char_indices() {
        if let Some(written) = escape(at, c) {
            escaped.extend([&text[copied..at], &written]);
            copied = at + c.len_utf8();
        }
    }
    if copied == 0 {
        return text.into();
    }
    (escaped + &text[copied..]).into()
}

/// Several lines, each harmless.
pub(crate) fn lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// JSON that says the same without hostile characters, which can stand only in its strings.
pub(crate) fn json(json: &str) -> Cow<'_, str> {
    let unit = |unit: &u16| format!("\\u{unit:04x}");
    escaped(json, |_, c| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        (is_hostile(c) && c != '\n').then(|| units.map(unit).collect())
    })
}

/// A cell of a table in markdown: nothing in it is markup (GFM §2.4, backslash escapes) or mentions anybody.
pub(crate) fn markdown_cell(text: &str) -> String {
    let text = line(text);
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '#' | '&' | '!' => {
                cell.extend(['\\', c]);
            }
            // GitHub looks for names behind an @ when the markup is gone.
            '@' => cell.push_str("@<!-- -->"),
            c => cell.push(c),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::{json, line, markdown_cell};

    #[test]
    fn what_acts_is_written_out() {
        for (text, escaped) in [
            ("plain – é", "plain – é"),
            (
                "a\u{1b}[31m\u{9b}\u{202e}\nb",
                r"a\u{1b}[31m\u{9b}\u{202e}\u{a}b",
            ),
            ("::error::x", r"\u{3a}:error::x"),
            ("  ::error::x", r"  \u{3a}:error::x"),
            ("a::b", "a::b"),
            ("a ##[error]", r"a \u{23}#[error]"),
        ] {
            assert_eq!(line(text), escaped);
        }
        assert_eq!(
            json("{\"a\": \"\u{9b}\u{e0001}\"}\n"),
            "{\"a\": \"\\u009b\\udb40\\udc01\"}\n"
        );
        assert_eq!(markdown_cell("<img>|a`@b"), r"\<img\>\|a\`@<!-- -->b");
    }
}
