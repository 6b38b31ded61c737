//! What stands around the table: title, source, legend, notes. It claims only what is true of this table.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use super::words::{
    Cited, INFERRED, MERGED, OTHER, RED, Text, address, is_live, linked, write_citations,
};
use crate::dataset::{
    Attribution, Basis, Citation, Dataset, NameSource, Record, SourceFile, Status, StatusMeaning,
};

/// The title of the page or document, else the inputs.
pub(super) fn title(dataset: &Dataset) -> Cow<'_, str> {
    let title = dataset
        .attribution
        .as_ref()
        .and_then(|from| from.title.as_deref());
    match (title, &dataset.sources[..]) {
        (Some(title), _) => title.into(),
        (None, [source]) if &*source.path != "-" => {
            let name = source.path.rsplit('/').next().unwrap_or_default();
            format!("Ports in {name}").into()
        }
        (None, [] | [_]) => "Ports".into(),
        (None, sources) => format!("Ports in {} files", sources.len()).into(),
    }
}

/// Whose data it is.
pub(super) fn credit(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    let Some(attribution) = &dataset.attribution else {
        return Ok(());
    };
    f.write_str("From ")?;
    from(attribution, f)?;
    f.write_str(". ")
}

pub(super) fn share_alike(dataset: &Dataset) -> &'static str {
    match &dataset.attribution {
        Some(from) if from.license.is_some() => "This page is under the same licence. ",
        _ => "",
    }
}

/// What was done to the data, as the licence of the page wants to be told.
pub(super) fn changes(dataset: &Dataset) -> String {
    let records = || dataset.records.iter();
    let mut bases = records().flat_map(|r| r.assignments.0.iter().flatten().map(|a| a.basis));
    let is_named = |record: &Record| {
        record
            .naming
            .as_ref()
            .is_some_and(|naming| naming.source != NameSource::Stated)
    };
    let done = [
        (
            records().any(|r| r.origin.shifted),
            "put back the cells that had moved under other headers",
        ),
        (
            bases.any(|basis| basis != Basis::Stated),
            "filled in the blank cells marked = or ≈",
        ),
        (records().any(is_named), "chose service names"),
    ];
    let done: Vec<_> = done
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, what)| *what)
        .collect();
    match &done[..] {
        [] => String::new(),
        [one] => format!("portconv {one}."),
        [first, last] => format!("portconv {first} and {last}."),
        [first @ .., last] => format!("portconv {}, and {last}.", first.join(", ")),
    }
}

/// Where the data is from and under which licence, as far as that is known, linked where it can be.
fn from(attribution: &Attribution, f: &mut Formatter<'_>) -> fmt::Result {
    let Attribution {
        title,
        url,
        license,
        revision,
    } = attribution;
    let what = title.as_deref().or(url.as_deref()).unwrap_or("its source");
    linked(what, url.as_deref(), "", f)?;
    if let Some(revision) = revision {
        write!(f, ", revision {revision}")?;
    }
    if let Some(license) = license {
        f.write_str(", under ")?;
        let url = attribution.license_url();
        linked(license, url.as_deref(), " rel=\"license\"", f)?;
    }
    Ok(())
}

/// The lowest and the highest port of the records.
fn covered(dataset: &Dataset) -> Option<(u16, u16)> {
    let first = dataset.records.iter().map(|r| r.ports.first()).min()?;
    let last = dataset.records.iter().map(|r| r.ports.last()).max()?;
    Some((first, last))
}

/// What tells a tab of this table from one of another.
pub(super) fn tab_range(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    covered(dataset).map_or(Ok(()), |(first, last)| write!(f, ", {first}–{last}"))
}

/// The first thing that is said: which ports this is about.
pub(super) fn range(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    covered(dataset).map_or(Ok(()), |(first, last)| {
        let rows = dataset.records.len();
        write!(f, "<b>Ports {first} to {last}</b>, {rows} rows. ")
    })
}

/// What each status and each mark of the table means, in sentences.
pub(super) fn legend(dataset: &Dataset, cited: &Cited<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let assignments = || {
        dataset
            .records
            .iter()
            .flat_map(|r| r.assignments.0.iter().flatten())
    };
    let has = |basis| assignments().any(|a| a.basis == basis);
    let mut links = dataset.records.iter().flat_map(|record| &record.links);
    let marks = [
        (
            assignments().any(|a| matches!(a.status, Status::Other(_))),
            "<span class=\"other\">other</span>",
            OTHER,
        ),
        (has(Basis::Merged), "= merged", MERGED),
        (has(Basis::Inferred), "≈ inferred", INFERRED),
        (
            links.any(|link| link.missing),
            "<span class=\"red\">red link</span>",
            RED,
        ),
    ];
    let marks: Vec<_> = marks.iter().filter(|(is, ..)| *is).collect();
    if dataset.statuses.is_empty() && marks.is_empty() {
        return Ok(());
    }
    f.write_str(
        "<details id=\"legend\">\n<summary>What the words and marks mean</summary>\n<dl>\n",
    )?;
    for StatusMeaning {
        status,
        meaning,
        citations,
    } in &dataset.statuses
    {
        let (class, meaning) = (Text(status), Text(meaning));
        write!(f, "<dt class=\"{class}\">{class}</dt><dd>{meaning}")?;
        write_citations(cited, citations, f)?;
        f.write_str("</dd>\n")?;
    }
    for (_, term, sentence) in marks {
        writeln!(f, "<dt>{term}</dt><dd>{sentence}</dd>")?;
    }
    f.write_str("</dl>\n</details>\n")
}

/// The footnotes that say more than an address.
pub(super) fn notes(dataset: &Dataset, f: &mut Formatter<'_>) -> fmt::Result {
    let notes = || {
        (1..)
            .zip(&dataset.citations)
            .filter(|(_, c)| address(c).is_none())
    };
    if notes().next().is_none() {
        return Ok(());
    }
    f.write_str("<h2>Notes</h2>\n<ol>\n")?;
    for (number, Citation { id, url, text }) in notes() {
        write!(f, "<li id=\"c{number}\" value=\"{number}\">")?;
        write!(f, "{}", Text(text.as_deref().unwrap_or(id)))?;
        match url.as_deref() {
            Some(url) if is_live(url) => write!(f, " <a href=\"{0}\">{0}</a>", Text(url))?,
            Some(url) => write!(f, " {}", Text(url))?,
            None => {}
        }
        f.write_str("</li>\n")?;
    }
    f.write_str("</ol>\n")
}

pub(super) fn source_file(source: &SourceFile, f: &mut Formatter<'_>) -> fmt::Result {
    let SourceFile { path, sha256 } = source;
    let path = Text(path);
    writeln!(f, "<dt>{path}</dt><dd><code>sha256 {sha256}</code></dd>")
}
