//! A disk that is full, or that nothing may be written to, leaves the old files whole; what is mounted twice is one file.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::needs::{self, Outcome};
use crate::support::seed;
use tempfile::TempDir;

tests![
    a_full_disk_leaves_the_old_files_and_no_others,
    a_read_only_folder_is_told_by_the_name_of_the_file,
    what_is_mounted_twice_is_one_file,
];

/// A folder with a folder for output, in which stands a file.
fn with_old_file() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("output")).unwrap();
    fs::write(folder.path().join("output/ports.csv"), "old").unwrap();
    folder
}

/// Runs a script that may mount; returns what it printed, after the one line of the command's error.
fn failing(folder: &Path, script: &str, error: &str) -> String {
    let Output {
        stdout,
        stderr,
        status,
    } = Command::new("unshare")
        .args(["-rm", "bash", "-c", script])
        .current_dir(folder)
        .env("PORTCONV", env!("CARGO_BIN_EXE_portconv"))
        .env("SEED", seed())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(stderr).unwrap(), error);
    assert_eq!(status.code(), Some(2));
    String::from_utf8(stdout).unwrap()
}

fn a_full_disk_leaves_the_old_files_and_no_others() -> Outcome {
    needs::mounting()?;
    let folder = with_old_file();
    let script = r#"
        mount -t tmpfs -o size=64k none output
        for name in csv json; do echo old > output/ports.$name; done
        "$PORTCONV" -q -f csv,json "$SEED"
        code=$?
        ls -A output; cat output/*
        exit $code"#;
    let error = "portconv: cannot write output/ports.json: No space left on device (os error 28)\n";
    let left = failing(folder.path(), script, error);
    assert_eq!(left, "ports.csv\nports.json\nold\nold\n");
    Ok(())
}

fn a_read_only_folder_is_told_by_the_name_of_the_file() -> Outcome {
    needs::mounting()?;
    let folder = with_old_file();
    let script = r#"
        mount --bind output output
        mount -o remount,bind,ro output
        "$PORTCONV" -q -f csv,json "$SEED"
        code=$?
        ls -A output; cat output/*
        exit $code"#;
    let error = "portconv: cannot write output/ports.json: Read-only file system (os error 30)\n";
    assert_eq!(failing(folder.path(), script, error), "ports.csv\nold");
    Ok(())
}

/// An input is refused as an output, and a folder is locked once: a run that locked it twice would wait for itself.
fn what_is_mounted_twice_is_one_file() -> Outcome {
    needs::mounting()?;
    let folder = with_old_file();
    let script = r#"
        mkdir output/wireshark; mount --bind output output/wireshark
        timeout 60 "$PORTCONV" -q -f csv,wireshark "$SEED"; echo $?
        ls -A output
        cp "$SEED" ports.md; touch again.md; mount --bind ports.md again.md
        "$PORTCONV" -q -f json -o again.md ports.md"#;
    let error = "portconv: the output would replace the input ports.md\n";
    let left = failing(folder.path(), script, error);
    assert_eq!(left, "0\nports.csv\nservices\nwireshark\n");
    Ok(())
}
