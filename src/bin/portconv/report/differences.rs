//! What differs between two states, as text, markdown or JSON.

use std::io::{self, Write};

use portconv::diff::{Change, Differences};
use serde_json::{Value, json};

use crate::escape;

/// One line for each change.
pub(crate) fn text(differences: &Differences, out: &mut dyn Write) -> io::Result<()> {
    for change in &differences.changes {
        writeln!(out, "  {}", line(change))?;
    }
    Ok(())
}

/// `+` added, `-` removed, else `key  field: old → new`.
pub(crate) fn line(change: &Change) -> String {
    let line = match change {
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
    };
    escape::line(&line).into_owned()
}

/// A table for a change log or a pull request.
pub(crate) fn markdown(differences: &Differences, out: &mut dyn Write) -> io::Result<()> {
    let Differences { changes, moved: _ } = differences;
    if changes.is_empty() {
        return writeln!(out, "No difference.");
    }
    let (breaking, others): (Vec<_>, Vec<_>) =
        changes.iter().partition(|change| change.breaks_names());
    if !breaking.is_empty() {
        let title = "Services that were renamed or removed (a configuration that uses the old name breaks):";
        writeln!(out, "{title}\n")?;
        table(&breaking, out)?;
    }
    if !breaking.is_empty() && !others.is_empty() {
        writeln!(out, "\nOther changes:\n")?;
    }
    table(&others, out)
}

fn table(changes: &[&Change], out: &mut dyn Write) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "| record | field | old | new |\n|---|---|---|---|")?;
    for change in changes {
        let (key, field, old, new) = match change {
            Change::Added { key, title } => (key, "added", String::new(), title.clone()),
            Change::Removed { key, title } => (key, "removed", title.clone(), String::new()),
            Change::Renamed { key, old, new } => (key, "name", old.clone(), new.clone()),
            Change::ServiceRemoved { key, title, name } => {
                (key, "removed", format!("{name}: {title}"), String::new())
            }
            Change::Changed {
                key,
                field,
                old,
                new,
            } => (key, field.as_str(), plain(old), plain(new)),
        };
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            escape::markdown_cell(key),
            field_name(field),
            escape::markdown_cell(&old),
            escape::markdown_cell(&new)
        )?;
    }
    Ok(())
}

/// One object for each change.
pub(crate) fn json(differences: &Differences, out: &mut dyn Write) -> io::Result<()> {
    let changes = differences.changes.iter();
    changes
        .into_iter()
        .try_for_each(|change| write_json(&object(change), out))
}

/// A line of JSON that does nothing where it is shown.
pub(crate) fn write_json(object: &Value, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escape::json(&object.to_string()))
}

/// A change as an object.
pub(crate) fn object(change: &Change) -> Value {
    let kind = "difference";
    match change {
        Change::Added { key, title } => {
            json!({ "kind": kind, "change": "added", "key": key, "title": title })
        }
        Change::Removed { key, title } => {
            json!({ "kind": kind, "change": "removed", "key": key, "title": title })
        }
        Change::Renamed { key, old, new } => {
            json!({ "kind": kind, "change": "renamed", "key": key, "old": old, "new": new })
        }
        Change::ServiceRemoved { key, title, name } => {
            json!({ "kind": kind, "change": "service-removed", "key": key, "title": title, "name": name })
        }
        Change::Changed {
            key,
            field,
            old,
            new,
        } => {
            json!({ "kind": kind, "change": "changed", "key": key, "field": field, "old": old, "new": new })
        }
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The path of a field as code, unless it has signs that end code.
fn field_name(field: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    if field.chars().all(is_plain) {
        format!("`{field}`")
    } else {
        escape::markdown_cell(field)
    }
}
