//! A small input cannot fill the memory: what a few bytes would repeat many times is cut, and reported.

use std::fs;
use std::process::Command;

use portconv::diagnostic::Code;
use portconv::{Conversion, Source, convert};

use crate::support;

/// The most bytes of words that the records of an input may hold: they are held four times.
fn most(text: &str) -> usize {
    (28 * text.len() + (32 << 20)) / 4
}

fn converted(path: &str, text: &str) -> Conversion {
    let source = Source::decode(path, text).unwrap();
    convert(&[source], &support::no_facts())
}

/// A table whose first description reaches over 5,000 more rows of one port.
fn reaching_down(description: &str, port: &str) -> String {
    let rows = format!("<tr><td>{port}<td>Yes").repeat(5_000);
    format!(
        "<table><tr><th>Port<th>TCP<th>Description</tr>\
         <tr><td>1<td>Yes<td rowspan=60000>{description}{rows}</table>"
    )
}

/// All bytes of words that records hold.
fn words(conversion: &Conversion) -> usize {
    let records = conversion.dataset.records.iter();
    let extra =
        |extra: &[(String, String)]| extra.iter().map(|(_, text)| text.len()).sum::<usize>();
    records
        .map(|record| record.description.len() + extra(&record.extra))
        .sum()
}

#[test]
fn ports_beside_a_long_description_are_cut() {
    let ports: Vec<_> = (1..20_000).map(|port: u16| port.to_string()).collect();
    let (ports, words_of_all) = (ports.join(","), "word ".repeat(20_000));
    let text = format!(
        "|Port|TCP|Description|\n|-|-|-|\n|{ports}|Yes|{words_of_all}|\n|20000|Yes|Last|\n"
    );
    let conversion = converted("ports.md", &text);
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    let records = conversion.dataset.records.len();
    assert!((50..2_000).contains(&records), "{records}");
    let most_of_all = most(&text) + words_of_all.len();
    assert!(words(&conversion) < most_of_all);
}

#[test]
fn a_cell_that_reaches_over_all_rows_is_cut() {
    let conversion = converted("ports.html", &reaching_down(&"word ".repeat(20_000), "2"));
    // Its rows are cut, and of these the records.
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&2));
    let records = conversion.dataset.records.len();
    assert!((50..2_000).contains(&records), "{records}");
}

#[test]
fn it_is_cut_where_rows_make_no_records() {
    let conversion = converted(
        "ports.html",
        &reaching_down(&"word ".repeat(20_000), "none"),
    );
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    let bad = conversion.counts[&Code::BadPort];
    assert!((100..2_000).contains(&bad), "{bad}");
}

#[test]
fn a_cell_that_reaches_over_all_columns_is_cut() {
    let columns: Vec<_> = (0..900).map(|column| format!("<th>c{column}")).collect();
    let row = format!(
        "<tr><td>2<td>Yes<td>Web<td colspan=900>{}",
        "word ".repeat(20)
    );
    let text = format!(
        "<table><tr><th>Port<th>TCP<th>Description{}{}</table>",
        columns.concat(),
        row.repeat(300)
    );
    let conversion = converted("ports.html", &text);
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    let records = conversion.dataset.records.len();
    assert!((20..200).contains(&records), "{records}");
}

#[test]
fn citations_of_a_cell_that_reaches_far_are_cut() {
    let cited = "a<a href='#cite_note-1'>[1]</a>".repeat(4_000);
    let text = reaching_down(&cited, "2");
    let conversion = converted("ports.html", &text);
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    let cited: usize = conversion
        .dataset
        .records
        .iter()
        .map(|record| record.citations.len())
        .sum();
    assert!(cited * 70 < most(&text) * 4, "{cited}");
}

#[test]
fn spans_of_real_tables_are_whole() {
    let group = format!(
        "<tr><td rowspan=50>6000<td>Yes<td>First<td rowspan=50>{}{}",
        "word ".repeat(100),
        "<tr><td>Yes<td>Next".repeat(49)
    );
    let head = "<table><tr><th>Port<th>TCP<th>Description<th>Remarks</tr>";
    let conversion = converted("ports.html", &format!("{head}{}</table>", group.repeat(20)));
    assert_eq!(conversion.counts.get(&Code::TableCut), None);
    assert_eq!(conversion.dataset.records.len(), 1_000);
}

#[test]
fn a_cell_that_one_row_would_repeat_too_often_is_cut() {
    let columns: Vec<_> = (0..900).map(|column| format!("<th>c{column}")).collect();
    let text = format!(
        "<table><tr><th>Port<th>TCP<th>Description{}<tr><td>1<td>Yes<td>Web\
         <tr><td>2<td>Yes<td>Web<td colspan=900>{}</table>",
        columns.concat(),
        "word ".repeat(20_000)
    );
    let conversion = converted("ports.html", &text);
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    assert_eq!(conversion.dataset.records.len(), 1);
}

#[test]
fn links_of_a_cell_that_covers_several_columns_stand_once() {
    let text = "<table><tr><th>Port<th>TCP<th>Description<th>Note<th>Remark\
                <tr><td>80<td>Yes<td>Web<td colspan=2><a href='/a'>seen</a></table>";
    let conversion = converted("ports.html", text);
    let [record] = conversion.dataset.records.as_slice() else {
        panic!("{:?}", conversion.dataset.records);
    };
    assert_eq!(record.extra.len(), 2);
    assert_eq!(record.links.len(), 1);
}

#[test]
fn ports_with_a_long_status_are_cut() {
    let ports: Vec<_> = (1..20_000).map(|port: u16| port.to_string()).collect();
    let (ports, status) = (ports.join(","), "word ".repeat(20_000));
    let conversion = converted(
        "ports.md",
        &format!("|Port|TCP|Description|\n|-|-|-|\n|{ports}|{status}|Web|\n"),
    );
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    assert!(conversion.dataset.records.len() < 200);
}

/// Files hold the ids, each with every record.
#[test]
fn ports_that_cite_long_ids_are_cut() {
    let ports: Vec<_> = (1..20_000).map(|port: u16| port.to_string()).collect();
    let long = "i".repeat(190);
    let notes: Vec<_> = (0..1_000)
        .map(|note| format!("<a href='#cite_note-{note}{long}'>[1]</a>"))
        .collect();
    let conversion = converted(
        "ports.html",
        &format!(
            "<table><tr><th>Port<th>TCP<th>Description<tr><td>{}<td>Yes<td>Web{}</table>",
            ports.join(","),
            notes.concat()
        ),
    );
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&1));
    assert!(conversion.dataset.records.len() < 200);
}

/// Each input has room for its own length, but what is given beside that is given once.
#[test]
fn many_inputs_have_no_more_room_than_one() {
    let ports: Vec<_> = (1..2_000).map(|port: u16| port.to_string()).collect();
    let text = format!(
        "|Port|TCP|Description|\n|-|-|-|\n|{}|Yes|{}|\n",
        ports.join(","),
        "word ".repeat(2_000)
    );
    let inputs: Vec<_> = (0..10)
        .map(|input| Source::decode(format!("{input}.md"), text.as_str()).unwrap())
        .collect();
    let conversion = convert(&inputs, &support::no_facts());
    assert_eq!(conversion.counts.get(&Code::TableCut), Some(&10));
    assert!(words(&conversion) < most(&text.repeat(10)));
}

#[test]
fn a_small_table_does_not_have_a_thousand_columns() {
    let text = "<table><tr><th>Port<th>TCP<th>Description<th colspan=900>Note\
                <tr><td>80<td>Yes<td>Web<td colspan=900>seen</table>";
    let conversion = converted("ports.html", text);
    let [record] = conversion.dataset.records.as_slice() else {
        panic!("{:?}", conversion.dataset.records);
    };
    let columns = record.extra.len();
    assert!((1..text.len()).contains(&columns), "{columns}");
}

/// A message quotes the start of a cell, or thousands of them would hold all of it.
#[test]
fn a_message_quotes_the_start_of_a_long_cell() {
    let ports: Vec<_> = (1..2_000).map(|port| format!("{port}+")).collect();
    let text = format!("|Port|TCP|\n|-|-|\n|{}|Yes|\n", ports.join(","));
    let conversion = converted("ports.md", &text);
    assert_eq!(conversion.counts[&Code::OpenRange], 1_999);
    let open = conversion.diagnostics.iter();
    let mut open = open.filter(|diagnostic| diagnostic.code == Code::OpenRange);
    assert!(open.all(|diagnostic| diagnostic.message.len() < 300));
}

/// A fact about a part of a range is one of so many ranges only: else these took 750 MB.
#[test]
#[cfg(unix)]
fn facts_beside_wide_ranges_take_memory_in_proportion() {
    let lines = |line: fn(u16) -> String| (1..2_000).map(line).collect::<String>();
    let rows = lines(|at| format!("| 0-65535 | Yes | No | word {at} |\n"));
    let facts = lines(|at| format!("{at},{at},,word,name-{at},\n"));
    let folder = tempfile::tempdir().unwrap();
    let write = |name, text: String| fs::write(folder.path().join(name), text).unwrap();
    write(
        "t.md",
        format!("| Port | TCP | UDP | Description |\n|--|--|--|--|\n{rows}"),
    );
    write(
        "names.csv",
        format!("first_port,last_port,protocols,description,name,aliases\n{facts}"),
    );
    let portconv = env!("CARGO_BIN_EXE_portconv");
    let command =
        format!("ulimit -v 200000; exec {portconv} -q -f csv -o - --names names.csv t.md");
    let run = Command::new("sh")
        .args(["-c", &command])
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}");
    assert_eq!(String::from_utf8_lossy(&run.stdout).lines().count(), 2_000);
}
