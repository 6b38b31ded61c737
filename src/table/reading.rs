//! [`Part`] → [`Reading`]: which row names the columns, and what these say. Readings compete; the one that fits best
//! wins.

use crate::limits;
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::vocabulary::ports;

use super::columns::Columns;
use super::fit::{BIT, Bits, Kind, Role};
use super::header::{Header, Title};
use super::lines::{Line, Lines, Part, filled};
use super::search::Found;

/// Prices of a header: none, and one below other rows, for each of them.
const NO_HEADER: Bits = 2 * BIT;
const BELOW_ROW: Bits = 6 * BIT;
/// The columns are named from above to below.
const DOWNWARD: Bits = 4 * BIT;

/// A table with one of its rows as the header.
#[derive(Debug)]
pub(super) struct Reading<'l, 'g, 'a> {
    /// The cells that name columns; `None` for a column without one.
    pub(super) header: Vec<Option<&'g Cell<'a>>>,
    /// Their words.
    names: Vec<String>,
    /// The rows.
    pub(super) part: Part<'l, 'g, 'a>,
    /// Rows above the header that are titles.
    pub(super) titles: Vec<&'l Line<'g, 'a>>,
    price: Bits,
    /// Its columns are named from above to below.
    pub(super) is_turned: bool,
}

impl<'l, 'g, 'a> Reading<'l, 'g, 'a> {
    /// The best reading of a table, as it stands or with its columns as rows, and what its columns say; `None` if it is
    /// no port table.
    pub(super) fn find(
        part: &Part<'l, 'g, 'a>,
        turned: Option<&'l Lines<'g, 'a>>,
        title: Title,
    ) -> Option<(Self, Columns)> {
        let turned = turned.and_then(|turned| Self::turned(part, turned));
        let found = readings(part)
            .into_iter()
            .chain(turned)
            .filter_map(|reading| {
                let found = Found::new(&reading.names, &reading.part, title)?;
                let is_sure = !reading.is_turned || found.is_sure(&reading.part);
                is_sure.then_some((found.best.bits - reading.price, reading, found))
            });
        // The first of those that fit alike.
        let (_, reading, found) =
            found.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        Some((reading, Columns::new(found)))
    }

    /// Which reading it is, unless the header is where the syntax says.
    pub(super) fn how(&self) -> &'static str {
        if self.is_turned {
            "read column by column; the columns, from top to bottom: "
        } else if self.part.header.is_empty() {
            "read without a header: "
        } else if self.titles.is_empty() {
            ""
        } else {
            "the rows above this one are not the header: "
        }
    }

    fn new(part: &Part<'l, 'g, 'a>, names: Vec<String>) -> Self {
        Self {
            price: price(&names),
            header: part.named(),
            names,
            part: *part,
            titles: Vec::new(),
            is_turned: false,
        }
    }

    /// A table whose first column names what stands beside it: `| Port | 123 |` above `| Protocol | UDP |`.
    fn turned(part: &Part<'l, 'g, 'a>, turned: &'l Lines<'g, 'a>) -> Option<Self> {
        let turned = turned.part();
        let turned = turned.side(0..turned.width());
        let names = names(&turned.named());
        // A name without a value is in no record.
        let lines = part.header.iter().chain(part.rows);
        let bare = lines.filter(|line| is_title(line) && !line.names_column());
        names.iter().all(|name| !name.is_empty()).then(|| Self {
            price: DOWNWARD,
            titles: bare.collect(),
            is_turned: true,
            ..Self::new(&turned, names)
        })
    }
}

/// The words of a header.
pub(super) fn names(header: &[Option<&Cell<'_>>]) -> Vec<String> {
    let name = |cell: Option<&Cell<'_>>| cell.map(words).unwrap_or_default().into_owned();
    header.iter().copied().map(name).collect()
}

/// The rows that may be the header: those that the syntax says, one of the first below, or none.
fn readings<'l, 'g, 'a>(part: &Part<'l, 'g, 'a>) -> Vec<Reading<'l, 'g, 'a>> {
    let mut readings = vec![Reading::new(part, names(&part.named()))];
    if part.header.len() > 1 {
        readings.push(Reading::new(part, joined(part)));
    }
    let mut above: Vec<_> = part.header.iter().collect();
    let is_value = |name: &String| ports::named_below_ports(name).is_some();
    let is_known = |name: &String| Header::new(name).is_known();
    let rows = part.rows.iter().take(limits::ROWS_TRIED_AS_HEADER);
    for (at, line) in rows.enumerate() {
        let below = part.below(at);
        let names = names(&below.named());
        if !names.iter().any(is_value) && names.iter().any(is_known) {
            if at == 0 {
                let together = named_together(part, &names);
                let reading = Reading::new(&below, together);
                let price = reading.price + BIT;
                readings.push(Reading { price, ..reading });
            }
            let reading = Reading::new(&below, names);
            readings.push(Reading {
                price: reading.price + above.iter().map(|_| BELOW_ROW).sum::<Bits>(),
                titles: above.clone(),
                ..reading
            });
        }
        above.push(line);
    }
    // One that says ports and nothing else is no row.
    let is_header = |name: &String| Header::new(name).named(Role::Port) >= Some(9 * BIT);
    if part.header.iter().any(|line| !line.is_blank()) && !readings[0].names.iter().any(is_header) {
        readings.push(Reading {
            price: NO_HEADER,
            ..Reading::new(&part.without_header(), vec![String::new(); part.width()])
        });
    }
    readings
}

/// The words of all header rows together, column by column.
fn joined(part: &Part<'_, '_, '_>) -> Vec<String> {
    let mut names = vec![String::new(); part.width()];
    for line in part.header {
        let own = names.iter_mut().zip(&line.slots);
        for (name, slot) in own.filter_map(|(name, slot)| Some((name, slot.as_ref()?))) {
            if !slot.is_from_above {
                let end = if name.is_empty() { "" } else { " " };
                *name = format!("{name}{end}{}", slot.text());
            }
        }
    }
    names
}

/// The words of a header and of the row below it together. One that spans columns stands above the first of them:
/// `Ports` and a blank above `TCP` and `UDP`.
fn named_together(part: &Part<'_, '_, '_>, below: &[String]) -> Vec<String> {
    let mut over = String::new();
    let together = names(&part.named()).into_iter().zip(below);
    let together = together.map(|(above, own)| {
        if !above.is_empty() {
            over.clone_from(&above);
        }
        if own.is_empty() {
            above
        } else if over.is_empty() || over.len() > limits::HEADER || over.eq_ignore_ascii_case(own) {
            own.clone()
        } else {
            format!("{over} {own}")
        }
    });
    together.collect()
}

/// What the cells of a header cost that look like values.
fn price(names: &[String]) -> Bits {
    let of_cell = |name: &String| match Kind::new(name) {
        Kind::Transport => 5 * BIT,
        Kind::Blank => BIT / 2,
        kind if kind.is_port() => 8 * BIT,
        _ => 0,
    };
    names.iter().map(of_cell).sum()
}

fn is_title(line: &Line<'_, '_>) -> bool {
    filled(&line.slots).nth(1).is_none()
}
