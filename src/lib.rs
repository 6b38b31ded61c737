//! portconv turns tables of TCP and UDP ports, in Markdown, HTML, wikitext or reStructuredText, into
//! normalized records, and writes them as JSON, YAML, CSV, SQLite, an /etc/services file and more.
//!
//! ```text
//! bytes ─text→ text ─read→ grids ─table→ rows ─meaning→ records ─naming→ dataset ─emit→ bytes
//!          └──────────┴─────────────┴──────────────┴────────────────┴── diagnostics: one list, in source order
//! ```
//!
//! Data flows one way: each stage takes what the one before it made, and uses no later one. Converting never
//! fails: whatever could not be read is a [diagnostic]. Only reading and writing can fail.
//!
//! ```
//! use portconv::{Options, Source, by_name, convert};
//!
//! let table = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | Secure Shell (SSH) |\n";
//! let source = Source::decode("ports.md", table).expect("UTF-8");
//! let conversion = convert(&[source], &Options::default());
//!
//! let csv = by_name("csv").expect("a format").emit(&conversion.dataset).expect("memory");
//! assert!(String::from_utf8_lossy(&csv).contains("22#1,22,22,ssh,"));
//! ```

#![warn(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

/// A pattern, compiled when it is first used.
macro_rules! regex {
    ($pattern:literal) => {{
        static REGEX: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($pattern).expect("a pattern"));
        &*REGEX
    }};
}

/// An enum whose variants have a word each.
macro_rules! words {
    (
        $(#[$about:meta])*
        $visible:vis enum $name:ident {
            $($(#[$meaning:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$about])*
        $visible enum $name {
            $($(#[$meaning])* $variant,)+
        }

        impl $name {
            /// Every one, in order.
            $visible const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word that the outputs use.
            #[must_use]
            $visible const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

mod attribution;
mod builtin;
mod convert;
pub mod dataset;
pub mod diagnostic;
pub mod diff;
pub mod emit;
mod facts;
mod ledger;
mod limits;
pub mod lookup;
mod meaning;
mod naming;
mod overlay;

mod read;
mod seen;
mod table;
mod text;
mod vocabulary;

pub use builtin::{BUILTIN, BUILTIN_BLANK_CELLS, BUILTIN_NAMES, BUILTIN_SHA256};
pub use convert::{
    Conversion, Facts, Options, blank_cell_facts, convert, missing_names, renewed_facts,
};
pub use dataset::merge::{Merge, MergeFormat};
pub use dataset::{
    Assignment, Attribution, Basis, Citation, Dataset, LeftOut, Link, NameSource, Naming, Origin,
    PerProtocol, PortRange, Protocol, Protocols, Record, SchemaVersion, Service, ServiceName,
    SourceFile, Status, StatusMeaning,
};
pub use diagnostic::{Code, Diagnostic, File, Severity};
pub use diff::Differences;
pub use emit::{EMITTERS, EmitError, Emitter, Format, Unreadable, by_name};
pub use meaning::blank_cells::BlankCells;
pub use naming::curated::Names;
pub use naming::registry::Registry;
pub use read::{SYNTAXES, Syntax};
pub use text::{BadLine, NotUtf8, Position, ReadError, Source, Span, blanked, is_hostile, sha256};
