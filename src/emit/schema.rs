//! `ports.schema.json`: what `ports.json` and `ports.yaml` look like, as JSON Schema 2020-12.
//!
//! Written by hand, for people to read; tests compare it with the files and with the types. Its
//! descriptions of fields are the only ones: other formats take theirs from here.

use super::Listed;

pub(super) const SCHEMA: &str = include_str!("ports.schema.json");

pub(super) static FORMAT: Listed = Listed::new(
    "schema",
    "ports.schema.json",
    "JSON Schema of ports.json and ports.yaml, for editors and validators",
    |_| Ok(SCHEMA.into()),
);
