//! The README and the pages in docs/ are true: every format, code, count and link.

use crate::support;

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use tempfile::TempDir;

use portconv::Source;
use portconv::diagnostic::Code;
use portconv::emit::EMITTERS;
use portconv::{BUILTIN, Options, convert};

/// Compares a table of a page with what it should be; `PORTCONV_ACCEPT=1` writes it.
fn assert_table(page: &str, header: &str, rows: &[String]) {
    let text = support::page(page);
    let start = text
        .find(header)
        .unwrap_or_else(|| panic!("{page} has no table {header}"));
    let body = start + text[start..].match_indices('\n').nth(1).unwrap().0 + 1;
    let end = text[body..]
        .find("\n\n")
        .map_or(text.len(), |end| body + end + 1);
    let made = format!("{}{}{}", &text[..body], rows.concat(), &text[end..]);
    support::assert_same(&support::root().join(page), made.as_bytes());
}

#[test]
fn every_format_is_listed() {
    let row = |emitter: &&dyn portconv::emit::Emitter| {
        let default = if emitter.format().is_default {
            "yes "
        } else {
            ""
        };
        format!(
            "| `{}` | `{}` | {} | {default}|\n",
            emitter.format().name,
            emitter.format().path,
            emitter.format().purpose
        )
    };
    assert_table(
        "README.md",
        "| format | file |",
        &EMITTERS.iter().map(row).collect::<Vec<_>>(),
    );
}

#[test]
fn every_code_is_explained() {
    let row = |code: &Code| {
        format!(
            "| [`{0}`](#{0}) | {1} | {2} |\n",
            code.name(),
            code.severity().name(),
            code.explanation()
        )
    };
    assert_table(
        "docs/diagnostics.md",
        "| code | severity |",
        &Code::ALL.iter().map(row).collect::<Vec<_>>(),
    );
}

#[test]
fn counts_are_those_of_the_seed() {
    let source = Source::decode(BUILTIN.0, BUILTIN.1).unwrap();
    let conversion = convert(&[source], &Options::default());
    let count = |code| conversion.counts[&code];
    let records = conversion.dataset.records.len();
    let (services, shifted) = (conversion.dataset.services.len(), count(Code::ShiftedRow));
    for words in [
        format!("{records} records and {services} services"),
        format!("Of {records} records, {shifted} came from rows like this one"),
        format!("{} pieces of garbled text", count(Code::Mojibake)),
        format!(
            "{} of those blanks mean “same as TCP”",
            count(Code::MergedCell)
        ),
    ] {
        support::assert_says("README.md", &words);
    }
}

#[test]
fn the_record_shown_is_the_record_made() {
    let json = fs::read_to_string(support::root().join("output/ports.json")).unwrap();
    let readme = support::page("README.md");
    let shown = readme
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("\n```")
        .next()
        .unwrap();
    assert!(json.contains(shown), "{shown}");
}

#[test]
fn every_source_file_has_its_line() {
    let page = support::page("docs/how-it-works.md");
    for file in fs::read_dir(support::root().join("src")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "lib.rs" || page.contains(&format!("`{name}")),
            "{name}"
        );
    }
}

/// Every page of the documentation, by its path in the package.
fn pages() -> Vec<String> {
    let docs = fs::read_dir(support::root().join("docs")).unwrap();
    let names = docs.map(|page| page.unwrap().file_name().into_string().unwrap());
    let names = names.filter(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "md")
    });
    let mut pages: Vec<_> = names.map(|name| format!("docs/{name}")).collect();
    pages.sort();
    pages.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(String::from));
    pages
}

/// A link to a file leads to one, and a link to a heading leads to one.
#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for page in pages() {
        let text = support::page(&page);
        let folder = support::root().join(&page);
        let folder = folder.parent().unwrap();
        for target in found(r"\]\(([^)]*)\)", &text) {
            if target.contains(':') || target.starts_with('…') {
                continue;
            }
            followed += 1;
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() {
                support::root().join(&page)
            } else {
                folder.join(file)
            };
            assert!(path.exists(), "{page} links to {target}");
            if !heading.is_empty() {
                let linked = fs::read_to_string(&path).unwrap();
                let mut headings = linked.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.any(|line| anchor(line) == heading),
                    "{page} links to {target}"
                );
            }
        }
    }
    assert!(followed > 5, "{followed} links");
}

/// What the group of a pattern holds wherever the pattern stands in a text.
fn found<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    let pattern = Regex::new(pattern).unwrap();
    let all = pattern.captures_iter(text);
    all.map(|found| found.get(1).unwrap().as_str()).collect()
}

/// The fragment that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let words = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = words
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The README is an overview; more belongs into docs/, and each page there has its link.
#[test]
fn the_readme_is_short_and_leads_to_every_page() {
    let readme = support::page("README.md");
    assert!(readme.lines().count() <= 150, "{}", readme.lines().count());
    for page in pages().iter().filter(|page| *page != "README.md") {
        assert!(
            readme.contains(&format!("({page})")),
            "README.md has no link to {page}"
        );
    }
}

/// A copy of what the commands of the documentation work on.
fn clone_with_tables() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let copy = "cp -r \"$0\"/seeds \"$0\"/templates \"$0\"/docs \"$0\"/examples \"$0\"/README.md .; mkdir output; cp \"$0\"/output/* output";
    let copied = Command::new("sh")
        .args(["-c", copy])
        .arg(support::root())
        .current_dir(folder.path())
        .status();
    assert!(copied.unwrap().success());
    let table = "| Port | TCP | UDP | Description |\n|--|--|--|--|\n| 22 | Yes | No | Secure Shell (SSH) |\n";
    for name in [
        "ports.md",
        "old.md",
        "new.md",
        "docs/ports.md",
        "new-state.md",
    ] {
        fs::write(folder.path().join(name), table).unwrap();
    }
    let page = "<table><tr><th>Port<th>TCP<th>UDP<th>Use<tr><td>22<td colspan=2>Yes<td>Secure Shell</table>\n";
    fs::create_dir(folder.path().join("ports")).unwrap();
    fs::write(folder.path().join("ports/page.html"), page).unwrap();
    fs::write(folder.path().join("page.html"), page).unwrap();
    let names = support::root().join("seeds/service-names.csv");
    fs::copy(names, folder.path().join("ports/service-names.csv")).unwrap();
    for name in ["ports.txt.j2", "a.txt.j2", "b.txt.j2"] {
        fs::write(folder.path().join(name), "{{ records | length }}\n").unwrap();
    }
    folder
}

/// The commands of each block of a page, without comments: `sh` whole, and what follows `$ ` in `console`.
fn blocks(page: &str) -> Vec<Vec<String>> {
    let text = support::page(page).replace("\\\n", " ");
    let blocks = Regex::new(r"(?s)```(sh|console)\n(.*?)```").unwrap();
    let commands = |(_, [language, block]): (&str, [&str; 2])| {
        let lines = block.lines().filter_map(|line| match language {
            "console" => line.strip_prefix("$ "),
            _ => Some(line),
        });
        let commands = lines.map(|line| line.split(" # ").next().unwrap().trim());
        commands
            .filter(|line| !line.is_empty())
            .map(String::from)
            .collect()
    };
    blocks
        .captures_iter(&text)
        .map(|found| commands(found.extract()))
        .collect()
}

/// The program of a command, behind settings of its environment.
fn program(command: &str) -> &str {
    command.split(' ').find(|word| !word.contains('=')).unwrap()
}

/// Programs that build, change the machine, reach a network or do not end; CI and `tests/readers` run them.
const ELSEWHERE: [&str; 9] = [
    ".ci/run",
    "cargo",
    "curl",
    "datasette",
    "git",
    "nmap",
    "sudo",
    "tshark",
    "man",
];

/// The page of tables names every syntax, and the endings of its files.
#[test]
fn every_syntax_is_named() {
    let page = support::page("docs/tables.md");
    for syntax in portconv::SYNTAXES {
        let endings: Vec<_> = syntax
            .endings
            .iter()
            .map(|ending| format!("`.{ending}`"))
            .collect();
        let row = format!("| `--from {}` | {} |", syntax.name, endings.join(", "));
        assert!(page.contains(&row), "docs/tables.md has no {row}");
    }
}

/// The pages whose commands work on a clone; those of the others work anywhere.
const IN_A_CLONE: [&str; 4] = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/ci.md",
    "docs/facts.md",
];

/// Every command that the documentation shows runs as it is written, one after another in a copy of the
/// repository for each page. What looks for differences may find some.
#[test]
fn commands_run_as_written() {
    let bin = Path::new(env!("CARGO_BIN_EXE_portconv")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = tempfile::tempdir().unwrap();
    let bash = |folder: &Path, command: &str| {
        let mut bash = Command::new("bash");
        bash.args(["-c", command])
            .current_dir(folder)
            .env("PATH", &path)
            .env("HOME", home.path());
        bash.output().unwrap()
    };
    let mut run = 0;
    // Those of docs/diagnostics.md have tables of their own, and a test beside them.
    let pages = pages();
    let others = ["CHANGELOG.md", "docs/diagnostics.md"];
    for page in pages.iter().filter(|page| !others.contains(&page.as_str())) {
        let clone = clone_with_tables();
        if !IN_A_CLONE.contains(&page.as_str()) {
            fs::remove_dir_all(clone.path().join("seeds")).unwrap();
        }
        for block in blocks(page) {
            let mut folder = clone.path().to_owned();
            for command in block {
                let program = program(&command);
                if program == "cd" {
                    let into = folder.join(command.split(' ').nth(1).unwrap());
                    // The clone itself is where it begins.
                    folder = if into.is_dir() { into } else { folder };
                    continue;
                }
                let is_there = bash(&folder, &format!("command -v {program}"))
                    .status
                    .success();
                let lacks_nmap =
                    command.contains("/usr/share/nmap") && !Path::new("/usr/share/nmap").exists();
                if ELSEWHERE.contains(&program) || !is_there || lacks_nmap {
                    continue;
                }
                let output = bash(&folder, &command);
                let compares = ["--check", "diff", "--strict", "-D "]
                    .iter()
                    .any(|word| command.contains(word));
                let said = String::from_utf8_lossy(&output.stderr);
                let code = output.status.code();
                assert!(
                    code.is_some_and(|code| code <= i32::from(compares)),
                    "{page}: {command}\n{said}"
                );
                run += 1;
            }
        }
    }
    assert!(run > 25, "{run} commands");
}
