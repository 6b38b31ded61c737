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
