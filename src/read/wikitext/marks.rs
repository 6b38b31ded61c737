//! Text → [`Mark`]s: what wikitext keeps together, whatever stands in it.
//!
//! A bar in a template is no border of a cell, and a line that begins in a comment begins no row. So all pairs are
//! found first, in one pass: `{{…}}`, `[[…]]`, `[https://…]`, `<ref>…</ref>`, `<!--…-->` and what is shown as it
//! stands. What is never closed is text.

use regex::Regex;

use crate::text::Span;

/// A pair, from its first to its last character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) kind: Kind,
    pub(super) start: usize,
    /// Where its content starts and ends.
    inner: (usize, usize),
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `<!--…-->`.
    Comment,
    /// `<nowiki>…</nowiki>`, `<pre>…</pre>`: shown as it stands.
    Raw,
    /// `<ref>…</ref>`, `<ref name="…"/>`.
    Ref,
    /// `{{…}}`.
    Template,
    /// `[[…]]`.
    Link,
    /// `[https://…]`.
    Url,
}

impl Mark {
    /// Its content.
    pub(super) fn inner(&self) -> Span {
        self.inner.0..self.inner.1
    }

    fn closed(self, end: &Span) -> Self {
        Self {
            inner: (self.inner.0, end.start),
            end: end.end,
            ..self
        }
    }

    /// All of it.
    pub(super) fn span(&self) -> Span {
        self.start..self.end
    }
}

/// Every pair of a text, in the order of their first characters.
#[derive(Debug, Default)]
pub(super) struct Marks(pub(super) Vec<Mark>);

impl Marks {
    pub(super) fn new(text: &str) -> Self {
        let mut finder = Finder::default();
        finder.find(text);
        let mut marks = finder.found;
        marks.sort_unstable_by_key(|mark| mark.start);
        Self(marks)
    }

    /// Where a pattern is found next in a text, and the pair that stands there, if one does: then it is found whole.
    pub(super) fn find(
        &self,
        pattern: &Regex,
        text: &str,
        at: usize,
    ) -> Option<(Span, Option<Mark>)> {
        let found = pattern.find_at(text, at)?.range();
        let mark = self.at(found.start).filter(|mark| mark.end <= text.len());
        Some((mark.map_or(found, |mark| mark.span()), mark))
    }

    /// The pair that starts at a place.
    pub(super) fn at(&self, start: usize) -> Option<Mark> {
        let found = self.0.binary_search_by_key(&start, |mark| mark.start);
        found.ok().map(|index| self.0[index])
    }
}

/// Finds pairs.
#[derive(Debug, Default)]
struct Finder {
    found: Vec<Mark>,
    /// What is open, the innermost last; how many there are of each kind.
    open: Vec<Mark>,
    open_of_kind: [usize; 6],
    /// A link to a URL that is open in this line, and how much was open before it.
    url: Option<(Mark, usize)>,
    /// The comments and elements without a further end.
    unclosed: Vec<String>,
}

impl Finder {
    fn find(&mut self, text: &str) {
        let borders = regex!(
            r"(?ix) <(?P<raw>!--) | <(?P<element>nowiki|pre|math|syntaxhighlight|source)(?:\s(?:[^<>]*[^<>/])?)?>
              | </?ref(?:\s[^<>]*)?/?>
              | \{\{ | \}\} | \[\[ | \]\] | \[(?:[a-z]+:)?// | \[mailto: | \] | \n"
        );
        let mut at = 0;
        while let Some(found) = borders.captures_at(text, at) {
            let span = found.get_match().range();
            at = span.end;
            let raw = found.name("raw").or(found.name("element"));
            match (&text[span.clone()], raw) {
                (_, Some(name)) => at = self.raw(text, name.as_str().to_lowercase(), span),
                ("{{", _) => self.open(Kind::Template, span),
                ("}}", _) => self.close(Kind::Template, &span),
                ("[[", _) => self.open(Kind::Link, span),
                ("]]", _) => self.close(Kind::Link, &span),
                ("]", _) => self.close_url(&span),
                ("\n", _) => self.url = None,
                (tag, _) if tag.starts_with("</") => self.close(Kind::Ref, &span),
                (tag, _) if tag.ends_with("/>") => self.found.push(mark(Kind::Ref, span)),
                (tag, _) if tag.starts_with('<') => self.open(Kind::Ref, span),
                _ => {
                    self.url = Some((mark(Kind::Url, span.start..span.start + 1), self.open.len()));
                }
            }
        }
        // A reference that is never closed still cites, if only by its name.
        let unclosed = self.open.drain(..);
        self.found
            .extend(unclosed.filter(|mark| mark.kind == Kind::Ref));
    }

    /// A comment, or what is shown as it stands. Returns where to go on.
    fn raw(&mut self, text: &str, name: String, start: Span) -> usize {
        if self.unclosed.contains(&name) {
            return start.end;
        }
        let is_comment = name == "!--";
        let ends = regex!(r"(?i)-->|</(nowiki|pre|math|syntaxhighlight|source)\s*>");
        let mut ends = ends.captures_iter(&text[start.end..]);
        let is_end = |end: &regex::Captures<'_>| match end.get(1) {
            Some(of) => of.as_str().eq_ignore_ascii_case(&name),
            None => is_comment,
        };
        let Some(end) = ends.find(is_end).map(|end| end.get_match().range()) else {
            self.unclosed.push(name);
            return start.end;
        };
        let (inner, end) = (start.end + end.start, start.end + end.end);
        let kind = if is_comment { Kind::Comment } else { Kind::Raw };
        self.found.push(mark(kind, start).closed(&(inner..end)));
        end
    }

    fn open(&mut self, kind: Kind, span: Span) {
        self.open_of_kind[kind as usize] += 1;
        self.open.push(mark(kind, span));
    }

    /// Closes the innermost pair of a kind. What was opened in it and is not closed is text.
    fn close(&mut self, kind: Kind, end: &Span) {
        if self.open_of_kind[kind as usize] == 0 {
            return;
        }
        while let Some(open) = self.open.pop() {
            self.open_of_kind[open.kind as usize] -= 1;
            if open.kind == kind {
                self.found.push(open.closed(end));
                return;
            }
        }
    }

    fn close_url(&mut self, end: &Span) {
        if let Some((open, _)) = self
            .url
            .take()
            .filter(|(_, depth)| *depth == self.open.len())
        {
            self.found.push(open.closed(end));
        }
    }
}

/// A pair without content.
fn mark(kind: Kind, span: Span) -> Mark {
    Mark {
        kind,
        start: span.start,
        inner: (span.end, span.end),
        end: span.end,
    }
}
