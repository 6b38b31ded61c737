//! The table of well-known ports and the facts about it that are compiled in.

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
