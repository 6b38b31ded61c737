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

use smallvec::SmallVec;

use super::grid::Extent;
use super::ruled::{Cell, Line, Table, pieces};
use crate::text::Span;

/// A cell between its borders: columns of characters, and lines.
#[derive(Debug, Clone)]
struct Rectangle {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// The table that starts in a line, and the first line behind it.
pub(super) fn table(lines: &[Line<'_>], at: usize) -> Option<(Table, usize)> {
    let first = &lines[at];
    let is_rule = regex!(r"^\s*\+[-=:]+(?:\+[-=:]+)*\+$").is_match(first.text);
    is_rule.then_some(())?;
    let left = first.text.len() - first.text.trim_start().len();
    let right = first.width() - 1;
    let belongs = |line: &&Line<'_>| {
        let border = line.byte(left);
        let is_wide = 2 * line.width() > right;
        matches!(border, Some(b'+' | b'|')) && is_wide && line.slice(0, left).trim().is_empty()
    };
    let height = lines[at..].iter().take_while(belongs).count();
    let lines = &lines[at..at + height];
    let mut walk = Walk {
        right,
        header: 0,
        open: Vec::new(),
        closed: Vec::new(),
    };
    walk.open_below(first, 0, left, right);
    for (at, line) in lines.iter().enumerate().skip(1) {
        walk.line(at, line);
    }
    // What follows the last line over the whole width is cut off.
    let is_cut_off = walk.open.iter().any(|open| open.top + 1 < height);
    if is_cut_off {
        let open = std::mem::take(&mut walk.open).into_iter();
        let open = open.filter(|open| open.top + 1 < height);
        walk.closed.extend(open.map(|open| Rectangle {
            bottom: height,
            ..open
        }));
    }
    let table = walk.table(lines)?;
    Some((
        Table {
            is_cut_off,
            ..table
        },
        at + height,
    ))
}

struct Walk {
    right: usize,
    /// The line that ends the header; 0 if there is none.
    header: usize,
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
                let inner = line.slice(cell.left + 1, cell.right);
                if inner.contains('=') && self.header == 0 {
                    self.header = at;
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

    fn table(mut self, lines: &[Line<'_>]) -> Option<Table> {
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
        let span = lines.first()?.whole().start..lines.last()?.whole().end;
        (columns.len() > 2).then_some(())?;
        let count = |edges: &[usize], from: usize, to: usize| {
            let place = |edge: usize| edges.partition_point(|&known| known < edge);
            let count = u16::try_from(place(to) - place(from)).unwrap_or(u16::MAX);
            NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
        };
        let mut table = Table {
            span,
            header: rows.iter().position(|&row| row == self.header).unwrap_or(0),
            ..Table::default()
        };
        for cells in self.closed.chunk_by(|a, b| a.top == b.top) {
            let top = cells[0].top;
            let next = rows.partition_point(|&row| row <= top);
            // A row of other cells can begin in the first line of these.
            let bottom = rows.get(next).map_or(lines.len(), |&row| row).max(top + 2);
            table
                .row_spans
                .push(lines[top + 1].whole().start..lines[bottom - 1].whole().end);
            let cells = cells.iter().map(|cell| Cell {
                pieces: self.content(cell, lines),
                extent: Some(Extent {
                    rows: count(&rows, cell.top, cell.bottom),
                    columns: count(&columns, cell.left, cell.right),
                }),
            });
            table.rows.push(cells.collect());
        }
        Some(table)
    }

    /// What stands in a cell. The last border of a line may stand elsewhere.
    fn content(&self, cell: &Rectangle, lines: &[Line<'_>]) -> SmallVec<[Span; 1]> {
        let lines = lines[cell.top + 1..cell.bottom].iter();
        pieces(lines.map(|line| {
            if cell.right < self.right || line.width() == self.right + 1 {
                return line.trimmed(cell.left + 1, cell.right);
            }
            let rest = line.span(cell.left + 1, usize::MAX);
            let has_border = line.text.ends_with('|') && !rest.is_empty();
            line.trim(rest.start..rest.end - usize::from(has_border))
        }))
    }
}

/// Whether a line closes a cell from corner to corner.
fn closes(line: &Line<'_>, cell: &Rectangle) -> bool {
    let is_corner = |column| line.byte(column) == Some(b'+');
    let inner = line.slice(cell.left + 1, cell.right);
    is_corner(cell.left)
        && is_corner(cell.right)
        && !inner.is_empty()
        && inner.bytes().all(|byte| b"-=:+".contains(&byte))
}
