//! What happens to files, messages and exit codes when writing goes wrong.

#![cfg(target_os = "linux")]

use crate::support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Output, Stdio};

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

/// What may never end is no input; nor is a place where it stands checked.
#[test]
fn a_device_is_no_input() {
    let folder = folder_with_old(&[]);
    let path = folder.path();
    for link in ["zero.md", "output/ports.csv"] {
        std::os::unix::fs::symlink("/dev/zero", path.join(link)).unwrap();
    }
    make_pipe(&path.join("output/ports.json"));
    let (zero, neither) = ("zero.md", "neither a regular file nor a pipe");
    for (typed, file, told) in [
        ("-q zero.md", zero, neither),
        ("-q --names zero.md ports.md", zero, neither),
        ("-q --template zero.md ports.md", zero, neither),
        ("diff zero.md ports.md", zero, neither),
        (
            "-q --check -f csv ports.md",
            "output/ports.csv",
            "not a regular file",
        ),
        (
            "-q --check -f json ports.md",
            "output/ports.json",
            "not a regular file",
        ),
    ] {
        let script = format!("ulimit -v 1000000; timeout 60 \"$PORTCONV\" {typed}");
        let told = format!("portconv: cannot read {file}: it is {told}\n");
        assert_eq!(error(&shell(path, &script)), told, "{typed}");
    }
}

/// The one line of an error.
fn error(output: &Output) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

/// A file is compared with the old one, and left alone only if nothing differs.
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
    std::os::unix::fs::symlink("nowhere", path.join("link")).unwrap();
    let run = portconv(path, &["-q", "-f", "csv", "-o", "link/in/", "ports.md"]);
    let told = "cannot write link/in/ports.csv: link is a broken link";
    assert_eq!(error(&run), format!("portconv: {told}\n"));
    assert_eq!(names(path), ["afile", "link", "ports.md"]);
    assert_eq!(read(path, "afile"), "old");
}

/// Folders that were made on the way go away again.
#[test]
fn a_folder_that_cannot_be_made_leaves_none() {
    let folder = folder();
    let long = format!("new/in/{}/ports.csv", "x".repeat(300));
    let run = portconv(folder.path(), &["-q", "-f", "csv", "-o", &long, "ports.md"]);
    let told = format!("portconv: cannot write {long}: File name too long (os error 36)\n");
    assert_eq!(error(&run), told);
    assert_eq!(names(folder.path()), ["ports.md"]);
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
    let with_udp = "| Port | TCP | UDP | Description |\n|--|--|--|--|\n| 22 | Yes | | SSH |\n";
    fs::write(folder.path().join("facts.md"), with_udp).unwrap();
    for (script, target) in [
        ("-f csv -o - ports.md > /dev/full", "standard output"),
        ("-f csv -o /dev/full ports.md", "/dev/full"),
        ("man > /dev/full", "standard output"),
        ("--help > /dev/full", "standard output"),
        ("--version > /dev/full", "standard output"),
        ("explain bad-port > /dev/full", "standard output"),
        (
            "--message-format json -D inferred-cell -f csv facts.md > /dev/full",
            "standard output",
        ),
        ("--list-formats > /dev/full", "standard output"),
    ] {
        let run = shell(folder.path(), &format!("\"$PORTCONV\" {script}"));
        let told =
            format!("portconv: cannot write {target}: No space left on device (os error 28)\n");
        assert_eq!(error(&run), told, "{script}");
    }
    assert_eq!(names(folder.path()), ["facts.md", "ports.md"]);
}

/// The limit counts blocks of 1024 bytes.
#[test]
fn a_limit_on_the_size_of_files_is_told_and_leaves_nothing() {
    let folder = folder_with_old(&["ports.csv"]);
    let run = shell(
        folder.path(),
        r#"ulimit -f 4; "$PORTCONV" -q -f csv,json "$SEED""#,
    );
    let told = "portconv: cannot write output/ports.json: File too large (os error 27)\n";
    assert_eq!(error(&run), told);
    assert_eq!(names(&folder.path().join("output")), ["ports.csv"]);
    assert_eq!(read(folder.path(), "output/ports.csv"), "old");
}

#[test]
fn a_file_keeps_its_mode_and_a_new_one_gets_an_ordinary_mode() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with_old(&["ports.json"]);
    let output = folder.path().join("output");
    let mode = |name: &str| {
        fs::metadata(output.join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o7777
    };
    for kept in [0o600, 0o664, 0o444] {
        fs::set_permissions(output.join("ports.json"), PermissionsExt::from_mode(kept)).unwrap();
        let script = r#"umask 027; echo >> output/ports.json; "$PORTCONV" -q -f json,csv ports.md"#;
        let run = shell(folder.path(), script);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        assert!(read(&output, "ports.json") == made("json"));
        assert_eq!((mode("ports.json"), mode("ports.csv")), (kept, 0o640));
    }
}

#[test]
fn a_symbolic_link_stays_one() {
    use std::os::unix::fs::symlink;
    let folder = folder_with_old(&[]);
    let path = folder.path();
    fs::create_dir(path.join("elsewhere")).unwrap();
    fs::write(path.join("elsewhere/there.json"), "old").unwrap();
    symlink("../elsewhere/there.json", path.join("output/ports.json")).unwrap();
    symlink("../elsewhere/dangling.csv", path.join("output/ports.csv")).unwrap();
    symlink("loop.json", path.join("output/loop.json")).unwrap();
    let run = portconv(path, &["-q", "-f", "json,csv", "ports.md"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
    for (link, target) in [("ports.json", "there.json"), ("ports.csv", "dangling.csv")] {
        assert!(path.join("output").join(link).is_symlink());
        assert!(
            read(path, &format!("elsewhere/{target}")) == made(target.split('.').nth(1).unwrap())
        );
    }
    let run = portconv(
        path,
        &["-q", "-f", "json", "-o", "output/loop.json", "ports.md"],
    );
    assert!(
        error(&run).contains("symbolic links"),
        "{}",
        text(&run.stderr)
    );
}

/// A file of the table.
fn made(format: &str) -> String {
    let run = portconv(
        folder().path(),
        &["-q", "-f", format, "-o", "-", "ports.md"],
    );
    text(&run.stdout)
}

/// A pipe is written last, so that its reader does not keep other runs waiting.
#[test]
fn a_pipe_that_nobody_reads_keeps_nobody_waiting() {
    let folder = folder_with_old(&["ports.json", "ports.csv"]);
    let output = folder.path().join("output");
    make_pipe(&output.join("ports.yaml"));
    let arguments = ["-q", "-f", "json,yaml,csv", "ports.md"];
    let mut command = Command::new(PORTCONV);
    let mut waiting = command
        .args(arguments)
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let other = portconv(folder.path(), &["-q", "-f", "services", "ports.md"]);
    assert_eq!(other.status.code(), Some(0));

    let mut yaml = String::new();
    let mut pipe = fs::File::open(output.join("ports.yaml")).unwrap();
    pipe.read_to_string(&mut yaml).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(0));
    assert!(yaml == made("yaml") && read(&output, "ports.csv") == made("csv"));
    assert_eq!(
        names(&output),
        ["ports.csv", "ports.json", "ports.yaml", "services"]
    );
}

#[test]
fn only_files_of_ours_are_removed() {
    let folder = folder_with_old(&[
        "portconv-x",
        ".portcon",
        ".portconv-settings.toml",
        ".portconv-settings.tmp",
        ".portconv-my_settings_.tmp",
        ".portconv-aBcDeFgH0123.toml",
    ]);
    let output = folder.path().join("output");
    fs::create_dir(output.join(".portconv-aFolder00000.tmp")).unwrap();
    fs::write(folder.path().join("kept"), "old").unwrap();
    std::os::unix::fs::symlink("../kept", output.join(".portconv-aLink0000000.tmp")).unwrap();
    make_pipe(&output.join(".portconv-aPipe0000000.tmp"));
    let before = names(&output);
    fs::write(output.join(".portconv-aBcDeFgH0123.tmp"), "left").unwrap();
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
    fs::create_dir(path.join("seeds")).unwrap();
    for entry in fs::read_dir(support::root().join("seeds")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.rsplit('.').next() == Some("csv") {
            fs::write(path.join("seeds").join(&name), FACTS).unwrap();
            let input = format!("seeds/{name}");
            let run = portconv(path, &["ports.md", "-o", &input]);
            let told = format!("portconv: the output would replace the input {input}\n");
            assert_eq!(error(&run), told);
            assert_eq!(read(path, &input), FACTS);
        }
    }
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
    let told = "cannot read /dev/null: it is neither a regular file nor a pipe";
    assert!(text(&run.stderr).contains(told));
    assert_eq!(names(&folder.path().join("literal")), ["ports.csv"]);
}

/// Or one would replace the other, and neither run nor check would ever be content.
#[test]
fn files_that_would_replace_each_other_are_refused() {
    let folder = folder_with_old(&["ports.csv"]);
    let path = folder.path();
    let output = path.join("output");
    std::os::unix::fs::symlink("ports.csv", output.join("ports.json")).unwrap();
    std::os::unix::fs::symlink(".", path.join("output/wireshark")).unwrap();
    for (formats, told) in [
        ("csv,json", "output/ports.json and output/ports.csv"),
        (
            "services,wireshark",
            "output/services and output/wireshark/services",
        ),
    ] {
        for mode in ["--strict", "--check"] {
            let run = portconv(path, &["-q", mode, "-f", formats, "ports.md"]);
            assert_eq!(error(&run), format!("portconv: {told} are the same file\n"));
        }
    }
    assert_eq!(read(&output, "ports.csv"), "old");
    // A device takes what it is given.
    for name in ["ports.yaml", "ports.ndjson"] {
        std::os::unix::fs::symlink("/dev/null", output.join(name)).unwrap();
    }
    let run = portconv(path, &["-q", "-f", "yaml,ndjson", "ports.md"]);
    assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
}

/// A run that waits for a lock: what it is to do, what happens to the folder meanwhile.
fn waiting(folder: &Path, arguments: &[&str], meanwhile: impl Fn(&Path)) {
    let output = fs::canonicalize(folder.join("output")).unwrap();
    let lock = fs::File::open(&output).unwrap();
    lock.lock().unwrap();
    // If it waits in silence, it is ended.
    let mut command = Command::new("timeout");
    command.args(["60", PORTCONV]).args(arguments);
    let command = command.current_dir(folder).stderr(Stdio::piped());
    let mut run = command.spawn().unwrap();
    let mut line = String::new();
    let mut told = BufReader::new(run.stderr.take().unwrap());
    told.read_line(&mut line).unwrap();
    let shown = output.display();
    assert_eq!(
        line,
        format!("portconv: waiting for another program to release its lock on {shown}\n")
    );
    meanwhile(&output);
    lock.unlock().unwrap();
    told.read_to_string(&mut line).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(0), "{line}");
}

#[test]
fn a_run_that_waits_says_for_what() {
    let folder = folder_with_old(&[]);
    let nothing = |_: &Path| ();
    waiting(folder.path(), &["-f", "csv", "ports.md"], nothing);
    let check = ["--check", "-f", "csv", "ports.md"];
    waiting(folder.path(), &check, nothing);
}

/// As a run does that fails, if it has made the folder.
#[test]
fn a_folder_may_go_away_while_a_run_waits_for_it() {
    let folder = folder_with_old(&[]);
    let gone = |output: &Path| fs::remove_dir(output).unwrap();
    waiting(folder.path(), &["-f", "csv", "ports.md"], gone);
    assert_eq!(names(&folder.path().join("output")), ["ports.csv"]);
}

/// datapackage.json beside a merged file describes that file, and says what it was merged into.
#[test]
fn the_data_package_describes_merged_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own"), "remote 23/tcp\n").unwrap();
    let arguments = [
        "--builtin",
        "-f",
        "services,datapackage",
        "-o",
        "out",
        "--merge",
        "own",
    ];
    assert!(portconv(folder.path(), &arguments).status.success());
    let made = |name: &str| fs::read(folder.path().join("out").join(name)).unwrap();
    let package: serde_json::Value = serde_json::from_slice(&made("datapackage.json")).unwrap();
    let resources = package["resources"].as_array().unwrap();
    let services = resources
        .iter()
        .find(|it| it["name"] == "services")
        .unwrap();
    let sha256 = |bytes: &[u8]| format!("sha256:{}", portconv::sha256(bytes));
    assert_eq!(services["hash"], sha256(&made("services")));
    let source = serde_json::json!([{ "title": "own", "version": sha256(b"remote 23/tcp\n") }]);
    assert_eq!(services["sources"], source);
    assert_eq!(
        resources
            .iter()
            .filter(|it| !it["sources"].is_null())
            .count(),
        1
    );
}
