//! The tables that the benches read, made from the seed or by rule, and how the benches take time.

#![allow(dead_code, reason = "each bench uses a part")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use portconv::BUILTIN;

/// How long some work took.
#[derive(Clone, Copy)]
pub(crate) struct Time {
    pub(crate) wall: Duration,
    /// What the system charges for it: two cores cannot hide it.
    pub(crate) processor: Duration,
}

/// Does some work, and takes the time of this process or of its children that have ended.
pub(crate) fn timed<T>(who: UsageWho, work: impl FnOnce() -> T) -> Time {
    let (start, before) = (Instant::now(), processor_time(who));
    let made = black_box(work());
    let time = Time {
        wall: start.elapsed(),
        processor: processor_time(who).saturating_sub(before),
    };
    drop(made);
    time
}

fn processor_time(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the system counts");
    let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
    Duration::from_micros(u64::try_from(microseconds).expect("no time is negative"))
}

/// The most memory that a run takes, in KiB, as GNU time measures it, where there is one.
pub(crate) fn peak_memory(work: &Command) -> Option<f64> {
    let timed = Command::new("/usr/bin/time")
        .arg("-f%M")
        .arg(work.get_program())
        .args(work.get_args())
        .current_dir(work.get_current_dir().unwrap_or(Path::new(".")))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(Child::wait_with_output)
        .ok()?;
    let text = String::from_utf8(timed.stderr).ok()?;
    text.lines().last()?.parse().ok()
}

pub(crate) fn median(times: &[Time]) -> Time {
    let middle = |of: fn(&Time) -> Duration| {
        let mut times: Vec<_> = times.iter().map(of).collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    Time {
        wall: middle(|time| time.wall),
        processor: middle(|time| time.processor),
    }
}

/// The seed with the rows of its port table so many times.
pub(crate) fn repeated(times: usize) -> String {
    let (_, seed) = BUILTIN;
    let header = seed.find("\n| Port").map_or(0, |at| at + 1);
    let rows = header
        + seed[header..]
            .match_indices('\n')
            .nth(1)
            .map_or(0, |(at, _)| at + 1);
    let notes = seed.find("\n[^note-1]:").map_or(seed.len(), |at| at + 1);
    [
        &seed[..rows],
        &seed[rows..notes].repeat(times),
        &seed[notes..],
    ]
    .concat()
}

/// 64,000 distinct ports, each with a name of its own.
pub(crate) fn distinct_ports() -> String {
    table((1..=64_000).map(|port| (port, format!("service-{port} (number {port})"))))
}

/// So many ports that all ask for one name.
pub(crate) fn clashing_names(ports: u32) -> String {
    table((1..=ports).map(|port| (port, "echo (the same for all)".to_owned())))
}

fn table(rows: impl Iterator<Item = (u32, String)>) -> String {
    let mut text = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n".to_owned();
    for (port, description) in rows {
        let _ = writeln!(text, "| {port} | Yes | No | {description} |");
    }
    text
}

/// The floor: pulldown-cmark walks over the text, and nothing is made of it.
pub(crate) fn bare_walk(text: &str) -> usize {
    use pulldown_cmark::{Options, Parser};
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    Parser::new_ext(text, options)
        .into_offset_iter()
        .map(|(_, span)| span.len() & 1)
        .sum()
}
