//! The action and the hooks do in another repository what `docs/ci.md` says.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{self, page, root};
use regex::Regex;
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

fn bash(folder: &Path, script: &str, arguments: &str) -> (Option<i32>, String) {
    let bin = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new("bash")
        .args(["-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("ARGUMENTS", arguments)
        .output()
        .unwrap();
    let said = [stdout, stderr].concat();
    (status.code(), String::from_utf8(said).unwrap())
}

/// Another repository, made as the documentation says.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("docs")).unwrap();
    fs::write(folder.path().join("docs/ports.md"), TABLE).unwrap();
    let command = "portconv -o data/ docs/ports.md";
    assert!(page("docs/ci.md").contains(&format!("\n{command}\n")));
    assert_eq!(bash(folder.path(), command, "").0, Some(0));
    folder
}

fn edit(repository: &TempDir) {
    let changed = TABLE.replace("| 22 |", "| 23 |");
    fs::write(repository.path().join("docs/ports.md"), changed).unwrap();
}

#[test]
fn the_action_annotates_what_is_out_of_date() {
    let action = yaml("action.yml");
    let [workflow, _] = documented().try_into().unwrap();
    let step = &workflow["jobs"]["check"]["steps"][1];
    for input in step["with"].as_mapping().unwrap().keys() {
        assert!(action["inputs"].get(input).is_some(), "{input:?}");
    }
    let check = action["runs"]["steps"]
        .as_sequence()
        .unwrap()
        .last()
        .unwrap();
    assert_eq!(check["env"]["ARGUMENTS"], "${{ inputs.arguments }}");
    let (script, arguments) = (&check["run"], &step["with"]["arguments"]);
    let (script, arguments) = (script.as_str().unwrap(), arguments.as_str().unwrap());
    let repository = repository();
    let run = |arguments: &str| bash(repository.path(), script, arguments);
    assert_eq!(run(arguments).0, Some(0));
    edit(&repository);
    let (code, said) = run(arguments);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("::error file=data/ports.json"), "{said}");
}

/// They are split as a shell does it, and nothing is expanded.
#[test]
fn arguments_of_the_action_may_be_quoted() {
    let action = yaml("action.yml");
    let check = action["runs"]["steps"]
        .as_sequence()
        .unwrap()
        .last()
        .unwrap();
    let script = check["run"].as_str().unwrap();
    let repository = repository();
    let path = repository.path();
    fs::rename(path.join("docs/ports.md"), path.join("docs/it's $HOME.md")).unwrap();
    let quoted = "-o 'my data/'\n  --title=\"Our ports\" \"docs/it's $HOME.md\"";
    assert_eq!(
        bash(
            path,
            &format!("portconv {}", quoted.replace('$', "\\$").replace('\n', " ")),
            ""
        )
        .0,
        Some(0)
    );
    assert_eq!(bash(path, script, quoted).0, Some(0));
    assert_eq!(bash(path, script, "-o 'my data/").0, Some(1));
    let (code, said) = bash(path, script, " \n");
    assert_eq!(code, Some(2));
    assert!(said.contains("seeds"), "{said}");
}

#[test]
fn one_hook_fails_on_what_is_out_of_date_and_the_other_mends_it() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [_, configuration] = documented().try_into().unwrap();
    let used = &configuration["repos"][0]["hooks"][0];
    assert_eq!(used["id"], hooks[0]["id"]);
    let arguments = used["args"].as_sequence().unwrap().iter();
    let arguments: Vec<_> = arguments.map(|word| word.as_str().unwrap()).collect();
    let repository = repository();
    let run = |hook: usize| {
        // It runs whatever is changed, in any repository.
        assert!(hooks[hook].get("files").is_none());
        let entry = hooks[hook]["entry"].as_str().unwrap();
        let script = format!("{entry} {}", arguments.join(" "));
        bash(repository.path(), &script, "").0
    };
    assert_eq!(run(0), Some(0));
    edit(&repository);
    assert_eq!([run(0), run(1), run(0)], [Some(1), Some(0), Some(0)]);
}

/// Cargo.toml alone says whose repository it is; `PORTCONV_ACCEPT=1` writes it to the pages.
#[test]
fn the_owner_is_named_in_one_place() {
    let manifest = page("Cargo.toml");
    let (_, owner) = manifest
        .split_once("repository = \"https://github.com/")
        .unwrap();
    let (owner, _) = owner.split_once('/').unwrap();
    let named = Regex::new(r"(github\.com/|uses: )[\w.-]+/portconv\b").unwrap();
    let mut found = 0;
    for path in [
        "README.md",
        "docs/ci.md",
        "docs/library.md",
        "examples/refresh.yml",
    ] {
        let text = page(path);
        found += named.find_iter(&text).count();
        let written = named.replace_all(&text, format!("${{1}}{owner}/portconv"));
        support::assert_same(&root().join(path), written.as_bytes());
    }
    assert!(found >= 3, "{found}");
}
