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

/// Whether a character acts on what shows it, so that no output holds it.
#[must_use]
pub fn is_hostile(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// One line with blanks in place of such characters.
#[must_use]
pub fn blanked(text: &str) -> String {
    text.replace(|c: char| is_hostile(c) || c.is_control(), " ")
}

/// What becomes of a character reference; `None` if it refers to another character.
pub(super) fn referred(reference: &str) -> Option<char> {
    let Some(number) = reference.strip_prefix("&#") else {
        return Some(' ');
    };
    // HTML reads it without its semicolon, too.
    let number = number.trim_end_matches(';');
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let c = char::from_u32(code.ok()?)?;
    if let '\u{80}'..='\u{9f}' = c {
        return Some(super::mojibake::in_windows_1252(c).unwrap_or(' '));
    }
    (is_hostile(c) || c.is_control()).then_some(' ')
}
