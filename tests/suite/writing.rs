//! What happens to files, messages and exit codes when writing goes wrong.

#![cfg(target_os = "linux")]

use crate::support;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{portconv, seed};
use tempfile::TempDir;

const PORTCONV: &str = env!("CARGO_BIN_EXE_portconv");
const TABLE: &str = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | Secure Shell (SSH) |\n";
const FACTS: &str = "first_port,last_port,description,udp\n";

/// A folder with a table in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ports.md"), TABLE).unwrap();
    folder
}

/// A folder with a table, and old files where the new ones will go.
fn folder_with_old(names: &[&str]) -> TempDir {
    let folder = folder();
    fs::create_dir(folder.path().join("output")).unwrap();
    for name in names {
        fs::write(folder.path().join("output").join(name), "old").unwrap();
    }
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The files on their way to their places.
fn temporary(folder: &Path) -> Vec<String> {
    let is_temporary = |name: &String| name.starts_with(".portconv-");
    names(folder).into_iter().filter(is_temporary).collect()
}

fn shell(folder: &Path, script: &str) -> Output {
    let mut command = Command::new("bash");
    command.args(["-c", script]).current_dir(folder);
    let command = command.env("PORTCONV", PORTCONV).env("SEED", seed());
    command.output().unwrap()
}

fn may_run(command: &mut Command) -> bool {
    command.output().is_ok_and(|run| run.status.success())
}

fn make_pipe(path: &Path) {
    assert!(may_run(Command::new("mkfifo").arg(path)));
}

/// The one line of an error.
fn error(output: &Output) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

/// A file is compared with the old one while it is made, and what was the same is copied from there.
#[test]
fn it_does_not_matter_where_the_old_file_differs() {
    let folder = folder();
    let path = folder.path();
    let run_again = || {
        let run = portconv(
            path,
            &["--builtin", "-f", "json,yaml,csv,sqlite", "-o", "o/"],
        );
        assert_eq!(run.status.code(), Some(0));
        text(&run.stderr)
    };
    run_again();
    for name in ["ports.json", "ports.yaml", "ports.csv", "ports.sqlite"] {
        let file = path.join("o").join(name);
        let made = fs::read(&file).unwrap();
        let changed = |at: usize| {
            let mut old = made.clone();
            old[at] ^= 1;
            old
        };
        for old in [
            changed(0),
            changed(made.len() / 2),
            changed(made.len() - 1),
            made[..made.len() - 1].to_vec(),
            [&made[..], b"more"].concat(),
            Vec::new(),
        ] {
            fs::write(&file, old).unwrap();
            assert!(
                run_again().contains("files: 1 written, 3 unchanged"),
                "{name}"
            );
            assert!(fs::read(&file).unwrap() == made, "{name}");
        }
    }
    assert!(run_again().contains("files: 4 unchanged"));
}

#[test]
fn a_file_is_no_folder() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("afile"), "old").unwrap();
    for (output, target) in [
        ("afile", "afile/ports.csv"),
        ("afile/", "afile/ports.csv"),
        ("afile/in/it", "afile/in/it/ports.csv"),
    ] {
        let run = portconv(path, &["-q", "-f", "csv", "-o", output, "ports.md"]);
        let told = format!("portconv: cannot write {target}: afile is a file, not a folder\n");
        assert_eq!(error(&run), told);
    }
    assert_eq!(names(path), ["afile", "ports.md"]);
    assert_eq!(read(path, "afile"), "old");
}

#[test]
fn a_folder_is_no_file() {
    let folder = folder_with_old(&["ports.csv"]);
    let output = folder.path().join("output");
    fs::create_dir(output.join("ports.json")).unwrap();
    let run = portconv(folder.path(), &["-q", "-f", "csv,json", "ports.md"]);
    assert_eq!(
        error(&run),
        "portconv: cannot write output/ports.json: is a directory\n"
    );
    assert_eq!(names(&output), ["ports.csv", "ports.json"]);
    assert_eq!(read(&output, "ports.csv"), "old");
}

#[test]
fn a_reader_may_close_the_pipe() {
    for typed in [
        "-q -f json -o - \"$SEED\"",
        "--message-format json -v \"$SEED\" -f csv 2> /dev/null",
        "man",
        "--help",
    ] {
        let script = format!("\"$PORTCONV\" {typed} | head -c 10; exit ${{PIPESTATUS[0]}}");
        let run = shell(folder().path(), &script);
        assert_eq!(text(&run.stderr), "", "{typed}");
        assert_eq!((run.status.code(), run.stdout.len()), (Some(0), 10));
    }
}

#[test]
fn messages_that_reach_nobody_change_no_exit_code() {
    for nowhere in ["2> >(exec true)", "2> /dev/full", "2>&-"] {
        let folder = folder();
        let script = format!(
            r#"exec {nowhere}; sleep 0.1
            "$PORTCONV" -f csv ports.md; echo $?; "$PORTCONV" absent.md; echo $?; "$PORTCONV" --frmat; echo $?"#
        );
        let run = shell(folder.path(), &script);
        assert_eq!(text(&run.stdout), "0\n2\n2\n", "{nowhere}");
        assert_eq!(names(&folder.path().join("output")), ["ports.csv"]);
    }
}

#[test]
fn a_device_that_takes_nothing_is_one_line() {
    let folder = folder();
    for (script, target) in [
        ("-f csv -o - ports.md > /dev/full", "standard output"),
        ("-f csv -o /dev/full ports.md", "/dev/full"),
        ("man > /dev/full", "standard output"),
        ("--list-formats > /dev/full", "standard output"),
    ] {
        let run = shell(folder.path(), &format!("\"$PORTCONV\" {script}"));
        let told =
            format!("portconv: cannot write {target}: No space left on device (os error 28)\n");
        assert_eq!(error(&run), told, "{script}");
    }
    assert_eq!(names(folder.path()), ["ports.md"]);
}

/// A run that stands still: the first file is in its place, the second is a pipe that nobody reads, the
/// third lies beside its place.
struct Stopped {
    folder: TempDir,
    run: Child,
}

impl Stopped {
    fn new() -> Self {
        let folder = folder_with_old(&["ports.json", "ports.csv"]);
        let output = folder.path().join("output");
        make_pipe(&output.join("ports.yaml"));
        // Whoever starts the tests in the background may have them ignore signals.
        let run = Command::new("env")
            .args(["--default-signal", PORTCONV, "-q"])
            .args(["-f", "json,yaml,csv", "ports.md"])
            .current_dir(folder.path())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while read(&output, "ports.json") == "old" {
            assert!(started.elapsed() < Duration::from_secs(20));
            sleep(Duration::from_millis(5));
        }
        Self { folder, run }
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("output")
    }

    /// Whether each file is the old or the new one.
    fn assert_whole(&self) {
        assert!(read(&self.output(), "ports.json") == made("json"));
        assert_eq!(read(&self.output(), "ports.csv"), "old");
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.run.kill();
        let _ = self.run.wait();
    }
}

/// A file of the table.
fn made(format: &str) -> String {
    let run = portconv(
        folder().path(),
        &["-q", "-f", format, "-o", "-", "ports.md"],
    );
    text(&run.stdout)
}

#[test]
fn a_run_that_is_killed_leaves_whole_files_and_the_next_one_tidies() {
    for signal in ["TERM", "INT", "KILL"] {
        let mut stopped = Stopped::new();
        let process = stopped.run.id().to_string();
        let mut kill = Command::new("kill");
        assert!(may_run(kill.args([&format!("-{signal}"), &process])));
        assert_eq!(stopped.run.wait().unwrap().code(), None, "{signal}");
        stopped.assert_whole();
        let output = stopped.output();
        assert_eq!(temporary(&output).len(), 1, "{signal}");

        fs::remove_file(output.join("ports.yaml")).unwrap();
        // Nothing is written for it.
        let next = portconv(stopped.folder.path(), &["-q", "-f", "json", "ports.md"]);
        assert_eq!(next.status.code(), Some(0));
        stopped.assert_whole();
        assert_eq!(names(&output), ["ports.csv", "ports.json"], "{signal}");
    }
}

#[test]
fn a_run_leaves_the_files_of_another_one_alone() {
    let mut stopped = Stopped::new();
    let output = stopped.output();
    let before = temporary(&output);
    assert_eq!(before.len(), 1);
    let other = portconv(stopped.folder.path(), &["-q", "-f", "services", "ports.md"]);
    assert_eq!(other.status.code(), Some(0));
    assert_eq!(temporary(&output), before);

    let mut yaml = String::new();
    let mut pipe = fs::File::open(output.join("ports.yaml")).unwrap();
    pipe.read_to_string(&mut yaml).unwrap();
    assert_eq!(stopped.run.wait().unwrap().code(), Some(0));
    assert!(yaml == made("yaml") && read(&output, "ports.csv") == made("csv"));
    assert!(temporary(&output).is_empty());
}

#[test]
fn only_files_of_ours_are_removed() {
    let folder = folder_with_old(&["portconv-x", ".portcon"]);
    let output = folder.path().join("output");
    fs::create_dir(output.join(".portconv-folder")).unwrap();
    fs::write(folder.path().join("kept"), "old").unwrap();
    std::os::unix::fs::symlink("../kept", output.join(".portconv-link")).unwrap();
    make_pipe(&output.join(".portconv-pipe"));
    let before = names(&output);
    fs::write(output.join(".portconv-left"), "left").unwrap();
    let run = portconv(folder.path(), &["-q", "-f", "csv", "ports.md"]);
    assert_eq!(run.status.code(), Some(0));
    let mut after = names(&output);
    after.retain(|name| name != "ports.csv");
    assert_eq!(after, before);
    assert_eq!(read(folder.path(), "kept"), "old");
}

#[test]
fn runs_side_by_side_do_not_disturb_each_other() {
    let folder = folder();
    for _ in 0..5 {
        let start = |_| {
            let mut command = Command::new(PORTCONV);
            let command = command.args(["-q", "-f", "json,yaml,csv", "ports.md"]);
            let command = command.current_dir(folder.path()).stderr(Stdio::piped());
            command.spawn().unwrap()
        };
        let runs: Vec<_> = (0..8).map(start).collect();
        for run in runs {
            let run = run.wait_with_output().unwrap();
            assert_eq!(
                (text(&run.stderr), run.status.code()),
                (String::new(), Some(0))
            );
        }
        let output = folder.path().join("output");
        assert_eq!(names(&output), ["ports.csv", "ports.json", "ports.yaml"]);
        assert!(read(&output, "ports.json") == made("json"));
        fs::remove_dir_all(output).unwrap();
    }
}

#[test]
fn the_output_replaces_no_input() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir(path.join("d")).unwrap();
    for name in ["d/ports.md", "d/ports.json"] {
        fs::write(path.join(name), TABLE).unwrap();
    }
    fs::write(path.join("blank.csv"), FACTS).unwrap();
    std::os::unix::fs::symlink("ports.md", path.join("link.md")).unwrap();
    let seed_names = support::root().join("seeds/service-names.csv");
    fs::copy(seed_names, path.join("names.csv")).unwrap();
    for (typed, input) in [
        ("ports.md -f json -o ports.md", "ports.md"),
        ("ports.md -f json -o ./d/../ports.md", "ports.md"),
        ("ports.md -f json -o link.md", "ports.md"),
        ("link.md -f json -o ports.md", "link.md"),
        ("-f csv -o d/ports.md d", "d/ports.md"),
        ("-f csv,json -o d ports.md d/ports.json", "d/ports.json"),
        ("--blank-cells blank.csv -o blank.csv ports.md", "blank.csv"),
        ("--names names.csv -o names.csv ports.md", "names.csv"),
        ("--registry names.csv -o names.csv ports.md", "names.csv"),
        ("--builtin --names names.csv -o names.csv", "names.csv"),
        ("--template blank.csv -o blank.csv ports.md", "blank.csv"),
    ] {
        let before = names(path);
        let run = portconv(path, &typed.split(' ').collect::<Vec<_>>());
        let told = format!("portconv: the output would replace the input {input}\n");
        assert_eq!(error(&run), told, "{typed}");
        assert_eq!(names(path), before);
    }
    assert!(read(path, "ports.md") == TABLE && read(path, "d/ports.md") == TABLE);
    assert!(read(path, "blank.csv") == FACTS);
}

#[test]
fn what_is_no_file_may_be_read_and_written() {
    let folder = folder();
    let script = r#""$PORTCONV" -q -f csv -o /dev/null /dev/null; echo $?
        "$PORTCONV" -q --blank-cells literal -f csv -o literal ports.md; echo $?"#;
    let run = shell(folder.path(), script);
    assert_eq!(text(&run.stdout), "2\n0\n");
    assert!(text(&run.stderr).contains("no port table in /dev/null"));
    assert_eq!(names(&folder.path().join("literal")), ["ports.csv"]);
}
