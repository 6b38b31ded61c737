//! Each stage and the whole, beside the floors of the same run: one bare walk of pulldown-cmark, and for
//! the database its rows in tables without keys, indexes and full-text search.
//!
//! `cargo bench --bench stages`

mod support;

use divan::{Bencher, black_box};
use portconv::Source;
use portconv::emit::EMITTERS;
use portconv::{Facts, convert};
use rusqlite::types::Value;
use rusqlite::{Connection, MAIN_DB, params_from_iter};

fn main() {
    divan::main();
}

const TABLES: [&str; 5] = [
    "seed",
    "seed×100",
    "64,000 ports",
    "8,000 clashes",
    "16,000 clashes",
];

fn table(name: &str) -> String {
    match name {
        "seed" => support::repeated(1),
        "seed×100" => support::repeated(100),
        "64,000 ports" => support::distinct_ports(),
        "8,000 clashes" => support::clashing_names(8_000),
        _ => support::clashing_names(16_000),
    }
}

fn source(name: &str) -> Source {
    Source::decode(name, table(name).into_bytes()).expect("UTF-8")
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn a_floor_bare_walk(bencher: Bencher<'_, '_>, name: &str) {
    let text = table(name);
    bencher.bench_local(|| support::bare_walk(black_box(&text)));
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn b_decode(bencher: Bencher<'_, '_>, name: &str) {
    let text = table(name);
    bencher
        .with_inputs(|| text.clone().into_bytes())
        .bench_local_values(|bytes| Source::decode(name, bytes));
}

#[divan::bench(args = TABLES, sample_count = 10)]
fn c_convert(bencher: Bencher<'_, '_>, name: &str) {
    let (sources, facts) = ([source(name)], Facts::builtin());
    bencher.bench_local(|| convert(black_box(&sources), &facts));
}

#[divan::bench(args = EMITTERS.iter().map(|emitter| emitter.name()), sample_count = 10)]
fn d_emit_seed_100_times(bencher: Bencher<'_, '_>, name: &str) {
    let dataset = convert(&[source("seed×100")], &Facts::builtin()).dataset;
    let emitter = portconv::emit::by_name(name).expect("a format");
    bencher.bench_local(|| emitter.write(black_box(&dataset), &mut std::io::sink()));
}

/// What a table of the database is filled with.
struct Rows {
    columns: usize,
    values: Vec<Value>,
}

#[divan::bench(sample_count = 10)]
fn e_floor_of_sqlite_seed_100_times(bencher: Bencher<'_, '_>) {
    let dataset = convert(&[source("seed×100")], &Facts::builtin()).dataset;
    let sqlite = portconv::emit::by_name("sqlite").expect("a format");
    let database = sqlite.emit(&dataset).expect("a database");
    let tables = rows_of_all_tables(&database).expect("a database");
    bencher.bench_local(|| bare_rows(black_box(&tables)).expect("a database"));
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
