//! Random inputs, random kills, random faults, for as long as is asked.
//!
//! ```text
//! PORTCONV_SOAK=300 cargo test --test suite soak -- --ignored --nocapture     seconds
//! PORTCONV_SOAK_SEED=7 …                                                      the same rounds again
//! ```
//!
//! A round makes an input from the seed's lines and from pieces that hurt, and writes it over the files of the
//! round before: undisturbed, killed after a random time or at a call that changes a folder, beside another run,
//! or with a system call that fails.
//! Then every file is whole, `--check` tells whether the set is the input's, and the next run mends it.

#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{portconv, seed};

const PORTCONV: &str = env!("CARGO_BIN_EXE_portconv");
const FORMATS: &str = "json,yaml,csv,sqlite,services,html";

/// A small generator of numbers, so that a round can be had again (Knuth, MMIX).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// A table of lines of the seed, some of them damaged.
fn input(random: &mut Random, lines: &[&str]) -> Vec<u8> {
    const PIECES: [&str; 18] = [
        "|",
        "||",
        "\n",
        "[",
        "](",
        "[^1]",
        "[^1]: ",
        "`",
        "&#x1b;",
        "\u{1b}[31m",
        "\u{202e}",
        "â€“",
        "<table>",
        "<td rowspan=99999999>",
        "</table>",
        "99999",
        "65535-1",
        "::error::",
    ];
    let mut text = format!("{}\n{}\n", lines[0], lines[1]);
    for _ in 0..random.below(400) {
        let mut line = (*random.one_of(&lines[2..])).to_owned();
        for _ in 0..random.below(8).saturating_sub(4) {
            let at = line.floor_char_boundary(random.below(line.len() + 1));
            line.insert_str(at, PIECES[random.below(PIECES.len())]);
        }
        text.push_str(&line);
        text.push('\n');
    }
    let mut bytes = text.into_bytes();
    if random.below(50) == 0 {
        let at = random.below(bytes.len());
        bytes[at] = 0xff;
    }
    bytes
}

/// Starts a run in a folder; inputs and outputs are called the same everywhere, as the files name them.
fn start(folder: &Path) -> Child {
    let mut command = Command::new(PORTCONV);
    command.args(["-q", "-f", FORMATS, "new.md"]);
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.current_dir(folder).spawn().unwrap()
}

type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    };
    entries.map(file).collect()
}

/// What the input of a folder makes, in a folder of its own; nothing where it makes nothing.
fn made(folder: &Path) -> Option<Files> {
    let made = folder.join("made");
    let _ = fs::remove_dir_all(&made);
    fs::create_dir(&made).unwrap();
    fs::copy(folder.join("new.md"), made.join("new.md")).unwrap();
    let run = portconv(&made, &["-q", "-f", FORMATS, "new.md"]);
    let told = String::from_utf8(run.stderr).unwrap();
    match run.status.code() {
        Some(0) => Some(files(&made.join("output"))),
        Some(2) => {
            assert_eq!(told.lines().count(), 1, "{told}");
            None
        }
        code => panic!("{code:?}: {told}"),
    }
}

/// A run in which something happens to a call of the system.
fn traced(folder: &Path, call: &str, what: &str) -> Output {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.args(["-e", &format!("trace={call}")]);
    command.args(["-e", &format!("inject={call}:{what}")]);
    command.args([PORTCONV, "-q", "-f", FORMATS, "new.md"]);
    command.current_dir(folder).output().unwrap()
}

/// How a run is disturbed.
#[derive(Debug, Clone, Copy)]
enum Disturbance {
    None,
    Kill,
    KillWriting,
    Beside,
    Fault,
}

impl Disturbance {
    const ALL: [Self; 5] = [
        Self::None,
        Self::Kill,
        Self::KillWriting,
        Self::Beside,
        Self::Fault,
    ];

    /// Runs in a folder, where that usually takes some time.
    fn run(self, folder: &Path, random: &mut Random, usual: Duration) {
        match self {
            Self::None => drop(start(folder).wait().unwrap()),
            Self::Kill => {
                let mut run = start(folder);
                sleep(usual * u32::try_from(random.below(110)).unwrap() / 100);
                let _ = run.kill();
                run.wait().unwrap();
            }
            Self::KillWriting => {
                let call = random.one_of(&["fsync", "linkat", "renameat,rename", "unlink"]);
                let number = 1 + random.below(8);
                let run = traced(folder, call, &format!("signal=KILL:when={number}"));
                assert!(
                    matches!(run.status.code(), None | Some(0)),
                    "{call} {number}"
                );
            }
            Self::Beside => {
                for mut run in [start(folder), start(&folder.join("old"))] {
                    run.wait().unwrap();
                }
            }
            Self::Fault => {
                let call = random.one_of(&[
                    "write", "fsync", "renameat", "linkat", "openat", "fchmod", "flock", "clone3",
                ]);
                let error = random.one_of(&["EIO", "ENOSPC", "EACCES", "EAGAIN"]);
                let number = 1 + random.below(30);
                let run = traced(folder, call, &format!("error={error}:when={number}"));
                // What cannot be read or loaded at all is told by the system, with other codes.
                assert_ne!(
                    run.status.code(),
                    Some(101),
                    "{call} {number} {error}: {}",
                    String::from_utf8_lossy(&run.stderr)
                );
            }
        }
    }
}

#[test]
#[ignore = "takes as long as PORTCONV_SOAK says"]
fn soak() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let mut random = Random(number("PORTCONV_SOAK_SEED", 1));
    let end = Instant::now() + Duration::from_secs(number("PORTCONV_SOAK", 60));
    let text = fs::read_to_string(seed()).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| Port"));
    let lines: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (mut rounds, mut refused, mut mixed) = (BTreeMap::new(), 0, 0);
    let mut old = Files::new();
    fs::create_dir_all(path.join("output")).unwrap();
    fs::create_dir(path.join("old")).unwrap();
    std::os::unix::fs::symlink("../output", path.join("old/output")).unwrap();
    while Instant::now() < end {
        fs::write(path.join("new.md"), input(&mut random, &lines)).unwrap();
        let start = Instant::now();
        let Some(new) = made(path) else {
            refused += 1;
            continue;
        };
        if old.is_empty() {
            fs::copy(path.join("new.md"), path.join("old/new.md")).unwrap();
        }
        let disturbance = *random.one_of(&Disturbance::ALL);
        let round = format!("{disturbance:?}");
        disturbance.run(path, &mut random, start.elapsed());
        let found = files(&path.join("output"));
        for (name, bytes) in found
            .iter()
            .filter(|(name, _)| !name.starts_with(".portconv-"))
        {
            let is_whole = [&old, &new]
                .into_iter()
                .any(|set| set.get(name) == Some(bytes));
            assert!(is_whole, "{round}: {name} is torn");
        }
        let is_new = new
            .iter()
            .all(|(name, bytes)| found.get(name) == Some(bytes));
        let is_old = old
            .iter()
            .all(|(name, bytes)| found.get(name) == Some(bytes));
        assert!(
            is_new || is_old || matches!(disturbance, Disturbance::Kill | Disturbance::KillWriting),
            "{round}: mixed"
        );
        mixed += usize::from(!is_new && !is_old);
        let check = portconv(path, &["-q", "--check", "-f", FORMATS, "new.md"]);
        assert_eq!(check.status.code(), Some(i32::from(!is_new)), "{round}");
        assert!(
            portconv(path, &["-q", "-f", FORMATS, "new.md"])
                .status
                .success(),
            "{round}"
        );
        assert!(files(&path.join("output")) == new, "{round}: not mended");
        fs::copy(path.join("new.md"), path.join("old/new.md")).unwrap();
        old = new;
        *rounds.entry(round).or_insert(0) += 1;
    }
    println!("rounds {rounds:?}, inputs refused {refused}, sets found out of step {mixed}");
    assert!(!rounds.is_empty());
}
