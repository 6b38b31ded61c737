//! [`Placed`] → [`Unnamed`]: what every cell means.
//!
//! ```text
//! | 465[^note-1] | Yes | No | | | Message Submission over TLS[[90]](…#cite_note-91) |
//! → ports 465, tcp yes, udp no, description "Message Submission over TLS", citations note-1's and 91
//! ```
//!
//! - A port cell is a number or a range with a hyphen or dash, both ends inclusive. Its link and note go
//!   to its own row's record; the rows that share the cell take the number only, or these would be
//!   counted twice.
//! - The links, citations and tags of extra columns join those of the record, behind the description's.
//! - A status is a word or mark that [`statuses`](crate::vocabulary::statuses) knows. `Yes, and SCTP` in the TCP or UDP
//!   column states that protocol and SCTP. Other words are [`Status::Other`].
//! - A blank status cell is `None`: whether it is one with the cell beside it is
//!   [`blank_cells`](crate::meaning::blank_cells)'s to decide.

pub(crate) mod blank_cells;
pub(crate) mod footnote;

mod cells;
mod duplicates;
pub(crate) mod edited;
mod ports;
mod record;

use std::collections::HashMap;
use std::iter::repeat_n;
use std::sync::Arc;

use crate::attribution::Base;
use crate::dataset::{
    Assignment, Origin, PortRange, Protocol, Protocols, Record, Status, StatusMeaning,
};
use crate::diagnostic::{Code, Report};
use crate::limits;
use crate::meaning::footnote::Citations;
pub(crate) use crate::meaning::footnote::Footnotes;
use crate::meaning::record::RowWords;
use crate::read::grid::{Cell, Grid};
use crate::read::prose::{Prose, visible, words};
use crate::table::{Legend, Placed, Port, PortRow, PortTable};
use crate::text::{Source, Span, blanked};
use crate::vocabulary::ports::Part;

/// What the inputs say, as plain data. Names are still missing.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    /// The records, each with its row, in source order.
    pub drafts: Vec<Draft>,
    /// The statuses that the legends explain, each once.
    pub statuses: Vec<StatusMeaning>,
    /// All citations.
    pub citations: Citations,
    ordinals: HashMap<PortRange, usize>,
    /// The bytes of the records so far, and those of the texts.
    bytes: usize,
    text_bytes: usize,
    /// The words of the caption and the heading of each port table, and those of the first heading of its page.
    pub titles: Vec<[String; 2]>,
}

/// A record that has no name yet, and the row that it is from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub record: Record,
    pub row: DraftRow,
}

impl Draft {
    /// What the row calls its service, and its description.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        let service = self.row.service.iter().map(|service| &*service.text);
        service.chain([&*self.record.description])
    }

    /// All that the row says.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let extra = self.record.extra.iter().map(|(_, words)| &**words);
        self.words().chain(extra)
    }
}

/// What later stages ask about the row of a record.
#[derive(Debug, Clone)]
pub(crate) struct DraftRow {
    /// The index of its input.
    pub input: usize,
    /// Where it stands.
    pub span: Span,
    /// The number of its port table, from 0; unlike that of any table of another input.
    pub table: usize,
    /// Its UDP cell, filled or blank; `None` where the table has no such column.
    pub udp: Option<blank_cells::Slot>,
    /// The blanks that no TCP cell can reach: those of SCTP and DCCP, and a blank TCP. How many are empty, and how
    /// many are white space.
    pub other_blanks: [u8; 2],
    /// Whether curated facts were made for an earlier state of it, and that has been reported.
    pub is_edited: bool,
    /// A later input says the rest of what it said. That one's names come first.
    pub is_leftover: bool,
    /// Where its description stands.
    pub description: Span,
    /// What the table calls its service.
    pub service: Option<Box<Service>>,
    /// Whether it says what IANA did: a status in words, or official. A mark or a protocol only says that the
    /// port is used.
    pub speaks_of_iana: bool,
    /// The first words of its description in italics.
    pub italics: Option<Box<str>>,
}

/// What a table calls a service, in a column of its own.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// The words.
    pub text: String,
    /// The header of its column, if that is one of service names and these words are a valid one.
    pub names: Option<String>,
}

impl Unnamed {
    fn is_full(&self) -> bool {
        self.bytes > limits::records(self.text_bytes)
    }

    /// Begins to add what the tables of one input say. Its relative links start from `base`.
    pub(crate) fn begin<'n, 'a>(
        &'n mut self,
        index: usize,
        source: &'a Source,
        footnotes: Footnotes<'a>,
        base: Option<Base<'a>>,
        protocols: Protocols,
    ) -> Normalizer<'n, 'a> {
        self.text_bytes += source.text().len();
        Normalizer {
            protocols,
            records: self,
            index,
            path: blanked(&source.path).into(),
            footnotes,
            source,
            base,
            grid: 0,
            port_tables: 0,
        }
    }
}

/// What is known so far of one input.
#[derive(Debug)]
pub(crate) struct Normalizer<'n, 'a> {
    records: &'n mut Unnamed,
    index: usize,
    path: Arc<str>,
    source: &'a Source,
    footnotes: Footnotes<'a>,
    base: Option<Base<'a>>,
    /// The protocols of rows that name none.
    protocols: Protocols,
    /// The number of the grid that is being read: where it stands decides what its labels mean.
    grid: usize,
    port_tables: usize,
}

impl<'a> Normalizer<'_, 'a> {
    /// Adds what the tables of a grid say.
    pub(crate) fn take(
        &mut self,
        grid: &Grid<'a>,
        tables: &[Placed<'_, 'a>],
        report: &mut Report<'_>,
    ) {
        for table in tables {
            match table {
                Placed::Legend(legend) => self.legend(legend, report),
                Placed::Ports(ports) => {
                    self.port_table(ports, report);
                    let own = format!("{}\n{}", words(&grid.caption), grid.heading);
                    self.records.titles.push([own, grid.title.to_string()]);
                }
                Placed::Other { .. } => {}
            }
        }
        self.grid += 1;
    }

    fn port_table(&mut self, table: &PortTable<'_, 'a>, report: &mut Report<'_>) {
        self.port_tables += 1;
        self.header(&table.header, report);
        let (first, mut above) = (self.records.drafts.len(), Vec::new());
        let (mut rows, mut without_protocol) = (0, 0);
        for row in &table.rows {
            let ports = ports::find(row, &above, table, self.source, report);
            above = ports.iter().map(|part| part.ports).collect();
            if ports.is_empty() {
                continue;
            }
            rows += 1;
            without_protocol += usize::from(!self.row(row, ports, table, report));
            if self.records.is_full() {
                let message = "the memory limit for these inputs is reached; the rest of the table is not read";
                report.push(Code::TableCut, row.span.clone(), message);
                break;
            }
        }
        if table.statuses.is_empty() {
            duplicates::report(&self.records.drafts[first..], report);
        }
        self.report_no_service(&table.span, first, (without_protocol, rows), report);
    }

    /// Reports a table whose rows make no service, or some of whose rows state no protocol.
    fn report_no_service(
        &self,
        table: &Span,
        first: usize,
        (without_protocol, rows): (usize, usize),
        report: &mut Report<'_>,
    ) {
        let mut records = self.records.drafts[first..]
            .iter()
            .map(|draft| &draft.record);
        let in_use = |assignment: &Assignment| assignment.status.is_in_use();
        if without_protocol > 0 {
            let message = format!(
                "{without_protocol} of {rows} rows name no protocol (tcp, udp, sctp or dccp) and so produce no service; \
                 to set the protocol of such rows, use for example --transport tcp"
            );
            report.push(Code::NoTransport, table.clone(), message);
        } else if records.len() > 0
            && !records.any(|record| record.assignments.0.iter().flatten().any(in_use))
        {
            let message =
                "no row of this table becomes a service: no protocol uses any of its ports";
            report.push(Code::NoService, table.clone(), message);
        }
    }

    /// Ends the input. Returns how many port tables it holds.
    pub(crate) fn finish(
        self,
        labels_in_prose: &[impl AsRef<str>],
        report: &mut Report<'_>,
    ) -> usize {
        self.footnotes.report_unused(labels_in_prose, report);
        self.port_tables
    }

    /// Adds a record for each port of a row. Returns whether its protocols are stated, or may be.
    fn row(
        &mut self,
        row: &PortRow<'_, 'a>,
        ports: Vec<Part>,
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) -> bool {
        let words = self.read_row(row, table, report);
        let origin = Origin {
            path: Arc::clone(&self.path),
            line: self.source.line(row.span.start),
            shifted: matches!(row.port, Port::Shifted),
        };
        let draft_row = DraftRow {
            input: self.index,
            span: row.span.clone(),
            table: self.records.titles.len(),
            udp: table
                .statuses
                .contains(Protocol::Udp)
                .then(|| blank_cells::udp_slot(row)),
            other_blanks: blank_cells::other_blanks(row),
            is_edited: false,
            is_leftover: false,
            description: row.description.map_or(&row.span, |cell| &cell.span).clone(),
            service: words.service.clone(),
            italics: words.italics.clone(),
            speaks_of_iana: words.speaks_of_iana,
        };
        report_contradiction(row, &ports, &words, report);
        let mut is_stated = true;
        let count = ports.len();
        for (part, words) in ports.into_iter().zip(repeat_n(words, count)) {
            let otherwise = Some(row.otherwise).filter(|named| !named.is_empty());
            let otherwise = otherwise.unwrap_or(self.protocols);
            let protocols = words.protocols_of(&part, !table.statuses.is_empty(), otherwise);
            is_stated &= !table.statuses.is_empty() || !protocols.0.is_empty();
            let id = self.id(part.ports);
            let (names, origin) = (&table.names, origin.clone());
            let mut row = draft_row.clone();
            row.service = row.service.or_else(|| service_beside(&part));
            let record = words.into_record(id, part, protocols, names, origin);
            self.records.bytes += bytes(&record);
            if self.records.is_full() {
                break;
            }
            report_formulas(&record, &row, report);
            self.records.drafts.push(Draft { record, row });
        }
        is_stated
    }

    fn id(&mut self, ports: PortRange) -> String {
        let ordinal = self.records.ordinals.entry(ports).or_default();
        *ordinal += 1;
        format!("{ports}#{ordinal}")
    }

    /// A header names columns; what else it holds is in no record.
    fn header(&mut self, header: &[&Cell<'a>], report: &mut Report<'_>) {
        for cell in header {
            let prose = Prose::new(cell);
            report_marks(&prose, cell, report);
            for citation in prose.citations {
                self.footnotes.pass_over(citation, self.grid, report);
            }
        }
    }

    fn legend(&mut self, legend: &Legend<'_, 'a>, report: &mut Report<'_>) {
        self.header(&legend.header, report);
        for [status, meaning] in &legend.rows {
            let [status, prose] = [*status, *meaning].map(|cell| {
                let prose = Prose::new(cell);
                report_marks(&prose, cell, report);
                prose
            });
            let mut citations = self.cite(&status, report);
            citations.extend(self.cite(&prose, report));
            let status = StatusMeaning {
                status: visible(status.text).to_lowercase(),
                meaning: prose.text.into_owned(),
                citations,
            };
            let statuses = &mut self.records.statuses;
            match statuses.iter().find(|known| known.status == status.status) {
                None => statuses.push(status),
                Some(known) if known.meaning == status.meaning => {}
                Some(_) => {
                    let message = format!(
                        "status {:?} is explained differently earlier",
                        status.status
                    );
                    report.push(Code::LegendClash, meaning.span.clone(), message);
                }
            }
        }
    }
}

/// Reports what a cell holds besides words and citations, where no record holds it.
fn report_marks(prose: &Prose<'_, '_>, cell: &Cell<'_>, report: &mut Report<'_>) {
    prose.report_links(report);
    for tag in &prose.tags {
        let message = format!("this editorial tag is not in any record: {tag:?}");
        report.push(Code::DroppedCitation, cell.span.clone(), message);
    }
}

/// What the words beside a port call its service: `53 (DNS)`.
fn service_beside(part: &Part) -> Option<Box<Service>> {
    let text = part.remark.clone();
    let service = Service { text, names: None };
    (!service.text.is_empty()).then(|| Box::new(service))
}

/// Reports a row whose column of protocols names another one than its ports: `22/udp` beside `TCP`.
fn report_contradiction(
    row: &PortRow<'_, '_>,
    ports: &[Part],
    words: &RowWords,
    report: &mut Report<'_>,
) {
    let other = words.protocols_without_port(ports);
    if let Some(cell) = row.transports.first()
        && !other.is_empty()
    {
        let names: Vec<_> = other.iter().map(Protocol::name).collect();
        let message = format!(
            "the ports have their own protocols; what the row says about {} is not used",
            names.join(", ")
        );
        report.push(Code::AmbiguousRow, cell.cell.span.clone(), message);
    }
}

fn report_formulas(record: &Record, row: &DraftRow, report: &mut Report<'_>) {
    let own = [
        Some(record.description.as_str()),
        record.citations.first().map(AsRef::as_ref),
        record.links.first().map(|link| link.url.as_str()),
        record.tags.first().map(String::as_str),
    ];
    let own = own.into_iter().flatten();
    let own = own.map(|cell| (cell, &row.description));
    let extra = record
        .extra
        .iter()
        .map(|(_, cell)| (cell.as_str(), &row.span));
    for (cell, span) in own.chain(extra).filter(|(cell, _)| is_formula(cell)) {
        let message = format!("a spreadsheet would run this as a formula: {cell:?}");
        report.push(Code::Formula, span.clone(), message);
    }
}

/// About how many bytes a record takes: in memory, and in the database, its index and its file.
fn bytes(record: &Record) -> usize {
    /// Beside its characters, a text has its place and length, the least that an allocator gives, and what the database
    /// needs for its row.
    const TEXT: usize = size_of::<String>() + 32 + 16;
    const COPIES: usize = 4;
    let assignments = || record.assignments.0.iter().flatten();
    let statuses = assignments().filter_map(|assignment| match &assignment.status {
        Status::Other(text) => Some(text),
        _ => None,
    });
    let links = record.links.iter().flat_map(|link| [&link.text, &link.url]);
    let extra = record.extra.iter().flat_map(|(name, words)| [name, words]);
    let texts = links.chain(extra).chain(statuses).chain(&record.tags);
    let texts = texts.chain([&record.description]).map(String::as_str);
    // Files hold the ids of its citations.
    let cited = assignments().flat_map(|assignment| &assignment.citations);
    let ids = cited.chain(&record.citations).map(AsRef::as_ref);
    let texts = texts.chain(ids).map(|text| TEXT + COPIES * text.len());
    size_of::<Draft>() + texts.sum::<usize>()
}

/// Whether a spreadsheet runs the text of a cell (OWASP: CSV injection).
fn is_formula(text: &str) -> bool {
    text.len() > 1 && text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
