//! `portconv explain`, and the page that it prints from: every code has a section, and every example is run.

use crate::support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use portconv::diagnostic::Code;

use crate::support::{page, portconv, root};

const PAGE: &str = "docs/diagnostics.md";

/// What stands before the first section, and each section with its code.
fn sections(text: &str) -> (&str, Vec<(&str, &str)>) {
    let mut parts = text.split("\n### ");
    let head = parts.next().unwrap();
    (
        head,
        parts.map(|part| part.split_once('\n').unwrap()).collect(),
    )
}

#[test]
fn every_code_has_its_section() {
    let text = page(PAGE);
    let (_, sections) = sections(&text);
    let titles: Vec<_> = sections.iter().map(|(title, _)| *title).collect();
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(titles, codes);
    for (code, (title, section)) in Code::ALL.iter().zip(sections) {
        let words = section.split_whitespace().collect::<Vec<_>>().join(" ");
        let happened = format!("What happened: {} Why: ", code.explanation());
        assert!(words.starts_with(&happened), "{title}: {words}");
        let order = ["Why: ", "Example:", "\n```console\n$ ", "\nWhat to do: "];
        let places = order.map(|part| {
            section
                .find(part)
                .unwrap_or_else(|| panic!("{title}: {part}"))
        });
        assert!(places.is_sorted(), "{title}: {places:?}");
    }
}

#[test]
fn every_code_can_be_explained() {
    let text = page(PAGE);
    for (code, (name, section)) in Code::ALL.iter().zip(sections(&text).1) {
        let output = portconv(root(), &["explain", name]);
        let expected = format!("{}[{name}]\n\n{}\n", code.severity().name(), section.trim());
        assert!(output.status.success());
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }
}

/// Every example raises its code, and prints what the page shows. `PORTCONV_ACCEPT=1` writes it.
#[test]
fn every_example_is_run() {
    let text = page(PAGE);
    let (head, sections) = sections(&text);
    let mut made = head.to_owned();
    for (code, section) in sections {
        write!(made, "\n### {code}\n{}", run(code, section)).unwrap();
    }
    support::assert_same(&root().join(PAGE), made.as_bytes());
}

/// A section with what its example prints now.
fn run(code: &str, section: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut made = String::new();
    for (index, part) in section.split("```").enumerate() {
        let is_block = index % 2 == 1;
        let part = if is_block {
            block(code, part, folder.path())
        } else {
            part.to_owned()
        };
        made = if index == 0 {
            part
        } else {
            format!("{made}```{part}")
        };
    }
    made
}

/// A block that holds a file is written; one of commands is run, and gets what they print.
fn block(code: &str, block: &str, folder: &Path) -> String {
    let (info, body) = block.split_once('\n').unwrap();
    if let Some((_, file)) = info.split_once(' ') {
        fs::write(folder.join(file), body).unwrap();
        return block.to_owned();
    }
    assert_eq!(info, "console", "{code}");
    let lines = body.split_inclusive('\n');
    let shown: String = lines.filter(|line| line.starts_with("$ ")).collect();
    let commands = shown.replace("\n$ ", "\n");
    let printed = printed(code, commands.trim_start_matches("$ "), folder);
    format!("console\n{shown}{printed}")
}

/// The messages of a code, and then what the commands write.
fn printed(code: &str, commands: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-c", commands])
        .current_dir(folder)
        .env("PATH", path)
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    let of_code = format!("[{code}]: ");
    let messages: String = stderr
        .split_inclusive('\n')
        .filter(|line| line.contains(&of_code))
        .collect();
    assert!(
        !messages.is_empty(),
        "{code} is not raised:\n{commands}\n{stderr}"
    );
    messages + &stdout
}
