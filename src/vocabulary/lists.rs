//! A word or phrase → the lists that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The lists of this folder.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::new(include_str!("words.txt"), ", "));

/// Lists of words, each with a name: every word with a list in which it stands and its rank there, behind its [`key`] and
/// in the order of these.
pub(crate) struct Lists(Vec<(u64, &'static str, &'static str, usize)>);

impl Lists {
    /// The lists of a text in lower case, each a line or more: `list: word, word`.
    pub(crate) fn new(text: &'static str, separator: &str) -> Self {
        let (mut words, mut lengths) = (Vec::new(), HashMap::new());
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (list, of_list) in lines.filter_map(|line| line.split_once(": ")) {
            let length = lengths.entry(list).or_default();
            for word in of_list.split(separator) {
                words.push((key(word), word, list, *length));
                *length += 1;
            }
        }
        words.sort_unstable_by_key(|(key, ..)| *key);
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
        let from = self.0.partition_point(|(key, ..)| *key < sought);
        let alike = self.0[from..].iter();
        let alike = alike.take_while(move |(key, ..)| *key == sought);
        let same = alike.filter(move |(_, word, ..)| word.eq_ignore_ascii_case(&text));
        same.map(|(.., list, rank)| (*list, *rank))
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

/// Few words have as many bytes as a text and the same first ones.
fn key(word: &str) -> u64 {
    let first = word.bytes().take(7);
    first.fold(word.len() as u64, |key, byte| {
        key << 8 | u64::from(byte.to_ascii_lowercase())
    })
}
