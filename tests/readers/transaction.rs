//! A set of files is replaced whole or not at all: whatever system call fails or is the last one.
//!
//! strace lets each call of the writing phase fail, or kills the run there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output};

use tempfile::TempDir;

use crate::needs::{self, Outcome};
use crate::support::portconv;

tests!(
    a_kill_at_any_call_leaves_whole_files_and_the_next_run_mends_them,
    an_error_of_any_call_leaves_all_files_old_or_all_new,
    a_rename_that_fails_takes_back_those_before_it,
    every_file_is_on_the_disk_before_the_first_is_renamed,
    two_runs_at_once_give_the_files_of_one_of_them,
    who_locks_the_folder_reads_the_files_of_one_run,
);

const PORTCONV: &str = env!("CARGO_BIN_EXE_portconv");
const FORMATS: [&str; 3] = ["ports.json", "ports.csv", "services"];
const WRITE: [&str; 4] = ["-q", "-f", "json,csv,services", "new.md"];

fn table(name: &str) -> String {
    format!("| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | {name} |\n")
}

/// The files of a folder by name, but the inputs.
type Files = BTreeMap<String, Vec<u8>>;

fn files(folder: &Path) -> Files {
    let Ok(entries) = fs::read_dir(folder) else {
        return Files::new();
    };
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    };
    entries.map(file).collect()
}

/// A folder with two tables and the files of the old one, without `missing`; what it holds before and after a
/// run that succeeds.
struct Project {
    folder: TempDir,
    old: Files,
    new: Files,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        for name in ["old", "new"] {
            fs::write(path.join(format!("{name}.md")), table(name)).unwrap();
            let run = portconv(
                path,
                &[
                    "-q",
                    "-f",
                    "json,csv,services",
                    "-o",
                    // No file names an absolute path, so both sets can be the files of one folder.
                    path.join(name).join("").to_str().unwrap(),
                    &format!("{name}.md"),
                ],
            );
            assert!(run.status.success());
        }
        let (mut old, new) = (files(&path.join("old")), files(&path.join("new")));
        // One file of the set is new, and not the last that is renamed.
        old.remove("ports.csv");
        Self { folder, old, new }
    }

    /// Puts the old files back.
    fn reset(&self) {
        let output = self.output();
        let _ = fs::remove_dir_all(&output);
        fs::create_dir(&output).unwrap();
        for (name, bytes) in &self.old {
            fs::write(output.join(name), bytes).unwrap();
        }
    }

    fn output(&self) -> std::path::PathBuf {
        self.folder.path().join("output")
    }

    /// Runs under strace on one thread, so that calls come in the same order every time.
    fn traced(&self, injections: &[&str]) -> Output {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "trace"]);
        let alone = ["clone,clone3:error=EAGAIN"];
        for injection in alone
            .iter()
            .chain(injections)
            .filter(|inject| !inject.is_empty())
        {
            command.args(["-e", &format!("inject={injection}")]);
        }
        let run = command.arg(PORTCONV).args(WRITE);
        run.current_dir(self.folder.path()).output().unwrap()
    }

    /// The calls of the writing phase, each with its number among the calls of its name.
    fn calls(&self) -> Vec<(String, usize)> {
        self.reset();
        assert!(self.traced(&[]).status.success());
        assert_eq!(files(&self.output()), self.new);
        let trace = fs::read_to_string(self.folder.path().join("trace")).unwrap();
        let mut numbers = BTreeMap::new();
        let mut calls = Vec::new();
        let mut is_writing = false;
        for line in trace.lines() {
            let Some((_, call)) = line.split_once(' ') else {
                continue;
            };
            let name = call.trim_start().split('(').next().unwrap().to_owned();
            let number = numbers.entry(name.clone()).or_insert(0);
            *number += 1;
            is_writing |= name == "flock";
            let is_call = name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            if is_writing && is_call && !name.starts_with("exit") {
                calls.push((name, *number));
            }
        }
        assert!(calls.len() > 50 && calls.iter().any(|(name, _)| name.starts_with("rename")));
        calls
    }

    /// Whether each file is the old or the new one.
    fn assert_whole(&self, why: &str) {
        let found = files(&self.output());
        for name in FORMATS {
            let is_old = found.get(name) == self.old.get(name);
            assert!(
                is_old || found.get(name) == self.new.get(name),
                "{why}: {name}"
            );
        }
    }

    /// `--check` finds what is not new, and the next run mends and tidies.
    fn assert_mended(&self, why: &str) {
        let path = self.folder.path();
        let is_new = |files: &Files| {
            FORMATS
                .iter()
                .all(|&name| files.get(name) == self.new.get(name))
        };
        let check = portconv(path, &[&["--check"], &WRITE[..]].concat());
        let expected = i32::from(!is_new(&files(&self.output())));
        assert_eq!(check.status.code(), Some(expected), "{why}");
        assert!(portconv(path, &WRITE).status.success(), "{why}");
        assert_eq!(files(&self.output()), self.new, "{why}");
    }
}

/// Memory and signals say nothing of files.
fn concerns_files(name: &str) -> bool {
    ![
        "mmap",
        "munmap",
        "mprotect",
        "brk",
        "madvise",
        "clone3",
        "clone",
        "sigaltstack",
        "futex",
    ]
    .contains(&name)
        && !name.starts_with("rt_")
        && !name.starts_with("sched_")
}

fn a_kill_at_any_call_leaves_whole_files_and_the_next_run_mends_them() -> Outcome {
    needs::tracing()?;
    let project = Project::new();
    let mut mixed = 0;
    for (name, number) in project
        .calls()
        .iter()
        .filter(|(name, _)| concerns_files(name))
    {
        let why = format!("killed at {name} {number}");
        project.reset();
        let run = project.traced(&[&format!("{name}:signal=KILL:when={number}")]);
        assert_eq!(run.status.code(), None, "{why}");
        project.assert_whole(&why);
        let found = files(&project.output());
        mixed += usize::from(
            found["ports.json"] == project.new["ports.json"]
                && found["services"] == project.old["services"],
        );
        project.assert_mended(&why);
    }
    // The moment between two renames is among them.
    assert!(mixed > 0);
    Ok(())
}

fn an_error_of_any_call_leaves_all_files_old_or_all_new() -> Outcome {
    needs::tracing()?;
    let project = Project::new();
    let (mut failed, mut done) = (0, 0);
    for (name, number) in project
        .calls()
        .iter()
        .filter(|(name, _)| concerns_files(name))
    {
        // That closing fails ends the program in Rust's own library.
        let errors: &[&str] = match name.as_str() {
            "close" => &[],
            "write" | "fsync" => &["EIO", "ENOSPC"],
            _ => &["EIO"],
        };
        for error in errors {
            let why = format!("{error} at {name} {number}");
            project.reset();
            let run = project.traced(&[&format!("{name}:error={error}:when={number}")]);
            let found = files(&project.output());
            let mut named = found.clone();
            named.retain(|file, _| !file.starts_with(".portconv-"));
            let told = String::from_utf8(run.stderr).unwrap();
            match run.status.code() {
                Some(0) => {
                    assert_eq!(named, project.new, "{why}");
                    done += 1;
                }
                Some(2) => {
                    assert_eq!(named, project.old, "{why}");
                    assert_eq!(told.lines().count(), 1, "{why}: {told}");
                    failed += 1;
                }
                code => panic!("{why}: {code:?} {told}"),
            }
            // What cannot be removed stays for the next run.
            assert!(
                named == found || name.starts_with("unlink"),
                "{why}: {:?}",
                found.keys()
            );
            project.assert_mended(&why);
        }
    }
    assert!(failed > 8 && done > 8, "{failed} {done}");
    Ok(())
}

/// Whichever rename fails, those before it are taken back; where a file can have no second name, too.
fn a_rename_that_fails_takes_back_those_before_it() -> Outcome {
    needs::tracing()?;
    let project = Project::new();
    let mut failed = Vec::new();
    for links in ["", "linkat,link:error=EPERM"] {
        for call in ["rename", "renameat"] {
            for number in 1.. {
                project.reset();
                let rename = format!("{call}:error=EACCES:when={number}");
                let run = project.traced(&[links, &rename]);
                let found = files(&project.output());
                if run.status.success() {
                    assert_eq!(found, project.new);
                    failed.push(number - 1);
                    break;
                }
                let told = String::from_utf8(run.stderr).unwrap();
                assert!(
                    told.ends_with(": Permission denied (os error 13)\n"),
                    "{told}"
                );
                assert_eq!((run.status.code(), found), (Some(2), project.old.clone()));
            }
        }
    }
    // Without a second name, a copy of the old file is kept, which is no rename either.
    assert_eq!(failed, [0, 3, 0, 3]);
    Ok(())
}

fn every_file_is_on_the_disk_before_the_first_is_renamed() -> Outcome {
    needs::tracing()?;
    let project = Project::new();
    let calls = project.calls().into_iter().map(|(name, _)| name);
    let before: Vec<_> = calls
        .take_while(|name| !name.starts_with("rename"))
        .collect();
    let synced = before.iter().filter(|name| *name == "fsync").count();
    assert_eq!(synced, FORMATS.len());
    Ok(())
}

const BOTH_FORMATS: &str = "json,yaml,csv,services";

/// Makes two tables `a.md` and `b.md` in a folder; returns what each makes.
fn two_sets(path: &Path) -> Vec<Files> {
    let mut sets = Vec::new();
    for name in ["a", "b"] {
        fs::write(path.join(format!("{name}.md")), table(&name.repeat(2000))).unwrap();
        let made = portconv(
            path,
            &[
                "-q",
                "-f",
                BOTH_FORMATS,
                "-o",
                // No file names an absolute path, so both sets can be the files of one folder.
                path.join(name).join("").to_str().unwrap(),
                &format!("{name}.md"),
            ],
        );
        assert!(made.status.success());
        sets.push(files(&path.join(name)));
    }
    sets
}

fn start(path: &Path, name: &str) -> Child {
    let mut command = Command::new(PORTCONV);
    command.args(["-q", "-f", BOTH_FORMATS, &format!("{name}.md")]);
    command.current_dir(path).spawn().unwrap()
}

fn two_runs_at_once_give_the_files_of_one_of_them() -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let sets = two_sets(path);
    for round in 0..25 {
        // Sometimes the folder is made by one of them, too.
        if round % 5 == 0 {
            let _ = fs::remove_dir_all(path.join("output"));
        }
        for mut run in ["a", "b", "a"].map(|name| start(path, name)) {
            assert!(run.wait().unwrap().success());
        }
        let found = files(&path.join("output"));
        assert!(sets.contains(&found), "round {round}: {:?}", found.keys());
    }
    Ok(())
}

/// As docs/trust.md tells readers who want the files of one run.
fn who_locks_the_folder_reads_the_files_of_one_run() -> Outcome {
    needs::program("flock")?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let sets = two_sets(path);
    assert!(start(path, "a").wait().unwrap().success());
    for round in 0..25 {
        let runs = ["b", "a"].map(|name| start(path, name));
        let copy = "rm -rf copy && mkdir copy && flock -s output sh -c 'cp output/* copy/'";
        let mut command = Command::new("sh");
        let copied = command.args(["-c", copy]).current_dir(path).status();
        assert!(copied.unwrap().success());
        let found = files(&path.join("copy"));
        assert!(sets.contains(&found), "round {round}: {:?}", found.keys());
        for mut run in runs {
            assert!(run.wait().unwrap().success());
        }
    }
    Ok(())
}
