//! Bytes become the text that was meant: what was encoded twice is put right, and no control character is left.

use portconv::diagnostic::Code;
use portconv::{Options, Source, convert};

fn decoded(text: &str) -> String {
    let source = Source::decode("ports.md", text).unwrap();
    source.text().to_owned()
}

/// A text as a program writes it that takes its bytes for Windows-1252.
fn encoded_again(text: &str) -> String {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let character = |byte: u8| {
        let high = byte.checked_sub(0x80).map(usize::from);
        let high = high.and_then(|at| HIGH.chars().nth(at));
        high.unwrap_or(char::from(byte))
    };
    text.bytes().map(character).collect()
}

#[test]
fn every_character_comes_back_from_three_depths() {
    for original in ["–", "—", "§", "”", "é", "\u{a0}", "𝄞", "ÿ", "中"] {
        let once = encoded_again(original);
        let twice = encoded_again(&once);
        let thrice = encoded_again(&twice);
        for damaged in [once, twice, thrice] {
            assert_eq!(decoded(&damaged), original, "{damaged:?}");
        }
    }
}

/// What makes sense as it stands stays, and is reported if it may be damaged. What makes none is put right, and the
/// rest of its run stays.
#[test]
fn only_what_was_encoded_twice_changes() {
    let meant = ["Ä", "é", "–", "€“", "Âé", "日本", "â€", "ß“", "É–", "Ü…"];
    let doubtful = ["DØ–O", "LÅ” ", "„Ä“.", "HÃ–T", "lé”– "];
    let damaged = [
        ("1â€“7", "1–7"),
        ("oÅ™e", "oře"),
        (" Ã–s", " Ös"),
        (" Â§1", " §1"),
        (" Ð”Ð¾Ð¼ ", " Дом "),
        ("lÃ© ", "lé "),
        (" â„¢ ", " ™ "),
        ("éâ€“Ä", "é–Ä"),
    ];
    let is_doubtful = |text: &str| {
        let source = Source::decode("ports.md", text).unwrap();
        let found = convert(&[source], &Options::default());
        found.counts.contains_key(&Code::DoubtfulMojibake)
    };
    for text in meant {
        assert!(decoded(text) == text && !is_doubtful(text), "{text:?}");
    }
    for text in doubtful {
        assert!(decoded(text) == text && is_doubtful(text), "{text:?}");
    }
    for (text, expected) in damaged {
        assert_eq!(decoded(text), expected);
    }
}

#[test]
fn references_to_control_characters_are_known_however_they_are_written() {
    let references =
        "&#x1b; &#X0000000000001B; &#27; &#27 &#0; &#8238; &#x2066; &#10; &lrm; &NewLine; &#129;";
    for reference in references.split(' ') {
        assert_eq!(decoded(&format!("a{reference}b")), "a b", "{reference}");
    }
    assert_eq!(decoded("&#150;"), "–");
    for reference in ["&#65;", "&#99999999999;", "&#xd800;"] {
        assert_eq!(decoded(reference), reference);
    }
}

#[test]
fn a_tag_of_many_attributes_is_read() {
    let attributes = " class=\"x\"".repeat(20_000);
    let html = format!("<table><tr><th>Port<th>Protocol<tr><td{attributes}>7<td>TCP</table>");
    let source = Source::decode("ports.html", html).unwrap();
    let found = convert(&[source], &Options::default());
    assert_eq!(found.dataset.records.len(), 1);
}
