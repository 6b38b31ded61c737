//! The model between the readers and `table`: a table as it stands on its page, in no syntax.
//!
//! Nothing is decided here about ports. A reader says what stands in a cell, and, where its syntax says so, how
//! far the cell reaches. HTML says so (`rowspan`, `colspan`); the pipes of markdown cannot.

use std::borrow::Cow;
use std::num::NonZeroU16;

use smallvec::SmallVec;

use crate::diagnostic::Code;
use crate::text::Span;

/// A table.
#[derive(Debug, Default)]
pub(crate) struct Grid<'a> {
    /// From its first to its last character.
    pub(crate) span: Span,
    /// The words of the heading above it; blank where there is none.
    pub(crate) heading: Cow<'a, str>,
    /// The words of the heading that this one is below; blank where there is none.
    pub(crate) outer_heading: Cow<'a, str>,
    /// The words of the first heading of the page.
    pub(crate) title: Cow<'a, str>,
    /// Its caption; blank where it has none.
    pub(crate) caption: Cell<'a>,
    /// The rows that the syntax marks as its header. May be empty, and may be blank.
    pub(crate) header: Vec<Row<'a>>,
    /// The rows below.
    pub(crate) rows: Vec<Row<'a>>,
    /// What its reader left out of it. Told only of tables that are used.
    pub(crate) notices: Vec<Notice>,
}

impl<'a> Grid<'a> {
    /// Adds a row, to the header if it belongs there: in `<thead>`, or above all others with cells of `<th>` only. A
    /// title above the header is one cell; below the header, one cell is the title of what follows.
    pub(crate) fn add(&mut self, (row, is_header): (Row<'a>, bool), is_head: bool) {
        let is_title = row.cells.len() == 1 && self.header.iter().any(|row| row.cells.len() > 1);
        if self.rows.is_empty() && (is_head || is_header && !is_title) {
            self.header.push(row);
        } else {
            self.rows.push(row);
        }
    }

    /// Ends a group of rows that starts in one of them: no cell reaches beyond its group. Returns where the next starts.
    pub(crate) fn end_group(&mut self, start: usize) -> usize {
        let end = self.header.len() + self.rows.len();
        let rows = self.header.iter_mut().chain(&mut self.rows);
        for (below, row) in (1..=end - start).rev().zip(rows.skip(start)) {
            let below = Extent::new(below, 1).rows;
            for extent in row.cells.iter_mut().filter_map(|cell| cell.extent.as_mut()) {
                extent.rows = extent.rows.min(below);
            }
        }
        end
    }
}

/// Something that was left out of a table.
#[derive(Debug)]
pub(crate) struct Notice {
    /// What kind of thing.
    pub(crate) code: Code,
    /// Where it stands.
    pub(crate) span: Span,
    /// What exactly, in one line.
    pub(crate) message: String,
}

/// A row: its own cells only, not those that reach down from a row above.
#[derive(Debug, Default)]
pub(crate) struct Row<'a> {
    /// From its first to its last character.
    pub(crate) span: Span,
    /// Its cells, in order.
    pub(crate) cells: Vec<Cell<'a>>,
    /// What stands behind the last cell that the header has room for, where the syntax cuts rows so.
    pub(crate) surplus: Option<Span>,
}

/// A cell. One without inlines is blank.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell<'a> {
    /// Where its content stands. Of a blank cell: what is written between its borders, so that `||` (empty)
    /// and `|   |` (white space) can be told apart.
    pub(crate) span: Span,
    /// Its content, in order.
    pub(crate) inlines: Inlines<'a>,
    /// How far it reaches; `None` where the syntax cannot say.
    pub(crate) extent: Option<Extent>,
}

/// How many rows and columns a cell covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Rows, itself included. One that reaches to the end of the table may say more than there are.
    pub(crate) rows: NonZeroU16,
    /// Columns, itself included.
    pub(crate) columns: NonZeroU16,
}

impl Extent {
    /// So many rows and columns, as far as can be counted.
    pub(crate) fn new(rows: usize, columns: usize) -> Self {
        let [rows, columns] = [rows, columns].map(|count| {
            let count = u16::try_from(count).unwrap_or(u16::MAX);
            NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
        });
        Self { rows, columns }
    }
}

/// The content of a cell. Nearly all cells hold one text or nothing, and allocate nothing for it.
pub(crate) type Inlines<'a> = SmallVec<[Inline<'a>; 1]>;

/// A piece of a cell. The rare kinds are boxed, so that a cell of one word stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inline<'a> {
    /// Words, with white space as written. A superscript number or letter is written in characters of its own (`443¹`).
    Text(Cow<'a, str>),
    /// The same in italics.
    Emphasis(Cow<'a, str>),
    /// A link to anything but a citation.
    Link(Box<Anchor<'a>>),
    /// A reference to a footnote of the page.
    Citation(Box<Reference<'a>>),
    /// An editorial tag such as `jargon`: brackets around a link to the wiki's own guidelines.
    Tag(Box<str>),
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Anchor<'a> {
    /// The words that carry it.
    pub(crate) text: Cow<'a, str>,
    /// Where it leads, as written.
    pub(crate) url: Cow<'a, str>,
    /// Whether it is red: the wiki has no such page.
    pub(crate) missing: bool,
    /// Whether it is in italics.
    pub(crate) is_emphasized: bool,
    /// Where it stands in the text.
    pub(crate) span: Span,
}

/// A reference to a footnote of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference<'a> {
    /// What it refers to.
    pub(crate) footnote: FootnoteId<'a>,
    /// Where it stands in the text.
    pub(crate) span: Span,
}

/// The two ways to name a footnote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FootnoteId<'a> {
    /// `[[11]](…#cite_note-…)`: the URL.
    Url(Cow<'a, str>),
    /// `[^11]`: the label of a definition that stands elsewhere.
    Label(Cow<'a, str>),
}

/// `[^label]: text`.
#[derive(Debug)]
pub(crate) struct Definition<'a> {
    /// The label.
    pub(crate) label: Cow<'a, str>,
    /// What is defined, as written: as a rule a URL.
    pub(crate) text: &'a str,
    /// The same as a cell holds it.
    pub(crate) content: Cell<'a>,
    /// Where it stands.
    pub(crate) span: Span,
    /// How many tables stand before it.
    pub(crate) tables_before: usize,
}

impl<'a> Inline<'a> {
    /// A citation by a label.
    pub(crate) fn citation(label: impl Into<Cow<'a, str>>, span: Span) -> Self {
        let footnote = FootnoteId::Label(label.into());
        Self::Citation(Box::new(Reference { footnote, span }))
    }

    /// Its words, if it is nothing else.
    pub(crate) fn text(&self) -> Option<&Cow<'a, str>> {
        match self {
            Self::Text(text) | Self::Emphasis(text) => Some(text),
            _ => None,
        }
    }

    /// Its words, if they are in italics.
    pub(super) fn italics(&self) -> Option<&str> {
        match self {
            Self::Emphasis(text) => Some(text),
            Self::Link(link) if link.is_emphasized => Some(&link.text),
            _ => None,
        }
    }
}

impl Cell<'_> {
    /// Whether there is nothing in it that a reader sees.
    #[must_use]
    pub(crate) fn is_blank(&self) -> bool {
        let is_unseen = |c: char| c.is_whitespace() || is_invisible(c);
        let is_blank = |text: &Cow<'_, str>| text.chars().all(is_unseen);
        self.inlines
            .iter()
            .all(|inline| inline.text().is_some_and(is_blank))
    }
}

/// Superscript and subscript digits and letters: each line is that of the first.
const RAISED: [&str; 3] = [
    "0123456789abcdefghijklmnoprstuvwxyz",
    "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
    "₀₁₂₃₄₅₆₇₈₉",
];

/// A character in superscript, or in subscript.
pub(crate) fn raised(c: char, is_sub: bool) -> Option<char> {
    let [plain, sup, sub] = RAISED;
    let at = plain.chars().position(|plain| plain == c)?;
    (if is_sub { sub } else { sup }).chars().nth(at)
}

/// Whether a character is a superscript or a subscript: a note, and no part of the number or word before it.
pub(crate) fn is_raised(c: char) -> bool {
    !c.is_ascii() && RAISED[1..].iter().any(|raised| raised.contains(c))
}

/// Whether a character has no width: zero-width spaces and joiners, marks of direction, soft hyphens.
#[must_use]
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}'
    )
}
