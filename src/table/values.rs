//! [`Part`] → [`Values`]: what stands below a header.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use super::fit::{KINDS, Kind};
use super::header::Header;
use super::lines::{Line, Part, Slots, filled};
use crate::dataset::Protocol;
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

    /// How many are not blank.
    pub(super) fn filled(&self, column: usize) -> u32 {
        self.rows - self.of(column, Kind::Blank)
    }

    /// How many ports stand in a column.
    fn ports(&self, column: usize) -> u32 {
        let ports = Kind::ALL.into_iter().filter(|kind| kind.is_port());
        ports.map(|kind| self.of(column, kind)).sum()
    }

    fn add(&mut self, slots: &Slots<'_, '_>) {
        self.rows += 1;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let kind = slots.get(at).copied().flatten().map(|slot| slot.kind);
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
    pub(super) fn new(part: &Part<'l, 'g, 'a>, header: &[String]) -> Self {
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
                || names_columns_again(slots, header)
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

    /// The cells of a column that are not blank, with their kinds.
    fn column(&self, column: usize) -> impl Iterator<Item = (Kind, Cow<'g, str>)> + Clone {
        let slots = self
            .rows
            .iter()
            .filter_map(move |(slots, _)| *slots.get(column)?);
        slots
            .filter(|slot| slot.kind != Kind::Blank)
            .map(|slot| (slot.kind, slot.text()))
    }

    /// The texts of a column.
    fn texts(&self, column: usize) -> impl Iterator<Item = Cow<'g, str>> + Clone {
        self.column(column).map(|(_, text)| text)
    }

    /// The texts of a column in rows that lost nothing.
    pub(super) fn trusted(&self, column: usize) -> impl Iterator<Item = Cow<'g, str>> {
        let rows = self.rows.iter().filter(|(_, is_whole)| *is_whole);
        rows.filter_map(move |(slots, _)| Some((*slots.get(column)?)?.text()))
            .filter(|text| !text.is_empty())
    }

    /// Whether most filled cells of a column are ports.
    pub(super) fn are_ports(&self, column: usize) -> bool {
        let filled = self.counts.filled(column) - self.counts.of(column, Kind::Nothing);
        self.counts.ports(column) * 2 > filled
    }

    /// Whether a column has a cell that is a port, or may be one.
    pub(super) fn has_ports(&self, column: usize) -> bool {
        let mut kinds = self
            .rows
            .iter()
            .filter_map(|(slots, _)| Some((*slots.get(column)?)?.kind));
        kinds.any(|kind| kind.is_port() || kind == Kind::MaybePort)
    }

    /// How many different texts a column has.
    pub(super) fn distinct(&self, column: usize) -> usize {
        *self.distinct[column].get_or_init(|| self.texts(column).collect::<HashSet<_>>().len())
    }

    /// The one protocol that a column holds, beside blanks and signs for none.
    pub(super) fn only_protocol(&self, column: usize) -> Option<Protocol> {
        let filled = self
            .column(column)
            .filter(|(kind, _)| *kind != Kind::Nothing);
        let mut protocols = filled.map(|(_, text)| protocols::protocol(&text));
        let first = protocols.next()??;
        protocols.all(|other| other == Some(first)).then_some(first)
    }

    /// Whether what a column says of protocols is `both` and nothing else.
    pub(super) fn name_no_protocol(&self, column: usize) -> bool {
        let named = self
            .column(column)
            .filter(|(kind, _)| *kind == Kind::Transport);
        let mut texts = named.map(|(_, text)| text).peekable();
        texts.peek().is_some() && texts.all(|text| protocols::is_both(&text))
    }

    /// Whether a column has a number that no socket of a switch has.
    pub(super) fn has_large_ports(&self, column: usize) -> bool {
        let is_large = |part: &ports::Part| part.ports.last() > limits::SMALL_PORT;
        let mut texts = self.texts(column);
        texts.any(|text| ports::named_by(&text).is_some_and(|it| it.parts.iter().any(is_large)))
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

    /// Whether two of the ports of a column stand beside the names of services that everybody knows there, or beside
    /// words with the name of a protocol.
    pub(super) fn name_services(&self, port: usize) -> bool {
        self.stand_beside(port, |known, kind| {
            kind == Kind::SomeTransport || lists::is_in("known service", known)
        })
    }

    /// Whether two of the numbers of a column are those of the IP protocols beside them: `17 | UDP`.
    pub(super) fn number_protocols(&self, port: usize) -> bool {
        self.stand_beside(port, |known, _| lists::is_in("protocol number", known))
    }

    /// Whether two of the ports of a column stand beside such a cell, given the port with its first word, and its kind.
    fn stand_beside(&self, port: usize, is_such: impl Fn(&str, Kind) -> bool) -> bool {
        let has_such = |(slots, _): &&(&Slots<'_, '_>, bool)| {
            let port = slots.get(port).copied().flatten();
            let port = port.filter(|slot| slot.kind.is_port());
            port.is_some_and(|port| {
                filled(slots).any(|slot| {
                    let text = slot.text();
                    let word = text.split(|c: char| !c.is_alphanumeric()).next();
                    let known = format!("{} {}", port.text(), word.unwrap_or_default());
                    is_such(&known, slot.kind)
                })
            })
        };
        self.rows.iter().filter(has_such).nth(1).is_some()
    }

    /// Whether most filled cells of a column end in the name of a protocol: `libpq (TCP)`.
    pub(super) fn end_in_protocols(&self, column: usize) -> bool {
        let is_named = |(kind, text): &(Kind, Cow<'_, str>)| {
            *kind == Kind::SomeTransport && protocols::named_behind(text).is_some()
        };
        self.column(column).filter(is_named).count() * 2 > self.column(column).count()
    }

    /// How many rows have ports in several of these columns, and how many hold one twice: a service has as a rule the
    /// same ports for each protocol.
    pub(super) fn shared_ports(&self, columns: &[usize]) -> [usize; 2] {
        let (mut several, mut same) = (0, 0);
        for (slots, _) in &self.rows {
            let cells = columns
                .iter()
                .filter_map(|&column| ports::named_by(&(*slots.get(column)?)?.text()));
            let cells: Vec<HashSet<_>> = cells
                .map(|ports| {
                    let ranges = ports.parts.iter().map(|part| part.ports);
                    ranges
                        .flat_map(|range| [range.first(), range.last()])
                        .collect()
                })
                .collect();
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
    let is_rule = |slot: super::lines::Slot<'_, '_>| {
        matches!(slot.kind, Kind::Nothing | Kind::Words)
            && regex!(r"^:?[-=]{2,}:?$").is_match(&slot.text())
    };
    filled(slots).next().is_some() && filled(slots).all(is_rule)
}

/// Whether a row names columns as a header does: ports, and in every other cell a header's words. Numbers and
/// sentences name none: `Random port number between 1024 and 65535`.
pub(super) fn names_columns_again(slots: &Slots<'_, '_>, header: &[String]) -> bool {
    if filled(slots).any(|slot| slot.kind.is_port() || slot.kind == Kind::Number) {
        return false;
    }
    let texts = slots
        .iter()
        .map(|slot| slot.map(|slot| slot.text()).unwrap_or_default());
    let texts: Vec<_> = texts
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let is_same = |(column, text): &(usize, Cow<'_, str>)| {
        let header = header.get(*column);
        header.is_some_and(|header| header.eq_ignore_ascii_case(text))
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
