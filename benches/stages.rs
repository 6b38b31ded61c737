//! Each stage and the whole, beside the floor of the same run: one bare walk of pulldown-cmark.
//!
//! `cargo bench --bench stages`

mod support;

use divan::{Bencher, black_box};
use portconv::Source;
use portconv::emit::EMITTERS;
use portconv::{Facts, convert};

fn main() {
    divan::main();
}

const TABLES: [&str; 5] = [
    "seed",
    "seed×100",
    "64,000 ports",
    "8,000 clashes",
    "16,000 clashes",
];

fn table(name: &str) -> String {
    match name {
        "seed" => support::repeated(1),
        "seed×100" => support::repeated(100),
        "64,000 ports" => support::distinct_ports(),
        "8,000 clashes" => support::clashing_names(8_000),
        _ => support::clashing_names(16_000),
    }
}

fn source(name: &str) -> Source {
    Source::decode(name, table(name).into_bytes()).expect("UTF-8")
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn a_floor_bare_walk(bencher: Bencher<'_, '_>, name: &str) {
    let text = table(name);
    bencher.bench_local(|| support::bare_walk(black_box(&text)));
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn b_decode(bencher: Bencher<'_, '_>, name: &str) {
    let text = table(name);
    bencher
        .with_inputs(|| text.clone().into_bytes())
        .bench_local_values(|bytes| Source::decode(name, bytes));
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn c_convert(bencher: Bencher<'_, '_>, name: &str) {
    let (sources, facts) = ([source(name)], Facts::builtin());
    bencher.bench_local(|| convert(black_box(&sources), &facts));
}

#[divan::bench(args = EMITTERS.iter().map(|emitter| emitter.name()), sample_count = 10)]
fn d_emit_seed_100_times(bencher: Bencher<'_, '_>, name: &str) {
    let dataset = convert(&[source("seed×100")], &Facts::builtin()).dataset;
    let emitter = portconv::emit::by_name(name).expect("a format");
    bencher.bench_local(|| emitter.write(black_box(&dataset), &mut std::io::sink()));
}
