//! A text → the name that stands in brackets.

use crate::dataset::ServiceName;
use crate::limits::NAMED_TEXT;
use crate::naming::phrase::{Word, words};
use crate::naming::words::{is_common, is_participle, says_nothing};

/// The abbreviation in brackets that people know a described service by: `DNS` of the Domain Name System. Behind a
/// name it is none of that name: `DarkComet remote administration tool (RAT)`.
pub(super) fn acronym(text: &str) -> Option<ServiceName> {
    let (described, short) = in_brackets(text)?;
    let capitals = short.chars().filter(char::is_ascii_uppercase).count();
    let is_short = 2 * capitals > short.len() && short.len() > 1;
    let mut letters = described.chars();
    let mut is_in_them = |letter: char| letters.any(|other| other.eq_ignore_ascii_case(&letter));
    let mut own = short.chars().filter(char::is_ascii_alphanumeric);
    let stands_for_it = own.all(&mut is_in_them);
    let before = words(described);
    let is_title = |word: &Word<'_>| word.is_proper() || word.is_of_sentence;
    let is_plain = |word: &Word<'_>| is_common(&word.slug);
    let is_described = before.iter().all(is_title) || before.iter().all(is_plain);
    let name = ServiceName::respelled(short)?;
    let mut parts = name.as_str().split('-');
    let is_service = parts.any(|part| !says_nothing(part));
    (is_short && is_described && stands_for_it && is_service).then_some(name)
}

/// The name in brackets behind a description.
pub(super) fn bracketed(text: &str) -> Option<ServiceName> {
    acronym(text).or_else(|| product_in_brackets(text))
}

/// The part of a product: `vmselect` of `VictoriaMetrics (vmselect)`.
pub(super) fn part_in_brackets(text: &str) -> Option<ServiceName> {
    let (_, part) = in_brackets(text)?;
    let word = words(part).pop()?;
    ServiceName::respelled(part).filter(|_| !word.says_nothing())
}

/// The name in brackets behind common nouns: `nova` of `Compute (nova)`.
fn product_in_brackets(text: &str) -> Option<ServiceName> {
    let (described, product) = in_brackets(text)?;
    let is_name = regex!("^[a-z][a-z0-9]+(?:[-_][a-z0-9]+)*$").is_match(product);
    let described = words(described);
    let is_described = described.iter().all(Word::says_nothing);
    let name = ServiceName::respelled(product)?;
    let mut parts = name.as_str().split('-');
    let is_service = !is_participle(product) && parts.any(|part| !says_nothing(part));
    (is_name && is_described && is_service).then_some(name)
}

/// The words before the first brackets of a text, and the word in these.
fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let text = &text[..text.floor_char_boundary(NAMED_TEXT)];
    let brackets = regex!(r"^([^(\[,;:—–]+)\(\s*([^()\s,;]+)\s*(?:[,;][^)]*)?\)");
    let [before, short] = brackets.captures(text)?.extract().1;
    Some((before, short))
}
