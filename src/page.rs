//! The page that every input is a state of: its attribution, and what its relative links mean.

use std::borrow::Cow;

/// The title of the page.
pub const TITLE: &str = "List of TCP and UDP port numbers";
/// The page.
pub const URL: &str = "https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers";
/// The licence of its text, as an SPDX identifier.
pub const LICENSE: &str = "CC-BY-SA-4.0";
/// The text of the licence.
pub const LICENSE_URL: &str = "https://creativecommons.org/licenses/by-sa/4.0/";
/// What is made of the page, in a sentence.
pub const DESCRIPTION: &str =
    "TCP, UDP, SCTP and DCCP port numbers as Wikipedia lists them, made by portconv.";

const ORIGIN: &str = "https://en.wikipedia.org";

/// An absolute URL for a link of the page (RFC 3986 §4.2: the forms that wikis and converters write).
#[must_use]
pub fn resolve(url: Cow<'_, str>) -> Cow<'_, str> {
    if url.contains(char::is_whitespace) {
        let words: Vec<_> = url.split_whitespace().collect();
        return resolve(words.join("%20").into()).into_owned().into();
    }
    if url.starts_with("//") {
        format!("https:{url}").into()
    } else if url.starts_with('/') {
        format!("{ORIGIN}{url}").into()
    } else if url.starts_with('#') {
        format!("{URL}{url}").into()
    } else if let Some(name) = url.strip_prefix("./") {
        format!("{ORIGIN}/wiki/{name}").into()
    } else {
        url
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn relative_links_lead_to_the_wiki() {
        for (written, absolute) in [
            ("/wiki/Telnet", "https://en.wikipedia.org/wiki/Telnet"),
            ("./Telnet", "https://en.wikipedia.org/wiki/Telnet"),
            ("//example.org/a", "https://example.org/a"),
            (
                "#cite_note-6",
                "https://en.wikipedia.org/wiki/List_of_TCP_and_UDP_port_numbers#cite_note-6",
            ),
            ("http://example.org/a", "http://example.org/a"),
            ("mailto:a@example.org", "mailto:a@example.org"),
        ] {
            assert_eq!(resolve(written.into()), absolute);
        }
    }
}
