//! A word or phrase → the lists of `words.txt` that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The lists that each word is in, and where.
type Lists = HashMap<&'static str, Vec<(&'static str, usize)>>;

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let (mut words_of, mut lengths) = (Lists::new(), HashMap::new());
    let lines = include_str!("words.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    for (list, words) in lines.filter_map(|line| line.split_once(": ")) {
        let length = lengths.entry(list).or_insert(0);
        for word in words.split(", ") {
            words_of.entry(word).or_default().push((list, *length));
            *length += 1;
        }
    }
    words_of
});

/// The lengths of the words that begin with a letter, a bit each. Most texts are in no list, as this tells at once.
static LENGTHS: LazyLock<[u64; 256]> = LazyLock::new(|| {
    let mut lengths = [0; 256];
    for word in LISTS.keys() {
        lengths[usize::from(word.as_bytes()[0])] |= 1 << word.len();
    }
    lengths
});

/// Where in a list a text stands, in any letter case.
pub(crate) fn rank(list: &str, text: &str) -> Option<usize> {
    let first = text.bytes().next()?.to_ascii_lowercase();
    let lengths = if first.is_ascii() {
        LENGTHS[usize::from(first)]
    } else {
        u64::MAX
    };
    if text.len() >= 64 || lengths >> text.len() & 1 == 0 {
        return None;
    }
    let is_lower = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    let text = if text.bytes().all(is_lower) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    };
    let mut lists = LISTS.get(&*text)?.iter();
    lists
        .find(|(known, _)| *known == list)
        .map(|&(_, rank)| rank)
}

/// Whether a text stands in a list, in any letter case.
pub(crate) fn is_in(list: &str, text: &str) -> bool {
    rank(list, text).is_some()
}
