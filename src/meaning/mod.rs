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

mod room;
mod said;

use std::collections::HashMap;
use std::iter::repeat_n;
use std::sync::Arc;

use crate::dataset::{
    Assignment, Basis, Link, Origin, PerProtocol, PortRange, Protocol, Protocols, Record, Status,
    StatusMeaning,
};
use crate::diagnostic::{Code, Report};
pub(crate) use crate::meaning::footnote::Footnotes;
use crate::meaning::footnote::{Citations, excerpt};
use crate::meaning::room::{Room, bytes_of};
use crate::meaning::said::Said;
use crate::page::{self, Base};
use crate::read::grid::{self, Cell, Inline, Reference};
use crate::read::prose::{Prose, visible, words};
use crate::table::{Filled, Legend, Placed, Port, PortRow, PortTable};
use crate::text::{Source, Span, blanked};
use crate::vocabulary::ports::{self, Part};
use crate::vocabulary::statuses::{self, Stated};

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
    /// What room is left for more records.
    room: Room,
    /// How many port tables there are.
    tables: usize,
}

/// A record that has no name yet, and the row that it is from.
#[derive(Debug)]
pub(crate) struct Draft {
    pub record: Record,
    pub row: DraftRow,
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
    pub udp: Option<Slot>,
    /// The blanks that no TCP cell can reach: those of SCTP and DCCP, and a blank TCP. How many are empty, and how
    /// many are white space.
    pub other_blanks: [u8; 2],
    /// Whether curated facts were made for an earlier state of it, and that has been reported.
    pub is_edited: bool,
    /// Where its description stands.
    pub description: Span,
    /// What the table calls its service.
    pub service: Option<Box<Service>>,
    /// Whether it says what IANA did: a status in words, or official. A mark or a transport only says that the
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
    /// Whether the column is one of service names, so that a valid one is taken as it stands.
    pub is_name: bool,
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

impl Unnamed {
    /// Begins to add what the tables of one input say. Its relative links start from `base`.
    pub(crate) fn add<'n, 'a>(
        &'n mut self,
        index: usize,
        source: &'a Source,
        footnotes: Footnotes<'a>,
        base: Option<Base<'a>>,
        transports: Protocols,
    ) -> Normalizer<'n, 'a> {
        self.room.give(source.text());
        Normalizer {
            transports,
            records: self,
            index,
            path: blanked(&source.path).into(),
            footnotes,
            source,
            base,
            table: 0,
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
    /// What rows are taken for that state no transport.
    transports: Protocols,
    /// The table that is being read: where it stands decides what its labels mean.
    table: usize,
    port_tables: usize,
}

impl<'a> Normalizer<'_, 'a> {
    /// Adds what the tables of a grid say.
    pub(crate) fn take(&mut self, tables: &[Placed<'_, 'a>], report: &mut Report<'_>) {
        for table in tables {
            match table {
                Placed::Legend(legend) => self.legend(legend, report),
                Placed::Ports(ports) => self.port_table(ports, report),
                Placed::Other => {}
            }
        }
        self.table += 1;
    }

    fn port_table(&mut self, table: &PortTable<'_, 'a>, report: &mut Report<'_>) {
        self.port_tables += 1;
        self.header(&table.header, report);
        let (first, mut above) = (self.records.drafts.len(), Vec::new());
        let mut without_transport = 0;
        for row in &table.rows {
            let parts = self.parts(row, &above, report);
            above = parts.iter().map(|part| part.ports).collect();
            if parts.is_empty() {
                continue;
            }
            without_transport += usize::from(!self.row(row, &parts, table, report));
            if self.records.room.is_spent() {
                report_cut(row, report);
                break;
            }
        }
        self.records.tables += 1;
        self.report_no_service(
            &table.span,
            first,
            (without_transport, table.rows.len()),
            report,
        );
    }

    /// Reports a table whose rows make no service, or some of whose rows state no transport.
    fn report_no_service(
        &self,
        table: &Span,
        first: usize,
        (without_transport, rows): (usize, usize),
        report: &mut Report<'_>,
    ) {
        let mut records = self.records.drafts[first..]
            .iter()
            .map(|draft| &draft.record);
        let in_use = |assignment: &Assignment| assignment.status.is_in_use();
        if without_transport > 0 {
            let message = format!(
                "{without_transport} of {rows} rows name none of tcp, udp, sctp and dccp, and make no service; \
                 --transport tcp, for one, says what to take the rows for that name no protocol"
            );
            report.push(Code::NoTransport, table.clone(), message);
        } else if records.len() > 0
            && !records.any(|record| record.assignments.0.iter().flatten().any(in_use))
        {
            let message =
                "no row of this table makes a service: none is in use for a transport protocol";
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

    /// Adds a record for each part of the port cell. Returns whether a transport is stated, or may be.
    fn row(
        &mut self,
        row: &PortRow<'_, 'a>,
        parts: &[Part],
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) -> bool {
        let (record, said) = self.said(row, table, report);
        let mut is_stated = true;
        for (part, mut record) in parts.iter().zip(repeat_n(record, parts.len())) {
            record.ports = part.ports;
            is_stated &= said.assign(part, self.transports, table.has_statuses, &mut record);
            said.describe(part, table, &mut record);
            let bytes = bytes_of(&record);
            if !self.records.room.take(bytes) {
                break;
            }
            record.id = self.id(part.ports);
            let draft_row = DraftRow {
                input: self.index,
                span: row.span.clone(),
                table: self.records.tables,
                udp: table.has_udp.then(|| udp_slot(row)),
                other_blanks: other_blanks(row),
                is_edited: false,
                description: row.description.map_or(&row.span, |cell| &cell.span).clone(),
                service: said.service.clone().or_else(|| beside_port(part)),
                speaks_of_iana: said.speaks_of_iana,
                italics: said.italics.clone(),
            };
            report_formulas(&record, &draft_row, report);
            let row = draft_row;
            self.records.drafts.push(Draft { record, row });
        }
        is_stated
    }

    fn id(&mut self, ports: PortRange) -> String {
        let ordinal = self.records.ordinals.entry(ports).or_default();
        *ordinal += 1;
        id(ports, *ordinal)
    }

    /// A header names columns; what else it holds is in no record.
    fn header(&mut self, header: &[&Cell<'a>], report: &mut Report<'_>) {
        for prose in header.iter().map(|cell| Prose::new(cell)) {
            prose.report_links(report);
            prose.report_images(report);
            for citation in prose.citations {
                self.footnotes.pass_over(citation, self.table, report);
            }
        }
    }

    fn legend(&mut self, legend: &Legend<'_, 'a>, report: &mut Report<'_>) {
        self.header(&legend.header, report);
        for [status, meaning] in &legend.rows {
            let (status, prose) = (Prose::new(status), Prose::new(meaning));
            for prose in [&status, &prose] {
                prose.report_links(report);
                prose.report_images(report);
            }
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
                    let message =
                        format!("status {:?} was explained otherwise before", status.status);
                    report.push(Code::LegendClash, meaning.span.clone(), message);
                }
            }
        }
    }

    /// What a row says of all its ports.
    fn said(
        &mut self,
        row: &PortRow<'_, 'a>,
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) -> (Record, Said) {
        let (mut record, mut said) = (self.blank_record(row), Said::default());
        if let Port::Own(port) = row.port {
            said.port_column = port.column;
            self.read_text(port.cell, &mut record, report);
        }
        for cell in row.ports_of.0.into_iter().flatten() {
            self.read_text(cell, &mut record, report);
        }
        self.read_statuses(row, &mut record, report);
        said.speaks_of_iana = states_in_words(row) || row.official.is_some();
        if let Some(description) = row.description {
            record.description = self.read_text(description, &mut record, report);
            said.italics = italics(description);
        }
        let mut read = |filled: Filled<'_, 'a>| {
            let text = self.read_text(filled.cell, &mut record, report);
            (filled.column, text)
        };
        let (name, transport) = (row.name.map(&mut read), row.transport.map(&mut read));
        said.official = row.official.map(read);
        said.extra = self.read_extra(row, &mut record, report);
        said.take_name(name, table.are_names, &mut record);
        said.take_transport(transport);
        record.links.shrink_to_fit();
        (record, said)
    }

    /// The record of a row of which only the place is known.
    fn blank_record(&self, row: &PortRow<'_, '_>) -> Record {
        Record {
            id: String::new(),
            ports: PortRange::default(),
            naming: None,
            assignments: PerProtocol::default(),
            description: String::new(),
            links: Vec::new(),
            citations: Vec::new(),
            tags: Vec::new(),
            extra: Vec::new(),
            origin: Origin {
                path: Arc::clone(&self.path),
                line: self.source.line(row.span.start),
                shifted: matches!(row.port, Port::Shifted),
            },
        }
    }

    /// The ports of a row, each part of a list; none where it is left out, which is reported.
    fn parts(
        &self,
        row: &PortRow<'_, '_>,
        above: &[PortRange],
        report: &mut Report<'_>,
    ) -> Vec<Part> {
        let mut parts = Vec::new();
        match row.port {
            Port::Own(port) => parts = self.own_ports(port.cell, row, report),
            Port::OfProtocols => {
                for (protocol, cell) in row.ports_of.iter() {
                    let is_filled =
                        |cell: &&&Cell<'_>| statuses::stated_by(&words(cell)) != Stated::Nothing;
                    if let Some(cell) = cell.as_ref().filter(is_filled) {
                        let of_protocol = self.own_ports(cell, row, report);
                        ports::add_for(protocol, of_protocol, &mut parts);
                    }
                }
                if parts.is_empty() {
                    self.report_shared_port(row, true, report);
                }
            }
            Port::None => self.report_shared_port(row, true, report),
            Port::Spanned | Port::Blank | Port::Shifted => {
                self.report_shared_port(row, above.is_empty(), report);
                parts.extend(above.iter().copied().map(Part::of));
            }
        }
        parts
    }

    /// The ports that a cell names.
    fn own_ports(
        &self,
        cell: &Cell<'_>,
        row: &PortRow<'_, '_>,
        report: &mut Report<'_>,
    ) -> Vec<Part> {
        let text = words(cell);
        let Some(ports) = ports::named_by(&text) else {
            let row = &self.source.text()[row.span.clone()];
            let message = format!("{text:?} is no port; the row is left out: {row:?}");
            report.push(Code::BadPort, cell.span.clone(), message);
            return Vec::new();
        };
        if ports.is_ambiguous {
            let message = format!("{text:?} may be one number; taken as a list of two");
            report.push(Code::AmbiguousRow, cell.span.clone(), message);
        }
        for part in ports.parts.iter().filter(|part| part.is_open) {
            let message = format!(
                "{:?} does not say where it ends; only {} is taken",
                excerpt(&text),
                part.ports.last()
            );
            report.push(Code::OpenRange, cell.span.clone(), message);
        }
        ports.parts
    }

    /// Says where the port of a row without one is from, or that the row is left out.
    fn report_shared_port(&self, row: &PortRow<'_, '_>, is_missing: bool, report: &mut Report<'_>) {
        let (code, message) = match (is_missing, row.port) {
            (true, _) => {
                let text = &self.source.text()[row.span.clone()];
                let message =
                    format!("no port in this row or above it; the row is left out: {text:?}");
                (Code::NoPortAbove, message)
            }
            (_, Port::Blank) => (
                Code::BlankPort,
                "blank port: that of the row above".to_owned(),
            ),
            (_, _) => return,
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
        let prose = Prose::new(cell);
        prose.report_images(report);
        let links = prose.links.iter();
        record
            .links
            .extend(links.filter_map(|link| normalized(link, self.base)));
        record.citations.extend(self.cite(&prose, report));
        record.tags.extend(prose.tags);
        prose.text.into_owned()
    }

    /// The words of the extra columns, with the numbers of these. A cell that covers several columns is read once.
    fn read_extra(
        &mut self,
        row: &PortRow<'_, 'a>,
        record: &mut Record,
        report: &mut Report<'_>,
    ) -> Vec<said::Text> {
        let mut extra: Vec<said::Text> = Vec::new();
        let mut before: Option<&Cell<'_>> = None;
        for &Filled { column, cell } in &row.extra {
            let covered = before.is_some_and(|read| std::ptr::eq(read, cell));
            let text = match extra.last() {
                Some((_, text)) if covered => text.clone(),
                _ => self.read_text(cell, record, report),
            };
            extra.push((column, text));
            before = Some(cell);
        }
        extra
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
            let (assignment, others) = match covered {
                Some((_, assignment)) => (assignment, PerProtocol::default()),
                None => self.read_status(cell, protocol, record, report),
            };
            also.push(others);
            if assignment.is_some() {
                record.assignments[protocol].clone_from(&assignment);
            }
            before = Some((cell, assignment));
        }
        for (protocol, assignment) in also.iter().flat_map(PerProtocol::iter) {
            if let Some(assignment) = assignment {
                record.assignments[protocol].get_or_insert_with(|| assignment.clone());
            }
        }
    }

    /// What a status cell states for its own protocol, and what for others.
    fn read_status(
        &mut self,
        cell: &Cell<'a>,
        protocol: Protocol,
        record: &mut Record,
        report: &mut Report<'_>,
    ) -> (Option<Assignment>, PerProtocol<Option<Assignment>>) {
        let prose = Prose::new(cell);
        let citations = self.cite(&prose, report);
        prose.report_links(report);
        prose.report_images(report);
        record.tags.extend(prose.tags.iter().cloned());
        let text = visible(prose.text.clone());
        let assignment = |status| Assignment {
            status,
            basis: Basis::Stated,
            citations: citations.clone(),
        };
        let mut others = PerProtocol::default();
        let own = match statuses::stated_by(&text) {
            Stated::Nothing => {
                let held = held(&prose);
                if !held.is_empty() {
                    let message = format!("the cell holds {held}, but states nothing");
                    report.push(Code::NothingStated, cell.span.clone(), message);
                }
                record.citations.extend(citations);
                return (None, others);
            }
            Stated::Status(status) | Stated::Marked(status) => Some(assignment(status)),
            Stated::And(status, other) => {
                others[other] = Some(assignment(status.clone()));
                Some(assignment(status))
            }
            Stated::Named(named) => {
                for other in named.iter() {
                    others[other] = Some(assignment(Status::Yes));
                }
                others[protocol].take()
            }
            Stated::Other => {
                let message = format!("{text:?} is no status ({})", protocol.name());
                report.push(Code::UnknownStatus, cell.span.clone(), message);
                Some(assignment(Status::Other(text.into_owned())))
            }
        };
        (own, others)
    }

    /// What a cell cites.
    fn cite(&mut self, prose: &Prose<'a, '_>, report: &mut Report<'_>) -> Vec<Arc<str>> {
        let citations = &mut self.records.citations;
        let resolve = |citation: &&Reference<'a>| {
            self.footnotes
                .resolve(citation, self.table, citations, report)
        };
        prose.citations.iter().filter_map(resolve).collect()
    }
}

fn report_cut(row: &PortRow<'_, '_>, report: &mut Report<'_>) {
    let message =
        "the records so far fill the memory for the inputs: the rest of the table is not read";
    report.push(Code::TableCut, row.span.clone(), message);
}

fn report_formulas(record: &Record, row: &DraftRow, report: &mut Report<'_>) {
    let ids = record.citations.first().map(AsRef::as_ref);
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

/// Whether a row states a status in words.
fn states_in_words(row: &PortRow<'_, '_>) -> bool {
    let mut statuses = row.statuses.0.iter().flatten();
    statuses.any(|cell| {
        let stated = statuses::stated_by(&words(cell));
        matches!(stated, Stated::Status(_) | Stated::And(..))
    })
}

/// The UDP cell of a row; at the end of the row where it is left out.
fn udp_slot(row: &PortRow<'_, '_>) -> Slot {
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

fn other_blanks(row: &PortRow<'_, '_>) -> [u8; 2] {
    let mut blanks = [0; 2];
    let others = [Protocol::Tcp, Protocol::Sctp, Protocol::Dccp];
    for cell in others.into_iter().filter_map(|other| row.statuses[other]) {
        if let Some(writing) = writing(cell) {
            blanks[writing as usize] += 1;
        }
    }
    blanks
}

/// The words beside a port, which are the service's: `53 (DNS)`.
fn beside_port(part: &Part) -> Option<Box<Service>> {
    (!part.remark.is_empty()).then(|| {
        Box::new(Service {
            text: part.remark.clone(),
            is_name: false,
        })
    })
}

/// The first words of a cell in italics.
fn italics(cell: &Cell<'_>) -> Option<Box<str>> {
    let is_plain = |inline: &Inline<'_>| matches!(inline, Inline::Text(_));
    if cell.inlines.iter().all(is_plain) {
        return None;
    }
    let prose = Prose::new(cell);
    prose.emphasis.first().map(|words| words.as_ref().into())
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

fn id(ports: PortRange, ordinal: usize) -> String {
    match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("{first}#{ordinal}"),
        (first, last) => format!("{first}-{last}#{ordinal}"),
    }
}

/// A link, if it leads anywhere.
fn normalized(link: &grid::Anchor<'_>, base: Option<Base<'_>>) -> Option<Link> {
    let url = page::resolve(link.url.as_ref().into(), base).into_owned();
    (!url.is_empty()).then(|| Link {
        text: crate::read::prose::plain(&link.text),
        url,
        missing: link.missing,
    })
}

/// Whether a spreadsheet runs the text of a cell (OWASP: CSV injection).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}
