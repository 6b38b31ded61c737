//! The command as a user types it: `tests/commands/*.md` hold files, commands, what these print and how they end.
//!
//! A block with a file name is that file; one of `console` is run, line by line, in a folder of its own. What a
//! command prints stands below it, both streams together, and then its exit code if that is not 0. `[…]` stands for
//! any words of a line. `PORTCONV_ACCEPT=1` writes what is printed now.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::support::{self, root};

#[test]
fn commands_print_what_is_expected() {
    let mut count = 0;
    for file in fs::read_dir(root().join("tests/commands")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        support::assert_same(&path, case(&text).as_bytes());
        count += text.matches("\n$ ").count();
    }
    assert!(count > 60, "{count} commands");
}

/// A case with what its commands print now.
fn case(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let parts = text.split("```").enumerate().map(|(index, part)| {
        let block = (index % 2 == 1).then(|| part.split_once('\n').unwrap());
        match block {
            Some(("console", body)) => format!("console\n{}", console(body, folder.path())),
            Some((info, body)) => {
                let path = folder.path().join(info.split_once(' ').unwrap().1);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, body).unwrap();
                part.to_owned()
            }
            None => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("```")
}

/// Each command of a block, with what it prints: as expected, where that leaves words open.
fn console(block: &str, folder: &Path) -> String {
    let mut made = String::new();
    for step in format!("\n{block}").split("\n$ ").skip(1) {
        let (command, expected) = step.split_once('\n').unwrap_or((step, ""));
        let printed = run(command, folder);
        let open = regex::escape(expected.trim_end()).replace(r"\[…\]", ".*");
        let is_expected = Regex::new(&format!("^{open}$"))
            .unwrap()
            .is_match(printed.trim_end());
        let shown = if is_expected { expected } else { &printed };
        writeln!(made, "$ {command}\n{}", shown.trim_end()).unwrap();
        if shown.trim().is_empty() {
            made.pop();
        }
    }
    made
}

fn run(command: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("SEEDS", root().join("seeds"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.code() {
        Some(0) => printed,
        code => format!("{printed}exit code {}\n", code.unwrap_or(-1)),
    }
}
