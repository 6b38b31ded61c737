//! Headers and values → [`Choice`]s: which columns may hold the ports, and what the others say then.
//!
//! The roles of all columns compete together. A column speaks for a role by its header and by its values; it says
//! something else where no role gains anything. For each column that may hold the ports, the best roles of the others
//! are found from left to right, with the best sum for each set of roles.

use std::collections::HashSet;

use crate::dataset::Protocol;
use crate::limits;

use super::fit::{self, BIT, Bits, DOUBT, Kind, Role};
use super::header::{Header, Title};
use super::lines::Part;
use super::values::Values;

/// More cells of a column than these say nothing more.
const MOST_CELLS: u32 = 6;

/// A role that the values do not speak for needs this much of a header.
const LEAST_OF_HEADER: Bits = 3 * BIT;

/// What is won by numbers below a header of no ports if something else speaks of ports.
const SPOKEN_FOR: Bits = 14 * BIT;

/// A choice of the columns with ports.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    pub(super) port: Option<usize>,
    /// The roles of the columns that have one, with their weights.
    pub(super) roles: Vec<(usize, Role, Bits)>,
    pub(super) bits: Bits,
    /// The roles that no other column can have, a bit each.
    taken: u32,
}

impl Choice {
    pub(super) fn has(&self, is: impl Fn(Role) -> bool) -> bool {
        self.roles.iter().any(|&(_, role, _)| is(role))
    }

    fn with(&self, column: usize, role: Role, bits: Bits) -> Self {
        let mut with = self.clone();
        with.roles.push((column, role, bits));
        with.bits += bits;
        with.taken |= role.bit();
        with
    }
}

/// A header and what stands below it, as a port table.
#[derive(Debug)]
pub(super) struct Found<'l, 'g, 'a> {
    pub(super) headers: Vec<Header>,
    pub(super) values: Values<'l, 'g, 'a>,
    title: Title,
    pub(super) best: Choice,
    /// Another column that may as well hold the ports.
    pub(super) rival: Option<usize>,
}

impl<'l, 'g, 'a> Found<'l, 'g, 'a> {
    /// The best roles of the columns with these headers; `None` if they make no port table.
    pub(super) fn new(names: &[String], part: &Part<'l, 'g, 'a>, title: Title) -> Option<Self> {
        let headers: Vec<_> = names.iter().map(|name| Header::new(name)).collect();
        let mut found = Self {
            values: Values::new(part, &headers),
            headers,
            title,
            best: Choice::default(),
            rival: None,
        };
        let mut choices = found.choices();
        // The first of those that fit alike.
        choices.sort_by_key(|choice| -choice.bits);
        found.best = choices.first()?.clone();
        let Choice { port, bits, .. } = found.best;
        let is_rival = |choice: &&Choice| choice.port != port && choice.bits + DOUBT > bits;
        found.rival = choices.iter().find(is_rival).and_then(|choice| choice.port);
        Some(found)
    }

    /// Whether each row has a port, and the table a column of transports.
    pub(super) fn is_sure(&self, part: &Part<'_, '_, '_>) -> bool {
        let has_transport = self.best.has(|role| role == Role::Transport);
        has_transport
            && self.best.port.is_some_and(|column| {
                let mut cells = part.rows.iter().map(|line| part.slots(line).0.get(column));
                self.headers[column].names_ports()
                    && cells.all(|cell| matches!(cell, Some(Some(slot)) if slot.kind.is_port()))
            })
    }

    /// Every choice of ports with the best roles beside it, as far as it makes a port table.
    pub(super) fn choices(&self) -> Vec<Choice> {
        let width = self.headers.len().min(limits::COLUMNS_WITH_ROLE);
        // Bare numbers below a protocol are its ports or none.
        let mut ports: Vec<_> = (0..width)
            .filter(|&column| self.headers[column].protocol().is_none())
            .map(|column| (column, self.port(column)))
            .filter(|&(column, bits)| bits + SPOKEN_FOR > 0 || self.is_plain(column))
            .collect();
        ports.sort_by_key(|&(_, bits)| -bits);
        ports.truncate(limits::COLUMNS_TRIED_FOR_PORTS);
        let offers = self.offers(Role::PortOf);
        let mut choices = Vec::from_iter(self.rest(&Choice::default(), &offers));
        let offers = self.offers(Role::Status);
        for (port, bits) in ports {
            let mut alone = Choice::default().with(port, Role::Port, bits);
            alone.port = Some(port);
            for column in (0..width).filter(|&column| column != port) {
                for role in [Role::End, Role::Source] {
                    if let Some(bits) = self.second(port, column, role) {
                        choices.extend(self.rest(&alone.with(column, role, bits), &offers));
                    }
                }
            }
            choices.extend(self.rest(&alone, &offers));
        }
        choices
    }

    /// The best roles of the other columns, of those that each can have.
    fn rest(&self, choice: &Choice, offers: &[Vec<(Role, Bits)>]) -> Option<Choice> {
        let is_open = |column: &usize| choice.roles.iter().all(|(at, ..)| at != column);
        // One that says HTTP for many ports is no name.
        let distinct = |column| self.values.distinct(column);
        let is_name =
            |column| (choice.port).is_none_or(|port| distinct(column) * 2 > distinct(port));
        let is_beside = |column: usize| {
            let port = choice.port.map(|port| &self.headers[port]);
            port.is_some_and(|port| self.headers[column].opens_like(port))
        };
        let offered = |column: usize| {
            // `Open protocol` beside `Open port`
            let more = if is_beside(column) { BIT } else { 0 };
            let roles = offers[column].iter();
            let roles = roles.map(|&(role, bits)| match role {
                Role::Transport => (role, bits + more),
                _ => (role, bits),
            });
            let roles = roles.filter(|&(role, _)| role != Role::Name || is_name(column));
            (column, roles.collect::<Vec<_>>())
        };
        let offers: Vec<_> = (0..offers.len()).filter(is_open).map(offered).collect();
        let mut sets = vec![choice.clone()];
        for (column, roles) in offers.into_iter().filter(|(_, roles)| !roles.is_empty()) {
            let mut next = sets.clone();
            for set in sets {
                let free = roles.iter().filter(|(role, _)| set.taken & role.bit() == 0);
                next.extend(free.map(|&(role, bits)| set.with(column, role, bits)));
            }
            // The best of each set of roles, the first of those that fit alike.
            next.sort_by_key(|set| -set.bits);
            let mut known = HashSet::new();
            next.retain(|set| known.insert(set.taken));
            next.truncate(limits::SETS_OF_ROLES);
            sets = next;
        }
        let weighed = sets.into_iter().filter_map(|set| self.weigh(set));
        weighed.rev().max_by_key(|set| set.bits)
    }

    /// The roles that each column can have beside the ports.
    fn offers(&self, of_protocol: fn(Protocol) -> Role) -> Vec<Vec<(Role, Bits)>> {
        let others = [
            Role::Transport,
            Role::Official,
            Role::Name,
            Role::Description,
        ];
        let of_protocols = Protocol::ALL.into_iter().map(of_protocol);
        let roles: Vec<_> = of_protocols.chain(others).collect();
        let offers = |column| {
            let weigh = |&role: &Role| Some((role, self.role(column, role)?));
            roles.iter().filter_map(weigh).collect()
        };
        let width = self.headers.len().min(limits::COLUMNS_WITH_ROLE);
        (0..width).map(offers).collect()
    }

    /// How much speaks for a role of a column; `None` if nothing does.
    fn role(&self, column: usize, role: Role) -> Option<Bits> {
        let header = &self.headers[column];
        let is_of_protocol = matches!(role, Role::PortOf(_) | Role::Status(_));
        if is_of_protocol && header.named(role).is_none() {
            return None;
        }
        let is_named = header.named(role).is_some();
        // `libpq (TCP)` below `Protocol`
        let counts = &self.values.counts;
        let named = counts.of_any(column, &[Kind::Transport, Kind::SomeTransport]);
        let are_named = role == Role::Transport && is_named && named * 2 > counts.filled(column);
        let least = if are_named { 6 * BIT } else { Bits::MIN };
        let values = self.values_for(column, role).max(least);
        if self.is_taken(column, role) {
            return None;
        }
        let of_header = match role {
            Role::Name if self.is_type_of_service(column) => 3 * BIT,
            _ => header.bits(role),
        };
        let bits = of_header + values;
        let is_sure = values > 0 || matches!(role, Role::Status(_));
        let is_enough = bits > if is_sure { 0 } else { LEAST_OF_HEADER - 1 };
        // `both` below `Direction`
        let names_none =
            || role == Role::Transport && !is_named && self.values.say_only_both(column);
        (is_enough && !names_none()).then_some(bits)
    }

    /// Whether another header says what this one leaves open: the service's name, or what the service is.
    fn is_taken(&self, column: usize, role: Role) -> bool {
        let is_named = |role| self.headers.iter().any(|it| it.named(role) > Some(3 * BIT));
        let own = self.headers[column].named(role);
        if role == Role::Description {
            return own.is_none() && self.has_described(column);
        }
        role == Role::Name
            && !self.is_type_of_service(column)
            && (own <= Some(3 * BIT) && is_named(Role::Name)
                || own.is_none() && is_named(Role::Description))
    }

    /// Whether another column has the header of descriptions and words below it. Where these are names, they are to be
    /// described yet.
    fn has_described(&self, column: usize) -> bool {
        let are_words = |at: usize| {
            let counts = &self.values.counts;
            let words = counts.of_any(at, &[Kind::Words, Kind::Prose, Kind::SomeTransport]);
            words > counts.of(at, Kind::Name) && words * 2 > counts.rows
        };
        (0..self.headers.len()).any(|at| {
            at != column && self.headers[at].named(Role::Description).is_some() && are_words(at)
        })
    }

    /// Whether a column of types says services, since another says the transports.
    fn is_type_of_service(&self, column: usize) -> bool {
        let says_transports = |at: usize| at != column && self.are_mostly(at, Kind::Transport);
        self.headers[column].is_type()
            && self.values.distinct(column) > 2
            && (0..self.headers.len()).any(says_transports)
    }

    /// How much the values of a column speak for a role.
    fn values_for(&self, column: usize, role: Role) -> Bits {
        let counts = &self.values.counts;
        if counts.filled(column) == 0 {
            return -4 * BIT;
        }
        let count_blanks = matches!(role, Role::Name | Role::Description);
        let kinds = Kind::ALL
            .iter()
            .filter(|&&kind| count_blanks || kind != Kind::Blank);
        let (mut cells, mut sum) = (0, 0_i64);
        for &kind in kinds {
            let count = counts.of(column, kind);
            cells += count;
            sum += i64::from(count) * i64::from(fit::gain(role, kind));
        }
        let all = sum * i64::from(cells.min(MOST_CELLS)) / i64::from(cells);
        Bits::try_from(all).unwrap_or(Bits::MAX)
    }

    /// How much speaks for a column of ports, before it is known what else the table says.
    fn port(&self, column: usize) -> Bits {
        let header = &self.headers[column];
        let bits = header.bits(Role::Port) + self.values_for(column, Role::Port);
        if header.names_ports() {
            return bits;
        }
        // Nothing else is written like `22/tcp`, below `To` or any header but one of protocols: `TCP (6)`.
        let says_else = !header.text().is_empty() && header.named(Role::Transport).is_none();
        if says_else && self.are_mostly(column, Kind::PortWithTransport) {
            return self.values_for(column, Role::Port);
        }
        let may_head_ports =
            || header.is_of_service() || header.has("listens") || header.has("range");
        if self.title.speaks_of_ports && may_head_ports() {
            return bits - 6 * BIT;
        }
        bits - 20 * BIT
    }

    /// How much speaks for a second column with ports.
    fn second(&self, port: usize, column: usize, role: Role) -> Option<Bits> {
        let [first, second] = [&self.headers[port], &self.headers[column]];
        // A header over both columns: its second one is blank, or the same again.
        let is_under_one = column == port + 1
            && first.names_ports()
            && [first.text(), ""].contains(&second.text());
        // `To port` beside `Port` is where a router leads to, beside `From port` the end of a range.
        let leads_on = second.has("to") && second.names_ports() && !first.has("start");
        let header = match role {
            // `Max connections` is no end of ports.
            Role::End => {
                let is_end = second.names_ports() && !leads_on || first.has("start");
                let named = second.named(role).filter(|_| is_end);
                named.or(is_under_one.then_some(5 * BIT))?
            }
            _ if leads_on => 9 * BIT,
            _ => second.named(role)?,
        };
        let values = self.values_for(column, role);
        let bits = header + values;
        (values > 0).then_some(bits)
    }

    /// What the whole of a choice weighs; `None` if it is no port table.
    fn weigh(&self, mut choice: Choice) -> Option<Choice> {
        let Some(port) = choice.port else {
            let holds_ports = |&(column, role, _): &(usize, Role, Bits)| {
                matches!(role, Role::PortOf(_)) && self.values.has_ports(column)
            };
            if !choice.roles.iter().any(holds_ports) {
                return None;
            }
            return Some(choice).filter(|choice| choice.bits > 0 && self.are_shared(choice));
        };
        let (_, _, mut bits) = choice.roles[0];
        choice.bits -= bits;
        let header = &self.headers[port];
        let have_transports = self.are_mostly(port, Kind::PortWithTransport);
        let says_protocols = choice.has(|role| matches!(role, Role::Transport | Role::Status(_)));
        let is_spoken_for = self.title.speaks_of_ports && !header.is_attribute()
            || have_transports
            || says_protocols
            || choice.has(|role| role == Role::Source)
            || self.is_list() && self.values.are_known(port, "known service");
        // The sockets of a switch, and the numbers of rows.
        let are_sockets = self.are_hardware() && !self.values.has_large_ports(port);
        if (are_sockets || self.values.count_up(port)) && !have_transports && !says_protocols {
            return None;
        }
        if !header.names_ports() && self.values.are_known(port, "protocol number") {
            return None;
        }
        bits += match header.names_ports() {
            _ if !is_spoken_for => 0,
            true => 4 * BIT,
            false => SPOKEN_FOR,
        };
        // A plain header beside one of a protocol is believed: what is no port is told of each row.
        let is_of_protocol = |header: &Header| header.protocol().is_some();
        let is_believed = is_spoken_for || self.headers.iter().any(is_of_protocol);
        if is_believed && self.is_plain(port) {
            bits = bits.max(BIT);
        } else if !self.values.has_ports(port) {
            return None;
        }
        choice.roles[0].2 = bits;
        choice.bits += bits;
        Some(choice).filter(|choice| bits > 0 && choice.bits > 0)
    }

    /// Numbers below TCP and UDP are ports if these share them, and something says what for.
    fn are_shared(&self, choice: &Choice) -> bool {
        let bare: Vec<_> = (0..self.headers.len())
            .filter(|&column| self.headers[column].protocol().is_some())
            .collect();
        let is_bare = choice
            .roles
            .iter()
            .any(|(column, ..)| bare.contains(column));
        let is_named = |header: &Header| {
            let named = header.named(Role::Name);
            named.or(header.named(Role::Description)).is_some()
        };
        let says_what_for = self.title.speaks_of_ports || self.headers.iter().any(is_named);
        let [several, same] = self.values.shared_ports(&bare);
        let mut columns = bare.iter();
        let may_differ = self.title.speaks_of_ports
            && columns.any(|&column| self.values.has_large_ports(column));
        !is_bare
            || may_differ
            || same * 2 >= several && (says_what_for || same > 0 && self.has_words())
    }

    /// Whether a column holds words and little else.
    fn has_words(&self) -> bool {
        let counts = &self.values.counts;
        let words = |at| counts.of_any(at, &[Kind::Name, Kind::Words, Kind::Prose]);
        (0..self.headers.len()).any(|at| words(at) > 2 && words(at) * 5 >= counts.filled(at) * 4)
    }

    /// Whether the title or a header speaks of ports of another kind: those of a switch, of antennas.
    fn are_hardware(&self) -> bool {
        self.title.is_of_hardware || self.headers.iter().any(|header| header.has("hardware"))
    }

    /// Whether it is a list of two columns without a header.
    fn is_list(&self) -> bool {
        self.headers.len() == 2 && self.headers.iter().all(|header| header.text().is_empty())
    }

    /// Whether a header says ports and nothing else.
    fn is_plain(&self, column: usize) -> bool {
        self.headers[column].named(Role::Port) >= Some(9 * BIT)
    }

    fn are_mostly(&self, column: usize, kind: Kind) -> bool {
        let counts = &self.values.counts;
        let meant = counts.meant(column) - counts.of(column, Kind::Portless);
        meant > 0 && counts.of(column, kind) * 5 >= meant * 4
    }
}
