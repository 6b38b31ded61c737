//! Whole runs of the command beside their floors, as ratios of medians in one run.
//!
//! `cargo bench --bench ratios`
//!
//! The floors are this very program, started to do nothing or one bare walk of pulldown-cmark over the
//! file. Work and floor take turns, so that whatever else the machine does falls on both.

mod support;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const FIVE: &str = "json,yaml,csv,sqlite,services";

/// What is compared: a name, how often the seed is repeated, the arguments, the floor, how many rounds.
const WORK: [(&str, usize, &[&str], &str, usize); 5] = [
    (
        "the seed, five files",
        1,
        &["--format", FIVE],
        "nothing",
        41,
    ),
    (
        "the seed, five files as they were",
        1,
        &["KEEP", "--format", FIVE],
        "nothing",
        41,
    ),
    (
        "100 times the seed, five files",
        100,
        &["--format", FIVE],
        "walk",
        11,
    ),
    (
        "100 times the seed, json alone",
        100,
        &["--format", "json"],
        "walk",
        11,
    ),
    (
        "1000 times the seed, five files",
        1000,
        &["--format", FIVE],
        "walk",
        3,
    ),
];

fn main() {
    match env::args().nth(1).as_deref() {
        Some("nothing") => {}
        Some("walk") => walk(&env::args().nth(2).expect("a file")),
        _ => compare_all(),
    }
}

fn walk(path: &str) {
    let text = fs::read_to_string(path).expect("a file");
    std::process::exit(i32::from(support::bare_walk(&text) == 0));
}

fn compare_all() {
    let folder = tempfile::tempdir().expect("a folder");
    println!("| work | median | floor | ratio | peak memory |\n|---|---|---|---|---|");
    for (name, times, arguments, floor, rounds) in WORK {
        let path = folder.path().join(format!("{times}.md"));
        fs::write(&path, support::repeated(times)).expect("a file");
        let (mut work, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            floors.push(timed(
                Command::new(env::current_exe().expect("a path"))
                    .arg(floor)
                    .arg(&path),
            ));
            work.push(timed(&mut command(folder.path(), &path, arguments)));
        }
        let memory = peak_memory(folder.path(), &path, arguments);
        let (work, floor_time) = (median(&mut work), median(&mut floors));
        let ratio = work.as_secs_f64() / floor_time.as_secs_f64();
        println!("| {name} | {work:.1?} | {floor_time:.1?} ({floor}) | {ratio:.2} | {memory} |");
    }
}

fn command(folder: &Path, input: &Path, arguments: &[&str]) -> Command {
    if !arguments.contains(&"KEEP") {
        let _ = fs::remove_dir_all(folder.join("out"));
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_portconv"));
    command
        .args(["--quiet", "--output"])
        .arg(folder.join("out/"))
        .arg(input);
    command.args(arguments.iter().filter(|argument| **argument != "KEEP"));
    command
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    assert!(command.status().expect("a program").success());
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// As GNU time measures it, where there is one.
fn peak_memory(folder: &Path, input: &Path, arguments: &[&str]) -> String {
    let work = command(folder, input, arguments);
    let timed = Command::new("/usr/bin/time")
        .arg("-f%M")
        .arg(work.get_program())
        .args(work.get_args())
        .output();
    let kilobytes = timed.ok().and_then(|output| {
        String::from_utf8(output.stderr)
            .ok()?
            .trim()
            .parse::<f64>()
            .ok()
    });
    kilobytes.map_or("not measured".to_owned(), |kilobytes| {
        format!("{:.1} MiB", kilobytes / 1024.0)
    })
}
