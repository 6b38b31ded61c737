//! Headers and values → [`Columns`]: what each column says.
//!
//! [`RULES`] is the whole of it, in the order in which they are asked. First each rule takes the columns whose
//! header names its role and whose values agree. Where headers leave it open, values decide.

mod header;
mod values;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use crate::dataset::Protocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::Cell;
use crate::read::prose::words;
use crate::table::parts::Part;
use crate::text::Span;

pub(super) use header::{has_port_header, names_columns, report_long_headers};

use header::Header;
use values::Values;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Which ports, and perhaps for which transports.
    Port,
    /// Which ports of this protocol.
    PortOf(Protocol),
    /// What is true of the ports for this protocol.
    Status(Protocol),
    /// Which transports use the ports.
    Transport,
    /// Whether IANA assigned them.
    Official,
    /// What the service is called.
    Name,
    /// What the service is.
    Description,
    /// Something else.
    Extra,
}

/// How the columns with a role are found.
struct Rule {
    /// The role in words.
    says: &'static str,
    /// Whether a header names the role, and which; the lower the number, the better.
    named: fn(&Header) -> Option<(Role, usize)>,
    /// Whether the values of a column can have the role that its header names.
    agrees: fn(&Table, &Values) -> bool,
    /// The role that values show where no header names it.
    shown: fn(&Table, &Values) -> Option<Role>,
}

/// What columns can say.
const RULES: [Rule; 10] = [
    Rule {
        says: "transport",
        named: |header| header.is_one_of(Role::Transport, header::TRANSPORT),
        agrees: |_, values| values.some_transport > 0 && !values.are_ports_with_transport(),
        shown: |_, values| {
            values
                .are_nearly_all(values.transports)
                .then_some(Role::Transport)
        },
    },
    Rule {
        says: "transport",
        named: |header| header.is_one_of(Role::Transport, header::TYPE),
        agrees: |_, values| values.are_nearly_all(values.transports),
        shown: |_, _| None,
    },
    Rule {
        says: "status",
        named: |header| {
            header
                .protocol()
                .map(|protocol| (Role::Status(protocol), 0))
        },
        agrees: |table, values| table.has_port_header() || !values.are_nearly_all(values.ports),
        shown: |_, _| None,
    },
    Rule {
        says: "ports of a protocol",
        named: |header| header.port_of().map(|protocol| (Role::PortOf(protocol), 0)),
        agrees: |_, values| values.are_nearly_all(values.ports),
        shown: |_, _| None,
    },
    Rule {
        says: "ports of a protocol",
        named: |header| {
            header
                .protocol()
                .map(|protocol| (Role::PortOf(protocol), 0))
        },
        agrees: |table, values| table.shares_ports && values.are_nearly_all(values.ports),
        shown: |_, _| None,
    },
    Rule {
        says: "ports",
        named: |header| header.port().map(|rank| (Role::Port, rank)),
        agrees: |table, values| {
            let are_some = values.ports > 0 && table.has(Role::Transport);
            table.has_statuses() || are_some || values.is_half(values.ports)
        },
        shown: |table, values| {
            let are_bare = || values.can_be_ports() && table.is_about_ports();
            let are_ports = values.are_ports_with_transport() || are_bare();
            let are_ports = table.lacks_ports() && are_ports;
            are_ports.then_some(Role::Port)
        },
    },
    Rule {
        says: "official or not",
        named: |header| header.is_one_of(Role::Official, header::OFFICIAL),
        agrees: |_, values| values.is_half(values.officials),
        shown: |_, values| {
            values
                .are_nearly_all(values.officials)
                .then_some(Role::Official)
        },
    },
    Rule {
        says: "service name",
        named: |header| header.is_one_of(Role::Name, header::NAME),
        agrees: |table, values| table.are_told_apart_by(values),
        shown: |table, values| {
            let are_names =
                values.are_names() && !table.has_words() && table.are_told_apart_by(values);
            are_names.then_some(Role::Name)
        },
    },
    Rule {
        says: "service name",
        named: |header| header.is_one_of(Role::Name, header::APPLICATION_PROTOCOL),
        agrees: |table, values| values.are_names() && table.are_told_apart_by(values),
        shown: |_, _| None,
    },
    Rule {
        says: "description",
        named: |header| header.is_one_of(Role::Description, header::DESCRIPTION),
        agrees: |_, _| true,
        shown: |table, values| {
            let are_longest = values.are_words() && table.longest_words() == Some(values.column);
            are_longest.then_some(Role::Description)
        },
    },
];

/// The columns of a port table.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) roles: Vec<Role>,
    /// Which of them holds the ports. A table has none whose columns of protocols hold them.
    pub(super) port: Option<usize>,
    /// The names of the columns: as headers say, but each once.
    pub(super) names: Vec<String>,
    /// Whether nearly all words of the column of service names are such names.
    pub(super) are_names: bool,
    /// Why the columns have their roles, for people.
    explanation: String,
}

/// A table whose columns are being found.
#[derive(Debug)]
struct Table {
    columns: Vec<Column>,
    /// Whether no column has a header.
    is_headless: bool,
    /// Whether its heading or caption speaks of ports.
    speaks_of_ports: bool,
    /// Whether the columns of protocols hold the same ports in most rows, and others say what for.
    shares_ports: bool,
}

/// A column whose role is being found.
#[derive(Debug)]
struct Column {
    header: Header,
    values: Values,
    role: Option<Role>,
    /// Whether its header names the role.
    is_named: bool,
    says: &'static str,
}

/// What stands around a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'t> {
    /// The heading above it.
    pub(super) heading: &'t str,
    /// Its caption.
    pub(super) caption: &'t str,
}

impl Columns {
    /// The columns of a port table; `None` where the table is none. Values are looked at only where headers leave
    /// anything open.
    pub(super) fn find(
        headers: &[Option<&Cell<'_>>],
        part: &Part<'_, '_>,
        side: Range<usize>,
        around: Around<'_>,
    ) -> Option<Self> {
        let mut table = Table::new(headers, around);
        if !table.is_plain() {
            table.read(part, side);
        }
        table.find_named();
        table.find_shown();
        table.is_port_table().then(|| table.into_columns())
    }

    /// Whether there is a column with a role.
    pub(super) fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Which column has a role.
    pub(super) fn column(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|known| *known == role)
    }

    /// Which column holds the descriptions.
    pub(super) fn description(&self) -> Option<usize> {
        self.column(Role::Description)
    }

    /// The status columns that stand side by side, from the first.
    pub(super) fn statuses(&self) -> impl Iterator<Item = usize> {
        let is_status = |&column: &usize| matches!(self.roles[column], Role::Status(_));
        let first = (0..self.roles.len()).find(is_status).unwrap_or_default();
        (first..self.roles.len()).take_while(is_status)
    }

    /// Whether rows of it can have lost cells to spans as those of the page do.
    pub(super) fn have_statuses(&self) -> bool {
        self.statuses().next().is_some()
    }

    /// Whether a row names these columns again, the port's in its place.
    pub(super) fn are_named_again_by<'c, 'a: 'c>(
        &self,
        row: impl Iterator<Item = Option<&'c Cell<'a>>> + Clone,
    ) -> bool {
        let port = self.port.and_then(|port| row.clone().nth(port).flatten());
        // Nearly all such cells hold a number, which no header starts with.
        let is_number = |cell: &&Cell<'_>| super::is_number(&words(cell));
        let port = port.filter(|cell| !is_number(cell));
        port.is_some_and(|cell| has_port_header(&[Some(cell)])) && names_columns(row)
    }

    /// Says which column was taken for what, and why.
    pub(super) fn explain(&self, span: Span, report: &mut Report<'_>) {
        report.push(Code::ColumnsFound, span, &*self.explanation);
    }
}

impl Table {
    fn new(headers: &[Option<&Cell<'_>>], around: Around<'_>) -> Self {
        let column = |(at, cell): (usize, Option<&Cell<'_>>)| Column {
            header: Header::of(&cell.map(words).unwrap_or_default()),
            values: Values::new(at),
            role: None,
            is_named: false,
            says: "extra",
        };
        let columns: Vec<_> = headers.iter().copied().enumerate().map(column).collect();
        let mut texts = columns.iter().map(|column| column.header.text());
        Self {
            is_headless: texts.all(str::is_empty),
            columns,
            speaks_of_ports: [around.heading, around.caption]
                .into_iter()
                .any(header::speaks_of_ports),
            shares_ports: false,
        }
    }

    /// Whether headers alone tell: those of the page are port, protocols and description.
    fn is_plain(&self) -> bool {
        let has =
            |is: &dyn Fn(&Header) -> bool| self.columns.iter().any(|column| is(&column.header));
        let is_described = |header: &Header| {
            header
                .is_one_of(Role::Description, header::DESCRIPTION)
                .is_some()
        };
        let is_open = |header: &Header| {
            [
                header::TRANSPORT,
                header::TYPE,
                header::OFFICIAL,
                header::NAME,
            ]
            .iter()
            .any(|names| header.is_one_of(Role::Extra, names).is_some())
        };
        has(&|header| header.port().is_some())
            && has(&|header| header.protocol().is_some())
            && has(&is_described)
            && !has(&is_open)
    }

    /// Looks at the values of all columns.
    fn read(&mut self, part: &Part<'_, '_>, side: Range<usize>) {
        let of_protocols: Vec<_> = self.protocol_columns().collect();
        let (mut shared, mut spans) = (values::Shared::default(), part.spans());
        for row in part.rows() {
            if !spans.go_to(row) {
                break;
            }
            let slots = spans.slots();
            let in_column = |column: usize| {
                slots
                    .get(column)
                    .copied()
                    .flatten()
                    .map(|slot| words(slot.cell))
            };
            let cells: Vec<Cow<'_, str>> = side
                .clone()
                .map(|column| in_column(column).unwrap_or_default())
                .collect();
            // A row of one cell is a title or a line of text.
            if cells.iter().filter(|cell| !cell.is_empty()).count() < 2 {
                continue;
            }
            for (column, cell) in self.columns.iter_mut().zip(&cells) {
                column.values.add(cell);
            }
            shared.add(of_protocols.iter().map(|&column| &*cells[column]));
        }
        let says_what_for = |column: &Column| {
            let is_name = |names| column.header.is_one_of(Role::Name, names).is_some();
            is_name(header::NAME)
                || is_name(header::APPLICATION_PROTOCOL)
                || is_name(header::DESCRIPTION)
        };
        let is_told = self.speaks_of_ports || self.columns.iter().any(says_what_for);
        self.shares_ports = is_told && shared.is_likely();
    }

    fn protocol_columns(&self) -> impl Iterator<Item = usize> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.header.protocol().is_some())
            .map(|(at, _)| at)
    }

    /// Gives the roles that headers name: each to the column that names it best, those of a protocol to one column
    /// for each protocol.
    fn find_named(&mut self) {
        for rule in &RULES {
            let mut named: Vec<_> = (0..self.columns.len())
                .filter_map(|at| Some((at, (rule.named)(&self.columns[at].header)?)))
                .filter(|&(at, _)| {
                    self.is_open(at) && (rule.agrees)(self, &self.columns[at].values)
                })
                .collect();
            named.sort_by_key(|&(_, (_, rank))| rank);
            for (at, (role, _)) in named {
                self.assign(at, role, rule.says, true);
            }
        }
    }

    /// Gives the roles that values show: each to the first column that shows it.
    fn find_shown(&mut self) {
        for rule in &RULES {
            let mut columns = self.columns.iter().enumerate();
            let shown = columns.find_map(|(at, column)| {
                let may_be_ours =
                    column.values.are_ports_with_transport() || !self.is_of_something_else(column);
                let role = (self.is_open(at) && may_be_ours)
                    .then(|| (rule.shown)(self, &column.values))?;
                Some((at, role?))
            });
            if let Some((at, role)) = shown {
                self.assign(at, role, rule.says, false);
            }
        }
    }

    /// Whether a header says that its column is none of ours. One that is blank beside others says so, too.
    fn is_of_something_else(&self, column: &Column) -> bool {
        let is_blank = column.header.text().is_empty();
        column.header.is_of_something_else() || is_blank && !self.is_headless
    }

    fn is_open(&self, at: usize) -> bool {
        self.columns[at].role.is_none()
    }

    /// Gives a role to a column, unless another has it.
    fn assign(&mut self, at: usize, role: Role, says: &'static str, is_named: bool) {
        if self.has(role) {
            return;
        }
        let column = &mut self.columns[at];
        column.role = Some(role);
        (column.says, column.is_named) = (says, is_named);
    }

    fn has(&self, role: Role) -> bool {
        self.columns.iter().any(|column| column.role == Some(role))
    }

    fn has_port_header(&self) -> bool {
        self.columns
            .iter()
            .any(|column| column.header.port().is_some())
    }

    fn has_statuses(&self) -> bool {
        let is_status = |column: &Column| matches!(column.role, Some(Role::Status(_)));
        self.columns.iter().any(is_status)
    }

    fn lacks_ports(&self) -> bool {
        let is_port = |column: &Column| matches!(column.role, Some(Role::Port | Role::PortOf(_)));
        !self.columns.iter().any(is_port)
    }

    /// Whether a column tells rows of other ports apart. One that says HTTP for many ports does not.
    fn are_told_apart_by(&self, values: &Values) -> bool {
        let is_port = |column: &&Column| matches!(column.role, Some(Role::Port | Role::PortOf(_)));
        let ports = self
            .columns
            .iter()
            .find(is_port)
            .map_or(0, |column| column.values.distinct());
        values.has_words() && values.distinct() * 2 > ports
    }

    /// Whether a column without the header of one can hold ports: transports, statuses or the heading say so.
    fn is_about_ports(&self) -> bool {
        let are_statuses = |column: &Column| {
            matches!(column.role, Some(Role::Status(_)))
                && column.values.are_nearly_all(column.values.statuses)
        };
        self.speaks_of_ports || self.has(Role::Transport) || self.columns.iter().any(are_statuses)
    }

    fn has_words(&self) -> bool {
        self.has(Role::Name) || self.has(Role::Description)
    }

    /// Which column without a role has the most to say in each row.
    fn longest_words(&self) -> Option<usize> {
        let open = self.columns.iter().filter(|column| column.role.is_none());
        let with_words =
            open.filter(|column| column.values.are_words() && !self.is_of_something_else(column));
        // The first of those that are alike.
        let longest = with_words.rev().max_by_key(|column| column.values.length());
        longest.map(|column| column.values.column)
    }

    fn is_port_table(&self) -> bool {
        !self.lacks_ports()
    }

    fn into_columns(self) -> Columns {
        let explanation = self.explanation();
        let role = |column: &Column| column.role.unwrap_or(Role::Extra);
        let roles: Vec<_> = self.columns.iter().map(role).collect();
        let mut are_names = self
            .columns
            .iter()
            .filter(|column| column.role == Some(Role::Name));
        Columns {
            port: roles.iter().position(|role| *role == Role::Port),
            are_names: are_names.any(|column| column.values.are_names()),
            names: header::unique(self.columns.iter().map(|column| &column.header)),
            explanation,
            roles,
        }
    }

    fn explanation(&self) -> String {
        let mut text = String::new();
        for column in &self.columns {
            let why = match (column.role, column.is_named) {
                (None, _) => "no header or values of ours",
                (Some(_), true) => "by its header",
                (Some(_), false) => "by its values",
            };
            let end = if text.is_empty() { "" } else { "; " };
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "{end}{:?} says {} ({why})",
                column.header.text(),
                column.says
            );
        }
        text
    }
}
