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
//! - A status is one of the legend's five words in any letter case. `Yes, and SCTP` in the TCP or UDP
//!   column states that protocol and SCTP. Other words are [`Status::Other`].
//! - A blank status cell is `None`: whether it is one with the cell beside it is
//!   [`blank_cells`](crate::meaning::blank_cells)'s to decide.

pub(crate) mod blank_cells;
pub(crate) mod footnote;

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::dataset::{
    Assignment, Basis, CitationIndex, Link, Origin, PerProtocol, PortRange, Protocol, Record,
    Status, StatusMeaning,
};
use crate::diagnostic::{Code, File, Report};
use crate::meaning::footnote::{Citations, Footnotes};
use crate::page;
use crate::read;
use crate::read::grid::{self, Cell, Reference};
use crate::read::prose::{Prose, visible, words};
use crate::table::{Legend, Placed, Port, PortRow, PortTable};
use crate::text::{Source, Span};

/// What the inputs say, as plain data. Names are still missing.
#[derive(Debug, Default)]
pub(crate) struct Unnamed {
    /// The records, in source order.
    pub records: Vec<Record>,
    /// The row of each record.
    pub rows: Vec<Row>,
    /// The statuses that the legends explain, each once.
    pub statuses: Vec<StatusMeaning>,
    /// All citations.
    pub citations: Citations,
    ordinals: HashMap<PortRange, usize>,
}

/// What later stages ask about the row of a record.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Where it stands.
    pub span: Span,
    /// Where its UDP cell stands, filled or blank; `None` where the table has no such column.
    pub udp: Option<Span>,
    /// Where its description stands.
    pub description: Span,
}

impl Unnamed {
    /// Begins to add what the tables of one input say. Its relative links start from `base`.
    pub(crate) fn add<'n, 'a>(
        &'n mut self,
        index: usize,
        source: &'a Source,
        base: Option<&'a str>,
    ) -> Normalizer<'n, 'a> {
        Normalizer {
            first_record: self.records.len(),
            first_status: self.statuses.len(),
            records: self,
            index,
            source,
            base,
            table: 0,
            port_tables: 0,
            cited: Vec::new(),
            passed_over: Vec::new(),
        }
    }
}

/// What is known so far of one input.
///
/// What a label means is known when all of the input is read. Until then a [`CitationIndex`] is an index
/// into `cited`.
#[derive(Debug)]
#[must_use = "what citations mean is settled by finish()"]
pub(crate) struct Normalizer<'n, 'a> {
    records: &'n mut Unnamed,
    /// How many records and statuses are those of earlier inputs.
    first_record: usize,
    first_status: usize,
    index: usize,
    source: &'a Source,
    base: Option<&'a str>,
    /// The table that is being read: where it stands decides what its labels mean.
    table: usize,
    port_tables: usize,
    /// The citations of records and statuses, each with the number of its table.
    cited: Vec<(Reference<'a>, usize)>,
    /// The citations that nothing in the output holds.
    passed_over: Vec<(Reference<'a>, usize)>,
}

impl<'a> Normalizer<'_, 'a> {
    /// The input, as diagnostics name it.
    pub(crate) fn file(&self) -> File {
        File::Input(self.index)
    }

    /// Adds what a table says.
    pub(crate) fn take(&mut self, table: &Placed<'_, 'a>, report: &mut Report<'_>) {
        match table {
            Placed::Legend(legend) => self.legend(legend, report),
            Placed::Ports(ports) => self.port_table(ports, report),
            Placed::Other => {}
        }
        self.table += 1;
    }

    fn port_table(&mut self, table: &PortTable<'_, 'a>, report: &mut Report<'_>) {
        self.port_tables += 1;
        self.header(&table.header, report);
        let mut port_above = None;
        for row in &table.rows {
            port_above = self.ports(row, port_above, report);
            if let Some(ports) = port_above {
                self.row(row, ports, table, report);
            }
        }
    }

    /// Ends the input, now that all its footnotes are known. Returns how many port tables it holds.
    pub(crate) fn finish(
        mut self,
        footnotes: read::Footnotes<'a>,
        report: &mut Report<'_>,
    ) -> usize {
        let mut definitions = Footnotes::new(footnotes.definitions, self.base, report);
        self.resolve_citations(&mut definitions, report);
        definitions.report_unused(&footnotes.labels_in_prose, report);
        self.port_tables
    }

    fn resolve_citations(&mut self, footnotes: &mut Footnotes<'a>, report: &mut Report<'_>) {
        for (citation, table) in &self.passed_over {
            footnotes.pass_over(citation, *table, report);
        }
        let Unnamed {
            records,
            rows,
            statuses,
            citations,
            ..
        } = &mut *self.records;
        let mut resolve = |(citation, table): &(Reference<'_>, usize)| {
            footnotes.resolve(citation, *table, citations, report)
        };
        let known: Vec<_> = self.cited.iter().map(&mut resolve).collect();
        let settle = |cited: &mut Vec<CitationIndex>| {
            cited.retain_mut(|citation| {
                let known = known[citation.0 as usize];
                *citation = known.unwrap_or(*citation);
                known.is_some()
            });
        };
        for status in &mut statuses[self.first_status..] {
            settle(&mut status.citations);
        }
        for (record, row) in records.iter_mut().zip(rows.iter()).skip(self.first_record) {
            settle(&mut record.citations);
            for assignment in record.assignments.0.iter_mut().flatten() {
                settle(&mut assignment.citations);
            }
            report_formulas(record, row, citations, report);
        }
    }

    fn row(
        &mut self,
        row: &PortRow<'_, 'a>,
        ports: PortRange,
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) {
        let record = self.record(row, ports, table, report);
        self.records.records.push(record);
        self.records.rows.push(Row {
            span: row.span.clone(),
            udp: table.has_udp.then(|| udp_cell(row)),
            description: row.description.map_or(&row.span, |cell| &cell.span).clone(),
        });
    }

    /// A header names columns; what else it holds is in no record.
    fn header(&mut self, header: &[&Cell<'a>], report: &mut Report<'_>) {
        for prose in header.iter().map(|cell| Prose::of(cell)) {
            prose.report_links(report);
            prose.report_images(report);
            let citations = prose.citations.into_iter().cloned();
            self.passed_over
                .extend(citations.map(|citation| (citation, self.table)));
        }
    }

    fn legend(&mut self, legend: &Legend<'_, 'a>, report: &mut Report<'_>) {
        self.header(&legend.header, report);
        for [status, meaning] in &legend.rows {
            let (status, prose) = (Prose::of(status), Prose::of(meaning));
            for prose in [&status, &prose] {
                prose.report_links(report);
                prose.report_images(report);
            }
            let mut citations = self.cite(&status);
            citations.extend(self.cite(&prose));
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
                    let message =
                        format!("status {:?} was explained otherwise before", status.status);
                    report.push(Code::LegendClash, meaning.span.clone(), message);
                }
            }
        }
    }

    fn record(
        &mut self,
        row: &PortRow<'_, 'a>,
        ports: PortRange,
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) -> Record {
        let ordinal = self.records.ordinals.entry(ports).or_default();
        *ordinal += 1;
        let mut record = Record {
            id: id(ports, *ordinal),
            ports,
            naming: None,
            assignments: PerProtocol::default(),
            description: String::new(),
            links: Vec::new(),
            citations: Vec::new(),
            tags: Vec::new(),
            extra: Vec::new(),
            origin: Origin {
                source: self.index,
                line: self.source.line(row.span.start),
                shifted: matches!(row.port, Port::Shifted),
            },
        };
        if let Port::Own(port) = row.port {
            self.read_text(port, &mut record, report);
        }
        self.read_statuses(row, &mut record, report);
        if let Some(description) = row.description {
            record.description = self.read_text(description, &mut record, report);
        }
        for &(column, cell) in &row.extra {
            let text = self.read_text(cell, &mut record, report);
            if !text.is_empty() {
                record.extra.push((table.names[column].clone(), text));
            }
        }
        record
    }

    /// The ports of a row; `None` where it is left out, which is reported.
    fn ports(
        &self,
        row: &PortRow<'_, '_>,
        above: Option<PortRange>,
        report: &mut Report<'_>,
    ) -> Option<PortRange> {
        let Port::Own(cell) = row.port else {
            self.report_shared_port(row, above, report);
            return above;
        };
        let text = words(cell);
        let ports = port_range(&text);
        if ports.is_none() {
            let row = &self.source.text()[row.span.clone()];
            let message = format!("{text:?} is no port; the row is left out: {row:?}");
            report.push(Code::BadPort, cell.span.clone(), message);
        }
        ports
    }

    /// Says where the port of a row without one is from, or that the row is left out.
    fn report_shared_port(
        &self,
        row: &PortRow<'_, '_>,
        above: Option<PortRange>,
        report: &mut Report<'_>,
    ) {
        let (code, message) = match (above, row.port) {
            (None, _) => {
                let text = &self.source.text()[row.span.clone()];
                let message =
                    format!("no port in this row or above it; the row is left out: {text:?}");
                (Code::NoPortAbove, message)
            }
            (_, Port::Shifted) => (
                Code::ShiftedRow,
                "the port cell is that of the row above".to_owned(),
            ),
            (_, Port::Blank) => (
                Code::BlankPort,
                "blank port: that of the row above".to_owned(),
            ),
            (_, Port::Own(_) | Port::Spanned) => return,
        };
        report.push(code, row.span.clone(), message);
    }

    /// The text of a cell; its links, citations and tags go to the record.
    fn read_text(
        &mut self,
        cell: &Cell<'a>,
        record: &mut Record,
        report: &mut Report<'_>,
    ) -> String {
        let prose = Prose::of(cell);
        prose.report_images(report);
        let links = prose.links.iter();
        record
            .links
            .extend(links.filter_map(|link| normalized(link, self.base)));
        record.citations.extend(self.cite(&prose));
        record.tags.extend(prose.tags);
        prose.text.into_owned()
    }

    fn read_statuses(
        &mut self,
        row: &PortRow<'_, 'a>,
        record: &mut Record,
        report: &mut Report<'_>,
    ) {
        let mut also = Vec::new();
        let mut before: Option<(&Cell<'_>, Option<Assignment>)> = None;
        for (protocol, cell) in row.statuses.iter() {
            let Some(cell) = cell.filter(|cell| !cell.is_blank()) else {
                continue;
            };
            // A cell that covers several columns is read once.
            let covered = before.filter(|(read, _)| std::ptr::eq(*read, cell));
            let (assignment, second) = match covered {
                Some((_, assignment)) => (assignment, None),
                None => self.read_status(cell, protocol, record, report),
            };
            also.extend(second.zip(assignment.clone()));
            record.assignments[protocol].clone_from(&assignment);
            before = Some((cell, assignment));
        }
        for (protocol, assignment) in also {
            record.assignments[protocol].get_or_insert(assignment);
        }
    }

    /// What a status cell states, and which second protocol it states it for.
    fn read_status(
        &mut self,
        cell: &Cell<'a>,
        protocol: Protocol,
        record: &mut Record,
        report: &mut Report<'_>,
    ) -> (Option<Assignment>, Option<Protocol>) {
        let prose = Prose::of(cell);
        let citations = self.cite(&prose);
        prose.report_links(report);
        prose.report_images(report);
        if prose.text.is_empty() {
            let message = format!("the cell holds {}, but states nothing", held(&prose));
            report.push(Code::NothingStated, cell.span.clone(), message);
            record.citations.extend(citations);
            record.tags.extend(prose.tags);
            return (None, None);
        }
        record.tags.extend(prose.tags);
        let (status, second) = status(&visible(prose.text));
        if let Status::Other(text) = &status {
            let message = format!("{text:?} is no status ({})", protocol.name());
            report.push(Code::UnknownStatus, cell.span.clone(), message);
        }
        let basis = Basis::Stated;
        let assignment = Assignment {
            status,
            basis,
            citations,
        };
        (Some(assignment), second)
    }

    /// Keeps citations until it is known what they mean.
    fn cite(&mut self, prose: &Prose<'a, '_>) -> Vec<CitationIndex> {
        let keep = |citation: &&Reference<'a>| {
            let index = CitationIndex(u32::try_from(self.cited.len()).unwrap_or(u32::MAX));
            self.cited.push(((*citation).clone(), self.table));
            index
        };
        prose.citations.iter().map(keep).collect()
    }
}

fn report_formulas(record: &Record, row: &Row, citations: &Citations, report: &mut Report<'_>) {
    let ids = record
        .citations
        .first()
        .map(|&citation| citations.id(citation));
    let cells = [
        Some(record.description.as_str()),
        ids,
        record.links.first().map(|link| link.url.as_str()),
        record.tags.first().map(String::as_str),
    ];
    for cell in cells.into_iter().flatten().filter(|cell| is_formula(cell)) {
        let message = format!("a spreadsheet would run this as a formula: {cell:?}");
        report.push(Code::Formula, row.description.clone(), message);
    }
}

/// What a cell without words holds.
fn held(prose: &Prose<'_, '_>) -> String {
    let kinds = [
        ("a citation", prose.citations.is_empty()),
        ("a tag", prose.tags.is_empty()),
        ("a link", prose.links.is_empty()),
        ("an image", prose.images.is_empty()),
    ];
    let held = kinds.into_iter().filter(|(_, is_absent)| !is_absent);
    held.map(|(kind, _)| kind).collect::<Vec<_>>().join(" and ")
}

/// Where the UDP cell of a row stands; the end of the row where it is left out.
fn udp_cell(row: &PortRow<'_, '_>) -> Span {
    let cell = row.statuses[Protocol::Udp].filter(|cell| !cell.span.is_empty());
    cell.map_or(row.span.end..row.span.end, |cell| cell.span.clone())
}

fn id(ports: PortRange, ordinal: usize) -> String {
    match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("{first}#{ordinal}"),
        (first, last) => format!("{first}-{last}#{ordinal}"),
    }
}

/// A link, if it leads anywhere.
fn normalized(link: &grid::Link<'_>, base: Option<&str>) -> Option<Link> {
    let url = page::resolve(link.url.as_ref().into(), base).into_owned();
    let missing = url.contains("redlink=1") || link.title.ends_with("(page does not exist)");
    (!url.is_empty()).then(|| Link {
        text: crate::read::prose::plain(&link.text),
        url,
        missing,
    })
}

/// The port or range that a cell names: `53`, `71–74`, `5235-5236`.
fn port_range(text: &str) -> Option<PortRange> {
    /// U+2010 to U+2015 and U+2212 as bytes: compiled from characters, they would take 0.15 ms more, which
    /// is a twelfth of the time that converting the seed takes.
    const DASH: &str = r"(?-u:-|\xe2\x80[\x90-\x95]|\xe2\x88\x92)";
    static RANGE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!("^([0-9]+) ?{DASH} ?([0-9]+)$")).ok());
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let port = text.parse().ok()?;
        return PortRange::new(port, port);
    }
    let captures = RANGE.as_ref()?.captures(text.as_bytes())?;
    let number = |group| text[captures.get(group)?.range()].parse().ok();
    PortRange::new(number(1)?, number(2)?)
}

/// What the words of a status cell state, and which second protocol they state it for.
fn status(text: &str) -> (Status, Option<Protocol>) {
    let known = |word: &str| {
        Status::KNOWN
            .into_iter()
            .find(|status| status.name().eq_ignore_ascii_case(word.trim()))
    };
    let second = |words: &str| {
        let word = words.trim().strip_prefix("and ")?;
        Protocol::ALL
            .into_iter()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(word))
    };
    if let Some(status) = known(text) {
        return (status, None);
    }
    let both = text
        .split_once(',')
        .and_then(|(word, words)| Some((known(word)?, second(words)?)));
    match both {
        Some((status, protocol)) => (status, Some(protocol)),
        None => (Status::Other(text.to_owned()), None),
    }
}

/// Whether a spreadsheet runs the text of a cell (OWASP: CSV injection).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::{port_range, status};
    use crate::dataset::{PortRange, Protocol, Status};

    #[test]
    fn ports_are_numbers_or_ascending_ranges() {
        for (text, first, last) in [
            ("0", 0, 0),
            ("65535", 65535, 65535),
            ("71–74", 71, 74),
            ("5235-5236", 5235, 5236),
            ("6000 — 6063", 6000, 6063),
            ("1‐2", 1, 2),
            ("1―2", 1, 2),
            ("1−2", 1, 2),
            ("007", 7, 7),
        ] {
            assert_eq!(port_range(text), PortRange::new(first, last), "{text:?}");
        }
        for text in [
            "",
            "x",
            "65536",
            "74–71",
            "1–",
            "1‖2",
            "1√2",
            "1–2–3",
            "80, 443",
            "22/tcp",
            "99999999999",
        ] {
            assert_eq!(port_range(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_status_can_state_two_protocols() {
        for (text, expected) in [
            ("YES", (Status::Yes, None)),
            ("Yes, and SCTP", (Status::Yes, Some(Protocol::Sctp))),
            (
                "Yes, and so on",
                (Status::Other("Yes, and so on".into()), None),
            ),
            ("N/A", (Status::Other("N/A".into()), None)),
        ] {
            assert_eq!(status(text), expected);
        }
    }
}
