//! The command, as a user types it.

use crate::support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{portconv, root};
use portconv::emit::EMITTERS;
use tempfile::TempDir;

const TABLE: &str = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | Secure Shell (SSH) |\n";

/// A folder with a table in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ports.md"), TABLE).unwrap();
    folder
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An error, which leaves nothing behind: one line, and below it what helps, indented.
fn error(folder: &Path, arguments: &[&str]) -> String {
    let before = listing(folder);
    let output = portconv(folder, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(output.stdout, b"");
    assert_eq!(listing(folder), before, "{arguments:?}");
    let message = stderr(&output);
    let starts = ["portconv: ", "error: "];
    assert!(
        starts.iter().any(|start| message.starts_with(start)),
        "{message}"
    );
    message
}

/// Every file below a folder, with its bytes.
fn listing(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| {
            if path.is_dir() {
                return listing(&path);
            }
            vec![(
                path.display().to_string(),
                fs::read(&path).unwrap_or_default(),
            )]
        })
        .collect();
    files.sort();
    files
}

fn with_stdin(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_portconv"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// A page saved from a browser is an input like any other, alone and in a folder; `--from` overrules its ending.
#[test]
fn pages_are_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let page = "<table><tr><th>Port<th>TCP<th>UDP<th>Description\n\
        <tr><td>7<td colspan=2>Yes<td>Echo Protocol</table>\n";
    for name in ["page.html", "page.HTM", "page.txt"] {
        fs::write(path.join(name), page).unwrap();
    }
    let json = |arguments: &[&str]| {
        let run = portconv(
            path,
            &[&["-q", "-f", "json", "-o", "-"], arguments].concat(),
        );
        let tree: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap_or_default();
        tree["records"].as_array().cloned().unwrap_or_default()
    };
    for input in ["page.html", "page.HTM", "page.txt"] {
        let records = json(&[input]);
        assert_eq!(records[0]["udp"]["basis"], "stated", "{input}");
    }
    assert_eq!(json(&["."]).len(), 2);
    fs::write(
        path.join("pipes.html"),
        "| Port | TCP |\n|--|--|\n| 7 | Yes |\n",
    )
    .unwrap();
    assert_eq!(json(&["pipes.html"]).len(), 0);
    assert_eq!(json(&["--from", "markdown", "pipes.html"]).len(), 1);
    let unknown = portconv(path, &["--from", "troff", "page.html"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn alone_it_brings_output_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("seeds")).unwrap();
    fs::copy(
        support::seed(),
        folder.path().join("seeds/well-known-ports.md"),
    )
    .unwrap();

    let defaults = EMITTERS.iter().filter(|e| e.format().is_default).count();
    let first = portconv(folder.path(), &[]);
    assert!(first.status.success() && first.stdout.is_empty());
    assert!(
        stderr(&first).contains("293 records")
            && stderr(&first).contains(&format!("{defaults} written")),
        "{}",
        stderr(&first)
    );
    for file in fs::read_dir(root().join("output")).unwrap() {
        let committed = file.unwrap().path();
        let made = folder
            .path()
            .join("output")
            .join(committed.file_name().unwrap());
        assert!(
            fs::read(&made).unwrap() == fs::read(&committed).unwrap(),
            "{}",
            made.display()
        );
    }

    let modified = |name| {
        fs::metadata(folder.path().join("output").join(name))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = modified("ports.json");
    let second = portconv(folder.path(), &[]);
    assert!(
        stderr(&second).contains(&format!("{defaults} unchanged")),
        "{}",
        stderr(&second)
    );
    assert_eq!(modified("ports.json"), before);
}

#[test]
fn the_compiled_table_gives_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        portconv(folder.path(), &["--builtin", "-q"])
            .status
            .success()
    );
    let made = fs::read(folder.path().join("output/ports.json")).unwrap();
    assert!(made == fs::read(root().join("output/ports.json")).unwrap());
}

#[test]
fn a_format_writes_its_file_only() {
    let folder = folder();
    assert!(
        portconv(folder.path(), &["--format", "sqlite", "ports.md"])
            .status
            .success()
    );
    let files: Vec<_> = listing(&folder.path().join("output"))
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    assert!(
        files.len() == 1 && files[0].ends_with("output/ports.sqlite"),
        "{files:?}"
    );
}

#[test]
fn output_is_a_folder_or_a_file_or_standard_output() {
    let folder = folder();
    for (arguments, made) in [
        (
            &["-o", "data", "-f", "csv", "ports.md"][..],
            "data/ports.csv",
        ),
        (
            &["-o", "new.d/", "-f", "csv", "ports.md"][..],
            "new.d/ports.csv",
        ),
        (&["-o", "all.yaml", "ports.md"][..], "all.yaml"),
        (&["-o", "etc/services", "ports.md"][..], "etc/services"),
        (
            &["-o", "records.txt", "-f", "json", "ports.md"][..],
            "records.txt",
        ),
        (
            &["-f", "wireshark", "ports.md"][..],
            "output/wireshark/services",
        ),
    ] {
        assert!(
            portconv(folder.path(), arguments).status.success(),
            "{arguments:?}"
        );
        assert!(
            fs::read(folder.path().join(made)).unwrap().len() > 50,
            "{made}"
        );
    }
    let output = portconv(folder.path(), &["-o", "-", "-f", "csv", "ports.md"]);
    assert!(output.status.success() && output.stdout.starts_with(b"id,first_port,"));
}

#[test]
fn inputs_are_files_folders_and_standard_input() {
    let folder = folder();
    fs::write(folder.path().join("more.md"), TABLE.replace("22", "2222")).unwrap();
    let from_folder = portconv(folder.path(), &["-o", "-", "-f", "csv", "."]);
    let rows = String::from_utf8(from_folder.stdout).unwrap();
    assert!(
        rows.contains("\n2222#1,") && rows.contains("\n22#1,"),
        "{rows}"
    );

    let from_stdin = with_stdin(
        folder.path(),
        &["-o", "-", "-f", "json", "-"],
        TABLE.as_bytes(),
    );
    assert!(
        String::from_utf8(from_stdin.stdout)
            .unwrap()
            .contains("\"path\": \"-\"")
    );
}

#[test]
fn what_cannot_be_read_is_one_line() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("latin.md"), b"| Port |\n| caf\xe9 |").unwrap();
    fs::write(path.join("prose.md"), "Nothing here.").unwrap();
    fs::write(
        path.join("html.md"),
        "# Ports\n\n<table><tr><td>1</td></tr></table>\n",
    )
    .unwrap();
    fs::write(
        path.join("facts.csv"),
        "first_port,last_port,description,udp\n1,1,x,merged\n2,2,y,maybe\n",
    )
    .unwrap();
    fs::create_dir(path.join("empty")).unwrap();

    assert!(error(path, &[]).contains("no folder seeds"));
    assert!(error(path, &["absent.md"]).contains("cannot read absent.md: No such file"));
    assert!(error(path, &["latin.md"]).contains("latin.md:2:6: not UTF-8 text (byte 14)"));
    assert!(error(path, &["prose.md"]).contains("no port table in prose.md"));
    assert!(error(path, &["html.md"]).contains("no port table in html.md"));
    assert!(
        error(path, &["empty"]).contains("the folder empty holds no file that ends in .html, ")
    );
    assert!(
        error(path, &["--blank-cells", "facts.csv", "ports.md"])
            .contains("facts.csv:3: udp is \"maybe\"")
    );
}

#[test]
fn what_was_typed_wrong_is_told() {
    let folder = folder();
    let path = folder.path();
    let unknown = error(path, &["-f", "xml", "ports.md"]);
    assert!(unknown.contains("invalid value 'xml' for '--format"));
    assert!(unknown.contains("[possible values: json, yaml, csv, "));
    assert!(error(path, &["--frmat"]).contains("unexpected argument '--frmat'"));
    assert!(error(path, &["-o", "-", "ports.md"]).contains("exactly one --format"));
    assert!(
        error(path, &["-o", "x.csv", "-f", "csv,json", "ports.md"]).contains("x.csv is one file")
    );
    assert!(error(path, &["-o", "x.docx", "ports.md"]).contains("ending of x.docx"));
    assert!(
        error(path, &["--services-status", "no", "ports.md"]).contains("\"no\" makes no service")
    );
}

#[test]
fn what_cannot_be_written_leaves_the_old_files() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir_all(path.join("output/ports.yaml")).unwrap();
    fs::write(path.join("output/ports.json"), "old").unwrap();
    assert!(error(path, &["ports.md"]).contains("cannot write output/ports.yaml: "));
    fs::write(path.join("file"), "").unwrap();
    assert!(error(path, &["-o", "file/x/", "ports.md"]).contains("cannot write file/x/"));
}

#[cfg(unix)]
#[test]
fn a_new_file_has_the_mode_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let run = Command::new("sh")
        .args([
            "-c",
            "umask 027; exec \"$0\" -q -f csv -o out.csv ports.md",
            env!("CARGO_BIN_EXE_portconv"),
        ])
        .current_dir(folder.path())
        .status()
        .unwrap();
    assert!(run.success());
    let mode = fs::metadata(folder.path().join("out.csv"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_stays_one() {
    let folder = folder();
    fs::write(folder.path().join("real.csv"), "old").unwrap();
    std::os::unix::fs::symlink("real.csv", folder.path().join("link.csv")).unwrap();
    assert!(
        portconv(folder.path(), &["-q", "-o", "link.csv", "ports.md"])
            .status
            .success()
    );
    assert!(
        fs::symlink_metadata(folder.path().join("link.csv"))
            .unwrap()
            .is_symlink()
    );
    assert!(
        fs::read(folder.path().join("real.csv"))
            .unwrap()
            .starts_with(b"id,")
    );
}

#[test]
fn messages_are_as_many_as_asked_for() {
    let folder = folder();
    fs::write(
        folder.path().join("bad.md"),
        format!("{TABLE}| 99999 | Yes | Far out |\n"),
    )
    .unwrap();
    let warning = "bad.md:4:3: warning[bad-port]: \"99999\" is no port";
    let run = |arguments: &[&str]| stderr(&portconv(folder.path(), arguments));
    assert!(run(&["bad.md"]).contains(warning));
    assert!(run(&["bad.md"]).contains("1 bad-port"));
    assert_eq!(run(&["-q", "bad.md"]), "");
    let seed = support::seed();
    let verbose = run(&["-v", "-f", "csv", seed.to_str().unwrap()]);
    assert!(verbose.contains(":23:1: note[shifted-row]: "), "{verbose}");
}

#[test]
fn formats_are_listed() {
    let output = portconv(root(), &["--list-formats"]);
    let listed = String::from_utf8(output.stdout).unwrap();
    for emitter in EMITTERS {
        let line = listed
            .lines()
            .find(|line| line.contains(&format!(" {} ", emitter.format().name)))
            .unwrap();
        assert_eq!(line.starts_with('*'), emitter.format().is_default);
        assert!(line.contains(emitter.format().path) && line.contains(emitter.format().purpose));
    }
}

#[test]
fn help_states_the_exit_codes() {
    let output = portconv(root(), &["--help"]);
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("Exit codes:")
    );
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = portconv(root(), &["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("message-format"), "{shell}");
        if shell == "bash" {
            let checked = Command::new("bash")
                .args(["-n", "-c", &script])
                .status()
                .unwrap();
            assert!(checked.success());
        }
    }
}

#[test]
fn the_man_page_has_every_option() {
    let help = portconv(root(), &["--help"]).stdout;
    let page = String::from_utf8(portconv(root(), &["man"]).stdout).unwrap();
    let page = page.replace("\\-", "-").replace("\\fB", "");
    let help = String::from_utf8(help).unwrap();
    let options = help
        .split_whitespace()
        .filter(|word| word.starts_with("--"));
    for option in options.map(|word| word.trim_end_matches([',', ';', '.', ')'])) {
        assert!(page.contains(option), "{option}");
    }
}
