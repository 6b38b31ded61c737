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
    let mut given = given.clone();
    let parts = [&mut given.title, &mut given.url, &mut given.license];
    for part in parts.into_iter().flatten() {
        *part = blanked(part);
    }
    given
}

/// The attribution of inputs: what was given, or else the page's if one of them comes from the page.
pub(crate) fn of_inputs<'t>(
    texts: impl Iterator<Item = &'t str> + Clone,
    given: &Attribution,
) -> Option<Attribution> {
    let is_of_page = texts.clone().any(is_of_page);
    let part = |given: &Option<String>, of_page: &str| {
        let of_page = is_of_page.then(|| of_page.to_owned());
        given.clone().or(of_page).filter(|part| !part.is_empty())
    };
    // Inputs may contradict each other.
    let mut revisions = texts.filter_map(revision);
    let of_inputs = revisions
        .next()
        .filter(|first| revisions.all(|it| it == *first));
    let from = Attribution {
        title: part(&given.title, TITLE),
        url: part(&given.url, URL),
        license: part(&given.license, LICENSE),
        revision: given.revision.or(of_inputs),
    };
    let is_known = from.title.is_some() || from.url.is_some() || from.license.is_some();
    is_known.then_some(from)
}

/// The revision that a page of Wikipedia's REST interface (Parsoid's HTML) states.
fn revision(text: &str) -> Option<u64> {
    if !text.contains("/Special:Redirect/revision/") {
        return None;
    }
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
    fn new(address: &'b str) -> Self {
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
    address.map(Base::new)
}

/// True if a text comes from the page.
fn is_of_page(text: &str) -> bool {
    let links_itself = || {
        let mut behind = text.split("List_of_TCP_and_UDP_port_numbers").skip(1);
        let marks = ["#cite_", "&action=", "&amp;action=", "&oldid="];
        behind.any(|behind| marks.iter().any(|mark| behind.starts_with(mark)))
    };
    let cites = || regex!(r#"[("<]\#cite_note-|\{\{[Uu]nofficial(?:\}\}|\|)"#).is_match(text);
    let has_title = || {
        regex!(
            r#"(?mx)
            (?: ^\s*\#[\#\ ]*[\[*_]* | <(?:title|h1)(?:[^<\n]|<[^/\n])* | ^\s*title:\s*["']* )
              List\ of\ TCP\ and\ UDP\ port\ numbers
            | ^\s* List\ of\ TCP\ and\ UDP\ port\ numbers [\ \t\r]* \n (?:==|--)"#
        )
        .is_match(text)
    };
    links_itself()
        || text.contains("Unofficial") && cites()
        || text.contains("List of TCP and UDP port numbers") && has_title()
}

/// An absolute URL for a link, in the forms that wikis and converters write (RFC 3986 §4.2). Without a base, relative
/// links stay as they are.
pub(crate) fn resolve(url: &str, base: Option<Base<'_>>) -> String {
    if url.contains(char::is_whitespace) {
        let words: Vec<_> = url.split_whitespace().collect();
        return resolve(&words.join("%20"), base);
    }
    let (before, url) = match (url.as_bytes(), base) {
        ([b'/', b'/', ..], _) => ("https:", url),
        ([b'/', ..], Some(base)) => (base.origin, url),
        ([b'#', ..], Some(base)) => (base.page, url),
        ([b'.', b'/', ..], Some(base)) => (base.folder, &url[1..]),
        (_, None) if url.starts_with("/wiki/") || url.starts_with("/w/index.php?") => (ORIGIN, url),
        _ => ("", url),
    };
    [before, url].concat()
}
