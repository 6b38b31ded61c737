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

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// What it is about: `13#1`, `citations 12`; as the new state calls it, if that has it.
    pub key: String,
    /// What became of it.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What became of a record, status, citation or source, or of a name that it had.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Kind {
    /// Only the new state has it.
    Added(Lone),
    /// Only the old state has it. What looks one of its services up finds nothing.
    Removed(Lone),
    /// Both have it, and a field differs.
    Changed {
        /// The path of the field, such as `tcp.status`; `ports` for both ends of a range.
        field: String,
        /// What the old state says, null where it has no such field.
        old: Value,
        /// What the new state says, null where it has no such field.
        new: Value,
    },
    /// A service was renamed, and the old name is not an alias: looking up the old name finds nothing.
    Renamed {
        /// The name in the old state.
        old: String,
        /// The name in the new state.
        new: String,
        /// The ports where it had the old name.
        ports: Vec<String>,
    },
    /// A record stays, but not its service of the old state: looking it up finds nothing.
    ServiceRemoved(NamedPorts),
    /// A name stands for other ports: looking it up finds those.
    ServiceMoved {
        /// The name in both states.
        name: String,
        /// The ports in the old state.
        old: Vec<String>,
        /// The ports in the new state.
        new: Vec<String>,
    },
}

/// What only one state has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lone {
    /// What it is about.
    pub title: String,
    /// The services that came or went with a record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<NamedPorts>,
}

impl Change {
    /// Whether a configuration that names a service may fail by it.
    #[must_use]
    pub fn breaks_names(&self) -> bool {
        match &self.kind {
            Kind::Added(_) | Kind::Changed { .. } => false,
            Kind::Removed(lone) => !lone.services.is_empty(),
            Kind::Renamed { .. } | Kind::ServiceRemoved(_) | Kind::ServiceMoved { .. } => true,
        }
    }

    /// What it is about, and in which way: a change that is found in several files is one.
    #[must_use]
    pub fn subject(&self) -> (&str, &str) {
        let what = match &self.kind {
            Kind::Added(_) => "+",
            Kind::Removed(_) => "-",
            Kind::Changed { field, .. } => field,
            Kind::Renamed { old: name, .. } | Kind::ServiceMoved { name, .. } => name,
            Kind::ServiceRemoved(service) => &service.name,
        };
        (&self.key, what)
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
        let [old_sources, new_sources] = [old, new].map(|it| it.sources.iter().map(Item::Source));
        differences.compare_all(old_sources, new_sources, &Answers::new());
        let [old_value, new_value] = [old, new].map(|it| value_of(&it.attribution));
        differences.compare_values("attribution", "value", &old_value, &new_value);
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
        let known: Answers = new.records.iter().flat_map(answers).collect();
        let [old, new] = [old, new].map(|it| {
            let statuses = it.statuses.iter().map(Item::Status);
            let citations = it.citations.iter().map(Item::Citation);
            let records = it.records.iter().map(Item::Record);
            statuses.chain(citations).chain(records)
        });
        self.compare_all(old, new, &known);
    }

    /// Compares items. The names that records lose are told apart from other changes; `known` are the answers of all.
    fn compare_all<'i>(
        &mut self,
        old: impl Iterator<Item = Item<'i>>,
        new: impl Iterator<Item = Item<'i>>,
        known: &Answers,
    ) {
        for (old, new) in pairs(old.collect(), new.collect()) {
            let [old_record, new_record] = [old, new].map(|item| item.and_then(Item::record));
            let lost = |old| lost_names::lost(old, new_record, known);
            let lost = old_record.filter(|_| old != new).map(lost);
            let lost = lost.unwrap_or_default();
            match (old, new) {
                (Some(old), Some(new)) => {
                    let records = old_record.zip(new_record);
                    let told = records.map(|(old, new)| lost_names::told_fields(&lost, old, new));
                    self.changes.extend(lost);
                    self.compare_fields(old, new, &told.unwrap_or_default());
                }
                (Some(old), None) => {
                    let mut services = Vec::new();
                    for change in lost {
                        match change.kind {
                            Kind::ServiceRemoved(service) => services.push(service),
                            kind => self.push(&change.key, kind),
                        }
                    }
                    self.push(&old.key(), Kind::Removed(old.alone(services)));
                }
                (None, Some(new)) => {
                    let service = new_record.and_then(lost_names::service);
                    let services = service.into_iter().collect();
                    self.push(&new.key(), Kind::Added(new.alone(services)));
                }
                (None, None) => {}
            }
        }
    }

    /// Compares two items, of whose fields some are told already.
    fn compare_fields(&mut self, old: Item<'_>, new: Item<'_>, told: &[&str]) {
        if old == new {
            return;
        }
        let (key, before) = (new.key(), self.changes.len());
        let (old, new) = (old.fields(), new.fields());
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
        let (field, old, new) = (field.to_owned(), old.clone(), new.clone());
        self.push(key, Kind::Changed { field, old, new });
    }

    fn push(&mut self, key: &str, kind: Kind) {
        let key = key.to_owned();
        self.changes.push(Change { key, kind });
    }
}

/// What a dataset lists.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
enum Item<'i> {
    Source(&'i SourceFile),
    Status(&'i StatusMeaning),
    Citation(&'i Citation),
    Record(&'i Record),
}

impl<'i> Item<'i> {
    /// Its list and its name there, and what tells it from others of the name.
    fn parts(self) -> (&'static str, &'i str, &'i str) {
        match self {
            Self::Source(it) => ("sources", &it.path, &it.sha256),
            Self::Status(it) => ("statuses", &it.status, &it.meaning),
            Self::Citation(it) => ("citations", &it.id, it.url.as_deref().unwrap_or_default()),
            Self::Record(it) => ("records", &it.id, &it.description),
        }
    }

    fn record(self) -> Option<&'i Record> {
        match self {
            Self::Record(record) => Some(record),
            _ => None,
        }
    }

    /// The list and the name or ports that it has in common with what it is compared with, in the order of the message.
    fn group(self) -> (Option<PortRange>, &'static str, &'i str) {
        match (self.record(), self.parts()) {
            (Some(record), (list, ..)) => (Some(record.ports), list, ""),
            (None, (list, name, _)) => (None, list, name),
        }
    }

    /// What it is called in a message.
    fn key(self) -> String {
        match (self, self.parts()) {
            (Self::Record(_), (_, id, _)) => id.to_owned(),
            (_, (list, name, _)) => format!("{list} {name}"),
        }
    }

    /// The item where the other state has none.
    fn alone(self, services: Vec<NamedPorts>) -> Lone {
        Lone {
            title: self.parts().2.to_owned(),
            services,
        }
    }

    /// Its fields. The ends of a range are one.
    fn fields(self) -> Value {
        let mut value = value_of(&self);
        if let (Some(record), Some(fields)) = (self.record(), value.as_object_mut()) {
            fields.retain(|name, _| !matches!(name.as_str(), "first_port" | "last_port"));
            fields.insert("ports".to_owned(), record.ports.to_string().into());
        }
        value
    }
}

/// An old item and the new one that it is compared with.
type Pair<'i> = (Option<Item<'i>>, Option<Item<'i>>);

/// Each item of both in a pair, in the order of their groups: first by group and title, then by group alone. Records
/// that are left belong together if they have a title in common, whatever their ports.
fn pairs<'i>(mut old: Vec<Item<'i>>, mut new: Vec<Item<'i>>) -> Vec<Pair<'i>> {
    let mut pairs = pair_by(&mut old, &mut new, |it| Some((it.group(), it.parts().2)));
    pairs.extend(pair_by(&mut old, &mut new, |it| Some(it.group())));
    pairs.extend(pair_by(&mut old, &mut new, |it| {
        Some(&it.record()?.description).filter(|title| !title.is_empty())
    }));
    pairs.extend(old.into_iter().map(|item| (Some(item), None)));
    pairs.extend(new.into_iter().map(|item| (None, Some(item))));
    pairs.sort_by_key(|(old, new)| new.or(*old).map(Item::group));
    pairs
}

/// Takes out the items that have a key in common.
fn pair_by<'i, K: Hash + Eq>(
    old: &mut Vec<Item<'i>>,
    new: &mut Vec<Item<'i>>,
    key: impl Fn(Item<'i>) -> Option<K>,
) -> Vec<Pair<'i>> {
    let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (at, item) in new.iter().enumerate() {
        if let Some(key) = key(*item) {
            places.entry(key).or_default().push_back(at);
        }
    }
    let (mut pairs, mut is_paired) = (Vec::new(), vec![false; new.len()]);
    old.retain(|item| {
        let same = key(*item).and_then(|key| places.get_mut(&key)?.pop_front());
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

fn value<'v>(object: &'v Value, name: &str) -> &'v Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// The names of the fields of both, those of the old one first.
fn keys<'v>(old: &'v Value, new: &'v Value) -> impl Iterator<Item = &'v str> {
    let names = |object: &'v Value| object.as_object().into_iter().flat_map(Map::keys);
    let only_new = names(new).filter(|name| old.get(name.as_str()).is_none());
    names(old).chain(only_new).map(String::as_str)
}
