//! Text that was encoded twice → the text it was.
//!
//! A program that reads UTF-8 as Windows-1252 and writes UTF-8 again turns `71–74` into `71â€“74`. The
//! characters of such a place are bytes of Windows-1252, and those bytes are again one UTF-8 sequence.
//! A character that does not decode, such as `Ä` or `é` alone, was meant and stays. Text that went through
//! this twice or three times is undone as often.
//!
//! Decoding is not enough, for some sequences are also what people write: the end of `BODØ–OSLO` is the two
//! bytes of an Arabic sign, `“BLÅ”` and `„Ä“` hold letters of Czech and Latvian. So a sequence is undone only
//! where it makes no sense as it stands:
//!
//! ```text
//! â€“    € follows no â                       undone
//! oÅ™e   a capital inside a word             undone
//! Ð”Ð¾   what stands beside it decodes, too  undone
//! DØ–O   a word of capitals, and a dash      doubtful: left, and reported
//! ```
//!
//! Sequences that would decode to a letter of a rare script were meant, too (`Fuß“`, `CAFÉ–BAR`).
//!
//! The bytes that Windows-1252 leaves undefined (81, 8D, 8F, 90, 9D) stand for the control character
//! of the same number, as in the [encoding standard](https://encoding.spec.whatwg.org/#windows-1252).

/// What becomes of a run of characters outside ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Undone {
    /// It is no double encoding.
    Meant,
    /// It may be one, but makes sense as it stands.
    Doubtful,
    /// It was one, and this is the text.
    Text(String),
}

/// Undoes double encoding in a run, between the characters that stand before and behind it.
#[must_use]
pub(super) fn undo(before: Option<char>, run: &str, behind: Option<char>) -> Undone {
    let mut undone = undo_once(before, run, behind);
    while let Undone::Text(text) = &undone
        && let deeper @ Undone::Text(_) = undo_once(before, text, behind)
    {
        undone = deeper;
    }
    undone
}

fn undo_once(before: Option<char>, run: &str, behind: Option<char>) -> Undone {
    let mut undone = String::with_capacity(run.len());
    let (mut is_undone, mut is_doubtful) = (false, false);
    let mut rest = run.chars();
    let (mut before, mut was_undone) = (before, false);
    while let Some(first) = rest.clone().next() {
        let Some((decoded, length)) = decode(rest.clone()) else {
            undone.push(first);
            rest.next();
            (before, was_undone) = (Some(first), false);
            continue;
        };
        let mut next = rest.clone();
        next.nth(length - 1);
        let sequence = &rest.as_str()[..rest.as_str().len() - next.as_str().len()];
        let has_neighbor = was_undone || decode(next.clone()).is_some();
        let after = next.clone().next().or(behind);
        if !has_neighbor && makes_sense(before, sequence, after) {
            undone.push_str(sequence);
            is_doubtful = true;
            (before, was_undone) = (sequence.chars().next_back(), false);
        } else {
            undone.push(decoded);
            is_undone = true;
            was_undone = true;
        }
        rest = next;
    }
    match (is_undone, is_doubtful) {
        (true, _) => Undone::Text(undone),
        (false, true) => Undone::Doubtful,
        (false, false) => Undone::Meant,
    }
}

/// Whether a sequence can be the end of a word and signs behind it.
fn makes_sense(before: Option<char>, sequence: &str, after: Option<char>) -> bool {
    let mut characters = sequence.chars();
    let Some(letter) = characters.next() else {
        return false;
    };
    let signs = characters.as_str();
    let is_in_word = before.is_some_and(char::is_alphabetic);
    let fits_before = match letter {
        // They begin nearly all that was ever encoded twice.
        'Â' | 'â' => false,
        // No word ends in it but one of capitals (`MANHÃ”`).
        'Ã' => is_in_word && before.is_some_and(char::is_uppercase),
        // A letter of its own may stand in quotes.
        _ if letter.is_uppercase() => !is_in_word || before.is_some_and(char::is_uppercase),
        'ß' => is_in_word,
        _ => is_in_word && signs.chars().count() > 1,
    };
    let is_joined = signs.ends_with(['–', '—', '’']) || !after.is_some_and(char::is_alphanumeric);
    fits_before && is_joined && signs.chars().all(follows_a_word)
}

/// Whether a sign stands behind words without a blank.
fn follows_a_word(sign: char) -> bool {
    "‘’“”‚›‹»«–—…•™®©·°".contains(sign)
}

/// The character that the leading characters encode as bytes of Windows-1252, and how many they are.
fn decode(characters: impl Iterator<Item = char>) -> Option<(char, usize)> {
    let mut characters = characters.map_while(byte_in_windows_1252);
    let mut bytes = [characters.next()?, 0, 0, 0];
    let length = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    for byte in &mut bytes[1..length] {
        *byte = characters.next()?;
    }
    let decoded = std::str::from_utf8(&bytes[..length]).ok()?;
    let decoded = decoded.chars().next()?;
    is_expected(decoded).then_some((decoded, length))
}

/// Whether a text can hold this character for all that is known. Two bytes that would make another one
/// were meant as they stand: the end of `Fuß“` is no letter of N'Ko, that of `CAFÉ–` no phonetic sign.
fn is_expected(decoded: char) -> bool {
    byte_in_windows_1252(decoded).is_some()
        || !matches!(decoded, '\u{180}'..='\u{37f}' | '\u{500}'..='\u{5bf}' | '\u{680}'..='\u{7ff}')
}

/// Bytes 80 to 9F of Windows-1252, U+0000 where undefined.
const HIGH: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// The character of Windows-1252 at the byte of a control character from 80 to 9F.
pub(super) fn in_windows_1252(c: char) -> Option<char> {
    let at = u32::from(c).checked_sub(0x80)?;
    let high = HIGH.get(usize::try_from(at).ok()?)?;
    Some(*high).filter(|&high| high != '\0')
}

/// The byte above 7F that stands for a character in Windows-1252.
fn byte_in_windows_1252(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{ff}' => u8::try_from(c).ok(),
        _ => (0x80..)
            .zip(HIGH)
            .find_map(|(byte, high)| (high == c && c != '\0').then_some(byte)),
    }
}
