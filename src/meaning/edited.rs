//! Facts and drafts → diagnostics: rows that were edited since facts about them were made, and facts about rows that
//! are gone.

use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::facts::{FactFile, Uses};
use crate::meaning::Draft;

/// Reports them, each row once.
pub(crate) fn report<T>(
    facts: &FactFile<T>,
    file: File,
    uses: &Uses,
    drafts: &mut [Draft],
    diagnostics: &mut Diagnostics,
) {
    let edited = [facts.edited(uses), facts.outgrown(uses, 0)].concat();
    let is_listed = !facts.are_of_other_state(edited.len());
    for (index, fact) in edited {
        let row = &mut drafts[index].row;
        let is_told = std::mem::replace(&mut row.is_edited, true);
        if is_listed && !is_told {
            let report = &mut Report::new(diagnostics, File::Input(row.input));
            report.push(Code::StaleFact, row.span.clone(), fact.edited_message());
        }
    }
    let ports = drafts.iter().map(|draft| draft.record.ports);
    facts.report_stale(ports, uses, &mut Report::new(diagnostics, file));
}
