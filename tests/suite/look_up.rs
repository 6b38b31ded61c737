//! `portconv lookup`: what uses a port, from every kind of file.

use std::fs;

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
        out.contains("registered with IANA; the table has no row for it"),
        "{out}"
    );
    let answer = &json(&["3306"])[0];
    assert_eq!(
        (&answer["from"], &answer["id"]),
        (&"iana".into(), &Value::Null)
    );
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
