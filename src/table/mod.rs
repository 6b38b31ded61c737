//! [`Piece`]s → [`Placed`]: where every cell belongs.
//!
//! Markdown has no row spans. A port with two services keeps its number on the first row only; the
//! second row has lost that cell, so that all its other cells stand one column too far left:
//!
//! ```text
//! | 9  | Yes        |     | Yes | Assigned                       | Discard Protocol |   line 22
//! | No | Unofficial |     |     | [Wake-on-LAN](…)               |                  |   line 23, shifted
//! ```
//!
//! Columns are found by their header names, in any order and letter case; a column with another name is
//! extra. What cells *mean* is not decided here; it only matters whether a cell holds a number, the word
//! of a status, other words, or nothing. The rules for a row:
//!
//! 1. A port cell with a number in it is the port: no status is a number. But where the description
//!    would be blank and other words stand in a status column, the row has lost cells to a column span
//!    (ambiguous): blanks are put in behind the first status.
//! 2. A row that reads well as it stands, with statuses in the status columns and words in the
//!    description, stands; so does one whose last cell is filled. A blank port is the port above.
//! 3. Any other row lost its port cell: a blank is put in there. Where the port is not the first column,
//!    the row may have lost all columns up to it, and it may have lost cells to a column span too
//!    (ambiguous); the first reading that puts the words into the description is taken.
//! 4. A row of words in its first cell, that of the port, and nothing else is a title, no row.
//! 5. A row with other words in its port cell and a filled last cell stands as it is. That these are no
//!    port is reported when they are read; the rows that share the cell are left out with it.

use std::collections::HashSet;

use crate::dataset::{PerProtocol, Protocol, Status};
use crate::diagnostic::{Code, Report};
use crate::read::markdown::{Cell, Piece, Row, Rows};
use crate::read::prose::words;
use crate::text::{Source, Span};

/// A piece of the tables that matter.
#[derive(Debug)]
pub(crate) enum Placed<'r, 'a> {
    /// A legend.
    Legend(Legend<'a>),
    /// A port table begins.
    PortTable(PortTable<'a>),
    /// A row of the port table.
    Row(PortRow<'r, 'a>),
}

/// A port table, without its rows.
#[derive(Debug)]
pub(crate) struct PortTable<'a> {
    /// Which table of the document it is, from 0.
    pub number: usize,
    /// Whether there is a column for UDP, so that a UDP cell can be blank.
    pub has_udp: bool,
    /// The cells that name its columns.
    pub header: Vec<Cell<'a>>,
}

/// A row with every cell in its place. A cell that it does not have is `None`.
#[derive(Debug)]
pub(crate) struct PortRow<'r, 'a> {
    /// From its first to its last character.
    pub span: Span,
    /// The row's own port cell; blank or `None` where it shares the port of the row above.
    pub port: Option<&'r Cell<'a>>,
    /// Whether its number is that of the row above.
    pub continues: bool,
    /// Whether it was moved back.
    pub shifted: bool,
    /// The status cells.
    pub statuses: PerProtocol<Option<&'r Cell<'a>>>,
    /// The description.
    pub description: Option<&'r Cell<'a>>,
    /// Filled cells of other columns, with their headers.
    pub extra: Vec<(&'r str, &'r Cell<'a>)>,
}

/// A table of two columns that explains the statuses.
#[derive(Debug)]
pub(crate) struct Legend<'a> {
    /// Which table of the document it is, from 0.
    pub number: usize,
    /// The cells above.
    pub header: Vec<Cell<'a>>,
    /// Status and meaning.
    pub rows: Vec<(Cell<'a>, Cell<'a>)>,
}

/// Sorts tables and puts every cell into its place. Returns how many port tables there are.
pub(crate) fn arrange<'a>(
    pieces: &mut dyn Iterator<Item = Piece<'a>>,
    source: &Source,
    report: &mut Report<'_>,
    take: &mut Take<'_, 'a>,
) -> usize {
    let (mut number, mut port_tables) = (0, 0);
    while let Some(piece) = pieces.next() {
        if let Piece::Header(header) = piece {
            let mut arranger = Arranger {
                number,
                source,
                report,
                take,
            };
            port_tables += usize::from(arranger.arrange(header, pieces));
            number += 1;
        }
    }
    port_tables
}

/// What takes the pieces.
pub(crate) type Take<'t, 'a> = dyn FnMut(Placed<'_, 'a>, &mut Report<'_>) + 't;

/// A table before anything is decided about it.
#[derive(Debug)]
struct Table<'a> {
    header: Row<'a>,
    rows: Vec<Row<'a>>,
}

/// The surroundings of one table.
struct Arranger<'s, 't, 'a, 'd> {
    number: usize,
    source: &'s Source,
    report: &'s mut Report<'d>,
    take: &'s mut Take<'t, 'a>,
}

impl<'a> Arranger<'_, '_, 'a, '_> {
    /// Arranges the table that begins with a header. Returns whether it is a port table.
    fn arrange(&mut self, header: Row<'a>, pieces: &mut dyn Iterator<Item = Piece<'a>>) -> bool {
        let columns = Some(&header)
            .filter(|header| !is_blank(header))
            .and_then(Columns::named_by);
        if let Some(columns) = columns {
            self.begin(&columns, header.cells);
            self.rows(pieces, |this, rows| this.place(&columns, &rows));
            return true;
        }
        // What another table is, its rows tell.
        let mut rows = Vec::new();
        self.rows(pieces, |_, more| rows.extend(more.into_rows()));
        let table = Table { header, rows };
        let Some((columns, header_rows)) = Columns::below(&table) else {
            self.other(table);
            return false;
        };
        self.below(&columns, header_rows, table);
        true
    }

    /// Takes the rows up to the end of the table.
    fn rows(
        &mut self,
        pieces: &mut dyn Iterator<Item = Piece<'a>>,
        mut take: impl FnMut(&mut Self, Rows<'a>),
    ) {
        for piece in pieces {
            match piece {
                Piece::Rows(rows) => take(self, rows),
                Piece::Header(_) | Piece::End(None) => return,
                Piece::End(Some(rest)) => {
                    let message = "the table is too long: its rows from here on are not read";
                    return self.report.push(Code::TableCut, rest, message);
                }
            }
        }
    }

    fn begin(&mut self, columns: &Columns, header: Vec<Cell<'a>>) {
        report_long_headers(&header, self.report);
        let table = PortTable {
            number: self.number,
            has_udp: columns.roles.contains(&Role::Status(Protocol::Udp)),
            header,
        };
        (self.take)(Placed::PortTable(table), self.report);
    }

    fn place(&mut self, columns: &Columns, rows: &[Row<'a>]) {
        for row in rows {
            if let Some(row) = columns.place(row, self.source, self.report) {
                (self.take)(Placed::Row(row), self.report);
            }
        }
    }

    /// A port table with a blank header, whose columns are named by a row.
    fn below(&mut self, columns: &Columns, header_rows: usize, table: Table<'a>) {
        let mut above = table.rows;
        let below = above.split_off(header_rows);
        let header = above.pop().unwrap_or(table.header).cells;
        for title in above.iter().filter(|row| !is_blank(row)) {
            report_stray(title, self.source, self.report);
        }
        self.begin(columns, header);
        self.place(columns, &below);
    }

    /// A table that is no port table.
    fn other(&mut self, table: Table<'a>) {
        if !is_legend(&table) {
            return report_passed_over(&table, self.source, self.report);
        }
        let rows = table.rows.into_iter().filter(|row| !is_blank(row));
        let rows = rows.inspect(|row| report_surplus(row, self.source, self.report));
        let legend = Legend {
            number: self.number,
            rows: rows.filter_map(pair).collect(),
            header: table.header.cells,
        };
        (self.take)(Placed::Legend(legend), self.report);
    }
}

/// Reports a table that is not read, the louder if it looks like a port table that lost its header.
fn report_passed_over(table: &Table<'_>, source: &Source, report: &mut Report<'_>) {
    let mut rows = std::iter::once(&table.header).chain(&table.rows);
    let (span, code, message) = match rows.find(|row| is_like_a_port(row)) {
        None => (
            &table.header.span,
            Code::TablePassedOver,
            "neither a port table (columns Port and TCP, UDP, SCTP or DCCP) nor a legend"
                .to_owned(),
        ),
        Some(row) => {
            let text = &source.text()[row.span.clone()];
            let message = format!(
                "no header names Port and TCP, UDP, SCTP or DCCP; the table of this row is not read: {text:?}"
            );
            (&row.span, Code::HeadlessTable, message)
        }
    };
    report.push(code, span.clone(), message);
}

/// Whether a row starts with a number, and the word of a status stands behind it.
fn is_like_a_port(row: &Row<'_>) -> bool {
    let is_known = |cell: &Cell<'_>| {
        let text = words(cell);
        text.contains(char::is_alphabetic) && is_status(&text)
    };
    row.cells
        .split_first()
        .is_some_and(|(port, others)| is_number(&words(port)) && others.iter().any(is_known))
}

/// A legend explains one status in each row, unless the row is blank.
fn is_legend(table: &Table<'_>) -> bool {
    let explains = |row: &Row<'_>| {
        let word = row.cells.first().map(words).unwrap_or_default();
        row.cells.len() == 2 && !word.is_empty() && is_status(&word)
    };
    let mut rows = table.rows.iter().filter(|row| !is_blank(row)).peekable();
    table.header.cells.len() == 2 && rows.peek().is_some() && rows.all(explains)
}

fn pair(row: Row<'_>) -> Option<(Cell<'_>, Cell<'_>)> {
    let [first, second] = row.cells.try_into().ok()?;
    Some((first, second))
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Role {
    Port,
    Status(Protocol),
    Description,
    Extra(String),
}

#[derive(Debug)]
struct Columns {
    roles: Vec<Role>,
    port: usize,
}

impl Columns {
    /// The columns of a port table with a blank header, which leaves it to the first row that names them;
    /// and how many rows belong to the header.
    fn below(table: &Table<'_>) -> Option<(Self, usize)> {
        if !is_blank(&table.header) {
            return None;
        }
        let named = |(at, row)| Self::named_by(row).map(|columns| (columns, at + 1));
        let (mut columns, rows) = table.rows.iter().enumerate().find_map(named)?;
        for column in columns.roles.len()..table.header.cells.len() {
            columns.roles.push(Role::extra("", column));
        }
        Some((columns, rows))
    }

    fn named_by(header: &Row<'_>) -> Option<Self> {
        let mut roles: Vec<Role> = Vec::with_capacity(header.cells.len());
        let mut taken = HashSet::from([Role::Extra(String::new())]);
        for cell in &header.cells {
            let mut name = header_name(cell);
            let mut role = Role::named(name.clone());
            while !taken.insert(role.clone()) {
                role = Role::extra(&name, roles.len());
                // A header of these very words stands before: its name is taken, too.
                name.push('′');
            }
            roles.push(role);
        }
        let port = roles.iter().position(|role| *role == Role::Port)?;
        roles
            .iter()
            .any(|role| matches!(role, Role::Status(_)))
            .then_some(Self { roles, port })
    }

    /// Whether a row names the columns of a port table, the port's in its place.
    fn is_named_again_by(&self, row: &Row<'_>) -> bool {
        let port = row.cells.get(self.port).map(words).unwrap_or_default();
        is_port_header(&port)
            && Self::named_by(row).is_some_and(|columns| columns.port == self.port)
    }

    /// Finds the place of each cell of a row, or reports why it is no row.
    fn place<'r, 'a>(
        &'r self,
        row: &'r Row<'a>,
        source: &Source,
        report: &mut Report<'_>,
    ) -> Option<PortRow<'r, 'a>> {
        let text = &source.text()[row.span.clone()];
        if is_blank(row) {
            report.push(Code::BlankRow, row.span.clone(), "the row is blank");
            return None;
        }
        let is_line = row.cells.len() == 1 && self.roles.len() > 1 && !text.contains('|');
        if is_line || self.is_title(row) {
            report_stray(row, source, report);
            return None;
        }
        if self.is_named_again_by(row) {
            report.push(Code::RepeatedHeader, row.span.clone(), "the header again");
            return None;
        }
        report_surplus(row, source, report);
        Some(self.align(row, report))
    }

    /// Whether a row is a title inside the table: words in its first cell, the port's, and nothing else.
    fn is_title(&self, row: &Row<'_>) -> bool {
        let Some((title, others)) = row.cells.split_first() else {
            return false;
        };
        let has_words = || {
            let words = words(title);
            !is_number(&words) && !is_status(&words)
        };
        self.port == 0
            && self.roles.len() > 2
            && row.surplus.is_none()
            && others.iter().all(Cell::is_blank)
            && has_words()
    }

    /// Decides which cells the row has lost.
    fn align<'r, 'a>(&'r self, row: &'r Row<'a>, report: &mut Report<'_>) -> PortRow<'r, 'a> {
        let number = row.cells.get(self.port).map(words).unwrap_or_default();
        let is_short = row.cells.len() < self.roles.len();
        let is_open = is_short || row.cells.last().is_none_or(Cell::is_blank);
        if is_number(&number) {
            return self.fill_numbered(row, report);
        }
        if is_open && !self.reads_well(&row.cells) {
            return self.shift(row, &number, report);
        }
        PortRow {
            continues: number.is_empty(),
            ..self.fill(row, &Lost::default())
        }
    }

    /// A row with a port of its own.
    fn fill_numbered<'r, 'a>(
        &'r self,
        row: &'r Row<'a>,
        report: &mut Report<'_>,
    ) -> PortRow<'r, 'a> {
        let (given, columns) = (row.cells.len(), self.roles.len());
        let as_it_stands = Lost::default();
        let lost = if self.is_astray(&row.cells, &as_it_stands) {
            let spans = self.spans(&row.cells, &as_it_stands);
            self.first_fit(&row.cells, spans).unwrap_or(as_it_stands)
        } else {
            as_it_stands
        };
        if !lost.columns.is_empty() {
            report_span(lost.columns.len(), row, report);
        } else if given < columns {
            let message = format!("{given} cells for {columns} columns");
            report.push(Code::ShortRow, row.span.clone(), message);
        }
        self.fill(row, &lost)
    }

    /// A row that lost its port cell. `number` stands in its place.
    fn shift<'r, 'a>(
        &'r self,
        row: &'r Row<'a>,
        number: &str,
        report: &mut Report<'_>,
    ) -> PortRow<'r, 'a> {
        let lost = self.lost_by(&row.cells);
        if lost.columns.len() > 1 {
            report_span(lost.columns.len() - 1, row, report);
        }
        let placed = PortRow {
            continues: true,
            shifted: true,
            ..self.fill(row, &lost)
        };
        if number.is_empty() && placed.description.is_none_or(Cell::is_blank) {
            let message = "the first blank may be a port or a status; taken as a status";
            report.push(Code::AmbiguousRow, row.span.clone(), message);
        }
        placed
    }

    /// The cells that a shifted row lost: the first reading that puts its words into the description,
    /// the loss of the port cell alone where none does.
    fn lost_by(&self, cells: &[Cell<'_>]) -> Lost {
        let port = Lost::all([self.port]);
        let up_to_port = Lost::all(std::iter::once(self.port).chain(0..self.port));
        let readings = [port.clone(), up_to_port].into_iter();
        let nothing_else = Lost::all(std::iter::once(self.port).chain(self.status_columns()));
        let readings = readings
            .chain(self.spans(cells, &port))
            .chain(std::iter::once(nothing_else));
        self.first_fit(cells, readings).unwrap_or(port)
    }

    /// Column spans that a row may have lost, beside what else it lost: cells behind the first status.
    fn spans(&self, cells: &[Cell<'_>], beside: &Lost) -> impl Iterator<Item = Lost> {
        let room = self.room(cells).saturating_sub(beside.columns.len());
        let behind: Vec<usize> = self.status_columns().skip(1).collect();
        let beside = beside.clone();
        (1..=room.min(behind.len()))
            .map(move |length| Lost::all(beside.columns.iter().chain(&behind[..length]).copied()))
    }

    /// The status columns that stand side by side, from the first.
    fn status_columns(&self) -> impl Iterator<Item = usize> {
        let is_status = |&column: &usize| matches!(self.roles[column], Role::Status(_));
        let first = (0..self.roles.len()).find(is_status).unwrap_or_default();
        (first..self.roles.len()).take_while(is_status)
    }

    /// How many cells a row can have lost.
    fn room(&self, cells: &[Cell<'_>]) -> usize {
        let filled = cells.iter().rposition(|cell| !cell.is_blank());
        self.roles.len() - filled.map_or(0, |last| last + 1)
    }

    fn first_fit(
        &self,
        cells: &[Cell<'_>],
        mut readings: impl Iterator<Item = Lost>,
    ) -> Option<Lost> {
        let room = self.room(cells);
        readings.find(|lost| lost.columns.len() <= room && !self.is_astray(cells, lost))
    }

    /// Whether the description is blank while other words stand in a status column.
    fn is_astray(&self, cells: &[Cell<'_>], lost: &Lost) -> bool {
        let in_column = |column: usize| lost.cell_in(column).and_then(|at| cells.get(at));
        let is_filled = |column: usize| in_column(column).is_some_and(|cell| !cell.is_blank());
        let Some(description) = self.description() else {
            return false;
        };
        let rightmost = (0..self.roles.len())
            .rev()
            .find(|&column| is_filled(column) && matches!(self.roles[column], Role::Status(_)));
        let strays = |column| in_column(column).is_some_and(|cell| !is_status(&words(cell)));
        !is_filled(description) && rightmost.is_some_and(strays)
    }

    /// Whether there are statuses in the status columns, and words in the description.
    fn reads_well(&self, cells: &[Cell<'_>]) -> bool {
        let is_status_in =
            |column: usize| cells.get(column).is_none_or(|cell| is_status(&words(cell)));
        self.status_columns().all(is_status_in)
            && self
                .description()
                .is_some_and(|column| !is_status_in(column))
    }

    fn description(&self) -> Option<usize> {
        self.roles
            .iter()
            .position(|role| *role == Role::Description)
    }

    /// Puts each cell into its column.
    fn fill<'r, 'a>(&'r self, row: &'r Row<'a>, lost: &Lost) -> PortRow<'r, 'a> {
        let mut filled = PortRow {
            span: row.span.clone(),
            port: None,
            continues: false,
            shifted: false,
            statuses: PerProtocol::default(),
            description: None,
            extra: Vec::new(),
        };
        for (column, role) in self.roles.iter().enumerate() {
            let cell = lost.cell_in(column).and_then(|at| row.cells.get(at));
            match role {
                Role::Port => filled.port = cell,
                Role::Status(protocol) => filled.statuses[*protocol] = cell,
                Role::Description => filled.description = cell,
                Role::Extra(header) => {
                    let cell = cell.filter(|cell| !cell.is_blank());
                    filled
                        .extra
                        .extend(cell.map(|cell| (header.as_str(), cell)));
                }
            }
        }
        filled
    }
}

/// The most bytes of a header that become the name of a column: it stands with every record, and YAML
/// knows no key of more than 1024 characters.
const MAX_HEADER: usize = 100;

fn header_name(cell: &Cell<'_>) -> String {
    let mut name = words(cell).into_owned();
    name.truncate(name.floor_char_boundary(MAX_HEADER));
    name
}

fn report_long_headers(header: &[Cell<'_>], report: &mut Report<'_>) {
    for cell in header {
        let name = words(cell);
        if name.len() > MAX_HEADER {
            report.push(
                Code::LongHeader,
                cell.span.clone(),
                format!("a header is cut: {name:?}"),
            );
        }
    }
}

/// Whether a text names the column of the ports.
fn is_port_header(text: &str) -> bool {
    const NAMES: [&str; 5] = ["port", "ports", "port(s)", "port number", "port numbers"];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(text))
}

impl Role {
    fn named(header: String) -> Self {
        let is = |name: &str| header.eq_ignore_ascii_case(name);
        let protocol = Protocol::ALL
            .into_iter()
            .find(|protocol| is(protocol.name()));
        match protocol {
            Some(protocol) => Self::Status(protocol),
            None if is_port_header(&header) => Self::Port,
            None if is("description") => Self::Description,
            None => Self::Extra(header),
        }
    }

    /// An extra column under a name that no other has.
    fn extra(header: &str, column: usize) -> Self {
        Self::Extra(
            format!("{header} (column {})", column + 1)
                .trim_start()
                .to_owned(),
        )
    }
}

/// The columns whose cells a row lost to row and column spans.
#[derive(Debug, Clone, Default)]
struct Lost {
    /// In ascending order.
    columns: Vec<usize>,
}

impl Lost {
    fn all(columns: impl IntoIterator<Item = usize>) -> Self {
        let mut columns: Vec<usize> = columns.into_iter().collect();
        columns.sort_unstable();
        Self { columns }
    }

    /// Which cell of the row, from 0, stands in a column; `None` for a lost one.
    fn cell_in(&self, column: usize) -> Option<usize> {
        let before = self.columns.binary_search(&column).err()?;
        Some(column - before)
    }
}

/// Reports words that stand in a table and belong to no row of it.
fn report_stray(row: &Row<'_>, source: &Source, report: &mut Report<'_>) {
    let text = &source.text()[row.span.clone()];
    let message = format!("no row, but text in the table: {text:?}");
    report.push(Code::StrayLine, row.span.clone(), message);
}

/// Reports words behind the last cell that the header has room for.
fn report_surplus(row: &Row<'_>, source: &Source, report: &mut Report<'_>) {
    if let Some(surplus) = row.surplus.clone() {
        let text = &source.text()[surplus.clone()];
        let message = format!("more cells than columns: {text:?}");
        report.push(Code::SurplusCells, surplus, message);
    }
}

fn report_span(lost: usize, row: &Row<'_>, report: &mut Report<'_>) {
    let message = format!("cells lost to spans, taken as blank: {lost}");
    report.push(Code::AmbiguousRow, row.span.clone(), message);
}

fn is_blank(row: &Row<'_>) -> bool {
    row.cells.iter().all(Cell::is_blank) && row.surplus.is_none()
}

/// Whether a port cell means a number, be it a port or not: it starts with a digit and has no letters.
fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(char::is_alphabetic)
}

/// Whether a text is what a status cell holds: nothing, a sign for nothing, or the word of a status,
/// with or without a remark behind a comma or in parentheses.
fn is_status(text: &str) -> bool {
    let word = text.split([',', '(']).next().unwrap_or_default().trim();
    let is_sign = matches!(word, "" | "?" | "-" | "–" | "—") || word.eq_ignore_ascii_case("n/a");
    is_sign
        || Status::KNOWN
            .iter()
            .any(|status| status.name().eq_ignore_ascii_case(word))
}
