//! All texts of a page → [`Page`]: what they tell of each other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use crate::limits::LANGUAGE_TEXT;
use crate::meaning::Draft;
use crate::naming::phrase::{Word, words, words_among};
use crate::naming::words::{is_english, is_function, is_kind, is_of_other_language};
use crate::text::Source;

/// The products that tables are about, by the number of the table.
pub(super) type Products = HashMap<usize, String>;

/// The product of each table: that of its title or of the title of the page.
pub(super) fn products(drafts: &[Draft], titles: &[[String; 2]]) -> Products {
    let tables = drafts.chunk_by(|one, next| one.row.table == next.row.table);
    let products = tables.filter_map(|drafts| {
        let Draft { record, row } = drafts.first()?;
        let file = Path::new(&*record.origin.path).file_stem()?.to_str()?;
        let file = file.to_lowercase();
        let mut titles = titles[row.table].iter();
        let product = titles.find_map(|title| of_title(title, &file))?;
        Some((row.table, product))
    });
    products.collect()
}

/// The only name in a title: `Ports used by QuattroPod`.
fn of_title(title: &str, file: &str) -> Option<String> {
    let words = title.lines().flat_map(words);
    let words: Vec<_> = words.skip_while(Word::is_number).collect();
    // Where words behind the first are in lower case, a capital marks a name.
    let is_plain = |word: &Word<'_>| regex!(r"^\p{Ll}{3,}$").is_match(word.text);
    let has_plain = words.iter().skip(1).any(is_plain);
    let names = words.into_iter().enumerate().filter(|(at, word)| {
        let is_marked = word.is_proper() && (word.is_identifier() || *at > 0 && has_plain);
        is_product(word) && (is_marked || file.contains(&word.slug))
    });
    the_only(names.map(|(_, word)| word))
}

fn the_only<'t>(mut names: impl Iterator<Item = Word<'t>>) -> Option<String> {
    let first = names.next()?.slug;
    names.all(|name| name.slug == first).then_some(first)
}

fn is_product(word: &Word<'_>) -> bool {
    let is_no_name =
        regex!("^(?:[0-9]+[a-z]?|mappings?|notes?|overview|readme|reference|summary)$");
    !(is_no_name.is_match(&word.slug) || word.is_of_sentence || word.says_nothing())
}

/// What most descriptions or services of a table begin with, by the number of the table: `Adobe Campaign :`, `Lync Server`.
/// It tells none of its rows from others.
pub(super) fn shared_openings(drafts: &[Draft]) -> HashMap<usize, &str> {
    let patterns = [
        regex!(r"^[^:–—|]{2,40}?(?:\s*[:–—|]|\s-)\s+"),
        regex!(r"^(?:[A-Z]\S* ){2}"),
        regex!(r"^(?:[A-Z]\S* ){3}"),
        regex!(r"^(?:[a-z][a-z0-9]*-){2}"),
        regex!(r"^(?:[a-z][a-z0-9]*-){3}"),
    ];
    let tables = drafts.chunk_by(|one, next| one.row.table == next.row.table);
    let shared = tables.filter_map(|rows| {
        let mut openings: BTreeMap<&str, HashSet<&str>> = BTreeMap::new();
        for text in rows.iter().flat_map(Draft::words) {
            for opening in patterns.iter().filter_map(|pattern| pattern.find(text)) {
                openings.entry(opening.as_str()).or_default().insert(text);
            }
        }
        let (shared, texts) = openings.into_iter().max_by_key(|(_, texts)| texts.len())?;
        let is_own = |row: &&Draft| row.words().any(|text| text.starts_with(shared));
        let count = rows.iter().filter(is_own).count();
        let is_shared = texts.len() > 2 && 2 * count >= rows.len();
        is_shared.then_some((rows[0].row.table, shared))
    });
    shared.collect()
}

/// What the texts of a page tell of each other.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The words that three or more different proper names follow: vendors.
    pub(super) vendors: HashSet<String>,
    /// Of each input: it is in another language in Latin letters, where what begins a text in a capital may be any word.
    is_foreign: Vec<bool>,
    /// The words with a capital that stand behind others.
    names: HashSet<String>,
}

impl Page {
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>, sources: &[Source]) -> Self {
        let mut page = Self::default();
        let mut products: HashMap<String, HashSet<String>> = HashMap::new();
        for text in texts {
            let words = words(text);
            for (first, rest) in words.iter().filter_map(|word| word.slug.split_once('-')) {
                products
                    .entry(first.to_owned())
                    .or_default()
                    .insert(rest.to_owned());
            }
            for pair in words.windows(2).filter(|pair| pair[1].is_joined) {
                let is_name = |word: &Word<'_>| word.is_proper() && !word.says_nothing();
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
        page.is_foreign = sources.iter().map(is_foreign_text).collect();
        page
    }

    /// The words of a text. Of those of another language, only those are names that look like none of its own.
    pub(super) fn words<'t>(&self, text: &'t str, input: usize) -> Vec<Word<'t>> {
        let page_is_foreign = self.is_foreign[input];
        let is_sentence = text.split(' ').any(is_function);
        let mut words = words_among(text, page_is_foreign || is_sentence);
        let is_own = words.iter().any(|word| is_english(&word.slug))
            || words
                .iter()
                .skip(1)
                .all(|word| word.is_proper() || word.says_nothing() && !is_kind(&word.slug));
        // `Moonraker (direto)`
        let is_alone = regex!(r"^\S+ \(").is_match(text);
        if page_is_foreign && !is_own && !is_alone {
            // `Keycloak HTTPS …`
            let speaks = words.get(1).is_some_and(Word::is_interface);
            if let Some((first, rest)) = words.split_first_mut() {
                let is_named = speaks || self.names.contains(&first.slug);
                first.is_of_sentence |= first.is_title() && !is_named || is_lower(first);
                for word in rest {
                    word.is_of_sentence |= is_lower(word);
                }
            }
        }
        words
    }
}

fn is_lower(word: &Word<'_>) -> bool {
    regex!("^[a-z]+$").is_match(word.text)
}

/// More words of it are of another language than of English.
fn is_foreign_text(source: &Source) -> bool {
    let text = source.text();
    let text = &text[..text.floor_char_boundary(LANGUAGE_TEXT)];
    let words = || {
        regex!(r"\p{Latin}+")
            .find_iter(text)
            .map(|word| word.as_str())
    };
    let foreign = words().filter(|word| is_of_other_language(word)).count();
    foreign > words().filter(|word| is_english(word)).count()
}
