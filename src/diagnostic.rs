//! What was repaired, guessed or left out, and where.
//!
//! A *note* says what was done with something that people rarely need to look at. A *warning* says that the output
//! may be wrong or incomplete. A problem that stops the work is not a diagnostic, but an error returned by the
//! function that fails.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::limits::MESSAGE;
pub use crate::limits::MOST_PLACES;

words! {
    /// How much a diagnostic matters.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Severity {
        /// Done as a rule does it: worth a look only if the output is a surprise.
        Note = "note",
        /// The output may be wrong or incomplete.
        Warning = "warning",
    }
}

/// The file that a diagnostic is about.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum File {
    /// The input with this index.
    Input(usize),
    /// The curated blank cells.
    BlankCells,
    /// The curated names.
    Names,
    /// The registry.
    Registry,
    /// The file that services go into.
    Merge,
}

/// A message about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// Which file.
    pub file: File,
    /// Where in its text.
    pub span: Range<usize>,
    /// What exactly, in one line.
    pub message: String,
}

/// Diagnostics as they come: of each code the first [`MOST_PLACES`] in source order, and how many there are, so that their
/// messages take little memory however much is wrong with an input.
#[derive(Debug, Default)]
pub struct Diagnostics {
    codes: BTreeMap<Code, Places>,
    /// What those of one input speak of, also those that are not listed.
    places: Vec<(Code, Range<usize>)>,
}

/// What there is of one code.
#[derive(Debug, Default)]
struct Places {
    first: Vec<Diagnostic>,
    count: usize,
}

impl Places {
    fn push(&mut self, diagnostic: Diagnostic) {
        self.count += 1;
        // Stages come in their own order, so what is first is known only in the end; sorting now and then
        // keeps the list short.
        self.first.push(diagnostic);
        if self.first.len() == 2 * MOST_PLACES {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.first.sort_by_key(|d| (d.file, d.span.start));
        self.first.truncate(MOST_PLACES);
    }
}

impl Diagnostics {
    /// What is listed, by file and place, and how many there are of each code.
    #[must_use]
    pub fn finish(self) -> (Vec<Diagnostic>, BTreeMap<Code, usize>) {
        let (mut listed, mut counts) = (Vec::new(), BTreeMap::new());
        for (code, mut places) in self.codes {
            places.cut();
            counts.insert(code, places.count);
            listed.append(&mut places.first);
        }
        listed.sort_by_key(|d| (d.file, d.span.start, d.code));
        (listed, counts)
    }
}

/// Collects the diagnostics of one file.
#[derive(Debug)]
pub struct Report<'d> {
    diagnostics: &'d mut Diagnostics,
    file: File,
}

impl<'d> Report<'d> {
    /// Diagnostics will speak of this file.
    pub fn new(diagnostics: &'d mut Diagnostics, file: File) -> Self {
        Self { diagnostics, file }
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, code: Code, span: Range<usize>, message: impl Into<String>) {
        let mut message = message.into();
        if message.len() > MESSAGE {
            message.truncate(message.floor_char_boundary(MESSAGE));
            message.push('…');
            message.shrink_to_fit();
        }
        self.diagnostics.places.push((code, span.clone()));
        let places = self.diagnostics.codes.entry(code).or_default();
        places.push(Diagnostic {
            code,
            file: self.file,
            span,
            message,
        });
    }

    /// What the diagnostics so far speak of, also those that are not listed.
    pub(crate) fn take_places(&mut self) -> Vec<(Code, Range<usize>)> {
        std::mem::take(&mut self.diagnostics.places)
    }

    /// Counts diagnostics whose places are not known.
    pub fn count(&mut self, code: Code, count: usize) {
        if count > 0 {
            self.diagnostics.codes.entry(code).or_default().count += count;
        }
    }
}

/// Defines the codes: a doc comment that says what is in the output afterwards, a name, a severity.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $code:ident = $name:literal, $severity:ident;)+) => {
        words! {
            /// Every kind of diagnostic, in the order of the pipeline.
            #[non_exhaustive]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum Code {
                $($(#[doc = $doc])+ $code = $name,)+
            }
        }

        impl Code {
            /// How much it matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$code => Severity::$severity,)+
                }
            }

            /// What happened, and what is in the output afterwards.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self {
                    $(Self::$code => concat!($($doc),+).trim_ascii_start(),)+
                }
            }
        }
    };
}

codes! {
    /// The text had been encoded twice; this was reversed.
    Mojibake = "mojibake", Note;
    /// Text may have been encoded twice, but makes sense as it stands, so it was left alone.
    DoubtfulMojibake = "doubtful-mojibake", Warning;
    /// A control or direction character, written directly or as a character reference (`&#x1b;`), was replaced with a
    /// space.
    ControlCharacter = "control-character", Warning;
    /// A blank line or some text splits a Markdown table in two; the parts were read as one table.
    SeveredTable = "severed-table", Note;
    /// A row of a Markdown table is spread over several lines, as after a line break in a cell; it was put back
    /// together.
    BrokenRow = "broken-row", Note;
    /// The delimiter row below the header is missing or has another width, so GFM sees no table here; the rows were
    /// read as a table anyway.
    RuleMissing = "rule-missing", Warning;
    /// An unmatched code fence would turn a table below it into code; the text was read as if the fence were not there.
    StrayFence = "stray-fence", Warning;
    /// A table in HTML or wikitext has no end; what follows was read as part of it, or the text is cut off.
    UnclosedTable = "unclosed-table", Warning;
    /// A table inside a cell was read on its own; its words are not in the cell.
    NestedTable = "nested-table", Warning;
    /// A wikitext template is not known; its last plain argument was used.
    UnknownTemplate = "unknown-template", Note;
    /// A table contains text that browsers do not show, such as a sort key; it is not in any record.
    HiddenText = "hidden-text", Note;
    /// The input has no port table, and adds no records.
    NoPortTable = "no-port-table", Warning;
    /// A table that is neither a port table nor a legend was skipped.
    TablePassedOver = "table-passed-over", Note;
    /// A table has rows like those of a port table, but no header that names its columns; nothing from it is in the
    /// output.
    HeadlessTable = "headless-table", Warning;
    /// The message says what each column of a port table was taken to be, and how strong the evidence is.
    ColumnsFound = "columns-found", Note;
    /// Rows of a port table name no protocol; they become services only if `--transport` gives them one.
    NoTransport = "no-transport", Warning;
    /// No row of a port table becomes a service.
    NoService = "no-service", Warning;
    /// The rest of a table was not read: it is very long, or repeats cells so often that they would fill the memory;
    /// its rows are missing.
    TableCut = "table-cut", Warning;
    /// The name of a column was cut to 100 bytes.
    LongHeader = "long-header", Warning;
    /// A row without any text was left out.
    BlankRow = "blank-row", Note;
    /// A row that repeats the header was left out.
    RepeatedHeader = "repeated-header", Note;
    /// A row that lost cells to spans was moved back into place; the lost cells were copied from the row above.
    ShiftedRow = "shifted-row", Note;
    /// A blank port cell took the port of the row above.
    BlankPort = "blank-port", Note;
    /// A row, or the header, can be read in two ways; the more likely one was chosen.
    AmbiguousRow = "ambiguous-row", Warning;
    /// A row has fewer cells than the header; the missing ones are blank.
    ShortRow = "short-row", Warning;
    /// A row has more cells than the header; the words in the extra cells are not in any record.
    SurplusCells = "surplus-cells", Warning;
    /// A table contains text that is not part of a row: a line without pipes, a title, or words between the cells; it
    /// is not in any record.
    StrayLine = "stray-line", Warning;
    /// A row has no port of its own and cannot take the one of the row above; it was left out.
    NoPortAbove = "no-port-above", Warning;
    /// A port cell contains neither a port from 0 to 65535 nor an ascending range, or a number that nothing shows to be a
    /// port; the message says whether the row was left out.
    BadPort = "bad-port", Warning;
    /// A row is about a protocol that has no ports, such as ICMP or ESP; it is not in any record.
    NoPorts = "no-ports", Note;
    /// Two rows of a table without statuses have the same port and protocol, and no extra column tells them apart; both
    /// are in the output.
    DuplicatePort = "duplicate-port", Warning;
    /// A port cell such as `5900+` or `<1024` does not say where it ends; only the ports that it names were taken.
    OpenRange = "open-range", Warning;
    /// A status cell contains text that is not a known status; the status is `other`, and the text is kept.
    UnknownStatus = "unknown-status", Warning;
    /// A link was dropped from a header, status, legend, image or multi-link footnote, or a cell holds an icon without
    /// words; the text is kept, but the URL or the icon is nowhere in the output.
    DroppedLink = "dropped-link", Warning;
    /// A header or a footnote cites something, or a header or a legend is tagged; the citation or tag is not in any record.
    DroppedCitation = "dropped-citation", Note;
    /// A status cell holds a citation, tag, link or image, but no status; citations and tags were added to the record's
    /// own.
    NothingStated = "nothing-stated", Note;
    /// A table has blank UDP cells beside filled TCP cells; the message says how they were told apart.
    BlankCells = "blank-cells", Note;
    /// A blank UDP cell was taken as part of the TCP cell, because of curated facts or how the table writes blanks.
    MergedCell = "merged-cell", Note;
    /// A blank UDP cell was decided by rule alone.
    InferredCell = "inferred-cell", Warning;
    /// A footnote label is used but not defined; nothing is cited.
    UndefinedFootnote = "undefined-footnote", Warning;
    /// A footnote label is defined but never used; the definition is not in any record.
    UnusedFootnote = "unused-footnote", Note;
    /// A footnote label is defined twice for one table; the first definition counts.
    DuplicateFootnote = "duplicate-footnote", Warning;
    /// A legend explains a status differently from an earlier one; the earlier one counts.
    LegendClash = "legend-clash", Warning;
    /// A spreadsheet would run this text as a formula when it opens `ports.csv`.
    Formula = "formula", Note;
    /// A curated fact was made for an earlier version of a row, to which it still applies, or for a row that is gone.
    StaleFact = "stale-fact", Warning;
    /// A name or alias already belongs to another port; it got a number, or was left out.
    NameClash = "name-clash", Note;
    /// Too many rows share one port, so the names of this row were not added to any service.
    CrowdedPort = "crowded-port", Warning;
    /// Lines that look like rows of ports are not in any record, and no other message mentions them: they are in code,
    /// outside any table, or in one that is cut.
    RowLost = "row-lost", Warning;
    /// The number of records is not the one given with `--expect-records`; nothing is written.
    RecordCount = "record-count", Warning;
    /// `ports.csv` has room for 100 extra columns; this one is only in the other formats.
    ColumnLeftOut = "column-left-out", Warning;
    /// The table calls a port assigned, but the registry does not have it.
    NotInRegistry = "not-in-registry", Warning;
    /// The registry assigns a port that the table calls unassigned.
    InRegistry = "in-registry", Warning;
    /// The services file given with `--merge` has another name for a port, or has the name for another port; its line
    /// stays.
    MergeClash = "merge-clash", Warning;
    /// nmap's file, given with `--merge`, has another name for a port; ours replaces it.
    MergeRename = "merge-rename", Note;
}
