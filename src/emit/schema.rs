//! `ports.schema.json`: what `ports.json` and `ports.yaml` look like, as JSON Schema 2020-12.
//!
//! Written by hand, for people to read; tests compare it with the files and with the types. Its
//! descriptions of fields are the only ones: other formats take theirs from here.

use std::io::Write;

use serde_json::Value;

use super::{EmitError, Emitter, Format};
use crate::dataset::Dataset;

/// The file.
pub(super) const PATH: &str = "ports.schema.json";

const SCHEMA: &str = include_str!("ports.schema.json");

#[derive(Debug)]
pub(super) struct Schema;

impl Emitter for Schema {
    fn format(&self) -> Format<'_> {
        Format::new(
            "schema",
            PATH,
            "JSON Schema of ports.json and ports.yaml, for editors and validators",
        )
    }

    fn write(&self, _: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        out.write_all(SCHEMA.as_bytes()).map_err(EmitError::new)
    }
}

/// The schema's descriptions of fields.
pub(super) struct Descriptions(Value);

impl Descriptions {
    pub(super) fn read() -> Result<Self, EmitError> {
        serde_json::from_str(SCHEMA)
            .map(Self)
            .map_err(EmitError::new)
    }

    /// The description of a field, by the definition that holds it.
    pub(super) fn of(&self, definition: &str, field: &str) -> Result<&str, EmitError> {
        self.0["$defs"][definition]["properties"][field]["description"]
            .as_str()
            .ok_or_else(|| EmitError::new(format!("{PATH} has no description of {field}")))
    }
}
