//! Lines → [`Table`]: columns below rules of `=` or `-`, as in reStructuredText and pandoc's markdown.
//!
//! ```text
//! ====  ===  ===  ===========       Port TCP Description       ----------------------
//! Port  TCP  UDP  Description       ---- --- -----------       Port TCP Description
//! ====  ===  ===  ===========       7    Yes Echo              ---- --- -------------
//! 9     Yes       Discard           9    Yes Discard           7    Yes Echo, over
//! ----  --------  -----------                                           several lines
//! 10    No   Yes  and more                                     ----------------------
//! ====  ===  ===  ===========
//! ```
//!
//! reStructuredText rules cells over several columns below their row, and goes on with a row where its first column
//! is blank. The tables of pandoc cannot say how far cells reach.

use std::num::NonZeroU16;

use super::grid::Extent;
use super::ruled::{Cell, Line, Table, pieces};

/// The most columns of a row that are filled up with blank cells.
const FILLED: usize = 64;

/// The lines of a text that rule columns, in order.
#[derive(Debug)]
pub(super) struct Rules {
    /// `=== ===`.
    double: Vec<usize>,
    /// `--- ---`, and lines of dashes only.
    single: Vec<usize>,
}

impl Rules {
    pub(super) fn new(lines: &[Line<'_>]) -> Self {
        let find = |is_rule: fn(&Line<'_>) -> bool| {
            let lines = lines.iter().enumerate();
            lines
                .filter(|(_, line)| is_rule(line))
                .map(|(at, _)| at)
                .collect()
        };
        Self {
            double: find(|line| regex!(r"^\s*=+(?: +=+)+$").is_match(line.text)),
            single: find(|line| is_single(line) || is_dashes(line)),
        }
    }
}

fn is_single(line: &Line<'_>) -> bool {
    regex!(r"^\s*-{2,}(?: +-{2,})+$").is_match(line.text)
}

fn is_dashes(line: &Line<'_>) -> bool {
    regex!(r"^\s*-{3,}$").is_match(line.text)
}

/// The first of some lines from one on.
fn next(rules: &[usize], from: usize) -> Option<usize> {
    rules
        .get(rules.partition_point(|&rule| rule < from))
        .copied()
}

/// The table that starts in a line, and the first line behind it.
pub(super) fn table(lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<(Table, usize)> {
    let is_blank_above = at == 0 || lines[at - 1].is_blank();
    is_blank_above.then_some(())?;
    if rules.double.binary_search(&at).is_ok() {
        return double(lines, at, rules);
    }
    let is_rule = |at: usize| rules.single.binary_search(&at).is_ok();
    if !is_rule(at) {
        // A header above its rule.
        let is_header = is_rule(at + 1) && is_single(&lines[at + 1]) && !lines[at].is_blank();
        return is_header.then(|| single(lines, at, at..at + 1, at + 1, rules))?;
    }
    if is_single(&lines[at]) {
        return single(lines, at, at..at, at, rules);
    }
    let below = next(&rules.single, at + 1)?;
    let has_header = is_single(&lines[below])
        && (at + 2..at + 10).contains(&below)
        && lines[at + 1..below].iter().all(|line| !line.is_blank());
    has_header.then(|| single(lines, at, at + 1..below, below, rules))?
}

/// Where the columns of a rule start, and where the last one ends.
fn columns(rule: &Line<'_>) -> Vec<usize> {
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, c) in rule.text.chars().enumerate() {
        if before == ' ' && c != ' ' {
            starts.push(at);
        }
        before = c;
    }
    starts
}

/// A table of reStructuredText.
fn double(lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<(Table, usize)> {
    let second = next(&rules.double, at + 1)?;
    let is_end = |rule: usize| lines.get(rule + 1).is_none_or(Line::is_blank);
    let end = if is_end(second) {
        second
    } else {
        next(&rules.double, second + 1)?
    };
    let starts = columns(&lines[at]);
    let mut table = Table {
        span: lines[at].whole().start..lines[end].whole().end,
        ..Table::default()
    };
    let mut row = at + 1..at + 1;
    for line in at + 1..=end {
        let is_rule = line == end || line == second;
        let is_span_rule = regex!(r"^\s*-[- ]*$").is_match(lines[line].text);
        let begins = !lines[line].slice(starts[0], starts[1]).trim().is_empty();
        if is_rule || is_span_rule {
            let columns = if is_span_rule {
                self::columns(&lines[line])
            } else {
                starts.clone()
            };
            add(&mut table, &lines[row.clone()], &columns, Some(&starts));
            row = line + 1..line + 1;
        } else if begins
            && row.start < line
            && lines[row.clone()].iter().any(|line| !line.is_blank())
        {
            add(&mut table, &lines[row.clone()], &starts, Some(&starts));
            row = line..line + 1;
        } else {
            row.end = line + 1;
        }
        if line == second && end != second {
            table.header = table.rows.len();
        }
    }
    (!table.rows.is_empty()).then_some((table, end + 1))
}

/// A table of pandoc's markdown, from its header up to its end.
fn single(
    lines: &[Line<'_>],
    at: usize,
    header: std::ops::Range<usize>,
    rule: usize,
    rules: &Rules,
) -> Option<(Table, usize)> {
    let starts = columns(&lines[rule]);
    let begins_with_dashes = header.start > at;
    let closing = next(&rules.single, rule + 1);
    let is_end = |rule: usize| lines.get(rule + 1).is_none_or(Line::is_blank);
    let blank = (rule + 1..lines.len()).find(|&line| lines[line].is_blank());
    let blank = blank.unwrap_or(lines.len());
    let has_closing = begins_with_dashes || header.is_empty();
    // Rows of one line each, or parted by blank lines.
    let (end, are_parted) = match closing.filter(|&closing| is_end(closing)) {
        Some(closing) if has_closing || closing < blank => {
            (closing, closing > blank || begins_with_dashes)
        }
        _ if header.is_empty() => return None,
        _ => (blank, false),
    };
    let mut table = Table {
        span: lines[at].whole().start..lines[at].whole().start,
        ..Table::default()
    };
    if !header.is_empty() {
        add(&mut table, &lines[header], &starts, None);
    }
    table.header = table.rows.len();
    let body = &lines[rule + 1..end];
    if are_parted {
        for row in body.split(Line::is_blank) {
            add(&mut table, row, &starts, None);
        }
    } else {
        for row in body {
            add(&mut table, std::slice::from_ref(row), &starts, None);
        }
    }
    let last = end.min(lines.len() - 1);
    table.span.end = lines[last].whole().end;
    let behind = if closing == Some(end) { end + 1 } else { end };
    (table.rows.len() > table.header).then_some((table, behind))
}

/// Adds a row of some lines, with cells that start in some columns. `all` are those of the table, if the syntax says
/// how many of them a cell covers.
fn add(table: &mut Table, lines: &[Line<'_>], columns: &[usize], all: Option<&[usize]>) {
    let is_blank = lines.iter().all(Line::is_blank);
    let (Some(first), Some(last), false) = (lines.first(), lines.last(), is_blank) else {
        return;
    };
    let width = lines.iter().map(Line::width).max().unwrap_or(0);
    let mut cells = Vec::new();
    for (index, &start) in columns.iter().enumerate() {
        if start >= width && index >= FILLED {
            break;
        }
        let start = if index == 0 { 0 } else { start };
        let end = columns.get(index + 1).copied().unwrap_or(usize::MAX);
        let extent = all.map(|all| {
            let covered = all
                .iter()
                .filter(|&&column| (start..end).contains(&column))
                .count();
            let covered = u16::try_from(covered).unwrap_or(u16::MAX);
            Extent {
                rows: NonZeroU16::MIN,
                columns: NonZeroU16::new(covered).unwrap_or(NonZeroU16::MIN),
            }
        });
        let pieces = pieces(lines.iter().map(|line| line.trimmed(start, end)));
        cells.push(Cell { pieces, extent });
    }
    table.rows.push(cells);
    table.row_spans.push(first.whole().start..last.whole().end);
}
