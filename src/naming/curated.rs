//! A CSV file of names that people chose → [`Names`], and the candidates that they make.

use std::sync::LazyLock;

use crate::builtin::BUILTIN_NAMES;
use crate::dataset::{NameSource, Protocol, Protocols, Record, ServiceName};
use crate::diagnostic::{Diagnostics, File};
use crate::facts::{Fact, FactFile, NAMES, Uses};
use crate::meaning::{Draft, edited};
use crate::naming::{Candidate, in_use};
use crate::text::{BadLine, Source, Span};

/// Curated names.
pub type Names = FactFile<NameFact>;

/// What a curated fact says of the names of a record.
#[derive(Debug)]
pub struct NameFact {
    protocols: Protocols,
    name: ServiceName,
    aliases: Vec<ServiceName>,
}

impl Names {
    /// The names that are compiled in.
    #[expect(clippy::expect_used, reason = "they are compiled in")]
    pub(crate) fn compiled_in() -> &'static Self {
        static NAMES: LazyLock<Names> = LazyLock::new(|| {
            let (path, text) = BUILTIN_NAMES;
            let source = Source::decode(path, text).expect("UTF-8");
            let mut names = Names::read(source).expect("names");
            names.is_compiled_in = true;
            names
        });
        &NAMES
    }

    /// Reads curated names: a CSV file with the columns `first_port`, `last_port`, `protocols` (separated by
    /// blanks; blank for all that the record uses), `description`, `name` and `aliases` (separated by `;`).
    ///
    /// # Errors
    ///
    /// A column is missing, or a line cannot be read.
    pub fn read(source: Source) -> Result<Self, BadLine> {
        Self::parse(
            source,
            &NAMES,
            ["protocols", "name", "aliases"],
            |[protocols, name, aliases]| {
                let valid = |name| {
                    ServiceName::new(name).ok_or_else(|| format!("{name:?} is not a service name"))
                };
                let aliases = aliases.split(';').filter(|alias| !alias.is_empty());
                Ok(NameFact {
                    protocols: self::protocols(protocols)?,
                    name: valid(name)?,
                    aliases: aliases.map(valid).collect::<Result<_, _>>()?,
                })
            },
        )
    }

    /// Where the file gives a record its name; `None` where something else does, or the file is compiled in.
    #[must_use]
    pub fn place_of(&self, record: &Record) -> Option<Span> {
        let name = record.naming.as_ref()?.name;
        self.place_of_fact(record, |fact| fact.name == name)
    }
}

fn protocols(words: &str) -> Result<Protocols, String> {
    if words.is_empty() {
        return Ok(Protocols::ALL);
    }
    let protocol =
        |word| Protocol::from_name(word).ok_or_else(|| format!("{word:?} is not a protocol"));
    words.split_whitespace().map(protocol).collect()
}

/// The candidates of the curated names, for which protocols each record has none, and which names serve.
pub(super) fn candidates(
    drafts: &mut [Draft],
    names: &Names,
    diagnostics: &mut Diagnostics,
) -> (Vec<Candidate>, Vec<Protocols>, Uses) {
    let mut of_ranges = names.parts();
    let records = drafts.iter().map(|Draft { record, .. }| {
        let own = names.of(record.ports, &record.description).iter();
        let own = own.chain(of_ranges.within(record.ports, &record.description));
        let own: Vec<_> = own.collect();
        let is_wanted = !own.is_empty() || !in_use(record).is_empty();
        (record, is_wanted.then_some(own))
    });
    let (uses, facts_of) = names.about(records);
    edited::report(names, File::Names, &uses, drafts, diagnostics);
    let mut candidates = Vec::new();
    let mut open: Vec<_> = drafts.iter().map(|draft| in_use(&draft.record)).collect();
    let facts = facts_of.iter().enumerate();
    for (index, fact) in
        facts.flat_map(|(index, facts)| facts.iter().map(move |fact| (index, fact)))
    {
        let record = &drafts[index].record;
        let candidate = candidate(index, record, fact);
        if candidate.ports == record.ports {
            open[index] -= candidate.protocols;
        }
        if !candidate.protocols.is_empty() {
            candidates.push(candidate);
        }
    }
    (candidates, open, uses)
}

/// What a fact gives to a record: names for all of its ports, or for the part that the fact is about.
fn candidate(index: usize, record: &Record, fact: &Fact<NameFact>) -> Candidate {
    let NameFact {
        protocols,
        name,
        aliases,
    } = &fact.value;
    let (ports, protocols) = (record.ports, *protocols & in_use(record));
    let is_part = ports.first() <= fact.ports.first() && fact.ports.last() <= ports.last();
    Candidate {
        ports: if is_part { fact.ports } else { ports },
        aliases: aliases.clone(),
        ..Candidate::new(index, record, protocols, *name, NameSource::Curated)
    }
}
