//! Records → the lines that a file of curated names lacks.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dataset::services::in_use;
use crate::dataset::{NameSource, Naming, Record};
use crate::facts::{Line, line_about};
use crate::naming::curated::Names;
use crate::naming::derived::Evidence;

/// A line for each record in use that neither a curated name nor its table names. None for one that has a line which
/// names it for another protocol, or gets one by an edit, and none that would also be about a record which has another name or none: that line
/// would be about nothing then, or rename a record.
pub(crate) fn missing(
    records: &[Record],
    columns: &[impl AsRef<str>],
    names: &Names,
    evidence: &HashMap<usize, Evidence>,
    edited: &HashSet<usize>,
) -> Vec<Line> {
    let has_line = |index: usize, record: &Record| {
        edited.contains(&index) || !names.of(record.ports, &record.description).is_empty()
    };
    // Rows that no line may be about: their table names them, nothing does, or they are alike and have several names.
    let (mut namings, mut pinned) = (HashMap::new(), BTreeSet::new());
    let used = records.iter().enumerate();
    for (_, record) in used.filter(|(index, it)| !in_use(it).is_empty() && !has_line(*index, it)) {
        let row = (record.ports, record.description.as_str());
        let naming = *namings.entry(row).or_insert(&record.naming);
        let is_open = |naming: &Naming| naming.source != NameSource::Stated;
        if *naming != record.naming || !naming.as_ref().is_some_and(is_open) {
            pinned.insert(row);
        }
    }
    let is_settled = |index: usize, record: &Record| {
        let start = record.description.as_str();
        let mut pinned = pinned.range((record.ports, start)..);
        let is_pinned = pinned
            .next()
            .is_some_and(|(ports, text)| *ports == record.ports && text.starts_with(start));
        is_pinned || has_line(index, record)
    };
    let line = |(index, record): (usize, &Record)| {
        let naming = record.naming.as_ref()?;
        let why = match (naming.source, evidence.get(&index)) {
            (NameSource::Curated | NameSource::Stated, _) => return None,
            (NameSource::Derived, Some(evidence)) => format!("derived: {}", evidence.name()),
            (source, _) => source.name().to_owned(),
        };
        let aliases: Vec<_> = naming.aliases.iter().map(ToString::to_string).collect();
        let field = |column: &str| match column {
            "name" => naming.name.to_string(),
            "aliases" => aliases.join(";"),
            "source" => why.clone(),
            _ => String::new(),
        };
        Some((index, line_about(record, columns, field)))
    };
    let open = records.iter().enumerate();
    let open = open.filter(|(index, record)| !is_settled(*index, record));
    open.filter_map(line).collect()
}
