//! [`Part`] → [`Reading`]: which row names the columns, and what these say. Readings compete; the one that fits best
//! wins.

use crate::limits;
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::vocabulary::ports;

use super::columns::{Columns, Found};
use super::fit::{BIT, Bits, Kind};
use super::header::Header;
use super::lines::{Line, Lines, Part, filled};

/// Prices of a header: none, and one below a row of several filled cells or of one.
const NO_HEADER: Bits = 2 * BIT;
const BELOW_CELLS: Bits = 6 * BIT;
const BELOW_TITLE: Bits = BIT;
/// The columns are named from above to below.
const DOWNWARD: Bits = 4 * BIT;

/// A port table as it was understood.
#[derive(Debug)]
pub(super) struct Reading<'l, 'g, 'a> {
    /// The cells that name columns; `None` for a column without one.
    pub(super) header: Vec<Option<&'g Cell<'a>>>,
    pub(super) columns: Columns,
    /// The rows.
    pub(super) part: Part<'l, 'g, 'a>,
    /// Rows above the header that are titles.
    pub(super) titles: Vec<&'l Line<'g, 'a>>,
    /// Its columns are named from above to below.
    pub(super) is_turned: bool,
}

/// A row that may be the header.
struct Candidate<'l, 'g, 'a> {
    header: Vec<Option<&'g Cell<'a>>>,
    names: Vec<String>,
    part: Part<'l, 'g, 'a>,
    titles: Vec<&'l Line<'g, 'a>>,
    price: Bits,
    is_turned: bool,
}

impl<'l, 'g, 'a> Reading<'l, 'g, 'a> {
    /// The best reading of a table, as it stands or with its columns as rows; `None` if it is no port table.
    pub(super) fn find(
        part: &Part<'l, 'g, 'a>,
        turned: Option<&'l Lines<'g, 'a>>,
        speaks_of_ports: bool,
    ) -> Option<Self> {
        let candidates = candidates(part).into_iter();
        let candidates =
            candidates.chain(turned.and_then(|turned| Candidate::turned(part, turned)));
        let found = candidates.filter_map(|candidate| {
            let found = Found::new(&candidate.names, &candidate.part, speaks_of_ports)?;
            let is_sure = !candidate.is_turned || found.is_sure(&candidate.part);
            is_sure.then_some((found.bits() - candidate.price, candidate, found))
        });
        // The first of those that fit alike.
        let (_, candidate, found) =
            found.reduce(|best, other| if other.0 > best.0 { other } else { best })?;
        Some(Self {
            header: candidate.header,
            columns: found.columns(),
            part: candidate.part,
            titles: candidate.titles,
            is_turned: candidate.is_turned,
        })
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
}

/// The words of a header.
pub(super) fn names(header: &[Option<&Cell<'_>>]) -> Vec<String> {
    let name = |cell: Option<&Cell<'_>>| cell.map(words).unwrap_or_default().into_owned();
    header.iter().copied().map(name).collect()
}

/// The rows that may be the header: those that the syntax says, one of the first below, or none.
fn candidates<'l, 'g, 'a>(part: &Part<'l, 'g, 'a>) -> Vec<Candidate<'l, 'g, 'a>> {
    let mut candidates = vec![Candidate::new(part, names(&part.named()))];
    if part.header.len() > 1 {
        candidates.push(Candidate::new(part, joined(part)));
    }
    let mut above: Vec<_> = part.header.iter().collect();
    for (at, line) in part
        .rows
        .iter()
        .take(limits::ROWS_TRIED_AS_HEADER)
        .enumerate()
    {
        let candidate = Candidate::new(&part.below(at), names(&part.below(at).named()));
        let is_below_title = above.iter().all(|line| is_title(line));
        // A cell that holds only a tag or a citation says something of a row, and names no column.
        let is_spoken = filled(&line.slots).all(|slot| !slot.text().is_empty());
        if is_spoken
            && (is_below_title || !candidate.names.iter().any(|name| is_value(name)))
            && candidate
                .names
                .iter()
                .any(|name| Header::new(name).is_known())
        {
            let prices = above.iter().map(|line| {
                if is_title(line) {
                    BELOW_TITLE
                } else {
                    BELOW_CELLS
                }
            });
            candidates.push(Candidate {
                price: candidate.price + prices.sum::<Bits>(),
                titles: above.clone(),
                ..candidate
            });
        }
        above.push(line);
    }
    let speaks_of_hardware = || {
        let mut names = candidates[0].names.iter();
        names.any(|name| Header::new(name).has("hardware"))
    };
    if part.header.iter().any(|line| !line.is_blank()) && !speaks_of_hardware() {
        candidates.push(Candidate {
            price: NO_HEADER,
            ..Candidate::new(&part.without_header(), vec![String::new(); part.width()])
        });
    }
    candidates
}

impl<'l, 'g, 'a> Candidate<'l, 'g, 'a> {
    fn new(part: &Part<'l, 'g, 'a>, names: Vec<String>) -> Self {
        let header = part.named();
        Self {
            price: price(&header, &names),
            header,
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

fn is_title(line: &Line<'_, '_>) -> bool {
    filled(&line.slots).nth(1).is_none()
}

/// Whether a cell names no column: a number, ports among words, or an option of a command.
fn is_value(text: &str) -> bool {
    Kind::new(text) == Kind::Number
        || ports::named_below_ports(text).is_some()
        || regex!(r"^--?[0-9A-Za-z]").is_match(text)
}
