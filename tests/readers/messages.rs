//! Messages of two runs at once do not mix within a line: each is one call of the system.

use std::fs;
use std::process::Command;

use crate::needs::{self, Outcome};

tests!(every_message_is_one_write_of_whole_lines);

fn every_message_is_one_write_of_whole_lines() -> Outcome {
    needs::tracing()?;
    let folder = tempfile::tempdir().unwrap();
    let table = "| Port | TCP | Description |\n|--|--|--|\n| 99999 | Yes | a |\n| 9-7 | Yes | b |\n| 7 | Perhaps | c |\n";
    fs::write(folder.path().join("t.md"), table).unwrap();
    for form in ["human", "json", "github", "sarif"] {
        let run = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-y",
                "-s",
                "100000",
                "-e",
                "trace=write,writev",
            ])
            .args(["-o", "trace", env!("CARGO_BIN_EXE_portconv")])
            .args(["-v", "-f", "csv", "-o", "out/", "t.md"])
            .args(["--message-format", form])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(run.status.success());
        let is_human = form == "human";
        let printed = if is_human { run.stderr } else { run.stdout };
        let trace = fs::read_to_string(folder.path().join("trace")).unwrap();
        // Of the two pipes, standard output has another number when it is written to.
        let is_message = |line: &&str| line.contains("<pipe:") && line.contains("(2<") == is_human;
        let writes: Vec<_> = trace.lines().filter(is_message).collect();
        for write in &writes {
            assert!(write.contains("\\n\", "), "{form}: {write}");
        }
        // A message for people has lines of its source below it; a log of SARIF is one for all.
        let printed = String::from_utf8(printed).unwrap();
        let expected = match form {
            "human" => printed
                .lines()
                .filter(|line| line.starts_with("t.md:") || line.starts_with("portconv:"))
                .count(),
            "sarif" => 1,
            _ => printed.lines().count(),
        };
        assert!(expected > usize::from(form != "sarif") * 2, "{printed}");
        assert_eq!(writes.len(), expected, "{form}: {writes:#?}");
    }
    Ok(())
}
