//! What uses a port? `cargo run --example look_up 53`

use std::error::Error;

use portconv::{BUILTIN, Options, Source, convert};

fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "53".to_owned());
    let port = port.parse()?;
    let (path, text) = BUILTIN;
    let dataset = convert(&[Source::decode(path, text)?], &Options::default()).dataset;
    for service in dataset.at(port) {
        let description = &dataset.records[service.record].description;
        println!(
            "{}/{} is {}: {description}",
            port,
            service.protocol.name(),
            service.name
        );
    }
    // Reserved and unused ports are not services, but the table may have rows for them.
    for record in dataset
        .records_at(port)
        .filter(|record| record.naming.is_none())
    {
        println!("{}: {}", record.id, record.description);
    }
    Ok(())
}
