//! `nmap-services`: port names for `nmap --datadir` and `nmap --servicedb`.
//!
//! Fields are separated by tabs: name, port and protocol, ratio, comment. nmap knows no aliases, so they
//! stand in the comment, and no DCCP. It wants a ratio (how often a port is open, 0 to 1), or refuses
//! `--top-ports`. Nobody measured one for this table: the ratio here only says that a port in use comes
//! before one that is just assigned.
//!
//! nmap scans the ports with the highest ratios of its file, and no others, unless `-p` says which. So
//! [`Merged`] puts our names into the file that nmap comes with: its ratios and its other ports stay, and what
//! it lacks is added with the ratio 0, which no default scan picks.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::services::{about, comment, header, one_line, quoted};
use super::{EmitError, Emitter, Format};
use crate::dataset::{Dataset, Protocol, Service, Status};
use crate::facts::BadFacts;
use crate::text::{Source, blanked};
use crate::vocabulary::services_line::ServicesLine;

#[derive(Debug)]
pub(super) struct Nmap;

impl Emitter for Nmap {
    fn format(&self) -> Format<'_> {
        Format::new(
            "nmap",
            "nmap-services",
            "port names for nmap --datadir and --servicedb",
        )
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn io::Write) -> Result<(), EmitError> {
        let mut text = header(
            dataset,
            self.format().name,
            "nmap-services: names of TCP, UDP and SCTP ports",
        )
        .map_err(EmitError::new)?;
        text.push_str(
            "# The ratios are no measurements; they put ports in use before assigned ones.\n\n",
        );
        for service in dataset
            .services
            .iter()
            .filter(|service| service.protocol != Protocol::Dccp)
        {
            line(dataset, service, ratio(dataset, service), &mut text).map_err(EmitError::new)?;
        }
        out.write_all(text.as_bytes()).map_err(EmitError::new)
    }
}

/// The most bytes of a line, its end not counted: nmap reads 1023 at a time.
const MAX_LINE: usize = 1022;

/// Without a measurement: ports in use before those that are just assigned.
fn ratio(dataset: &Dataset, service: &Service) -> &'static str {
    let assignment = dataset.records[service.record].assignments[service.protocol].as_ref();
    match assignment.map(|assignment| &assignment.status) {
        Some(Status::Yes) => "0.030000",
        Some(Status::Unofficial) => "0.020000",
        _ => "0.010000",
    }
}

fn line(dataset: &Dataset, service: &Service, ratio: &str, text: &mut String) -> std::fmt::Result {
    let Service {
        port,
        last_port: _,
        protocol,
        name,
        aliases,
        record,
    } = service;
    let record = &dataset.records[*record];
    let start = text.len();
    write!(text, "{name}\t{port}/{}\t{ratio}", protocol.name())?;
    let mut words = String::new();
    for alias in aliases {
        write!(words, "{alias} | ")?;
    }
    words.push_str(&about(service, record));
    let room = MAX_LINE.saturating_sub(text.len() - start);
    text.push_str(&comment(&words, room));
    text.push('\n');
    Ok(())
}

/// `--merge FILE`: our names in the `nmap-services` that nmap comes with.
#[derive(Debug)]
pub struct Merged {
    stock: Source,
    /// By port, then protocol.
    lines: BTreeMap<Key, StockLine>,
}

/// A port and its protocol.
type Key = (u16, String);

#[derive(Debug)]
struct StockLine {
    ratio: String,
    /// As it stands in the file.
    line: String,
}

impl Merged {
    /// Reads the file that nmap comes with.
    ///
    /// # Errors
    ///
    /// A line is none of such a file.
    pub fn read(stock: Source) -> Result<Self, BadFacts> {
        let mut lines = BTreeMap::new();
        for (index, line) in stock.text().lines().enumerate() {
            let entry = stock_line(line).map_err(|message| BadFacts {
                path: stock.path.clone(),
                line: index + 1,
                message,
            })?;
            if let Some((key, entry)) = entry {
                // nmap takes the first line of a pair.
                lines.entry(key).or_insert(entry);
            }
        }
        Ok(Self { stock, lines })
    }

    /// What the file says of itself and of its licence.
    fn notice(&self) -> impl Iterator<Item = &str> {
        self.stock
            .text()
            .lines()
            .take_while(|line| line.starts_with('#'))
    }
}

/// `domain 53/udp 0.213496 # Domain Name Server`.
fn stock_line(line: &str) -> Result<Option<(Key, StockLine)>, String> {
    let Some(entry) = ServicesLine::parse(line)? else {
        return Ok(None);
    };
    let ratio = entry.words.first().unwrap_or(&"0.000000");
    let stock = StockLine {
        ratio: (*ratio).to_owned(),
        line: line.to_owned(),
    };
    Ok(Some(((entry.port, entry.protocol.to_owned()), stock)))
}

impl Emitter for Merged {
    fn format(&self) -> Format<'_> {
        Nmap.format()
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn io::Write) -> Result<(), EmitError> {
        let title = "nmap-services: names of TCP, UDP and SCTP ports";
        let format = format!(
            "nmap --merge {}",
            quoted(&one_line(&blanked(&self.stock.path)))
        );
        let mut text = header(dataset, &format, title)?;
        writeln!(
            text,
            "# Merged into {}, which says:\n#",
            one_line(&blanked(&self.stock.path))
        )?;
        for line in self.notice() {
            writeln!(text, "# {line}")?;
        }
        text.push('\n');
        let ours = |service: &&Service| service.protocol != Protocol::Dccp;
        let ours = dataset.services.iter().filter(ours);
        let ours: BTreeMap<_, _> = ours
            .map(|service| ((service.port, service.protocol.name().to_owned()), service))
            .collect();
        let mut keys: Vec<_> = self.lines.keys().chain(ours.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            match (ours.get(key), self.lines.get(key)) {
                (Some(service), Some(stock)) => line(dataset, service, &stock.ratio, &mut text)?,
                (Some(service), None) => line(dataset, service, "0.000000", &mut text)?,
                (None, stock) => {
                    text.extend(stock.iter().flat_map(|stock| [stock.line.as_str(), "\n"]));
                }
            }
        }
        Ok(out.write_all(text.as_bytes())?)
    }
}
