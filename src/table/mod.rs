//! [`Grid`] → [`Placed`]: what its columns say, and where every cell belongs.
//!
//! A grid can hold several tables side by side: the same headers stand again. Otherwise readings compete: which row
//! is the header, what each column says ([`columns`]), and where the cells of each row belong ([`placement`]), in this
//! order. One measure decides ([`fit`]): each cell speaks for or against what its column says.

mod columns;
mod fit;
mod header;
mod parts;
mod placement;
mod reading;
mod rows;
mod search;
mod spans;
mod survey;

use std::ops::Range;

use crate::dataset::Protocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Cell, Grid, Row};
use crate::read::prose::words;
use crate::text::{Source, Span};
use crate::vocabulary::statuses::{self, Stated};
use crate::vocabulary::{ports, protocols};

use columns::Columns;
use fit::{BIT, Kind, Role};
use header::{Header, speaks_of_ports};
use parts::Part;
use reading::Reading;
use rows::Rows;
pub(crate) use rows::{Filled, Port, PortRow};
use survey::Survey;

/// What a table is.
#[derive(Debug)]
pub(crate) enum Placed<'g, 'a> {
    /// Each of its rows explains a status.
    Legend(Legend<'g, 'a>),
    /// Its rows say who uses which port.
    Ports(Box<PortTable<'g, 'a>>),
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
    let around = [&*grid.heading, &words(&grid.caption)];
    let mut placer = Placer {
        source,
        report,
        speaks_of_ports: around.into_iter().any(speaks_of_ports),
    };
    let mut tables = placer.place(&Part::new(grid));
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
    /// The heading or the caption speaks of ports.
    speaks_of_ports: bool,
}

impl Placer<'_, '_> {
    fn place<'g, 'a>(&mut self, part: &Part<'g, 'a>) -> Vec<Placed<'g, 'a>> {
        if let Some(tables) = self.side_by_side(part) {
            return tables;
        }
        let Some(reading) = Reading::find(part, self.speaks_of_ports) else {
            return vec![self.other(part)];
        };
        for title in reading.titles.iter().filter(|row| !row.is_blank()) {
            report_stray(title, self.source, self.report);
        }
        for row in reading.part.header {
            report_surplus(row.surplus.clone(), self.source, self.report);
        }
        let mut table = self.ports(
            reading.how(),
            &reading.columns,
            &reading.header,
            &reading.part,
        );
        table.rows = match reading.down {
            Some(rows) => {
                for row in reading.part.rows() {
                    report_surplus(row.surplus.clone(), self.source, self.report);
                }
                rows
            }
            None => Rows::new(&reading.columns, None, self.source).place(
                reading.part.rows(),
                reading.part.spans(),
                self.report,
            ),
        };
        vec![Placed::Ports(Box::new(table))]
    }

    /// Port tables that stand side by side.
    fn side_by_side<'g, 'a>(&mut self, part: &Part<'g, 'a>) -> Option<Vec<Placed<'g, 'a>>> {
        let header = part.header();
        let sides = side_by_side(&header)?;
        let find = |side: &Range<usize>| {
            let names = reading::names(&header[side.clone()]);
            let survey = Survey::new(part, side.start, side.len(), false);
            let values = survey.below(part.header.len(), &names);
            Columns::find(&names, &values, self.speaks_of_ports)
        };
        let columns: Vec<_> = sides.iter().map(find).collect::<Option<_>>()?;
        let tables = columns.into_iter().zip(sides).map(|(columns, side)| {
            let how = "one of several tables side by side: ";
            let mut table = self.ports(how, &columns, &header[side.clone()], part);
            table.rows = Rows::new(&columns, Some(side.start), self.source).place(
                part.rows(),
                part.spans(),
                self.report,
            );
            Placed::Ports(Box::new(table))
        });
        Some(tables.collect())
    }

    /// A port table without its rows.
    fn ports<'g, 'a>(
        &mut self,
        how: &str,
        columns: &Columns,
        header: &[Option<&'g Cell<'a>>],
        part: &Part<'g, 'a>,
    ) -> PortTable<'g, 'a> {
        let mut header: Vec<_> = header.iter().flatten().copied().collect();
        header.dedup_by(|a, b| std::ptr::eq(*a, *b));
        header::report_long_headers(&header, self.report);
        let span = header
            .first()
            .map_or_else(|| part.span(), |cell| cell.span.clone());
        columns.explain(how, &span, self.report);
        PortTable {
            span,
            has_udp: columns.has(Role::Status(Protocol::Udp)),
            has_statuses: !columns.statuses().is_empty(),
            are_names: columns.are_names,
            names: columns.names.clone(),
            whose_ports: columns.whose_ports.clone(),
            header,
            rows: Vec::new(),
        }
    }

    /// A table that is no port table.
    fn other<'g, 'a>(&mut self, part: &Part<'g, 'a>) -> Placed<'g, 'a> {
        let Some(legend) = legend(part) else {
            report_not_read(part, self.source, self.report);
            return Placed::Other;
        };
        for row in part.rows() {
            report_surplus(row.surplus.clone(), self.source, self.report);
        }
        Placed::Legend(legend)
    }
}

/// The columns of each table where several stand side by side, perhaps with blank columns between: the same headers
/// stand again, those of ports among them.
fn side_by_side(header: &[Option<&Cell<'_>>]) -> Option<Vec<Range<usize>>> {
    let name = |cell: Option<&Cell<'_>>| cell.map(words).unwrap_or_default().to_lowercase();
    let names: Vec<_> = header.iter().copied().map(name).collect();
    let are_alike = |sides: &Vec<Range<usize>>| {
        let [first, others @ ..] = sides.as_slice() else {
            return false;
        };
        first.len() > 1
            && !others.is_empty()
            && others
                .iter()
                .all(|side| names[side.clone()] == names[first.clone()])
            && has_port_header(&header[first.clone()])
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
pub(crate) fn has_header_of_ports(grid: &Grid<'_>) -> bool {
    has_port_header(&Part::new(grid).header())
}

fn has_port_header(header: &[Option<&Cell<'_>>]) -> bool {
    let mut headers = header.iter().flatten();
    headers.any(|cell| Header::new(&words(cell)).named(Role::Port) > Some(7 * BIT))
}

/// Reports a table that is not read, the louder if it holds ports.
fn report_not_read(part: &Part<'_, '_>, source: &Source, report: &mut Report<'_>) {
    let header = part.header();
    let has_port_header = has_port_header(&header);
    let is_like_ports =
        |row: &&Row<'_>| is_like_ports(row, has_port_header) || has_remarked_port(row, &header);
    let mut rows = part.header.iter().chain(part.rows());
    let (span, code, message) = match rows.find(is_like_ports) {
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
/// number and a transport in one cell, be it in a sentence; below the header of a port, any number.
fn is_like_ports(row: &Row<'_>, has_port_header: bool) -> bool {
    let kinds: Vec<_> = row
        .cells
        .iter()
        .map(|cell| Kind::new(&words(cell)))
        .collect();
    let starts = |(first, others): (&Kind, &[Kind])| {
        let is_number = first.is_port() || *first == Kind::Number;
        is_number
            && (has_port_header
                || others
                    .iter()
                    .any(|kind| matches!(kind, Kind::Status | Kind::Reserved)))
    };
    let is_property = || {
        kinds.len() == 2
            && kinds[1].is_port()
            && Header::new(&words(&row.cells[0])).named(Role::Port) >= Some(9 * BIT)
    };
    let is_in_prose = |cell: &Cell<'_>| {
        regex!(
            r"(?i)(?-u:\b)(?:tcp|udp)[ /:]+(?:ports?[ :]+)?[0-9]{1,5}(?:[^0-9a-z_.:]|[.:]?(?:\s|$))"
        )
        .is_match(&words(cell))
    };
    kinds.split_first().is_some_and(starts)
        || row.cells.iter().any(is_in_prose)
        || kinds.contains(&Kind::PortWithTransport)
        || is_property()
}

/// Whether a port and words beside it stand below a header that is a protocol: bare numbers there may be sizes.
fn has_remarked_port(row: &Row<'_>, header: &[Option<&Cell<'_>>]) -> bool {
    let is_protocol =
        |cell: &Cell<'_>| protocols::named_by(&words(cell)).is_some_and(|named| !named.has_more);
    let is_remarked = |cell: &Cell<'_>| {
        let ports = ports::named_by(&words(cell));
        ports.is_some_and(|ports| ports.parts.iter().any(|part| !part.remark.is_empty()))
    };
    let mut cells = header.iter().zip(&row.cells);
    cells.any(|(header, cell)| header.is_some_and(is_protocol) && is_remarked(cell))
}

/// The header and the rows of a legend, which explains one status in each row; `None` for another table. Where the
/// header is blank, the first row may be one.
fn legend<'g, 'a>(part: &Part<'g, 'a>) -> Option<Legend<'g, 'a>> {
    let mut rows: Vec<_> = part.rows().filter(|row| !row.is_blank()).collect();
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
    pair(row).is_some_and(|[status, meaning]| {
        let word = words(status);
        // What stands behind it is a remark.
        let word = word.split([',', '(']).next().unwrap_or_default().trim();
        let is_status = matches!(
            statuses::stated_by(word),
            Stated::Status(_) | Stated::Mark(_) | Stated::And(..)
        );
        (is_status || matches!(word.to_lowercase().as_str(), "?" | "n/a"))
            && statuses::stated_by(&words(meaning)) == Stated::Other
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
    let message = format!("text in the table that is not part of a row: {text:?}");
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
