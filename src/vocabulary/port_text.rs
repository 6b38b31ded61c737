//! How ports are written: what a port cell may start with, its usual way of writing, and what can stand in it.

use std::borrow::Cow;

use regex::Regex;

use crate::limits;
use crate::vocabulary::{Protocols, lists, protocols};

/// Whether a port cell can start like this: with a number or a sign, a host and a colon, or one of the words that stand
/// in front of ports.
pub(super) fn may_open_ports(text: &str) -> bool {
    let behind_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if behind_digits.len() < text.len()
        && behind_digits.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return protocols::protocol(lists::leading_word(behind_digits)).is_some();
    }
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let word = lists::leading_word(text);
    word.is_empty()
        || ["before ports", "portless"]
            .iter()
            .any(|list| lists::is_in(list, word))
        || text.trim_start_matches(is_host).starts_with(':')
}

/// A text in the usual way of writing: digits of ASCII for those of other scripts, of `${WEB_PORT:-443}` the port that it
/// stands for by default, and a dash in a range of iptables and in one in words.
pub(super) fn usual(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if !text.is_ascii() {
        let digit = |c: char| {
            let zeros = ['０', '٠', '۰', '०'].into_iter();
            let mut digits = zeros.map(|zero| (c as u32).wrapping_sub(zero as u32));
            char::from_digit(digits.find(|&digit| digit < 10)?, 10)
        };
        if text.contains(|c| digit(c).is_some()) {
            text = text.chars().map(|c| digit(c).unwrap_or(c)).collect();
        }
    }
    if text.contains('$') {
        text = rewritten(
            text,
            regex!(r"\$\{[A-Za-z_][0-9A-Za-z_]*:?-([0-9]+)\}"),
            "$1",
        );
    }
    // From any port: `* / 443`. A schedule is written `*/5`.
    if text.starts_with('*') {
        text = rewritten(text, regex!(r"^\*\s+/\s+([0-9].*)$"), "$1");
    }
    if text.contains(':') {
        let destinations = regex!(r"(?i-u)(?:^|\s)dpts:([0-9]+):([0-9]+)$");
        text = rewritten(text, destinations, " $1-$2");
        let range = regex!(r"(?i-u)^((?:(?:tcp|udp|sctp|dccp)\s+|\s)?[0-9]+):(65535\b)");
        text = rewritten(text, range, "$1-$2");
    }
    if text.contains(|c: char| c.is_ascii_alphabetic()) {
        let between = regex!(
            r"(?xi)(?: (?: an? | any | the | random | dynamic | ephemeral | free | high | unprivileged | ports? | numbers?
            | range | in ) \s+ )* (?:between|zwischen|entre) \s+ ([0-9]+) \s+ (?:and|und|et|y|e|-|–) \s+ ([0-9]+)"
        );
        text = rewritten(text, between, "$1-$2");
        // As access lists write it.
        let range = regex!(r"(?i-u)^range\s+([0-9]+)\s+([0-9]+)$");
        text = rewritten(text, range, "$1-$2");
    }
    text
}

/// A text with all that matches a pattern replaced.
pub(crate) fn rewritten<'t>(text: Cow<'t, str>, way: &Regex, usual: &str) -> Cow<'t, str> {
    let changed = match way.replace_all(&text, usual) {
        Cow::Owned(changed) => Some(changed),
        Cow::Borrowed(_) => None,
    };
    changed.map_or(text, Cow::Owned)
}

/// As much of the rest of a cell as what stands next can take: to search all of it for each port of a long list would
/// take quadratic time.
pub(super) fn start_of(rest: &str) -> &str {
    let closing = [')', ']', '）'];
    let parenthesis = rest
        .starts_with(['(', '[', '（'])
        .then(|| rest.find(closing));
    let end = match parenthesis {
        Some(closing) => closing.map_or(rest.len(), |at| at + '）'.len_utf8()),
        None => limits::TOKEN_OF_PORTS,
    };
    &rest[..rest.floor_char_boundary(end.max(limits::TOKEN_OF_PORTS))]
}

/// What can stand next in a port cell but words: a group for each kind, in order.
pub(super) fn token_pattern() -> &'static Regex {
    regex!(
        r"(?xi)^(?:
        (?<protocols> (?:tcp|udp|sctp|dccp)(?:[46](?-u:\b))?
            (?: (?: \s*[/,+&;|、，]\s* | \s+(?:and|und|et|y|or|oder)\s+ | \s+ | 和 | 及 | と )
                (?:tcp|udp|sctp|dccp)(?:[46](?-u:\b))? )*
        ) (?: (?<led> \s*[:\#_–—-]\s* ) [0-9] | [^a-z_\-] | -[^a-z] | $ )
        | (?<and> (?:and|und|et|y|e|и|or|oder|ou|o|i|ve|og|och|en|plus|или|oraz|lub|ja|та|і|și|samt|sowie|và)\s+ | [和及或と및与與과와] \s* ) (?: [0-9] | (?:tcp|udp|sctp|dccp|ports?)(?-u:\b) )
        | (?<over> (?:over|via|per|using)\s+ ) (?:tcp|udp|sctp|dccp)(?-u:\b)
        | (?<port> (?:default|from|von|de|del|desde|da|dal|du|od|van|från|с|从|從|range|protocol|ports?) (?:\s+(?:numbers?|nos?|range))? [.:\#\s]* ) (?: [^a-z] | tcp | udp | $ )
        | (?: (?<host> (?: [a-z]+ :// )? (?: [0-9]+(?:\.[0-9]+){3} | \[[^\]\s]*\] | :: | \* | [a-z][0-9A-Za-z_.-]* ) ) :\s? )?
          (?<first> [0-9]+ )
          (?: \s* (?: -{1,3} | [‐‑‒–—―−－~〜～…至到] | \.{2,3} | から | 부터
                | (?:(?:up\s)?to|through|thru|bis|à|a|al|até|do|hasta|tot|t/m|till|až|s/d|đến|έως|până\sla|до|по)\s ) \s* (?<last> [0-9]+ ) )?
          (?: (?: : | (?:/(?<inner_protocol>tcp|udp|sctp|dccp))? \s* (?: ->|=>|→|⇒ ) \s* ) (?: (?<outer_host> [0-9]+(?:\.[0-9]+){3} ) : )?
              (?<inner_first> [0-9]+ ) (?: [-–] (?<inner_last> [0-9]+ ) )? )?
          (?: (?<open> \+ | \s+(?:(?:and|or)\s+)?(?:above|up|upwards?|higher|greater) | \s*(?:以上|以降|이상) ) \s* (?: [,;/(] | $ )
              | (?: [^a-z0-9.] | \.(?:[^0-9]|$) | tcp | udp | sctp | dccp | $ ) )
        | [(\[（] (?<inner> [^)\]）]* ) (?<closing> [)\]）]? )
        | (?<bound> (?: [<>]=? | [≤≥] ) \s* [0-9]+ (?: /(?:tcp|udp|sctp|dccp) )? ) (?: [^a-z0-9] | $ )
        | (?<more> (?: … | \.\.\. | etc(?-u:\b)\.? ) \s* $ )
        | (?<sign> [,;/&|+、，；·•]\s* )
        | (?<blank> \s+ | -(?:p|-publish|-expose)[\s=]+ )
        | (?<before> [:\#]\s* )
        | (?<behind> [*†‡§¹²³⁰⁴-⁹\p{So}\x{FE0F}]+ (?:[0-9]{1,2}(?-u:\b))? | \^[0-9a-z,]{1,3}\^ | \.(?:\s|$) )
        )"
    )
}

/// The protocols that a text names.
pub(super) fn named_in(text: &str) -> Protocols {
    protocols::named_by(text).map_or(Protocols::NONE, |named| named.protocols)
}
