//! All texts of a page → [`Page`]: what they tell of each other.

use std::collections::{HashMap, HashSet};

use crate::naming::phrase::{Word, clause, words};
use crate::naming::words::{is_english, is_kind, is_of_other_language};

/// What the texts of a page tell of each other.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The words that three or more different proper names follow: vendors.
    pub(super) vendors: HashSet<String>,
    /// Most texts are of another language in Latin letters, where what begins a text in a capital may be any word.
    is_foreign: bool,
    /// The words with a capital that stand behind others.
    names: HashSet<String>,
}

impl Page {
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut page = Self::default();
        let mut products: HashMap<String, HashSet<String>> = HashMap::new();
        let (mut foreign, mut english) = (0, 0);
        for text in texts {
            let words = words(text);
            foreign += usize::from(words.iter().any(|word| is_of_other_language(word.text)));
            english += usize::from(words.iter().any(|word| is_english(&word.slug)));
            for pair in words.windows(2).filter(|pair| pair[1].is_joined) {
                let is_name = |word: &Word<'_>| word.is_proper() && !word.says_nothing();
                if pair[1].is_number() {
                    page.names.insert(pair[0].slug.clone());
                }
                if is_name(&pair[1]) {
                    page.names.insert(pair[1].slug.clone());
                }
                if pair.iter().all(is_name) {
                    page.names.insert(pair[0].slug.clone());
                    let products = products.entry(pair[0].slug.clone()).or_default();
                    products.insert(pair[1].slug.clone());
                }
            }
        }
        products.retain(|_, products| products.len() > 2);
        page.vendors = products.into_keys().collect();
        page.is_foreign = foreign > english;
        page
    }

    /// The words of a text. Of those of another language, only those are names that look like none of its own.
    pub(super) fn words<'t>(&self, text: &'t str) -> Vec<Word<'t>> {
        let mut words = words(text);
        let is_own = words.iter().any(|word| is_english(&word.slug))
            || words
                .iter()
                .skip(1)
                .all(|word| word.is_proper() || word.says_nothing() && !is_kind(&word.slug));
        let is_named = clause(&words).iter().skip(1).any(Word::is_identifier);
        if let Some(first) = words.first_mut()
            && self.is_foreign
            && (is_named || !is_own)
            && !text
                .strip_prefix(first.text)
                .is_some_and(|rest| rest.starts_with(" ("))
        {
            first.is_of_sentence |= first.is_title() && !self.names.contains(&first.slug);
        }
        if self.is_foreign && !is_own {
            for word in &mut words {
                word.is_of_sentence |= regex!("^[a-z]+$").is_match(word.text);
            }
        }
        words
    }
}
