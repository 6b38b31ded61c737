//! A word or phrase → the lists of `words.txt` that it stands in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The words of each list, in order.
static LISTS: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut lists: HashMap<_, Vec<_>> = HashMap::new();
    let lines = include_str!("words.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    for (list, words) in lines.filter_map(|line| line.split_once(": ")) {
        lists.entry(list).or_default().extend(words.split(", "));
    }
    lists
});

/// No word of a list is longer.
const LONGEST: usize = 48;

/// Where in a list a text stands, in any letter case.
pub(crate) fn rank(list: &str, text: &str) -> Option<usize> {
    if text.len() > LONGEST {
        return None;
    }
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
