//! A text read in pieces says what it says read whole.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::pieces::{Limits, Pieces};
use super::read;
use crate::diagnostic::{Diagnostics, File, Report};
use crate::read::Page;

const WHOLE: Limits = in_pieces_of(usize::MAX);

/// However much of the text the skeleton is.
const fn in_pieces_of(piece: usize) -> Limits {
    let skeleton = 1;
    Limits { piece, skeleton }
}

/// All that is read: tables, footnotes and diagnostics.
fn all_read(text: &str, limits: Limits) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let mut page = Page::new(text, Report::new(&mut diagnostics, File::Input(0)));
    read(text, 0..text.len(), &mut page, limits);
    let footnotes = format!("{:#?}", page.footnotes);
    let tables = page.tables.iter().map(|grid| format!("{grid:#?}"));
    let mut all: Vec<_> = tables.chain([footnotes]).collect();
    all.push(format!("{:#?}", diagnostics.finish()));
    all
}

fn assert_same(text: &str, piece: usize) {
    let (whole, in_pieces) = (all_read(text, WHOLE), all_read(text, in_pieces_of(piece)));
    assert!(
        whole == in_pieces,
        "in pieces of {piece}:\n{text}\n{}",
        first_difference(&whole, &in_pieces)
    );
}

fn first_difference(whole: &[String], in_pieces: &[String]) -> String {
    let differing = whole.iter().zip(in_pieces).find(|(a, b)| a != b);
    let lines = differing.and_then(|(a, b)| a.lines().zip(b.lines()).find(|(a, b)| a != b));
    format!("{lines:?}")
}

fn has_pieces(text: &str) -> bool {
    Pieces::of(text, 0..text.len(), in_pieces_of(1)).is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_say_what_the_whole_says(text in documents(), piece in select(vec![1, 20, 100, 400])) {
        assert_same(&text, piece);
    }
}

fn documents() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        6 => (select(HEADERS.to_vec()), vec(select(ROWS.to_vec()), 3..12), select(vec!["", "\n"]))
            .prop_map(|(header, rows, end)| format!("\n{header}\n{}\n{end}", rows.join("\n"))),
        2 => vec(select(ROWS.to_vec()), 0..4).prop_map(|rows| rows.join("\n")),
        4 => vec(select(OTHERS.to_vec()), 1..4).prop_map(|lines| lines.join("\n") + "\n"),
    ];
    let texts = vec(block, 1..6).prop_map(|blocks| blocks.concat());
    (texts, select(vec!["\n", "\n", "\r\n"])).prop_map(|(text, end)| text.replace('\n', end))
}

const HEADERS: [&str; 5] = [
    "| Port | Use | More |\n|---|---|---|",
    "| Port | Use[^1] |\n|:-:|--:|",
    "Port | [Use][ref]\n--|--",
    "| Port |\n|---|",
    "| no table |\n| Port | Use |\n|---|---|",
];

/// Rows, and some lines that look like rows.
const ROWS: [&str; 49] = [
    "| 1 | 2 | 3 |",
    "| 1 | 2 |",
    "| 1 | 2 | 3 | surplus |",
    "1 | 2",
    "1",
    "é | ü",
    "||",
    "|  |  |  |",
    "|",
    "| ",
    "| [^1] | [^2] | a[^none] |",
    "| [^A] | [^a] | [^a*b*c] |",
    "| [Echo[^1] P](/wiki/Echo) | [P[^none]](/wiki/P) |",
    "| [ref] | [Ref][] | [words][REF] |",
    "| [other] | [none] | [words][none] |",
    "| ![image][ref] | ![image](/i.png \"title\") |",
    "| [link](/url \"title\") | <https://example.org> | <me@example.org> |",
    "| `a\\|b` | a\\|b | **b** _i_ ~s~ |",
    "| `open | close` | *open",
    "| &amp; | &nbsp; | &#124; |",
    "| <br> | <b>b</b> | <a href=\"/x\">x</a> |",
    "| <!-- | --> | <!-- c --> |",
    "| <span style=\"display:none\">hidden</span> | <sup>[1]</sup> |",
    "| ?> | ]]> | </script> |",
    "| </table> | </div> | </pre> |",
    "| <table> | <td> |",
    "|---|---|",
    "| Port | Use |",
    "1. item | a",
    "1) item",
    "12 | a",
    " | indented | a |",
    "\t| indented | a |",
    "- item | a",
    "+ item",
    "> quote | a",
    "# heading",
    "---",
    "===",
    "```",
    "<!-- comment",
    "-->",
    "<div>",
    "[^1]: touches",
    "[ref]: /late \"title\"",
    "closes\" | b",
    "| lone\r# heading | b |",
    "| lone\r| b |",
    "| end \\",
];

const OTHERS: [&str; 41] = [
    "",
    "",
    "words",
    "words with [^1], [^none] and [ref]",
    "words | pipe",
    "# heading[^1]",
    "heading\n---",
    "heading\n===",
    "[^1]: a definition",
    "[^2]: another\n\n    with two paragraphs",
    "[^A]: in capitals",
    "[^a*b*c]: with marks",
    "[^3]: above a table\n| Port | Use |\n|---|---|\n| 1 | [^1] |\n| 2 | 3 |\n| 4 | 5 |",
    "[ref]: /url",
    "[ref]: <b c> 'title'",
    "[other]: /other \"first\nsecond\"",
    "[other]:\n/other",
    "[ref]: /url \"open",
    "[open",
    "[^open",
    "```",
    "~~~",
    "    code",
    "<!--",
    "-->",
    "<div>",
    "</div>",
    "<script>",
    "</script>",
    "<?php",
    "<!D",
    "<![CDATA[",
    "<table><tr><td>",
    "<table>",
    "</td></tr></table>",
    "- item",
    "- item\n\n  | Port |\n  |---|\n  | 1 |\n  | 2 |\n  | 3 |",
    "1. item",
    "> quote",
    "> | Port |\n> |---|\n> | 1 |\n> | 2 |\n> | 3 |",
    "***",
];

const TABLE: &str = "| Port | Use |\n|---|---|\n| 1 | a |\n| 2 | b[^1] |\n| 3 | c |\n| 4 | d |\n";

const DEFINITIONS: &str =
    "[^1]: a\n[^2]: b\n[^A]: c\n[^a*b*c]: d\n\n[ref]: /url 'title'\n[other]: <o>\n";

#[test]
fn long_tables_are_read_in_pieces() {
    for text in [
        TABLE.to_owned(),
        format!("# Ports\n\n{TABLE}[^1]: a definition\n\n{TABLE}"),
        format!("\n{TABLE}").replace('\n', "\r\n"),
    ] {
        assert!(has_pieces(&text), "{text}");
        assert_same(&text, 1);
    }
}

#[test]
fn every_row_says_the_same_in_a_piece() {
    for (header, row) in HEADERS
        .iter()
        .flat_map(|header| ROWS.map(|row| (header, row)))
    {
        let text = format!("\n{header}\n1 | 2\n1 | 2\n{row}\n1 | 2\n1 | 2\n{DEFINITIONS}\n{TABLE}");
        assert_same(&text, 1);
        assert_same(&text, 100);
    }
}

/// A definition of a link that has several lines is read as it stands: here, `>` is no part of it.
#[test]
fn definitions_of_several_lines_hold() {
    let text = format!("{}\n> [ref]:\n> /url\n", TABLE.replace("c |", "[ref] |"));
    assert_same(&text, 1);
}

#[test]
fn what_only_looks_like_a_long_table_is_read_whole() {
    for (above, below) in [
        ("```", "```"),
        ("<!--", "-->"),
        ("<script>", "</script>"),
        ("[^1]:", ""),
        ("words", ""),
        ("> quote", ""),
        ("- item", ""),
    ] {
        for gap in ["\n", "\n\n"] {
            let text = format!("{above}{gap}{TABLE}\n{below}\n");
            let is_a_table = gap == "\n\n" && below.is_empty();
            assert_eq!(has_pieces(&text), is_a_table, "{text}");
            assert_same(&text, 1);
        }
    }
}

#[test]
fn a_table_too_wide_is_read_whole() {
    let wide = |columns: usize| {
        let (header, rule) = ("|a".repeat(columns), "|-".repeat(columns));
        format!("{header}|\n{rule}|\n1\n2\n3\n4\n")
    };
    assert!(has_pieces(&wide(16)) && !has_pieces(&wide(17)));
    assert_same(&wide(16), 1);
}

/// The rows of a table that is passed over, as it stands in one of HTML, are not those of the next.
#[test]
fn pieces_stay_in_their_table() {
    let text = format!("<table>\n\n{TABLE}\n</table>\n\n{TABLE}");
    assert!(has_pieces(&text));
    assert_same(&text, 1);
}

/// The longest piece there can be, of the shortest rows, in the widest table.
#[test]
fn no_piece_is_cut() {
    let usual = Limits::USUAL.piece;
    let text = format!(
        "{}\n{}\n{}",
        "|a".repeat(16),
        "|-".repeat(16),
        "1\n".repeat(usual)
    );
    let tables = all_read(&text, Limits::USUAL);
    assert_eq!(tables[0].matches("Row {").count(), usual + 1);
    assert!(tables[2].contains("[],"), "{}", tables[2]);
}

#[test]
fn every_file_is_the_same_in_pieces() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = fs::read_dir(root.join("tests/cases")).into_iter().flatten();
    let cases = cases.map(|case| case.unwrap().path());
    for path in cases.chain([root.join("seeds/well-known-ports.md")]) {
        let text = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text);
        for piece in [1, 300, 64 << 10] {
            assert_same(&text, piece);
        }
    }
}
