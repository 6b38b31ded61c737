//! [`Part`] → [`Values`]: what stands below a header.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use super::fit::{KINDS, Kind};
use super::header::Header;
use super::lines::{Line, Part, Slot, Slots, cell, filled};
use crate::limits;
use crate::vocabulary::{lists, ports, protocols};

/// How often each kind of cell stands in each column.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub(super) rows: u32,
    pub(super) columns: Vec<[u32; KINDS]>,
}

impl Counts {
    /// How many cells of a column are of one kind.
    pub(super) fn of(&self, column: usize, kind: Kind) -> u32 {
        self.columns[column][kind as usize]
    }

    /// How many are of one of these.
    pub(super) fn of_any(&self, column: usize, kinds: &[Kind]) -> u32 {
        kinds.iter().map(|&kind| self.of(column, kind)).sum()
    }

    /// How many are not blank.
    pub(super) fn filled(&self, column: usize) -> u32 {
        self.rows - self.of(column, Kind::Blank)
    }

    /// How many say something.
    pub(super) fn meant(&self, column: usize) -> u32 {
        self.filled(column) - self.of(column, Kind::Nothing)
    }

    /// How many ports stand in a column.
    fn ports(&self, column: usize) -> u32 {
        let ports = Kind::ALL.into_iter().filter(|kind| kind.is_port());
        ports.map(|kind| self.of(column, kind)).sum()
    }

    fn add(&mut self, slots: &Slots<'_, '_>) {
        self.rows += 1;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let kind = cell(slots, at).map(|slot| slot.kind);
            column[kind.unwrap_or(Kind::Blank) as usize] += 1;
        }
    }
}

/// What stands below a header.
#[derive(Debug)]
pub(super) struct Values<'l, 'g, 'a> {
    /// In the rows that lost nothing: only they teach what stands in a column.
    pub(super) counts: Counts,
    /// The first rows of all, and whether each has lost nothing.
    rows: Vec<(&'l Slots<'g, 'a>, bool)>,
    /// How many different texts each column has, once it is asked.
    distinct: Vec<OnceCell<usize>>,
}

impl<'l, 'g, 'a> Values<'l, 'g, 'a> {
    /// What stands in the rows of a table, below a header with these words.
    pub(super) fn new(part: &Part<'l, 'g, 'a>, headers: &[Header]) -> Self {
        let columns = vec![[0; KINDS]; part.width()];
        let mut whole = Counts { rows: 0, columns };
        let mut all = whole.clone();
        let mut rows = Vec::new();
        for line in part.rows {
            let slots = part.slots(line).0;
            // Titles, rule lines and the header again are no values.
            let fewest = part.width().min(2);
            if filled(slots).count() < fewest
                || is_rule(slots)
                || names_columns_again(slots, headers)
            {
                continue;
            }
            let is_whole = is_whole(part, line);
            all.add(slots);
            if is_whole {
                whole.add(slots);
            }
            if rows.len() < limits::ROWS_COMPARED {
                rows.push((slots, is_whole));
            }
        }
        // A column of ports that is blank in all of these rows is only known from others.
        let knows = |at| whole.filled(at) > 0 || all.ports(at) == 0;
        let is_enough = whole.rows * 10 >= all.rows && (0..part.width()).all(knows);
        Self {
            counts: if is_enough { whole } else { all },
            rows,
            distinct: vec![OnceCell::new(); part.width()],
        }
    }

    /// The cells of a column that are not blank.
    fn column(&self, column: usize) -> impl Iterator<Item = Slot<'g, 'a>> + Clone {
        let cells = self.rows.iter();
        let cells = cells.filter_map(move |(slots, _)| cell(slots, column));
        cells.filter(|slot| slot.kind != Kind::Blank)
    }

    /// The texts of a column.
    fn texts(&self, column: usize) -> impl Iterator<Item = Cow<'g, str>> + Clone {
        self.column(column).map(|slot| slot.text())
    }

    /// The texts of a column in rows that lost nothing.
    pub(super) fn trusted(&self, column: usize) -> impl Iterator<Item = Cow<'g, str>> {
        let rows = self.rows.iter().filter(|(_, is_whole)| *is_whole);
        rows.filter_map(move |(slots, _)| Some(cell(slots, column)?.text()))
            .filter(|text| !text.is_empty())
    }

    /// Whether most filled cells of a column are ports.
    pub(super) fn are_ports(&self, column: usize) -> bool {
        self.counts.ports(column) * 2 > self.counts.meant(column)
    }

    /// Whether a column has a cell that is a port, or may be one.
    pub(super) fn has_ports(&self, column: usize) -> bool {
        let mut cells = self.column(column);
        cells.any(|slot| slot.kind.is_port() || slot.kind == Kind::MaybePort)
    }

    /// How many different texts a column has.
    pub(super) fn distinct(&self, column: usize) -> usize {
        *self.distinct[column].get_or_init(|| self.texts(column).collect::<HashSet<_>>().len())
    }

    /// Whether what a column says of protocols is `both` and nothing else.
    pub(super) fn say_only_both(&self, column: usize) -> bool {
        let cells = self.column(column);
        let mut named = cells.filter(|slot| slot.kind == Kind::Transport).peekable();
        named.peek().is_some() && named.all(|slot| protocols::is_both(&slot.text()))
    }

    /// Whether a column has a number that no socket of a switch has.
    pub(super) fn has_large_ports(&self, column: usize) -> bool {
        let mut ports = self.texts(column).filter_map(|text| ports::named_by(&text));
        ports.any(|ports| ports.parts.iter().any(ports::Part::is_large))
    }

    /// Whether the filled cells of a column are 0, 1 and so on, or 1, 2, 3 and so on.
    pub(super) fn count_up(&self, column: usize) -> bool {
        let is_from = |first: usize| {
            let mut texts = self.texts(column).zip(first..);
            texts.all(|(text, at)| *text == at.to_string())
        };
        let mut texts = self.texts(column);
        texts.next().is_some() && (is_from(0) || texts.nth(1).is_some() && is_from(1))
    }

    /// Whether two of the numbers of a column stand in a list with the word beside them: `17 | UDP`, `22 | ssh`.
    pub(super) fn are_known(&self, column: usize, list: &str) -> bool {
        let is_known = |(slots, _): &&(&Slots<'_, '_>, bool)| {
            let number = cell(slots, column).map(|slot| slot.text());
            number.is_some_and(|number| {
                filled(slots).any(|slot| {
                    let text = slot.text();
                    let word = text.split(|c: char| !c.is_alphanumeric()).next();
                    lists::is_in(list, &format!("{number} {}", word.unwrap_or_default()))
                })
            })
        };
        self.rows.iter().filter(is_known).nth(1).is_some()
    }

    /// How many rows have ports in several of these columns, and how many hold one twice: a service has as a rule the
    /// same ports for each protocol.
    pub(super) fn shared_ports(&self, columns: &[usize]) -> [usize; 2] {
        let (mut several, mut same) = (0, 0);
        for (slots, _) in &self.rows {
            let cells = columns
                .iter()
                .filter_map(|&column| ports::named_by(&cell(slots, column)?.text()));
            let ends = |part: &ports::Part| [part.ports.first(), part.ports.last()];
            let cells = cells.map(|ports| ports.parts.iter().flat_map(ends).collect());
            let cells: Vec<HashSet<_>> = cells.collect();
            let all: HashSet<_> = cells.iter().flatten().collect();
            several += usize::from(cells.len() > 1);
            same += usize::from(all.len() < cells.iter().map(HashSet::len).sum());
        }
        [several, same]
    }
}

/// Whether a row has lost no cell: it is as wide as the table and filled at its end, or its syntax knows.
fn is_whole(part: &Part<'_, '_, '_>, line: &Line<'_, '_>) -> bool {
    let last = line.slots.last().copied().flatten();
    part.is_side
        || line.knows_extents
        || line.slots.len() == part.width() && last.is_some_and(|slot| slot.kind != Kind::Blank)
}

/// Whether cells are the rule below a header and nothing else.
pub(super) fn is_rule(slots: &Slots<'_, '_>) -> bool {
    let is_rule = |slot: Slot<'_, '_>| {
        matches!(slot.kind, Kind::Nothing | Kind::Words)
            && regex!(r"^:?[-=]{2,}:?$").is_match(&slot.text())
    };
    filled(slots).next().is_some() && filled(slots).all(is_rule)
}

/// Whether a row names columns as a header does: ports, and in every other cell a header's words. Numbers and
/// sentences name none: `Random port number between 1024 and 65535`.
pub(super) fn names_columns_again(slots: &Slots<'_, '_>, headers: &[Header]) -> bool {
    if filled(slots).any(|slot| slot.kind.is_port() || slot.kind == Kind::Number) {
        return false;
    }
    let texts = slots.iter().enumerate();
    let texts = texts.filter_map(|(column, slot)| Some((column, slot.as_ref()?.text())));
    let texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
    let is_same = |(column, text): &(usize, Cow<'_, str>)| {
        let header = headers.get(*column);
        header.is_some_and(|header| header.text().eq_ignore_ascii_case(text))
    };
    let names_column = |text: &str| {
        !text.contains(|c: char| c.is_ascii_digit())
            && text.split_whitespace().count() <= limits::WORDS_OF_HEADER
            && Header::new(text).is_known()
    };
    texts.len() > 1
        && (texts.iter().all(is_same)
            || texts
                .iter()
                .all(|cell| is_same(cell) || names_column(&cell.1))
                && texts
                    .iter()
                    .any(|(_, text)| Header::new(text).names_ports()))
}
