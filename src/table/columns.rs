//! Header → [`Columns`]: what each column says.
//!
//! Columns are found by their header names, in any order and letter case; a column with another name is extra.

use std::collections::HashSet;

use crate::dataset::Protocol;
use crate::diagnostic::{Code, Report};
use crate::read::grid::Cell;
use crate::read::prose::words;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Port,
    Status(Protocol),
    Description,
    Extra(String),
}

/// The columns of a port table.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) roles: Vec<Role>,
    /// Which of them holds the ports.
    pub(super) port: usize,
}

impl Columns {
    /// The columns that a header names; `None` where it is not that of a port table.
    pub(super) fn named_by<'c, 'a: 'c>(
        header: impl Iterator<Item = Option<&'c Cell<'a>>>,
    ) -> Option<Self> {
        let mut roles: Vec<Role> = Vec::new();
        let mut taken = HashSet::from([Role::Extra(String::new())]);
        for cell in header {
            let mut name = cell.map_or_else(String::new, header_name);
            let mut role = Role::named(name.clone());
            while !taken.insert(role.clone()) {
                role = Role::extra(&name, roles.len());
                // An earlier header has these very words: that name is taken, too.
                name.push('′');
            }
            roles.push(role);
        }
        let port = roles.iter().position(|role| *role == Role::Port)?;
        let is_status = |role: &Role| matches!(role, Role::Status(_));
        roles.iter().any(is_status).then_some(Self { roles, port })
    }

    /// Adds columns without a name, up to a number of columns.
    pub(super) fn extend_to(&mut self, columns: usize) {
        for column in self.roles.len()..columns {
            self.roles.push(Role::extra("", column));
        }
    }

    /// Whether a row names these columns again, the port's in its place.
    pub(super) fn are_named_again_by<'c, 'a: 'c>(
        &self,
        row: impl Iterator<Item = Option<&'c Cell<'a>>> + Clone,
    ) -> bool {
        let port = row.clone().nth(self.port).flatten();
        port.is_some_and(|port| is_port_header(&words(port)))
            && Self::named_by(row).is_some_and(|again| again.port == self.port)
    }

    /// The names of the columns.
    pub(super) fn names(self) -> Vec<String> {
        let name = |role| match role {
            Role::Extra(name) => name,
            Role::Port | Role::Status(_) | Role::Description => String::new(),
        };
        self.roles.into_iter().map(name).collect()
    }

    /// Whether there is a column for a protocol.
    pub(super) fn has(&self, protocol: Protocol) -> bool {
        self.roles.contains(&Role::Status(protocol))
    }

    /// Which column holds the descriptions.
    pub(super) fn description(&self) -> Option<usize> {
        self.roles
            .iter()
            .position(|role| *role == Role::Description)
    }

    /// The status columns that stand side by side, from the first.
    pub(super) fn statuses(&self) -> impl Iterator<Item = usize> {
        let is_status = |&column: &usize| matches!(self.roles[column], Role::Status(_));
        let first = (0..self.roles.len()).find(is_status).unwrap_or_default();
        (first..self.roles.len()).take_while(is_status)
    }
}

impl Role {
    fn named(header: String) -> Self {
        let is = |name: &str| header.eq_ignore_ascii_case(name);
        let protocol = Protocol::ALL
            .into_iter()
            .find(|protocol| is(protocol.name()));
        match protocol {
            Some(protocol) => Self::Status(protocol),
            None if is_port_header(&header) => Self::Port,
            None if is("description") => Self::Description,
            None => Self::Extra(header),
        }
    }

    /// An extra column under a name that no other has.
    fn extra(header: &str, column: usize) -> Self {
        let name = format!("{header} (column {})", column + 1);
        Self::Extra(name.trim_start().to_owned())
    }
}

/// Whether a text names the column of the ports.
fn is_port_header(text: &str) -> bool {
    const NAMES: [&str; 5] = ["port", "ports", "port(s)", "port number", "port numbers"];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(text))
}

/// The most bytes of a header that become the name of a column: it stands with every record, and YAML
/// knows no key of more than 1024 characters.
const MAX_HEADER: usize = 100;

fn header_name(cell: &Cell<'_>) -> String {
    let mut name = words(cell).into_owned();
    name.truncate(name.floor_char_boundary(MAX_HEADER));
    name
}

/// Reports the headers that are too long to be a column's name as they are.
pub(super) fn report_long_headers<'c, 'a: 'c>(
    header: impl Iterator<Item = &'c Cell<'a>>,
    report: &mut Report<'_>,
) {
    for cell in header {
        let name = words(cell);
        if name.len() > MAX_HEADER {
            let message = format!("a header is cut: {name:?}");
            report.push(Code::LongHeader, cell.span.clone(), message);
        }
    }
}
