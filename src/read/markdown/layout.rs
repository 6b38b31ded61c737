//! Text → text: the tables of a page as GFM wants them, each row on one line, each table apart, with a rule below its
//! header.
//!
//! Converters leave tables that markdown cuts, runs together or does not see:
//!
//! - a row broken in the middle, by a line break in a cell, blank lines or the wrapping of long HTML: one line again;
//! - rows behind a blank line or a paragraph, with as many cells as those before it: they go on below a blank header;
//! - a header and its rule right behind other rows or words: apart from them;
//! - rows without a rule, or with one of another width: a rule is put in;
//! - tables indented below `!!! note`, `??? note` and `=== "Tab"`: not indented;
//! - a code fence that would make code of the tables below it, though all others pair only without it: left out;
//! - `{: .class}` and `{{< shortcode >}}`: nothing.

mod fence;
mod form;
mod lines;

use std::collections::VecDeque;

use super::super::Texts;
use super::super::patched::Patched;
use super::super::ruled::{self, Rules, Table};
use super::super::wikitext::Wikitext;
use crate::diagnostic::Code;
use crate::text::Span;

use form::{Form, interrupts, is_data, is_header, is_like_header, is_noise, is_rule};
use lines::{Line, Lines};

/// A text that is laid out anew, and what was found about its tables.
#[derive(Default)]
pub(super) struct Layout<'a> {
    /// The new text, if it is another one, and its places.
    pub(super) text: Patched,
    /// What was found about its tables, in order.
    pub(super) finds: Vec<Find>,
    /// The tables of other syntaxes, in order, and where they stood in the new text.
    pub(super) blocks: VecDeque<(usize, Block)>,
    /// The text as wikitext, if it has such tables.
    pub(super) wikitext: Option<Wikitext<'a>>,
}

/// A table of another syntax.
pub(super) enum Block {
    /// One that lines rule.
    Ruled(Table, Span),
    /// One of wikitext.
    Wikitext(Span),
}

/// Something about a table that the new text does not say.
#[derive(Debug)]
pub(super) struct Find {
    pub(super) kind: Kind,
    /// Where its header or row starts in the new text.
    pub(super) at: usize,
    /// The row that it is about, in the old text.
    pub(super) row: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The rows below the header go on with the table before. Header and rule were put in.
    Severed,
    /// The rule below the header was put in.
    WithoutRule,
    /// Header and rule were put in.
    WithoutHeader,
    /// The row was put together from several lines.
    Broken,
    /// The row is a code fence above the table, which was left out.
    Fenced,
}

impl Kind {
    pub(super) fn message(self) -> (Code, &'static str) {
        match self {
            Self::Severed => (Code::SeveredTable, "the table above continues here"),
            Self::WithoutRule => (
                Code::RuleMissing,
                "GFM needs a delimiter row such as |---|---| below the header, with as many cells; read as if it were there",
            ),
            Self::WithoutHeader => (
                Code::RuleMissing,
                "GFM needs a header above the rows, and a delimiter row such as |---|---| below it; read without them",
            ),
            Self::Broken => (
                Code::BrokenRow,
                "a row spread over several lines is put back together",
            ),
            Self::Fenced => (
                Code::StrayFence,
                "this code fence is one too many, and would make code of the table below; read as if it were not there",
            ),
        }
    }
}

impl<'a> Layout<'a> {
    /// Lays a text out.
    pub(super) fn new(text: &'a str, texts: &'a Texts) -> Self {
        let lines = ruled::lines(text);
        let rules = Rules::new(&lines);
        let mut walk = Walk {
            text,
            lines: Lines::new(text),
            texts,
            rules,
            copied: 0,
            columns: lines,
            layout: Self::default(),
            table: None,
            stray_fences: fence::stray(text),
            dropped_fence: None,
            is_blank_above: true,
            has_unclosed_wikitext: false,
        };
        let mut at = 0;
        while at < text.len() {
            at = walk.step(at);
        }
        walk.finish()
    }
}

/// A walk over the lines of a text.
struct Walk<'a> {
    text: &'a str,
    lines: Lines<'a>,
    texts: &'a Texts,
    /// The same lines in columns, and those that rule these.
    columns: Vec<ruled::Line<'a>>,
    rules: Rules,
    /// How much of the text stands in the new one, or is left out.
    copied: usize,
    layout: Layout<'a>,
    /// The table that rows to come may belong to.
    table: Option<Form>,
    /// The code fences that begin no code, and the last of them that no table is below of yet.
    stray_fences: Vec<usize>,
    dropped_fence: Option<Line>,
    is_blank_above: bool,
    has_unclosed_wikitext: bool,
}

impl<'a> Walk<'a> {
    /// Goes through the lines from here on that belong together. Returns where the next one starts.
    fn step(&mut self, at: usize) -> usize {
        self.lines.leave_admonitions(at);
        let line = self.lines.line(at);
        let words = self.lines.words(line);
        let is_stray = self.stray_fences.binary_search(&at).is_ok();
        if is_stray && !self.lines.is_in_code() {
            self.edit(line.body..line.end, "");
            (self.dropped_fence, self.table) = (Some(line), None);
            self.is_blank_above = true;
        } else if self.lines.is_code(words) {
            self.pass(line);
        } else if let Some((block, end)) = self.block(at) {
            self.edit(at..end, "\n");
            let place = self.layout.text.text.len();
            self.layout.blocks.push_back((place, block));
            (self.table, self.is_blank_above) = (None, true);
            return end;
        } else if is_noise(words) {
            self.dedent(line);
            self.edit(line.body..line.end, "");
            self.is_blank_above = true;
        } else if let Some(rule) = self.lines.form_below(line) {
            return self.table(line, rule);
        } else if let Some(form) =
            Form::new(words).filter(|_| !is_rule(words) && !interrupts(words))
        {
            return self.rows_alone(line, form);
        } else {
            self.between(line);
        }
        line.next
    }

    /// The table of another syntax that starts in a line, and where it ends.
    fn block(&mut self, start: usize) -> Option<(Block, usize)> {
        let lines = &self.columns;
        let at = lines.partition_point(|line| line.start < start);
        let line = lines.get(at).filter(|line| line.start == start)?;
        if let Some(table) = ruled::table(self.text, lines, at, &self.rules) {
            let end = lines
                .get(table.lines.end)
                .map_or(self.text.len(), |line| line.start);
            let span = ruled::span(&lines[table.lines.clone()]);
            return Some((Block::Ruled(table, span), end));
        }
        if self.has_unclosed_wikitext || !line.text.trim_start().starts_with("{|") {
            return None;
        }
        let wikitext = &mut self.layout.wikitext;
        let wikitext = wikitext.get_or_insert_with(|| Wikitext::new(self.text, "ref-", self.texts));
        let end = wikitext.end_of_table(start);
        self.has_unclosed_wikitext = end.is_none();
        let end = end.unwrap_or(self.text.len());
        Some((Block::Wikitext(start..end), end))
    }

    /// Passes over a line that is no row.
    fn between(&mut self, line: Line) {
        let words = self.lines.words(line);
        self.pass(line);
        let is_admonition = words.starts_with(['!', '?', '='])
            && regex!(r#"^(?:(?:!!!|\?\?\?\+?)[ \t]+\S|===[!+]?[ \t]+["'])"#).is_match(words);
        if is_admonition && !self.text[line.start..line.body].contains('>') {
            self.lines.begin_admonition(line);
            self.edit(line.next..line.next, "\n");
            self.is_blank_above = true;
        }
    }

    /// A table with a header and a rule.
    fn table(&mut self, header: Line, rule: Form) -> usize {
        let (words, below) = (self.lines.words(header), self.lines.line(header.next));
        let form = Form::new(words).unwrap_or(rule);
        self.set_apart(header);
        if form.cells() != rule.cells() {
            self.find(Kind::WithoutRule, header, header.words());
        }
        self.pass(header);
        self.dedent(below);
        if form.cells() != rule.cells() {
            self.edit(below.body..below.end, &form.rule());
        }
        self.rows(below.next, form)
    }

    /// Rows below no header: they go on with the table above, or are a table without a rule.
    fn rows_alone(&mut self, first: Line, form: Form) -> usize {
        let (words, prefix) = (self.lines.words(first), self.lines.prefix(first));
        let next = self.lines.words(self.lines.line(first.next));
        let goes_on = self
            .table
            .is_some_and(|table| table.fits(form) && !(is_header(words) && is_data(next)));
        let next = Form::new(next);
        let is_table = form.cells() > 1
            && next.is_some_and(|next| form.fits(next) && next.fits(form))
            && (form.starts || form.cells() > 2 || is_data(words));
        if !goes_on && !is_table {
            self.between(first);
            return first.next;
        }
        self.set_apart(first);
        let rule = form.rule();
        if !goes_on && is_like_header(words) {
            self.find(Kind::WithoutRule, first, first.words());
            self.pass(first);
            self.edit(first.next..first.next, &format!("{prefix}{rule}\n"));
            return self.rows(first.next, form);
        }
        let kind = if goes_on {
            Kind::Severed
        } else {
            Kind::WithoutHeader
        };
        self.find(kind, first, first.words());
        let header = "| ".repeat(form.cells());
        let header = format!("{prefix}{header}|\n{prefix}{rule}\n");
        self.edit(first.indented..first.indented, &header);
        self.rows(first.start, form)
    }

    /// The rows of a table. Returns where the first line behind them starts.
    fn rows(&mut self, mut at: usize, form: Form) -> usize {
        while at < self.text.len() {
            let line = self.lines.line(at);
            let words = self.lines.words(line);
            let begins_another = || self.lines.form_below(line).is_some() && is_like_header(words);
            if words.is_empty() || is_noise(words) || interrupts(words) || begins_another() {
                break;
            }
            let last = self.lines.end_of_row(line, form);
            if let Some(last) = last {
                self.find(Kind::Broken, line, line.body..last.end);
                self.put_together(line, last);
            } else {
                self.pass(line);
                if words == "|" {
                    // The table would end.
                    self.edit(line.end..line.end, "|");
                }
            }
            at = last.unwrap_or(line).next;
        }
        self.table = Some(form);
        at
    }

    /// Makes one line of several.
    fn put_together(&mut self, first: Line, last: Line) {
        self.dedent(first);
        let mut line = first;
        while line.start < last.start {
            let next = self.lines.line(line.next);
            self.edit(line.end..next.body, " ");
            line = next;
        }
        self.is_blank_above = false;
    }

    /// Adds what is found at a line, about a row of the old text.
    fn find(&mut self, kind: Kind, line: Line, row: Span) {
        self.dedent(line);
        let at = self.layout.text.text.len() + line.body - self.copied;
        self.layout.finds.push(Find { kind, at, row });
    }

    /// Parts the first line of a table from the one above.
    fn set_apart(&mut self, line: Line) {
        if !self.is_blank_above {
            let prefix = self.lines.prefix(line);
            self.edit(line.start..line.start, &format!("{}\n", prefix.trim_end()));
        }
        if let Some(fence) = self.dropped_fence.take() {
            self.find(Kind::Fenced, line, fence.words());
        }
    }

    fn pass(&mut self, line: Line) {
        self.dedent(line);
        self.is_blank_above = self.lines.words(line).is_empty();
    }

    fn dedent(&mut self, line: Line) {
        if line.indented > line.start.max(self.copied) {
            self.edit(line.start..line.indented, "");
        }
    }

    /// Puts a text in the place of another.
    fn edit(&mut self, old: Span, new: &str) {
        self.layout.text.copy(self.text, self.copied..old.start);
        self.layout.text.put_in(new, old.start);
        self.copied = old.end;
    }

    fn finish(mut self) -> Layout<'a> {
        if !self.layout.text.is_empty() {
            self.layout
                .text
                .copy(self.text, self.copied..self.text.len());
        }
        self.layout
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::super::Texts;
    use super::Layout;

    /// Pieces of markdown, in any order.
    #[rustfmt::skip]
    const PIECES: [&str; 25] = [
        "|", "| 22 ", "| a ", "|---", "|---|---|", "\n", "\n", "\r\n", "\r", "\n\n", "> ", "    ", "\t", "- ", "# h",
        "!!! note", "=== \"x\"", "```", "{: .x}", "{{< y >}}", "[^1]: z", "\\", "<a\nb>", "ö", "\u{a0}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Places go on, and what was not put in stands where it says.
        #[test]
        fn places_are_those_of_the_text(pieces in vec(select(&PIECES[..]), 0..40)) {
            let (text, texts) = (pieces.concat(), Texts::new());
            let layout = Layout::new(&text, &texts);
            let new = Some(&*layout.text.text).filter(|_| !layout.text.is_empty()).unwrap_or(&text);
            let mut last = 0;
            for (at, c) in new.char_indices() {
                let place = layout.text.original(at);
                prop_assert!(place >= last && text.is_char_boundary(place), "{at} in {text:?}");
                last = place;
                if !c.is_ascii() {
                    prop_assert!(text[place..].starts_with(c), "{c} at {at} in {text:?}");
                }
            }
            for find in &layout.finds {
                prop_assert!(new.is_char_boundary(find.at));
                prop_assert!(text.get(find.row.clone()).is_some());
            }
        }

        /// Only marks and white space are put in or left out; and what is laid out stays.
        #[test]
        fn words_stay(text in "(\\|?( ?(22|ab|x y) ?\\|){0,4}\n{1,2}){0,8}") {
            let texts = Texts::new();
            let layout = Layout::new(&text, &texts);
            let new = Some(&*layout.text.text).filter(|_| !layout.text.is_empty()).unwrap_or(&text);
            let words = |text: &str| -> String {
                text.chars().filter(|c| c.is_alphanumeric()).collect()
            };
            prop_assert_eq!(words(new), words(&text));
        }
    }
}
