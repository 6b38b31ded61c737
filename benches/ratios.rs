//! Whole runs of the command beside their floors, as ratios of wall time and of processor time.
//!
//! `cargo bench --bench ratios` prints the table of docs/speed.md; with `PORTCONV_ACCEPT=1` it puts it there.
//!
//! The floors are this very program, started to do nothing or one bare walk of pulldown-cmark over the
//! file. Work and floor take turns, so that whatever else the machine does falls on both. Processor time
//! is what the system charges to a process and its threads: two cores cannot hide it.

mod support;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::resource::UsageWho;

use support::{Time, median};

const FIVE: &str = "json,yaml,csv,sqlite,services";
const PAGE: &str = "docs/speed.md";

/// What is compared.
struct Work {
    name: &'static str,
    /// How often the seed is repeated.
    times: usize,
    arguments: &'static [&'static str],
    floor: &'static str,
    rounds: usize,
    /// What the ratios should be: of wall time, of processor time.
    aims: (&'static str, &'static str),
}

const WORK: [Work; 5] = [
    Work {
        name: "the seed, five files",
        times: 1,
        arguments: &["--format", FIVE],
        floor: "nothing",
        rounds: 41,
        aims: ("6", ""),
    },
    Work {
        name: "the seed, five files as they were",
        times: 1,
        arguments: &["KEEP", "--format", FIVE],
        floor: "nothing",
        rounds: 41,
        aims: ("6", ""),
    },
    Work {
        name: "100 times the seed (42 MB), five files",
        times: 100,
        arguments: &["--format", FIVE],
        floor: "walk",
        rounds: 11,
        aims: ("2.5", "3.5"),
    },
    Work {
        name: "100 times the seed, JSON alone",
        times: 100,
        arguments: &["--format", "json"],
        floor: "walk",
        rounds: 11,
        aims: ("", "1.6"),
    },
    Work {
        name: "1000 times the seed (416 MB), five files",
        times: 1000,
        arguments: &["--format", FIVE],
        floor: "walk",
        rounds: 3,
        aims: ("2.5", "3.5"),
    },
];

/// Other programs that read the same markdown and write HTML, where they are installed.
const PEERS: [(&str, &[&str], usize); 2] = [
    ("cmark-gfm", &["--extension", "table"], 3),
    ("pandoc", &["--from", "gfm", "--to", "html"], 1),
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
    let mut table = "| work | wall | processor | floor | wall ÷ floor (aim) | processor ÷ floor (aim) | peak memory |\n\
        |---|---|---|---|---|---|---|\n"
        .to_owned();
    for work in &WORK {
        table += &row_of_work(folder.path(), work);
    }
    for (peer, arguments, rounds) in PEERS {
        table += &row_of_peer(folder.path(), peer, arguments, rounds);
    }
    print!("{table}");
    if env::var_os("PORTCONV_ACCEPT").is_some() {
        write_to_page(&table);
    }
}

fn row_of_work(folder: &Path, work: &Work) -> String {
    let input = input(folder, work.times);
    let (ratios, memory) = (
        compared(&input, work.floor, work.rounds, || {
            command(folder, &input, work.arguments)
        }),
        peak_memory(&command(folder, &input, work.arguments)),
    );
    row(work.name, work.floor, &ratios, work.aims, &memory)
}

/// A row of another program; none where it is not installed.
fn row_of_peer(folder: &Path, peer: &str, arguments: &[&str], rounds: usize) -> String {
    let input = input(folder, 100);
    let command = || {
        let mut command = Command::new(peer);
        command.args(arguments).arg(&input).stdout(Stdio::null());
        command
    };
    if Command::new(peer).arg("--version").output().is_err() {
        eprintln!("{peer} is not installed here");
        return String::new();
    }
    let name = format!("{peer}, 100 times the seed to HTML");
    let times = compared(&input, "walk", rounds, command);
    row(&name, "walk", &times, ("", ""), &peak_memory(&command()))
}

fn row(
    name: &str,
    floor: &str,
    (work, base): &(Time, Time),
    (wall_aim, processor_aim): (&str, &str),
    memory: &str,
) -> String {
    let ratio = |work: Duration, floor: Duration, aim: &str| {
        let ratio = work.as_secs_f64() / floor.as_secs_f64();
        if aim.is_empty() {
            format!("{ratio:.1}")
        } else {
            format!("{ratio:.1} ({aim})")
        }
    };
    format!(
        "| {name} | {:.1?} | {:.1?} | {floor}: {:.1?}, {:.1?} | {} | {} | {memory} |\n",
        work.wall,
        work.processor,
        base.wall,
        base.processor,
        ratio(work.wall, base.wall, wall_aim),
        ratio(work.processor, base.processor, processor_aim),
    )
}

/// The seed so many times, as a file.
fn input(folder: &Path, times: usize) -> std::path::PathBuf {
    let path = folder.join(format!("{times}.md"));
    if !path.exists() {
        fs::write(&path, support::repeated(times)).expect("a file");
    }
    path
}

/// The medians of work and floor, which take turns.
fn compared(input: &Path, floor: &str, rounds: usize, work: impl Fn() -> Command) -> (Time, Time) {
    let (mut works, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut base = Command::new(env::current_exe().expect("a path"));
        floors.push(timed(base.arg(floor).arg(input)));
        works.push(timed(&mut work()));
    }
    (median(&works), median(&floors))
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

fn timed(command: &mut Command) -> Time {
    support::timed(UsageWho::RUSAGE_CHILDREN, || {
        assert!(command.status().expect("a program").success());
    })
}

fn peak_memory(work: &Command) -> String {
    let mebibytes = |kibibytes| format!("{:.0} MiB", kibibytes / 1024.0);
    support::peak_memory(work).map_or("not measured".to_owned(), mebibytes)
}

/// Puts the table in the place of the one that the page has.
fn write_to_page(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = fs::read_to_string(&path).expect("a page");
    let start = page.find("| work |").expect("a table");
    let end = page[start..].find("\n\n").expect("text behind the table") + start + 1;
    fs::write(path, [&page[..start], table, &page[end..]].concat()).expect("a page");
}
