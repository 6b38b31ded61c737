//! Templates of wikitext → elements, as far as tables of ports use them.
//!
//! ```text
//! {{Yes}}  {{Maybe|Assigned}}  {{nowrap|…}}  {{efn|…}}  {{citation needed|date=…}}  {{cite web|url=…|title=…}}
//! ^ a cell ^ a cell            ^ words       ^ a note   ^ a tag                     ^ a link
//! ```
//!
//! What a page shows depends on the templates of its wiki. A template that is not known stands for its last plain
//! argument, with a notice.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::element::{Tag, Token, element};
use super::super::{joined, trimmed};
use super::Wikitext;
use super::inline::capitalized;
use super::marks::Mark;
use crate::diagnostic::Code;
use crate::text::Span;

/// A call of a template.
#[derive(Debug)]
pub(super) struct Call {
    /// In lower case.
    pub(super) name: String,
    /// The arguments without a name, in order.
    pub(super) plain: Vec<Span>,
    /// The others, by name.
    named: Vec<(String, Span)>,
}

impl Call {
    pub(super) fn named(&self, names: &[&str]) -> Option<Span> {
        let find = |name| {
            self.named
                .iter()
                .find(|(known, span)| known == name && !span.is_empty())
        };
        names.iter().find_map(find).map(|(_, span)| span.clone())
    }
}

/// What a template leaves of itself.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    Nothing,
    /// These words.
    Words(&'static str),
    /// A coloured cell, with its first argument in it, or else these words, or else its own name.
    Cell(Option<&'static str>),
    /// Its first, its last, or all of its arguments.
    First,
    Last,
    All,
    /// A footnote with its first argument in it.
    Note,
    /// Citations of the notes that have its arguments as names.
    NotesByName,
    /// An editorial tag with these words, or else with its own name.
    Tag(&'static str),
    /// What a citation says.
    Cite,
    /// A link to an RFC.
    Rfc,
    /// A link to the page that its first argument names.
    Link,
}

/// What templates mean that stand in tables of ports, by their names in lower case.
#[rustfmt::skip]
const MEANINGS: &[(Meaning, &str)] = {
    use Meaning::{All, Cell, Cite, First, Last, Link, Note, NotesByName, Nothing, Rfc, Tag, Words};
    &[
        (Cell(None), "yes|no|maybe|unofficial|official|assigned|reserved|unknown|partial|pending|planned|active"),
        (Cell(None), "included|dropped|some|any|free|proprietary"),
        (Cell(Some("Yes")), "okay|yea"),
        (Cell(Some("No")), "nay"),
        (Cell(Some("N/A")), "n/a|na"),
        (Cell(Some("?")), "dunno"),
        (Cell(Some("TBA")), "tba"),
        (Cell(Some("TBD")), "tbd"),
        (Cell(Some("Proprietary")), "nonfree"),
        (Cell(Some("")), "yes2|no2|good|bad|depends"),
        (Nothing, "anchor|anchors|hs|hidden sort key|ntsh|reflist|notelist|clear|sticky header|shy"),
        (Nothing, "row hover highlight|sort under|table alignment|rp"),
        (Words(" "), "nbsp|spaces|space|br|break|-|pad|0|zwsp|wbr"),
        (Words("|"), "!"),
        (Words("="), "="),
        (Words("–"), "ndash|en dash|endash"),
        (Words("—"), "mdash|em dash|emdash"),
        (Words(" – "), "dash|snd|spnd|spaced ndash|spaced en dash"),
        (First, "abbr|abbrv|abbreviation|tooltip|tt|hover title|ill|interlanguage link"),
        (Last, "nowrap|nobr|nobreak|j|mono|code|kbd|samp|var|small|smaller|big|bigger|larger|center|left|right"),
        (Last, "nobold|noitalic|em|strong|sup|sub|lang|transl|wikt-lang|sort|sortname|color|font color|as of"),
        (Last, "vanchor|visible anchor|visanc|formatnum|val|gaps|not a typo|sic|nospam"),
        (All, "ubl|unbulleted list|ulist|plainlist|plain list|flatlist|hlist|flat list|bulleted list|bulletlist"),
        (All, "blist|br separated entries"),
        (Note, "efn|efn-ua|efn-lr|efn-la|efn-lg|efn-ur|refn|note|footnote|sfn|sfnp|harvnb|#tag:ref"),
        (NotesByName, "r"),
        (Tag("citation needed"), "cn|citation needed|fact|cb|citation required|citeneeded|uncited|need citation"),
        (Tag("clarification needed"), "clarify|clarification needed|what|huh|unclear"),
        (Tag("better source needed"), "better source needed|better source|bsn|better"),
        (Tag("jargon"), "jargon|jargon inline|jargon-inline"),
        (Tag("dead link"), "dead link|deadlink|dl"),
        (Tag("dubious – discuss"), "dubious|disputed inline"),
        (Tag("failed verification"), "failed verification|not in citation given"),
        (Tag("verification needed"), "verification needed|verify source|vn"),
        (Tag("who?"), "who|by whom|by whom?"),
        (Tag("when?"), "when|when?"),
        (Tag("where?"), "where|where?"),
        (Tag("which?"), "which|which?"),
        (Tag("why?"), "why|why?"),
        (Tag("vague"), "vague|vague inline"),
        (Tag("needs update"), "update inline|update after|needs update"),
        (Tag("original research?"), "original research inline|or|original research?"),
        (Tag("self-published source"), "self-published inline|self-published source|sps"),
        (Tag("third-party source needed"), "third-party inline|third-party source needed"),
        (Tag("non-primary source needed"), "primary source inline|primary source needed|psi"),
        (Tag("unreliable source?"), "unreliable source?|unreliable source|rs?"),
        (Tag("page needed"), "page needed|pn"),
        (Tag("full citation needed"), "full citation needed|full"),
        (Tag("relevant?"), "relevance inline|relevance?|importance inline"),
        (Tag(""), "self-published source?|ambiguous|specify"),
        (Rfc, "ietf rfc|rfc|ref rfc"),
        (Link, "url|official url|link|official website"),
        (Cite, "citation|cite|vcite web"),
    ]
};

pub(super) fn meaning(name: &str) -> Option<Meaning> {
    static BY_NAME: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
        let names = |&(meaning, names): &(Meaning, &'static str)| {
            names.split('|').map(move |name| (name, meaning))
        };
        MEANINGS.iter().flat_map(names).collect()
    });
    let cites = name.starts_with("cite ").then_some(Meaning::Cite);
    BY_NAME.get(name).copied().or(cites)
}

impl Wikitext<'_> {
    /// What a template leaves of itself.
    pub(super) fn template(&mut self, mark: Mark) {
        let call = self.call(mark);
        let first = call.plain.first().cloned();
        match self.meaning(mark, &call) {
            Meaning::Nothing => {}
            Meaning::Words(words) => self.push(Token::Text(words.into()), mark.span()),
            Meaning::Cell(words) if first.is_none() => {
                let words = words.map_or_else(|| capitalized(&call.name), Into::into);
                self.push(Token::Text(words.into()), mark.span());
            }
            Meaning::Cell(_) | Meaning::First => self.content(first.unwrap_or_default()),
            Meaning::Last => self.content(call.plain.last().cloned().unwrap_or_default()),
            Meaning::All => {
                for argument in call.plain {
                    self.content(argument);
                    self.push(Token::Text(" ".into()), mark.span());
                }
            }
            Meaning::Note | Meaning::NotesByName => self.cite(mark),
            Meaning::Tag(words) => {
                let words = if words.is_empty() { &call.name } else { words };
                self.push(Token::Tag(words.into()), mark.span());
            }
            Meaning::Cite => self.citation(mark, &call),
            Meaning::Rfc => {
                let number = self.words_of(first.unwrap_or_default());
                self.link(mark, rfc(&number), format!("RFC {number}"));
            }
            Meaning::Link => {
                let url = self.words_of(first.unwrap_or_default());
                let words = call.plain.get(1).cloned();
                let words = words.map_or_else(|| url.clone(), |words| self.words_of(words));
                let scheme = if url.contains("://") { "" } else { "http://" };
                self.link(mark, [scheme, &url].concat(), words);
            }
        }
    }

    /// What a call means. A template without plain arguments and with a date is an editorial tag of its own name.
    fn meaning(&mut self, mark: Mark, call: &Call) -> Meaning {
        meaning(&call.name).unwrap_or_else(|| {
            if call.plain.is_empty() && call.named(&["date"]).is_some() {
                return Meaning::Tag("");
            }
            let text = &self.text[mark.span()];
            let message = format!("unknown template, read as its last plain argument: {text:?}");
            self.push(Token::Notice(Code::UnknownTemplate, message), mark.span());
            Meaning::Last
        })
    }

    /// Whether a template brings attributes and a bar, so that what stands before it are attributes, too.
    pub(super) fn is_cell_template(&self, mark: Mark) -> bool {
        matches!(meaning(&self.call(mark).name), Some(Meaning::Cell(_)))
    }

    /// What a citation says, with a link at its title.
    fn citation(&mut self, mark: Mark, call: &Call) {
        let mut words = |names: &[&str]| {
            let words = call.named(names).map(|span| self.words_of(span));
            words.filter(|words| !words.is_empty())
        };
        let author = words(&["author", "authors", "last", "last1", "author1", "editor"]);
        let first = words(&["first", "first1"]);
        let title = words(&["title", "chapter", "section"]);
        let number = words(&["rfc"]);
        let url = words(&["url", "chapter-url", "archive-url", "archiveurl"])
            .or_else(|| number.as_deref().map(rfc))
            .or_else(|| Some(["https://doi.org/", &words(&["doi"])?].concat()));
        let others = [
            number.map(|number| format!("RFC {number}")),
            words(&["work", "website", "journal", "newspaper", "magazine"]),
            words(&["publisher"]),
            words(&["date", "year"]),
        ];
        let by: Vec<_> = author.into_iter().chain(first).collect();
        if !by.is_empty() {
            let by = by.join(", ") + ". ";
            self.push(Token::Text(by.into()), mark.span());
        }
        let title = title.or_else(|| url.clone()).unwrap_or_default();
        match url {
            Some(url) => self.link(mark, url, title),
            None => self.push(Token::Text(title.into()), mark.span()),
        }
        for other in others.into_iter().flatten() {
            self.push(Token::Text(format!(". {other}").into()), mark.span());
        }
    }

    fn link(&mut self, mark: Mark, url: String, words: String) {
        let words = (Token::Text(words.into()), mark.span());
        let link = element(Tag::new("a").with("href", url), mark.span(), [words]);
        self.queue.extend(link);
    }

    /// The words alone of a part of the text.
    fn words_of(&mut self, span: Span) -> String {
        let before = std::mem::take(&mut self.queue);
        self.content(trimmed(self.text, span));
        let content = std::mem::replace(&mut self.queue, before);
        let words = content.into_iter().map(|(token, _)| match token {
            Token::Text(words) => words,
            _ => "".into(),
        });
        words.collect()
    }

    pub(super) fn call(&self, mark: Mark) -> Call {
        let mut parts = self.split(mark.inner()).into_iter();
        let name = &self.text[parts.next().unwrap_or_default()];
        let mut call = Call {
            name: joined(name, " ").to_lowercase(),
            plain: Vec::new(),
            named: Vec::new(),
        };
        let named = regex!(r"^\s*([^={}\[\]<>|]*?)\s*=");
        for part in parts {
            let found = named.captures(&self.text[part.clone()]);
            let Some((all, [name])) = found.map(|found| found.extract()) else {
                call.plain.push(part);
                continue;
            };
            let value = trimmed(self.text, part.start + all.len()..part.end);
            match name.parse::<u8>() {
                Ok(_) => call.plain.push(value),
                Err(_) => call.named.push((name.to_lowercase(), value)),
            }
        }
        call
    }
}

fn rfc(number: &str) -> String {
    format!("https://datatracker.ietf.org/doc/html/rfc{number}")
}
