//! Headers and values → [`Columns`]: what each column says.
//!
//! The roles of all columns compete together. A column speaks for a role by its header and by its values; it says
//! something else where no role gains anything. For each column that may hold the ports, the best roles of the others
//! are found from left to right, with the best sum for each set of roles.

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::dataset::Protocol;
use crate::diagnostic::{Code, Report};
use crate::text::Span;

use super::fit::{self, BIT, Bits, KINDS, Kind, Role};
use super::header::{self, Header};
use super::survey::{Counts, Values};

/// No more columns than these have a role: nobody reads wider tables.
const MOST_COLUMNS: usize = 64;

/// How many columns are tried for the ports.
const MOST_PORTS: usize = 4;

/// How many sets of roles are kept from column to column.
const MOST_SETS: usize = 200;

/// More cells of a column than these say nothing more.
const MOST_CELLS: u32 = 6;

/// A role that the values do not speak for needs this much of a header.
const LEAST_OF_HEADER: Bits = 3 * BIT;

/// Readings that differ by less are both likely.
pub(super) const DOUBT: Bits = 2 * BIT;

/// The same words stand in the column already.
const KNOWN_WORDS: Bits = 2 * BIT;

/// How much rows of the table weigh against the frequencies of [`fit`]: these count as so many rows.
const ROWS_OF_ROLE: u32 = 4;

/// The columns of a port table.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) roles: Vec<Role>,
    /// Which of them holds the ports. A table has none whose columns of protocols hold them.
    pub(super) port: Option<usize>,
    /// The names of the columns: as headers say, but each once.
    pub(super) names: Vec<String>,
    /// The words of their headers.
    pub(super) header: Vec<String>,
    /// Most cells of the column of service names are such names.
    pub(super) are_names: bool,
    /// How well the columns fit.
    pub(super) bits: Bits,
    /// Another column that may as well hold the ports.
    rival: Option<usize>,
    /// How likely each kind of cell is in each column.
    chances: Vec<[Bits; KINDS]>,
    /// The words of each column.
    words: Vec<Words>,
    weights: Vec<Bits>,
}

/// The words that stand in a column: a service has its own, an owner those of other rows.
#[derive(Debug)]
struct Words {
    known: HashSet<String>,
    /// How likely words are that stand in no other row.
    new: Bits,
}

impl Words {
    fn new(column: usize, values: &Values<'_, '_>) -> Self {
        let texts: Vec<_> = values.trusted(column).collect();
        let known: HashSet<_> = texts.iter().map(|&text| text.to_owned()).collect();
        let count = |cells: usize| u32::try_from(cells).unwrap_or(u32::MAX - 2);
        let (filled, distinct) = (count(texts.len()), count(known.len()));
        Self {
            known,
            new: fit::log2(distinct + 1, filled + 2),
        }
    }
}

/// A choice of the columns with ports.
#[derive(Debug, Clone, Default)]
struct Choice {
    port: Option<usize>,
    /// The roles of the columns that have one, with their weights.
    roles: Vec<(usize, Role, Bits)>,
    bits: Bits,
}

impl Choice {
    fn has(&self, is: impl Fn(Role) -> bool) -> bool {
        self.roles.iter().any(|&(_, role, _)| is(role))
    }

    fn with(&self, column: usize, role: Role, bits: Bits) -> Self {
        let mut with = self.clone();
        with.roles.push((column, role, bits));
        with.bits += bits;
        with
    }
}

/// The table whose columns are being found.
struct Search<'t> {
    headers: &'t [Header],
    values: &'t Values<'t, 't>,
    /// Its heading or caption speaks of ports.
    speaks_of_ports: bool,
}

impl Columns {
    /// The columns of a port table with these headers; `None` if it is none.
    pub(super) fn find(
        header: &[String],
        values: &Values<'_, '_>,
        speaks_of_ports: bool,
    ) -> Option<Self> {
        let headers: Vec<_> = header.iter().map(|text| Header::new(text)).collect();
        let search = Search {
            headers: &headers,
            values,
            speaks_of_ports,
        };
        let mut choices = search.choices();
        // The first of those that fit alike.
        choices.sort_by_key(|choice| -choice.bits);
        let best = choices.first()?;
        let is_rival =
            |choice: &&Choice| choice.port != best.port && choice.bits + DOUBT > best.bits;
        let rival = choices.iter().find(is_rival).and_then(|choice| choice.port);
        Some(search.columns(best, rival))
    }

    /// Whether there is a column with a role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Which column has a role.
    pub(super) fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|known| *known == role)
    }

    /// The status columns that stand side by side, from the first.
    pub(super) fn statuses(&self) -> std::ops::Range<usize> {
        let is_status = |role: &Role| matches!(role, Role::Status(_));
        let first = self
            .roles
            .iter()
            .position(is_status)
            .unwrap_or(self.roles.len());
        let length = self.roles[first..]
            .iter()
            .take_while(|role| is_status(role))
            .count();
        first..first + length
    }

    /// How likely a cell is in a column.
    pub(super) fn chance(&self, column: usize, kind: Kind, text: &str) -> Bits {
        let words = &self.words[column];
        let of_words = match kind {
            Kind::Blank => 0,
            _ if words.known.contains(text) => KNOWN_WORDS,
            _ => words.new,
        };
        self.chances[column][kind as usize] + of_words
    }

    /// Says which column was taken for what, and why, and where another reading is as likely.
    pub(super) fn explain(&self, span: &Span, report: &mut Report<'_>) {
        let mut text = String::new();
        for ((header, role), weight) in self.header.iter().zip(&self.roles).zip(&self.weights) {
            let end = if text.is_empty() { "" } else { "; " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{end}{header:?} says {}", role.says());
            if *role != Role::Extra {
                let _ = write!(text, " ({:.1} bits)", f64::from(*weight) / f64::from(BIT));
            }
        }
        report.push(Code::ColumnsFound, span.clone(), text);
        if let (Some(port), Some(rival)) = (self.port, self.rival) {
            let message = format!(
                "{:?} or {:?} may hold the ports of the services; taken from {:?}",
                self.names[port], self.names[rival], self.names[port]
            );
            report.push(Code::AmbiguousRow, span.clone(), message);
        }
    }
}

impl Search<'_> {
    /// Every choice of ports with the best roles beside it, as far as it makes a port table.
    fn choices(&self) -> Vec<Choice> {
        let width = self.headers.len().min(MOST_COLUMNS);
        let mut ports: Vec<_> = (0..width)
            .map(|column| (column, self.port(column)))
            .filter(|&(column, bits)| bits + SPOKEN_FOR > 0 || self.is_plain(column))
            .collect();
        ports.sort_by_key(|&(_, bits)| -bits);
        ports.truncate(MOST_PORTS);
        let mut choices = Vec::from_iter(self.rest(&Choice::default()));
        for (port, bits) in ports {
            let alone = Choice {
                port: Some(port),
                ..Choice::default()
            }
            .with(port, Role::Port, bits);
            let seconds = (0..width)
                .filter(|&column| column != port)
                .flat_map(|column| {
                    let weigh = move |role| Some((column, role, self.second(port, column, role)?));
                    [Role::End, Role::Source].into_iter().filter_map(weigh)
                });
            for (column, role, bits) in seconds {
                choices.extend(self.rest(&alone.with(column, role, bits)));
            }
            choices.extend(self.rest(&alone));
        }
        choices
    }

    /// The best roles of the other columns.
    fn rest(&self, choice: &Choice) -> Option<Choice> {
        let taken = |column: usize| choice.roles.iter().any(|&(at, ..)| at == column);
        let open = (0..self.headers.len().min(MOST_COLUMNS)).filter(|&column| !taken(column));
        let mut sets = vec![choice.clone()];
        for column in open {
            let roles = self.roles(column, choice.port);
            if roles.is_empty() {
                continue;
            }
            let mut next: Vec<Choice> = Vec::new();
            for set in &sets {
                let more = roles
                    .iter()
                    .filter(|&&(role, _)| !set.has(|known| excludes(known, role)));
                let more = more.map(|&(role, bits)| set.with(column, role, bits));
                for candidate in std::iter::once(set.clone()).chain(more) {
                    add(candidate, &mut next);
                }
            }
            next.sort_by_key(|set| -set.bits);
            next.truncate(MOST_SETS);
            sets = next;
        }
        let weighed = sets.into_iter().filter_map(|set| self.weigh(set));
        weighed.rev().max_by_key(|set| set.bits)
    }

    /// The roles that a column can have beside the ports.
    fn roles(&self, column: usize, port: Option<usize>) -> Vec<(Role, Bits)> {
        let of_protocol = |protocol| match port {
            Some(_) => Role::Status(protocol),
            None => Role::PortOf(protocol),
        };
        let of_protocols = Protocol::ALL.into_iter().map(of_protocol);
        let others = [
            Role::Transport,
            Role::Official,
            Role::Name,
            Role::Description,
        ];
        let mut roles: Vec<_> = of_protocols
            .chain(others)
            .filter_map(|role| Some((role, self.role(column, role)?)))
            .collect();
        let tells_apart = |port| {
            let ports = self.values.distinct(port).1;
            self.values.distinct(column).1 * 2 > ports
        };
        // One that says HTTP for many ports is no name.
        roles.retain(|&(role, _)| role != Role::Name || port.is_none_or(tells_apart));
        roles
    }

    /// How much speaks for a role of a column; `None` if nothing does.
    fn role(&self, column: usize, role: Role) -> Option<Bits> {
        let header = &self.headers[column];
        let is_of_protocol = matches!(role, Role::PortOf(_) | Role::Status(_));
        if is_of_protocol && header.named(role).is_none() {
            return None;
        }
        let values = self.values_for(column, role);
        if self.is_taken(column, role) {
            return None;
        }
        let bits = header.bits(role) + values - self.against_blank(header);
        let is_sure = values > 0 || matches!(role, Role::Status(_));
        (bits > if is_sure { 0 } else { LEAST_OF_HEADER - 1 }).then_some(bits)
    }

    /// Whether another header says what this one leaves open: the service's name, or what the service is.
    fn is_taken(&self, column: usize, role: Role) -> bool {
        let named = |role| {
            let others = self
                .headers
                .iter()
                .filter_map(move |header| header.named(role));
            others.max().filter(|&bits| bits > 3 * BIT)
        };
        let own = self.headers[column].named(role);
        role == Role::Name
            && (own.is_none_or(|own| own <= 3 * BIT) && named(Role::Name).is_some()
                || own.is_none() && named(Role::Description).is_some())
    }

    /// What a blank header costs beside others: whoever left it so had no name for the column.
    fn against_blank(&self, header: &Header) -> Bits {
        let is_headless = self.headers.iter().all(|header| header.text().is_empty());
        if header.text().is_empty() && !is_headless {
            8 * BIT
        } else {
            0
        }
    }

    /// How much the values of a column speak for a role.
    fn values_for(&self, column: usize, role: Role) -> Bits {
        let counts = &self.values.counts.columns[column];
        let blank = Kind::Blank as usize;
        let filled: u32 = counts.iter().sum::<u32>() - counts[blank];
        if filled == 0 {
            return -4 * BIT;
        }
        let count_blanks = matches!(role, Role::Name | Role::Description);
        let kinds = KIND_LIST
            .iter()
            .filter(|&&kind| count_blanks || kind != Kind::Blank);
        let (mut cells, mut sum) = (0, 0_i64);
        for &kind in kinds {
            let count = counts[kind as usize];
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
        bits - 20 * BIT - self.against_blank(header)
    }

    /// How much speaks against numbers that no header calls ports: ports differ, years recur, and rows are counted.
    fn against_numbers(&self, column: usize, is_spoken_for: bool) -> Bits {
        let (filled, distinct) = self.values.distinct(column);
        let repeated = Bits::try_from((filled - distinct) * 1000 / filled.max(1)).unwrap_or(1000);
        let are_count = !is_spoken_for && self.values.are_count(column);
        repeated + if are_count { 25 * BIT } else { 0 }
    }

    /// How much speaks for a second column with ports.
    fn second(&self, port: usize, column: usize, role: Role) -> Option<Bits> {
        let [first, second] = [&self.headers[port], &self.headers[column]];
        // A header over both columns: its second one is blank, or the same again.
        let is_under_one = column == port + 1
            && first.names_ports()
            && [first.text(), ""].contains(&second.text());
        let header = match role {
            Role::End => second.named(role).or(is_under_one.then_some(5 * BIT))?,
            _ => second.named(role)?,
        };
        let values = self.values_for(column, role);
        let bits = header + values;
        if values <= 0 || role != Role::End {
            return (values > 0 && bits > 0).then_some(bits);
        }
        let (up, down) = self.values.ascending([port, column]);
        let up = Bits::try_from(up).unwrap_or(Bits::MAX).min(3) * 2 * BIT;
        let down = Bits::try_from(down).unwrap_or(Bits::MAX).min(100) * 8 * BIT;
        Some(bits + up - down).filter(|&bits| bits > 0)
    }

    /// What the whole of a choice weighs; `None` if it is no port table.
    fn weigh(&self, mut choice: Choice) -> Option<Choice> {
        let Some(port) = choice.port else {
            if !choice.has(|role| matches!(role, Role::PortOf(_))) {
                return None;
            }
            return Some(choice).filter(|choice| choice.bits > 0 && self.are_shared(choice));
        };
        let (_, _, mut bits) = choice.roles[0];
        choice.bits -= bits;
        let header = &self.headers[port];
        let have_transports = self.are_mostly(port, Kind::PortWithTransport);
        let is_spoken_for = self.speaks_of_ports
            || have_transports
            || choice.has(|role| matches!(role, Role::Transport | Role::Status(_)))
            || header.named(Role::Port).is_some() && choice.has(|role| role == Role::Source);
        let is_open = header.named(Role::Port).is_some() || !header.is_of_something_else();
        if !header.names_ports() && is_spoken_for && (is_open || have_transports) {
            bits += SPOKEN_FOR;
        }
        bits += if header.names_ports() && is_spoken_for {
            4 * BIT
        } else if self.is_plain(port) {
            0
        } else {
            -self.against_numbers(port, is_spoken_for)
        };
        // A plain header beside one of a protocol is believed: what is no port is told of each row.
        let of_protocols = self
            .headers
            .iter()
            .any(|header| header.protocol().is_some());
        let is_believed = self.is_plain(port) && (is_spoken_for || of_protocols);
        if is_believed {
            bits = bits.max(BIT);
        } else if !self.has_ports(port) {
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
            .any(|(column, role, _)| matches!(role, Role::PortOf(_)) && bare.contains(column));
        let says_what_for = self.speaks_of_ports
            || self.headers.iter().any(|header| {
                header
                    .named(Role::Name)
                    .or(header.named(Role::Description))
                    .is_some()
            });
        !is_bare || says_what_for && self.values.share_ports(&bare)
    }

    /// Whether a header says ports and nothing else.
    fn is_plain(&self, column: usize) -> bool {
        self.headers[column].named(Role::Port) >= Some(9 * BIT)
    }

    fn has_ports(&self, column: usize) -> bool {
        self.values
            .rows
            .iter()
            .any(|line| line.kinds[column].is_port())
    }

    fn are_mostly(&self, column: usize, kind: Kind) -> bool {
        let counts = &self.values.counts.columns[column];
        let filled: u32 = counts.iter().sum::<u32>() - counts[Kind::Blank as usize];
        filled > 0 && counts[kind as usize] * 5 >= filled * 4
    }

    fn columns(&self, best: &Choice, rival: Option<usize>) -> Columns {
        let width = self.headers.len();
        let (mut roles, mut weights) = (vec![Role::Extra; width], vec![0; width]);
        for &(column, role, bits) in &best.roles {
            (roles[column], weights[column]) = (role, bits);
        }
        let counts = &self.values.counts;
        let chances = roles
            .iter()
            .zip(&counts.columns)
            .map(|(&role, column)| chances(role, column, counts));
        Columns {
            chances: chances.collect(),
            words: (0..width)
                .map(|column| Words::new(column, self.values))
                .collect(),
            port: best.port,
            names: header::unique(self.headers.iter()),
            header: self
                .headers
                .iter()
                .map(|header| header.text().to_owned())
                .collect(),
            are_names: self.are_names(&roles),
            bits: best.bits,
            rival,
            roles,
            weights,
        }
    }

    /// Whether most words of the column of service names are such names.
    fn are_names(&self, roles: &[Role]) -> bool {
        let column = roles.iter().position(|role| *role == Role::Name);
        column.is_some_and(|column| {
            let counts = &self.values.counts.columns[column];
            let none = counts[Kind::Blank as usize] + counts[Kind::Nothing as usize];
            counts[Kind::Name as usize] * 2 > counts.iter().sum::<u32>() - none
        })
    }
}

/// What is won by numbers below a header of no ports if something else speaks of ports.
const SPOKEN_FOR: Bits = 14 * BIT;

const KIND_LIST: [Kind; KINDS] = [
    Kind::Blank,
    Kind::Nothing,
    Kind::Port,
    Kind::Ports,
    Kind::PortWithTransport,
    Kind::PortWithWords,
    Kind::Mapping,
    Kind::Number,
    Kind::Transport,
    Kind::SomeTransport,
    Kind::Portless,
    Kind::Status,
    Kind::Reserved,
    Kind::Mark,
    Kind::Official,
    Kind::Unofficial,
    Kind::Name,
    Kind::Words,
    Kind::Prose,
];

/// Whether one column can have no role because another has one: each role once, and of a protocol ports or statuses.
fn excludes(known: Role, role: Role) -> bool {
    match (known, role) {
        (
            Role::PortOf(known) | Role::Status(known),
            Role::PortOf(protocol) | Role::Status(protocol),
        ) => known == protocol,
        _ => known == role,
    }
}

/// Adds a set of roles, unless one of the same roles is better.
fn add(candidate: Choice, sets: &mut Vec<Choice>) {
    let is_same = |set: &&mut Choice| {
        set.roles.len() == candidate.roles.len()
            && set
                .roles
                .iter()
                .all(|&(_, role, _)| candidate.has(|known| known == role))
    };
    match sets.iter_mut().find(is_same) {
        Some(set) if set.bits >= candidate.bits => {}
        Some(set) => *set = candidate,
        None => sets.push(candidate),
    }
}

/// How likely each kind is in a column: as often as it stands there, and as the role says.
fn chances(role: Role, column: &[u32; KINDS], counts: &Counts) -> [Bits; KINDS] {
    let pooled: u32 = fit::STATUS_WORDS
        .iter()
        .map(|&word| column[word as usize])
        .sum();
    let is_status = matches!(role, Role::Status(_));
    KIND_LIST.map(|kind| {
        let is_pooled = is_status && fit::STATUS_WORDS.contains(&kind);
        let count = if is_pooled {
            pooled
        } else {
            column[kind as usize]
        }
        .min(1 << 20);
        let rows = counts.rows.min(1 << 20);
        fit::log2(
            count * 1000 + ROWS_OF_ROLE * fit::frequency(role, kind),
            (rows + ROWS_OF_ROLE) * 1000,
        )
    })
}
