//! Data frames and databases read the files as docs/reading.md says: the lines are taken from there.

use std::fs;
use std::process::Command;

use crate::needs::{self, Outcome};
use crate::support::root;

tests!(
    pandas_and_duckdb_keep_text_as_text,
    r_keeps_text_as_text,
    full_text_search_finds_ports_by_an_alias
);

/// The first piece of code behind a heading of docs/reading.md.
fn code(heading: &str, nth: usize) -> String {
    let page = fs::read_to_string(root().join("docs/reading.md")).unwrap();
    let section = page.split(&format!("## {heading}\n")).nth(1).unwrap();
    let block = section.split("```").nth(2 * nth + 1).unwrap();
    block.split_once('\n').unwrap().1.trim().to_owned()
}

fn pandas_and_duckdb_keep_text_as_text() -> Outcome {
    const PYTHON: &str = "target/tools/bin/python";
    needs::installed(PYTHON, ".ci/run")?;
    let mut probe = Command::new(root().join(PYTHON));
    needs::success(
        probe.args(["-c", "import pandas, duckdb"]),
        "pandas or duckdb",
    )?;
    let read = code("pandas", 0);
    let sql = code("DuckDB", 0);
    let script = format!(
        r#"
import csv, pandas, duckdb
rows = list(csv.DictReader(open("output/ports.csv", newline="")))
NUMBERS = ["first_port", "last_port", "line"]
TEXT = [column for column in rows[0] if column not in NUMBERS]
{read}
assert ports[TEXT].to_dict("records") == [{{key: row[key] for key in TEXT}} for row in rows]
assert [list(map(str, row)) for row in ports[NUMBERS].values] == [[row[key] for key in NUMBERS] for row in rows]
guess = duckdb.sql("select * from 'output/ports.csv'")
assert str(guess.types[guess.columns.index("sctp")]) == "BOOLEAN", guess.types
found = duckdb.sql("""{sql}""")
assert str(found.types[found.columns.index("sctp")]) == "VARCHAR", found.types
assert str(found.types[found.columns.index("first_port")]) == "USMALLINT"
read = [{{key: "" if value is None else str(value) for key, value in zip(found.columns, row)}} for row in found.fetchall()]
assert read == rows
assert len(duckdb.sql("select unnest(records, recursive := false) from 'output/ports.json'").fetchall()) == len(rows)
"#
    );
    let run = Command::new(root().join(PYTHON))
        .args(["-c", &script])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    Ok(())
}

fn r_keeps_text_as_text() -> Outcome {
    needs::program("Rscript")?;
    let script = format!(
        r#"
{}
stopifnot(is.data.frame(ports), nrow(ports) == 293)
numbers <- c("first_port", "last_port", "line")
stopifnot(sapply(ports[numbers], is.numeric))
stopifnot(sapply(ports[setdiff(names(ports), numbers)], is.character))
stopifnot(ports$id[2] == "1#1", ports$dccp[1] == "", !anyNA(ports))
cat(ports$id, sep = "\n")
"#,
        code("R", 0)
    );
    let run = Command::new("Rscript")
        .args(["--vanilla", "-e", &script])
        .current_dir(root())
        .output()
        .unwrap();
    let (ids, said) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "{said}");
    let csv = fs::read_to_string(root().join("output/ports.csv")).unwrap();
    let first = |line: &str| line.split(',').next().unwrap().to_owned();
    let expected: Vec<_> = csv.lines().skip(1).map(first).collect();
    assert_eq!(ids.lines().collect::<Vec<_>>(), expected);
    Ok(())
}

fn full_text_search_finds_ports_by_an_alias() -> Outcome {
    needs::program("sqlite3")?;
    let run = Command::new("sh")
        .args(["-c", &code("sqlite3", 1)])
        .current_dir(root())
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(found.contains("9|udp|wake-on-lan|unofficial\n"), "{found}");
    Ok(())
}
