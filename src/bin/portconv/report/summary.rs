//! The line that ends a run.

use portconv::Conversion;
use portconv::diagnostic::{Code, Severity};

use crate::say::counted;

/// The number of files written, and of those that were up to date already, all of them where `--check` writes none.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
}

/// Counts records, services and what is in none, warnings, notes, and files.
pub(crate) fn summary(conversion: &Conversion, written: &Written) -> String {
    let dataset = &conversion.dataset;
    let left_out = dataset.left_out;
    let reasons = [
        (left_out.reserved, "reserved"),
        (left_out.no, "no"),
        (left_out.other, "other"),
        (left_out.unwanted, "excluded by --services-status"),
        (left_out.unnamed, "unnamed"),
    ];
    let wide = [(left_out.wide, "of a wide range (--expand-ranges)")];
    let replaced = [(conversion.replaced, "of the compiled-in table replaced")];
    let diagnostics = |severity| {
        let counts = conversion.counts.iter();
        let counts = counts
            .filter(move |(code, _)| code.severity() == severity && **code != Code::ColumnsFound);
        counts.map(|(code, &count)| (count, code.name()))
    };
    let files = [
        (written.written, "written"),
        (written.unchanged, "unchanged"),
    ];
    [
        counted(dataset.records.len(), "record"),
        format!(", {}", counted(dataset.services.len(), "service")),
        list(", ", replaced, ""),
        list(" (not services: ", reasons, ")"),
        list("; first port only: ", wide, ""),
        list("; ", diagnostics(Severity::Warning), ""),
        list("; notes: ", diagnostics(Severity::Note), ""),
        list("; files: ", files, ""),
    ]
    .concat()
}

/// The counts above zero, with text before and after them.
fn list(
    before: &str,
    counts: impl IntoIterator<Item = (usize, &'static str)>,
    behind: &str,
) -> String {
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if counts.is_empty() {
        return String::new();
    }
    [before, &counts.join(", "), behind].concat()
}
