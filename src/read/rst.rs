//! reStructuredText → [`Grid`](super::grid::Grid)s and footnotes: its grid and simple tables.
//!
//! ```text
//! `text <https://example.org>`__   `text`_   [1]_   ``words``   *words*   https://example.org
//! ^ link                           ^ by name ^ note  ^ words               ^ link
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use super::grid::{Cell, Definition, FootnoteId, Inline, Reference};
use super::ruled::{self, Content};
use super::simple_table::Rules;
use super::wiki::{gather_brackets, link};
use super::{Page, Syntax, trimmed};
use crate::text::Span;

/// The markup of Python's documentation.
pub(super) static RST: Syntax = Syntax {
    name: "rst",
    endings: &["rst", "rest"],
    purpose: "grid tables and simple tables of reStructuredText",
    recognizes,
    read,
};

/// Whether a text has marks that only reStructuredText has, and no table of markdown.
fn recognizes(text: &str) -> bool {
    regex!(r"(?m)^(?:\.\. (?:_|\[|[a-z-]+::)|:[a-z]+:`)|`__?(?:\W|$)|\]_(?:\W|$)").is_match(text)
        && regex!(r"(?m)^[ \t]*(?:\+[-=+]+\+|=+(?: +=+)+)[ \t\r]*$").is_match(text)
}

fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let lines = ruled::lines(&text[..part.end]);
    let rules = Rules::new(&lines);
    let (mut tables, mut contents, mut at) = (Vec::new(), String::new(), 0);
    while at < lines.len() {
        match ruled::table(&lines, at, &rules) {
            Some((table, behind)) => {
                let all = table.rows.iter().flatten();
                let cells: Vec<_> = all
                    .map(|cell| Content::new(cell, text, &mut contents))
                    .collect();
                tables.push((at, table, cells));
                at = behind;
            }
            None => at += 1,
        }
    }
    let contents: &'a str = page.blanked.get_or_init(|| contents);
    let headings = headings(&lines);
    for (at, table, cells) in tables {
        let above = headings.partition_point(|&heading| heading < at);
        let heading = above
            .checked_sub(1)
            .map_or("", |above| lines[headings[above]].text.trim());
        page.heading(heading.to_owned().into());
        ruled::hand_over(table, cells, contents, content, page);
    }
    definitions(text, page);
    name_links(text, page);
}

/// The lines of words with a line of signs below that is as long.
fn headings(lines: &[ruled::Line<'_>]) -> Vec<usize> {
    let is_underline = |line: &ruled::Line<'_>| {
        let mut signs = line.text.bytes();
        let first = signs.next().filter(u8::is_ascii_punctuation);
        first.is_some_and(|first| signs.all(|sign| sign == first))
    };
    let headings = (1..lines.len()).filter(|&at| {
        let above = &lines[at - 1];
        is_underline(&lines[at])
            && !above.is_blank()
            && !is_underline(above)
            && lines[at].width() >= above.width()
    });
    headings.map(|at| at - 1).collect()
}

/// The footnotes and citations that the text defines: `.. [1] words`.
fn definitions<'a>(text: &'a str, page: &mut Page<'a, '_>) {
    let found = regex!(r"(?m)^\.\. \[([^\]\n]+)\][ \t]+([^\n]*(?:\n[ \t]+\S[^\n]*)*)");
    for found in found.captures_iter(text) {
        let (Some(label), Some(words)) = (found.get(1), found.get(2)) else {
            continue;
        };
        let span = trimmed(text, words.range());
        let words = &text[span.clone()];
        let mut content = Cell {
            span: 0..words.len(),
            inlines: inlines(words).into_iter().collect(),
            extent: None,
        };
        content.move_to(&|part| span.start + part.start..span.start + part.end);
        page.footnotes.definitions.push(Definition {
            label: label_of(label.as_str()).into(),
            text: words,
            content,
            span,
            tables_before: 0,
        });
    }
    let outside = regex!(r"\[([^\]\s]+)\]_");
    page.footnotes.labels_in_prose = outside
        .captures_iter(text)
        .filter_map(|found| found.get(1))
        .filter(|label| {
            !page
                .tables
                .iter()
                .any(|table| table.span.contains(&label.start()))
        })
        .map(|label| Cow::Borrowed(label_of(label.as_str())))
        .collect();
}

/// `#name` is a label that is numbered.
fn label_of(label: &str) -> &str {
    label
        .strip_prefix('#')
        .filter(|name| !name.is_empty())
        .unwrap_or(label)
}

/// Links by name are given the URLs that the text states for them: `.. _name: https://example.org`.
fn name_links<'a>(text: &'a str, page: &mut Page<'a, '_>) {
    let targets = regex!(r"(?m)^\.\. _(?:`([^`\n]+)`|([^:\n]+)):[ \t]+(\S+)[ \t\r]*$");
    let mut urls = HashMap::new();
    for found in targets.captures_iter(text) {
        if let (Some(name), Some(url)) = (found.get(1).or(found.get(2)), found.get(3)) {
            urls.insert(name.as_str().to_lowercase(), url.as_str());
        }
    }
    let tables = page.tables.iter_mut();
    let rows = tables.flat_map(|table| table.header.iter_mut().chain(&mut table.rows));
    for inline in rows
        .flat_map(|row| &mut row.cells)
        .flat_map(|cell| &mut cell.inlines)
    {
        let Inline::Link(anchor) = inline else {
            continue;
        };
        let Some(name) = anchor.url.strip_prefix(BY_NAME) else {
            continue;
        };
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        match urls.get(&name.to_lowercase()) {
            Some(url) => anchor.url = (*url).into(),
            None => *inline = Inline::Text(std::mem::take(&mut anchor.text)),
        }
    }
}

/// Stands before the name of a link until its URL is known.
const BY_NAME: &str = "\0";

/// What stands in a text; spans are those of the text.
fn content<'a>(text: &'a str, _page: &mut Page<'a, '_>) -> Vec<Inline<'a>> {
    inlines(text)
}

fn inlines<'t>(text: &'t str) -> Vec<Inline<'t>> {
    let marks = regex!(
        r"(?x) ``(?P<code>[^`]+)``
        | `(?P<text>[^`<]*?)\s*<(?P<url>[^`>]+)>`__?
        | `(?P<name>[^`]+)`__?
        | (?:[:][-a-z:+]+[:])?`(?P<role>[^`]+)`
        | \[(?P<note>[^\]\s]+)\]_
        | \*\*(?P<strong>[^*]+)\*\* | \*(?P<emphasis>[^*\s][^*]*)\*
        | (?P<bare>\bhttps?://[^\s<>]+[^\s<>.,;:!?)'])
        | \b(?P<word>[A-Za-z0-9][-A-Za-z0-9]*)__?\b{end}
        | \\(?P<escaped>(?s:.)) | \|(?P<substitute>[^|\s][^|]*)\|_?"
    );
    let mut inlines = Vec::new();
    let mut at = 0;
    for found in marks.captures_iter(text) {
        let Some(all) = found.get(0) else { continue };
        let of = |name: &str| found.name(name).map(|part| part.as_str());
        if at < all.start() {
            inlines.push(Inline::Text(text[at..all.start()].into()));
        }
        at = all.end();
        let span = all.range();
        let by_name = |name: &'t str| -> (Cow<'t, str>, Cow<'t, str>) {
            (name.into(), [BY_NAME, name].concat().into())
        };
        let leads = if let Some(url) = of("url") {
            let words = of("text").filter(|words| !words.is_empty()).unwrap_or(url);
            Some((words.into(), url.into()))
        } else if let Some(name) = of("name").or(of("word")) {
            Some(by_name(name))
        } else {
            of("bare").map(|url| (url.into(), url.into()))
        };
        if let Some((words, url)) = leads {
            inlines.extend(link(words, url, "", false, span));
        } else if let Some(label) = of("note") {
            let footnote = FootnoteId::Label(label_of(label).into());
            inlines.push(Inline::Citation(Box::new(Reference { footnote, span })));
        } else if let Some(words) = of("emphasis") {
            inlines.push(Inline::Emphasis(words.into()));
        } else if of("escaped").is_some_and(|escaped| escaped.trim().is_empty()) {
            // An escaped blank parts nothing.
        } else {
            let words = ["code", "role", "strong", "escaped", "substitute"]
                .into_iter()
                .find_map(of);
            inlines.extend(words.map(|words| Inline::Text(words.into())));
        }
    }
    if at < text.len() {
        inlines.push(Inline::Text(text[at..].into()));
    }
    gather_brackets(&mut inlines);
    inlines
}
