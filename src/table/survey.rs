//! [`Part`] → [`Survey`]: what stands in the columns of a table, before anything is decided.

use std::borrow::Cow;
use std::collections::HashSet;

use super::fit::{KINDS, Kind};
use super::header::Header;
use super::parts::Part;
use super::spans::Slot;
use crate::dataset::Protocol;
use crate::limits;
use crate::read::grid::{Cell, Row};
use crate::read::prose::words;
use crate::vocabulary::{ports, protocols};

/// How often each kind of cell stands in each column.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    pub(super) rows: u32,
    pub(super) columns: Vec<[u32; KINDS]>,
}

impl Counts {
    fn new(width: usize) -> Self {
        Self {
            rows: 0,
            columns: vec![[0; KINDS]; width],
        }
    }

    /// How many ports stand in a column.
    fn ports(&self, column: usize) -> u32 {
        let ports = Kind::ALL.into_iter().filter(|kind| kind.is_port());
        ports.map(|kind| self.columns[column][kind as usize]).sum()
    }

    fn is_filled(&self, column: usize) -> bool {
        self.columns[column][Kind::Blank as usize] < self.rows
    }

    fn add(&mut self, line: &Line<'_>) {
        self.rows += 1;
        for (column, &kind) in self.columns.iter_mut().zip(&line.kinds) {
            column[kind as usize] += 1;
        }
    }
}

/// A row, as far as its values matter.
#[derive(Debug, Clone)]
pub(super) struct Line<'g> {
    pub(super) texts: Vec<Cow<'g, str>>,
    pub(super) kinds: Vec<Kind>,
    /// How many cells of its own are filled.
    pub(super) filled: usize,
    /// How far it can be trusted to have lost no cell: 0 as wide as the table and filled at its end, 1 as wide, 2 any.
    trust: usize,
}

impl<'g> Line<'g> {
    /// A row with these cells in its columns; `is_open` if cells may be missing.
    pub(super) fn new<'a: 'g>(
        cells: impl Iterator<Item = Option<&'g Cell<'a>>>,
        is_open: bool,
        is_whole: bool,
    ) -> Self {
        let (mut texts, mut kinds, mut filled) = (Vec::new(), Vec::new(), 0);
        let mut before: Option<&Cell<'_>> = None;
        for cell in cells {
            let text = cell.map(words).unwrap_or_default();
            let is_again = before
                .zip(cell)
                .is_some_and(|(before, cell)| std::ptr::eq(before, cell));
            // One that holds only a note or a tag is no padding.
            let is_blank = cell.is_none_or(Cell::is_blank);
            kinds.push(if text.is_empty() && !is_blank {
                Kind::Nothing
            } else {
                Kind::new(&text)
            });
            filled += usize::from(!text.is_empty() && !is_again);
            texts.push(text);
            before = cell;
        }
        let is_filled = texts.last().is_some_and(|text| !text.is_empty());
        let trust = match (is_open, is_whole) {
            (false, _) => 0,
            (true, true) if is_filled => 0,
            (true, true) => 1,
            (true, false) => 2,
        };
        Self {
            texts,
            kinds,
            filled,
            trust,
        }
    }

    /// Whether it is a row of values: titles, rule lines and the header again are none.
    fn has_values(&self, header: &[String]) -> bool {
        self.filled > 1 && !self.is_rule() && !self.is_header_again(header)
    }

    fn is_rule(&self) -> bool {
        is_rule(self.texts.iter().map(|text| &**text))
    }

    fn is_header_again(&self, header: &[String]) -> bool {
        let is_value = |kind: &Kind| kind.is_port() || matches!(kind, Kind::Number);
        !self.kinds.iter().any(is_value) && names_columns_again(&self.texts, header)
    }
}

/// Whether cells are the rule below a header and nothing else.
pub(super) fn is_rule<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let mut filled = texts.filter(|text| !text.is_empty()).peekable();
    filled.peek().is_some() && filled.all(|text| regex!(r"^:?[-=]{2,}:?$").is_match(text))
}

/// Whether a row names columns as a header does: ports, and in every other cell a header's words. Numbers and
/// sentences name none: `Random port number between 1024 and 65535`.
pub(super) fn names_columns_again(texts: &[Cow<'_, str>], header: &[String]) -> bool {
    let filled = || {
        texts
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
    };
    let is_same = |(column, text): (usize, &Cow<'_, str>)| {
        header
            .get(column)
            .is_some_and(|header| header.eq_ignore_ascii_case(text))
    };
    let names_column = |text: &str| {
        !text.contains(|c: char| c.is_ascii_digit())
            && text.split_whitespace().count() <= limits::WORDS_OF_HEADER
            && Header::new(text).is_known()
    };
    filled().count() > 1
        && (filled().all(is_same)
            || filled().any(|(_, text)| Header::new(text).names_ports())
                && filled().all(|cell| is_same(cell) || names_column(cell.1)))
}

/// What stands in the columns of a table.
#[derive(Debug)]
pub(super) struct Survey<'g> {
    /// The first rows, those of the header in front.
    pub(super) top: Vec<Line<'g>>,
    /// How often what stands in the rows below these, by how far a row can be trusted.
    below: [Counts; 3],
    /// The first of the rows below.
    sample: Vec<Line<'g>>,
}

impl<'g> Survey<'g> {
    /// Looks at all rows of a part, from one column to another.
    pub(super) fn new<'a>(part: &Part<'g, 'a>, first: usize, width: usize, is_alone: bool) -> Self {
        let mut survey = Self::blank(width);
        let header: Vec<_> = part
            .header()
            .into_iter()
            .skip(first)
            .map(|cell| cell.map(words).unwrap_or_default().into_owned())
            .collect();
        let line = |row: &Row<'a>, slots: &[Option<Slot<'g, 'a>>]| {
            let cells = (first..first + width)
                .map(|at| slots.get(at).copied().flatten().map(|slot| slot.cell));
            let is_open = is_alone && row.cells.iter().all(|cell| cell.extent.is_none());
            Line::new(cells, is_open, row.cells.len() == width)
        };
        let mut spans = part.spans();
        for row in part.header {
            if spans.go_to(row) {
                survey.top.push(line(row, spans.slots()));
            }
        }
        let (mut spans, first_rows) = (
            part.spans(),
            survey.top.len() + limits::ROWS_TRIED_AS_HEADER,
        );
        for row in part.rows() {
            if !spans.go_to(row) {
                break;
            }
            let line = line(row, spans.slots());
            if survey.top.len() < first_rows {
                survey.top.push(line);
            } else if line.has_values(&header) {
                survey.add(line);
            }
        }
        survey
    }

    /// A table without rows.
    pub(super) fn blank(width: usize) -> Self {
        Self {
            top: Vec::new(),
            below: std::array::from_fn(|_| Counts::new(width)),
            sample: Vec::new(),
        }
    }

    fn add(&mut self, line: Line<'g>) {
        for counts in &mut self.below[line.trust..] {
            counts.add(&line);
        }
        if self.sample.len() < limits::ROWS_COMPARED {
            self.sample.push(line);
        }
    }

    /// What stands below a header, with the first of its rows, if that is one of the first of the table.
    pub(super) fn below<'s>(&'s self, first: usize, header: &[String]) -> Values<'s, 'g> {
        let mut levels = self.below.clone();
        let top: Vec<_> = self.top[first.min(self.top.len())..]
            .iter()
            .filter(|line| line.has_values(header))
            .collect();
        for line in &top {
            for counts in &mut levels[line.trust..] {
                counts.add(line);
            }
        }
        let [whole, wide, all] = levels;
        // A column of ports that is blank in all of these rows is only known from others.
        let knows = |counts: &Counts, at| counts.is_filled(at) || all.ports(at) == 0;
        let is_enough = |counts: &Counts| {
            counts.rows > 0
                && counts.rows * 10 >= all.rows
                && (0..counts.columns.len()).all(|at| knows(counts, at))
        };
        let counts = if is_enough(&whole) {
            whole
        } else if is_enough(&wide) {
            wide
        } else {
            all
        };
        Values {
            counts,
            rows: top.into_iter().chain(&self.sample).collect(),
        }
    }
}

/// What stands below a header.
#[derive(Debug)]
pub(super) struct Values<'s, 'g> {
    /// In the rows that lost nothing: only they teach what stands in a column.
    pub(super) counts: Counts,
    /// The first rows.
    pub(super) rows: Vec<&'s Line<'g>>,
}

impl Values<'_, '_> {
    /// The texts of a column.
    fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows
            .iter()
            .map(move |line| &*line.texts[column])
            .filter(|text| !text.is_empty())
    }

    /// The texts of a column in rows that lost nothing.
    pub(super) fn trusted(&self, column: usize) -> impl Iterator<Item = &str> {
        let rows = self.rows.iter().filter(|line| line.trust == 0);
        rows.map(move |line| &*line.texts[column])
            .filter(|text| !text.is_empty())
    }

    /// Whether most filled cells of a column are ports.
    pub(super) fn are_ports(&self, column: usize) -> bool {
        let filled: u32 = self.counts.columns[column][Kind::Nothing as usize + 1..]
            .iter()
            .sum();
        self.counts.ports(column) * 2 > filled
    }

    /// How many filled cells a column has, and how many different ones.
    pub(super) fn distinct(&self, column: usize) -> (usize, usize) {
        (
            self.texts(column).count(),
            self.texts(column).collect::<HashSet<_>>().len(),
        )
    }

    /// The one protocol that a column holds, beside blanks and signs for none.
    pub(super) fn only_protocol(&self, column: usize) -> Option<Protocol> {
        let filled = self
            .rows
            .iter()
            .filter(|line| !matches!(line.kinds[column], Kind::Blank | Kind::Nothing));
        let mut protocols = filled.map(|line| protocols::protocol(&line.texts[column]));
        let first = protocols.next()??;
        protocols.all(|other| other == Some(first)).then_some(first)
    }

    /// Whether the numbers of a column count its rows: 1, 2, 3.
    pub(super) fn are_count(&self, column: usize) -> bool {
        self.texts(column).nth(1).is_some()
            && self
                .texts(column)
                .zip(1..)
                .all(|(text, number)| text.parse() == Ok(number))
    }

    /// In how many rows the second of two ports is above the first, and in how many below it.
    pub(super) fn ascending(&self, [first, second]: [usize; 2]) -> (usize, usize) {
        let port = |line: &Line<'_>, column: usize| {
            let ports = ports::named_by(&line.texts[column])
                .filter(|_| matches!(line.kinds[column], Kind::Port | Kind::Year))?;
            Some(ports.parts[0].ports.first())
        };
        let pairs = self
            .rows
            .iter()
            .filter_map(|line| Some((port(line, first)?, port(line, second)?)));
        let (mut up, mut down) = (0, 0);
        for (first, second) in pairs {
            up += usize::from(first < second);
            down += usize::from(first > second);
        }
        (up, down)
    }

    /// Whether most rows with ports in several of these columns hold one twice: a service has as a rule the same
    /// ports for each protocol.
    pub(super) fn share_ports(&self, columns: &[usize]) -> bool {
        let (mut several, mut same) = (0, 0);
        for line in &self.rows {
            let cells = columns
                .iter()
                .filter_map(|&column| ports::named_by(&line.texts[column]));
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
        same * 2 >= several
    }
}
