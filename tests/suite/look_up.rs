//! `portconv lookup`: what uses a port, from every kind of file.

use std::fs;

use portconv::lookup::{Entry, Origin, Query, Table};
use portconv::{BUILTIN, Options, PortRange, Source, convert};
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
        let free = table.free(PortRange::new(first, last).unwrap());
        free.iter()
            .map(|ports| (ports.first(), ports.last()))
            .collect::<Vec<_>>()
    };
    assert_eq!(free(4503, 4509), [(4504, 4509)]);
    assert_eq!(free(22, 24), []);
    let near = |words: &str| table.nearest(&Query::parse_all(&[words]).unwrap()[0]);
    for (words, name) in [
        ("postgrseql", Some("postgresql")),
        ("kerberso", Some("kerberos")),
        // The table's own name is the nearest.
        ("htps", Some("https")),
        ("smtpx", Some("smtp")),
        ("xy", None),
        ("qqqqqqq", None),
    ] {
        assert_eq!(near(words).as_deref(), name);
    }
}
