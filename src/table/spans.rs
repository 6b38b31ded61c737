//! [`Row`]s → slots: which cell stands in each column of a row.
//!
//! Where the syntax says how far a cell reaches, a cell of several rows or columns stands in every slot that it
//! covers (HTML, "forming a table": <https://html.spec.whatwg.org/multipage/tables.html#forming-a-table>).
//! Where it cannot say, each cell stands in one slot, and cells lost to spans are for [`placement`](super::placement) to
//! find.

use std::ops::Range;

use crate::limits;
use crate::read::grid::{Cell, Row};

/// A cell in a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'g, 'a> {
    pub(super) cell: &'g Cell<'a>,
    /// Whether it reaches down from a row above.
    pub(super) is_from_above: bool,
}

/// What a slot costs beside the text of its cell.
const SLOT: usize = 16;

/// Goes through the rows of a table from the top.
#[derive(Debug)]
pub(super) struct Spans<'g, 'a> {
    /// The cells that reach into later rows, from left to right; none covers another's columns.
    open: Vec<Open<'g, 'a>>,
    row: usize,
    slots: Vec<Option<Slot<'g, 'a>>>,
    /// The first cell of the row that there is no column for.
    surplus: Option<&'g Cell<'a>>,
    /// The most columns.
    columns: usize,
    /// How much may still be repeated.
    room: usize,
}

#[derive(Debug)]
struct Open<'g, 'a> {
    columns: Range<usize>,
    /// The first row that it does not reach.
    end: usize,
    cell: &'g Cell<'a>,
}

impl<'g, 'a> Spans<'g, 'a> {
    /// What goes through the rows of a table of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let (times, more) = limits::REPEATED_TEXT;
        Self {
            open: Vec::new(),
            row: 0,
            slots: Vec::new(),
            surplus: None,
            columns: limits::COLUMNS.min(bytes / limits::BYTES_OF_COLUMN),
            room: times * bytes + more,
        }
    }

    /// The slots of the row that was gone to last.
    pub(super) fn slots(&self) -> &[Option<Slot<'g, 'a>>] {
        &self.slots
    }

    /// The first cell of that row that there is no column for.
    pub(super) fn surplus(&self) -> Option<&'g Cell<'a>> {
        self.surplus
    }

    /// Goes to the next row. Returns whether there is room for it; if not, the rows from here on are not to be read.
    pub(super) fn go_to(&mut self, row: &'g Row<'a>) -> bool {
        self.slots.clear();
        self.surplus = None;
        if !row.cells.is_empty() {
            self.place(row);
        }
        self.row += 1;
        self.room > 0
    }

    /// Puts the cells of a row, and those that reach down to it, into their slots.
    fn place(&mut self, row: &'g Row<'a>) {
        self.reach_down();
        let (mut column, mut has_opened) = (0, false);
        for cell in &row.cells {
            let taken = self.slots.iter().skip(column);
            column += taken.take_while(|slot| slot.is_some()).count();
            let (rows, columns) = extent(cell);
            let columns = self.free(column, columns);
            if columns.is_empty() {
                self.surplus = self.surplus.or(Some(cell));
                continue;
            }
            let slot = Slot {
                cell,
                is_from_above: false,
            };
            fill(&mut self.slots, columns.clone(), slot);
            self.room = (self.room).saturating_sub(cost(cell, columns.len() - 1));
            column = columns.end;
            if rows > 1 {
                has_opened = true;
                let end = self.row + rows;
                self.open.push(Open { columns, end, cell });
            }
        }
        if has_opened {
            self.open.sort_unstable_by_key(|open| open.columns.start);
        }
    }

    /// Fills the slots of cells from above.
    fn reach_down(&mut self) {
        self.open.retain(|open| open.end > self.row);
        for open in &self.open {
            let slot = Slot {
                cell: open.cell,
                is_from_above: true,
            };
            fill(&mut self.slots, open.columns.clone(), slot);
            self.room = (self.room).saturating_sub(cost(open.cell, open.columns.len()));
        }
    }

    /// The columns that a cell covers from its first one on: as many as it reaches over, up to the next cell from
    /// above.
    fn free(&self, first: usize, columns: usize) -> Range<usize> {
        let slots = self.slots.iter().skip(first).take(columns);
        let free = slots.take_while(|slot| slot.is_none()).count();
        let beyond = (first + columns).saturating_sub(self.slots.len().max(first));
        first..(first + free + beyond.min(columns - free)).min(self.columns)
    }
}

/// How many rows and columns a cell covers.
fn extent(cell: &Cell<'_>) -> (usize, usize) {
    cell.extent.map_or((1, 1), |extent| {
        (extent.rows.get().into(), extent.columns.get().into())
    })
}

/// What it costs to repeat a cell.
fn cost(cell: &Cell<'_>, times: usize) -> usize {
    (cell.span.len() + SLOT) * times
}

fn fill<'g, 'a>(slots: &mut Vec<Option<Slot<'g, 'a>>>, columns: Range<usize>, slot: Slot<'g, 'a>) {
    if slots.len() < columns.end {
        slots.resize(columns.end, None);
    }
    slots[columns].fill(Some(slot));
}
