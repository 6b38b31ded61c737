//! A CSV file of names that people chose → [`Names`], and the candidates that they make.

use std::collections::HashSet;

use crate::dataset::{NameSource, PerProtocol, Protocol, Record, ServiceName};
use crate::diagnostic::Report;
use crate::facts::{BadFacts, FactFile};
use crate::naming::{Candidate, both, in_use};
use crate::text::Source;

/// Curated names.
pub type Names = FactFile<NameFact>;

/// What a curated fact says of the names of a record.
#[derive(Debug)]
pub struct NameFact {
    protocols: PerProtocol<bool>,
    names: Vec<ServiceName>,
}

/// Reads curated names: a CSV file with the columns `first_port`, `last_port`, `protocols` (separated by
/// blanks; blank for all that the record uses), `description`, `name` and `aliases` (separated by `;`).
///
/// # Errors
///
/// A column is missing, or a line cannot be read.
pub fn read_names(source: Source) -> Result<Names, BadFacts> {
    FactFile::read(
        source,
        ["protocols", "name", "aliases"],
        |[protocols, name, aliases]| {
            let names =
                std::iter::once(name).chain(aliases.split(';').filter(|alias| !alias.is_empty()));
            let valid =
                |name| ServiceName::new(name).ok_or_else(|| format!("{name:?} is no service name"));
            Ok(NameFact {
                protocols: self::protocols(protocols)?,
                names: names.map(valid).collect::<Result<_, _>>()?,
            })
        },
    )
}

fn protocols(words: &str) -> Result<PerProtocol<bool>, String> {
    let mut protocols = PerProtocol([words.is_empty(); 4]);
    for word in words.split_whitespace() {
        let known = Protocol::ALL
            .into_iter()
            .find(|protocol| protocol.name() == word);
        protocols[known.ok_or_else(|| format!("{word:?} is no transport protocol"))?] = true;
    }
    Ok(protocols)
}

/// The candidates of the curated names, and for which protocols each record has none.
pub(super) fn candidates(
    records: &[Record],
    names: &Names,
    report: &mut Report<'_>,
) -> (Vec<Candidate>, Vec<PerProtocol<bool>>) {
    let (mut candidates, mut open) = (Vec::with_capacity(records.len()), Vec::new());
    let mut used = HashSet::new();
    for (index, record) in records.iter().enumerate() {
        let in_use = in_use(record);
        let mut unnamed = in_use;
        let facts = names.of(record.ports, &record.description);
        for fact in facts.chain(names.within(record.ports, &record.description)) {
            used.insert(fact.span.start);
            let protocols = both(fact.value.protocols, in_use);
            if fact.ports == record.ports {
                unnamed = both(unnamed, PerProtocol(protocols.0.map(|named| !named)));
            }
            candidates.push(Candidate {
                record: index,
                ports: fact.ports,
                protocols,
                names: fact.value.names.clone(),
                others: Vec::new(),
                source: NameSource::Curated,
            });
        }
        open.push(unnamed);
    }
    names.report_stale(records, &used, report);
    (candidates, open)
}
