//! A row whose syntax cannot say how far cells reach → [`Placement`]: where its cells belong.
//!
//! Markdown has no spans. What a cell of several rows or columns covers is missing from the rows below or from its
//! own, and the other cells stand too far to the left, as a rule with as many blanks at the end:
//!
//! ```text
//! | 9  | Yes        |     | Yes | Assigned      | Discard Protocol |
//! | No | Unofficial |     |     | [Wake-on-LAN] |                  |   has lost its first cell
//! ```
//!
//! A row reads as it stands, or with one run of cells missing; in the form of the page with a run on the left and
//! one behind the first status. Each reading weighs what its cells say below their columns, less the price of what is
//! missing.

use std::ops::Range;

use super::columns::{Columns, DOUBT};
use super::fit::{BIT, Bits, Kind, Role};
use super::survey::Line;

/// Prices of what is missing.
const LEFT: Bits = 3 * BIT;
const RIGHT: Bits = 2 * BIT;
const MIDDLE: Bits = 7 * BIT;
/// A cell over several statuses.
const OVER_STATUSES: Bits = 4 * BIT;
/// Each further cell of a run.
const FURTHER: Bits = BIT / 2;
/// A status that a span of rows took: statuses span columns.
const STATUS_OF_ROWS: Bits = 8 * BIT;
/// A row without a port, its own or a lost one.
const NO_PORT: Bits = 4 * BIT;

/// A row without a transport.
const NO_TRANSPORT: Bits = 3 * BIT;

/// A row without the words that say what for.
const NO_WORDS: Bits = 3 * BIT;

/// Gained by `Reserved` as the description of what is reserved.
const RESERVED: Bits = 10 * BIT;

/// In wider tables nothing is looked for in the middle.
const WIDEST: usize = 24;

/// A cell that fits its column worse than this does not belong there.
pub(super) const MISFIT: Bits = -5 * BIT;

/// Where the cells of a row belong.
#[derive(Debug, Clone, Default)]
pub(super) struct Placement {
    /// The columns whose cells a span of rows above took.
    pub(super) lost: Range<usize>,
    /// The columns that a cell of several columns covers, behind its first one.
    pub(super) covered: Range<usize>,
    bits: Bits,
    /// How much worse it reads as it stands.
    pub(super) gain: Bits,
    /// A reading says something else and is nearly as likely.
    pub(super) is_ambiguous: bool,
}

impl Placement {
    /// Which cell of the row stands in a column; `None` for one that is missing.
    pub(super) fn cell_in(&self, column: usize) -> Option<usize> {
        if self.lost.contains(&column) || self.covered.contains(&column) {
            return None;
        }
        let before = |run: &Range<usize>| run.len().min(column.saturating_sub(run.start));
        Some(column - before(&self.lost) - before(&self.covered))
    }

    /// Whether nothing is missing but cells at the end.
    pub(super) fn stands(&self) -> bool {
        self.lost.is_empty() && self.covered.is_empty()
    }

    /// Whether it stands, and nothing else is likely.
    pub(super) fn is_sure(&self) -> bool {
        self.stands() && !self.is_ambiguous
    }

    fn missing(&self) -> usize {
        self.lost.len() + self.covered.len()
    }

    /// The best reading of a row.
    pub(super) fn find(line: &Line<'_>, columns: &Columns) -> Self {
        let kinds = &line.kinds[..];
        let width = columns.roles.len();
        let last = kinds.iter().rposition(|&kind| kind != Kind::Blank);
        let filled = last.map_or(0, |last| last + 1);
        let row = Row {
            line,
            kinds,
            columns,
            filled,
        };
        let stands = Self {
            bits: row.weigh_as_it_stands(),
            ..Self::default()
        };
        if filled == width || width > kinds.len() + WIDEST {
            return stands;
        }
        let narrowest = width.saturating_sub(kinds.len()).max(1);
        let most = (width - filled).min(WIDEST);
        let mut readings = vec![stands.clone()];
        for missing in narrowest..=most {
            readings.extend(row.readings(missing));
        }
        // The first of those that are alike.
        let best = readings
            .iter()
            .rev()
            .max_by_key(|reading| reading.bits)
            .unwrap_or(&stands);
        let is_rival = |other: &&Self| other.bits + DOUBT > best.bits && row.differ(best, other);
        Self {
            gain: best.bits - stands.bits,
            is_ambiguous: readings.iter().any(|other| is_rival(&other)),
            ..best.clone()
        }
    }
}

/// A row that is being read.
struct Row<'r> {
    line: &'r Line<'r>,
    kinds: &'r [Kind],
    columns: &'r Columns,
    /// How many cells there are up to the last filled one.
    filled: usize,
}

impl Row<'_> {
    fn chance(&self, at: usize, column: usize) -> Bits {
        self.columns
            .chance(column, self.kinds[at], &self.line.texts[at])
    }

    /// As it stands: blanks at its end are cells, or were left out.
    fn weigh_as_it_stands(&self) -> Bits {
        let width = self.columns.roles.len();
        let own: Bits = (0..self.filled.min(width))
            .map(|at| self.chance(at, at))
            .sum();
        let blanks = self.filled..self.kinds.len().min(width);
        let as_cells: Bits = blanks.map(|at| self.chance(at, at)).sum();
        let price = |cells: usize| {
            if cells == 0 {
                0
            } else {
                RIGHT + further(cells)
            }
        };
        let padded = as_cells - price(width.saturating_sub(self.kinds.len()));
        let left_out = -price(width.saturating_sub(self.filled));
        own + padded.max(left_out) - self.lacks(&Placement::default())
    }

    /// All readings with so many cells missing.
    fn readings(&self, missing: usize) -> Vec<Placement> {
        let width = self.columns.roles.len();
        let cells = width - missing;
        // What the cells weigh where they stand, from the left, and moved by what is missing, from each one on.
        let mut standing = vec![0; cells + 1];
        let mut moved = vec![0; cells + 1];
        for at in 0..cells {
            standing[at + 1] = standing[at] + self.chance(at, at);
        }
        for at in (0..cells).rev() {
            moved[at] = moved[at + 1] + self.chance(at, at + missing);
        }
        let statuses = self.columns.statuses();
        let is_over_statuses = |run: &Range<usize>| {
            run.start > statuses.start && run.start == statuses.start + 1 && run.end <= statuses.end
        };
        let mut readings = Vec::new();
        let runs_start = if width > WIDEST {
            0..1
        } else {
            0..self.filled.max(1)
        };
        for start in runs_start {
            let run = start..start + missing;
            let bits = standing[start] + moved[start];
            if is_over_statuses(&run) {
                let bits = bits - OVER_STATUSES + self.reserved(missing);
                readings.push(self.reading(0..0, run.clone(), bits));
            }
            let price = if start == 0 { LEFT } else { MIDDLE };
            readings.push(self.reading(run, 0..0, bits - price));
        }
        for covered in 1..missing {
            let run = statuses.start + 1..statuses.start + 1 + covered;
            let lost = 0..missing - covered;
            if run.end <= statuses.end && lost.end <= statuses.start {
                let both = Placement {
                    lost: lost.clone(),
                    covered: run.clone(),
                    ..Placement::default()
                };
                let bits: Bits = (0..width)
                    .filter_map(|column| Some(self.chance(both.cell_in(column)?, column)))
                    .sum();
                readings.push(self.reading(lost, run, bits - LEFT - OVER_STATUSES));
            }
        }
        readings
    }

    /// What speaks for a row that ends in its description, `Reserved`: that is a status, too.
    fn reserved(&self, missing: usize) -> Bits {
        let ends_so = (3..self.columns.roles.len()).contains(&self.kinds.len())
            && self.filled == self.kinds.len()
            && self.kinds[self.filled - 1] == Kind::Reserved
            && self.columns.roles.get(self.filled - 1 + missing) == Some(&Role::Description);
        if ends_so { RESERVED } else { 0 }
    }

    fn reading(&self, lost: Range<usize>, covered: Range<usize>, bits: Bits) -> Placement {
        let takes_status = lost
            .clone()
            .any(|column| matches!(self.columns.roles[column], Role::Status(_)));
        let mut reading = Placement {
            lost,
            covered,
            ..Placement::default()
        };
        let status = if takes_status { STATUS_OF_ROWS } else { 0 };
        reading.bits = bits - further(reading.missing()) - status - self.lacks(&reading);
        reading
    }

    /// The price of a row that lacks what each row says: a port, a transport, what for.
    fn lacks(&self, reading: &Placement) -> Bits {
        let is_port = |role| matches!(role, Role::Port | Role::PortOf(_));
        let is_word = |role| matches!(role, Role::Name | Role::Description);
        let is_transport = |role| role == Role::Transport;
        // A protocol of another layer in the column of transports says what for.
        let transport = self
            .columns
            .column(Role::Transport)
            .and_then(|column| reading.cell_in(column));
        let is_name = transport.is_some_and(|at| self.kinds.get(at) == Some(&Kind::Name));
        let price = |lacks, price| if lacks { price } else { 0 };
        let has = |at: usize, kind: Kind| {
            // A blank one can be that of the row above, if it is not the end of the row that is missing.
            kind.is_port() || kind == Kind::Blank && at < self.filled
        };
        let is_filled = |_, kind| kind != Kind::Blank;
        price(self.lacks_one(reading, is_port, has), NO_PORT)
            + price(
                self.lacks_one(reading, is_transport, is_filled),
                NO_TRANSPORT,
            )
            + price(
                !is_name && self.lacks_one(reading, is_word, is_filled),
                NO_WORDS,
            )
    }

    /// Whether the table has columns with such a role, and in all of them the row has no cell that serves.
    fn lacks_one(
        &self,
        reading: &Placement,
        is: impl Fn(Role) -> bool,
        serves: impl Fn(usize, Kind) -> bool,
    ) -> bool {
        let columns = self.columns.roles.iter().enumerate();
        let mut columns = columns.filter(|(_, role)| is(**role)).peekable();
        let is_there = |column: usize| {
            reading
                .cell_in(column)
                .is_none_or(|at| self.kinds.get(at).is_some_and(|&kind| serves(at, kind)))
        };
        columns.peek().is_some() && !columns.any(|(column, _)| is_there(column))
    }

    /// Whether two readings put other words into a column.
    fn differ(&self, one: &Placement, other: &Placement) -> bool {
        let filled = |reading: &Placement, column| {
            let at = reading.cell_in(column)?;
            self.kinds
                .get(at)
                .filter(|kind| **kind != Kind::Blank)
                .map(|_| at)
        };
        (0..self.columns.roles.len()).any(|column| filled(one, column) != filled(other, column))
    }
}

/// The price of the cells of a run behind its first.
fn further(cells: usize) -> Bits {
    Bits::try_from(cells.saturating_sub(1)).unwrap_or(Bits::MAX / 100) * FURTHER
}
