//! `portconv lookup`: what uses a port, or which ports a name or words match.

use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use portconv::lookup::{self, BadQuery, Entry, Origin, Query, Table};
use portconv::{PortRange, convert};

use crate::cli::{FactOptions, LookUp};
use crate::error::{Error, Outcome};
use crate::escape;
use crate::input::{self, Tables};
use crate::plan::reading::Reading;
use crate::say;

/// Answers on standard output. What has no answer is said on standard error.
pub(crate) fn run(asked: &LookUp) -> Result<Outcome, Error> {
    let usage = |error: BadQuery| Error::Usage(error.to_string());
    if let Some(ports) = &asked.free {
        let ports = lookup::ports(ports).map_err(usage)?;
        return free(ports.as_ref(), &table(&asked.file)?);
    }
    let queries = Query::parse_all(&asked.queries).map_err(usage)?;
    let table = table(&asked.file)?;
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for answer in queries.iter().flat_map(|query| answers(query, &table)) {
        if known.insert(answer.clone()) {
            found.push(answer);
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

/// The answers to a query; to each of its words where no row has them all.
fn answers(query: &Query, table: &Table) -> Vec<Entry> {
    let found = table.find(query);
    if !found.is_empty() {
        return found;
    }
    let words = query.each_word();
    let apart: Vec<_> = words.iter().map(|word| table.find(word)).collect();
    if !words.is_empty() && apart.iter().all(|found| !found.is_empty()) {
        say::line(format!(
            "nothing matches all of \"{query}\"; each word by itself:"
        ));
        return apart.concat();
    }
    say::line(nothing(query, table));
    Vec::new()
}

/// Says that there is nothing, what was looked through, and which name may have been meant.
fn nothing(query: &Query, table: &Table) -> String {
    let range = match table.range() {
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
fn free(ports: Option<&RangeInclusive<u16>>, table: &Table) -> Result<Outcome, Error> {
    let Some(ports) = ports else {
        return Err(Error::Usage("--free takes a port or a range".to_owned()));
    };
    let free = table.free(ports);
    let line = |ports: &PortRange| match (ports.first(), ports.last()) {
        (first, last) if first == last => format!("{first}\n"),
        (first, last) => format!("{first}-{last}\n"),
    };
    say::print(free.iter().map(line).collect::<Vec<_>>().concat())?;
    Ok(if free.is_empty() {
        Outcome::Refused
    } else {
        Outcome::Done
    })
}

fn table(paths: &[PathBuf]) -> Result<Table, Error> {
    if paths.is_empty() {
        return converted(&Reading::builtin(&[], None, &FactOptions::default())?);
    }
    let mut table = Table::default();
    for path in paths {
        table.extend(table_of(path)?);
    }
    Ok(table)
}

/// What this program wrote is read back; else a table, or a folder of them.
fn table_of(path: &Path) -> Result<Table, Error> {
    if let Some((_, dataset)) = input::read_back(path)? {
        return Ok(Table::new(&dataset));
    }
    let facts = FactOptions::default();
    converted(&Reading::new(&[path.to_owned()], None, &facts)?)
}

fn converted(reading: &Reading) -> Result<Table, Error> {
    let Tables {
        sources,
        options,
        unread,
    } = input::read(reading)?;
    unread.iter().for_each(say::warning);
    let conversion = convert(&sources, &options);
    input::require_port_table(&conversion, &sources)?;
    Ok(Table::new(&conversion.dataset))
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
        extra,
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
        _ => extra
            .iter()
            .fold(description.clone(), |text, (header, words)| {
                format!("{text} [{header}: {words}]")
            }),
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
