//! Common words → a name, where a row says no more.

use crate::dataset::ServiceName;
use crate::naming::derived::{Cell, Evidence, Found, Row};
use crate::naming::phrase::{Word, label};
use crate::naming::words::{abbreviated, is_filler, is_kind, is_noun};
use crate::vocabulary::protocols;

impl<'r> Row<'r> {
    /// The nouns that are all that a text says: `Game port (required)`, `Web UI`.
    pub(super) fn of_nouns<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let words = label(&text.words)?;
        let is_way = |word: &Word<'_>| {
            protocols::protocol(&word.slug).is_some()
                || matches!(&*word.slug, "http" | "https" | "ssl" | "tls" | "ws" | "wss")
        };
        if words.iter().all(is_way) {
            return None;
        }
        let mut names = self.phrases(words);
        if names.is_empty() {
            names.extend(self.only_noun(words));
        }
        (!names.is_empty()).then_some((Evidence::Nouns, text, names))
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

    fn only_noun(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        let parts = words.iter().flat_map(|word| word.slug.split('-'));
        let mut own = parts.filter(|part| is_noun(part) || !is_filler(part) && !is_kind(part));
        let noun = own.next().filter(|noun| is_noun(noun))?;
        let spellings = [noun, abbreviated(noun)].into_iter();
        let mut fitting = spellings.filter(|name| name.len() <= self.shortener.room);
        fitting
            .find_map(ServiceName::new)
            .filter(|_| own.next().is_none())
    }
}
