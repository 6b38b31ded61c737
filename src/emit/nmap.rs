//! `nmap-services`: port names for `nmap --datadir` and `nmap --servicedb`.
//!
//! Fields are separated by tabs: name, port and protocol, ratio, comment. nmap knows no aliases, so they
//! stand in the comment, and no DCCP. It wants a ratio (how often a port is open, 0 to 1), or refuses
//! `--top-ports`. Nobody measured one for this table: the ratio here only says that a port in use comes
//! before one that is only assigned.
//!
//! nmap scans the ports with the highest ratios of its file, and no others, unless `-p` says which. So our names can
//! be [merged](crate::dataset::merge) into the file that nmap comes with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::io::Write as _;

use super::services::{about, comment, header, quoted};
use super::{EmitError, Format, Listed, Out};
use crate::dataset::merge::{Merge, MergeFormat};
use crate::dataset::{Dataset, Protocol, Service, Status};

pub(super) static FORMAT: Listed = Listed::new(
    Format::new(
        "nmap",
        "nmap-services",
        "port names for nmap --datadir and --servicedb",
    ),
    write,
);

fn write(dataset: &Dataset, out: &mut Out<'_>) -> Result<(), EmitError> {
    let title = "nmap-services: names of TCP, UDP and SCTP ports";
    let ours = dataset.services.iter();
    let mut ours = ours.filter(|service| service.protocol != Protocol::Dccp);
    let text = if let Some(merge) = dataset.merge(MergeFormat::Nmap) {
        let format = format!("nmap --merge {}", quoted(&merge.path()));
        header(dataset, &format, title)? + &merged(dataset, merge, ours)?
    } else {
        let mut text = header(dataset, "nmap", title)?;
        text.push_str(
            "# The ratios are not measured; they only rank ports in use above assigned ones.\n\n",
        );
        ours.try_for_each(|ours| line(dataset, ours, ratio(dataset, ours), &mut text))?;
        text
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// Our names with the ratios of a file, and its other lines, by port and protocol.
fn merged<'d>(
    dataset: &Dataset,
    merge: &Merge,
    ours: impl Iterator<Item = &'d Service>,
) -> Result<String, fmt::Error> {
    let mut text = format!("# Merged into {}, which says:\n#\n", merge.path());
    // What it says of itself and of its licence.
    let notice = merge.source.text().lines();
    for line in notice.take_while(|line| line.starts_with('#')) {
        writeln!(text, "# {line}")?;
    }
    text.push('\n');
    let held = merge.held();
    let ours: BTreeMap<_, _> = ours
        .map(|service| ((service.port, service.protocol.name()), service))
        .collect();
    let pairs: BTreeSet<_> = held.keys().chain(ours.keys()).collect();
    for pair in pairs {
        let held = held.get(pair);
        match (ours.get(pair), held) {
            // No default scan picks what has no ratio.
            (Some(ours), _) => {
                let ratio = held.map_or("0.000000", |held| held.ratio);
                line(dataset, ours, ratio, &mut text)?;
            }
            (None, held) => text.extend(held.iter().flat_map(|held| [held.line, "\n"])),
        }
    }
    Ok(text)
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

fn line(dataset: &Dataset, service: &Service, ratio: &str, text: &mut String) -> std::fmt::Result {
    let Service {
        port,
        last_port: _,
        protocol,
        name,
        aliases,
        record,
    } = service;
    let record = &dataset.records[*record];
    let start = text.len();
    write!(text, "{name}\t{port}/{}\t{ratio}", protocol.name())?;
    let mut words = String::new();
    for alias in aliases {
        write!(words, "{alias} | ")?;
    }
    words.push_str(&about(service, record));
    let room = MAX_LINE.saturating_sub(text.len() - start);
    text.push_str(&comment(&words, room));
    text.push('\n');
    Ok(())
}
