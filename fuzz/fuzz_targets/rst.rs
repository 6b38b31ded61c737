//! Converts any text as reStructuredText.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| portconv_fuzz::check("ports.rst", bytes));
