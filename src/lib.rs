//! portconv turns a wiki-derived markdown table of TCP and UDP ports into normalized records, and
//! writes them as JSON, YAML, CSV, SQLite and an /etc/services file.
//!
//! ```text
//! bytes ─text→ text ─read→ grids ─table→ rows ─meaning→ records ─naming→ dataset ─emit→ bytes
//!          └──────────┴─────────────┴──────────────┴────────────────┴── diagnostics: one list, in source order
//! ```
//!
//! Data walks one way: each stage takes what the one before it made, and calls none before it. Converting never
//! fails: what could not be read is a [diagnostic]. Only reading and writing can fail.
//!
//! ```
//! use portconv::{Facts, Source, by_name, convert};
//!
//! let table = "| Port | TCP | Description |\n|--|--|--|\n| 22 | Yes | Secure Shell (SSH) |\n";
//! let source = Source::decode("ports.md", table).expect("UTF-8");
//! let conversion = convert(&[source], &Facts::builtin());
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

pub mod dataset;
pub mod diagnostic;
pub mod diff;
pub mod emit;
mod facts;
pub mod lookup;
mod meaning;
mod naming;
mod page;
mod read;
mod recipe;
mod table;
mod text;
mod upkeep;
mod vocabulary;

use std::collections::BTreeMap;

use diagnostic::{Diagnostics, Report};
use meaning::{Footnotes, Unnamed, blank_cells};
use read::Reading;
use upkeep::Known;

pub use dataset::{
    Assignment, Attribution, Basis, Citation, CitationIndex, Dataset, LeftOut, Link, NameSource,
    Naming, Origin, PerProtocol, PortRange, Protocol, Protocols, Record, Service, ServiceName,
    SourceFile, Status, StatusMeaning,
};
pub use diagnostic::{Code, Diagnostic, File, Severity};
pub use diff::{Contents, Differences, Unreadable};
pub use emit::{EMITTERS, EmitError, Emitter, Format, by_name};
pub use facts::BadFacts;
pub use meaning::blank_cells::BlankCells;
pub use naming::curated::{Names, read_names};
pub use naming::registry::Registry;
pub use read::{READERS, Reader};
pub use text::{Damage, Fingerprint, NotUtf8, Position, ReadError, Repair, Source, Span};
pub use upkeep::{blank_cell_facts, missing_names, renewed_facts};

/// The table that [`Facts::builtin`] is about, as (path, text).
pub const BUILTIN: (&str, &str) = (
    "seeds/well-known-ports.md",
    include_str!("../seeds/well-known-ports.md"),
);

/// SHA-256 of the file that [`BUILTIN`] is.
const BUILTIN_SHA256: &str = "84dfd70e76a0757d1e0af2409382814dcf263563b2aa396b04bbdd1efca9d329";

const BUILTIN_BLANK_CELLS: (&str, &str) = (
    "seeds/blank-cells.csv",
    include_str!("../seeds/blank-cells.csv"),
);

const BUILTIN_NAMES: (&str, &str) = (
    "seeds/service-names.csv",
    include_str!("../seeds/service-names.csv"),
);

/// What is known beside the table.
#[derive(Debug)]
pub struct Facts {
    /// What blank UDP cells mean.
    pub blank_cells: BlankCells,
    /// What records are called.
    pub names: Names,
    /// What a registry says.
    pub registry: Option<Registry>,
    /// The statuses that make a service.
    pub services_status: Vec<Status>,
    /// Whose data the inputs are. What is `None` here is the page's for inputs of the page, else nobody's;
    /// a blank text claims nothing.
    pub attribution: Attribution,
    /// The transports that rows are taken for which state none.
    pub transports: Protocols,
    /// The syntax of the inputs; where there is none, the ending of a path or else the text tells it.
    pub syntax: Option<&'static dyn Reader>,
}

impl Facts {
    /// The curated facts about the table of well-known ports; no registry; all services.
    #[must_use]
    pub fn builtin() -> Self {
        Self::of(builtin_blank_cells(), builtin_names())
    }

    /// These facts; no registry; all services.
    #[must_use]
    pub fn of(blank_cells: BlankCells, names: Names) -> Self {
        Self {
            blank_cells,
            names,
            registry: None,
            services_status: Status::KNOWN
                .into_iter()
                .filter(Status::is_in_use)
                .collect(),
            attribution: Attribution::default(),
            transports: Protocols::NONE,
            syntax: None,
        }
    }
}

/// What blank UDP cells mean in the table of well-known ports.
///
/// # Panics
///
/// Never: the facts are part of the program, and tests read them.
#[must_use]
#[expect(clippy::expect_used, reason = "the facts are compiled in")]
pub fn builtin_blank_cells() -> BlankCells {
    BlankCells::read(builtin_facts(BUILTIN_BLANK_CELLS)).expect("facts")
}

/// The names of the table of well-known ports.
///
/// # Panics
///
/// Never: the names are part of the program, and tests read them.
#[must_use]
#[expect(clippy::expect_used, reason = "the names are compiled in")]
pub fn builtin_names() -> Names {
    read_names(builtin_facts(BUILTIN_NAMES)).expect("names")
}

#[expect(clippy::expect_used, reason = "the text is compiled in")]
fn builtin_facts((path, text): (&str, &str)) -> Source {
    Source::decode(path, text).expect("UTF-8")
}

impl Facts {
    /// The text of a file of facts; `None` for an input.
    #[must_use]
    pub fn source(&self, file: File) -> Option<&Source> {
        match file {
            File::Input(_) => None,
            File::BlankCells => match &self.blank_cells {
                BlankCells::Literal => None,
                BlankCells::Decided(facts) => Some(&facts.source),
            },
            File::Names => Some(&self.names.source),
            File::Registry => self.registry.as_ref().map(|registry| &registry.source),
        }
    }
}

/// What became of the inputs.
#[derive(Debug)]
pub struct Conversion {
    /// The data.
    pub dataset: Dataset,
    /// What was repaired, guessed or left out, in source order: of each code the first
    /// [`MOST_PLACES`](diagnostic::MOST_PLACES).
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics there are of each code, those that are not listed among them.
    pub counts: BTreeMap<Code, usize>,
    /// How many port tables the inputs hold.
    pub port_tables: usize,
}

/// Turns inputs into one dataset.
#[must_use]
pub fn convert(inputs: &[Source], facts: &Facts) -> Conversion {
    run(inputs, facts).0
}

/// Turns inputs into one dataset, and keeps what is known of the facts.
fn run(inputs: &[Source], facts: &Facts) -> (Conversion, Known) {
    let given = page::harmless(&facts.attribution);
    let mut diagnostics = Diagnostics::default();
    let mut records = Unnamed::default();
    let mut port_tables = 0;
    for (index, source) in inputs.iter().enumerate() {
        port_tables += add(index, source, &given, facts, &mut records, &mut diagnostics);
    }
    let (blank_cells, spans) =
        blank_cells::decide(&mut records.drafts, &facts.blank_cells, &mut diagnostics);
    let (names, registry, wanted) = (
        &facts.names,
        facts.registry.as_ref(),
        &facts.services_status,
    );
    let (mut dataset, names) =
        naming::name(records, inputs, names, registry, wanted, &mut diagnostics);
    let texts = inputs.iter().map(Source::text);
    dataset.attribution = page::attribution(texts, &given);
    dataset.recipe = recipe::arguments(inputs, facts);
    let (diagnostics, counts) = diagnostics.finish();
    let conversion = Conversion {
        dataset,
        diagnostics,
        counts,
        port_tables,
    };
    let known = Known {
        spans,
        blank_cells,
        names,
    };
    (conversion, known)
}

/// The way of one input from text to records. Returns how many port tables it holds.
fn add(
    index: usize,
    source: &Source,
    given: &Attribution,
    facts: &Facts,
    records: &mut Unnamed,
    diagnostics: &mut Diagnostics,
) -> usize {
    let file = File::Input(index);
    let reading = Reading::of(source, facts.syntax);
    let (grids, footnotes) = reading.read(Report::new(diagnostics, file));
    let report = &mut Report::new(diagnostics, file);
    report_repairs(source, report);
    let tables: Vec<_> = grids.iter().map(|grid| grid.span.clone()).collect();
    table::outside::report(source, &tables, report);
    let base = page::base(source.text(), given);
    let definitions = Footnotes::new(footnotes.definitions, base, report);
    let mut meaning = records.add(index, source, definitions, base, facts.transports);
    for grid in grids {
        let placed = table::place(&grid, source, report);
        meaning.take(placed, report);
    }
    let port_tables = meaning.finish(&footnotes.labels_in_prose, report);
    if port_tables == 0 {
        let message = "there is no port table in this input";
        report.push(Code::NoPortTable, 0..0, message);
    }
    port_tables
}

fn report_repairs(source: &Source, report: &mut Report<'_>) {
    for repair in source.repairs() {
        let new = &source.text()[repair.span.clone()];
        let (code, message) = match repair.damage {
            Damage::EncodedTwice => (
                Code::Mojibake,
                format!("{:?} is {new:?}, encoded twice", repair.original),
            ),
            Damage::MaybeEncodedTwice => (
                Code::DoubtfulMojibake,
                format!("{new:?} may have been encoded twice; it is left as it stands"),
            ),
            Damage::ControlCharacter => (
                Code::ControlCharacter,
                format!(
                    "control character {:?} is taken as {new:?}",
                    repair.original
                ),
            ),
            Damage::ByteOrderMark => continue,
        };
        report.push(code, repair.span.clone(), message);
    }
    for (damage, code) in [
        (Damage::EncodedTwice, Code::Mojibake),
        (Damage::MaybeEncodedTwice, Code::DoubtfulMojibake),
        (Damage::ControlCharacter, Code::ControlCharacter),
    ] {
        let listed = source
            .repairs()
            .iter()
            .filter(|r| r.damage == damage)
            .count();
        report.count(code, source.count(damage) - listed);
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILTIN, BUILTIN_SHA256, Fingerprint};

    #[test]
    fn the_fingerprint_is_that_of_the_compiled_table() {
        assert_eq!(
            Fingerprint::new(BUILTIN.1.as_bytes()).sha256,
            BUILTIN_SHA256
        );
    }
}
