//! Whose data it is: the page's only where the input is of the page, or what was given; and the command in
//! a file's comment makes that file again.

use std::fs;
use std::path::Path;

use portconv::emit::EMITTERS;
use portconv::{Attribution, Dataset, Options, Source, convert};
use rusqlite::Connection;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support;

const OWN: &str = "# Our ports\n
See the [List of TCP and UDP port numbers](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers).\n
| Port | TCP | Description |\n|---|---|---|\n| 2222 | Yes | [Build farm](/docs/farm) |\n";

fn folder_with(table: &str) -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("our ports.md"), table).unwrap();
    folder
}

fn all_formats() -> String {
    EMITTERS
        .iter()
        .map(|e| e.format().name)
        .collect::<Vec<_>>()
        .join(",")
}

fn run(folder: &Path, arguments: &[&str]) {
    let run = support::portconv(folder, arguments);
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{arguments:?}: {said}");
}

fn json(folder: &Path, path: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.join("output").join(path)).unwrap()).unwrap()
}

#[test]
fn a_table_of_ones_own_is_nobody_elses() {
    let folder = folder_with(OWN);
    run(folder.path(), &["our ports.md", "-f", &all_formats()]);
    for emitter in EMITTERS {
        let bytes = fs::read(folder.path().join("output").join(emitter.format().path)).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for claim in ["wikipedia", "cc-by", "creativecommons", "list of tcp"] {
            assert!(
                !text.contains(claim),
                "{} claims {claim}",
                emitter.format().path
            );
        }
    }
    assert_eq!(
        json(folder.path(), "ports.json")["attribution"],
        Value::Null
    );
    let database = Connection::open(folder.path().join("output/ports.sqlite")).unwrap();
    let count = database.query_one("select count(*) from meta", (), |row| row.get::<_, i64>(0));
    assert_eq!(count.unwrap(), 0);
    let package = json(folder.path(), "datapackage.json");
    assert_eq!(package.get("licenses"), None);
    assert_eq!(package["sources"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_given_stands_in_every_format_with_a_place_for_it() {
    let folder = folder_with(OWN);
    let given = [
        "--title=Ports of Example",
        "--source-url=https://example.org/ports",
        "--license=CC-BY-4.0",
    ];
    let formats = all_formats();
    let arguments: Vec<_> = [["our ports.md", "-f", &formats], given].concat();
    run(folder.path(), &arguments);
    for emitter in EMITTERS {
        let bytes = fs::read(folder.path().join("output").join(emitter.format().path)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let has_no_place = ["csv", "ndjson", "schema"].contains(&emitter.format().name);
        for part in given.map(|given| given.split_once('=').unwrap().1) {
            assert!(
                text.contains(part) || has_no_place,
                "{} lacks {part}",
                emitter.format().path
            );
        }
    }
    let record = &json(folder.path(), "ports.json")["records"][0];
    assert_eq!(record["links"][0]["url"], "https://example.org/docs/farm");
    let license = &json(folder.path(), "datapackage.json")["licenses"][0];
    assert_eq!(
        license["path"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
}

/// The page as Wikipedia's REST interface gives it.
const PARSOID: &str = "<!DOCTYPE html>
<html prefix=\"dc: http://purl.org/dc/terms/\" about=\"https://en.wikipedia.org/wiki/Special:Redirect/revision/1300000000\">
<head><title>List of TCP and UDP port numbers</title></head><body><table>
<tr><th>Port<th>TCP<th>Description<tr><td>22<td>Yes<td>Secure Shell</table></body></html>\n";

#[test]
fn the_revision_of_the_page_stands_wherever_its_title_does() {
    let folder = folder_with(PARSOID);
    let own = PARSOID
        .replace("1300000000", "1")
        .replace("List of", "A list of");
    fs::write(folder.path().join("own.html"), own).unwrap();
    let other = PARSOID
        .replace("1300000000", "1200000000")
        .replace("22", "23");
    fs::write(folder.path().join("other.html"), other).unwrap();
    let revision = |arguments: &[&str]| {
        run(
            folder.path(),
            &[arguments, &["--from=html", "-f=json"]].concat(),
        );
        json(folder.path(), "ports.json")["attribution"]["revision"].as_u64()
    };
    assert_eq!(revision(&["own.html"]), None);
    assert_eq!(revision(&["own.html", "--title=Ours"]), Some(1));
    assert_eq!(revision(&["our ports.md", "other.html"]), None);

    run(
        folder.path(),
        &["our ports.md", "--from=html", "-f", &all_formats()],
    );
    for emitter in EMITTERS {
        let bytes = fs::read(folder.path().join("output").join(emitter.format().path)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let has_no_place = ["csv", "ndjson", "schema"].contains(&emitter.format().name);
        assert!(
            text.contains("1300000000") != has_no_place,
            "{}",
            emitter.format().path
        );
    }
}

#[test]
fn part_of_the_page_is_the_pages() {
    let table = "| Port | TCP | Description |\n|---|---|---|\n| 7 | Yes | Echo[[6]](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6) |\n";
    let folder = folder_with(table);
    run(folder.path(), &["our ports.md", "-f", "json"]);
    let attribution = &json(folder.path(), "ports.json")["attribution"];
    assert_eq!(attribution["title"], "List of TCP and UDP port numbers");
    assert_eq!(attribution["license"], "CC-BY-SA-4.0");
}

const URL: &str = "https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers";

/// A text that is converted with what is given about its source.
fn converted(text: &str, given: &Attribution) -> Dataset {
    let source = Source::decode("t", text).unwrap();
    let options = Options {
        attribution: given.clone(),
        ..Options::default()
    };
    convert(&[source], &options).dataset
}

/// Where a link of a table leads, if the table has this address.
fn resolved(written: &str, address: Option<&str>) -> String {
    let table = format!("| Port | TCP | Use |\n|--|--|--|\n| 7 | Yes | [Echo]({written}) |\n");
    let given = Attribution {
        url: address.map(str::to_owned),
        ..Attribution::default()
    };
    converted(&table, &given).records[0].links[0].url.clone()
}

#[test]
fn relative_links_start_from_the_address() {
    for (base, written, absolute) in [
        (URL, "/wiki/Telnet", "https://en.wikipedia.org/wiki/Telnet"),
        (URL, "./Telnet", "https://en.wikipedia.org/wiki/Telnet"),
        (URL, "//example.org/a", "https://example.org/a"),
        (URL, "http://example.org/a", "http://example.org/a"),
        (URL, "mailto:a@example.org", "mailto:a@example.org"),
        ("https://example.org/a/b?c#d", "/e", "https://example.org/e"),
        (
            "https://example.org/a/b?c#d",
            "./e",
            "https://example.org/a/e",
        ),
        (
            "https://example.org/a/b#d",
            "#e",
            "https://example.org/a/b#e",
        ),
        ("https://example.org", "/e", "https://example.org/e"),
        ("https://example.org", "./e", "https://example.org/e"),
    ] {
        assert_eq!(resolved(written, Some(base)), absolute);
    }
    assert_eq!(
        resolved("/wiki/Telnet", None),
        "https://en.wikipedia.org/wiki/Telnet"
    );
    for written in ["/docs/telnet", "#notes", "./Telnet"] {
        assert_eq!(resolved(written, None), written);
    }
}

#[test]
fn the_page_is_known_by_what_it_says() {
    let url = |text| converted(text, &Attribution::default()).attribution?.url;
    for text in [
        "a[[6]](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6)",
        "[^1]: https://en.m.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6",
        "<a href=\"./List_of_TCP_and_UDP_port_numbers#cite_note-6\">",
        "[edit](/w/index.php?title=List_of_TCP_and_UDP_port_numbers&action=edit&section=1)",
        "intro\n\n# List of TCP and UDP port numbers\n",
        "# [List of TCP and UDP port numbers](https://en.wikipedia.org/wiki/X)\n",
        "List of TCP and UDP port numbers\n======\n",
        "<head><title>List of TCP and UDP port numbers - Wikipedia</title>",
        "<h1 class=\"a\"><span>List of TCP and UDP port numbers</span></h1>",
        "---\ntitle: \"List of TCP and UDP port numbers\"\n---\n",
        "| 7 | Unofficial | Echo[[6]](#cite_note-6) |",
    ] {
        assert_eq!(url(text).as_deref(), Some(URL), "{text}");
    }
    for text in [
        "See the [List of TCP and UDP port numbers](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers).",
        "- List of TCP and UDP port numbers",
        "# Ports\n\nTaken over from the List of TCP and UDP port numbers.",
        "[ports](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#Well-known_ports)",
        "| 22 | Yes | [SSH](https://en.wikipedia.org/wiki/Secure_Shell) |",
        "| 7 | Ja | Echo[[6]](#cite_note-6) |",
        "<p><b>See</b> List of TCP and UDP port numbers",
        "",
    ] {
        assert_eq!(url(text), None, "{text}");
    }
}

#[test]
fn only_the_head_of_a_page_states_its_revision() {
    let about = "about=\"https://en.wikipedia.org/wiki/Special:Redirect/revision/1300000000\"";
    let given = Attribution {
        title: Some("Ours".to_owned()),
        license: Some(String::new()),
        ..Attribution::default()
    };
    let page = converted(
        &format!("<!DOCTYPE html>\n<html lang=en {about}><h1>List of TCP and UDP port numbers"),
        &given,
    );
    // What is given counts before the page.
    let stated = Attribution {
        title: Some("Ours".to_owned()),
        url: Some(URL.to_owned()),
        license: None,
        revision: Some(1_300_000_000),
    };
    assert_eq!(page.attribution, Some(stated));
    for text in [
        format!("<p>&lt;html {about}>"),
        format!("<html><section {about}>"),
        about
            .replace("about", "<html about")
            .replace("1300000000", "x")
            + ">",
        "<html data-about=\"/Special:Redirect/page/7\">".to_owned(),
    ] {
        let attribution = converted(&text, &given).attribution.unwrap();
        assert_eq!(attribution.revision, None, "{text}");
    }
}
