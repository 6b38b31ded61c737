//! A name that several rows give → names that tell them apart.

use crate::dataset::ServiceName;
use crate::naming::derived::{Cell, Row};
use crate::naming::phrase::{Word, clause, proper_names};
use crate::naming::words::{
    abbreviated, is_common, is_filler, is_kind, is_noun, is_use, says_nothing,
};
use crate::vocabulary::protocols;

/// How many words behind a name may tell it from others.
const WORDS_BEHIND: usize = 6;

impl<'r> Row<'r> {
    /// The name with a word that the row says beside it, behind it in its own text or in another: `redis-sentinel`.
    pub(super) fn qualified(&self, name: ServiceName, own: &Cell<'r>) -> Vec<ServiceName> {
        let known: Vec<_> = name.as_str().split('-').collect();
        let is_known = |word: &Word<'_>| {
            let mut parts = word.slug.split('-');
            parts.all(|part| known.contains(&part))
        };
        let tells = |word: &&Word<'_>| {
            !(is_filler(&word.slug) || is_use(&word.slug) || word.is_number() || is_known(word))
                && word.slug.len() > 1
                && word.slug != "service"
                && protocols::protocol(&word.slug).is_none()
        };
        let behind = self.texts.iter();
        let behind = behind.flat_map(|text| joined_to(text, is_known));
        let labels = self.texts.iter().map(|text| clause(&text.words));
        let labels = labels.filter(|words| words.len() < 4);
        let labels = labels.flat_map(|words| words.iter().take_while(|word| !word.is_of_sentence));
        let (proper, common): (Vec<_>, Vec<_>) = labels
            .filter(|word| is_plain(word))
            .filter(tells)
            .partition(|word| !word.says_nothing());
        let of_own = self::behind(own, is_known).filter(tells);
        let words = of_own
            .chain(behind.filter(tells))
            .chain(proper)
            .chain(common);
        let names = words.flat_map(|word| with(&known, &word.slug));
        names.filter_map(|name| ServiceName::new(&name)).collect()
    }
}

fn is_plain(word: &Word<'_>) -> bool {
    word.is_proper() || is_common(&word.slug)
}

/// The words behind a name in the text that it is from.
fn behind<'t, 'r>(
    text: &'t Cell<'r>,
    is_known: impl Fn(&Word<'_>) -> bool,
) -> impl Iterator<Item = &'t Word<'r>> {
    let start = match text.words.iter().rposition(is_known) {
        Some(last) => last + 1,
        None => proper_names(&text.words).next().map_or(0, <[_]>::len),
    };
    text.words[start..]
        .iter()
        .take(WORDS_BEHIND)
        .filter(|word| {
            let is_near = word.is_joined || is_plain(word);
            let is_in_brackets = || text.text.contains(&format!("({}", word.text));
            !word.is_of_sentence && (is_near || is_in_brackets())
        })
}

/// The common words right behind a name in another text: `status` of `to report TiDB status`.
fn joined_to<'t, 'r>(
    text: &'t Cell<'r>,
    is_known: impl Fn(&Word<'_>) -> bool,
) -> impl Iterator<Item = &'t Word<'r>> {
    let last = text.words.iter().rposition(is_known);
    let behind = last.map_or(&[][..], |last| &text.words[last + 1..]);
    behind
        .iter()
        .take_while(|word| word.is_joined && !word.is_of_sentence && is_plain(word))
}

/// A name with a word behind it: as it is, in short forms, and without one of its common words. `1c-enterprise` has no
/// room for `debug`, but `1c` has.
fn with(known: &[&str], word: &str) -> Vec<String> {
    let short: Vec<_> = known.iter().map(|part| abbreviated(part)).collect();
    let (name, abbreviated) = (known.join("-"), abbreviated(word));
    let tells = |part: &&str| is_noun(part) || !says_nothing(part);
    let without = |at: usize| {
        let rest = [&known[..at], &known[at + 1..]].concat();
        let is_name = is_common(known[at]) && !is_kind(word) && rest.iter().any(tells);
        is_name.then(|| (rest.join("-"), word))
    };
    let stems = (0..known.len()).rev().filter_map(without);
    [
        (name.clone(), word),
        (name, abbreviated),
        (short.join("-"), abbreviated),
    ]
    .into_iter()
    .chain(stems)
    .map(|(name, word)| format!("{name}-{word}"))
    .collect()
}
