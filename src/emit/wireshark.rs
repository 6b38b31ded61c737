//! `wireshark/services`: port names for Wireshark's and tshark's configuration directory.
//!
//! Wireshark adds the lines to its own table, the last one of a pair wins. Protocols that share a name
//! share a line (`domain 53/tcp/udp`); aliases stand in the comment, as Wireshark reads none.

use std::io::Write as _;

use super::services::{about, header, joined};
use super::{EmitError, Format, Listed, Out};
use crate::dataset::{Dataset, Service};
use crate::text::blanked;

pub(super) static FORMAT: Listed = Listed::new(
    Format::new(
        "wireshark",
        "wireshark/services",
        "port names for Wireshark's configuration directory",
    ),
    write,
);

fn write(dataset: &Dataset, out: &mut Out<'_>) -> Result<(), EmitError> {
    let title = "services: names of TCP, UDP, SCTP and DCCP ports for Wireshark";
    out.write_all(header(dataset, "wireshark", title).as_bytes())?;
    for joint in dataset.services.chunk_by(same_line) {
        let service = &joint[0];
        let (name, aliases) = (service.name, joined(&service.aliases, " ", " |"));
        let protocols: Vec<_> = joint.iter().map(|it| it.protocol.name()).collect();
        let ports = format!("{}/{}", service.port, protocols.join("/"));
        let about = blanked(&about(dataset, service));
        writeln!(out, "{name:<15} {ports:<15} #{aliases} {about}")?;
    }
    Ok(())
}

fn same_line(a: &Service, b: &Service) -> bool {
    (a.port, &a.name, &a.aliases, a.record) == (b.port, &b.name, &b.aliases, b.record)
}
