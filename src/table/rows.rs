//! [`Row`]s → [`PortRow`]s: every cell in its place.
//!
//! Where the syntax says how far cells reach, that decides where they belong ([`spans`](super::spans)). Where it
//! cannot say, the best of their readings does ([`placement`](super::placement)), and what a span above took is
//! filled in from above.

use std::borrow::Cow;
use std::ops::Range;

use crate::dataset::PerProtocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Row};
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::protocols::is_portless;
use crate::vocabulary::statuses::is_like_status;

use super::columns::Columns;
use super::fit::{BIT, Kind, Role};
use super::placement::{Decision, MISFIT, Placement};
use super::spans::{Slot, Spans};
use super::survey::{Line, is_rule, names_columns_again};
use super::{report_stray, report_surplus};

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
    /// The last port of the range that its own port cell begins, from a column of its own. `N/A` and the like are here.
    pub(crate) end: Option<Filled<'g, 'a>>,
    /// The cells with more ports, those of other services.
    pub(crate) more_ports: Vec<Filled<'g, 'a>>,
    /// The cells with the ports of one protocol.
    pub(crate) ports_of: PerProtocol<Option<Filled<'g, 'a>>>,
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
    /// None: its port cell is blank or missing, and no span explains that, because the syntax would say so, or because
    /// the row says something of its own where the row above says something else (another service, another transport).
    None,
}

/// What places the rows of a port table.
pub(super) struct Rows<'t, 'g, 'a> {
    columns: &'t Columns,
    /// In which column of the grid the table begins that has others beside it.
    side: Option<usize>,
    source: &'t Source,
    /// The last cell of each column that fitted it.
    above: Vec<Option<&'g Cell<'a>>>,
    service: Service,
}

/// What the rows of the last port say, as far as it shows whether the next row has its own.
#[derive(Debug, Default)]
struct Service {
    name: String,
    transports: Vec<String>,
}

impl<'t, 'g, 'a> Rows<'t, 'g, 'a> {
    pub(super) fn new(columns: &'t Columns, side: Option<usize>, source: &'t Source) -> Self {
        Self {
            above: vec![None; columns.roles.len()],
            columns,
            side,
            source,
            service: Service::default(),
        }
    }

    /// The rows that say something of ports. What other rows hold is reported.
    pub(super) fn place(
        mut self,
        rows: impl Iterator<Item = &'g Row<'a>>,
        mut spans: Spans<'g, 'a>,
        report: &mut Report<'_>,
    ) -> Vec<PortRow<'g, 'a>> {
        let mut placed = Vec::new();
        for row in rows {
            if !spans.go_to(row) {
                let message =
                    "cells span too much of the table; its rows from here on are not read";
                report.push(Code::TableCut, row.span.clone(), message);
                break;
            }
            let slots = &spans.slots()[self.side.unwrap_or_default().min(spans.slots().len())..];
            let (own, beyond) = slots.split_at(slots.len().min(self.columns.roles.len()));
            if !self.is_row(row, own, report) {
                continue;
            }
            if self.side.is_none() {
                let surplus = row.surplus.clone().or_else(|| {
                    let cell = spans.surplus().or_else(|| first_words(beyond))?;
                    Some(cell.span.start..row.span.end)
                });
                report_surplus(surplus, self.source, report);
            }
            placed.push(self.place_one(row, own, report));
        }
        placed
    }

    /// Whether a row says something of ports. If not, that is reported.
    fn is_row(&self, row: &Row<'a>, own: &[Option<Slot<'g, 'a>>], report: &mut Report<'_>) -> bool {
        let text =
            |slot: &Option<Slot<'g, 'a>>| slot.map(|slot| words(slot.cell)).unwrap_or_default();
        let texts: Vec<Cow<'_, str>> = own.iter().map(text).collect();
        let is_blank = texts.iter().all(|text| text.is_empty());
        if row.cells.is_empty() || self.side.is_some() && is_blank {
            return false;
        }
        if row.is_blank() || row.surplus.is_none() && is_rule(texts.iter().map(|text| &**text)) {
            report.push(Code::BlankRow, row.span.clone(), "the row is blank");
            return false;
        }
        if is_line_of_text(row, self.columns, self.source) || is_title_row(row, own, self.columns) {
            report_stray(row, self.source, report);
            return false;
        }
        let is_value = |text: &Cow<'_, str>| is_number(text) || Kind::new(text).is_port();
        let is_header =
            !texts.iter().any(is_value) && names_columns_again(&texts, &self.columns.header);
        if is_header {
            let text = &self.source.text()[row.span.clone()];
            report.push(
                Code::RepeatedHeader,
                row.span.clone(),
                format!("a repeated header: {text:?}"),
            );
        }
        !is_header
    }

    /// Puts each cell into its column.
    fn place_one(
        &mut self,
        row: &'g Row<'a>,
        own: &[Option<Slot<'g, 'a>>],
        report: &mut Report<'_>,
    ) -> PortRow<'g, 'a> {
        let columns = self.columns;
        let knows_extents = knows_extents(row);
        let mut placed = if self.side.is_some() || knows_extents {
            report_short(own.len(), columns, row, report);
            fill(row.span.clone(), columns, |column| {
                own.get(column).copied().flatten()
            })
        } else {
            self.place_open(row, report)
        };
        placed.knows_extents = knows_extents;
        let is_inherited = !knows_extents && self.is_of_service(&placed);
        if matches!(placed.port, Port::Blank) && !is_inherited {
            placed.port = Port::None;
        }
        self.service.add(&placed);
        placed
    }

    /// The same for a row that may have lost cells.
    fn place_open(&mut self, row: &'g Row<'a>, report: &mut Report<'_>) -> PortRow<'g, 'a> {
        let columns = self.columns;
        let width = columns.roles.len();
        let line = Line::new(row.cells.iter().map(Some), true, true);
        let may_lack = row.cells.len() < width || row.cells.last().is_none_or(Cell::is_blank);
        // A protocol without ports takes none from above, whatever else it lost.
        let has_no_port = may_lack
            && columns.statuses().is_empty()
            && line.texts.iter().any(|text| is_portless(text));
        let decision = if may_lack && !has_no_port {
            Decision::find(&line, columns)
        } else {
            Decision::default()
        };
        if !has_no_port {
            self.report_placement(row, &decision, report);
        }
        let placement = &decision.placement;
        let mut placed = fill(row.span.clone(), columns, |column| {
            let own = placement.cell_in(column).map(|at| row.cells.get(at));
            let is_lost = placement.lost.contains(&column) && columns.roles[column] != Role::End;
            let cell = own.unwrap_or_else(|| self.above[column].filter(|_| is_lost))?;
            Some(Slot {
                cell,
                is_from_above: own.is_none(),
            })
        });
        if columns
            .port
            .is_some_and(|port| placement.lost.contains(&port))
        {
            placed.port = Port::Shifted;
        }
        if has_no_port {
            if !matches!(placed.port, Port::Own(_) | Port::OfProtocols) {
                placed.port = Port::None;
            }
            return placed;
        }
        for column in 0..width {
            let at = placement
                .cell_in(column)
                .filter(|&at| at < line.kinds.len());
            let fits = |at: usize| {
                decision.is_sure()
                    || columns.chance(column, line.kinds[at], &line.texts[at]) > MISFIT
            };
            if let Some(at) = at.filter(|&at| fits(at)) {
                self.above[column] = Some(&row.cells[at]);
            }
        }
        placed
    }

    fn report_placement(&self, row: &Row<'_>, decision: &Decision, report: &mut Report<'_>) {
        let placement = &decision.placement;
        if placement.stands() {
            report_short(row.cells.len(), self.columns, row, report);
        } else {
            let message = format!(
                "{}; fits better than as it stands, by {:.1} bits",
                self.missing(placement),
                f64::from(decision.gain) / f64::from(BIT)
            );
            report.push(Code::ShiftedRow, row.span.clone(), message);
        }
        if let Some(rival) = &decision.rival {
            let [taken, rival] = [placement, rival].map(|placement| self.missing(placement));
            let message = format!("taken: {taken}; as likely: {rival}");
            report.push(Code::AmbiguousRow, row.span.clone(), message);
        }
    }

    /// The cells that are missing in a placement.
    fn missing(&self, placement: &Placement) -> String {
        if placement.stands() {
            return "as it stands".to_owned();
        }
        let named = |run: &Range<usize>, what: &str| {
            let names = self.columns.names[run.clone()].iter();
            let names: Vec<_> = names.map(|name| format!("{name:?}")).collect();
            (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
        };
        let missing = [
            named(&placement.lost, "cells of the row above"),
            named(&placement.covered, "joined to the cell before it"),
        ];
        missing.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Whether a row with a blank port cell can be of the service above: a row of another service, or of a protocol
    /// that this port was stated for, is none that a span explains.
    fn is_of_service(&self, row: &PortRow<'_, '_>) -> bool {
        let name = text_of(row.name);
        let transport = text_of(row.transport);
        (name.is_empty() || name == self.service.name)
            && Kind::new(&transport) != Kind::Portless
            && (transport.is_empty() || !self.service.transports.contains(&transport))
    }
}

impl Service {
    fn add(&mut self, row: &PortRow<'_, '_>) {
        if matches!(row.port, Port::Own(_) | Port::OfProtocols) {
            *self = Self {
                name: text_of(row.name),
                transports: Vec::new(),
            };
        }
        self.transports.push(text_of(row.transport));
    }
}

fn text_of(cell: Option<Filled<'_, '_>>) -> String {
    cell.map(|filled| words(filled.cell).to_lowercase())
        .unwrap_or_default()
}

fn knows_extents(row: &Row<'_>) -> bool {
    row.cells.iter().any(|cell| cell.extent.is_some())
}

/// Puts each cell into its column.
pub(super) fn fill<'g, 'a>(
    span: Span,
    columns: &Columns,
    in_column: impl Fn(usize) -> Option<Slot<'g, 'a>>,
) -> PortRow<'g, 'a> {
    let mut filled = PortRow {
        span,
        knows_extents: true,
        port: if columns.port.is_some() {
            Port::Blank
        } else {
            Port::OfProtocols
        },
        end: None,
        more_ports: Vec::new(),
        ports_of: PerProtocol::default(),
        statuses: PerProtocol::default(),
        transport: None,
        official: None,
        name: None,
        description: None,
        extra: Vec::new(),
    };
    let description = columns.column(Role::Description).and_then(&in_column);
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
            Role::MorePorts if Kind::new(&words(cell)).is_port() => filled.more_ports.push(cell_of),
            Role::End => filled.end = Some(cell_of),
            Role::PortOf(protocol) => filled.ports_of[*protocol] = Some(cell_of),
            Role::Transport => filled.transport = Some(cell_of),
            Role::Official => filled.official = Some(cell_of),
            Role::Name => filled.name = Some(cell_of),
            Role::MorePorts | Role::Source | Role::Extra => filled.extra.push(cell_of),
        }
    }
    if !columns.has(Role::Transport) {
        add_transport(&mut filled);
    }
    if !matches!(filled.port, Port::Own(_) | Port::OfProtocols) {
        filled.extra.extend(filled.end.take());
        filled.extra.append(&mut filled.more_ports);
    }
    filled
}

/// A cell that is wholly transports says them for its row, whatever else its column says.
fn add_transport(row: &mut PortRow<'_, '_>) {
    let is_transport = |filled: &Filled<'_, '_>| Kind::new(&words(filled.cell)) == Kind::Transport;
    row.transport = match row.extra.iter().position(is_transport) {
        Some(at) => Some(row.extra.remove(at)),
        None => row.name.take_if(|name| is_transport(name)),
    };
}

/// Reports a row that lacks the cells with its words, its ports or its transports. Others may be left out at the end.
fn report_short(cells: usize, columns: &Columns, row: &Row<'_>, report: &mut Report<'_>) {
    let missing = &columns.roles[cells.min(columns.roles.len())..];
    let is_word = |role: &Role| matches!(role, Role::Name | Role::Description);
    let lacks_words = missing.iter().any(is_word)
        && !columns.roles[..cells.min(columns.roles.len())]
            .iter()
            .any(is_word);
    if lacks_words
        || missing
            .iter()
            .any(|role| matches!(role, Role::Port | Role::Transport))
    {
        let message = format!("{cells} cells for {} columns", columns.roles.len());
        report.push(Code::ShortRow, row.span.clone(), message);
    }
}

/// Whether a row is a line of text below a table, which markdown takes for a row of one cell.
fn is_line_of_text(row: &Row<'_>, columns: &Columns, source: &Source) -> bool {
    let [only] = row.cells.as_slice() else {
        return false;
    };
    columns.roles.len() > 1
        && only.extent.is_none()
        && !source.text()[row.span.clone()].contains('|')
}

/// Whether a row is words in one cell and nothing else: a title inside the table. Beside statuses it must be the
/// first cell, that of the port, because others may be those of a row that lost cells.
fn is_title_row<'a>(row: &Row<'a>, slots: &[Option<Slot<'_, 'a>>], columns: &Columns) -> bool {
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
    let have_statuses = !columns.statuses().is_empty();
    if !is_alone || columns.roles.len() < 3 && have_statuses {
        return false;
    }
    let text = words(title);
    if have_statuses {
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
    columns.roles.len() > 1 && !(holds_ports && (is_number(&text) || Kind::new(&text).is_port()))
}

/// Whether a text means a number, be it a port or not: it starts with a digit and has no letters.
pub(super) fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic)
}

/// The first cell with words that does not reach down from above.
fn first_words<'g, 'a>(slots: &[Option<Slot<'g, 'a>>]) -> Option<&'g Cell<'a>> {
    let mut words = slots
        .iter()
        .flatten()
        .filter(|slot| !slot.is_from_above && !slot.cell.is_blank());
    words.next().map(|slot| slot.cell)
}
