//! What a cell in the column of a protocol states: a status, a mark, the name of a protocol, or nothing.

use crate::vocabulary::{Protocol, Protocols, Status};
use crate::vocabulary::{lists, protocols};

/// What a status cell states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stated {
    /// Nothing: it is blank, or a dash.
    Nothing,
    /// A status of its own protocol, in words.
    Status(Status),
    /// The same by a mark.
    Mark(Status),
    /// A status of its own protocol and of another: `Yes, and SCTP`.
    And(Status, Protocol),
    /// That these protocols use the port, by their names.
    Named(Protocols),
    /// Something that is no status.
    Other,
}

/// What the words of a status cell state.
pub(crate) fn stated_by(text: &str) -> Stated {
    let text = text.trim_end_matches(is_selector);
    if let Some(status) = status(text) {
        return Stated::Status(status);
    }
    if is_nothing(text) {
        return Stated::Nothing;
    }
    if let Some(status) = marked(text) {
        return Stated::Mark(status);
    }
    if let Some((status, protocol)) = and_another(text) {
        return Stated::And(status, protocol);
    }
    match protocols::named_by(text) {
        Some(named) if !named.has_more => Stated::Named(named.protocols),
        _ => Stated::Other,
    }
}

/// Whether a text is like that of a status cell: a status, a mark or a sign of doubt, with or without a remark behind a
/// comma or in parentheses.
pub(crate) fn is_like_status(text: &str) -> bool {
    let word = text.split([',', '(']).next().unwrap_or_default().trim();
    word == "?"
        || word.eq_ignore_ascii_case("n/a")
        || matches!(
            stated_by(word),
            Stated::Status(_) | Stated::Mark(_) | Stated::And(..)
        )
}

/// Whether a text is nothing, or a sign for it.
pub(crate) fn is_nothing(text: &str) -> bool {
    text.is_empty() || lists::is_in("nothing", text)
}

/// The status of a mark, alone or in front of the same status in words: `✅ Yes`.
fn marked(text: &str) -> Option<Status> {
    let (mark, words) = text.split_once(' ').unwrap_or((text, ""));
    let mark = mark.trim_end_matches(is_selector);
    let marked = yes_or_no(listed(mark, "yes mark", "no mark")?);
    (words.is_empty() || status(words).as_ref() == Some(&marked)).then_some(marked)
}

/// The status that a word names, in any letter case.
fn status(word: &str) -> Option<Status> {
    let word = word.trim();
    let mut statuses = Status::KNOWN.into_iter();
    let known = statuses.find(|status| status.name().eq_ignore_ascii_case(word));
    known.or_else(|| listed(word, "yes", "no").map(yes_or_no))
}

fn yes_or_no(is_yes: bool) -> Status {
    if is_yes { Status::Yes } else { Status::No }
}

/// Whether a mark says no where others say yes: `x` beside `✓`.
pub(crate) fn is_cross(text: &str) -> bool {
    matches!(text, "x" | "X" | "×")
}

/// In which of two lists a text stands: whether it is the first.
fn listed(text: &str, yes: &str, no: &str) -> Option<bool> {
    let mut lists = lists::of(text).map(|(list, _)| list);
    let list = lists.find(|list| [yes, no].contains(list))?;
    Some(list == yes)
}

/// `Yes, and SCTP`.
fn and_another(text: &str) -> Option<(Status, Protocol)> {
    let (word, words) = text.split_once(',')?;
    let other = words.trim().strip_prefix("and ")?;
    Some((status(word)?, protocols::protocol(other)?))
}

/// Whether a character only says that the one before it is shown in color, or in black and white.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Whether IANA assigned a port, as a column of its own says it; `None` for other words.
pub(crate) fn is_official(text: &str) -> Option<bool> {
    listed(text.trim(), "official", "unofficial")
}

#[cfg(test)]
mod tests {
    use super::{Protocol, Stated, stated_by};

    fn shown(text: &str) -> String {
        match stated_by(text) {
            Stated::Nothing => "nothing".to_owned(),
            Stated::Status(status) => status.name().to_owned(),
            Stated::Mark(status) => format!("mark {}", status.name()),
            Stated::And(status, protocol) => format!("{} and {}", status.name(), protocol.name()),
            Stated::Named(protocols) => {
                let names: Vec<_> = protocols.iter().map(Protocol::name).collect();
                names.join(" ")
            }
            Stated::Other => "other".to_owned(),
        }
    }

    #[test]
    fn status_cells_state_what_people_mean() {
        let cells = include_str!("../../tests/status_cells.txt");
        for (text, expected) in cells.lines().filter_map(|line| line.split_once(" :: ")) {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }
}
