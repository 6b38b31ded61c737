//! The action and the hook do in another repository what `docs/ci.md` says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{page, root};
use serde_yaml::Value;
use tempfile::TempDir;

const TABLE: &str =
    "| Port | TCP | UDP | Description |\n|--|--|--|--|\n| 22 | Yes | No | Secure Shell (SSH) |\n";

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// The blocks of YAML in the documentation.
fn documented() -> Vec<Value> {
    let page = page("docs/ci.md");
    let blocks = page.split("```yaml\n").skip(1);
    blocks
        .map(|block| serde_yaml::from_str(block.split("```").next().unwrap()).unwrap())
        .collect()
}

fn bash(folder: &Path, script: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .output()
        .unwrap()
}

/// Another repository, made as the documentation says.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("docs")).unwrap();
    fs::write(folder.path().join("docs/ports.md"), TABLE).unwrap();
    let command = "portconv -o data/ docs/ports.md";
    assert!(page("docs/ci.md").contains(&format!("\n{command}\n")));
    assert!(bash(folder.path(), command).status.success());
    folder
}

/// What a check says before and after the table is changed.
fn check_before_and_after(script: &str) -> [(Option<i32>, String); 2] {
    let repository = repository();
    let run = || {
        let Output {
            status,
            stdout,
            stderr,
        } = bash(repository.path(), script);
        let said = [stdout, stderr].concat();
        (status.code(), String::from_utf8(said).unwrap())
    };
    let before = run();
    let changed = TABLE.replace("| 22 |", "| 23 |");
    fs::write(repository.path().join("docs/ports.md"), changed).unwrap();
    [before, run()]
}

#[test]
fn the_action_annotates_what_is_not_current() {
    let action = yaml("action.yml");
    let [workflow, _] = documented().try_into().unwrap();
    let step = &workflow["jobs"]["check"]["steps"][1];
    assert!(
        step["uses"]
            .as_str()
            .unwrap()
            .starts_with("OWNER/portconv@")
    );
    for input in step["with"].as_mapping().unwrap().keys() {
        assert!(action["inputs"].get(input).is_some(), "{input:?}");
    }
    let steps = action["runs"]["steps"].as_sequence().unwrap();
    let check = steps.last().unwrap();
    assert_eq!(check["env"]["ARGUMENTS"], "${{ inputs.arguments }}");
    let arguments = step["with"]["arguments"].as_str().unwrap();
    let script = format!(
        "ARGUMENTS='{arguments}'\n{}",
        check["run"].as_str().unwrap()
    );
    let [before, after] = check_before_and_after(&script);
    assert_eq!(before.0, Some(0), "{}", before.1);
    assert_eq!(after.0, Some(1), "{}", after.1);
    assert!(
        after.1.contains("::error file=data/ports.json"),
        "{}",
        after.1
    );

    let hash = steps[0]["run"].as_str().unwrap();
    let hash = hash.replace("$GITHUB_OUTPUT", "/dev/stdout");
    let printed = String::from_utf8(bash(root(), &hash).stdout).unwrap();
    assert_eq!(
        printed.trim().len(),
        "hash=0123456789abcdef".len(),
        "{printed}"
    );
}

#[test]
fn the_hook_fails_on_what_is_not_current() {
    let hook = &yaml(".pre-commit-hooks.yaml")[0];
    let [_, configuration] = documented().try_into().unwrap();
    let used = &configuration["repos"][0]["hooks"][0];
    assert_eq!(used["id"], hook["id"]);
    let arguments = used["args"].as_sequence().unwrap().iter();
    let arguments: Vec<_> = arguments.map(|word| word.as_str().unwrap()).collect();
    let script = format!(
        "{} {}",
        hook["entry"].as_str().unwrap(),
        arguments.join(" ")
    );
    let [before, after] = check_before_and_after(&script);
    assert_eq!(before.0, Some(0), "{}", before.1);
    assert_eq!(after.0, Some(1), "{}", after.1);
}
