//! What was repaired, guessed or left out, and where.
//!
//! A *note* says that something was repaired and the output is right. A *warning* says that the output
//! may be wrong or incomplete. What makes it impossible to go on is no diagnostic but an error of the
//! function that cannot.

use std::collections::BTreeMap;
use std::ops::Range;

/// How much a diagnostic matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Repaired: the output is right.
    Note,
    /// The output may be wrong or incomplete.
    Warning,
}

impl Severity {
    /// The word in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// The file that a diagnostic speaks of.
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

/// One thing to know about a file.
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

/// The most places of one code that are listed; the others are counted.
pub const MOST_PLACES: usize = 100;

/// The most bytes of a message; a longer one is cut.
const MOST_BYTES: usize = 2000;

/// Diagnostics as they come: of each code the first [`MOST_PLACES`] in source order, and how many there are.
///
/// So memory is bounded however much is wrong with an input.
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
    /// Adds those that another stage has collected.
    pub fn append(&mut self, other: Self) {
        for (code, places) in other.codes {
            let own = self.codes.entry(code).or_default();
            own.count += places.count;
            own.first.extend(places.first);
            own.cut();
        }
    }

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
        if message.len() > MOST_BYTES {
            message.truncate(message.floor_char_boundary(MOST_BYTES));
            message.push('…');
            message.shrink_to_fit();
        }
        self.diagnostics.places.push((code, span.clone()));
        self.diagnostics
            .codes
            .entry(code)
            .or_default()
            .push(Diagnostic {
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
        /// Every kind of diagnostic, in the order of the pipeline.
        #[non_exhaustive]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $doc])+ $code,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The code with a name.
            #[must_use]
            pub fn by_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }

            /// The name in messages and on the command line.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }

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
    /// The text had been encoded twice and is undone.
    Mojibake = "mojibake", Note;
    /// Text that may have been encoded twice was left alone, because it makes sense as it stands.
    DoubtfulMojibake = "doubtful-mojibake", Warning;
    /// A control or direction character, written as such or as a character reference (`&#x1b;`), became a
    /// blank.
    ControlCharacter = "control-character", Warning;
    /// A blank line or words cut a table in markdown, which goes on behind them; its rows are read as one table.
    SeveredTable = "severed-table", Note;
    /// A row of a table in markdown stands on several lines, as after a line break in a cell; it is put together.
    BrokenRow = "broken-row", Note;
    /// Rows have no rule above them, or one of another width, so that GFM has no table here; they are read as if it
    /// stood there.
    RuleMissing = "rule-missing", Warning;
    /// A table of HTML or wikitext has no end; what follows it is read as part of it, or the text is cut off.
    UnclosedTable = "unclosed-table", Warning;
    /// A table stands in a cell of another; it is read by itself, and its words are not in the cell.
    NestedTable = "nested-table", Warning;
    /// A template of wikitext is not known; its last plain argument stands for it.
    UnknownTemplate = "unknown-template", Note;
    /// Words of a table that a browser does not show, such as sort keys; they are in no record.
    HiddenText = "hidden-text", Note;
    /// An input without a port table adds no records.
    NoPortTable = "no-port-table", Warning;
    /// A table that is neither a port table nor a legend was passed over.
    TablePassedOver = "table-passed-over", Note;
    /// A table has rows like those of a port table, but no header that names its columns; nothing of it is in
    /// the output.
    HeadlessTable = "headless-table", Warning;
    /// What each column of a port table was taken for, and why.
    ColumnsFound = "columns-found", Note;
    /// Rows of a port table state no transport; they are in no service, unless `--transport` says what to take
    /// them for.
    NoTransport = "no-transport", Warning;
    /// No row of a port table makes a service.
    NoService = "no-service", Warning;
    /// The rest of a table is not read: it is very long, or it would repeat cells so often that they fill the memory;
    /// its rows are missing.
    TableCut = "table-cut", Warning;
    /// The name of a column is cut to 100 bytes.
    LongHeader = "long-header", Warning;
    /// A row without any words was left out.
    BlankRow = "blank-row", Note;
    /// A row that repeats the header was left out.
    RepeatedHeader = "repeated-header", Note;
    /// A row that lost cells to spans was moved back; the lost cells are those of the row above, its port among them.
    ShiftedRow = "shifted-row", Note;
    /// A blank port cell took the port of the row above.
    BlankPort = "blank-port", Note;
    /// A row, or the header, can be read in two ways; the more likely one was taken.
    AmbiguousRow = "ambiguous-row", Warning;
    /// A row has fewer cells than the header; the missing ones are blank.
    ShortRow = "short-row", Warning;
    /// A row has more cells than the header; the words in the extra cells are in no record.
    SurplusCells = "surplus-cells", Warning;
    /// A line without a pipe, a title above or between the rows, or text between the cells stands in a table; its
    /// words are in no record.
    StrayLine = "stray-line", Warning;
    /// A row without a port has no row above to take it from; it is left out.
    NoPortAbove = "no-port-above", Warning;
    /// A port cell holds no port from 0 to 65535 and no ascending range; the row is left out.
    BadPort = "bad-port", Warning;
    /// A row of protocols that have no ports, such as ICMP or ESP; it is in no record.
    NoPorts = "no-ports", Note;
    /// Two rows of a table without statuses have the same port and protocol, and no extra column tells them apart; both
    /// are in the output.
    DuplicatePort = "duplicate-port", Warning;
    /// A port cell such as `5900+` does not say where it ends; its first port is taken.
    OpenRange = "open-range", Warning;
    /// Words in a status cell that are no status; kept as status `other` with its text.
    UnknownStatus = "unknown-status", Warning;
    /// A link in a header, a status or a legend, one of several in a footnote, or an image; the words are kept,
    /// but the URL is nowhere in the output.
    DroppedLink = "dropped-link", Warning;
    /// A header or a footnote cites something; the citation is in no record.
    DroppedCitation = "dropped-citation", Note;
    /// A status cell holds a citation, tag, link or image, but states nothing; citations and tags join the
    /// record's own.
    NothingStated = "nothing-stated", Note;
    /// A table has blank UDP cells beside filled TCP cells; the message says how they were told apart.
    BlankCells = "blank-cells", Note;
    /// A blank UDP cell was taken to be one with the TCP cell, as curated facts or the table's own writing show.
    MergedCell = "merged-cell", Note;
    /// A blank UDP cell was decided by rule only.
    InferredCell = "inferred-cell", Warning;
    /// A footnote label is used but not defined; nothing is cited.
    UndefinedFootnote = "undefined-footnote", Warning;
    /// A footnote label is defined but never used; the definition is in no record.
    UnusedFootnote = "unused-footnote", Note;
    /// A footnote label is defined twice for one table; the first definition counts.
    DuplicateFootnote = "duplicate-footnote", Warning;
    /// A legend explains a status differently from an earlier one; the earlier one counts.
    LegendClash = "legend-clash", Warning;
    /// A spreadsheet would run the text as a formula when it opens `ports.csv`.
    Formula = "formula", Note;
    /// A curated fact was made for an earlier state of a row, which it still serves, or for a row that is gone.
    StaleFact = "stale-fact", Warning;
    /// A name or alias already stands for another port; it got a number, or was left out.
    NameClash = "name-clash", Note;
    /// So many rows share one port that the names of this one are in no service.
    CrowdedPort = "crowded-port", Warning;
    /// Lines look like rows of ports, but are in no record, and no other message speaks of them: they stand in code, in
    /// no table, or in one that is cut.
    RowLost = "row-lost", Warning;
    /// There are not as many records as `--expect-records` says; nothing is written.
    RecordCount = "record-count", Warning;
    /// `ports.csv` has room for 100 columns that are none of ours; this one is in the other formats only.
    ColumnLeftOut = "column-left-out", Warning;
    /// The table calls a port assigned, but the registry does not have it.
    NotInRegistry = "not-in-registry", Warning;
    /// The registry assigns a port that the table calls unassigned.
    InRegistry = "in-registry", Warning;
    /// A port has another name in the file of `--merge`. A services file keeps its own, in nmap's file ours stands.
    MergeClash = "merge-clash", Warning;
}
