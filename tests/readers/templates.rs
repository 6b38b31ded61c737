//! Each shipped template makes what the program it is for accepts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs::{self, Outcome};
use crate::support::{portconv, root};
use serde_json::Value;

tests![
    firewalld_accepts_its_service,
    nginx_accepts_its_map,
    rustc_compiles_its_module,
    go_compiles_its_package,
    tsc_compiles_its_module,
    portconv_reads_its_own_markdown_back,
    python_imports_its_module,
    a_browser_shows_its_cheat_sheet,
];

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

/// firewalld's own check, which refuses a port that there is not.
fn firewalld_accepts_its_service() -> Outcome {
    needs::program("firewall-offline-cmd")?;
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

    // All ports of a table of one's own, as one service.
    let template = fs::read_to_string(root().join("templates/firewalld.xml.j2")).unwrap();
    let template = template.replace(
        "{{ service(\"domain\")",
        "{{ service(\"our-ports\", records)",
    );
    fs::write(folder.path().join("our-ports.xml.j2"), template).unwrap();
    let table = "| Port | Protocol | Use |\n|--|--|--|\n| 30000-30009 | TCP | Nodes |\n| 7 | UDP | Echo -- again |\n";
    fs::write(folder.path().join("own.md"), table).unwrap();
    let arguments = [
        "-q",
        "--template=our-ports.xml.j2",
        "--title=--a--",
        "-o",
        "services/",
        "own.md",
    ];
    assert!(portconv(folder.path(), &arguments).status.success());
    let (_, info) = firewalld("--info-service=our-ports");
    assert!(info.contains("ports: 30000-30009/tcp 7/udp\n"), "{info}");

    let text = fs::read_to_string(&service).unwrap();
    fs::write(&service, text.replace("\"53\"", "\"66000\"")).unwrap();
    assert!(!firewalld("--check-config").0);
    Ok(())
}

/// nginx refuses a map in which a port stands twice; ours names each TCP port in use once.
fn nginx_accepts_its_map() -> Outcome {
    needs::program("nginx")?;
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
    Ok(())
}

/// The lines of the services file: name, port and protocol, aliases.
fn service_lines() -> Vec<String> {
    let services = fs::read_to_string(root().join("output/services")).unwrap();
    let lines = services.lines().filter_map(|line| line.split('#').next());
    let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    words.filter(|line| !line.is_empty()).collect()
}

fn output(command: &mut Command) -> String {
    let run = command.output().unwrap();
    let (said, errors) = (run.stdout, String::from_utf8_lossy(&run.stderr));
    let said = String::from_utf8(said).unwrap();
    assert!(run.status.success(), "{command:?}\n{said}{errors}");
    said
}

/// A program that looks up 53/udp and its alias and prints each service, then the description of the first, gives
/// the lines of the services file for the seed, and unharmed words for a table of odd ones.
fn assert_prints_services(template: &str, folder: &Path, mut run: impl FnMut() -> String) {
    made(template, folder);
    let said = run();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.split_last().unwrap().1, service_lines());
    made_of_odd(template, folder);
    assert_eq!(run().lines().last().unwrap(), description_of_odd(folder));
}

fn rustc_compiles_its_module() -> Outcome {
    const MAIN: &str = "#![allow(dead_code)]
mod ports;
use ports::{Protocol, SERVICES, by_name, by_port};
fn main() {
    for s in &SERVICES {
        assert_eq!(by_port(s.port, s.protocol), Some(s));
        assert_eq!(by_name(&s.name.to_uppercase(), s.protocol), Some(s));
        let protocol = format!(\"{:?}\", s.protocol).to_lowercase();
        let mut line = format!(\"{} {}/{protocol}\", s.name, s.port);
        for alias in s.aliases {
            assert_eq!(by_name(alias, s.protocol), Some(s));
            line += &format!(\" {alias}\");
        }
        println!(\"{line}\");
    }
    assert!(by_port(65000, Protocol::Tcp).is_none() && by_name(\"nosuch\", Protocol::Udp).is_none());
    println!(\"{}\", SERVICES[0].description);
}
";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("main.rs"), MAIN).unwrap();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    assert_prints_services("ports.rs.j2", path, || {
        let mut compile = Command::new(&rustc);
        compile
            .current_dir(path)
            .args(["--edition", "2024", "-D", "warnings", "main.rs"]);
        output(&mut compile);
        output(&mut Command::new(path.join("main")))
    });
    made("ports.rs.j2", path);
    fs::write(
        path.join("main.rs"),
        "#![allow(dead_code)] mod ports; fn main() { assert_eq!(ports::port::SSH, 22) }",
    )
    .unwrap();
    output(Command::new(&rustc).current_dir(path).arg("main.rs"));
    output(&mut Command::new(path.join("main")));
    Ok(())
}

fn go_compiles_its_package() -> Outcome {
    const MAIN: &str = "package main

import (
	\"fmt\"
	\"strings\"

	\"example.org/a/ports\"
)

func main() {
	for _, s := range ports.Services {
		for _, name := range append([]string{s.Name}, s.Aliases...) {
			if found, ok := ports.ByName(strings.ToUpper(name), s.Protocol); !ok || found.Port != s.Port {
				panic(name)
			}
		}
		if found, ok := ports.ByPort(s.Port, s.Protocol); !ok || found.Name != s.Name {
			panic(s.Name)
		}
		line := fmt.Sprintf(\"%s %d/%s %s\", s.Name, s.Port, s.Protocol, strings.Join(s.Aliases, \" \"))
		fmt.Println(strings.TrimSpace(line))
	}
	if _, ok := ports.ByPort(65000, ports.TCP); ok {
		panic(65000)
	}
	fmt.Println(ports.Services[0].Description)
}
";
    needs::program("go")?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("ports")).unwrap();
    fs::write(path.join("go.mod"), "module example.org/a\n\ngo 1.18\n").unwrap();
    fs::write(path.join("main.go"), MAIN).unwrap();
    let go = |arguments: &[&str]| {
        fs::rename(path.join("ports.go"), path.join("ports/ports.go")).unwrap();
        let mut go = Command::new("go");
        go.current_dir(path)
            .args(arguments)
            .env("GOFLAGS", "-mod=mod");
        let said = output(&mut go);
        assert_eq!(
            output(Command::new("gofmt").arg("-l").arg(path.join("ports"))),
            ""
        );
        said
    };
    assert_prints_services("ports.go.j2", path, || go(&["run", "."]));
    made("ports.go.j2", path);
    fs::write(path.join("main.go"), "package main\n\nimport \"example.org/a/ports\"\n\nvar _ = [22]int{}[ports.PortSsh-1]\n\nfunc main() { println(ports.PortFtpData) }\n").unwrap();
    go(&["vet", "./..."]);
    Ok(())
}

fn tsc_compiles_its_module() -> Outcome {
    const MAIN: &str = "
import { PORTS, SERVICES, byName, byPort, type ServiceName } from \"./ports\";
const check = (is: boolean, what: string): void => { if (!is) throw new Error(what); };
for (const s of SERVICES) {
  check(byPort(s.port, s.protocol) === s && PORTS[s.name] === s.port, s.name);
  for (const name of [s.name, ...s.aliases]) check(byName(name.toUpperCase(), s.protocol) === s, name);
  console.log([s.name, `${s.port}/${s.protocol}`, ...s.aliases].join(\" \"));
}
check(byPort(65000) === undefined && byName(\"nosuch\", \"udp\") === undefined, \"none\");
// @ts-expect-error A name that there is not.
const none: ServiceName = \"nosuch\";
console.log(SERVICES[0]?.description);
";
    needs::program("node")?;
    let tsc = "tests/readers/node_modules/typescript/bin/tsc";
    needs::installed(tsc, "npm ci --prefix tests/readers")?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("main.ts"), MAIN).unwrap();
    let options = "--strict --noUncheckedIndexedAccess --target es2022 --module nodenext main.ts";
    assert_prints_services("ports.ts.j2", path, || {
        let mut compile = Command::new("node");
        compile
            .current_dir(path)
            .arg(root().join(tsc))
            .args(options.split(' '));
        output(&mut compile);
        output(Command::new("node").current_dir(path).arg("main.js"))
    });
    made("ports.ts.j2", path);
    fs::write(
        path.join("main.ts"),
        "import { PORTS } from \"./ports\";\nexport const ssh: 22 = PORTS.ssh;\n",
    )
    .unwrap();
    output(
        Command::new("node")
            .current_dir(path)
            .arg(root().join(tsc))
            .args(["--strict", "--noEmit", "--target", "es2022", "main.ts"]),
    );
    Ok(())
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

fn portconv_reads_its_own_markdown_back() -> Outcome {
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
    Ok(())
}

/// A table whose words mean something in Python and in HTML.
const ODD: &str = r#"
| Port | TCP | UDP | Description |
|--|--|--|--|
| 7000 | Yes | No | Odd "quotes" 'single' \\ back & amp é 🙂 `</code><b>` {{ x }} """ |
"#;

/// What a shipped template makes of the odd table.
fn made_of_odd(template: &str, folder: &Path) {
    fs::write(folder.join("odd.md"), ODD).unwrap();
    let template = root().join("templates").join(template);
    let template = template.to_str().unwrap();
    // Whose data it is stands in a comment.
    let title = "--title=Ours\n} evil \u{2028}{ */ --> \"\"\" \\";
    let run = portconv(
        folder,
        &["-q", "--template", template, title, "-o", "./", "odd.md"],
    );
    assert!(run.status.success());
    let file = folder.join(Path::new(template).file_stem().unwrap());
    let made = fs::read_to_string(file).unwrap();
    assert!(
        !made.lines().any(|line| line.starts_with("} evil")),
        "{made}"
    );
}

fn description_of_odd(folder: &Path) -> String {
    let json = portconv(folder, &["-q", "-f", "json", "-o", "-", "odd.md"]);
    let tree: Value = serde_json::from_slice(&json.stdout).unwrap();
    tree["records"][0]["description"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Python has each line of the services file, and finds it by port, by name and by alias.
fn python_imports_its_module() -> Outcome {
    const SCRIPT: &str = "
import ports, sys
for s in ports.SERVICES:
    assert ports.by_port(s.port, s.protocol) == s
    assert all(ports.by_name(name.upper(), s.protocol) == s for name in (s.name, *s.aliases))
    print(s.name, f'{s.port}/{s.protocol}', *s.aliases)
assert ports.by_port(70000) is None and ports.by_name('nosuch') is None
sys.stderr.write(ports.SERVICES[0].description)
";
    needs::program("python3")?;
    let folder = tempfile::tempdir().unwrap();
    let python = || {
        let run = Command::new("python3")
            .current_dir(folder.path())
            .args(["-B", "-W", "error", "-c", SCRIPT])
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.success(), "{said}");
        (String::from_utf8(run.stdout).unwrap(), said)
    };
    made("ports.py.j2", folder.path());
    assert_eq!(python().0.lines().collect::<Vec<_>>(), service_lines());

    made_of_odd("ports.py.j2", folder.path());
    assert_eq!(python().1, description_of_odd(folder.path()));
    Ok(())
}

/// Chromium lists each record that is in use, and takes no words for elements.
fn a_browser_shows_its_cheat_sheet() -> Outcome {
    needs::program("chromium")?;
    let folder = tempfile::tempdir().unwrap();
    let items = || -> Vec<String> {
        let run = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
            .arg(folder.path().join("cheat-sheet.html"))
            .output()
            .unwrap();
        let page = String::from_utf8(run.stdout).unwrap();
        page.lines()
            .filter(|line| line.starts_with("<li>"))
            .map(String::from)
            .collect()
    };
    made("cheat-sheet.html.j2", folder.path());
    let protocols = |record: &Value| {
        let used = ["tcp", "udp", "sctp", "dccp"]
            .into_iter()
            .filter(|p| is_in_use(&record[*p]));
        used.collect::<Vec<_>>().join(" ")
    };
    let expected: Vec<_> = records()
        .iter()
        .filter(|record| record["name"].is_string() && !protocols(record).is_empty())
        .map(|record| {
            let (name, first, last) =
                (&record["name"], &record["first_port"], &record["last_port"]);
            let ports = if first == last {
                format!("{first}")
            } else {
                format!("{first}–{last}")
            };
            let name = name.as_str().unwrap();
            format!(
                "<li><b>{ports}</b> <code>{name}</code> <i>{}</i>",
                protocols(record)
            )
        })
        .collect();
    let shown = items();
    assert_eq!(shown.len(), expected.len());
    for (shown, expected) in shown.iter().zip(&expected) {
        assert!(shown.starts_with(expected), "{shown} {expected}");
    }

    made_of_odd("cheat-sheet.html.j2", folder.path());
    let words = description_of_odd(folder.path());
    let escaped = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let [item] = items().try_into().unwrap();
    assert!(
        item.ends_with(&format!("<span>{escaped}</span></li>")),
        "{item}"
    );
    Ok(())
}
