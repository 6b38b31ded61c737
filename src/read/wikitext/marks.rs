//! Text → [`Mark`]s: what wikitext keeps together, whatever stands in it.
//!
//! A bar in a template is no border of a cell, and a line that begins in a comment begins no row. So all pairs are
//! found first, in one pass: `{{…}}`, `[[…]]`, `[https://…]`, `<ref>…</ref>`, `<!--…-->` and what is shown as it
//! stands. What is never closed is text.

use memchr::memmem;

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

    /// All of it.
    pub(super) fn span(&self) -> Span {
        self.start..self.end
    }
}

/// Every pair of a text, in the order of their first characters.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<Mark>);

impl Marks {
    pub(super) fn new(text: &str) -> Self {
        let mut finder = Finder::default();
        finder.find(text);
        let mut marks = finder.found;
        marks.sort_unstable_by_key(|mark| mark.start);
        Self(marks)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Mark> {
        self.0.iter()
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
    /// The elements without a further end tag.
    unclosed: Vec<String>,
    has_no_comment_end: bool,
}

impl Finder {
    fn find(&mut self, text: &str) {
        let borders = regex!(
            r"(?ix) <!-- | </?(?:nowiki|pre|math|syntaxhighlight|source|ref)(?:\s[^<>]*)?/?>
              | \{\{ | \}\} | \[\[ | \]\] | \[(?:[a-z]+:)?// | \[mailto: | \] | \n"
        );
        let mut at = 0;
        while let Some(border) = borders.find_at(text, at) {
            at = border.end();
            let span = border.range();
            match border.as_str() {
                "<!--" => at = self.comment(text, span),
                "{{" => self.open(Kind::Template, span),
                "}}" => self.close(Kind::Template, span),
                "[[" => self.open(Kind::Link, span),
                "]]" => self.close(Kind::Link, span),
                "]" => self.close_url(span),
                "\n" => self.url = None,
                url if url.starts_with('[') => {
                    let mark = mark(Kind::Url, span.start, span.start + 1, at);
                    self.url = Some((mark, self.open.len()));
                }
                tag => at = self.tag(text, tag, span),
            }
        }
        // A reference that is never closed still cites, if only by its name.
        let unclosed = self.open.drain(..);
        self.found
            .extend(unclosed.filter(|mark| mark.kind == Kind::Ref));
    }

    /// Returns where to go on.
    fn comment(&mut self, text: &str, span: Span) -> usize {
        let end = (!self.has_no_comment_end)
            .then(|| memmem::find(&text.as_bytes()[span.end..], b"-->"))
            .flatten();
        self.has_no_comment_end = end.is_none();
        let Some(end) = end.map(|end| span.end + end) else {
            return span.end;
        };
        self.found.push(Mark {
            inner: (span.end, end),
            ..mark(Kind::Comment, span.start, end, end + 3)
        });
        end + 3
    }

    /// Returns where to go on.
    fn tag(&mut self, text: &str, tag: &str, span: Span) -> usize {
        let is_end = tag.starts_with("</");
        let is_empty = tag.ends_with("/>");
        let name = tag.trim_start_matches(['<', '/']);
        let name = name.split(|c: char| !c.is_ascii_alphabetic()).next();
        let name = name.unwrap_or_default().to_ascii_lowercase();
        match (name.as_str(), is_end, is_empty) {
            ("ref", true, _) => self.close(Kind::Ref, span.clone()),
            ("ref", false, false) => self.open(Kind::Ref, span.clone()),
            ("ref", false, true) => {
                let mark = mark(Kind::Ref, span.start, span.end, span.end);
                self.found.push(mark);
            }
            (_, false, false) => return self.raw(text, name, span),
            _ => {}
        }
        span.end
    }

    /// What is shown as it stands. Returns where to go on.
    fn raw(&mut self, text: &str, name: String, span: Span) -> usize {
        let ends = regex!(r"(?i)</(nowiki|pre|math|syntaxhighlight|source)\s*>");
        let is_end = |tag: &regex::Match<'_>| {
            let tag = &tag.as_str()[2..];
            tag.trim_end_matches('>').trim().eq_ignore_ascii_case(&name)
        };
        if self.unclosed.contains(&name) {
            return span.end;
        }
        let behind = &text[span.end..];
        let Some(tag) = ends.find_iter(behind).find(is_end) else {
            self.unclosed.push(name);
            return span.end;
        };
        let (start, end) = (span.end + tag.start(), span.end + tag.end());
        self.found.push(Mark {
            inner: (span.end, start),
            ..mark(Kind::Raw, span.start, start, end)
        });
        end
    }

    fn open(&mut self, kind: Kind, span: Span) {
        self.open_of_kind[kind as usize] += 1;
        self.open.push(mark(kind, span.start, span.end, span.end));
    }

    /// Closes the innermost pair of a kind. What was opened in it and is not closed is text.
    fn close(&mut self, kind: Kind, span: Span) {
        if self.open_of_kind[kind as usize] == 0 {
            return;
        }
        while let Some(open) = self.open.pop() {
            self.open_of_kind[open.kind as usize] -= 1;
            if open.kind == kind {
                self.found.push(Mark {
                    inner: (open.inner.0, span.start),
                    end: span.end,
                    ..open
                });
                return;
            }
        }
    }

    fn close_url(&mut self, span: Span) {
        if let Some((open, depth)) = self.url.take()
            && depth == self.open.len()
        {
            self.found.push(Mark {
                inner: (open.inner.0, span.start),
                end: span.end,
                ..open
            });
        }
    }
}

fn mark(kind: Kind, start: usize, inner: usize, end: usize) -> Mark {
    Mark {
        kind,
        start,
        inner: (inner, inner),
        end,
    }
}
