//! `portconv lookup`: what stands on a port, or where a name or word stands.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use portconv::lookup::{Entry, Origin, Query, Table};
use portconv::{Unreadable, convert};

use crate::cli::{FactOptions, LookUp};
use crate::error::{Error, Outcome};
use crate::escape;
use crate::input::{self, Tables};
use crate::place::shown;
use crate::plan::reading::Reading;
use crate::say;

/// Answers on standard output. What has no answer is said on standard error.
pub(crate) fn run(asked: &LookUp) -> Result<Outcome, Error> {
    let mut queries = Vec::new();
    for text in &asked.queries {
        queries.extend(Query::all(text).map_err(|error| Error::Usage(error.to_string()))?);
    }
    let table = table(&asked.file)?;
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for query in &queries {
        let answers = table.find(query);
        if answers.is_empty() {
            say::line(nothing(query, &table));
        }
        for answer in answers {
            if known.insert(answer.clone()) {
                found.push(answer);
            }
        }
    }
    let mut text = Vec::new();
    say::written(if asked.json {
        json(&found, &mut text)
    } else {
        columns(&found, &mut text)
    })?;
    say::print_styled(text)?;
    Ok(if found.is_empty() {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

/// Says that there is nothing, and what was looked through.
fn nothing(query: &Query, table: &Table) -> String {
    let range = match table.range() {
        Some((first, last)) => format!("the table covers ports {first} to {last}"),
        None => "the table is empty".to_owned(),
    };
    format!("nothing found for {query}: {range}, and IANA has no name for it either")
}

fn table(paths: &[PathBuf]) -> Result<Table, Error> {
    if paths.is_empty() {
        return converted(&Reading::builtin(&FactOptions::default())?);
    }
    let mut table = Table::default();
    for path in paths {
        table.extend(table_of(path)?);
    }
    Ok(table)
}

/// A database by its first bytes, a `ports.json` by its bracket; else a table, or a folder of them.
fn table_of(path: &Path) -> Result<Table, Error> {
    if is_database(path) {
        let bytes = input::contents(path).map_err(|error| Error::Read {
            path: shown(path),
            error,
        })?;
        return Table::of_sqlite(&bytes).map_err(|error| foreign(path, &error));
    }
    converted(&Reading::new(
        &[path.to_owned()],
        None,
        &FactOptions::default(),
    )?)
}

fn converted(reading: &Reading) -> Result<Table, Error> {
    let Tables {
        sources,
        options,
        unread,
    } = input::read(reading)?;
    unread.iter().for_each(say::warning);
    if let [source] = &sources[..]
        && source.text().trim_start().starts_with('{')
    {
        let table = Table::of_json(source.text());
        return table.map_err(|error| foreign(Path::new(&source.path), &error));
    }
    let conversion = convert(&sources, &options);
    input::require_port_table(&conversion, &sources)?;
    Ok(Table::of(&conversion.dataset))
}

fn foreign(path: &Path, error: &Unreadable) -> Error {
    Error::Usage(format!("{}: {error}", shown(path)))
}

fn is_database(path: &Path) -> bool {
    let mut start = [0; 16];
    let is_file = path.is_file();
    is_file
        && fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut start).is_ok())
        && start == *b"SQLite format 3\0"
}

fn json(found: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(found)?;
    writeln!(out, "{}", escape::json(&json))
}

/// One line for each answer, in columns.
fn columns(found: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let heads = ["PORT", "STATUS", "NAME", "DESCRIPTION"].map(str::to_owned);
    let rows: Vec<_> = found.iter().map(row).collect();
    let width = |column: usize| {
        let all = std::iter::once(&heads).chain(&rows);
        all.map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let styles = |status: &str| [Style::new().bold(), color(status), Style::new().bold()];
    line(&heads, &widths, [Style::new().dimmed(); 3], out)?;
    for row in &rows {
        line(row, &widths, styles(&row[1]), out)?;
    }
    Ok(())
}

fn line(
    row: &[String; 4],
    widths: &[usize; 3],
    styles: [Style; 3],
    out: &mut dyn Write,
) -> io::Result<()> {
    for ((cell, width), style) in row.iter().zip(widths).zip(styles) {
        let blanks = " ".repeat(width - cell.chars().count());
        write!(out, "{style}{cell}{style:#}{blanks}  ")?;
    }
    writeln!(out, "{}", row[3])
}

/// Green for what is in use as IANA has it, yellow for what is in use otherwise, dim for the rest.
fn color(status: &str) -> Style {
    if status.contains("unofficial") {
        AnsiColor::Yellow.on_default()
    } else if status.contains("yes") {
        AnsiColor::Green.on_default()
    } else {
        Style::new().dimmed()
    }
}

fn row(entry: &Entry) -> [String; 4] {
    let Entry {
        id: _,
        first_port,
        last_port,
        name,
        aliases,
        tcp: _,
        udp: _,
        sctp: _,
        dccp: _,
        description,
        from,
    } = entry;
    let ports = if first_port == last_port {
        first_port.to_string()
    } else {
        format!("{first_port}-{last_port}")
    };
    let mut names = name.clone().unwrap_or_else(|| "-".to_owned());
    if !aliases.is_empty() {
        names = format!("{names} ({})", aliases.join(", "));
    }
    let description = match from {
        Origin::Iana => "registered with IANA; the table has no row for it".to_owned(),
        _ => description.clone(),
    };
    [ports, statuses(entry), names, description].map(|cell| escape::line(&cell).into_owned())
}

/// `tcp, udp yes`, or `tcp no; udp unofficial`.
fn statuses(entry: &Entry) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (protocol, status) in entry.statuses() {
        let Some(status) = status else { continue };
        match groups.iter_mut().find(|(known, _)| *known == status) {
            Some((_, protocols)) => protocols.push(protocol.name()),
            None => groups.push((status, vec![protocol.name()])),
        }
    }
    let groups = groups
        .iter()
        .map(|(status, of)| format!("{} {status}", of.join(", ")));
    groups.collect::<Vec<_>>().join("; ")
}
