//! `ports.ndjson`: one record on each line, for jq, DuckDB and programs that read a line at a time.
//!
//! A record is as in `ports.json`. What is not of one record (attribution, legend, URLs of citations)
//! has no place here.

use std::io::Write;

use super::{EmitError, Format, Listed, Out};
use crate::dataset::Dataset;

pub(super) static FORMAT: Listed = Listed::new(
    Format::new(
        "ndjson",
        "ports.ndjson",
        "one record of ports.json per line, for streams",
    ),
    write,
);

fn write(dataset: &Dataset, out: &mut Out<'_>) -> Result<(), EmitError> {
    for record in &dataset.records {
        serde_json::to_writer(&mut *out, record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
