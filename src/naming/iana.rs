//! IANA's names, compiled in: `seeds/iana-names.csv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::dataset::{PortRange, ServiceName};
use crate::naming::registry::{Registration, protocols};

const TEXT: &str = include_str!("../../seeds/iana-names.csv");

/// The registrations, each with whether it is the usual port of its name, and those of each port.
struct Iana {
    all: Vec<(Registration, bool)>,
    by_port: HashMap<u16, Vec<usize>>,
}

/// Read when a record first needs it: a table whose names are all curated never does.
static IANA: LazyLock<Iana> = LazyLock::new(|| {
    let all: Vec<_> = TEXT.lines().filter_map(registration).collect();
    let mut by_port: HashMap<_, Vec<_>> = HashMap::new();
    for (index, (known, _)) in all.iter().enumerate() {
        for port in known.ports.ports() {
            by_port.entry(port).or_default().push(index);
        }
    }
    Iana { all, by_port }
});

/// What is registered for all of these ports, in the order of the registry.
pub(crate) fn of(ports: PortRange) -> Vec<Registration> {
    let mut found: Vec<Registration> = Vec::new();
    for (known, _) in on(ports.first()).filter(|(known, _)| known.covers(ports)) {
        // Several spellings of one name are one name here: `EtherNet/IP-1` and `EtherNet-IP-1`.
        if !found.iter().any(|other| other.names == known.names) {
            found.push(known.clone());
        }
    }
    found
}

fn on(port: u16) -> impl Iterator<Item = &'static (Registration, bool)> {
    let indexes = IANA.by_port.get(&port).into_iter().flatten();
    indexes.map(|&index| &IANA.all[index])
}

/// What is registered under a name, in the order of the ports; parts of a range of ports are no lines of
/// their own.
pub(crate) fn named(name: &str) -> Vec<Registration> {
    let Some(name) = ServiceName::new(name) else {
        return Vec::new();
    };
    let named = IANA.all.iter().filter(|(known, _)| known.names == [name]);
    named.map(|(known, _)| known.clone()).collect()
}

/// Whether a port is the one that people mean by the name, of several that it is registered for.
pub(super) fn is_usual(name: ServiceName, ports: PortRange) -> bool {
    on(ports.first())
        .any(|(known, is_usual)| *is_usual && known.ports == ports && known.names == [name])
}

/// Reads a line, and whether it is the usual port of its name. `None` for comments and the header, and if its
/// name is no service name in any spelling.
fn registration(line: &str) -> Option<(Registration, bool)> {
    let [first, last, words, name, usual] = line.split(',').collect::<Vec<_>>().try_into().ok()?;
    let registration = Registration {
        ports: PortRange::new(first.parse().ok()?, last.parse().ok()?)?,
        protocols: protocols(words),
        names: vec![ServiceName::respelled(name)?],
        description: String::new(),
    };
    Some((registration, usual == "yes"))
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::dataset::PortRange;

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
}
