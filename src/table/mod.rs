//! [`Grid`] → [`Placed`]: what its columns say, and where every cell belongs.
//!
//! Where the syntax says how far cells reach, that decides ([`spans`]). Where it cannot say, cells that a row lost
//! to spans are put back ([`lost`]).

mod columns;
mod lost;
mod spans;

use crate::dataset::{PerProtocol, Protocol, Status};
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Grid, Row};
use crate::read::prose::words;
use crate::text::{Source, Span};

use columns::{Columns, Role, report_long_headers};
use lost::Lost;
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
    /// Whether there is a column for UDP, so that a UDP cell can be blank.
    pub(crate) has_udp: bool,
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
    /// Its port.
    pub(crate) port: Port<'g, 'a>,
    /// The status cells. One that covers several columns stands in each.
    pub(crate) statuses: PerProtocol<Option<&'g Cell<'a>>>,
    /// The description.
    pub(crate) description: Option<&'g Cell<'a>>,
    /// Filled cells of other columns, each with the number of its column, from 0.
    pub(crate) extra: Vec<(usize, &'g Cell<'a>)>,
}

/// Where a row has its port from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Port<'g, 'a> {
    /// Its own port cell.
    Own(&'g Cell<'a>),
    /// The row above, whose port cell reaches down to it.
    Spanned,
    /// The row above, because its own port cell is blank.
    Blank,
    /// The row above, because it has lost its own port cell and was shifted.
    Shifted,
}

/// A table of two columns that explains the statuses.
#[derive(Debug)]
pub(crate) struct Legend<'g, 'a> {
    /// The cells above.
    pub(crate) header: Vec<&'g Cell<'a>>,
    /// Status and meaning.
    pub(crate) rows: Vec<[&'g Cell<'a>; 2]>,
}

/// Says what a table is, and puts its cells into their places.
pub(crate) fn place<'g, 'a>(
    grid: &'g Grid<'a>,
    source: &Source,
    report: &mut Report<'_>,
) -> Placed<'g, 'a> {
    let mut table = Table {
        source,
        report,
        spans: Spans::default(),
    };
    let header = table.header(grid);
    if let Some(columns) = Columns::named_by(header.iter().copied()) {
        return Placed::Ports(table.ports(columns, &header, &grid.rows));
    }
    let is_blank = header.iter().flatten().all(|cell| cell.is_blank());
    if let Some(at) = is_blank.then(|| header_below(grid)).flatten() {
        return table.below(header.len(), at, grid);
    }
    table.other(grid)
}

/// A table in the making.
struct Table<'s, 'g, 'a, 'd> {
    source: &'s Source,
    report: &'s mut Report<'d>,
    spans: Spans<'g, 'a>,
}

impl<'g, 'a> Table<'_, 'g, 'a, '_> {
    /// The cells that name the columns: in each column the lowest of the header.
    fn header(&mut self, grid: &'g Grid<'a>) -> Vec<Option<&'g Cell<'a>>> {
        let mut header: Vec<Option<&Cell<'_>>> = Vec::new();
        for row in &grid.header {
            let (slots, _) = self.spans.next(row);
            header.resize(header.len().max(slots.len()), None);
            for (lowest, slot) in header.iter_mut().zip(slots) {
                *lowest = slot.map(|slot| slot.cell).or(*lowest);
            }
        }
        header
    }

    /// A port table whose header is blank, and whose columns are named by one of its rows.
    fn below(&mut self, width: usize, at: usize, grid: &'g Grid<'a>) -> Placed<'g, 'a> {
        for title in &grid.rows[..at] {
            self.spans.next(title);
            if !title.is_blank() {
                report_stray(title, self.source, self.report);
            }
        }
        let (slots, _) = self.spans.next(&grid.rows[at]);
        let header: Vec<_> = slots
            .iter()
            .map(|slot| slot.map(|slot| slot.cell))
            .collect();
        let Some(mut columns) = Columns::named_by(header.iter().copied()) else {
            return self.other(grid);
        };
        columns.extend_to(width);
        Placed::Ports(self.ports(columns, &header, &grid.rows[at + 1..]))
    }

    fn ports(
        &mut self,
        columns: Columns,
        header: &[Option<&'g Cell<'a>>],
        rows: &'g [Row<'a>],
    ) -> PortTable<'g, 'a> {
        let mut header: Vec<_> = header.iter().flatten().copied().collect();
        header.dedup_by(|a, b| std::ptr::eq(*a, *b));
        report_long_headers(header.iter().copied(), self.report);
        PortTable {
            has_udp: columns.has(Protocol::Udp),
            header,
            rows: rows
                .iter()
                .filter_map(|row| self.row(row, &columns))
                .collect(),
            names: columns.names(),
        }
    }

    /// Finds the place of each cell of a row, or reports why it is none.
    fn row(&mut self, row: &'g Row<'a>, columns: &Columns) -> Option<PortRow<'g, 'a>> {
        let (slots, surplus) = self.spans.next(row);
        let (source, report) = (self.source, &mut *self.report);
        if row.cells.is_empty() {
            return None;
        }
        if row.is_blank() {
            report.push(Code::BlankRow, row.span.clone(), "the row is blank");
            return None;
        }
        if is_title(row, slots, columns, source) {
            report_stray(row, source, report);
            return None;
        }
        if columns.are_named_again_by(slots.iter().map(|slot| slot.map(|slot| slot.cell))) {
            report.push(Code::RepeatedHeader, row.span.clone(), "the header again");
            return None;
        }
        let surplus = surplus.or_else(|| first_beyond(slots, columns));
        let surplus = surplus.map(|cell| cell.span.start..row.span.end);
        report_surplus(row.surplus.clone().or(surplus), source, report);
        Some(if row.cells.iter().any(|cell| cell.extent.is_some()) {
            if slots.len() < columns.roles.len() {
                report_short(slots.len(), columns, row, report);
            }
            fill(row, columns, |column| slots.get(column).copied().flatten())
        } else {
            fill_with_lost(row, columns, report)
        })
    }

    /// A table that is no port table.
    fn other(&mut self, grid: &'g Grid<'a>) -> Placed<'g, 'a> {
        if !is_legend(grid) {
            report_passed_over(grid, self.source, self.report);
            return Placed::Other;
        }
        let rows = grid.rows.iter().filter(|row| !row.is_blank());
        let rows =
            rows.inspect(|row| report_surplus(row.surplus.clone(), self.source, self.report));
        Placed::Legend(Legend {
            rows: rows.filter_map(pair).collect(),
            header: grid.header.iter().flat_map(|row| &row.cells).collect(),
        })
    }
}

/// Puts each cell into its column.
fn fill<'g, 'a>(
    row: &Row<'a>,
    columns: &Columns,
    in_column: impl Fn(usize) -> Option<Slot<'g, 'a>>,
) -> PortRow<'g, 'a> {
    let mut filled = PortRow {
        span: row.span.clone(),
        port: Port::Blank,
        statuses: PerProtocol::default(),
        description: None,
        extra: Vec::new(),
    };
    let description = columns.description().and_then(&in_column);
    for (column, role) in columns.roles.iter().enumerate() {
        let Some(slot) = in_column(column) else {
            continue;
        };
        let cell = slot.cell;
        match role {
            Role::Port | Role::Extra(_) if cell.is_blank() => {}
            Role::Port if slot.is_from_above => filled.port = Port::Spanned,
            Role::Port => filled.port = Port::Own(cell),
            // A cell that reaches into the description is words.
            Role::Status(_) if description.is_some_and(|words| std::ptr::eq(words.cell, cell)) => {}
            Role::Status(protocol) => filled.statuses[*protocol] = Some(cell),
            Role::Description => filled.description = Some(cell),
            Role::Extra(_) => filled.extra.push((column, cell)),
        }
    }
    filled
}

/// Puts each cell into its column, where the row may have lost some.
fn fill_with_lost<'g, 'a>(
    row: &'g Row<'a>,
    columns: &Columns,
    report: &mut Report<'_>,
) -> PortRow<'g, 'a> {
    let lost = Lost::of(row, columns, report);
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

/// Which row names the columns of a port table whose header is blank.
fn header_below(grid: &Grid<'_>) -> Option<usize> {
    let mut rows = grid.rows.iter();
    rows.position(|row| Columns::named_by(row.cells.iter().map(Some)).is_some())
}

/// Whether a row is words in its first cell, that of the port, and nothing else: a title inside the table.
fn is_title<'a>(
    row: &Row<'a>,
    slots: &[Option<Slot<'_, 'a>>],
    columns: &Columns,
    source: &Source,
) -> bool {
    let [first, ..] = row.cells.as_slice() else {
        return false;
    };
    let is_line = row.cells.len() == 1
        && columns.roles.len() > 1
        && first.extent.is_none()
        && !source.text()[row.span.clone()].contains('|');
    let is_alone = || {
        let mut filled = slots.iter().flatten().filter(|slot| !slot.cell.is_blank());
        filled.all(|slot| std::ptr::eq(slot.cell, first))
    };
    let is_port = || {
        slots
            .get(columns.port)
            .is_some_and(|slot| slot.is_some_and(|slot| std::ptr::eq(slot.cell, first)))
    };
    let has_words = || {
        let words = words(first);
        !is_number(&words) && !is_status(&words)
    };
    is_line
        || columns.port == 0
            && columns.roles.len() > 2
            && row.surplus.is_none()
            && is_port()
            && is_alone()
            && has_words()
}

/// The first cell in a column that has no role, if it has words.
fn first_beyond<'g, 'a>(slots: &[Option<Slot<'g, 'a>>], columns: &Columns) -> Option<&'g Cell<'a>> {
    let beyond = slots.iter().skip(columns.roles.len()).flatten();
    let mut words = beyond.filter(|slot| !slot.is_from_above && !slot.cell.is_blank());
    words.next().map(|slot| slot.cell)
}

/// Reports a table that is not read, the louder if it looks like a port table that lost its header.
fn report_passed_over(grid: &Grid<'_>, source: &Source, report: &mut Report<'_>) {
    let mut rows = grid.header.iter().chain(&grid.rows);
    let first = rows.clone().next().map_or(&grid.span, |row| &row.span);
    let (span, code, message) = match rows.find(|row| is_like_a_port(row)) {
        None => (
            first,
            Code::TablePassedOver,
            "neither a port table (columns Port and TCP, UDP, SCTP or DCCP) nor a legend"
                .to_owned(),
        ),
        Some(row) => {
            let text = &source.text()[row.span.clone()];
            let message = format!(
                "no header names Port and TCP, UDP, SCTP or DCCP; the table of this row is not read: {text:?}"
            );
            (&row.span, Code::HeadlessTable, message)
        }
    };
    report.push(code, span.clone(), message);
}

/// Whether a row starts with a number, and the word of a status follows.
fn is_like_a_port(row: &Row<'_>) -> bool {
    let is_known = |cell: &Cell<'_>| {
        let text = words(cell);
        text.contains(char::is_alphabetic) && is_status(&text)
    };
    row.cells
        .split_first()
        .is_some_and(|(port, others)| is_number(&words(port)) && others.iter().any(is_known))
}

/// A legend explains one status in each row, unless the row is blank.
fn is_legend(grid: &Grid<'_>) -> bool {
    let explains = |row: &Row<'_>| {
        let word = row.cells.first().map(words).unwrap_or_default();
        row.cells.len() == 2 && !word.is_empty() && is_status(&word)
    };
    let mut rows = grid.rows.iter().filter(|row| !row.is_blank()).peekable();
    let is_pair = |row: &Row<'_>| row.cells.len() == 2;
    grid.header.iter().all(is_pair) && rows.peek().is_some() && rows.all(explains)
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

/// Whether a text is what a status cell holds: nothing, a sign for nothing, or the word of a status,
/// with or without a remark behind a comma or in parentheses.
fn is_status(text: &str) -> bool {
    let word = text.split([',', '(']).next().unwrap_or_default().trim();
    let is_sign = matches!(word, "" | "?" | "-" | "–" | "—") || word.eq_ignore_ascii_case("n/a");
    is_sign
        || Status::KNOWN
            .iter()
            .any(|status| status.name().eq_ignore_ascii_case(word))
}
