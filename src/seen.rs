//! Text → what it contains if it has no port table, and what to do about it.

use regex::Regex;

use crate::text::Span;

/// What can hold ports and is no table that is read: how to know it, and what to say of it.
const KINDS: [(&str, &str); 12] = [
    (
        r#"\A\s*\{\s*"schema_version":"#,
        "portconv made this file; pass the table that it was made from",
    ),
    (
        r"(?m)^[ \t]*\|[^\n]*\w[^\n]*\n[ \t]*\|[ \t]*:?-+:?[ \t]*\|[-: \t|]*\r?$",
        "this Markdown table is in a block of code, perhaps one that nothing closes, or below an HTML tag without a blank line between, or the file is read in another syntax",
    ),
    (
        r"(?m)^\|===[ \t]*\r?$",
        "an AsciiDoc table starts here; portconv cannot read it, but it can read the HTML that `asciidoctor -b html5` makes of it",
    ),
    (
        r"(?m)^[ \t]*\.\. csv-table::.*\n(?:[ \t]+:.*\n)*?[ \t]+:(?:file|url):.*$",
        "the rows of this table are in another file; `pandoc -f csv -t gfm` turns that file into a table that portconv can read",
    ),
    (
        r#"(?m)^[ \t]*(?:ports|expose):[ \t]*\r?\n[ \t]*-[ \t]*["']?[\w$]"#,
        "ports in YAML, as in Docker Compose, are not a table; write one with the columns Port, Protocol and Description",
    ),
    (
        r#"(?m)\A\s*[\[{]\s*["{\]]|"(?i:ports?)"\s*:"#,
        "ports in JSON are not a table; write one with the columns Port, Protocol and Description",
    ),
    (
        r"(?m)^[A-Za-z][\w+.-]*[ \t]+[0-9]{1,5}/(?:tcp|udp)\b",
        "lines of a services file are not a table; `--registry` reads such a file alongside one",
    ),
    (
        r"(?im)^[^\n|,\t]*(?:;[^\n|,\t]*\bports?\b|\bports?\b[^\n|,\t]*;)[^\n|]*\r?\n[^\n|]*[0-9]{1,5}[^\n|]*$",
        "this looks like CSV with semicolons; saved with commas, `pandoc -f csv -t gfm` turns it into a table",
    ),
    (
        r"(?im)^[^\n|]*\bports?\b[^\n|]*[,;\t][^\n|]*\r?\n(?:[^\n|]*[,;\t])?[^\n|,;\t]*[0-9]{1,5}[^\n|]*$",
        "this looks like CSV; `pandoc -f csv -t gfm` turns it into a table (`-f tsv` if tabs separate the cells)",
    ),
    (
        r"(?im)^[ \t\-*•+>`]*(?:[0-9]{1,5}[ \t]*/[ \t]*(?:tcp|udp)|(?:tcp|udp)[ \t/:]+[0-9]{1,5})\b",
        "a list of ports is not a table; write one with the columns Port, Protocol and Description",
    ),
    (
        r"(?m)^[^\n|]*\|[^\n]*[0-9]|^[^\n|]*[0-9][^\n|]*\|",
        "a line with pipes is not a table by itself; it needs a header above it, and a delimiter row such as |---|---| in between",
    ),
    (
        r"(?i)\b(?:ports?[ \t]+[0-9]{1,5}|[0-9]{1,5}/(?:tcp|udp)|(?:tcp|udp)[ \t]+(?:port[ \t]+)?[0-9]{1,5})\b",
        "a port is mentioned here, but not in a table; write one with the columns Port, Protocol and Description",
    ),
];

/// The first thing in a text that holds ports but is no table that is read: where it stands, and what to say of it.
pub(crate) fn ports_without_table(text: &str) -> Option<(Span, &'static str)> {
    KINDS.iter().find_map(|(pattern, advice)| {
        let found = Regex::new(pattern).ok()?.find(text)?.range();
        let start = found.end - text[found].trim_start().len();
        let line = text[start..].lines().next().unwrap_or_default();
        Some((start..start + line.trim_end().len(), *advice))
    })
}
