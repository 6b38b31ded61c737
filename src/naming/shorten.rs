//! Words → a service name, of at most so many characters. No word is cut.

use crate::dataset::ServiceName;
use crate::naming::phrase::Word;
use crate::naming::texts::Page;
use crate::naming::words::{self, abbreviated, is_carrier, is_filler, is_kind, says_nothing};

/// How a word stands in a name.
type Spelling = for<'w> fn(&'w Word<'_>) -> &'w str;

/// Makes names of words.
#[derive(Debug)]
pub(super) struct Shortener<'v> {
    pub(super) page: &'v Page,
    /// The most characters of a name.
    pub(super) room: usize,
}

impl Shortener<'_> {
    /// The name of the product: `OpenStack Compute Service of Nova API` is `nova-api`. Else that of all words.
    pub(super) fn name(&self, run: &[Word<'_>]) -> Option<ServiceName> {
        let of = run.iter().position(|word| word.text == "of");
        let product = of.and_then(|of| {
            let (kind, product) = (&run[..of], &run[of + 1..]);
            let is_kind = kind.len() > 1 && kind[1..].iter().all(Word::says_nothing);
            is_kind.then_some(product)
        });
        let product = product.and_then(|words| self.fitting(words));
        product.or_else(|| self.fitting(run))
    }

    /// The first of these that fits and is a name: all of the words, their initials, those that tell most, those behind
    /// a vendor or a word that says nothing, a word such as `TeamSpeak`, the first words, the first parts of the first
    /// word.
    fn fitting(&self, run: &[Word<'_>]) -> Option<ServiceName> {
        let mut words: Vec<&Word<'_>> = Vec::new();
        for word in run.iter().filter(|word| !is_filler(&word.slug)) {
            if words.iter().all(|known| known.slug != word.slug) {
                words.push(word);
            }
        }
        let (&first, behind) = words.split_first()?;
        let is_telling = |word: &&&Word<'_>| !word.is_common() || word.text == "of";
        let telling: Vec<_> = behind.iter().filter(is_telling).copied().collect();
        let is_mixed = |word: &&&Word<'_>| word.is_mixed() && !self.is_vendor(word);
        let mixed = words.iter().find(is_mixed);
        let mut choices = Vec::new();
        if !first.is_common() || telling.len() > 1 {
            choices.push([&[first], &telling[..]].concat());
        }
        if self.is_vendor(first) {
            choices.extend([behind.to_vec(), telling]);
        } else {
            choices.extend(product(&words));
        }
        choices.extend(mixed.map(|word| vec![*word]));
        choices.extend((1..words.len()).rev().map(|end| words[..end].to_vec()));
        let mut shorter = choices
            .iter()
            .filter_map(|words| self.joined(words, |word| &word.slug));
        self.joined(&words, |word| &word.slug)
            .or_else(|| self.initials(run))
            .or_else(|| self.joined(&words, |word| abbreviated(&word.slug)))
            .or_else(|| shorter.next())
            .or_else(|| self.parts(first))
    }

    /// A phrase of two to four words, whatever they are. Where it is too long, it goes without the word that tells
    /// least: what kind of thing it is, or the last of a title, or the first.
    pub(super) fn phrase(&self, words: &[Word<'_>]) -> Option<ServiceName> {
        let words: Vec<_> = words.iter().filter(|word| !is_filler(&word.slug)).collect();
        let [first, .., last] = words[..] else {
            return None;
        };
        let is_last = is_kind(&last.slug)
            || is_carrier(&last.slug)
            || words.iter().all(|word| word.is_title());
        let shorter = if is_last && !is_carrier(&first.slug) {
            &words[..words.len() - 1]
        } else {
            &words[1..]
        };
        let fits = |words: &&[&Word<'_>]| (2..5).contains(&words.len());
        let mut choices = [&words[..], shorter].into_iter().filter(fits);
        choices.find_map(|words| {
            self.spelled(words, |word| &word.slug)
                .or_else(|| self.spelled(words, |word| abbreviated(&word.slug)))
        })
    }

    /// `Robot Operating System` is `ros`, `IBM Tivoli Storage Manager` is `tsm`.
    fn initials(&self, run: &[Word<'_>]) -> Option<ServiceName> {
        let is_company = |word: &&Word<'_>| self.is_vendor(word) && !word.is_title();
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

    /// The name that is these words in some spelling, if they fit, and are a name.
    fn joined(&self, words: &[&Word<'_>], spelling: Spelling) -> Option<ServiceName> {
        let is_name = match words {
            [] => false,
            [word] => !word.says_nothing() && !self.is_vendor(word),
            [.., last] => !words.iter().all(|word| word.says_nothing()) && last.text != "of",
        };
        self.spelled(words, spelling).filter(|_| is_name)
    }

    fn spelled(&self, words: &[&Word<'_>], spelling: Spelling) -> Option<ServiceName> {
        let words: Vec<_> = words.iter().map(|word| spelling(word)).collect();
        ServiceName::new(&words.join("-")).filter(|name| name.as_str().len() <= self.room)
    }

    /// The parts of a word with hyphens that say something, as far as they fit: `dt-database-mongo`,
    /// `systemd-journal-gatewayd`.
    fn parts(&self, word: &Word<'_>) -> Option<ServiceName> {
        let (first, behind) = word.slug.split_once('-')?;
        let telling = behind.split('-').filter(|part| !says_nothing(part));
        let telling: Vec<_> = std::iter::once(first).chain(telling).collect();
        let name = telling.join("-");
        if telling.len() > 1 && name.len() <= self.room {
            return ServiceName::new(&name);
        }
        let mut ends = word.slug.rmatch_indices('-').map(|(end, _)| end);
        let name = &word.slug[..ends.find(|end| *end <= self.room)?];
        ServiceName::new(name).filter(|_| !name.split('-').all(says_nothing))
    }

    pub(super) fn is_vendor(&self, word: &Word<'_>) -> bool {
        self.page.vendors.contains(&word.slug) || words::is_vendor(&word.slug)
    }
}

/// The words behind those that say nothing, if one is no noun of every day: `API HTTP OpenSearch` is `opensearch`,
/// but `Remote Procedure Call` is not `procedure-call`.
fn product<'w, 't>(words: &[&'w Word<'t>]) -> Option<Vec<&'w Word<'t>>> {
    let plain = words.iter().take_while(|word| word.says_nothing()).count();
    let product = &words[plain..];
    let is_special = |word: &&Word<'_>| {
        !word.says_nothing() && regex!("[A-Z]{2}|[a-z][A-Z]").is_match(word.text)
    };
    (plain > 0 && product.iter().any(is_special)).then(|| product.to_vec())
}
