//! reStructuredText → [`Tokens`]: its tables, drawn with lines or listed, and its footnotes.
//!
//! ```text
//! `text <https://example.org>`__   `text`_   [1]_   ``words``   *words*   https://example.org
//! ^ link                           ^ by name ^ note  ^ words               ^ link
//! ```

mod listed;

use std::collections::HashMap;
use std::rc::Rc;

use super::element::{Spanned, Tag, Token, Tokens, element};
use super::ruled::{self, Line, ReadCell, Rules, Table};
use super::{Syntax, Texts, has_rule, trimmed};
use crate::text::Span;

/// The markup of Python's documentation.
pub(super) static RST: Syntax = Syntax {
    name: "rst",
    endings: &["rst", "rest"],
    recognizes,
    tokens,
};

/// Whether a text has marks that only reStructuredText has, one of its tables, and none of markdown.
fn recognizes(text: &str) -> bool {
    let marks = || regex!(r"(?m)^(?:\.\. (?:_|\[|[a-z-]+::)|:[a-z]+:`)|`__?(?:\W|$)|\]_(?:\W|$)");
    let table =
        regex!(r"(?m)^[ \t]*(?:\+[-=+]+\+|=+(?: +=+)+|\.\. (?:list|flat|csv)-table::.*)[ \t\r]*$");
    table.is_match(text) && marks().is_match(text) && !has_rule(text)
}

fn tokens<'a>(text: &'a str, texts: &'a Texts) -> Tokens<'a> {
    let lines = ruled::lines(text);
    let rules = Rules::new(&lines);
    let urls = urls(text);
    let read: ReadCell<'a> = Rc::new(move |cell| Box::new(inlines(cell, &urls).into_iter()));
    let elements = |table: Table, caption: Option<Span>| {
        let span = ruled::span(&lines[table.lines.clone()]);
        ruled::tokens(text, table, span, caption, texts, Rc::clone(&read))
    };
    let (mut blocks, mut caption, mut at) = (Vec::<Tokens<'a>>::new(), None, 0);
    while at < lines.len() {
        let is_comment = || {
            lines[at].text.trim() == ".." && lines.get(at + 1).is_some_and(|next| !next.is_blank())
        };
        let kind = kind(&lines[at]).or_else(|| is_comment().then_some(("comment", 0..0)));
        // To look for it below every line would take quadratic time.
        let below = kind.as_ref().map_or(at, |_| behind_indented(&lines, at));
        match kind {
            Some(("table", words)) => (caption, at) = (Some(words), at + 1),
            // That of the documents of Linux is a list, too.
            Some(("list-table" | "flat-table", words)) => {
                let table = listed::list_table(text, &lines, at + 1..below);
                blocks.extend(table.map(|table| elements(table, Some(words))));
                at = below;
            }
            Some(("csv-table", words)) => {
                let (table, elsewhere) = listed::csv_table(text, &lines, at..below);
                blocks.push(Box::new(elsewhere.into_iter()));
                blocks.push(elements(table, Some(words)));
                at = below;
            }
            Some(_) => at = below,
            None => {
                if let Some(table) = ruled::table(text, &lines, at, &rules) {
                    at = table.lines.end;
                    blocks.push(elements(table, caption.take()));
                } else {
                    blocks.extend(prose(&lines, at));
                    at += 1;
                }
            }
        }
    }
    blocks.push(Box::new(definitions(text, &read).into_iter()));
    Box::new(blocks.into_iter().flatten())
}

/// The directive that a line begins, and the words behind it: of a table, of code, or of nothing that is shown.
fn kind<'t>(line: &Line<'t>) -> Option<(&'t str, Span)> {
    let directives = regex!(
        r"(?x)^\s*\.\.\ (?: (?P<name>(?:list-|flat-|csv-)?table|code|code-block|sourcecode|parsed-literal|raw|prompt)
          ::\s*(?P<words>.*) | [^\s_\[|][^:]* )$"
    );
    if let Some(found) = directives.captures(line.text) {
        let name = found.name("name").map_or("comment", |name| name.as_str());
        let words = found.name("words").map_or(0..0, |words| words.range());
        return Some((name, line.start + words.start..line.start + words.end));
    }
    let is_literal = line.text.ends_with("::") && !line.text.trim_start().starts_with("..");
    is_literal.then_some(("literal", 0..0))
}

/// The first line below one that is not indented deeper.
fn behind_indented(lines: &[Line<'_>], at: usize) -> usize {
    let indent = lines[at].indent();
    let is_behind = |line: &Line<'_>| !line.is_blank() && line.indent() <= indent;
    let behind = lines[at + 1..].iter().position(is_behind);
    behind.map_or(lines.len(), |behind| at + 1 + behind)
}

/// What of a line between tables matters: it is a heading, with a line of signs below that is as long, or refers to
/// footnotes.
fn prose<'a>(lines: &[Line<'a>], at: usize) -> Option<Tokens<'a>> {
    let line = &lines[at];
    let is_underline = |line: &Line<'_>| {
        let mut signs = line.text.bytes();
        let first = signs.next().filter(u8::is_ascii_punctuation);
        first.is_some_and(|first| signs.all(|sign| sign == first))
    };
    let below = lines.get(at + 1).filter(|below| is_underline(below));
    if below.is_some_and(|below| below.width() >= line.width()) && !is_underline(line) {
        let span = line.trim(line.whole());
        let words = (Token::Text(line.text.trim().into()), span.clone());
        return Some(Box::new(element(Tag::new("h1"), span, [words])));
    }
    let has_label = line.text.contains("]_");
    has_label.then(|| -> Tokens<'a> {
        let (start, labels) = (line.start, regex!(r"\[([^\]\s]+)\]_"));
        Box::new(labels.captures_iter(line.text).filter_map(move |found| {
            let label = found.get(1)?;
            let span = start + label.start()..start + label.end();
            Some(citation(label.as_str(), span))
        }))
    })
}

fn citation(label: &str, span: Span) -> Spanned<'_> {
    (Token::Citation(label_of(label).into()), span)
}

/// The footnotes and citations that the text defines: `.. [1] words`.
fn definitions<'a>(text: &'a str, read: &ReadCell<'a>) -> Vec<Spanned<'a>> {
    let found = regex!(r"(?m)^[ \t]*\.\. \[([^\]\n]+)\][ \t]+([^\n]*(?:\n[ \t]+\S[^\n]*)*)");
    let mut tokens = Vec::new();
    for found in found.captures_iter(text) {
        let (_, [label, words]) = found.extract();
        let end = found.get_match().end();
        let span = trimmed(text, end - words.len()..end);
        let (label, text) = (label_of(label).into(), &text[span.clone()]);
        tokens.push((Token::Definition { label, text }, span.clone()));
        let moved = |span: Span, by: usize| span.start + by..span.end + by;
        tokens.extend(read(text).map(|(token, part)| (token, moved(part, span.start))));
        tokens.push((Token::DefinitionEnd, span.end..span.end));
    }
    tokens
}

/// `#name` is a label that is numbered.
fn label_of(label: &str) -> &str {
    let name = label.strip_prefix('#').filter(|name| !name.is_empty());
    name.unwrap_or(label)
}

/// Where links by name lead: `.. _name: https://example.org`.
fn urls(text: &str) -> HashMap<String, &str> {
    let targets = regex!(r"(?m)^\.\. _(?:`([^`\n]+)`|([^:\n]+)):[ \t]+(\S+)[ \t\r]*$");
    let targets = targets.captures_iter(text).filter_map(|found| {
        let name = found.get(1).or(found.get(2))?;
        Some((name.as_str().to_lowercase(), found.get(3)?.as_str()))
    });
    targets.collect()
}

/// What stands in a text; links by name lead to known URLs.
fn inlines<'a>(text: &'a str, urls: &HashMap<String, &'a str>) -> Vec<Spanned<'a>> {
    let marks = regex!(
        r"(?x) ``(?P<code>[^`]+)``
        | `(?P<text>[^`<]*?)\s*<(?P<url>[^`>]+)>`__?
        | `(?P<name>[^`]+)`__?
        | :sup:`(?P<sup>[^`]+)`
        | [:][-a-z:+]+[:]`(?:~(?:[^`<\s]*\.)?)?(?P<role>[^`]+?)(?:\s*<[^`<>]+>)?`
        | `(?P<words>[^`]+)`
        | (?P<bullet>(?m:^)[\ \t]*[-*•+|][\ \t]+)
        | \[(?P<note>[^\]\s]+)\]_
        | \*\*(?P<strong>[^*]+)\*\* | \*(?P<emphasis>[^*\s][^*]*)\*
        | (?P<bare>\bhttps?://[^\s<>]+[^\s<>.,;:!?)'])
        | \b(?P<word>[A-Za-z0-9][-A-Za-z0-9]*)__?\b{end}
        | \\(?P<escaped>(?s:.)) | \|(?P<substitute>[^|\s][^|]*)\|_?"
    );
    let (mut tokens, mut at) = (Vec::new(), 0);
    for found in marks.captures_iter(text) {
        let part = |name: &str| found.name(name).map(|part| part.as_str());
        let span = found.get_match().range();
        tokens.push((Token::Text(text[at..span.start].into()), at..span.start));
        at = span.end;
        if part("bullet").is_some() {
            tokens.push((Token::Start(Tag::new("li")), span));
            continue;
        }
        if let Some(label) = part("note") {
            tokens.push(citation(label, span));
            continue;
        }
        let url = part("url").or(part("bare")).or_else(|| {
            let name = part("name").or(part("word"))?.split_whitespace();
            let name = name.collect::<Vec<_>>().join(" ");
            urls.get(&name.to_lowercase()).copied()
        });
        let mut marks = [("emphasis", "em"), ("sup", "sup")].into_iter();
        let mark = marks.find(|(group, _)| part(group).is_some());
        let link = url.map(|url| Tag::new("a").with("href", url));
        let tag = link.or_else(|| mark.map(|(_, name)| Tag::new(name)));
        // An escaped blank parts nothing, and a link without words shows where it leads.
        let groups = found.iter().skip(1).flatten().map(|group| group.as_str());
        let words = groups.into_iter().find(|words| !words.trim().is_empty());
        let words = (Token::Text(words.unwrap_or_default().into()), span.clone());
        match tag {
            Some(tag) => tokens.extend(element(tag, span, [words])),
            None => tokens.push(words),
        }
    }
    tokens.push((Token::Text(text[at..].into()), at..text.len()));
    tokens
}
