//! The main run: read, convert, report, then write or check.

use std::ops::RangeInclusive;

use portconv::diagnostic::{Code, Diagnostic, File};
use portconv::{Conversion, convert};

use crate::check;
use crate::error::{Error, Outcome};
use crate::input;
use crate::level::Level;
use crate::output::{self, Written};
use crate::plan::Plan;
use crate::recipe;
use crate::report::{self, Finding};
use crate::say;

/// Makes the files, or checks them.
pub(crate) fn run(plan: &Plan) -> Result<Outcome, Error> {
    let tables = input::read(&plan.reading)?;
    let mut conversion = convert(&tables.sources, &tables.options);
    conversion.dataset.recipe = recipe::arguments(plan, &tables);
    input::require_port_table(&conversion, &tables.sources)?;
    if let Some(wrong) = plan
        .expected
        .as_ref()
        .and_then(|it| wrong_count(&conversion, it))
    {
        conversion.counts.insert(wrong.code, 1);
        conversion.diagnostics.push(wrong);
    }
    let mut findings: Vec<_> = tables
        .unread
        .iter()
        .map(|error| Finding::unread(error, &plan.levels))
        .collect();
    findings.extend(report::findings(
        &conversion,
        &tables,
        &plan.levels,
        plan.lowest,
    ));
    findings.retain(|finding| finding.level >= plan.lowest);
    let is_denied = findings.iter().any(|finding| finding.level == Level::Error);

    let is_current = if plan.is_check {
        check::run(plan, &tables, &conversion.dataset, findings)?
    } else {
        report::print(plan, &findings)?;
        true
    };
    let is_refused = is_denied || !is_current;
    let written = if is_refused || plan.is_check {
        Written::default()
    } else {
        output::write(&plan.outputs, &conversion.dataset, plan.is_quiet())?
    };
    if !plan.is_quiet() {
        say::line(report::summary(&conversion, &written));
        if !is_current && plan.form == report::Form::Human {
            say::line(format_args!(
                "to bring the files up to date: {}",
                plan.mending
            ));
        }
    }
    Ok(if is_refused {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

/// A diagnostic if there are not as many records as expected.
fn wrong_count(conversion: &Conversion, expected: &RangeInclusive<usize>) -> Option<Diagnostic> {
    let count = conversion.dataset.records.len();
    let wanted = match (*expected.start(), *expected.end()) {
        (first, last) if first == last => first.to_string(),
        (first, usize::MAX) => format!("at least {first}"),
        (first, last) => format!("{first} to {last}"),
    };
    let records = if count == 1 { "record" } else { "records" };
    (!expected.contains(&count)).then(|| Diagnostic {
        code: Code::RecordCount,
        file: File::Input(0),
        span: 0..0,
        message: format!("{count} {records}, where {wanted} are expected"),
    })
}
