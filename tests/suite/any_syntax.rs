//! Whatever stands in a file of wikitext, of reStructuredText or with grids in it becomes something sound.

use portconv::{Source, convert};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::support::no_facts;

const LINES: &[&str] = &[
    "{|\n",
    "|}\n",
    "|-\n",
    "! Port !! TCP !! UDP !! Description\n",
    "| rowspan=2 | 9 || colspan=2 {{Yes}} || {{efn|a [[b|c]]}}\n",
    "|+ caption\n",
    "+------+-----+--------+\n",
    "+======+=====+========+\n",
    "|      +-----+--------+\n",
    "| Port | TCP | Words  |\n",
    "| 22   | Yes | 日本é  |\n",
    "| 22   | Yes   SSH    |\n",
    "====  ===  =====\n",
    "----  ----------\n",
    "Port  TCP  Words\n",
    "22    Yes  `SSH <https://e.org>`__ [1]_\n",
    "      No   *é* |x|\n",
    "----  ---  -----\n",
    "----------------\n",
    ".. [1] note\n",
    "== Heading ==\n",
    "```\n",
    "\n",
    "\r\n",
    "[^1]: https://e.org/\n",
];

const PIECES: &[&str] = &[
    "{{",
    "}}",
    "[[",
    "]]",
    "{|",
    "|}",
    "|-",
    "||",
    "!!",
    "|",
    "!",
    "=",
    "''",
    "'''",
    "<ref name=a>",
    "</ref>",
    "<ref name=\"a\"/>",
    "<!--",
    "-->",
    "<nowiki>",
    "</nowiki>",
    "[https://e.org ",
    "]",
    "https://e.org/(x).",
    "<span style=\"display:none\">",
    "</span>",
    "<sup>",
    "</sup>",
    "<br>",
    "&nbsp;",
    "&#1;",
    "{{r|a}}",
    "{{efn|",
    "{{cite web|url=https://e.org|title=",
    "style=\"",
    "rowspan=99999 |",
    "22",
    "Yes",
    "é",
    "日本",
    "\u{301}",
    "\t",
    "+",
    "+--+",
    "`",
    "<https://e.org>`__",
    "_",
    "\\",
    "\\ ",
    "[1]_",
    "[^1]",
    " ",
    "\n",
    "\n|",
    "\n!",
    "\n+",
    ":",
    "* ",
];

fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![3 => select(LINES), 2 => select(PIECES)];
    vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_of_any_syntax_is_read_soundly(text in any_text()) {
        let options = no_facts();
        for path in ["ports.wiki", "ports.rst", "ports.md"] {
            let source = Source::decode(path, text.as_str()).unwrap();
            let conversion = convert(std::slice::from_ref(&source), &options);
            for diagnostic in &conversion.diagnostics {
                let span = diagnostic.span.clone();
                prop_assert!(source.text().get(span.clone()).is_some(), "{path}: {diagnostic:?}");
                prop_assert!(source.position(span.end).offset <= text.len(), "{path}: {diagnostic:?}");
            }
            for record in &conversion.dataset.records {
                prop_assert!(record.origin.line <= text.lines().count().max(1));
            }
            let again = convert(&[source], &options);
            prop_assert_eq!(conversion.diagnostics, again.diagnostics);
        }
    }
}
