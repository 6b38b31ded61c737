//! The differences between two datasets as text, Markdown or JSON.

use portconv::diff::{Change, Differences, Kind, Lone};
use serde::Serialize;
use serde_json::{Value, json};

use crate::escape;

/// One line for each change.
pub(crate) fn text(differences: &Differences) -> String {
    let changes = differences.changes.iter();
    let lines = changes.map(|change| format!("  {}\n", escape::line(&line(change))));
    lines.collect()
}

/// `+` added, `-` removed, else `key  field: old → new`.
pub(crate) fn line(change: &Change) -> String {
    match cells(change, |text| format!("{text:?}")) {
        (key, "added", _, new) => format!("+ {key}  {new}"),
        (key, "removed", old, _) => format!("- {key}  {old}"),
        (key, field, old, new) if new.is_empty() => format!("{key}  {field}: {old}"),
        (key, field, old, new) => format!("{key}  {field}: {old} → {new}"),
    }
}

/// The record, field, old and new value of a change, as a row of a table has them. Texts of the dataset are `quoted`.
fn cells(change: &Change, quoted: fn(&str) -> String) -> (&str, &str, String, String) {
    let value = |value: &Value| match value {
        Value::String(text) => quoted(text),
        value => plain(value),
    };
    let lone = |lone: &Lone, before| {
        let services = lone.services.iter().map(|it| named(&it.name, &it.ports));
        let services: Vec<_> = services.collect();
        let before = if services.is_empty() { "" } else { before };
        [&quoted(&lone.title), before, &services.join("; ")].concat()
    };
    let none = String::new();
    let (field, old, new) = match &change.kind {
        Kind::Added(it) => ("added", none, lone(it, "  service: ")),
        Kind::Removed(it) => ("removed", lone(it, "  service removed: "), none),
        Kind::Renamed { old, new, ports } => ("service renamed", named(old, ports), new.clone()),
        Kind::ServiceRemoved(it) => ("service removed", named(&it.name, &it.ports), none),
        Kind::ServiceMoved { name, old, new } => {
            ("service moved", named(name, old), new.join(", "))
        }
        Kind::Changed { field, old, new } => (&**field, value(old), value(new)),
    };
    (&change.key, field, old, new)
}

/// `domain 53/tcp, 53/udp`
fn named(name: &str, ports: &[String]) -> String {
    format!("{name} {}", ports.join(", "))
}

/// A table for a change log or a pull request, with breaking changes first.
pub(crate) fn markdown(differences: &Differences) -> String {
    let changes = differences.changes.iter();
    let (breaking, others): (Vec<_>, Vec<_>) = changes.partition(|change| change.breaks_names());
    let title =
        "Services that were renamed, moved or removed (a configuration that uses them breaks):";
    match (&breaking[..], &others[..]) {
        ([], []) => "No difference.\n".to_owned(),
        ([], others) => table(others),
        (breaking, []) => format!("{title}\n\n{}", table(breaking)),
        (breaking, others) => {
            let [breaking, others] = [breaking, others].map(table);
            format!("{title}\n\n{breaking}\nOther changes:\n\n{others}")
        }
    }
}

fn table(changes: &[&Change]) -> String {
    let row = |change: &&Change| {
        let (key, field, old, new) = cells(change, str::to_owned);
        let [key, old, new] = [key, &old, &new].map(escape::markdown_cell);
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

/// A value in words: lists and objects without their names and what is blank in them.
fn plain(value: &Value) -> String {
    let joined = |values: Vec<&Value>, between| {
        let values: Vec<_> = values.into_iter().map(plain).collect();
        values.join(between)
    };
    let says_something = |value: &&Value| match value {
        Value::Null | Value::Bool(_) => false,
        Value::Array(items) => !items.is_empty(),
        _ => true,
    };
    match value {
        value if !says_something(&value) => "(none)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => joined(items.iter().collect(), "; "),
        Value::Object(fields) => joined(fields.values().filter(says_something).collect(), " "),
        value => value.to_string(),
    }
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
