//! The words of a row → names for its service, where no list has one.
//!
//! The first of these that the row has, and that gives a name:
//!
//! 1. *italics*, which are titles: `*Killing Floor* web administration` → `killing-floor`;
//! 2. an *abbreviation* in brackets, or the initials of a system: `Robot Operating System` → `ros`;
//! 3. a column of services, or the words beside the port in its cell: `53 (DNS)` → `dns`;
//! 4. the noun behind an *article* that opens the row: `The cajo project` → `cajo`;
//! 5. what the port is *for*: `Default port of a local GUN relay` → `gun`; `Apple's iChat` → `ichat`;
//! 6. a *proper* name: `MongoDB daemon process` → `mongodb`; else the word that opens the row.
//!
//! Then the name is fitted into the characters that a service name has, word by word: none is cut. Words of
//! sentences, words that any service could have and a vendor alone are no names; nor is the verb that opens a
//! sentence, or an adjective before a proper name.

use std::collections::{HashMap, HashSet};

use crate::dataset::{ServiceName, slug};
use crate::naming::words::{
    is_common, is_filler, is_instance, is_known_vendor, is_of_sentence, is_verb_before,
    says_nothing,
};

/// What a name was derived from, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Evidence {
    Italics,
    Abbreviation,
    Service,
    Article,
    Purpose,
    ProperName,
    Opening,
}

impl Evidence {
    /// The word in a file of facts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Italics => "italics",
            Self::Abbreviation => "abbreviation",
            Self::Service => "service",
            Self::Article => "article",
            Self::Purpose => "purpose",
            Self::ProperName => "proper name",
            Self::Opening => "opening word",
        }
    }

    /// It names the service by itself, so that it counts for more than IANA's name of the port.
    pub(super) fn is_strong(self) -> bool {
        self <= Self::Service
    }
}

/// What a row says of its service.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts<'r> {
    /// The first words in italics.
    pub(super) italics: Option<&'r str>,
    /// The words of a column of services, or those beside the port.
    pub(super) service: Option<&'r str>,
    pub(super) description: &'r str,
}

/// How many bytes of a text are read for names. What is behind would never get into one.
const READ: usize = 2000;

/// A word of a text.
#[derive(Debug, Clone)]
struct Word<'t> {
    text: &'t str,
    /// In lower case, as it stands in a name; without the `'s` of a possessive.
    slug: String,
    /// Nothing but blanks stands between it and the word before.
    is_joined: bool,
}

impl Word<'_> {
    fn is_proper(&self) -> bool {
        let has_letter = self.text.contains(|c: char| c.is_ascii_alphabetic());
        has_letter
            && self
                .text
                .contains(|c: char| c.is_uppercase() || c.is_ascii_digit())
    }

    fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// `WebLogic`, `qStats`, but not `Sun` or `SQL`.
    fn is_mixed(&self) -> bool {
        regex!(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}").is_match(self.text)
    }

    fn is_possessive(&self) -> bool {
        self.text.ends_with("'s") || self.text.ends_with("’s") || self.text.ends_with(['\'', '’'])
    }

    fn says_nothing(&self) -> bool {
        let is_short = self.slug.len() < 3 && !self.is_proper_number();
        is_short || self.slug.split('-').all(says_nothing)
    }

    /// `4D`, `9P`
    fn is_proper_number(&self) -> bool {
        self.slug.contains(|c: char| c.is_ascii_digit())
    }

    fn is_common(&self) -> bool {
        self.slug
            .split('-')
            .all(|part| is_common(part) || is_of_sentence(part))
    }
}

/// The words of a text, up to the end of its first sentence.
fn words(text: &str) -> Vec<Word<'_>> {
    let text = &text[..text.floor_char_boundary(READ)];
    let text = &text[..text.find(". ").unwrap_or(text.len())];
    let word = regex!(r"[\p{L}\p{N}]+(?:[-.'’!@_:+*]+[\p{L}\p{N}]+)*(?:/IP\b|\+\+|['’])?");
    let mut end = 0;
    let words = word.find_iter(text).map(|found| {
        let gap = text[end..found.start()].trim_start_matches('!');
        let is_joined = found.start() > 0 && gap.trim().is_empty();
        end = found.end();
        let stem = found.as_str().trim_end_matches(['\'', '’']);
        let stem = stem.strip_suffix("'s").or_else(|| stem.strip_suffix("’s"));
        Word {
            text: found.as_str(),
            slug: slug(stem.unwrap_or(found.as_str())),
            is_joined,
        }
    });
    words.filter(|word| !word.slug.is_empty()).collect()
}

/// Words that stand together.
type Run<'w, 't> = &'w [Word<'t>];

/// The words from the first on that no mark parts.
fn clause<'w, 't>(words: Run<'w, 't>) -> Run<'w, 't> {
    let rest = words.iter().skip(1);
    let end = rest.take_while(|word| word.is_joined).count();
    &words[..words.len().min(end + 1)]
}

/// The words behind a verb that opens the text: `Ingests the traces of Tempo`.
fn object<'w, 't>(words: Run<'w, 't>) -> Run<'w, 't> {
    match words {
        [verb, object @ ..]
            if object
                .first()
                .is_some_and(|next| next.is_joined && is_verb_before(&verb.slug, &next.slug)) =>
        {
            object
        }
        _ => words,
    }
}

/// The words without an adjective before a proper name: `Direct FastAPI`.
fn without_adjective<'w, 't>(words: Run<'w, 't>) -> Run<'w, 't> {
    match words {
        [adjective, name, ..]
            if is_instance(&adjective.slug) && name.is_proper() && !name.says_nothing() =>
        {
            &words[1..]
        }
        _ => words,
    }
}

/// The proper names of a text, in order: words with a capital, numbers behind them, and `of` between them.
fn proper_names<'w, 't>(words: Run<'w, 't>) -> impl Iterator<Item = Run<'w, 't>> {
    let begins = |word: &Word<'_>| word.is_proper() && !is_of_sentence(&word.slug);
    let opens = move |pair: &[Word<'_>]| {
        // `planet M.U.L.E.`, `0 A.D.`
        (!pair[0].says_nothing() || pair[0].is_number()) && pair[1].is_joined && begins(&pair[1])
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_open = at == 0 && words.get(..2).is_some_and(opens);
        at += if is_open {
            0
        } else {
            words[at..].iter().position(begins)?
        };
        let clause = clause(&words[at..]);
        let goes_on = |next: usize| {
            let is_of = clause[next].text == "of" && clause.get(next + 1).is_some_and(begins);
            let follows_possessive = clause[next - 1].is_possessive();
            !follows_possessive && (is_of || clause[next].is_proper() || clause[next].is_number())
        };
        let end = (1..clause.len()).find(|&next| !goes_on(next));
        let name = &clause[..end.unwrap_or(clause.len())];
        at += name.len();
        Some(name)
    })
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

/// The name of what a row describes, and what it was derived from; and names that serve where it is taken. They
/// have at most so many characters.
pub(super) fn names(
    texts: Texts<'_>,
    vendors: &HashSet<String>,
    length: usize,
) -> Option<(Evidence, ServiceName, Vec<ServiceName>)> {
    let words = words(texts.description);
    let words = object(&words);
    let (evidence, name) = Fitter { vendors, length }.best(texts, words)?;
    let longer = longer(name, words).filter(|name| name.as_str().len() <= length);
    Some((evidence, name, longer.collect()))
}

/// The name with each of the words that follow it.
fn longer(name: ServiceName, words: Run<'_, '_>) -> impl Iterator<Item = ServiceName> {
    let known: Vec<_> = name.as_str().split('-').collect();
    let is_known = |word: &Word<'_>| word.slug.split('-').all(|part| known.contains(&part));
    let behind = match words.iter().rposition(is_known) {
        Some(last) => last + 1,
        None => proper_names(words).next().map_or(0, <[_]>::len),
    };
    let is_telling = |word: &Word<'_>| {
        !is_of_sentence(&word.slug) && !is_filler(&word.slug) && !word.is_number()
    };
    let words = words[behind..].iter().filter(move |word| is_telling(word));
    words.filter_map(move |word| ServiceName::new(&format!("{name}-{}", word.slug)))
}

/// Makes names of words.
struct Fitter<'v> {
    vendors: &'v HashSet<String>,
    /// The most characters of a name.
    length: usize,
}

impl Fitter<'_> {
    /// The name that the best evidence gives.
    fn best(&self, texts: Texts<'_>, words: Run<'_, '_>) -> Option<(Evidence, ServiceName)> {
        let given = |evidence, name: Option<ServiceName>| Some((evidence, name?));
        let opening = || given(Evidence::Opening, self.opening(words));
        let stands_apart = clause(words).len() == 1 && !words[0].is_proper();
        let is_prose = words.len() > 1 && is_article(&words[0]) && !words[1].is_proper();
        given(
            Evidence::Italics,
            texts.italics.and_then(|italics| self.title(italics)),
        )
        .or_else(|| {
            given(
                Evidence::Abbreviation,
                self.abbreviation(texts.description, words),
            )
        })
        .or_else(|| given(Evidence::Service, self.service(texts.service?)))
        .or_else(|| given(Evidence::Article, self.article(words)))
        .or_else(|| given(Evidence::Purpose, self.product(texts.description, words)))
        .or_else(|| given(Evidence::Purpose, self.purpose(words)))
        .or_else(|| opening().filter(|_| stands_apart))
        .or_else(|| given(Evidence::ProperName, self.proper(words)).filter(|_| !is_prose))
        .or_else(opening)
    }

    /// Italics that begin as a proper name does.
    fn title(&self, italics: &str) -> Option<ServiceName> {
        let words = words(italics);
        words.first().filter(|word| word.is_proper())?;
        self.fitted(clause(&words))
    }

    /// The abbreviation in the first brackets, else the initials of a system that opens the text.
    fn abbreviation(&self, text: &str, words: Run<'_, '_>) -> Option<ServiceName> {
        acronym(text).or_else(|| self.initials(proper_names(words).next()?))
    }

    /// What a column of services, or the words beside a port, call it.
    fn service(&self, text: &str) -> Option<ServiceName> {
        let words = words(text);
        let whole = || {
            let first = words.first()?;
            self.fitted(clause(&words))
                .filter(|_| !is_of_sentence(&first.slug))
        };
        acronym(text).or_else(|| self.proper(&words)).or_else(whole)
    }

    /// `The cajo project`
    fn article(&self, words: Run<'_, '_>) -> Option<ServiceName> {
        let (_, noun) = words.split_first().filter(|(first, _)| is_article(first))?;
        if noun.first()?.is_proper() {
            self.proper(clause(noun))
        } else {
            self.opening(noun)
        }
    }

    /// `Apple's iChat`, `Avtex LLC—qStats`
    fn product(&self, text: &str, words: Run<'_, '_>) -> Option<ServiceName> {
        let parts = regex!(r"^([^—–(]+?)\s?[—–]\s?([^\s—–(]+)(?:\s*\(.*)?$").captures(text);
        let of_company = parts.and_then(|parts| {
            let is_company = |word: &Word<'_>| self.is_vendor(word) || is_filler(&word.slug);
            let is_owned = self::words(&parts[1]).iter().any(is_company);
            is_owned.then(|| self.fitted(&self::words(&parts[2])))?
        });
        let owned = words.windows(2).position(|pair| {
            let [owner, product] = pair else { return false };
            owner.is_possessive() && owner.is_proper() && product.is_joined && product.is_proper()
        });
        of_company.or_else(|| self.fitted(proper_names(&words[owned? + 1..]).next()?))
    }

    /// `Default port for X`, where the words before say nothing.
    fn purpose(&self, words: Run<'_, '_>) -> Option<ServiceName> {
        let is_link = |word: &Word<'_>| matches!(word.text, "for" | "of" | "by");
        let (before, behind) = words.split_at(words.iter().position(is_link)?);
        if !before
            .iter()
            .all(|word| word.says_nothing() || self.is_vendor(word))
        {
            return None;
        }
        let opening = behind.iter().position(|word| !is_of_sentence(&word.slug));
        self.proper(behind)
            .or_else(|| self.opening(&behind[opening?..]))
    }

    /// The first proper name that makes a name.
    fn proper(&self, words: Run<'_, '_>) -> Option<ServiceName> {
        proper_names(words).find_map(|name| self.fitted(name))
    }

    /// The words from the first on up to a mark or a word of a sentence, if that word is no common one.
    fn opening(&self, words: Run<'_, '_>) -> Option<ServiceName> {
        words.first().filter(|word| !word.says_nothing())?;
        let clause = clause(words);
        let end = clause.iter().position(|word| is_of_sentence(&word.slug));
        self.fitted(&clause[..end.unwrap_or(clause.len())])
    }

    /// The name that some words make: the first of these that fits.
    fn fitted(&self, run: Run<'_, '_>) -> Option<ServiceName> {
        let run = without_adjective(run);
        let mut words: Vec<&Word<'_>> = Vec::new();
        for word in run.iter().filter(|word| !is_filler(&word.slug)) {
            if words.iter().all(|known| known.slug != word.slug) {
                words.push(word);
            }
        }
        let without_vendor = || {
            let (vendor, product) = words.split_first()?;
            self.name(product).filter(|_| self.is_vendor(vendor))
        };
        let telling = || {
            let is_telling = |word: &Word<'_>| !word.is_common() || word.text == "of";
            let (first, behind) = words.split_first()?;
            let behind = behind.iter().filter(|word| is_telling(word));
            self.name(
                &std::iter::once(first)
                    .chain(behind)
                    .copied()
                    .collect::<Vec<_>>(),
            )
        };
        let last = || self.name(&[words.iter().rfind(|word| !word.is_common())?]);
        self.name(&words)
            .or_else(|| self.initials(run))
            .or_else(telling)
            .or_else(without_vendor)
            .or_else(|| self.mixed(&words))
            .or_else(|| {
                (1..words.len())
                    .rev()
                    .find_map(|end| self.name(&words[..end]))
            })
            .or_else(|| self.parts(words.first()?))
            .or_else(last)
    }

    /// A word with capitals within, and its version.
    fn mixed(&self, words: &[&Word<'_>]) -> Option<ServiceName> {
        let is_mixed = |word: &&Word<'_>| word.is_mixed() && !self.is_vendor(word);
        let words = &words[words.iter().position(is_mixed)?..];
        let versioned = words.get(..2).filter(|words| words[1].is_number());
        versioned
            .and_then(|words| self.name(words))
            .or_else(|| self.name(&words[..1]))
    }

    /// `Robot Operating System` → `ros`
    fn initials(&self, run: Run<'_, '_>) -> Option<ServiceName> {
        let end = run.len() - usize::from(run.last().is_some_and(Word::is_number));
        let (run, version) = run.split_at(end);
        let is_vendor = |word: &&Word<'_>| self.is_vendor(word) && !is_title(word);
        let run = &run[run.iter().take_while(is_vendor).count()..];
        let least = match run.last()?.slug.as_str() {
            "protocol" | "manager" | "system" | "desktop" => 3,
            "service" | "services" => 4,
            _ => return None,
        };
        let initials = run.iter().filter_map(|word| word.slug.chars().next());
        let version = version.first().map_or("", |word| word.slug.as_str());
        let version = if version.contains('-') { "" } else { version };
        let name = initials.collect::<String>() + version;
        ServiceName::new(&name).filter(|_| run.len() >= least && run.iter().all(is_title))
    }

    /// The parts of a word with hyphens, as far as they fit.
    fn parts(&self, word: &Word<'_>) -> Option<ServiceName> {
        let mut ends = word.slug.rmatch_indices('-').map(|(end, _)| end);
        let name = &word.slug[..ends.find(|end| *end <= self.length)?];
        ServiceName::new(name).filter(|_| !name.split('-').all(says_nothing))
    }

    /// The name that is these words, if they fit, and are a name.
    fn name(&self, words: &[&Word<'_>]) -> Option<ServiceName> {
        let is_name = match words {
            [] => false,
            [word] => !word.says_nothing() && !self.is_vendor(word),
            [.., last] => !words.iter().all(|word| word.says_nothing()) && last.text != "of",
        };
        let slugs: Vec<_> = words.iter().map(|word| word.slug.as_str()).collect();
        let name = slugs.join("-");
        ServiceName::new(&name).filter(|_| is_name && name.len() <= self.length)
    }

    fn is_vendor(&self, word: &Word<'_>) -> bool {
        self.vendors.contains(&word.slug) || is_known_vendor(&word.slug)
    }
}

fn is_article(word: &Word<'_>) -> bool {
    matches!(word.slug.as_str(), "a" | "an" | "the")
}

fn is_title(word: &Word<'_>) -> bool {
    regex!(r"^[A-Z][a-z]+$").is_match(word.text)
}

/// The abbreviation in brackets that people know a described service by: `DNS` of the Domain Name System. Behind a
/// name it is none of that name: `DarkComet remote administration tool (RAT)`.
pub(super) fn acronym(text: &str) -> Option<ServiceName> {
    let text = &text[..text.floor_char_boundary(READ)];
    let parts = regex!(r"^([^(\[,;:—–]+)\(\s*([^()\s,;]+)\s*(?:[,;][^)]*)?\)").captures(text)?;
    let (before, short) = (words(&parts[1]), &parts[2]);
    let capitals = short.chars().filter(char::is_ascii_uppercase).count();
    let name =
        ServiceName::respelled(short).filter(|_| 2 * capitals > short.len() && short.len() > 1)?;
    let is_title = before
        .iter()
        .all(|word| word.is_proper() || is_of_sentence(&word.slug));
    let is_plain = before.iter().all(|word| is_common(&word.slug));
    let mut letters = parts[1].chars();
    let mut is_in_them = |letter: char| letters.any(|other| other.eq_ignore_ascii_case(&letter));
    let stands_for_it = short
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .all(&mut is_in_them);
    let is_service = !name
        .as_str()
        .split('-')
        .all(|part| says_nothing(part) && part != "rpc");
    ((is_title || is_plain) && stands_for_it && is_service).then_some(name)
}
