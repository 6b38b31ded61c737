//! The transport protocols that a text names: `TCP`, `tcp/udp`, `UDP, TCP`, `TCP and UDP`.

use crate::dataset::{Protocol, Protocols};

/// The transports that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transports {
    /// Which they are.
    pub(crate) named: Protocols,
    /// Whether the text says anything else.
    pub(crate) has_more: bool,
}

/// Words that only join.
const JOINING: [&str; 15] = [
    "and", "und", "et", "y", "e", "и", "en", "och", "og", "i", "or", "oder", "和", "及", "と",
];

/// Words that deny what follows.
const DENYING: [&str; 7] = ["no", "not", "non", "kein", "without", "except", "нет"];

/// The transports that a text names; `None` where it names none.
#[must_use]
pub(crate) fn named_by(text: &str) -> Option<Transports> {
    if text.trim().eq_ignore_ascii_case("both") {
        return Some(Transports {
            named: Protocols::TCP_AND_UDP,
            has_more: false,
        });
    }
    let (mut named, mut has_more, mut is_denied) = (Protocols::NONE, false, false);
    for word in words(text) {
        let is_one_of = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
        match protocol(word) {
            Some(_) if is_denied => {}
            Some(protocol) => named.insert(protocol),
            None => has_more |= !is_one_of(&JOINING),
        }
        is_denied = is_one_of(&DENYING);
    }
    (!named.is_empty()).then_some(Transports { named, has_more })
}

/// The transport protocol that a word is the name of, in any letter case. `tcp6` is TCP.
#[must_use]
pub(crate) fn protocol(word: &str) -> Option<Protocol> {
    let name = word.strip_suffix(['4', '6']).unwrap_or(word);
    let mut protocols = Protocol::ALL.into_iter();
    protocols.find(|protocol| protocol.name().eq_ignore_ascii_case(name))
}

/// Whether a text is the name of a protocol that stands on IP itself as TCP does, or of QUIC: none of ours
/// (<https://www.iana.org/assignments/protocol-numbers>).
#[must_use]
pub(crate) fn is_other(text: &str) -> bool {
    #[rustfmt::skip]
const OTHERS: [&str; 18] = [
        "ah", "egp", "eigrp", "esp", "gre", "icmp", "icmpv6", "igmp", "ip", "ipip", "ipv6-icmp", "l2tp",
        "ospf", "pim", "quic", "rsvp", "udplite", "vrrp",
    ];
    let text = text.trim();
    OTHERS.iter().any(|other| other.eq_ignore_ascii_case(text))
}

/// The words of a text. A change between ASCII and other letters parts words, too: `TCP和UDP` is three.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_');
    let parts = runs.flat_map(|run| run.split_inclusive(ends_word(run)));
    parts.filter(|part| !part.is_empty())
}

/// Whether a word ends with a character of a run, given in order.
fn ends_word(run: &str) -> impl FnMut(char) -> bool {
    let mut next = run.chars().skip(1);
    move |c| {
        next.next()
            .is_some_and(|next| next.is_ascii() != c.is_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::named_by;
    use crate::dataset::Protocol;

    #[test]
    fn transports_are_named_in_many_ways() {
        for (text, names, has_more) in [
            ("TCP", "tcp", false),
            ("udp", "udp", false),
            ("tcp6", "tcp", false),
            ("TCP/UDP", "tcp udp", false),
            ("UDP, TCP", "tcp udp", false),
            ("TCP & UDP", "tcp udp", false),
            ("TCP und UDP", "tcp udp", false),
            ("TCP和UDP", "tcp udp", false),
            ("UDP、TCP", "tcp udp", false),
            ("Both", "tcp udp", false),
            ("TCP+UDP+SCTP", "tcp udp sctp", false),
            ("TCP/TLS", "tcp", true),
            ("TCP (TPKT/COTP)", "tcp", true),
            ("Plain TCP (no TLS)", "tcp", true),
        ] {
            let transports = named_by(text).unwrap();
            let named: Vec<_> = transports.named.iter().map(Protocol::name).collect();
            assert_eq!(named.join(" "), names, "{text}");
            assert_eq!(transports.has_more, has_more, "{text}");
        }
        for text in [
            "",
            "HTTP",
            "not TCP",
            "any",
            "both of them",
            "UDP-Lite",
            "-",
        ] {
            assert_eq!(named_by(text), None, "{text:?}");
        }
    }
}
