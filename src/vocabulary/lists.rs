//! A word or phrase → the lists of `words.txt` that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words of each list, in order.
static LISTS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    for (list, word) in read(include_str!("words.txt"), ", ") {
        lists.entry(list).or_default().push(word);
    }
    lists
});

/// Each word of a file of lists, with the name of its list.
pub(crate) fn read(
    file: &'static str,
    between: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let lists = lines.filter_map(|line| line.split_once(": "));
    lists.flat_map(move |(list, words)| words.split(between).map(move |word| (list, word)))
}

/// The lengths of the words that begin with a letter, a bit each. Most texts are in no list, as this tells at once.
static LENGTHS: LazyLock<[u64; 256]> = LazyLock::new(|| {
    let mut lengths = [0; 256];
    for word in LISTS.values().flatten() {
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
    let is_likely = text.len() < 64 && lengths >> text.len() & 1 == 1;
    is_likely.then_some(())?;
    let text = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.to_lowercase())
    };
    let mut words = LISTS.get(list)?.iter();
    words.position(|word| word.eq_ignore_ascii_case(&text))
}

/// Whether a text stands in a list, in any letter case.
pub(crate) fn is_in(list: &str, text: &str) -> bool {
    rank(list, text).is_some()
}
