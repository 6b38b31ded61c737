//! Rows without known spans → slots: where the cells of a row belong that lost others to a span.
//!
//! Markdown has no row spans. A port with two services keeps its number on the first row only; the
//! second row has lost that cell, so that all its other cells stand one column too far left:
//!
//! ```text
//! | 9  | Yes        |     | Yes | Assigned                       | Discard Protocol |   line 22
//! | No | Unofficial |     |     | [Wake-on-LAN](…)               |                  |   line 23, shifted
//! ```
//!
//! What cells *mean* is not decided here; it only matters whether a cell holds a number, the word of a status,
//! other words, or nothing. The rules for a row:
//!
//! 1. A port cell with a number in it is the port: no status is a number. But where the description
//!    would be blank and other words stand in a status column, the row has lost cells to a column span
//!    (ambiguous): blanks are put in behind the first status.
//! 2. A row that reads well as it stands, with statuses in the status columns and words in the
//!    description, stands; so does one whose last cell is filled. A blank port is the port above.
//! 3. Any other row lost its port cell: a blank is put in there. Where the port is not the first column,
//!    the row may have lost all columns up to it, and it may have lost cells to a column span too
//!    (ambiguous); the first reading that puts the words into the description is taken.
//! 4. A row with other words in its port cell and a filled last cell stands as it is. That these are no
//!    port is reported when they are read; the rows that share the cell are left out with it.

use super::columns::{Columns, Role};
use super::is_number;
use crate::dataset::Status;
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Row};
use crate::read::prose::words;
use crate::vocabulary::statuses::is_like_status as is_status;
use crate::vocabulary::{ports, transports};

/// The columns whose cells a row lost.
#[derive(Debug, Clone, Default)]
pub(super) struct Lost {
    /// In ascending order.
    columns: Vec<usize>,
    /// Whether the row lost its port cell.
    pub(super) port: bool,
}

impl Lost {
    /// Decides which cells a row has lost, and reports what was guessed.
    pub(super) fn of(
        row: &Row<'_>,
        columns: &Columns,
        port: usize,
        report: &mut Report<'_>,
    ) -> Self {
        let number = row.cells.get(port).map(words).unwrap_or_default();
        let is_short = row.cells.len() < columns.roles.len();
        let is_open = is_short || row.cells.last().is_none_or(Cell::is_blank);
        if !columns.have_statuses() {
            Self::beside_transport(row, columns, port, is_open, report)
        } else if is_number(&number) {
            Self::behind_port(row, columns, report)
        } else if is_open && !reads_well(&row.cells, columns) {
            Self::with_port(row, &number, columns, port, report)
        } else {
            Self::default()
        }
    }

    /// Which cell of the row, from 0, stands in a column; `None` for a lost one.
    pub(super) fn cell_in(&self, column: usize) -> Option<usize> {
        let before = self.columns.binary_search(&column).err()?;
        Some(column - before)
    }

    /// What a row lost in a table of transports: its port cell, if the transport stands one cell too far left.
    fn beside_transport(
        row: &Row<'_>,
        columns: &Columns,
        port: usize,
        is_open: bool,
        report: &mut Report<'_>,
    ) -> Self {
        let names_transport = |at: usize| {
            let cell = row.cells.get(at).map(words).unwrap_or_default();
            transports::named_by(&cell).is_some() && ports::named_by(&cell).is_none()
        };
        let transport = columns
            .column(Role::Transport)
            .filter(|&column| column > port);
        if transport.is_some_and(|column| {
            is_open && names_transport(column - 1) && !names_transport(column)
        }) {
            return Self {
                port: true,
                ..Self::all([port])
            };
        }
        if row.cells.len() < columns.roles.len() {
            super::report_short(row.cells.len(), columns, row, report);
        }
        Self::default()
    }

    /// What a row lost that has a port of its own.
    fn behind_port(row: &Row<'_>, columns: &Columns, report: &mut Report<'_>) -> Self {
        let as_it_stands = Self::default();
        let mut readings = spans(&row.cells, columns, &as_it_stands);
        let lost = if is_astray(&row.cells, columns, &as_it_stands) {
            first_fit(&row.cells, columns, readings).unwrap_or_default()
        } else if ends_in_reserved(row, columns) {
            let is_whole =
                |lost: &Self| lost.columns.len() + row.cells.len() == columns.roles.len();
            readings.find(is_whole).unwrap_or_default()
        } else {
            Self::default()
        };
        if !lost.columns.is_empty() {
            report_span(lost.columns.len(), row, report);
        } else if row.cells.len() < columns.roles.len() {
            super::report_short(row.cells.len(), columns, row, report);
        }
        lost
    }

    /// What a row lost beside its port cell. `number` stands in that cell's place.
    fn with_port(
        row: &Row<'_>,
        number: &str,
        columns: &Columns,
        port: usize,
        report: &mut Report<'_>,
    ) -> Self {
        let cells = &row.cells;
        let up_to_port = Self::all(std::iter::once(port).chain(0..port));
        let nothing_else = Self::all(std::iter::once(port).chain(columns.statuses()));
        let port = Self::all([port]);
        let readings = [port.clone(), up_to_port].into_iter();
        let readings = readings
            .chain(spans(cells, columns, &port))
            .chain([nothing_else]);
        let lost = first_fit(cells, columns, readings).unwrap_or(port);
        if lost.columns.len() > 1 {
            report_span(lost.columns.len() - 1, row, report);
        }
        let description = columns
            .description()
            .and_then(|column| lost.cell_in(column));
        let description = description.and_then(|at| cells.get(at));
        if number.is_empty() && description.is_none_or(Cell::is_blank) {
            let message = "the first blank may be a port or a status; taken as a status";
            report.push(Code::AmbiguousRow, row.span.clone(), message);
        }
        Self { port: true, ..lost }
    }

    fn all(columns: impl IntoIterator<Item = usize>) -> Self {
        let mut columns: Vec<usize> = columns.into_iter().collect();
        columns.sort_unstable();
        Self {
            columns,
            port: false,
        }
    }
}

/// Column spans that a row may have lost, beside what else it lost: cells behind the first status.
fn spans(cells: &[Cell<'_>], columns: &Columns, beside: &Lost) -> impl Iterator<Item = Lost> {
    let room = room(cells, columns).saturating_sub(beside.columns.len());
    let behind: Vec<usize> = columns.statuses().skip(1).collect();
    let beside = beside.clone();
    (1..=room.min(behind.len()))
        .map(move |length| Lost::all(beside.columns.iter().chain(&behind[..length]).copied()))
}

/// How many cells a row can have lost.
fn room(cells: &[Cell<'_>], columns: &Columns) -> usize {
    let filled = cells.iter().rposition(|cell| !cell.is_blank());
    let filled = filled.map_or(0, |last| last + 1);
    columns.roles.len().saturating_sub(filled)
}

fn first_fit(
    cells: &[Cell<'_>],
    columns: &Columns,
    mut readings: impl Iterator<Item = Lost>,
) -> Option<Lost> {
    let room = room(cells, columns);
    readings.find(|lost| lost.columns.len() <= room && !is_astray(cells, columns, lost))
}

/// Whether the description is blank while other words stand in a status column.
fn is_astray(cells: &[Cell<'_>], columns: &Columns, lost: &Lost) -> bool {
    let in_column = |column: usize| lost.cell_in(column).and_then(|at| cells.get(at));
    let is_filled = |column: usize| in_column(column).is_some_and(|cell| !cell.is_blank());
    let Some(description) = columns.description() else {
        return false;
    };
    let rightmost = (0..columns.roles.len())
        .rev()
        .find(|&column| is_filled(column) && matches!(columns.roles[column], Role::Status(_)));
    let strays = |column| in_column(column).is_some_and(|cell| !is_status(&words(cell)));
    !is_filled(description) && rightmost.is_some_and(strays)
}

/// Whether a short row ends in the one status that is a description, too: `0| Reserved| | | Reserved`.
fn ends_in_reserved(row: &Row<'_>, columns: &Columns) -> bool {
    let [_, status, .., last] = row.cells.as_slice() else {
        return false;
    };
    let is_reserved = |cell: &Cell<'_>| words(cell).eq_ignore_ascii_case(Status::Reserved.name());
    row.cells.len() < columns.roles.len()
        && columns.description() == Some(columns.roles.len() - 1)
        && is_reserved(status)
        && is_reserved(last)
}

/// Whether there are statuses in the status columns, and words in the description.
fn reads_well(cells: &[Cell<'_>], columns: &Columns) -> bool {
    let is_status_in = |column: usize| cells.get(column).is_none_or(|cell| is_status(&words(cell)));
    let is_description = |column| !is_status_in(column);
    columns.statuses().all(is_status_in) && columns.description().is_some_and(is_description)
}

fn report_span(lost: usize, row: &Row<'_>, report: &mut Report<'_>) {
    let message = format!("cells lost to spans, taken as blank: {lost}");
    report.push(Code::AmbiguousRow, row.span.clone(), message);
}
