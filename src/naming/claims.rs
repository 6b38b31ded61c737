//! Candidates → names that mean one thing.
//!
//! One name stands for one port, or for the ports of one range as `name-1`,
//! `name-2`, …. The more certain name keeps its spelling. A name that is taken gets a number, or is left out as an
//! alias is; either is reported.

use std::collections::{HashMap, HashSet};

use crate::dataset::{NameSource, PortRange, ServiceName};
use crate::diagnostic::{Code, Diagnostics, File, Report};
use crate::meaning::Draft;
use crate::naming::Candidate;
use crate::naming::registry::Registry;
use crate::naming::words::{abbreviated, says_nothing};

/// Lets every name stand for one thing: first the names, the most certain ones first, then the aliases. A candidate
/// whose name is taken, and that no number fits behind, is none.
pub(super) fn decide(
    candidates: &mut Vec<Candidate>,
    drafts: &[Draft],
    diagnostics: &mut Diagnostics,
) {
    let mut claims = Claims::default();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let contested = contested(candidates);
    order.sort_by_cached_key(|&index| {
        let candidate = &candidates[index];
        let is_unused = candidate.protocols.is_empty();
        let is_usual = contested.contains(&candidate.name) && is_usual(candidate);
        (is_unused, !is_usual, candidate.source)
    });
    let mut report = |candidate: &Candidate, message: String| {
        let row = &drafts[candidate.record].row;
        let file = File::Input(row.input);
        Report::new(diagnostics, file).push(Code::NameClash, row.span.clone(), message);
    };
    let mut is_named = vec![true; candidates.len()];
    for &index in &order {
        let candidate = &mut candidates[index];
        let (name, wanted) = (claims.take_first(candidate), candidate.name);
        let fate = match name {
            Some(name) if name == fitted(wanted, candidate.ports) => None,
            Some(name) => Some(format!("named {name}")),
            None => Some("left out".to_owned()),
        };
        if let Some(fate) = fate {
            report(
                candidate,
                format!("name {wanted} belongs to another port; {fate}"),
            );
        }
        is_named[index] = name.is_some();
        candidate.name = name.unwrap_or(wanted);
    }
    order.retain(|&index| is_named[index]);
    order.sort_by_key(|&index| {
        let candidate = &candidates[index];
        (candidate.protocols.is_empty(), candidate.source, index)
    });
    for &index in &order {
        let candidate = &mut candidates[index];
        for alias in std::mem::take(&mut candidate.aliases) {
            let alias = fitted(alias, candidate.ports);
            if claims.take(alias, candidate.ports) {
                candidate.aliases.push(alias);
            } else {
                let message = format!("alias {alias} belongs to another port; left out");
                report(candidate, message);
            }
        }
    }
    let mut is_named = is_named.into_iter();
    candidates.retain(|_| is_named.next().unwrap_or(true));
}

/// The names that several ports are to have.
fn contested(candidates: &[Candidate]) -> HashSet<ServiceName> {
    let mut ports: HashMap<ServiceName, PortRange> = HashMap::new();
    let names = candidates.iter().filter(|candidate| {
        *ports.entry(candidate.name).or_insert(candidate.ports) != candidate.ports
    });
    names.map(|candidate| candidate.name).collect()
}

/// A name of several ports that is one of this port before all others.
fn is_usual(candidate: &Candidate) -> bool {
    Registry::iana().of(candidate.ports).any(|known| {
        known.is_usual && known.ports == candidate.ports && known.name == candidate.name
    })
}

/// What each name stands for, whatever the protocol: nobody should ask for `kerberos` and get 88 for UDP and 464
/// for TCP.
///
/// A range has all names of its stem up to its size. They are not held one by one, or a few rows of
/// `0-65535` would fill the memory.
#[derive(Debug, Default)]
struct Claims {
    of_name: HashMap<ServiceName, Claim>,
    /// The first numbered name that ports have: they need no other for its stem.
    numbered: HashMap<(ServiceName, PortRange), ServiceName>,
}

/// What one name stands for.
#[derive(Debug, Default)]
struct Claim {
    /// The port it is the name of.
    port: Option<PortRange>,
    /// The range it is the name of, with and without a number behind it. A port of it may have the bare name: `sip` is
    /// 5060, and `sip-1` and `sip-2` are 5060-5061.
    range: Option<PortRange>,
    /// The lowest number behind it in a name that stands alone.
    lowest: Option<usize>,
    /// The last number that was tried where the name is taken.
    tried: usize,
}

impl Claim {
    fn is_free(&self, ports: PortRange) -> bool {
        let is_within = |port: PortRange, range: PortRange| {
            range.first() <= port.first() && port.last() <= range.last()
        };
        if ports.is_single() {
            self.port.is_none_or(|port| port == ports)
                && self.range.is_none_or(|range| is_within(ports, range))
        } else {
            self.range.is_none_or(|range| range == ports)
                && self.port.is_none_or(|port| is_within(port, ports))
                && self.lowest.is_none_or(|number| number > ports.size())
        }
    }

    /// The name with a number behind it is free.
    fn is_number_free(&self, number: usize, ports: PortRange) -> bool {
        self.range
            .is_none_or(|range| number > range.size() || range == ports)
    }
}

impl Claims {
    /// Takes a name for ports, if it stands for no others.
    fn take(&mut self, name: ServiceName, ports: PortRange) -> bool {
        let (own, stem) = (self.of_name.get(&name), name.stem());
        let of_stem = stem.and_then(|(stem, number)| Some((self.of_name.get(&stem)?, number)));
        let is_free = own.is_none_or(|claim| claim.is_free(ports))
            && of_stem.is_none_or(|(claim, number)| claim.is_number_free(number, ports));
        if is_free {
            let own = self.of_name.entry(name).or_default();
            let own = if ports.is_single() {
                &mut own.port
            } else {
                &mut own.range
            };
            *own = Some(ports);
            if let Some((stem, number)) = stem {
                let lowest = &mut self.of_name.entry(stem).or_default().lowest;
                *lowest = Some(lowest.map_or(number, |lowest| lowest.min(number)));
                self.numbered.entry((stem, ports)).or_insert(name);
            }
        }
        is_free
    }

    /// A name with a number is shared by no port and range, as one without may be. Otherwise the order in which they are
    /// tried would show.
    fn is_of_no_others(&self, name: ServiceName, ports: PortRange) -> bool {
        self.of_name.get(&name).is_none_or(|claim| {
            let mut held = [claim.port, claim.range].into_iter().flatten();
            held.all(|held| held == ports)
        })
    }

    /// Takes the name, or another that serves as well, or the name with a number.
    fn take_first(&mut self, candidate: &Candidate) -> Option<ServiceName> {
        let names = std::iter::once(&candidate.name).chain(&candidate.others);
        let mut names = names.map(|name| fitted(*name, candidate.ports));
        let first = names.find(|name| self.take(*name, candidate.ports));
        first.or_else(|| self.take_numbered(candidate))
    }

    /// Takes the name with a number: the same for all rows of these ports. A derived name of one word that would have
    /// to be cut is none.
    fn take_numbered(&mut self, candidate: &Candidate) -> Option<ServiceName> {
        let ports = candidate.ports;
        let wanted = fitted(candidate.name, ports);
        if let Some(numbered) = self.numbered.get(&(wanted, ports)) {
            return Some(*numbered);
        }
        let may_be_cut = matches!(candidate.source, NameSource::Curated | NameSource::Registry);
        let mut number = 2;
        loop {
            let name = fitted_number(wanted, number, ports, may_be_cut)?;
            // Names that are cut to one stem share its numbers.
            let stem = name.stem().map_or(wanted, |(stem, _)| stem);
            let tried = &mut self.of_name.entry(stem).or_default().tried;
            if *tried >= number {
                number = *tried + 1;
                continue;
            }
            *tried = number;
            number += 1;
            if self.is_of_no_others(name, ports) && self.take(name, ports) {
                self.numbered.insert((wanted, ports), name);
                return Some(name);
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

fn fitted(name: ServiceName, ports: PortRange) -> ServiceName {
    name.with_room(ServiceName::MAX_LENGTH - room(ports))
}

/// A name with a number of its own, and still with room for those of a range. A name of a table loses whole words at
/// most, and never one that says something for one that does not; rather than that, it has no hyphen: `asterisk3`.
fn fitted_number(
    name: ServiceName,
    number: usize,
    ports: PortRange,
    may_be_cut: bool,
) -> Option<ServiceName> {
    let behind = ServiceName::MAX_LENGTH - room(ports) + digits(number) + 1;
    let short = name
        .as_str()
        .split('-')
        .map(abbreviated)
        .collect::<Vec<_>>();
    let name = match ServiceName::new(&short.join("-")) {
        Some(short) if name.with_room(behind) != name && !may_be_cut => short,
        _ => name,
    };
    let words = name.with_room(behind);
    let rest = name.as_str().strip_prefix(words.as_str())?;
    let says_something = || !words.as_str().split('-').all(says_nothing);
    if may_be_cut || rest.is_empty() || rest.starts_with('-') && says_something() {
        return Some(words.numbered(number));
    }
    let joined = ServiceName::new(&format!("{name}{number}"));
    let is_clear = !ports.is_single() && !name.as_str().ends_with(|c: char| c.is_ascii_digit());
    joined.filter(|joined| is_clear && fitted(*joined, ports) == *joined)
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}
