//! Unnamed → records: what a blank UDP cell means.
//!
//! Where the page has one cell over TCP and UDP, most copies have a TCP cell and a blank UDP cell, just as
//! where UDP is really blank. In each table the first of these tells them apart that can:
//!
//! 1. *Spans*: the syntax says how far a cell reaches. What no cell covers is blank.
//! 2. *Spans written out*: a fifth of the rows or more state the same status for TCP and UDP. So the table has
//!    lost no spans, and a blank is a blank. (The seed has no such row; of tables without lost spans, 36 to 52 %
//!    of the rows are such.)
//! 3. *Two ways of writing*: blanks that no TCP cell can reach are all written one way, and some UDP blanks
//!    the other way (`||` beside `|  |`). Those are spans.
//! 4. *Facts*: curated facts, if they were made for the table: if they know half of its blanks.
//! 5. *Rule*: UDP is the same as TCP, unless TCP is unofficial or no status at all, or another row of the
//!    same ports states UDP.
//!
//! The [`Basis`] of each cell tells a merged one from one inferred by rule, a note for each table which it was.
//!
//! A blank TCP cell beside a filled UDP cell is blank, and so are blank SCTP and DCCP cells. Where a table
//! has no UDP column, nothing is known of UDP.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::builtin::BUILTIN_BLANK_CELLS;
use crate::dataset::{Assignment, Basis, PortRange, Protocol, Record, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::facts::{BLANK_CELLS, FactFile, Uses, csv_line};
use crate::meaning::{Draft, DraftRow, edited};
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::table::PortRow;
use crate::text::{BadLine, Source, Span};
use crate::vocabulary::statuses::{self, Stated};

/// How blank UDP cells are decided.
#[derive(Debug)]
pub enum BlankCells {
    /// They stay blank.
    Literal,
    /// By facts, else by rule.
    Decided(FactFile<Decision>),
}

/// A cell as far as it matters what its blank means.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// Where it stands.
    pub span: Span,
    /// Whether it is blank beside a status in words.
    pub is_open: bool,
    /// How it is written, if it is blank and the syntax cannot say how far a cell reaches.
    pub writing: Option<Writing>,
    /// Whether it is one cell with TCP's, where the syntax says how far a cell reaches.
    pub is_tcp: Option<bool>,
}

/// The two ways of writing a blank cell between pipes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Writing {
    /// `||`
    Empty,
    /// `|  |`
    Space,
}

words! {
    /// What a fact says of a blank UDP cell.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Decision {
        /// It is one cell with TCP's.
        Merged = "merged",
        /// It is really blank.
        Blank = "blank",
    }
}

impl BlankCells {
    /// The facts that are compiled in.
    #[expect(clippy::expect_used, reason = "they are compiled in")]
    pub(crate) fn compiled_in() -> &'static Self {
        static FACTS: LazyLock<BlankCells> = LazyLock::new(|| {
            let (path, text) = BUILTIN_BLANK_CELLS;
            let source = Source::decode(path, text).expect("UTF-8");
            let mut cells = BlankCells::read(source).expect("facts");
            if let BlankCells::Decided(facts) = &mut cells {
                facts.is_compiled_in = true;
            }
            cells
        });
        &FACTS
    }

    /// Reads facts: a CSV file with the columns `first_port`, `last_port`, `description` and `udp`
    /// (`merged` or `blank`).
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub fn read(source: Source) -> Result<Self, BadLine> {
        let decision = |[word]: [&str; 1]| {
            let known = Decision::ALL.into_iter().find(|known| known.name() == word);
            known.ok_or_else(|| format!("udp is {word:?}, not \"merged\" or \"blank\""))
        };
        FactFile::parse(source, &BLANK_CELLS, ["udp"], decision).map(Self::Decided)
    }

    /// Where the file says what the blank UDP cell of a record means; `None` where the cell was not blank, or the file
    /// is compiled in.
    #[must_use]
    pub fn place_of(&self, record: &Record) -> Option<(&Source, Span)> {
        let Self::Decided(facts) = self else {
            return None;
        };
        let decided = match &record.assignments[Protocol::Udp] {
            Some(udp) if udp.basis != Basis::Merged => return None,
            Some(_) => Decision::Merged,
            None => Decision::Blank,
        };
        let span = facts.place_of_fact(record, |decision| *decision == decided)?;
        Some((&facts.source, span))
    }
}

/// Decides the blank UDP cells of all records. Says which facts serve, and what the known spans of a table say
/// of each record.
pub(crate) fn decide(
    drafts: &mut [Draft],
    how: &BlankCells,
    diagnostics: &mut Diagnostics,
) -> (Uses, Vec<Option<Decision>>) {
    let BlankCells::Decided(facts) = how else {
        return (Uses::default(), known_spans(drafts));
    };
    let mut tables = tables(drafts, facts);
    let (uses, curated) = curated(drafts, facts, &tables, diagnostics);
    let records = drafts.iter().map(|draft| &draft.record);
    let stated_udp: HashSet<PortRange> = records
        .filter(|record| states(record, Protocol::Udp))
        .map(|record| record.ports)
        .collect();
    for (index, Draft { record, row }) in drafts.iter_mut().enumerate() {
        let Some((tcp, slot)) = blank_beside(record, row) else {
            continue;
        };
        let table = &mut tables[row.table];
        let known = table.evidence.decide(slot).or(curated[index]);
        let is_blank = is_tcp_only(&tcp.status) || stated_udp.contains(&record.ports);
        let rule = if is_blank {
            Decision::Blank
        } else {
            Decision::Merged
        };
        let decision = known.unwrap_or(rule);
        let report = &mut Report::new(diagnostics, File::Input(row.input));
        if known.is_none() {
            report_inferred(decision, &tcp, record, facts, &slot.span, report);
        } else if decision == Decision::Merged {
            let status = tcp.status.name();
            let message = format!("the blank UDP cell is part of the TCP cell: {status}");
            report.push(Code::MergedCell, slot.span.clone(), message);
        }
        table.by_rule += usize::from(known.is_none());
        table
            .first
            .get_or_insert_with(|| (slot.span.clone(), row.input));
        if decision == Decision::Merged {
            table.merged += 1;
            let basis = known.map_or(Basis::Inferred, |_| Basis::Merged);
            record.assignments[Protocol::Udp] = Some(Assignment { basis, ..tcp });
        }
    }
    for table in &tables {
        table.report(diagnostics);
    }
    (uses, known_spans(drafts))
}

/// What the known spans of a table say of each record.
fn known_spans(drafts: &[Draft]) -> Vec<Option<Decision>> {
    let has_spans = |draft: &&Draft| {
        draft
            .row
            .udp
            .as_ref()
            .is_some_and(|udp| udp.is_tcp.is_some())
    };
    let with_spans = drafts.iter().filter(has_spans);
    let tables: HashSet<usize> = with_spans.map(|draft| draft.row.table).collect();
    let is_known = |draft: &Draft| tables.contains(&draft.row.table);
    let known = |draft| known_span(draft).filter(|_| is_known(draft));
    drafts.iter().map(known).collect()
}

/// What a known span says of a UDP cell that would be blank without it.
fn known_span(Draft { record, row }: &Draft) -> Option<Decision> {
    record.assignments[Protocol::Tcp].as_ref()?;
    let slot = row.udp.as_ref()?;
    if slot.is_tcp == Some(true) {
        Some(Decision::Merged)
    } else {
        (!states(record, Protocol::Udp)).then_some(Decision::Blank)
    }
}

/// What tells the blanks of a table apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Evidence {
    Spans,
    WrittenOut,
    /// How a blank is written that is one cell with the cell before it.
    TwoWays(Writing),
    Facts,
    #[default]
    Rule,
}

impl Evidence {
    /// What it says of a blank by itself.
    fn decide(self, slot: &Slot) -> Option<Decision> {
        match self {
            Self::TwoWays(span) if slot.writing == Some(span) => Some(Decision::Merged),
            Self::Spans | Self::WrittenOut | Self::TwoWays(_) => Some(Decision::Blank),
            Self::Facts | Self::Rule => None,
        }
    }
}

/// What is counted of a table.
#[derive(Debug, Default)]
struct Table {
    evidence: Evidence,
    has_spans: bool,
    /// Rows that state something for TCP, and those of them that state the same for UDP.
    tcp: usize,
    same: usize,
    /// Blank UDP cells beside TCP, those of them that facts know, and those written `||` and `|  |`.
    blank: usize,
    known: usize,
    udp_blanks: [usize; 2],
    /// Blanks that no TCP cell reaches, written `||` and `|  |`.
    other_blanks: [usize; 2],
    /// What became of the blank UDP cells, and how many of them the rule decided.
    merged: usize,
    by_rule: usize,
    /// The first of them, and its input.
    first: Option<(Span, usize)>,
}

fn tables(drafts: &[Draft], facts: &FactFile<Decision>) -> Vec<Table> {
    let count = drafts.last().map_or(0, |draft| draft.row.table + 1);
    let mut tables: Vec<_> = (0..count).map(|_| Table::default()).collect();
    for Draft { record, row } in drafts {
        let table = &mut tables[row.table];
        for (all, blanks) in table.other_blanks.iter_mut().zip(row.other_blanks) {
            *all += usize::from(blanks);
        }
        let Some(slot) = &row.udp else { continue };
        table.has_spans |= slot.is_tcp.is_some();
        let [tcp, udp] = [Protocol::Tcp, Protocol::Udp].map(|p| record.assignments[p].as_ref());
        let (tcp, udp) = (tcp.map(|tcp| &tcp.status), udp.map(|udp| &udp.status));
        table.tcp += usize::from(tcp.is_some());
        table.same += usize::from(tcp.is_some() && tcp == udp);
        if let Some((_, slot)) = blank_beside(record, row) {
            table.blank += 1;
            if let Some(writing) = slot.writing {
                table.udp_blanks[writing as usize] += 1;
            }
            let fact = facts.of(record.ports, &record.description).first();
            table.known += usize::from(fact.is_some());
        }
    }
    for table in &mut tables {
        table.evidence = table.evidence();
    }
    tables
}

impl Table {
    fn evidence(&self) -> Evidence {
        if self.has_spans {
            Evidence::Spans
        } else if self.same > 0 && 5 * self.same >= self.tcp {
            Evidence::WrittenOut
        } else if let Some(span) = self.span_writing() {
            Evidence::TwoWays(span)
        } else if self.known > 0 && 2 * self.known >= self.blank {
            Evidence::Facts
        } else {
            Evidence::Rule
        }
    }

    /// How the blanks of spans are written, if the table writes blanks in two ways on purpose: the blanks that
    /// are none of a span are nearly all of one kind.
    fn span_writing(&self) -> Option<Writing> {
        let [empty, space] = self.other_blanks;
        let is_nearly_all = |some: usize, others: usize| some > 0 && some >= 9 * others;
        // Where nothing else is blank, nothing between the pipes is a span, as in MultiMarkdown.
        let span = if is_nearly_all(space, empty) || empty + space == 0 {
            Writing::Empty
        } else if is_nearly_all(empty, space) {
            Writing::Space
        } else {
            return None;
        };
        (!self.udp_blanks.contains(&0)).then_some(span)
    }

    /// Says what became of the blank UDP cells, and why.
    fn report(&self, diagnostics: &mut Diagnostics) {
        let Some((span, source)) = &self.first else {
            return;
        };
        let Self {
            merged,
            blank,
            same,
            tcp,
            by_rule,
            ..
        } = self;
        let blank = blank - merged;
        let why = match self.evidence {
            Evidence::Spans => "the table states its spans".to_owned(),
            Evidence::WrittenOut => {
                format!(
                    "no spans were lost: {same} of {tcp} rows state the same status for TCP and UDP"
                )
            }
            Evidence::TwoWays(Writing::Empty) => "`||` is a span, `|  |` a blank".to_owned(),
            Evidence::TwoWays(Writing::Space) => "`|  |` is a span, `||` a blank".to_owned(),
            Evidence::Facts if *by_rule == 0 => "by curated facts".to_owned(),
            Evidence::Facts => format!("by curated facts; {by_rule} of them by rule alone"),
            Evidence::Rule => "by rule alone".to_owned(),
        };
        let message = format!("blank UDP cells: {merged} merged with TCP, {blank} blank ({why})");
        let report = &mut Report::new(diagnostics, File::Input(*source));
        report.push(Code::BlankCells, span.clone(), message);
    }
}

/// What the facts say of each record in the tables that they were made for, and which serve.
fn curated(
    drafts: &mut [Draft],
    facts: &FactFile<Decision>,
    tables: &[Table],
    diagnostics: &mut Diagnostics,
) -> (Uses, Vec<Option<Decision>>) {
    let records = drafts.iter().map(|Draft { record, row }| {
        let is_wanted =
            tables[row.table].evidence == Evidence::Facts && blank_beside(record, row).is_some();
        let first = || facts.of(record.ports, &record.description).first();
        (record, is_wanted.then(|| first().into_iter().collect()))
    });
    let (uses, about) = facts.about(records);
    let last = about.iter().map(|facts| Some(facts.last()?.value));
    let decisions = last.collect();
    edited::report(facts, File::BlankCells, &uses, drafts, diagnostics);
    (uses, decisions)
}

/// Says what the rule makes of a cell, and the line of facts that would settle it.
fn report_inferred(
    decision: Decision,
    tcp: &Assignment,
    record: &Record,
    facts: &FactFile<Decision>,
    span: &Span,
    report: &mut Report<'_>,
) {
    /// So much of a description tells a record from others.
    const START: usize = 80;
    let taken = match decision {
        Decision::Merged => format!("the same as TCP ({})", tcp.status.name()),
        Decision::Blank => "blank".to_owned(),
    };
    let next = if facts.place_of_fact(record, |_| true).is_some() {
        "its line in blank-cells.csv takes effect when the file covers half of the blank UDP cells of the table"
            .to_owned()
    } else {
        let start = &record.description[..record.description.floor_char_boundary(START)];
        let [first, last] =
            [record.ports.first(), record.ports.last()].map(|port| port.to_string());
        let line = csv_line([
            first,
            last,
            start.trim_end().to_owned(),
            decision.name().to_owned(),
        ]);
        format!("check it, and add this line to blank-cells.csv: {line}")
    };
    let message = format!("blank UDP is taken to be {taken}; {next}");
    report.push(Code::InferredCell, span.clone(), message);
}

fn states(record: &Record, protocol: Protocol) -> bool {
    record.assignments[protocol].is_some()
}

/// Whether the rule gives a TCP status to TCP alone.
fn is_tcp_only(status: &Status) -> bool {
    matches!(status, Status::Unofficial | Status::Other(_))
}

/// A blank UDP cell, and what stands beside it.
fn blank_beside<'r>(record: &Record, row: &'r DraftRow) -> Option<(Assignment, &'r Slot)> {
    let slot = row
        .udp
        .as_ref()
        .filter(|slot| slot.is_open && !states(record, Protocol::Udp))?;
    Some((record.assignments[Protocol::Tcp].clone()?, slot))
}

/// The UDP cell of a row; at the end of the row where it is left out.
pub(super) fn udp_slot(row: &PortRow<'_, '_>) -> Slot {
    let (tcp, udp) = (row.statuses[Protocol::Tcp], row.statuses[Protocol::Udp]);
    let at = udp.filter(|cell| !cell.span.is_empty());
    let is_blank = udp.is_none_or(|udp| words(udp).is_empty());
    Slot {
        span: at.map_or(row.span.end..row.span.end, |cell| cell.span.clone()),
        is_open: is_blank && tcp.is_some_and(is_status_in_words),
        writing: udp.and_then(writing),
        is_tcp: row.knows_extents.then(|| match (tcp, udp) {
            (Some(tcp), Some(udp)) => std::ptr::eq(tcp, udp),
            _ => false,
        }),
    }
}

/// Whether a cell states a status in words. A blank beside a mark is what it looks like.
fn is_status_in_words(cell: &Cell<'_>) -> bool {
    matches!(
        statuses::stated_by(&words(cell)),
        Stated::Status(_) | Stated::And(..) | Stated::Other
    )
}

/// How many blanks of a row no TCP cell can reach, by how they are written.
pub(super) fn other_blanks(row: &PortRow<'_, '_>) -> [u8; 2] {
    let mut blanks = [0; 2];
    let others = [Protocol::Tcp, Protocol::Sctp, Protocol::Dccp];
    for cell in others.into_iter().filter_map(|other| row.statuses[other]) {
        if let Some(writing) = writing(cell) {
            blanks[writing as usize] += 1;
        }
    }
    blanks
}

/// How a blank cell is written; `None` if it is filled, or its syntax says how far it reaches.
fn writing(cell: &Cell<'_>) -> Option<Writing> {
    let is_open = cell.extent.is_none() && cell.inlines.is_empty();
    let is_empty = cell.span.is_empty();
    let writing = if is_empty {
        Writing::Empty
    } else {
        Writing::Space
    };
    is_open.then_some(writing)
}
