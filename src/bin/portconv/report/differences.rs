//! The differences between two datasets as text, Markdown or JSON.

use portconv::diff::{Change, Differences};
use serde::Serialize;
use serde_json::{Value, json};

use crate::escape;

/// One line for each change.
pub(crate) fn text(differences: &Differences) -> String {
    let changes = differences.changes.iter();
    let lines: Vec<_> = changes.map(line).collect();
    lines
        .iter()
        .map(|it| ["  ", &escape::line(it), "\n"].concat())
        .collect()
}

/// `+` added, `-` removed, else `key  field: old → new`.
pub(crate) fn line(change: &Change) -> String {
    match change {
        Change::Added { key, title } => format!("+ {key}  {title:?}"),
        Change::Removed { key, title } => format!("- {key}  {title:?}"),
        Change::Renamed { key, old, new } => format!("{key}  service renamed: {old} → {new}"),
        Change::ServiceRemoved { key, title, name } => {
            format!("- {key}  {title:?}  service removed: {name}")
        }
        Change::Changed {
            key,
            field,
            old,
            new,
        } => format!("{key}  {field}: {old} → {new}"),
    }
}

/// A table for a change log or a pull request, with breaking changes first.
pub(crate) fn markdown(differences: &Differences) -> String {
    let changes = differences.changes.iter();
    let (breaking, others): (Vec<_>, Vec<_>) = changes.partition(|change| change.breaks_names());
    match (breaking.is_empty(), others.is_empty()) {
        (true, true) => "No difference.\n".to_owned(),
        (true, false) => table(&others),
        (false, is_all) => {
            let title = "Services that were renamed or removed (a configuration that uses the old name breaks):";
            let others = if is_all {
                String::new()
            } else {
                format!("\nOther changes:\n\n{}", table(&others))
            };
            format!("{title}\n\n{}{others}", table(&breaking))
        }
    }
}

fn table(changes: &[&Change]) -> String {
    let none = String::new;
    let row = |change: &&Change| {
        let (key, field, old, new) = match change {
            Change::Added { key, title } => (key, "added", none(), title.clone()),
            Change::Removed { key, title } => (key, "removed", title.clone(), none()),
            Change::Renamed { key, old, new } => (key, "name", old.clone(), new.clone()),
            Change::ServiceRemoved { key, title, name } => {
                (key, "removed", format!("{name}: {title}"), none())
            }
            Change::Changed {
                key,
                field,
                old,
                new,
            } => (key, field.as_str(), plain(old), plain(new)),
        };
        let [key, old, new] = [key, &old, &new].map(|text| escape::markdown_cell(text));
        format!("| {key} | {} | {old} | {new} |\n", field_name(field))
    };
    let rows: String = changes.iter().map(row).collect();
    format!("| record | field | old | new |\n|---|---|---|---|\n{rows}")
}

/// One line for each change.
pub(crate) fn json(differences: &Differences) -> String {
    let line = |change| format!("{}\n", escape::json(&object(change).to_string()));
    differences.changes.iter().map(line).collect()
}

/// A change as an object.
pub(crate) fn object(change: &Change) -> Value {
    #[derive(Serialize)]
    struct Difference<'c> {
        kind: &'static str,
        #[serde(flatten)]
        change: &'c Change,
    }
    let kind = "difference";
    json!(Difference { kind, change })
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The path of a field as code, if it has only plain characters.
fn field_name(field: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    if field.chars().all(is_plain) {
        format!("`{field}`")
    } else {
        escape::markdown_cell(field)
    }
}
