//! What was repaired, guessed or left out, and where.
//!
//! A *note* says that something was repaired and the output is right. A *warning* says that the output
//! may be wrong or incomplete. What makes it impossible to go on is no diagnostic but an
//! [`Error`](crate::Error).

use crate::source::Span;

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
}

/// One thing to know about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// Which file.
    pub file: File,
    /// Where in its text.
    pub span: Span,
    /// What exactly, in one line.
    pub message: String,
}

/// Collects the diagnostics of one file.
#[derive(Debug)]
pub struct Report<'d> {
    diagnostics: &'d mut Vec<Diagnostic>,
    file: File,
}

impl<'d> Report<'d> {
    /// Diagnostics will speak of this file.
    pub fn new(diagnostics: &'d mut Vec<Diagnostic>, file: File) -> Self {
        Self { diagnostics, file }
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic {
            code,
            file: self.file,
            span,
            message: message.into(),
        });
    }
}

/// Brings diagnostics into the order of the files, and of the places in each.
pub fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| (d.file, d.span.start, d.code));
}

/// Every kind of diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// The text had been encoded twice and is undone.
    Mojibake,
    /// A control character became U+FFFD.
    ControlCharacter,
    /// A table is written in HTML; nothing of it is in the output.
    HtmlTable,
    /// An input without a port table adds no records.
    NoPortTable,
    /// A table that is neither a port table nor a legend was passed over.
    TablePassedOver,
    /// The rest of a very long table could not be read; its rows are missing.
    TableCut,
    /// A row without any words was left out.
    BlankRow,
    /// A row that repeats the header was left out.
    RepeatedHeader,
    /// A row without its port cell was moved back under the port of the row above.
    ShiftedRow,
    /// A blank port cell took the port of the row above.
    BlankPort,
    /// A row can be read in two ways; the more likely one was taken.
    AmbiguousRow,
    /// A row has fewer cells than the header; the missing ones are blank.
    ShortRow,
    /// A row has more cells than the header; the words behind are in no record.
    SurplusCells,
    /// A line without a pipe stands in a table; its words are in no record.
    StrayLine,
    /// A row without a port has no row above to take it from; it is left out.
    NoPortAbove,
    /// A port cell holds no port from 0 to 65535 and no ascending range; the row is left out.
    BadPort,
    /// Words in a status cell that are no status; kept as status `other` with its text.
    UnknownStatus,
    /// A status cell holds a link; its words are kept, its URL is in no record.
    LinkInStatus,
    /// A status cell cites something but states nothing; the citation joins the record's own.
    CitationWithoutStatus,
    /// A blank UDP cell was taken as one with the TCP cell, as curated facts say.
    MergedCell,
    /// A blank UDP cell was decided by rule only.
    InferredCell,
    /// A footnote label is used but not defined; nothing is cited.
    UndefinedFootnote,
    /// A footnote label is defined but never used; the definition is in no record.
    UnusedFootnote,
    /// A footnote label is defined twice for one table; the first definition counts.
    DuplicateFootnote,
    /// A legend explains a status otherwise than an earlier one; the earlier one counts.
    LegendClash,
    /// A spreadsheet would run the text as a formula when it opens `ports.csv`.
    Formula,
    /// A curated fact names no record of the table that it was made for.
    StaleFact,
    /// A name or alias already stands for another port; it got a number, or was left out.
    NameClash,
    /// A port is assigned in the table, but not in the registry.
    NotInRegistry,
    /// A port is assigned in the registry to what the table calls unassigned.
    InRegistry,
}

impl Code {
    /// Every code, in the order of the pipeline.
    pub const ALL: [Self; 30] = [
        Self::Mojibake,
        Self::ControlCharacter,
        Self::HtmlTable,
        Self::NoPortTable,
        Self::TablePassedOver,
        Self::TableCut,
        Self::BlankRow,
        Self::RepeatedHeader,
        Self::ShiftedRow,
        Self::BlankPort,
        Self::AmbiguousRow,
        Self::ShortRow,
        Self::SurplusCells,
        Self::StrayLine,
        Self::NoPortAbove,
        Self::BadPort,
        Self::UnknownStatus,
        Self::LinkInStatus,
        Self::CitationWithoutStatus,
        Self::MergedCell,
        Self::InferredCell,
        Self::UndefinedFootnote,
        Self::UnusedFootnote,
        Self::DuplicateFootnote,
        Self::LegendClash,
        Self::Formula,
        Self::StaleFact,
        Self::NameClash,
        Self::NotInRegistry,
        Self::InRegistry,
    ];

    /// The name in messages and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mojibake => "mojibake",
            Self::ControlCharacter => "control-character",
            Self::HtmlTable => "html-table",
            Self::NoPortTable => "no-port-table",
            Self::TablePassedOver => "table-passed-over",
            Self::TableCut => "table-cut",
            Self::BlankRow => "blank-row",
            Self::RepeatedHeader => "repeated-header",
            Self::ShiftedRow => "shifted-row",
            Self::BlankPort => "blank-port",
            Self::AmbiguousRow => "ambiguous-row",
            Self::ShortRow => "short-row",
            Self::SurplusCells => "surplus-cells",
            Self::StrayLine => "stray-line",
            Self::NoPortAbove => "no-port-above",
            Self::BadPort => "bad-port",
            Self::UnknownStatus => "unknown-status",
            Self::LinkInStatus => "link-in-status",
            Self::CitationWithoutStatus => "citation-without-status",
            Self::MergedCell => "merged-cell",
            Self::InferredCell => "inferred-cell",
            Self::UndefinedFootnote => "undefined-footnote",
            Self::UnusedFootnote => "unused-footnote",
            Self::DuplicateFootnote => "duplicate-footnote",
            Self::LegendClash => "legend-clash",
            Self::Formula => "formula",
            Self::StaleFact => "stale-fact",
            Self::NameClash => "name-clash",
            Self::NotInRegistry => "not-in-registry",
            Self::InRegistry => "in-registry",
        }
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::Mojibake
            | Self::TablePassedOver
            | Self::BlankRow
            | Self::RepeatedHeader
            | Self::ShiftedRow
            | Self::BlankPort
            | Self::CitationWithoutStatus
            | Self::MergedCell
            | Self::UnusedFootnote
            | Self::Formula
            | Self::NameClash => Severity::Note,
            Self::ControlCharacter
            | Self::HtmlTable
            | Self::NoPortTable
            | Self::TableCut
            | Self::AmbiguousRow
            | Self::ShortRow
            | Self::SurplusCells
            | Self::StrayLine
            | Self::NoPortAbove
            | Self::BadPort
            | Self::UnknownStatus
            | Self::LinkInStatus
            | Self::InferredCell
            | Self::UndefinedFootnote
            | Self::DuplicateFootnote
            | Self::LegendClash
            | Self::StaleFact
            | Self::NotInRegistry
            | Self::InRegistry => Severity::Warning,
        }
    }
}
