//! Text that was encoded twice → the text it was.
//!
//! A program that reads UTF-8 as Windows-1252 and writes UTF-8 again turns `71–74` into `71â€“74`.
//! Undoing it is certain where it succeeds: the characters of a damaged place are bytes of
//! Windows-1252, and those bytes are again one valid UTF-8 sequence. A character that does not decode,
//! such as `Ä` or `é` alone, was meant and stays. Text that went through this twice or three times is
//! undone as often.
//!
//! Two characters that would decode to a letter of a rare script were meant, too (`Fuß“`, `CAFÉ–BAR`).
//!
//! The bytes that Windows-1252 leaves undefined (81, 8D, 8F, 90, 9D) stand for the control character
//! of the same number, as in the [encoding standard](https://encoding.spec.whatwg.org/#windows-1252).

/// Undoes double encoding in a run of characters outside ASCII, or `None` where there is none.
#[must_use]
pub(super) fn undo(run: &str) -> Option<String> {
    let mut undone = undo_once(run)?;
    while let Some(deeper) = undo_once(&undone) {
        undone = deeper;
    }
    Some(undone)
}

fn undo_once(run: &str) -> Option<String> {
    let mut undone = String::with_capacity(run.len());
    let mut found = false;
    let mut rest = run.chars();
    while let Some(first) = rest.clone().next() {
        if let Some((decoded, length)) = decode(rest.clone()) {
            undone.push(decoded);
            rest.nth(length - 1);
            found = true;
        } else {
            undone.push(first);
            rest.next();
        }
    }
    found.then_some(undone)
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

/// The byte above 7F that stands for a character in Windows-1252.
fn byte_in_windows_1252(c: char) -> Option<u8> {
    /// Bytes 80 to 9F, U+0000 where undefined.
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match c {
        '\u{80}'..='\u{ff}' => u8::try_from(c).ok(),
        _ => (0x80..)
            .zip(HIGH)
            .find_map(|(byte, high)| (high == c && c != '\0').then_some(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::undo;

    fn encode_again(text: &str) -> String {
        let character = |byte| {
            (0x80..=0x2122u32)
                .filter_map(char::from_u32)
                .find(|&c| {
                    super::byte_in_windows_1252(c) == Some(byte) && u32::from(c) != u32::from(byte)
                })
                .unwrap_or(char::from(byte))
        };
        text.bytes().map(character).collect()
    }

    #[test]
    fn every_character_comes_back_from_three_depths() {
        for original in ["–", "—", "§", "”", "é", "\u{a0}", "𝄞", "ÿ", "中"] {
            let once = encode_again(original);
            let twice = encode_again(&once);
            let thrice = encode_again(&twice);
            for damaged in [once, twice, thrice] {
                assert_eq!(undo(&damaged).as_deref(), Some(original), "{damaged:?}");
            }
        }
    }

    #[test]
    fn text_that_does_not_decode_stays() {
        for meant in ["Ä", "é", "–", "€“", "Âé", "日本", "â€", "ß“", "É–", "Ü…"]
        {
            assert_eq!(undo(meant), None, "{meant:?}");
        }
    }

    #[test]
    fn the_rest_of_a_run_stays() {
        assert_eq!(undo("éâ€“Ä").as_deref(), Some("é–Ä"));
    }
}
