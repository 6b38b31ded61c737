//! A text → its words, and the phrases in it that may be names.

use crate::dataset::{slug, without_marks};
use crate::limits::NAMED_TEXT;
use crate::naming::words::{
    is_german, is_interface, is_noun, is_of_sentence, is_place, is_quality, is_short, is_verb,
    says_nothing,
};

/// A word of a text.
#[derive(Debug, Clone)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    /// As it stands in a name: in lower case, without the `'s` of a possessive.
    pub(super) slug: String,
    /// Nothing but blanks stands between it and the word before.
    pub(super) is_joined: bool,
    /// It is a word of a sentence: no name begins with it, and none goes on behind it.
    pub(super) is_of_sentence: bool,
}

impl<'t> Word<'t> {
    /// A word that stands by itself.
    pub(super) fn new(text: &'t str, slug: String) -> Self {
        Self {
            text,
            slug,
            is_joined: false,
            is_of_sentence: false,
        }
    }

    /// It has a capital or a digit, as `WebLogic` and `9P`.
    pub(super) fn is_proper(&self) -> bool {
        self.text
            .contains(|c: char| c.is_uppercase() || c.is_ascii_digit())
    }

    pub(super) fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// `WebLogic`, `qStats`, but not `Sun` or `SQL`.
    pub(super) fn is_mixed(&self) -> bool {
        regex!(r"[a-z][A-Z]|[A-Z]{2}[a-z]{2}").is_match(self.text)
    }

    /// `JT808`, `WebLogic`, `TWAMP`: no noun of any language.
    pub(super) fn is_identifier(&self) -> bool {
        regex!(r"^[A-Z]+[0-9]+$|[a-z][A-Z]|^[A-Z]{3,}$").is_match(self.text)
    }

    /// `Sun`, but not `SQL` or `WebLogic`.
    pub(super) fn is_title(&self) -> bool {
        regex!(r"^[A-Z][a-z]+$").is_match(self.text)
    }

    pub(super) fn is_possessive(&self) -> bool {
        regex!("['’]s?$").is_match(self.text) && self.slug != "lets"
    }

    pub(super) fn is_article(&self) -> bool {
        matches!(self.slug.as_str(), "a" | "an" | "the")
    }

    /// It tells no service from others.
    pub(super) fn says_nothing(&self) -> bool {
        let parts = || self.slug.split('-');
        parts().all(is_short) || parts().all(says_nothing)
    }

    /// Many services speak it, or are written in it: `http`, `json-rpc`, `rust`.
    pub(super) fn is_interface(&self) -> bool {
        self.slug.split('-').all(is_interface)
    }

    /// A proper name may begin with it: `TLS-enabled` in front of one does not.
    fn begins_name(&self) -> bool {
        let is_compound = self.slug.contains('-');
        let is_name = self.is_proper() || self.text.contains('_');
        is_name && !self.is_of_sentence && !(is_compound && self.says_nothing())
    }
}

/// What a rule of a firewall is about: `ssh` of `allow-ssh`, `HTTP` of `AllowHTTP`.
pub(super) fn behind_order(word: &str) -> &str {
    let order = regex!(
        r"(?x) ^ (?i:allow|permit|deny|block) [-_]+ (?: (?i:inbound|outbound|in|out|to|from) [-_]+ )? (?<rest>.+) $
        | ^ Allow (?<name>[A-Z]{3,}) $"
    );
    let order = order.captures(word);
    let rest = order.and_then(|parts| parts.name("rest").or_else(|| parts.name("name")));
    rest.map_or(word, |rest| rest.as_str())
}

/// What a flow leads to, if that has a name: `Mosquitto` of `App → Mosquitto`, `Graylog to
/// Mosquitto`.
pub(super) fn target(text: &str) -> &str {
    let flow = regex!(
        r"(?x) ^[^(,;:]*\s(?:→|->|=>|⇒)\s+(?<target>.*(?:[A-Z]|[a-z]_[a-z]).*)$
        | ^[A-Z]\S*(?:\ [A-Z]\S*)?\ to\ (?<other>[A-Z]\S*(?:\ \S+)?)$"
    );
    let flow = flow.captures(text);
    let target = flow.and_then(|flow| flow.name("target").or_else(|| flow.name("other")));
    target.map_or(text, |target| target.as_str())
}

/// The product in front of a foreign noun: `Ambari` of `Ambari-Weboberfläche`.
fn before_foreign_part(word: &str) -> &str {
    let foreign = word.find(|c: char| !c.is_ascii()).unwrap_or(0);
    let end = word[..foreign].rfind('-');
    &word[..end.unwrap_or(word.len())]
}

/// What of a word may be a name: no ending of a program, `serve.py`, and none of a host in a cluster.
fn named_part(word: &str) -> &str {
    let ending = regex!(
        r"\.(?:exe|go|jar|php|pl|py|rb|rs|service|sh|(?:[a-z0-9-]+\.)?svc(?:\..*)?)$|-compatible$"
    )
    .find(word);
    let end = ending.map_or(word.len(), |ending| ending.start());
    before_foreign_part(behind_order(&word[..end]))
}

/// A word as it stands in a name, without the `'s` of a possessive. `Wi-Fi`, `I/O` and `F.E.A.R.` are one word; `VRA'lar` is
/// Turkish for several.
fn spelled(word: &str) -> String {
    let stem = regex!("^(?:(Let)['’](s)|(.*n)['’](t)|(.*?)['’]s?)$").replace(word, "$1$2$3$4$5");
    let stem = regex!("^([A-Z][a-z])[-‑]([A-Z][a-z])$|^([A-Z0-9]{2,})['’][a-z]+$")
        .replace(&stem, "$1$2$3");
    if regex!(r"^(?:(?:[A-Z]\.){2,}|[A-Z]/)[A-Z]$").is_match(&stem) {
        return slug(&stem.replace(['.', '/'], ""));
    }
    slug(&stem)
}

/// The words of a text, up to the end of its first sentence. A name in Latin letters goes to where another script
/// begins: `Zipkinの受信ポート`.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    words_among(text, true)
}

/// What of a text may name something: its first sentence, without notes and examples, and without what stands in front.
fn naming_part(text: &str) -> &str {
    let text = &text[..text.floor_char_boundary(NAMED_TEXT)];
    // `CtAPI Note: it opens two ports`, `/process/emotion-features`
    let end =
        regex!(r"\. |\b(?:Note|NOTE|Hinweis|Nota|Remarque)s?:|^/[\w.{}:-]*[-/]\S*$").find(text);
    let text = &text[..end.map_or(text.len(), |end| end.start())];
    // `src/main_agent.py`
    let text = regex!(r"^(?:[\w.-]+/)+([\w-]+\.(?:go|jar|js|php|pl|py|rb|rs|sh|ts))$")
        .captures(text)
        .map_or(text, |path| path.extract::<1>().1[0]);
    // Words in a list are examples: `Commands (save_state, inject_density, etc.)`.
    let text = regex!(r"^([^(]+?)\s*\((?:[\w.-]+(?:,\s*|/))+[\w.-]+\)")
        .captures(text)
        .map_or(text, |label| label.extract::<1>().1[0]);
    regex!(r"(?x) ^(?: \([^()]*\) | (?:32|64)[-\ ]?[Bb]it | For
        | (?:[Ff]ase|Module|[Pp]art[ei]?|[Pp]hase|Schritt|Step|Teil|[Éé]tape|Etapa)\ [0-9]+\s*[·:–—-] )\s+")
        .find(text)
        .map_or(text, |aside| &text[aside.end()..])
}

/// The words of a text. Among those of another language, a letter with an accent tells that it is no name.
pub(super) fn words_among(text: &str, is_foreign: bool) -> Vec<Word<'_>> {
    let text = naming_part(text);
    let word = regex!(
        r"(?x) \b[A-Z]/[A-Z]\b | [\p{Latin}\p{N}]+ (?: [-‑.'’!@_:+*&]+ [\p{Latin}\p{N}]+ )* (?: /IP\b | \+\+ | ['’] )?
        | \p{L}+"
    );
    let is_foreign_letter =
        |c: char| c.is_alphabetic() && !c.is_ascii() && (is_foreign || without_marks(c).is_none());
    // `RSA WEBSITE TO SERVER`
    let is_in_capitals = text.split_whitespace().count() > 2 && !text.contains(char::is_lowercase);
    let (mut end, mut is_cut) = (0, false);
    let words = word.find_iter(text).map(|found| {
        let gap = &text[end..found.start()];
        let is_parted = !gap.trim_start_matches(['!', '・']).trim().is_empty();
        let is_joined = found.start() > 0 && !is_parted && !is_cut;
        end = found.end();
        let own = named_part(found.as_str());
        is_cut = !found.as_str().ends_with(own);
        let slug = spelled(own);
        Word {
            text: own,
            is_of_sentence: is_marked(gap, own)
                || own.contains(is_foreign_letter)
                || is_of_sentence(&slug)
                    && (is_in_capitals && slug.len() < 4 || !is_abbreviation(own)),
            slug,
            is_joined,
        }
    });
    let mut words: Vec<_> = words.collect();
    // `Management User Interface`
    let is_ui = |three: &[Word<'_>]| three[1].slug == "user" && three[2].slug == "interface";
    while let Some(at) = words.windows(3).position(is_ui) {
        "ui".clone_into(&mut words[at + 1].slug);
        words.remove(at + 2);
    }
    // `Web UI default`
    words.pop_if(|last| last.slug == "default");
    mark_sentence(&mut words);
    words
}

/// Marks the words that others of a text show to be those of a sentence.
fn mark_sentence(words: &mut [Word<'_>]) {
    for clause in words.chunk_by_mut(|_, next| next.is_joined) {
        if !clause.iter().any(|word| is_german(word.text)) {
            continue;
        }
        // Two with a capital are a name: `Peakboard Hub`.
        for run in clause.chunk_by_mut(|word, next| word.is_title() && next.is_title()) {
            run[0].is_of_sentence |= run.len() == 1 && run[0].is_title();
        }
    }
    let mut clause = clause(words).iter();
    let is_sentence = clause.any(|word| word.is_of_sentence && !word.is_title());
    if let [first, next, ..] = words {
        // `Check RDP of …`, `Restrict to …`
        let is_order = is_sentence && next.is_proper() || next.is_of_sentence;
        first.is_of_sentence |= next.is_joined && is_order && is_verb(&first.slug);
    }
}

/// `CU`
pub(super) fn is_abbreviation(word: &str) -> bool {
    regex!("^[A-Z]{2,}$").is_match(word)
}

/// It is an option, a placeholder, an address, a variable or a key: `--profile`, `<region>`, `www.example.org`,
/// `fs.default.name`.
fn is_marked(gap: &str, word: &str) -> bool {
    regex!(r"(?:^|[\s`])--?$|[<$\\]$").is_match(gap)
        || regex!(r"^[A-Za-z][\w-]+(?:\.[\w-]{2,}){2,}(?::[0-9]+)?$").is_match(word)
        || !gap.is_empty() && is_variable(word)
}

/// `SPARK_MASTER_PORT`
pub(super) fn is_variable(word: &str) -> bool {
    regex!("^[A-Z0-9]+(?:_[A-Z0-9]+)+$").is_match(word)
}

/// What a key or a variable is about that sets a port.
pub(super) fn key(text: &str) -> Option<&str> {
    let key = regex!(
        r"^(?:([a-z][\w-]*(?:\.[\w-]+)*?)[.-](?:port|address)|([A-Z][A-Z0-9_]*)_PORT|PORT_([A-Z0-9_]+))\b"
    );
    let (_, [key]) = key.captures(text)?.extract();
    Some(key)
}

/// The words from the first on that no mark parts.
pub(super) fn clause<'w, 't>(words: &'w [Word<'t>]) -> &'w [Word<'t>] {
    let rest = words.iter().skip(1);
    let end = rest.take_while(|word| word.is_joined).count();
    &words[..words.len().min(end + 1)]
}

/// The proper names of a text, in order: words with a capital, numbers behind them, `of` between them, and `over TLS`.
pub(super) fn proper_names<'w, 't>(words: &'w [Word<'t>]) -> impl Iterator<Item = &'w [Word<'t>]> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let first = rest.iter().position(Word::begins_name)?;
        rest = &rest[first..];
        let clause = clause(rest);
        let goes_on = |&at: &usize| {
            let next = clause.get(at + 1);
            let is_link = match clause[at].text {
                "of" => next.is_some_and(Word::begins_name),
                "over" => next.is_some_and(|next| matches!(next.text, "TLS" | "SSL")),
                _ => false,
            };
            clause[at].is_proper()
                && !(is_abbreviation(clause[at].text) && clause[at].is_of_sentence)
                || clause[at].is_number()
                || is_link
        };
        let more = (1..clause.len()).take_while(goes_on).count();
        let (name, behind) = rest.split_at(more + 1);
        rest = behind;
        Some(name)
    })
}

/// Up to three words in front of a mark, if they tell what a part of a product is: `Management`, `Web UI`.
pub(super) fn label<'w, 't>(words: &'w [Word<'t>]) -> Option<&'w [Word<'t>]> {
    let words = clause(words);
    // `Job` of `Job运行时监控`
    let end = words.iter().position(|word| word.slug.is_empty());
    let words = &words[..end.unwrap_or(words.len())];
    let is_label = |word: &Word<'_>| {
        (word.slug.len() > 2 || is_abbreviation(word.text))
            && word.says_nothing()
            && (!word.is_of_sentence || is_noun(&word.slug))
            && !is_place(&word.slug)
            && !is_quality(&word.slug)
            && !word.is_number()
    };
    let is_plain = (1..4).contains(&words.len()) && words.iter().all(is_label);
    is_plain.then_some(words)
}
