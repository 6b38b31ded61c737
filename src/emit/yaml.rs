//! `ports.yaml`: the tree of `ports.json` as YAML, every string quoted.
//!
//! Bare `no`, `yes`, `22:22` and `2013-05-25` are booleans, numbers and dates to readers of YAML 1.1
//! (PyYAML, Ruby, go-yaml 2). A quoted string is a string to all of them.

use std::io::Write;

use serde_saphyr::{SerializerOptions, ser_options};

use super::tree::Tree;
use super::{EmitError, Emitter, gathered};
use crate::dataset::Dataset;
use crate::diff::Contents;

#[derive(Debug)]
pub(super) struct Yaml;

impl Emitter for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn path(&self) -> &'static str {
        "ports.yaml"
    }

    fn purpose(&self) -> &'static str {
        "the same, for people and configuration"
    }

    fn effort(&self) -> u8 {
        5
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let options: SerializerOptions =
            ser_options! { quote_all: true, prefer_block_scalars: false };
        let mut out = gathered(out);
        serde_saphyr::to_io_writer_with_options(&mut out, &Tree::new(dataset), options)
            .map_err(|error| EmitError::new(error.to_string()))?;
        out.flush().map_err(EmitError::new)
    }

    fn read(&self, bytes: &[u8]) -> Result<Option<Contents>, String> {
        let tree = serde_saphyr::from_slice(bytes).map_err(|error| one_line(&error.to_string()))?;
        Contents::of_tree(tree).map(Some)
    }
}

/// The first line of an error that draws its place.
fn one_line(error: &str) -> String {
    error.lines().next().unwrap_or_default().to_owned()
}
