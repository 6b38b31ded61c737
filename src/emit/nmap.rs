//! `nmap-services`: port names for `nmap --datadir` and `nmap --servicedb`.
//!
//! Fields are separated by tabs: name, port and protocol, ratio, comment. nmap knows no aliases, so they
//! stand in the comment, and no DCCP. It wants a ratio (how often a port is open, 0 to 1), or refuses
//! `--top-ports`. Nobody measured one for this table: the ratio here only says that a port in use comes
//! before one that is only assigned.
//!
//! nmap scans the ports with the highest ratios of its file, and no others, unless `-p` says which. So our names can
//! be [merged](crate::dataset::merge) into the file that nmap comes with.

use std::collections::HashSet;

use super::Listed;
use super::services::{about, comment, header, joined, merged};
use crate::dataset::merge::{Merge, MergeFormat, NO_RATIO};
use crate::dataset::{Dataset, Protocol, Service, Status};

pub(super) static FORMAT: Listed = Listed::new(
    "nmap",
    "nmap-services",
    "port names for nmap --datadir and --servicedb",
    |dataset| Ok(text(dataset).into_bytes()),
);

fn text(dataset: &Dataset) -> String {
    let merge = dataset.merge(MergeFormat::Nmap);
    let held = merge.map(Merge::held);
    let (mut lines, mut pairs) = (String::new(), HashSet::new());
    let ours = dataset.services.iter();
    for ours in ours.filter(|service| service.protocol != Protocol::Dccp) {
        let pair = (ours.port, ours.protocol.name());
        let ratio = match &held {
            None => ratio(dataset, ours),
            Some(held) => held.get(&pair).map_or(NO_RATIO, |held| held.ratio),
        };
        lines += &line(dataset, ours, ratio);
        pairs.insert(pair);
    }
    match merge {
        None => {
            let title = "nmap-services: names of TCP, UDP and SCTP ports";
            let note = "# The ratios are not measured; they only rank ports in use above assigned ones.\n\n";
            header(dataset, "nmap", title) + note + &lines
        }
        Some(merge) => merged(dataset, "nmap", merge, &lines, |pair| pairs.contains(&pair)),
    }
}

/// The most bytes of a line, its end not counted: nmap reads 1023 at a time.
const MAX_LINE: usize = 1022;

/// Without a measurement: ports in use before those that are just assigned.
fn ratio(dataset: &Dataset, service: &Service) -> &'static str {
    let assignment = dataset.records[service.record].assignments[service.protocol].as_ref();
    match assignment.map(|assignment| &assignment.status) {
        Some(Status::Yes) => "0.030000",
        Some(Status::Unofficial) => "0.020000",
        _ => "0.010000",
    }
}

fn line(dataset: &Dataset, service: &Service, ratio: &str) -> String {
    let (name, port, protocol) = (service.name, service.port, service.protocol.name());
    let line = format!("{name}\t{port}/{protocol}\t{ratio}");
    let words = joined(&service.aliases, "", " | ") + &about(dataset, service);
    let comment = comment(&words, MAX_LINE.saturating_sub(line.len()));
    line + &comment + "\n"
}
