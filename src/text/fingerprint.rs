//! Bytes → [`Fingerprint`]: what a file is known by.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// What a file is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl Fingerprint {
    /// The fingerprint of a file in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut measure = Measure::default();
        measure.take(bytes);
        measure.finish()
    }
}

/// The hash that a page's policy knows its own script or style by: `sha256-` and the digest in base64 (CSP,
/// <https://www.w3.org/TR/CSP3/#grammardef-hash-source>).
#[must_use]
pub(crate) fn hash_source(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |index: usize| three.get(index).map_or(0, |byte| u32::from(*byte));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            let is_padding = digit > three.len();
            text.push(if is_padding {
                '='
            } else {
                char::from(DIGITS[value as usize])
            });
        }
    }
    text
}

/// Takes the bytes of a file as they come.
#[derive(Debug, Clone, Default)]
pub struct Measure {
    bytes: u64,
    hash: Sha256,
}

impl Measure {
    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
    }

    /// How many bytes were taken.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The fingerprint of all bytes taken.
    #[must_use]
    pub fn finish(self) -> Fingerprint {
        let hash = self.hash.finalize();
        let sha256 = hash.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Fingerprint {
            bytes: self.bytes,
            sha256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::base64;

    /// The test vectors of RFC 4648 §10.
    #[test]
    fn base64_of_every_length() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
