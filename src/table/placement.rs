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
//! A row is read as it stands, or with one run of cells missing; in tables like that of the page, with a run on the left
//! and one after the first status. Each reading weighs what its cells say below their columns, less the price of what is
//! missing.

use std::ops::Range;

use crate::limits;

use super::columns::Columns;
use super::fit::{BIT, Bits, DOUBT, Kind, MARKS, Role};
use super::lines::{Slot, Slots};

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

/// Readings of a row that lost cells, which fit alike and differ in price by less, are both likely.
const DOUBT_OF_PRICES: Bits = 9 * BIT / 2;

/// A cell that fits its column worse than this does not belong there.
pub(super) const MISFIT: Bits = -5 * BIT;

/// Where the cells of a row belong.
#[derive(Debug, Clone, Default)]
pub(super) struct Placement {
    /// The columns whose cells a span of rows above took.
    pub(super) lost: Range<usize>,
    /// The columns that a cell of several columns covers, behind its first one.
    pub(super) covered: Range<usize>,
    /// How well its cells fit their columns.
    fit: Bits,
    /// The same, less the prices of what is missing.
    bits: Bits,
}

/// How a row is read.
#[derive(Debug, Default)]
pub(super) struct Decision {
    pub(super) placement: Placement,
    /// How much worse it reads as it stands.
    pub(super) gain: Bits,
    /// A placement that says something else and is nearly as likely.
    pub(super) rival: Option<Placement>,
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
        self.missing() == 0
    }

    fn missing(&self) -> usize {
        self.lost.len() + self.covered.len()
    }
}

impl Decision {
    /// The best placement of a row.
    pub(super) fn find(slots: &Slots<'_, '_>, columns: &Columns) -> Self {
        let row = Row::new(slots, columns);
        let placement = |(lost, covered)| Placement {
            lost,
            covered,
            ..Placement::default()
        };
        let stands = row.as_it_stands();
        let mut placements = vec![stands.clone()];
        let runs = row.runs().map(placement).filter(|it| row.tells(it));
        // As many blanks at the end as cells are missing are none.
        placements.extend(runs.map(|placement| {
            let cells = row.width - placement.missing();
            row.weigh(placement, cells)
        }));
        // The first of those that are alike.
        let likely = |placements: &[Placement], differs: &dyn Fn(&&Placement) -> bool| {
            let likely = placements.iter().rev().filter(differs);
            likely.max_by_key(|placement| placement.bits).cloned()
        };
        let best = likely(&placements, &|_| true).unwrap_or_default();
        let next = likely(&placements, &|other| row.differ(&best, other));
        // Two that differ little are both likely. More doubt is allowed where the price alone decides against the one that
        // fits better, and where the row has certainly lost cells and no status shows which.
        let has_lost = !best.stands() && columns.statuses().is_empty();
        let is_rival = |next: &Placement| {
            let doubt = match next.fit - best.fit {
                more if more > BIT / 2 => 5 * BIT,
                more if has_lost && more > -DOUBT => DOUBT_OF_PRICES,
                _ => DOUBT,
            };
            next.bits + doubt > best.bits
        };
        Self {
            gain: best.bits - stands.bits,
            rival: next.filter(is_rival),
            placement: best,
        }
    }

    /// Whether the row stands as it is, and nothing else is likely.
    pub(super) fn is_sure(&self) -> bool {
        self.placement.stands() && self.rival.is_none()
    }
}

/// A row that is being read.
struct Row<'r> {
    kinds: Vec<Kind>,
    columns: &'r Columns,
    width: usize,
    /// How many cells there are up to the last filled one.
    filled: usize,
    /// How likely each cell is in each column from its own on.
    chances: Vec<Vec<Bits>>,
}

impl<'r> Row<'r> {
    fn new(slots: &Slots<'_, '_>, columns: &'r Columns) -> Self {
        let width = columns.roles.len();
        let cells = slots.iter().flatten();
        let kinds: Vec<_> = cells.clone().map(|slot| slot.kind).collect();
        let last = kinds.iter().rposition(|&kind| kind != Kind::Blank);
        let chances = |(at, slot): (usize, &Slot<'_, '_>)| {
            let (reach, text) = (at..(at + limits::LOST_CELLS + 1).min(width), slot.text());
            reach
                .map(|column| columns.chance(column, slot.kind, &text))
                .collect()
        };
        Self {
            chances: cells.enumerate().map(chances).collect(),
            filled: last.map_or(0, |last| last + 1).min(width),
            kinds,
            columns,
            width,
        }
    }

    /// The runs of cells that may be missing: one that a span of rows took, one that a cell of several columns covers.
    fn runs(&self) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let statuses = self.columns.statuses();
        let most = (self.width - self.filled).min(limits::LOST_CELLS);
        let fewest = self.width.saturating_sub(self.kinds.len()).max(1);
        let is_wide = self.width > limits::LOST_CELLS;
        let starts = if is_wide { 1 } else { self.filled.max(1) };
        (fewest..=most).flat_map(move |missing| {
            let lost = (0..starts).map(move |start| (start..start + missing, 0..0));
            let first = statuses.start + 1;
            let over = (1..=missing).map(move |over| (0..missing - over, first..first + over));
            let statuses = statuses.clone();
            let over = over.filter(move |(lost, covered)| {
                covered.end <= statuses.end && lost.end <= statuses.start
            });
            lost.chain(over)
        })
    }

    /// Whether the cells behind a run say where they belong: marks may as well stand one column before.
    fn tells(&self, placement: &Placement) -> bool {
        let start = if placement.lost.is_empty() {
            placement.covered.start
        } else {
            placement.lost.start
        };
        let mut moved = self.kinds[..self.filled].iter().skip(start);
        start == 0 || moved.any(|kind| !MARKS.contains(kind))
    }

    /// As it stands: blanks at its end are cells, or were left out.
    fn as_it_stands(&self) -> Placement {
        let weigh = |cells| self.weigh(Placement::default(), cells);
        let (padded, left_out) = (weigh(self.kinds.len().min(self.width)), weigh(self.filled));
        if padded.bits > left_out.bits {
            padded
        } else {
            left_out
        }
    }

    /// Weighs a placement of the first cells of the row.
    fn weigh(&self, mut placement: Placement, cells: usize) -> Placement {
        let chance = |column| {
            let at = placement.cell_in(column).filter(|&at| at < cells)?;
            Some(self.chances[at][column - at])
        };
        let fit: Bits = (0..self.width).filter_map(chance).sum();
        placement.fit = fit + self.reserved(&placement);
        placement.bits = placement.fit
            - self.price(&placement)
            - behind(self.width - placement.missing() - cells)
            - self.lacks(&placement);
        placement
    }

    /// The price of what is missing.
    fn price(&self, placement: &Placement) -> Bits {
        let is_status = |column| matches!(self.columns.roles[column], Role::Status(_));
        let (lost, covered) = (&placement.lost, &placement.covered);
        let prices = sum([
            (!lost.is_empty() && lost.start == 0, LEFT),
            (lost.start > 0, MIDDLE),
            (!covered.is_empty(), OVER_STATUSES),
            (lost.clone().any(is_status), STATUS_OF_ROWS),
        ]);
        prices + further(placement.missing())
    }

    /// What speaks for a row that ends in its description, `Reserved`, behind one cell over several statuses: that is a
    /// status, too.
    fn reserved(&self, placement: &Placement) -> Bits {
        let ends_so = !placement.covered.is_empty() && self.kinds.last() == Some(&Kind::Reserved);
        if ends_so { RESERVED } else { 0 }
    }

    /// The price of a row that lacks what each row says: a port, a transport, what for.
    fn lacks(&self, placement: &Placement) -> Bits {
        let is_port = |role| matches!(role, Role::Port | Role::PortOf(_));
        let is_word = |role| matches!(role, Role::Name | Role::Description);
        let is_transport = |role| role == Role::Transport;
        // A protocol of another layer in the column of transports says what for.
        let transport = self
            .columns
            .column(Role::Transport)
            .and_then(|column| placement.cell_in(column));
        let is_name = transport.is_some_and(|at| self.kinds.get(at) == Some(&Kind::Name));
        let has = |at: usize, kind: Kind| {
            // A blank one can be that of the row above, if it is not the end of the row that is missing.
            kind.is_port() || kind == Kind::Blank && at < self.filled
        };
        let is_filled = |_, kind| kind != Kind::Blank;
        let lacks_words = !is_name && self.lacks_one(placement, is_word, is_filled);
        sum([
            (self.lacks_one(placement, is_port, has), NO_PORT),
            (
                self.lacks_one(placement, is_transport, is_filled),
                NO_TRANSPORT,
            ),
            (lacks_words, NO_WORDS),
        ])
    }

    /// Whether the row has no cell that serves in a column with such a role.
    fn lacks_one(
        &self,
        placement: &Placement,
        is: impl Fn(Role) -> bool,
        serves: impl Fn(usize, Kind) -> bool,
    ) -> bool {
        let columns = self.columns.roles.iter().enumerate();
        let mut columns = columns.filter(|(_, role)| is(**role));
        let is_there = |column: usize| {
            placement
                .cell_in(column)
                .is_none_or(|at| self.kinds.get(at).is_some_and(|&kind| serves(at, kind)))
        };
        !columns.any(|(column, _)| is_there(column))
    }

    /// Whether two readings put other words into a column.
    fn differ(&self, one: &Placement, other: &Placement) -> bool {
        let filled = |placement: &Placement, column| {
            let at = placement.cell_in(column)?;
            self.kinds
                .get(at)
                .filter(|kind| **kind != Kind::Blank)
                .map(|_| at)
        };
        (0..self.columns.roles.len()).any(|column| filled(one, column) != filled(other, column))
    }
}

/// The sum of the prices that are due.
fn sum<const N: usize>(prices: [(bool, Bits); N]) -> Bits {
    let due = prices.into_iter().filter(|(is_due, _)| *is_due);
    due.map(|(_, price)| price).sum()
}

/// The price of cells that are missing at the end.
fn behind(cells: usize) -> Bits {
    if cells == 0 {
        0
    } else {
        RIGHT + further(cells)
    }
}

/// The price of the cells of a run behind its first.
fn further(cells: usize) -> Bits {
    Bits::try_from(cells.saturating_sub(1)).unwrap_or(Bits::MAX / 100) * FURTHER
}
