//! What must be true of every conversion. `tests/suite/properties.rs` says more of the same, of texts that are more
//! like tables.

use std::collections::HashMap;
use std::sync::LazyLock;

use portconv::BlankCells;
use portconv::Source;
use portconv::dataset::Dataset;
use portconv::diagnostic::File;
use portconv::emit::{EMITTERS, by_name};
use portconv::{Conversion, Facts, Names, Options, convert};

static OPTIONS: LazyLock<Options> = LazyLock::new(options);

/// Nothing curated, so that no diagnostic speaks of facts that the text does not meet.
pub fn options() -> Options {
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

/// The two files of an input, which a line `=====` stands between; without one, the input stands for both.
pub fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    const BETWEEN: &[u8] = b"\n=====\n";
    let mut places = bytes.windows(BETWEEN.len());
    let end = places.position(|line| line == BETWEEN);
    end.map_or((bytes, bytes), |end| {
        (&bytes[..end], &bytes[end + BETWEEN.len()..])
    })
}

/// Converts a file, and checks its diagnostics: all that depends on a reader.
pub fn check_reading(path: &str, bytes: &[u8]) -> Option<([Source; 1], Conversion)> {
    let inputs = [Source::decode(path, bytes).ok()?];
    let conversion = convert(&inputs, &OPTIONS);
    let [source] = &inputs;
    for diagnostic in &conversion.diagnostics {
        let span = &diagnostic.span;
        assert_eq!(diagnostic.file, File::Input(0), "{diagnostic:?}");
        assert!(source.text().get(span.clone()).is_some(), "{diagnostic:?}");
        let (start, end) = (source.position(span.start), source.position(span.end));
        assert!(start.offset <= end.offset, "{diagnostic:?}");
        assert!(end.offset <= bytes.len(), "{diagnostic:?}");
    }
    Some((inputs, conversion))
}

/// Converts a file, and checks its diagnostics, its services and what every format makes of it.
pub fn check(path: &str, bytes: &[u8]) {
    let Some((inputs, conversion)) = check_reading(path, bytes) else {
        return;
    };
    assert_services_sound(&conversion.dataset);
    // A range can hold all ports, and then every format writes 65536 lines: seldom worth the time.
    if conversion.dataset.services.len() > 5000 {
        return;
    }
    for emitter in EMITTERS {
        let made = emitter.emit(&conversion.dataset).unwrap();
        if let Err(error) = emitter.read(&made) {
            panic!("{} cannot be read back: {error}", emitter.format().name);
        }
    }
    let json = by_name("json").unwrap();
    let again = convert(&inputs, &OPTIONS);
    assert!(json.emit(&conversion.dataset).unwrap() == json.emit(&again.dataset).unwrap());
    assert_eq!(conversion.diagnostics, again.diagnostics);
}

/// Ascending, unique, and no name stands for two ports.
pub fn assert_services_sound(dataset: &Dataset) {
    let mut last = None;
    let mut ports = HashMap::new();
    for service in &dataset.services {
        let key = Some((service.port, service.protocol));
        assert!(last < key, "{last:?} stands before {key:?}");
        last = key;
        for name in std::iter::once(&service.name).chain(&service.aliases) {
            let port = ports.insert((name, service.protocol), service.port);
            assert!(port.is_none(), "{name} is {port:?} and {}", service.port);
        }
    }
}
