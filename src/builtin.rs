//! The table of well-known ports and the facts about it that are compiled in.

use std::sync::LazyLock;

use crate::meaning::blank_cells::BlankCells;
use crate::naming::curated::Names;
use crate::text::Source;

/// The table of well-known ports, as (path, text).
pub const BUILTIN: (&str, &str) = (
    "seeds/well-known-ports.md",
    include_str!("../seeds/well-known-ports.md"),
);

/// SHA-256 of [`BUILTIN`], in hexadecimal.
pub const BUILTIN_SHA256: &str = "84dfd70e76a0757d1e0af2409382814dcf263563b2aa396b04bbdd1efca9d329";

/// The facts about its blank UDP cells, as (path, text).
pub const BUILTIN_BLANK_CELLS: (&str, &str) = (
    "seeds/blank-cells.csv",
    include_str!("../seeds/blank-cells.csv"),
);

/// Its curated names, as (path, text).
pub const BUILTIN_NAMES: (&str, &str) = (
    "seeds/service-names.csv",
    include_str!("../seeds/service-names.csv"),
);

#[expect(clippy::expect_used, reason = "the facts are compiled in")]
pub(crate) static BLANK_CELLS: LazyLock<BlankCells> = LazyLock::new(|| {
    let mut cells = BlankCells::read(source(BUILTIN_BLANK_CELLS)).expect("facts");
    if let BlankCells::Decided(facts) = &mut cells {
        facts.is_compiled_in = true;
    }
    cells
});

#[expect(clippy::expect_used, reason = "the names are compiled in")]
pub(crate) static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names::read(source(BUILTIN_NAMES)).expect("names");
    names.is_compiled_in = true;
    names
});

#[expect(clippy::expect_used, reason = "the text is compiled in")]
fn source((path, text): (&str, &str)) -> Source {
    Source::decode(path, text).expect("UTF-8")
}
