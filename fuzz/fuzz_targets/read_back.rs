//! Reads any bytes as `--check` and `diff` do: as two files of one format that are compared.
//!
//! The first byte chooses the format; a line `=====` stands between the files.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portconv::diff::Differences;
use portconv::emit::EMITTERS;
use portconv_fuzz::halves;

fuzz_target!(|bytes: &[u8]| {
    let Some((&format, files)) = bytes.split_first() else {
        return;
    };
    let emitter = EMITTERS[usize::from(format) % EMITTERS.len()];
    let (old, new) = halves(files);
    let (Ok(Some(old)), Ok(Some(new))) = (emitter.read(old), emitter.read(new)) else {
        return;
    };
    let same = Differences::between(&old, &old);
    assert!(same.is_empty() && same.moved == 0, "{same:?}");
    let there = Differences::between(&old, &new);
    let back = Differences::between(&new, &old);
    assert_eq!(there.is_empty(), back.is_empty(), "{there:?} {back:?}");
});
