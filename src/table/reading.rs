//! [`Part`] → [`Reading`]: which row names the columns, and what these say. Readings compete; the one that fits best
//! wins.

use crate::limits;
use crate::read::grid::{Cell, Row};
use crate::read::prose::words;

use super::columns::Columns;
use super::fit::{BIT, Bits, Kind, Role};
use super::header::Header;
use super::parts::Part;
use super::rows::{PortRow, fill};
use super::spans::Slot;
use super::survey::{Line, Survey};

/// Prices of a header: none, and one below a row of several filled cells or of one.
const NO_HEADER: Bits = 2 * BIT;
const BELOW_CELLS: Bits = 6 * BIT;
const BELOW_TITLE: Bits = BIT;
/// The columns are named from above to below.
const DOWNWARD: Bits = 4 * BIT;

/// A port table as it was understood.
#[derive(Debug)]
pub(super) struct Reading<'g, 'a> {
    /// The cells that name columns; `None` for a column without one.
    pub(super) header: Vec<Option<&'g Cell<'a>>>,
    pub(super) columns: Columns,
    /// The rows.
    pub(super) part: Part<'g, 'a>,
    /// Rows above the header that are titles.
    pub(super) titles: Vec<&'g Row<'a>>,
    /// The rows of a table whose columns are named downward.
    pub(super) down: Option<Vec<PortRow<'g, 'a>>>,
    bits: Bits,
}

/// A row that may be the header.
struct Candidate<'g, 'a> {
    header: Vec<Option<&'g Cell<'a>>>,
    names: Vec<String>,
    part: Part<'g, 'a>,
    titles: Vec<&'g Row<'a>>,
    /// How many of the first rows stand above the values.
    above: usize,
    price: Bits,
}

impl<'g, 'a> Reading<'g, 'a> {
    /// The best reading of a table; `None` if it is no port table.
    pub(super) fn find(part: &Part<'g, 'a>, speaks_of_ports: bool) -> Option<Self> {
        let width = part.header().len();
        let survey = Survey::new(part, 0, width, true);
        let read = |candidate: Candidate<'g, 'a>| {
            let values = survey.below(candidate.above, &candidate.names);
            let columns = Columns::find(&candidate.names, &values, speaks_of_ports)?;
            Some(Self {
                bits: columns.bits - candidate.price,
                header: candidate.header,
                columns,
                part: candidate.part,
                titles: candidate.titles,
                down: None,
            })
        };
        let readings = candidates(part, width).into_iter().filter_map(read);
        let readings = readings.chain(downward(part, speaks_of_ports));
        // The first of those that fit alike.
        readings.reduce(|best, other| if other.bits > best.bits { other } else { best })
    }
}

impl Reading<'_, '_> {
    /// Which reading it is, unless the header is where the syntax says.
    pub(super) fn how(&self) -> &'static str {
        if self.down.is_some() {
            "read downward, its columns are named from above to below: "
        } else if self.part.header.is_empty() {
            "read without a header: "
        } else if self.titles.is_empty() {
            ""
        } else {
            "what stands above this row is no header: "
        }
    }
}

/// The words of a header.
pub(super) fn names(header: &[Option<&Cell<'_>>]) -> Vec<String> {
    let name = |cell: Option<&Cell<'_>>| cell.map(words).unwrap_or_default().into_owned();
    header.iter().copied().map(name).collect()
}

/// The rows that may be the header: those that the syntax says, one of the first below, or none.
fn candidates<'g, 'a>(part: &Part<'g, 'a>, width: usize) -> Vec<Candidate<'g, 'a>> {
    let depth = part.header.len();
    let header = part.header();
    let candidate = |header: Vec<_>, names: Vec<String>| Candidate {
        price: price(&header, &names),
        header,
        names,
        part: *part,
        titles: Vec::new(),
        above: depth,
    };
    let mut candidates = vec![candidate(header.clone(), names(&header))];
    if depth > 1 {
        candidates.push(candidate(header, joined(part, width)));
    }
    let mut above: Vec<_> = part.header.iter().collect();
    let mut price_above: Bits = above.iter().map(|row| price_of_title(row)).sum();
    for (at, row) in part.rows().take(limits::ROWS_TRIED_AS_HEADER).enumerate() {
        let below = part.below(at);
        let mut header = below.header();
        header.resize(width, None);
        let names = names(&header);
        let is_below_title = above.iter().all(|row| filled(row) < 2);
        // A cell that holds only a tag or a citation says something of a row, and names no column.
        let is_spoken = header
            .iter()
            .flatten()
            .all(|cell| cell.is_blank() || !words(cell).is_empty());
        if is_spoken
            && (is_below_title || !names.iter().any(|name| is_value(name)))
            && names.iter().any(|name| Header::new(name).is_known())
        {
            candidates.push(Candidate {
                price: price_above + price(&header, &names),
                header,
                names,
                part: below,
                titles: above.clone(),
                above: depth + at + 1,
            });
        }
        price_above += price_of_title(row);
        above.push(row);
    }
    if part.header.iter().any(|row| !row.is_blank()) {
        candidates.push(Candidate {
            header: vec![None; width],
            names: vec![String::new(); width],
            part: part.without_header(),
            titles: Vec::new(),
            above: 0,
            price: NO_HEADER,
        });
    }
    candidates
}

/// The words of all header rows together, column by column.
fn joined(part: &Part<'_, '_>, width: usize) -> Vec<String> {
    let mut names = vec![String::new(); width];
    let mut spans = part.spans();
    for row in part.header {
        if !spans.go_to(row) {
            break;
        }
        let own = names.iter_mut().zip(spans.slots());
        for (name, slot) in
            own.filter_map(|(name, slot)| Some((name, slot.filter(|slot| !slot.is_from_above)?)))
        {
            let end = if name.is_empty() { "" } else { " " };
            *name = format!("{name}{end}{}", words(slot.cell));
        }
    }
    names
}

/// What the cells of a header cost that look like values.
fn price(header: &[Option<&Cell<'_>>], names: &[String]) -> Bits {
    let of_cell = |name: &String| match Kind::new(name) {
        kind if kind.is_port() => 8 * BIT,
        Kind::Number | Kind::Mark => 7 * BIT / 2,
        Kind::Transport => 5 * BIT,
        _ => 0,
    };
    let missing = header.iter().filter(|cell| cell.is_none()).count();
    let blank = names.iter().filter(|name| name.is_empty()).count();
    let blanks = Bits::try_from(missing + blank).unwrap_or(Bits::MAX).min(8) * BIT / 2;
    names.iter().map(of_cell).sum::<Bits>() + blanks
}

fn price_of_title(row: &Row<'_>) -> Bits {
    if filled(row) < 2 {
        BELOW_TITLE
    } else {
        BELOW_CELLS
    }
}

fn filled(row: &Row<'_>) -> usize {
    row.cells.iter().filter(|cell| !cell.is_blank()).count()
}

/// Whether a cell names no column: a number, or an option of a command.
fn is_value(text: &str) -> bool {
    let kind = Kind::new(text);
    kind.is_port() || kind == Kind::Number || regex!(r"^--?[0-9A-Za-z]").is_match(text)
}

/// A table whose first column names what stands beside it: `| Port | 123 |` above `| Protocol | UDP |`.
fn downward<'g, 'a>(part: &Part<'g, 'a>, speaks_of_ports: bool) -> Option<Reading<'g, 'a>> {
    let rows: Vec<_> = part
        .header
        .iter()
        .chain(part.rows())
        .take(limits::ROWS_READ_DOWNWARD + 1)
        .collect();
    let is_narrow = rows
        .iter()
        .all(|row| (2..=limits::ROWS_TRIED_AS_HEADER + 1).contains(&row.cells.len()));
    if rows.len() > limits::ROWS_READ_DOWNWARD || !is_narrow {
        return None;
    }
    let is_known = |row: &&&Row<'_>| Header::new(&words(&row.cells[0])).is_known();
    // A name without a value is in no record.
    let is_bare = |row: &&&Row<'_>| filled(row) < 2 && !is_known(row);
    let titles: Vec<_> = rows.iter().filter(is_bare).copied().collect();
    let is_headed = rows.first().is_some_and(|row| !is_known(&row));
    let rows = &rows[usize::from(is_headed)..];
    let header: Vec<_> = rows.iter().map(|row| Some(&row.cells[0])).collect();
    let width = rows.iter().map(|row| row.cells.len()).max()?;
    let in_column = |column: usize| {
        move |at: usize| -> Option<Slot<'g, 'a>> {
            let cell = rows.get(at)?.cells.get(column)?;
            Some(Slot {
                cell,
                is_from_above: false,
            })
        }
    };
    let mut survey = Survey::blank(rows.len());
    survey.top = (1..width)
        .map(|column| {
            Line::new(
                (0..rows.len()).map(|at| in_column(column)(at).map(|slot| slot.cell)),
                false,
                true,
            )
        })
        .collect();
    let names = names(&header);
    let columns = Columns::find(&names, &survey.below(0, &names), speaks_of_ports)?;
    let at = columns.port.filter(|_| columns.has(Role::Transport))?;
    let is_sure = names.iter().all(|name| !name.is_empty())
        && Header::new(&names[at]).names_ports()
        && survey.top.iter().all(|line| line.kinds[at].is_port());
    let span = rows.first()?.span.start..rows.last()?.span.end;
    let down = (1..width).map(|column| fill(span.clone(), &columns, in_column(column)));
    let down = down.collect();
    is_sure.then(|| Reading {
        bits: columns.bits - DOWNWARD,
        down: Some(down),
        header,
        columns,
        part: *part,
        titles,
    })
}
