//! Asks any question of any table. A line `=====` stands between the two.

#![no_main]

use libfuzzer_sys::fuzz_target;
use portconv::lookup::{Query, Table, ports};
use portconv::{Source, convert};
use portconv_fuzz::{halves, options};

fuzz_target!(|bytes: &[u8]| {
    let (asked, table) = halves(bytes);
    let Ok(asked) = str::from_utf8(asked) else {
        return;
    };
    let Ok(source) = Source::decode("ports.md", table) else {
        return;
    };
    let dataset = convert(&[source], &options()).dataset;
    let table = Table::new(&dataset);
    for query in Query::parse_all(&[asked]).unwrap_or_default() {
        for word in query.each_word().iter().chain([&query]) {
            if table.find(word).is_empty() {
                let _ = table.nearest(word);
            }
        }
    }
    if let Ok(Some(asked)) = ports(asked) {
        for free in table.free(asked) {
            assert!(asked.first() <= free.first() && free.last() <= asked.last());
            assert!(
                free.ports()
                    .all(|port| dataset.records_at(port).next().is_none())
            );
        }
    }
});
