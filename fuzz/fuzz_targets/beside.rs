//! Reads any bytes as what stands beside a table: facts, a registry, a file to merge into.
//!
//! The first byte chooses which; a line `=====` stands between the table and that file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portconv::{BlankCells, Merge, MergeFormat, Names, Options, Registry, Source};
use portconv::{by_name, convert, missing_names, renewed_facts};
use portconv_fuzz::{assert_services_sound, halves, options};

/// What is read in a file; `None` if it is no such file.
fn beside(kind: u8, file: &[u8]) -> Option<Options> {
    let mut options = options();
    let source = Source::verbatim("beside", file).ok()?;
    match kind % 5 {
        0 => options.facts.names = Some(Names::read(source).ok()?),
        1 => options.facts.blank_cells = Some(BlankCells::read(source).ok()?),
        2 => options.facts.registry = Some(Registry::read(source).ok()?),
        3 => options.merge = Some(Merge::read(MergeFormat::Services, source).ok()?.into()),
        _ => options.merge = Some(Merge::read(MergeFormat::Nmap, source).ok()?.into()),
    }
    Some(options)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&kind, files)) = bytes.split_first() else {
        return;
    };
    let (table, file) = halves(files);
    let (Ok(table), Some(options)) = (Source::decode("ports.md", table), beside(kind, file)) else {
        return;
    };
    let inputs = [table];
    let dataset = convert(&inputs, &options).dataset;
    assert_services_sound(&dataset);
    if options.merge.is_some() {
        for format in ["services", "nmap"] {
            by_name(format).unwrap().emit(&dataset).unwrap();
        }
    }
    let missing = missing_names(&inputs, &options);
    Names::read(Source::verbatim("missing", missing.as_bytes()).unwrap()).unwrap();
    // Updated once, the files are up to date.
    let (blank_cells, names) = renewed_facts(&inputs, &options);
    let mut renewed = portconv_fuzz::options();
    renewed.facts.names = Names::read(Source::verbatim("names", names.as_bytes()).unwrap()).ok();
    if let Some(cells) = &blank_cells {
        let source = Source::verbatim("cells", cells.as_bytes()).unwrap();
        renewed.facts.blank_cells = BlankCells::read(source).ok();
    }
    renewed.facts.registry = options.facts.registry;
    assert_eq!(renewed_facts(&inputs, &renewed), (blank_cells, names));
});
