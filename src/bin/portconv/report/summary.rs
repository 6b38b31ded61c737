//! The line that ends a run.

use std::fmt::Write as _;

use portconv::Conversion;
use portconv::dataset::LeftOut;
use portconv::diagnostic::{Code, Severity};

use crate::say::counted;

/// The number of files written, and of those that were up to date already.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) written: usize,
    pub(crate) unchanged: usize,
}

/// Counts records, services and what is in none, warnings, notes, and files.
pub(crate) fn summary(conversion: &Conversion, written: &Written) -> String {
    let dataset = &conversion.dataset;
    let records = counted(dataset.records.len(), "record");
    let services = counted(dataset.services.len(), "service");
    let mut text = format!("{records}, {services}");
    if conversion.replaced > 0 {
        let _ = write!(
            text,
            ", {} of the compiled-in table replaced",
            conversion.replaced
        );
    }
    let LeftOut {
        reserved,
        no,
        other,
        unwanted,
        unnamed,
        wide,
    } = dataset.left_out;
    let reasons = [
        (reserved, "reserved"),
        (no, "no"),
        (other, "other"),
        (unwanted, "excluded by --services-status"),
        (unnamed, "unnamed"),
    ];
    append(&mut text, " (not services: ", ")", reasons);
    let wide = [(wide, "of a wide range (--expand-ranges)")];
    append(&mut text, "; first port only: ", "", wide);
    append(&mut text, "; ", "", counts(conversion, Severity::Warning));
    append(
        &mut text,
        "; notes: ",
        "",
        counts(conversion, Severity::Note),
    );
    append(
        &mut text,
        "; files: ",
        "",
        [
            (written.written, "written"),
            (written.unchanged, "unchanged"),
        ],
    );
    text
}

fn counts(
    conversion: &Conversion,
    severity: Severity,
) -> impl Iterator<Item = (usize, &'static str)> {
    let counts = conversion.counts.iter();
    counts
        .filter(move |(code, _)| code.severity() == severity && **code != Code::ColumnsFound)
        .map(|(code, &count)| (count, code.name()))
}

/// Appends the counts above zero, with text before and after them.
fn append(
    text: &mut String,
    before: &str,
    behind: &str,
    counts: impl IntoIterator<Item = (usize, &'static str)>,
) {
    let mut separator = before;
    for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
        let _ = write!(text, "{separator}{count} {what}");
        separator = ", ";
    }
    if separator != before {
        text.push_str(behind);
    }
}
