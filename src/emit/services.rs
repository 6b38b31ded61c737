//! `services`: a services(5) file that every resolver reads alike.
//!
//! One line for each port and protocol, because some readers take the first line of a pair and some the
//! last; lower case, because Go finds nothing else; from the first column, because musl skips an indented
//! line; comments end before byte 127, because musl takes the rest for another line. Columns as in
//! Debian's file: name, port and protocol, aliases, comment.

use std::borrow::Cow;

use super::Listed;
use crate::dataset::merge::{Merge, MergeFormat, Pair};
use crate::dataset::{Dataset, Service, ServiceName};
use crate::text::blanked;

pub(super) static FORMAT: Listed = Listed::new(
    "services",
    "services",
    "an /etc/services file, for resolvers",
    |dataset| Ok(text(dataset).into_bytes()),
)
.by_default();

fn text(dataset: &Dataset) -> String {
    let merge = dataset.merge(MergeFormat::Services);
    let held = merge.map(Merge::held).unwrap_or_default();
    let is_new = |it: &&Service| !held.contains_key(&(it.port, it.protocol.name()));
    let lines = dataset.services.iter().filter(is_new);
    let lines: String = lines.map(|service| line(dataset, service)).collect();
    match merge {
        None => {
            header(
                dataset,
                "services",
                "services(5): names of TCP, UDP, SCTP and DCCP ports",
            ) + &lines
        }
        Some(merge) => merged(dataset, "services", merge, &lines, |_| false),
    }
}

/// A file with our lines added to it, some of which replace its own.
pub(super) fn merged(
    dataset: &Dataset,
    format: &str,
    merge: &Merge,
    lines: &str,
    replaces: impl Fn(Pair<'_>) -> bool,
) -> String {
    let format = format!("{format} --merge {}", quoted(&merge.path()));
    let title = "Added by portconv. The next --merge replaces these lines, down to END.";
    merge.with(&header(dataset, &format, title), lines, replaces)
}

/// The comment in front: what this is, from what, under which licence, and how to make it again.
pub(super) fn header(dataset: &Dataset, format: &str, title: &str) -> String {
    let again = match recipe(dataset).join(" \\\n#     ") {
        recipe if recipe.is_empty() => recipe,
        recipe => format!(" Make it again with:\n#   portconv --format {format} {recipe}"),
    };
    let sources = dataset.sources.iter();
    let sources = sources.map(|it| format!("# {} sha256 {}\n", blanked(&it.path), it.sha256));
    let (from, sources) = (from(dataset), sources.collect::<String>());
    format!("# {title}\n#\n# Made by portconv; do not edit.{again}\n#\n{from}{sources}\n")
}

/// The arguments that make the dataset again, as a shell takes them.
pub(super) fn recipe(dataset: &Dataset) -> Vec<String> {
    let words = dataset.recipe.iter();
    words.map(|word| quoted(&blanked(word))).collect()
}

/// Whose data it is. Where nobody says, no licence is claimed.
fn from(dataset: &Dataset) -> String {
    let from = dataset.attribution.clone().unwrap_or_default();
    let title = from.title.map(|title| format!("{title:?}"));
    let revision = from.revision.map(|revision| format!("revision {revision}"));
    let parts = [title, from.url, revision].into_iter().flatten();
    let parts: Vec<_> = parts.collect();
    let source = (!parts.is_empty()).then(|| format!("From {}", parts.join(", ")));
    let license = from.license.map(|license| format!("Licence: {license}"));
    let line = |text: String| format!("# {}\n", blanked(&text));
    source.into_iter().chain(license).map(line).collect()
}

/// A word as a shell takes it (POSIX, Shell Command Language §2.2.2).
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/.-_+,=:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The most bytes of a line, its end not counted: musl reads 127 at a time.
const MAX_LINE: usize = 126;

fn line(dataset: &Dataset, service: &Service) -> String {
    let pair = format!("{}/{}", service.port, service.protocol.name());
    let aliases = joined(&service.aliases, " ", "");
    let line = format!("{:<15} {pair:<15}{aliases:<16}", service.name);
    let about = about(dataset, service);
    let comment = comment(&about, MAX_LINE.saturating_sub(line.len()));
    (line + &comment).trim_end().to_owned() + "\n"
}

/// Aliases, with this before and behind each.
pub(super) fn joined(aliases: &[ServiceName], before: &str, behind: &str) -> String {
    aliases
        .iter()
        .flat_map(|alias| [before, alias.as_str(), behind])
        .collect()
}

/// The description of a service, and where its range ends if only its first port is named.
pub(super) fn about<'d>(dataset: &'d Dataset, service: &Service) -> Cow<'d, str> {
    let description = &dataset.records[service.record].description;
    match service.last_port {
        last if last == service.port => description.into(),
        last => format!("to {last}: {description}").into(),
    }
}

/// ` # ` and the description, or as many of its words as there is room for: readers have buffers, and
/// take the rest for another line.
pub(super) fn comment(description: &str, room: usize) -> String {
    const CUT: &str = " …";
    let mut comment = format!(" # {}", blanked(description));
    if comment.len() > room {
        let fits = |&(at, _): &(usize, &str)| at + CUT.len() <= room;
        let end = comment.match_indices(' ').take_while(fits).last();
        comment.truncate(end.map_or(0, |(at, _)| at));
        comment.push_str(CUT);
    }
    if !comment.contains(char::is_alphanumeric) {
        comment.clear();
    }
    comment
}
