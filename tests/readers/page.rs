//! `ports.html` is safe, small, and in a browser what its first line says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::needs::{self, Outcome};
use crate::support::{no_facts, root};
use portconv::Source;
use portconv::dataset::{Dataset, Link};
use portconv::{BUILTIN, Options, convert, emit};

tests![
    words_stay_words,
    only_harmless_addresses_are_links,
    quotes_cannot_leave_an_attribute,
    the_page_is_small,
    in_a_browser,
];

fn dataset(text: &str, options: &Options) -> Dataset {
    let source = Source::decode(BUILTIN.0, text).unwrap();
    convert(&[source], options).dataset
}

fn page(dataset: &Dataset) -> String {
    let emitter = emit::by_name("html").unwrap();
    String::from_utf8(emitter.emit(dataset).unwrap()).unwrap()
}

fn odd() -> Dataset {
    let table = fs::read_to_string(root().join("tests/page/odd.md")).unwrap();
    dataset(&table, &no_facts())
}

fn words_stay_words() -> Outcome {
    let page = page(&odd());
    assert!(page.contains(
        "Echo &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;double&quot; &#39;single&#39;"
    ));
    assert!(page.contains("<th scope=\"col\">Notes &amp; &quot;more&quot;</th>"));
    assert!(page.contains("<td>extra &lt;img src=x onerror=alert(2)&gt;</td>"));
    assert!(page.contains("http://example.org/?a=1&amp;b="));
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    Ok(())
}

fn only_harmless_addresses_are_links() -> Outcome {
    let mut dataset = odd();
    let url = |url: &str| Link {
        text: "Echo".into(),
        url: url.into(),
        missing: false,
    };
    for (address, live) in [
        ("https://example.org/", true),
        ("HTTP://example.org/", true),
        ("mailto:a@example.org", true),
        ("javascript:alert(1)", false),
        (" javascript:alert(1)", false),
        ("java\tscript:alert(1)", false),
        ("data:text/html,<script>alert(1)</script>", false),
        ("vbscript:x", false),
        ("//example.org/", false),
        ("é", false),
        ("", false),
    ] {
        dataset.records[0].links = vec![url(address)];
        let page = page(&dataset);
        let row = page
            .lines()
            .find(|line| line.contains("id=\"r7.1\""))
            .unwrap();
        assert_eq!(row.contains("\">Echo</a>"), live, "{address}: {row}");
        assert!(row.contains(">Echo<"), "{address}: {row}");
    }
    Ok(())
}

fn quotes_cannot_leave_an_attribute() -> Outcome {
    let mut dataset = odd();
    dataset.records[0].links = vec![Link {
        text: "Echo".into(),
        url: "https://example.org/\" onclick='alert(1)'".into(),
        missing: true,
    }];
    let expected = "href=\"https://example.org/&quot; onclick=&#39;alert(1)&#39;\">Echo</a>";
    assert!(page(&dataset).contains(expected));
    Ok(())
}

fn the_page_is_small() -> Outcome {
    let size = page(&dataset(BUILTIN.1, &Options::default())).len();
    assert!(size < 200_000, "{size} bytes");
    Ok(())
}

/// What the browser is to look at.
fn pages() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    let well_known = dataset(BUILTIN.1, &Options::default());
    let json = emit::by_name("json").unwrap().emit(&well_known).unwrap();
    write("ports.json", &json);
    write("ports.html", page(&well_known).as_bytes());
    write("odd.html", page(&odd()).as_bytes());
    let own = fs::read_to_string(root().join("tests/page/own.md")).unwrap();
    let own = Source::decode("docs/own.md", own).unwrap();
    write(
        "own.html",
        page(&convert(&[own], &Options::default()).dataset).as_bytes(),
    );
    write("many.html", page(&many(well_known)).as_bytes());
    folder
}

/// Each record a hundred times.
fn many(mut dataset: Dataset) -> Dataset {
    let records = std::mem::take(&mut dataset.records);
    for copy in 0..100 {
        dataset
            .records
            .extend(records.iter().cloned().map(|mut record| {
                record.id = format!("{}{copy:02}", record.id);
                record
            }));
    }
    dataset
}

/// The tests themselves are in `tests/page/page.test.mjs`.
fn in_a_browser() -> Outcome {
    needs::program("chromium")?;
    needs::program("node")?;
    needs::installed("tests/page/node_modules", "npm ci --prefix tests/page")?;
    let folder = root().join("tests/page");
    let run = Command::new("node")
        .arg(folder.join("page.test.mjs"))
        .arg(pages())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&run.stdout);
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{printed}{errors}");
    assert!(printed.contains("# skipped 0"), "{printed}{errors}");
    Ok(())
}
