//! [`Grid`] → [`Placed`]: what its columns say, and where every cell belongs.
//!
//! A grid can hold several tables side by side: the same headers stand again ([`parts`]). What columns say, headers
//! and values tell ([`columns`]).
//! Where the syntax says how far cells reach, that decides where they belong ([`spans`]). Where it cannot say, cells
//! that a row lost to spans are put back ([`lost`]).

mod columns;
mod lost;
pub(crate) mod outside;
mod parts;
mod spans;

use std::ops::Range;

use crate::dataset::{PerProtocol, Protocol, Status};
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Grid, Row};
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::statuses::is_like_status;
use crate::vocabulary::{ports, transports};

use columns::{Around, Columns, Role};
use lost::Lost;
use parts::Part;
use spans::{Slot, Spans};

/// What a table is.
#[derive(Debug)]
pub(crate) enum Placed<'g, 'a> {
    /// Each of its rows explains a status.
    Legend(Legend<'g, 'a>),
    /// Its rows say who uses which port.
    Ports(PortTable<'g, 'a>),
    /// Neither. It is reported.
    Other,
}

/// A port table.
#[derive(Debug)]
pub(crate) struct PortTable<'g, 'a> {
    /// Where it begins.
    pub(crate) span: Span,
    /// Whether there is a column for UDP, so that a UDP cell can be blank.
    pub(crate) has_udp: bool,
    /// Whether columns say what is true of a port for a protocol, so that blanks say something, too.
    pub(crate) has_statuses: bool,
    /// Whether the words in the column of service names are such names.
    pub(crate) are_names: bool,
    /// The cells that name its columns.
    pub(crate) header: Vec<&'g Cell<'a>>,
    /// The names of its columns.
    pub(crate) names: Vec<String>,
    /// Its rows, in order.
    pub(crate) rows: Vec<PortRow<'g, 'a>>,
}

/// A row with every cell in its place. A cell that it does not have is `None`.
#[derive(Debug)]
pub(crate) struct PortRow<'g, 'a> {
    /// From its first to its last character.
    pub(crate) span: Span,
    /// Whether it is known how far its cells reach, so that a blank cell is blank.
    pub(crate) knows_extents: bool,
    /// Its port.
    pub(crate) port: Port<'g, 'a>,
    /// The cells with the ports of one protocol.
    pub(crate) ports_of: PerProtocol<Option<&'g Cell<'a>>>,
    /// The status cells. One that covers several columns stands in each.
    pub(crate) statuses: PerProtocol<Option<&'g Cell<'a>>>,
    /// What says which transports use the port, if it is filled.
    pub(crate) transport: Option<Filled<'g, 'a>>,
    /// What says whether IANA assigned it, if it is filled.
    pub(crate) official: Option<Filled<'g, 'a>>,
    /// The name of the service, if it is filled.
    pub(crate) name: Option<Filled<'g, 'a>>,
    /// The description.
    pub(crate) description: Option<&'g Cell<'a>>,
    /// Filled cells of other columns.
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
}

/// A table of two columns that explains the statuses.
#[derive(Debug)]
pub(crate) struct Legend<'g, 'a> {
    /// The cells above.
    pub(crate) header: Vec<&'g Cell<'a>>,
    /// Status and meaning.
    pub(crate) rows: Vec<[&'g Cell<'a>; 2]>,
}

/// Says what the tables of a grid are, and puts their cells into their places.
pub(crate) fn place<'g, 'a>(
    grid: &'g Grid<'a>,
    source: &Source,
    report: &mut Report<'_>,
) -> Vec<Placed<'g, 'a>> {
    let caption = words(&grid.caption);
    let around = Around {
        heading: &grid.heading,
        caption: &caption,
    };
    let mut placer = Placer {
        source,
        report,
        around,
    };
    let mut tables = placer.place(&Part::of(grid));
    if let [Placed::Ports(table)] = tables.as_mut_slice() {
        table.header.extend(other_headers(grid, &table.header));
    }
    if tables.iter().any(|table| !matches!(table, Placed::Other)) {
        for notice in &grid.notices {
            report.push(notice.code, notice.span.clone(), &*notice.message);
        }
    }
    tables
}

/// What places the tables of a grid.
struct Placer<'s, 'd> {
    source: &'s Source,
    report: &'s mut Report<'d>,
    around: Around<'s>,
}

/// The cells that name columns; `None` for a column without one.
type Header<'g, 'a> = [Option<&'g Cell<'a>>];

impl Placer<'_, '_> {
    fn place<'g, 'a>(&mut self, part: &Part<'g, 'a>) -> Vec<Placed<'g, 'a>> {
        let header = part.header();
        if let Some(tables) = self.side_by_side(part, &header) {
            return tables;
        }
        let table = if is_blank(&header) {
            self.named_below(part, &header)
                .or_else(|| self.named(part, &header))
        } else {
            self.headless(part, &header)
                .or_else(|| self.named(part, &header))
                .or_else(|| self.named_below(part, &header))
        };
        vec![table.map_or_else(|| self.other(part), Placed::Ports)]
    }

    /// A port table whose header names its columns.
    fn named<'g, 'a>(
        &mut self,
        part: &Part<'g, 'a>,
        header: &Header<'g, 'a>,
    ) -> Option<PortTable<'g, 'a>> {
        let columns = Columns::find(header, &part.rows, 0..header.len(), self.around)?;
        Some(self.ports(columns, header, part, None))
    }

    /// Port tables that stand side by side.
    fn side_by_side<'g, 'a>(
        &mut self,
        part: &Part<'g, 'a>,
        header: &Header<'g, 'a>,
    ) -> Option<Vec<Placed<'g, 'a>>> {
        let sides = parts::side_by_side(header)?;
        let find = |side: &Range<usize>| {
            Columns::find(&header[side.clone()], &part.rows, side.clone(), self.around)
        };
        let columns: Vec<_> = sides.iter().map(find).collect::<Option<_>>()?;
        let tables = columns.into_iter().zip(sides).map(|(columns, side)| {
            let first = Some(side.start);
            Placed::Ports(self.ports(columns, &header[side], part, first))
        });
        Some(tables.collect())
    }

    /// A port table whose columns are named by a row below a blank header, or right below a title.
    fn named_below<'g, 'a>(
        &mut self,
        part: &Part<'g, 'a>,
        header: &Header<'g, 'a>,
    ) -> Option<PortTable<'g, 'a>> {
        let candidates = if is_blank(header) { part.rows.len() } else { 1 };
        let mut rows = part.rows.iter().take(candidates);
        let at = rows.position(|row| columns::names_columns(row.cells.iter().map(Some)))?;
        let below = part.below(at);
        let mut names = below.header();
        names.resize(names.len().max(header.len()), None);
        let columns = Columns::find(&names, &below.rows, 0..names.len(), self.around)?;
        let above = part.rows[..at].iter().copied();
        for title in part
            .header
            .iter()
            .chain(above)
            .filter(|row| !row.is_blank())
        {
            report_stray(title, self.source, self.report);
        }
        Some(self.ports(columns, &names, &below, None))
    }

    /// A port table whose first row stands where the header should.
    fn headless<'g, 'a>(
        &mut self,
        part: &Part<'g, 'a>,
        header: &Header<'g, 'a>,
    ) -> Option<PortTable<'g, 'a>> {
        let is_port = |cell: &Cell<'_>| ports::named_by(&words(cell)).is_some();
        if columns::has_port_header(header) || !header.iter().flatten().any(|cell| is_port(cell)) {
            return None;
        }
        let (part, nameless) = (part.without_header(), vec![None; header.len()]);
        let columns = Columns::find(&nameless, &part.rows, 0..header.len(), self.around)?;
        let first = columns.port.and_then(|port| header[port]);
        first
            .is_some_and(is_port)
            .then(|| self.ports(columns, &nameless, &part, None))
    }

    fn ports<'g, 'a>(
        &mut self,
        columns: Columns,
        header: &Header<'g, 'a>,
        part: &Part<'g, 'a>,
        side: Option<usize>,
    ) -> PortTable<'g, 'a> {
        let mut header: Vec<_> = header.iter().flatten().copied().collect();
        header.dedup_by(|a, b| std::ptr::eq(*a, *b));
        columns::report_long_headers(&header, self.report);
        let span = header
            .first()
            .map_or_else(|| part.span(), |cell| cell.span.clone());
        columns.explain(span.clone(), self.report);
        let mut rows = Rows {
            placer: self,
            columns: &columns,
            spans: Spans::default(),
            first: side.unwrap_or_default(),
            is_alone: side.is_none(),
        };
        let rows = part.rows.iter().filter_map(|row| rows.row(row)).collect();
        PortTable {
            span,
            has_udp: columns.has(Role::Status(Protocol::Udp)),
            has_statuses: columns.have_statuses(),
            are_names: columns.are_names,
            header,
            rows,
            names: columns.names,
        }
    }

    /// A table that is no port table.
    fn other<'g, 'a>(&mut self, part: &Part<'g, 'a>) -> Placed<'g, 'a> {
        let Some(legend) = legend(part) else {
            report_passed_over(part, self.source, self.report);
            return Placed::Other;
        };
        for row in &part.rows {
            report_surplus(row.surplus.clone(), self.source, self.report);
        }
        Placed::Legend(legend)
    }
}

/// What places the rows of a port table.
struct Rows<'p, 's, 'd, 'c, 'g, 'a> {
    placer: &'p mut Placer<'s, 'd>,
    columns: &'c Columns,
    spans: Spans<'g, 'a>,
    /// In which column of the grid the table begins.
    first: usize,
    /// Whether no other table stands beside it.
    is_alone: bool,
}

impl<'g, 'a> Rows<'_, '_, '_, '_, 'g, 'a> {
    /// Finds the place of each cell of a row, or reports why it is none.
    fn row(&mut self, row: &'g Row<'a>) -> Option<PortRow<'g, 'a>> {
        let (columns, is_alone) = (self.columns, self.is_alone);
        let (source, report) = (self.placer.source, &mut *self.placer.report);
        let (slots, surplus) = self.spans.next(row);
        if row.cells.is_empty() {
            return None;
        }
        if row.is_blank() {
            report.push(Code::BlankRow, row.span.clone(), "the row is blank");
            return None;
        }
        let slots = slots.get(self.first..).unwrap_or_default();
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
        let surplus = surplus.or_else(|| first_beyond(slots, columns).filter(|_| is_alone));
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

/// The caption, and the header cells above those that name the columns: what they hold is in no record either.
fn other_headers<'g, 'a>(grid: &'g Grid<'a>, naming: &[&'g Cell<'a>]) -> Vec<&'g Cell<'a>> {
    let cells = grid.header.iter().flat_map(|row| &row.cells);
    let others = std::iter::once(&grid.caption).chain(cells);
    others
        .filter(|cell| !cell.is_blank() && !naming.iter().any(|known| std::ptr::eq(*known, *cell)))
        .collect()
}

fn is_blank(header: &Header<'_, '_>) -> bool {
    header.iter().flatten().all(|cell| cell.is_blank())
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

/// Reports a table that is not read, the louder if it holds ports.
fn report_passed_over(part: &Part<'_, '_>, source: &Source, report: &mut Report<'_>) {
    let has_port_header = columns::has_port_header(&part.header());
    let mut rows = part.header.iter().chain(part.rows.iter().copied());
    let (span, code, message) = match rows.find(|row| is_like_ports(row, has_port_header)) {
        None => (
            part.span(),
            Code::TablePassedOver,
            "neither a port table nor a legend: no column was found that holds ports".to_owned(),
        ),
        Some(row) => {
            let text = &source.text()[row.span.clone()];
            let message = format!(
                "no column was found that holds ports; the table of this row is not read: {text:?}"
            );
            (row.span.clone(), Code::HeadlessTable, message)
        }
    };
    report.push(code, span, message);
}

/// Whether a row is like that of a port table: a number at its start with the word of a status behind it, or a
/// number and a transport in one cell; below the header of a port, any number.
fn is_like_ports(row: &Row<'_>, has_port_header: bool) -> bool {
    let is_status = |cell: &Cell<'_>| {
        let word = words(cell);
        Status::KNOWN
            .iter()
            .any(|status| status.name().eq_ignore_ascii_case(&word))
    };
    let starts = |(first, others): (&Cell<'_>, &[Cell<'_>])| {
        is_number(&words(first)) && (has_port_header || others.iter().any(is_status))
    };
    let names_transport = |cell: &Cell<'_>| {
        let named = ports::named_by(&words(cell));
        named.is_some_and(|ports| ports.parts.iter().any(ports::Part::has_transport))
    };
    row.cells.split_first().is_some_and(starts) || row.cells.iter().any(names_transport)
}

/// The header and the rows of a legend, which explains one status in each row; `None` for another table. Where the
/// header is blank, the first row may be one.
fn legend<'g, 'a>(part: &Part<'g, 'a>) -> Option<Legend<'g, 'a>> {
    let mut rows: Vec<_> = part.rows.iter().filter(|row| !row.is_blank()).collect();
    let mut header: Vec<_> = part.header.iter().flat_map(|row| &row.cells).collect();
    let is_blank = header.iter().all(|cell| cell.is_blank());
    if is_blank
        && rows
            .first()
            .is_some_and(|row| pair(row).is_some() && !explains(row))
    {
        header = rows.remove(0).cells.iter().collect();
    }
    let is_pair = |row: &Row<'_>| pair(row).is_some();
    let is_legend =
        part.header.iter().all(is_pair) && !rows.is_empty() && rows.iter().all(|row| explains(row));
    is_legend.then(|| Legend {
        header,
        rows: rows.into_iter().filter_map(|row| pair(row)).collect(),
    })
}

/// Whether a row is a status and its meaning.
fn explains(row: &Row<'_>) -> bool {
    pair(row).is_some_and(|[status, _]| {
        let word = words(status);
        !word.is_empty() && is_like_status(&word) && transports::named_by(&word).is_none()
    })
}

fn pair<'g, 'a>(row: &'g Row<'a>) -> Option<[&'g Cell<'a>; 2]> {
    match row.cells.as_slice() {
        [status, meaning] => Some([status, meaning]),
        _ => None,
    }
}

/// Reports words that stand in a table and belong to no row of it.
fn report_stray(row: &Row<'_>, source: &Source, report: &mut Report<'_>) {
    let text = &source.text()[row.span.clone()];
    let message = format!("no row, but text in the table: {text:?}");
    report.push(Code::StrayLine, row.span.clone(), message);
}

/// Reports words behind the last cell that there is a column for.
fn report_surplus(surplus: Option<Span>, source: &Source, report: &mut Report<'_>) {
    if let Some(surplus) = surplus {
        let text = &source.text()[surplus.clone()];
        let message = format!("more cells than columns: {text:?}");
        report.push(Code::SurplusCells, surplus, message);
    }
}

fn report_short(cells: usize, columns: &Columns, row: &Row<'_>, report: &mut Report<'_>) {
    let message = format!("{cells} cells for {} columns", columns.roles.len());
    report.push(Code::ShortRow, row.span.clone(), message);
}

/// Whether a port cell means a number, be it a port or not: it starts with a digit and has no letters.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic)
}
