//! `wireshark/services`: port names for Wireshark's and tshark's configuration directory.
//!
//! Wireshark adds the lines to its own table, the last one of a pair wins. Protocols that share a name
//! share a line (`domain 53/tcp/udp`); aliases stand in the comment, as Wireshark reads none.

use std::fmt::Write as _;

use super::services::{about, header, joined};
use super::{EmitError, Listed};
use crate::dataset::{Dataset, Service};
use crate::text::blanked;

pub(super) static FORMAT: Listed = Listed::new(
    "wireshark",
    "wireshark/services",
    "port names for Wireshark's configuration directory",
    make,
);

fn make(dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
    let title = "services: names of TCP, UDP, SCTP and DCCP ports for Wireshark";
    let mut text = header(dataset, "wireshark", title);
    let line_of = |it: &Service| (it.port, it.name, it.record);
    let share_a_line =
        |a: &Service, b: &Service| line_of(a) == line_of(b) && a.aliases == b.aliases;
    for joint in dataset.services.chunk_by(share_a_line) {
        let service = &joint[0];
        let (name, aliases) = (service.name, joined(&service.aliases, " ", " |"));
        let protocols: Vec<_> = joint.iter().map(|it| it.protocol.name()).collect();
        let ports = format!("{}/{}", service.port, protocols.join("/"));
        let about = blanked(&about(dataset, service));
        writeln!(text, "{name:<15} {ports:<15} #{aliases} {about}")?;
    }
    Ok(text.into_bytes())
}
