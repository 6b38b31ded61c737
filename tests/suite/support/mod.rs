//! What several tests need: expected files, facts, the command.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use portconv::dataset::Attribution;
use portconv::{BUILTIN, BlankCells, Facts, Names, Options, Registry, Source, convert, emit};

/// The folder of the package.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares with a file, or writes it where `PORTCONV_ACCEPT` is set.
pub(crate) fn assert_same(path: &Path, made: &[u8]) {
    if std::env::var_os("PORTCONV_ACCEPT").is_some() {
        fs::write(path, made).unwrap();
        return;
    }
    let expected = fs::read(path).unwrap_or_default();
    let shown = path.strip_prefix(root()).unwrap_or(path).display();
    if expected == made {
        return;
    }
    let (expected, made) = (
        String::from_utf8_lossy(&expected),
        String::from_utf8_lossy(made),
    );
    let differing = expected.lines().zip(made.lines()).position(|(a, b)| a != b);
    let line = differing.unwrap_or(expected.lines().count().min(made.lines().count()));
    panic!(
        "{shown} differs from line {}:\n  expected: {:?}\n  made:     {:?}\nPORTCONV_ACCEPT=1 cargo test accepts",
        line + 1,
        expected.lines().nth(line),
        made.lines().nth(line)
    );
}

/// Nothing curated: blank cells by rule, names from descriptions.
pub(crate) fn no_facts() -> Options {
    let empty = |header: &str| Source::decode("none.csv", header).unwrap();
    let facts = Facts {
        blank_cells: BlankCells::read(empty("first_port,last_port,description,udp\n")).ok(),
        names: Names::read(empty(
            "first_port,last_port,protocols,description,name,aliases\n",
        ))
        .ok(),
        registry: None,
    };
    Options {
        facts,
        ..Options::default()
    }
}

/// The command, to be run in an empty folder or in the package's.
pub(crate) fn portconv(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_portconv"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// A file that the package holds.
pub(crate) fn seed() -> PathBuf {
    root().join("seeds/well-known-ports.md")
}

/// A page of the documentation, such as `docs/formats.md`.
pub(crate) fn page(path: &str) -> String {
    let text = fs::read_to_string(root().join(path));
    text.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Asserts that a page says these words, however its lines are wrapped.
pub(crate) fn assert_says(path: &str, words: &str) {
    assert!(
        page(path).replace('\n', " ").contains(words),
        "{path} should say: {words}"
    );
}

/// What the seed has nothing of: words that are no status, a further column, a footnote that is text, a
/// red link, the highest port, names from a registry, from a description and from a column of their own, a cell that only a rule fills.
pub(crate) const ODD: &str = "\
| Port | TCP | UDP | Vendor | Description |
|--|--|--|--|--|
| 7000 | Perhaps | | Acme | [Lost](https://en.wikipedia.org/w/index.php?title=Lost&redlink=1)[^1] |
| 7001 | Yes | | | Found |
| 65535 | Yes | No | | Nowhere else |

[^1]: Hearsay, no URL.

| Port | Protocol | Service | Description |
|--|--|--|--|
| 7002 | TCP | Named | By the table |
";

fn emitted(format: &str, (path, text): (&str, &str), options: &Options) -> String {
    let source = Source::decode(path, text).unwrap();
    let emitter = emit::by_name(format).unwrap();
    let bytes = emitter.emit(&convert(&[source], options).dataset).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The seed's tree and the odd one's: whose data that is is not known, or known in part.
pub(crate) fn trees(format: &str) -> [String; 5] {
    let odd = |[title, url, license]: [Option<&str>; 3]| {
        let attribution = Attribution {
            title: title.map(str::to_owned),
            url: url.map(str::to_owned),
            license: license.map(str::to_owned),
            revision: url.map(|_| 1_300_000_000),
        };
        let registry = Source::decode("registry", "found-it 7001/tcp\n").unwrap();
        let mut options = Options {
            attribution,
            ..no_facts()
        };
        options.facts.registry = Registry::read(registry).ok();
        emitted(format, ("odd.md", ODD), &options)
    };
    [
        emitted(format, BUILTIN, &Options::default()),
        odd([None, None, None]),
        odd([Some("Ours"), None, None]),
        odd([None, Some("https://example.org"), None]),
        odd([None, None, Some("CC0-1.0")]),
    ]
}
