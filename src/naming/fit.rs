//! The words of a row and a registration → how well they fit.
//!
//! IANA's short names abbreviate: `radius-acct` is *RADIUS accounting*, `nfs` the *Network File System*,
//! `http-alt` an *alternative port for HTTP*. So a part of a name fits a word that it is, begins,
//! abbreviates, or is one of the initials of; the whole name, word for word, fits best.

use crate::dataset::{Record, ServiceName};
use crate::limits::FITTED_WORDS;
use crate::naming::registry::{Registration, Registry};
use crate::naming::words::{is_carrier, is_common};

/// The words of a text in lower case, in order.
#[derive(Debug)]
pub(super) struct Words(Vec<String>);

/// How well a registration fits. The greater, the better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    score: u32,
    /// Whether the words say by themselves that this is the service. Others fit only if IANA is known to
    /// have assigned the port to the row.
    pub(super) is_certain: bool,
}

impl Fit {
    /// Nothing in common.
    pub(super) const NONE: Self = Self::new(0, false);

    /// A word that is no common one is in both.
    pub(super) fn is_likely(self) -> bool {
        self.score > 5
    }

    const fn new(score: u32, is_certain: bool) -> Self {
        Self { score, is_certain }
    }

    const fn and(self, other: Self) -> Self {
        Self::new(
            self.score.saturating_add(other.score),
            self.is_certain || other.is_certain,
        )
    }
}

impl Words {
    pub(super) fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let is_mark = |c: char| !c.is_alphanumeric();
        let words = texts.into_iter().flat_map(|text| text.split(is_mark));
        let words = words.filter(|word| !word.is_empty());
        Self(words.take(FITTED_WORDS).map(str::to_lowercase).collect())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|own| own == word)
    }

    /// How well the best name of a registration fits, and what it is for.
    pub(super) fn fit(&self, registration: &Registration) -> Fit {
        let names = registration.names().map(|name| self.name(name));
        names
            .max()
            .unwrap_or(Fit::NONE)
            .and(self.description(&registration.description))
    }

    fn name(&self, name: ServiceName) -> Fit {
        let parts: Vec<_> = name.as_str().split('-').collect();
        let length = u32::try_from(name.as_str().len()).unwrap_or_default();
        if self.has_phrase(&parts.concat()) {
            return if parts.iter().all(|part| is_common(part)) {
                Fit::new(20 + length, false)
            } else {
                Fit::new(100 + length, true)
            };
        }
        if let [part] = parts[..]
            && self.has_initials(part)
        {
            return Fit::new(60 + length, part.len() > 2);
        }
        // `http-alt` is what says HTTP, and `pcsync-https` not what says HTTPS.
        let is_plain = |part: &&str| is_common(part) || is_carrier(part);
        let tells = |part: &&str| !is_plain(part) || parts.iter().all(is_plain);
        let fits: Vec<_> = parts
            .iter()
            .map(|part| self.part(part, tells(part)))
            .collect();
        let sum = fits.iter().fold(Fit::NONE, |sum, fit| sum.and(*fit));
        let fits_whole = parts.len() > 1 && fits.iter().all(|fit| fit.score > 0);
        Fit::new(sum.score, sum.is_certain && fits_whole)
    }

    /// Whether words that follow each other are these letters: `ftpdata` is *FTP data*.
    fn has_phrase(&self, letters: &str) -> bool {
        let is_phrase = |words: &[String]| {
            let joined = words.concat();
            joined == letters || joined.strip_suffix('s') == Some(letters)
        };
        (1..=letters.len()).any(|count| self.0.windows(count).any(is_phrase))
    }

    /// Whether words that follow each other have these initials.
    fn has_initials(&self, letters: &str) -> bool {
        let initials = self.0.iter().filter_map(|word| word.chars().next());
        let initials: Vec<_> = initials.collect();
        let letters: Vec<_> = letters.chars().collect();
        letters.len() > 1
            && initials
                .windows(letters.len())
                .any(|these| these == letters)
    }

    /// How well the best word fits a part of a name.
    fn part(&self, part: &str, tells: bool) -> Fit {
        self.0
            .iter()
            .map(|word| part_and_word(part, word, tells))
            .max()
            .unwrap_or(Fit::NONE)
    }

    /// How many words a registry's description shares.
    fn description(&self, text: &str) -> Fit {
        let theirs = Words::of([text]).0;
        let theirs: Vec<_> = theirs.iter().filter(|word| says_something(word)).collect();
        let shared = theirs.iter().filter(|word| self.0.contains(word)).count();
        let score = u32::try_from(5 * shared).unwrap_or(u32::MAX);
        Fit::new(score, shared > 1 && 2 * shared >= theirs.len())
    }
}

fn says_something(word: &str) -> bool {
    word.len() > 1 && !is_common(word)
}

fn part_and_word(part: &str, word: &str, tells: bool) -> Fit {
    if part == word {
        return if tells {
            Fit::new(10, true)
        } else {
            Fit::new(3, false)
        };
    }
    let begins = |short: &str, long: &str, least| short.len() >= least && long.starts_with(short);
    if tells && (begins(part, word, 3) || begins(word, part, 4)) {
        Fit::new(6, false)
    } else if abbreviates(part, word) {
        Fit::new(2, false)
    } else {
        Fit::NONE
    }
}

/// Whether the letters are some of a word's in their order, its first among them: `acct` is *accounting*.
fn abbreviates(part: &str, word: &str) -> bool {
    let mut letters = word.chars();
    part.as_bytes().first() == word.as_bytes().first()
        && part
            .chars()
            .all(|letter| letters.any(|other| other == letter))
}

/// The names that the ports are registered under, as far as they are like a name: where `snmp` is taken, 162 has
/// `snmptrap`.
pub(super) fn registered_like(record: &Record, name: ServiceName) -> Vec<ServiceName> {
    let words = Words::of([name.as_str()]);
    let known = Registry::iana().of(record.ports);
    let like = known.filter(|known| words.fit(known).is_likely());
    like.map(|known| known.name).collect()
}
