//! [`Part`] → [`PortRow`]s: every cell in its place.
//!
//! Where the syntax says how far cells reach, that decides where they belong. Where it
//! cannot say, the best of their readings does ([`placement`](super::placement)), and what a span above took is
//! filled in from above.

use std::ops::Range;

use smallvec::SmallVec;

use crate::dataset::{PerProtocol, Protocol};
use crate::diagnostic::{Code, Report};
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::protocols::{is_both, is_portless, named_by};
use crate::vocabulary::statuses::is_like_status;
use crate::vocabulary::{Protocols, lists};

use super::columns::Columns;
use super::fit::{BIT, Kind, Role};
use super::header::Header;
use super::lines::{Line, Part, Slot, Slots, cell, filled, surplus};
use super::placement::{Decision, MISFIT, Placement};
use super::report_text;
use super::values::{is_rule, names_columns_again};

/// A row with every cell in its place. A cell that it does not have is `None`.
///
/// A cell that a span above left out of the row, or that reaches down to it, is here like the row's own: the same
/// [`Cell`] stands in several rows, and its span lies above [`span`](Self::span). Only the port cell is not handed
/// down so: [`Port`] says where the port is from.
#[derive(Debug, Default)]
pub(crate) struct PortRow<'g, 'a> {
    /// From its first to its last character.
    pub(crate) span: Span,
    /// The syntax says how far its cells reach, so that a blank cell is blank.
    pub(crate) knows_extents: bool,
    /// The protocols of its ports if it names none: as the heading says, or a title among the rows, or the row above.
    pub(crate) otherwise: Protocols,
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
    /// The cells that say which transports use the port.
    pub(crate) transports: SmallVec<[Filled<'g, 'a>; 1]>,
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
    kind: Kind,
    pub(crate) cell: &'g Cell<'a>,
}

/// Where a row has its port from.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) enum Port<'g, 'a> {
    /// Its own port cell, in this column.
    Own(Filled<'g, 'a>),
    /// The row above, whose port cell reaches down to it.
    Spanned,
    /// The row above, because its own port cell is blank.
    #[default]
    Blank,
    /// The row above, because it has lost its own port cell and was shifted.
    Shifted,
    /// The columns of protocols.
    OfProtocols,
    /// None: its port cell is blank or missing, and no span explains that, because the syntax would say so, or because
    /// the row says something of its own where the row above says something else (another service, another transport).
    None,
}

impl<'g, 'a> PortRow<'g, 'a> {
    /// Its own port cell.
    pub(crate) fn own_port(&self) -> Option<Filled<'g, 'a>> {
        match self.port {
            Port::Own(port) => Some(port),
            _ => None,
        }
    }
}

/// What places the rows of a port table.
pub(super) struct Rows<'t, 'l, 'g, 'a> {
    columns: &'t Columns,
    part: &'t Part<'l, 'g, 'a>,
    source: &'t Source,
    /// The last cell of each column that fitted it.
    above: Vec<Option<Slot<'g, 'a>>>,
    /// The columns in which a row since then has a cell that may not belong there.
    doubtful: Vec<bool>,
    /// The service of the last port, and the protocols that are stated for it.
    service: Option<Filled<'g, 'a>>,
    stated: Vec<Filled<'g, 'a>>,
    /// The protocols of rows that name none: as the heading says, or the last title among the rows.
    otherwise: Protocols,
    around: Protocols,
    /// Those that the last filled cell in front of the ports names.
    in_front: Protocols,
}

impl<'t, 'l, 'g, 'a> Rows<'t, 'l, 'g, 'a> {
    pub(super) fn new(
        columns: &'t Columns,
        part: &'t Part<'l, 'g, 'a>,
        around: Option<Protocol>,
        source: &'t Source,
    ) -> Self {
        Self {
            otherwise: around.into_iter().collect(),
            around: around.into_iter().collect(),
            in_front: Protocols::NONE,
            above: vec![None; columns.roles.len()],
            doubtful: vec![false; columns.roles.len()],
            columns,
            part,
            source,
            service: None,
            stated: Vec::new(),
        }
    }

    /// The rows that say something of ports. What other rows hold is reported.
    pub(super) fn place(mut self, report: &mut Report<'_>) -> Vec<PortRow<'g, 'a>> {
        let mut placed = Vec::new();
        for line in self.part.rows {
            let (own, beyond) = self.part.slots(line);
            if !self.is_row(line, own, report) {
                continue;
            }
            if !self.part.is_side {
                let beyond = Line::words(beyond).map(|cell| cell.span.clone());
                if let Some(surplus) = line.surplus.clone().or(surplus(beyond, &line.span)) {
                    report_text(Code::SurplusCells, &surplus, self.source, report);
                }
            }
            placed.push(self.place_one(line, own, report));
        }
        placed
    }

    /// Whether a row says something of ports. If not, that is reported.
    fn is_row(
        &mut self,
        line: &Line<'_, '_>,
        own: &Slots<'_, '_>,
        report: &mut Report<'_>,
    ) -> bool {
        if line.slots.is_empty() || self.part.is_side && filled(own).next().is_none() {
            return false;
        }
        if line.is_blank() || line.surplus.is_none() && is_rule(own) {
            report.push(Code::BlankRow, line.span.clone(), "the row is blank");
            return false;
        }
        let title = filled(own)
            .next()
            .filter(|_| is_title_row(line, own, self.columns));
        if let Some(title) = title {
            let named = Header::new(&title.text()).protocols_of_ports();
            self.otherwise = named.unwrap_or(self.around);
        }
        if is_line_of_text(line, self.columns, self.source)
            || title.is_some()
            || is_total(own, self.columns) && self.is_last(line)
        {
            report_text(Code::StrayLine, &line.span, self.source, report);
            return false;
        }
        let is_header = names_columns_again(own, &self.columns.headers);
        if is_header {
            report_text(Code::RepeatedHeader, &line.span, self.source, report);
        }
        !is_header
    }

    /// Whether no row below a line holds a port.
    fn is_last(&self, line: &Line<'_, '_>) -> bool {
        let rows = self.part.rows;
        let next = rows.partition_point(|other| other.span.start <= line.span.start);
        rows[next..].iter().all(|other| {
            let (own, _) = self.part.slots(other);
            !filled(own).any(|slot| slot.kind.is_port())
        })
    }

    /// Puts each cell into its column.
    fn place_one(
        &mut self,
        line: &Line<'g, 'a>,
        own: &Slots<'g, 'a>,
        report: &mut Report<'_>,
    ) -> PortRow<'g, 'a> {
        let mut placed = if self.part.is_side || line.knows_extents {
            report_short(own.len(), self.columns, line, report);
            fill(&line.span, self.columns, |column| cell(own, column))
        } else {
            self.place_open(line, own, report)
        };
        placed.knows_extents = line.knows_extents;
        placed.otherwise = self.otherwise_in(line, own);
        match placed.port {
            Port::Own(_) | Port::OfProtocols => {
                self.service = placed.name;
                self.stated.clear();
            }
            Port::Blank if line.knows_extents || !self.is_of_service(&placed) => {
                placed.port = Port::None;
            }
            _ => {}
        }
        self.stated.extend(placed.transports.first());
        placed
    }

    /// The protocols of a row that names none. In front of the ports, one stands for blank cells below it, too.
    fn otherwise_in(&mut self, line: &Line<'_, '_>, own: &Slots<'_, '_>) -> Protocols {
        if self.columns.column(Role::Transport) != Some(0) {
            return self.otherwise;
        }
        match cell(own, 0).filter(|slot| slot.kind != Kind::Blank) {
            Some(slot) => {
                let named = named_by(&slot.text());
                self.in_front = named.map_or(Protocols::NONE, |named| named.protocols);
                self.otherwise
            }
            None if line.knows_extents || self.in_front.is_empty() => self.otherwise,
            None => self.in_front,
        }
    }

    /// The same for a row that may have lost cells.
    fn place_open(
        &mut self,
        line: &Line<'g, 'a>,
        own: &Slots<'g, 'a>,
        report: &mut Report<'_>,
    ) -> PortRow<'g, 'a> {
        let columns = self.columns;
        let last = cell(own, columns.roles.len() - 1);
        let may_lack = last.is_none_or(|slot| slot.kind == Kind::Blank);
        // A protocol without ports takes none from above, whatever else it lost.
        if may_lack && filled(own).any(|slot| is_portless(&slot.text())) {
            let mut placed = fill(&line.span, columns, |column| cell(own, column));
            if !matches!(placed.port, Port::Own(_) | Port::OfProtocols) {
                placed.port = Port::None;
            }
            return placed;
        }
        let decision = if may_lack {
            Decision::find(own, columns)
        } else {
            Decision::default()
        };
        self.report_placement(line, own, &decision, report);
        let placement = &decision.placement;
        let in_column = |column| cell(own, placement.cell_in(column)?);
        let is_lost = |column| placement.lost.contains(&column);
        let mut placed = fill(&line.span, columns, |column| {
            let is_taken = is_lost(column) && columns.roles[column] != Role::End;
            in_column(column).or(self.above[column].filter(|_| is_taken))
        });
        if columns.port.is_some_and(is_lost) {
            placed.port = Port::Shifted;
        }
        for column in 0..columns.roles.len() {
            let Some(slot) = in_column(column) else {
                continue;
            };
            let fits =
                decision.is_sure() || columns.chance(column, slot.kind, &slot.text()) > MISFIT;
            self.doubtful[column] = !fits;
            if fits {
                self.above[column] = Some(Slot {
                    is_from_above: true,
                    ..slot
                });
            }
        }
        if decision.rival.is_some() {
            self.doubtful.fill(true);
        }
        placed
    }

    fn report_placement(
        &self,
        line: &Line<'_, '_>,
        own: &Slots<'_, '_>,
        decision: &Decision,
        report: &mut Report<'_>,
    ) {
        let placement = &decision.placement;
        if placement.stands() {
            report_short(own.len(), self.columns, line, report);
        } else {
            let message = format!(
                "{}; fits {:.1} bits better than as written",
                self.missing(placement),
                f64::from(decision.gain) / f64::from(BIT)
            );
            report.push(Code::ShiftedRow, line.span.clone(), message);
        }
        let message = if let Some(rival) = &decision.rival {
            let [taken, rival] = [placement, rival].map(|placement| self.missing(placement));
            format!("read {taken}; almost as likely: {rival}")
        } else if placement.lost.clone().any(|column| self.doubtful[column]) {
            let taken = self.missing(placement);
            format!("read {taken}, but that row is itself in doubt")
        } else {
            return;
        };
        report.push(Code::AmbiguousRow, line.span.clone(), message);
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
            named(&placement.lost, "with cells from the row above"),
            named(&placement.covered, "joined to the cell before it"),
        ];
        missing.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Whether a row with a blank port cell can be of the service above: a row of another service, or of a protocol
    /// that this port was stated for, is none that a span explains.
    fn is_of_service(&self, row: &PortRow<'_, '_>) -> bool {
        let (name, transport) = (text_of(row.name), text_of(row.transports.first().copied()));
        let is_stated = |stated: &Filled<'_, '_>| text_of(Some(*stated)) == transport;
        let names_protocol =
            || matches!(Kind::new(&transport), Kind::Transport | Kind::SomeTransport);
        (name.is_empty() || name == text_of(self.service))
            && (transport.is_empty() || names_protocol() && !self.stated.iter().any(is_stated))
    }
}

fn text_of(cell: Option<Filled<'_, '_>>) -> String {
    cell.map(|filled| words(filled.cell).to_lowercase())
        .unwrap_or_default()
}

/// Puts each cell into its column.
fn fill<'g, 'a>(
    span: &Span,
    columns: &Columns,
    in_column: impl Fn(usize) -> Option<Slot<'g, 'a>>,
) -> PortRow<'g, 'a> {
    let mut filled = PortRow {
        span: span.clone(),
        ..PortRow::default()
    };
    if columns.port.is_none() {
        filled.port = Port::OfProtocols;
    }
    let description = columns.column(Role::Description).and_then(&in_column);
    for (column, role) in columns.roles.iter().enumerate() {
        let Some(slot) = in_column(column) else {
            continue;
        };
        let cell = slot.cell;
        let cell_of = Filled {
            column,
            kind: slot.kind,
            cell,
        };
        match role {
            // A cell that reaches into the description is words.
            Role::Status(_) if description.is_some_and(|words| std::ptr::eq(words.cell, cell)) => {}
            Role::Status(protocol) => filled.statuses[*protocol] = Some(cell),
            Role::Description => filled.description = Some(cell),
            _ if slot.kind == Kind::Blank => {}
            Role::Port if slot.is_from_above => filled.port = Port::Spanned,
            Role::Port => filled.port = Port::Own(cell_of),
            Role::MorePorts if slot.kind.is_port() => filled.more_ports.push(cell_of),
            Role::End => filled.end = Some(cell_of),
            Role::PortOf(protocol) => filled.ports_of[*protocol] = Some(cell_of),
            Role::Transport | Role::MoreTransports => filled.transports.push(cell_of),
            Role::Official => filled.official = Some(cell_of),
            Role::Name => filled.name = Some(cell_of),
            Role::MorePorts | Role::Source | Role::Extra => {
                filled.extra.push(cell_of);
            }
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

/// A cell that is wholly transports says them for its row, whatever else its column says. `both` may be directions.
fn add_transport(row: &mut PortRow<'_, '_>) {
    let is_transport =
        |filled: &Filled<'_, '_>| filled.kind == Kind::Transport && !is_both(&words(filled.cell));
    row.transports
        .extend(match row.extra.iter().position(is_transport) {
            Some(at) => Some(row.extra.remove(at)),
            None => row.name.take_if(|name| is_transport(name)),
        });
}

/// Reports a row that lacks the cells with its words, its ports or its transports. Others may be left out at the end.
fn report_short(cells: usize, columns: &Columns, line: &Line<'_, '_>, report: &mut Report<'_>) {
    let (given, missing) = columns.roles.split_at(cells.min(columns.roles.len()));
    let is_word = |role: &Role| matches!(role, Role::Name | Role::Description);
    let is_needed = |role: &Role| {
        matches!(role, Role::Port | Role::Transport) || is_word(role) && !given.iter().any(is_word)
    };
    if missing.iter().any(is_needed) {
        let message = format!("{cells} of {} cells", columns.roles.len());
        report.push(Code::ShortRow, line.span.clone(), message);
    }
}

/// Whether a row is a line of text below a table, which markdown takes for a row of one cell: `8080 is used as well`.
fn is_line_of_text(line: &Line<'_, '_>, columns: &Columns, source: &Source) -> bool {
    line.slots.len() == 1
        && columns.roles.len() > 1
        && !line.knows_extents
        && !source.text()[line.span.clone()].contains('|')
}

/// Whether a row counts those above: `Total`, and numbers. `sum` with one port, or a protocol, is a service.
fn is_total(own: &Slots<'_, '_>, columns: &Columns) -> bool {
    let mut filled = filled(own);
    let first = filled.next();
    let is_number = |slot: &Slot<'_, '_>| slot.kind.is_port() || slot.kind == Kind::Number;
    let numbers: Vec<_> = filled.collect();
    let may_be_service = matches!(
        columns.roles[0],
        Role::Name | Role::Description | Role::Extra
    );
    first.is_some_and(|first| lists::is_in("total", first.text().trim_end_matches(':')))
        && numbers.len() > usize::from(may_be_service)
        && numbers.iter().all(is_number)
}

/// Whether a row is words in one cell and nothing else: a title inside the table. Beside statuses it must be the
/// first cell, that of the port, because others may be those of a row that lost cells.
fn is_title_row(line: &Line<'_, '_>, own: &Slots<'_, '_>, columns: &Columns) -> bool {
    let mut filled = filled(own);
    let (Some(title), None, None) = (filled.next(), filled.next(), &line.surplus) else {
        return false;
    };
    let stands_in =
        |column: usize| cell(own, column).is_some_and(|slot| std::ptr::eq(slot.cell, title.cell));
    // A protocol alone is one more of the row above, if there is a column for it.
    if title.kind == Kind::Transport && columns.has(Role::Transport) {
        return columns.port.is_some_and(stands_in);
    }
    if !columns.statuses().is_empty() {
        return columns.roles.len() > 2
            && columns.port == Some(0)
            && stands_in(0)
            && !title.is_from_above
            && !matches!(
                title.kind,
                Kind::Port | Kind::Year | Kind::Ports | Kind::Number
            )
            && !is_like_status(&title.text());
    }
    let is_of_port =
        |column: &usize| matches!(columns.roles[*column], Role::Port | Role::PortOf(_));
    let holds_ports = (0..columns.roles.len()).filter(is_of_port).any(stands_in);
    let is_over_all = line.knows_extents && (0..own.len()).all(stands_in);
    columns.roles.len() > 1 && !(holds_ports && title.kind.is_port() && !is_over_all)
}
