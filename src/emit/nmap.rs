//! `nmap-services`: port names for `nmap --datadir` and `nmap --servicedb`.
//!
//! Fields are separated by tabs: name, port and protocol, ratio, comment. nmap knows no aliases, so they
//! stand in the comment, and no DCCP. It wants a ratio (how often a port is open, 0 to 1), or refuses
//! `--top-ports`. Nobody measured one for this table: the ratio here only says that a port in use comes
//! before one that is just assigned.

use std::fmt::Write as _;

use super::services::{header, one_line};
use super::{EmitError, Emitter};
use crate::record::{Dataset, Protocol, Service, Status};

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

    fn emit(&self, dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
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
        Ok(text.into_bytes())
    }
}

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
    write!(text, "{name}\t{port}/{}\t{ratio}\t#", protocol.name())?;
    for alias in aliases {
        write!(text, " {alias} |")?;
    }
    writeln!(text, " {}", one_line(&record.description))
}
