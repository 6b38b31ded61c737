//! A word or phrase → the lists that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The lists of this folder.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::new(include_str!("words.txt"), ", "));

/// Lists of words, each with a name: every word with a list in which it stands and its rank there, in the order of their
/// [`key`]s.
pub(crate) struct Lists(Vec<(&'static str, &'static str, usize)>);

impl Lists {
    /// The lists of a text in lower case, each a line or more: `list: word, word`.
    pub(crate) fn new(text: &'static str, separator: &str) -> Self {
        let (mut words, mut lengths) = (Vec::new(), HashMap::new());
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (list, of_list) in lines.filter_map(|line| line.split_once(": ")) {
            let length = lengths.entry(list).or_default();
            for word in of_list.split(separator) {
                words.push((word, list, *length));
                *length += 1;
            }
        }
        words.sort_by_cached_key(|(word, ..)| key(word));
        Self(words)
    }

    /// The lists in which a text stands, in any letter case, and its rank in each.
    pub(crate) fn of(&self, text: &str) -> impl Iterator<Item = (&'static str, usize)> {
        let text = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.to_lowercase())
        };
        let sought = key(&text);
        let from = self.0.partition_point(|(word, ..)| key(word) < sought);
        let alike = self.0[from..].iter();
        let alike = alike.take_while(move |(word, ..)| key(word) == sought);
        let same = alike.filter(move |(word, ..)| word.eq_ignore_ascii_case(&text));
        same.map(|(_, list, rank)| (*list, *rank))
    }
}

/// The letters of ASCII at the start of a text.
pub(crate) fn leading_word(text: &str) -> &str {
    &text[..text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len())]
}

/// The lists of this folder in which a text stands, and its rank in each.
pub(crate) fn of(text: &str) -> impl Iterator<Item = (&'static str, usize)> {
    LISTS.of(text)
}

/// Whether a text stands in a list, in any letter case.
pub(crate) fn is_in(list: &str, text: &str) -> bool {
    of(text).any(|(name, _)| name == list)
}

/// Few words have as many bytes as a text and the same first one.
fn key(word: &str) -> (usize, u8) {
    let first = word.bytes().next().unwrap_or_default();
    (word.len(), first.to_ascii_lowercase())
}
