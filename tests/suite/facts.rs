//! Files of facts: where each comes from, and the round of an edited page: run, see, update, current.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use portconv::dataset::{NameSource, Naming, PortRange, Record, ServiceName};
use portconv::{Names, Source};
use proptest::prelude::*;

use crate::support::{no_facts, portconv, root};

fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path(root().join("seeds").join(name))
        .unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn ports(row: &BTreeMap<String, String>) -> PortRange {
    PortRange::new(
        row["first_port"].parse().unwrap(),
        row["last_port"].parse().unwrap(),
    )
    .unwrap()
}

/// The names that IANA has for each port.
fn iana() -> BTreeMap<u16, BTreeSet<String>> {
    let mut names: BTreeMap<u16, BTreeSet<String>> = BTreeMap::new();
    for row in rows("iana-names.csv") {
        if let Some(name) = ServiceName::respelled(&row["name"]) {
            for port in ports(&row).ports() {
                names.entry(port).or_default().insert(name.to_string());
            }
        }
    }
    names
}

#[test]
fn a_curated_name_says_whether_it_is_that_of_iana() {
    let iana = iana();
    let mut counts = BTreeMap::new();
    for row in rows("service-names.csv") {
        let (ports, name) = (ports(&row), row["name"].as_str());
        let is_of_port = |port: u16| {
            let numbered = format!("{name}-{}", port - ports.first() + 1);
            let names = iana.get(&port);
            names.is_some_and(|names| names.contains(name) || names.contains(&numbered))
        };
        let source = if ports.ports().all(is_of_port) {
            "iana"
        } else {
            "usage"
        };
        assert_eq!(row["source"], source, "{row:?}");
        *counts.entry(source).or_insert(0) += 1;
    }
    assert!(counts["iana"] > 5 * counts["usage"], "{counts:?}");
}

/// The first lines of each file, which are comments.
#[test]
fn every_file_of_facts_says_where_it_comes_from() {
    for (name, words) in [
        ("iana-names.csv", "2026-02-13"),
        ("service-names.csv", "IANA"),
        (
            "blank-cells.csv",
            "84dfd70e76a0757d1e0af2409382814dcf263563b2aa396b04bbdd1efca9d329",
        ),
    ] {
        let text = fs::read_to_string(root().join("seeds").join(name)).unwrap();
        let comments = text.lines().take_while(|line| line.starts_with("# "));
        assert!(comments.collect::<String>().contains(words), "{name}");
    }
}

fn message(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn edit(folder: &Path, name: &str, old: &str, new: &str) {
    let path = folder.join("seeds").join(name);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{old}");
    fs::write(path, text.replacen(old, new, 1)).unwrap();
}

#[test]
fn one_command_brings_facts_and_output_up_to_date_with_a_new_state_of_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("seeds")).unwrap();
    for file in fs::read_dir(root().join("seeds"))
        .unwrap()
        .map(Result::unwrap)
    {
        fs::copy(file.path(), folder.join("seeds").join(file.file_name())).unwrap();
    }
    let facts = || {
        ["blank-cells.csv", "service-names.csv"]
            .map(|name| fs::read_to_string(folder.join("seeds").join(name)).unwrap())
    };
    let committed = facts();
    let update = portconv(folder, &["facts", "update"]);
    assert!(
        message(&update).contains("fact files: 0 written, 2 unchanged"),
        "{}",
        message(&update)
    );
    assert_eq!(facts(), committed);

    // A row is edited, and one has another port.
    edit(
        folder,
        "well-known-ports.md",
        "[Quote of the Day](",
        "[The quote of the day](",
    );
    edit(folder, "well-known-ports.md", "| 37 ", "| 36 ");
    let check = portconv(folder, &["--check", "-D", "stale-fact"]);
    assert_eq!(check.status.code(), Some(1));
    assert_eq!(message(&check).matches("portconv facts update").count(), 2);

    let update = portconv(folder, &["facts", "update"]);
    assert!(update.status.success(), "{}", message(&update));
    assert!(portconv(folder, &["--check", "--strict"]).status.success());
    let [blank_cells, names] = facts();
    assert_eq!(
        blank_cells,
        committed[0]
            .replace(
                "17,17,Quote of the Day (QOTD)",
                "17,17,The quote of the day (QOTD)"
            )
            .replace("37,37,Time Protocol", "36,36,Time Protocol")
    );
    assert!(names.contains("17,17,,The quote of the day (QOTD),qotd,quote,iana\n"));
    assert!(names.contains("36,36,,Time Protocol,time,timserver,iana\n"));
    assert_eq!(names.lines().count(), committed[1].lines().count());
}

#[test]
fn names_that_are_missing_can_be_read_as_names() {
    let folder = tempfile::tempdir().unwrap();
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n| 22 | Yes | No | Secure Shell (SSH) |\n| 6379 | Yes | No | Redis, a key-value store |\n| 7000 | Unofficial | No | Acme, \"quoted\" |\n";
    fs::write(folder.path().join("t.md"), table).unwrap();
    // The shell makes the file before the command reads what stands beside the table.
    let names = || {
        let command = "facts names t.md > service-names.csv";
        let bin = env!("CARGO_BIN_EXE_portconv");
        let shell = Command::new("sh")
            .args(["-c", &format!("{bin} {command}")])
            .current_dir(folder.path())
            .status();
        assert!(shell.unwrap().success());
        fs::read_to_string(folder.path().join("service-names.csv")).unwrap()
    };
    assert_eq!(names().lines().count(), 4);
    fs::remove_file(folder.path().join("service-names.csv")).unwrap();
    let missing = portconv(folder.path(), &["facts", "names", "t.md"]);
    let text = String::from_utf8(missing.stdout).unwrap();
    assert_eq!(
        text,
        "first_port,last_port,protocols,description,name,aliases,source\n\
         6379,6379,,\"Redis, a key-value store\",redis,,registry\n\
         7000,7000,,\"Acme, \"\"quoted\"\"\",acme,,derived: label\n"
    );
    fs::write(folder.path().join("service-names.csv"), text).unwrap();
    let missing = portconv(folder.path(), &["facts", "names", "t.md"]);
    // The file beside the input serves now, and lacks port 22 only.
    let text = String::from_utf8(missing.stdout).unwrap();
    assert!(
        text.contains("22,22,,Secure Shell (SSH),ssh,,registry\n") && text.lines().count() == 2,
        "{text}"
    );
}

#[test]
fn without_files_or_known_spans_there_is_nothing_to_update() {
    let folder = tempfile::tempdir().unwrap();
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n| 22 | Yes | | SSH |\n";
    fs::write(folder.path().join("t.md"), table).unwrap();
    for (arguments, words) in [
        (["facts", "update", "t.md"], "--blank-cells and --names"),
        (["facts", "blank-cells", "t.md"], "HTML"),
    ] {
        let output = portconv(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(message(&output).contains(words), "{}", message(&output));
    }
}

/// What `facts update` makes of a file of names beside a table of ports 7, 9 and 13.
fn updated(names: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n\
         | 7 | Yes | No | Echo |\n| 9 | Yes | No | Discard Protocol |\n| 13 | Yes | No | Daytime |\n";
    fs::write(folder.path().join("t.md"), table).unwrap();
    let path = folder.path().join("service-names.csv");
    fs::write(&path, names).unwrap();
    let update = || {
        let output = portconv(folder.path(), &["facts", "update", "t.md"]);
        assert!(output.status.success(), "{}", message(&output));
        fs::read_to_string(&path).unwrap()
    };
    (update(), update())
}

pub(crate) const HEAD: &str = "first_port,last_port,protocols,description,name,aliases,source";

/// The file before and after: only the lines that must change do, in their own way of writing.
#[test]
fn files_are_updated_as_a_person_would() {
    for (before, after) in [
        // No last line end.
        (
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Discard Protocol,discard,,me",
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Discard Protocol,discard,,me\n13,13,,Daytime,daytime,,registry\n",
        ),
        // CRLF, comments, blank lines, quotes and columns of one's own.
        (
            "# mine\r\nHEAD,note\r\n\r\n# on echo\r\n7,7,,Echo,\"echo\",,me,\"a, b\"\r\n# at the end\r\n9,9,,Discard Protocol,discard,,me,\r\n# last",
            "# mine\r\nHEAD,note\r\n\r\n# on echo\r\n7,7,,Echo,\"echo\",,me,\"a, b\"\r\n# at the end\r\n9,9,,Discard Protocol,discard,,me,\r\n13,13,,Daytime,daytime,,registry,\r\n# last",
        ),
        // Both lines of an edited row stay, with all that was written in them.
        (
            "HEAD\n7,7,,Echo,echo,,me\n9,9,tcp,The Discard service,sink,\"null;void\",me\n9,9,udp,The Discard service,sink,,me\n13,13,,Daytime,daytime,,me\n# end\n",
            "HEAD\n7,7,,Echo,echo,,me\n9,9,tcp,Discard Protocol,sink,\"null;void\",me\n9,9,udp,Discard Protocol,sink,,me\n13,13,,Daytime,daytime,,me\n# end\n",
        ),
        // A row that is gone, with a comment above it that is about more.
        (
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Discard Protocol,discard,,me\n# others\n11,11,,Systat,systat,,me\n13,13,,Daytime,daytime,,me\n",
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Discard Protocol,discard,,me\n# others\n13,13,,Daytime,daytime,,me\n",
        ),
        // Another service on the port: a person has to say whether the name is still that.
        (
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Rubbish,bin,,me\n13,13,,Daytime,daytime,,me\n",
            "HEAD\n7,7,,Echo,echo,,me\n9,9,,Rubbish,bin,,me\n13,13,,Daytime,daytime,,me\n",
        ),
        // Nothing.
        (
            "",
            "HEAD\n7,7,,Echo,echo,,registry\n9,9,,Discard Protocol,discard,,registry\n13,13,,Daytime,daytime,,registry\n",
        ),
        // Nothing but comments.
        (
            "# mine\r\n",
            "# mine\r\nHEAD\r\n7,7,,Echo,echo,,registry\r\n9,9,,Discard Protocol,discard,,registry\r\n13,13,,Daytime,daytime,,registry\r\n",
        ),
        // A byte order mark, and what looks encoded twice or holds a control character.
        (
            "\u{feff}HEAD\n7,7,,Echo,echo,,\u{1b}me\n9,9,,Discard Protocol,discard,,a â€“ b\n",
            "\u{feff}HEAD\n7,7,,Echo,echo,,\u{1b}me\n9,9,,Discard Protocol,discard,,a â€“ b\n13,13,,Daytime,daytime,,registry\n",
        ),
        // Nothing but columns.
        (
            "HEAD",
            "HEAD\n7,7,,Echo,echo,,registry\n9,9,,Discard Protocol,discard,,registry\n13,13,,Daytime,daytime,,registry\n",
        ),
    ] {
        let [before, after] = [before, after].map(|text| text.replace("HEAD", HEAD));
        let (once, twice) = updated(&before);
        assert_eq!(once, after);
        assert_eq!(twice, once);
    }
}

/// Words that were added at the end of a row are told where a file quotes whole rows, not where it quotes starts.
#[test]
fn words_added_to_a_row_make_its_facts_stale() {
    let folder = tempfile::tempdir().unwrap();
    let table = |words: &str| {
        let head = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n";
        format!("{head}| 7 | Yes | No | Echo |\n| 9 | Yes | No | Discard{words} |\n")
    };
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("t.md", &table(""));
    let names = portconv(folder.path(), &["facts", "names", "t.md"]).stdout;
    write("service-names.csv", &String::from_utf8(names).unwrap());
    write("t.md", &table(", now gone"));
    let check = || message(&portconv(folder.path(), &["-f", "csv", "-o", "-", "t.md"]));
    let told = check();
    assert!(told.contains("t.md:4:1: warning[stale-fact]: the facts about this row were made for port 9 and \"Discard\""), "{told}");
    assert!(
        portconv(folder.path(), &["facts", "update", "t.md"])
            .status
            .success()
    );
    let updated = fs::read_to_string(folder.path().join("service-names.csv")).unwrap();
    assert!(
        updated.ends_with("\n9,9,,\"Discard, now gone\",discard,,registry\n"),
        "{updated}"
    );
    assert!(!check().contains("stale-fact"));
    let starts = format!("{HEAD}\n7,7,,Ec,echo,,me\n9,9,,Dis,discard,,me\n");
    write("service-names.csv", &starts);
    assert!(!check().contains("stale-fact"));
}

/// A line about one of them would rename the other.
#[test]
fn rows_that_are_alike_but_named_apart_get_no_line() {
    let table = "| Port | TCP | UDP | Service | Description |\n|--|--|--|--|--|\n\
         | 80 | Yes | No | http-alt | Domain Name System (DNS) |\n| 80 | Yes | No |  | Domain Name System (DNS) |\n\
         | 591 | Yes | No |  | FileMaker 6.0 Web Sharing (HTTP Alternate) |\n";
    let line = "591,591,,FileMaker 6.0 Web Sharing (HTTP Alternate),http-alt,,registry\n";
    let head = format!("{HEAD}\n");
    assert_eq!(renewed_names(table, &head), head.clone() + line);
}

/// Without the lines about the first row, the next run would take the second for the one that was edited.
#[test]
fn nothing_is_written_about_ports_that_wait_for_a_person() {
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n| 1 | Yes | Yes | Discard |\n\
         | 5 | Yes | Yes | Foo Bar |\n| 5 | Yes | Yes | used by all |\n\
         | 1 | Yes | Yes | Discard, now gone |\n| 3 | Yes | Yes | Discard |\n";
    let names = format!("{HEAD}\n5,5,,Foo Bar,a,,me\n3,3,,\"Discard, now gone\",a,,me\n");
    assert_eq!(renewed_names(table, &names), names);
}

/// A file of names, brought up to date with a table.
pub(crate) fn renewed_names(table: &str, names: &str) -> String {
    let names = Names::read(Source::decode("n.csv", names).unwrap()).ok();
    let mut options = no_facts();
    options.facts.names = names;
    portconv::renewed_facts(&[Source::decode("t.md", table).unwrap()], &options).1
}

/// A name that two rows state and neither has is no alias of a row that an update writes a line about.
#[test]
fn an_update_gives_no_name_that_made_way() {
    let table = "| Port | TCP | UDP | Service | Description |\n|--|--|--|--|--|\n\
         | 853 | Yes | No | http | Domain Name System (DNS) |\n| 53 | Yes | No | http-alt | Hypertext Transfer Protocol (HTTP) |\n\
         | 50000 | Yes | No | dns | Hypertext Transfer Protocol (HTTP) |\n| 8080 | Yes | No | http | Jump host |\n";
    let before = named_records(table, HEAD);
    let updated = renewed_names(table, HEAD);
    assert!(updated.contains("\n853,853,,"), "{updated}");
    let names = |records: Vec<Record>| -> Vec<Vec<_>> {
        let names = records
            .iter()
            .map(|it| it.naming.iter().flat_map(Naming::names).collect());
        names.collect()
    };
    assert_eq!(
        names(named_records(table, &updated)),
        names(before),
        "{updated}"
    );
}

/// A table of services that people put on several ports, with a column of names in some rows, and names for some of it.
fn contested_table_and_names() -> impl Strategy<Value = (String, String)> {
    const PORTS: [u16; 7] = [53, 80, 591, 853, 8008, 8080, 50000];
    const WORDS: [&str; 7] = [
        "FileMaker 6.0 Web Sharing (HTTP Alternate)",
        "Alternative port for HTTP",
        "HTTP Alternate",
        "Domain Name System (DNS)",
        "DNS over TLS",
        "Jump host",
        "MongoDB daemon process",
    ];
    const NAMES: [&str; 6] = ["http-alt", "http", "domain", "dns", "jump", "http-alt-2"];
    let row = (
        prop::sample::select(&PORTS[..]),
        prop::sample::select(&WORDS[..]),
        prop::option::weighted(0.2, prop::sample::select(&NAMES[..])),
    );
    let rows = prop::collection::vec(row, 1..9);
    let name = prop::sample::select(&NAMES[..]);
    let lines = prop::collection::vec((0..9_usize, name.clone(), prop::option::of(name)), 0..3);
    (rows, lines).prop_map(|(rows, lines)| {
        let mut table =
            "| Port | TCP | UDP | Service | Description |\n|--|--|--|--|--|\n".to_owned();
        for (port, words, name) in &rows {
            let _ = writeln!(
                table,
                "| {port} | Yes | No | {} | {words} |",
                name.unwrap_or_default()
            );
        }
        let mut names = HEAD.to_owned() + "\n";
        for (row, name, alias) in lines {
            if let Some((port, words, _)) = rows.get(row) {
                let alias = alias.unwrap_or_default();
                let _ = writeln!(names, "{port},{port},,{words},{name},{alias},me");
            }
        }
        (table, names)
    })
}

/// The records of a table, of which a file names some.
pub(crate) fn named_records(table: &str, names: &str) -> Vec<Record> {
    let mut options = no_facts();
    options.facts.names = Names::read(Source::decode("n.csv", names).unwrap()).ok();
    portconv::convert(&[Source::decode("t.md", table).unwrap()], &options)
        .dataset
        .records
}

/// The line of a row says what the output says, also where another port had to make way.
#[test]
fn an_update_pins_the_usual_name() {
    let table = "| Port | TCP | UDP | Description |\n|--|--|--|--|\n\
         | 591 | Yes | No | FileMaker 6.0 Web Sharing (HTTP Alternate) |\n| 8080 | Yes | No | Alternative port for HTTP |\n";
    let names = format!("{HEAD}\n591,591,,FileMaker,http-alt,,me\n");
    let updated = renewed_names(table, &names);
    assert!(updated.ends_with(",http-alt,,registry\n"), "{updated}");
    let records = named_records(table, &updated).into_iter();
    let names: Vec<_> = records
        .map(|record| record.naming.unwrap().name.to_string())
        .collect();
    assert_eq!(names, ["http-alt-2", "http-alt"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// An update pins names: no record that it writes a line about, or that the table names, has another one behind
    /// it, and none has lost or won an alias. Rows that are alike but named apart get no line, so they may make way for others.
    #[test]
    fn an_update_changes_no_name((table, names) in contested_table_and_names()) {
        let updated = renewed_names(&table, &names);
        let after = named_records(&table, &updated);
        for (old, new) in named_records(&table, &names).iter().zip(after) {
            let is_from = |record: &Record, from| record.naming.as_ref().is_some_and(|it| it.source == from);
            if !is_from(old, NameSource::Stated) && !is_from(&new, NameSource::Curated) {
                continue;
            }
            let name = |record: &Record| Some(record.naming.as_ref()?.name);
            prop_assert_eq!(name(&new), name(old), "{}\n{}", table, updated);
            let names: BTreeSet<_> = new.naming.iter().flat_map(Naming::names).collect();
            let before: BTreeSet<_> = old.naming.iter().flat_map(Naming::names).collect();
            prop_assert_eq!(before, names, "{}\n{}", table, updated);
        }
        prop_assert!(!updated.contains(",stated\n"));
    }
}
