//! Inputs → one dataset, and what was found on the way: the stages in their order.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::dataset::{Attribution, Dataset, Protocols, Status};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, File, Report};
use crate::ledger::Ledger;
use crate::meaning::{Footnotes, Unnamed, blank_cells, blank_cells::BlankCells};
use crate::naming::{self, curated::Names, registry::Registry};
use crate::page;
use crate::read::{self, Syntax, report_repairs};
use crate::table::{self, Placed};
use crate::text::Source;
use crate::upkeep::Known;

/// What is known beside the table.
#[derive(Debug)]
pub struct Facts {
    /// What blank UDP cells mean.
    pub blank_cells: BlankCells,
    /// What records are called.
    pub names: Names,
    /// What a registry says.
    pub registry: Option<Registry>,
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
            File::Registry => self.registry.as_ref()?.source.as_ref(),
        }
    }
}

/// How inputs are read, and what they are taken for.
#[derive(Debug)]
pub struct Options {
    /// What is known beside the table.
    pub facts: Facts,
    /// The syntax of the inputs; `None` goes by the ending of a path, else by the text.
    pub syntax: Option<&'static Syntax>,
    /// The protocols of rows that name none.
    pub protocols: Protocols,
    /// The statuses that make a service.
    pub services_status: Vec<Status>,
    /// Whose data the inputs are. A part that is `None` is the page's for inputs of the page, else nobody's;
    /// a blank text claims nothing.
    pub attribution: Attribution,
}

/// The facts that are compiled in; every status in use makes a service; nothing else is known.
impl Default for Options {
    fn default() -> Self {
        Facts::builtin().into()
    }
}

/// These facts; all else is the default.
impl From<Facts> for Options {
    fn from(facts: Facts) -> Self {
        let in_use = Status::KNOWN.into_iter().filter(Status::is_in_use);
        Self {
            facts,
            syntax: None,
            protocols: Protocols::NONE,
            services_status: in_use.collect(),
            attribution: Attribution::default(),
        }
    }
}

/// What became of the inputs.
#[derive(Debug)]
pub struct Conversion {
    /// The data.
    pub dataset: Dataset,
    /// What was repaired, guessed or left out, in source order: of each code the first
    /// [`MOST_PLACES`](crate::diagnostic::MOST_PLACES).
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics there are of each code, those that are not listed among them.
    pub counts: BTreeMap<Code, usize>,
    /// How many port tables the inputs hold.
    pub port_tables: usize,
}

/// Turns inputs into one dataset.
#[must_use]
pub fn convert(inputs: &[Source], options: &Options) -> Conversion {
    run(inputs, options).0
}

/// Turns inputs into one dataset, and keeps what is known of the facts.
pub(crate) fn run(inputs: &[Source], options: &Options) -> (Conversion, Known) {
    let given = page::harmless(&options.attribution);
    let mut diagnostics = Diagnostics::default();
    let mut records = Unnamed::default();
    let mut port_tables = 0;
    for (index, source) in inputs.iter().enumerate() {
        port_tables += add(
            index,
            source,
            &given,
            options,
            &mut records,
            &mut diagnostics,
        );
    }
    let facts = &options.facts;
    let (blank_cells, spans) =
        blank_cells::decide(&mut records.drafts, &facts.blank_cells, &mut diagnostics);
    let named = naming::name(
        records,
        inputs,
        &facts.names,
        facts.registry.as_ref(),
        &options.services_status,
        &mut diagnostics,
    );
    let texts = inputs.iter().map(Source::text);
    let mut dataset = named.dataset;
    dataset.attribution = page::attribution(texts, &given);
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
        names: named.uses,
        evidence: named.evidence,
    };
    (conversion, known)
}

/// The way of one input from text to records. Returns how many port tables it holds.
fn add(
    index: usize,
    source: &Source,
    given: &Attribution,
    options: &Options,
    records: &mut Unnamed,
    diagnostics: &mut Diagnostics,
) -> usize {
    let file = File::Input(index);
    let prepared = OnceCell::new();
    let report = Report::new(diagnostics, file);
    let (grids, footnotes) = read::read(source, options.syntax, &prepared, report);
    let report = &mut Report::new(diagnostics, file);
    report_repairs(source, report);
    let mut ledger = Ledger::default();
    let base = page::base(source.text(), given);
    let definitions = Footnotes::new(footnotes.definitions, base, report);
    let mut meaning = records.add(index, source, definitions, base, options.protocols);
    for grid in grids {
        let placed = table::place(&grid, source, report);
        let has_ports = placed.iter().any(|table| matches!(table, Placed::Ports(_)));
        let tables = if has_ports {
            &mut ledger.port_tables
        } else {
            &mut ledger.other_tables
        };
        tables.push(grid.span.clone());
        meaning.take(&placed, report);
    }
    let port_tables = meaning.finish(&footnotes.labels_in_prose, report);
    let drafts = records.drafts.iter().rev();
    let drafts = drafts.take_while(|draft| draft.row.input == index);
    ledger.rows = drafts.map(|draft| draft.row.span.clone()).collect();
    ledger.diagnostics = report.take_places();
    ledger.report(source, report);
    if port_tables == 0 {
        let message = "there is no port table in this input";
        report.push(Code::NoPortTable, 0..0, message);
    }
    port_tables
}
