//! Every limit, and the reason for it. Most keep time and memory in proportion to an input, and no table that people
//! made reaches those; the others say how much is compared, or listed.

/// The most places of one code that are listed; the others are counted. So memory is bounded however much is wrong.
pub const MOST_PLACES: usize = 100;

/// The most bytes of a message, and of a text that it quotes. A cell can be megabytes long.
pub(crate) const MESSAGE: usize = 2000;

/// The most bytes of a heading: it stands with each table below it.
pub(crate) const HEADING: usize = 200;

/// The most bytes that the records of texts with so many bytes may take, in memory and in the database. A few bytes can
/// say a lot: a list of ports beside a long description says it of each port, and so does a cell that reaches over many
/// rows. To need more, a table has to repeat long cells hundreds of times.
pub(crate) fn records(texts: usize) -> usize {
    28 * texts + (32 << 20)
}

/// The most bytes of a citation's id, which stands with every record that cites it. The longest of the page has 60.
pub(crate) const CITATION_ID: usize = 200;

/// How deep tables are read inside tables. What lies deeper is left out.
pub(crate) const NESTED_TABLES: usize = 16;

/// How deep templates and links of wikitext are read inside others. What lies deeper stands as it is written.
pub(crate) const NESTED_MARKS: usize = 20;

/// The most lines that one row is wrapped over. Parsoid's tags are long.
pub(crate) const LINES_OF_ROW: usize = 400;

/// The columns of `ports.csv` for headers that only the source has. A page of thousands of tables, each with a
/// header of its own, would make a row of thousands of blanks of each record.
pub(crate) const CSV_EXTRA_COLUMNS: usize = 100;

/// What a template may use up, given the records and services: a unit for each step and each byte that it makes. Those
/// that ship take some 2000 for each record or service.
#[cfg(feature = "template")]
pub(crate) fn fuel(items: usize) -> u64 {
    5_000_000 + 20_000 * items as u64
}

/// The stack on which a template is rendered: room for expressions of some thousand operators.
#[cfg(feature = "template")]
pub(crate) const TEMPLATE_STACK: usize = 64 << 20;

/// How many ranges are tried when a fact is about a part of one. The page has five rows that overlap.
pub(crate) const RANGES_OF_A_FACT: usize = 16;

/// How many rows a fact may mean that names none: from two on, nobody knows which was edited.
pub(crate) const ROWS_OF_A_FACT: usize = 16;

/// From how many on the stale facts that are compiled in are one line: somebody converts another state of the page.
pub(crate) const MANY_STALE_FACTS: usize = 8;

/// The ports of the widest range that has a line for each port in a services file, unless more is asked for: one
/// page of 2019 made 26,000 of 30,000 lines of four ranges.
pub(crate) const EXPANDED_RANGE: usize = 64;

/// The most extra columns of `ports.html`: each row has a cell in each, so that tables with headers of their own would
/// make a file that grows with the square of their number.
#[cfg(feature = "template")]
pub(crate) const MOST_EXTRA_COLUMNS: usize = 12;

/// How many letters a label in another language has at most: more are a sentence, and each would be looked up.
pub(crate) const LABEL: usize = 40;

/// The most bytes of a noun in the list of those of other languages.
pub(crate) const FOREIGN_NOUN: usize = 32;

/// How many bytes of a text are read for names. What is behind would never get into one.
pub(crate) const NAMED_TEXT: usize = 2000;

/// How many bytes of an input tell its language.
pub(crate) const LANGUAGE_TEXT: usize = 100_000;

/// The most services of a list that the ports of a row share out, and the most ports: each is compared with each.
pub(crate) const LISTED_SERVICES: usize = 32;

/// The most cells that a row is tried to have lost, and the widest table in whose middle they are looked for: a row of
/// so many columns has as many readings as their square.
pub(crate) const LOST_CELLS: usize = 24;

/// How many columns of a table are told apart, as many as one cell of HTML can cover. A page of 100,000 columns that all
/// reach to its end would take quadratic time.
pub(crate) const COLUMNS: usize = 1000;

/// The most columns of a row of a simple table that are filled up with blank cells: a long rule above thousands of short
/// rows would make a grid of millions.
pub(crate) const FILLED_COLUMNS: usize = 64;

/// The fewest bytes of text that a column can take: in some row a cell of its own, `|` or `<td>`. Otherwise a table of
/// fifty bytes could have a thousand columns.
pub(crate) const BYTES_OF_COLUMN: usize = 2;

/// How often cells that reach over several slots may repeat the text of a table, and how many bytes more. One long cell
/// that reaches over all rows would take quadratic time.
pub(crate) const REPEATED_TEXT: (usize, usize) = (64, 1 << 20);

/// The columns of a table that can say anything of ports, and how many of these are tried for them: nobody reads wider
/// tables.
pub(crate) const COLUMNS_WITH_ROLE: usize = 64;
pub(crate) const COLUMNS_TRIED_FOR_PORTS: usize = 4;

/// How many sets of roles are kept from column to column.
pub(crate) const SETS_OF_ROLES: usize = 200;

/// The most bytes of a port, a range or a mapping in a cell that lists several.
pub(crate) const TOKEN_OF_PORTS: usize = 200;

/// How many rows are compared with each other: evidence of a few is enough.
pub(crate) const ROWS_COMPARED: usize = 64;

/// The most words of a cell that names a column in a header that stands again: more are a sentence.
pub(crate) const WORDS_OF_HEADER: usize = 6;

/// How many rows below the header may be a header themselves.
pub(crate) const ROWS_TRIED_AS_HEADER: usize = 3;

/// The most rows of a table that is read downward, each of which names a column, and the most columns.
pub(crate) const ROWS_READ_DOWNWARD: usize = 24;
pub(crate) const COLUMNS_READ_DOWNWARD: usize = 64;

/// Up to it, a number may as well count something, or number the sockets of a switch.
pub(crate) const SMALL_PORT: u16 = 999;

/// The most bytes of a header that become the name of a column: it stands with every record, and YAML knows no key of
/// more than 1024 characters.
pub(crate) const HEADER: usize = 100;

/// How many words of a text are compared with registered names. The name of a service stands in front.
pub(crate) const FITTED_WORDS: usize = 400;

/// How many rows or registrations of one port are compared by name. The page has nine rows on one port.
pub(crate) const NAMES_OF_A_PORT: u8 = 16;

/// How far after the previous link the words of a link are looked for in a description. To search all the rest for
/// each link would take quadratic time.
#[cfg(feature = "template")]
pub(crate) const NEAR_LINK: usize = 4096;

/// How many occurrences of the words are tried to find one that is not part of a longer word.
#[cfg(feature = "template")]
pub(crate) const PLACES_OF_WORDS: usize = 8;

/// The parts of which a name is made: any of them may be left out, so that each more doubles the work.
pub(crate) const PARTS_OF_NAME: usize = 8;

/// How many names are made of a row, for where the first is taken.
pub(crate) const NAMES_OF_ROW: usize = 4;
