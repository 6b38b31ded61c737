//! [`Grid`] → [`Placed`]: what its columns say, and where every cell belongs.
//!
//! A grid can hold several tables side by side: the same headers stand again. Otherwise readings compete: which row
//! is the header, what each column says ([`search`]), and where the cells of each row belong ([`placement`]), in this
//! order. One measure decides ([`fit`]): each cell speaks for or against what its column says.

mod columns;
mod fit;
mod header;
mod lines;
mod placement;
mod reading;
mod rows;
mod search;
mod values;

use std::ops::Range;

use crate::dataset::{Protocols, Status};
use crate::diagnostic::{Code, Report};
use crate::limits::COLUMNS_WITH_ROLE;
use crate::read::grid::{Cell, Grid};
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::statuses::{self, Stated};
use crate::vocabulary::{lists, ports, protocols};

use columns::Columns;
use fit::{BIT, Kind, Role};
use header::{Header, Title};
use lines::{Line, Lines, Part, Slot, Slots};
use reading::Reading;
use rows::Rows;
pub(crate) use rows::{Filled, Port, PortRow};
use search::Found;

/// What a table is.
#[derive(Debug)]
pub(crate) enum Placed<'g, 'a> {
    /// Each of its rows explains a status.
    Legend(Legend<'g, 'a>),
    /// Its rows say who uses which port.
    Ports(Box<PortTable<'g, 'a>>),
    /// Neither. It is reported.
    Other {
        /// Its header says that ports stand below it.
        is_of_ports: bool,
    },
}

/// A port table.
#[derive(Debug)]
pub(crate) struct PortTable<'g, 'a> {
    /// Where it begins.
    pub(crate) span: Span,
    /// The protocols for which a column says what is true of a port, so that blanks say something, too.
    pub(crate) statuses: Protocols,
    /// Whether the words in the column of service names are such names.
    pub(crate) are_names: bool,
    /// Whether nothing but a protocol beside a number shows that it is a port.
    pub(crate) needs_protocol: bool,
    /// What a cross states: no, where other marks or words say yes and no cell is blank.
    pub(crate) cross: Status,
    /// A column that is called one of services, but serves for nothing.
    pub(crate) services: Option<usize>,
    /// The cells that name its columns.
    pub(crate) header: Vec<&'g Cell<'a>>,
    /// The names of its columns.
    pub(crate) names: Vec<String>,
    /// Of each column, whose ports it holds, where several hold ports.
    pub(crate) whose_ports: Vec<String>,
    /// Its rows, from the top.
    pub(crate) rows: Vec<PortRow<'g, 'a>>,
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
    let mut placer = Placer {
        source,
        report,
        title: Title::new(&words(&grid.caption), &grid.heading, &grid.outer_heading),
    };
    let lines = Lines::new(grid);
    let mut tables = placer.place(&lines);
    if let [Placed::Ports(table)] = tables.as_mut_slice() {
        table.header.extend(other_headers(grid, &table.header));
    }
    if tables
        .iter()
        .any(|table| !matches!(table, Placed::Other { .. }))
    {
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
    title: Title,
}

impl Placer<'_, '_> {
    fn place<'g, 'a>(&mut self, lines: &Lines<'g, 'a>) -> Vec<Placed<'g, 'a>> {
        let part = lines.part();
        let turned = lines.turned();
        let tables = if let Some(tables) = self.side_by_side(&part) {
            tables
        } else if let Some((reading, columns)) = Reading::find(&part, turned.as_ref(), self.title) {
            for title in reading.titles.iter().filter(|line| !line.is_blank()) {
                report_text(Code::StrayLine, &title.span, self.source, self.report);
            }
            self.report_surplus(reading.part.header);
            if reading.is_turned {
                self.report_surplus(part.header);
                self.report_surplus(part.rows);
            }
            vec![self.ports(reading.how(), &columns, &reading.header, &reading.part)]
        } else {
            return vec![self.other(&part)];
        };
        if let Some(span) = &lines.cut {
            let message = "cells span too much of the table; its rows from here on are not read";
            self.report.push(Code::TableCut, span.clone(), message);
        }
        tables
    }

    /// Port tables that stand side by side.
    fn side_by_side<'g, 'a>(&mut self, part: &Part<'_, 'g, 'a>) -> Option<Vec<Placed<'g, 'a>>> {
        let sides = side_by_side(&part.named())?;
        let find = |side: Range<usize>| {
            let part = part.side(side);
            let header = part.named();
            let found = Found::new(&reading::names(&header), &part, self.title)?;
            Some((part, header, Columns::new(found)))
        };
        let found: Vec<_> = sides.into_iter().map(find).collect::<Option<_>>()?;
        let how = "one of several tables side by side: ";
        let tables = found
            .iter()
            .map(|(part, header, columns)| self.ports(how, columns, header, part));
        Some(tables.collect())
    }

    /// A port table.
    fn ports<'g, 'a>(
        &mut self,
        how: &str,
        columns: &Columns,
        header: &[Option<&'g Cell<'a>>],
        part: &Part<'_, 'g, 'a>,
    ) -> Placed<'g, 'a> {
        let mut header: Vec<_> = header.iter().flatten().copied().collect();
        header.dedup_by(|a, b| std::ptr::eq(*a, *b));
        header::report_long_headers(&header, self.report);
        let span = header
            .first()
            .map_or_else(|| part.span(), |cell| cell.span.clone());
        let around = self.title.protocol;
        columns.explain(how, around, &span, self.report);
        Placed::Ports(Box::new(PortTable {
            span,
            statuses: columns.protocols_of_statuses(),
            are_names: columns.are_names,
            needs_protocol: around.is_none() && columns.need_protocol(),
            cross: columns.cross.clone(),
            services: columns.services(),
            names: columns.names.clone(),
            whose_ports: columns.whose_ports.clone(),
            header,
            rows: Rows::new(columns, part, around, self.source).place(self.report),
        }))
    }

    /// A table that is no port table.
    fn other<'g, 'a>(&mut self, part: &Part<'_, 'g, 'a>) -> Placed<'g, 'a> {
        let Some(legend) = legend(part) else {
            let is_of_ports = has_port_header(&part.named());
            self.report_not_read(part, is_of_ports);
            return Placed::Other { is_of_ports };
        };
        self.report_surplus(part.rows);
        Placed::Legend(legend)
    }

    /// Reports a table that is not read, the louder if it holds ports.
    fn report_not_read(&mut self, part: &Part<'_, '_, '_>, is_below_ports: bool) {
        let header = part.named();
        let names_ports = |cell: &&Cell<'_>| Header::new(&words(cell)).names_ports();
        let speaks_of_ports = (self.title.speaks_of_ports
            || header.iter().flatten().any(names_ports))
            && !self.title.is_of_hardware;
        let is_of_ports = |header: Option<&Cell<'_>>| {
            speaks_of_ports
                || header.is_some_and(|header| protocols::named_by(&words(header)).is_some())
        };
        let is_total = |cell: &&Cell<'_>| lists::is_in("total", &words(cell));
        let are_counts = header.iter().flatten().any(is_total);
        let is_port =
            |part: &ports::Part| part.is_large() && !are_counts || !part.remark.is_empty();
        let holds_port = |slot: Slot<'_, '_>| {
            let ports = ports::named_by(&slot.text()).filter(|_| slot.kind != Kind::Year);
            ports.is_some_and(|ports| ports.parts.iter().any(is_port))
        };
        let has_port = |slots: &Slots<'_, '_>| {
            let mut cells = header.iter().zip(slots);
            cells.any(|(header, slot)| is_of_ports(*header) && slot.is_some_and(holds_port))
        };
        let looks_like_ports = |line: &&Line<'_, '_>| {
            is_like_ports(&line.slots, is_below_ports)
                || has_known_service(&line.slots)
                || has_port(&line.slots)
        };
        let mut lines = part.header.iter().chain(part.rows);
        if let Some(line) = lines.find(looks_like_ports) {
            report_text(Code::HeadlessTable, &line.span, self.source, self.report);
        } else {
            let message = "neither a port table nor a legend: no column of ports was found";
            self.report
                .push(Code::TablePassedOver, part.span(), message);
        }
    }

    fn report_surplus(&mut self, lines: &[Line<'_, '_>]) {
        for surplus in lines.iter().filter_map(|line| line.surplus.as_ref()) {
            report_text(Code::SurplusCells, surplus, self.source, self.report);
        }
    }
}

/// The columns of each table where several stand side by side, perhaps with blank columns between: the same headers
/// stand again.
fn side_by_side(header: &[Option<&Cell<'_>>]) -> Option<Vec<Range<usize>>> {
    let name = |cell: Option<&Cell<'_>>| cell.map(words).unwrap_or_default().to_lowercase();
    let names: Vec<_> = header.iter().copied().map(name).collect();
    let are_alike = |sides: &Vec<Range<usize>>| {
        let [first, others @ ..] = sides.as_slice() else {
            return false;
        };
        let is_again = |side: &Range<usize>| names[side.clone()] == names[first.clone()];
        !others.is_empty() && others.iter().all(is_again)
    };
    let widths = (2..=names.len() / 2).filter(|width| names.len() % width == 0);
    let evenly = widths.map(|width| {
        let starts = (0..names.len()).step_by(width);
        starts.map(|at| at..at + width).collect()
    });
    std::iter::once(between_blanks(&names))
        .chain(evenly)
        .find(are_alike)
}

/// The runs of columns that have a header.
fn between_blanks(names: &[String]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for at in (0..names.len()).filter(|&at| !names[at].is_empty()) {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// The caption, and the header cells above those that name the columns: what they hold is in no record either.
fn other_headers<'g, 'a>(grid: &'g Grid<'a>, naming: &[&'g Cell<'a>]) -> Vec<&'g Cell<'a>> {
    let cells = grid.header.iter().flat_map(|row| &row.cells);
    let others = std::iter::once(&grid.caption).chain(cells);
    others
        .filter(|cell| !cell.is_blank() && !naming.iter().any(|known| std::ptr::eq(*known, *cell)))
        .collect()
}

/// Whether a header says that ports stand below it, be there rows or not.
fn has_port_header(header: &[Option<&Cell<'_>>]) -> bool {
    let mut headers = header.iter().flatten();
    headers.any(|cell| Header::new(&words(cell)).named(Role::Port) > Some(7 * BIT))
}

/// Whether a row is like that of a port table: a number at its start with the word of a status behind it, or a
/// number and a protocol in one cell, be it in a sentence; below or behind the header of a port, any number.
fn is_like_ports(slots: &Slots<'_, '_>, is_below_ports: bool) -> bool {
    let mut cells = slots.iter().flatten();
    let is_number = |slot: &Slot<'_, '_>| slot.kind.is_port() || slot.kind == Kind::Number;
    let is_status = |slot: &Slot<'_, '_>| matches!(slot.kind, Kind::Status | Kind::Reserved);
    let speaks = |slot: &Slot<'_, '_>| {
        let in_sentence = ports::in_sentence(&slot.text());
        slot.kind == Kind::PortWithTransport
            || in_sentence.is_some_and(|ports| ports.parts.iter().any(ports::Part::has_protocol))
    };
    let is_port_header = |slot: &Slot<'_, '_>| has_port_header(&[Some(slot.cell)]);
    cells.clone().any(speaks)
        || slots.len() == 2
            && cells.clone().next().is_some_and(is_port_header)
            && cells.clone().any(|slot| slot.kind.is_port())
        || cells.next().is_some_and(is_number) && (is_below_ports || cells.any(is_status))
}

/// Whether a port and the service that everybody knows there stand in a row.
fn has_known_service(slots: &Slots<'_, '_>) -> bool {
    let slots = || slots.iter().flatten().take(COLUMNS_WITH_ROLE);
    let texts = || slots().map(Slot::text);
    let ports = slots().filter(|slot| slot.kind.is_port());
    let known =
        |port: &str| texts().any(|text| lists::is_in("known service", &format!("{port} {text}")));
    ports.map(Slot::text).any(|port| known(&port))
}

/// The header and the rows of a legend, which explains one status in each row; `None` for another table. Where the
/// header is blank, the first row may be one.
fn legend<'g, 'a>(part: &Part<'_, 'g, 'a>) -> Option<Legend<'g, 'a>> {
    let mut rows: Vec<_> = part.rows.iter().filter(|line| !line.is_blank()).collect();
    let mut header: Vec<_> = part
        .header
        .iter()
        .flat_map(|line| line.slots.iter().flatten())
        .collect();
    let is_blank = header.iter().all(|slot| slot.kind == Kind::Blank);
    if is_blank && rows.first().is_some_and(|line| !explains(line)) {
        header = rows.remove(0).slots.iter().flatten().collect();
    }
    let is_legend = !rows.is_empty() && rows.iter().all(|line| explains(line));
    is_legend.then(|| Legend {
        header: header.into_iter().map(|slot| slot.cell).collect(),
        rows: rows.into_iter().filter_map(pair).collect(),
    })
}

/// Whether a row is a status and its meaning.
fn explains(line: &Line<'_, '_>) -> bool {
    pair(line).is_some_and(|[status, meaning]| {
        statuses::is_like_status(&words(status))
            && statuses::stated_by(&words(meaning)) == Stated::Other
    })
}

fn pair<'g, 'a>(line: &Line<'g, 'a>) -> Option<[&'g Cell<'a>; 2]> {
    match line.slots.as_slice() {
        [Some(status), Some(meaning)] => Some([status.cell, meaning.cell]),
        _ => None,
    }
}

/// Reports what of a table is no row, or no cell of one.
fn report_text(code: Code, span: &Span, source: &Source, report: &mut Report<'_>) {
    let what = match code {
        Code::SurplusCells => "more cells than columns",
        Code::RepeatedHeader => "a repeated header",
        Code::HeadlessTable => "no column of ports was found; the table with this row is not read",
        _ => "text in the table that is not part of a row",
    };
    let message = format!("{what}: {:?}", &source.text()[span.clone()]);
    report.push(code, span.clone(), message);
}
