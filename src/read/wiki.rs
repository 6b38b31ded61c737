//! The wiki's own marks, as every converter leaves them: citations, their labels, editorial tags.
//!
//! ```text
//! [Systat](/wiki/Systat)[[15]](…#cite_note-systat-15)[^12][_[jargon](/wiki/Wikipedia:Jargon)_]
//! ^ link                ^ citation by URL            ^ by label  ^ tag
//! ```

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::grid::{Anchor, FootnoteId, Inline, Reference, raised};

/// What `#cite_note-` in a URL leads to: the id of a citation.
#[must_use]
pub(crate) fn citation_id(url: &str) -> Option<&str> {
    const MARK: &str = "#cite_note-";
    static FINDER: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(MARK));
    let at = FINDER.find(url.as_bytes())?;
    Some(&url[at + MARK.len()..]).filter(|id| !id.is_empty())
}

/// A link, or the citation that it is behind its words. A label is no words.
pub(super) fn link(link: Anchor<'_>) -> impl Iterator<Item = Inline<'_>> {
    let (words, link) = if citation_id(&link.url).is_none() {
        (None, Inline::Link(Box::new(link)))
    } else {
        let Anchor {
            text, url, span, ..
        } = link;
        let words = (!is_label(&text)).then_some(Inline::Text(text));
        let footnote = FootnoteId::Url(url);
        let citation = Inline::Citation(Box::new(Reference { footnote, span }));
        (words, citation)
    };
    words.into_iter().chain([link])
}

/// The words of what stands in a link, and whether they are in italics. The rest goes before it.
pub(super) fn words_of_link<'a>(
    content: Vec<Inline<'a>>,
    before: &mut Vec<Inline<'a>>,
) -> (Cow<'a, str>, bool) {
    let (mut text, mut is_emphasized) = (Cow::Borrowed(""), false);
    for inline in content {
        is_emphasized |= matches!(inline, Inline::Emphasis(_));
        match inline {
            Inline::Text(words) | Inline::Emphasis(words) => append(&mut text, words),
            other => before.push(other),
        }
    }
    (text, is_emphasized)
}

/// Writes a superscript or subscript, the pieces from an index on, in characters of its own if it is a number or a
/// letter: `443<sup>1</sup>` is `443¹`, and no digit of the port. Other words stay: `2<sup>nd</sup>`.
pub(super) fn raise(inlines: &mut Vec<Inline<'_>>, from: usize, is_sub: bool) {
    let Some(pieces) = inlines.get_mut(from..) else {
        return;
    };
    for piece in &mut *pieces {
        if let Inline::Link(link) = piece
            && let Some(raised) = in_signs(&link.text, is_sub)
        {
            link.text = raised.into();
        }
    }
    let texts = pieces.iter().map(|piece| piece.text().map(|text| &**text));
    let texts: Option<String> = texts.collect();
    if let Some(raised) = texts.and_then(|text| in_signs(&text, is_sub)) {
        inlines.truncate(from);
        inlines.push(Inline::Text(raised.into()));
    }
}

/// A number, several, or a letter in characters of superscript or subscript: `443<sup>1, 2</sup>`.
pub(super) fn in_signs(text: &str, is_sub: bool) -> Option<String> {
    let label = regex!(r"^\s*\[*\s*([0-9](?:[0-9, ]*[0-9,])?|.)\s*\]*\s*$").captures(text)?;
    let sign = |c| raised(c, is_sub).or(Some(c).filter(|c| matches!(c, ',' | ' ')));
    label[1].chars().map(sign).collect()
}

/// Whether a text is what the wiki puts between the brackets of a citation, with or without them: a
/// number, one or two letters in lower case or one capital, or the name of a group of notes with a number.
fn is_label(text: &str) -> bool {
    let label = text.trim_matches([' ', '\t', '[', ']']);
    label.bytes().all(|byte| byte.is_ascii_digit())
        || regex!(r"^(?s:.|[a-z]{2}|(?i-u:note|nb|n|fn|lower-alpha|ref)[ \t]+[0-9]+)$")
            .is_match(label)
}

/// Brackets around a citation belong to it; brackets that start with a link to a guideline are a tag.
pub(super) fn gather_brackets(inlines: &mut [Inline<'_>]) {
    for at in 1..inlines.len().saturating_sub(1) {
        match &inlines[at] {
            Inline::Link(link) if is_guideline(&link.url) => gather_tag(inlines, at),
            Inline::Citation(_) => gather_citation(inlines, at),
            _ => {}
        }
    }
}

/// A label without a definition stands in the pieces `[`, `^label`, `]`: puts them together when the last of them
/// arrives; so too `[1]` close behind a word, which is what html2text leaves of a citation.
pub(super) fn gather_label(inlines: &mut Vec<Inline<'_>>, end: usize) {
    let [before @ .., open, label, _] = inlines.as_slice() else {
        return;
    };
    let (Some(open), Some(label)) = (open.text(), label.text()) else {
        return;
    };
    let is_word = |text: &Cow<'_, str>| text.ends_with(|c: char| !c.is_whitespace() && c != '[');
    let is_behind_word = || {
        let before = before.last();
        before.is_some_and(|before| before.text().is_none_or(is_word))
    };
    let is_caret = label.len() > 1 && label.starts_with('^');
    if open == "[" && (is_caret || regex!(r"^[0-9]{1,3}$").is_match(label) && is_behind_word()) {
        let span = end - label.len() - 2..end;
        let citation = Inline::citation(slice(label, usize::from(is_caret)..), span);
        inlines.truncate(inlines.len() - 3);
        inlines.push(citation);
    }
}

/// Takes the brackets from the texts around a citation.
fn gather_citation(inlines: &mut [Inline<'_>], at: usize) {
    if let (Some(before), Some(after)) = (before_bracket(&inlines[at - 1]), inlines[at + 1].text())
        && after.starts_with(']')
    {
        let after = slice(after, 1..);
        inlines[at - 1] = Inline::Text(before);
        inlines[at + 1] = Inline::Text(after);
    }
}

/// Makes one tag of a link and what stands behind it up to the bracket that closes.
fn gather_tag(inlines: &mut [Inline<'_>], at: usize) {
    if let Some(before) = before_bracket(&inlines[at - 1])
        && let Some((words, pieces, rest)) = tag(&inlines[at..])
    {
        inlines[at - 1] = Inline::Text(before);
        inlines[at..at + pieces].fill(Inline::Text(Cow::Borrowed("")));
        inlines[at] = Inline::Tag(words.into());
        inlines[at + pieces] = Inline::Text(rest);
    }
}

/// The words up to a closing bracket, how many pieces hold them, and the text behind the bracket. `None`
/// where another bracket opens or something stands that is to be kept.
fn tag<'a>(pieces: &[Inline<'a>]) -> Option<(Cow<'a, str>, usize, Cow<'a, str>)> {
    let mut words = Cow::Borrowed("");
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Inline::Link(link)
                if is_guideline(&link.url) || namespace(&link.url) == Some("Talk") =>
            {
                append(&mut words, link.text.clone());
            }
            Inline::Text(text) | Inline::Emphasis(text) => match text.find(['[', ']']) {
                None => append(&mut words, text.clone()),
                Some(end) => {
                    text[end..].starts_with(']').then_some(())?;
                    append(&mut words, slice(text, ..end));
                    return Some((words, at, slice(text, end + 1..)));
                }
            },
            _ => return None,
        }
    }
    None
}

/// The text of a piece that ends with an opening bracket, without it.
fn before_bracket<'a>(piece: &Inline<'a>) -> Option<Cow<'a, str>> {
    let text = piece.text().filter(|text| text.ends_with('['))?;
    Some(slice(text, ..text.len() - 1))
}

/// Whether a URL leads to the wiki's own guidelines.
fn is_guideline(url: &str) -> bool {
    matches!(namespace(url), Some("Wikipedia" | "Help"))
}

/// The namespace of the wiki that a URL leads to.
fn namespace(url: &str) -> Option<&str> {
    let relative = url.strip_prefix("./");
    let page = relative.or_else(|| Some(url.split_once("/wiki/")?.1))?;
    Some(page.split_once(':')?.0)
}

fn append<'a>(text: &mut Cow<'a, str>, more: Cow<'a, str>) {
    if text.is_empty() {
        *text = more;
    } else {
        text.to_mut().push_str(&more);
    }
}

fn slice<'a>(
    text: &Cow<'a, str>,
    range: impl std::slice::SliceIndex<str, Output = str>,
) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}
