//! A label in another language → a name of its nouns in English: `management-ui` of 管理UI.

use crate::limits;
use crate::naming::derived::{Cell, Evidence, Found, Row};
use crate::naming::phrase::{Word, clause};
use crate::naming::words::meaning;

impl<'r> Row<'r> {
    /// The nouns that follow each other in a label, if a third of its letters are theirs.
    pub(super) fn of_translation<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        let words = clause(&text.words);
        if letters(words) > limits::LABEL
            || words
                .iter()
                .all(|word| meaning(word.text).is_none() && word.text.is_ascii())
        {
            return None;
        }
        let words: Vec<_> = words.iter().flat_map(translated).collect();
        let runs = words.chunk_by(|word, next| !word.is_of_sentence && !next.is_of_sentence);
        let run = runs.max_by_key(|run| letters(run))?;
        let mut names = self.phrases(run);
        names.extend(self.only_noun(run));
        let says_much = 3 * letters(run) >= letters(&words);
        (says_much && !names.is_empty()).then_some((Evidence::Nouns, text, names))
    }
}

fn letters(words: &[Word<'_>]) -> usize {
    words.iter().map(|word| word.text.chars().count()).sum()
}

/// The words that a word is made of: many scripts have no blanks between them.
fn translated<'t>(word: &Word<'t>) -> Vec<Word<'t>> {
    let (text, mut at) = (word.text, 0);
    if text.is_ascii() && meaning(text).is_none() {
        return vec![word.clone()];
    }
    let mut words = Vec::new();
    while at < text.len() {
        let ends = (at + 1..=text.len().min(at + limits::FOREIGN_NOUN)).rev();
        let mut ends = ends.filter(|&end| text.is_char_boundary(end));
        let known = ends.find_map(|end| Some((end, meaning(&text[at..end])?)));
        let end = known.map_or(text.ceil_char_boundary(at + 1), |(end, _)| end);
        words.push(Word {
            text: &text[at..end],
            slug: known.map_or_else(String::new, |(_, meaning)| meaning.to_owned()),
            is_joined: true,
            is_of_sentence: known.is_none(),
        });
        at = end;
    }
    words
}
