//! A name that several rows give → names that tell them apart.

use crate::dataset::ServiceName;
use crate::naming::derived::{Cell, Row};
use crate::naming::phrase::{Word, clause, proper_names};
use crate::naming::words::{abbreviated, is_common, is_filler, is_use, says_nothing};
use crate::vocabulary::protocols;

/// How many words behind a name may tell it from others.
const WORDS_BEHIND: usize = 6;

impl<'r> Row<'r> {
    /// The name with a word that the row says beside it, behind it in its own text or in another short one:
    /// `redis-sentinel`.
    pub(super) fn qualified(&self, name: ServiceName, own: &Cell<'r>) -> Vec<ServiceName> {
        let known: Vec<_> = name.as_str().split('-').collect();
        let is_known = |word: &Word<'_>| {
            let mut parts = word.slug.split('-');
            parts.all(|part| known.contains(&part) || known.contains(&abbreviated(part)))
        };
        let tells = |word: &&Word<'_>| {
            !(is_filler(&word.slug) || is_use(&word.slug) || word.is_number() || is_known(word))
                && word.slug.len() > 1
                && word.slug != "service"
                && protocols::protocol(&word.slug).is_none()
        };
        let is_plain = |word: &&Word<'_>| word.is_proper() || is_common(&word.slug);
        let start = match own.words.iter().rposition(is_known) {
            Some(last) => last + 1,
            None => proper_names(&own.words).next().map_or(0, <[_]>::len),
        };
        let behind = own.words[start..].iter().take(WORDS_BEHIND);
        let behind = behind.filter(|word| !word.is_of_sentence);
        let behind = behind.filter(|word| {
            word.is_joined || is_plain(word) || own.text.contains(&format!("({}", word.text))
        });
        // `1c-enterprise` has no room for `debug`, but `1c` has.
        let is_stem = known.len() > 1 && known[1..].iter().all(|part| is_common(part));
        let stem = known.first().filter(|stem| is_stem && !says_nothing(stem));
        let shorter = known
            .iter()
            .map(|part| abbreviated(part))
            .collect::<Vec<_>>();
        let shorter = shorter.join("-");
        let with = |word: &str| {
            let (long, short) = (word, abbreviated(word));
            let names = [
                (name.as_str(), long),
                (name.as_str(), short),
                (&*shorter, short),
            ];
            names.map(|(name, word)| format!("{name}-{word}"))
        };
        let of_own = behind.filter(tells).flat_map(|word| {
            let of_stem = stem.map(|stem| format!("{stem}-{}", word.slug));
            with(&word.slug).into_iter().chain(of_stem)
        });
        let others = self.texts.iter();
        let others = others
            .map(|text| clause(&text.words))
            .filter(|words| words.len() < 4);
        let others = others.flat_map(|words| words.iter().take_while(|word| !word.is_of_sentence));
        let (proper, common): (Vec<_>, Vec<_>) = others
            .filter(is_plain)
            .filter(tells)
            .partition(|word| word.is_proper() && !word.says_nothing());
        let of_others = proper.into_iter().chain(common);
        let of_others = of_others.flat_map(|word| with(&word.slug));
        of_own
            .chain(of_others)
            .filter_map(|name| ServiceName::new(&name))
            .collect()
    }
}
