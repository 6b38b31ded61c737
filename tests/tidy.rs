//! The layers hold: data walks one way, and each library has one home.

mod support;

use std::fs;
use std::path::PathBuf;

/// The stages in the order in which data walks; a module may use those before it and itself.
const STAGES: [&str; 15] = [
    "mojibake",
    "source",
    "service_name",
    "record",
    "diagnostic",
    "page",
    "markdown",
    "prose",
    "table",
    "footnote",
    "normalize",
    "facts",
    "blank_cells",
    "registry",
    "services",
];

fn files() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["src", "src/emit", "src/report"] {
        paths.extend(
            fs::read_dir(support::root().join(folder))
                .unwrap()
                .map(|file| file.unwrap().path()),
        );
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let name = |path: &PathBuf| {
        path.strip_prefix(support::root().join("src"))
            .unwrap()
            .display()
            .to_string()
    };
    paths
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn no_stage_uses_a_later_one() {
    let sources = files();
    for (at, stage) in STAGES.iter().enumerate() {
        let (_, text) = sources
            .iter()
            .find(|(name, _)| *name == format!("{stage}.rs"))
            .unwrap();
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for later in STAGES[at + 1..].iter().chain(&["emit"]) {
                assert!(
                    !line.contains(&format!("crate::{later}")),
                    "{stage} uses {later}: {line}"
                );
            }
        }
    }
}

#[test]
fn each_library_has_one_home() {
    for (library, home) in [
        ("pulldown_cmark", "markdown.rs"),
        ("rusqlite", "emit/sqlite.rs"),
        ("serde_saphyr", "emit/yaml.rs"),
        ("sha2", "fingerprint.rs"),
        ("regex", "normalize.rs"),
        ("minijinja", "emit/template.rs"),
        ("clap", "cli.rs main.rs level.rs report/mod.rs"),
        ("tempfile", "draft.rs"),
        ("smallvec", "markdown.rs"),
        ("annotate_snippets", "report/human.rs"),
    ] {
        for (name, text) in files() {
            let uses = text
                .lines()
                .any(|line| line.contains(&format!("{library}::")) && !line.contains("//"));
            assert!(!uses || home.contains(&name), "{name} uses {library}");
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
