//! `ports.ndjson`: one record on each line, for jq, DuckDB and programs that read a line at a time.
//!
//! A record is as in `ports.json`. What is not of one record (attribution, legend, URLs of citations)
//! has no place here.

use super::{EmitError, Listed};
use crate::dataset::Dataset;

pub(super) static FORMAT: Listed = Listed::new(
    "ndjson",
    "ports.ndjson",
    "one record of ports.json per line, for streams",
    make,
);

fn make(dataset: &Dataset) -> Result<Vec<u8>, EmitError> {
    let mut lines = Vec::new();
    for record in &dataset.records {
        serde_json::to_writer(&mut lines, record)?;
        lines.push(b'\n');
    }
    Ok(lines)
}
