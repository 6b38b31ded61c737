//! Converts any text as wikitext.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| drop(portconv_fuzz::check_reading("ports.wiki", bytes)));
