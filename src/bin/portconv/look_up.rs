//! `portconv lookup`: what uses a port, or which ports a name or words match.

use std::collections::HashSet;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use portconv::lookup::{self, BadQuery, Entry, Origin, Query, Table};
use portconv::{PerProtocol, PortRange, ServiceName};
use serde::Serialize;

use crate::cli::{ConversionOptions, InputOptions, LookUp};
use crate::error::{Error, Outcome};
use crate::escape;
use crate::input;
use crate::plan::reading::Reading;
use crate::say;

/// Prints the answers; messages about queries without one go to standard error.
pub(crate) fn run(asked: &LookUp) -> Result<Outcome, Error> {
    let usage = |error: BadQuery| error.to_string();
    if let Some(ports) = &asked.free {
        let ports = lookup::ports(ports).map_err(usage)?;
        return free(ports, &table(&asked.file)?, asked.json);
    }
    let queries = Query::parse_all(&asked.queries).map_err(usage)?;
    let table = table(&asked.file)?;
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for answer in queries.iter().flat_map(|query| answers(query, &table)) {
        if known.insert(answer.clone()) {
            found.push(answer);
        }
    }
    let text = if asked.json {
        json(&found)?
    } else {
        columns(&found)
    };
    say::print_styled(&text)?;
    Ok(Outcome::done_if(!found.is_empty()))
}

/// The answers to a query, or to each of its words if no row has them all.
fn answers(query: &Query, table: &Table) -> Vec<Entry> {
    let found = table.find(query);
    if !found.is_empty() {
        return found;
    }
    let words = query.each_word();
    let apart: Vec<_> = words.iter().map(|word| table.find(word)).collect();
    if apart.iter().all(Vec::is_empty) {
        say::line(nothing(query, table));
        return found;
    }
    say!("nothing matches all of \"{query}\"; each word on its own:");
    let unknown = words.iter().zip(&apart).filter(|(_, it)| it.is_empty());
    unknown.for_each(|(word, _)| say::line(nothing(word, table)));
    apart.concat()
}

/// A message that nothing was found, what was searched, and which name may have been meant.
fn nothing(query: &Query, table: &Table) -> String {
    let range = match table.range() {
        Some((first, last)) if first == last => format!("the table covers port {first}"),
        Some((first, last)) => format!("the table covers ports {first} to {last}"),
        None => "the table is empty".to_owned(),
    };
    let meant = match table.nearest(query) {
        Some(name) => format!("; did you mean {name}?"),
        None => String::new(),
    };
    format!("nothing found for {query}: {range}, and IANA has no name for it either{meant}")
}

/// Prints the ports of a range that nothing uses.
fn free(ports: Option<PortRange>, table: &Table, is_json: bool) -> Result<Outcome, Error> {
    let free = table.free(ports.ok_or("--free takes a port or a range")?);
    if free.is_empty() {
        say!("no port in this range is free");
    }
    let line = |ports: &PortRange| format!("{ports}\n");
    say::print(if is_json {
        json(&free)?
    } else {
        free.iter().map(line).collect()
    })?;
    Ok(Outcome::done_if(!free.is_empty()))
}

fn json(answers: &impl Serialize) -> Result<String, Error> {
    let json = serde_json::to_string_pretty(answers).map_err(|error| error.to_string())?;
    Ok(format!("{}\n", escape::json(&json)))
}

/// The tables at the paths, or the compiled-in one if there are none.
fn table(paths: &[PathBuf]) -> Result<Table, Error> {
    let (mut table, facts) = (Table::default(), ConversionOptions::default());
    if paths.is_empty() {
        let builtin = InputOptions {
            builtin: true,
            ..InputOptions::default()
        };
        let tables = input::read(&Reading::new(&builtin, &facts)?)?;
        table.add(&tables.convert()?.dataset);
    }
    for path in paths {
        table.add(&input::dataset(path, &facts)?.1);
    }
    Ok(table)
}

/// One line for each answer, in columns.
fn columns(found: &[Entry]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let heads = ["PORT", "STATUS", "NAME", "DESCRIPTION"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(heads)
        .chain(found.iter().map(row))
        .collect();
    let widths = [0, 1, 2].map(|column| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    });
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    let line = |(number, row): (usize, &[String; 4])| {
        let styles = match number {
            0 => [dim; 3],
            _ => [bold, color(&row[1]), bold],
        };
        let cells = (0..3).map(|at| {
            let (style, cell, width) = (styles[at], &row[at], widths[at]);
            format!("{style}{cell:width$}{style:#}  ")
        });
        cells.collect::<String>() + &row[3] + "\n"
    };
    rows.iter().enumerate().map(line).collect()
}

/// Green for official use, yellow for unofficial use, dim for the rest.
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
    let mut names = entry.name.map_or("-".to_owned(), |name| name.to_string());
    if !entry.aliases.is_empty() {
        let aliases: Vec<_> = entry.aliases.iter().map(ServiceName::as_str).collect();
        names = format!("{names} ({})", aliases.join(", "));
    }
    let mut description = entry.description.clone();
    for (header, words) in &entry.extra {
        description = format!("{description} [{header}: {words}]");
    }
    description += match entry.from {
        Origin::Iana if description.is_empty() => "registered with IANA, not in the table",
        Origin::Iana => " (IANA, not in the table)",
        _ => "",
    };
    let status = status_words(&entry.statuses);
    let cells = [entry.ports.to_string(), status, names, description];
    cells.map(|cell| escape::line(&cell))
}

/// `tcp, udp yes`, or `tcp no; udp unofficial`.
fn status_words(statuses: &PerProtocol<Option<&str>>) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (protocol, status) in statuses.iter() {
        let Some(status) = status else { continue };
        match groups.iter_mut().find(|(known, _)| known == status) {
            Some((_, protocols)) => protocols.push(protocol.name()),
            None => groups.push((status, vec![protocol.name()])),
        }
    }
    let groups = groups
        .iter()
        .map(|(status, of)| format!("{} {status}", of.join(", ")));
    groups.collect::<Vec<_>>().join("; ")
}
