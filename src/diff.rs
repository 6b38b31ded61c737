//! Two states of one output → what differs, as data.
//!
//! ```text
//! 13#1  description: "Daytime Protocol" → "Daytime Service"
//! ```
//!
//! Each format reads its own file back into [`Contents`]
//! ([`Emitter::read`](crate::emit::Emitter::read)), so that the comparison is of what a file says, not of
//! its bytes. Items belong together by group, such as the records of one port; within a group those with
//! the same title first, the others in order. So a record whose number changed because a row was put in
//! before it is not a new one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;

use serde_json::{Map, Value};

/// What a file says, item by item.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Contents(pub Vec<Item>);

/// A file is damaged, or not in its format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

impl Unreadable {
    /// What is wrong with the file, in one line.
    pub fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// One record, citation, line, row, …
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What it is called in a message: `13#1`, `53/tcp`, `citation 12`.
    pub key: String,
    /// What it is compared with.
    pub group: Group,
    /// What tells it from the others of its group, such as a description.
    pub title: String,
    /// All that it says.
    pub fields: Map<String, Value>,
}

/// Items of one group are compared with each other. The order of groups is that of the message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// What kind of item: a list or table of the file.
    pub kind: String,
    /// First and last port, where it has any.
    pub ports: (u32, u32),
    /// What else tells it from other groups.
    pub name: String,
}

/// What differs between two states.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Differences {
    /// What was added, removed or changed, by group.
    pub changes: Vec<Change>,
    /// How many items say the same on another line of the source.
    pub moved: usize,
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Only the new state has it.
    Added {
        /// What it is called.
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
}

impl Differences {
    /// Whether both states say the same, on whatever line of the source.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Compares two states.
    #[must_use]
    pub fn between(old: Contents, new: Contents) -> Self {
        let mut groups: BTreeMap<Group, (Vec<Item>, Vec<Item>)> = BTreeMap::new();
        for item in old.0 {
            groups.entry(item.group.clone()).or_default().0.push(item);
        }
        for item in new.0 {
            groups.entry(item.group.clone()).or_default().1.push(item);
        }
        let mut differences = Self::default();
        for (old, new) in groups.into_values() {
            differences.compare_group(old, new);
        }
        differences
    }

    fn compare_group(&mut self, old: Vec<Item>, new: Vec<Item>) {
        let mut by_title: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (at, item) in new.iter().enumerate() {
            by_title
                .entry(item.title.clone())
                .or_default()
                .push_back(at);
        }
        let mut new: Vec<_> = new.into_iter().map(Some).collect();
        let mut unlike = Vec::new();
        for item in old {
            let same = by_title.get_mut(&item.title).and_then(VecDeque::pop_front);
            match same.and_then(|at| new[at].take()) {
                Some(same) => self.compare(&item, &same),
                None => unlike.push(item),
            }
        }
        let (mut unlike, mut new) = (unlike.into_iter(), new.into_iter().flatten());
        loop {
            match (unlike.next(), new.next()) {
                (Some(old), Some(new)) => self.compare(&old, &new),
                (Some(Item { key, title, .. }), None) => {
                    self.changes.push(Change::Removed { key, title });
                }
                (None, Some(Item { key, title, .. })) => {
                    self.changes.push(Change::Added { key, title });
                }
                (None, None) => return,
            }
        }
    }

    fn compare(&mut self, old: &Item, new: &Item) {
        let before = self.changes.len();
        let mut has_moved = false;
        let fields = old.fields.keys().chain(
            new.fields
                .keys()
                .filter(|key| !old.fields.contains_key(*key)),
        );
        for field in fields {
            let (old, new_value) = (value(&old.fields, field), value(&new.fields, field));
            if is_place(field) {
                has_moved |= old != new_value;
            } else {
                self.compare_values(&new.key, field, old, new_value);
            }
        }
        self.moved += usize::from(has_moved && self.changes.len() == before);
    }

    /// Compares two values; objects field by field.
    fn compare_values(&mut self, key: &str, field: &str, old: &Value, new: &Value) {
        match (old, new) {
            (old, new) if old == new => {}
            (Value::Object(old), Value::Object(new)) => {
                let names = old
                    .keys()
                    .chain(new.keys().filter(|name| !old.contains_key(*name)));
                for name in names {
                    self.compare_values(
                        key,
                        &format!("{field}.{name}"),
                        value(old, name),
                        value(new, name),
                    );
                }
            }
            (old, new) => self.changes.push(Change::Changed {
                key: key.to_owned(),
                field: field.to_owned(),
                old: old.clone(),
                new: new.clone(),
            }),
        }
    }
}

fn value<'v>(fields: &'v Map<String, Value>, name: &str) -> &'v Value {
    fields.get(name).unwrap_or(&Value::Null)
}

/// Whether a field of a record says only where it stands.
fn is_place(field: &str) -> bool {
    matches!(field, "source" | "line" | "source_id" | "rowid")
}

impl Contents {
    /// The contents of the tree of `ports.json`: its records, the items of its other lists, and its other
    /// fields.
    ///
    /// # Errors
    ///
    /// It is another tree.
    pub fn of_tree(tree: Value) -> Result<Self, Unreadable> {
        let Value::Object(tree) = tree else {
            return Err(Unreadable::new("it is no object"));
        };
        if !tree.get("records").is_some_and(Value::is_array) {
            return Err(Unreadable::new("it has no records"));
        }
        let mut items = Vec::new();
        for (name, value) in tree {
            match value {
                Value::Array(list) => {
                    for item in list {
                        let Value::Object(fields) = item else {
                            let error = format!("{name} holds something that is no object");
                            return Err(Unreadable::new(error));
                        };
                        items.push(Item::of_list(&name, fields));
                    }
                }
                value => {
                    let fields = Map::from_iter([("value".to_owned(), value)]);
                    items.push(Item::new(
                        name.clone(),
                        &name,
                        (0, 0),
                        name.clone(),
                        String::new(),
                        fields,
                    ));
                }
            }
        }
        Ok(Self(items))
    }

    /// Without what the sources are, their revision, and where records stand in them: for comparing what two
    /// files say of ports.
    #[must_use]
    pub fn without_sources(mut self) -> Self {
        self.0.retain(|item| item.group.kind != "sources");
        for item in &mut self.0 {
            item.fields.retain(|field, _| !is_place(field));
            if item.group.kind == "attribution"
                && let Some(Value::Object(attribution)) = item.fields.get_mut("value")
            {
                attribution.remove("revision");
            }
        }
        self
    }
}

impl Item {
    fn new(
        key: String,
        kind: &str,
        ports: (u32, u32),
        name: String,
        title: String,
        fields: Map<String, Value>,
    ) -> Self {
        let group = Group {
            kind: kind.to_owned(),
            ports,
            name,
        };
        Self {
            key,
            group,
            title,
            fields,
        }
    }

    /// A record, by its fields `id`, `first_port`, `last_port` and `description`.
    #[must_use]
    pub fn record(fields: Map<String, Value>) -> Self {
        let ports = (number(&fields, "first_port"), number(&fields, "last_port"));
        let (key, title) = (text(&fields, "id"), text(&fields, "description"));
        Self::new(key, "records", ports, String::new(), title, fields)
    }

    /// An item of a list, by its first field that could be a key.
    fn of_list(list: &str, fields: Map<String, Value>) -> Self {
        if list == "records" {
            return Self::record(fields);
        }
        let key = ["id", "status", "path"]
            .into_iter()
            .find(|key| fields.contains_key(*key));
        let key = key.map_or_else(String::new, |key| text(&fields, key));
        let title = ["url", "meaning"]
            .into_iter()
            .find(|key| fields.contains_key(*key));
        let title = title.map_or_else(String::new, |title| text(&fields, title));
        Self::new(format!("{list} {key}"), list, (0, 0), key, title, fields)
    }

    /// A row of a table or a line of a file that is known by its key.
    #[must_use]
    pub fn row(kind: &str, key: String, ports: (u32, u32), fields: Map<String, Value>) -> Self {
        let title = text(&fields, "name");
        Self::new(key.clone(), kind, ports, key, title, fields)
    }
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    fields
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// A number, written as one or as text.
fn number(fields: &Map<String, Value>, name: &str) -> u32 {
    let number = match fields.get(name) {
        Some(Value::Number(number)) => number
            .as_u64()
            .and_then(|number| u32::try_from(number).ok()),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    number.unwrap_or_default()
}
