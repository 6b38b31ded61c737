//! `services`: a services(5) file that every resolver reads alike.
//!
//! One line for each port and protocol, because some readers take the first line of a pair and some the
//! last; lower case, because Go finds nothing else; from the first column, because musl skips an indented
//! line; comments end before byte 127, because musl takes the rest for another line. Columns as in
//! Debian's file: name, port and protocol, aliases, comment.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::Write as _;

use super::{EmitError, Format, Listed, Out};
use crate::dataset::merge::{Merge, MergeFormat};
use crate::dataset::{Attribution, Dataset, Record, Service};

pub(super) static FORMAT: Listed = Listed::new(
    Format::new(
        "services",
        "services",
        "an /etc/services file, for resolvers",
    )
    .by_default(),
    write,
);

fn write(dataset: &Dataset, out: &mut Out<'_>) -> Result<(), EmitError> {
    let merge = dataset.merge(MergeFormat::Services);
    let held = merge.map(Merge::held).unwrap_or_default();
    let mut added = String::new();
    for service in &dataset.services {
        if !held.contains_key(&(service.port, service.protocol.name())) {
            line(dataset, service, &mut added)?;
        }
    }
    let text = match merge {
        None => {
            let title = "services(5): names of TCP, UDP, SCTP and DCCP ports";
            header(dataset, "services", title)? + &added
        }
        Some(merge) => {
            let header = merged_header(dataset, "services", merge)?;
            merge.with(&header, &added, |_| false)
        }
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// The comment in front of what is added to a file.
pub(super) fn merged_header(
    dataset: &Dataset,
    format: &str,
    merge: &Merge,
) -> Result<String, fmt::Error> {
    let format = format!("{format} --merge {}", quoted(&merge.path()));
    header(
        dataset,
        &format,
        "Added by portconv. The next --merge replaces these lines, down to END.",
    )
}

/// The comment in front: what this is, from what, under which licence, and how to make it again.
pub(super) fn header(dataset: &Dataset, format: &str, title: &str) -> Result<String, fmt::Error> {
    let paths: Vec<_> = dataset
        .sources
        .iter()
        .map(|source| one_line(&source.path))
        .collect();
    let mut text = format!("# {title}\n#\n# Made by portconv; do not edit.");
    if !dataset.recipe.is_empty() {
        let recipe = recipe(dataset).join(" \\\n#     ");
        write!(
            text,
            " Make it again with:\n#   portconv --format {format} {recipe}"
        )?;
    }
    text.push_str("\n#\n");
    from(dataset, &mut text)?;
    for (path, source) in paths.iter().zip(&dataset.sources) {
        writeln!(text, "# {path} sha256 {}", source.sha256)?;
    }
    text.push('\n');
    Ok(text)
}

/// The arguments that make the dataset again, as a shell takes them.
pub(super) fn recipe(dataset: &Dataset) -> Vec<String> {
    let words = dataset.recipe.iter();
    words.map(|word| quoted(&one_line(word))).collect()
}

/// Whose data it is. Where nobody says, no licence is claimed.
fn from(dataset: &Dataset, text: &mut String) -> fmt::Result {
    let Some(Attribution {
        title,
        url,
        license,
        revision,
    }) = &dataset.attribution
    else {
        return Ok(());
    };
    let title = title.as_ref().map(|title| format!("{title:?}"));
    let revision = revision.map(|revision| format!("revision {revision}"));
    let parts = title.iter().chain(url).chain(&revision);
    let from: Vec<_> = parts.map(|part| one_line(part)).collect();
    if !from.is_empty() {
        writeln!(text, "# From {}", from.join(", "))?;
    }
    if let Some(license) = license {
        writeln!(text, "# Licence: {}", one_line(license))?;
    }
    Ok(())
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

fn line(dataset: &Dataset, service: &Service, text: &mut String) -> fmt::Result {
    let Service {
        port,
        last_port: _,
        protocol,
        name,
        aliases,
        record,
    } = service;
    let start = text.len();
    let pair = format!("{port}/{}", protocol.name());
    write!(text, "{name:<15} {pair:<15}")?;
    let mut listed = String::new();
    for alias in aliases {
        listed.push(' ');
        listed.push_str(alias.as_str());
    }
    write!(text, "{listed:<16}")?;
    let room = MAX_LINE.saturating_sub(text.len() - start);
    text.push_str(&comment(&about(service, &dataset.records[*record]), room));
    text.truncate(text.trim_end().len());
    text.push('\n');
    Ok(())
}

/// The description of a service, and where its range ends if only its first port is named.
pub(super) fn about<'d>(service: &Service, record: &'d Record) -> Cow<'d, str> {
    let description = &record.description;
    match service.last_port {
        last if last == service.port => description.into(),
        last => format!("to {last}: {description}").into(),
    }
}

/// ` # ` and the description, or as many of its words as there is room for: readers have buffers, and
/// take the rest for another line.
pub(super) fn comment(description: &str, room: usize) -> String {
    const CUT: &str = " …";
    let mut comment = format!(" # {}", one_line(description));
    if comment.len() > room {
        let fits = |&(at, _): &(usize, &str)| at + CUT.len() <= room;
        let end = comment.match_indices(' ').take_while(fits).last();
        comment.truncate(end.map_or(0, |(at, _)| at));
        comment.push_str(CUT);
    }
    let says_something = comment.contains(char::is_alphanumeric);
    if says_something {
        comment
    } else {
        String::new()
    }
}

/// A text that cannot end the line it stands in.
pub(super) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}
