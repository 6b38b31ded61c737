//! Names that mean one thing → services.

use crate::dataset::services::{self, Named};
use crate::dataset::{LeftOut, Service, Status};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::limits;
use crate::meaning::Draft;
use crate::naming::Candidate;

/// One service for each port and protocol that is in use with a wanted status.
pub(super) fn services(
    candidates: &[Candidate],
    drafts: &[Draft],
    wanted: &[Status],
    widest: usize,
    diagnostics: &mut Diagnostics,
) -> Vec<Service> {
    let named = candidates.iter().map(|candidate| Named {
        record: candidate.record,
        ports: candidate.ports,
        protocols: candidate.protocols,
        name: candidate.name,
        aliases: &candidate.aliases,
    });
    let named: Vec<_> = named.collect();
    let record = |index: usize| &drafts[index].record;
    let (services, crowded) = services::services(&named, record, wanted, widest);
    for (record, protocol) in crowded {
        let row = &drafts[record].row;
        let message = format!(
            "{} rows already name the same {} port",
            limits::NAMES_OF_A_PORT,
            protocol.name()
        );
        let report = &mut Report::new(diagnostics, File::Input(row.input));
        report.push(Code::CrowdedPort, row.span.clone(), message);
    }
    services
}

pub(super) fn left_out(drafts: &[Draft], wanted: &[Status], widest: usize) -> LeftOut {
    let mut left_out = LeftOut::default();
    for Draft { record, .. } in drafts {
        for assignment in record.assignments.0.iter().flatten() {
            match &assignment.status {
                Status::Reserved => left_out.reserved += 1,
                Status::No => left_out.no += 1,
                Status::Other(_) => left_out.other += 1,
                status if !wanted.contains(status) => left_out.unwanted += 1,
                Status::Yes | Status::Assigned | Status::Unofficial => {
                    left_out.unnamed += usize::from(record.naming.is_none());
                    let is_wide = record.naming.is_some() && record.ports.size() > widest;
                    left_out.wide += usize::from(is_wide);
                }
            }
        }
    }
    left_out
}
