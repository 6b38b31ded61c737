//! Inputs → one dataset, and what was found on the way: the stages in their order, each called once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::dataset::merge::Merge;
use crate::dataset::{Attribution, Dataset, Protocols, Record, Status};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, File, Report};
use crate::facts::{self, Uses};
use crate::ledger::Ledger;
use crate::limits;
use crate::meaning::blank_cells::{self, BlankCells, Decision};
use crate::meaning::{Draft, Footnotes, Unnamed};
use crate::naming::{self, Evidence, curated::Names, missing::missing, registry::Registry};
use crate::overlay::{self, Replaced};
use crate::read::grid::Grid;
use crate::read::{self, Syntax};
use crate::table::{self, Placed};
use crate::text::Source;
use crate::{attribution, seen};

/// What is known apart from the tables.
#[derive(Debug, Default)]
pub struct Facts {
    /// What blank UDP cells mean; `None` for the facts that are compiled in.
    pub blank_cells: Option<BlankCells>,
    /// The curated names of records; `None` for those that are compiled in.
    pub names: Option<Names>,
    /// What a registry says.
    pub registry: Option<Registry>,
}

impl Facts {
    /// What blank UDP cells mean.
    #[must_use]
    pub fn blank_cells(&self) -> &BlankCells {
        let given = self.blank_cells.as_ref();
        given.unwrap_or_else(|| BlankCells::compiled_in())
    }

    /// The curated names of records.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.names.as_ref().unwrap_or_else(|| Names::compiled_in())
    }
}

/// How to read the inputs, and what to make of them.
#[derive(Debug)]
pub struct Options {
    /// What is known apart from the tables.
    pub facts: Facts,
    /// The syntax of the inputs; `None` goes by the ending of a path, else by the text.
    pub syntax: Option<&'static Syntax>,
    /// The protocols of rows that name none.
    pub protocols: Protocols,
    /// Records of later inputs replace those of the first that have the same ports and protocol.
    pub is_overlay: bool,
    /// The statuses that make a service.
    pub services_status: Vec<Status>,
    /// The widest range in which every port becomes a service; of a wider range, only the first port does.
    pub expand_ranges: usize,
    /// Whose data the inputs are. A part that is `None` is taken from the page for inputs of the page, else left open;
    /// a blank text claims nothing.
    pub attribution: Attribution,
    /// An existing file to merge the services into.
    pub merge: Option<Arc<Merge>>,
}

impl Options {
    /// The text of a file that is no input.
    #[must_use]
    pub fn source(&self, file: File) -> Option<&Source> {
        match file {
            File::Input(_) => None,
            File::BlankCells => match self.facts.blank_cells() {
                BlankCells::Literal => None,
                BlankCells::Decided(facts) => Some(&facts.source),
            },
            File::Names => Some(&self.facts.names().source),
            File::Registry => self.facts.registry.as_ref()?.source.as_ref(),
            File::Merge => Some(&self.merge.as_ref()?.source),
        }
    }
}

/// The facts that are compiled in; every status in use makes a service; nothing else is known.
impl Default for Options {
    fn default() -> Self {
        Self {
            facts: Facts::default(),
            syntax: None,
            protocols: Protocols::NONE,
            is_overlay: false,
            services_status: Status::IN_USE.to_vec(),
            expand_ranges: limits::EXPANDED_RANGE,
            attribution: Attribution::default(),
            merge: None,
        }
    }
}

/// The result of a conversion.
#[derive(Debug)]
pub struct Conversion {
    /// The data.
    pub dataset: Dataset,
    /// What was repaired, guessed or left out, in source order: of each code the first
    /// [`MOST_PLACES`](crate::diagnostic::MOST_PLACES).
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics there are of each code, those that are not listed among them.
    pub counts: BTreeMap<Code, usize>,
    /// How many records of the first input were replaced, wholly or for a protocol.
    pub replaced: usize,
    /// How many port tables the inputs hold.
    pub port_tables: usize,
}

/// What is known apart from the dataset when it is made.
#[derive(Debug)]
pub(crate) struct Known {
    /// What the spans of its table say of each record's UDP cell.
    pub(crate) spans: Vec<Option<Decision>>,
    pub(crate) blank_cells: Uses,
    pub(crate) names: Uses,
    /// What the derived names were derived from, by record.
    pub(crate) evidence: HashMap<usize, Evidence>,
}

/// Turns inputs into one dataset.
#[must_use]
pub fn convert(inputs: &[Source], options: &Options) -> Conversion {
    run(inputs, options).0
}

/// Turns inputs into one dataset, and keeps what is known of the facts.
pub(crate) fn run(inputs: &[Source], options: &Options) -> (Conversion, Known) {
    let given = attribution::harmless(&options.attribution);
    let mut run = Run::new(options, &given);
    for (index, source) in inputs.iter().enumerate() {
        let texts = read::Texts::new();
        let report = Report::new(&mut run.diagnostics, File::Input(index));
        let page = read::read(source, options.syntax, &texts, report);
        run.understand(index, source, page);
    }
    run.finish(inputs)
}

/// A file of facts about the blank UDP cells of tables whose syntax says how far a cell reaches: a line for
/// each row that a copy without spans would have a blank UDP cell in. `None` where no table says so.
#[must_use]
pub fn blank_cell_facts(inputs: &[Source], options: &Options) -> Option<String> {
    let (conversion, known) = run(inputs, options);
    let rows = conversion.dataset.records.iter().zip(known.spans);
    let fact = |(record, decision): (&Record, Option<Decision>)| {
        let udp = decision?.name();
        Some(facts::line_about(record, &facts::BLANK_CELLS, |_| {
            udp.to_owned()
        }))
    };
    let lines: Vec<_> = rows.filter_map(fact).collect();
    (!lines.is_empty()).then(|| facts::file(&facts::BLANK_CELLS, lines.into_iter()))
}

/// A file of names with the rows that neither a curated name nor their table names, each with the name that it has now
/// and where that is from.
#[must_use]
pub fn missing_names(inputs: &[Source], options: &Options) -> String {
    let (conversion, known) = run(inputs, options);
    let records = &conversion.dataset.records;
    let lines = missing(
        records,
        &facts::NAMES,
        options.facts.names(),
        &known.evidence,
        &HashSet::new(),
    );
    facts::file(&facts::NAMES, lines.into_iter().map(|(_, line)| line))
}

/// Files of facts as they are once they are up to date with the inputs: lines about rows that are gone are out,
/// those about edited rows say what stands there now, and rows without a curated name have a line. What else
/// stands in a file stays. The blank cells are `None` where they are taken literally.
#[must_use]
pub fn renewed_facts(inputs: &[Source], options: &Options) -> (Option<String>, String) {
    let (conversion, known) = run(inputs, options);
    let (records, names) = (&conversion.dataset.records, options.facts.names());
    let blank_cells = match options.facts.blank_cells() {
        BlankCells::Literal => None,
        BlankCells::Decided(file) => Some(file.updated(records, &known.blank_cells, Vec::new())),
    };
    let edited = names.edited(&known.names).into_iter();
    let edited = edited.map(|(record, _)| record).collect();
    let new = missing(records, &names.columns, names, &known.evidence, &edited);
    (blank_cells, names.updated(records, &known.names, new))
}

/// What the inputs have come to so far.
struct Run<'o> {
    options: &'o Options,
    /// The attribution of the options, fit for every output.
    given: &'o Attribution,
    records: Unnamed,
    diagnostics: Diagnostics,
    port_tables: usize,
}

impl<'o> Run<'o> {
    fn new(options: &'o Options, given: &'o Attribution) -> Self {
        Self {
            options,
            given,
            records: Unnamed::default(),
            diagnostics: Diagnostics::default(),
            port_tables: 0,
        }
    }

    /// The way of one input from grids to records.
    fn understand<'a>(
        &mut self,
        index: usize,
        source: &'a Source,
        (grids, footnotes): (Vec<Grid<'a>>, read::Footnotes<'a>),
    ) where
        'o: 'a,
    {
        let report = &mut Report::new(&mut self.diagnostics, File::Input(index));
        let mut ledger = Ledger::default();
        let base = attribution::base(source.text(), self.given);
        let definitions = Footnotes::new(footnotes.definitions, base, report);
        let protocols = self.options.protocols;
        let mut meaning = self
            .records
            .begin(index, source, definitions, base, protocols);
        // One column holds no ports, but makes a table of two lines of AsciiDoc.
        let mut rows = grids.iter().flat_map(|it| it.header.iter().chain(&it.rows));
        let has_tables = rows.any(|row| row.cells.len() > 1);
        for grid in grids {
            let placed = table::place(&grid, source, report);
            let is_of_ports = |table: &Placed<'_, '_>| {
                matches!(
                    table,
                    Placed::Ports(_) | Placed::Other { is_of_ports: true }
                )
            };
            let tables = if placed.iter().any(is_of_ports) {
                &mut ledger.port_tables
            } else {
                &mut ledger.other_tables
            };
            tables.push(grid.span.clone());
            meaning.take(&grid, &placed, report);
        }
        let port_tables = meaning.finish(&footnotes.labels_in_prose, report);
        let drafts = self.records.drafts.iter().rev();
        let drafts = drafts.take_while(|draft| draft.row.input == index);
        ledger.rows = drafts.map(|draft| draft.row.span.clone()).collect();
        ledger.diagnostics = report.take_places();
        ledger.report(source, report);
        if port_tables == 0 {
            report_no_port_table(source, has_tables, report);
        }
        self.port_tables += port_tables;
    }

    /// The way of all records to one dataset.
    fn finish(mut self, inputs: &[Source]) -> (Conversion, Known) {
        let (options, diagnostics) = (self.options, &mut self.diagnostics);
        let facts = &options.facts;
        let drafts = &mut self.records.drafts;
        let (blank_cells, spans) = blank_cells::decide(drafts, facts.blank_cells(), diagnostics);
        report_columns(drafts, diagnostics);
        let replaced = if options.is_overlay {
            overlay::replace(drafts)
        } else {
            Replaced::default()
        };
        let (mut dataset, names, evidence) = naming::name(
            self.records,
            inputs,
            facts.names(),
            facts.registry.as_ref(),
            &options.services_status,
            options.expand_ranges,
            diagnostics,
        );
        if replaced.count > 0 {
            overlay::drop_blank(&mut dataset, &replaced);
        }
        let texts = inputs.iter().map(Source::text);
        dataset.attribution = attribution::of_inputs(texts, self.given);
        if let Some(merge) = &options.merge {
            merge.report_clashes(&dataset, &mut Report::new(diagnostics, File::Merge));
            dataset.merge = Some(Arc::clone(merge));
        }
        let (diagnostics, counts) = self.diagnostics.finish();
        let conversion = Conversion {
            dataset,
            diagnostics,
            counts,
            replaced: replaced.count,
            port_tables: self.port_tables,
        };
        let known = Known {
            spans,
            blank_cells,
            names,
            evidence,
        };
        (conversion, known)
    }
}

/// Says that an input has no port table, and what it has in place of one.
fn report_no_port_table(source: &Source, has_tables: bool, report: &mut Report<'_>) {
    let none = "there is no port table in this input";
    let seen = Some(source.text()).filter(|_| !has_tables);
    let (span, message) = match seen.and_then(seen::ports_without_table) {
        Some((span, seen)) => (span, format!("{none}: {seen}")),
        None => (0..0, none.to_owned()),
    };
    report.push(Code::NoPortTable, span, message);
}

/// Reports the headers of the source that have no column in `ports.csv`.
fn report_columns(drafts: &[Draft], diagnostics: &mut Diagnostics) {
    let mut known = HashSet::new();
    for Draft { record, row } in drafts {
        for (header, _) in &record.extra {
            if known.insert(header) && known.len() > limits::CSV_EXTRA_COLUMNS {
                let report = &mut Report::new(diagnostics, File::Input(row.input));
                let most = limits::CSV_EXTRA_COLUMNS;
                let message =
                    format!("ports.csv has no column for {header:?}: {most} others come before it");
                report.push(Code::ColumnLeftOut, row.span.clone(), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::{Options, Run};
    use crate::builtin::BUILTIN;
    use crate::diagnostic::{Code, Diagnostics, File, Report};
    use crate::read::prose::words;
    use crate::read::{Texts, read};
    use crate::text::Source;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        /// The ledger finds every row that is lost between the stages, on one line or on several.
        #[test]
        fn a_row_that_is_lost_is_reported(lost in prop::collection::btree_set(0_usize..293, 1..40)) {
            let options = Options::default();
            let html = include_str!("../tests/pages/breaks.html");
            let on_lines = html.replace("<td>", "\n<td>");
            let wikitext = include_str!("../tests/wikitext/page.wiki");
            let pages = [BUILTIN, ("a.html", html), ("a.html", &on_lines), ("a.wiki", wikitext)];
            let sources = pages.map(|(path, text)| Source::decode(path, text).unwrap());
            for source in &sources {
                let (texts, mut diagnostics) = (Texts::new(), Diagnostics::default());
                let report = Report::new(&mut diagnostics, File::Input(0));
                let (mut grids, footnotes) = read(source, None, &texts, report);
                let mut spans = Vec::new();
                let (mut at, step) = (0, if source.path == BUILTIN.0 { 1 } else { 10 });
                for grid in &mut grids {
                    grid.rows.retain(|row| {
                        at += step;
                        // A row that has lost its port looks like none, and a table in a cell is spoken of anyway.
                        let starts_with_port = words(&row.cells[0]).starts_with(|c: char| c.is_ascii_digit());
                        let is_plain = starts_with_port && !source.text()[row.span.clone()].contains("{|");
                        let is_lost = is_plain && lost.contains(&(at % 293));
                        spans.extend(is_lost.then(|| row.span.clone()));
                        !is_lost
                    });
                }
                let mut run = Run::new(&options, &options.attribution);
                run.understand(0, source, (grids, footnotes));
                let (found, _) = run.diagnostics.finish();
                for span in spans {
                    let is_reported = found.iter().any(|found| {
                        found.code == Code::RowLost && found.span.start <= span.start + 4 && found.span.end > span.start
                    });
                    prop_assert!(is_reported, "{:?}", &source.text()[span]);
                }
            }
        }
    }
}
