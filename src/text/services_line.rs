//! A line of a services(5) file, in the forms that libraries, nmap and Wireshark read.

/// `domain 53/udp dns # Domain Name Server`
#[derive(Debug)]
pub(crate) struct ServicesLine<'t> {
    /// The name, in any spelling.
    pub(crate) name: &'t str,
    pub(crate) port: u16,
    /// The protocol, as written.
    pub(crate) protocol: &'t str,
    /// The words behind: aliases, or nmap's ratio.
    pub(crate) words: Vec<&'t str>,
    /// What stands behind `#`; may be blank.
    pub(crate) comment: &'t str,
}

impl<'t> ServicesLine<'t> {
    /// Reads a line; `None` for one without a service, such as a comment.
    ///
    /// # Errors
    ///
    /// It is no such line; the error says so.
    pub(crate) fn parse(line: &'t str) -> Result<Option<Self>, String> {
        let line = line.trim_start_matches('\u{feff}');
        if regex!(r"^\s*(?:#|$)").is_match(line) {
            return Ok(None);
        }
        let parts =
            regex!(r"^\s*([^\s#]+)\s+([0-9]+)/([^\s#]+)(?:\s+([^#]*))?(?:#(.*))?$").captures(line);
        let bad = || format!("not a line of services(5): {line:?}");
        let parts = parts.ok_or_else(bad)?;
        let part = |at| parts.get(at).map_or("", |part| part.as_str());
        Ok(Some(Self {
            name: part(1),
            port: part(2).parse().map_err(|_| bad())?,
            protocol: part(3),
            words: part(4).split_whitespace().collect(),
            comment: part(5).trim(),
        }))
    }

    /// nmap's ratio.
    pub(crate) fn ratio(&self) -> Option<&'t str> {
        let first = self.words.first()?;
        regex!(r"^[0-9]+[./][0-9]+$")
            .is_match(first)
            .then_some(*first)
    }
}
