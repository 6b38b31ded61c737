//! Facts and records → [`Uses`]: which facts name a record, which were made for an earlier state of one, and which
//! are about rows that are gone.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Fact, FactFile};
use crate::dataset::{PortRange, Record};
use crate::diagnostic::{Code, Report};
use crate::limits::{MANY_STALE_FACTS, ROWS_OF_A_FACT};

/// What the facts of a file are about, by where each starts.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    facts: BTreeMap<usize, Use>,
    /// The records that facts may be about which may be about others, too.
    pub(crate) undecided: HashSet<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It names records as they are.
    Fits,
    /// It quotes the start of the record with this index.
    Starts(usize),
    /// It was made for an earlier state of the record with this index.
    Edited(usize),
    /// It may be about several records: someone has to decide.
    Undecided,
}

impl Uses {
    /// Notes that a fact names a record.
    fn add<T>(&mut self, fact: &Fact<T>, index: usize, record: &Record) {
        let is_start = fact.ports == record.ports
            && !fact.description.is_empty()
            && fact.description != record.description;
        let now = match self.facts.get(&fact.span.start) {
            None if is_start => Use::Starts(index),
            Some(Use::Starts(known)) if *known == index => return,
            _ => Use::Fits,
        };
        self.facts.insert(fact.span.start, now);
    }

    fn serves<T>(&self, fact: &Fact<T>) -> bool {
        let of_fact = self.facts.get(&fact.span.start);
        of_fact.is_some_and(|of_fact| *of_fact != Use::Undecided)
    }

    /// A person has to say which record the fact is about.
    pub(crate) fn is_undecided<T>(&self, fact: &Fact<T>) -> bool {
        self.facts.get(&fact.span.start) == Some(&Use::Undecided)
    }

    /// Nearly all facts quote the whole of their row, so that one that quotes less of it is older than words that
    /// were added. `new` lines that quote the whole are about to join them.
    fn quote_whole_rows(&self, new: usize) -> bool {
        let serving = self.facts.values().filter(|it| **it != Use::Undecided);
        let starts = serving.clone().filter(|it| matches!(it, Use::Starts(_)));
        let (serving, starts) = (serving.count() + new, starts.count());
        2 * starts <= serving && starts <= 1 + serving / 10
    }
}

impl<T> FactFile<T> {
    /// At least half of the facts name one of the records: they were made for these.
    pub(crate) fn are_for_records(&self, uses: &Uses) -> bool {
        let serving = self.all().filter(|fact| uses.serves(fact));
        2 * serving.count() >= self.all().count()
    }

    /// The facts about each record, and what that makes of the facts: those that name it as it is, given for each record
    /// that facts are wanted for; else those that named it before it was edited.
    pub(crate) fn about<'f, 'r>(
        &'f self,
        records: impl Iterator<Item = (&'r Record, Option<Vec<&'f Fact<T>>>)>,
    ) -> (Uses, Vec<Vec<&'f Fact<T>>>) {
        let (mut uses, mut about, mut open) = (Uses::default(), Vec::new(), Vec::new());
        for (index, (record, naming)) in records.enumerate() {
            for fact in naming.iter().flatten() {
                uses.add(fact, index, record);
            }
            if naming.as_ref().is_some_and(Vec::is_empty) {
                open.push((index, record));
            }
            about.push(naming.unwrap_or_default());
        }
        self.find_edited(&open, &mut uses);
        for (index, fact) in self.edited(&uses) {
            about[index].push(fact);
        }
        (uses, about)
    }

    /// Finds the facts whose record was edited. It has the fact's ports and some of its words, or its words
    /// and other ports; and no other line of facts or record comes into question.
    fn find_edited(&self, open: &[(usize, &Record)], uses: &mut Uses) {
        if open.is_empty() || !self.are_for_records(uses) {
            return;
        }
        let records = Records::new(open);
        let groups = self.facts.values().flat_map(BTreeMap::values);
        let unused = groups.filter(|group| !uses.serves(&group[0]));
        let meant = unused.map(|group| (group, records.meant(&group[0])));
        let meant: Vec<_> = meant.collect();
        let mut claims: HashMap<usize, usize> = HashMap::new();
        for record in meant.iter().flat_map(|(_, records)| records) {
            *claims.entry(*record).or_default() += 1;
        }
        for (group, meant) in meant {
            let now = match meant[..] {
                [] => continue,
                [record] if claims[&record] == 1 => Use::Edited(record),
                _ => Use::Undecided,
            };
            if now == Use::Undecided {
                uses.undecided.extend(meant);
            }
            let starts = group.iter().map(|fact| (fact.span.start, now));
            uses.facts.extend(starts);
        }
    }

    /// The facts of records that were edited, each with the index of its record.
    pub(crate) fn edited(&self, uses: &Uses) -> Vec<(usize, &Fact<T>)> {
        self.with_use(uses, |it| match it {
            Use::Edited(record) => Some(record),
            _ => None,
        })
    }

    /// The facts of records to which words were added, once there are so many `new` lines.
    pub(crate) fn outgrown(&self, uses: &Uses, new: usize) -> Vec<(usize, &Fact<T>)> {
        let are_told = uses.quote_whole_rows(new);
        self.with_use(uses, |it| match it {
            Use::Starts(record) if are_told => Some(record),
            _ => None,
        })
    }

    fn with_use(
        &self,
        uses: &Uses,
        record: impl Fn(Use) -> Option<usize>,
    ) -> Vec<(usize, &Fact<T>)> {
        let facts = self.all();
        let facts =
            facts.filter_map(|fact| Some((record(*uses.facts.get(&fact.span.start)?)?, fact)));
        facts.collect()
    }

    /// The facts that name no record, though their ports lie within the records' ports, and the facts were made
    /// for these records.
    pub(crate) fn stale(
        &self,
        ports: impl Iterator<Item = PortRange> + Clone,
        uses: &Uses,
    ) -> Vec<&Fact<T>> {
        let first = ports.clone().map(PortRange::first).min();
        let last = ports.map(PortRange::last).max();
        let Some((first, last)) = first.zip(last).filter(|_| self.are_for_records(uses)) else {
            return Vec::new();
        };
        let is_within = |ports: PortRange| first <= ports.first() && ports.last() <= last;
        let unused = self.all().filter(|fact| !uses.serves(fact));
        unused.filter(|fact| is_within(fact.ports)).collect()
    }

    /// The facts that are compiled in are about so many rows that are gone or edited that this is another state of
    /// the page: one line says so.
    pub(crate) fn are_of_other_state(&self, facts: usize) -> bool {
        self.is_compiled_in && facts > MANY_STALE_FACTS
    }

    /// Reports facts about rows that are gone.
    pub(crate) fn report_stale(
        &self,
        ports: impl Iterator<Item = PortRange> + Clone,
        uses: &Uses,
        report: &mut Report<'_>,
    ) {
        let (stale, edited) = (self.stale(ports, uses), self.edited(uses).len());
        if self.are_of_other_state(stale.len() + edited) {
            let message = format!(
                "{} of the compiled-in facts are about rows that are missing here, and {edited} are about earlier versions of rows: this seems to be another version of the page",
                stale.len()
            );
            report.push(Code::StaleFact, 0..0, message);
            return;
        }
        for fact in stale {
            let message = format!(
                "no record of {} matches {:?}; `portconv facts update` removes the line, unless another row has that port",
                shown(fact.ports),
                fact.description
            );
            report.push(Code::StaleFact, fact.span.clone(), message);
        }
    }
}

impl<T> Fact<T> {
    /// Says that its record was edited since.
    pub(crate) fn edited_message(&self) -> String {
        format!(
            "the facts about this row were made for {} and {:?}; they still apply; `portconv facts update` brings \
             them up to date",
            shown(self.ports),
            self.description
        )
    }
}

/// Records without facts, to be found by their ports or the start of their description.
struct Records<'r> {
    by_ports: HashMap<PortRange, Vec<(usize, &'r Record)>>,
    /// Sorted.
    by_text: Vec<(&'r str, usize)>,
}

impl<'r> Records<'r> {
    fn new(records: &[(usize, &'r Record)]) -> Self {
        let mut by_ports: HashMap<_, Vec<_>> = HashMap::new();
        for &(index, record) in records {
            let of_ports = by_ports.entry(record.ports).or_default();
            of_ports.push((index, record));
        }
        let texts = records.iter();
        let texts = texts.map(|(index, record)| (record.description.as_str(), *index));
        let mut by_text: Vec<_> = texts.collect();
        by_text.sort_unstable();
        Self { by_ports, by_text }
    }

    /// The records that a fact may be about, if they were edited. One more than one is as good as many.
    fn meant<T>(&self, fact: &Fact<T>) -> Vec<usize> {
        let start = fact.description.as_str();
        let from = self.by_text.partition_point(|(text, _)| *text < start);
        let with_text = self.by_text[from..].iter();
        let with_text =
            with_text.take_while(|(text, _)| !start.is_empty() && text.starts_with(start));
        let with_text = with_text.take(ROWS_OF_A_FACT).map(|(_, index)| *index);
        let of_ports = self.by_ports.get(&fact.ports).into_iter().flatten();
        let of_ports = of_ports.take(ROWS_OF_A_FACT);
        let of_ports = of_ports.filter(|(_, record)| share_a_word(start, &record.description));
        let mut meant: Vec<_> = with_text.chain(of_ports.map(|(index, _)| *index)).collect();
        meant.sort_unstable();
        meant.dedup();
        meant
    }
}

fn shown(ports: PortRange) -> String {
    match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("port {first}"),
        (first, last) => format!("ports {first} to {last}"),
    }
}

/// Two texts have a word of four letters or more in common, or one is short of such words.
fn share_a_word(a: &str, b: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words = words.filter(|word| word.len() > 3);
        words.map(str::to_lowercase).collect()
    };
    let (a, b) = (words(a), words(b));
    a.is_empty() || b.is_empty() || !a.is_disjoint(&b)
}
