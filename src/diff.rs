//! Two datasets → what differs between them, as data.
//!
//! ```text
//! 13#1  description: "Daytime Protocol" → "Daytime Service"
//! ```
//!
//! Records belong together by their ports; among those of the same ports by description first, the others in
//! order. So a record whose number changed because a row was put in before it is not a new one.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::dataset::{
    Citation, Dataset, Naming, PortRange, Record, ServiceName, SourceFile, StatusMeaning,
};

/// What differs between two states.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Differences {
    /// What was added, removed or changed.
    pub changes: Vec<Change>,
    /// How many records say the same on another line of the source.
    pub moved: usize,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Only the new state has it.
    Added {
        /// What it is called: `13#1`, `citations 12`.
        key: String,
        /// What it is about.
        title: String,
    },
    /// Only the old state has it.
    Removed {
        /// What it is called.
        key: String,
        /// What it is about.
        title: String,
    },
    /// Both have it, and a field differs.
    Changed {
        /// What it is called in the new state.
        key: String,
        /// The path of the field, such as `tcp.status`.
        field: String,
        /// What the old state says, null where it has no such field.
        old: Value,
        /// What the new state says, null where it has no such field.
        new: Value,
    },
    /// A service has another name, and the old one is no alias of it: what looks it up by that finds nothing.
    Renamed {
        /// What its record is called in the new state.
        key: String,
        /// The name in the old state.
        old: String,
        /// The name in the new state.
        new: String,
    },
    /// No service of these ports has the name any more: what looks it up finds nothing.
    ServiceRemoved {
        /// What its record is called; in the old state, if that is gone too.
        key: String,
        /// What it was about.
        title: String,
        /// The name in the old state.
        name: String,
    },
}

impl Change {
    /// Whether a configuration that names a service may fail by it.
    #[must_use]
    pub fn breaks_names(&self) -> bool {
        matches!(self, Self::Renamed { .. } | Self::ServiceRemoved { .. })
    }
}

impl Differences {
    /// Whether both states say the same, on whatever line of the source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Compares two states of a file: their ports, and what they were made from.
    #[must_use]
    pub fn between(old: &Dataset, new: &Dataset) -> Self {
        let mut differences = Self::default();
        differences.compare_all(&old.sources, &new.sources);
        if old.attribution != new.attribution {
            let (old, new) = (value_of(&old.attribution), value_of(&new.attribution));
            differences.compare_values("attribution", "value", &old, &new);
        }
        differences.compare_ports(old, new);
        differences
    }

    /// Compares what two states say of ports, whatever they were made from.
    #[must_use]
    pub fn of_ports(old: &Dataset, new: &Dataset) -> Self {
        let mut differences = Self::default();
        differences.compare_ports(old, new);
        differences.moved = 0;
        differences
    }

    fn compare_ports(&mut self, old: &Dataset, new: &Dataset) {
        self.compare_all(&old.statuses, &new.statuses);
        self.compare_all(&old.citations, &new.citations);
        let names: Names = new.records.iter().flat_map(names).collect();
        for (old, new) in pairs(&old.records, &new.records) {
            self.compare_names(old, new, &names);
            self.compare(old, new);
        }
    }

    fn compare_all<T: Item>(&mut self, old: &[T], new: &[T]) {
        for (old, new) in pairs(old, new) {
            self.compare(old, new);
        }
    }

    /// Tells whether the old name of a record is lost.
    fn compare_names(&mut self, old: Option<&Record>, new: Option<&Record>, known: &Names) {
        let Some((old, naming)) = old.and_then(|old| Some((old, old.naming.as_ref()?))) else {
            return;
        };
        if known.contains(&(old.ports.first(), naming.name)) {
            return;
        }
        let (key, name) = (new.unwrap_or(old).key(), naming.name.to_string());
        self.changes
            .push(match new.and_then(|new| new.naming.as_ref()) {
                Some(new) => Change::Renamed {
                    key,
                    old: name,
                    new: new.name.to_string(),
                },
                None => Change::ServiceRemoved {
                    key,
                    title: old.title().to_owned(),
                    name,
                },
            });
    }

    fn compare<T: Item>(&mut self, old: Option<&T>, new: Option<&T>) {
        let (key, title) = match (old, new) {
            (Some(old), Some(new)) if old == new => return,
            (Some(old), Some(new)) => return self.compare_fields(old, new),
            (Some(item), None) | (None, Some(item)) => (item.key(), item.title().to_owned()),
            (None, None) => return,
        };
        let is_told = |change: &Change| matches!(change, Change::ServiceRemoved { key: told, .. } if *told == key);
        self.changes.extend(match new {
            Some(_) => Some(Change::Added { key, title }),
            None if self.changes.last().is_some_and(is_told) => None,
            None => Some(Change::Removed { key, title }),
        });
    }

    fn compare_fields<T: Item>(&mut self, old: &T, new: &T) {
        let key = new.key();
        let is_told = self.changes.last().is_some_and(|change| {
            matches!(change, Change::Renamed { key: told, .. } | Change::ServiceRemoved { key: told, .. } if *told == key)
        });
        let before = self.changes.len();
        let (old, new) = (value_of(old), value_of(new));
        let has_moved = value(&old, "source") != value(&new, "source");
        for field in keys(&old, &new).filter(|field| *field != "source") {
            if !(is_told && field == "name") {
                self.compare_values(&key, field, value(&old, field), value(&new, field));
            }
        }
        self.moved += usize::from(has_moved && self.changes.len() == before);
    }

    /// Compares two values; objects field by field.
    fn compare_values(&mut self, key: &str, field: &str, old: &Value, new: &Value) {
        if old == new {
            return;
        }
        if old.is_object() && new.is_object() {
            for name in keys(old, new) {
                let field = format!("{field}.{name}");
                self.compare_values(key, &field, value(old, name), value(new, name));
            }
            return;
        }
        self.changes.push(Change::Changed {
            key: key.to_owned(),
            field: field.to_owned(),
            old: old.clone(),
            new: new.clone(),
        });
    }
}

/// The names that services have, each with the lowest port of its record.
type Names = HashSet<(u16, ServiceName)>;

fn names(record: &Record) -> impl Iterator<Item = (u16, ServiceName)> {
    let names = record.naming.iter().flat_map(Naming::names);
    names.map(|name| (record.ports.first(), name))
}

/// What a dataset lists.
trait Item: Serialize + PartialEq {
    /// The ports or the name that it has in common with what it is compared with, in the order of the message.
    fn group(&self) -> (PortRange, &str);

    /// What it is called in a message.
    fn key(&self) -> String;

    /// What tells it from the others of its group.
    fn title(&self) -> &str;
}

impl Item for Record {
    fn group(&self) -> (PortRange, &str) {
        (self.ports, "")
    }

    fn key(&self) -> String {
        self.id.clone()
    }

    fn title(&self) -> &str {
        &self.description
    }
}

/// Items that one of their fields names.
macro_rules! named_items {
    ($($item:ident of $list:literal, by $name:ident: $title:expr;)+) => {
        $(impl Item for $item {
            fn group(&self) -> (PortRange, &str) {
                (PortRange::default(), &self.$name)
            }

            fn key(&self) -> String {
                format!("{} {}", $list, self.$name)
            }

            fn title(&self) -> &str {
                let title: fn(&Self) -> &str = $title;
                title(self)
            }
        })+
    };
}

named_items! {
    Citation of "citations", by id: |citation| citation.url.as_deref().unwrap_or_default();
    StatusMeaning of "statuses", by status: |status| &status.meaning;
    SourceFile of "sources", by path: |source| &source.sha256;
}

/// Each old item with the new one that it is compared with.
fn pairs<'i, T: Item>(
    old: &'i [T],
    new: &'i [T],
) -> impl Iterator<Item = (Option<&'i T>, Option<&'i T>)> {
    let mut groups: BTreeMap<_, (Vec<&T>, Vec<&T>)> = BTreeMap::new();
    for item in old {
        groups.entry(item.group()).or_default().0.push(item);
    }
    for item in new {
        groups.entry(item.group()).or_default().1.push(item);
    }
    groups
        .into_values()
        .flat_map(|(old, new)| pairs_of_group(&old, new))
}

fn pairs_of_group<'i, T: Item>(
    old: &[&'i T],
    new: Vec<&'i T>,
) -> Vec<(Option<&'i T>, Option<&'i T>)> {
    let mut by_title: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (at, item) in new.iter().enumerate() {
        by_title.entry(item.title()).or_default().push_back(at);
    }
    let mut new: Vec<_> = new.into_iter().map(Some).collect();
    let (mut pairs, mut unlike) = (Vec::new(), Vec::new());
    for &item in old {
        let same = by_title.get_mut(item.title()).and_then(VecDeque::pop_front);
        match same.and_then(|at| new[at].take()) {
            Some(same) => pairs.push((Some(item), Some(same))),
            None => unlike.push(item),
        }
    }
    let (mut unlike, mut new) = (unlike.into_iter(), new.into_iter().flatten());
    loop {
        match (unlike.next(), new.next()) {
            (None, None) => return pairs,
            pair => pairs.push(pair),
        }
    }
}

fn value_of(item: &impl Serialize) -> Value {
    serde_json::to_value(item).unwrap_or_default()
}

fn value<'v>(object: &'v Value, name: &str) -> &'v Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The names of the fields of both, those of the old one first.
fn keys<'v>(old: &'v Value, new: &'v Value) -> impl Iterator<Item = &'v str> {
    let names = |object: &'v Value| object.as_object().into_iter().flat_map(Map::keys);
    let only_new = names(new).filter(|name| old.get(name.as_str()).is_none());
    names(old).chain(only_new).map(String::as_str)
}
