//! Bytes → [`Fingerprint`]: what a file is known by.

use data_encoding::HEXLOWER;
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
    /// The fingerprint of a file.
    #[must_use]
    pub fn new(file: &[u8]) -> Self {
        Self {
            bytes: file.len() as u64,
            sha256: HEXLOWER.encode(&Sha256::digest(file)),
        }
    }
}
