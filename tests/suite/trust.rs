//! What hostile and damaged inputs cannot do: fill memory, act on a terminal, lose or mix data.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use portconv::diagnostic::{Code, MOST_PLACES};
use portconv::emit::EMITTERS;
use portconv::{Options, Source, convert};
use tempfile::TempDir;

use crate::support::{portconv, root};

const HEADER: &str = "| Port | TCP | UDP | Description |\n|--|--|--|--|\n";

/// A folder with a table of some rows.
fn folder(rows: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("ports.md"), format!("{HEADER}{rows}")).unwrap();
    folder
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

fn run(folder: &Path, typed: &str) -> Output {
    portconv(folder, &typed.split(' ').collect::<Vec<_>>())
}

#[test]
fn a_code_lists_its_first_places_and_counts_the_rest_in_every_form() {
    let rows = "| 70000 | Yes | No | Far out |\n".repeat(300);
    let folder = folder(&format!("{rows}| 22 | Yes | No | SSH |\n"));
    let more = "200 more like this; only the first 100 of each code are listed";
    for (form, places) in [
        ("human", "[bad-port]"),
        ("json", "\"code\":\"bad-port\""),
        ("github", "title=bad-port"),
        ("sarif", "\"ruleId\": \"bad-port\""),
    ] {
        let output = run(
            folder.path(),
            &format!("-f csv --message-format {form} ports.md"),
        );
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(printed.matches(places).count(), MOST_PLACES + 1, "{form}");
        assert_eq!(printed.matches(more).count(), 1, "{form}");
        assert!(printed.contains("300 bad-port"), "{form}");
    }
}

/// The first places in the text, whatever stage found them.
#[test]
fn a_list_that_is_cut_holds_the_first_places() {
    let text = format!("{HEADER}{}", "| 22 \u{7} | Yes | | SSH â€“ |\n".repeat(250));
    let source = Source::decode("ports.md", &text).unwrap();
    let sources = [source];
    let conversion = convert(&sources, &Options::default());
    for code in [Code::ControlCharacter, Code::Mojibake, Code::InferredCell] {
        let listed = conversion.diagnostics.iter().filter(|d| d.code == code);
        let lines: Vec<_> = listed.map(|d| sources[0].line(d.span.start)).collect();
        assert_eq!(lines, (3..103).collect::<Vec<_>>(), "{code:?}");
        assert_eq!(conversion.counts[&code], 250, "{code:?}");
    }
}

/// What a hostile character is written as, and that it is reported.
#[test]
fn control_and_direction_characters_reach_no_format() {
    let ways = [
        "\u{1b}[31m",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{61c}",
        "\u{200f}",
        "\u{2028}",
        "\u{7f}",
        "&#x1b;",
        "&#27;",
        "&#x9b;",
        "&#155;",
        "&#x202E;",
        "&#8294;",
        "&rlm;",
        "&#x2028;",
        "&#0;",
        "&#x85;",
        // Encoded twice: U+202E and U+0085.
        "â€®",
        "Â\u{85}",
        // Taking one away must not make another.
        "&\u{202e}#x1b;",
        "&#x1\u{200e}b;",
        "&&#x1b;#x1b;",
    ];
    for way in ways {
        let cells = format!(
            "| 1 | Yes{way}Maybe | No | w{way}x [a{way}b](http://h/{way} \"t{way}\") `c{way}` [^{way}] |\n\n[^{way}]: n{way}m\n"
        );
        let folder = folder(&cells);
        let formats = "json,yaml,csv,ndjson,services,html,nmap,wireshark,datapackage";
        let output = run(folder.path(), &format!("-v -f {formats} -o out/ ports.md"));
        assert_eq!(
            output.status.code(),
            Some(0),
            "{way:?}: {}",
            text(&output.stderr)
        );
        assert!(
            text(&output.stderr).contains("[control-character]"),
            "{way:?}"
        );
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        assert_harmless(&text(&said), way);
        for file in files(&folder.path().join("out")) {
            assert_harmless(&fs::read_to_string(&file).unwrap(), way);
        }
    }
}

/// What no text of an input is: the name of a file, the words of an option.
#[test]
fn control_and_direction_characters_of_paths_and_options_reach_no_format() {
    let hostile = "a\u{1b}[31m\u{9b}\u{202e}\u{2066}b";
    let folder = folder("| 1 | Yes | No | [a](../b) |\n");
    let path = folder.path();
    for name in ["ports.md", "stock"] {
        let text = fs::read_to_string(path.join("ports.md")).unwrap();
        fs::write(path.join(format!("{name}{hostile}")), text).unwrap();
    }
    let stock = format!("stock{hostile}");
    fs::write(path.join(&stock), "ssh\t22/tcp\t0.1\n").unwrap();
    let formats: Vec<_> = EMITTERS
        .iter()
        .map(|emitter| emitter.format().name)
        .collect();
    let source_url = format!("--source-url=http://h/{hostile}");
    let (input, all) = (format!("ports.md{hostile}"), formats.join(","));
    let credit = [
        format!("--title={hostile}"),
        format!("--license={hostile}"),
        source_url,
        format!("--registry={stock}"),
    ];
    let own = format!("own{hostile}");
    fs::write(path.join(&own), "remote 22/tcp\n").unwrap();
    let merge = [stock, own].map(|file| format!("--merge={file}"));
    for arguments in [
        &["-o=out/", "-f", &all][..],
        &["-o=out/merged/nmap", "-f", "nmap", &merge[0]],
        &["-o=out/merged/services", "-f", "services", &merge[1]],
    ] {
        let credit = credit.iter().map(String::as_str);
        let arguments: Vec<_> = [&input, "--from=markdown"]
            .into_iter()
            .chain(credit)
            .chain(arguments.iter().copied())
            .collect();
        let output = portconv(path, &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    let files = files(&path.join("out"));
    assert_eq!(files.len(), EMITTERS.len() + 2);
    for file in files {
        let bytes = fs::read(&file).unwrap();
        let name = file.display().to_string();
        if name.ends_with(".sqlite") {
            let parts = bytes.split(|byte| *byte == 0x1b);
            let escapes = parts.filter(|part| part.starts_with(b"[31m")).count();
            assert_eq!(escapes, 0);
        } else {
            assert_harmless(&text(&bytes).replace('\t', " "), &name);
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Whether no character acts on what shows a text, as such or as JSON, YAML and HTML write it.
fn assert_harmless(text: &str, why: &str) {
    let is_hostile = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
    };
    let found = text.lines().find(|line| line.contains(is_hostile));
    assert_eq!(found, None, "{why:?}");
    for escaped in [
        "\\u001b", "\\u009b", "\\u202e", "\\u2066", "\\e[", "&#27;", "&#x1b;", "&#x1B;",
    ] {
        assert!(
            !text.contains(escaped) || why.contains(escaped),
            "{why:?}: {escaped}"
        );
    }
}

#[test]
fn an_item_of_a_list_in_csv_stays_one_item() {
    let page = "https://en.wikipedia.org/wiki/P#cite_note-";
    let folder = folder(&format!(
        "| 1 | Yes | No | Words[[1]]({page}a;b)[[2]]({page}c) [l](<http://h/x y>) |\n"
    ));
    let output = run(folder.path(), "-q -f csv -o - ports.md");
    let mut reader = csv::Reader::from_reader(&output.stdout[..]);
    let row: std::collections::HashMap<String, String> =
        reader.deserialize().next().unwrap().unwrap();
    assert_eq!(
        row["citations"].split(';').collect::<Vec<_>>(),
        ["a%3Bb", "c"]
    );
    assert_eq!(
        row["links"].split(' ').collect::<Vec<_>>(),
        ["http://h/x%20y"]
    );
}

/// The one line of an error.
fn error(output: &Output) -> String {
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    message
}

/// JSON whose characters are escaped, so that they are whole when it is read.
fn in_ascii(json: &str) -> String {
    let escaped = |c: char| match c {
        ' '..='~' => c.to_string(),
        c => {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            units.fold(String::new(), |text, unit| text + &format!("\\u{unit:04x}"))
        }
    };
    json.chars().map(escaped).collect()
}

/// What acts on a terminal, an annotation or a report, wherever it stands, in every form of message.
#[test]
fn nothing_of_an_input_is_printed_raw() {
    let hostile = "::error::\u{1b}[31m\u{9b}m\u{202e}\u{e0001}##[error]<img src=x>|\r";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let name = format!("{}.md", hostile.replace('/', ""));
    // The end of a line would end the table.
    let cell = hostile.replace('|', "\\|").replace('\r', "");
    let rows = format!(
        "| Port | TCP | UDP | Description | {cell} |\n|--|--|--|--|--|\n| 22 | Yes | {cell} | SSH {cell} [^{cell}] | {cell} |\n| {cell} | No | | | |\n"
    );
    fs::write(path.join(&name), rows).unwrap();
    // A ports.json says what it wants, in values, keys and ids.
    let tree = |value: &str| {
        let mut record = serde_json::json!({
            "id": hostile, "first_port": 1, "last_port": 1, "description": hostile,
            "name": hostile, "aliases": [hostile], "tcp": { "status": hostile },
        });
        record[hostile] = value.into();
        let tree = serde_json::json!({ "records": [record], "sources": [], hostile: value });
        in_ascii(&tree.to_string())
    };
    for (file, value) in [("old.json", "a"), ("new.json", hostile)] {
        fs::write(path.join(file), tree(value)).unwrap();
    }
    let (none, option) = (format!("{hostile}.none"), format!("--{hostile}"));
    fs::write(path.join(&none), "none").unwrap();
    let forms = ["human", "json", "github", "sarif"];
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for form in forms {
        runs.push(vec![
            "-v",
            "-f",
            "json,csv",
            "-o",
            "out/",
            "--message-format",
            form,
            &name,
        ]);
        runs.push(vec![
            "--check",
            "-f",
            "json,csv",
            "-o",
            "old/",
            "--message-format",
            form,
            &name,
        ]);
        runs.push(vec!["--message-format", form, &none]);
        runs.push(vec!["--message-format", form, "--names", &none, &name]);
        runs.push(vec![
            "--message-format",
            form,
            "--template",
            &none,
            "-o",
            "none/",
            &name,
        ]);
    }
    for form in ["human", "markdown", "json"] {
        runs.push(vec![
            "diff",
            "old.json",
            "new.json",
            "--message-format",
            form,
        ]);
        runs.push(vec!["diff", "old.json", &name, "--message-format", form]);
        runs.push(vec!["diff", &none, &name, "--message-format", form]);
    }
    runs.push(vec!["lookup", "1", "-f", "new.json"]);
    runs.push(vec!["lookup", "1", "--json", "-f", "new.json"]);
    runs.push(vec!["lookup", hostile]);
    runs.push(vec![hostile]);
    runs.push(vec![&option]);
    runs.push(vec!["--format", hostile, &name]);
    runs.push(vec!["-f", "csv", "-o", hostile, &none]);
    runs.push(vec!["explain", hostile]);
    // Old files that differ, so that a check speaks of what they say.
    fs::create_dir(path.join("old")).unwrap();
    fs::write(path.join("old/ports.json"), tree("a")).unwrap();
    fs::write(
        path.join("old/ports.csv"),
        format!("id,description\n\"{hostile}\",\"{hostile}\"\n"),
    )
    .unwrap();
    for arguments in runs {
        let output = portconv(path, &arguments);
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert!(!printed.is_empty(), "{arguments:?}");
        // These must come as far as to say what is in the files.
        match arguments[0] {
            "-v" => assert!(output.status.success(), "{arguments:?}: {printed}"),
            "--check" => assert_eq!(output.status.code(), Some(1), "{arguments:?}: {printed}"),
            _ => {}
        }
        for line in printed.lines() {
            assert_line_is_harmless(line, &arguments);
        }
    }
}

fn assert_line_is_harmless(line: &str, arguments: &[&str]) {
    let why = format!("{arguments:?}: {line:?}");
    let is = |form: &str| arguments.contains(&form);
    let acts = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!line.contains(acts), "{why}");
    let is_command = line.trim_start().starts_with("::");
    assert!(
        !is_command || (is("github") && line.contains(" file=")),
        "{why}"
    );
    assert!(
        !line.contains("##[") || is("json") || is("--json") || is("sarif"),
        "{why}"
    );
    if is("markdown") && line.starts_with('|') {
        let without = line.replace("\\<", "").replace("@<!-- -->", "");
        assert!(!without.contains('<'), "{why}");
        assert_eq!(line.replace("\\|", "").matches('|').count(), 5, "{why}");
    }
}

#[test]
fn diff_takes_the_facts_it_is_given() {
    let folder = folder("| 22 | Yes | | Secure Shell |\n");
    let path = folder.path();
    let names = "first_port,last_port,protocols,description,name,aliases\n22,22,tcp,Secure,mine,\n";
    fs::write(path.join("names.csv"), names).unwrap();
    let with_names = "-q -A stale-fact --names names.csv -f json -o a.json ports.md";
    assert!(run(path, with_names).status.success());
    assert!(
        fs::read_to_string(path.join("a.json"))
            .unwrap()
            .contains("\"mine\"")
    );
    let same = run(path, "diff --names names.csv a.json ports.md");
    assert_eq!(
        (same.status.code(), text(&same.stdout)),
        (Some(0), String::new())
    );
    assert_eq!(run(path, "diff a.json ports.md").status.code(), Some(1));
}

#[test]
fn a_table_without_a_readable_row_says_where_and_why() {
    let folder = folder("| 99999 | Yes | No | Far out |\n");
    let told = error(&run(folder.path(), "ports.md"));
    assert!(
        told.starts_with("portconv: ports.md:3:3: no row of the port table could be read"),
        "{told}"
    );
    assert!(
        told.contains("bad-port") && told.contains("99999"),
        "{told}"
    );
    fs::write(folder.path().join("none.md"), HEADER).unwrap();
    let told = error(&run(folder.path(), "none.md"));
    assert_eq!(told, "portconv: the port table in none.md has no rows\n");
}

#[test]
fn a_hostile_template_is_an_error_with_its_line() {
    let folder = folder("| 22 | Yes | No | SSH |\n");
    let path = folder.path();
    let nested = format!("\n{}", "{% if 1 %}".repeat(100_000));
    let parentheses = format!("\n{{{{ {}", "(".repeat(100_000));
    for template in [
        &nested,
        &parentheses,
        "\n{{ 'a' | indent(99999999999) }}",
        "\n{{ 'a' * 99999999999 }}",
        "\n{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "\n{% for a in range(9999) %}{% for b in range(9999) %}{{ 'x' * 9999 }}{% endfor %}{% endfor %}",
        "\n{% macro f(x) %}{{ f(x ~ x) }}{% endmacro %}{{ f('aaaaaaaaaaaaaaaa') }}",
        "\n{% set n = namespace(x='aaaaaaaa') %}{% for a in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "\n{% for a in records recursive %}{{ loop([a]) }}{% endfor %}",
        "\n{{ range(99999999999) }}",
    ] {
        fs::write(path.join("t.txt.j2"), template).unwrap();
        let told = error(&run(path, "-q --template t.txt.j2 ports.md"));
        assert!(
            told.starts_with("portconv: cannot make template: t.txt.j2:2: "),
            "{template:.60}: {told}"
        );
        assert!(!path.join("output").exists());
    }
}

/// SQLite's own word on a file.
fn is_whole(path: &Path) -> bool {
    let check = |connection: rusqlite::Connection| {
        connection.query_row("pragma integrity_check", [], |row| row.get::<_, String>(0))
    };
    rusqlite::Connection::open(path)
        .and_then(check)
        .is_ok_and(|found| found == "ok")
}

/// What does not change a byte of the content, and is found all the same.
#[test]
fn a_database_is_current_only_if_all_of_it_is_the_same() {
    let folder = folder("| 22 | Yes | No | Secure Shell |\n| 80 | Yes | No | Web |\n");
    let path = folder.path();
    assert!(run(path, "-q -f sqlite ports.md").status.success());
    let database = path.join("output/ports.sqlite");
    let made = fs::read(&database).unwrap();
    let check = || run(path, "-q --check -f sqlite ports.md").status.code();
    for damage in [
        "drop view ports",
        "create table more (a)",
        "create trigger more after insert on records begin select 1; end",
        "create index more on records (line)",
        "create view more as select 1",
        "drop index records_by_name",
        "pragma user_version = 7",
        "pragma application_id = 7",
        "pragma auto_vacuum = 2; vacuum",
        "pragma page_size = 8192; vacuum",
        "pragma journal_mode = wal",
        "analyze",
        "insert into records_fts (records_fts) values ('delete-all')",
        "insert into records_fts (records_fts, rowid, name, description) values ('delete', 1, 'ssh', 'Secure Shell')",
        "insert into records_fts (records_fts, rank) values ('automerge', 2)",
        "update records set rowid = 7 where id = '22#1'",
        "update records set description = 'Secure Shelf' where id = '22#1'",
        "update records set line = 99 where id = '22#1'",
        "pragma ignore_check_constraints = on; pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'page', 'PAGE')",
    ] {
        fs::write(&database, &made).unwrap();
        let connection = rusqlite::Connection::open(&database).unwrap();
        connection
            .execute_batch(damage)
            .unwrap_or_else(|error| panic!("{damage}: {error}"));
        drop(connection);
        assert_eq!(check(), Some(1), "{damage}");
    }
    // Lies elsewhere in the file, and says the same.
    fs::write(&database, &made).unwrap();
    let rewritten =
        "create table more (a); insert into more values (zeroblob(9000)); drop table more; vacuum";
    rusqlite::Connection::open(&database)
        .unwrap()
        .execute_batch(rewritten)
        .unwrap();
    assert!(fs::read(&database).unwrap() != made);
    assert_eq!(check(), Some(0));

    for (bytes, told) in [
        (Vec::new(), "it is empty"),
        (vec![0; 5000], "it is not an SQLite database"),
        (
            [&made[..], b"more"].concat(),
            "the records match, but the rest of the file differs",
        ),
        ([&made[..], &[0; 4096][..]].concat(), ""),
        (made[..made.len() - 4096].to_vec(), ""),
    ] {
        fs::write(&database, bytes).unwrap();
        let output = run(path, "--check -f sqlite ports.md");
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(
            text(&output.stderr).contains(told),
            "{}",
            text(&output.stderr)
        );
    }
}

/// Columns that are computed, and a view that never ends, in the place of ours: nothing of it is computed.
#[test]
fn a_hostile_database_takes_no_memory_and_no_time() {
    let folder = folder("| 22 | Yes | No | Secure Shell |\n");
    let path = folder.path();
    assert!(run(path, "-q -f sqlite ports.md").status.success());
    let database = path.join("output/ports.sqlite");
    let made = fs::read(&database).unwrap();
    for (hostile, told) in [
        (
            "create table more (a, b as (hex(zeroblob(200000000)))); insert into more values (1)",
            "table more",
        ),
        (
            "alter table records add column more text as (hex(zeroblob(200000000)))",
            "table records",
        ),
        (
            "drop view ports; alter table records rename to ours; create view records as
             with recursive n (i) as (select 1 union all select i + 1 from n)
             select ours.*, i as rowid from n, ours",
            "records",
        ),
    ] {
        fs::write(&database, &made).unwrap();
        let connection = rusqlite::Connection::open(&database).unwrap();
        connection.execute_batch(hostile).unwrap();
        drop(connection);
        let limited = |typed: &str| {
            let script = format!("ulimit -v 500000; timeout 60 \"$0\" {typed}");
            let mut command = std::process::Command::new("bash");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_portconv")]);
            command.current_dir(path).output().unwrap()
        };
        let check = limited("-q --check -f sqlite ports.md");
        assert_eq!(check.status.code(), Some(1), "{hostile}");
        let said = text(&check.stderr);
        let is_of_ours = told.contains("records");
        let message = if is_of_ours {
            "its schema differs: "
        } else {
            "the records match, but the rest of the file differs"
        };
        assert!(said.contains(message), "{said}");
        let look_up = limited("lookup 22 -f output/ports.sqlite");
        let code = if is_of_ours { 2 } else { 0 };
        assert_eq!(look_up.status.code(), Some(code), "{hostile}");
    }
}

/// Bytes that are wrong anywhere: what SQLite calls broken never passes.
#[test]
fn no_damaged_database_is_current() {
    let folder = folder("| 22 | Yes | No | Secure Shell |\n| 80 | Yes | No | Web |\n");
    let path = folder.path();
    assert!(run(path, "-q -f sqlite ports.md").status.success());
    let database = path.join("output/ports.sqlite");
    let made = fs::read(&database).unwrap();
    let (mut broken, mut seed) = (0, 1_u64);
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for round in 0..150 {
        let mut bytes = made.clone();
        for _ in 0..=round % 4 {
            // Half of them near the start of a page, where its structure is.
            let page = random(bytes.len() / 4096) * 4096;
            let at = page + random(if round % 2 == 0 { 64 } else { 4096 });
            bytes[at] = u8::try_from(random(256)).unwrap();
        }
        fs::write(&database, &bytes).unwrap();
        if !is_whole(&database) {
            broken += 1;
            let output = run(path, "-q --check -f sqlite ports.md");
            assert_eq!(
                output.status.code(),
                Some(1),
                "round {round}: {}",
                text(&output.stderr)
            );
        }
    }
    assert!(broken > 30, "{broken}");
}

/// Data for a standard output that takes none is an error, not lost in silence.
#[cfg(unix)]
#[test]
fn a_standard_output_that_takes_nothing_is_an_error() {
    for arguments in [
        "--builtin -f csv -o -",
        "lookup 53",
        "facts names seeds/well-known-ports.md",
        "explain mojibake",
    ] {
        for (redirection, status) in [(">&-", 2), ("1</dev/null", 2), (">/dev/null", 0)] {
            let command = format!(
                "{} {arguments} {redirection}",
                env!("CARGO_BIN_EXE_portconv")
            );
            let run = Command::new("sh")
                .args(["-c", &command])
                .current_dir(root())
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&run.stderr);
            assert_eq!(run.status.code(), Some(status), "{command}: {told}");
            assert_eq!(
                told.contains("cannot write standard output"),
                status == 2,
                "{command}: {told}"
            );
        }
    }
}
