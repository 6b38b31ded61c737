//! Text → what stands in it in place of a table of ports, and what to do with it.

use regex::Regex;

use crate::text::Span;

/// The first thing in a text that holds ports but is no table that is read: where it stands, and what to say of it.
pub(crate) fn ports_without_table(text: &str) -> Option<(Span, &'static str)> {
    let kinds: [(&Regex, &str); 9] = [
        (
            regex!(r"(?m)^\|===[ \t]*\r?$"),
            "a table of AsciiDoc begins here, which is not read; `asciidoctor -b html5` makes HTML of it, which is",
        ),
        (
            regex!(r"(?m)^[ \t]*\.\. (?:list|csv)-table::"),
            "a table of reStructuredText begins here that is not read; `pandoc -f rst -t html` makes HTML of it, which is",
        ),
        (
            regex!(r#"(?m)^[ \t]*(?:ports|expose):[ \t]*\r?\n[ \t]*-[ \t]*["']?[\w$]"#),
            "ports in YAML, as docker compose has them, are no table; write one with the columns Port, Protocol and Description",
        ),
        (
            regex!(r#"(?m)\A\s*[\[{]|"(?i:ports?)"\s*:"#),
            "ports in JSON are no table; write one with the columns Port, Protocol and Description",
        ),
        (
            regex!(r"(?m)^[A-Za-z][\w+.-]*[ \t]+[0-9]{1,5}/(?:tcp|udp)\b"),
            "lines of a services file are no table; `--registry` reads such a file beside one",
        ),
        (
            regex!(
                r"(?im)^[^\n|]*\bports?\b[^\n|]*[,;\t][^\n|]*\r?\n(?:[^\n|]*[,;\t])?[^\n|,;\t]*[0-9]{1,5}[^\n|]*$"
            ),
            "this looks like CSV; `pandoc -f csv -t gfm` makes a table of it (`-f tsv` where tabs part the cells)",
        ),
        (
            regex!(
                r"(?im)^[ \t\-*•+>`]*(?:[0-9]{1,5}[ \t]*/[ \t]*(?:tcp|udp)|(?:tcp|udp)[ \t/:]+[0-9]{1,5})\b"
            ),
            "a list of ports is no table; write one with the columns Port, Protocol and Description",
        ),
        (
            regex!(r"(?m)^[^\n|]*\|[^\n]*[0-9]|^[^\n|]*[0-9][^\n|]*\|"),
            "a line with pipes alone is no table; it wants a header above, and a rule such as |---|---| between",
        ),
        (
            regex!(
                r"(?i)\b(?:ports?[ \t]+[0-9]{1,5}|[0-9]{1,5}/(?:tcp|udp)|(?:tcp|udp)[ \t]+(?:port[ \t]+)?[0-9]{1,5})\b"
            ),
            "words speak of a port here, but stand in no table; write one with the columns Port, Protocol and Description",
        ),
    ];
    kinds.iter().find_map(|(pattern, advice)| {
        let found = pattern.find(text)?.range();
        let start =
            found.start + (text[found.clone()].len() - text[found.clone()].trim_start().len());
        let line = text[start..].lines().next().unwrap_or_default();
        Some((start..start + line.trim_end().len(), *advice))
    })
}
