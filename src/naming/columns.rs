//! The columns of all tables → which of them name the services of their rows.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::dataset::PortRange;
use crate::meaning::{Draft, DraftRow};
use crate::naming::phrase::{Word, clause, is_variable, words};

/// How much a column looks like one of names: a share of its cells, in percent.
type Nameness = usize;

/// The columns that tell the rows of their table apart; with no nameness, those that only part them.
#[derive(Debug)]
pub(super) struct Columns<'r> {
    nameness: HashMap<(usize, Header<'r>), Nameness>,
    /// The descriptions that stand in several rows of a table, for different ports.
    repeated: HashSet<(usize, &'r str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Header<'r> {
    Service,
    Description,
    Other(&'r str),
}

impl<'r> Columns<'r> {
    pub(super) fn new(drafts: &'r [Draft]) -> Self {
        let mut values: HashMap<(usize, Header<'r>), HashSet<(PortRange, &str)>> = HashMap::new();
        for Draft { record, row } in drafts {
            let extra = record.extra.iter();
            let extra = extra.filter(|(header, _)| !is_source(header));
            let extra = extra.map(|(header, words)| (Header::Other(header), words));
            let service = row
                .service
                .iter()
                .map(|service| (Header::Service, &service.text));
            for (header, words) in extra
                .chain(service)
                .chain([(Header::Description, &record.description)])
            {
                values
                    .entry((row.table, header))
                    .or_default()
                    .insert((record.ports, words));
            }
        }
        let mut known = HashMap::new();
        let descriptions = drafts.iter().map(|draft| {
            let Draft { record, row } = draft;
            (record.ports, (row.table, record.description.as_str()))
        });
        let repeated = descriptions
            .filter(|(ports, description)| known.entry(*description).or_insert(*ports) != ports);
        let columns = values.into_iter();
        let columns = columns.filter_map(|(column, values)| Some((column, nameness(&values)?)));
        Self {
            nameness: columns.collect(),
            repeated: repeated.map(|(_, description)| description).collect(),
        }
    }

    /// The other columns of a row, those first that look most like names.
    pub(super) fn of(&self, Draft { record, row }: &'r Draft) -> Vec<(Nameness, &'r str)> {
        let columns = record.extra.iter().filter_map(|(header, words)| {
            let nameness = *self.nameness.get(&(row.table, Header::Other(header)))?;
            let is_weak = is_technology(header);
            Some((if is_weak { 0 } else { nameness }, words.as_str()))
        });
        let mut columns: Vec<_> = columns.collect();
        columns.sort_by_key(|&(nameness, _)| Reverse(nameness));
        columns
    }

    /// Whether another row of its table has the same description as a row.
    pub(super) fn repeat_description(&self, Draft { record, row }: &Draft) -> bool {
        let description = (row.table, record.description.as_str());
        self.repeated.contains(&description)
    }

    /// How much another column must look like one of names to count for more than the service and the description.
    pub(super) fn own(&self, row: &DraftRow) -> Nameness {
        let own = [Header::Service, Header::Description].into_iter();
        let own = own.filter_map(|header| Some(*self.nameness.get(&(row.table, header))? + 26));
        own.max().unwrap_or(0).max(50)
    }
}

/// How many cells of a column look like names; none if much of what stands in it stands there again.
fn nameness(values: &HashSet<(PortRange, &str)>) -> Option<Nameness> {
    let different: HashSet<_> = values.iter().map(|(_, text)| text).collect();
    let tells = different.len() > 2 && 3 * different.len() > 2 * values.len();
    let is_number = |text: &str| regex!("^[A-Z]{1,4}[-_. ]?[0-9]{1,4}$").is_match(text);
    let are_numbers = different.iter().all(|text| is_number(text));
    let names = values.iter().filter(|(_, text)| is_name(text)).count();
    let nameness = if tells {
        1 + 100 * names / values.len()
    } else {
        0
    };
    (different.len() > 1 && !are_numbers).then_some(nameness)
}

/// The header of a column that says what a service is written in, or runs on. It names services only where no other
/// column does.
fn is_technology(header: &str) -> bool {
    regex!(r"^(?i:tech|stack|framework|runtime|language|tecnolog|технолог|технологии|技术|技術)")
        .is_match(header)
}

/// The header of a column that says who asks for the service, or where and how.
fn is_source(header: &str) -> bool {
    regex!(r"^(?i:auth|authenti[ckf]\w*|认证|認証|status|state|stato|estado|statut|notes?|remarks?|comments?|host(?:s|name)?$|where|can be|configurable|from|source|src|origin|client|used by|direction|direcci[oó]n|richtung|sens|направление|方向|path|url|environment|env|ambiente|entorno|umgebung|environnement|location|lokasi|ubicaci[oó]n|site|zone|region|von|quelle|origen|desde|origine|de|iš|från|fra|van|bron|z|źródło|zdroj|lähde|din|sursa|kaynak|nguồn|від|от|откуда|кто|από|sorgente|da|源|来源|送信元|出発|출발지|источник)\b").is_match(header)
}

/// A word, or some with capitals, in front of brackets.
pub(super) fn is_name(text: &str) -> bool {
    let words = words(text);
    let label = clause(&words);
    let has_more_names = words[label.len()..].iter().any(Word::is_title);
    let own = if words.len() > 3 || has_more_names {
        label
    } else {
        &words
    };
    let is_proper = |word: &Word<'_>| word.is_proper() || word.is_number();
    own.len() < 5
        && (own.len() == 1 || own.iter().all(is_proper))
        && !own.iter().all(Word::says_nothing)
        && !own
            .iter()
            .any(|word| word.is_of_sentence || is_variable(word.text))
}
