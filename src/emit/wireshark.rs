//! `wireshark/services`: port names for Wireshark's and tshark's configuration directory.
//!
//! Wireshark adds the lines to its own table, the last one of a pair wins. Protocols that share a name
//! share a line (`domain 53/tcp/udp`); aliases stand in the comment, as Wireshark reads none.

use std::fmt::Write as _;
use std::io;

use super::services::{about, header, one_line};
use super::{EmitError, Emitter, Format};
use crate::dataset::{Dataset, Service};

#[derive(Debug)]
pub(super) struct Wireshark;

impl Emitter for Wireshark {
    fn format(&self) -> Format<'_> {
        Format::new(
            "wireshark",
            "wireshark/services",
            "port names for Wireshark's configuration directory",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn io::Write) -> Result<(), EmitError> {
        let mut text = header(
            dataset,
            self.format().name,
            "services: names of TCP, UDP, SCTP and DCCP ports for Wireshark",
        )
        .map_err(EmitError::new)?;
        for joint in dataset.services.chunk_by(same_line) {
            line(dataset, joint, &mut text).map_err(EmitError::new)?;
        }
        out.write_all(text.as_bytes()).map_err(EmitError::new)
    }
}

fn same_line(a: &Service, b: &Service) -> bool {
    (a.port, &a.name, &a.aliases, a.record) == (b.port, &b.name, &b.aliases, b.record)
}

fn line(dataset: &Dataset, joint: &[Service], text: &mut String) -> std::fmt::Result {
    let Some(
        service @ Service {
            port,
            last_port: _,
            protocol: _,
            name,
            aliases,
            record,
        },
    ) = joint.first()
    else {
        return Ok(());
    };
    let mut ports = port.to_string();
    for service in joint {
        write!(ports, "/{}", service.protocol.name())?;
    }
    write!(text, "{name:<15} {ports:<15} #")?;
    for alias in aliases {
        write!(text, " {alias} |")?;
    }
    writeln!(
        text,
        " {}",
        one_line(&about(service, &dataset.records[*record]))
    )
}
