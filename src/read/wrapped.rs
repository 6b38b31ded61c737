//! Text → text: rows of a table that were wrapped where they hold HTML, each on one line again.
//!
//! pandoc wraps what is HTML at 72 columns, in the rows of a table too, though a row ends with its line:
//!
//! ```text
//! | 9 | Yes | <a href="/wiki/Discard" class="mw-redirect"
//! title="Discard Protocol">Discard
//! Protocol</a> |
//! ```
//!
//! The end of a line becomes as many blanks, so that every place stays what it is in the file.

use std::borrow::Cow;

use crate::limits;
use memchr::{memchr, memchr_iter, memrchr};

/// The text with such rows put together.
pub(super) fn joined(text: &str) -> Cow<'_, str> {
    let mut joined = String::new();
    let (mut copied, mut start) = (0, 0);
    while start < text.len() {
        let end = line_end(text, start);
        let whole = if text[start..].starts_with('|') {
            end_of_row(text, start, end)
        } else {
            end
        };
        for line_end in line_ends(text, end, whole) {
            joined.push_str(&text[copied..line_end]);
            copied = text.len() - text[line_end..].trim_start_matches(['\r', '\n']).len();
            joined.extend(std::iter::repeat_n(' ', copied - line_end));
        }
        start = next_line(text, whole);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    joined.push_str(&text[copied..]);
    Cow::Owned(joined)
}

/// Where the row ends whose first line stands here: behind the line that ends with its last pipe.
fn end_of_row(text: &str, start: usize, first_end: usize) -> usize {
    let mut end = first_end;
    if is_whole(&text[start..end]) {
        return end;
    }
    for _ in 0..limits::LINES_OF_ROW {
        let next = next_line(text, end);
        let line = &text[next..line_end(text, next)];
        if line.trim().is_empty() || line.starts_with('|') {
            break;
        }
        end = next + line.len();
        if is_whole(&text[start..end]) {
            return end;
        }
    }
    // A row that never ends is as it stands.
    first_end
}

/// Whether a row has no HTML that may go on in the next line.
fn is_whole(row: &str) -> bool {
    !is_inside_tag(row) && (row.trim_end().ends_with('|') || !has_tag(row))
}

fn has_tag(text: &str) -> bool {
    let is_name = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic());
    memchr_iter(b'<', text.as_bytes()).any(is_name)
}

/// Whether a tag begins in a text, and does not end there.
fn is_inside_tag(text: &str) -> bool {
    memrchr(b'<', text.as_bytes()).is_some_and(|at| {
        let tag = &text[at + 1..];
        let begins = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        begins && memchr(b'>', tag.as_bytes()).is_none()
    })
}

/// The ends of the lines from one end of a line up to a later one, which is not among them.
fn line_ends(text: &str, first: usize, last: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(first), move |&end| {
        Some(line_end(text, next_line(text, end)))
    })
    .take_while(move |&end| end < last)
}

/// Where the line ends that starts here, its end mark not included.
fn line_end(text: &str, start: usize) -> usize {
    let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
    start + text[start..end].trim_end_matches('\r').len()
}

/// Where the line starts that follows the end of another.
fn next_line(text: &str, end: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[end..]).map_or(text.len(), |at| end + at + 1)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_tag_over_several_lines_becomes_one_line() {
        for (text, whole) in [
            (
                "| 1 | <a href=\"x\"\n  title=\"y\">z</a> |\n| 2 |",
                "| 1 | <a href=\"x\"   title=\"y\">z</a> |\n| 2 |",
            ),
            (
                "| <a\r\nb\r\nc=\"d\">e</a> |\r\n",
                "| <a  b  c=\"d\">e</a> |\r\n",
            ),
            (
                "| 1 | <a href=\"x\">Two\nwords</a> and\nmore |\n| 2 |",
                "| 1 | <a href=\"x\">Two words</a> and more |\n| 2 |",
            ),
            (
                "| a<sup\nid=x>b</sup><i\nid=y>c</i> |",
                "| a<sup id=x>b</sup><i id=y>c</i> |",
            ),
        ] {
            assert_eq!(joined(text), whole);
            assert_eq!(text.len(), whole.len());
        }
    }

    #[test]
    fn what_is_no_tag_or_never_closed_stays() {
        for text in [
            "| 1 < 2 |\n| 3 > 2 |",
            "| <a |\n| b> |",
            "| <a\n\nb> |",
            "<a\nb>",
            "| <3\nb> |",
            "| <a\nb",
            "| <a",
            "",
        ] {
            assert_eq!(joined(text), text);
        }
    }
}
