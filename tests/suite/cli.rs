//! What the command makes of the seed, and what it says of every format and option.

use crate::support;

use std::fs;
use std::process::Output;

use crate::support::{portconv, root};
use portconv::emit::EMITTERS;

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
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
    let diff = portconv(root(), &["diff", "seeds", "output/ports.json"]);
    assert_eq!(String::from_utf8(diff.stdout).unwrap(), "");
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

/// The command in the header of a file makes the same bytes again.
#[test]
fn the_command_in_a_header_makes_the_file_again() {
    let table = "| Port | Protocol | UDP | Description |\n|--|--|--|--|\n| 22 | TCP | Yes | Secure Shell |\n| 7 | | Yes | Echo |\n";
    let names = "first_port,last_port,protocols,description,name,aliases\n22,22,tcp,Secure,mine,\n";
    let blanks = "first_port,last_port,description,udp\n22,22,Secure,merged\n";
    let choices: [&[&str]; 12] = [
        &["", "--from markdown"],
        &["", "--transport udp,tcp"],
        &["", "--services-status yes"],
        &["", "--title 'a b'", "--title $'a\\nb'", "--title \"it's\""],
        &["", "--license 'CC0-1.0 # $x'"],
        &["", "--source-url https://example.org/a?b=c"],
        &[
            "",
            "--names names.csv",
            "--names \"$SEEDS/service-names.csv\"",
        ],
        &["", "--blank-cells literal", "--blank-cells blanks.csv"],
        &["", "--registry stock"],
        &["", "--expand-ranges 2", "--expand-ranges all"],
        &["", "-o out", "-o out/deep/", "-o 'my folder/services'"],
        &[
            "t.md",
            "-- -dash.md t.md",
            "- < t.md",
            "--stdin-filename 'a b.md' - < t.md",
            "sub",
            "--builtin",
        ],
    ];
    let mut seed = 7_usize;
    for _ in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        for (name, text) in [
            ("t.md", table),
            ("-dash.md", table),
            ("sub/u.md", table),
            ("names.csv", names),
            ("sub/service-names.csv", names),
            ("blanks.csv", blanks),
            ("stock", "sesh 22/tcp\n"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let words = choices.map(|choice| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            choice[(seed >> 33) % choice.len()]
        });
        let bash = |command: &str| {
            let bin = std::path::Path::new(env!("CARGO_BIN_EXE_portconv"))
                .parent()
                .unwrap();
            let script = format!(
                "PATH={}:$PATH; SEEDS={}/seeds; {command}",
                bin.display(),
                root().display()
            );
            let run = std::process::Command::new("bash")
                .args(["-c", &script])
                .current_dir(folder.path())
                .output();
            let run = run.unwrap();
            assert!(run.status.success(), "{command}: {}", stderr(&run));
        };
        let find = || {
            let places = [
                "output/services",
                "out/services",
                "out/deep/services",
                "my folder/services",
            ];
            let paths = places.map(|place| folder.path().join(place));
            paths.into_iter().find(|path| path.exists()).unwrap()
        };
        bash(&format!(
            "portconv -q -A stale-fact -f services {}",
            words.join(" ")
        ));
        let path = find();
        let made = fs::read_to_string(&path).unwrap();
        let (_, command) = made.split_once("again with:\n#   ").unwrap();
        let (command, _) = command.split_once("\n#\n").unwrap();
        let command = command.replace("\\\n#     ", "");
        fs::remove_file(&path).unwrap();
        bash(&format!("{command} < t.md"));
        assert_eq!(path, find(), "{words:?}: {command}");
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            made,
            "{words:?}: {command}"
        );
    }
}
