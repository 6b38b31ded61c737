//! `--merge FILE`: a file of names that is there, such as `/etc/services` → what it has by port and protocol.
//!
//! A services file keeps its lines, because a resolver takes the first of a pair, and gets those that it lacks. The
//! file that nmap comes with keeps its ratios and its other ports, or a scan without `-p` would leave them out, and
//! gets our names.

use std::collections::BTreeMap;

use crate::text::services_line::ServicesLine;
use crate::text::{BadLine, Source, Span, blanked};

/// A file that services go into, which is valid.
#[derive(Debug, PartialEq, Eq)]
pub struct Merge {
    pub(crate) format: MergeFormat,
    pub(crate) source: Source,
}

/// The formats whose files can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeFormat {
    /// services(5).
    Services,
    /// nmap-services.
    Nmap,
}

/// A port and its protocol.
pub(crate) type Pair<'t> = (u16, &'t str);

/// What the file has for a pair.
#[derive(Debug)]
pub(crate) struct Held<'t> {
    /// The first line, which counts.
    pub(crate) line: &'t str,
    /// Where it stands.
    pub(crate) span: Span,
    /// Its name, and of a services file also the aliases and what other lines of the pair say.
    pub(crate) names: Vec<&'t str>,
    /// The ratio of nmap's line.
    pub(crate) ratio: &'t str,
}

impl Merge {
    /// Takes a file.
    ///
    /// # Errors
    ///
    /// A line is none of services(5).
    pub fn read(format: MergeFormat, source: Source) -> Result<Self, BadLine> {
        for (index, line) in source.text().lines().enumerate() {
            ServicesLine::parse(line).map_err(|message| BadLine {
                path: source.path.clone(),
                line: index + 1,
                message,
            })?;
        }
        Ok(Self { format, source })
    }

    /// Its path, as a comment or a command may hold it.
    pub(crate) fn path(&self) -> String {
        blanked(&self.source.path)
    }

    /// What the file has, by port and protocol.
    pub(crate) fn held(&self) -> BTreeMap<Pair<'_>, Held<'_>> {
        let mut held = BTreeMap::new();
        let mut end = 0;
        for whole in self.source.text().split_inclusive('\n') {
            let (start, line) = (end, whole.trim_end_matches(['\r', '\n']));
            end += whole.len();
            let Ok(Some(entry)) = ServicesLine::parse(line) else {
                continue;
            };
            let pair = held.entry((entry.port, entry.protocol));
            let pair = pair.or_insert_with(|| Held {
                line,
                span: start..start + line.len(),
                names: Vec::new(),
                ratio: entry.words.first().unwrap_or(&"0.000000"),
            });
            match self.format {
                MergeFormat::Nmap if !pair.names.is_empty() => {}
                MergeFormat::Nmap => pair.names.push(entry.name),
                MergeFormat::Services => pair.names.extend([&[entry.name], &*entry.words].concat()),
            }
        }
        held
    }
}
