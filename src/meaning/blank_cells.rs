//! Unnamed → records: what a blank UDP cell means.
//!
//! Where the page has one cell over TCP and UDP, the markdown has a TCP cell and a blank UDP cell, just
//! as where UDP is really blank. No rule computed from the table tells the two apart. So curated facts
//! decide (`merged` or `blank`), and where there is none, a rule that is right in most cases: UDP is the
//! same as TCP, unless TCP is unofficial or no status at all, or another row of the same ports states UDP. The
//! [`Basis`] tells which it was.
//!
//! A blank TCP cell beside a filled UDP cell is blank, and so are blank SCTP and DCCP cells. Where a table
//! has no UDP column, nothing is known of UDP.

use std::collections::HashSet;

use crate::dataset::{Assignment, Basis, PortRange, Protocol, Record, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::facts::{BadFacts, FactFile};
use crate::meaning::{Row, Unnamed};
use crate::text::Source;

/// How blank UDP cells are decided.
#[derive(Debug)]
pub enum BlankCells {
    /// They stay blank.
    Literal,
    /// By facts, else by rule.
    Decided(FactFile<Decision>),
}

/// What a fact says of a blank UDP cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is one cell with TCP's.
    Merged,
    /// It is really blank.
    Blank,
}

impl BlankCells {
    /// Reads facts: a CSV file with the columns `first_port`, `last_port`, `description` and `udp`
    /// (`merged` or `blank`).
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub fn read(source: Source) -> Result<Self, BadFacts> {
        let decision = |[word]: [&str; 1]| match word {
            "merged" => Ok(Decision::Merged),
            "blank" => Ok(Decision::Blank),
            _ => Err(format!("udp is {word:?}, not \"merged\" or \"blank\"")),
        };
        FactFile::read(source, ["udp"], decision).map(Self::Decided)
    }
}

/// Decides the blank UDP cells of all records.
pub(crate) fn decide(records: &mut Unnamed, how: &BlankCells, diagnostics: &mut Diagnostics) {
    let BlankCells::Decided(facts) = how else {
        return;
    };
    let stated_udp: HashSet<PortRange> = records
        .records
        .iter()
        .filter(|record| states_udp(record))
        .map(|record| record.ports)
        .collect();
    let mut used = HashSet::new();
    for (record, Row { udp, .. }) in records.records.iter_mut().zip(&records.rows) {
        let (Some(tcp), Some(span)) = (blank_beside(record), udp) else {
            continue;
        };
        let mut report = Report::new(diagnostics, File::Input(record.origin.source));
        let fact = facts.of(record.ports, &record.description).next();
        used.extend(fact.map(|fact| fact.span.start));
        let basis = match fact.map(|fact| fact.value) {
            Some(Decision::Blank) => continue,
            Some(Decision::Merged) => {
                let message = format!("blank UDP is one cell with TCP: {}", tcp.status.name());
                report.push(Code::MergedCell, span.clone(), message);
                Basis::Merged
            }
            None if is_tcp_only(&tcp.status) || stated_udp.contains(&record.ports) => {
                report.push(
                    Code::InferredCell,
                    span.clone(),
                    "blank UDP is taken as blank",
                );
                continue;
            }
            None => {
                let message = format!(
                    "blank UDP is taken as the same as TCP: {}",
                    tcp.status.name()
                );
                report.push(Code::InferredCell, span.clone(), message);
                Basis::Inferred
            }
        };
        record.assignments[Protocol::Udp] = Some(Assignment { basis, ..tcp });
    }
    facts.report_stale(
        &records.records,
        &used,
        &mut Report::new(diagnostics, File::BlankCells),
    );
}

fn states_udp(record: &Record) -> bool {
    record.assignments[Protocol::Udp].is_some()
}

/// Whether the rule gives a TCP status to TCP alone.
fn is_tcp_only(status: &Status) -> bool {
    matches!(status, Status::Unofficial | Status::Other(_))
}

/// What stands beside a blank UDP cell.
fn blank_beside(record: &Record) -> Option<Assignment> {
    if states_udp(record) {
        None
    } else {
        record.assignments[Protocol::Tcp].clone()
    }
}
