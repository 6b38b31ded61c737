//! Convert a table and write it as JSON: `cargo run --example convert [FILE]`.

use std::error::Error;
use std::fs::File;
use std::io;

use portconv::{Options, Source, by_name, convert};

const TABLE: &str = "\
| Port | TCP | UDP | Description |
|------|-----|-----|-------------|
| 22   | Yes | No  | Secure Shell (SSH) |
| 53   | Yes | Yes | Domain Name System (DNS) |
";

fn main() -> Result<(), Box<dyn Error>> {
    let source = match std::env::args().nth(1) {
        Some(path) => Source::read(path.clone(), File::open(path)?)?,
        None => Source::decode("ports.md", TABLE)?,
    };
    let conversion = convert(std::slice::from_ref(&source), &Options::default());
    for diagnostic in &conversion.diagnostics {
        let line = source.position(diagnostic.span.start).line;
        eprintln!("{}:{line}: {}", source.path, diagnostic.message);
    }
    let json = by_name("json").ok_or("there is no format json")?;
    json.write(&conversion.dataset, &mut io::stdout().lock())?;
    Ok(())
}
