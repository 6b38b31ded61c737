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
//! - `{: .class}` and `{{< shortcode >}}`: nothing.

mod form;

use std::collections::VecDeque;
use std::rc::Rc;

use memchr::{memchr, memchr2};

use super::super::Texts;
use super::super::patched::Patched;
use super::super::ruled::{self, Rules, Table};
use super::super::wikitext::Wikitext;
use crate::diagnostic::Code;
use crate::limits;
use crate::text::Span;

use form::{Form, interrupts, is_data, is_header, is_like_header, is_noise, is_rule};

/// A text that is laid out anew, and what was found about its tables.
#[derive(Default)]
pub(super) struct Layout<'a> {
    /// The new text, if it is another one, and its places.
    pub(super) text: Patched,
    /// What was found about its tables, in order.
    pub(super) finds: Vec<Find>,
    /// The tables of other syntaxes, in order, and where they stood in the new text.
    pub(super) blocks: VecDeque<(usize, Block)>,
    /// The lines of the text.
    pub(super) lines: Rc<[ruled::Line<'a>]>,
    /// The text as wikitext, if it has such tables.
    pub(super) wikitext: Option<Wikitext<'a>>,
}

/// A table of another syntax.
pub(super) enum Block {
    /// One that lines rule.
    Ruled(Table),
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
}

impl Kind {
    pub(super) fn code(self) -> Code {
        match self {
            Self::Severed => Code::SeveredTable,
            Self::WithoutRule | Self::WithoutHeader => Code::RuleMissing,
            Self::Broken => Code::BrokenRow,
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Severed => "the table above goes on here",
            Self::WithoutRule => {
                "GFM needs a rule below the header, such as |---|---|, with as many cells; read as if it were there"
            }
            Self::WithoutHeader => {
                "GFM needs a header above the rows, and a rule below it, such as |---|---|; read without them"
            }
            Self::Broken => "a row spread over several lines is put back together",
        }
    }
}

impl<'a> Layout<'a> {
    /// Lays a text out.
    pub(super) fn new(text: &'a str, texts: &'a Texts) -> Self {
        let lines = ruled::lines(text);
        let rules = Rules::new(&lines);
        let has_pipe = memchr(b'|', text.as_bytes()).is_some();
        let is_plain = !has_pipe && rules.is_empty();
        let mut walk = Walk {
            text,
            texts,
            rules,
            copied: 0,
            layout: Self {
                lines: lines.into(),
                ..Self::default()
            },
            fence: None,
            indents: Vec::new(),
            table: None,
            is_blank_above: true,
            has_unclosed_wikitext: false,
        };
        let mut at = if is_plain { text.len() } else { 0 };
        while at < text.len() {
            at = walk.step(at);
        }
        walk.finish()
    }
}

/// A walk over the lines of a text.
struct Walk<'a> {
    text: &'a str,
    texts: &'a Texts,
    /// The lines that rule columns.
    rules: Rules,
    /// How much of the text stands in the new one, or is left out.
    copied: usize,
    layout: Layout<'a>,
    /// The character and the length of the fence above the code that is passed over.
    fence: Option<(u8, usize)>,
    /// How wide the content of each open admonition is indented, the innermost last.
    indents: Vec<usize>,
    /// The table that rows to come may belong to.
    table: Option<Above>,
    is_blank_above: bool,
    has_unclosed_wikitext: bool,
}

/// A table above.
#[derive(Debug)]
struct Above {
    form: Form,
    prefix: String,
    /// How many lines of words stand behind it.
    lines_behind: usize,
}

/// A line of the old text.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    /// Where the indentation of the admonition ends that it stands in.
    indented: usize,
    /// Where its words start, behind marks of quotes and lists and white space.
    body: usize,
    /// Where its words end.
    end: usize,
    /// Where the next line starts.
    next: usize,
}

/// Reading.
impl<'a> Walk<'a> {
    fn line(&self, start: usize) -> Line {
        let bytes = self.text.as_bytes();
        let break_at = memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at);
        let break_length = match &bytes[break_at..] {
            [] => 0,
            [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        let whole = &self.text[start..break_at];
        let indent = self
            .indents
            .last()
            .map_or(0, |&indent| blanks(whole, indent).0);
        let inner = whole[indent..].trim_start_matches([' ', '\t', '>']);
        let marker = list_marker(inner);
        let words = inner[marker..].trim_end();
        let body = break_at - inner.len() + marker;
        Line {
            start,
            indented: start + indent,
            body,
            end: body + words.len(),
            next: break_at + break_length,
        }
    }

    fn words(&self, line: Line) -> &'a str {
        &self.text[line.body..line.end]
    }

    /// What stands in front of the words, as a line of the same block needs it.
    fn prefix(&self, line: Line) -> String {
        let marks = self.text[line.indented..line.body].chars();
        marks
            .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
            .collect()
    }

    /// The form of the table whose header a line is, as the rule below has it.
    fn form_below(&self, header: Line) -> Option<Form> {
        let below = self.line(header.next);
        let rule = self.words(below);
        let words = self.words(header);
        (is_rule(rule) && !is_rule(words) && !interrupts(words)).then_some(())?;
        Form::new(words)?;
        Form::new(rule)
    }

    /// The last line of a row that is broken in the middle; `None` for one that is whole, or never ends.
    fn end_of_row(&self, first: Line, form: Form) -> Option<Line> {
        let mut row = Form::new(self.words(first))?;
        // Paragraphs in the last cell leave the pipe that ends it on a line of its own.
        let is_short = form.starts && row.ends && row.pipes < form.pipes;
        let is_whole = if form.ends {
            row.ends && !is_short
        } else {
            row.pipes >= form.pipes
        };
        if is_whole || form.starts && !row.starts {
            return None;
        }
        let (mut line, mut has_blank) = (first, false);
        for _ in 0..limits::LINES_OF_ROW {
            if line.next >= self.text.len() {
                return None;
            }
            line = self.line(line.next);
            let words = self.words(line);
            has_blank |= words.is_empty();
            if has_blank && !form.ends || !form.starts && is_data(words) {
                return None;
            }
            let Some(more) = Form::new(words) else {
                continue;
            };
            if is_short && words != "|" {
                return None;
            }
            row.pipes += more.pipes;
            row.ends = more.ends || is_short;
            // The wiki's own rows lose cells, and long ones are wrapped all the same.
            let is_wrapped = form.ends && row.ends && !has_blank && !more.starts;
            if form.fits(row) || is_wrapped && row.pipes < form.pipes {
                return Some(line);
            }
            if form.starts && more.starts || row.pipes > form.pipes {
                return None;
            }
        }
        None
    }
}

/// Writing, and the forms of tables.
impl<'a> Walk<'a> {
    /// Goes through the lines from here on that belong together. Returns where the next one starts.
    fn step(&mut self, at: usize) -> usize {
        self.leave_admonitions(at);
        let line = self.line(at);
        let words = self.words(line);
        if self.is_code(words) {
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
        } else if let Some(rule) = self.form_below(line) {
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
        let lines = &self.layout.lines;
        let at = lines.partition_point(|line| line.start < start);
        let line = lines.get(at).filter(|line| line.start == start)?;
        if let Some(table) = ruled::table(lines, at, &self.rules) {
            let end = lines
                .get(table.lines.end)
                .map_or(self.text.len(), |line| line.start);
            return Some((Block::Ruled(table), end));
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
        let words = self.words(line);
        if words.starts_with("<table") {
            self.table = None;
        } else if let Some(table) = self.table.as_mut().filter(|_| !words.is_empty()) {
            table.lines_behind += 1;
        }
        self.pass(line);
        let is_admonition =
            regex!(r#"^(?:(?:!!!|\?\?\?\+?)[ \t]+\S|===[!+]?[ \t]+["'])"#).is_match(words);
        if is_admonition && !self.text[line.start..line.body].contains('>') {
            let (_, width) = blanks(&self.text[line.start..line.end], usize::MAX);
            self.indents.push(width + 4);
            self.edit(line.next..line.next, "\n");
            self.is_blank_above = true;
        }
    }

    /// Ends the admonitions whose content is indented wider than a line.
    fn leave_admonitions(&mut self, at: usize) {
        if self.indents.is_empty() {
            return;
        }
        let line = self.line(at);
        let (_, width) = blanks(&self.text[at..line.end.max(at)], usize::MAX);
        if !self.words(line).is_empty() {
            self.indents.retain(|&indent| indent <= width);
        }
    }

    /// Tells whether a line is fenced code.
    fn is_code(&mut self, words: &str) -> bool {
        let mark = words.bytes().next();
        let length = words.bytes().take_while(|&byte| Some(byte) == mark).count();
        if let Some((fence, least)) = self.fence {
            if mark == Some(fence) && length >= least && length == words.len() {
                self.fence = None;
            }
            return true;
        }
        let is_inline = mark == Some(b'`') && words[length..].contains('`');
        let fence = mark.filter(|mark| matches!(mark, b'`' | b'~') && length > 2 && !is_inline);
        self.fence = fence.map(|mark| (mark, length));
        self.fence.is_some()
    }

    /// A table with a header and a rule.
    fn table(&mut self, header: Line, rule: Form) -> usize {
        let (words, below) = (self.words(header), self.line(header.next));
        let form = Form::new(words).unwrap_or(rule);
        self.set_apart(header);
        if form.cells() != rule.cells() {
            self.find(Kind::WithoutRule, header, header);
        }
        self.pass(header);
        self.dedent(below);
        if form.cells() != rule.cells() {
            self.edit(below.body..below.end, &form.rule());
        }
        self.rows(below.next, self.prefix(header), form)
    }

    /// Rows below no header: they go on with the table above, or are a table without a rule.
    fn rows_alone(&mut self, first: Line, form: Form) -> usize {
        let (words, prefix) = (self.words(first), self.prefix(first));
        let next = self.words(self.line(first.next));
        let goes_on = self.table.as_ref().is_some_and(|table| {
            let most = if table.form.starts {
                limits::LINES_BETWEEN_ROWS
            } else {
                0
            };
            table.form.fits(form)
                && table.prefix == prefix
                && table.lines_behind <= most
                && !(is_header(words) && is_data(next))
        });
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
            self.find(Kind::WithoutRule, first, first);
            self.pass(first);
            self.edit(first.next..first.next, &format!("{prefix}{rule}\n"));
            return self.rows(first.next, prefix, form);
        }
        let kind = if goes_on {
            Kind::Severed
        } else {
            Kind::WithoutHeader
        };
        self.find(kind, first, first);
        let header = "| ".repeat(form.cells());
        let header = format!("{prefix}{header}|\n{prefix}{rule}\n");
        self.edit(first.indented..first.indented, &header);
        self.rows(first.start, prefix, form)
    }

    /// The rows of a table. Returns where the first line behind them starts.
    fn rows(&mut self, mut at: usize, prefix: String, form: Form) -> usize {
        while at < self.text.len() {
            let line = self.line(at);
            let words = self.words(line);
            let begins_another = || self.form_below(line).is_some() && is_like_header(words);
            if words.is_empty() || is_noise(words) || interrupts(words) || begins_another() {
                break;
            }
            let last = self.end_of_row(line, form);
            if let Some(last) = last {
                self.find(Kind::Broken, line, last);
                self.put_together(line, last);
            } else {
                self.pass(line);
            }
            at = last.unwrap_or(line).next;
        }
        self.table = Some(Above {
            form,
            prefix,
            lines_behind: 0,
        });
        at
    }

    /// Makes one line of several, of the same length.
    fn put_together(&mut self, first: Line, last: Line) {
        self.dedent(first);
        let mut line = first;
        while line.start < last.start {
            let next = self.line(line.next);
            self.layout.text.copy(self.text, self.copied..line.end);
            let blanks = std::iter::repeat_n(' ', next.body - line.end);
            self.layout.text.text.extend(blanks);
            self.copied = next.body;
            line = next;
        }
        self.is_blank_above = false;
    }

    fn find(&mut self, kind: Kind, first: Line, last: Line) {
        self.dedent(first);
        let at = self.layout.text.text.len() + first.body - self.copied;
        let row = first.body..last.end;
        self.layout.finds.push(Find { kind, at, row });
    }

    /// Parts a line from the one above.
    fn set_apart(&mut self, line: Line) {
        if !self.is_blank_above {
            let prefix = self.prefix(line);
            self.edit(line.start..line.start, &format!("{}\n", prefix.trim_end()));
        }
    }

    fn pass(&mut self, line: Line) {
        self.dedent(line);
        self.is_blank_above = self.words(line).is_empty();
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

/// How many blanks and tabs stand in front, up to a width, and how wide they are.
fn blanks(line: &str, most: usize) -> (usize, usize) {
    let (mut count, mut width) = (0, 0);
    for byte in line.bytes() {
        let next = match byte {
            b' ' => width + 1,
            b'\t' => width + 4 - width % 4,
            _ => break,
        };
        if next > most {
            break;
        }
        (count, width) = (count + 1, next);
    }
    (count, width)
}

/// The length of the mark of a list item that holds a row.
fn list_marker(words: &str) -> usize {
    if words.starts_with('|') {
        return 0;
    }
    let marker = regex!(r"^(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\|").find(words);
    marker.map_or(0, |marker| marker.len() - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::Texts;
    use super::Layout;

    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(&[
            "|",
            "| 22 ",
            "| a ",
            "|---",
            "|---|---|",
            "\n",
            "\n",
            "\r\n",
            "\r",
            "\n\n",
            "> ",
            "    ",
            "\t",
            "- ",
            "!!! note",
            "=== \"x\"",
            "```",
            "{: .x}",
            "{{< y >}}",
            "[^1]: z",
            "# h",
            "\\",
            "<a\nb>",
            "ö",
            "\u{a0}",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        /// Places go on, and what was not put in stands where it says.
        #[test]
        fn places_are_those_of_the_text(text in pieces()) {
            let texts = Texts::new();
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
