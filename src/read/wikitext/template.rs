//! Templates of wikitext → [`Inline`]s, as far as tables of ports use them; and the notes that a text cites.
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

use super::super::grid::Inline;
use super::super::trimmed;
use super::super::wiki::{link, words_of_link};
use super::Document;
use super::marks::{Kind, Mark};
use crate::diagnostic::Code;
use crate::text::Span;

/// A call of a template.
#[derive(Debug)]
struct Call {
    /// In lower case.
    name: String,
    /// The arguments without a name, in order.
    plain: Vec<Span>,
    /// The others, by name.
    named: Vec<(String, Span)>,
}

impl Call {
    fn named(&self, names: &[&str]) -> Option<Span> {
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
enum Meaning {
    Nothing,
    /// These words.
    Words(&'static str),
    /// A coloured cell, with its first argument in it or else these words.
    Cell(&'static str),
    /// Its first, its last, or all of its arguments.
    First,
    Last,
    All,
    /// A footnote with its first argument in it.
    Note,
    /// Citations of the notes that have its arguments as names.
    NotesByName,
    /// An editorial tag with these words.
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
        (Cell("Yes"), "yes|okay|yea"),
        (Cell("No"), "no|nay"),
        (Cell("Maybe"), "maybe"),
        (Cell("Unofficial"), "unofficial"),
        (Cell("Official"), "official"),
        (Cell("Assigned"), "assigned"),
        (Cell("Reserved"), "reserved"),
        (Cell("N/A"), "n/a|na"),
        (Cell("?"), "dunno"),
        (Cell("Unknown"), "unknown"),
        (Cell("Partial"), "partial"),
        (Cell("Pending"), "pending"),
        (Cell("Planned"), "planned"),
        (Cell("Active"), "active"),
        (Cell("Included"), "included"),
        (Cell("Dropped"), "dropped"),
        (Cell("Some"), "some"),
        (Cell("Any"), "any"),
        (Cell("TBA"), "tba"),
        (Cell("TBD"), "tbd"),
        (Cell("Free"), "free"),
        (Cell("Proprietary"), "proprietary|nonfree"),
        (Cell(""), "yes2|no2|good|bad|depends"),
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
        (Tag("self-published source?"), "self-published source?"),
        (Tag("third-party source needed"), "third-party inline|third-party source needed"),
        (Tag("non-primary source needed"), "primary source inline|primary source needed|psi"),
        (Tag("unreliable source?"), "unreliable source?|unreliable source|rs?"),
        (Tag("page needed"), "page needed|pn"),
        (Tag("full citation needed"), "full citation needed|full"),
        (Tag("relevant?"), "relevance inline|relevance?|importance inline"),
        (Tag("ambiguous"), "ambiguous"),
        (Tag("specify"), "specify"),
        (Rfc, "ietf rfc|rfc|ref rfc"),
        (Link, "url|official url|link|official website"),
        (Cite, "citation|cite|vcite web"),
    ]
};

fn meaning(name: &str) -> Option<Meaning> {
    static BY_NAME: LazyLock<HashMap<&str, Meaning>> = LazyLock::new(|| {
        let names = |&(meaning, names): &(Meaning, &'static str)| {
            names.split('|').map(move |name| (name, meaning))
        };
        MEANINGS.iter().flat_map(names).collect()
    });
    let cites = name.starts_with("cite ").then_some(Meaning::Cite);
    BY_NAME.get(name).copied().or(cites)
}

impl<'a> Document<'a> {
    /// What a template leaves of itself.
    pub(super) fn template(&mut self, mark: Mark, inlines: &mut Vec<Inline<'a>>) {
        let call = self.call(mark);
        let first = call.plain.first().cloned();
        match self.meaning(mark, &call) {
            Meaning::Nothing => {}
            Meaning::Words(words) => inlines.push(Inline::Text(words.into())),
            Meaning::Cell(words) => match first {
                Some(first) => self.content(first, inlines),
                None => inlines.push(Inline::Text(words.into())),
            },
            Meaning::First => self.content(first.unwrap_or_default(), inlines),
            Meaning::Last => self.content(call.plain.last().cloned().unwrap_or_default(), inlines),
            Meaning::All => {
                for argument in call.plain {
                    self.content(argument, inlines);
                    inlines.push(Inline::Text(" ".into()));
                }
            }
            Meaning::Note | Meaning::NotesByName => self.cite(mark, inlines),
            Meaning::Tag("") => inlines.push(Inline::Tag(call.name.into())),
            Meaning::Tag(words) => inlines.push(Inline::Tag(words.into())),
            Meaning::Cite => self.citation(mark, &call, inlines),
            Meaning::Rfc => {
                let number = self.plain(first.unwrap_or_default());
                let url = rfc(&number);
                inlines.extend(link(
                    format!("RFC {number}").into(),
                    url.into(),
                    "",
                    false,
                    mark.span(),
                ));
            }
            Meaning::Link => {
                let url = self.plain(first.unwrap_or_default());
                let words = call.plain.get(1).cloned().map(|words| self.plain(words));
                let words = words.unwrap_or_else(|| url.clone());
                let scheme = if url.contains("://") { "" } else { "http://" };
                let url = [scheme, &url].concat();
                inlines.extend(link(words.into(), url.into(), "", false, mark.span()));
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
            let message = format!("not known, read as its last plain argument: {text:?}");
            self.notice(Code::UnknownTemplate, mark.span(), message);
            Meaning::Last
        })
    }

    /// Whether a template brings attributes and a bar, so that what stands before it are attributes, too.
    pub(super) fn is_cell_template(&self, mark: Mark) -> bool {
        matches!(meaning(&self.call(mark).name), Some(Meaning::Cell(_)))
    }

    /// What a citation says, with a link at its title.
    fn citation(&mut self, mark: Mark, call: &Call, inlines: &mut Vec<Inline<'a>>) {
        let mut words = |names: &[&str]| {
            let span = call.named(names);
            span.map(|span| self.plain(span))
                .filter(|words| !words.is_empty())
        };
        let author = words(&["author", "authors", "last", "last1", "author1", "editor"]);
        let first = words(&["first", "first1"]).filter(|_| author.is_some());
        let title = words(&["title", "chapter", "section"]);
        let number = words(&["rfc"]);
        let url = words(&["url", "chapter-url", "archive-url", "archiveurl"]);
        let url = url.or_else(|| number.as_deref().map(rfc));
        let url = url.or_else(|| Some(["https://doi.org/", &words(&["doi"])?].concat()));
        let by = [author, first]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        let others = [
            number.map(|number| format!("RFC {number}")),
            words(&["work", "website", "journal", "newspaper", "magazine"]),
            words(&["publisher"]),
            words(&["date", "year"]),
        ];
        if !by.is_empty() {
            inlines.push(Inline::Text((by + ". ").into()));
        }
        match (title, url) {
            (Some(title), Some(url)) => {
                inlines.extend(link(title.into(), url.into(), "", false, mark.span()));
            }
            (None, Some(url)) => {
                inlines.extend(link(url.clone().into(), url.into(), "", false, mark.span()));
            }
            (Some(title), None) => inlines.push(Inline::Text(title.into())),
            (None, None) => {}
        }
        for other in others.into_iter().flatten() {
            inlines.push(Inline::Text((". ".to_owned() + &other).into()));
        }
    }

    /// The words alone of a part of the text.
    fn plain(&mut self, span: Span) -> String {
        let mut content = Vec::new();
        self.content(trimmed(self.text, span), &mut content);
        let content = content.into_iter().map(|inline| match inline {
            Inline::Link(link) => Inline::Text(link.text),
            other => other,
        });
        let (words, _) = words_of_link(content.collect(), &mut Vec::new());
        words.into_owned()
    }

    fn call(&self, mark: Mark) -> Call {
        let mut parts = self.split(mark.inner()).into_iter();
        let name = &self.text[parts.next().unwrap_or_default()];
        let mut call = Call {
            name: name
                .split(['_', ' ', '\n', '\t'])
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase(),
            plain: Vec::new(),
            named: Vec::new(),
        };
        let named = regex!(r"^\s*([^={}\[\]<>|]*?)\s*=");
        for part in parts {
            let text = &self.text[part.clone()];
            let parts = named
                .captures(text)
                .and_then(|found| Some((found.get(0)?, found.get(1)?)));
            match parts {
                Some((all, name)) => {
                    let value = trimmed(self.text, part.start + all.end()..part.end);
                    let is_number = name.as_str().parse::<u8>().is_ok();
                    if is_number {
                        call.plain.push(value);
                    } else {
                        call.named.push((name.as_str().to_lowercase(), value));
                    }
                }
                None => call.plain.push(part),
            }
        }
        call
    }

    /// Numbers the notes of a text, as MediaWiki does: in the order in which they end.
    pub(super) fn find_notes(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        let mut marks: Vec<_> = self.marks.iter().copied().collect();
        marks.sort_unstable_by_key(|mark| mark.end);
        for mark in marks {
            match mark.kind {
                Kind::Ref => {
                    let tag = &self.text[mark.start..mark.inner().start];
                    let content = trimmed(self.text, mark.inner());
                    notes.add(
                        mark.start,
                        attribute(tag, "name"),
                        attribute(tag, "group"),
                        content,
                    );
                }
                Kind::Template => {
                    let call = self.call(mark);
                    let text = |span: Option<Span>| span.map_or("", |span| &self.text[span]);
                    match meaning(&call.name) {
                        Some(Meaning::Note) => {
                            let content = call.plain.first().cloned().unwrap_or_default();
                            let content = content.start
                                ..call.plain.last().map_or(content.end, |last| last.end);
                            notes.add(mark.start, text(call.named(&["name"])), &call.name, content);
                        }
                        Some(Meaning::NotesByName) => {
                            for name in call.plain {
                                notes.add(mark.start, self.text[name].trim(), "", 0..0);
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        notes.uses.sort_by_key(|&(start, _)| start);
        self.notes = notes;
    }
}

/// The footnotes of a text.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Stands before each label.
    prefix: &'static str,
    list: Vec<Note>,
    by_name: HashMap<(String, String), usize>,
    /// Where notes are cited, and which.
    uses: Vec<(usize, usize)>,
}

#[derive(Debug)]
struct Note {
    /// What MediaWiki puts behind `#cite_note-`.
    label: String,
    /// Its content; empty until it is found.
    content: Span,
    is_cited: bool,
}

impl Notes {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    fn add(&mut self, at: usize, name: &str, group: &str, content: Span) {
        let number = self.list.len() + 1;
        let name = name.split_whitespace().collect::<Vec<_>>().join("_");
        let label = match &*name {
            "" => format!("{}{number}", self.prefix),
            name => format!("{}{name}-{number}", self.prefix),
        };
        let new = number - 1;
        let index = if name.is_empty() {
            new
        } else {
            *self.by_name.entry((group.to_owned(), name)).or_insert(new)
        };
        if index == new {
            self.list.push(Note {
                label,
                content: 0..0,
                is_cited: false,
            });
        }
        if self.list[index].content.is_empty() {
            self.list[index].content = content;
        }
        self.uses.push((at, index));
    }

    /// The labels of what is cited at a place, which counts as cited from now on.
    pub(super) fn cite(&mut self, at: usize) -> Vec<String> {
        let first = self.uses.partition_point(|&(start, _)| start < at);
        let uses = self.uses[first..]
            .iter()
            .take_while(|&&(start, _)| start == at);
        let cite = |&(_, index): &(usize, usize)| {
            let note = &mut self.list[index];
            note.is_cited = true;
            note.label.clone()
        };
        uses.map(cite).collect()
    }

    /// Labels and contents of the notes that were cited.
    pub(super) fn cited(self) -> impl Iterator<Item = (String, Span)> {
        let is_defined = |note: &Note| note.is_cited && !note.content.is_empty();
        let cited = self.list.into_iter().filter(is_defined);
        cited.map(|note| (note.label, note.content))
    }
}

/// An attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let attributes = regex!(r#"(?i)\s(name|group)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'/>]+))"#);
    let mut found = attributes.captures_iter(tag);
    let value = found.find(|found| found[1].eq_ignore_ascii_case(name));
    let value = value.and_then(|found| found.get(2).or(found.get(3)).or(found.get(4)));
    value.map_or("", |value| value.as_str().trim())
}

fn rfc(number: &str) -> String {
    format!("https://datatracker.ietf.org/doc/html/rfc{number}")
}
