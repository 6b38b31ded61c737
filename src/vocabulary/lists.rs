//! A word or phrase → the lists that it stands in.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The lists of this folder.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::new(include_str!("words.txt"), ", "));

/// No word has as many bytes.
const LONGEST: usize = 64;

/// Lists of words, each with a name: of each word those in which it stands, and its rank in each.
pub(crate) struct Lists(HashMap<&'static str, Vec<(&'static str, usize)>>);

impl Lists {
    /// The lists of a text in lower case, each a line or more: `list: word, word`.
    pub(crate) fn new(text: &'static str, separator: &str) -> Self {
        let mut words = HashMap::<_, Vec<_>>::new();
        let mut lengths = HashMap::<&str, usize>::new();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (list, of_list) in lines.filter_map(|line| line.split_once(": ")) {
            let length = lengths.entry(list).or_default();
            for word in of_list.split(separator) {
                words.entry(word).or_default().push((list, *length));
                *length += 1;
            }
        }
        Self(words)
    }

    /// The lists in which a text stands, in any letter case, and its rank in each.
    pub(crate) fn of(&self, text: &str) -> impl Iterator<Item = (&'static str, usize)> {
        let text = (text.len() < LONGEST).then(|| text.to_lowercase());
        let lists = text.and_then(|text| self.0.get(&*text));
        lists.into_iter().flatten().copied()
    }
}

/// The lists of this folder in which a text stands, and its rank in each.
pub(crate) fn of(text: &str) -> impl Iterator<Item = (&'static str, usize)> {
    LISTS.of(text)
}

/// Whether a text stands in a list, in any letter case.
pub(crate) fn is_in(list: &str, text: &str) -> bool {
    of(text).any(|(name, _)| name == list)
}
