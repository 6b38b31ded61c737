//! Services that the file they are merged into calls something else → diagnostics.

use crate::dataset::Dataset;
use crate::dataset::merge::{Merge, MergeFormat};
use crate::diagnostic::{Code, Report};

/// Reports them. A services file keeps its name, in nmap's file ours stands.
pub(crate) fn report(dataset: &Dataset, merge: &Merge, report: &mut Report<'_>) {
    let held = merge.held();
    for service in &dataset.services {
        let (port, protocol, name) = (service.port, service.protocol.name(), service.name);
        let Some(held) = held.get(&(port, protocol)) else {
            continue;
        };
        let theirs = held.names.first().unwrap_or(&"");
        let is_known = |name: &str| held.names.contains(&name);
        let message = match merge.format {
            MergeFormat::Services if !is_known(name.as_str()) => {
                format!("{port}/{protocol} keeps the name {theirs}; the table calls it {name}")
            }
            MergeFormat::Nmap if !service.names().any(|name| is_known(name.as_str())) => {
                format!("{port}/{protocol} is renamed from {theirs} to {name}")
            }
            _ => continue,
        };
        report.push(Code::MergeClash, held.span.clone(), message);
    }
}
