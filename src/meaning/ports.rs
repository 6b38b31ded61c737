//! A row → the ports that it is about: its own, those of the row above, or none.

use std::iter::repeat_n;

use crate::dataset::{PortRange, Protocol};
use crate::diagnostic::{Code, Report};
use crate::read::grid::Cell;
use crate::read::prose::{lines, words};
use crate::table::{Filled, Port, PortRow, PortTable};
use crate::text::Source;
use crate::vocabulary::ports::{self, Doubt, Part};
use crate::vocabulary::protocols;
use crate::vocabulary::statuses;

use super::footnote::excerpt;

/// The ports of a row below one of the ports `above`: each port, range or mapping of a list. Reports where they are
/// from, or why the row is left out and has none.
pub(super) fn find(
    row: &PortRow<'_, '_>,
    above: &[PortRange],
    table: &PortTable<'_, '_>,
    source: &Source,
    report: &mut Report<'_>,
) -> Vec<Part> {
    let text = &source.text()[row.span.clone()];
    of_row(row, above, table, text, report).unwrap_or_else(|(code, why)| {
        let message = format!("{why}; the row is left out: {text:?}");
        report.push(code, row.span.clone(), message);
        Vec::new()
    })
}

/// The same, or why the row has none.
fn of_row(
    row: &PortRow<'_, '_>,
    above: &[PortRange],
    table: &PortTable<'_, '_>,
    text: &str,
    report: &mut Report<'_>,
) -> Result<Vec<Part>, (Code, &'static str)> {
    if table.statuses.is_empty() && is_portless(row) {
        return Err((Code::NoPorts, "its protocol has no ports"));
    }
    let none = |why| Err((Code::NoPortAbove, why));
    let found = match row.port {
        Port::OfProtocols if cells_of_ports(row).is_empty() => return none("no port in this row"),
        Port::Own(_) | Port::OfProtocols => own(row, &table.whose_ports, text, report),
        Port::None if row.knows_extents => {
            return none("no port in this row, and no port cell above spans it");
        }
        Port::None => {
            return none("no port in this row, and it is not about the port of the row above");
        }
        _ if above.is_empty() => return none("no port in this row or above it"),
        Port::Spanned | Port::Blank | Port::Shifted => {
            if matches!(row.port, Port::Blank) {
                let message = "blank port; taken from the row above";
                report.push(Code::BlankPort, row.span.clone(), message);
            }
            above.iter().copied().map(Part::from).collect()
        }
    };
    let found = ports::merged(found.into_iter());
    let is_bare = row.transports.is_empty() && !found.iter().any(Part::has_protocol);
    if is_bare && !found.is_empty() && table.needs_protocol && row.otherwise.is_empty() {
        let why = "no protocol beside the number, and its header does not call it a port";
        return Err((Code::BadPort, why));
    }
    Ok(found)
}

/// The ports that the row's own cells hold, those of other protocols and services behind the first.
fn own(
    row: &PortRow<'_, '_>,
    whose_ports: &[String],
    text: &str,
    report: &mut Report<'_>,
) -> Vec<Part> {
    let cells = cells_of_ports(row).into_iter();
    let cells = cells.map(|(protocol, filled)| {
        let ports = ports::named_below_ports(&lines(filled.cell));
        (protocol, filled, ports)
    });
    let cells: Vec<_> = cells.collect();
    let fate = if cells.iter().any(|(.., ports)| ports.is_some()) {
        "the row is read without it"
    } else {
        "the row is left out"
    };
    let mut found = Vec::new();
    for (protocol, filled, ports) in cells {
        let has_protocol = protocol.is_some() || !row.transports.is_empty();
        let mut parts = named(ports, filled.cell, has_protocol, (fate, text), report);
        if (row.own_port()).is_some_and(|port| port.column == filled.column) {
            parts = ranges(parts, row.end, text, report);
        }
        pair_lines(&mut parts, filled.cell, row, report);
        for part in &mut parts {
            part.column = Some(filled.column);
            part.add_words(&whose_ports[filled.column]);
            part.protocols |= protocol.into_iter().collect();
        }
        found.extend(parts);
    }
    found
}

/// The cells of a row that hold its ports, with the protocol of their column.
fn cells_of_ports<'g, 'a>(row: &PortRow<'g, 'a>) -> Vec<(Option<Protocol>, Filled<'g, 'a>)> {
    let own = row.own_port().map(|port| (None, port));
    let is_filled = |filled: &Filled<'_, '_>| !says_none(&words(filled.cell));
    let of_protocols = row.ports_of.iter().filter_map(|(protocol, filled)| {
        let filled = filled.filter(is_filled)?;
        Some((Some(protocol), filled))
    });
    let more = row.more_ports.iter().map(|&filled| (None, filled));
    own.into_iter().chain(of_protocols).chain(more).collect()
}

/// Whether a cell says that there is no port.
fn says_none(text: &str) -> bool {
    statuses::is_nothing(text)
        || regex!(r"(?i)^(?:[-–—]+|n/?a|none|same|keine?r?|\.+)$").is_match(text)
}

/// The ports that a cell names, in a row that may state their protocol elsewhere. Reports what is doubtful.
fn named(
    ports: Option<ports::Ports>,
    cell: &Cell<'_>,
    has_protocol: bool,
    (fate, row): (&str, &str),
    report: &mut Report<'_>,
) -> Vec<Part> {
    let text = words(cell);
    let Some(ports) = ports else {
        let message = format!("{text:?} is not a port; {fate}: {row:?}");
        report.push(Code::BadPort, cell.span.clone(), message);
        return Vec::new();
    };
    for doubt in &ports.doubts {
        let message = match doubt {
            Doubt::Thousands => format!("{text:?} may be one number; read as a list of two"),
            Doubt::Colon => format!(
                "{text:?} may be a range; read as a published port and the internal one behind it"
            ),
            Doubt::And => format!("{text:?} may be a list of two ports; read as a range"),
            Doubt::SharedProtocol if has_protocol => continue,
            Doubt::SharedProtocol => format!(
                "the protocol in {text:?} may belong to its last port only; applied to all of them"
            ),
            Doubt::Number(number) => {
                format!("{number} in {text:?} may be a port; read as words beside the port")
            }
            Doubt::Sentence => {
                format!("{text:?} is a sentence; the ports that it names are taken from it")
            }
            Doubt::Bound(bound) => {
                format!("{bound:?} does not say where it ends; only the other ports are used")
            }
        };
        let code = match doubt {
            Doubt::Bound(_) => Code::OpenRange,
            _ => Code::AmbiguousRow,
        };
        report.push(code, cell.span.clone(), message);
    }
    for part in ports.parts.iter().filter(|part| part.is_open) {
        let used = match ports.parts.len() {
            1 => format!("{} is", part.ports.last()),
            _ => "the ports in it are".to_owned(),
        };
        let message = format!(
            "{:?} does not say where it ends; only {used} used",
            excerpt(&text)
        );
        report.push(Code::OpenRange, cell.span.clone(), message);
    }
    ports.parts
}

/// Gives the ports on each line of their cell the protocol on the same line of the cell beside it.
fn pair_lines(parts: &mut [Part], cell: &Cell<'_>, row: &PortRow<'_, '_>, report: &mut Report<'_>) {
    let [transports] = row.transports.as_slice() else {
        return;
    };
    let (of_ports, of_transports) = (lines(cell), lines(transports.cell));
    let named: Option<Vec<_>> = of_transports.lines().map(protocols::named_by).collect();
    let named = named.unwrap_or_default();
    let differ = named
        .windows(2)
        .any(|pair| pair[0].protocols != pair[1].protocols);
    if !differ || parts.len() < 2 || parts.iter().any(Part::has_protocol) {
        return;
    }
    let count = |line: &str| ports::named_below_ports(line).map_or(0, |it| it.parts.len());
    let counts: Vec<_> = of_ports.lines().map(count).collect();
    if counts.len() == named.len() && counts.iter().sum::<usize>() == parts.len() {
        let named = named.iter().zip(counts);
        let of_lines = named.flat_map(|(named, count)| repeat_n(named.protocols, count));
        for (part, protocols) in parts.iter_mut().zip(of_lines) {
            part.protocols = protocols;
        }
    } else if of_ports.contains('\n') {
        let message =
            "it is unclear which of these protocols each port uses; each was given all of them";
        report.push(Code::AmbiguousRow, transports.cell.span.clone(), message);
    }
}

/// The range from the port of one cell to that of another; the port alone if the other says nothing.
fn ranges(
    mut parts: Vec<Part>,
    end: Option<Filled<'_, '_>>,
    row: &str,
    report: &mut Report<'_>,
) -> Vec<Part> {
    let Some(cell) = end.map(|end| end.cell).filter(|_| !parts.is_empty()) else {
        return parts;
    };
    let text = words(cell);
    if says_none(&text) {
        return parts;
    }
    let ends = ports::named_by(&text).map(|ports| ports.parts);
    if let ([part], Some([end])) = (parts.as_mut_slice(), ends.as_deref())
        && let Some(range) = PortRange::new(part.ports.first(), end.ports.last())
    {
        part.ports = range;
        part.protocols |= end.protocols;
        part.add_words(&end.remark);
        part.add_words(&end.aside);
        return parts;
    }
    let message = format!(
        "{text:?} is not a valid end for the range of this row; the row is left out: {row:?}"
    );
    report.push(Code::BadPort, cell.span.clone(), message);
    Vec::new()
}

/// Whether a row is about protocols that have no ports: it says so where it names its protocols, or its port.
fn is_portless(row: &PortRow<'_, '_>) -> bool {
    let is_named = |filled: Filled<'_, '_>| protocols::is_portless(&words(filled.cell));
    let port = row.own_port();
    let has_port = || port.is_some_and(|port| ports::named_by(&words(port.cell)).is_some());
    port.is_some_and(is_named)
        || row.transports.iter().copied().any(is_named)
        || row.transports.is_empty() && row.name.is_some_and(is_named) && !has_port()
}
