//! What pulldown-cmark makes of a text, or of an excerpt of one, with places in the whole.

use std::borrow::Cow;

use pulldown_cmark::{CowStr, Event, OffsetIter, Options, Parser};

use crate::text::Span;

pub(super) struct Events<'e> {
    events: OffsetIter<'e>,
    stretches: Vec<Stretch>,
}

impl<'e> Events<'e> {
    pub(super) fn of(text: &'e str, part: Span) -> Self {
        let of = part.clone();
        Self::placed(&text[part], vec![Stretch { at: 0, of }])
    }

    fn placed(text: &'e str, stretches: Vec<Stretch>) -> Self {
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        let events = Parser::new_ext(text, options).into_offset_iter();
        Self { events, stretches }
    }

    /// Where the link reference definitions stand in the text that is parsed.
    pub(super) fn links(&self) -> impl Iterator<Item = Span> {
        let links = self.events.reference_definitions().iter();
        links.map(|(_, link)| link.span.clone())
    }
}

impl<'e> Iterator for Events<'e> {
    type Item = (Event<'e>, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let (event, span) = self.events.next()?;
        Some((event, place(&self.stretches, span)))
    }
}

/// Stretches of a text put together, perhaps with other text around them.
pub(super) struct Excerpt<'a> {
    of: &'a str,
    pub(super) text: String,
    stretches: Vec<Stretch>,
}

/// Where a stretch of a text begins in an excerpt, and where in the text itself.
#[derive(Clone)]
struct Stretch {
    at: usize,
    of: Span,
}

impl<'a> Excerpt<'a> {
    /// An excerpt that begins with other text.
    pub(super) fn new(of: &'a str, text: String) -> Self {
        Self {
            of,
            text,
            stretches: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, stretch: Span) {
        let at = self.text.len();
        self.text.push_str(&self.of[stretch.clone()]);
        self.stretches.push(Stretch { at, of: stretch });
    }

    pub(super) fn events(&self) -> Events<'_> {
        Events::placed(&self.text, self.stretches.clone())
    }

    /// A piece of the excerpt, borrowed from the text itself.
    fn whole(&self, piece: &str) -> Option<&'a str> {
        let span = span_in(&self.text, piece)?;
        let stretch = begun(&self.stretches, span.start);
        let place = stretch.place(span.start)..stretch.place(span.end);
        (stretch.at <= span.start && place.end <= stretch.of.end).then(|| &self.of[place])
    }
}

impl Stretch {
    fn place(&self, at: usize) -> usize {
        self.of.start + at.saturating_sub(self.at)
    }
}

/// Where a span of an excerpt stands in the text. What ends between two stretches ends with the first, and what is empty
/// is there; anything else that begins there begins with the second.
fn place(stretches: &[Stretch], span: Span) -> Span {
    if let [only] = stretches {
        return only.place(span.start)..only.place(span.end);
    }
    let last = span.end.saturating_sub(1);
    let start = begun(stretches, span.start.min(last));
    start.place(span.start)..begun(stretches, last).place(span.end)
}

/// The last stretch that begins at a place or above it.
fn begun(stretches: &[Stretch], at: usize) -> &Stretch {
    let begun = stretches.partition_point(|stretch| stretch.at <= at);
    &stretches[begun.saturating_sub(1)]
}

/// A string of pulldown-cmark's, borrowed from the text that is read where it stands there.
pub(super) fn borrowed<'a>(
    text: &'a str,
    excerpt: Option<&Excerpt<'a>>,
    string: CowStr<'_>,
) -> Cow<'a, str> {
    let CowStr::Borrowed(piece) = string else {
        return Cow::Owned(string.into_string());
    };
    let whole = match excerpt {
        Some(excerpt) => excerpt.whole(piece),
        None => None,
    };
    match whole.or_else(|| text.get(span_in(text, piece)?)) {
        Some(whole) => Cow::Borrowed(whole),
        None => Cow::Owned(piece.to_owned()),
    }
}

/// Where a piece of a text stands in it.
fn span_in(text: &str, piece: &str) -> Option<Span> {
    let start = (piece.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start + piece.len();
    (end <= text.len()).then_some(start..end)
}
