//! [`Grid`] → [`Part`]: header and rows as far as they belong together, and the tables that stand in them side by
//! side.

use super::spans::Spans;
use crate::read::grid::{Cell, Grid, Row};
use crate::text::Span;

/// A grid, or what of it stands below a row that is its header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'g, 'a> {
    /// Its header rows.
    pub(super) header: &'g [Row<'a>],
    /// Header rows of the grid that are no header: the first of its rows.
    above: &'g [Row<'a>],
    /// The rows below.
    below: &'g [Row<'a>],
    /// How long the text of the grid is.
    bytes: usize,
}

/// The rows of a part, from the top.
pub(super) type Rows<'g, 'a> =
    std::iter::Chain<std::slice::Iter<'g, Row<'a>>, std::slice::Iter<'g, Row<'a>>>;

impl<'g, 'a> Part<'g, 'a> {
    /// All of a grid.
    pub(super) fn new(grid: &'g Grid<'a>) -> Self {
        Self {
            header: &grid.header,
            above: &[],
            below: &grid.rows,
            bytes: grid.span.len(),
        }
    }

    /// Its rows, from the top.
    pub(super) fn rows(&self) -> Rows<'g, 'a> {
        self.above.iter().chain(self.below)
    }

    /// What finds the slots of its rows.
    pub(super) fn spans(&self) -> Spans<'g, 'a> {
        Spans::new(self.bytes)
    }

    /// From its first to the end of its first row.
    pub(super) fn span(&self) -> Span {
        let mut rows = self.header.iter().chain(self.rows());
        rows.next().map_or(0..0, |row| row.span.clone())
    }

    /// The cells that name the columns: in each column the lowest of the header. As many as the widest row, where
    /// there is no header.
    pub(super) fn header(&self) -> Vec<Option<&'g Cell<'a>>> {
        let mut header: Vec<Option<&Cell<'_>>> = Vec::new();
        let mut spans = self.spans();
        for row in self.header {
            if !spans.go_to(row) {
                break;
            }
            let slots = spans.slots();
            header.resize(header.len().max(slots.len()), None);
            for (lowest, slot) in header.iter_mut().zip(slots) {
                *lowest = slot.map(|slot| slot.cell).or(*lowest);
            }
        }
        if header.is_empty() {
            let mut spans = self.spans();
            let widths = self
                .rows()
                .map_while(|row| spans.go_to(row).then(|| spans.slots().len()));
            header.resize(widths.max().unwrap_or_default(), None);
        }
        header
    }

    /// What stands below a row, with that row as the header.
    pub(super) fn below(&self, at: usize) -> Self {
        Self {
            header: std::slice::from_ref(&self.below[at]),
            below: &self.below[at + 1..],
            ..*self
        }
    }

    /// The same with the header as the first rows.
    pub(super) fn without_header(&self) -> Self {
        Self {
            header: &[],
            above: self.header,
            ..*self
        }
    }
}
