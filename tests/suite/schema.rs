//! `ports.schema.json` says what `ports.json` is, and `docs/messages.schema.json` what messages are: no more, no less.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{self, portconv, root, trees};
use portconv::by_name;
use portconv::dataset::{Basis, Dataset, NameSource, Status};
use serde_json::Value;

fn schema() -> Value {
    let schema = by_name("schema").unwrap().emit(&Dataset::default());
    serde_json::from_slice(&schema.unwrap()).unwrap()
}

/// Walks a value and its schema together, and notes each choice of the schema that was taken.
struct Walk<'s> {
    schema: &'s Value,
    taken: BTreeSet<String>,
}

impl<'s> Walk<'s> {
    fn definition(&self, node: &'s Value) -> Option<(&'s str, &'s Value)> {
        let name = node["$ref"].as_str()?.strip_prefix("#/$defs/")?;
        Some((name, &self.schema["$defs"][name]))
    }

    fn value(&mut self, node: &'s Value, value: &Value, at: &str) {
        if let Some((name, definition)) = self.definition(node) {
            return self.value(definition, value, name);
        }
        if let Some(choices) = node["anyOf"].as_array() {
            let choice = choices
                .iter()
                .find(|choice| (choice["type"] == "null") == value.is_null());
            self.taken.insert(format!("{at} null {}", value.is_null()));
            return self.value(choice.unwrap(), value, at);
        }
        if let Some(only) = node.get("const") {
            assert_eq!(value, only, "{at}");
        }
        if let Some(words) = node["enum"].as_array() {
            assert!(words.contains(value), "{at}: {value}");
            self.taken.insert(format!("{at} = {value}"));
        }
        self.kind(node, value, at);
        if let Some(object) = value.as_object() {
            self.object(node, object, at);
        }
        for item in value.as_array().into_iter().flatten() {
            self.value(&node["items"], item, at);
        }
    }

    fn kind(&mut self, node: &Value, value: &Value, at: &str) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        match &node["type"] {
            Value::String(only) => assert_eq!(kind, only, "{at}"),
            Value::Array(kinds) => {
                assert!(kinds.iter().any(|known| known == kind), "{at}: {kind}");
                self.taken.insert(format!("{at} is {kind}"));
            }
            _ => {}
        }
    }

    fn object(&mut self, node: &'s Value, object: &serde_json::Map<String, Value>, at: &str) {
        for key in required(node) {
            assert!(object.contains_key(key), "{at} has no {key}");
        }
        for (key, value) in object {
            let others = Some(&node["additionalProperties"]).filter(|others| others.is_object());
            let property = node["properties"].get(key).or(others);
            let property = property.unwrap_or_else(|| panic!("{at} has {key}: no such property"));
            self.taken.insert(format!("{at}.{key}"));
            self.value(property, value, &format!("{at}.{key}"));
        }
        for key in properties(node).filter(|key| !object.contains_key(*key)) {
            self.taken.insert(format!("{at}.{key} is absent"));
        }
    }

    /// Every choice that the schema leaves.
    fn choices(&self) -> BTreeSet<String> {
        let definitions = self.schema["$defs"].as_object().unwrap();
        let named = definitions.iter().map(|(name, node)| (name.as_str(), node));
        let mut choices = BTreeSet::new();
        for (name, node) in named.chain([("", self.schema)]) {
            for key in properties(node) {
                let at = format!("{name}.{key}");
                choices.extend(choices_of(&node["properties"][key], &at));
                if !required(node).any(|required| required == key) {
                    choices.insert(format!("{at} is absent"));
                }
                choices.insert(at);
            }
        }
        choices
    }
}

fn choices_of(property: &Value, at: &str) -> Vec<String> {
    let list = |key| property[key].as_array().into_iter().flatten();
    let words = list("enum").map(|word| format!("{at} = {word}"));
    let kinds = list("type").map(|kind| format!("{at} is {}", kind.as_str().unwrap()));
    let nulls = list("anyOf").map(|choice| format!("{at} null {}", choice["type"] == "null"));
    words.chain(kinds).chain(nulls).collect()
}

fn properties(node: &Value) -> impl Iterator<Item = &str> {
    let properties = node["properties"].as_object();
    properties
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
}

fn required(node: &Value) -> impl Iterator<Item = &str> {
    let keys = node["required"].as_array().into_iter().flatten();
    keys.map(|key| key.as_str().unwrap())
}

#[test]
fn each_value_has_its_place_and_each_choice_its_value() {
    let schema = schema();
    let mut walk = Walk {
        schema: &schema,
        taken: BTreeSet::new(),
    };
    for tree in trees("json") {
        walk.value(&schema, &serde_json::from_str(&tree).unwrap(), "");
    }
    let choices = walk.choices();
    let never: Vec<_> = choices.difference(&walk.taken).collect();
    assert!(
        never.is_empty(),
        "the schema has what no file has: {never:?}"
    );
}

#[test]
fn words_are_those_of_the_types() {
    let schema = schema();
    let words = |place: &str| -> Vec<String> {
        let list = schema.pointer(place).unwrap().as_array().unwrap();
        list.iter()
            .filter_map(|word| word.as_str().map(str::to_owned))
            .collect()
    };
    let known = Status::KNOWN.iter().map(Status::name).chain(["other"]);
    assert_eq!(known.collect::<Vec<_>>(), Status::NAMES);
    assert_eq!(
        words("/$defs/assignment/properties/status/enum"),
        Status::NAMES
    );
    assert_eq!(
        words("/$defs/assignment/properties/basis/enum"),
        Basis::ALL.map(Basis::name)
    );
    assert_eq!(
        words("/$defs/record/properties/name_source/enum"),
        NameSource::ALL.map(NameSource::name)
    );
}

#[test]
fn every_object_is_closed_and_every_field_explained() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().unwrap();
    for (name, node) in definitions.iter().chain([(&String::new(), &schema)]) {
        if node["type"] == "object" {
            assert_eq!(node["additionalProperties"], false, "{name}");
        }
        for key in properties(node) {
            let property = &node["properties"][key];
            let target = property["$ref"].as_str().map_or("", |place| &place[1..]);
            let explained = property.get("description").or_else(|| {
                schema
                    .pointer(target)
                    .and_then(|node| node.get("description"))
            });
            let words = explained.and_then(Value::as_str).unwrap_or_default();
            assert!(words.ends_with(['.', '…']), "{name}.{key}: {words:?}");
        }
    }
}

#[test]
fn every_field_of_a_record_is_explained() {
    let schema = schema();
    let page = support::page("docs/formats.md");
    let table = page.split("| field |").nth(1).unwrap();
    let table = table.split("\n\n").next().unwrap();
    for name in ["record", "assignment"] {
        for field in properties(&schema["$defs"][name]) {
            assert!(table.contains(&format!("`{field}`")), "{name}.{field}");
        }
    }
}

/// What the schema says of a kind of line: every key, and those that must be there.
fn keys<'s>(schema: &'s Value, kind: &str) -> (BTreeSet<&'s str>, BTreeSet<&'s str>) {
    let definition = &schema["$defs"][kind];
    let all = definition["properties"].as_object().unwrap().keys();
    let required = definition["required"].as_array().unwrap().iter();
    (
        all.map(String::as_str).collect(),
        required.filter_map(Value::as_str).collect(),
    )
}

#[test]
fn json_messages_have_the_shape_that_docs_say() {
    let schema = fs::read_to_string(root().join("docs/messages.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    portconv(path, &["--builtin", "-f", "json,csv"]);
    let json = fs::read_to_string(path.join("output/ports.json")).unwrap();
    let mut tree: Value = serde_json::from_str(&json).unwrap();
    let records = tree["records"].as_array_mut().unwrap();
    let at = |records: &[Value], id| records.iter().position(|it| it["id"] == id).unwrap();
    let (daytime, telnet, ssh) = (
        at(records, "13#1"),
        at(records, "23#1"),
        at(records, "22#1"),
    );
    records[daytime]["description"] = "Daytime Service".into();
    records[ssh]["name"] = "secure-shell".into();
    records[telnet]["sctp"] = records[telnet]["tcp"].clone();
    records.remove(at(records, "7#1"));
    let json = tree.to_string();
    fs::write(path.join("output/ports.json"), &json).unwrap();
    fs::write(path.join("old.json"), json).unwrap();
    fs::remove_file(path.join("output/ports.csv")).unwrap();
    let run = |typed: &str| {
        let typed: Vec<_> = typed.split(' ').collect();
        portconv(path, &[&typed[..], &["--message-format", "json"]].concat()).stdout
    };
    let mut lines = run("--builtin -v --check -f json,csv");
    lines.extend(run(&format!(
        "diff old.json {}",
        root().join("seeds").display()
    )));
    let mut keys_found = BTreeSet::new();
    for line in String::from_utf8(lines).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let kind = line["kind"].as_str().unwrap();
        let (all, required) = keys(&schema, kind);
        let present: BTreeSet<_> = line
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert!(
            present.is_subset(&all) && required.is_subset(&present),
            "{line}"
        );
        keys_found.extend(present.into_iter().map(|key| format!("{kind}.{key}")));
    }
    for kind in ["diagnostic", "difference"] {
        for key in keys(&schema, kind).0 {
            assert!(
                keys_found.contains(&format!("{kind}.{key}")),
                "{kind}.{key} is never there"
            );
        }
    }
}
