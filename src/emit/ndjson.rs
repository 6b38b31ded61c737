//! `ports.ndjson`: one record on each line, for jq, DuckDB and programs that read a line at a time.
//!
//! A record is as in `ports.json`. What is not of one record (attribution, legend, URLs of citations)
//! has no place here.

use std::io::Write;

use super::{EmitError, Emitter, Format, gathered};
use crate::dataset::Dataset;

#[derive(Debug)]
pub(super) struct Ndjson;

impl Emitter for Ndjson {
    fn format(&self) -> Format<'_> {
        Format::new(
            "ndjson",
            "ports.ndjson",
            "one record of ports.json a line, for streams",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        let mut out = gathered(out);
        for record in &dataset.records {
            serde_json::to_writer(&mut out, record).map_err(EmitError::new)?;
            out.write_all(b"\n").map_err(EmitError::new)?;
        }
        out.flush().map_err(EmitError::new)
    }
}
