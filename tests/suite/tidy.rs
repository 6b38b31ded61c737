//! The layers hold: data walks one way, and each library has one home.

use crate::support;

use std::fs;

/// The stages in the order in which data walks; each may use those before it and itself.
const STAGES: [&str; 10] = [
    "vocabulary",
    "diagnostic",
    "text",
    "dataset",
    "attribution",
    "read",
    "table",
    "facts",
    "meaning",
    "naming",
];

/// Every source file, by its path in `src`.
fn files() -> Vec<(String, String)> {
    let src = support::root().join("src");
    let (mut folders, mut files) = (vec![src.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&src).unwrap().display().to_string();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

#[test]
fn no_stage_uses_a_later_one() {
    for (name, text) in files() {
        let stage = name.split(['/', '.']).next().unwrap();
        let Some(at) = STAGES.iter().position(|known| *known == stage) else {
            continue;
        };
        let is_comment = |line: &&str| line.trim_start().starts_with("//");
        for line in text.lines().filter(|line| !is_comment(line)) {
            for later in STAGES[at + 1..].iter().chain(&["emit"]) {
                assert!(
                    !line.contains(&format!("crate::{later}")),
                    "{name} uses {later}: {line}"
                );
            }
        }
    }
}

#[test]
fn emitters_take_records_apart_whole() {
    for (name, text) in files().iter().filter(|(name, _)| name.starts_with("emit/")) {
        assert!(
            !text.contains(", ..}") && !text.contains(", .. }") && !text.contains("        ..\n"),
            "{name}"
        );
    }
}

/// The harness of `tests/readers` has a list of its own: the attribute would drop a test there in silence.
#[test]
fn tests_of_readers_are_in_their_list() {
    let mut files = 0;
    for file in fs::read_dir(support::root().join("tests/readers")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            files += 1;
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("#[test]"), "{}", path.display());
        }
    }
    assert!(files > 3);
}
