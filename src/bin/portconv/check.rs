//! `--check` and `portconv diff`: what differs, without writing anything.

use std::io::{self, Write};
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::diff::{Contents, Differences};
use portconv::emit::{self, Emitter};
use portconv::{Options, Source, convert};

use crate::cli::{Diff, DiffForm};
use crate::error::Error;
use crate::escape;
use crate::input;
use crate::output::{OneFile, render};
use crate::report::{self, Finding, Form, differences};
use crate::say::{said, shown};

/// The most changes of one file that are listed without `-v`.
const MOST: usize = 20;

/// A file that is not what the input makes.
pub(crate) struct Outdated {
    finding: Finding,
    differences: Option<Differences>,
}

/// What a check found.
#[derive(Default)]
pub(crate) struct Checked {
    pub(crate) outdated: Vec<Outdated>,
    /// Files whose content is current, though their bytes are not.
    pub(crate) remarks: Vec<String>,
}

/// Compares the files with what the dataset makes.
pub(crate) fn check(files: &[OneFile<'_>], dataset: &Dataset) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    for (path, emitter) in files {
        let made = render(*emitter, dataset)?;
        let current = match input::contents(path) {
            Ok(current) => current,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                checked.push(path, "the file is missing".to_owned(), None);
                continue;
            }
            Err(error) => {
                return Err(Error::Read {
                    path: shown(path),
                    error,
                });
            }
        };
        if current != made {
            checked.compare(path, *emitter, &current, &made);
        }
    }
    Ok(checked)
}

impl Checked {
    fn compare(&mut self, path: &Path, emitter: &dyn Emitter, current: &[u8], made: &[u8]) {
        let read = |bytes| emitter.read(bytes);
        match (read(current), read(made)) {
            (Ok(Some(old)), Ok(Some(new))) => {
                let differences = Differences::between(old, new);
                if !differences.is_empty() || differences.moved > 0 {
                    self.push(
                        path,
                        "the file differs from what the input makes".to_owned(),
                        Some(differences),
                    );
                } else if emitter.format().is_binary {
                    let path = shown(path);
                    self.remarks
                        .push(format!("{path}: the bytes differ, the content is the same"));
                } else {
                    self.push(
                        path,
                        "the bytes differ, the content is the same".to_owned(),
                        None,
                    );
                }
            }
            (Err(error), _) => {
                let message = format!(
                    "the file is damaged, or no {} of portconv: {error}",
                    emitter.format().name
                );
                self.push(path, message, None);
            }
            _ => self.push(path, first_difference(current, made), None),
        }
    }

    fn push(&mut self, path: &Path, message: String, differences: Option<Differences>) {
        let finding = Finding::not_current(shown(path), message);
        self.outdated.push(Outdated {
            finding,
            differences,
        });
    }
}

/// For formats that cannot be read back: the first line that differs.
fn first_difference(current: &[u8], made: &[u8]) -> String {
    let lines = |bytes: &[u8]| {
        bytes
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let (current, made) = (lines(current), lines(made));
    let same = current
        .iter()
        .zip(&made)
        .take_while(|(a, b)| a == b)
        .count();
    format!(
        "the file differs from what the input makes, from line {}",
        same + 1
    )
}

/// Prints which files are outdated, and how.
pub(crate) fn print(checked: Checked, form: Form, verbose: bool) -> io::Result<()> {
    for remark in &checked.remarks {
        writeln!(anstream::stderr(), "{}", escape::line(remark))?;
    }
    match form {
        Form::Human => print_for_people(&checked, if verbose { usize::MAX } else { MOST }),
        Form::Json => checked.outdated.iter().try_for_each(
            |Outdated {
                 finding,
                 differences,
             }| {
                report::print(std::slice::from_ref(finding), form, false)?;
                let json =
                    |found| differences::json(found, Some(&finding.path), &mut io::stdout().lock());
                differences.as_ref().map_or(Ok(()), json)
            },
        ),
        Form::Github | Form::Sarif => report::print(&checked.into_findings(), form, false),
    }
}

/// Lists the differences of one file only, where others differ in the same way.
fn print_for_people(checked: &Checked, most: usize) -> io::Result<()> {
    let mut shown: Vec<&Differences> = Vec::new();
    for Outdated {
        finding,
        differences,
    } in &checked.outdated
    {
        report::print(std::slice::from_ref(finding), Form::Human, false)?;
        let Some(differences) = differences else {
            continue;
        };
        let mut out = anstream::stderr().lock();
        if shown.contains(&differences) {
            writeln!(out, "  in the same way")?;
        } else {
            differences::text(differences, most, &mut out)?;
            shown.push(differences);
        }
    }
    Ok(())
}

impl Checked {
    /// The findings, each with its differences in the message.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.outdated
            .into_iter()
            .map(Outdated::into_finding)
            .collect()
    }
}

impl Outdated {
    fn into_finding(self) -> Finding {
        let Self {
            mut finding,
            differences,
        } = self;
        let mut list = Vec::new();
        let listed = differences.map(|found| differences::text(&found, MOST, &mut list));
        if let Some(Ok(())) = listed {
            finding.message.push_str(":\n");
            finding
                .message
                .push_str(String::from_utf8_lossy(&list).trim_end());
        }
        finding
    }
}

/// Compares two inputs and prints what differs. Returns whether anything does.
pub(crate) fn diff(arguments: &Diff) -> Result<bool, Error> {
    let options = input::options(&arguments.facts)?;
    let old = contents(&arguments.old, &options)?;
    let new = contents(&arguments.new, &options)?;
    let differences = Differences::between(old, new);
    let mut out = anstream::stdout().lock();
    let printed = match arguments.message_format {
        DiffForm::Human => differences::text(&differences, usize::MAX, &mut out),
        DiffForm::Markdown => differences::markdown(&differences, &mut out),
        DiffForm::Json => differences::json(&differences, None, &mut out),
    };
    said(printed)?;
    Ok(!differences.is_empty())
}

/// What a table, a folder of tables or a `ports.json` says of ports.
fn contents(path: &Path, options: &Options) -> Result<Contents, Error> {
    let json =
        emit::by_name("json").ok_or_else(|| Error::Usage("there is no format json".to_owned()))?;
    let paths = input::files(path)?;
    let sources = paths.iter().map(|path| input::source(path));
    let sources: Vec<_> = sources.collect::<Result<_, _>>()?;
    let is_json = |source: &Source| source.text().trim_start().starts_with('{');
    let bytes = if let [source] = &sources[..]
        && is_json(source)
    {
        source.text().as_bytes().to_vec()
    } else {
        let conversion = convert(&sources, options);
        input::require_port_table(&conversion, &sources)?;
        render(json, &conversion.dataset)?
    };
    let foreign = |message| Error::Usage(format!("{}: no ports.json: {message}", shown(path)));
    let contents = json.read(&bytes).map_err(foreign)?;
    Ok(contents.unwrap_or_default().without_sources())
}
