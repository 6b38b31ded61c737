//! Converts any text as HTML.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| portconv_fuzz::check("ports.html", bytes));
