//! What a row says of its service → a name for it, where no list has one.
//!
//! The first [`Evidence`] that the row has, and that gives a name. Words of sentences, words that any service could
//! have and a vendor alone are no names.

use std::collections::{HashMap, HashSet};

use crate::dataset::ServiceName;
use crate::limits::NAMED_TEXT;
use crate::naming::phrase::{Word, clause, proper_names, words};
use crate::naming::shorten::Shortener;
use crate::naming::words::{is_common, is_filler, says_nothing};

words! {
    /// What a name is derived from, the best first.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum Evidence {
        /// Titles are in italics: *Killing Floor* web administration.
        Italics = "italics",
        /// An abbreviation in brackets: `Train Realtime Data Protocol (TRDP)`.
        Abbreviation = "abbreviation",
        /// A column of services, or the words beside the port in its cell: `53 (DNS)`.
        Service = "service",
        /// The noun behind an article that opens the row: `The cajo project`.
        Article = "article",
        /// What the port is for, or whose product it is: `Default port of a local GUN relay`, `Apple's iChat`.
        Purpose = "purpose",
        /// A proper name, `MongoDB daemon process`, or a word that stands by itself: `ncat, a netcat alternative`.
        ProperName = "proper name",
        /// The words that open the row: `collectd default port`.
        Opening = "opening word",
    }
}

impl Evidence {
    /// It names the service by itself, so that it counts for more than IANA's name of the port.
    pub(super) fn is_strong(self) -> bool {
        self <= Self::Service
    }

    fn find(self, row: &Row<'_>) -> Option<ServiceName> {
        match self {
            Self::Italics => row.title(),
            Self::Abbreviation => acronym(row.description),
            Self::Service => row.stated(),
            Self::Article => row.article(),
            Self::Purpose => row.product().or_else(|| row.purpose()),
            Self::ProperName => row.proper_name(),
            Self::Opening => row.opening(&row.words).or_else(|| row.phrase()),
        }
    }
}

/// What a row says of its service.
#[derive(Debug)]
pub(super) struct Row<'r> {
    pub(super) italics: Option<&'r str>,
    /// The words of a column of services, or those beside the port.
    pub(super) service: Option<&'r str>,
    pub(super) description: &'r str,
    /// The words of the description.
    pub(super) words: Vec<Word<'r>>,
    pub(super) shortener: Shortener<'r>,
}

/// A name, what it is derived from, and names that serve where it is taken.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) evidence: Evidence,
    pub(super) name: ServiceName,
    pub(super) others: Vec<ServiceName>,
}

impl Derived {
    /// It is the name of something else than what IANA has on a port that none of its words fits. A short one may be
    /// another name of the same: `dns`, `smb`.
    pub(super) fn names_another(&self) -> bool {
        self.evidence < Evidence::Opening && self.name.as_str().len() > 4
    }
}

impl Row<'_> {
    /// The name that the best evidence gives.
    pub(super) fn derive(&self) -> Option<Derived> {
        let found = |evidence: Evidence| Some((evidence, evidence.find(self)?));
        let (evidence, name) = Evidence::ALL.into_iter().find_map(found)?;
        Some(Derived {
            evidence,
            name,
            others: self.longer(name),
        })
    }

    /// Italics that begin as a proper name does.
    fn title(&self) -> Option<ServiceName> {
        let words = words(self.italics?);
        words.first().filter(|word| word.is_proper())?;
        self.shortener.name(clause(&words))
    }

    /// What a column of services, or the words beside a port, call it.
    fn stated(&self) -> Option<ServiceName> {
        let words = words(self.service?);
        let is_prose = words.first()?.is_of_sentence;
        let whole = || self.shortener.name(clause(&words)).filter(|_| !is_prose);
        acronym(self.service?)
            .or_else(|| self.proper(&words))
            .or_else(whole)
    }

    fn article(&self) -> Option<ServiceName> {
        let (article, noun) = self.words.split_first()?;
        self.noun(noun).filter(|_| article.is_article())
    }

    /// `Apple's iChat`, `Avtex LLC—qStats`
    fn product(&self) -> Option<ServiceName> {
        let company = regex!(r"^([^—–(]+?)\s?[—–]\s?([^\s—–(]+)(?:\s*\(.*)?$");
        let of_company = company.captures(self.description).and_then(|parts| {
            let is_company = |word: &Word<'_>| self.is_vendor(word) || is_filler(&word.slug);
            let is_owned = words(&parts[1]).iter().any(is_company);
            self.shortener.name(&words(&parts[2])).filter(|_| is_owned)
        });
        let is_owned = |pair: &[Word<'_>]| {
            let [owner, product] = pair else { return false };
            let is_product = product.is_proper() || self.is_vendor(owner);
            owner.is_possessive() && owner.is_proper() && product.is_joined && is_product
        };
        let owned = || self.words.windows(2).position(is_owned);
        of_company.or_else(|| self.noun(&self.words[owned()? + 1..]))
    }

    /// `Default port for X`, where the words before say nothing.
    fn purpose(&self) -> Option<ServiceName> {
        let is_link = |word: &Word<'_>| matches!(word.text, "for" | "of" | "by");
        let (before, behind) = self.words.split_at(self.words.iter().position(is_link)?);
        let mut before = before.iter();
        if !before.all(|word| word.says_nothing() || self.is_vendor(word)) {
            return None;
        }
        let opening = behind.iter().position(|word| !word.is_of_sentence);
        self.proper(behind)
            .or_else(|| self.opening(&behind[opening?..]))
    }

    /// A word in front of a mark, `rsyslog, central`, or the first proper name. Behind an article that opens the row,
    /// it would be that of something else: `A backdoor found on Linksys modems`.
    fn proper_name(&self) -> Option<ServiceName> {
        let first = self.words.first().filter(|first| !first.is_article())?;
        let apart = clause(&self.words).len() == 1 && !first.is_proper();
        let apart = apart.then(|| self.opening(&self.words)).flatten();
        apart.or_else(|| self.proper(&self.words))
    }

    /// The proper name that opens some words, else the words up to a mark.
    fn noun(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        if words.first()?.is_proper() {
            self.proper(clause(words))
        } else {
            self.opening(words)
        }
    }

    /// The first proper name that makes a name.
    fn proper(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        proper_names(words).find_map(|name| self.shortener.name(name))
    }

    /// The words from the first on up to a mark or a word of a sentence, if that word is no common one.
    fn opening(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        words.first().filter(|word| !word.says_nothing())?;
        let clause = clause(words);
        let end = clause.iter().position(|word| word.is_of_sentence);
        self.shortener.name(&clause[..end.unwrap_or(clause.len())])
    }

    /// A row that is nothing but a few words, and no sentence: `captive portal`.
    fn phrase(&self) -> Option<ServiceName> {
        let is_phrase = clause(&self.words).len() == self.words.len() && self.words.len() <= 4;
        let is_sentence = self.words.iter().any(|word| word.is_of_sentence);
        let phrase = || self.shortener.phrase(&self.words);
        (is_phrase && !is_sentence).then(phrase).flatten()
    }

    /// The name with each of the words that follow it.
    fn longer(&self, name: ServiceName) -> Vec<ServiceName> {
        let known: Vec<_> = name.as_str().split('-').collect();
        let is_known = |word: &Word<'_>| word.slug.split('-').all(|part| known.contains(&part));
        let behind = match self.words.iter().rposition(is_known) {
            Some(last) => last + 1,
            None => proper_names(&self.words).next().map_or(0, <[_]>::len),
        };
        let words = self.words[behind..].iter();
        let is_telling =
            |word: &&Word<'_>| !word.is_of_sentence && !is_filler(&word.slug) && !word.is_number();
        let longer = words
            .filter(is_telling)
            .filter_map(|word| ServiceName::new(&format!("{name}-{}", word.slug)));
        longer
            .filter(|name| name.as_str().len() <= self.shortener.room)
            .collect()
    }

    fn is_vendor(&self, word: &Word<'_>) -> bool {
        self.shortener.is_vendor(word)
    }
}

/// The words that three or more different proper names follow in the texts of a page: vendors.
pub(super) fn vendors<'t>(texts: impl Iterator<Item = &'t str>) -> HashSet<String> {
    let mut products: HashMap<String, HashSet<String>> = HashMap::new();
    for text in texts {
        for pair in words(text).windows(2) {
            let is_name = |word: &Word<'_>| word.is_proper() && !word.says_nothing();
            if pair[1].is_joined && pair.iter().all(is_name) {
                let products = products.entry(pair[0].slug.clone()).or_default();
                products.insert(pair[1].slug.clone());
            }
        }
    }
    products.retain(|_, products| products.len() > 2);
    products.into_keys().collect()
}

/// The abbreviation in brackets that people know a described service by: `DNS` of the Domain Name System. Behind a
/// name it is none of that name: `DarkComet remote administration tool (RAT)`.
pub(super) fn acronym(text: &str) -> Option<ServiceName> {
    let text = &text[..text.floor_char_boundary(NAMED_TEXT)];
    let parts = regex!(r"^([^(\[,;:—–]+)\(\s*([^()\s,;]+)\s*(?:[,;][^)]*)?\)").captures(text)?;
    let (before, short) = (words(&parts[1]), &parts[2]);
    let capitals = short.chars().filter(char::is_ascii_uppercase).count();
    let is_short = 2 * capitals > short.len() && short.len() > 1;
    let mut letters = parts[1].chars();
    let mut is_in_them = |letter: char| letters.any(|other| other.eq_ignore_ascii_case(&letter));
    let mut own = short.chars().filter(char::is_ascii_alphanumeric);
    let stands_for_it = own.all(&mut is_in_them);
    let is_title = |word: &Word<'_>| word.is_proper() || word.is_of_sentence;
    let is_plain = |word: &Word<'_>| is_common(&word.slug);
    let is_described = before.iter().all(is_title) || before.iter().all(is_plain);
    let name = ServiceName::respelled(short)?;
    let mut parts = name.as_str().split('-');
    let is_service = parts.any(|part| !says_nothing(part) || part == "rpc");
    (is_short && is_described && stands_for_it && is_service).then_some(name)
}
