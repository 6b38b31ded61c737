//! Lines → [`Table`]: cells with borders of `+`, `-`, `=` and `|`, as in reStructuredText and pandoc's markdown.
//!
//! ```text
//! +------+-----+-----+-------------+
//! | Port | TCP | UDP | Description |
//! +======+=====+=====+=============+   ends the header
//! | 9    | Yes       | Discard     |   no border: a cell over two columns
//! |      +-----+-----+-------------+   no line: a cell over two rows
//! |      | No  | Yes | Wake-on-LAN |
//! +------+-----+-----+-------------+
//! ```
//!
//! From the top, each cell is open until a line closes it from corner to corner. Below a line, cells begin between all
//! its corners; those that no border parts in each of their lines are one. So every line is looked at once.

use std::num::NonZeroU16;
use std::ops::Range;

use super::super::grid::Extent;
use super::lines::{Cell, Line, Row, Table};

/// A cell between its borders: columns of characters, and lines.
#[derive(Debug, Clone)]
struct Rectangle {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// The table that starts in a line.
pub(super) fn table(lines: &[Line<'_>], at: usize) -> Option<Table> {
    let first = &lines[at];
    let is_rule = regex!(r"^\s*\+[-=:]+(?:\+[-=:]+)*\+$").is_match(first.text);
    is_rule.then_some(())?;
    let (left, right) = (first.indent(), first.width() - 1);
    let belongs = |line: &&Line<'_>| {
        let border = line.byte(left);
        let is_wide = 2 * line.width() > right;
        matches!(border, Some(b'+' | b'|')) && is_wide && line.indent() == left
    };
    let height = lines[at..].iter().take_while(belongs).count();
    let mut walk = Walk::default();
    walk.open_below(first, at, left, right);
    for (line, at) in lines[at..at + height].iter().zip(at..).skip(1) {
        walk.line(at, line);
    }
    // What follows the last line over the whole width is cut off.
    let end = at + height;
    let open = std::mem::take(&mut walk.open).into_iter();
    let open = open.filter(|open| open.top + 1 < end);
    let cut_off: Vec<_> = open
        .map(|open| Rectangle {
            bottom: end,
            ..open
        })
        .collect();
    let is_cut_off = !cut_off.is_empty();
    walk.closed.extend(cut_off);
    walk.table(at..end, right, is_cut_off, lines)
}

#[derive(Default)]
struct Walk {
    /// The line that ends the header.
    header: Option<usize>,
    /// The cells that are open, from left to right.
    open: Vec<Rectangle>,
    closed: Vec<Rectangle>,
}

impl Walk {
    /// Begins cells between the corners of a line.
    fn open_below(&mut self, line: &Line<'_>, at: usize, left: usize, right: usize) {
        let mut start = left;
        for column in left + 1..=right {
            if column == right || line.byte(column) == Some(b'+') {
                self.open.push(Rectangle {
                    left: start,
                    right: column,
                    top: at,
                    bottom: 0,
                });
                start = column;
            }
        }
    }

    fn line(&mut self, at: usize, line: &Line<'_>) {
        let before = std::mem::take(&mut self.open);
        for mut cell in before {
            if closes(line, &cell) {
                if line.slice(cell.left + 1..cell.right).contains('=') {
                    self.header.get_or_insert(at);
                }
                let (left, right) = (cell.left, cell.right);
                cell.bottom = at;
                if cell.top + 1 < at {
                    self.closed.push(cell);
                }
                self.open_below(line, at, left, right);
                continue;
            }
            // No border to the cell before it, where one was not there for certain: they are one.
            match self.open.last_mut() {
                Some(last)
                    if last.top == cell.top
                        && last.right == cell.left
                        && !matches!(line.byte(cell.left), Some(b'|' | b'+')) =>
                {
                    last.right = cell.right;
                }
                _ => self.open.push(cell),
            }
        }
    }

    fn table(
        mut self,
        lines: Range<usize>,
        right: usize,
        is_cut_off: bool,
        texts: &[Line<'_>],
    ) -> Option<Table> {
        self.closed
            .sort_unstable_by_key(|cell| (cell.top, cell.left));
        let edges = |edge: fn(&Rectangle) -> [usize; 2]| {
            let mut edges: Vec<_> = self.closed.iter().flat_map(edge).collect();
            edges.sort_unstable();
            edges.dedup();
            edges
        };
        let columns = edges(|cell| [cell.left, cell.right]);
        let rows = edges(|cell| [cell.top, cell.bottom]);
        (columns.len() > 2).then_some(())?;
        let count = |edges: &[usize], from: usize, to: usize| {
            let place = |edge: usize| edges.partition_point(|&known| known < edge);
            let count = u16::try_from(place(to) - place(from)).unwrap_or(u16::MAX);
            NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
        };
        let header = rows.iter().position(|&row| Some(row) == self.header);
        let of_one_top = self.closed.chunk_by(|a, b| a.top == b.top);
        let table_rows = of_one_top.map(|cells| {
            let top = cells[0].top;
            let next = rows.partition_point(|&row| row <= top);
            // A row of other cells can begin in the first line of these.
            let bottom = rows.get(next).map_or(lines.end, |&row| row).max(top + 2);
            let cells = cells.iter().map(|cell| Cell {
                lines: cell.top + 1..cell.bottom,
                columns: cell.left + 1..cell.right,
                is_last: cell.right == right,
                extent: Some(Extent {
                    rows: count(&rows, cell.top, cell.bottom),
                    columns: count(&columns, cell.left, cell.right),
                }),
            });
            Row {
                lines: top + 1..bottom,
                cells: cells.collect(),
            }
        });
        let mut table_rows: Vec<_> = table_rows.collect();
        if header.is_none() {
            table_rows = by_line(table_rows, texts);
        }
        Some(Table {
            lines,
            header: header.unwrap_or(0),
            rows: Box::new(table_rows.into_iter()),
            is_cut_off,
        })
    }
}

/// The rows of a table as MySQL and others print it, one in each line. By the rules of grids they would be one row:
/// the only one below the first, with words in each of its cells in each of its lines.
fn by_line(mut rows: Vec<Row>, lines: &[Line<'_>]) -> Vec<Row> {
    let [head, body] = rows.as_slice() else {
        return rows;
    };
    let has_words = |line: &Line<'_>| {
        let words = body
            .cells
            .iter()
            .map(|cell| line.slice(cell.columns.clone()).trim_end());
        words
            .into_iter()
            .all(|words| !words.is_empty() && !words.ends_with(','))
    };
    let is_listing = head.lines.len() == 1
        && head.cells.len() == body.cells.len()
        && body.cells.iter().all(|cell| cell.lines == body.lines)
        && lines[body.lines.clone()].iter().all(has_words);
    if is_listing && let Some(body) = rows.pop() {
        rows.extend(body.lines.map(|at| {
            Row {
                lines: at..at + 1,
                cells: body
                    .cells
                    .iter()
                    .map(|cell| Cell {
                        lines: at..at + 1,
                        ..cell.clone()
                    })
                    .collect(),
            }
        }));
    }
    rows
}

/// Whether a line closes a cell from corner to corner.
fn closes(line: &Line<'_>, cell: &Rectangle) -> bool {
    let is_corner = |column| line.byte(column) == Some(b'+');
    let inner = line.slice(cell.left + 1..cell.right);
    is_corner(cell.left)
        && is_corner(cell.right)
        && !inner.is_empty()
        && inner.bytes().all(|byte| b"-=:+".contains(&byte))
}
