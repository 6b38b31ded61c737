//! The command line as typed; nothing is decided here.

use std::path::PathBuf;

use clap::{ArgAction, Parser};

/// Turn a wiki-derived markdown table of TCP and UDP ports into JSON, YAML, CSV, SQLite and more.
///
/// Without arguments, reads the folder seeds and brings the folder output up to date.
#[expect(clippy::struct_excessive_bools, reason = "one for each switch")]
#[derive(Debug, Parser)]
#[command(
    name = "portconv",
    version,
    after_help = "Exit codes: 0 done; 2 could not do it (arguments, reading, writing, no port table).",
    max_term_width = 100
)]
pub(crate) struct Arguments {
    /// Markdown files, folders of .md files, or - for standard input [default: seeds]
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Formats to write; see --list-formats [default: those marked there]
    #[arg(short, long, value_name = "NAME[,NAME…]", value_delimiter = ',')]
    pub(crate) format: Vec<String>,

    /// A folder, a file (one format, known by the ending if --format is absent), or - [default: output]
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// List the formats and their files
    #[arg(long)]
    pub(crate) list_formats: bool,

    /// Read the table that is compiled in
    #[arg(long, conflicts_with = "inputs")]
    pub(crate) builtin: bool,

    /// Take names from IANA's service-names-port-numbers.csv or a services(5) file, and compare
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,

    /// Facts about blank UDP cells (CSV), or the word literal to leave them blank
    #[arg(long, value_name = "FILE|literal")]
    pub(crate) blank_cells: Option<PathBuf>,

    /// Curated service names (CSV)
    #[arg(long, value_name = "FILE")]
    pub(crate) names: Option<PathBuf>,

    /// Statuses that make a service [default: yes,assigned,unofficial]
    #[arg(long, value_name = "STATUS[,STATUS…]", value_delimiter = ',')]
    pub(crate) services_status: Vec<String>,

    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print notes too, one line for each repair
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}
