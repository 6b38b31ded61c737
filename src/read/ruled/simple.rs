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

use std::ops::Range;

use regex::Regex;

use super::super::grid::Extent;
use super::{Cell, Line, Row, Table};
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
    pub(in crate::read) fn new(lines: &[Line<'_>]) -> Self {
        let find = |sign: char, rule: &Regex| {
            let is_rule = |line: &str| line.starts_with(sign) && rule.is_match(line);
            let all = 0..lines.len();
            all.filter(|&at| is_rule(lines[at].text.trim_start()))
                .collect()
        };
        Self {
            double: find('=', regex!(r"^=+(?: +=+)+$")),
            single: find('-', regex!(r"^(?:-{2,}(?: +-{2,})+|-{3,})$")),
        }
    }
}

/// Whether a rule parts columns.
fn parts(rule: &Line<'_>) -> bool {
    rule.text.trim_start().contains(' ')
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
        let is_header = is_rule(at + 1) && parts(&lines[at + 1]) && !lines[at].is_blank();
        return is_header.then(|| single(lines, at, at..at + 1, at + 1, rules))?;
    }
    if parts(&lines[at]) {
        return single(lines, at, at..at, at, rules);
    }
    let below = next(&rules.single, at + 1)?;
    let has_header =
        parts(&lines[below]) && lines[at + 1..below].iter().all(|line| !line.is_blank());
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
type Columns = Vec<(Range<usize>, Option<Extent>)>;

/// Where the columns of a rule start.
fn starts(rule: &Line<'_>) -> Vec<usize> {
    let columns = regex!(r"\S+").find_iter(rule.text);
    columns.map(|column| column.start()).collect()
}

/// The columns of a rule. `all` are the starts of those of the table, if the syntax says how many of them a cell covers.
fn columns(rule: &Line<'_>, all: Option<&[usize]>) -> Columns {
    let starts = starts(rule);
    let columns = starts.iter().enumerate().map(|(index, &start)| {
        let start = if index == 0 { 0 } else { start };
        let end = starts.get(index + 1).copied().unwrap_or(usize::MAX);
        let extent = all.map(|all| {
            let before = |column| all.partition_point(|&start| start < column);
            Extent::new(1, before(end) - before(start))
        });
        (start..end, extent)
    });
    columns.collect()
}

/// The row that stands in some lines, unless these are blank.
fn row(lines: &[Line<'_>], columns: &Columns) -> Option<Row> {
    let width = lines
        .iter()
        .map(Line::width)
        .max()
        .filter(|&width| width > 0)?;
    let reached = columns.partition_point(|(column, _)| column.start < width);
    let count = reached.max(limits::FILLED_COLUMNS.min(columns.len()));
    let cells = columns[..count].iter();
    let cells = cells.map(|(columns, extent)| Cell::new(lines, columns.clone(), *extent));
    let is_letter = |line: &Line<'_>, at: usize| line.byte(at).is_some_and(|byte| byte != b' ');
    let is_torn = |line: &Line<'_>| {
        let mut borders = columns[..reached]
            .iter()
            .skip(1)
            .map(|(columns, _)| columns.start);
        borders.any(|border| is_letter(line, border - 1) && is_letter(line, border))
    };
    Some(Row {
        is_torn: lines.iter().any(is_torn),
        ..Row::new(lines, cells)
    })
}

fn table_of(lines: Range<usize>, header: usize, rows: Vec<Row>) -> Option<Table> {
    (rows.len() > header).then_some(Table::new(lines, header, rows))
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
    let (mut rows, mut header, mut top) = (Vec::new(), 0, at + 1);
    for line in at + 1..=end {
        let above = &lines[top..line];
        let begins = !lines[line].slice(starts[0]..starts[1]).trim().is_empty();
        if line == end || line == second {
            rows.extend(row(above, &all));
            top = line + 1;
        } else if regex!(r"^\s*-[- ]*$").is_match(lines[line].text) {
            rows.extend(row(above, &columns(&lines[line], Some(&starts))));
            top = line + 1;
        } else if begins {
            rows.extend(row(above, &all));
            top = line;
        }
        if line == second && end != second {
            header = rows.len();
        }
    }
    table_of(at..end + 1, header, rows)
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
    let head = row(&lines[header], &columns);
    let body = lines[rule + 1..end].split_inclusive(|line| !are_parted || line.is_blank());
    let body = body.filter_map(|lines| row(lines, &columns));
    let header = usize::from(head.is_some());
    let behind = end + usize::from(closing == Some(end));
    table_of(at..behind, header, head.into_iter().chain(body).collect())
}
