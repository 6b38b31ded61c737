//! What a port cell says: which ports, and perhaps for which protocols and with which words beside.
//!
//! ```text
//! 71–74                          a range
//! 20/21   80, 443   20 and 21    lists
//! 22/tcp   7/tcp, udp   9 (UDP)  ports, each with the protocols that stand behind it
//! TCP 80, 443; UDP 53            the same, with the protocol in front
//! 5900+   8080, 8081, …          no word on where they end
//! 1025 (SMTP), 8025 (Web)        words beside ports
//! 8080:80   0.0.0.0:8080->80     a mapping: the port outside, and the one inside
//! ESP (IP 50), UDP 500           a protocol without ports beside a port
//! 721-731, >1023                 a bound without an end beside ports
//! ssh 22   HTTPS (443)           words in front, where the column is known to hold ports
//! ```
//!
//! A text with a number above 65535 or a range that descends is no port cell, nor, in any other column, is one that
//! starts with other words.

use std::borrow::Cow;
use std::ops::Range;

use regex::Captures;

use crate::vocabulary::listed_ports::join;
use crate::vocabulary::port_text::{may_open_ports, named_in, start_of, token_pattern, usual};
use crate::vocabulary::{PortRange, Protocol, Protocols, lists, protocols};

pub(crate) use crate::vocabulary::listed_ports::{Doubt, Part, Ports, merged};

/// The ports that a cell names; `None` where it is no port cell.
pub(crate) fn named_by(text: &str) -> Option<Ports> {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit && (text.is_ascii() || !text.contains(char::is_numeric)) {
        return None;
    }
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
    // Nearly all port cells are one number or range, and nearly all other cells are words: no pattern is needed.
    let (first, last) = match text.split_once(['-', '–']) {
        Some((first, last)) => (first, Some(last)),
        None => (text, None),
    };
    if let Some(ports) = range(first, last) {
        return Some(Ports {
            parts: vec![Part::from(ports)],
            doubts: Vec::new(),
        });
    }
    if !may_open_ports(text) || is_sum(text) {
        return None;
    }
    let text = &*usual(text);
    let without_thousands = || {
        let separator = regex!(r"(?-u:\b)([0-9]{1,2})[,.' ]([0-9]{3})(?-u:\b)");
        match separator.replace_all(text, "$1$2") {
            Cow::Borrowed(_) => None,
            Cow::Owned(joined) => Cell::read(&joined),
        }
    };
    let mut ports = Cell::read(text).or_else(without_thousands)?;
    let may_be_thousands =
        regex!(r"^(?:(?:[0-9]|[1-5][0-9]|6[0-5])[,\x{A0}\x{2009}\x{202F}]|[0-9] )[0-9]{3}$");
    if ports.parts.len() == 2 && may_be_thousands.is_match(text) {
        ports.doubts.push(Doubt::Thousands);
    }
    Some(ports)
}

/// Whether a text counts from a port: `8080+1`, `9000 + (10 * id)`. `80 + 443` is a list.
fn is_sum(text: &str) -> bool {
    text.contains('+')
        && regex!(r"[0-9]{4,5}\s*\+\s*(?:\(|[0-9]{1,2}(?-u:\b))|(?i-u)\b(?:base|offset)\b")
            .is_match(text)
}

/// The ports of a cell that stands below ports, so that it may start with what they are for: `ssh 22`, `HTTPS (443)`,
/// `http/80, https/443`.
pub(crate) fn named_below_ports(text: &str) -> Option<Ports> {
    let behind_words = || {
        // `MySQL 3,306` may be one number.
        let pieces = regex!(r" *[;&\n] *| *, +| +(?:and|und|et|y) +").split(text);
        let of_pieces = pieces.map(|piece| named_by(piece).or_else(|| behind_words(piece)));
        let of_pieces = of_pieces.collect::<Option<Vec<_>>>()?;
        let doubts = of_pieces.iter().flat_map(|ports| ports.doubts.clone());
        Some(Ports {
            doubts: doubts.collect(),
            parts: merged(of_pieces.into_iter().flat_map(|ports| ports.parts)),
        })
    };
    if !text.contains(char::is_numeric) {
        return None;
    }
    let in_parentheses = || named_by(text.strip_prefix('(')?.strip_suffix(')')?);
    named_by(text)
        .or_else(in_parentheses)
        .or_else(behind_words)
        .or_else(|| in_sentence(text))
}

/// The ports that a sentence calls so: `your own port, usually 22`.
pub(crate) fn in_sentence(text: &str) -> Option<Ports> {
    // Few tables need the pattern.
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let names_ports = words.any(|word| lists::is_in("names ports", word));
    names_ports.then_some(())?;
    let named = regex!(
        r"(?xi) (?: (?:(?<protocol>tcp|udp|sctp|dccp)[\s/]*)? (?-u:\b)(?:ports?|default|usually) | (?<only>tcp|udp|sctp|dccp) )
        [\s:=/]+ (?<ports> [0-9]{2,5} (?: \s*[-–]\s* [0-9]{1,5} )? ) (?: [^0-9a-z.%] | \.?(?:\s|$) )"
    );
    let of_all = named_in(text);
    let parts = named.captures_iter(text).map(|found| {
        let part = named_by(&found["ports"])?.parts.pop()?;
        let own = found.name("protocol").or(found.name("only"));
        let protocols = own.map_or(of_all, |own| named_in(own.as_str()));
        Some(Part {
            protocols,
            aside: text.to_owned(),
            ..part
        })
    });
    let parts = parts.collect::<Option<Vec<_>>>()?;
    (!parts.is_empty()).then(|| Ports {
        parts: merged(parts.into_iter()),
        doubts: vec![Doubt::Sentence],
    })
}

/// The ports behind up to three words. Numbers of other things stand behind words, too.
fn behind_words(text: &str) -> Option<Ports> {
    let (before, behind) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let is_separator =
        |c: char| c.is_whitespace() || matches!(c, '/' | ':' | '=' | '#' | '(' | '[' | ')' | '–');
    let words = before.trim_end_matches(is_separator);
    let words = words.strip_suffix(" -").unwrap_or(words).trim_end();
    let is_in_word = |c: char| c.is_alphabetic() || matches!(c, '_' | '.' | '+' | '-');
    let are_words = (1..=3).contains(&words.split_whitespace().count())
        && words.chars().all(|c| c.is_whitespace() || is_in_word(c));
    (are_words && words.len() < before.len()).then_some(())?;
    let mut each = words.split(|c: char| !c.is_alphanumeric());
    // `any except 25`, but not `SIP over TLS 5061`
    let last = words.rsplit(char::is_whitespace).next();
    let is_else = each.any(|word| lists::is_in("numbered", word))
        || last.is_some_and(|word| lists::is_in("bound", word))
        || protocols::portless(text) > 0
        || words
            .split_whitespace()
            .any(|word| protocols::is_other(word) || protocols::portless(word) > 0);
    let behind = behind.strip_suffix([')', ']']).unwrap_or(behind);
    let mut ports = named_by(behind).filter(|_| !is_else)?;
    let says_port = lists::is_in("port", words);
    for part in ports.parts.iter_mut().filter(|_| !says_port) {
        part.add_words(words);
    }
    Some(ports)
}

/// A number in the words beside a port that may be a port, too.
fn number_in(words: &str) -> Option<String> {
    // Few cells need the pattern.
    words.contains(|c: char| c.is_ascii_digit()).then_some(())?;
    let number = regex!(
        r"(?xi)(?:^|[\s(/,;]|[\p{L}--\p{Latin}]) (?P<before> [a-z]* [\s.:\#]*)
        (?P<number> [1-9][0-9]{1,4} (?:\s*[-–]\s*[1-9][0-9]{1,4})? ) (?:[\s),;/]|[\p{L}--\p{Latin}]|$)"
    );
    let is_other =
        |before: &str| lists::is_in("before numbers", before.trim_matches([' ', '.', ':', '#']));
    let mut numbers = number.captures_iter(words);
    let found = numbers.find(|found| !is_other(&found["before"]))?;
    Some(found["number"].to_owned())
}

/// A port, or the range up to another one. Text has no sign in front that parsing would allow.
fn range(first: &str, last: Option<&str>) -> Option<PortRange> {
    let port = |digits: &str| {
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok()).flatten()
    };
    let first = port(first)?;
    PortRange::new(first, last.map_or(Some(first), port)?)
}

/// A cell that is being read from the left.
#[derive(Default)]
struct Cell<'t> {
    text: &'t str,
    rest: &'t str,
    parts: Vec<Part>,
    /// The protocols in front, where the cell starts with some.
    in_front: Protocols,
    /// How many parts have got their protocols.
    done: usize,
    /// How many parts stand in front of the last comma.
    before_comma: usize,
    /// The parts that a protocol behind a later one of the list is for, unless ports without a protocol follow.
    shared: Vec<(Range<usize>, Protocols)>,
    /// How many ports have their protocols behind a slash.
    slashes: usize,
    /// The protocols without ports that it names.
    portless: String,
    doubts: Vec<Doubt>,
}

impl<'t> Cell<'t> {
    /// The ports of a cell; `None` where anything in it cannot stand in a port cell.
    fn read(text: &'t str) -> Option<Ports> {
        let mut cell = Self {
            text,
            rest: text,
            ..Self::default()
        };
        while !cell.rest.is_empty() {
            let is_token = cell.portless() || cell.token()?;
            if !is_token {
                cell.words()?;
            }
        }
        cell.share();
        for part in &mut cell.parts {
            join(&mut part.aside, &cell.portless);
        }
        for doubt in &cell.doubts {
            if let (Doubt::Bound(bound), Some(part)) = (doubt, cell.parts.last_mut()) {
                join(&mut part.aside, bound);
            }
        }
        let parts = merged(cell.parts.into_iter());
        let number = parts.iter().find_map(|part| number_in(&part.remark));
        cell.doubts.extend(number.map(Doubt::Number));
        (!parts.is_empty()).then_some(Ports {
            parts,
            doubts: cell.doubts,
        })
    }

    /// Gives protocols to the ports of a list that stand before the one that carries them, as in `80, 443 TCP`. Where
    /// others behind it have none, `8300, 8301 (UDP), 8500`, each port has its own.
    fn share(&mut self) {
        let are_own = self.parts[self.done..]
            .iter()
            .any(|part| !part.has_protocol());
        if are_own {
            self.doubts.retain(|doubt| *doubt != Doubt::SharedProtocol);
            return;
        }
        // Where several have their own, a port without one is not of UDP: `8443, 3478/udp, 10001/udp`.
        let have_own = self.slashes > 1;
        let shared = self.shared.drain(..);
        for (parts, protocols) in shared.filter(|(_, it)| !have_own || it.contains(Protocol::Tcp)) {
            for part in &mut self.parts[parts] {
                part.protocols |= protocols;
            }
        }
    }

    fn portless(&mut self) -> bool {
        let end = protocols::portless(start_of(self.rest));
        join(&mut self.portless, &self.rest[..end]);
        self.rest = &self.rest[end..];
        end > 0
    }

    /// Reads what stands next. Returns whether it is anything but words; `None` where it cannot stand there.
    fn token(&mut self) -> Option<bool> {
        let rest = start_of(self.rest);
        let Some(found) = token_pattern().captures(rest) else {
            return Some(false);
        };
        let group = |name| found.name(name);
        let is_port_next = |end: usize| {
            let behind = rest[end..].trim_start();
            behind.starts_with(|c: char| c.is_ascii_digit())
        };
        let is_first = self.parts.is_empty();
        let may_join = !is_first
            || !self.in_front.is_empty()
            || !self.portless.is_empty()
            || !self.doubts.is_empty();
        let end = if let Some(first) = group("first") {
            self.ports(&found)?;
            let last = ["open", "inner_last", "inner_first", "last"];
            last.into_iter().find_map(group).unwrap_or(first).end()
        } else if let Some(protocols) = group("protocols") {
            let led = group("led");
            let end = led.unwrap_or(protocols).end();
            let has_colon = led.is_some_and(|led| led.as_str().contains(':'));
            let ends_line = rest[end..]
                .trim_start_matches([' ', '\t'])
                .starts_with('\n');
            let is_port_next = is_port_next(end) && !ends_line;
            self.protocols(protocols.as_str(), is_port_next, has_colon);
            end
        } else if let Some(bound) = group("bound").filter(|_| is_first || self.is_behind_comma()) {
            self.doubts.push(Doubt::Bound(bound.as_str().to_owned()));
            bound.end()
        } else if let (Some(more), Some(last)) = (group("more"), self.parts.last_mut()) {
            last.is_open = true;
            more.end()
        } else if let (Some(inner), Some(closing)) = (group("inner"), group("closing")) {
            self.parenthesis(inner.as_str())?;
            closing.end()
        } else {
            let passed = [
                ("blank", true),
                ("and", may_join),
                ("sign", may_join),
                ("over", !is_first),
                ("before", is_first),
                ("behind", !is_first),
                ("port", is_first || is_port_next(found[0].len())),
            ];
            let mut passed = passed.into_iter().filter(|(_, may_stand)| *may_stand);
            match passed.find_map(|(name, _)| group(name)) {
                Some(passed) => passed.end(),
                None => return Some(false),
            }
        };
        self.rest = &self.rest[end..];
        if self.is_behind_comma() {
            self.before_comma = self.parts.len();
        }
        Some(true)
    }

    /// What has been read.
    fn before(&self) -> &'t str {
        self.text[..self.text.len() - self.rest.len()].trim_end()
    }

    /// Whether a new item of a list starts here, be it on a line of its own.
    fn is_behind_comma(&self) -> bool {
        let read = &self.text[..self.text.len() - self.rest.len()];
        let blanks = &read[self.before().len()..];
        blanks.contains('\n') || self.before().ends_with([',', ';', '、', '，', '；'])
    }

    /// Adds the port, range or mapping that was found; `None` if it is none.
    fn ports(&mut self, found: &Captures<'_>) -> Option<()> {
        let text = |name| found.name(name).map(|group| group.as_str());
        // In a list, nobody writes a port as 080. These are the last digits of 8,080.
        let is_group =
            |first: &str| first.len() == 3 && first.starts_with('0') && !self.parts.is_empty();
        let first = text("first").filter(|first| !is_group(first))?;
        let mut part = Part {
            protocols: self.in_front,
            is_open: found.name("open").is_some(),
            ..Part::from(range(first, text("last"))?)
        };
        let ends = [part.ports.first(), part.ports.last()];
        if ends[0] > 1 && ends[0] < 1024 && ends[1] > ends[0] + 1 && found[0].contains(" a ") {
            self.doubts.push(Doubt::And);
        }
        if let Some(inside) = text("inner_first") {
            part.inside = Some(range(inside, text("inner_last"))?);
        }
        // A mapping leads from a high port to a low one, as a rule, and is written with an address or an arrow.
        let is_bare = || {
            let is_first = self.parts.is_empty() && found.name("host").is_none();
            is_first && !self.text.contains(['>', '→', '⇒', ','])
        };
        if let Some(inside) = part.inside.filter(|_| part.ports.is_single() && is_bare())
            && (1024..inside.first()).contains(&part.ports.first())
        {
            self.doubts.push(Doubt::Colon);
        }
        part.protocols |= text("inner_protocol").map_or(Protocols::NONE, named_in);
        let host = text("host").unwrap_or_default();
        if let (Some(outer_host), Some(outside)) = (text("outer_host"), part.inside) {
            // `80/tcp -> 0.0.0.0:8080`: what has an address is outside.
            join(&mut part.aside, outer_host);
            part.inside = Some(std::mem::replace(&mut part.ports, outside));
        } else if regex!(r"^[a-zA-Z][0-9A-Za-z_-]*$").is_match(host) && host != "localhost" {
            part.add_words(host);
        } else {
            join(&mut part.aside, host);
        }
        self.parts.push(part);
        Some(())
    }

    /// Gives protocols that stand side by side to the parts before them, or, where they lead, to the parts behind:
    /// `53 TCP, UDP 123` does both. They lead where the cell starts with some, and in `80, UDP 53` and `80 UDP: 53`.
    fn protocols(&mut self, text: &str, is_port_next: bool, has_colon: bool) {
        self.slashes += usize::from(self.before().ends_with('/'));
        let leads =
            is_port_next && (self.is_behind_comma() || has_colon && !self.before().ends_with('/'));
        if self.parts.is_empty() || !self.in_front.is_empty() || leads {
            self.in_front = named_in(text);
        } else if let Some(parting) = regex!(r"[,;、，\n]|\s(?:and|und|et|y|or|oder)\s")
            .find_iter(text)
            .last()
            && is_port_next
        {
            self.assign(named_in(&text[..parting.start()]));
            self.in_front = named_in(&text[parting.end()..]);
        } else {
            self.assign(named_in(text));
        }
    }

    /// Gives protocols to the parts that have none yet, or else to the last one. Returns whether some of them stand in
    /// front of a comma, so that they are to be shared.
    fn assign(&mut self, named: Protocols) -> bool {
        let last = self.parts.len().saturating_sub(1);
        let first = self.done.min(last);
        let own = self.before_comma.clamp(first, last);
        for part in &mut self.parts[own..] {
            part.protocols |= named;
        }
        self.done = self.parts.len();
        self.shared.push((first..own, named));
        first < own
    }

    /// Reads what stands in parentheses: protocols, or words.
    fn parenthesis(&mut self, inner: &'t str) -> Option<()> {
        let named = protocols::named_by(inner).filter(|named| !named.has_more);
        let before = self.before();
        match (named, self.parts.last_mut()) {
            (Some(named), None) => self.in_front = named.protocols,
            (Some(named), Some(_)) if self.in_front.is_empty() => {
                if self.assign(named.protocols) {
                    self.doubts.push(Doubt::SharedProtocol);
                }
            }
            // `TCP 22, 53 (UDP)`
            (Some(named), Some(part)) if self.before_comma > 0 => part.protocols = named.protocols,
            // `554 / (SRT 9000-9100)`, `443 (also 8443)`
            (_, Some(part)) => {
                let also = regex!(r"(?i)^(?:also|and|or|plus)\s+")
                    .find(inner)
                    .map(|also| also.end());
                let is_item = before.ends_with(['/', ',', ';', '+', '&']) || also.is_some();
                let ports = named_below_ports(&inner[also.unwrap_or(0)..]).filter(|_| is_item);
                match ports {
                    Some(ports) => self.parts.extend(ports.parts),
                    None => part.add_words(inner),
                }
            }
            (None, None) if !self.portless.is_empty() => join(&mut self.portless, inner),
            // `TCP (80, 443)`
            (None, None) if !self.in_front.is_empty() && !inner.contains('(') => {
                self.parts = Self::read(inner)?.parts;
                self.assign(self.in_front);
            }
            (None, None) => return None,
        }
        Some(())
    }

    /// Reads words beside a port, up to the next port. None are added to it: `5000 + N`.
    fn words(&mut self) -> Option<()> {
        if self.before().ends_with('+') {
            return None;
        }
        let part = self.parts.last_mut()?;
        let marks = regex!(r"^[-–—:=→]+\s+").find(self.rest);
        let start = marks.map_or(0, |marks| marks.end());
        let words = self.rest[start..].lines().next()?;
        words.starts_with(char::is_alphabetic).then_some(())?;
        let next = regex!(
            r"(?xi) \s*[,;/]\s* (?:(?:tcp|udp|sctp|dccp|ports?)[^0-9A-Za-z]*)? [0-9]
            | \s+(?:and|or|&|und|et|y|oder|ou)\s+ (?:(?:tcp|udp|sctp|dccp|ports?)[^0-9A-Za-z]*)? [0-9][0-9]"
        );
        let end = next.find(words).map_or(words.len(), |next| next.start());
        // `80 GB`
        if lists::is_in("unit", words[..end].trim_end()) {
            return None;
        }
        part.add_words(&words[..end]);
        self.rest = &self.rest[start + end..];
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Doubt, Part, Ports, named_below_ports, named_by};

    /// The parts of a cell as one text.
    fn shown(Ports { parts, doubts }: Ports) -> String {
        let part = |part: &Part| {
            let mut shown = part.ports.to_string();
            for protocol in part.protocols.iter() {
                shown = format!("{shown} {}", protocol.name());
            }
            if part.is_open {
                shown += " open";
            }
            for (kind, words) in [("", &part.remark), ("aside ", &part.aside)] {
                if !words.is_empty() {
                    shown = format!("{shown} {kind}{{{words}}}");
                }
            }
            if let Some(inside) = part.inside {
                shown = format!("{shown} to {}-{}", inside.first(), inside.last());
            }
            shown
        };
        let doubt = |doubt: &Doubt| match doubt {
            Doubt::SharedProtocol => Some("ambiguous".to_owned()),
            Doubt::Thousands => Some("thousands".to_owned()),
            _ => None,
        };
        let parts = parts
            .iter()
            .map(part)
            .chain(doubts.iter().filter_map(doubt));
        parts.collect::<Vec<_>>().join("; ")
    }

    /// Of lines such as `22/tcp :: 22 tcp`, those behind `below ports:` are of cells that stand below ports.
    #[test]
    fn port_cells_are_read_as_people_mean_them() {
        let cells = include_str!("../../tests/port_cells.txt");
        for (text, expected) in cells.lines().filter_map(|line| line.split_once(" :: ")) {
            let ports = match text.strip_prefix("below ports: ") {
                Some(text) => named_below_ports(text),
                None => named_by(text),
            };
            assert_eq!(ports.map_or("none".to_owned(), shown), expected, "{text:?}");
        }
    }
}
