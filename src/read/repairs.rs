//! What decoding put right → diagnostics.

use crate::diagnostic::{Code, Report};
use crate::text::{Damage, Source};

/// Reports the repairs of a source.
pub(crate) fn report_repairs(source: &Source, report: &mut Report<'_>) {
    for repair in source.repairs() {
        let new = &source.text()[repair.span.clone()];
        let (code, message) = match repair.damage {
            Damage::EncodedTwice => (
                Code::Mojibake,
                format!("{:?} is {new:?}, encoded twice", repair.original),
            ),
            Damage::MaybeEncodedTwice => (
                Code::DoubtfulMojibake,
                format!("{new:?} may have been encoded twice; it is left as it stands"),
            ),
            Damage::ControlCharacter => (
                Code::ControlCharacter,
                format!(
                    "control character {:?} is taken as {new:?}",
                    repair.original
                ),
            ),
            Damage::ByteOrderMark => continue,
        };
        report.push(code, repair.span.clone(), message);
    }
    for (damage, code) in [
        (Damage::EncodedTwice, Code::Mojibake),
        (Damage::MaybeEncodedTwice, Code::DoubtfulMojibake),
        (Damage::ControlCharacter, Code::ControlCharacter),
    ] {
        let listed = source
            .repairs()
            .iter()
            .filter(|r| r.damage == damage)
            .count();
        report.count(code, source.count(damage) - listed);
    }
}
