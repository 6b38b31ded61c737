//! Words → service names, of at most so many characters. No word is cut.
//!
//! A name that fits is all of the words. Of one that does not, the words that tell least are left out, and long words
//! take their usual short form: `HAWQ segment communication` is `hawq-segment`.

use std::cmp::Reverse;

use crate::dataset::ServiceName;
use crate::limits;
use crate::naming::phrase::Word;
use crate::naming::texts::Page;
use crate::naming::words::{
    abbreviated, is_carrier, is_filler, is_interface, is_kind, is_of_sentence, is_quality,
    is_short, is_vendor, says_nothing,
};

/// Makes names of words.
#[derive(Debug)]
pub(super) struct Shortener<'v> {
    pub(super) page: &'v Page,
    /// The most characters of a name.
    pub(super) room: usize,
}

/// How much a part tells of the service. The numbers only matter beside each other.
mod weight {
    /// What any product is, or what carries it; a number.
    pub(super) const PLAIN: u32 = 2;
    pub(super) const COMMON: u32 = 5;
    pub(super) const VENDOR: u32 = 6;
    pub(super) const SHORT: u32 = 7;
    /// A word with a capital behind a common one may be common, too: `Secure Availability`.
    pub(super) const DOUBTFUL: u32 = 9;
    /// A name by itself.
    pub(super) const TELLING: u32 = 10;
    pub(super) const MIXED: u32 = 25;
    /// The first part tells more.
    pub(super) const FIRST: u32 = 3;
    /// A short form tells less.
    pub(super) const ABBREVIATED: u32 = 3;
}

/// A word of a name; of one that is too long, what stands between its hyphens.
#[derive(Debug, Clone, Copy)]
struct Part<'w> {
    text: &'w str,
    weight: u32,
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a path does not hold for all lifetimes"
)]
impl Shortener<'_> {
    /// The names of a product, the best first.
    pub(super) fn names(&self, run: &[Word<'_>]) -> Vec<ServiceName> {
        let parts = self.parts(run);
        let mut names = self.of_parts(&parts, |choice| choice.is_name());
        let length = run.iter().map(|word| word.slug.len() + 1).sum::<usize>();
        if length > self.room + 1 {
            names.splice(..0, Self::initials(run));
        }
        names
    }

    /// The names that several words make, whatever these are: `captive-portal`.
    pub(super) fn phrases(&self, words: &[Word<'_>]) -> Vec<ServiceName> {
        self.of_parts(&self.parts(words), |choice| choice.is_phrase())
    }

    /// The choices of parts that are names and fit, those first that tell most.
    fn of_parts(
        &self,
        parts: &[Part<'_>],
        is_name: impl Fn(&Choice<'_, '_>) -> bool,
    ) -> Vec<ServiceName> {
        let choices = (1..1 << parts.len()).map(|mask| Choice { parts, mask });
        let names = choices.filter(|choice| !choice.is_torn() && is_name(choice));
        let mut names: Vec<_> = names.filter_map(|choice| self.name(&choice)).collect();
        names.sort_by_key(|&(weight, _)| Reverse(weight));
        names.truncate(limits::NAMES_OF_ROW);
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// The name that a choice makes, if it fits, and how much that tells.
    fn name(&self, choice: &Choice<'_, '_>) -> Option<(u32, ServiceName)> {
        let weight = choice.own().map(|part| part.weight).sum::<u32>();
        let mut parts: Vec<_> = choice.own().map(|part| part.text).collect();
        let mut cost = 0;
        // Those behind tell less, so that they are the first to be abbreviated.
        for at in (0..parts.len()).rev() {
            let short = abbreviated(parts[at]);
            if parts.join("-").len() > self.room && short != parts[at] {
                parts[at] = short;
                cost += weight::ABBREVIATED;
            }
        }
        let (name, weight) = (parts.join("-"), weight.saturating_sub(cost));
        let name = ServiceName::new(&name).filter(|_| name.len() <= self.room)?;
        Some((weight, name))
    }

    /// The words, each once.
    fn parts<'w>(&self, run: &'w [Word<'_>]) -> Vec<Part<'w>> {
        let mut parts: Vec<Part<'w>> = Vec::new();
        let is_version = |word: &Word<'_>| {
            regex!(r"^(?:v[0-9]+|[0-9]+\.[0-9]+)(?:\.[0-9]+)*$").is_match(word.text)
        };
        let is_left_out = |word: &Word<'_>| {
            is_filler(&word.slug) || word.text == "over" || word.is_article() || is_version(word)
        };
        for word in run.iter().filter(|word| !is_left_out(word)) {
            if parts.iter().any(|part| part.text == word.slug) {
                continue;
            }
            let is_long = word.slug.len() > self.room;
            let own = if is_long {
                whole_words(word)
            } else {
                vec![&*word.slug]
            };
            for text in own {
                let is_behind_common = parts.first().is_some_and(|part| {
                    part.weight == weight::COMMON + weight::FIRST || is_quality(part.text)
                });
                let weight = match self.weight(word, text) {
                    weight::TELLING if word.is_title() && is_behind_common => weight::DOUBTFUL,
                    _ if parts.len() == 1 && is_number(text) => weight::VENDOR,
                    weight::VENDOR => weight::VENDOR,
                    weight if parts.is_empty() && (is_long || weight >= weight::COMMON) => {
                        weight + weight::FIRST
                    }
                    weight => weight,
                };
                parts.push(Part { text, weight });
            }
        }
        parts.truncate(limits::PARTS_OF_NAME);
        parts
    }

    fn weight(&self, word: &Word<'_>, part: &str) -> u32 {
        let all = |is: fn(&str) -> bool| part.split('-').all(is);
        if is_number(part) {
            weight::PLAIN
        } else if self.page.vendors.contains(part) || is_vendor(part) {
            weight::VENDOR
        } else if is_kind(part) || is_carrier(part) || is_quality(part) {
            weight::PLAIN
        } else if all(says_nothing) {
            weight::COMMON
        } else if all(is_short) {
            weight::SHORT
        } else if word.is_mixed() {
            weight::MIXED
        } else {
            weight::TELLING
        }
    }

    /// `Robot Operating System` is `ros`, `IBM Tivoli Storage Manager` is `tsm`.
    fn initials(run: &[Word<'_>]) -> Option<ServiceName> {
        let is_company = |word: &&Word<'_>| is_vendor(&word.slug) && !word.is_title();
        let end = run.len() - usize::from(run.last()?.is_number());
        let run = &run[run.iter().take_while(is_company).count()..end];
        let least = match run.last()?.slug.as_str() {
            "protocol" | "manager" | "system" | "desktop" => 3,
            "service" | "services" => 4,
            _ => return None,
        };
        let initials = run.iter().filter_map(|word| word.slug.chars().next());
        let is_title = run.len() >= least && run.iter().all(Word::is_title);
        ServiceName::new(&initials.collect::<String>()).filter(|_| is_title)
    }
}

/// Some of the parts of a name: those whose bit is set.
#[derive(Clone, Copy)]
struct Choice<'p, 'w> {
    parts: &'p [Part<'w>],
    mask: u32,
}

impl<'p, 'w> Choice<'p, 'w> {
    fn has(&self, at: usize) -> bool {
        self.mask & 1 << at != 0
    }

    fn own(&self) -> impl Iterator<Item = &'p Part<'w>> {
        let (parts, choice) = (self.parts, *self);
        parts
            .iter()
            .enumerate()
            .filter(move |&(at, _)| choice.has(at))
            .map(|(_, part)| part)
    }

    /// A number is there without what it counts, or a plain word without what it is of.
    fn is_torn(&self) -> bool {
        (1..self.parts.len()).any(|at| {
            let is_plain = self.parts[at].weight == weight::PLAIN;
            is_plain && self.has(at) && !self.has(at - 1)
        })
    }

    /// It tells one service from others: by a word that does, or as what opens the words up to one that may, or as
    /// words of a vendor.
    fn is_name(&self) -> bool {
        let opens = |at: usize| {
            self.parts[at].weight == weight::DOUBTFUL && (0..=at).all(|at| self.has(at))
        };
        let is_long = |part: &Part<'_>| !is_short(part.text);
        let count = self.own().count();
        (count > 1 || self.own().all(is_long))
            && (self.own().any(|part| part.weight >= weight::TELLING)
                || (0..self.parts.len()).any(opens)
                || self.is_of_vendor())
    }

    /// `Google Desktop`
    fn is_of_vendor(&self) -> bool {
        let mut own = self.own();
        own.next()
            .is_some_and(|first| first.weight == weight::VENDOR)
            && own.any(|part| {
                let is_common = part.weight >= weight::COMMON && !is_number(part.text);
                is_common || is_interface(part.text) || part.text == "service"
            })
    }

    /// Two words at least, without plain ones or without the last.
    fn is_phrase(&self) -> bool {
        let left_out: Vec<_> = (0..self.parts.len()).filter(|&at| !self.has(at)).collect();
        let is_plain = |&at: &usize| self.parts[at].weight <= weight::PLAIN;
        let has = |weight| self.own().any(|part| part.weight == weight);
        self.own().filter(|part| !is_number(part.text)).count() > 1
            && (!has(weight::VENDOR) || has(weight::COMMON))
            && (left_out.iter().all(is_plain) || left_out == [self.parts.len() - 1])
    }
}

/// The words of a compound that does not fit: `panorama` of `panorama-to-managed`, `web` and `console` of `WebConsole`.
fn whole_words<'w>(word: &'w Word<'_>) -> Vec<&'w str> {
    let slug = word.slug.as_str();
    if !slug.contains('-') && !word.is_joined && slug.eq_ignore_ascii_case(word.text) {
        return humps(word.text, slug);
    }
    let mut parts = slug.split('-');
    let first = parts.next().into_iter();
    let rest = parts.take_while(|part| !is_of_sentence(part));
    first.chain(rest).collect()
}

/// The parts of a slug that begin with a capital in its text.
fn humps<'s>(text: &str, slug: &'s str) -> Vec<&'s str> {
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        let next = bytes.get(at + 1);
        bytes[*at].is_ascii_uppercase() && next.is_some_and(u8::is_ascii_lowercase)
    };
    let starts = (1..text.len()).filter(begins).chain([text.len()]);
    let mut start = 0;
    let parts = starts.map(|end| &slug[std::mem::replace(&mut start, end)..end]);
    parts.collect()
}

fn is_number(part: &str) -> bool {
    regex!("^(?:v?[0-9]+|i{2,3}|iv|vi{2,3}|ix)$").is_match(part)
}
