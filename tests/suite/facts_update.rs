//! `facts update` edits a file of names as a person would: random tables and files, and what may be another line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use portconv::dataset::{NameSource, PortRange, Record, Status};
use proptest::prelude::*;

use crate::facts::{HEAD, named_records, renewed_names};

const WORDS: [&str; 8] = [
    "Echo",
    "Echo Protocol",
    "Echo Protocol, old",
    "Discard",
    "Discard, now gone",
    "Foo Bar",
    "",
    "used by all",
];

/// A table, and a file of names that is about some of its rows: with comments, blank lines, fields in quotes, a column
/// of one's own, in either line end, and perhaps without the last one. Some lines quote rows as they are.
fn table_and_names() -> impl Strategy<Value = (String, String)> {
    let row = || (1..7_u16, 0..8_u16, prop::sample::select(&WORDS[..]));
    let status = prop::sample::select(&["Yes", "Yes", "Yes", "Reserved"][..]);
    let rows = prop::collection::vec((row(), status), 1..14);
    let of_row = prop::option::weighted(0.7, 0..14_usize);
    let line = (row(), of_row, "(|tcp|udp)", "[a-c]{1,2}(;x)?", 0..8_u8);
    let lines = prop::collection::vec(line, 0..14);
    (rows, lines, prop::bool::ANY, prop::bool::ANY).prop_map(|(rows, lines, is_crlf, is_ended)| {
        let mut table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n".to_owned();
        for ((first, wide, words), status) in &rows {
            let ports = ports(*first, *wide);
            let _ = writeln!(table, "| {ports} | {status} | No | {words} |");
        }
        let mut names = format!("{HEAD},note\n");
        for (line, of_row, protocols, name, style) in lines {
            let row = of_row.and_then(|at| Some(rows.get(at)?.0));
            let (first, wide, words) = row.unwrap_or(line);
            let ports = ports(first, wide);
            let (first, last) = (ports.first(), ports.last());
            let (name, alias) = name.split_once(';').unwrap_or((&name, ""));
            let name = format!("{name}-{ports}");
            let alias = if alias.is_empty() {
                String::new()
            } else {
                format!("x-{ports}")
            };
            names += ["# a comment, of some words\n", "\n", "", ""][usize::from(style % 4)];
            let [quote, note] = [["", ""], ["\"", "\"a, note\""]][usize::from(style / 4)];
            let _ = writeln!(
                names,
                "{first},{last},{protocols},\"{words}\",{quote}{name}{quote},{alias},me,{note}"
            );
        }
        names.truncate(names.len() - usize::from(!is_ended));
        let line_end = if is_crlf { "\r\n" } else { "\n" };
        (table, names.replace('\n', line_end))
    })
}

fn ports(first: u16, wide: u16) -> PortRange {
    let last = if wide > 5 { first + wide - 5 } else { first };
    PortRange::new(first, last).unwrap()
}

/// A line about a row.
struct Fact<'t> {
    ports: PortRange,
    words: &'t str,
    /// As it is written: the protocols, and what follows the words.
    said: [&'t str; 2],
}

/// The fact of a line; `None` for a comment, a blank line and the header.
fn fact(line: &str) -> Option<Fact<'_>> {
    let mut fields = line.splitn(4, ',');
    let mut field = || fields.next();
    let ports = PortRange::new(field()?.parse().ok()?, field()?.parse().ok()?)?;
    let (protocols, rest) = (field()?, field()?);
    let (words, behind) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\","),
        None => rest.split_once(','),
    }?;
    let said = [protocols, behind];
    Some(Fact { ports, words, said })
}

impl<'t> Fact<'t> {
    /// The name and the aliases.
    fn names(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        let fields = self.said[1].split(',').take(2);
        let names = fields.flat_map(|field| field.trim_matches('"').split(';'));
        names.filter(|name| !name.is_empty())
    }

    fn name(&self) -> &'t str {
        self.names().next().unwrap_or_default()
    }

    fn quotes(&self, record: &Record) -> bool {
        (self.ports, self.words) == (record.ports, &*record.description)
    }

    fn fits(&self, record: &Record) -> bool {
        record.ports.first() <= self.ports.first()
            && self.ports.last() <= record.ports.last()
            && record.description.starts_with(self.words)
    }

    /// It fits, and no line about the same ports quotes more of the row.
    fn is_about(&self, record: &Record, facts: &[Fact<'_>]) -> bool {
        let more = |other: &Fact<'_>| {
            other.ports == self.ports && other.words.len() > self.words.len() && other.fits(record)
        };
        self.fits(record) && !facts.iter().any(more)
    }
}

/// A file, the records of its table as they are with it, and its lines before and after.
struct Before<'t> {
    records: Vec<Record>,
    lines: Vec<&'t str>,
    after: Vec<&'t str>,
    facts: Vec<Fact<'t>>,
}

impl Before<'_> {
    /// A line about a part of its ports is none about the row.
    fn has_line(&self, record: &Record) -> bool {
        let mut facts = self.facts.iter().filter(|it| it.ports == record.ports);
        facts.any(|it| it.is_about(record, &self.facts))
    }

    fn is_stale(&self, fact: &Fact<'_>) -> bool {
        let mut records = self.records.iter();
        !records.any(|it| fact.is_about(it, &self.facts))
    }

    /// Rows that may get a line: they have a name that no line and no column gives, and are in use.
    fn open(&self) -> impl Iterator<Item = &Record> {
        let records = self.records.iter().filter(|it| !self.has_line(it));
        records.filter(|it| {
            it.naming
                .as_ref()
                .is_some_and(|it| it.source > NameSource::Stated)
        })
    }

    /// An old line has become one about the row.
    fn is_edited(&self, record: &Record) -> bool {
        let is_new = |line: &&&str| {
            !self.lines.contains(line) && fact(line).is_some_and(|new| new.quotes(record))
        };
        let mut new = self.after.iter().filter(is_new);
        new.any(|new| self.lines.iter().any(|old| self.may_become(old, new)))
    }

    /// A line about the row would also be about another one, which has no name and no line, or which is like a third but for the name.
    fn is_pinned(&self, record: &Record) -> bool {
        let others = self.records.iter().filter(|it| {
            it.ports == record.ports
                && it.description.starts_with(&record.description)
                && is_in_use(it)
                && !self.has_line(it)
                && !self.is_edited(it)
        });
        let others: Vec<_> = others.collect();
        let is_apart = |one: &&Record| {
            let mut alike = others.iter().filter(|it| it.description == one.description);
            one.naming.is_none() || alike.any(|it| it.naming != one.naming)
        };
        others.iter().any(is_apart)
    }

    /// The old line may have become the new one: both say the same of a row, which was edited.
    fn may_become(&self, old: &str, new: &str) -> bool {
        let (Some(old), Some(new)) = (fact(old), fact(new)) else {
            return false;
        };
        let quotes = |record: &Record| new.quotes(record) && !old.quotes(record);
        old.said == new.said && self.records.iter().any(quotes)
    }

    /// The line may have gone: its row is, and no other needs a line for its ports.
    fn may_go(&self, old: &str) -> bool {
        let is_free = |fact: &Fact<'_>| {
            !self
                .open()
                .any(|it| it.ports == fact.ports && !self.is_pinned(it))
        };
        fact(old).is_some_and(|it| self.is_stale(&it) && is_free(&it))
    }

    /// The line may be new: it says what a row without a line is called.
    fn may_come(&self, new: &str) -> bool {
        let named = |fact: &Fact<'_>| {
            let mut rows = self
                .open()
                .filter(|it| fact.quotes(it) && !self.is_pinned(it));
            rows.any(|it| {
                it.naming
                    .as_ref()
                    .is_some_and(|it| it.name.as_str() == fact.name())
            })
        };
        fact(new).is_some_and(|it| named(&it))
    }

    /// The new lines are the old ones, but for lines that may be others.
    fn may_be(&self, new: &[&str]) -> bool {
        // For so many old lines, whether they and so many new ones agree.
        let mut agrees = vec![vec![false; new.len() + 1]; self.lines.len() + 1];
        agrees[0][0] = true;
        for at in 0..=self.lines.len() {
            for to in 0..=new.len() {
                let old = at.checked_sub(1).map(|at| (at, self.lines[at]));
                let new = to.checked_sub(1).map(|to| (to, new[to]));
                agrees[at][to] |= match (old, new) {
                    (Some((at, old)), Some((to, new))) => {
                        agrees[at][to] && (old == new || self.may_become(old, new))
                    }
                    _ => false,
                } || old
                    .is_some_and(|(at, old)| agrees[at][to] && self.may_go(old))
                    || new.is_some_and(|(to, new)| agrees[at][to] && self.may_come(new));
            }
        }
        agrees[self.lines.len()][new.len()]
    }

    /// The row gets a line: nothing about its ports, or about those that they overlap with, is to be decided.
    fn gets_line(&self, record: &Record) -> bool {
        let mut near = vec![record.ports];
        loop {
            let more = self
                .records
                .iter()
                .map(|it| it.ports)
                .chain(self.facts.iter().map(|it| it.ports));
            let more = more
                .filter(|it| !near.contains(it) && near.iter().any(|known| overlap(*known, *it)));
            let more: Vec<_> = more.collect();
            if more.is_empty() {
                break;
            }
            near.extend(more);
        }
        let is_near = |it: &PortRange| near.contains(it);
        let words = self
            .records
            .iter()
            .filter(|it| is_near(&it.ports))
            .map(|it| &it.description);
        let mut stale = self.facts.iter().filter(|it| self.is_stale(it));
        let may_be_about = |fact: &Fact<'_>| {
            is_near(&fact.ports) || words.clone().any(|it| it.starts_with(fact.words))
        };
        !self.is_pinned(record) && !stale.any(may_be_about)
    }
}

fn overlap(a: PortRange, b: PortRange) -> bool {
    a.first() <= b.last() && b.first() <= a.last()
}

fn is_in_use(record: &Record) -> bool {
    let mut assignments = record.assignments.0.iter().flatten();
    assignments.any(|it| {
        matches!(
            it.status,
            Status::Yes | Status::Unofficial | Status::Assigned
        )
    })
}

/// Of two lines about one port, the row of the second was edited: what it says now begins as the first one does.
#[test]
fn a_line_stays_while_a_row_of_its_port_is_quoted_in_part() {
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n| 1 | Yes | No | Echo |\n| 1 | Yes | No | Echo deux |\n| 2 | Yes | No | Foo |\n";
    let names =
        format!("{HEAD}\n1,1,,Echo,first,,me\n1,1,,Echo two,second,,me\n2,2,,Foo,foo,,me\n");
    assert_eq!(renewed_names(table, &names), names);
}

#[test]
fn a_line_that_would_name_another_row_too_stays() {
    let table = "| Port | TCP | UDP | Description |\n|---|---|---|---|\n\
        | 443 | No | Yes | should be open |\n| 443 | Yes | | |\n| 5432 | Yes | Yes | database |\n";
    let text = "first_port,last_port,protocols,description,name,aliases,source\n\
        443,443,,backup Grafana,bar-1,al,x\n5432,5432,,database,postgresql,,registry\n";
    assert_eq!(renewed_names(table, text), text);
    // Where the row says more than the other one, the line is about it alone.
    let table = table.replace("| Yes | | |", "| Yes | | backup |");
    let new = text.replace("backup Grafana", "backup");
    assert_eq!(renewed_names(&table, text), new);
}

proptest! {
    /// Updated once, a file is up to date. Each line of it is a line of the old file; or one of these that says of its
    /// row what stands there now, and of the rest what it said; or new, about a row that no line was about. Every such
    /// row has a line, unless a line about it would name another row, or a person has to decide about its ports.
    #[test]
    fn an_update_settles_and_touches_nothing_else((table, text) in table_and_names()) {
        let after = renewed_names(&table, &text);
        prop_assert_eq!(&renewed_names(&table, &after), &after);
        let facts: Vec<_> = text.lines().filter_map(fact).collect();
        let before = Before { records: named_records(&table, &text), lines: text.lines().collect(), after: after.lines().collect(), facts };
        let stale = before.facts.iter().filter(|it| before.is_stale(it)).count();
        if 2 * stale > before.facts.len() {
            prop_assert_eq!(after, text);
            return Ok(());
        }
        let is_crlf = text.contains("\r\n");
        prop_assert!(!is_crlf || !after.replace("\r\n", "").contains('\n'), "{after:?}");
        prop_assert!(before.may_be(&before.after), "\n{table}\n{text}\nbecomes\n{after}");
        let rows = before.open().filter(|it| before.gets_line(it));
        for row in rows {
            let mut lines = after.lines().filter_map(fact);
            prop_assert!(lines.any(|it| it.quotes(row)), "\n{table}\n{text}\nbecomes\n{after}\nwithout {}", row.id);
        }
        // A name of several ports is that of the first row with such a line.
        let lines = after.lines().filter_map(fact);
        let names = lines.flat_map(|it| it.names().map(move |name| (name, it.ports)));
        let names: Vec<_> = names.collect();
        let ports: BTreeMap<_, _> = names.iter().copied().collect();
        if names.iter().any(|(name, of)| ports[name] != *of) {
            return Ok(());
        }
        for (old, new) in before.records.iter().zip(named_records(&table, &after)) {
            let is_curated = old.naming.as_ref().is_some_and(|it| it.source == NameSource::Curated);
            prop_assert!(!is_curated || old.naming == new.naming, "{} in\n{after}", old.id);
        }
    }
}
