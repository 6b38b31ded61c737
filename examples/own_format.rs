//! Your own format: nftables sets with the ports of each protocol.
//!
//! `cargo run --example own_format`

use std::error::Error;
use std::io::{self, Write};

use portconv::{BUILTIN, Dataset, EmitError, Emitter, Format, Options, Protocol, Source, convert};

#[derive(Debug)]
struct Nftables;

impl Emitter for Nftables {
    fn format(&self) -> Format<'_> {
        Format::new("nftables", "ports.nft", "sets of ports for nftables")
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        if dataset.services.is_empty() {
            return Err(EmitError::new("there are no services"));
        }
        for protocol in [Protocol::Tcp, Protocol::Udp] {
            let services = dataset.services.iter();
            let services = services.filter(|service| service.protocol == protocol);
            let ports: Vec<_> = services.map(|service| service.port.to_string()).collect();
            let (name, ports) = (protocol.name(), ports.join(", "));
            // An error of `out` becomes an EmitError.
            writeln!(out, "define {name}_ports = {{ {ports} }}")?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (path, text) = BUILTIN;
    let conversion = convert(&[Source::decode(path, text)?], &Options::default());
    Nftables.write(&conversion.dataset, &mut io::stdout().lock())?;
    Ok(())
}
