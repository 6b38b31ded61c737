//! Text from outside → the same text, harmless wherever it is shown.
//!
//! Words, keys, headers and file names may contain characters that control a terminal (ESC), reverse text (U+202E) or
//! end a line, and `::` at the start of a line is a command to GitHub Actions. All text from inputs passes through here
//! before it is printed.

/// True for a character that affects the terminal or the text around it, or shows nothing at all.
fn is_unprintable(c: char) -> bool {
    portconv::is_hostile(c) || c.is_control() || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as one harmless line. Hostile characters become escapes such as `\u{1b}`, and so does the character that would
/// make the line a command to GitHub Actions (in a leading `::`, or in `##[` anywhere).
pub(crate) fn line(text: &str) -> String {
    let start = text.len() - text.trim_start().len();
    let colon = text[start..].starts_with("::").then_some(start);
    escaped(text, |at, c| {
        let is_command = colon == Some(at) || text[at..].starts_with("##[");
        (is_unprintable(c) || is_command).then(|| format!("\\u{{{:x}}}", u32::from(c)))
    })
}

/// A text with some of its characters replaced.
fn escaped(text: &str, escape: impl Fn(usize, char) -> Option<String>) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match escape(at, c) {
            Some(written) => escaped.push_str(&written),
            None => escaped.push(c),
        }
    }
    escaped
}

/// Several lines, each harmless.
pub(crate) fn lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// Equivalent JSON without hostile characters, which can only occur in its strings.
pub(crate) fn json(json: &str) -> String {
    let unit = |unit: &u16| format!("\\u{unit:04x}");
    escaped(json, |_, c| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        (is_unprintable(c) && c != '\n').then(|| units.map(unit).collect())
    })
}

/// A table cell in Markdown, without markup (GFM §2.4, backslash escapes) or mentions of people.
pub(crate) fn markdown_cell(text: &str) -> String {
    escaped(&line(text), |_, c| match c {
        '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '#' | '&' | '!' => {
            Some(format!("\\{c}"))
        }
        // GitHub looks for names behind an @ when the markup is gone.
        '@' => Some("@<!-- -->".to_owned()),
        _ => None,
    })
}
