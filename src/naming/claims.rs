//! Candidates → names that mean one thing.
//!
//! One name and transport protocol stand for one port, or for the ports of one range as `name-1`,
//! `name-2`, …. The more certain name keeps its spelling. A name that is taken gets a number, an alias
//! that is taken is left out; either is reported.

use std::collections::HashMap;

use crate::dataset::{NameSource, PerProtocol, PortRange, Protocol, Protocols, ServiceName};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::meaning::Draft;
use crate::naming::{Candidate, iana};

/// Lets every name stand for one thing: first the names, the most certain ones first, then the aliases.
pub(super) fn decide(
    candidates: &mut [Candidate],
    drafts: &[Draft],
    diagnostics: &mut Diagnostics,
) {
    let mut claims = Claims::default();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_cached_key(|&index| {
        let candidate = &candidates[index];
        (!is_usual(candidate), candidate.source)
    });
    let mut report = |candidate: &Candidate, message: String| {
        let row = &drafts[candidate.record].row;
        let file = File::Input(row.input);
        Report::new(diagnostics, file).push(Code::NameClash, row.span.clone(), message);
    };
    for &index in &order {
        let candidate = &mut candidates[index];
        let name = claims.take_first(candidate);
        if name != fitted(&candidate.names[0], candidate.ports) {
            report(
                candidate,
                format!(
                    "name {} stands for another port; named {name}",
                    candidate.names[0]
                ),
            );
        }
        candidate.names[0] = name;
    }
    for &index in &order {
        let candidate = &mut candidates[index];
        let (ports, protocols) = (candidate.ports, candidate.protocols);
        for alias in candidate.names.split_off(1) {
            let alias = fitted(&alias, ports);
            if claims.take(&alias, ports, protocols) {
                candidate.names.push(alias);
            } else {
                report(
                    candidate,
                    format!("alias {alias} stands for another port; left out"),
                );
            }
        }
    }
}

/// Whether a name of several ports is one of this port before all others.
fn is_usual(candidate: &Candidate) -> bool {
    candidate.source == NameSource::Registry && iana::is_usual(candidate.names[0], candidate.ports)
}

/// What each name stands for.
///
/// A range has all names of its stem up to its size. They are not held one by one, or a few rows of
/// `0-65535` would fill the memory.
#[derive(Debug, Default)]
struct Claims(HashMap<ServiceName, Claim>);

/// What one name stands for.
#[derive(Debug, Default)]
struct Claim {
    /// The ports it is the name of: of a range, also with a number behind it.
    ports: PerProtocol<Option<PortRange>>,
    /// The lowest number behind it in a name that stands alone.
    lowest: PerProtocol<Option<usize>>,
    /// The last number that was tried where the name is taken.
    tried: usize,
}

impl Claim {
    fn is_free(&self, ports: PortRange, protocol: Protocol) -> bool {
        let is_own = self.ports[protocol].is_none_or(|own| own == ports);
        let lowest = self.lowest[protocol].filter(|_| !ports.is_single());
        is_own && lowest.is_none_or(|number| number > ports.size())
    }

    /// Whether the name with a number behind it is free.
    fn is_number_free(&self, number: usize, ports: PortRange, protocol: Protocol) -> bool {
        let range = self.ports[protocol].filter(|range| !range.is_single());
        range.is_none_or(|range| number > range.size() || range == ports)
    }
}

impl Claims {
    /// Takes a name for ports, if it stands for no others.
    fn take(&mut self, name: &ServiceName, ports: PortRange, protocols: Protocols) -> bool {
        let protocols = protocols.iter();
        let (own, stem) = (self.0.get(name), name.stem());
        let of_stem = stem.and_then(|(stem, number)| Some((self.0.get(&stem)?, number)));
        let is_free = protocols.clone().all(|protocol| {
            own.is_none_or(|claim| claim.is_free(ports, protocol))
                && of_stem
                    .is_none_or(|(claim, number)| claim.is_number_free(number, ports, protocol))
        });
        if is_free {
            let claim = self.0.entry(*name).or_default();
            for protocol in protocols.clone() {
                claim.ports[protocol] = Some(ports);
            }
            if let Some((stem, number)) = stem {
                let claim = self.0.entry(stem).or_default();
                for protocol in protocols {
                    let lowest = &mut claim.lowest[protocol];
                    *lowest = Some(lowest.map_or(number, |lowest| lowest.min(number)));
                }
            }
        }
        is_free
    }

    /// Takes the name, or another that serves as well, or the name with a number.
    fn take_first(&mut self, candidate: &Candidate) -> ServiceName {
        let names = candidate.names.first().into_iter();
        for name in names.chain(&candidate.others) {
            let name = fitted(name, candidate.ports);
            if self.take(&name, candidate.ports, candidate.protocols) {
                return name;
            }
        }
        self.take_numbered(candidate)
    }

    fn take_numbered(&mut self, candidate: &Candidate) -> ServiceName {
        let wanted = fitted(&candidate.names[0], candidate.ports);
        let mut number = 2;
        loop {
            let name = fitted_number(&wanted, number, candidate.ports);
            // Names that are cut to one stem share its numbers.
            let stem = name.stem().map_or(name, |(stem, _)| stem);
            let tried = &mut self.0.entry(stem).or_default().tried;
            if *tried >= number {
                number = *tried + 1;
                continue;
            }
            *tried = number;
            number += 1;
            if self.take(&name, candidate.ports, candidate.protocols) {
                return name;
            }
        }
    }
}

/// The most characters of a name for ports: behind that of a range stands the number of each port.
pub(super) fn room(ports: PortRange) -> usize {
    if ports.is_single() {
        ServiceName::MAX_LENGTH
    } else {
        ServiceName::MAX_LENGTH - digits(ports.size()) - 1
    }
}

fn fitted(name: &ServiceName, ports: PortRange) -> ServiceName {
    name.with_room(ServiceName::MAX_LENGTH - room(ports))
}

/// A name with a number of its own, and still with room for those of a range.
fn fitted_number(name: &ServiceName, number: usize, ports: PortRange) -> ServiceName {
    if ports.is_single() {
        return name.numbered(number);
    }
    name.with_room(digits(ports.size()) + digits(number) + 2)
        .numbered(number)
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}
