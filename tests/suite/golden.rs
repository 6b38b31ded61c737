//! `output/` is what portconv makes of `seeds/`, byte for byte, on every run.

use crate::support;

use std::fs;

use portconv::Source;
use portconv::emit::EMITTERS;
use portconv::{BUILTIN, BUILTIN_SHA256, Options, convert};

fn render() -> Vec<(&'static str, Vec<u8>)> {
    let source = Source::decode(BUILTIN.0, fs::read(support::seed()).unwrap()).unwrap();
    let mut dataset = convert(&[source], &Options::default()).dataset;
    dataset.recipe = vec!["--builtin".to_owned()];
    EMITTERS
        .iter()
        .map(|emitter| (emitter.format().path, emitter.emit(&dataset).unwrap()))
        .collect()
}

#[test]
fn output_is_current() {
    let folder = support::root().join("output");
    let defaults: Vec<_> = EMITTERS
        .iter()
        .filter(|e| e.format().is_default)
        .map(|e| e.format().path)
        .collect();
    for (path, bytes) in render().iter().filter(|(path, _)| defaults.contains(path)) {
        support::assert_same(&folder.join(path), bytes);
    }
    let committed: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(
        committed.len(),
        defaults.len(),
        "output/ holds other files too: {committed:?}"
    );
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(render(), render());
}

#[test]
fn text_ends_with_one_line_end_and_knows_no_other() {
    for (path, bytes) in render()
        .iter()
        .filter(|(path, _)| !path.ends_with("sqlite"))
    {
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(
            !text.contains('\r') && !text.starts_with('\u{feff}'),
            "{path}"
        );
    }
}

#[test]
fn the_compiled_table_is_the_seed() {
    assert_eq!(fs::read_to_string(support::seed()).unwrap(), BUILTIN.1);
    assert_eq!(portconv::sha256(BUILTIN.1.as_bytes()), BUILTIN_SHA256);
}
