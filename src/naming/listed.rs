//! Rows of several ports that list several services → the service of each port.
//!
//! ```text
//! 6379, 11211 | Redis, Memcached    → redis, memcached
//! 6789, 6800  | Ceph (mon, OSD)     → ceph-mon, ceph-osd
//! ```
//!
//! A port has the service that is known there, whatever the order. The other ports have the other services in order, if
//! there are as many. Below 1024 a port has the service that is known there, or none of the list.

use std::collections::HashMap;

use crate::dataset::PortRange;
use crate::limits::{self, NAMED_TEXT};
use crate::meaning::Draft;
use crate::naming::columns::is_name;
use crate::naming::fit::Words;
use crate::naming::phrase::{clause, words};
use crate::naming::registry::{Registry, are_well_known};
use crate::vocabulary::lists;

/// The service of each record whose row lists services, by the index of the record; `None` where it is none of them.
pub(super) type Listed = HashMap<usize, Option<String>>;

pub(super) fn listed(drafts: &[Draft]) -> Listed {
    let rows = drafts.chunk_by(are_alike);
    let mut listed = Listed::new();
    let mut first = 0;
    for row in rows {
        if (2..=limits::LISTED_SERVICES).contains(&row.len()) {
            let ports: Vec<_> = row.iter().map(|draft| draft.record.ports).collect();
            let own = row[0].words().find_map(|text| shared_out(text, &ports));
            // Another column may list what uses the service, unless it says what most of the ports are.
            let is_sure =
                |services: &Vec<Option<_>>| 2 * services.iter().flatten().count() > ports.len();
            let mut others = row[0].texts().filter_map(|text| shared_out(text, &ports));
            let services = own.or_else(|| others.find(is_sure));
            let services = services.into_iter().flatten().enumerate();
            listed.extend(services.map(|(at, service)| (first + at, service)));
        }
        first += row.len();
    }
    listed
}

/// They are of one row, which says the same of their ports.
pub(super) fn are_alike(one: &Draft, next: &Draft) -> bool {
    one.row.input == next.row.input && one.row.span == next.row.span && one.texts().eq(next.texts())
}

/// The service of each port, if a text lists some.
fn shared_out(text: &str, ports: &[PortRange]) -> Option<Vec<Option<String>>> {
    let text = &text[..text.floor_char_boundary(NAMED_TEXT)];
    let Some(brackets) = regex!(r"^([^()]+) \(([^()]+)\)$").captures(text) else {
        return Some(in_order(&services(text, ports)?, ports));
    };
    // `Web server (Apache/IIS)` has examples in brackets, unless there is one for each port.
    let [product, list] = brackets.extract().1;
    let is_product = !product.contains(' ');
    let of_ports = in_order(&services(list, ports)?, ports).into_iter();
    let full = of_ports.map(|service| {
        let part = service?;
        let whole = format!("{product} {part}");
        Some(Some(if is_product { whole } else { part }))
    });
    full.collect()
}

/// The services of a list of two or more; most of them are names. A common word behind a name is of the same product:
/// `NATS client / monitoring`.
fn services(list: &str, ports: &[PortRange]) -> Option<Vec<String>> {
    let marks = regex!(r"\s*[,;/·+&|]\s*|\s+(?:and|e|et|und|y)\s+");
    let services: Vec<_> = marks.split(list).collect();
    let is_path = regex!(r"\S/[a-z]").is_match(list);
    let is_list = (2..=limits::LISTED_SERVICES).contains(&services.len()) && !is_path;
    if !is_list || !services.iter().all(|service| is_label(service)) {
        return None;
    }
    let is_service =
        |service: &str| is_name(service) || ports.iter().any(|port| knows(*port, service));
    let count = services
        .iter()
        .filter(|service| is_service(service))
        .count();
    let product = services[0].rsplit_once(' ').map(|(product, _)| product);
    let whole = |service: &str| match product {
        Some(product) if !is_service(service) => format!("{product} {service}"),
        _ => service.to_owned(),
    };
    let whole = services.iter().map(|service| whole(service));
    (product.is_some() || 2 * count > services.len()).then(|| whole.collect())
}

/// One word, or a name and words that say what it is for.
fn is_label(service: &str) -> bool {
    let words = words(service);
    words.len() == 1 || is_name(service) && clause(&words).len() == words.len()
}

/// The services that are known on their ports, and the others in order.
fn in_order(services: &[String], ports: &[PortRange]) -> Vec<Option<String>> {
    let known = |port: &PortRange| services.iter().position(|service| knows(*port, service));
    let mut places: Vec<_> = ports.iter().map(known).collect();
    let mut rest: Vec<_> = (0..services.len()).collect();
    rest.retain(|at| !places.contains(&Some(*at)));
    let mut open: Vec<_> = (0..ports.len()).collect();
    open.retain(|&at| places[at].is_none());
    if open.len() > 1 {
        open.retain(|&at| !are_well_known(ports[at]));
    }
    if rest.len() == open.len() {
        for (at, service) in open.into_iter().zip(rest) {
            places[at] = Some(service);
        }
    }
    let service = |place: Option<usize>| place.map(|at| services[at].clone());
    places.into_iter().map(service).collect()
}

/// Everybody has the service on the port, or IANA has.
fn knows(ports: PortRange, service: &str) -> bool {
    let is_usual = words(service).iter().any(|word| {
        let known = format!("{} {}", ports.first(), word.slug);
        lists::is_in("known service", &known)
    });
    let mut registered = Registry::iana().of(ports);
    let words = Words::of([service]);
    is_usual || registered.any(|known| words.fit(known).is_likely())
}
