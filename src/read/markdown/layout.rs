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

use memchr::{memchr, memchr_iter, memchr2};

use crate::limits;
use crate::text::Span;

/// A text that is laid out anew, and what was found about its tables.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The new text; `None` where it is that of before.
    pub(super) text: Option<String>,
    /// The parts of the new text, in order; without any, places are those of before.
    pieces: Vec<Piece>,
    /// What was found about its tables, in order.
    pub(super) finds: Vec<Find>,
}

/// A part of the new text, up to the next one.
#[derive(Debug)]
struct Piece {
    start: usize,
    /// Where it stands in the old text.
    original: usize,
    /// It does not stand there: the place is where it was put in.
    is_put_in: bool,
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

impl Layout {
    /// Lays a text out.
    pub(super) fn new(text: &str) -> Self {
        let mut lines = Lines {
            text,
            copied: 0,
            new: String::new(),
            layout: Self::default(),
            fence: None,
            indents: Vec::new(),
            table: None,
            is_blank_above: true,
        };
        if memchr(b'|', text.as_bytes()).is_some() {
            let mut at = 0;
            while at < text.len() {
                at = lines.step(at);
            }
        }
        lines.finish()
    }

    /// The place in the old text of a place in the new one.
    pub(super) fn original(&self, at: usize) -> usize {
        let pieces = self.pieces.partition_point(|piece| piece.start <= at);
        match pieces.checked_sub(1).map(|last| &self.pieces[last]) {
            None => at,
            Some(piece) if piece.is_put_in => piece.original,
            Some(piece) => piece.original + (at - piece.start),
        }
    }
}

/// A walk over the lines of a text.
struct Lines<'t> {
    text: &'t str,
    /// How much of the text stands in the new one, or is left out.
    copied: usize,
    new: String,
    layout: Layout,
    /// The character and the length of the fence above the code that is passed over.
    fence: Option<(u8, usize)>,
    /// How wide the content of each open admonition is indented, the innermost last.
    indents: Vec<usize>,
    /// The table that rows to come may belong to.
    table: Option<Table>,
    is_blank_above: bool,
}

/// How the rows of a table are written.
#[derive(Debug, Clone, Copy)]
struct Form {
    pipes: usize,
    /// They start with a pipe.
    starts: bool,
    /// They end with a pipe.
    ends: bool,
}

/// A table above.
#[derive(Debug)]
struct Table {
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
impl<'t> Lines<'t> {
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

    fn words(&self, line: Line) -> &'t str {
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
impl Lines<'_> {
    /// Goes through the lines from here on that belong together. Returns where the next one starts.
    fn step(&mut self, at: usize) -> usize {
        self.leave_admonitions(at);
        let line = self.line(at);
        let words = self.words(line);
        if self.is_code(words) {
            self.pass(line);
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

    /// Passes over a line that is no row.
    fn between(&mut self, line: Line) {
        let words = self.words(line);
        if let Some(table) = self.table.as_mut().filter(|_| !words.is_empty()) {
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
        self.table = Some(Table {
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
            self.new.push_str(&self.text[self.copied..line.end]);
            self.new
                .extend(std::iter::repeat_n(' ', next.body - line.end));
            self.copied = next.body;
            line = next;
        }
        self.is_blank_above = false;
    }

    fn find(&mut self, kind: Kind, first: Line, last: Line) {
        self.dedent(first);
        let at = self.new.len() + first.body - self.copied;
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
        self.new.push_str(&self.text[self.copied..old.start]);
        let pieces = &mut self.layout.pieces;
        let mut piece = |start, original, is_put_in| {
            pieces.push(Piece {
                start,
                original,
                is_put_in,
            });
        };
        piece(self.new.len(), old.start, true);
        self.new.push_str(new);
        piece(self.new.len(), old.end, false);
        self.copied = old.end;
    }

    fn finish(mut self) -> Layout {
        if self.copied > 0 || !self.layout.pieces.is_empty() {
            self.new.push_str(&self.text[self.copied..]);
            self.layout.text = Some(self.new);
        }
        self.layout
    }
}

impl Form {
    /// The form of a row; `None` for a line without pipes.
    fn new(words: &str) -> Option<Self> {
        let bytes = words.as_bytes();
        let is_border = |&at: &usize| {
            let escapes = bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\');
            escapes.count() % 2 == 0
        };
        let mut borders = memchr_iter(b'|', bytes).filter(is_border);
        let first = borders.next()?;
        let (count, last) = borders.fold((1, first), |(count, _), at| (count + 1, at));
        Some(Self {
            pipes: count,
            starts: first == 0,
            ends: last + 1 == bytes.len() && last > 0,
        })
    }

    fn cells(self) -> usize {
        (self.pipes + 1).saturating_sub(usize::from(self.starts) + usize::from(self.ends))
    }

    /// Tells whether a row is one of a table of this form. Where no pipes stand around the rows of a table, they may
    /// stand around blank cells.
    fn fits(self, row: Self) -> bool {
        row.pipes == self.pipes && (row.starts || !self.starts) && (row.ends || !self.ends)
    }

    fn rule(self) -> String {
        format!("|{}", "-|".repeat(self.cells()))
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

/// Tells whether a line is the delimiter row of a table of at least two columns (GFM §4.10).
fn is_rule(words: &str) -> bool {
    words
        .bytes()
        .all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
        && regex!(r"^\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)+\|?$").is_match(words)
}

/// Tells whether a row is words only: a number is data.
fn is_like_header(words: &str) -> bool {
    words.bytes().any(|byte| !matches!(byte, b'|' | b' ')) && !words.split('|').any(is_data)
}

/// The same, with no cell blank: rows that lost cells are words, too.
fn is_header(words: &str) -> bool {
    let cells = words.trim_matches('|').split('|');
    is_like_header(words) && cells.map(str::trim).all(|cell| !cell.is_empty())
}

/// Tells whether a cell starts with a number and is not words.
fn is_data(cell: &str) -> bool {
    let cell = cell
        .trim_start_matches('|')
        .split('|')
        .next()
        .unwrap_or_default();
    let cell = cell.trim_start_matches(|c: char| !c.is_alphanumeric());
    cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(char::is_alphabetic)
}

/// Marks of kramdown, Hugo, Zola and Jekyll, which say nothing of ports.
fn is_noise(words: &str) -> bool {
    words.starts_with('{') && regex!(r"^(?:\{:.*\}|\{\{[<%].*[>%]\}\}|\{%.*%\})$").is_match(words)
}

/// Tells whether a line ends a table, as what is no row.
fn interrupts(words: &str) -> bool {
    let is_block = || {
        regex!(r"(?i)^(?:#{1,6}\s|[-*+]\s|1[.)]\s|```|~~~|</?(?:div|table|p|h[1-6]|ul|ol|pre|details|center)\b|<!--)")
            .is_match(words)
    };
    words.starts_with("[^") && words.contains("]:")
        || memchr(b'|', words.as_bytes()).is_none() && is_block()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
            let layout = Layout::new(&text);
            let new = layout.text.as_deref().unwrap_or(&text);
            let mut last = 0;
            for (at, c) in new.char_indices() {
                let place = layout.original(at);
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
            let layout = Layout::new(&text);
            let new = layout.text.as_deref().unwrap_or(&text);
            let words = |text: &str| -> String {
                text.chars().filter(|c| c.is_alphanumeric()).collect()
            };
            prop_assert_eq!(words(new), words(&text));
        }
    }
}
