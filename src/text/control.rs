//! Characters that no output holds, because they act on what shows them: control characters, and those that
//! change the direction of text or end a line. In whatever way they are written.
//!
//! - as such: U+0000–001F but tab and the ends of lines, U+007F–009F, U+2028 and U+2029,
//!   and the [`Bidi_Control`](https://www.unicode.org/reports/tr9/#Bidi_Character_Property) characters;
//! - as a character reference of markdown or HTML: `&#x1b;`, `&#27`, `&lrm;`, `&NewLine;`.
//!
//! A reference to 80–9F means a character of Windows-1252, as
//! [HTML says](https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state):
//! `&#150;` is an en dash. All others become a blank, so that what stands around them is not joined to
//! another reference.

/// Whether a character changes the direction of text.
pub(super) fn is_direction(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// Whether no output holds a character that stands in a text as such.
pub(super) fn is_hostile(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || is_direction(c)
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// One line without such characters, of a path or a word of the command line.
pub(crate) fn blanked(text: &str) -> String {
    text.replace(|c: char| is_hostile(c) || c.is_control(), " ")
}

/// The length of the reference to such a character that a text starts with, and what it becomes.
pub(super) fn reference(text: &str) -> Option<(usize, char)> {
    const NAMED: [&str; 4] = ["&Tab;", "&NewLine;", "&lrm;", "&rlm;"];
    if let Some(name) = NAMED.iter().find(|name| text.starts_with(**name)) {
        return Some((name.len(), ' '));
    }
    let number = text.strip_prefix("&#")?;
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let length = digits
        .find(|c: char| !c.is_digit(radix))
        .unwrap_or(digits.len());
    let (digits, behind) = digits.split_at(length);
    let code = match digits.trim_start_matches('0') {
        "" if digits.is_empty() => return None,
        "" => 0,
        digits => u32::from_str_radix(digits, radix).ok()?,
    };
    // HTML reads it without its semicolon, too.
    let end = text.len() - behind.len() + usize::from(behind.starts_with(';'));
    let c = char::from_u32(code)?;
    if let '\u{80}'..='\u{9f}' = c {
        return Some((end, super::mojibake::in_windows_1252(c).unwrap_or(' ')));
    }
    (is_hostile(c) || c.is_control()).then_some((end, ' '))
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn references_are_known_however_they_are_written() {
        for (text, length) in [
            ("&#x1b;[", 6),
            ("&#X0000000000001B;", 18),
            ("&#27;", 5),
            ("&#27 ", 4),
            ("&#0;", 4),
            ("&#8238;x", 7),
            ("&#x2066;", 8),
            ("&#10;", 5),
            ("&lrm;", 5),
            ("&NewLine;", 9),
            ("&#129;", 6),
        ] {
            assert_eq!(reference(text), Some((length, ' ')), "{text}");
        }
        assert_eq!(reference("&#150;"), Some((6, '–')));
        for text in [
            "&#65;",
            "&#x;",
            "&#;",
            "&amp;#27;",
            "& ",
            "&#99999999999;",
            "&#xd800;",
        ] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
