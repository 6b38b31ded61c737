//! [`Grid`] → [`Line`]s: which cell stands in each column of a row, and what kind of cell it is.
//!
//! Where the syntax says how far a cell reaches, a cell of several rows or columns stands in every slot that it
//! covers (HTML, "forming a table": <https://html.spec.whatwg.org/multipage/tables.html#forming-a-table>).
//! Where it cannot say, each cell stands in one slot, and cells lost to spans are for [`placement`](super::placement) to
//! find. The kind of each cell is found here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::fit::Kind;
use super::header::Header;
use crate::limits;
use crate::read::grid::{Cell, Grid, Row};
use crate::read::prose::{lines, words};
use crate::text::Span;

/// A cell in a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'g, 'a> {
    pub(super) cell: &'g Cell<'a>,
    pub(super) kind: Kind,
    /// Whether it reaches down from a row above.
    pub(super) is_from_above: bool,
}

/// The cells of a row by column; `None` where no cell stands.
pub(super) type Slots<'g, 'a> = [Option<Slot<'g, 'a>>];

impl<'g> Slot<'g, '_> {
    pub(super) fn text(&self) -> Cow<'g, str> {
        words(self.cell)
    }
}

/// A row with a slot for each column, `None` where no cell stands.
#[derive(Debug, Default)]
pub(super) struct Line<'g, 'a> {
    /// From its first to its last character.
    pub(super) span: Span,
    pub(super) slots: Vec<Option<Slot<'g, 'a>>>,
    /// What stands behind the last cell that there is a column for.
    pub(super) surplus: Option<Span>,
    /// The syntax says how far its cells reach.
    pub(super) knows_extents: bool,
}

impl<'g, 'a> Line<'g, 'a> {
    /// The cells with words that are its own.
    pub(super) fn words(slots: &Slots<'g, 'a>) -> impl Iterator<Item = &'g Cell<'a>> {
        let own = filled(slots).filter(|slot| !slot.is_from_above);
        own.map(|slot| slot.cell)
    }

    /// Whether its first cell names a column.
    pub(super) fn names_column(&self) -> bool {
        cell(&self.slots, 0).is_some_and(|slot| Header::new(&slot.text()).is_known())
    }

    /// Whether there is nothing in it that a reader sees.
    pub(super) fn is_blank(&self) -> bool {
        self.surplus.is_none() && Self::words(&self.slots).next().is_none()
    }
}

/// The cell of a row in a column.
pub(super) fn cell<'g, 'a>(slots: &Slots<'g, 'a>, column: usize) -> Option<Slot<'g, 'a>> {
    slots.get(column).copied().flatten()
}

/// From the first of some cells to the end of their row. A tall cell may stand below its row, and above the one before it.
pub(super) fn surplus(cells: impl Iterator<Item = Span>, row: &Span) -> Option<Span> {
    cells.fold(None, |known, cell| {
        let Span { start, end } = known.unwrap_or(cell.start..row.end);
        Some(start.min(cell.start)..end.max(cell.end))
    })
}

/// The cells that are not blank. One that covers several columns stands there once.
pub(super) fn filled<'g, 'a>(slots: &Slots<'g, 'a>) -> impl Iterator<Item = Slot<'g, 'a>> {
    let mut before: Option<&Cell<'_>> = None;
    slots.iter().flatten().copied().filter(move |slot| {
        let is_again = before
            .replace(slot.cell)
            .is_some_and(|before| std::ptr::eq(before, slot.cell));
        !is_again && slot.kind != Kind::Blank
    })
}

/// All rows of a grid.
#[derive(Debug, Default)]
pub(super) struct Lines<'g, 'a> {
    /// How many of them the syntax marks as the header.
    header: usize,
    rows: Vec<Line<'g, 'a>>,
    /// The first row that is not read, because cells span too much of the table.
    pub(super) cut: Option<Span>,
}

impl<'g, 'a> Lines<'g, 'a> {
    pub(super) fn new(grid: &'g Grid<'a>) -> Self {
        let mut all = Self::default();
        let mut read = |rows: &'g [Row<'a>]| {
            let mut spans = Spans::new(grid.span.len());
            for row in rows {
                let Some(line) = spans.line(row) else {
                    all.cut.get_or_insert(row.span.clone());
                    break;
                };
                all.rows.push(line);
            }
            all.rows.len()
        };
        let header = read(&grid.header);
        read(&grid.rows);
        Self { header, ..all }
    }

    /// The same with columns as rows, below a title or a header of its own. `None` for a table that is too long or too
    /// wide to be written so.
    pub(super) fn turned(&self) -> Option<Self> {
        let is_narrow =
            |line: &Line<'_, '_>| (2..=limits::COLUMNS_READ_DOWNWARD).contains(&line.slots.len());
        if self.rows.len() > limits::ROWS_READ_DOWNWARD || !self.rows.iter().all(is_narrow) {
            return None;
        }
        // `Property | Value` is a title, `Property | Web | Database` names what the columns are about.
        let first = self.rows.first()?;
        let has_corner = cell(&first.slots, 0).is_some_and(|slot| slot.kind != Kind::Blank);
        let names_columns = has_corner && filled(&first.slots).nth(2).is_some();
        let is_title = !names_columns && !first.names_column();
        let lines = &self.rows[usize::from(is_title)..];
        let span = lines.first()?.span.start..lines.last()?.span.end;
        let width = lines.iter().map(|line| line.slots.len()).max()?;
        let turned = (0..width).map(|column| Line {
            span: span.clone(),
            slots: lines.iter().map(|line| cell(&line.slots, column)).collect(),
            surplus: None,
            knows_extents: true,
        });
        Some(Self {
            header: 1,
            rows: turned.collect(),
            cut: None,
        })
    }

    /// The table that they are.
    pub(super) fn part(&self) -> Part<'_, 'g, 'a> {
        let (header, rows) = self.rows.split_at(self.header);
        let named = if header.is_empty() { rows } else { header };
        let width = named.iter().map(|line| line.slots.len()).max();
        Part {
            header,
            rows,
            lines: &self.rows,
            columns: (0, width.unwrap_or_default()),
            is_side: false,
        }
    }
}

/// A table, or what of it stands below a row that is its header, or one of several that stand side by side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'l, 'g, 'a> {
    /// Its header rows.
    pub(super) header: &'l [Line<'g, 'a>],
    /// The rows below.
    pub(super) rows: &'l [Line<'g, 'a>],
    /// All rows of the grid.
    lines: &'l [Line<'g, 'a>],
    /// Its first column, and how many it has.
    columns: (usize, usize),
    /// Others stand beside it.
    pub(super) is_side: bool,
}

impl<'g, 'a> Part<'_, 'g, 'a> {
    pub(super) fn width(&self) -> usize {
        self.columns.1
    }

    /// The slots of a line in its columns, and those behind.
    pub(super) fn slots<'s>(
        &self,
        line: &'s Line<'g, 'a>,
    ) -> (&'s Slots<'g, 'a>, &'s Slots<'g, 'a>) {
        let slots = &line.slots[self.columns.0.min(line.slots.len())..];
        slots.split_at(slots.len().min(self.columns.1))
    }

    /// The cells that name the columns: in each column the lowest of the header.
    pub(super) fn named(&self) -> Vec<Option<&'g Cell<'a>>> {
        let mut named = vec![None; self.width()];
        for line in self.header {
            for (lowest, slot) in named.iter_mut().zip(self.slots(line).0) {
                *lowest = slot.map(|slot| slot.cell).or(*lowest);
            }
        }
        named
    }

    /// From its first to the end of its first row.
    pub(super) fn span(&self) -> Span {
        let first = self.lines.first();
        first.map_or(0..0, |line| line.span.clone())
    }

    /// What stands below a row, with that row as the header.
    pub(super) fn below(&self, at: usize) -> Self {
        Self {
            header: &self.rows[at..=at],
            rows: &self.rows[at + 1..],
            ..*self
        }
    }

    /// The same with the header as the first rows.
    pub(super) fn without_header(&self) -> Self {
        Self {
            header: &[],
            rows: self.lines,
            ..*self
        }
    }

    /// The table that these of its columns are.
    pub(super) fn side(&self, columns: Range<usize>) -> Self {
        Self {
            columns: (columns.start, columns.len()),
            is_side: true,
            ..*self
        }
    }
}

/// The most bytes of a text that is looked for among those before: `Unofficial` stands in thousands of cells.
const SHORT: usize = 16;

/// What a slot costs beside the text of its cell.
const SLOT: usize = 16;

/// Goes through the rows of a table from the top.
#[derive(Debug)]
struct Spans<'g, 'a> {
    /// The cells that reach into later rows, from left to right; none covers another's columns.
    open: Vec<Open<'g, 'a>>,
    row: usize,
    /// The most columns.
    columns: usize,
    /// How much may still be repeated.
    room: usize,
    /// The kinds of short texts. Most of these stand in many cells.
    kinds: HashMap<Cow<'g, str>, Kind>,
}

#[derive(Debug)]
struct Open<'g, 'a> {
    columns: Range<usize>,
    /// The first row that it does not reach.
    end: usize,
    slot: Slot<'g, 'a>,
}

impl<'g, 'a> Spans<'g, 'a> {
    /// What goes through the rows of a table of so many bytes.
    fn new(bytes: usize) -> Self {
        let (times, more) = limits::REPEATED_TEXT;
        Self {
            open: Vec::new(),
            row: 0,
            columns: limits::COLUMNS.min(bytes / limits::BYTES_OF_COLUMN),
            room: times * bytes + more,
            kinds: HashMap::new(),
        }
    }

    /// The next row; `None` where there is no room for it, nor for those behind.
    fn line(&mut self, row: &'g Row<'a>) -> Option<Line<'g, 'a>> {
        let mut line = Line {
            span: row.span.clone(),
            surplus: row.surplus.clone(),
            knows_extents: row.cells.iter().any(|cell| cell.extent.is_some()),
            slots: Vec::with_capacity(row.cells.len()),
        };
        if !row.cells.is_empty() {
            self.place(row, &mut line);
        }
        self.row += 1;
        (self.room > 0).then_some(line)
    }

    /// Puts the cells of a row, and those that reach down to it, into their slots.
    fn place(&mut self, row: &'g Row<'a>, line: &mut Line<'g, 'a>) {
        self.reach_down(&mut line.slots);
        let mut column = 0;
        for cell in &row.cells {
            let taken = line.slots.iter().skip(column);
            column += taken.take_while(|slot| slot.is_some()).count();
            let (rows, columns) = extent(cell);
            let columns = self.free(&line.slots, column, columns);
            if columns.is_empty() {
                let known = line.surplus.take().into_iter();
                line.surplus = surplus(known.chain([cell.span.clone()]), &row.span);
                continue;
            }
            let slot = Slot {
                cell,
                kind: self.kind(cell),
                is_from_above: false,
            };
            fill(&mut line.slots, columns.clone(), slot);
            self.room = (self.room).saturating_sub(cost(cell, columns.len() - 1));
            column = columns.end;
            if rows > 1 {
                self.open.push(Open {
                    columns,
                    end: self.row + rows,
                    slot: Slot {
                        is_from_above: true,
                        ..slot
                    },
                });
            }
        }
        self.open.sort_unstable_by_key(|open| open.columns.start);
    }

    /// The kind of a cell. One that holds only a note or a tag is no padding.
    fn kind(&mut self, cell: &'g Cell<'a>) -> Kind {
        let text = lines(cell);
        match text.len() {
            0 if !cell.is_blank() => Kind::Nothing,
            1..=SHORT => {
                let known = self.kinds.entry(text);
                *known.or_insert_with_key(|text| Kind::new(text))
            }
            _ => Kind::new(&text),
        }
    }

    /// Fills the slots of cells from above.
    fn reach_down(&mut self, slots: &mut Vec<Option<Slot<'g, 'a>>>) {
        self.open.retain(|open| open.end > self.row);
        for open in &self.open {
            fill(slots, open.columns.clone(), open.slot);
            self.room = (self.room).saturating_sub(cost(open.slot.cell, open.columns.len()));
        }
    }

    /// The columns that a cell covers from its first one on: as many as it reaches over, up to the next cell from
    /// above.
    fn free(&self, slots: &Slots<'g, 'a>, first: usize, columns: usize) -> Range<usize> {
        let taken = slots.iter().skip(first).take(columns);
        let free = taken.take_while(|slot| slot.is_none()).count();
        let beyond = (first + columns).saturating_sub(slots.len().max(first));
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
