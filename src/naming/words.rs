//! What a word says of a service: most words say too little to be a name.

use std::sync::LazyLock;

use crate::vocabulary::lists::Lists;

static LISTS: LazyLock<Lists> = LazyLock::new(|| Lists::new(include_str!("words.txt"), " "));

fn is_in(list: &str, word: &str) -> bool {
    LISTS.of(word).any(|(name, _)| name == list)
}

/// Words of a sentence in some language, common verbs in their forms, `X-based`, sizes and versions: `1.0GB`, `release_24`.
pub(super) fn is_of_sentence(word: &str) -> bool {
    is_in("sentence", word)
        || is_foreign(word)
        || has_verb_stem(word, &["s", "es", "ed", "e", "ing", "ies", "ied"])
        || regex!("-(?:aware|based|compatible|driven|enabled|only|related|specific)$")
            .is_match(word)
        || regex!("^(?:[0-9][0-9x-]*(?:[kmgt]i?b|[kmg]?hz|[kmgt]bps|ms|s|min)|(?:release|version)-[0-9-]+)$")
            .is_match(word)
}

fn has_verb_stem(word: &str, ends: &[&str]) -> bool {
    let mut stems = ends.iter().filter_map(|end| word.strip_suffix(end));
    stems.any(|stem| is_in("verb", stem))
}

/// A verb that tells what to do, in front of a name: `Block RDP`.
pub(super) fn is_verb(word: &str) -> bool {
    has_verb_stem(word, &["", "e"])
}

/// Words of sentences in other languages, and their nouns by their ends: `Anwendung`, `aplicación`, `serveurs`.
pub(super) fn is_foreign(word: &str) -> bool {
    is_in("foreign", word)
        || regex!(r"^[a-z]{3,}(?:(?:[dgklnrtz]|er)ung(?:en|s)?|[hk]eit(?:en)?|schaft|heid|lich(?:e[nrs]?)?|ciones|cion|cao|coes|zion[ei]|[aei]dor(?:es)?|teurs?|veurs?|ende[nrs]?|[ai]d[ao]s|oberflaeche|dienste?s?)$")
            .is_match(word)
}

/// Adjectives and adverbs by their ends: `bidirectional`, `accessible`, `internally`.
pub(super) fn is_quality(word: &str) -> bool {
    matches!(word, "embedded" | "encrypted" | "secure" | "unauthenticated") || regex!(r"^[a-z]{3,}(?:[^t]able|[sct]ible|ional|ical|ative|itive|(?:al|ent|ant|ar|at|ct|ed|er|ic|iv|ous)e?ly)$")
        .is_match(word)
}

/// Words that only an English text has.
pub(super) fn is_english(word: &str) -> bool {
    is_in("english", word)
}

/// Words that only a text of another language in Latin letters has.
pub(super) fn is_of_other_language(word: &str) -> bool {
    is_function(word) || word.contains(|c| ('\u{c0}'..='\u{24f}').contains(&c))
}

/// Short words that only a sentence of another language in Latin letters has.
pub(super) fn is_function(word: &str) -> bool {
    is_in("function", word) || is_german(word)
}

/// Words that only a German text has, where every noun has a capital.
pub(super) fn is_german(word: &str) -> bool {
    is_in("german", word)
}

/// Words that are left out of names.
pub(super) fn is_filler(word: &str) -> bool {
    is_in("filler", word)
}

/// Companies, which alone are no names.
pub(super) fn is_vendor(word: &str) -> bool {
    is_in("vendor", word)
}

/// Words that are no name by themselves.
pub(super) fn is_common(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    ["sentence", "generic", "filler"]
        .into_iter()
        .any(|list| is_in(list, word))
        || is_in("generic", singular)
}

/// Generic nouns that tell at least what kind of service it is: `gateway`, but not `server` or `system`.
pub(super) fn is_noun(word: &str) -> bool {
    is_in("noun", word)
}

/// How any product is reached, which tells them apart less than its name does: `Web UI`, `REST API`.
pub(super) fn is_way_in(word: &str) -> bool {
    word == "ui" || is_kind(word) || is_carrier(word)
}

/// What carries a service, who defines it, where it runs.
pub(super) fn is_carrier(word: &str) -> bool {
    is_in("carrier", word) || is_interface(word) || is_place(word)
}

/// What many services speak or are written in.
pub(super) fn is_interface(word: &str) -> bool {
    is_in("interface", word)
}

/// Where a service runs, who defines it.
pub(super) fn is_place(word: &str) -> bool {
    is_in("place", word)
}

/// What is done with a service: no name ends in it.
pub(super) fn is_use(word: &str) -> bool {
    regex!("^(?:access|communication|connection|exchange|reserved|traffic)s?$").is_match(word)
}

/// What a product is or how it is reached, which its name goes without: `Redis server`.
pub(super) fn is_kind(word: &str) -> bool {
    is_in("kind", word) || is_in("kind", word.strip_suffix('s').unwrap_or(word))
}

/// Words that neither name a service nor tell it from others.
pub(super) fn says_nothing(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number || is_common(word) || is_of_sentence(word) || is_quality(word) || is_carrier(word)
}

/// The usual short form of a long word: `auth` of `authentication`.
pub(super) fn abbreviated(word: &str) -> &str {
    let mut lists = LISTS.of(word);
    let short = lists.find_map(|(list, _)| list.strip_prefix("short as "));
    short.unwrap_or(word)
}

/// What a noun of another language means. Those in Cyrillic are listed without their ends.
pub(super) fn meaning(word: &str) -> Option<&'static str> {
    let meaning = |word: &str| {
        let mut lists = LISTS.of(word);
        lists.find_map(|(list, _)| list.strip_prefix("means "))
    };
    let has_ends = word.starts_with(|c| ('\u{400}'..='\u{4ff}').contains(&c));
    let ends = word.char_indices().rev().take(if has_ends { 3 } else { 0 });
    meaning(word).or_else(|| ends.map(|(end, _)| &word[..end]).find_map(meaning))
}

/// A few letters alone tell nothing: `ad`, `vi`, but not `9p`.
pub(super) fn is_short(part: &str) -> bool {
    part.len() < 3 && !part.contains(|c: char| c.is_ascii_digit())
}

/// `separated`, but not `memcached`.
pub(super) fn is_participle(word: &str) -> bool {
    regex!("^[a-z]+(?:at|ct|ir|ish|it|iz|ow|st|ur|yp)ed$").is_match(word)
}
