//! `portconv lookup`: what uses a port, from every kind of file.

use std::fs;

use portconv::lookup::{Entry, Origin, Query, Table};
use portconv::{BUILTIN, Options, Source, convert};
use serde_json::Value;

use crate::support::{portconv, root};

/// Exit code, standard output, standard error.
fn look_up(arguments: &[&str]) -> (i32, String, String) {
    let run = portconv(root(), &[&["lookup"], arguments].concat());
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        run.status.code().unwrap(),
        text(&run.stdout),
        text(&run.stderr),
    )
}

fn json(arguments: &[&str]) -> Vec<Value> {
    let (code, out, err) = look_up(&[&["--json"], arguments].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_port_is_answered_in_columns() {
    let (code, out, _) = look_up(&["53/udp"]);
    assert_eq!(code, 0);
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert!(lines[0].starts_with("PORT  STATUS        NAME"), "{out}");
    assert!(
        lines[1].starts_with("53    tcp, udp yes  domain (dns"),
        "{out}"
    );
    assert!(lines[1].ends_with("Domain Name System (DNS)"), "{out}");
    assert!(
        !out.contains('\u{1b}'),
        "no colors where there is no terminal"
    );
}

#[test]
fn a_word_that_nothing_matches_hides_no_answer_to_the_others() {
    let (code, out, err) = look_up(&["gopher", "qqqq"]);
    assert_eq!(code, 0);
    assert!(out.contains("70    ") && out.lines().count() == 2, "{out}");
    let all = "nothing matches all of \"gopher qqqq\"; each word on its own:";
    assert!(
        err.contains(all) && err.contains("nothing found for qqqq:"),
        "{err}"
    );
}

#[test]
fn every_kind_of_input_gives_the_same_answer() {
    let builtin = json(&["wol", "71-74", "53"]);
    assert_eq!(builtin[0]["name"], "wake-on-lan");
    assert_eq!(builtin[0]["udp"], "unofficial");
    assert_eq!(builtin[0]["from"], "table");
    for file in [
        "seeds",
        "seeds/well-known-ports.md",
        "output/ports.json",
        "output/ports.sqlite",
    ] {
        assert_eq!(json(&["wol", "71-74", "53", "-f", file]), builtin, "{file}");
    }
}

#[test]
fn a_port_outside_the_table_is_ianas() {
    let (code, out, _) = look_up(&["mysql"]);
    assert_eq!(code, 0);
    assert!(out.contains("3306  tcp, udp registered  mysql"), "{out}");
    assert!(
        out.contains("registered with IANA, not in the table"),
        "{out}"
    );
    let answer = &json(&["3306"])[0];
    assert_eq!(
        (&answer["from"], &answer["id"]),
        (&"iana".into(), &Value::Null)
    );
}

#[test]
fn a_table_of_ones_own_is_told_apart_from_ianas_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.md");
    let table = "| Port | Protocol | Name |\n|--|--|--|\n| 22 | TCP | bastion |\n| 80 | TCP | web |\n| 4000-4010 | UDP | game |\n";
    fs::write(&path, table).unwrap();
    let names = |query: &str| {
        let answers = json(&[query, "-f", path.to_str().unwrap()]);
        let name = |it: &Value| format!("{} {} {}", it["from"], it["first_port"], it["name"]);
        let names = answers.iter().map(name).collect::<Vec<_>>().join("; ");
        names.replace('"', "")
    };
    assert_eq!(names("22 80"), "table 22 bastion; table 80 web");
    assert_eq!(names("53/udp"), "iana 53 domain");
    assert!(names("80/udp").starts_with("iana 80 http; iana 80 www"));
    assert_eq!(names("game-11"), "table 4000 game");
    assert_eq!(names("1024"), "iana 1024 null");
    let (code, out, err) = look_up(&["--free", "53"]);
    assert_eq!(
        (code, &*out, &*err),
        (1, "", "portconv: no port in this range is free\n")
    );
    let free = json(&["--free", "4501"]);
    assert_eq!(free[0]["last_port"], 4501);
}

#[test]
fn nothing_says_what_was_looked_through() {
    let (code, out, err) = look_up(&["65535"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "portconv: nothing found for 65535: the table covers ports 0 to 1023, and IANA has no name for it either\n"
    );
    let (code, out, err) = look_up(&["65535", "53"]);
    assert!(code == 0 && out.contains("domain") && err.contains("65535"));
    assert_eq!(look_up(&["--json", "65535"]).1, "[]\n");
}

#[test]
fn what_cannot_be_looked_up_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let damaged = folder.path().join("ports.sqlite");
    fs::write(&damaged, b"SQLite format 3\0and no more").unwrap();
    let damaged = damaged.to_str().unwrap();
    for arguments in [
        &["99999"][..],
        &["53/icmp"],
        &["53", "-f", damaged],
        &["53", "-f", "README.md"],
    ] {
        let (code, out, err) = look_up(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?} {err}");
        assert!(err.starts_with("portconv: "), "{err}");
    }
}

/// Such a file cannot be opened in memory as it stands.
#[test]
fn a_database_in_wal_mode_is_looked_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ports.sqlite");
    fs::copy(root().join("output/ports.sqlite"), &path).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let mode = "pragma journal_mode = wal";
    let mode: String = connection.query_row(mode, [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    drop(connection);
    let (code, out, err) = look_up(&["53", "-f", path.to_str().unwrap()]);
    assert!(code == 0 && out.contains("domain"), "{err}");
}

/// An index that is another's: rows can be read, but nothing says that they are all.
#[test]
fn nothing_is_looked_up_in_a_damaged_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ports.sqlite");
    fs::copy(root().join("output/ports.sqlite"), &path).unwrap();
    let damage = "pragma writable_schema = on; update sqlite_schema set rootpage =
        (select rootpage from sqlite_schema where type = 'index' and name <> 'records_by_name')
        where name = 'records_by_name'";
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch(damage).unwrap();
    drop(connection);
    let path = path.to_str().unwrap();
    let (code, out, err) = look_up(&["53", "-f", path]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("records_by_name"), "{err}");
}

#[test]
fn a_file_cannot_steer_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ports.json");
    let odd = fs::read_to_string(root().join("output/ports.json")).unwrap();
    let odd = odd.replace("Domain Name System", "Domain\\u001b[31m\\u202eName System");
    fs::write(&path, odd).unwrap();
    let (_, out, _) = look_up(&["53", "-f", path.to_str().unwrap()]);
    assert!(
        out.contains("Domain\\u{1b}[31m\\u{202e}Name System"),
        "{out}"
    );
}

/// The compiled-in table.
fn builtin() -> Table {
    let (path, text) = BUILTIN;
    let source = Source::decode(path, text).unwrap();
    Table::new(&convert(&[source], &Options::default()).dataset)
}

fn found(query: &str) -> Vec<String> {
    let table = builtin();
    let queries = Query::parse_all(&[query]).unwrap();
    let entries = queries.iter().flat_map(|query| table.find(query));
    let shown = |entry: Entry| {
        let mark = if entry.from == Origin::Iana {
            "iana "
        } else {
            ""
        };
        format!(
            "{mark}{} {}",
            entry.ports.first(),
            entry.name.map(|name| name.to_string()).unwrap_or_default()
        )
    };
    entries.map(shown).collect()
}

#[test]
fn ports_are_found_however_they_are_written() {
    for query in [
        "53", ":53", "#53", "port 53", "53/udp", "53/TCP", "53-53", "tcp/53", " 53 ",
    ] {
        assert_eq!(found(query), ["53 domain"], "{query}");
    }
    assert_eq!(found("80,443/tcp"), ["80 http", "443 https"]);
    assert_eq!(found("72"), ["71 netrjs"]);
    assert_eq!(found("53/dccp"), [""; 0]);
}

#[test]
fn the_nearest_name_is_the_tables_own() {
    let nearest = |query: &str| {
        let table = builtin();
        table.nearest(&Query::parse_all(&[query]).unwrap()[0])
    };
    assert_eq!(nearest("htps").as_deref(), Some("https"));
    assert_eq!(nearest("sssh").as_deref(), Some("ssh"));
    assert_eq!(nearest("smtpx").as_deref(), Some("smtp"));
    assert_eq!(nearest("xy"), None);
    assert_eq!(nearest("frobnicate"), None);
}

#[test]
fn names_aliases_and_words_are_found() {
    assert_eq!(found("domain")[0], "53 domain");
    assert_eq!(found("wol")[0], "9 wake-on-lan");
    assert_eq!(found("HTTPS")[0], "443 https");
    assert_eq!(found("kerberos")[0], "88 kerberos");
    assert!(found("kerberos").len() > 5);
    assert_eq!(found("name system domain"), ["53 domain"]);
    assert_eq!(found("kerb")[0], "88 kerberos");
    assert_eq!(found("secur shel")[0], "22 ssh");
    assert_eq!(found("kerbq"), [""; 0]);
}

#[test]
fn what_the_table_does_not_hold_is_answered_from_iana() {
    assert_eq!(found("3306"), ["iana 3306 mysql"]);
    assert_eq!(found("mysql"), ["iana 3306 mysql"]);
    assert_eq!(found("6000-6002"), ["iana 6000 x11"]);
    assert_eq!(found("postgr"), ["iana 5432 postgresql"]);
    assert_eq!(found("qz"), [""; 0]);
    assert_eq!(
        found("1022-1025"),
        [
            "iana 1022 exp2",
            "1023 ",
            "1023 zos-nfs",
            "iana 1024 ",
            "iana 1025 blackjack"
        ]
    );
    assert_eq!(found("65535"), [""; 0]);
}

#[test]
fn what_cannot_be_understood_is_said() {
    for (query, said) in [
        ("65536", "65536 is not a port: ports are 0 to 65535"),
        ("9-7", "9-7 runs backwards: the lower port comes first"),
        (
            "53/icmp",
            "\"53/icmp\": unknown protocol; use one of tcp, udp, sctp, dccp",
        ),
        ("9 – 7", "9 – 7 runs backwards: the lower port comes first"),
        ("port ", "\"port\": a port or a name is needed"),
        (" , ", "expected a port, a range, a name or a word"),
    ] {
        assert_eq!(Query::parse_all(&[query]).unwrap_err().to_string(), said);
    }
}

#[test]
fn words_beside_each_other_are_one_question() {
    let asked = |texts: &[&str]| {
        let queries = Query::parse_all(texts).unwrap();
        queries.iter().map(Query::to_string).collect::<Vec<_>>()
    };
    assert_eq!(asked(&["wake", "on", "LAN/udp"]), ["wake on lan/udp"]);
    assert_eq!(
        asked(&["ssh", "53", "http,https"]),
        ["ssh", "53", "http", "https"]
    );
    assert_eq!(asked(&["8000 - 8010", "udp/53"]), ["8000-8010", "53/udp"]);
}

#[test]
fn free_ports_and_near_names_are_known() {
    let table = builtin();
    let free = |first, last| {
        let free = table.free(&(first..=last));
        free.iter()
            .map(|ports| (ports.first(), ports.last()))
            .collect::<Vec<_>>()
    };
    assert_eq!(free(4503, 4509), [(4504, 4509)]);
    assert_eq!(free(22, 24), []);
    let near = |words: &str| table.nearest(&Query::parse_all(&[words]).unwrap()[0]);
    assert_eq!(near("postgrseql").as_deref(), Some("postgresql"));
    assert_eq!(near("kerberso").as_deref(), Some("kerberos"));
    assert_eq!(near("qqqqqqq"), None);
}
