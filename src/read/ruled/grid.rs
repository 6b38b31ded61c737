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

use super::super::grid::Extent;
use super::{Cell, Line, Row, Table};
use crate::text::Span;

/// A cell between its borders: columns of characters, and lines.
#[derive(Debug, Clone)]
struct Rectangle {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// The table that starts in a line.
pub(super) fn table(text: &str, lines: &[Line<'_>], at: usize) -> Option<Table> {
    let first = &lines[at];
    let is_rule = regex!(r"^\s*\+[-=:]+(?:\+[-=:]+)*\+$").is_match(first.text);
    is_rule.then_some(())?;
    let (left, right) = (first.indent(), first.width() - 1);
    let belongs = |line: &&Line<'_>| {
        let border = line.byte(left);
        let is_wide = 2 * line.width() > right;
        // A much longer line is the first of another table. A row may be as long as its last words take.
        let is_too_wide = border == Some(b'+') && line.width() > 2 * first.width();
        matches!(border, Some(b'+' | b'|')) && is_wide && !is_too_wide && line.indent() == left
    };
    // What starts above was tried there: to try again from each of its lines would take quadratic time. One line of
    // another table may stand between.
    if at > 1 && lines[at - 2..at].iter().all(|above| belongs(&above)) {
        return None;
    }
    let end = at + lines[at..].iter().take_while(belongs).count();
    let mut walk = Walk::default();
    walk.open_below(first, at, left, right);
    for (line, at) in lines[at..end].iter().zip(at..).skip(1) {
        walk.line(at, line);
    }
    // What follows the last line over the whole width is cut off.
    let closed = walk.closed.len();
    let cut_off = walk.open.into_iter().filter(|open| open.top + 1 < end);
    walk.closed.extend(cut_off.map(|open| Rectangle {
        bottom: end,
        ..open
    }));
    let is_cut_off = walk.closed.len() > closed;
    let (header, rows) = rows(walk.closed, walk.header, right, text, lines)?;
    Some(Table {
        lines: at..end,
        header,
        rows,
        is_cut_off,
    })
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
}

/// The rows that cells make, and how many of them stand above the line that ends the header.
fn rows(
    mut cells: Vec<Rectangle>,
    header: Option<usize>,
    right: usize,
    text: &str,
    lines: &[Line<'_>],
) -> Option<(usize, Vec<Row>)> {
    cells.sort_unstable_by_key(|cell| (cell.top, cell.left));
    let edges = |edge: fn(&Rectangle) -> [usize; 2]| {
        let mut edges: Vec<_> = cells.iter().flat_map(edge).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    };
    let columns = edges(|cell| [cell.left, cell.right]);
    let tops = edges(|cell| [cell.top, cell.bottom]);
    (columns.len() > 2).then_some(())?;
    let count = |edges: &[usize], from: usize, to: usize| {
        let place = |edge: usize| edges.partition_point(|&known| known < edge);
        place(to) - place(from)
    };
    let cell = |cell: &Rectangle| {
        let pieces = lines[cell.top + 1..cell.bottom].iter();
        let pieces = pieces.map(|line| piece(line, cell, cell.right == right));
        let rows = count(&tops, cell.top, cell.bottom);
        let extent = Extent::new(rows, count(&columns, cell.left, cell.right));
        Cell::of_pieces(pieces, cell.right - cell.left - 1, Some(extent))
    };
    let of_one_top = cells.chunk_by(|a, b| a.top == b.top);
    let rows = of_one_top.map(|cells| {
        let top = cells[0].top;
        let next = tops.partition_point(|&row| row <= top);
        // A row of other cells can begin in the first line of these.
        let bottom = tops.get(next).map_or(top, |&row| row).max(top + 2);
        Row::new(&lines[top + 1..bottom], cells.iter().map(cell))
    });
    let rows = rows.collect();
    let header = tops.iter().position(|&row| Some(row) == header);
    Some(match header {
        Some(header) => (header, rows),
        None => (0, by_line(rows, text, lines)),
    })
}

/// What stands in a line of a cell. Behind the last of its line, the border may stand elsewhere.
fn piece(line: &Line<'_>, cell: &Rectangle, is_last: bool) -> Span {
    if !is_last || line.width() == cell.right + 1 {
        return line.trim(line.span(cell.left + 1..cell.right));
    }
    let mut piece = line.span(cell.left + 1..usize::MAX);
    piece.end -= usize::from(line.text.ends_with('|') && !piece.is_empty());
    line.trim(piece)
}

/// The rows of a table as MySQL and others print it, one in each line. By the rules of grids they would be one row:
/// the only one below the first, with words in each of its cells in each of its lines. The first is a header: a number is
/// data.
fn by_line(mut rows: Vec<Row>, text: &str, lines: &[Line<'_>]) -> Vec<Row> {
    let [head, body] = rows.as_slice() else {
        return rows;
    };
    let height = body.cells.first().map_or(0, |cell| cell.pieces.len());
    let is_whole = |piece: &Span| !piece.is_empty() && !text[piece.clone()].ends_with(',');
    let is_listed = |cell: &Cell| cell.pieces.len() == height && cell.pieces.iter().all(is_whole);
    let is_header = !text[head.span.clone()].contains(|c: char| c.is_ascii_digit());
    if is_header
        && head.cells.len() == body.cells.len()
        && body.cells.iter().all(is_listed)
        && let Some(body) = rows.pop()
    {
        rows.extend((0..height).map(|at| {
            let start = body.cells[0].pieces[at].start;
            let behind = lines.partition_point(|line| line.start <= start);
            let cells = body.cells.iter().map(|cell| Cell {
                pieces: vec![cell.pieces[at].clone()],
                ..*cell
            });
            Row::new(&lines[behind - 1..behind], cells)
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
