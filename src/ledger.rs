//! Text and places → diagnostics: every line that looks like a row of ports is accounted for.
//!
//! Such a line is that of a record, or a diagnostic speaks of it; all others are reported. Only the text and places in
//! it are looked at, so that this holds whatever a reader or a stage got wrong.
//!
//! ```text
//! | 22 | TCP | Secure Shell |     22/tcp  Secure Shell     - 53/udp DNS     <tr><td>22<td>TCP
//! ```

use crate::diagnostic::{Code, Report, Severity};
use crate::text::{Source, Span};
use crate::vocabulary::lists::leading_word;
use crate::vocabulary::protocols::{named_by, protocol};

/// What is known of a text.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Where its tables of ports stand.
    pub(crate) port_tables: Vec<Span>,
    /// Where its other tables stand. A number in one of them is no port.
    pub(crate) other_tables: Vec<Span>,
    /// The rows of its records.
    pub(crate) rows: Vec<Span>,
    /// What the diagnostics speak of.
    pub(crate) diagnostics: Vec<(Code, Span)>,
}

/// How much a line looks like a row of ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    /// It starts with a port and a transport or a status: one such line may be prose.
    Listed,
    /// A port in the first cell and words in another, or a port and a transport in cells side by side.
    Beside,
    /// A port and its transport in one of several cells. No other number is written so.
    Within,
}

impl Ledger {
    /// Reports the rows of ports that are not accounted for.
    pub(crate) fn report(self, source: &Source, report: &mut Report<'_>) {
        let text = source.text();
        let others = Places::new(self.other_tables.clone());
        let accounted = Places::new(self.accounted());
        let mut lost = Lost::default();
        for (unit, words) in units(text) {
            let is_in_other = others.around(unit.start).is_some();
            let look = if accounted.touch(&unit) {
                None
            } else {
                looks_like_row(words).filter(|look| !is_in_other || *look == Look::Within)
            };
            match look {
                Some(look) => lost.add(unit, look),
                None if words.trim().is_empty() => {}
                _ => std::mem::take(&mut lost).report(text, report),
            }
        }
        lost.report(text, report);
    }

    /// The places that records and diagnostics speak of.
    fn accounted(self) -> Vec<Span> {
        let tables = Places::new([self.port_tables, self.other_tables].concat());
        let mut places = self.rows;
        places.extend(self.diagnostics.into_iter().map(|(code, span)| {
            match (code, tables.around(span.start)) {
                (Code::HeadlessTable, Some(table)) => table,
                (Code::TableCut, Some(table)) => span.start..table.end.max(span.end),
                (Code::BlankRow | Code::RepeatedHeader | Code::NoPorts | Code::HiddenText, _) => {
                    span
                }
                (code, _) if code.severity() == Severity::Warning => span,
                _ => 0..0,
            }
        }));
        places
    }
}

/// Places in a text, in order and apart from one another.
struct Places(Vec<Span>);

impl Places {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.retain(|span| !span.is_empty());
        spans.sort_by_key(|span| span.start);
        spans.dedup_by(|next, before| {
            let is_one = next.start <= before.end;
            if is_one {
                before.end = before.end.max(next.end);
            }
            is_one
        });
        Self(spans)
    }

    /// The place that holds an offset.
    fn around(&self, offset: usize) -> Option<Span> {
        let at = self.0.partition_point(|place| place.end <= offset);
        self.0
            .get(at)
            .filter(|place| place.start <= offset)
            .cloned()
    }

    fn touch(&self, span: &Span) -> bool {
        let at = self.0.partition_point(|place| place.end <= span.start);
        self.0.get(at).is_some_and(|place| place.start < span.end)
    }
}

/// Rows that follow one another.
#[derive(Debug, Default)]
struct Lost {
    rows: usize,
    /// Not all of them may be prose.
    are_rows: bool,
    first: Span,
    end: usize,
}

impl Lost {
    fn add(&mut self, row: Span, look: Look) {
        if self.rows == 0 {
            self.first = row.clone();
        }
        self.are_rows |= look != Look::Listed;
        self.rows += 1;
        self.end = row.end;
    }

    fn report(self, text: &str, report: &mut Report<'_>) {
        if self.rows < 2 && !self.are_rows {
            return;
        }
        let row = text[self.first.clone()].trim_end();
        let message = match self.rows {
            1 => format!("this looks like a row of ports, but is not in any record: {row:?}"),
            rows => {
                format!("{rows} lines look like rows of ports, but are not in any record: {row:?}")
            }
        };
        report.push(Code::RowLost, self.first.start..self.end, message);
    }
}

/// The lines of a text, and the rows of its tables of HTML and wikitext, which may stand on several.
fn units(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let borders = if text.contains("<tr") || text.contains("{|") {
        regex!(
            r"(?mx) <tr(?-u:\b) | ^[\ \t]*\|-+[\t\r\ -{}~]*$ | </tr> | </table> | ^[\ \t]*\|\} | \n[\ \t\r]*\n | \n | \r"
        )
    } else {
        regex!(r"[\n\r]")
    };
    let (mut start, mut is_row) = (0, false);
    let mut borders = borders.find_iter(text);
    std::iter::from_fn(move || {
        while start < text.len() {
            let Some(border) = borders.next() else {
                return Some(std::mem::replace(&mut start, text.len())..text.len());
            };
            let mark = border.as_str().trim_start_matches([' ', '\t']);
            let next = match mark {
                "<tr" => border.start(),
                _ => border.end(),
            };
            let is_start = mark == "<tr" || mark.starts_with("|-");
            if is_start || !is_row || !matches!(mark, "\n" | "\r") {
                is_row = is_start;
                return Some(std::mem::replace(&mut start, next)..border.start());
            }
        }
        None
    })
    .map(|unit| {
        let words = text[unit.clone()].trim_end();
        (unit.start..unit.start + words.len(), words)
    })
}

fn looks_like_row(line: &str) -> Option<Look> {
    let cells: Vec<&str> = if line.starts_with("<tr") {
        regex!(r"(?i)</?t[rdh][^>]*>").split(line).collect()
    } else {
        line.split(['|', '│', '┃', '║', '\t']).collect()
    };
    // Attributes of wikitext are no cell.
    let is_attribute =
        |cell: &str| cell.contains('=') && regex!(r#"^[a-z]+=(?:"[^"]*"|[0-9]+)$"#).is_match(cell);
    let cells = cells.into_iter().map(str::trim);
    let cells = cells.filter(|cell| !cell.is_empty() && !is_attribute(cell));
    let cells: Vec<&str> = cells.collect();
    if cells.len() > 1 {
        let ports: Vec<Option<bool>> = cells.iter().map(|cell| port(cell)).collect();
        let is_transport = |cell: &str| named_by(cell).is_some_and(|named| !named.has_more);
        let are_beside =
            |at: usize, other: usize| ports[at].is_some() && is_transport(cells[other]);
        let has_words = || cells.iter().any(|cell| cell.contains(char::is_alphabetic));
        if ports.contains(&Some(true)) {
            return Some(Look::Within);
        }
        if (1..cells.len()).any(|at| are_beside(at - 1, at) || are_beside(at, at - 1))
            || ports[0].is_some() && has_words() && !line.contains('\t')
        {
            return Some(Look::Beside);
        }
    }
    // Few lines need the pattern.
    let line = line.trim_start_matches([' ', '\t', '-', '*', '•', '+', '>', '`']);
    let is_led =
        line.starts_with(|c: char| c.is_ascii_digit()) || protocol(leading_word(line)).is_some();
    let is_listed = || {
        regex!(
            r"(?x)^ (?: [0-9]{1,5} (?:[-–][0-9]{1,5})? [\ \t/,;:(`]+
              (?i-u: (?:tcp|udp|sctp|dccp)[46]? | yes | unofficial | assigned | reserved)
              | (?i-u:tcp|udp|sctp|dccp)[\ \t/:]+ [0-9]{1,5} ) (?-u:\b)"
        )
        .is_match(line)
    };
    (is_led && is_listed()).then_some(Look::Listed)
}

/// Tells whether a cell is a port, and whether it names a transport, too.
fn port(cell: &str) -> Option<bool> {
    let cell = cell.trim_start_matches([' ', '\t', '*', '_', '`', '~', '\\', '[', '(']);
    cell.starts_with(|c: char| c.is_ascii_digit())
        .then_some(())?;
    let found = regex!(
        r"(?x)^ (?P<port>[0-9]{1,5}) (?:[\ \t]*[-–—][\ \t]*(?P<last>[0-9]{1,5}))?
          (?P<transport>[\ \t/(]*(?i-u:tcp|udp|sctp|dccp)[46]?(?-u:\b))? [\ \t*_`~\\)\],.;]* (?:\(.*\)|\[.*|<.*)? $"
    )
    .captures(cell)?;
    let is_port = |name| {
        found
            .name(name)
            .is_none_or(|number| number.as_str().parse::<u16>().is_ok())
    };
    (is_port("port") && is_port("last")).then_some(found.name("transport").is_some())
}
