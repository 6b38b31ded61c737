//! `ports.schema.json`: what `ports.json` and `ports.yaml` look like, as JSON Schema 2020-12.
//!
//! Written by hand, for people to read; tests compare it with the files and with the types. Its
//! descriptions of fields are the only ones: other formats take theirs from here.

use serde_json::Value;

use super::{EmitError, Listed};

const PATH: &str = "ports.schema.json";

const SCHEMA: &str = include_str!("ports.schema.json");

pub(super) static FORMAT: Listed = Listed::new(
    "schema",
    PATH,
    "JSON Schema of ports.json and ports.yaml, for editors and validators",
    |_| Ok(SCHEMA.into()),
);

/// The schema's descriptions of fields.
pub(super) struct Descriptions(Value);

impl Descriptions {
    pub(super) fn read() -> Result<Self, EmitError> {
        Ok(Self(serde_json::from_str(SCHEMA)?))
    }

    /// The description of a field, by the definition that holds it.
    pub(super) fn of(&self, definition: &str, field: &str) -> Result<&str, EmitError> {
        self.0["$defs"][definition]["properties"][field]["description"]
            .as_str()
            .ok_or_else(|| EmitError::new(format!("{PATH} has no description of {field}")))
    }
}
