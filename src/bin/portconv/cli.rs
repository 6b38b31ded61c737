//! The command line as typed; nothing is decided here.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ColorChoice, Parser, Subcommand, ValueEnum};

use clap_complete::Shell;
use portconv::dataset::{Protocol, Status};
use portconv::diagnostic::Code;
use portconv::emit::EMITTERS;
use portconv::emit::template::Template;
use portconv::{SYNTAXES, Syntax};

use crate::report::{self, Form};

/// Convert tables of TCP and UDP ports from Markdown, HTML, wikitext or reStructuredText to JSON, YAML, CSV, SQLite and more.
///
/// Without arguments, portconv reads the folder seeds and updates the folder output.
#[derive(Debug, Parser)]
#[command(
    name = "portconv",
    disable_version_flag = true,
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  portconv                              read seeds/, bring output/ up to date
  portconv ports.md -f csv -o -         one table as CSV on standard output
  portconv --builtin -f sqlite          the compiled-in table, as a database
  portconv --check                      is output/ up to date?
  portconv lookup 53                    what uses port 53?
  curl -fsSL URL | portconv -           a web page

Exit codes:
  0  done
  1  --check or diff found a difference, lookup found nothing, or a denied diagnostic occurred;
     nothing is written
  2  failed: bad arguments, an unreadable or unwritable file, or no usable port table",
    max_term_width = 100
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) output: OutputOptions,

    /// List the formats and their files
    #[arg(long)]
    pub(crate) list_formats: bool,

    #[command(flatten)]
    pub(crate) inputs: InputOptions,

    #[command(flatten)]
    pub(crate) facts: ConversionOptions,

    #[command(flatten)]
    pub(crate) messages: MessageOptions,

    /// When to color messages
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto, global = true, help_heading = "Messages")]
    pub(crate) color: ColorChoice,

    /// Print the version; with --verbose, also the details to include in a bug report
    #[arg(short = 'V', long, help_heading = None::<&str>)]
    pub(crate) version: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to read.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct InputOptions {
    /// Files in Markdown, HTML, wikitext or reStructuredText, folders of such files, or - for standard input [default: seeds]
    #[arg(value_name = "INPUT")]
    pub(crate) paths: Vec<PathBuf>,

    /// The name of standard input in messages and outputs [default: -]
    #[arg(long, value_name = "NAME")]
    pub(crate) stdin_filename: Option<String>,

    /// Read the compiled-in table; records of INPUT replace its records for the same port and protocol
    #[arg(long)]
    pub(crate) builtin: bool,
}

impl InputOptions {
    /// Files or folders, and nothing else.
    pub(crate) fn new(paths: &[PathBuf]) -> Self {
        Self {
            paths: paths.to_owned(),
            ..Self::default()
        }
    }
}

/// What to make, and where.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct OutputOptions {
    /// Formats to write; see --list-formats [default: those it marks with *]
    #[arg(short, long, value_name = "NAME[,NAME…]", value_delimiter = ',', value_parser = formats(), hide_possible_values = true)]
    pub(crate) format: Vec<String>,

    /// A folder, a file (one format, taken from its extension unless --format is given), or - [default: output]
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    /// A Jinja template for the data of ports.json; can be repeated and combined with --format
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Vec<PathBuf>,

    /// With --format services or nmap: add the names to a file such as /etc/services or nmap-services
    #[arg(long, value_name = "FILE")]
    pub(crate) merge: Option<PathBuf>,

    /// Write nothing; report files that are out of date, and exit with 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// What is said of a run.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Messages")]
pub(crate) struct MessageOptions {
    /// Fail unless there are this many records: 293, 290.. (at least) or 290..300 (inclusive)
    #[arg(long, value_name = "N[..[M]]", value_parser = record_count)]
    pub(crate) expect_records: Option<RangeInclusive<usize>>,

    /// How to print diagnostics; all forms but human go to standard output
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    pub(crate) message_format: Form,

    /// Do not print diagnostics of this code
    #[arg(short = 'A', long, value_name = "CODE", value_delimiter = ',', value_parser = codes(), hide_possible_values = true)]
    pub(crate) allow: Vec<Code>,

    /// Print diagnostics of this code as warnings
    #[arg(short = 'W', long, value_name = "CODE", value_delimiter = ',', value_parser = codes(), hide_possible_values = true)]
    pub(crate) warn: Vec<Code>,

    /// Exit with 1 and write nothing if there is a diagnostic of this code
    #[arg(short = 'D', long, value_name = "CODE", value_delimiter = ',', value_parser = codes(), hide_possible_values = true)]
    pub(crate) deny: Vec<Code>,

    /// Treat warnings as errors, except those named by -A or -W
    #[arg(long)]
    pub(crate) strict: bool,

    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Print notes too, and every change that --check finds
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// What else portconv does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what uses a port, or which ports match a name or words: 53, 53/udp, 8000-8010, https
    Lookup(LookUp),
    /// Compare two inputs record by record
    #[command(after_help = "Examples:
  portconv diff old.md new.md
  portconv diff output/ports.json ports.md --message-format markdown
  portconv diff old/ new/               all tables of two folders

Facts beside an input (blank-cells.csv, service-names.csv) apply to that input.

Exit codes: 0 the same, 1 different, 2 failed")]
    Diff(Box<Diff>),
    /// Print shell completions
    #[command(after_help = "Examples:
  portconv completions bash > ~/.local/share/bash-completion/completions/portconv
  portconv completions zsh > ~/.zfunc/_portconv
  portconv completions fish > ~/.config/fish/completions/portconv.fish")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Show what is missing from the fact files, or update them
    #[command(subcommand)]
    Facts(Box<FactsCommand>),
    /// Print a man page
    #[command(after_help = "Examples:
  portconv man | man -l -
  portconv man diff > ~/.local/share/man/man1/portconv-diff.1")]
    Man {
        /// A subcommand [default: portconv itself]
        #[arg(value_parser = ["lookup", "diff", "facts", "facts-blank-cells", "facts-names", "facts-update", "completions", "man", "explain"])]
        subcommand: Option<String>,
    },
    /// Explain a diagnostic, or list them all
    #[command(after_help = "Examples:
  portconv explain               all diagnostics, one per line
  portconv explain shifted-row   one of them, with an example")]
    Explain {
        /// The code in brackets, such as shifted-row [default: a list of all]
        #[arg(value_parser = PossibleValuesParser::new(report::codes().map(|(name, ..)| name)), hide_possible_values = true)]
        code: Option<String>,
    },
}

/// How to read the inputs, and what to make of them.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Facts")]
pub(crate) struct ConversionOptions {
    /// The syntax of the inputs [default: by the extension of each file, or else by its text]
    #[arg(long, help_heading = None::<&str>, value_name = "SYNTAX", value_parser = one_of(SYNTAXES.iter().map(|it| (it.name, *it))))]
    pub(crate) from: Option<&'static Syntax>,

    /// Take names from IANA's service-names-port-numbers.csv or a services(5) file, and compare with it
    #[arg(long, value_name = "FILE")]
    pub(crate) registry: Option<PathBuf>,

    /// Facts about blank UDP cells (CSV), or the word literal to leave them blank [default: blank-cells.csv beside the input]
    #[arg(long, value_name = "FILE|literal")]
    pub(crate) blank_cells: Option<PathBuf>,

    /// Curated service names (CSV) [default: service-names.csv beside the input]
    #[arg(long, value_name = "FILE")]
    pub(crate) names: Option<PathBuf>,

    /// The protocols to give to rows that name no protocol, such as tcp or tcp,udp
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        value_parser = one_of(Protocol::ALL.map(|it| (it.name(), it))),
        hide_possible_values = true
    )]
    pub(crate) transport: Vec<Protocol>,

    /// Make services only of rows with these statuses [default: yes,assigned,unofficial]
    #[arg(
        long,
        value_name = "STATUS[,STATUS…]",
        value_delimiter = ',',
        value_parser = one_of(Status::IN_USE.map(|it| (it.name(), it))),
        hide_possible_values = true
    )]
    pub(crate) services_status: Vec<Status>,

    /// Name each port of a range up to this size, and only the first of a larger one [default: 64]
    #[arg(long, value_name = "N|all", value_parser = range_width)]
    pub(crate) expand_ranges: Option<usize>,

    /// The title of the source [default: the Wikipedia page's, if the input comes from it]
    #[arg(long, value_name = "TITLE")]
    pub(crate) title: Option<String>,

    /// The web address of the source, which relative links are resolved against [default: as for --title]
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub(crate) source_url: Option<String>,

    /// The license of the source, an SPDX identifier such as CC0-1.0 [default: as for --title]
    #[arg(long, value_name = "ID")]
    pub(crate) license: Option<String>,
}

/// What to do about facts.
#[derive(Debug, Subcommand)]
pub(crate) enum FactsCommand {
    /// Print a blank-cells.csv made from the cell spans of an HTML, wikitext or reStructuredText table
    BlankCells(FactsInput),
    /// Print the rows whose name comes neither from the curated names nor from the table, with that name and its source
    Names(FactsInput),
    /// Update the fact files from the input; without INPUT, update the folder output as well
    ///
    /// Lines about edited rows get the new ports and description, lines about rows that are gone are removed, and rows
    /// without a name of their own get a line. Comments, order and all other fields stay as they are written, and so do
    /// lines that someone has to decide about: these give warnings in each run.
    Update(FactsInput),
}

/// The arguments of `facts`.
#[derive(Debug, clap::Args)]
pub(crate) struct FactsInput {
    /// Tables, as for a run without a command [default: seeds]
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) facts: ConversionOptions,
}

/// The arguments of `diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// A table, a folder of tables, or a ports.json, .yaml, .csv or .sqlite
    pub(crate) old: PathBuf,

    /// A table, a folder of tables, or a ports.json, .yaml, .csv or .sqlite
    pub(crate) new: PathBuf,

    /// How to print the differences
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    pub(crate) message_format: DiffForm,

    #[command(flatten)]
    pub(crate) facts: ConversionOptions,
}

/// What is asked, and of which tables.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  portconv lookup 53                 what uses port 53
  portconv lookup 53/udp 8000-8010   for one protocol; a range, both ends included
  portconv lookup 80,443             several ports
  portconv lookup https              a service name or an alias
  portconv lookup \"wake on lan\"      words of a description
  portconv lookup 53 -f output/ports.sqlite
  portconv lookup 53 --json | jq -r '.[].name'

Exit codes: 0 found, 1 not found, 2 failed")]
pub(crate) struct LookUp {
    /// A port, a range, port/protocol, a service name, or words of a description; commas separate several
    #[arg(value_name = "QUERY", required_unless_present = "free")]
    pub(crate) queries: Vec<String>,

    /// Print the free ports of a range: not in the table, and neither assigned nor reserved by IANA
    #[arg(long, value_name = "PORTS", conflicts_with = "queries")]
    pub(crate) free: Option<String>,

    /// Search a table, a folder, or a ports.json, .yaml, .csv or .sqlite [default: the compiled-in table]
    #[arg(short, long, value_name = "INPUT")]
    pub(crate) file: Vec<PathBuf>,

    /// Print a JSON array with one object per answer
    #[arg(long)]
    pub(crate) json: bool,
}

/// The form of differences.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum DiffForm {
    /// One line per change
    #[default]
    Human,
    /// A table for a change log or a pull request
    Markdown,
    /// One JSON object per change
    Json,
}

/// The word for every format, of `--format`.
pub(crate) const ALL_FORMATS: &str = "all";

fn formats() -> PossibleValuesParser {
    let formats = EMITTERS.iter().map(|emitter| emitter.format().name);
    PossibleValuesParser::new(formats.chain([Template::NAME, ALL_FORMATS]))
}

/// A parser of the names of values.
fn one_of<T: Clone + Send + Sync + 'static>(
    values: impl IntoIterator<Item = (&'static str, T)>,
) -> impl TypedValueParser<Value = T> {
    let values: Vec<_> = values.into_iter().collect();
    let parser = PossibleValuesParser::new(values.iter().map(|(name, _)| *name));
    parser.try_map(move |name| {
        let found = values.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).ok_or("no such name")
    })
}

fn codes() -> impl TypedValueParser<Value = Code> {
    one_of(Code::ALL.map(|code| (code.name(), code)))
}

/// `293`, `290..` or `290..300`, both ends inclusive.
fn record_count(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let last = if last.is_empty() {
        Ok(usize::MAX)
    } else {
        last.parse()
    };
    match (first.parse(), last) {
        (Ok(first), Ok(last)) if first <= last => Ok(first..=last),
        _ => Err("expected a number of records: 293, 290.. or 290..300".to_owned()),
    }
}

/// Refuses addresses that are no web address, such as `javascript:`, which a browser would run.
fn web_address(url: &str) -> Result<String, String> {
    if url.is_empty() || is_web_address(url) {
        return Ok(url.to_owned());
    }
    Err("expected an address that starts with https:// or http://".to_owned())
}

pub(crate) fn is_web_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|it| it.eq_ignore_ascii_case("https") || it.eq_ignore_ascii_case("http"))
}

fn range_width(text: &str) -> Result<usize, String> {
    match text {
        "all" => Ok(1 << 16),
        text => text
            .parse()
            .map(NonZeroUsize::get)
            .map_err(|_| "expected a number from 1, or all".to_owned()),
    }
}
