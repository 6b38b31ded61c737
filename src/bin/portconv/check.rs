//! `--check`: what changed, said once, and which files are out of date.

use std::collections::{HashMap, HashSet};
use std::io;

use portconv::dataset::{Dataset, Record};
use portconv::diff::{Change, Differences};
use portconv::emit::Emitter;

use crate::error::Error;
use crate::escape;
use crate::input::{self, Tables};
use crate::output;
use crate::place::shown;
use crate::plan::Plan;
use crate::plan::outputs::{Output, Outputs};
use crate::report::{self, Finding, Form, Place, differences};
use crate::say;
use crate::transaction::Folders;

/// The most changes that people are shown without `-v`.
const MOST: usize = 20;

/// The most characters of a line that differs.
const MOST_CHARACTERS: usize = 200;

/// What a check found.
#[derive(Default)]
struct Checked {
    /// The changes of all files, each once.
    changes: Vec<Change>,
    /// The changes as lines.
    known: HashSet<String>,
    /// The most records of one file that say the same on another line of the source.
    moved: usize,
    /// The files that are not what the input makes, and why.
    outdated: Vec<(String, String)>,
    /// Files whose content is current, though their bytes are not.
    remarks: Vec<String>,
}

/// Compares the files with what the dataset makes, and prints what differs behind other findings. Returns true
/// if every file is current.
pub(crate) fn run(
    plan: &Plan,
    tables: &Tables,
    dataset: &Dataset,
    mut findings: Vec<Finding>,
) -> Result<bool, Error> {
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
    for remark in &checked.remarks {
        say::styled(format!("{}\n", escape::line(remark)).as_bytes());
    }
    let changes = Changes::new(&checked.changes, tables, dataset);
    match plan.form {
        Form::Human => {
            report::print(plan, &findings)?;
            changes.print_lines(checked.moved, plan.is_verbose());
            report::print(plan, &checked.files(plan))?;
        }
        Form::Json => {
            report::print(plan, &findings)?;
            changes.print_json()?;
            report::print(plan, &checked.files(plan))?;
        }
        Form::Github | Form::Sarif => {
            // One log for all.
            findings.extend(changes.findings());
            findings.extend(checked.files(plan));
            report::print(plan, &findings)?;
        }
    }
    Ok(checked.outdated.is_empty())
}

fn compare(files: &[Output], dataset: &Dataset) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    for Output { place, emitter } in files {
        let (path, emitter) = (shown(&place.path), &**emitter);
        let made = output::emit(emitter, dataset)?;
        match input::contents(&place.path) {
            Ok(current) if current == made => {}
            Ok(current) if emitter.is_same(&current, &made) => {
                let remark = format!("{path}: the bytes differ, the content is the same");
                checked.remarks.push(remark);
            }
            Ok(current) => {
                let why = checked.compare(emitter, &current, &made);
                checked.outdated.push((path, why));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let why = "the file is missing".to_owned();
                checked.outdated.push((path, why));
            }
            Err(error) => return Err(Error::Read { path, error }),
        }
    }
    Ok(checked)
}

impl Checked {
    /// Notes what changed, and says what is the matter with the file.
    fn compare(&mut self, emitter: &dyn Emitter, current: &[u8], made: &[u8]) -> String {
        let name = emitter.format().name;
        match (emitter.read(current), emitter.read(made)) {
            (Ok(Some(old)), Ok(Some(new))) => {
                let Differences { mut changes, moved } = Differences::between(&old, &new);
                // Of an input that was edited, the hash is the least that there is to say.
                if !changes.iter().all(is_of_source) {
                    changes.retain(|change| !is_of_source(change));
                }
                if changes.is_empty() && moved == 0 {
                    return "the records are the same, but not the rest of the file".to_owned();
                }
                self.moved = self.moved.max(moved);
                for change in changes {
                    if self.known.insert(differences::line(&change)) {
                        self.changes.push(change);
                    }
                }
                "the file is out of date".to_owned()
            }
            (Err(error), _) => {
                format!("the file is damaged, or not a {name} file of portconv: {error}")
            }
            _ => {
                let first = first_difference(current, made);
                format!("the file is out of date, {first}")
            }
        }
    }

    /// The files that are out of date, and for programs what brings them up to date.
    fn files(&self, plan: &Plan) -> Vec<Finding> {
        let finding = |(path, why): &(String, String)| {
            let message = match plan.form {
                Form::Human => why.clone(),
                _ => format!("{why}; to bring it up to date: {}", plan.mending),
            };
            Finding::not_current(path.clone(), None, message)
        };
        self.outdated.iter().map(finding).collect()
    }
}

fn is_of_source(change: &Change) -> bool {
    matches!(change, Change::Changed { key, .. } if key.starts_with("sources "))
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

/// Changes, each where the input was edited.
struct Changes<'c> {
    all: &'c [Change],
    tables: &'c Tables,
    /// The records of the new state by what they are called.
    records: HashMap<&'c str, &'c Record>,
}

impl<'c> Changes<'c> {
    fn new(changes: &'c [Change], tables: &'c Tables, dataset: &'c Dataset) -> Self {
        let records = dataset.records.iter().filter(|_| !changes.is_empty());
        let records = records.map(|record| (record.id.as_str(), record)).collect();
        Self {
            all: changes,
            tables,
            records,
        }
    }

    /// The path of the input that a change is in, and its line there. What was removed has none.
    fn place(&self, change: &Change) -> (String, Option<Place>) {
        let record = match change {
            Change::Added { key, .. }
            | Change::Changed { key, .. }
            | Change::Renamed { key, .. } => self.records.get(key.as_str()),
            Change::Removed { .. } | Change::ServiceRemoved { .. } => None,
        };
        let sources = &self.tables.sources;
        let of_record = record.and_then(|record| {
            let mut sources = sources.iter();
            let source = sources.find(|source| *source.path == *record.origin.path)?;
            Some((source, source.line_span(record.origin.line)))
        });
        match of_record {
            Some((source, span)) => (source.path.clone(), Some(Place::new(source, &span))),
            None => (
                sources
                    .first()
                    .map_or_else(String::new, |it| it.path.clone()),
                None,
            ),
        }
    }

    fn print_lines(&self, moved: usize, is_verbose: bool) {
        let most = if is_verbose { usize::MAX } else { MOST };
        let line = |change| {
            let (path, place) = self.place(change);
            let line = place.map_or_else(String::new, |place| format!("{}:", place.start.line));
            format!(
                "{}:{line}  {}",
                escape::line(&path),
                differences::line(change)
            )
        };
        let mut lines: Vec<_> = self.all.iter().take(most).map(line).collect();
        if self.all.len() > most {
            lines.push(format!(
                "… and {} more (-v lists all)",
                self.all.len() - most
            ));
        }
        if moved > 0 {
            lines.push(format!(
                "{moved} records say the same on another line of the source"
            ));
        }
        lines.push(String::new());
        let text = lines.join("\n");
        say::styled(text.as_bytes());
    }

    fn print_json(&self) -> Result<(), Error> {
        let mut text = Vec::new();
        for change in self.all {
            let mut object = differences::object(change);
            let (path, place) = self.place(change);
            object["path"] = path.into();
            if let Some(place) = place {
                object["line"] = place.start.line.into();
            }
            say::written(differences::write_json(&object, &mut text))?;
        }
        say::data(&text)
    }

    fn findings(&self) -> impl Iterator<Item = Finding> {
        self.all.iter().map(|change| {
            let (path, place) = self.place(change);
            Finding::not_current(path, place, differences::line(change))
        })
    }
}
