//! [`Row`]s → [`PortRow`]s: every cell in its place, one row at a time.
//!
//! Where the syntax says how far cells reach, that decides where they belong ([`spans`](super::spans)). Where it
//! cannot say, cells that a row lost to spans are put back ([`lost`](super::lost)).

use crate::dataset::PerProtocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Row};
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::ports;
use crate::vocabulary::statuses::is_like_status;

use super::columns::{Columns, Role};
use super::lost::Lost;
use super::spans::{Slot, Spans};
use super::{is_number, report_short, report_stray, report_surplus};

/// A row with every cell in its place. A cell that it does not have is `None`.
///
/// A cell that a span above left out of the row, or that reaches down to it, is here like the row's own: the same
/// [`Cell`] stands in several rows, and its span lies above [`span`](Self::span). Only the port cell is not handed
/// down so: [`Port`] says where the port is from.
#[derive(Debug)]
pub(crate) struct PortRow<'g, 'a> {
    /// From its first to its last character.
    pub(crate) span: Span,
    /// The syntax says how far its cells reach, so that a blank cell is blank.
    pub(crate) knows_extents: bool,
    /// Its port.
    pub(crate) port: Port<'g, 'a>,
    /// The last port of the range that its own port cell begins, from a column of its own. `None` if that is blank;
    /// `N/A` and the like are here. Always `None` where the port is not the row's own.
    #[expect(dead_code, reason = "read once columns can hold the ends of ranges")]
    pub(crate) end: Option<Filled<'g, 'a>>,
    /// The cells with the ports of one protocol.
    pub(crate) ports_of: PerProtocol<Option<&'g Cell<'a>>>,
    /// The status cells. One that covers several columns stands in each.
    pub(crate) statuses: PerProtocol<Option<&'g Cell<'a>>>,
    /// The transports that use the port, if the cell is filled.
    pub(crate) transport: Option<Filled<'g, 'a>>,
    /// Whether IANA assigned it, if the cell is filled.
    pub(crate) official: Option<Filled<'g, 'a>>,
    /// The name of the service, if the cell is filled.
    pub(crate) name: Option<Filled<'g, 'a>>,
    /// The description.
    pub(crate) description: Option<&'g Cell<'a>>,
    /// Filled cells of other columns, source ports among them.
    pub(crate) extra: Vec<Filled<'g, 'a>>,
}

/// A cell that is not blank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filled<'g, 'a> {
    /// The number of its column, from 0.
    pub(crate) column: usize,
    pub(crate) cell: &'g Cell<'a>,
}

/// Where a row has its port from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Port<'g, 'a> {
    /// Its own port cell, in this column.
    Own(Filled<'g, 'a>),
    /// The row above, whose port cell reaches down to it.
    Spanned,
    /// The row above, because its own port cell is blank.
    Blank,
    /// The row above, because it has lost its own port cell and was shifted.
    Shifted,
    /// The columns of protocols.
    OfProtocols,
    /// None: its port cell is blank or missing, and no span explains that, because the row says something of its own
    /// where the row above says something else (another service, another transport).
    #[expect(dead_code, reason = "made once readings compete")]
    None,
}

/// What places the rows of a port table.
pub(super) struct Rows<'t, 'g, 'a> {
    pub(super) columns: &'t Columns,
    /// In which column of the grid the table begins that has others beside it.
    pub(super) side: Option<usize>,
    pub(super) spans: Spans<'g, 'a>,
}

impl<'g, 'a> Rows<'_, 'g, 'a> {
    /// The rows that say something of ports. What other rows hold is reported.
    pub(super) fn place(
        mut self,
        rows: impl Iterator<Item = &'g Row<'a>>,
        source: &Source,
        report: &mut Report<'_>,
    ) -> Vec<PortRow<'g, 'a>> {
        let mut placed = Vec::new();
        for row in rows {
            if !self.spans.go_to(row) {
                let message =
                    "cells reach over too much of the table: its rows from here on are not read";
                report.push(Code::TableCut, row.span.clone(), message);
                break;
            }
            placed.extend(self.place_one(row, source, report));
        }
        placed
    }

    /// Finds the place of each cell of the row that was gone to, or reports why it is none.
    fn place_one(
        &self,
        row: &'g Row<'a>,
        source: &Source,
        report: &mut Report<'_>,
    ) -> Option<PortRow<'g, 'a>> {
        let (columns, is_alone) = (self.columns, self.side.is_none());
        if row.cells.is_empty() {
            return None;
        }
        if row.is_blank() {
            report.push(Code::BlankRow, row.span.clone(), "the row is blank");
            return None;
        }
        let slots = self
            .spans
            .slots()
            .get(self.side.unwrap_or_default()..)
            .unwrap_or_default();
        let own = &slots[..slots.len().min(columns.roles.len())];
        if !is_alone && own.iter().flatten().all(|slot| slot.cell.is_blank()) {
            return None;
        }
        if is_line(row, columns, source) || is_title(row, own, columns) {
            report_stray(row, source, report);
            return None;
        }
        if columns.are_named_again_by(own.iter().map(|slot| slot.map(|slot| slot.cell))) {
            let text = &source.text()[row.span.clone()];
            let message = format!("the header again: {text:?}");
            report.push(Code::RepeatedHeader, row.span.clone(), message);
            return None;
        }
        let beyond = || first_beyond(slots, columns).filter(|_| is_alone);
        let surplus = self.spans.surplus().or_else(beyond);
        let surplus = surplus.map(|cell| cell.span.start..row.span.end);
        report_surplus(row.surplus.clone().or(surplus), source, report);
        let port = columns.port.filter(|_| !knows_extents(row) && is_alone);
        if let Some(port) = port {
            return Some(fill_with_lost(row, columns, port, report));
        }
        if slots.len() < columns.roles.len() {
            report_short(slots.len(), columns, row, report);
        }
        Some(fill(row, columns, |column| {
            own.get(column).copied().flatten()
        }))
    }
}

fn knows_extents(row: &Row<'_>) -> bool {
    row.cells.iter().any(|cell| cell.extent.is_some())
}

/// Puts each cell into its column.
fn fill<'g, 'a>(
    row: &Row<'a>,
    columns: &Columns,
    in_column: impl Fn(usize) -> Option<Slot<'g, 'a>>,
) -> PortRow<'g, 'a> {
    let mut filled = PortRow {
        span: row.span.clone(),
        knows_extents: knows_extents(row),
        port: if columns.port.is_some() {
            Port::Blank
        } else {
            Port::OfProtocols
        },
        end: None,
        ports_of: PerProtocol::default(),
        statuses: PerProtocol::default(),
        transport: None,
        official: None,
        name: None,
        description: None,
        extra: Vec::new(),
    };
    let description = columns.description().and_then(&in_column);
    for (column, role) in columns.roles.iter().enumerate() {
        let Some(slot) = in_column(column) else {
            continue;
        };
        let cell = slot.cell;
        let cell_of = Filled { column, cell };
        match role {
            // A cell that reaches into the description is words.
            Role::Status(_) if description.is_some_and(|words| std::ptr::eq(words.cell, cell)) => {}
            Role::Status(protocol) => filled.statuses[*protocol] = Some(cell),
            Role::Description => filled.description = Some(cell),
            _ if cell.is_blank() => {}
            Role::Port if slot.is_from_above => filled.port = Port::Spanned,
            Role::Port => filled.port = Port::Own(cell_of),
            Role::PortOf(protocol) => filled.ports_of[*protocol] = Some(cell),
            Role::Transport => filled.transport = Some(cell_of),
            Role::Official => filled.official = Some(cell_of),
            Role::Name => filled.name = Some(cell_of),
            Role::Extra => filled.extra.push(cell_of),
        }
    }
    filled
}

/// Puts each cell into its column, where the row may have lost some.
fn fill_with_lost<'g, 'a>(
    row: &'g Row<'a>,
    columns: &Columns,
    port: usize,
    report: &mut Report<'_>,
) -> PortRow<'g, 'a> {
    let lost = Lost::of(row, columns, port, report);
    let filled = fill(row, columns, |column| {
        let cell = row.cells.get(lost.cell_in(column)?)?;
        Some(Slot {
            cell,
            is_from_above: false,
        })
    });
    if lost.port {
        PortRow {
            port: Port::Shifted,
            ..filled
        }
    } else {
        filled
    }
}

/// Whether a row is a line of text below a table, which markdown takes for a row of one cell.
fn is_line(row: &Row<'_>, columns: &Columns, source: &Source) -> bool {
    let [only] = row.cells.as_slice() else {
        return false;
    };
    columns.roles.len() > 1
        && only.extent.is_none()
        && !source.text()[row.span.clone()].contains('|')
}

/// Whether a row is words in one cell and nothing else: a title inside the table. Beside statuses it must be the
/// first cell, that of the port, because others may be those of a row that lost cells.
fn is_title<'a>(row: &Row<'a>, slots: &[Option<Slot<'_, 'a>>], columns: &Columns) -> bool {
    let mut filled = slots
        .iter()
        .flatten()
        .map(|slot| slot.cell)
        .filter(|cell| !cell.is_blank());
    let Some(title) = filled.next() else {
        return false;
    };
    let is_alone = filled.all(|cell| std::ptr::eq(cell, title)) && row.surplus.is_none();
    let stands_in = |column: usize| {
        slots
            .get(column)
            .is_some_and(|slot| slot.is_some_and(|slot| std::ptr::eq(slot.cell, title)))
    };
    if !is_alone || columns.roles.len() < 3 && columns.have_statuses() {
        return false;
    }
    let text = words(title);
    if columns.have_statuses() {
        let is_first = columns.port == Some(0) && stands_in(0);
        return is_first
            && row
                .cells
                .first()
                .is_some_and(|first| std::ptr::eq(first, title))
            && !is_number(&text)
            && !is_like_status(&text);
    }
    let is_of_port =
        |column: &usize| matches!(columns.roles[*column], Role::Port | Role::PortOf(_));
    let holds_ports = (0..columns.roles.len()).filter(is_of_port).any(stands_in);
    columns.roles.len() > 1
        && !(holds_ports && (is_number(&text) || ports::named_by(&text).is_some()))
}

/// The first cell in a column that has no role, if it has words.
fn first_beyond<'g, 'a>(slots: &[Option<Slot<'g, 'a>>], columns: &Columns) -> Option<&'g Cell<'a>> {
    let beyond = slots.iter().skip(columns.roles.len()).flatten();
    let mut words = beyond.filter(|slot| !slot.is_from_above && !slot.cell.is_blank());
    words.next().map(|slot| slot.cell)
}
