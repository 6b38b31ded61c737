//! Does the work grow as the input does? Processor time of whole runs at 1, 2 and 4 times an input, and the memory
//! that the last of them takes, in times the input.
//!
//! `cargo bench --bench growth` tries every shape, `cargo bench --bench growth -- links` those with that word.
//!
//! Each shape is one that hurts programs that search a list for each item, or copy what they hold for each
//! step. Its size is doubled until a run takes long enough to be measured. Linear work takes 4 times as long for
//! 4 times the input, sorting a little more, and work that is quadratic 16 times: what takes more than 6 times
//! as long is marked, and the bench fails.

mod support;

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use nix::sys::resource::UsageWho;
use tempfile::TempDir;

/// A run shorter than this is mostly start.
const SHORTEST: Duration = Duration::from_millis(150);
/// What 4 times the input may take, in times.
const MOST: f64 = 6.0;
const ALL: &str =
    "json,yaml,csv,sqlite,services,schema,datapackage,datasette,ndjson,nmap,wireshark,html";

/// An input of any size, and the runs that read it.
struct Shape {
    name: &'static str,
    /// The text of so many items.
    text: fn(usize) -> String,
    runs: &'static [&'static str],
}

const fn shape(
    name: &'static str,
    text: fn(usize) -> String,
    runs: &'static [&'static str],
) -> Shape {
    Shape { name, text, runs }
}

// The runs of a shape: `FILES` are all formats in a new folder; `OLD` is the same input with other words. What
// stands in front of a `;` is done before, and not measured.
const FILES: &[&str] = &["IN FILES"];
const MESSAGES: &[&str] = &[
    "IN -f csv -o out/ -v",
    "IN -f csv -o out/ -v --message-format json",
    "IN -f csv -o out/ -v --message-format github",
    "IN -f csv -o out/ -v --message-format sarif",
];
const COMPARED: &[&str] = &[
    "IN FILES",
    "diff OLD IN",
    "diff OLD IN --message-format markdown",
    "diff OLD IN --message-format json",
    "OLD FILES ; IN FILES --check",
    "OLD FILES ; IN FILES --check --message-format sarif",
    "lookup 0-65535 -f IN",
    "lookup word --json -f IN",
    "lookup wrod -f IN",
    "lookup --free 0-65535 -f IN",
    "facts names IN",
    "facts update IN --names NAMES",
    "IN -f csv -o out/ --names NAMES",
];
const WIKITEXT: &[&str] = &["IN --from wikitext FILES"];
const EACH_FORMAT: &[&str] = &[
    "IN -f json -o out/",
    "IN -f yaml -o out/",
    "IN -f csv -o out/",
    "IN -f sqlite -o out/",
    "IN -f services -o out/",
    "IN -f ndjson -o out/",
    "IN -f nmap -o out/",
    "IN -f wireshark -o out/",
    "IN -f html -o out/",
];

const SHAPES: &[Shape] = &[
    shape(
        "rows",
        |n| rows(n, |at| row(at, &format!("Service {at}"))),
        EACH_FORMAT,
    ),
    shape(
        "records of one port, alike",
        |n| rows(n, |_| row(7, "the same word")),
        COMPARED,
    ),
    shape(
        "records of one port, each with words of its own",
        |n| rows(n, |at| row(7, &format!("word {at}"))),
        COMPARED,
    ),
    shape(
        "ports of all numbers",
        |n| rows(n, |at| row(at, &format!("word {at}"))),
        COMPARED,
    ),
    shape(
        "clashes of names",
        |n| rows(n, |at| row(at, "echo (the same for all)")),
        FILES,
    ),
    shape(
        "the title of the page on one line",
        |n| {
            rows(1, |_| {
                row(7, &"List of TCP and UDP port numbers ".repeat(n))
            })
        },
        FILES,
    ),
    shape(
        "tables with headers of their own",
        |n| {
            lines(n, |at| {
                format!(
                    "| Port | TCP | Use | Owner {at} |\n|--|--|--|--|\n| 7 | Yes | word | me |\n\n"
                )
            })
        },
        &["IN -f html -o out/"],
    ),
    shape(
        "links in one markdown cell",
        |n| rows(1, |_| row(7, &"[a](http://b/c \"d\") ".repeat(n))),
        FILES,
    ),
    shape(
        "links in one HTML cell",
        |n| html(&"<a href=\"http://b/c\">d</a> ".repeat(n)),
        FILES,
    ),
    shape(
        "citations of one cell",
        |n| {
            rows(1, |_| {
                row(
                    7,
                    &"[[1]](https://en.wikipedia.org/wiki/P#cite_note-a-1)".repeat(n),
                )
            })
        },
        FILES,
    ),
    shape(
        "footnotes, each defined",
        |n| {
            let definitions = lines(n, |at| format!("[^{at}]: http://a/{at}"));
            rows(n, |at| row(at, &format!("word[^{at}]"))) + "\n" + &definitions
        },
        FILES,
    ),
    shape(
        "footnotes, none defined",
        |n| rows(n, |at| row(at, &format!("word[^{at}]"))),
        MESSAGES,
    ),
    shape(
        "tables of one row",
        |n| lines(n, |at| rows(1, |_| row(at, "word"))),
        FILES,
    ),
    shape(
        "tables of one row in HTML",
        |n| lines(n, |_| html("word")),
        FILES,
    ),
    shape(
        "words that are no status",
        |n| {
            rows(n, |at| {
                format!("| {} | Perhaps {at} | No | word |", port(at))
            })
        },
        MESSAGES,
    ),
    shape(
        "ports that are none",
        |n| rows(n, |_| "| 99999 | Yes | No | word |".to_owned()) + &row(7, "word"),
        MESSAGES,
    ),
    shape(
        "control characters",
        |n| rows(1, |_| row(7, &"a\u{1b}".repeat(n))),
        MESSAGES,
    ),
    shape(
        "references to control characters",
        |n| rows(1, |_| row(7, &"a&#x1b;".repeat(n))),
        FILES,
    ),
    shape(
        "text encoded twice",
        |n| rows(1, |_| row(7, &"a â€“ b ".repeat(n))),
        MESSAGES,
    ),
    shape(
        "ranges",
        |n| {
            rows(n, |at| {
                format!("| {}-{} | Yes | No | word |", port(at), port(at) + 9)
            })
        },
        FILES,
    ),
    shape(
        "a list of ports in one cell",
        |n| {
            let list = (0..n).map(|at| port(at).to_string()).collect::<Vec<_>>();
            rows(1, |_| format!("| {} | Yes | No | word |", list.join(", ")))
        },
        FILES,
    ),
    shape(
        "a list of ports beside a long description",
        |n| {
            let list = (0..n).map(|at| port(at).to_string()).collect::<Vec<_>>();
            let (list, words) = (list.join(", "), "word ".repeat(n));
            rows(1, |_| format!("| {list} | Yes | No | {words} |"))
        },
        FILES,
    ),
    shape(
        "a long cell over all rows",
        |n| {
            let rows = lines(n, |at| format!("<tr><td>{}<td>Yes", port(at)));
            let words = format!("<td rowspan={n}>{}", "word ".repeat(n));
            let header = "<table><tr><th>Port<th>TCP<th>Description</tr>\n";
            header.to_owned() + &rows.replacen('\n', &(words + "\n"), 1) + "</table>\n"
        },
        FILES,
    ),
    shape(
        "columns",
        |n| {
            let line = |start: &str, cell: fn(usize) -> String| {
                format!("{start}{}|\n", (0..n).map(cell).collect::<String>())
            };
            line("| Port | Description ", |at| format!("| a{at} "))
                + &line("|--|--", |_| "|--".to_owned())
                + &line("| 7 | word ", |at| format!("| b{at} "))
        },
        FILES,
    ),
    shape(
        "links to pages that are missing",
        |n| {
            rows(n, |at| {
                row(at, "[a](http://b/w/index.php?title=A&redlink=1)")
            })
        },
        FILES,
    ),
    shape(
        "statuses with a meaning",
        |n| {
            let meanings = lines(n, |at| format!("| Status {at} | means {at} |"));
            let legend = "\n| Cell | Description |\n|--|--|\n".to_owned() + &meanings;
            legend
                + &rows(n, |at| {
                    format!("| {} | Status {at} | No | word |", port(at))
                })
        },
        FILES,
    ),
    shape("brackets", |n| rows(1, |_| row(7, &"[".repeat(n))), FILES),
    shape(
        "words that look cited",
        |n| rows(1, |_| row(7, "word")) + &row(8, &"a[1]".repeat(n)),
        FILES,
    ),
    shape(
        "rows of one character",
        |n| format!("|Port|TCP|\n|-|-|\n|7|Yes|\n{}", "1\n".repeat(n)),
        FILES,
    ),
    shape(
        "tables that hold no ports",
        |n| rows(1, |_| row(7, "word")) + &"\n|a|\n|-|\n".repeat(n),
        FILES,
    ),
    shape(
        "emphasis",
        |n| rows(1, |_| row(7, &"*a _b ".repeat(n))),
        FILES,
    ),
    shape(
        "code",
        |n| {
            rows(1, |_| {
                row(
                    7,
                    &(1..n.isqrt())
                        .map(|at| "`".repeat(at) + "a ")
                        .collect::<String>(),
                )
            })
        },
        FILES,
    ),
    shape("elements in elements", |n| html(&"<div>".repeat(n)), FILES),
    shape(
        "tables in tables",
        |n| html(&"<table><tr><td>".repeat(n)),
        FILES,
    ),
    shape(
        "tables below a long heading",
        |n| format!("# {}\n\n", "word ".repeat(n)) + &lines(n, |at| rows(1, |_| row(at, "word"))),
        FILES,
    ),
    shape(
        "ports without an end in one cell",
        |n| {
            let ports: Vec<_> = (0..n).map(|at| format!("{}+", port(at))).collect();
            rows(1, |_| format!("| {} | Yes | | word |\n", ports.join(",")))
        },
        FILES,
    ),
    shape(
        "quotes in quotes",
        |n| ">".repeat(n) + "\n\n" + &rows(1, |_| row(7, "word")),
        FILES,
    ),
    shape(
        "facts about names",
        |n| {
            let header = "first_port,last_port,protocols,description,name,aliases\n".to_owned();
            header + &lines(n, |at| format!("7,7,tcp,word {at},name-{at},"))
        },
        &["PORTS -f csv -o out/ --names IN"],
    ),
    shape(
        "facts about rows that are gone",
        |n| {
            let header = "first_port,last_port,protocols,description,name,aliases\n".to_owned();
            header
                + &lines(2 * n, |at| {
                    format!("7,7,tcp,{} {at},name-{at},", ["word", "gone"][at % 2])
                })
        },
        &[
            "PORTS -f csv -o out/ --names IN",
            "facts update PORTS --names IN",
        ],
    ),
    shape(
        "facts about blank cells",
        |n| {
            let header = "first_port,last_port,description,udp\n".to_owned();
            header + &lines(n, |at| format!("7,7,word {at},blank"))
        },
        &["PORTS -f csv -o out/ --blank-cells IN"],
    ),
    shape(
        "a registry with names of one port",
        |n| lines(n, |at| format!("name-{at} 7/tcp")),
        &["PORTS -f csv -o out/ --registry IN"],
    ),
    shape(
        "a registry of nested ranges",
        |n| {
            let header = "Service Name,Port Number,Transport Protocol,Description\n".to_owned();
            header + &lines(n, |at| format!("name-{at},{}-65535,tcp,", at % 8))
        },
        &["PORTS -f csv -o out/ --registry IN"],
    ),
    shape(
        "facts about parts of ranges",
        |n| {
            let header = "first_port,last_port,protocols,description,name,aliases\n".to_owned();
            header + &lines(n, |at| format!("{0},{0},,word {at},name-{at},", port(at)))
        },
        &["RANGES -f csv -o out/ --names IN"],
    ),
    shape(
        "a file of nmap",
        |n| lines(n, |at| format!("name-{at}\t{}/tcp\t0.1", port(at))),
        &["PORTS -f nmap -o out/ --merge IN"],
    ),
    shape(
        "a services file",
        |n| lines(n, |at| format!("name-{at}\t{}/tcp", port(at))),
        &[
            "PORTS -f services -o out/ --merge IN",
            "--builtin -f services -o out/ --merge IN",
        ],
    ),
    shape(
        "rows over the compiled ones",
        |n| rows(n, |at| row(at, "word")),
        &["--builtin IN -f csv -o out/"],
    ),
    shape(
        "columns of tables of their own",
        |n| {
            lines(n, |at| {
                format!(
                    "| Port | TCP | Use | Owner {at} |\n|--|--|--|--|\n| 7 | Yes | word | me |\n\n"
                )
            })
        },
        &["IN -f csv -o out/ -v"],
    ),
    shape(
        "rows of wikitext",
        |n| {
            let row = |at| format!("|-\n| {} || Yes || No || word {at}", port(at));
            "{| class=wikitable\n! Port !! TCP !! UDP !! Description\n".to_owned()
                + &lines(n, row)
                + "|}\n"
        },
        WIKITEXT,
    ),
    shape(
        "templates in one cell of wikitext",
        |n| wikitext(&"{{a|b}} ".repeat(n)),
        WIKITEXT,
    ),
    shape(
        "templates in templates",
        |n| wikitext(&"{{a|".repeat(n)),
        WIKITEXT,
    ),
    shape(
        "links in links of wikitext",
        |n| wikitext(&"[[a|[b ".repeat(n)),
        WIKITEXT,
    ),
    shape("apostrophes", |n| wikitext(&"''a'''b ".repeat(n)), WIKITEXT),
    shape(
        "tables in tables of wikitext",
        |n| wikitext(&"\n{|\n| a\n".repeat(n)),
        WIKITEXT,
    ),
    shape(
        "rows of a grid table",
        |n| {
            let rule = "+-------+-----+------------+\n";
            let row = |at| format!("| {:<5} | Yes | {:<10} |\n{rule}", port(at), at);
            let head = "| Port  | TCP | Use        |\n+=======+=====+============+\n";
            rule.to_owned() + head + &lines(n, row).replace("\n\n", "\n")
        },
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "grid tables of one column",
        |n| PORTS.to_owned() + "\n" + &"+-+\n".repeat(n),
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "lines of two grid tables in turn",
        |n| PORTS.to_owned() + "\n" + &"+-+-+\n+--+-+\n".repeat(n),
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "blank lines of reStructuredText",
        |n| format!("{PORTS}\na\n{}b\n", "\n".repeat(n)),
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "rows of a simple table",
        |n| {
            let rule = "===== === ==========\n";
            let row = |at| format!("{:<5} Yes {at}", port(at));
            format!("{rule}Port  TCP Use\n{rule}{}{rule}", lines(n, row))
        },
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "columns and rows of a simple table",
        |n| {
            let rule = "==== === ".to_owned() + &"= ".repeat(n);
            let rows = "1    Yes\n".repeat(n);
            format!("{rule}\nPort TCP\n{rule}\n{rows}{rule}\n")
        },
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "rows of a list-table",
        |n| {
            let row = |at| format!("   * - {}\n     - Yes\n     - word {at}", port(at));
            let head =
                ".. list-table::\n   :header-rows: 1\n\n   * - Port\n     - TCP\n     - Use\n";
            head.to_owned() + &lines(n, row)
        },
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "commas of a csv-table",
        |n| {
            let head = ".. csv-table::\n   :header: Port, TCP\n\n   1, Yes\n   ";
            head.to_owned() + &",".repeat(n)
        },
        &["IN --from rst -f csv -o out/"],
    ),
    shape(
        "cells that html2text breaks",
        |n| {
            let row = |at| format!("{}| Yes| word  \nmore {at}  ", port(at));
            "Port| TCP| Use  \n---|---|---  \n".to_owned() + &lines(n, row)
        },
        &["IN -f csv -o out/"],
    ),
    shape(
        "a template",
        |n| rows(n, |at| row(at, "word")),
        &["IN --template TEMPLATE -o out/"],
    ),
];

/// So many rows below a header.
fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    "\n| Port | TCP | UDP | Description |\n|--|--|--|--|\n".to_owned() + &lines(count, row)
}

fn row(port_like: usize, description: &str) -> String {
    format!("| {} | Yes | No | {description} |", port(port_like))
}

/// Ports of all numbers, again and again.
fn port(at: usize) -> usize {
    at % 65_000 + 1
}

/// A table, so that there is one in a text of anything else.
const PORTS: &str = "===== ===\nPort  TCP\n===== ===\n7     Yes\n===== ===\n";

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = writeln!(text, "{}", line(at));
        text
    })
}

/// A table in HTML whose one description is this.
fn html(description: &str) -> String {
    format!(
        "\n<table><tr><th>Port<th>TCP<th>UDP<th>Description</tr>\n<tr><td>7<td>Yes<td>No<td>{description}</table>\n"
    )
}

/// A table in wikitext whose one description is this.
fn wikitext(description: &str) -> String {
    format!(
        "{{|\n! Port !! TCP !! UDP !! Description\n|-\n| 7 || Yes || No || {description}\n|}}\n"
    )
}

fn main() -> ExitCode {
    let word = std::env::args()
        .skip(1)
        .find(|word| !word.starts_with('-'))
        .unwrap_or_default();
    println!(
        "| shape | run | items | time | twice | 4 times | memory | |\n|---|---|---|---|---|---|---|---|"
    );
    let mut is_linear = true;
    for shape in SHAPES.iter().filter(|shape| shape.name.contains(&word)) {
        for run in shape.runs {
            is_linear &= is_run_linear(shape, run);
        }
    }
    if is_linear {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn is_run_linear(shape: &Shape, run: &str) -> bool {
    let mut items = 500;
    let once = loop {
        let time = Trial::new(shape, run, items).time();
        if time >= SHORTEST || items > 1 << 24 {
            break time;
        }
        items *= 2;
    };
    let times = |trial: &Trial| trial.time().as_secs_f64() / once.as_secs_f64();
    let twice = times(&Trial::new(shape, run, 2 * items));
    let trial = Trial::new(shape, run, 4 * items);
    let fourfold = times(&trial);
    let mark = if fourfold > MOST {
        "more than linear"
    } else {
        ""
    };
    println!(
        "| {} | `{run}` | {items} | {once:.0?} | {twice:.1} | {fourfold:.1} | {} | {mark} |",
        shape.name,
        trial.memory()
    );
    fourfold <= MOST
}

/// A run beside an input of so many items.
struct Trial {
    folder: TempDir,
    /// The kibibytes of the input.
    size: f64,
    /// What is done before the run, and not measured.
    before: String,
    run: String,
    names: String,
}

impl Trial {
    fn new(shape: &Shape, run: &str, items: usize) -> Self {
        let text = (shape.text)(items);
        let former = |at| format!("{0},{0},,former {at},name-{at},", port(at));
        let head = "first_port,last_port,protocols,description,name,aliases\n";
        let (before, run) = run.split_once(" ; ").unwrap_or(("", run));
        let all = |run: &str| run.replace("FILES", &format!("-f {ALL} -o out/"));
        let trial = Self {
            folder: tempfile::tempdir().expect("a folder"),
            size: f64::from(u32::try_from(text.len()).expect("less than 4 GiB")) / 1024.0,
            before: all(before),
            run: all(run),
            names: head.to_owned() + &lines(items, former),
        };
        trial.write("OLD", &text.replace("word", "former"));
        trial.write("IN", &text);
        trial.write(
            "PORTS",
            &rows(items, |at| format!("| 7 | Yes | | word {at} |")),
        );
        let wide = |at| format!("| 0-65535 | Yes | No | word {at} |");
        trial.write("RANGES", &rows(500, wide));
        let template = "{% for record in records %}{{ record.description }}\n{% endfor %}";
        trial.write("TEMPLATE", template);
        trial
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("a file");
    }

    /// The run, after what is done before it.
    fn command(&self) -> Command {
        let _ = fs::remove_dir_all(self.folder.path().join("out"));
        self.write("NAMES", &self.names);
        let command = |arguments: &str| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_portconv"));
            let command_in_folder = command.current_dir(self.folder.path());
            command_in_folder
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.args(arguments.split(' '));
            command
        };
        if !self.before.is_empty() {
            let _ = command(&self.before).status();
        }
        command(&self.run)
    }

    /// The least processor time of three runs.
    fn time(&self) -> Duration {
        let times = (0..3).map(|_| {
            let mut command = self.command();
            let time = support::timed(UsageWho::RUSAGE_CHILDREN, || {
                let status = command.status().expect("a program");
                assert!(status.code().is_some_and(|code| code < 2), "{}", self.run);
            });
            time.processor
        });
        times.min().expect("three runs")
    }

    /// What a run takes, in times the input.
    fn memory(&self) -> String {
        let times = |kibibytes: f64| format!("{:.0}", kibibytes / self.size);
        support::peak_memory(&self.command()).map_or("not measured".to_owned(), times)
    }
}
