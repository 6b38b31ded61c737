//! What a port cell says: which ports, and perhaps for which transports and with which words beside.
//!
//! ```text
//! 71–74                          a range
//! 20/21   80, 443   20 and 21    lists
//! 22/tcp   7/tcp, udp   9 (UDP)  ports, each with what transport stands behind it
//! TCP 80, 443; UDP 53            the same, with the transport in front
//! 5900+                          5900, and no word on where it ends
//! 1025 (SMTP), 8025 (Web)        words beside ports
//! ```
//!
//! A text that starts with other words is no port cell, nor is one with a number above 65535, a range that
//! descends, or two numbers with another sign between (`8080:80`, `3000→80`).

use std::collections::HashMap;

use crate::dataset::{PortRange, Protocol, Protocols};
use crate::vocabulary::transports;

/// The ports of a cell, in order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Ports {
    /// Each port or range, once.
    pub(crate) parts: Vec<Part>,
    /// Whether it is a list where a comma may part thousands: `22,443`.
    pub(crate) is_ambiguous: bool,
}

/// One port or range of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Which ports.
    pub(crate) ports: PortRange,
    /// The transports that the cell names for them.
    pub(crate) transports: Protocols,
    /// Whether a plus behind it leaves open where it ends.
    pub(crate) is_open: bool,
    /// The words beside it.
    pub(crate) remark: String,
}

impl Part {
    /// A part that says no more than its ports.
    pub(crate) fn of(ports: PortRange) -> Self {
        Self {
            ports,
            transports: Protocols::NONE,
            is_open: false,
            remark: String::new(),
        }
    }

    /// Whether the cell names a transport for it.
    #[must_use]
    pub(crate) fn has_transport(&self) -> bool {
        !self.transports.is_empty()
    }

    fn remark(&mut self, words: &str) {
        let words = words.trim();
        if !self.remark.is_empty() && !words.is_empty() {
            self.remark.push(' ');
        }
        self.remark.push_str(words);
    }
}

/// The ports that a cell names; `None` where it is no port cell.
#[must_use]
pub(crate) fn named_by(text: &str) -> Option<Ports> {
    let text = text.trim();
    // Nearly all port cells are one number.
    if let Some(port) = single(text) {
        return Some(Ports {
            parts: vec![Part::of(PortRange::new(port, port)?)],
            is_ambiguous: false,
        });
    }
    let as_list = Cell::read(text, false);
    let as_thousands = || Cell::read(text, true);
    let mut ports = with_host(text).or(as_list).or_else(as_thousands)?;
    ports.is_ambiguous = is_ambiguous(text) && ports.parts.len() == 2;
    Some(ports)
}

fn single(text: &str) -> Option<u16> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// `localhost:5432`: the port, and the host beside it.
fn with_host(text: &str) -> Option<Ports> {
    let (host, port) = text.rsplit_once(':')?;
    let is_host = host.contains(|c: char| c.is_alphabetic() || c == '.')
        && !host.contains(char::is_whitespace)
        && transports::named_by(host).is_none();
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse().ok().filter(|_| is_host && is_number)?;
    Some(Ports {
        parts: vec![Part {
            remark: host.to_owned(),
            ..Part::of(PortRange::new(port, port)?)
        }],
        is_ambiguous: false,
    })
}

/// Whether a text is two numbers of at most two and of three digits, with nothing but a comma between.
fn is_ambiguous(text: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(',').is_some_and(|(first, last)| {
        matches!(first.len(), 1..=2)
            && last.len() == 3
            && is_number(first)
            && is_number(last)
            && first.parse().is_ok_and(|thousands: u32| thousands <= 65)
    })
}

/// A cell that is being read.
struct Cell<'t> {
    rest: &'t str,
    /// Whether a comma, a dot or a blank may part the thousands of a number.
    thousands: bool,
    parts: Vec<Part>,
    /// The transports in front, where the cell starts with some.
    in_front: Option<Protocols>,
    /// How many parts have got their transports.
    done: usize,
}

/// What stands next in a cell.
enum Token<'t> {
    Number(u16),
    Word(&'t str),
    Parenthesis(&'t str),
    Sign(char),
}

impl<'t> Cell<'t> {
    fn read(text: &'t str, thousands: bool) -> Option<Ports> {
        let mut cell = Self {
            rest: text,
            thousands,
            parts: Vec::new(),
            in_front: None,
            done: 0,
        };
        while !cell.rest.is_empty() {
            cell.piece()?;
        }
        let parts = merged(cell.parts.into_iter());
        (!parts.is_empty()).then_some(Ports {
            parts,
            is_ambiguous: false,
        })
    }

    /// Reads on by one piece; `None` where it cannot stand in a port cell.
    fn piece(&mut self) -> Option<()> {
        let before = self.rest;
        match self.token()? {
            Token::Number(first) => self.number(first),
            Token::Word(word) if transports::protocol(word).is_some() => {
                self.rest = before;
                self.transports()
            }
            Token::Word(word) => self.word(word, before),
            Token::Parenthesis(inner) => self.parenthesis(inner),
            Token::Sign(sign) => self.sign(sign),
        }
    }

    /// The next token. The cell is not at its end.
    fn token(&mut self) -> Option<Token<'t>> {
        let first = self.rest.chars().next()?;
        if first.is_ascii_digit() {
            return self.digits().map(Token::Number);
        }
        if first.is_alphabetic() {
            let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            return Some(Token::Word(self.take_while(is_in_word)));
        }
        self.take(first.len_utf8());
        if let '(' | '[' | '（' = first {
            let inner = self.take_while(|c| !matches!(c, ')' | ']' | '）'));
            let closing = self.rest.chars().next().map_or(0, char::len_utf8);
            self.take(closing);
            return Some(Token::Parenthesis(inner));
        }
        Some(Token::Sign(first))
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, is_taken: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !is_taken(c));
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// The number that stands next; `None` for one that is no port.
    fn digits(&mut self) -> Option<u16> {
        let digits = self.take_while(|c| c.is_ascii_digit());
        let word = self.rest.split(|c: char| !c.is_ascii_alphanumeric()).next();
        let word = word.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
        if word.is_some_and(|word| transports::protocol(word).is_none()) {
            // `0x50` and `3rd` are no numbers.
            return None;
        }
        if let Some(group) = self.group().filter(|_| self.thousands && digits.len() < 3) {
            self.take(4);
            return format!("{digits}{group}").parse().ok();
        }
        // In a list, nobody writes a port as 080. These are the last digits of 8,080.
        let is_group = digits.len() == 3 && digits.starts_with('0') && !self.parts.is_empty();
        digits.parse().ok().filter(|_| !is_group)
    }

    /// Three digits behind a sign that parts thousands.
    fn group(&self) -> Option<&'t str> {
        let group = self.rest.strip_prefix([',', '.', ' ', '\''])?;
        let length = group.bytes().take_while(u8::is_ascii_digit).count();
        (length == 3).then(|| &group[..3])
    }

    /// Adds a port, or the range that it begins.
    fn number(&mut self, first: u16) -> Option<()> {
        let last = if self.is_range() {
            self.digits()?
        } else {
            first
        };
        let is_open = self.is_open();
        if is_open {
            self.take(1);
        }
        self.parts.push(Part {
            is_open,
            transports: self.in_front.unwrap_or_default(),
            ..Part::of(PortRange::new(first, last)?)
        });
        Some(())
    }

    /// Passes the sign of a range, if one stands next and a number behind it.
    fn is_range(&mut self) -> bool {
        const SIGNS: [&str; 21] = [
            "-", "‐", "‑", "‒", "–", "—", "―", "−", "~", "〜", "～", "..", "…", "to ", "through ",
            "thru ", "bis ", "à ", "a ", "até ", "до ",
        ];
        let behind = self.rest.trim_start();
        let mut rests = SIGNS.iter().filter_map(|sign| behind.strip_prefix(sign));
        let rest = rests.next().map_or("", str::trim_start);
        let is_range = rest.starts_with(|c: char| c.is_ascii_digit());
        if is_range {
            self.rest = rest;
        }
        is_range
    }

    /// Whether a plus stands next that adds nothing.
    fn is_open(&self) -> bool {
        let behind = self.rest.strip_prefix('+').map(str::trim_start);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([',', ';', '/', '(']))
    }

    /// Reads transports that stand side by side: those of the parts before them, or, where the cell starts with
    /// some, those of the parts behind.
    fn transports(&mut self) -> Option<()> {
        let mut named = Protocols::NONE;
        loop {
            let Some(Token::Word(word)) = self.token() else {
                return None;
            };
            named.insert(transports::protocol(word)?);
            let Some(next) = next_transport(self.rest) else {
                break;
            };
            self.rest = next;
        }
        if self.parts.is_empty() || self.in_front.is_some() {
            self.in_front = Some(named);
        } else {
            self.assign(named);
        }
        Some(())
    }

    /// Gives transports to the parts that have none yet, or else to the last one.
    fn assign(&mut self, named: Protocols) {
        let first = self.done.min(self.parts.len().saturating_sub(1));
        for part in &mut self.parts[first..] {
            part.transports |= named;
        }
        self.done = self.parts.len();
    }

    /// What stands in parentheses: transports, or words.
    fn parenthesis(&mut self, inner: &str) -> Option<()> {
        let transports = transports::named_by(inner).filter(|_| self.in_front.is_none());
        let last = self.parts.last_mut()?;
        if transports.is_none_or(|transports| transports.has_more) {
            last.remark(inner);
        }
        if let Some(transports) = transports {
            self.assign(transports.named);
        }
        Some(())
    }

    /// A word that is no transport: one that joins, the word port itself, or the first of a remark.
    fn word(&mut self, word: &str, before: &'t str) -> Option<()> {
        const JOINING: [&str; 12] = [
            "and", "und", "et", "y", "e", "и", "or", "oder", "ou", "o", "plus", "или",
        ];
        const PORT: [&str; 3] = ["port", "ports", "default"];
        let is = |known: &&str| known.eq_ignore_ascii_case(word);
        let joins = JOINING.iter().any(is)
            && self
                .rest
                .trim_start()
                .starts_with(|c: char| c.is_ascii_digit());
        if let Some(part) = self.parts.last_mut().filter(|_| !joins) {
            let end = end_of_remark(before);
            part.remark(&before[..end]);
            self.rest = &before[end..];
            return Some(());
        }
        (joins || PORT.iter().any(is)).then_some(())
    }

    fn sign(&mut self, sign: char) -> Option<()> {
        let is_first = self.parts.is_empty();
        let is_digit_next = self.rest.starts_with(|c: char| c.is_ascii_digit());
        let is_passed = match sign {
            ',' | ';' | '/' | '&' | '、' | '，' | '；' | '·' | '•' | '|' | '+' => {
                !is_first || self.in_front.is_some()
            }
            // `:80` and `#80` are ways to write 80.
            ':' | '#' => is_first || self.in_front.is_some(),
            // Marks of notes, and the end of a sentence.
            '*' | '†' | '‡' => !is_first,
            '.' => !is_first && !is_digit_next,
            _ => sign.is_whitespace(),
        };
        is_passed.then_some(())
    }
}

/// What follows a transport, if that is another one.
fn next_transport(rest: &str) -> Option<&str> {
    const JOINING: [&str; 4] = ["and ", "und ", "et ", "y "];
    let behind = rest.trim_start_matches([' ', '/', ',', '+', '&', ';', '、', '，']);
    let mut joined = JOINING.iter().filter_map(|and| behind.strip_prefix(and));
    let behind = joined.next().unwrap_or(behind);
    let end = behind
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(behind.len());
    transports::protocol(&behind[..end]).map(|_| behind)
}

/// Where a remark ends: before a separator that a number follows.
fn end_of_remark(text: &str) -> usize {
    let mut separators = text.match_indices([',', ';', '/']);
    let is_end = |&(at, _): &(usize, &str)| {
        let behind = text[at + 1..].trim_start();
        behind.starts_with(|c: char| c.is_ascii_digit())
    };
    separators.find(is_end).map_or(text.len(), |(at, _)| at)
}

/// Adds the ports of a column for one protocol to those of other columns. The same ports stand once.
pub(crate) fn add_for(protocol: Protocol, of_protocol: Vec<Part>, parts: &mut Vec<Part>) {
    let with_protocol = of_protocol.into_iter().map(|mut part| {
        part.transports.insert(protocol);
        part
    });
    *parts = merged(parts.drain(..).chain(with_protocol));
}

/// The parts, those of the same ports as one: `53/tcp, 53/udp`.
fn merged(parts: impl Iterator<Item = Part>) -> Vec<Part> {
    let mut places = HashMap::new();
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let place = *places.entry(part.ports).or_insert(merged.len());
        match merged.get_mut(place) {
            None => merged.push(part),
            Some(known) => {
                known.transports |= part.transports;
                known.remark(&part.remark);
                known.is_open |= part.is_open;
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::named_by;

    /// The parts of a cell as one text.
    fn shown(text: &str) -> String {
        let Some(ports) = named_by(text) else {
            return "none".to_owned();
        };
        let part = |part: &super::Part| {
            let (first, last) = (part.ports.first(), part.ports.last());
            let mut shown = first.to_string();
            if first != last {
                shown = format!("{shown}-{last}");
            }
            for protocol in part.transports.iter() {
                shown = format!("{shown} {}", protocol.name());
            }
            if part.is_open {
                shown.push_str(" open");
            }
            if !part.remark.is_empty() {
                shown = format!("{shown} {:?}", part.remark);
            }
            shown
        };
        ports.parts.iter().map(part).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn ports_are_numbers_or_ascending_ranges() {
        for (text, expected) in [
            ("0", "0"),
            ("65535", "65535"),
            ("007", "7"),
            ("71–74", "71-74"),
            ("5235-5236", "5235-5236"),
            ("6000 — 6063", "6000-6063"),
            ("1‐2", "1-2"),
            ("1―2", "1-2"),
            ("1−2", "1-2"),
            ("10000 to 20000", "10000-20000"),
            ("49,152-65,535", "49152-65535"),
            ("49.152–65.535", "49152-65535"),
            ("8,080", "8080"),
            ("5 060", "5060"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_have_a_part_for_each_port() {
        for (text, expected) in [
            ("20/21", "20; 21"),
            ("80, 443", "80; 443"),
            ("20 and 21", "20; 21"),
            ("80 443", "80; 443"),
            ("80 + 443", "80; 443"),
            ("80、443", "80; 443"),
            ("135,137-139,445", "135; 137-139; 445"),
            ("80, 80", "80"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn transports_stand_before_or_behind() {
        for (text, expected) in [
            ("22/tcp", "22 tcp"),
            ("7/tcp, udp", "7 tcp udp"),
            ("9 (UDP)", "9 udp"),
            ("67/68 UDP", "67 udp; 68 udp"),
            ("53/tcp, 53/udp", "53 tcp udp"),
            ("53/tcp (udp)", "53 tcp udp"),
            ("80/tcp, 443/udp", "80 tcp; 443 udp"),
            ("6000-6063/TCP", "6000-6063 tcp"),
            ("44818 (TCP/UDP), 2222 (UDP)", "44818 tcp udp; 2222 udp"),
            ("TCP 443", "443 tcp"),
            ("UDP/53", "53 udp"),
            ("TCP/UDP 53, 88", "53 tcp udp; 88 tcp udp"),
            ("TCP: 80, 443; UDP: 53", "80 tcp; 443 tcp; 53 udp"),
            ("TCP and UDP ports 53", "53 tcp udp"),
            ("TCP :7700", "7700 tcp"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words_beside_a_port_are_kept() {
        for (text, expected) in [
            ("22 (SSH)", "22 \"SSH\""),
            ("6443/TCP (HTTPS)", "6443 tcp \"HTTPS\""),
            ("1025 (SMTP), 8025 (Web)", "1025 \"SMTP\"; 8025 \"Web\""),
            (
                "8080 for HTTP, 8443 for HTTPS",
                "8080 \"for HTTP\"; 8443 \"for HTTPS\"",
            ),
            ("443, see RFC 2818", "443 \"see RFC 2818\""),
            ("80/HTTP", "80 \"HTTP\""),
            ("localhost:5432", "5432 \"localhost\""),
            ("127.0.0.1:5432", "5432 \"127.0.0.1\""),
            ("5900+", "5900 open"),
            ("53*", "53"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn other_texts_are_no_ports() {
        for text in [
            "",
            "x",
            "65536",
            "74–71",
            "1–",
            "1‖2",
            "1√2",
            "1–2–3",
            "99999999999",
            "8080:80",
            "3000→80",
            "> 1023",
            "*",
            "tcp",
            "10.0.0.0/8",
            "3.5",
            "12 %",
            "2019-01-01",
            "1,000,000",
            "the app (5000)",
            "-",
            "(22)",
        ] {
            assert_eq!(shown(text), "none", "{text:?}");
        }
    }

    #[test]
    fn a_comma_may_part_thousands() {
        let is_ambiguous = |text| named_by(text).unwrap().is_ambiguous;
        assert!(is_ambiguous("22,443") && is_ambiguous("1,433"));
        assert!(!is_ambiguous("80,443") && !is_ambiguous("22, 443") && !is_ambiguous("8,080"));
    }
}
