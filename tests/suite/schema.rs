//! `ports.schema.json` says what `ports.json` is: no more, no less.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{self, absent, has, no_facts, root};
use portconv::Registry;
use portconv::Source;
use portconv::dataset::{Basis, NameSource, Status};
use portconv::{BUILTIN, Facts, convert, emit};
use serde_json::Value;

/// What the seed has nothing of: words that are no status, a further column, a footnote that is text, a
/// red link, the highest port, a name from a registry and one from a
/// description, a cell that only a rule fills.
const ODD: &str = "\
| Port | TCP | UDP | Vendor | Description |
|--|--|--|--|--|
| 7000 | Perhaps | | Acme | [Lost](https://en.wikipedia.org/w/index.php?title=Lost&redlink=1)[^1] |
| 7001 | Yes | | | Found |
| 65535 | Yes | No | | Nowhere else |

[^1]: Hearsay, no URL.
";

fn emitted(format: &str, (path, text): (&str, &str), facts: &Facts) -> String {
    let source = Source::decode(path, text).unwrap();
    let emitter = emit::by_name(format).unwrap();
    let bytes = emitter.emit(&convert(&[source], facts).dataset).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn odd_facts() -> Facts {
    let registry = Source::decode("registry", "found-it 7001/tcp\n").unwrap();
    Facts {
        registry: Some(Registry::read(registry).unwrap()),
        ..no_facts()
    }
}

/// The seed's tree and the odd one's.
fn trees(format: &str) -> [String; 2] {
    [
        emitted(format, BUILTIN, &Facts::builtin()),
        emitted(format, ("odd.md", ODD), &odd_facts()),
    ]
}

fn schema() -> Value {
    let text = fs::read_to_string(root().join("output/ports.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
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

fn check_jsonschema(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("check-jsonschema")
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// check-jsonschema accepts the schema, and the seed's and the odd tree in both formats; a tree with a
/// fault of any kind it does not.
#[test]
fn a_validator_accepts_what_is_right_only() {
    if !has("check-jsonschema") {
        return absent("check-jsonschema");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    fs::copy(
        root().join("output/ports.schema.json"),
        path.join("ports.schema.json"),
    )
    .unwrap();
    let meta = check_jsonschema(path, &["--check-metaschema", "ports.schema.json"]);
    assert!(meta.status.success(), "{meta:?}");

    let [seed, odd] = trees("json");
    let [seed_yaml, odd_yaml] = trees("yaml");
    write("seed.json", &seed);
    write("odd.json", &odd);
    write("seed.yaml", &seed_yaml);
    write("odd.yaml", &odd_yaml);
    let files = ["seed.json", "odd.json", "seed.yaml", "odd.yaml"];
    let schema = ["--schemafile", "ports.schema.json"];
    let right = check_jsonschema(path, &[&schema[..], &files].concat());
    assert!(right.status.success(), "{right:?}");

    let faults = [
        ("\"last_port\": 65535", "\"last_port\": 65536", "65536"),
        ("\"basis\": \"stated\"", "\"basis\": \"said\"", "'said'"),
        ("\"found-it\"", "\"Found_it\"", "'Found_it'"),
        ("\"tags\": []", "\"tag\": []", "'tag' was unexpected"),
        (
            "\"text\": \"Perhaps\", ",
            "",
            "'text' is a required property",
        ),
    ];
    for (right, wrong, message) in faults {
        let broken = odd.replace(right, wrong);
        assert!(broken != odd, "{right}");
        write("broken.json", &broken);
        let run = check_jsonschema(path, &[&schema[..], &["-v", "broken.json"]].concat());
        let printed = String::from_utf8_lossy(&run.stdout);
        assert!(
            !run.status.success() && printed.contains(message),
            "{printed}"
        );
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
