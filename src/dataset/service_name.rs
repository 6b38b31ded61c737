//! Service names.
//!
//! RFC 6335 §5.1: 1 to 15 characters, letters, digits and hyphens, at least one letter; no hyphen at
//! either end, none beside another. Case does not matter there; here names are lower case, because Go's
//! resolver looks up no other.

use std::fmt;

use serde::Deserialize;

/// A service name as RFC 6335 §5.1 has it, in lower case. So short that it is copied, not allocated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ServiceName {
    /// Its characters, then zeros.
    bytes: [u8; Self::MAX_LENGTH],
    length: u8,
}

impl ServiceName {
    /// The most characters that a name has.
    pub const MAX_LENGTH: usize = 15;

    /// The name, if the text is one already.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let characters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_name = text.len() <= Self::MAX_LENGTH
            && text.chars().all(characters)
            && text.contains(|c: char| c.is_ascii_lowercase())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && !text.contains("--");
        is_name.then(|| Self::of(text))
    }

    /// The name with these characters, of which there are not too many.
    fn of(text: &str) -> Self {
        let (mut bytes, mut length) = ([0; Self::MAX_LENGTH], 0);
        for (to, from) in bytes.iter_mut().zip(text.bytes()) {
            *to = from;
            length += 1;
        }
        Self { bytes, length }
    }

    /// The name that a foreign spelling stands for: `kerberos_master` is `kerberos-master`, `z39.50` is
    /// `z39-50`. `None` for `whois++`, which no spelling comes near.
    #[must_use]
    pub fn respelled(text: &str) -> Option<Self> {
        let is_known =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '*');
        if text.chars().all(is_known) {
            Self::new(&slug(text))
        } else {
            None
        }
    }

    /// The name with a number behind it, cut where it would be too long: `netrjs` is `netrjs-2`.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Self {
        let suffix = format!("-{number}");
        Self::of(&format!("{}{suffix}", self.with_room(suffix.len())))
    }

    /// The name, cut where so many characters would not fit behind it: between words if it has several.
    #[must_use]
    pub fn with_room(&self, characters: usize) -> Self {
        let room = Self::MAX_LENGTH.saturating_sub(characters);
        if self.as_str().len() <= room {
            return *self;
        }
        let cut = &self.as_str()[..room];
        let cuts_word = !self.as_str()[room..].starts_with('-');
        let words = cut.rsplit_once('-').filter(|_| cuts_word);
        let stem = words.map_or(cut, |(words, _)| words).trim_end_matches('-');
        // A cut can take the last letter away, and digits alone are no name.
        let has_letter = stem.contains(|c: char| c.is_ascii_lowercase());
        let stem = if has_letter {
            stem.to_owned()
        } else {
            format!("p{}", &stem[..stem.len().min(room.saturating_sub(1))])
        };
        Self::of(stem.trim_end_matches('-'))
    }

    /// The name before a number, and the number: `netrjs-2` is `netrjs` and 2. `None` where it ends in
    /// none, or what stands before it is no name.
    #[must_use]
    pub fn stem(&self) -> Option<(Self, usize)> {
        let (stem, number) = self.as_str().rsplit_once('-')?;
        let is_number =
            !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        Some((Self::new(stem)?, number.parse().ok().filter(|_| is_number)?))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII gets in.
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl TryFrom<String> for ServiceName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text).ok_or_else(|| format!("{text:?} is not a service name in lower case"))
    }
}

/// Letters that a name has without their marks, in lower case.
const WITHOUT_MARKS: [(&str, &str); 23] = [
    ("àáâãäåāăą", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõöøōŏő", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("þ", "th"),
];

/// The letters of a name that a letter beyond ASCII stands for, if there are any.
pub(crate) fn without_marks(letter: char) -> Option<&'static str> {
    let letter = letter.to_lowercase().next()?;
    let mut known = WITHOUT_MARKS.into_iter();
    known.find_map(|(letters, plain)| letters.contains(letter).then_some(plain))
}

/// The letters and digits of a text in lower case, with a hyphen for whatever stands between them. Accents and the like
/// are left out.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if let Some(plain) = without_marks(c) {
            slug.push_str(plain);
        } else if !slug.is_empty() && !slug.ends_with('-') && c != '\'' && c != '’' {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
