//! Headers and values → [`Columns`]: what each column says, and which cells are at home in it.

use std::collections::HashMap;

use crate::dataset::{Protocol, Protocols, Status};
use crate::diagnostic::{Code, Report};
use crate::text::Span;
use crate::vocabulary::statuses::{self, Stated};

use super::fit::{self, BIT, Bits, KINDS, Kind, Role};
use super::header::{self, Header};
use super::search::Found;
use super::values::{Counts, Values};

/// Of so many cells with words, one has given words: a column where they stand more often is theirs.
const USUAL_WORDS: u32 = 64;

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
    pub(super) headers: Vec<Header>,
    /// Most cells of the column of service names are such names.
    pub(super) are_names: bool,
    /// Another column that may as well hold the ports.
    rival: Option<usize>,
    /// The column with the last ports of ranges, if no header says that they are.
    doubtful_end: Option<usize>,
    /// Of a column of ports beside others, whose ports they are.
    pub(super) whose_ports: Vec<String>,
    /// What a cross in a status column states.
    pub(super) cross: Status,
    /// How likely each kind of cell is in each column.
    chances: Vec<[Bits; KINDS]>,
    /// The words of each column.
    words: Vec<Words>,
    weights: Vec<Bits>,
}

/// The words that stand in a column: a service has its own, an owner those of other rows.
#[derive(Debug)]
struct Words {
    /// How likely those are that stand in some.
    known: HashMap<String, Bits>,
    /// How likely words are that stand in no other row.
    new: Bits,
}

impl Words {
    fn new(column: usize, values: &Values<'_, '_, '_>) -> Self {
        let mut counts: HashMap<String, u32> = HashMap::new();
        for text in values.trusted(column) {
            *counts.entry(text.into_owned()).or_default() += 1;
        }
        let filled: u32 = counts.values().sum();
        let distinct = u32::try_from(counts.len()).unwrap_or(u32::MAX - 2);
        let bits = |count| fit::log2(count * USUAL_WORDS, filled + 1);
        Self {
            new: fit::log2(distinct + 1, filled + 2),
            known: counts
                .into_iter()
                .map(|(text, count)| (text, bits(count)))
                .collect(),
        }
    }
}

impl Columns {
    /// Whether there is a column with a role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Which column has a role.
    pub(super) fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|known| *known == role)
    }

    /// An extra column whose header says that it names services.
    pub(super) fn services(&self) -> Option<usize> {
        let is_named = |header: &Header| header.named(Role::Name) > Some(3 * BIT);
        let mut extra = (0..self.roles.len()).filter(|&column| self.roles[column] == Role::Extra);
        extra.find(|&column| is_named(&self.headers[column]))
    }

    /// Whether nothing but a protocol beside a number shows that it is a port.
    pub(super) fn need_protocol(&self) -> bool {
        let is_unnamed = |port: usize| {
            let header = &self.headers[port];
            !header.text().is_empty() && header.named(Role::Port).is_none()
        };
        self.has(Role::Transport) && self.port.is_some_and(is_unnamed)
    }

    /// The status columns that stand side by side, from the first.
    pub(super) fn statuses(&self) -> std::ops::Range<usize> {
        let is_status = |column: &usize| matches!(self.roles[*column], Role::Status(_));
        let width = self.roles.len();
        let first = (0..width).find(is_status).unwrap_or(width);
        first..(first..width).find(|at| !is_status(at)).unwrap_or(width)
    }

    /// The protocols of the status columns.
    pub(super) fn protocols_of_statuses(&self) -> Protocols {
        let protocols = self.roles.iter().filter_map(|role| match role {
            Role::Status(protocol) => Some(*protocol),
            _ => None,
        });
        protocols.collect()
    }

    /// How likely a cell is in a column.
    pub(super) fn chance(&self, column: usize, kind: Kind, text: &str) -> Bits {
        let words = &self.words[column];
        let of_words = match (kind, self.roles[column]) {
            (Kind::Blank | Kind::Mark, _) | (_, Role::Status(_)) => 0,
            _ => words.known.get(text).copied().unwrap_or(words.new),
        };
        self.chances[column][kind as usize] + of_words
    }

    /// Says how the table was read, which column was taken for what, and why, and where another reading is as likely.
    pub(super) fn explain(
        &self,
        how: &str,
        around: Option<Protocol>,
        span: &Span,
        report: &mut Report<'_>,
    ) {
        let headers = self.headers.iter().map(Header::text);
        let columns = headers.zip(&self.roles).zip(&self.weights);
        let said = columns.map(|((header, role), weight)| match role {
            Role::Extra => format!("{header:?} is kept as an extra column"),
            role => {
                let bits = f64::from(*weight) / f64::from(BIT);
                format!("{header:?} is read as {} ({bits:.1} bits)", role.says())
            }
        });
        let around = around.map(|protocol| format!("{}, from the heading", protocol.name()));
        let said = said.chain(around).collect::<Vec<_>>().join("; ");
        report.push(Code::ColumnsFound, span.clone(), format!("{how}{said}"));
        if let (Some(port), Some(end)) = (self.port, self.doubtful_end) {
            let message = format!(
                "the numbers below {:?} and {:?} are read as the first and the last port of a range; no header says so",
                self.headers[port].text(),
                self.headers[end].text()
            );
            report.push(Code::AmbiguousRow, span.clone(), message);
        }
        if let (Some(port), Some(rival)) = (self.port, self.rival) {
            let message = format!(
                "{:?} or {:?} may hold the ports of the services; taken from {:?}",
                self.names[port], self.names[rival], self.names[port]
            );
            report.push(Code::AmbiguousRow, span.clone(), message);
        }
    }

    pub(super) fn new(found: Found<'_, '_, '_>) -> Self {
        let Found {
            headers,
            values,
            best,
            rival,
            ..
        } = found;
        let width = headers.len();
        let (mut roles, mut weights) = (vec![Role::Extra; width], vec![0; width]);
        for &(column, role, bits) in &best.roles {
            (roles[column], weights[column]) = (role, bits);
        }
        let counts = &values.counts;
        let (named, others) = more_ports(&headers, &values, &roles);
        let rival = rival.filter(|rival| !named.contains(rival));
        for &column in &named {
            (roles[column], weights[column]) = (Role::MorePorts, headers[column].bits(Role::Port));
        }
        let has_transport = best.has(|role| role == Role::Transport);
        for column in (0..width).filter(|_| has_transport) {
            let header = &headers[column];
            let may_be = header.text().is_empty() || header.named(Role::Transport).is_some();
            let are_transports = counts.of(column, Kind::Transport) * 2 > counts.filled(column);
            if roles[column] == Role::Extra && may_be && are_transports {
                roles[column] = Role::MoreTransports;
            }
        }
        let whose_ports = headers.iter().map(|header| {
            let whose = (!named.is_empty()).then(|| header.whose_ports());
            whose.unwrap_or_default()
        });
        let chances = roles
            .iter()
            .zip(&counts.columns)
            .map(|(&role, column)| chances(role, column, counts));
        Self {
            chances: chances.collect(),
            words: (0..width)
                .map(|column| Words::new(column, &values))
                .collect(),
            port: best.port,
            names: header::unique(headers.iter()),
            are_names: are_names(&roles, counts),
            whose_ports: whose_ports.collect(),
            rival: rival.or(others.first().copied()),
            doubtful_end: doubtful_end(&headers, &roles),
            cross: cross(&values, &roles),
            headers,
            roles,
            weights,
        }
    }
}

/// The column with the last ports of ranges, if no header says that they are.
fn doubtful_end(headers: &[Header], roles: &[Role]) -> Option<usize> {
    let end = roles.iter().position(|role| *role == Role::End)?;
    let says_so = |header: &Header| header.named(Role::End).is_some() || header.has("range");
    let mut of_ranges = headers.iter().zip(roles);
    let is_said =
        of_ranges.any(|(header, role)| matches!(role, Role::Port | Role::End) && says_so(header));
    (!is_said).then_some(end)
}

/// The other columns of ports: those whose headers name a protocol or a service, and those where it is open what for.
fn more_ports(
    headers: &[Header],
    values: &Values<'_, '_, '_>,
    roles: &[Role],
) -> (Vec<usize>, Vec<usize>) {
    // A list of ports in several columns.
    let are_bare =
        (0..headers.len()).all(|at| headers[at].text().is_empty() && values.are_ports(at));
    let is_more = |&column: &usize| {
        let header = &headers[column];
        // Nothing but ports is written like `22/tcp`.
        let have_protocols = || {
            let with = values.counts.of(column, Kind::PortWithTransport);
            with > 0 && with == values.counts.meant(column)
        };
        let may_say_ports = || header.named(Role::Port) > Some(4 * BIT) || have_protocols();
        roles[column] == Role::Extra
            && (are_bare || header.names_whose_ports() || may_say_ports())
            && values.are_ports(column)
    };
    let more = (0..headers.len()).filter(is_more);
    more.partition(|&column| are_bare || headers[column].names_whose_ports())
}

/// What a cross in the status columns states: no, where another mark or word says yes, no word says no, and no cell is
/// blank.
fn cross(values: &Values<'_, '_, '_>, roles: &[Role]) -> Status {
    let is_status = |&column: &usize| matches!(roles[column], Role::Status(_));
    let columns = || (0..roles.len()).filter(is_status);
    let blanks = |column| values.counts.of_any(column, &[Kind::Blank, Kind::Nothing]);
    let has_blanks = columns().any(|column| blanks(column) > 0);
    let states = |is_such: fn(&Stated) -> bool| {
        let mut texts = columns().flat_map(|column| values.trusted(column));
        texts.any(|text| !statuses::is_cross(&text) && is_such(&statuses::stated_by(&text)))
    };
    let says_yes = |it: &Stated| match it {
        Stated::Status(own) | Stated::Mark(own) => *own == Status::Yes,
        it => matches!(it, Stated::Named(_)),
    };
    let says_no = |it: &Stated| *it == Stated::Status(Status::No);
    if !has_blanks && states(says_yes) && !states(says_no) {
        Status::No
    } else {
        Status::Yes
    }
}

/// Whether most words of the column of service names are such names.
fn are_names(roles: &[Role], counts: &Counts) -> bool {
    let column = roles.iter().position(|role| *role == Role::Name);
    column.is_some_and(|column| counts.of(column, Kind::Name) * 2 > counts.meant(column))
}

/// How likely each kind is in a column: as often as it stands there, and as the role says.
fn chances(role: Role, column: &[u32; KINDS], counts: &Counts) -> [Bits; KINDS] {
    let count = |kinds: &[Kind]| kinds.iter().map(|&kind| column[kind as usize]).sum::<u32>();
    let filled = counts.rows - count(&[Kind::Blank]);
    let alike: &[Kind] = match role {
        Role::Status(_) => &fit::STATUS_WORDS,
        Role::Extra if count(&[Kind::Mark, Kind::Status]) * 2 > filled => &fit::MARKS,
        _ => &[],
    };
    let rows = counts.rows.min(1 << 20);
    Kind::ALL.map(|kind| {
        let own = [kind];
        let kinds = if alike.contains(&kind) { alike } else { &own };
        fit::log2(
            count(kinds).min(1 << 20) * 1000 + ROWS_OF_ROLE * fit::frequency(role, kinds),
            (rows + ROWS_OF_ROLE) * 1000,
        )
    })
}
