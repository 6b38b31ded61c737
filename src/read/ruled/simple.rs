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
use std::ops::Range;
use std::rc::Rc;

use super::super::grid::Extent;
use super::lines::{Cell, Line, Row, Table};
use crate::limits;

/// The lines of a text that rule columns, in order.
#[derive(Debug)]
pub(in crate::read) struct Rules {
    /// `=== ===`.
    double: Vec<usize>,
    /// `--- ---`, and lines of dashes only.
    single: Vec<usize>,
}

impl Rules {
    pub(in crate::read) fn is_empty(&self) -> bool {
        self.double.is_empty() && self.single.is_empty()
    }

    pub(in crate::read) fn new(lines: &[Line<'_>]) -> Self {
        let find = |sign: char, is_rule: fn(&Line<'_>) -> bool| {
            let lines = lines.iter().enumerate();
            let rules =
                lines.filter(|(_, line)| line.text.trim_start().starts_with(sign) && is_rule(line));
            rules.map(|(at, _)| at).collect()
        };
        Self {
            double: find('=', |line| regex!(r"^\s*=+(?: +=+)+$").is_match(line.text)),
            single: find('-', |line| is_single(line) || is_dashes(line)),
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

/// The table that starts in a line.
pub(super) fn table(lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<Table> {
    let is_blank_above = at == 0 || lines[at - 1].is_blank();
    if let Ok(rule) = rules.double.binary_search(&at) {
        let is_begin = is_blank_above || begins_below_text(lines, &rules.double[rule..]);
        return is_begin.then(|| double(lines, at, rules))?;
    }
    is_blank_above.then_some(())?;
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
    let has_header =
        is_single(&lines[below]) && lines[at + 1..below].iter().all(|line| !line.is_blank());
    has_header.then(|| single(lines, at, at + 1..below, below, rules))?
}

/// Whether the first of some rules begins a table although text stands right above it: two more follow, with a header
/// between the first two. It could be the end of another table else.
fn begins_below_text(lines: &[Line<'_>], rules: &[usize]) -> bool {
    let &[first, second, _, ..] = rules else {
        return false;
    };
    let starts = starts(&lines[first]);
    let is_between = |line: &Line<'_>, start: usize| {
        start == 0 || line.byte(start - 1).is_none_or(|byte| byte == b' ')
    };
    let is_name = |line: &Line<'_>| {
        !line.is_blank()
            && starts.iter().all(|&start| is_between(line, start))
            && !regex!(r"^\s*[0-9]").is_match(line.text)
    };
    (2..5).contains(&(second - first)) && lines[first + 1..second].iter().all(is_name)
}

/// The columns that a row is parted in.
type Columns = Rc<[(Range<usize>, Option<Extent>)]>;

/// Where the columns of a rule start.
fn starts(rule: &Line<'_>) -> Vec<usize> {
    let signs = rule.text.bytes().enumerate();
    let is_start = |&(at, sign): &(usize, u8)| {
        sign != b' ' && (at == 0 || rule.text.as_bytes()[at - 1] == b' ')
    };
    signs.filter(is_start).map(|(at, _)| at).collect()
}

/// The columns of a rule. `all` are the starts of those of the table, if the syntax says how many of them a cell covers.
fn columns(rule: &Line<'_>, all: Option<&[usize]>) -> Columns {
    let starts = starts(rule);
    let columns = starts.iter().enumerate().map(|(index, &start)| {
        let start = if index == 0 { 0 } else { start };
        let end = starts.get(index + 1).copied().unwrap_or(usize::MAX);
        let extent = all.map(|all| {
            let before = |column| all.partition_point(|&start| start < column);
            let covered = u16::try_from(before(end) - before(start)).unwrap_or(u16::MAX);
            Extent {
                rows: NonZeroU16::MIN,
                columns: NonZeroU16::new(covered).unwrap_or(NonZeroU16::MIN),
            }
        });
        (start..end, extent)
    });
    columns.collect()
}

/// The rows of a table so far: the lines and columns of each, and how many of the columns are cells.
#[derive(Debug, Default)]
struct Rows {
    all: Vec<(Range<usize>, Columns, usize)>,
}

impl Rows {
    /// Adds a row, unless it is blank.
    fn add(&mut self, lines: &[Line<'_>], row: Range<usize>, columns: &Columns) {
        let width = lines[row.clone()]
            .iter()
            .map(Line::width)
            .max()
            .unwrap_or(0);
        if width > 0 {
            let reached = columns.partition_point(|(column, _)| column.start < width);
            let count = reached.max(limits::FILLED_COLUMNS.min(columns.len()));
            self.all.push((row, Rc::clone(columns), count));
        }
    }

    fn into_table(self, lines: Range<usize>, header: usize) -> Option<Table> {
        let rows = self.all.into_iter().map(|(lines, columns, count)| Row {
            cells: columns[..count]
                .iter()
                .map(|(columns, extent)| Cell {
                    lines: lines.clone(),
                    columns: columns.clone(),
                    is_last: false,
                    extent: *extent,
                })
                .collect(),
            lines,
        });
        (rows.len() > header).then(|| Table {
            lines,
            header,
            rows: Box::new(rows),
            is_cut_off: false,
        })
    }
}

/// A table of reStructuredText.
fn double(lines: &[Line<'_>], at: usize, rules: &Rules) -> Option<Table> {
    let second = next(&rules.double, at + 1)?;
    let is_end = |rule: usize| lines.get(rule + 1).is_none_or(Line::is_blank);
    let end = if is_end(second) {
        second
    } else {
        next(&rules.double, second + 1)?
    };
    let starts = starts(&lines[at]);
    let all = columns(&lines[at], Some(&starts));
    let (mut rows, mut header) = (Rows::default(), 0);
    let mut row = at + 1..at + 1;
    for line in at + 1..=end {
        let is_rule = line == end || line == second;
        let begins = !lines[line].slice(starts[0]..starts[1]).trim().is_empty();
        let has_words = || lines[row.clone()].iter().any(|line| !line.is_blank());
        if is_rule {
            rows.add(lines, row, &all);
            row = line + 1..line + 1;
        } else if regex!(r"^\s*-[- ]*$").is_match(lines[line].text) {
            rows.add(lines, row, &columns(&lines[line], Some(&starts)));
            row = line + 1..line + 1;
        } else if begins && has_words() {
            rows.add(lines, row, &all);
            row = line..line + 1;
        } else {
            row.end = line + 1;
        }
        if line == second && end != second {
            header = rows.all.len();
        }
    }
    rows.into_table(at..end + 1, header)
}

/// A table of pandoc's markdown, from its header up to its end.
fn single(
    lines: &[Line<'_>],
    at: usize,
    header: Range<usize>,
    rule: usize,
    rules: &Rules,
) -> Option<Table> {
    let columns = columns(&lines[rule], None);
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
    let mut rows = Rows::default();
    rows.add(lines, header, &columns);
    let header = rows.all.len();
    let mut row = rule + 1..rule + 1;
    for line in rule + 1..end {
        let is_blank = lines[line].is_blank();
        row.end = line + usize::from(!is_blank);
        if is_blank || !are_parted {
            rows.add(lines, row, &columns);
            row = line + 1..line + 1;
        }
    }
    rows.add(lines, row, &columns);
    let behind = if closing == Some(end) { end + 1 } else { end };
    rows.into_table(at..behind, header)
}
