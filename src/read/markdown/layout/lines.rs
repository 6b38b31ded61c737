//! The lines of a text of markdown: where their words stand, and where a row ends that stands on several.

use memchr::memchr2;

use super::form::{Form, interrupts, is_data, is_rule};
use crate::limits;
use crate::text::Span;

/// The lines of a text, and what is known of those above.
#[derive(Default)]
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    /// The mark above the code that is passed over, or above a table of AsciiDoc.
    fence: Option<&'a str>,
    /// How wide the content of each open admonition is indented, the innermost last.
    indents: Vec<usize>,
}

/// A line of the old text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) start: usize,
    /// Where the indentation of the admonition ends that it stands in.
    pub(super) indented: usize,
    /// Where its words start, behind marks of quotes and lists and white space.
    pub(super) body: usize,
    /// Where its words end.
    pub(super) end: usize,
    /// Where the next line starts.
    pub(super) next: usize,
}

impl Line {
    /// Where its words stand.
    pub(super) fn words(self) -> Span {
        self.body..self.end
    }
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    pub(super) fn line(&self, start: usize) -> Line {
        let bytes = self.text.as_bytes();
        let break_at = memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let break_length = match &bytes[break_at..] {
            [] => 0,
            [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        let whole = &self.text[start..break_at];
        let indent = self
            .indents
            .last()
            .map_or(0, |&indent| blanks(whole, indent).0);
        let inner = whole[indent..].trim_start_matches([' ', '\t', '>']);
        let marker = list_marker(inner);
        let words = inner[marker..].trim_end();
        let body = break_at - inner.len() + marker;
        Line {
            start,
            indented: start + indent,
            body,
            end: body + words.len(),
            next: break_at + break_length,
        }
    }

    pub(super) fn words(&self, line: Line) -> &'a str {
        &self.text[line.body..line.end]
    }

    /// What stands in front of the words, as a line of the same block needs it.
    pub(super) fn prefix(&self, line: Line) -> String {
        let marks = self.text[line.indented..line.body].chars();
        marks
            .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
            .collect()
    }

    /// The form of the table whose header a line is, as the rule below has it.
    pub(super) fn form_below(&self, header: Line) -> Option<Form> {
        let below = self.line(header.next);
        let rule = self.words(below);
        let words = self.words(header);
        (is_rule(rule) && !is_rule(words) && !interrupts(words)).then_some(())?;
        Form::new(words)?;
        Form::new(rule)
    }

    /// The last line of a row that is broken in the middle; `None` for one that is whole, or never ends.
    pub(super) fn end_of_row(&self, first: Line, form: Form) -> Option<Line> {
        let is_open = !form.starts && !form.ends;
        let Some(mut row) = Form::new(self.words(first)) else {
            return is_open.then(|| self.end_of_first_cell(first, form))?;
        };
        if row.pipes >= form.pipes {
            return is_open.then(|| self.end_of_last_cell(first))?;
        }
        // Paragraphs in the last cell leave the pipe that ends it on a line of its own.
        let is_short = form.starts && row.ends;
        let mut line = first;
        for _ in 0..limits::LINES_OF_ROW {
            line = self.line(line.next);
            let words = self.words(line);
            if words.is_empty() && !form.ends || !form.starts && is_data(words) {
                return None;
            }
            let Some(more) = Form::new(words) else {
                continue;
            };
            if is_short && words != "|" {
                return None;
            }
            row.pipes += more.pipes;
            // Alone, a pipe may begin a cell or end the row.
            row.ends = more.ends || words == "|";
            if form.fits(row) {
                return Some(line);
            }
            let is_next = form.starts && more.starts && more.pipes > 1;
            if is_next || row.pipes > form.pipes {
                return None;
            }
        }
        None
    }

    /// The last line of a row without pipes around it whose last cell goes on below. html2text ends each line of it with
    /// two blanks, whatever stands in it. Words between a number and a row of words begin the first cell of that row.
    fn end_of_last_cell(&self, row: Line) -> Option<Line> {
        let (mut last, mut has_break) = (None, self.is_broken(row));
        let mut next = row;
        for _ in 0..limits::LINES_OF_ROW {
            next = self.line(next.next);
            let words = self.words(next);
            let is_empty = self.text[next.start..next.next]
                .trim_matches(['\n', '\r'])
                .is_empty();
            if is_empty || words.contains('|') {
                break;
            }
            has_break |= self.is_broken(next);
            last = Some(next);
        }
        let last_cell = self.words(row).rsplit('|').next().unwrap_or_default();
        let is_of_next = is_data(last_cell) && !is_data(self.words(next));
        last.filter(|_| has_break && !is_of_next)
    }

    /// The row whose first cell begins in a line without pipes.
    fn end_of_first_cell(&self, first: Line, form: Form) -> Option<Line> {
        let mut line = first;
        for _ in 0..limits::LINES_OF_ROW {
            if !self.is_broken(line) {
                break;
            }
            line = self.line(line.next);
            if let Some(row) = Form::new(self.words(line)) {
                return form.fits(row).then_some(line);
            }
        }
        None
    }

    fn is_broken(&self, line: Line) -> bool {
        self.text[line.end..line.next].starts_with("  ")
    }

    /// Begins an admonition behind its first line.
    pub(super) fn begin_admonition(&mut self, line: Line) {
        let (_, width) = blanks(&self.text[line.start..line.end], usize::MAX);
        self.indents.push(width + 4);
    }

    /// Ends the admonitions whose content is indented wider than a line.
    pub(super) fn leave_admonitions(&mut self, at: usize) {
        if self.indents.is_empty() {
            return;
        }
        let line = self.line(at);
        let (_, width) = blanks(&self.text[at..line.end.max(at)], usize::MAX);
        if !self.words(line).is_empty() {
            self.indents.retain(|&indent| indent <= width);
        }
    }

    /// Whether the lines to come are code.
    pub(super) fn is_in_code(&self) -> bool {
        self.fence.is_some()
    }

    /// Tells whether a line is code between fences, or of a table of AsciiDoc.
    pub(super) fn is_code(&mut self, words: &'a str) -> bool {
        if let Some(fence) = self.fence {
            let rest = words.strip_prefix(fence);
            let is_end =
                rest.is_some_and(|rest| rest.bytes().all(|byte| fence.ends_with(char::from(byte))));
            self.fence = Some(fence).filter(|_| !is_end);
            return true;
        }
        if ["```", "~~~", "|==="]
            .iter()
            .any(|fence| words.starts_with(fence))
        {
            let fence = regex!(r"^(?:`{3,}|~{3,}|\|={3,}$)").find(words);
            let fence = fence.filter(|fence| !words[fence.end()..].contains('`'));
            self.fence = fence.map(|fence| fence.as_str());
        }
        self.fence.is_some()
    }
}

/// How many blanks and tabs stand in front, up to a width, and how wide they are.
fn blanks(line: &str, most: usize) -> (usize, usize) {
    let (mut count, mut width) = (0, 0);
    for byte in line.bytes() {
        let next = match byte {
            b' ' => width + 1,
            b'\t' => width + 4 - width % 4,
            _ => break,
        };
        if next > most {
            break;
        }
        (count, width) = (count + 1, next);
    }
    (count, width)
}

/// The length of the mark of a list item that holds a row.
fn list_marker(words: &str) -> usize {
    if words.starts_with('|') || !words.contains('|') {
        return 0;
    }
    let marker = regex!(r"^(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\|").find(words);
    marker.map_or(0, |marker| marker.len() - 1)
}
