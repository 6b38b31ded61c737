//! Everything around the table: title, source, legend, notes. It claims only what is true of this table.

use std::borrow::Cow;

use super::words::{
    Cited, INFERRED, MERGED, OTHER, RED, Text, address, is_live, linked, references,
};
use crate::dataset::{
    Assignment, Attribution, Basis, Citation, Dataset, NameSource, Record, SourceFile, Status,
    StatusMeaning,
};

/// The title of the page or document, or else the name of the input.
pub(super) fn title(dataset: &Dataset) -> Cow<'_, str> {
    let attribution = dataset.attribution.as_ref();
    let title = attribution.and_then(|from| from.title.as_deref());
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

/// Whose data it is and under which licence, as far as that is known, linked where it can be.
pub(super) fn credit(dataset: &Dataset) -> String {
    let Some(attribution) = &dataset.attribution else {
        return String::new();
    };
    let Attribution {
        title,
        url,
        license,
        revision,
    } = attribution;
    let what = title.as_deref().or(url.as_deref()).unwrap_or("its source");
    let mut credit = format!("From {}", linked(what, url.as_deref(), ""));
    credit.extend(revision.map(|revision| format!(", revision {revision}")));
    if let Some(license) = license {
        let url = attribution.license_url();
        credit.extend([
            ", under ",
            &linked(license, url.as_deref(), " rel=\"license\""),
        ]);
    }
    credit + ". "
}

pub(super) fn share_alike(dataset: &Dataset) -> &'static str {
    match &dataset.attribution {
        Some(from) if from.license.is_some() => "This page is under the same licence. ",
        _ => "",
    }
}

fn assignments(dataset: &Dataset) -> impl Iterator<Item = &Assignment> {
    let records = dataset.records.iter();
    records.flat_map(|record| record.assignments.0.iter().flatten())
}

/// What was done to the data, as the page's licence asks.
pub(super) fn changes(dataset: &Dataset) -> String {
    let records = &dataset.records;
    let is_named = |record: &Record| {
        let naming = record.naming.as_ref();
        naming.is_some_and(|naming| naming.source != NameSource::Stated)
    };
    let done = [
        (
            records.iter().any(|record| record.origin.shifted),
            "moved cells back under their own headers",
        ),
        (
            assignments(dataset).any(|it| it.basis != Basis::Stated),
            "filled in the blank cells marked = or ≈",
        ),
        (records.iter().any(is_named), "chose service names"),
    ];
    let done: Vec<_> = done.iter().filter(|(is, _)| *is).map(|it| it.1).collect();
    match &done[..] {
        [] => String::new(),
        [one] => format!("portconv {one}."),
        [first, last] => format!("portconv {first} and {last}."),
        [first @ .., last] => format!("portconv {}, and {last}.", first.join(", ")),
    }
}

/// The lowest and the highest port of the records.
fn covered(dataset: &Dataset) -> Option<(u16, u16)> {
    let first = dataset.records.iter().map(|it| it.ports.first()).min()?;
    let last = dataset.records.iter().map(|it| it.ports.last()).max()?;
    Some((first, last))
}

/// What distinguishes this table's browser tab from others.
pub(super) fn tab_range(dataset: &Dataset) -> String {
    let range = covered(dataset);
    range.map_or_else(String::new, |(first, last)| format!(", {first}–{last}"))
}

/// Which ports the table covers.
pub(super) fn range(dataset: &Dataset) -> String {
    covered(dataset).map_or_else(String::new, |(first, last)| {
        format!("<b>Ports {first} to {last}</b>, {}. ", count(dataset))
    })
}

pub(super) fn count(dataset: &Dataset) -> String {
    match dataset.records.len() {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

/// What each status and mark in the table means.
pub(super) fn legend(dataset: &Dataset, cited: &Cited<'_>) -> String {
    let any = |is: fn(&Assignment) -> bool| assignments(dataset).any(is);
    let mut links = dataset.records.iter().flat_map(|record| &record.links);
    let marks = [
        (
            any(|it| matches!(it.status, Status::Other(_))),
            "<span class=\"other\">other</span>",
            OTHER,
        ),
        (any(|it| it.basis == Basis::Merged), "= merged", MERGED),
        (
            any(|it| it.basis == Basis::Inferred),
            "≈ inferred",
            INFERRED,
        ),
        (
            links.any(|link| link.missing),
            "<span class=\"red\">red link</span>",
            RED,
        ),
    ];
    let status = |it: &StatusMeaning| {
        let StatusMeaning {
            status,
            meaning,
            citations,
        } = it;
        let (class, meaning, notes) = (Text(status), Text(meaning), references(cited, citations));
        format!("<dt class=\"{class}\">{class}</dt><dd>{meaning}{notes}</dd>\n")
    };
    let mut terms: String = dataset.statuses.iter().map(status).collect();
    let marks = marks.iter().filter(|(is, ..)| *is);
    terms.extend(marks.map(|(_, term, words)| format!("<dt>{term}</dt><dd>{words}</dd>\n")));
    if terms.is_empty() {
        return terms;
    }
    format!(
        "<details id=\"legend\">\n<summary>Meaning of the statuses and marks</summary>\n<dl>\n{terms}</dl>\n</details>\n"
    )
}

/// The footnotes that say more than an address.
pub(super) fn notes(dataset: &Dataset) -> String {
    let note = |(number, citation): (usize, &Citation)| {
        let Citation { id, url, text } = citation;
        let url = match url.as_deref() {
            Some(url) if is_live(url) => format!(" <a href=\"{0}\">{0}</a>", Text(url)),
            Some(url) => format!(" {}", Text(url)),
            None => String::new(),
        };
        let text = Text(text.as_deref().unwrap_or(id));
        format!("<li id=\"c{number}\" value=\"{number}\">{text}{url}</li>\n")
    };
    let notes = (1..).zip(&dataset.citations);
    let notes = notes.filter(|(_, citation)| address(citation).is_none());
    let notes: String = notes.map(note).collect();
    if notes.is_empty() {
        return notes;
    }
    format!("<h2>Notes</h2>\n<ol>\n{notes}</ol>\n")
}

pub(super) fn source_file(source: &SourceFile) -> String {
    let SourceFile { path, sha256 } = source;
    let path = Text(path);
    format!("<dt>{path}</dt><dd><code>sha256 {sha256}</code></dd>\n")
}
