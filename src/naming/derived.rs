//! A description → names for the service, where no list has one.
//!
//! ```text
//! Extensible Messaging and Presence Protocol (XMPP) client connection → xmpp, xmpp-client
//! Certificate management over CMS                                    → certificate-cms
//! ```
//!
//! In this order:
//!
//! 1. a word in front that stands apart: `compressnet (Management Utility)`, `nim, IBM AIX …`;
//! 2. the abbreviation in the first parenthesis: `Domain Name System (DNS)`;
//! 3. the proper name in front, as far as its words fit: `MongoDB daemon process`;
//! 4. the first words.
//!
//! Words that say nothing (`used for`, `default port`) are passed over, a common word (`system`) is no name
//! by itself, and no word is cut. The first name is the shortest; the others have more of the words behind,
//! for where it is taken.

use crate::dataset::{ServiceName, slug};

/// Words that are passed over in a name.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "a", "after", "all", "also", "alternate", "alternative", "an", "and", "any", "are", "as", "at",
    "be", "before", "between", "built", "by", "can", "common", "commonly", "default", "e", "early",
    "eg", "etc", "first", "fixed", "for", "formerly", "found", "from", "g", "has", "historically",
    "i", "ie", "implementations", "in", "into", "is", "it", "its", "like", "list", "listening",
    "longer", "many", "may", "most", "new", "no", "not", "number", "of", "official", "officially",
    "often", "old", "older", "on", "or", "originally", "other", "over", "port", "ports", "possibly",
    "previously", "protocol", "protocols", "range", "registered", "same", "see", "service",
    "services", "since", "some", "sometimes", "standard", "such", "than", "that", "the", "their",
    "these", "this", "though", "through", "to", "typical", "typically", "unassigned", "unofficial",
    "unofficially", "until", "up", "usage", "use", "used", "uses", "using", "usually", "various",
    "version", "versions", "via", "was", "when", "where", "which", "while", "will", "with",
];

/// Words that may stand in a name, but are none by themselves.
#[rustfmt::skip]
const COMMON: &[&str] = &[
    "access", "admin", "administration", "agent", "api", "application", "applications", "audio",
    "authentication", "backup", "basic", "bridge", "broadcast", "center", "certificate", "channel",
    "chat", "client", "clients", "cluster", "code", "command", "communication", "communications",
    "computer", "computing", "configuration", "connection", "connections", "console", "content",
    "control", "core", "daemon", "data", "database", "debug", "deployment", "device", "devices",
    "direct", "discovery", "distributed", "domain", "dynamic", "engine", "enterprise",
    "environment", "event", "events", "exchange", "extended", "extension", "external", "file",
    "files", "framework", "free", "game", "games", "gateway", "general", "global", "group", "high",
    "host", "hosts", "identity", "implementation", "information", "installation", "instant",
    "integrated", "interface", "internal", "internet", "job", "key", "library", "license", "link",
    "listener", "listening", "live", "local", "locator", "log", "login", "machine", "mail", "main",
    "manage", "management", "manager", "master", "media", "memory", "message", "messages",
    "messaging", "microsoft", "mobile", "mode", "module", "monitor", "monitoring", "multicast",
    "multimedia", "multiplayer", "name", "names", "network", "networks", "node", "notification",
    "object", "online", "open", "operating", "operations", "output", "page", "paging", "peer",
    "peer-to-peer", "performance", "phone", "plain", "platform", "point", "policy", "pool", "print",
    "printer", "private", "process", "processes", "program", "proxy", "public", "query", "queue",
    "real", "real-time", "receive", "registration", "registry", "remote", "replication", "report",
    "request", "reserved", "resource", "response", "routing", "scanner", "script", "search",
    "secure", "security", "send", "server", "servers", "service", "session", "share", "sharing",
    "simple", "simulation", "site", "socket", "software", "source", "speed", "ssl", "standard",
    "statistics", "status", "storage", "stream", "streaming", "suite", "support", "sync", "system",
    "systems", "table", "task", "tcp", "terminal", "test", "text", "time", "tls", "tool", "tools",
    "traffic", "transfer", "transport", "tunnel", "udp", "unit", "universal", "update", "updates",
    "upload", "utility", "video", "view", "virtual", "visual", "voice", "web", "wide", "windows",
    "wireless", "work", "worker", "zone",
];

/// Abbreviations that name no service: where it runs, or who says so.
const NO_SERVICES: &[&str] = &[
    "rfc", "tcp", "udp", "sctp", "dccp", "ip", "iana", "ietf", "os", "pc", "uk", "us", "usa",
    "ssl", "tls",
];

/// How many bytes of a description are read for names. What is behind would never get into one.
const READ: usize = 2000;

/// Whether a word says little by itself.
pub(super) fn is_common(word: &str) -> bool {
    is_filler(word) || COMMON.binary_search(&word).is_ok()
}

fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// Names of at most so many characters for what a description describes, the best one first. Empty where
/// it has no words for it.
pub(super) fn names(description: &str, length: usize) -> Vec<ServiceName> {
    let description = beginning(description);
    let words = words(clause(description));
    let mut names = Vec::from_iter(leading_name(description));
    let mut others = sentence(description);
    match abbreviation(description, &words) {
        Some((name, behind)) => {
            add_longer(name, self::words(clause(behind)), &mut names);
            others = sentence(behind);
        }
        None => add_words(&words, length, &mut names),
    }
    add_others(self::words(others), &mut names);
    names.retain(|name| name.as_str().len() <= length);
    names
}

/// The abbreviation that people know a described service by: `DNS` of the Domain Name System.
pub(super) fn acronym(description: &str) -> Option<ServiceName> {
    let description = beginning(description);
    let words = words(clause(description));
    abbreviation(description, &words).map(|(name, _)| name)
}

fn beginning(description: &str) -> &str {
    &description[..description.floor_char_boundary(READ)]
}

/// A word in front of a parenthesis, a comma or the end.
fn leading_name(description: &str) -> Option<ServiceName> {
    let end = description
        .find([' ', ',', ';', '/', ':'])
        .unwrap_or(description.len());
    let (word, rest) = description.split_at(end);
    let stands_apart = rest.is_empty()
        || rest.starts_with([',', ';'])
        || rest.starts_with(" (")
        || rest.starts_with(": ");
    ServiceName::respelled(word).filter(|name| stands_apart && !is_common(name.as_str()))
}

/// The abbreviation in a parenthesis behind what it stands for, and what follows the parenthesis. Behind
/// a name it is none of that name: `DarkComet remote administration tool (RAT)`.
fn abbreviation<'d>(
    description: &'d str,
    words: &[(String, bool)],
) -> Option<(ServiceName, &'d str)> {
    let (before, behind) = description.split_at_checked(clause(description).len())?;
    let (inner, behind) = behind.strip_prefix('(')?.split_once(')')?;
    let word = inner.split([',', ';']).next()?.trim();
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    let name =
        ServiceName::respelled(word).filter(|_| capitals * 2 > word.len() && word.len() > 1)?;
    let mut letters = before.chars();
    let mut is_in_them = |letter: char| letters.any(|other| other.eq_ignore_ascii_case(&letter));
    let is_title = words.iter().all(|(_, is_proper)| *is_proper);
    let is_plain = words.iter().all(|(word, _)| is_common(word));
    let stands_for_it = (is_title || is_plain)
        && word
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .all(&mut is_in_them);
    let names_a_service = name
        .as_str()
        .split('-')
        .any(|part| !NO_SERVICES.contains(&part));
    (stands_for_it && names_a_service).then_some((name, behind.trim_start()))
}

/// The text up to the first mark that ends a thought.
fn clause(text: &str) -> &str {
    let text = sentence(text);
    let marks = ['(', '[', ',', ';', '—', '–'];
    let end = text.find(marks).unwrap_or(text.len());
    let colon = text.find(": ").unwrap_or(text.len());
    &text[..end.min(colon)]
}

fn sentence(text: &str) -> &str {
    &text[..text.find(". ").unwrap_or(text.len())]
}

/// The words of a clause, without fillers unless there are no others; and whether each is written as a
/// proper name is. A word too long for a name is taken apart at its hyphens.
fn words(clause: &str) -> Vec<(String, bool)> {
    let mut words = Vec::new();
    for word in clause.split(|c: char| c.is_whitespace() || "/:;,()[]—–".contains(c)) {
        let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
        let stem = stem.unwrap_or(word);
        let is_proper = stem.contains(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let word = slug(stem);
        if word.len() > ServiceName::MAX_LENGTH {
            words.extend(word.split('-').map(|part| (part.to_owned(), is_proper)));
        } else if !word.is_empty() {
            words.push((word, is_proper));
        }
    }
    if words.iter().any(|(word, _)| !is_filler(word)) {
        words.retain(|(word, _)| !is_filler(word));
    }
    words
}

/// The name, then with each of the words behind it that fit.
fn add_longer(name: ServiceName, behind: Vec<(String, bool)>, names: &mut Vec<ServiceName>) {
    names.push(name);
    let mut longer = name;
    for (word, _) in behind {
        if let Some(name) = ServiceName::new(&joined(longer.as_str(), &word)) {
            longer = name;
            names.push(name);
        }
    }
}

/// The proper name in front, else the first words; then with more words.
fn add_words(words: &[(String, bool)], length: usize, names: &mut Vec<ServiceName>) {
    let proper = words.iter().take_while(|(_, is_proper)| *is_proper).count();
    let (mut name, mut says_something) = (String::new(), false);
    let mut found = Vec::new();
    for (at, (word, _)) in words.iter().enumerate() {
        if name.split('-').any(|known| known == word) {
            continue;
        }
        let longer = joined(&name, word);
        if longer.len() <= length {
            name = longer;
        } else if says_something {
            break;
        } else if !is_common(word) && word.len() <= length && !name.contains('-') {
            // The word before says nothing.
            name.clone_from(word);
        } else {
            continue;
        }
        says_something |= !is_common(word);
        if says_something && at + 1 >= proper {
            found.extend(ServiceName::new(&name));
        }
    }
    if found.is_empty() && !says_something && !name.contains('-') {
        name.push_str("-svc");
    }
    if found.is_empty() {
        found.extend(ServiceName::new(&name));
    }
    if proper == 0 {
        // In words of one kind, more of them say more.
        found.reverse();
    }
    names.extend(found);
}

/// The first word of the best name with each of the other words, where that word says something.
fn add_others(words: Vec<(String, bool)>, names: &mut Vec<ServiceName>) {
    let first = names.first().map(ServiceName::as_str);
    let mut first = first.unwrap_or_default().split('-').map(str::to_owned);
    let Some(stem) = first.next().filter(|stem| !is_common(stem)) else {
        return;
    };
    let known: Vec<_> = first.collect();
    let others = words
        .into_iter()
        .filter(|(word, _)| *word != stem && !known.contains(word) && !is_number(word));
    names.extend(others.filter_map(|(word, _)| ServiceName::new(&joined(&stem, &word))));
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

fn joined(name: &str, word: &str) -> String {
    if name.is_empty() {
        word.to_owned()
    } else {
        format!("{name}-{word}")
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, FILLERS, names};
    use crate::dataset::ServiceName;

    fn derived(description: &str) -> Vec<String> {
        names(description, ServiceName::MAX_LENGTH)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_lists_of_words_are_sorted() {
        assert!(FILLERS.is_sorted() && COMMON.is_sorted());
    }

    #[test]
    fn names_are_derived_from_descriptions() {
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
            (
                "Palo Alto Networks' Panorama High Availability",
                "palo-alto",
            ),
            ("SOCKS proxy", "socks"),
            ("Metasploit's default listener port", "metasploit"),
            ("MongoDB daemon process", "mongodb"),
            (
                "Microsoft SQL Server database management system",
                "microsoft-sql",
            ),
            ("Certificate management over CMS", "certificate-cms"),
            ("Range from which Apple's iChat sends", "apple-ichat"),
            ("Default port for Foo", "foo"),
            ("Quake 3 Arena game server", "quake-3-arena"),
            ("Oracle (RFC 1234)", "oracle"),
            ("System", "system-svc"),
            ("Name server", "name-server"),
            ("Registered port", "registered-port"),
            ("Supercalifragilisticexpialidocious umbrella", "umbrella"),
            ("DarkComet remote administration tool (RAT)", "darkcomet"),
            ("Microsoft SharePoint authoring environment", "sharepoint"),
            ("Windows Server Update Services over HTTP", "windows-server"),
            ("systemd-journal-gatewayd", "systemd-journal"),
            ("1C:Enterprise server agent", "1c-enterprise"),
        ] {
            assert_eq!(
                derived(description).first().map(String::as_str),
                Some(expected)
            );
        }
        for description in [
            "",
            "—",
            "1993",
            "日本",
            "Supercalifragilisticexpialidocious",
        ] {
            assert_eq!(derived(description), [""; 0], "{description:?}");
        }
    }

    #[test]
    fn longer_names_serve_where_the_first_is_taken() {
        let xmpp = "Extensible Messaging and Presence Protocol (XMPP) client connection";
        assert_eq!(derived(xmpp)[..2], ["xmpp", "xmpp-client"]);
        assert_eq!(
            derived("MongoDB daemon process")[..2],
            ["mongodb", "mongodb-daemon"]
        );
    }
}
