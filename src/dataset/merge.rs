//! `--merge FILE`: a file of names that is there, such as `/etc/services` → the same file with a block of our lines.
//!
//! Ours stand between two marks, so that the next run puts others in their place. In a services file they stand at the
//! end, for the ports that it lacks: the system relies on its names. In the file that nmap comes with they stand at the
//! start, and its own lines for the same ports become comments, until a run has none for them: nmap complains about two
//! lines for a port. Ours have its ratios, or a scan without `-p` would leave their ports out.

use std::collections::{BTreeMap, HashMap};

use super::Dataset;
use crate::diagnostic::{Code, Report};
use crate::text::services_line::ServicesLine;
use crate::text::{BadLine, Source, Span, blanked};

/// A file that services go into, which is valid.
#[derive(Debug, PartialEq, Eq)]
pub struct Merge {
    pub(crate) format: MergeFormat,
    pub(crate) source: Source,
    /// What earlier runs put there.
    blocks: Vec<Span>,
}

/// The formats whose files can be merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeFormat {
    /// services(5).
    Services,
    /// nmap-services.
    Nmap,
}

const BEGIN: &str = "# BEGIN portconv\n";
const END: &str = "# END portconv\n";

/// What stands before a line that one of ours replaces.
const REPLACED: &str = "# portconv: ";

/// No default scan of nmap picks a port with it.
pub(crate) const NO_RATIO: &str = "0.000000";

/// A port and its protocol.
pub(crate) type Pair<'t> = (u16, &'t str);

/// What the file has for a pair.
#[derive(Debug)]
pub(crate) struct Held<'t> {
    /// Where the first line stands, which counts.
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
    /// A line is none of services(5), a block has no end, or the file is one of the other format.
    pub fn read(format: MergeFormat, source: Source) -> Result<Self, BadLine> {
        let text = source.text();
        let bad = |at, message| BadLine {
            path: source.path.clone(),
            line: source.line(at),
            message,
        };
        let blocks = regex!(r"(?ms)^# BEGIN portconv\r?$.*?^# END portconv(?:\r?\n|\z)");
        let blocks: Vec<_> = blocks.find_iter(text).map(|block| block.range()).collect();
        let (mut first, mut ratio) = (None, None);
        for Line { span, text, .. } in own_lines(text, &blocks) {
            let other = match text {
                "# BEGIN portconv" => Some("ends"),
                "# END portconv" => Some("begins"),
                _ => None,
            };
            if let Some(other) = other {
                let message = format!("{text:?} without the line that {other} the block");
                return Err(bad(span.start, message));
            }
            let entry = ServicesLine::parse(text).map_err(|message| bad(span.start, message))?;
            if let Some(entry) = entry {
                ratio = ratio.or(entry.ratio());
                first.get_or_insert(span.start);
            }
        }
        let other = match (format, ratio) {
            (MergeFormat::Services, Some(_)) => {
                "an nmap file, since it has ratios: use --format nmap"
            }
            (MergeFormat::Nmap, None) => {
                "not an nmap file, since it has no ratios: use --format services"
            }
            _ => "",
        };
        match first {
            Some(first) if !other.is_empty() => Err(bad(first, other.to_owned())),
            _ => Ok(Self {
                format,
                source,
                blocks,
            }),
        }
    }

    /// Its path, as a comment or a command may hold it.
    pub(crate) fn path(&self) -> String {
        blanked(&self.source.path)
    }

    /// What the file has, by port and protocol.
    pub(crate) fn held(&self) -> BTreeMap<Pair<'_>, Held<'_>> {
        let mut held = BTreeMap::new();
        for Line { span, text, .. } in own_lines(self.source.text(), &self.blocks) {
            let Ok(Some(entry)) = ServicesLine::parse(text) else {
                continue;
            };
            let pair = held.entry((entry.port, entry.protocol));
            let pair = pair.or_insert_with(|| Held {
                span,
                names: Vec::new(),
                ratio: entry.ratio().unwrap_or(NO_RATIO),
            });
            match self.format {
                MergeFormat::Nmap if !pair.names.is_empty() => {}
                MergeFormat::Nmap => pair.names.push(entry.name),
                MergeFormat::Services => pair.names.extend([&[entry.name], &*entry.words].concat()),
            }
        }
        held
    }

    /// The file with a block in place of those of earlier runs: a header and lines, which replace the file's own for some
    /// ports. Without lines there is no block.
    pub(crate) fn with(
        &self,
        header: &str,
        lines: &str,
        replaces: impl Fn(Pair<'_>) -> bool,
    ) -> String {
        let (mut own, mut place) = (String::new(), None);
        let first = self.blocks.first().map(|block| block.start);
        for line in own_lines(self.source.text(), &self.blocks) {
            if first.is_some_and(|first| first < line.span.start) {
                place.get_or_insert(own.len());
            }
            let entry = ServicesLine::parse(line.text).ok().flatten();
            if entry.is_some_and(|entry| replaces((entry.port, entry.protocol))) {
                own.push_str(REPLACED);
            }
            own.extend([line.text, line.end]);
        }
        if lines.is_empty() {
            return own;
        }
        let (place, blank_before, blank_behind) = match (first, self.format) {
            (Some(_), _) => (place.unwrap_or(own.len()), "", ""),
            (None, MergeFormat::Nmap) => (0, "", "\n"),
            (None, MergeFormat::Services) if own.ends_with('\n') => (own.len(), "\n", ""),
            (None, MergeFormat::Services) => (own.len(), "\n\n", ""),
        };
        let (before, behind) = own.split_at(place);
        let added = [blank_before, BEGIN, header, lines, END, blank_behind].concat();
        let added = added.replace('\n', self.source.line_end());
        [before, &added, behind].concat()
    }

    /// Reports the services that the file calls something else. A services file keeps its names, in nmap's file ours
    /// stand.
    pub(crate) fn report_clashes(&self, dataset: &Dataset, report: &mut Report<'_>) {
        let held = self.held();
        let mut ports: HashMap<&str, (u16, &str, &Span)> = HashMap::new();
        for ((port, protocol), pair) in &held {
            for name in &pair.names {
                ports.entry(name).or_insert((*port, protocol, &pair.span));
            }
        }
        for service in &dataset.services {
            let (port, protocol, name) = (service.port, service.protocol.name(), service.name);
            let held = held.get(&(port, protocol));
            let theirs = held.and_then(|held| held.names.first()).unwrap_or(&"");
            let is_known =
                |held: &Held<'_>| service.names().any(|it| held.names.contains(&it.as_str()));
            let (code, span, message) = match (held, self.format) {
                (Some(held), _) if is_known(held) => continue,
                (Some(held), MergeFormat::Services) => (
                    Code::MergeClash,
                    &held.span,
                    format!("{port}/{protocol} keeps the name {theirs}; the table calls it {name}"),
                ),
                (Some(held), MergeFormat::Nmap) if *theirs != "unknown" => (
                    Code::MergeRename,
                    &held.span,
                    format!("{port}/{protocol} is renamed from {theirs} to {name}"),
                ),
                (None, MergeFormat::Services) => {
                    let taken = service.names().find_map(|name| {
                        let (their_port, theirs, span) = *ports.get(name.as_str())?;
                        (their_port != port).then(|| (span, format!("{name} stays {their_port}/{theirs}; the table has it at {port}/{protocol}")))
                    });
                    let Some((span, message)) = taken else {
                        continue;
                    };
                    (Code::MergeClash, span, message)
                }
                _ => continue,
            };
            report.push(code, span.clone(), message);
        }
    }
}

/// A line of the file itself.
struct Line<'t> {
    /// Where it stands, without its end.
    span: Span,
    /// What it was before a run made it a comment.
    text: &'t str,
    end: &'t str,
}

/// The lines of a text that are in no block.
fn own_lines<'t>(text: &'t str, blocks: &[Span]) -> impl Iterator<Item = Line<'t>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').map(move |whole| {
        let line = whole.trim_end_matches(['\r', '\n']);
        let span = start..start + line.len();
        start += whole.len();
        let text = line.strip_prefix(REPLACED).unwrap_or(line);
        let end = &whole[line.len()..];
        Line { span, text, end }
    });
    lines.filter(|line| !blocks.iter().any(|block| block.contains(&line.span.start)))
}
