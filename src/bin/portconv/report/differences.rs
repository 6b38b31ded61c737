//! The differences between two datasets as text, Markdown or JSON.

use portconv::diff::{Change, Differences, NamedPorts};
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
        Change::Added {
            key,
            title,
            services,
        } => format!("+ {key}  {title:?}{}", listed("  ", services)),
        Change::Removed {
            key,
            title,
            services,
        } => format!(
            "- {key}  {title:?}{}",
            listed("  service removed: ", services)
        ),
        Change::Renamed {
            key,
            old,
            new,
            ports,
        } => format!(
            "{key}  service renamed: {old} → {new} ({})",
            ports.join(", ")
        ),
        Change::ServiceRemoved { key, service } => {
            format!("{key}  service removed: {}", named(service))
        }
        Change::ServiceMoved {
            key,
            name,
            old,
            new,
        } => {
            let [old, new] = [old, new].map(|ports| ports.join(", "));
            format!("{key}  service moved: {name} {old} → {new}")
        }
        Change::Changed {
            key,
            field,
            old,
            new,
        } => {
            let shown = |value: &Value| match value {
                Value::String(text) => format!("{text:?}"),
                value => plain(value),
            };
            format!("{key}  {field}: {} → {}", shown(old), shown(new))
        }
    }
}

/// `domain 53/tcp, 53/udp`
fn named(NamedPorts { name, ports }: &NamedPorts) -> String {
    format!("{name} {}", ports.join(", "))
}

/// Services, with text before them.
fn listed(before: &str, services: &[NamedPorts]) -> String {
    if services.is_empty() {
        return String::new();
    }
    let services: Vec<_> = services.iter().map(named).collect();
    format!("{before}{}", services.join("; "))
}

/// A table for a change log or a pull request, with breaking changes first.
pub(crate) fn markdown(differences: &Differences) -> String {
    let changes = differences.changes.iter();
    let (breaking, others): (Vec<_>, Vec<_>) = changes.partition(|change| change.breaks_names());
    match (breaking.is_empty(), others.is_empty()) {
        (true, true) => "No difference.\n".to_owned(),
        (true, false) => table(&others),
        (false, is_all) => {
            let title = "Services that were renamed, moved or removed (a configuration that uses them breaks):";
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
    let row = |change: &&Change| {
        let (key, field, old, new) = match change {
            Change::Added {
                key,
                title,
                services,
            } => (key, "added", String::new(), titled(title, services)),
            Change::Removed {
                key,
                title,
                services,
            } => (key, "removed", titled(title, services), String::new()),
            Change::Renamed {
                key,
                old,
                new,
                ports,
            } => (
                key,
                "name",
                format!("{old} {}", ports.join(", ")),
                new.clone(),
            ),
            Change::ServiceRemoved { key, service } => {
                (key, "service", named(service), plain(&Value::Null))
            }
            Change::ServiceMoved {
                key,
                name,
                old,
                new,
            } => {
                let [old, new] = [old, new].map(|ports| format!("{name} {}", ports.join(", ")));
                (key, "service", old, new)
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

/// `telnet 23/tcp: Telnet protocol`
fn titled(title: &str, services: &[NamedPorts]) -> String {
    let services = listed("", services);
    let parts = [services.as_str(), title].into_iter();
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
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
    let joined = |parts: Vec<String>, between| {
        let none = parts.is_empty();
        if none {
            "(none)".to_owned()
        } else {
            parts.join(between)
        }
    };
    match value {
        Value::Null => joined(Vec::new(), ""),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => joined(items.iter().map(plain).collect(), "; "),
        Value::Object(fields) => {
            let says_something = |value: &&Value| match value {
                Value::Null | Value::Bool(_) => false,
                Value::Array(items) => !items.is_empty(),
                _ => true,
            };
            joined(
                fields.values().filter(says_something).map(plain).collect(),
                " ",
            )
        }
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
