//! Each stage beside the floor of the same run, one bare walk of pulldown-cmark.
//!
//! `cargo bench --bench stages` measures all, `cargo bench --bench stages -- emit` those with that word.

mod support;

use std::env;
use std::io;

use nix::sys::resource::UsageWho;
use portconv::emit::{EMITTERS, Emitter};
use portconv::{Dataset, Options, Source, convert};

const ROUNDS: usize = 10;

fn main() {
    println!("{:<36} {:>12} {:>12}", "median", "wall", "processor");
    for (name, text) in [
        ("seed", support::repeated(1)),
        ("seed × 100", support::repeated(100)),
        ("64,000 ports", support::distinct_ports()),
        ("8,000 clashes", support::clashing_names(8_000)),
        ("16,000 clashes", support::clashing_names(16_000)),
    ] {
        read(name, &text);
    }
    let dataset = convert(&[decoded(&support::repeated(100))], &Options::default()).dataset;
    for emitter in EMITTERS {
        emit(*emitter, &dataset);
    }
}

/// Prints the median time of some work, if it is asked for.
fn measure<T>(name: &str, work: impl Fn() -> T) {
    let words = env::args().skip(1).filter(|word| !word.starts_with('-'));
    let words: Vec<_> = words.collect();
    if words.is_empty() || words.iter().any(|word| name.contains(word)) {
        let times: Vec<_> = (0..ROUNDS)
            .map(|_| support::timed(UsageWho::RUSAGE_SELF, &work))
            .collect();
        let median = support::median(&times);
        println!(
            "{name:<36} {:>12.2?} {:>12.2?}",
            median.wall, median.processor
        );
    }
}

fn decoded(text: &str) -> Source {
    Source::decode("ports.md", text).expect("UTF-8")
}

/// The stages up to the dataset.
fn read(name: &str, text: &str) {
    measure(&format!("{name}: bare walk"), || support::bare_walk(text));
    measure(&format!("{name}: decode"), || decoded(text));
    let (sources, options) = ([decoded(text)], Options::default());
    measure(&format!("{name}: convert"), || convert(&sources, &options));
}

/// One format of 100 times the seed.
fn emit(emitter: &dyn Emitter, dataset: &Dataset) {
    let write = || emitter.write(dataset, &mut io::sink());
    measure(&format!("emit, {}", emitter.format().name), || {
        write().expect("memory");
    });
}
