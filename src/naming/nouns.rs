//! Common words → a name, where a row says no more.

use crate::dataset::ServiceName;
use crate::naming::derived::{Cell, Evidence, Found, Row};
use crate::naming::phrase::{Word, label};
use crate::naming::words::{
    abbreviated, is_carrier, is_common, is_filler, is_kind, is_noun, is_of_sentence,
};

impl<'r> Row<'r> {
    /// The nouns that are all that a text says: `Game port (required)`, `Web UI`.
    pub(super) fn of_nouns<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let words = label(&text.words)?;
        let mut names = self.phrases(words);
        names.extend(self.only_noun(words));
        (!names.is_empty()).then_some((Evidence::Nouns, text, names))
    }

    /// The first nouns in a sentence: `backup server` of `Used to communicate with the backup server`.
    pub(super) fn of_sentence<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let is_own =
            |word: &Word<'_>| !word.is_of_sentence && (word.is_proper() || is_common(&word.slug));
        let is_end = |word: &Word<'_>| {
            let singular = word.slug.strip_suffix('s').unwrap_or(&word.slug);
            is_noun(&word.slug) || is_kind(singular)
        };
        let mut runs = text
            .words
            .chunk_by(|word, next| next.is_joined && is_own(word) && is_own(next));
        let names = runs.find_map(|run| {
            let end = run.iter().rposition(|word| !is_filler(&word.slug))?;
            if !is_end(&run[end]) {
                return None;
            }
            let mut names = self.phrases(&run[..=end]);
            let noun = self.only_noun(run);
            names.extend(noun.filter(|name| !is_carrier(name.as_str())));
            (!names.is_empty()).then_some(names)
        })?;
        Some((Evidence::Sentence, text, names))
    }

    /// The names of common words. The only noun among them is better than a phrase with short forms: `notification`,
    /// not `notif-svc`.
    pub(super) fn phrases(&self, words: &[Word<'_>]) -> Vec<ServiceName> {
        let mut names = self.shortener.phrases(words);
        let length = words.iter().map(|word| word.slug.len() + 1).sum::<usize>();
        if !names.is_empty() && length > self.shortener.room + 1 {
            names.splice(..0, self.only_noun(words));
        }
        names
    }

    pub(super) fn only_noun(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        // `Web-GUI`
        if let [word] = words
            && regex!("^[a-z]+-(?:api|gui|ui)$").is_match(&word.slug)
        {
            return ServiceName::new(&word.slug);
        }
        let parts = words.iter().flat_map(|word| word.slug.split('-'));
        let says_nothing = |part: &&str| is_filler(part) || is_kind(part) || is_of_sentence(part);
        let mut own = parts.filter(|part| is_noun(part) || !says_nothing(part));
        let noun = own.next().filter(|noun| is_noun(noun))?;
        let spellings = [noun, abbreviated(noun)].into_iter();
        let mut fitting = spellings.filter(|name| name.len() <= self.shortener.room);
        fitting
            .find_map(ServiceName::new)
            .filter(|_| own.next().is_none())
    }
}
