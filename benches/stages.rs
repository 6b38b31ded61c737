//! Each stage beside the floors of the same run: one bare walk of pulldown-cmark, and for the database its rows
//! in tables without keys, indexes and full-text search.
//!
//! `cargo bench --bench stages` measures all, `cargo bench --bench stages -- emit` those with that word.

mod support;

use std::env;
use std::io;

use nix::sys::resource::UsageWho;
use portconv::emit::{EMITTERS, Emitter, by_name};
use portconv::{Dataset, Options, Source, convert};
use rusqlite::types::Value;
use rusqlite::{Connection, MAIN_DB, params_from_iter};

const ROUNDS: usize = 10;

fn main() {
    println!("{:<36} {:>12} {:>12}", "median", "wall", "processor");
    for (name, text) in [
        ("seed", support::repeated(1)),
        ("seed × 100", support::repeated(100)),
        ("64,000 ports", support::distinct_ports()),
        ("8,000 clashes", support::clashing_names(8_000)),
        ("16,000 clashes", support::clashing_names(16_000)),
    ] {
        read(name, &text);
    }
    let dataset = convert(&[decoded(&support::repeated(100))], &Options::default()).dataset;
    for emitter in EMITTERS {
        emit(*emitter, &dataset);
    }
    let database = by_name("sqlite").expect("a format").emit(&dataset);
    let tables = rows_of_all_tables(&database.expect("a database")).expect("a database");
    measure("emit, floor of sqlite", || {
        bare_rows(&tables).expect("a database")
    });
}

/// Prints the median time of some work, if it is asked for.
fn measure<T>(name: &str, work: impl Fn() -> T) {
    let words = env::args().skip(1).filter(|word| !word.starts_with('-'));
    let words: Vec<_> = words.collect();
    if words.is_empty() || words.iter().any(|word| name.contains(word)) {
        let times: Vec<_> = (0..ROUNDS)
            .map(|_| support::timed(UsageWho::RUSAGE_SELF, &work))
            .collect();
        let median = support::median(&times);
        println!(
            "{name:<36} {:>12.2?} {:>12.2?}",
            median.wall, median.processor
        );
    }
}

fn decoded(text: &str) -> Source {
    Source::decode("ports.md", text).expect("UTF-8")
}

/// The stages up to the dataset.
fn read(name: &str, text: &str) {
    measure(&format!("{name}: bare walk"), || support::bare_walk(text));
    measure(&format!("{name}: decode"), || decoded(text));
    let (sources, options) = ([decoded(text)], Options::default());
    measure(&format!("{name}: convert"), || convert(&sources, &options));
}

/// One format of 100 times the seed.
fn emit(emitter: &dyn Emitter, dataset: &Dataset) {
    let write = || emitter.write(dataset, &mut io::sink());
    measure(&format!("emit, {}", emitter.format().name), || {
        write().expect("memory");
    });
}

/// What a table of the database is filled with.
struct Rows {
    columns: usize,
    values: Vec<Value>,
}

fn rows_of_all_tables(database: &[u8]) -> rusqlite::Result<Vec<Rows>> {
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, database, database.len(), true)?;
    let mut names = connection.prepare(
        "select name from pragma_table_list where type = 'table' and name not like 'sqlite%'",
    )?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let rows_of = |name: &String| {
        let mut rows = connection.prepare(&format!("select * from {name}"))?;
        let (columns, mut values) = (rows.column_count(), Vec::new());
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                values.push(row.get(column)?);
            }
        }
        Ok(Rows { columns, values })
    };
    names.iter().map(rows_of).collect()
}

fn bare_rows(tables: &[Rows]) -> rusqlite::Result<usize> {
    const MANY: usize = 16;
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch("pragma journal_mode = off; pragma synchronous = off")?;
    let transaction = connection.transaction()?;
    for (number, Rows { columns, values }) in tables.iter().enumerate() {
        let names: Vec<_> = (0..*columns).map(|column| format!("c{column}")).collect();
        let names = names.join(", ");
        transaction.execute_batch(&format!("create table t{number} ({names})"))?;
        let row = format!("({})", vec!["?"; *columns].join(", "));
        let insert = |rows| {
            format!(
                "insert into t{number} values {}",
                vec![&*row; rows].join(", ")
            )
        };
        let (mut many, mut one) = (
            transaction.prepare(&insert(MANY))?,
            transaction.prepare(&insert(1))?,
        );
        let chunks = values.chunks_exact(MANY * columns);
        for row in chunks.remainder().chunks(*columns) {
            one.execute(params_from_iter(row))?;
        }
        for rows in chunks {
            many.execute(params_from_iter(rows))?;
        }
    }
    transaction.commit()?;
    Ok(connection.serialize(MAIN_DB)?.len())
}
