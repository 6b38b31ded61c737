//! What differs between two states, as text, markdown or JSON.

use std::io::{self, Write};

use portconv::diff::{Change, Differences};
use serde_json::{Value, json};

/// One line for each change: `+` added, `-` removed, else `key  field: old → new`.
pub(crate) fn text(differences: &Differences, most: usize, out: &mut dyn Write) -> io::Result<()> {
    let Differences { changes, moved } = differences;
    for change in changes.iter().take(most) {
        match change {
            Change::Added { key, title } => writeln!(out, "  + {key}  {title:?}")?,
            Change::Removed { key, title } => writeln!(out, "  - {key}  {title:?}")?,
            Change::Changed {
                key,
                field,
                old,
                new,
            } => writeln!(out, "  {key}  {field}: {old} → {new}")?,
        }
    }
    if changes.len() > most {
        writeln!(out, "  … and {} more (-v lists all)", changes.len() - most)?;
    }
    if *moved > 0 {
        writeln!(out, "  {moved} say the same on another line of the source")?;
    }
    Ok(())
}

/// A table for a change log or a pull request.
pub(crate) fn markdown(differences: &Differences, out: &mut dyn Write) -> io::Result<()> {
    let Differences { changes, moved: _ } = differences;
    if changes.is_empty() {
        return writeln!(out, "No difference.");
    }
    writeln!(out, "| record | field | old | new |\n|---|---|---|---|")?;
    for change in changes {
        let (key, field, old, new) = match change {
            Change::Added { key, title } => (key, "added", String::new(), title.clone()),
            Change::Removed { key, title } => (key, "removed", title.clone(), String::new()),
            Change::Changed {
                key,
                field,
                old,
                new,
            } => (key, field.as_str(), plain(old), plain(new)),
        };
        writeln!(
            out,
            "| {} | `{field}` | {} | {} |",
            cell(key),
            cell(&old),
            cell(&new)
        )?;
    }
    Ok(())
}

/// One object for each change.
pub(crate) fn json(
    differences: &Differences,
    path: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    for change in &differences.changes {
        let mut line = match change {
            Change::Added { key, title } => {
                json!({ "kind": "difference", "change": "added", "key": key, "title": title })
            }
            Change::Removed { key, title } => {
                json!({ "kind": "difference", "change": "removed", "key": key, "title": title })
            }
            Change::Changed {
                key,
                field,
                old,
                new,
            } => {
                json!({ "kind": "difference", "change": "changed", "key": key, "field": field, "old": old, "new": new })
            }
        };
        if let Some(path) = path {
            line["path"] = path.into();
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A text that stays inside its cell and is no markup (GFM §2.4 backslash escapes).
fn cell(text: &str) -> String {
    let mut cell = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '@' | '#' => {
                cell.extend(['\\', c]);
            }
            c if c.is_control() => cell.push(' '),
            c => cell.push(c),
        }
    }
    cell
}
