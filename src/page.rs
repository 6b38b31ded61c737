//! Where the data of an input comes from, and what its relative links are resolved against.
//!
//! Other tables must not get the title, address and licence of the page, so an input counts as the page only if it
//! says so itself:
//!
//! - a citation leads to the page's list of references (`…/List_of_TCP_and_UDP_port_numbers#cite_note-6`),
//! - a link edits the page or leads to an old state of it (`title=List_of_…&action=edit`, `&oldid=1`),
//! - its title is the page's (`# List of TCP and UDP port numbers`, `<title>List of … - Wikipedia</title>`),
//! - or citations are relative (`#cite_note-6`), as in text copied out of a wiki, and the statuses are the page's,
//! - or it is source of a wiki with the page's own template for a status (`{{Unofficial}}`).
//!
//! A link to the page as a whole proves nothing: any table may contain one.

use std::borrow::Cow;

use crate::dataset::Attribution;
use crate::text::blanked;

/// The title of the page.
pub(crate) const TITLE: &str = "List of TCP and UDP port numbers";
/// The page.
pub(crate) const URL: &str = "https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers";
/// The licence of its text, as an SPDX identifier.
pub(crate) const LICENSE: &str = "CC-BY-SA-4.0";

/// The origin of wiki links if nothing is known about the input.
const ORIGIN: &str = "https://en.wikipedia.org";

/// What was given, without control characters.
pub(crate) fn harmless(given: &Attribution) -> Attribution {
    let part = |part: &Option<String>| part.as_deref().map(blanked);
    Attribution {
        title: part(&given.title),
        url: part(&given.url),
        license: part(&given.license),
        revision: given.revision,
    }
}

/// The attribution of inputs: what was given, or else the page's if one of them comes from the page.
pub(crate) fn attribution<'t>(
    texts: impl Iterator<Item = &'t str> + Clone,
    given: &Attribution,
) -> Option<Attribution> {
    let of_page = texts.clone().any(is_of_page);
    let part = |given: &Option<String>, pages: &str| {
        let part = given.clone().or_else(|| of_page.then(|| pages.to_owned()));
        part.filter(|part| !part.is_empty())
    };
    let Attribution {
        title,
        url,
        license,
        revision,
    } = given;
    let mut attribution = Attribution {
        title: part(title, TITLE),
        url: part(url, URL),
        license: part(license, LICENSE),
        revision: None,
    };
    if attribution == Attribution::default() {
        return None;
    }
    attribution.revision = revision.or_else(|| one_revision(texts));
    Some(attribution)
}

/// The revision that the inputs state, if they do not contradict each other.
fn one_revision<'t>(texts: impl Iterator<Item = &'t str>) -> Option<u64> {
    let mut revisions = texts.filter_map(revision);
    let first = revisions.next()?;
    revisions.all(|other| other == first).then_some(first)
}

/// The revision that a page of Wikipedia's REST interface (Parsoid's HTML) states.
fn revision(text: &str) -> Option<u64> {
    let states = regex!(
        r#"(?i)<html\s(?:[^>]*\s)?about=["'][^"'>]*/Special:Redirect/revision/([0-9]{1,19})["']"#
    );
    states.captures(text)?[1].parse().ok()
}

/// What relative links are resolved against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base<'b> {
    /// The address of the page, without query and fragment.
    page: &'b str,
    /// The address of its folder, without the slash at the end.
    folder: &'b str,
    /// Scheme and host.
    origin: &'b str,
}

impl<'b> Base<'b> {
    /// The base of links on the page at an address.
    fn of(address: &'b str) -> Self {
        let page = address.split(['#', '?']).next().unwrap_or(address);
        let path = page.find("://").map_or(0, |at| at + 3);
        let up_to = |slash: Option<usize>| slash.map_or(page, |at| &page[..path + at]);
        Self {
            page,
            folder: up_to(page[path..].rfind('/')),
            origin: up_to(page[path..].find('/')),
        }
    }
}

/// The base of an input's relative links; `None` if it is not known.
pub(crate) fn base<'b>(text: &str, given: &'b Attribution) -> Option<Base<'b>> {
    let given = given.url.as_deref().filter(|url| !url.is_empty());
    let address = given.or_else(|| is_of_page(text).then_some(URL));
    address.map(Base::of)
}

/// True if a text comes from the page.
fn is_of_page(text: &str) -> bool {
    let says_so = regex!(
        r#"(?mx)
        List_of_TCP_and_UDP_port_numbers (?: \#cite_ | &(?:amp;)?action= | &oldid= )
        | (?: ^\s*\#[\#\ ]*[\[*_]* | <(?:title|h1)(?:[^<\n]|<[^/\n])* | ^\s*title:\s*["']* )
            List\ of\ TCP\ and\ UDP\ port\ numbers
        | ^\s* List\ of\ TCP\ and\ UDP\ port\ numbers [\ \t\r]* \n (?:==|--)"#
    );
    let cites = regex!(r#"[("<]\#cite_note-|\{\{[Uu]nofficial(?:\}\}|\|)"#);
    says_so.is_match(text) || text.contains("Unofficial") && cites.is_match(text)
}

/// An absolute URL for a link, in the forms that wikis and converters write (RFC 3986 §4.2). Without a base, relative
/// links stay as they are.
#[must_use]
pub(crate) fn resolve<'u>(url: Cow<'u, str>, base: Option<Base<'_>>) -> Cow<'u, str> {
    if url.contains(char::is_whitespace) {
        let words: Vec<_> = url.split_whitespace().collect();
        return resolve(words.join("%20").into(), base).into_owned().into();
    }
    match (url.as_bytes(), base) {
        ([b'/', b'/', ..], _) => ["https:", &url].concat().into(),
        ([b'/', ..], Some(base)) => [base.origin, &url].concat().into(),
        ([b'#', ..], Some(base)) => [base.page, &url].concat().into(),
        ([b'.', b'/', ..], Some(base)) => [base.folder, &url[1..]].concat().into(),
        (_, None) if url.starts_with("/wiki/") || url.starts_with("/w/index.php?") => {
            [ORIGIN, &url].concat().into()
        }
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, URL, attribution, is_of_page, resolve, revision};
    use crate::dataset::Attribution;

    #[test]
    fn relative_links_start_from_the_address() {
        let table = [
            (URL, "/wiki/Telnet", "https://en.wikipedia.org/wiki/Telnet"),
            (URL, "./Telnet", "https://en.wikipedia.org/wiki/Telnet"),
            (URL, "//example.org/a", "https://example.org/a"),
            (URL, "http://example.org/a", "http://example.org/a"),
            (URL, "mailto:a@example.org", "mailto:a@example.org"),
            ("https://example.org/a/b?c#d", "/e", "https://example.org/e"),
            (
                "https://example.org/a/b?c#d",
                "./e",
                "https://example.org/a/e",
            ),
            (
                "https://example.org/a/b#d",
                "#e",
                "https://example.org/a/b#e",
            ),
            ("https://example.org", "/e", "https://example.org/e"),
            ("https://example.org", "./e", "https://example.org/e"),
        ];
        for (base, written, absolute) in table {
            assert_eq!(resolve(written.into(), Some(Base::of(base))), absolute);
        }
    }

    #[test]
    fn without_an_address_only_links_to_the_wiki_become_absolute() {
        let wiki = resolve("/wiki/Telnet".into(), None);
        assert_eq!(wiki, "https://en.wikipedia.org/wiki/Telnet");
        for written in ["/docs/telnet", "#notes", "./Telnet"] {
            assert_eq!(resolve(written.into(), None), written);
        }
    }

    #[test]
    fn the_page_is_known_by_what_it_says() {
        for text in [
            "a[[6]](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6)",
            "[^1]: https://en.m.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6",
            "<a href=\"./List_of_TCP_and_UDP_port_numbers#cite_note-6\">",
            "[edit](/w/index.php?title=List_of_TCP_and_UDP_port_numbers&action=edit&section=1)",
            "intro\n\n# List of TCP and UDP port numbers\n",
            "# [List of TCP and UDP port numbers](https://en.wikipedia.org/wiki/X)\n",
            "List of TCP and UDP port numbers\n======\n",
            "<head><title>List of TCP and UDP port numbers - Wikipedia</title>",
            "<h1 class=\"a\"><span>List of TCP and UDP port numbers</span></h1>",
            "---\ntitle: \"List of TCP and UDP port numbers\"\n---\n",
            "| 7 | Unofficial | Echo[[6]](#cite_note-6) |",
        ] {
            assert!(is_of_page(text), "{text}");
        }
    }

    #[test]
    fn a_link_to_the_page_does_not_make_a_table_the_pages() {
        for text in [
            "See the [List of TCP and UDP port numbers](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers).",
            "- List of TCP and UDP port numbers",
            "# Ports\n\nTaken over from the List of TCP and UDP port numbers.",
            "[ports](https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#Well-known_ports)",
            "| 22 | Yes | [SSH](https://en.wikipedia.org/wiki/Secure_Shell) |",
            "| 7 | Ja | Echo[[6]](#cite_note-6) |",
            "<p><b>See</b> List of TCP and UDP port numbers",
            "",
        ] {
            assert!(!is_of_page(text), "{text}");
        }
    }

    #[test]
    fn a_page_of_parsoid_states_its_revision() {
        let about = "about=\"https://en.wikipedia.org/wiki/Special:Redirect/revision/1300000000\"";
        assert_eq!(
            revision(&format!("<!DOCTYPE html>\n<html lang=en {about}>")),
            Some(1_300_000_000)
        );
        for text in [
            format!("<p>&lt;html {about}>"),
            format!("<html><section {about}>"),
            "<html about=\"https://en.wikipedia.org/wiki/Special:Redirect/revision/x\">".to_owned(),
            "<html data-about=\"/Special:Redirect/page/7\">".to_owned(),
        ] {
            assert_eq!(revision(&text), None, "{text}");
        }
    }

    #[test]
    fn what_is_given_counts_before_the_page() {
        let page = "# List of TCP and UDP port numbers\n";
        let given = Attribution {
            title: Some("Ours".to_owned()),
            license: Some(String::new()),
            ..Attribution::default()
        };
        let both = attribution([page].into_iter(), &given).unwrap();
        assert_eq!(both.title.as_deref(), Some("Ours"));
        assert_eq!(both.url.as_deref(), Some(URL));
        assert_eq!(both.license, None);
        let nothing = Attribution::default();
        assert_eq!(attribution(["# Ports\n"].into_iter(), &nothing), None);
    }
}
