//! Diagnostics in SARIF are valid.

use std::fs;
use std::process::Command;

use crate::needs::{self, Outcome};
use crate::support::{portconv, root, seed};

tests![sarif_is_valid,];

const VALIDATOR: &str =
    "tests/readers/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Microsoft's validator, which checks against the schema of SARIF 2.1.0 too.
fn sarif_is_valid() -> Outcome {
    needs::installed(VALIDATOR, "npm ci --prefix tests/readers")?;
    let validator = root().join(VALIDATOR);
    let project = tempfile::tempdir().unwrap();
    let table = project.path().join("ports.md");
    fs::copy(seed(), &table).unwrap();
    assert!(
        portconv(project.path(), &["-q", "ports.md"])
            .status
            .success()
    );
    let seed = fs::read_to_string(seed()).unwrap();
    fs::write(&table, seed.replacen("| 13  ", "| 99999  ", 1)).unwrap();
    let output = portconv(
        project.path(),
        &["--check", "-v", "--message-format", "sarif", "ports.md"],
    );
    let log = text(&output.stdout);
    assert!(log.contains("bad-port") && log.contains("not-current"));
    let errors = |log: &str| {
        fs::write(project.path().join("log.sarif"), log).unwrap();
        let run = Command::new(&validator)
            .args(["validate", "log.sarif"])
            .current_dir(project.path())
            .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
            .output()
            .unwrap();
        let printed = text(&run.stdout);
        assert!(
            printed.contains("1 files scanned") || !run.status.success(),
            "{printed}{}",
            text(&run.stderr)
        );
        printed
            .lines()
            .filter(|line| line.contains(": error "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(errors(&log), Vec::<String>::new());
    assert_ne!(
        errors(&log.replace("\"ruleId\"", "\"rule\"")),
        Vec::<String>::new()
    );
    Ok(())
}
