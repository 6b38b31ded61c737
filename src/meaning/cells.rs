//! The cells of a row → [`RowWords`]: their text, and the links, citations, tags and statuses in them.

use std::sync::Arc;

use crate::attribution::{self, Base};
use crate::dataset::{Assignment, Basis, Link, PerProtocol, Protocol, Status};
use crate::diagnostic::{Code, Report};
use crate::read::grid::{Anchor, Cell, Reference};
use crate::read::prose::{Prose, plain, visible};
use crate::table::{Filled, PortRow, PortTable};
use crate::vocabulary::statuses::{self, Stated};

use super::record::{RowWords, Text};
use super::{Normalizer, Service};

impl<'a> Normalizer<'_, 'a> {
    /// What a row says of all its ports.
    pub(super) fn read_row(
        &mut self,
        row: &PortRow<'_, 'a>,
        table: &PortTable<'_, 'a>,
        report: &mut Report<'_>,
    ) -> RowWords {
        let mut words = RowWords::default();
        let ports = row.own_port().into_iter().chain(row.end);
        let ports = ports.chain(row.ports_of.0.into_iter().flatten());
        for filled in ports.chain(row.more_ports.iter().copied()) {
            self.read_text(filled.cell, &mut words, report);
        }
        self.read_statuses(row, table, &mut words, report);
        words.speaks_of_iana |= row.official.is_some();
        if let Some(description) = row.description {
            let prose = self.read(description, &mut words, report);
            words.italics = (!prose.italics.is_empty()).then(|| prose.italics.into());
            words.description = prose.text.into_owned();
        }
        let mut read = |filled: Filled<'_, 'a>| {
            let text = self.read_text(filled.cell, &mut words, report);
            (filled.column, text)
        };
        let name = row.name.map(&mut read);
        let protocols: Vec<_> = row.transports.iter().copied().map(&mut read).collect();
        words.official = row.official.map(read);
        words.extra = self.read_extra(row, &mut words, report);
        for protocols in protocols {
            words.add_protocols(protocols);
        }
        if let Some(name) = name {
            words.add_name(name, table);
        }
        words.add_protocols_among_words(table);
        let mut extra = words.extra.iter();
        if let Some((_, text)) = extra.find(|(column, _)| Some(*column) == table.services)
            && words.service.is_none()
            && !statuses::is_nothing(text)
        {
            let (text, names) = (text.clone(), None);
            words.service = Some(Box::new(Service { text, names }));
        }
        words.links.shrink_to_fit();
        words
    }

    /// The text of a cell; its links, citations and tags go to the row.
    fn read_text(
        &mut self,
        cell: &Cell<'a>,
        words: &mut RowWords,
        report: &mut Report<'_>,
    ) -> String {
        self.read(cell, words, report).text.into_owned()
    }

    /// The same, with what else is known of it.
    fn read<'c>(
        &mut self,
        cell: &'c Cell<'a>,
        words: &mut RowWords,
        report: &mut Report<'_>,
    ) -> Prose<'a, 'c> {
        let mut prose = Prose::new(cell);
        let links = prose.links.iter();
        words
            .links
            .extend(links.filter_map(|link| resolved(link, self.base)));
        words.citations.extend(self.cite(&prose, report));
        words.tags.append(&mut prose.tags);
        prose
    }

    /// The words of the extra columns, with the numbers of these. A cell that covers several columns is read once.
    fn read_extra(
        &mut self,
        row: &PortRow<'_, 'a>,
        words: &mut RowWords,
        report: &mut Report<'_>,
    ) -> Vec<Text> {
        let mut extra: Vec<Text> = Vec::new();
        let mut before: Option<&Cell<'_>> = None;
        for &Filled { column, cell, .. } in &row.extra {
            let is_covered = before.is_some_and(|read| std::ptr::eq(read, cell));
            let text = match extra.last() {
                Some((_, text)) if is_covered => text.clone(),
                _ => self.read_text(cell, words, report),
            };
            extra.push((column, text));
            before = Some(cell);
        }
        extra
    }

    /// Reads the status cells. A cell that covers several columns is read once. What a cell states for another
    /// protocol counts where that one's own cell is blank.
    fn read_statuses(
        &mut self,
        row: &PortRow<'_, 'a>,
        table: &PortTable<'_, 'a>,
        words: &mut RowWords,
        report: &mut Report<'_>,
    ) {
        let mut of_others = Vec::new();
        let mut before: Option<(&Cell<'_>, Option<Assignment>)> = None;
        for (protocol, cell) in row.statuses.iter() {
            let Some(cell) = cell.filter(|cell| !cell.is_blank()) else {
                continue;
            };
            let covered = before.filter(|(read, _)| std::ptr::eq(*read, cell));
            let (assignment, others) = match covered {
                Some((_, assignment)) => (assignment, PerProtocol::default()),
                None => self.read_status((cell, protocol), &table.cross, words, report),
            };
            of_others.push(others);
            if assignment.is_some() {
                words.assignments[protocol].clone_from(&assignment);
            }
            before = Some((cell, assignment));
        }
        for (protocol, assignment) in of_others.iter().flat_map(PerProtocol::iter) {
            if let Some(assignment) = assignment {
                words.assignments[protocol].get_or_insert_with(|| assignment.clone());
            }
        }
    }

    /// What a status cell states for its own protocol, and what for others.
    fn read_status(
        &mut self,
        (cell, protocol): (&Cell<'a>, Protocol),
        cross: &Status,
        words: &mut RowWords,
        report: &mut Report<'_>,
    ) -> (Option<Assignment>, PerProtocol<Option<Assignment>>) {
        let prose = Prose::new(cell);
        let citations = self.cite(&prose, report);
        prose.report_links(report);
        words.tags.extend(prose.tags.iter().cloned());
        let text = visible(prose.text.clone());
        let assignment = |status| Assignment {
            status,
            basis: Basis::Stated,
            citations: citations.clone(),
        };
        let mut others = PerProtocol::default();
        let own = match statuses::stated_by(&text) {
            Stated::Nothing => {
                report_nothing_stated(&prose, cell, report);
                words.citations.extend(citations);
                None
            }
            Stated::Mark(_) | Stated::Other
                if *cross == Status::No && statuses::is_cross(&text) =>
            {
                Some(assignment(Status::No))
            }
            Stated::Mark(status) => Some(assignment(status)),
            Stated::Status(status) => {
                words.speaks_of_iana = true;
                Some(assignment(status))
            }
            Stated::And(status, other) => {
                words.speaks_of_iana = true;
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
                let message = format!("{text:?} is not a status ({})", protocol.name());
                report.push(Code::UnknownStatus, cell.span.clone(), message);
                Some(assignment(Status::Other(text.into_owned())))
            }
        };
        (own, others)
    }

    /// What a cell cites.
    pub(super) fn cite(&mut self, prose: &Prose<'a, '_>, report: &mut Report<'_>) -> Vec<Arc<str>> {
        let citations = &mut self.records.citations;
        let resolve = |citation: &&Reference<'a>| {
            self.footnotes
                .resolve(citation, self.grid, citations, report)
        };
        prose.citations.iter().filter_map(resolve).collect()
    }
}

/// Reports what a status cell without words holds.
fn report_nothing_stated(prose: &Prose<'_, '_>, cell: &Cell<'_>, report: &mut Report<'_>) {
    let kinds = [
        ("a citation", prose.citations.is_empty()),
        ("a tag", prose.tags.is_empty()),
        ("a link", prose.links.is_empty()),
    ];
    let held = kinds.into_iter().filter(|(_, is_absent)| !is_absent);
    let held: Vec<_> = held.map(|(kind, _)| kind).collect();
    if !held.is_empty() {
        let message = format!("the cell holds {}, but no status", held.join(" and "));
        report.push(Code::NothingStated, cell.span.clone(), message);
    }
}

/// A link, if it leads anywhere.
fn resolved(link: &Anchor<'_>, base: Option<Base<'_>>) -> Option<Link> {
    let url = attribution::resolve(&link.url, base);
    (!url.is_empty()).then(|| Link {
        text: plain(&link.text),
        url,
        missing: link.missing,
    })
}
