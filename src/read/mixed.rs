//! Markdown with tables of other syntaxes in it: those that lines rule, and those of wikitext.
//!
//! They are found by their lines and blanked out of the text, so that markdown sees none of their marks; then all
//! tables are put in order.

use super::ruled::{self, Content, Table};
use super::simple_table::Rules;
use super::wikitext::Document;
use super::{Page, Syntax, markdown};
use crate::text::Span;

/// Markdown with tables (GFM, pandoc) and footnotes, as converters write it.
pub(super) static MARKDOWN: Syntax = Syntax {
    name: "markdown",
    endings: &["md", "markdown"],
    purpose: "tables with pipes (GFM), those of pandoc, and those of HTML and wikitext among them",
    recognizes: |_| true,
    read,
};

/// A table that is none of markdown.
#[derive(Debug)]
enum Block {
    Ruled(Table),
    Wikitext(Span),
}

impl Block {
    fn span(&self) -> Span {
        match self {
            Self::Ruled(table) => table.span.clone(),
            Self::Wikitext(span) => span.clone(),
        }
    }
}

fn read<'a>(text: &'a str, part: Span, page: &mut Page<'a, '_>) {
    let mut wikitext = None;
    let blocks = blocks(&text[..part.end], &mut wikitext);
    if blocks.is_empty() {
        return markdown::read(text, part, page);
    }
    let (mut blanked, mut cells) = (blank(text, &blocks), Vec::new());
    for block in &blocks {
        if let Block::Ruled(table) = block {
            let all = table.rows.iter().flatten();
            cells.extend(all.map(|cell| Content::new(cell, text, &mut blanked)));
        }
    }
    let blanked: &'a str = page.blanked.get_or_init(|| blanked);
    markdown::read(&blanked[..text.len()], part, page);
    let headings = headings(&blanked[..text.len()]);
    let of_markdown = page.tables.len();
    let mut cells = cells.into_iter();
    for block in blocks {
        let start = block.span().start;
        let above = headings.partition_point(|heading| heading.start < start);
        let heading = above
            .checked_sub(1)
            .map_or(0..0, |above| headings[above].clone());
        page.heading(text[heading].into());
        match block {
            Block::Ruled(table) => {
                let count = table.rows.iter().map(Vec::len).sum();
                let cells = cells.by_ref().take(count).collect();
                ruled::hand_over(table, cells, blanked, markdown::content, page);
            }
            Block::Wikitext(span) => {
                if let Some(wikitext) = &mut wikitext {
                    wikitext.read(span, page);
                }
            }
        }
    }
    put_in_order(page, of_markdown);
    if let Some(wikitext) = wikitext {
        wikitext.finish(page);
    }
}

/// Puts the tables in order; footnotes are told which tables stand before them.
fn put_in_order(page: &mut Page<'_, '_>, of_markdown: usize) {
    let (_, others) = page.tables.split_at(of_markdown);
    let starts: Vec<_> = others.iter().map(|table| table.span.start).collect();
    for definition in &mut page.footnotes.definitions {
        definition.tables_before += starts.partition_point(|&start| start < definition.span.start);
    }
    page.tables.sort_by_key(|table| table.span.start);
}

/// The tables of other syntaxes, in order. In fenced code there are none.
fn blocks<'a>(text: &'a str, wikitext: &mut Option<Document<'a>>) -> Vec<Block> {
    let lines = ruled::lines(text);
    let rules = Rules::new(&lines);
    let (mut blocks, mut fence, mut at) = (Vec::new(), None, 0);
    let mut has_unclosed = false;
    while at < lines.len() {
        let line = &lines[at];
        at += 1;
        if is_fence(line.text, &mut fence) || fence.is_some() {
            continue;
        }
        if let Some((table, behind)) = ruled::table(&lines, at - 1, &rules) {
            at = behind.max(at);
            blocks.push(Block::Ruled(table));
        } else if !has_unclosed && line.text.trim_start().starts_with("{|") {
            let document = wikitext.get_or_insert_with(|| Document::new(text, "ref-"));
            let end = document.end_of_table(line.start);
            has_unclosed = end.is_none();
            let end = end.unwrap_or(text.len());
            blocks.push(Block::Wikitext(line.start..end));
            at = lines.partition_point(|line| line.start < end);
        }
    }
    blocks
}

/// Whether a line begins or ends fenced code.
fn is_fence<'t>(line: &'t str, open: &mut Option<&'t str>) -> bool {
    let Some(found) = regex!(r"^[ >]*(```+|~~~+)(.*)$").captures(line) else {
        return false;
    };
    let (Some(mark), Some(behind)) = (found.get(1), found.get(2)) else {
        return false;
    };
    let Some(fence) = *open else {
        *open = Some(mark.as_str());
        return true;
    };
    let ends = mark.as_str().starts_with(fence) && behind.as_str().trim().is_empty();
    if ends {
        *open = None;
    }
    ends
}

/// The text with blanks in place of the tables.
fn blank(text: &str, blocks: &[Block]) -> String {
    let (mut blanked, mut at) = (String::with_capacity(text.len()), 0);
    for span in blocks.iter().map(Block::span) {
        blanked.push_str(&text[at..span.start]);
        let bytes = text[span.clone()].bytes();
        blanked.extend(bytes.map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = span.end;
    }
    blanked.push_str(&text[at..]);
    blanked
}

/// The words of the headings of a text, in order.
fn headings(text: &str) -> Vec<Span> {
    let headings =
        regex!(r"(?m)^ {0,3}#{1,6}[ \t]+([^\n]*?)[ \t#]*$|^([^\s\n][^\n]*)\n(?:=+|-{2,})[ \t\r]*$");
    let found = headings.captures_iter(text);
    found
        .filter_map(|found| Some(found.get(1).or(found.get(2))?.range()))
        .collect()
}
