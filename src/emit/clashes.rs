//! Services that the file they are merged into calls something else → diagnostics.

use std::collections::HashMap;

use crate::dataset::Dataset;
use crate::dataset::merge::{Merge, MergeFormat};
use crate::diagnostic::{Code, Report};
use crate::text::Span;

/// Reports them. A services file keeps its names, in nmap's file ours stand.
pub(crate) fn report(dataset: &Dataset, merge: &Merge, report: &mut Report<'_>) {
    let held = merge.held();
    let mut ports: HashMap<(&str, &str), (u16, &Span)> = HashMap::new();
    for ((port, protocol), pair) in &held {
        for name in &pair.names {
            ports.entry((name, protocol)).or_insert((*port, &pair.span));
        }
    }
    for service in &dataset.services {
        let (port, protocol, name) = (service.port, service.protocol.name(), service.name);
        let mut names = service.names();
        let (code, span, message) = match (held.get(&(port, protocol)), merge.format) {
            (Some(held), _) if names.any(|name| held.names.contains(&name.as_str())) => continue,
            (Some(held), MergeFormat::Services) => {
                let theirs = held.names.first().unwrap_or(&"");
                let message =
                    format!("{port}/{protocol} keeps the name {theirs}; the table calls it {name}");
                (Code::MergeClash, &held.span, message)
            }
            (Some(held), MergeFormat::Nmap) if held.names == ["unknown"] => continue,
            (Some(held), MergeFormat::Nmap) => {
                let theirs = held.names.first().unwrap_or(&"");
                let message = format!("{port}/{protocol} is renamed from {theirs} to {name}");
                (Code::MergeRename, &held.span, message)
            }
            (None, MergeFormat::Services) => {
                let taken = names.find_map(|name| {
                    let (port, span) = *ports.get(&(name.as_str(), protocol))?;
                    Some((name, port, span))
                });
                let Some((name, theirs, span)) = taken else {
                    continue;
                };
                let message = format!(
                    "{name} stays {theirs}/{protocol}; the table has it at {port}/{protocol}"
                );
                (Code::MergeClash, span, message)
            }
            (None, MergeFormat::Nmap) => continue,
        };
        report.push(code, span.clone(), message);
    }
}
