//! A word or phrase → the lists that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The lists of this folder.
static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::new(include_str!("words.txt"), ", "));

/// No word has as many bytes: each length is a bit.
const LONGEST: usize = 64;

/// Lists of words, each with a name.
pub(crate) struct Lists {
    /// Those of one [`key`] together, each list in order.
    entries: Vec<Entry>,
    /// The lengths of the words that begin with a byte, a bit each. Most texts are in no list, as this tells at once.
    lengths: [u64; 256],
}

struct Entry {
    word: &'static str,
    list: &'static str,
    rank: usize,
}

impl Lists {
    /// The lists of a text, each a line or more: `list: word, word`.
    pub(crate) fn new(text: &'static str, separator: &str) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let mut lengths: HashMap<&str, usize> = HashMap::new();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (list, words) in lines.filter_map(|line| line.split_once(": ")) {
            let length = lengths.entry(list).or_default();
            for word in words.split(separator) {
                entries.push(Entry {
                    word,
                    list,
                    rank: *length,
                });
                *length += 1;
            }
        }
        entries.sort_by_key(|entry| key(entry.word));
        let mut lengths = [0; 256];
        for (length, first) in entries.iter().map(|entry| key(entry.word)) {
            lengths[usize::from(first)] |= 1 << length;
        }
        Self { entries, lengths }
    }

    /// The lists in which a text stands, in any letter case, and its rank in each.
    pub(crate) fn of(&self, text: &str) -> impl Iterator<Item = (&'static str, usize)> {
        let text = if text.len() >= LONGEST || text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.to_lowercase())
        };
        let sought = key(&text);
        let (length, first) = sought;
        let is_likely = length < LONGEST && self.lengths[usize::from(first)] >> length & 1 == 1;
        let alike = if is_likely {
            let from = self
                .entries
                .partition_point(|entry| key(entry.word) < sought);
            &self.entries[from..]
        } else {
            &[]
        };
        alike
            .iter()
            .take_while(move |entry| key(entry.word) == sought)
            .filter(move |entry| entry.word.eq_ignore_ascii_case(&text))
            .map(|entry| (entry.list, entry.rank))
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

/// Few words have as many bytes as a text and the same first one.
fn key(word: &str) -> (usize, u8) {
    let first = word.bytes().next().unwrap_or_default();
    (word.len(), first.to_ascii_lowercase())
}
