//! A header → how much it speaks for each [`Role`], in [`Bits`].

use std::borrow::Cow;
use std::collections::HashSet;

use super::fit::{BIT, Bits, Role};
use crate::dataset::{Protocol, Protocols};
use crate::diagnostic::{Code, Report};
use crate::limits;
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::vocabulary::port_text::rewritten;
use crate::vocabulary::{lists, protocols};

/// The lists of headers that name a role, the strongest first: how many bits they speak for it, and how many 25ths of one
/// each place in the list takes.
const LISTS: [(Role, &str, [Bits; 2]); 8] = [
    (Role::Transport, "transport header", [9, 0]),
    (Role::Transport, "protocol header", [5, 0]),
    (Role::Transport, "type header", [2, 0]),
    (Role::Official, "official header", [6, 0]),
    (Role::Name, "protocol header", [3, 0]),
    (Role::Name, "name header", [7, 1]),
    (Role::Name, "application protocol header", [7, 1]),
    (Role::Description, "description header", [9, 1]),
];

/// A header, and what is known of its words.
#[derive(Debug)]
pub(super) struct Header {
    text: String,
    words: Vec<Word>,
    /// The lists in which all of it stands, and its rank in each.
    ranks: Vec<(&'static str, usize)>,
}

/// A word in lower case, and the lists in which it stands.
#[derive(Debug)]
struct Word {
    text: String,
    lists: Vec<&'static str>,
}

impl Word {
    fn new(text: String) -> Self {
        let lists = lists::of(&text).map(|(list, _)| list).collect();
        Self { text, lists }
    }

    fn is_in(&self, list: &str) -> bool {
        self.lists.contains(&list)
    }

    /// `port` in many languages, and compounds that end so.
    fn is_port(&self) -> bool {
        let is_compound = || {
            let singular = self.text.strip_suffix('s').unwrap_or(&self.text);
            let stem = singular.strip_suffix("port").unwrap_or_default();
            stem.chars().nth(1).is_some() && !lists::is_in("no port", singular)
        };
        let ends_unparted =
            || regex!(r"(?:端口[号號]?|埠號?|ポート(?:番号)?|포트|พอร์[ตท])$").is_match(&self.text);
        self.is_in("port") || is_compound() || !self.text.is_ascii() && ends_unparted()
    }
}

impl Header {
    pub(super) fn new(text: &str) -> Self {
        // `targetPort` and `Port1` are two words, and the plural of `Service(s)` is none.
        let parted = |text, pattern| rewritten(text, pattern, "$1 $2");
        let is_inner_start =
            |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        let mut in_words = Cow::Borrowed(text);
        if text.as_bytes().windows(2).any(is_inner_start) {
            in_words = parted(in_words, regex!(r"([a-z])([A-Z][a-z])"));
        }
        // `from_port`, `内部端口`
        if text.contains('_') {
            in_words = parted(in_words, regex!(r"(?i)\b([a-z]{2,})_(ports?)\b"));
        } else if text.contains(['端', '埠', 'ポ']) {
            in_words = parted(
                in_words,
                regex!(r"(\p{Han}|ホスト|コンテナ)(端口|埠|ポート)"),
            );
        }
        if text.contains(|c: char| c.is_ascii_digit()) {
            in_words = parted(in_words, regex!(r"(?i-u)\b(ports?)_?([0-9])"));
        }
        let words = in_words
            .split(|c: char| !c.is_alphanumeric() && c != '_' && !is_mark(c))
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .filter(|word| !matches!(word.as_str(), "s" | "es"));
        let words: Vec<_> = words.collect();
        Self {
            text: text.to_owned(),
            ranks: lists::of(&words.join(" ")).collect(),
            words: words.into_iter().map(Word::new).collect(),
        }
    }

    /// The header as it stands.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// How much it speaks for a role, or against it.
    pub(super) fn bits(&self, role: Role) -> Bits {
        match self.named(role) {
            Some(bits) => bits,
            None if self.is_of_something_else() => -8 * BIT,
            None if self.text.is_empty() => 0,
            // Any table is likely to have a description.
            None if role == Role::Description && self.named(Role::Official).is_none() => BIT,
            None => -3 * BIT,
        }
    }

    /// The same, if it names the role.
    pub(super) fn named(&self, role: Role) -> Option<Bits> {
        let beside_ports = |list, bits: [Bits; 2]| {
            let bits = bits[usize::from(!self.names_ports())];
            self.has(list).then_some(bits * BIT)
        };
        let of = |named: Option<Protocol>, protocol, bits| {
            (named == Some(protocol)).then_some(bits * BIT)
        };
        match role {
            Role::Port => self.port(),
            Role::End => beside_ports("end", [10, 7]),
            Role::Source => beside_ports("source", [9, 4]),
            Role::PortOf(protocol) => {
                of(self.port_of(), protocol, 12).or(of(self.protocol(), protocol, 5))
            }
            Role::Status(protocol) => of(self.protocol(), protocol, 10),
            role => LISTS.iter().filter(|(known, ..)| *known == role).find_map(
                |&(_, list, [bits, less])| {
                    let rank = Bits::try_from(self.rank(list)?).unwrap_or(Bits::MAX);
                    // `Service` can be either.
                    let is_name = role == Role::Description && self.rank("name header").is_some();
                    let bits = if is_name { bits - 3 } else { bits } * BIT;
                    Some(bits - (rank * less * BIT / 25).min(bits / 2))
                },
            ),
        }
    }

    /// Whether it names any role.
    pub(super) fn is_known(&self) -> bool {
        let roles = [Role::Port, Role::End, Role::Source];
        self.protocol().is_some()
            || roles.iter().any(|&role| self.named(role).is_some())
            || LISTS.iter().any(|(_, list, _)| self.rank(list).is_some())
    }

    /// Whether it says types and nothing else.
    pub(super) fn is_type(&self) -> bool {
        self.rank("type header").is_some()
    }

    /// Whether it speaks of ports.
    pub(super) fn names_ports(&self) -> bool {
        self.words.iter().any(Word::is_port) && !self.is_attribute()
    }

    /// Whether it says something of ports that is not their number: `Port width`, `Number of ports`.
    pub(super) fn is_attribute(&self) -> bool {
        let words: Vec<_> = self.words.iter().map(|word| word.text.as_str()).collect();
        let is_attribute = match words[..] {
            ["port" | "ports", what] => lists::is_in("attribute", what),
            [what, "of", "ports"] => lists::is_in("of ports", what),
            _ => false,
        };
        is_attribute
            // `Port/ID` says either.
            && !self.text.contains(['/', '(', '&', ',', '|', '+'])
    }

    fn port(&self) -> Option<Bits> {
        if !self.names_ports() {
            let is_end = self.has("start") || self.has("destination");
            return (is_end && self.words.len() == 1).then_some(4 * BIT);
        }
        let is_beside = |word: &Word| !word.is_port() && !word.is_in("beside port");
        let is_last = self.words.last().is_some_and(Word::is_port);
        // The first that is true of it.
        let ranks = [
            (self.port_of().is_some(), 5),
            (self.has("end"), 3),
            (self.has("source"), 4),
            (self.words.len() == 1, 10),
            (!self.words.iter().any(is_beside), 9),
            (self.has("destination") || self.has("start"), 8),
            (is_last, 7),
            (self.words[0].is_port(), 5),
        ];
        let first = ranks.into_iter().find(|(is_true, _)| *is_true);
        Some(first.map_or(3, |(_, bits)| bits) * BIT)
    }

    /// The words beside `port` that say whose ports these are: `HTTPS` of `HTTPS port number`.
    pub(super) fn whose_ports(&self) -> String {
        let is_beside = |word: &&str| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let word = Word::new(word.to_lowercase());
            let is_numbered = || regex!(r"^ports?_?[0-9]*$|^[0-9]+$").is_match(&word.text);
            !word.text.is_empty() && !word.is_port() && !is_numbered() && !word.is_in("beside port")
        };
        let beside: Vec<_> = self.text.split_whitespace().filter(is_beside).collect();
        regex!(r"^\(([^()]*)\)$")
            .replace(&beside.join(" "), "$1")
            .into_owned()
    }

    /// Whether it ends in how a service is reached, as the headers of its ports do: `Backend RPC`, `REST API (internal)`,
    /// but not `HTTP timeout`.
    pub(super) fn is_of_service(&self) -> bool {
        let is_behind = |word: &&Word| word.is_in("aside") || word.is_port();
        let mut words = self.words.iter().rev();
        let last = words.find(|word| !is_behind(word));
        last.is_some_and(|word| word.is_in("whose ports"))
    }

    /// Whether these are words that name a protocol or a service: `TLS`, `gRPC`, `REST API`; or that tell ports of one
    /// service apart: `Control ports`, `Data ports`.
    pub(super) fn names_whose_ports(&self) -> bool {
        let is_open = |word: &str| {
            let lists = [
                "source",
                "destination",
                "start",
                "end",
                "open ports",
                "something else",
            ];
            word.len() < 3 || lists.iter().any(|list| lists::is_in(list, word))
        };
        let tells_apart = |whose: &str| {
            let ends_so = self.words.last().is_some_and(Word::is_port);
            ends_so && !whose.is_empty() && !whose.to_lowercase().split_whitespace().any(is_open)
        };
        let whose = self.whose_ports();
        self.is_of_service()
            || regex!(r"(?i)^ports?[ _]?[0-9]+$").is_match(&self.text)
            || self.names_ports() && (regex!(r"[A-Z]{2}").is_match(&whose) || tells_apart(&whose))
    }

    /// The protocol that the header is the name of: `TCP`, or `Protocol` above `TCP`.
    pub(super) fn protocol(&self) -> Option<Protocol> {
        let is_name = |word: &&Word| !word.is_in("protocol header");
        protocols::protocol(&only(self.words.iter().filter(is_name))?.text)
    }

    /// The protocol that the header names the ports of: `TCP port`, but not `TCP/UDP port`.
    fn port_of(&self) -> Option<Protocol> {
        let words = self.words.iter();
        let protocols = words.filter_map(|word| protocols::protocol(&word.text));
        only(protocols).filter(|_| self.names_ports())
    }

    /// The protocols that a title names, with or without their ports.
    pub(super) fn protocols_of_ports(&self) -> Option<Protocols> {
        let named = protocols::named_by(&self.text)?;
        let speaks_of_ports = || self.names_ports() && !regex!(r"(?i)tcp/ip").is_match(&self.text);
        (!named.has_more || speaks_of_ports()).then_some(named.protocols)
    }

    /// Whether it says that its column is none of ours.
    pub(super) fn is_of_something_else(&self) -> bool {
        let is_protocol_number = self.words.len() > 1 && self.words[0].text.starts_with("protocol");
        self.has("something else") || is_protocol_number || self.text == "#"
    }

    /// Whether one of its words stands in a list.
    pub(super) fn has(&self, list: &str) -> bool {
        self.words.iter().any(|word| word.is_in(list))
    }

    /// Whether it opens with the same word as another one, and goes on.
    pub(super) fn opens_like(&self, other: &Self) -> bool {
        let words = (&self.words[..], &other.words[..]);
        matches!(words, ([first, _, ..], [other, _, ..]) if first.text == other.text)
    }

    /// Where in a list the header stands.
    fn rank(&self, list: &str) -> Option<usize> {
        let mut ranks = self.ranks.iter();
        ranks.find_map(|&(name, rank)| (name == list).then_some(rank))
    }
}

/// Whether a character is written on the one before: accents, and the vowels of Hebrew, Arabic, Indic scripts and Thai.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{e4e}')
        && !c.is_alphanumeric()
        && !"־،؛؟।॥".contains(c)
}

/// The one item of an iterator that has no more.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    items.next().filter(|_| items.next().is_none())
}

/// What the heading and the caption of a table say of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Title {
    pub(super) speaks_of_ports: bool,
    /// These are sockets: `Physical ports`.
    pub(super) is_of_hardware: bool,
    /// The one protocol whose ports they are: `UDP ports`, `UDP`.
    pub(super) protocol: Option<Protocol>,
}

impl Title {
    pub(super) fn new(caption: &str, heading: &str, outer_heading: &str) -> Self {
        let all = [caption, heading, outer_heading].map(Header::new);
        let of_ports = all.iter().find(|header| header.names_ports());
        Self {
            speaks_of_ports: of_ports.is_some(),
            is_of_hardware: of_ports.is_some_and(|header| header.has("hardware")),
            protocol: all[..2]
                .iter()
                .find_map(|header| only(header.protocols_of_ports()?.iter())),
        }
    }
}

/// The names of columns: their headers, cut where they are too long, and each once: with the number of its column
/// where it is blank or stands above another one, too.
pub(super) fn unique<'h>(headers: impl Iterator<Item = &'h Header>) -> Vec<String> {
    let mut taken = HashSet::from([String::new()]);
    let unique = |(column, header): (usize, &Header)| {
        let mut name = header.text[..header.text.floor_char_boundary(limits::HEADER)].to_owned();
        let mut unique = name.clone();
        while !taken.insert(unique.clone()) {
            unique = format!("{name} (column {})", column + 1);
            unique = unique.trim_start().to_owned();
            // An earlier header has these very words: that name is taken, too.
            name.push('′');
        }
        unique
    };
    headers.enumerate().map(unique).collect()
}

/// Reports the headers that are too long to be a column's name as they are.
pub(super) fn report_long_headers(headers: &[&Cell<'_>], report: &mut Report<'_>) {
    for cell in headers {
        let name = words(cell);
        if name.len() > limits::HEADER {
            let message = format!("a header is cut: {name:?}");
            report.push(Code::LongHeader, cell.span.clone(), message);
        }
    }
}
