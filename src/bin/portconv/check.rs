//! `--check`: each change once, then the files that are out of date.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;

use portconv::dataset::{Dataset, Record};
use portconv::diff::{Change, Differences, Kind};
use portconv::emit::Emitter;
use portconv::{Facts, Source};

use crate::error::Error;
use crate::files;
use crate::input::Tables;
use crate::level::Level;
use crate::output;
use crate::place::shown;
use crate::plan::Plan;
use crate::plan::outputs::Output;
use crate::report::{Form, Message, Place, differences};
use crate::say::counted;
use crate::transaction::Folders;

/// The number of changes shown to people without `-v`.
const MOST: usize = 20;

/// The length to which a differing line is cut.
const MOST_BYTES: usize = 200;

/// What is wrong with the files.
#[derive(Default)]
struct Checked {
    /// The changes found in all files, without repetition.
    changes: Vec<Change>,
    /// What they are about.
    known: HashSet<(String, String)>,
    /// The number of records that only moved to another line of the source.
    moved: usize,
    /// The path of each outdated file, and what is wrong with it.
    outdated: Vec<(String, String)>,
}

/// Compares the files with the dataset: what changed and which files are out of date, and how many are up to date.
pub(crate) fn run(
    plan: &Plan,
    files: &[Output],
    tables: &Tables,
    dataset: &Dataset,
) -> Result<(Vec<Message>, usize), Error> {
    let targets: Vec<_> = files.iter().map(|it| &*it.place.target).collect();
    let others_wait = Folders::share(&targets, plan.is_quiet());
    let checked = compare(files, dataset)?;
    drop(others_wait);
    let changes = checked.changes.len();
    let shown = if plan.form == Form::Human && !plan.is_verbose() {
        changes.min(MOST)
    } else {
        changes
    };
    let mut messages = changed(&checked.changes[..shown], tables, dataset);
    let outdated = checked.outdated.iter().map(|(path, why)| {
        let text = match plan.form {
            Form::Human => why.clone(),
            _ => format!("{why}; to bring it up to date: {}", plan.mending),
        };
        Message::new(Level::Error, Message::NOT_CURRENT, path, text)
    });
    messages.extend(outdated);
    if !plan.is_quiet() && changes > shown {
        let more = counted(changes - shown, "more change");
        say!("{more}; -v lists all");
    }
    if !plan.is_quiet() && checked.moved > 0 {
        let moved = counted(checked.moved, "record");
        say!("{moved} only moved to another line of the source");
    }
    Ok((messages, files.len() - checked.outdated.len()))
}

fn compare(files: &[Output], dataset: &Dataset) -> Result<Checked, Error> {
    let mut checked = Checked::default();
    for Output { place, emitter } in files {
        let path = shown(&place.path);
        let made = output::emit(*emitter, dataset)?;
        let why = match files::contents(&place.path) {
            Ok(current) if current == made => continue,
            Ok(current) if emitter.is_same(&current, &made) => {
                say!("{path}: the bytes differ, but the content is the same");
                continue;
            }
            Ok(current) => checked.compare(*emitter, &current, &made),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                "the file is missing".to_owned()
            }
            Err(error) => return Err(Error::Read { path, error }),
        };
        checked.outdated.push((path, why));
    }
    Ok(checked)
}

impl Checked {
    /// Collects the changes in one file, and says what is wrong with it.
    fn compare(&mut self, emitter: &dyn Emitter, current: &[u8], made: &[u8]) -> String {
        let name = emitter.format().name;
        match (emitter.read(current), emitter.read(made)) {
            (Ok(Some(old)), Ok(Some(new))) => {
                let Differences { mut changes, moved } = Differences::between(&old, &new);
                // If the input was edited, other changes say more than its hash.
                if !changes.iter().all(is_of_source) {
                    changes.retain(|change| !is_of_source(change));
                }
                if changes.is_empty() && moved == 0 {
                    return "the records match, but the rest of the file differs".to_owned();
                }
                self.moved = self.moved.max(moved);
                changes.retain(|change| {
                    let (key, what) = change.subject();
                    self.known.insert((key.to_owned(), what.to_owned()))
                });
                self.changes.extend(changes);
                "the file is out of date".to_owned()
            }
            (Err(error), _) => {
                format!("the file is damaged, or not a {name} file made by portconv: {error}")
            }
            _ => {
                let first = first_difference(current, made);
                format!("the file is out of date, {first}")
            }
        }
    }
}

fn is_of_source(change: &Change) -> bool {
    matches!(change.kind, Kind::Changed { .. }) && change.key.starts_with("sources ")
}

/// The first line that differs, before and after; a comment or a blank line only where nothing else does.
fn first_difference(current: &[u8], made: &[u8]) -> String {
    let [current, made] = [current, made].map(String::from_utf8_lossy);
    for is_whole in [false, true] {
        let lines = |text| {
            let lines = (1..).zip(str::split(text, '\n'));
            let is_data = |line: &str| !line.is_empty() && !line.starts_with('#');
            lines
                .filter(|(_, line)| is_whole || is_data(line))
                .collect()
        };
        let [old, new]: [Vec<(usize, &str)>; 2] = [lines(&current), lines(&made)];
        let same = old.iter().zip(&new).take_while(|(old, new)| old.1 == new.1);
        let first = same.count();
        if let Some((line, _)) = old.get(first).or(new.get(first)) {
            let [old, new] = [&old, &new].map(|lines| {
                let (_, text) = lines.get(first).unwrap_or(&(0, ""));
                &text[..text.floor_char_boundary(MOST_BYTES)]
            });
            return format!("from line {line} on: {old:?} should be {new:?}");
        }
    }
    "at its end".to_owned()
}

/// Places each change on the line that was edited: of a file of facts if that says what is new, else of the input. A
/// removed record has no line.
fn changed(changes: &[Change], tables: &Tables, dataset: &Dataset) -> Vec<Message> {
    let sources = &tables.sources;
    let records = dataset.records.iter().filter(|_| !changes.is_empty());
    let records: HashMap<&str, &Record> = records.map(|it| (it.id.as_str(), it)).collect();
    let place = |change: &Change| {
        let is_removed = matches!(change.kind, Kind::Removed(_));
        let record = records.get(&*change.key).filter(|_| !is_removed)?;
        let mut sources = sources.iter();
        let (source, span) =
            place_in_facts(change, record, &tables.options.facts).or_else(|| {
                let source = sources.find(|source| *source.path == *record.origin.path)?;
                Some((source, source.line_span(record.origin.line)))
            })?;
        Some((source, Place::new(source, &span)))
    };
    let message = |change: &Change| {
        let (source, place) = place(change).unzip();
        let path = source.or(sources.first()).map_or("", |source| &source.path);
        let mut difference = differences::object(change);
        difference["path"] = path.into();
        if let Some(place) = &place {
            difference["line"] = place.start.line.into();
        }
        let text = differences::line(change);
        Message {
            place,
            difference: Some(difference),
            ..Message::new(Level::Error, Message::NOT_CURRENT, path, text)
        }
    };
    changes.iter().map(message).collect()
}

/// The line of a file of facts that says what is new of a record.
fn place_in_facts<'f>(
    change: &Change,
    record: &Record,
    facts: &'f Facts,
) -> Option<(&'f Source, Range<usize>)> {
    let in_names = || Some((&facts.names().source, facts.names().place_of(record)?));
    let in_blank_cells = || facts.blank_cells().place_of(record);
    match &change.kind {
        Kind::Renamed { .. } => in_names(),
        Kind::Changed { field, .. } => match field.split('.').next() {
            Some("name" | "aliases") => in_names(),
            Some("udp") => in_blank_cells(),
            _ => None,
        },
        Kind::ServiceRemoved(service) => {
            let mut ports = service.ports.iter();
            in_blank_cells().filter(|_| ports.all(|port| port.ends_with("/udp")))
        }
        _ => None,
    }
}
