//! IANA's names, compiled in: `seeds/iana-names.csv`.
//!
//! The lines are sorted by their first port, so that those of a port are found by halving the text. No
//! line is read before a record needs it, and a table whose names are all curated reads none.

use std::cmp::Ordering;
use std::sync::LazyLock;

use memchr::{memchr, memrchr};

use crate::dataset::{PortRange, ServiceName};
use crate::naming::registry::{Registration, protocols};

const TEXT: &str = include_str!("../../seeds/iana-names.csv");

/// The line that names the columns; comments stand before it.
const HEADER: &str = "first_port,last_port,protocols,name,usual\n";

/// The lines behind it.
static ROWS: LazyLock<&str> =
    LazyLock::new(|| TEXT.split_once(HEADER).map_or("", |(_, rows)| rows));

/// The most ports that one line names, less one: how far below a port the lines start that may reach it.
const REACH: u16 = 99;

/// What is registered for all of these ports, in the order of the registry.
pub(crate) fn of(ports: PortRange) -> Vec<Registration> {
    let mut found: Vec<Registration> = Vec::new();
    for line in lines_from(ports.first().saturating_sub(REACH)) {
        let Some(known) = ports_of(line) else {
            continue;
        };
        if known.first() > ports.first() {
            break;
        }
        // Of the hundred ports that may reach so far, few do: only their lines are read to the end.
        if known.last() < ports.last() {
            continue;
        }
        let Some((known, _)) = registration(line) else {
            continue;
        };
        // Several spellings of one name are one name here: `EtherNet/IP-1` and `EtherNet-IP-1`.
        if !found.iter().any(|other| other.names == known.names) {
            found.push(known);
        }
    }
    found
}

/// What is registered under a name, in the order of the ports; parts of a range of ports are no lines of
/// their own.
pub(crate) fn named(name: &str) -> Vec<Registration> {
    let Some(name) = ServiceName::new(name) else {
        return Vec::new();
    };
    let all = lines_from(0).filter_map(registration);
    let named = all.filter(|(known, _)| known.names == [name]);
    named.map(|(known, _)| known).collect()
}

/// Whether a port is the one that people mean by the name, of several that it is registered for.
pub(super) fn is_usual(name: ServiceName, ports: PortRange) -> bool {
    lines_from(ports.first())
        .filter_map(registration)
        .take_while(|(known, _)| known.ports.first() == ports.first())
        .any(|(known, is_usual)| is_usual && known.ports == ports && known.names == [name])
}

/// The lines from the first one that starts at a port or above.
fn lines_from(port: u16) -> impl Iterator<Item = &'static str> {
    let rows = *ROWS;
    let (mut low, mut high) = (0, rows.len());
    while low < high {
        let middle = low.midpoint(high);
        let (before, behind) = rows.as_bytes().split_at(middle);
        let start = memrchr(b'\n', before).map_or(0, |end| end + 1);
        let end = memchr(b'\n', behind).map_or(rows.len(), |at| middle + at + 1);
        match first_port(&rows[start..end]).cmp(&Some(port)) {
            Ordering::Less => low = end,
            Ordering::Equal | Ordering::Greater => high = start,
        }
    }
    rows[low..].lines()
}

fn first_port(line: &str) -> Option<u16> {
    line.split(',').next()?.parse().ok()
}

/// The ports of a line.
fn ports_of(line: &str) -> Option<PortRange> {
    let mut fields = line.split(',');
    PortRange::new(fields.next()?.parse().ok()?, fields.next()?.parse().ok()?)
}

/// Reads a line, and whether it is the usual port of its name. `None` if its name is no service name in
/// any spelling.
fn registration(line: &str) -> Option<(Registration, bool)> {
    let mut fields = line.split(',').skip(2);
    let mut field = || fields.next();
    let protocols = protocols(field()?);
    let name = ServiceName::respelled(field()?)?;
    let registration = Registration {
        ports: ports_of(line)?,
        protocols,
        names: vec![name],
        description: String::new(),
    };
    Some((registration, field() == Some("yes")))
}

#[cfg(test)]
mod tests {
    use super::{REACH, ROWS, is_usual, lines_from, of, registration};
    use crate::dataset::{PortRange, ServiceName};

    fn names(first: u16, last: u16) -> Vec<String> {
        let found = of(PortRange::new(first, last).unwrap());
        found
            .iter()
            .map(|known| known.names[0].to_string())
            .collect()
    }

    #[test]
    fn names_of_a_port_are_found() {
        assert_eq!(names(1, 1), ["tcpmux"]);
        assert_eq!(names(80, 80), ["http", "www", "www-http"]);
        assert_eq!(names(2049, 2049), ["shilp", "nfs"]);
        assert_eq!(names(2222, 2222), ["ethernet-ip-1"]);
        assert_eq!(names(6001, 6001), ["x11"]);
        assert_eq!(names(6000, 6063), ["x11"]);
        assert_eq!(names(4299, 4299), ["vrml-multi-use"]);
        assert_eq!(names(49150, 49150), ["inspider"]);
        for (first, last) in [(0, 0), (4, 4), (6000, 6064), (22, 23), (65535, 65535)] {
            assert_eq!(names(first, last), [""; 0], "{first}-{last}");
        }
    }

    #[test]
    fn every_line_is_found_by_its_port() {
        for line in ROWS.lines() {
            let port = line.split(',').next().unwrap().parse().unwrap();
            let same = |other: &&str| other.starts_with(&format!("{port},"));
            assert!(
                lines_from(port).take_while(same).any(|other| other == line),
                "{line}"
            );
        }
    }

    #[test]
    fn no_line_reaches_further_than_is_looked_back() {
        let lines = || ROWS.lines().filter_map(registration);
        let reach = lines().map(|(known, _)| known.ports.last() - known.ports.first());
        assert_eq!(reach.max(), Some(REACH));
        // Only `whois++` and `sql*net` … cannot be respelled.
        let unreadable: Vec<_> = ROWS
            .lines()
            .filter(|line| registration(line).is_none())
            .collect();
        assert_eq!(unreadable, ["63,63,tcp udp,whois++,"]);
    }

    #[test]
    fn a_usual_port_has_a_name_that_others_have_too() {
        let lines: Vec<_> = ROWS.lines().filter_map(registration).collect();
        let usual: Vec<_> = lines.iter().filter(|(_, is_usual)| *is_usual).collect();
        assert_eq!(usual.len(), 1);
        for (known, _) in usual {
            assert!(
                lines
                    .iter()
                    .any(|(other, is_usual)| !is_usual && other.names == known.names)
            );
            assert!(is_usual(known.names[0], known.ports));
        }
        let port = PortRange::new(8008, 8008).unwrap();
        assert!(!is_usual(ServiceName::new("http-alt").unwrap(), port));
    }
}
