//! What a row says of its service → a name for it, where no list has one.
//!
//! The first [`Evidence`] that the row has, and that gives a name. Words of sentences, words that any service could
//! have and a vendor alone are no names.

use crate::dataset::ServiceName;
use crate::naming::brackets::{bracketed, part_in_brackets};
use crate::naming::phrase::{Word, clause, key, proper_names, words};
use crate::naming::shorten::Shortener;
use crate::naming::words::{is_noun, is_participle, is_use, is_vendor, is_way_in, says_nothing};

words! {
    /// What a name is derived from, the best first.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum Evidence {
        /// Titles are in italics: *Killing Floor* web administration.
        Italics = "italics",
        /// A column of services, or the words beside the port in its cell: `53 (DNS)`.
        Service = "service",
        /// An abbreviation in brackets: `Train Realtime Data Protocol (TRDP)`.
        Abbreviation = "abbreviation",
        /// What the port is for, or whose product it is: `Default port of a local GUN relay`, `Apple's iChat`.
        Purpose = "purpose",
        /// A few words that are no sentence: `Wazuh manager API`, `ncat, a netcat alternative`.
        Label = "label",
        /// The first proper name: `MongoDB daemon process of the cluster`.
        ProperName = "proper name",
        /// The words that open a sentence: `collectd by default`.
        Opening = "opening words",
        /// Any other column: a user, a component, a container.
        Column = "other column",
        /// The product of the title or the file, with what the row says: `Metrics` below `Camunda ports`.
        Product = "product",
        /// Nouns that are all that the row says: `Dashboard`, `Game port`, `Web UI`.
        Nouns = "nouns",
        /// The protocol above TCP that the row names: `HTTPS`.
        Protocol = "protocol",
        /// A column whose cells stand in several rows each: `ResourceManager`.
        Group = "column of groups",
        /// The nouns in a sentence: `Used to communicate with the backup server`.
        Sentence = "sentence",
    }
}

/// Names that one evidence gives, the best first; at least one.
pub(super) type Names = Option<Vec<ServiceName>>;

/// A cell of a row.
#[derive(Debug)]
pub(super) struct Cell<'r> {
    pub(super) text: &'r str,
    pub(super) words: Vec<Word<'r>>,
    /// Where it stands, if that is the evidence.
    pub(super) place: Option<Evidence>,
}

impl<'r> Cell<'r> {
    pub(super) fn new(text: &'r str, place: Evidence) -> Self {
        Self {
            text,
            words: words(text),
            place: Some(place),
        }
    }
}

/// What a text gives.
pub(super) type Found<'t, 'r> = (Evidence, &'t Cell<'r>, Vec<ServiceName>);

impl Evidence {
    /// The names that the words of a text give by it.
    fn names(self, row: &Row<'_>, Cell { text, words, place }: &Cell<'_>) -> Names {
        let (clause, behind_mark) = words.split_at(clause(words).len());
        // `hbbs NAT 类型测试`
        let mut latin = clause.iter().filter(|word| !word.slug.is_empty());
        let is_sentence = latin.clone().any(|word| word.is_of_sentence);
        let is_label = place.is_some() || latin.nth(3).is_none() && !is_sentence;
        match self {
            Self::Abbreviation => Some(vec![bracketed(text)?]),
            Self::Purpose => row.product(words).or_else(|| row.purpose(words)),
            Self::Label if is_label => row
                .identifier(text)
                .or_else(|| row.opening(words))
                .or_else(|| row.phrase(clause))
                .or_else(|| {
                    row.opening(behind_mark)
                        .filter(|_| *place == Some(Self::Service))
                }),
            // `A backdoor found on Linksys modems` is none of Linksys.
            Self::ProperName if words.first().is_some_and(Word::is_article) => None,
            Self::ProperName => row.proper(words),
            Self::Opening => row.opening(words).or_else(|| row.phrase(clause)),
            _ => None,
        }
    }
}

/// What a row says of its service.
#[derive(Debug)]
pub(super) struct Row<'r> {
    /// The texts that may have its name, the one first that most likely has it.
    pub(super) texts: Vec<Cell<'r>>,
    /// Those that say little, as other rows say the same.
    pub(super) weak: Vec<Cell<'r>>,
    /// Its description stands in other rows, too: `Game` beside the titles of several.
    pub(super) repeats_others: bool,
    /// The product that the title of the table or the name of the file says.
    pub(super) product: Option<&'r str>,
    /// It, or a key, tells how a product is reached: `Web UI` alone is of any.
    pub(super) is_of_product: bool,
    pub(super) shortener: Shortener<'r>,
    /// No other port has the same texts in the same row.
    pub(super) tells_ports_apart: bool,
}

/// A name, what it is derived from, and names that serve where it is taken.
#[derive(Debug)]
pub(super) struct Derived {
    pub(super) evidence: Evidence,
    pub(super) name: ServiceName,
    pub(super) others: Vec<ServiceName>,
}

impl Derived {
    /// It is the name of something else than what IANA has on a port that none of its words fits. A short word may be
    /// another name of the same: `dns`, `smb`.
    pub(super) fn names_another(&self) -> bool {
        let mut parts = self.name.as_str().split('-');
        self.evidence < Evidence::Opening
            && self.says_something()
            && parts.next().is_some_and(|first| first.len() > 4)
    }

    /// It counts for more than IANA's name of a port.
    pub(super) fn is_strong(&self) -> bool {
        self.evidence <= Evidence::Abbreviation && self.says_something()
    }

    fn says_something(&self) -> bool {
        !self.name.as_str().split('-').all(says_nothing)
    }
}

impl<'r> Row<'r> {
    /// The names that the best evidence gives.
    pub(super) fn derive(&self) -> Option<Derived> {
        let texts = || self.texts.iter();
        let service = texts().find(|text| text.place == Some(Evidence::Service));
        let of_words = texts().find_map(|text| self.of_words(text));
        let of_words = match (of_words, service.and_then(|text| self.of_nouns(text))) {
            // A sentence may name anything, and a front end what it is written in.
            (Some(found), Some(nouns))
                if found.0 == Evidence::ProperName
                    || matches!(nouns.2[0].as_str(), "backend" | "frontend") =>
            {
                Some(nouns)
            }
            (found, _) => found,
        };
        let of_weak = || self.weak.iter().find_map(|text| self.of_words(text));
        let (evidence, text, names) = of_words
            .or_else(|| texts().find_map(|text| self.of_key(text)))
            .or_else(|| texts().find_map(|text| self.of_product(text)))
            .or_else(|| texts().find_map(|text| self.of_translation(text)))
            .or_else(|| self.repeats_others.then(of_weak)?)
            .or_else(|| texts().find_map(|text| self.of_nouns(text)))
            .or_else(|| texts().find_map(|text| self.of_protocol(text)))
            .or_else(of_weak)
            .or_else(|| texts().find_map(|text| self.of_sentence(text)))?;
        let (&name, more) = names.split_first()?;
        let (stem, _) = name.as_str().split_once('-').unwrap_or((name.as_str(), ""));
        let is_longer = |other: &&ServiceName| {
            let rest = other.as_str().strip_prefix(stem);
            let more = other.as_str().strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('-'))
                && !matches!(more, Some("-service" | "-svc"))
        };
        let others = self.qualified(name, text).into_iter();
        let others = others.chain(part_in_brackets(text.text));
        let others = others.chain(more.iter().filter(is_longer).copied());
        let fits = |other: &ServiceName| other.as_str().len() <= self.shortener.room;
        Some(Derived {
            evidence,
            name,
            others: others
                .filter(|other| self.tells_ports_apart && fits(other))
                .collect(),
        })
    }

    /// The names that the words of a text make.
    fn of_words<'t>(&self, text: &'t Cell<'r>) -> Option<Found<'t, 'r>> {
        if key(text.text).is_some() {
            return None;
        }
        let names = |it: Evidence| Some((it, it.names(self, text)?));
        let (evidence, names) = Evidence::ALL.into_iter().find_map(names)?;
        Some((text.place.unwrap_or(evidence), text, names))
    }

    /// A word that joins others, as programs are called, whatever these are: `config-server`.
    fn identifier(&self, text: &str) -> Names {
        let identifier = regex!(r"^([a-z][a-z0-9]*(?:[-_][a-z0-9]+)+)(?: \(|$)").captures(text)?;
        let name = ServiceName::respelled(&identifier[1])?;
        (name.as_str().len() <= self.shortener.room).then(|| vec![name])
    }

    /// `Apple's iChat`
    fn product(&self, words: &[Word<'_>]) -> Names {
        let is_owned = |pair: &[Word<'_>]| {
            let [owner, product] = pair else { return false };
            owner.is_possessive() && (product.is_proper() || is_vendor(&owner.slug))
        };
        let owner = words.windows(2).position(is_owned)?;
        self.noun(&words[owner + 1..])
    }

    /// `Default port for X`, where the words before say nothing.
    fn purpose(&self, words: &[Word<'_>]) -> Names {
        let is_link = |pair: &[Word<'_>]| match pair[1].text {
            "for" | "of" | "by" => true,
            // `P2P via WebSocket`
            "using" | "via" => !is_noun(&pair[0].slug),
            "to" | "on" => !pair[0].is_of_sentence && !is_use(&pair[0].slug),
            _ => false,
        };
        let link = words.windows(2).position(is_link)?;
        let (before, behind) = words.split_at(link + 1);
        let is_part = words[link + 1].text == "of" && before.len() > 2;
        let mut before = before.iter().skip(usize::from(is_part));
        if !before.all(Word::says_nothing) {
            return None;
        }
        let opening = behind.iter().position(|word| !word.is_of_sentence)?;
        let (proper, behind) = (self.proper(behind), clause(&behind[opening..]));
        let end = behind.iter().position(|word| word.is_of_sentence);
        proper
            .or_else(|| self.opening(behind))
            .or_else(|| self.phrase(&behind[..end.unwrap_or(behind.len())]))
    }

    /// The proper name that opens some words, else the words up to a mark.
    fn noun(&self, words: &[Word<'_>]) -> Names {
        if words.first()?.is_proper() {
            self.proper(clause(words))
        } else {
            self.opening(words)
        }
    }

    /// The first proper name that makes a name.
    fn proper(&self, words: &[Word<'_>]) -> Names {
        // `API traffic from ALB`
        let source = words.iter().position(|word| word.text == "from");
        let words = &words[..source.unwrap_or(words.len())];
        proper_names(words).find_map(|name| self.name(name))
    }

    /// The words from the first on up to a mark or a word of a sentence, if that word is no common one: `rabbitmq` of
    /// `service rabbitmq`.
    fn opening(&self, words: &[Word<'_>]) -> Names {
        let words = match words {
            [service, words @ ..] if service.slug == "service" => words,
            _ => words,
        };
        words
            .first()
            .filter(|word| !word.says_nothing() && !is_participle(word.text))?;
        let clause = clause(words);
        let end = clause.iter().position(|word| word.is_of_sentence);
        self.name(&clause[..end.unwrap_or(clause.len())])
    }

    /// Common words that together tell what a port is for: `captive portal`. What begins with a participle or an adverb
    /// is a sentence.
    fn phrase(&self, words: &[Word<'_>]) -> Names {
        let first = words.first()?;
        let is_sentence = first.is_of_sentence
            || regex!("(?:[^e]ed|ing|ly)$").is_match(&first.slug)
            || words.last().is_some_and(|last| is_use(&last.slug))
            || self.is_of_product && words.iter().all(|word| is_way_in(&word.slug))
            || words
                .iter()
                .any(|word| word.is_of_sentence && !word.is_title());
        if is_sentence {
            return None;
        }
        Some(self.phrases(words)).filter(|names| !names.is_empty())
    }

    pub(super) fn name(&self, run: &[Word<'_>]) -> Names {
        let names = self.shortener.names(run);
        (!names.is_empty()).then_some(names)
    }
}
