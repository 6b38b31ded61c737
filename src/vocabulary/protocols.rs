//! The protocols that a text names: `TCP`, `tcp/udp`, `UDP, TCP`, `TCP and UDP`.

use std::borrow::Cow;

use regex::Regex;

use crate::vocabulary::lists::{self, leading_word};
use crate::vocabulary::{Protocol, Protocols};

/// The protocols that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NamedProtocols {
    /// Which they are.
    pub(crate) protocols: Protocols,
    /// Whether the text says anything else.
    pub(crate) has_more: bool,
}

/// The protocols that a text names; `None` where it names none.
pub(crate) fn named_by(text: &str) -> Option<NamedProtocols> {
    if is_both(text) {
        return Some(NamedProtocols {
            protocols: Protocols::TCP_AND_UDP,
            has_more: false,
        });
    }
    // All their names end so. Most texts are told by this alone.
    let is_end =
        |pair: &[u8]| matches!(pair, [b'c' | b'd' | b't' | b'C' | b'D' | b'T', b'p' | b'P']);
    text.as_bytes().windows(2).any(is_end).then_some(())?;
    if may_deny(text)
        && let Cow::Owned(rest) = denial(text).replace_all(text, " ")
    {
        let has_more = true;
        return named_by(&rest).map(|named| NamedProtocols { has_more, ..named });
    }
    let (mut protocols, mut has_more, mut is_denied) = (Protocols::NONE, false, false);
    let mut words = words(text).peekable();
    while let Some(word) = words.next() {
        let behind = words.peek();
        match protocol(word) {
            Some(_) if is_denied || behind.is_some_and(|it| lists::is_in("denied", it)) => {}
            Some(protocol) => protocols.insert(protocol),
            None => has_more |= !lists::is_in("joining", word),
        }
        is_denied = lists::is_in("denying", word);
    }
    (!protocols.is_empty()).then_some(NamedProtocols {
        protocols,
        has_more,
    })
}

/// Whether the pattern is needed to tell.
fn may_deny(text: &str) -> bool {
    let denies = |behind: &str| {
        let word = leading_word(behind.trim_start());
        word.eq_ignore_ascii_case("no")
            || ["no", "no mark"]
                .iter()
                .any(|list| lists::is_in(list, word))
    };
    text.contains(['~', '✗', '✘', '❌']) || text.split([':', '=', '(']).skip(1).any(denies)
}

/// What denies a protocol within a text: `~~TCP~~ UDP`, `TCP: yes, UDP: no`, `TCP (yes), UDP (no)`, `TCP ✓ UDP ✗`, and
/// `✓ TCP ✗ UDP`, where the marks stand in front.
fn denial(text: &str) -> &'static Regex {
    if text
        .trim_start()
        .starts_with(['✓', '✔', '✅', '✗', '✘', '❌'])
    {
        regex!(r"~~.*?~~|[✗✘❌]\x{FE0F}?\s*(?i-u:tcp|udp|sctp|dccp)")
    } else {
        regex!(
            r"~~.*?~~|(?i-u:tcp|udp|sctp|dccp)(?:\s*[:=]\s*(?i:no|nein|non|false)\b|\s*\((?i:no|nein|non)\)|[\s:=]*[✗✘❌])"
        )
    }
}

/// Whether a text says that both TCP and UDP are meant.
pub(crate) fn is_both(text: &str) -> bool {
    lists::is_in("both", text.trim())
}

/// The protocols that stand at the end of a text: `HTTP (TCP)`, `DNS/UDP`, `DNS (UDP/TCP)`.
pub(crate) fn named_behind(text: &str) -> Option<Protocols> {
    let behind = regex!(
        r"(?xi)(?: [/(\[]\s* (?:tcp|udp|sctp|dccp) (?: (?: \s*[/,;&+]\s* | \s+(?:and|und|et|y|e|or)\s+ ) (?:tcp|udp|sctp|dccp) )*
        | \s (?:tcp|udp|sctp|dccp) (?: \s*/\s* (?:tcp|udp|sctp|dccp) )+ ) (?:\s+only)? \s* [)\]]? $"
    );
    let behind = behind.find(text)?.as_str();
    named_by(behind).map(|named| named.protocols)
}

/// The same, or those among the words of a short text: `Modbus TCP`, `TCP CLI-Shell`; but not `TCP/IP`, or a name
/// that starts with one, such as `TCP Wrappers`.
pub(crate) fn named_beside(text: &str) -> Option<Protocols> {
    let is_short = text.split_whitespace().nth(4).is_none();
    let is_name = || {
        regex!(r"(?i-u)tcp/ip|(?:tcp|udp)[ -]?(?:wrapper|port service|mux|multiplex|offload|dump)")
            .is_match(text)
    };
    let beside = || named_by(text).filter(|_| is_short && !is_name());
    named_behind(text).or_else(|| beside().map(|named| named.protocols))
}

/// The protocol that a word is the name of, in any letter case. `tcp6` is TCP.
pub(crate) fn protocol(word: &str) -> Option<Protocol> {
    Protocol::from_name(word.strip_suffix(['4', '6']).unwrap_or(word))
}

/// How many bytes at the start of a text name protocols that have no ports: those that stand on IP itself as TCP does,
/// by name or number (<https://www.iana.org/assignments/protocol-numbers>). The numbers of ICMP are a type and a code.
pub(crate) fn portless(text: &str) -> usize {
    let behind_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let word = leading_word(text);
    let may_be_portless = if behind_digits.len() == text.len() {
        lists::is_in("portless", word)
    } else {
        behind_digits.trim_start().starts_with(['/', '('])
    };
    if !may_be_portless {
        return 0;
    }
    let pattern = regex!(
        r"(?xi)^(?: (?<icmp>
            icmp (?:v?[46])? \s* types [\s:]+ [0-9]{1,3} (?: (?: \s*[,/&]\s* | \s+and\s+ ) [0-9]{1,3} )+
          | (?: icmp (?:v?[46])? | ipv6-icmp ) \s* [(\[/:]? \s* (?:types?[\s:\#=]*)? (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])
            (?: (?: \s*[/:–-]\s* | [\s,/:]* codes?[\s:\#=]* ) [0-9]{1,3} )? [)\]]?
          | [0-9]{1,3} / [0-9]{1,2} \s* [(\[]? icmp (?:v?[46])? [)\]]?
        ) (?: [^a-z0-9_/-] | $ ) | (?<name> (?: (?: ah | egp | eigrp | esp | gre | icmp | igmp | ipip | ip-in-ip | ipv6-icmp | ospf | pim | rsvp | vrrp )
            (?:v?[2346])? (?: \s* [\s/(:] \s* (?:ip\s+)? (?: prot[a-z]* [\s.:\#]* )? (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) \)? )?
          | ip (?:\s+prot[a-z]*)? (?:\s+(?:ids?|numbers?|nos?\.?|types?))? [\s:\#]+ (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) (?: (?: \s*[,/&]\s* | \s+(?:and|or|und|et)\s+ ) (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) )*
          | prot[a-z]* (?:\s+(?:ids?|numbers?|nos?\.?))? [\s:\#]+ (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) (?: (?: \s*[,/&]\s* | \s+(?:and|or|und|et)\s+ ) (?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9]) )*
          | [0-9]{1,3} \s* \( \s* (?: ah | esp | gre | icmp | igmp | ospf ) \s* \)
        ) ) (?: [^a-z0-9_-] | $ ) )"
    );
    pattern
        .captures(text)
        .and_then(|found| found.name("icmp").or_else(|| found.name("name")))
        .map_or(0, |name| name.end())
}

/// Whether a text names protocols without ports and nothing else.
pub(crate) fn is_portless(text: &str) -> bool {
    let mut rest = text.trim();
    let is_any = !rest.is_empty();
    while !rest.is_empty() {
        match portless(rest) {
            0 => return false,
            end => rest = rest[end..].trim_start_matches([' ', ',', '/', ';', '&']),
        }
    }
    is_any
}

/// Whether a text is the name of a protocol that is none of ours, but has ports, or may stand for any.
pub(crate) fn is_other(text: &str) -> bool {
    lists::is_in("other protocol", text.trim())
}

/// The words of a text. A change between ASCII and other letters parts words, too: `TCP和UDP` is three.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let words = std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| script(c).is_none());
        let first = script(rest.chars().next()?);
        let end = rest.find(|c| script(c) != first).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(word.trim_matches('-'))
    });
    words.filter(|word| !word.is_empty())
}

/// Whether a character of a word is of ASCII; `None` for one that stands between words.
fn script(c: char) -> Option<bool> {
    match c {
        '0'..='9' | 'A'..='Z' | 'a'..='z' | '_' | '-' => Some(true),
        '\0'..='\u{bf}'
        | '\u{2000}'..='\u{206f}'
        | '\u{3000}'..='\u{303f}'
        | '\u{ff00}'..='\u{ffef}' => None,
        _ => Some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::named_by;
    use crate::vocabulary::Protocol;

    /// What names protocols and nothing else is among the cells that state a status.
    #[test]
    fn a_text_may_name_protocols_among_other_words() {
        for text in ["TCP/TLS", "TCP (TPKT/COTP)", "Plain TCP (no TLS)"] {
            let named = named_by(text).unwrap();
            assert!(named.protocols.iter().eq([Protocol::Tcp]), "{text}");
            assert!(named.has_more, "{text}");
        }
        for text in ["HTTP", "not TCP", "any", "both of them", "UDP-Lite", "-"] {
            assert_eq!(named_by(text), None, "{text}");
        }
    }
}
