//! The measure: a cell's [`Kind`], and how often each kind stands below each [`Role`].
//!
//! Everything that is weighed is the logarithm of such a number, in [`Bits`], so that a column, a header and a row
//! are weighed on one scale. A kind is made by the same functions that read the cell later. What is to count as
//! evidence is a line of [`FREQUENCIES`], or one of the prices below.

use crate::dataset::{Protocol, ServiceName, Status};
use crate::vocabulary::statuses::{self, Stated};
use crate::vocabulary::{lists, ports, protocols};

/// Hundredths of a bit.
pub(super) type Bits = i32;

/// One bit.
pub(super) const BIT: Bits = 100;

/// Readings that differ by less are both likely.
pub(super) const DOUBT: Bits = 2 * BIT;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Something else.
    Extra,
    /// Which ports, and perhaps for which protocols.
    Port,
    /// Which more ports, those of another protocol or service: `HTTPS port` beside `HTTP port`.
    MorePorts,
    /// The last of the ports, where `Port` says the first.
    End,
    /// The port at the other end of the connection, beside the port of the service.
    Source,
    /// Which ports of this protocol.
    PortOf(Protocol),
    /// What is true of the ports for this protocol.
    Status(Protocol),
    /// Which protocols use the ports.
    Transport,
    /// The same, in a further column.
    MoreTransports,
    /// Whether IANA assigned them.
    Official,
    /// What the service is called.
    Name,
    /// What the service is.
    Description,
}

impl Role {
    /// The role in words, and its line in [`FREQUENCIES`].
    fn entry(self) -> (&'static str, usize) {
        match self {
            Self::Extra => ("extra", 0),
            Self::Port => ("ports", 1),
            Self::MorePorts => ("more ports", 1),
            Self::End => ("ends of ranges", 2),
            Self::Source => ("source ports", 3),
            Self::PortOf(_) => ("ports of a protocol", 4),
            Self::Status(_) => ("status", 5),
            Self::Transport => ("protocol", 6),
            Self::MoreTransports => ("more protocols", 6),
            Self::Official => ("official or not", 7),
            Self::Name => ("service name", 8),
            Self::Description => ("description", 9),
        }
    }

    /// The role in words.
    pub(super) fn says(self) -> &'static str {
        self.entry().0
    }

    fn line(self) -> usize {
        self.entry().1
    }

    /// A bit for each role that only one column can have. A protocol has ports or statuses.
    pub(super) fn bit(self) -> u32 {
        match self {
            Self::PortOf(protocol) | Self::Status(protocol) => 1 << (16 + protocol as u32),
            role => 1 << role.line(),
        }
    }
}

/// An enum, and all that it can be, in order.
macro_rules! kinds {
    ($(#[$about:meta])* $kind:ident: $($(#[$what:meta])* $variant:ident,)*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $kind { $($(#[$what])* $variant,)* }

        impl $kind {
            /// Every kind, in order.
            pub(super) const ALL: [Self; KINDS] = [$(Self::$variant),*];
        }
    };
}

kinds! {
    /// What stands in a cell.
    Kind:
    /// No words.
    Blank,
    /// A sign for nothing, or for what is to be filled in: `-`, `N/A`, `any`, `${PORT}`, `<port>`.
    Nothing,
    /// One port.
    Port,
    /// One that is like a year, as columns beside ports hold them.
    Year,
    /// Several ports, or a range.
    Ports,
    /// Ports and their protocols: `22/tcp`.
    PortWithTransport,
    /// Ports and up to four words.
    PortWithWords,
    /// What can be ports if the column says so: `ssh 22`.
    MaybePort,
    /// A port outside and one inside: `8080:80`.
    Mapping,
    /// No port, and no letters: `70000`, `12 %`, `10.0.0.0/8`.
    Number,
    /// Names of transport protocols and nothing else.
    Transport,
    /// One of them among other words.
    SomeTransport,
    /// A protocol that has no ports, or is none of ours: ICMP, QUIC.
    Portless,
    /// The word of a status.
    Status,
    /// The one status that describes a port, too.
    Reserved,
    /// A mark for yes or no.
    Mark,
    /// Assigned by IANA.
    Official,
    /// Not so.
    Unofficial,
    /// A valid service name.
    Name,
    /// Up to four words.
    Words,
    /// More words.
    Prose,
}

/// How many kinds there are.
pub(super) const KINDS: usize = Kind::Prose as usize + 1;

/// Of a thousand cells below a role, how many are of each kind.
#[rustfmt::skip]
const FREQUENCIES: [[u16; KINDS]; 10] = [
    //             blank none port year list /tcp w maybe map  num  tcp +tcp icmp yes  res  mark off unoff name words prose
    /* extra */       [150, 40,  60,  20,  20,  4,  15,  40,  2,  60,  30,  15,  10,  25,   5,  40,   8,   5, 210, 200, 110],
    /* port */        [ 45, 30, 560,  15, 150, 60,  60,  40, 30,   4,   1,   2,   2,   1,   1,   1,   1,   1,   6,  12,   8],
    /* end */         [110, 60, 800,   8,   3,  1,   3,   1,  1,  10,   1,   1,   1,   1,   1,   1,   1,   1,   2,   2,   2],
    /* source */      [ 60,160, 350,  10, 300, 60,  30,  10, 20,   3,   1,   2,   2,   1,   1,   1,   1,   1,   6,  12,   8],
    /* port of */     [200, 90, 380,  10, 220,  5,  50,  20,  8,   5,   2,   2,   2,   5,   1,   5,   1,   1,   8,  10,   8],
    /* status of */   [360, 50,   4,   1,   3,  2,   2,   1,  1,   3,  60,   6,   2, 330,  50,  60,   1,  60,  10,   6,   1],
    /* transport */   [ 40, 15,   1,   1,   1,  4,   2,   2,  1,   1, 740,  18,  40,   2,   1,   2,   1,   1,  90,  15,   5],
    /* official */    [ 30, 10,   1,   1,   1,  1,   1,   1,  1,   1,   1,   1,   1,  30,   5,   5, 650, 220,  20,  15,   8],
    /* name */        [ 60, 15,   4,   1,   2,  2,   4,  40,  1,   3,   8,   8,   6,   4,   1,   2,   1,   1, 560, 280,  40],
    /* description */ [ 80, 10,   6,   2,   3,  3,  10,  60,  2,   6,   4,  16,   4,  12,   5,   3,   1,   1, 200, 300, 340],
];

/// Kinds that mean the same below a status: counted apart, one `Unofficial` would move a cell.
pub(super) const STATUS_WORDS: [Kind; 5] = [
    Kind::Status,
    Kind::Reserved,
    Kind::Mark,
    Kind::Official,
    Kind::Unofficial,
];

/// Kinds that say alike little in a column of marks, where a mark is as likely as none.
pub(super) const MARKS: [Kind; 4] = [Kind::Blank, Kind::Nothing, Kind::Status, Kind::Mark];

/// How often some kinds stand below a role, of a thousand.
pub(super) fn frequency(role: Role, kinds: &[Kind]) -> u32 {
    let line = &FREQUENCIES[role.line()];
    kinds
        .iter()
        .map(|&kind| u32::from(line[kind as usize]))
        .sum()
}

/// How much more a kind is at home below a role than in any column.
pub(super) fn gain(role: Role, kind: Kind) -> Bits {
    let lines = [role, Role::Extra].map(|role| &FREQUENCIES[role.line()]);
    let [own, any] = lines.map(|line| line[kind as usize].into());
    log2(own, any)
}

/// The logarithm of a ratio.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the logarithm of two 32-bit numbers"
)]
pub(super) fn log2(numerator: u32, denominator: u32) -> Bits {
    let ratio = f64::from(numerator) / f64::from(denominator);
    (ratio.log2() * f64::from(BIT)).round() as Bits
}

impl Kind {
    /// The kind of a cell with these words.
    pub(super) fn new(text: &str) -> Self {
        if text.is_empty() {
            return Self::Blank;
        }
        if is_placeholder(text) {
            return Self::Nothing;
        }
        // The address of one connection, as socat writes it: `TCP:example.com:80`, `TCP-LISTEN:8080,fork`.
        let is_address = || {
            regex!(
                r"^(?i-u:tcp|udp|sctp|dccp)[46]?(?:-[A-Za-z]+:|:[^/\s]*[0-9A-Za-z]\.[0-9A-Za-z][^/\s]*:)[0-9]"
            )
            .is_match(text)
        };
        let is_led = || protocols::protocol(lists::leading_word(text)).is_some();
        if text.contains(':') && is_led() && is_address() {
            return Self::MaybePort;
        }
        Self::ports(text)
            .or_else(|| Self::known_words(text))
            .unwrap_or_else(|| Self::other_words(text))
    }

    /// Whether a port can be read in such a cell.
    pub(super) fn is_port(self) -> bool {
        matches!(
            self,
            Self::Port
                | Self::Year
                | Self::Ports
                | Self::PortWithTransport
                | Self::PortWithWords
                | Self::Mapping
        )
    }

    fn ports(text: &str) -> Option<Self> {
        let Some(ports) = ports::named_by(text) else {
            let has_letters = text.contains(char::is_alphabetic);
            let is_number = !has_letters && text.contains(|c: char| c.is_ascii_digit());
            return is_number.then_some(Self::Number);
        };
        let words = |part: &ports::Part| part.remark.split_whitespace().count();
        Some(match ports.parts.iter().map(words).sum() {
            _ if ports.parts.iter().any(ports::Part::has_protocol) => Self::PortWithTransport,
            0 => match &ports.parts[..] {
                [port] if !port.ports.is_single() => Self::Ports,
                [port] if (1950..2050).contains(&port.ports.first()) => Self::Year,
                [_] => Self::Port,
                _ => Self::Ports,
            },
            1..=4 => Self::PortWithWords,
            // `80 (see the note on other ports)`, `80 Note 2 Alternate port available`
            _ if text.contains('(') || regex!(r"^\d+\s+(?i:notes?)\b").is_match(text) => {
                Self::PortWithWords
            }
            _ => Self::Prose,
        })
    }

    fn known_words(text: &str) -> Option<Self> {
        if text.split_whitespace().nth(4).is_some() {
            return Some(Self::Prose);
        }
        Some(match statuses::stated_by(text) {
            Stated::Named(_) => Self::Transport,
            Stated::Mark(_) => Self::Mark,
            Stated::Status(Status::Reserved) => Self::Reserved,
            Stated::Status(Status::Unofficial) => Self::Unofficial,
            Stated::Status(_) | Stated::And(..) => Self::Status,
            Stated::Nothing => Self::Nothing,
            Stated::Other => match statuses::is_official(text) {
                Some(true) => Self::Official,
                Some(false) => Self::Unofficial,
                None if protocols::is_other(text) || protocols::is_portless(text) => Self::Portless,
                None if ports::named_below_ports(text).is_some() => Self::MaybePort,
                None => protocols::named_by(text).map(|_| Self::SomeTransport)?,
            },
        })
    }

    fn other_words(text: &str) -> Self {
        if text.len() <= 15 && ServiceName::new(&text.to_lowercase()).is_some() {
            Self::Name
        } else {
            Self::Words
        }
    }
}

/// Whether a text stands for nothing, or for something that is to be filled in.
fn is_placeholder(text: &str) -> bool {
    let is_sign = || {
        regex!(
            r"(?x)^(?: [-–—*?.…]+ | \$[0-9A-Za-z_]+ | \$?\{+[^{}:]*\}+ | <[^<>]*> | %[0-9A-Za-z_]+% )$"
        )
        .is_match(text)
    };
    let is_word = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_word && lists::is_in("placeholder", text) || !is_word && is_sign()
}
