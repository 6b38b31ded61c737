//! `nmap-services`: port names for `nmap --datadir` and `nmap --servicedb`.
//!
//! Fields are separated by tabs: name, port and protocol, ratio, comment. nmap knows no aliases, so they
//! stand in the comment, and no DCCP. It wants a ratio (how often a port is open, 0 to 1), or refuses
//! `--top-ports`. Nobody measured one for this table: the ratio here only says that a port in use comes
//! before one that is just assigned.

use std::fmt::Write as _;
use std::io;

use super::services::{comment, header};
use super::{EmitError, Emitter};
use crate::dataset::{Dataset, Protocol, Service, Status};

#[derive(Debug)]
pub(super) struct Nmap;

impl Emitter for Nmap {
    fn name(&self) -> &'static str {
        "nmap"
    }

    fn path(&self) -> &'static str {
        "nmap-services"
    }

    fn purpose(&self) -> &'static str {
        "port names for nmap --datadir and --servicedb"
    }

    fn is_default(&self) -> bool {
        false
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn io::Write) -> Result<(), EmitError> {
        let mut text = header(
            dataset,
            self.name(),
            "nmap-services: names of TCP, UDP and SCTP ports",
        )
        .map_err(EmitError::new)?;
        text.push_str(
            "# The ratios are no measurements; they put ports in use before assigned ones.\n\n",
        );
        for service in dataset
            .services
            .iter()
            .filter(|service| service.protocol != Protocol::Dccp)
        {
            line(dataset, service, &mut text).map_err(EmitError::new)?;
        }
        out.write_all(text.as_bytes()).map_err(EmitError::new)
    }
}

/// The most bytes of a line, its end not counted: nmap reads 1023 at a time.
const MAX_LINE: usize = 1022;

fn line(dataset: &Dataset, service: &Service, text: &mut String) -> std::fmt::Result {
    let Service {
        port,
        protocol,
        name,
        aliases,
        record,
    } = service;
    let record = &dataset.records[*record];
    let ratio = match record.assignments[*protocol]
        .as_ref()
        .map(|assignment| &assignment.status)
    {
        Some(Status::Yes) => "0.030000",
        Some(Status::Unofficial) => "0.020000",
        _ => "0.010000",
    };
    let start = text.len();
    write!(text, "{name}\t{port}/{}\t{ratio}", protocol.name())?;
    let mut words = String::new();
    for alias in aliases {
        write!(words, "{alias} | ")?;
    }
    words.push_str(&record.description);
    let room = MAX_LINE.saturating_sub(text.len() - start);
    text.push_str(&comment(&words, room));
    text.push('\n');
    Ok(())
}
