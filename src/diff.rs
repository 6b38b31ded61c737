//! Two datasets → what differs between them, as data.
//!
//! ```text
//! 13#1  description: "Daytime Protocol" → "Daytime Service"
//! ```
//!
//! Records are paired by their ports; those with the same ports first by description, then the others in
//! order. So a record whose number changed because a row was inserted before it does not count as new. Records that
//! are left are paired by description, whatever their ports: the ports of a row were edited.
//!
//! Services are compared as programs ask for them: by name and protocol, for a port.

mod lost_names;

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::dataset::{Citation, Dataset, PortRange, Record, SourceFile, StatusMeaning};
use lost_names::{Answers, answers};

/// What differs between two states.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Differences {
    /// What was added, removed or changed.
    pub changes: Vec<Change>,
    /// How many records say the same on another line of the source.
    pub moved: usize,
}

/// A name and the ports that have it, such as `13/tcp` and `116-120/udp`. In a range, each has its number behind the
/// name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedPorts {
    /// The name of the service.
    pub name: String,
    /// Its ports, by protocol.
    pub ports: Vec<String>,
}

/// A record, status, citation or source that only one state has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lone {
    /// What it is called: `13#1`, `citations 12`.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// The services that came or went with a record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<NamedPorts>,
}

impl Lone {
    fn new(item: &impl Item, services: Vec<NamedPorts>) -> Self {
        Self {
            key: item.key(),
            title: item.title().to_owned(),
            services,
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Only the new state has it.
    Added(Lone),
    /// Only the old state has it. What looks one of its services up finds nothing.
    Removed(Lone),
    /// Both have it, and a field differs.
    Changed {
        /// What it is called in the new state.
        key: String,
        /// The path of the field, such as `tcp.status`; `ports` for both ends of a range.
        field: String,
        /// What the old state says, null where it has no such field.
        old: Value,
        /// What the new state says, null where it has no such field.
        new: Value,
    },
    /// A service was renamed, and the old name is not an alias: looking up the old name finds nothing.
    Renamed {
        /// What its record is called in the new state.
        key: String,
        /// The name in the old state.
        old: String,
        /// The name in the new state.
        new: String,
        /// The ports where it had the old name.
        ports: Vec<String>,
    },
    /// A record stays, but not its service: looking it up finds nothing.
    ServiceRemoved {
        /// What its record is called in the new state.
        key: String,
        /// The name and the ports in the old state.
        #[serde(flatten)]
        service: NamedPorts,
    },
    /// A name stands for other ports: looking it up finds those.
    ServiceMoved {
        /// What its record is called; in the old state, if that is gone.
        key: String,
        /// The name in both states.
        name: String,
        /// The ports in the old state.
        old: Vec<String>,
        /// The ports in the new state.
        new: Vec<String>,
    },
}

impl Change {
    /// Whether a configuration that names a service may fail by it.
    #[must_use]
    pub fn breaks_names(&self) -> bool {
        match self {
            Self::Added(_) | Self::Changed { .. } => false,
            Self::Removed(lone) => !lone.services.is_empty(),
            Self::Renamed { .. } | Self::ServiceRemoved { .. } | Self::ServiceMoved { .. } => true,
        }
    }

    /// What it is about, and in which way: a change that is found in several files is one.
    #[must_use]
    pub fn subject(&self) -> (&str, &str) {
        match self {
            Self::Added(lone) => (&lone.key, "+"),
            Self::Removed(lone) => (&lone.key, "-"),
            Self::Changed { key, field, .. } => (key, field),
            Self::Renamed { key, old: name, .. }
            | Self::ServiceMoved { key, name, .. }
            | Self::ServiceRemoved {
                key,
                service: NamedPorts { name, .. },
            } => (key, name),
        }
    }
}

impl Differences {
    /// Whether both states are the same, apart from line numbers.
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

    /// Compares the ports of two states, ignoring their sources.
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
        let known: Answers = new.records.iter().flat_map(answers).collect();
        for (old, new) in pairs(&old.records, &new.records) {
            match old {
                Some(old) if new == Some(old) => {}
                Some(old) => self.compare_records(old, new, &known),
                None => self.changes.extend(new.map(|new| {
                    let services = lost_names::service(new).into_iter().collect();
                    Change::Added(Lone::new(new, services))
                })),
            }
        }
    }

    fn compare_records(&mut self, old: &Record, new: Option<&Record>, known: &Answers) {
        let lost = lost_names::lost(old, new, known);
        if let Some(new) = new {
            let told = lost_names::told_fields(&lost, old, new);
            self.changes.extend(lost);
            return self.compare_fields(old, new, &told);
        }
        let mut services = Vec::new();
        for change in lost {
            match change {
                Change::ServiceRemoved { service, .. } => services.push(service),
                change => self.changes.push(change),
            }
        }
        self.changes.push(Change::Removed(Lone::new(old, services)));
    }

    fn compare_all<T: Item>(&mut self, old: &[T], new: &[T]) {
        let lone = |item| Lone::new(item, Vec::new());
        for pair in pairs(old, new) {
            match pair {
                (Some(old), Some(new)) => self.compare_fields(old, new, &[]),
                (Some(old), None) => self.changes.push(Change::Removed(lone(old))),
                (None, new) => self.changes.extend(new.map(lone).map(Change::Added)),
            }
        }
    }

    /// Compares two items, of whose fields some are told already.
    fn compare_fields<T: Item>(&mut self, old: &T, new: &T, told: &[&str]) {
        if old == new {
            return;
        }
        let (key, before) = (new.key(), self.changes.len());
        let (old, new) = (fields(old), fields(new));
        let differs = |field| value(&old, field) != value(&new, field);
        let has_other_ports = differs("ports");
        let is_told = |field: &str| {
            // The ports are the better part of an id.
            field == "source" || field == "id" && has_other_ports || told.contains(&field)
        };
        for field in keys(&old, &new).filter(|field| !is_told(field)) {
            self.compare_values(&key, field, value(&old, field), value(&new, field));
        }
        let is_same = self.changes.len() == before && told.is_empty();
        self.moved += usize::from(is_same && differs("source"));
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

/// An old item and the new one that it is compared with.
type Pair<'i, T> = (Option<&'i T>, Option<&'i T>);

/// Each item of both in a pair, in the order of their groups: first by group and title, then by group alone. Records
/// that are left belong together if they have a title in common, whatever their ports.
fn pairs<'i, T: Item>(old: &'i [T], new: &'i [T]) -> Vec<Pair<'i, T>> {
    let (mut old, mut new) = (old.iter().collect(), new.iter().collect());
    let mut pairs = pair_by(&mut old, &mut new, |it| Some((it.group(), it.title())));
    pairs.extend(pair_by(&mut old, &mut new, |it| Some(it.group())));
    pairs.extend(pair_by(&mut old, &mut new, |it| {
        Some(it.title()).filter(|title| !title.is_empty() && it.group().1.is_empty())
    }));
    pairs.extend(old.into_iter().map(|item| (Some(item), None)));
    pairs.extend(new.into_iter().map(|item| (None, Some(item))));
    pairs.sort_by_key(|(old, new)| new.or(*old).map(Item::group));
    pairs
}

/// Takes out the items that have a key in common.
fn pair_by<'i, T, K: Hash + Eq>(
    old: &mut Vec<&'i T>,
    new: &mut Vec<&'i T>,
    key: impl Fn(&'i T) -> Option<K>,
) -> Vec<Pair<'i, T>> {
    let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (at, item) in new.iter().enumerate() {
        if let Some(key) = key(item) {
            places.entry(key).or_default().push_back(at);
        }
    }
    let (mut pairs, mut is_paired) = (Vec::new(), vec![false; new.len()]);
    old.retain(|item| {
        let same = key(item).and_then(|key| places.get_mut(&key)?.pop_front());
        if let Some(at) = same {
            pairs.push((Some(*item), Some(new[at])));
            is_paired[at] = true;
        }
        same.is_none()
    });
    let mut is_paired = is_paired.into_iter();
    new.retain(|_| is_paired.next() == Some(false));
    pairs
}

fn value_of(item: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(item).unwrap_or_default()
}

/// The fields of an item. The ends of a range are one.
fn fields(item: &impl Item) -> Value {
    let mut value = value_of(item);
    if let Some(fields) = value.as_object_mut()
        && fields.remove("first_port").is_some()
    {
        fields.remove("last_port");
        fields.insert("ports".to_owned(), item.group().0.to_string().into());
    }
    value
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
