//! A description → a name, where no list has one.

use crate::dataset::{ServiceName, slug};

/// A name for what a description describes, or `None` where it has no words for it.
///
/// In this order: a word in front that is written as a name is (`compressnet (Management Utility)`,
/// `efs, extended file name server`); the abbreviation in parentheses (`Domain Name System (DNS)`);
/// the first words.
pub(super) fn name(description: &str) -> Option<ServiceName> {
    leading_name(description)
        .or_else(|| abbreviation(description))
        .or_else(|| first_words(description))
}

/// A word in front of a parenthesis, a comma or the end, unless it is a plain capitalised word.
fn leading_name(description: &str) -> Option<ServiceName> {
    let end = description
        .find([' ', ',', ';', '/'])
        .unwrap_or(description.len());
    let (word, rest) = description.split_at(end);
    let stands_apart = rest.is_empty() || rest.starts_with([',', ';']) || rest.starts_with(" (");
    if stands_apart {
        ServiceName::respelled(word)
    } else {
        None
    }
}

/// The abbreviation in the first parenthesis: capitals and digits, perhaps with words behind.
fn abbreviation(description: &str) -> Option<ServiceName> {
    let (_, inner) = description.split_once('(')?;
    let end = inner.find([')', ',', ';', ' '])?;
    let word = &inner[..end];
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    if capitals * 2 > word.len() && word.len() > 1 {
        ServiceName::respelled(word)
    } else {
        None
    }
}

/// As many of the first words as a name holds, without those that say nothing.
fn first_words(description: &str) -> Option<ServiceName> {
    const EMPTY: [&str; 14] = [
        "a", "an", "and", "for", "in", "of", "on", "over", "the", "to", "used", "by", "protocol",
        "service",
    ];
    let clause = description
        .find(['(', ',', ';', '.', ':', '—'])
        .unwrap_or(description.len());
    let mut name = String::new();
    for word in description[..clause].split(' ').map(slug) {
        let longer = if name.is_empty() {
            word.clone()
        } else {
            format!("{name}-{word}")
        };
        if word.is_empty() || EMPTY.contains(&word.as_str()) {
            continue;
        }
        if longer.len() > ServiceName::MAX_LENGTH {
            break;
        }
        name = longer;
    }
    if name.is_empty() {
        name = slug(description)
            .chars()
            .take(ServiceName::MAX_LENGTH)
            .collect();
    }
    ServiceName::new(name.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_derived_from_descriptions() {
        let derived = |description| name(description).map(|name| name.to_string());
        for (description, expected) in [
            ("compressnet (Management Utility)", "compressnet"),
            (
                "kerberos_master, Kerberos authentication",
                "kerberos-master",
            ),
            ("Domain Name System (DNS)", "dns"),
            (
                "Distributed Mail System Protocol (DMSP, sometimes referred to as Pcmail)",
                "dmsp",
            ),
            ("Telnet protocol—unencrypted text communications", "telnet"),
            ("Wake-on-LAN", "wake-on-lan"),
            ("Adobe Flash", "adobe-flash"),
            ("The Onion Router", "onion-router"),
            ("Supercalifragilisticexpialidocious", "supercalifragil"),
            (
                "Palo Alto Networks' Panorama High Availability",
                "palo-alto",
            ),
        ] {
            assert_eq!(derived(description).as_deref(), Some(expected));
        }
        for description in ["", "—", "1993", "日本"] {
            assert_eq!(derived(description), None, "{description:?}");
        }
    }
}
