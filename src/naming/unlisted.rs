//! Rows that no registration fits → candidates: from the words of the row, or the name that its ports are registered
//! under.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;

use crate::dataset::{NameSource, Protocols, Record, ServiceName, Status};
use crate::meaning::{Draft, DraftRow};
use crate::naming::columns::Columns;
use crate::naming::derived::{Cell, Derived, Evidence, Row};
use crate::naming::fit::{Fit, Words, registered_like};
use crate::naming::listed::{Listed, are_alike, listed};
use crate::naming::phrase::{Word, clause, key, target, words};
use crate::naming::registry::{self, Registration, Registry};
use crate::naming::shorten::Shortener;
use crate::naming::texts::{Page, Products, shared_openings};
use crate::naming::words::is_noun;
use crate::naming::{Candidate, claims, stated};
use crate::text::Source;
use crate::vocabulary::lists;

/// The candidates for the protocols of each row that are still open, and for rows without protocols that nothing has
/// named: they make no service, but people look for them.
pub(super) fn candidates(
    drafts: &[Draft],
    sources: &[Source],
    products: &impl Deref<Target = Products>,
    known: &[Candidate],
    open: &[Protocols],
    registry: Option<&Registry>,
) -> Vec<Candidate> {
    let named: HashSet<_> = known.iter().map(|candidate| candidate.record).collect();
    let is_unused = |index: usize| {
        let mut assignments = drafts[index].record.assignments.0.iter();
        assignments.all(Option::is_none) && !named.contains(&index)
    };
    let open = open.iter().enumerate();
    let open = open.filter(|&(index, open)| !open.is_empty() || is_unused(index));
    let open: Vec<_> = open.collect();
    if open.is_empty() {
        return Vec::new();
    }
    let texts = drafts.iter().flat_map(Draft::words);
    let rows = Rows {
        drafts,
        page: Page::new(texts, sources),
        columns: Columns::new(drafts),
        listed: listed(drafts),
        shared: shared_openings(drafts),
        products,
        registry,
    };
    let candidates = open.into_iter();
    let candidates = candidates.filter_map(|(index, open)| rows.candidate(index, *open));
    candidates.collect()
}

/// What is known of all rows.
struct Rows<'r> {
    drafts: &'r [Draft],
    page: Page,
    columns: Columns<'r>,
    listed: Listed,
    shared: HashMap<usize, &'r str>,
    products: &'r Products,
    registry: Option<&'r Registry>,
}

impl Rows<'_> {
    fn candidate(&self, index: usize, open: Protocols) -> Option<Candidate> {
        let draft = &self.drafts[index];
        let Draft { record, row } = draft;
        let derived = self.row(index).derive();
        let known = registered(record, open, self.registry);
        if let Some(known) = known.filter(|known| serves(known, derived.as_ref(), draft)) {
            return Some(Candidate::registered(index, record, open, known));
        }
        let new = |name, source| Candidate::new(index, record, open, name, source);
        let is_weak = derived
            .as_ref()
            .is_none_or(|name| name.evidence >= Evidence::Product);
        if let Some(name) = stated::name(row).filter(|_| is_weak) {
            let row = self.row(index);
            return Some(Candidate {
                others: row.qualified(name, &row.texts[0]),
                ..new(name, NameSource::Stated)
            });
        }
        let alternative = known
            .filter(|_| is_weak)
            .and_then(|known| alternative(known, draft));
        let alternative = alternative.map(|name| Derived {
            evidence: Evidence::Protocol,
            name,
            others: Vec::new(),
        });
        let derived = alternative.or(derived)?;
        let is_stated = stated::name(row) == Some(derived.name);
        let source = if is_stated {
            NameSource::Stated
        } else {
            NameSource::Derived
        };
        Some(Candidate {
            others: [registered_like(record, derived.name), derived.others].concat(),
            evidence: Some(derived.evidence).filter(|_| !is_stated),
            ..new(derived.name, source)
        })
    }

    fn row(&self, index: usize) -> Row<'_> {
        let draft = &self.drafts[index];
        let around = &self.drafts[index.saturating_sub(1)..self.drafts.len().min(index + 2)];
        let (texts, weak) = self.texts(index);
        let product = self.products.get(&draft.row.table).map(String::as_str);
        let has_key = || texts.iter().any(|text| key(text.text).is_some());
        Row {
            repeats_others: self.columns.repeat_description(draft),
            is_of_product: product.is_some() || has_key(),
            texts,
            weak,
            product,
            tells_ports_apart: !around.windows(2).any(|pair| are_alike(&pair[0], &pair[1])),
            shortener: Shortener {
                page: &self.page,
                room: claims::room(draft.record.ports),
            },
        }
    }

    /// A text without what others of its table begin with, too, if what is left may be a name.
    fn own_part<'t>(&self, row: &DraftRow, text: &'t str) -> &'t str {
        let shared = self.shared.get(&row.table);
        let rest = shared.and_then(|shared| Some((text.strip_prefix(shared)?, shared)));
        let Some((rest, shared)) = rest else {
            return text;
        };
        let is_marked = !shared.trim_end().ends_with(char::is_alphanumeric);
        let words = words(rest);
        let own = clause(&words);
        let is_noun = |word: &Word<'_>| is_marked && is_noun(&word.slug);
        let says_something =
            own.len() > 1 || own.iter().any(|word| !word.says_nothing() || is_noun(word));
        if says_something { rest } else { text }
    }

    /// The texts of a row, the one first that most likely has its name; and those of columns that say little.
    fn texts(&self, index: usize) -> (Vec<Cell<'_>>, Vec<Cell<'_>>) {
        let draft = &self.drafts[index];
        let Draft { record, row } = draft;
        if let Some(service) = self.listed.get(&index) {
            let service = service.iter();
            let service = service.map(|text| Cell::new(text, Evidence::Service));
            return (service.collect(), Vec::new());
        }
        let columns = self.columns.of(draft);
        let least = self.columns.own(row);
        let is_named = columns
            .first()
            .is_some_and(|&(nameness, _)| nameness >= least);
        let columns = columns.into_iter().filter_map(|(nameness, text)| {
            let text = Cell {
                text,
                words: self.page.words(text, row.input),
                place: Some(if nameness > 0 {
                    Evidence::Column
                } else {
                    Evidence::Group
                }),
            };
            let label = clause(&text.words).len();
            let is_label = is_named || label == text.words.len();
            let is_text = label < 5 && is_label || key(text.text).is_some();
            is_text.then_some((nameness, text))
        });
        let (columns, weak): (Vec<_>, Vec<_>) =
            columns.partition(|(nameness, text)| *nameness > 0 || key(text.text).is_some());
        let mut columns = columns.into_iter().map(|(_, text)| text).peekable();
        let weak = weak.into_iter().map(|(_, text)| text);
        let first = columns.next_if(|_| is_named);
        let italics = row
            .italics
            .as_deref()
            .map(|text| Cell::new(text, Evidence::Italics));
        let service = row.service.as_ref();
        let service = service
            .map(|service| Cell::new(target(self.own_part(row, &service.text)), Evidence::Service));
        let text = target(self.own_part(row, &record.description));
        let description = Cell {
            text,
            words: self.page.words(text, row.input),
            place: None,
        };
        let own = first.into_iter().chain(italics).chain(service);
        let texts = own.chain([description]).chain(columns);
        (texts.collect(), weak.collect())
    }
}

/// What the ports of a row are registered for with one of its protocols, unless the row says that IANA did not
/// assign them.
fn registered<'r>(
    record: &Record,
    open: Protocols,
    registry: Option<&'r Registry>,
) -> Option<&'r Registration> {
    let mut assignments = record.assignments.0.iter().flatten();
    if assignments.any(|assignment| assignment.status == Status::Unofficial) {
        return None;
    }
    let registries = registry.into_iter().chain([Registry::iana()]);
    let mut known = registries.flat_map(|registry| registry.of(record.ports));
    known.find(|known| open.is_empty() || !(known.protocols & open).is_empty())
}

/// `https-alt` of a row that says HTTPS where IANA has `pcsync-https`.
fn alternative(known: &Registration, draft: &Draft) -> Option<ServiceName> {
    let (_, protocol) = known.name.as_str().rsplit_once('-')?;
    let is_said = matches!(protocol, "http" | "https") && Words::of(draft.texts()).has(protocol);
    ServiceName::new(&format!("{protocol}-alt")).filter(|_| is_said)
}

/// Whether a registration counts for more than the name that is derived from the row.
fn serves(known: &Registration, derived: Option<&Derived>, draft: &Draft) -> bool {
    let Draft { record, row } = draft;
    let tells = |text: &str| {
        let words = words(text);
        words.iter().any(|word| !word.says_nothing())
    };
    let fit = Words::of(draft.texts()).fit(known);
    if registry::are_well_known(record.ports) && !row.speaks_of_iana {
        let is_everyday = || lists::is_in("everyday port", &record.ports.to_string());
        let is_another =
            |name: &Derived| fit == Fit::NONE && (name.names_another() || !is_everyday());
        derived.is_none_or(|name| !name.is_strong() && !is_another(name))
    } else {
        let is_own = derived.is_some_and(|name| name.evidence < Evidence::Product);
        !is_own && fit.is_likely()
            || derived.is_none() && record.description.is_empty() && !draft.texts().any(tells)
    }
}
