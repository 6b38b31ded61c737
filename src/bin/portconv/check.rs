//! `--check`: which files are out of date, and how.

use std::io;
use std::path::Path;

use portconv::dataset::Dataset;
use portconv::diff::Differences;
use portconv::emit::Emitter;

use crate::error::Error;
use crate::escape;
use crate::input;
use crate::output;
use crate::place::shown;
use crate::plan::Plan;
use crate::plan::outputs::{Output, Outputs};
use crate::report::{self, Finding, Form, differences};
use crate::say;
use crate::transaction::Folders;

/// The most changes of one file that are listed without `-v`.
const MOST: usize = 20;

/// The most characters of a line that differs.
const MOST_CHARACTERS: usize = 200;

/// A file that is not what the input makes.
struct Outdated {
    finding: Finding,
    differences: Option<Differences>,
}

/// What a check found.
#[derive(Default)]
struct Checked {
    outdated: Vec<Outdated>,
    /// Files whose content is current, though their bytes are not.
    remarks: Vec<String>,
}

/// Compares the files with what the dataset makes, and prints what differs behind other findings. Returns true
/// if every file is current.
pub(crate) fn run(plan: &Plan, dataset: &Dataset, findings: Vec<Finding>) -> Result<bool, Error> {
    let Outputs::Files(files) = &plan.outputs else {
        return Ok(true);
    };
    let targets: Vec<_> = files
        .iter()
        .map(|file| file.place.target.as_path())
        .collect();
    let others_wait = Folders::share(&targets, plan.is_quiet());
    let checked = compare(files, dataset)?;
    drop(others_wait);
    let is_current = checked.outdated.is_empty();
    print(plan, checked, findings)?;
    Ok(is_current)
}

fn compare(files: &[Output], dataset: &Dataset) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    for Output { place, emitter } in files {
        let (path, emitter) = (&place.path, &**emitter);
        let made = output::emit(emitter, dataset)?;
        match input::contents(path) {
            Ok(current) if current == made => {}
            Ok(current) if emitter.is_same(&current, &made) => {
                let path = shown(path);
                let remark = format!("{path}: the bytes differ, the content is the same");
                checked.remarks.push(remark);
            }
            Ok(current) => checked.compare(path, emitter, &current, &made),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                checked.push(path, "the file is missing".to_owned(), None);
            }
            Err(error) => {
                return Err(Error::Read {
                    path: shown(path),
                    error,
                });
            }
        }
    }
    Ok(checked)
}

impl Checked {
    fn compare(&mut self, path: &Path, emitter: &dyn Emitter, current: &[u8], made: &[u8]) {
        let name = emitter.format().name;
        match (emitter.read(current), emitter.read(made)) {
            (Ok(Some(old)), Ok(Some(new))) => {
                let differences = Differences::between(&old, &new);
                if differences.is_empty() && differences.moved == 0 {
                    let message = "the records are the same, but not the rest of the file";
                    self.push(path, message.to_owned(), None);
                } else {
                    let message = "the file is out of date".to_owned();
                    self.push(path, message, Some(differences));
                }
            }
            (Err(error), _) => {
                let message =
                    format!("the file is damaged, or not a {name} file of portconv: {error}");
                self.push(path, message, None);
            }
            _ => {
                let message = format!(
                    "the file is out of date, {}",
                    first_difference(current, made)
                );
                self.push(path, message, None);
            }
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

/// The first line that differs, in both states.
fn first_difference(current: &[u8], made: &[u8]) -> String {
    let lines = |bytes| <[u8]>::split(bytes, |&byte| byte == b'\n');
    let (mut old, mut new) = (lines(current), lines(made));
    for line in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let text = |line: Option<&[u8]>| {
                    let line = line.map(String::from_utf8_lossy).unwrap_or_default();
                    line.chars().take(MOST_CHARACTERS).collect::<String>()
                };
                let (old, new) = (text(old), text(new));
                return format!("from line {line} on: {old:?} should be {new:?}");
            }
        }
    }
    "at its end".to_owned()
}

/// Prints which files are outdated, and how.
fn print(plan: &Plan, checked: Checked, mut findings: Vec<Finding>) -> Result<(), Error> {
    for remark in &checked.remarks {
        say::styled(format!("{}\n", escape::line(remark)).as_bytes());
    }
    match plan.form {
        Form::Human => {
            report::print(plan, &findings)?;
            let most = if plan.is_verbose() { usize::MAX } else { MOST };
            print_for_people(plan, &checked, most)
        }
        Form::Json => {
            report::print(plan, &findings)?;
            for Outdated {
                finding,
                differences,
            } in &checked.outdated
            {
                report::print(plan, std::slice::from_ref(finding))?;
                let mut lines = Vec::new();
                if let Some(found) = differences {
                    say::written(differences::json(found, Some(&finding.path), &mut lines))?;
                }
                say::data(&lines)?;
            }
            Ok(())
        }
        Form::Github | Form::Sarif => {
            // One log for all.
            findings.extend(checked.outdated.into_iter().map(Outdated::into_finding));
            report::print(plan, &findings)
        }
    }
}

/// Lists the differences of one file only, where others differ in the same way.
fn print_for_people(plan: &Plan, checked: &Checked, most: usize) -> Result<(), Error> {
    let mut listed: Vec<&Differences> = Vec::new();
    for Outdated {
        finding,
        differences,
    } in &checked.outdated
    {
        report::print(plan, std::slice::from_ref(finding))?;
        let Some(differences) = differences else {
            continue;
        };
        let mut text = Vec::new();
        if listed.contains(&differences) {
            text.extend(b"  in the same way\n");
        } else {
            say::written(differences::text(differences, most, &mut text))?;
            listed.push(differences);
        }
        say::styled(&text);
    }
    Ok(())
}

impl Outdated {
    /// The finding, with its differences in the message.
    fn into_finding(self) -> Finding {
        let Self {
            mut finding,
            differences,
        } = self;
        let mut list = Vec::new();
        let listed = differences.map(|found| differences::text(&found, MOST, &mut list));
        if let Some(Ok(())) = listed {
            finding.message.push_str(":\n");
            let list = String::from_utf8_lossy(&list);
            finding.message.push_str(list.trim_end());
        }
        finding
    }
}
