//! `--format template`: each shipped template makes what the program it is for accepts, and a template's
//! faults are told in one line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{self, absent, has, portconv, root};
use serde_json::Value;
use tempfile::TempDir;

/// What a shipped template makes of the seed.
fn made(template: &str, folder: &Path) -> PathBuf {
    let template = root().join("templates").join(template);
    let template = template.to_str().unwrap();
    let run = portconv(
        folder,
        &["-q", "--builtin", "--template", template, "-o", "./"],
    );
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let name = Path::new(template).file_stem().unwrap();
    folder.join(name)
}

fn records() -> Vec<Value> {
    let json = fs::read_to_string(root().join("output/ports.json")).unwrap();
    let mut tree: Value = serde_json::from_str(&json).unwrap();
    serde_json::from_value(tree["records"].take()).unwrap()
}

fn is_in_use(assignment: &Value) -> bool {
    ["yes", "unofficial", "assigned"].contains(&assignment["status"].as_str().unwrap_or_default())
}

#[test]
fn every_shipped_template_has_its_test() {
    let tests = fs::read_to_string(root().join("tests/suite/templates.rs")).unwrap();
    let page = support::page("docs/templates.md");
    for file in fs::read_dir(root().join("templates")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(tests.contains(&format!("made(\"{name}\"")), "{name}");
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

/// firewalld's own check, which refuses a port that there is not.
#[test]
fn firewalld_accepts_its_service() {
    if !has("firewall-offline-cmd") {
        return absent("firewall-offline-cmd");
    }
    let folder = tempfile::tempdir().unwrap();
    let made = made("firewalld.xml.j2", folder.path());
    let services = folder.path().join("services");
    fs::create_dir(&services).unwrap();
    let service = services.join("domain.xml");
    fs::rename(made, &service).unwrap();
    let firewalld = |argument: &str| {
        let run = Command::new("firewall-offline-cmd")
            .arg("--system-config")
            .arg(folder.path())
            .arg(argument)
            .output()
            .unwrap();
        (run.status.success(), String::from_utf8(run.stdout).unwrap())
    };
    assert!(firewalld("--check-config").0);
    let (_, info) = firewalld("--info-service=domain");
    assert!(info.contains("ports: 53/tcp 53/udp\n"), "{info}");

    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, text.replace("\"53\"", "\"66000\"")).unwrap();
    assert!(!firewalld("--check-config").0);
}

/// nginx refuses a map in which a port stands twice; ours names each TCP port in use once.
#[test]
fn nginx_accepts_its_map() {
    if !has("nginx") {
        return absent("nginx");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let map = made("nginx-map.conf.j2", path);
    let configuration = "pid nginx.pid; events {} http { access_log off; include nginx-map.conf;
        server { listen unix:nginx.socket; return 200 $service_name; } }";
    fs::write(path.join("nginx.conf"), configuration).unwrap();
    let nginx = || {
        let run = Command::new("nginx")
            .args(["-t", "-e", "stderr", "-c", "nginx.conf", "-p"])
            .arg(path)
            .output()
            .unwrap();
        (run.status.success(), String::from_utf8(run.stderr).unwrap())
    };
    let (accepted, said) = nginx();
    assert!(accepted, "{said}");

    let text = fs::read_to_string(&map).unwrap();
    let mapped: Vec<u64> = text
        .lines()
        .filter_map(|line| line.trim().split(' ').next()?.parse().ok())
        .collect();
    let records = records();
    let named = records
        .iter()
        .filter(|r| r["name"].is_string() && is_in_use(&r["tcp"]));
    let ports: BTreeSet<u64> = named
        .flat_map(|r| r["first_port"].as_u64().unwrap()..=r["last_port"].as_u64().unwrap())
        .collect();
    assert_eq!(mapped.len(), ports.len());
    assert_eq!(mapped.into_iter().collect::<BTreeSet<_>>(), ports);
    assert!(text.contains("\n    22 ssh;\n"));

    fs::write(
        &map,
        text.replace("    22 ssh;", "    22 ssh;\n    22 again;"),
    )
    .unwrap();
    let (accepted, said) = nginx();
    assert!(
        !accepted && said.contains("conflicting parameter"),
        "{said}"
    );
}

#[test]
fn rustc_compiles_its_table() {
    let folder = tempfile::tempdir().unwrap();
    made("ports.rs.j2", folder.path());
    let main = "include!(\"ports.rs\");
        fn main() { for (a, b, name, words) in PORTS { println!(\"{a} {b} {name} {words}\") } }";
    fs::write(folder.path().join("main.rs"), main).unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let compiled = Command::new(rustc)
        .current_dir(folder.path())
        .args(["--edition", "2024", "-D", "warnings", "main.rs"])
        .output()
        .unwrap();
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let run = Command::new(folder.path().join("main")).output().unwrap();
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    let lines: Vec<_> = records()
        .iter()
        .filter(|record| record["name"].is_string())
        .map(|r| {
            let (name, description) = (words(&r["name"]), words(&r["description"]));
            format!(
                "{} {} {name} {description}\n",
                r["first_port"], r["last_port"]
            )
        })
        .collect();
    assert_eq!(String::from_utf8(run.stdout).unwrap(), lines.concat());
}

/// What a table in markdown holds of a record: all but sources of single words.
fn essence(json: &[u8]) -> Vec<Value> {
    let tree: Value = serde_json::from_slice(json).unwrap();
    let records = tree["records"].as_array().unwrap().iter();
    let keys = ["id", "name", "aliases", "description"];
    records
        .map(|record| {
            let said = keys.map(|key| record[key].clone());
            let protocols = ["tcp", "udp", "sctp", "dccp"];
            let stated =
                protocols.map(|p| [record[p]["status"].clone(), record[p]["text"].clone()]);
            serde_json::json!([said, stated])
        })
        .collect()
}

#[test]
fn portconv_reads_its_own_markdown_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let json = |input: &str| {
        let arguments = [
            "-q",
            "--blank-cells",
            "literal",
            "-f",
            "json",
            "-o",
            "-",
            input,
        ];
        essence(&portconv(path, &arguments).stdout)
    };
    made("ports.md.j2", path);
    let seed = essence(&fs::read(root().join("output/ports.json")).unwrap());
    assert_eq!(json("ports.md"), seed);

    let signs = r"a \\ b \| c \* d \_e\_ \` f \[g\](h) &lt;i&gt; &amp;amp; \~~j~~ #k 1. [l]: m!";
    let odd = format!(
        "| Port | TCP | SCTP | Description |\n|--|--|--|--|\n| 7000-7002 | Perhaps | No | {signs} |\n| 7 | | | |\n"
    );
    fs::write(path.join("odd.md"), odd).unwrap();
    let template = root().join("templates/ports.md.j2");
    let arguments = [
        "-q",
        "--template",
        template.to_str().unwrap(),
        "-o",
        "again.md",
        "odd.md",
    ];
    assert!(portconv(path, &arguments).status.success());
    assert_eq!(json("again.md"), json("odd.md"));
    let description = json("again.md")[0][0][3].clone();
    assert_eq!(
        description,
        r"a \ b | c * d _e_ ` f [g](h) <i> &amp; ~~j~~ #k 1. [l]: m!"
    );
}

/// A folder with a template in it.
fn folder(template: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.txt.j2"), template).unwrap();
    folder
}

const LIST: [&str; 3] = ["--builtin", "--template", "list.txt.j2"];

#[test]
fn a_template_writes_a_file_of_its_name_or_to_where_it_is_told() {
    let folder = folder("{% for record in records[:2] %}\n{{ record.id }}\n{% endfor %}\n");
    let path = folder.path();
    let made = "0#1\n1#1\n";
    for (more, file) in [
        (&[][..], "output/list.txt"),
        (&["-f", "template,csv", "-o", "both/"], "both/list.txt"),
        (&["-o", "named"], "named/list.txt"),
        (&["-o", "list"], "list/list.txt"),
        (&["-o", "ports.json"], "ports.json"),
    ] {
        let run = portconv(path, &[&LIST[..], more].concat());
        assert!(run.status.success(), "{more:?}");
        assert_eq!(
            fs::read_to_string(path.join(file)).unwrap(),
            made,
            "{more:?}"
        );
    }
    assert!(path.join("both/ports.csv").is_file());
    fs::write(path.join("Dockerfile.j2"), "FROM scratch\n").unwrap();
    let arguments = [
        "--builtin",
        "--template",
        "Dockerfile.j2",
        "-o",
        "Dockerfile",
    ];
    assert!(portconv(path, &arguments).status.success());
    assert!(path.join("Dockerfile").is_file());
    let run = portconv(path, &[&LIST[..], &["-o", "-"]].concat());
    assert_eq!(String::from_utf8(run.stdout).unwrap(), made);

    assert!(
        portconv(path, &[&LIST[..], &["--check"]].concat())
            .status
            .success()
    );
    fs::write(path.join("output/list.txt"), "0#1\n").unwrap();
    let check = portconv(path, &[&LIST[..], &["--check"]].concat());
    assert_eq!(check.status.code(), Some(1));
}

/// The one line that a fault is told in.
fn fault(folder: &Path, arguments: &[&str]) -> String {
    let run = portconv(folder, arguments);
    assert_eq!(run.status.code(), Some(2), "{arguments:?}");
    assert!(run.stdout.is_empty());
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!folder.join("output").exists());
    said
}

#[test]
fn a_fault_is_told_with_its_line() {
    for (template, message) in [
        (
            "{% for record in records %}\n\n{{ record.nmae }}{% endfor %}",
            "3: undefined value: `record.nmae` is undefined",
        ),
        (
            "{{ recrods }}",
            "1: undefined value: `recrods` is undefined",
        ),
        (
            "\n{% if records[0].text %}{% endif %}",
            "2: undefined value",
        ),
        ("\n{% for record in records %}\n", "2: syntax error: "),
        (
            "\n\n{{ records | sortt }}",
            "3: unknown filter: filter sortt is unknown",
        ),
        (
            "{% include \"other\" %}",
            "1: syntax error: unknown statement include",
        ),
    ] {
        let folder = folder(template);
        let said = fault(folder.path(), &LIST);
        // A faulty template lets no other file or folder appear.
        let with_json = [&LIST[..], &["-f", "json,template", "-o", "output/deep/"]].concat();
        assert_eq!(fault(folder.path(), &with_json), said);
        let place = "portconv: cannot make template: list.txt.j2:";
        assert!(said.starts_with(&format!("{place}{message}")), "{said}");
    }
}

#[test]
fn what_a_template_must_be_escaped_for_is_known_by_its_ending() {
    let folder = folder("");
    let path = folder.path();
    let table = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | a &lt; \"b\" |\n";
    fs::write(path.join("ports.md"), table).unwrap();
    for (name, made) in [
        ("a.txt.j2", "a < \"b\""),
        ("a.xml.jinja", "a &lt; &quot;b&quot;"),
        ("a.json.j2", "\"a < \\\"b\\\"\""),
    ] {
        fs::write(path.join(name), "{{ records[0].description }}").unwrap();
        let run = portconv(path, &["-q", "--template", name, "-o", "-", "ports.md"]);
        assert_eq!(String::from_utf8(run.stdout).unwrap(), made, "{name}");
    }
}

#[test]
fn what_was_asked_for_wrong_is_one_line() {
    let folder = folder("x");
    let path = folder.path();
    fs::write(path.join("plain"), "x").unwrap();
    let told = |arguments: &[&str]| fault(path, &[&["--builtin"], arguments].concat());
    assert!(told(&["-f", "template"]).contains("--format template takes a --template"));
    assert!(told(&["-f", "csv", "--template", "plain"]).contains("other formats are named"));
    assert!(told(&["--template", "absent.j2"]).contains("cannot read absent.j2: No such file"));
    let replaced = "would replace the input plain";
    assert!(told(&["--template", "plain", "-o", "./"]).contains(replaced));
    assert!(told(&["--template", "list.txt.j2", "-o", "list.txt.j2"]).contains("list.txt.j2"));
    assert_eq!(fs::read_to_string(path.join("plain")).unwrap(), "x");
}
