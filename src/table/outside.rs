//! Lines like rows of ports that stand in no table, as where a clip lost its pipes.
//!
//! ```text
//! 20/tcp  FTP data           22   TCP   Secure Shell          - 53/udp DNS
//! ```

use crate::diagnostic::{Code, Report};
use crate::text::{Source, Span};

/// How many such lines must follow one another to be a section of ports.
const MIN_LINES: usize = 3;

/// Reports each section of ports outside the tables, which are given in order.
pub(crate) fn report(source: &Source, tables: &[Span], report: &mut Report<'_>) {
    let (mut tables, mut section) = (tables.iter().peekable(), Section::default());
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let span = start..start + line.len();
        start = span.end;
        while tables.next_if(|table| table.end <= span.start).is_some() {}
        let is_in_table = tables.peek().is_some_and(|table| table.start < span.end);
        if !is_in_table && is_like_row(line) {
            section.add(span);
        } else if is_in_table || !line.trim().is_empty() {
            std::mem::take(&mut section).report(source, report);
        }
    }
    section.report(source, report);
}

/// Lines that follow one another.
#[derive(Debug, Default)]
struct Section {
    lines: usize,
    first: Span,
}

impl Section {
    fn add(&mut self, line: Span) {
        if self.lines == 0 {
            self.first = line;
        }
        self.lines += 1;
    }

    fn report(self, source: &Source, report: &mut Report<'_>) {
        if self.lines < MIN_LINES {
            return;
        }
        let line = source.text()[self.first.clone()].trim_end();
        let message = format!(
            "{} lines look like rows of ports, but stand in no table; they are not read: {line:?}",
            self.lines
        );
        report.push(
            Code::PortsOutsideTables,
            self.first.start..self.first.start + line.len(),
            message,
        );
    }
}

/// Whether a line starts with a port or a range, and a transport or the word of a status follows.
fn is_like_row(line: &str) -> bool {
    regex!(
        r"(?ix)^ [\ \t\-*•>`]* [0-9][0-9\-–]* [\ \t/,;:(`]+
          (?: (?:tcp|udp|sctp|dccp)[46]? | yes | unofficial | assigned | no | reserved ) (?:[^\pL\pN]|$)"
    )
    .is_match(line)
}
