//! Arguments → [`Outputs`]: what is made, and where each file goes.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use portconv::MergeFormat;
use portconv::emit::template::Template;
use portconv::emit::{self, EMITTERS, Emitter};

use crate::cli::{ALL_FORMATS, OutputOptions};
use crate::error::Error;
use crate::files;
use crate::place::{Identity, is_replaced, leads_to, shown, standard_file};

pub(crate) const DEFAULT_FOLDER: &str = "output";

/// Extensions other than those of [`Format::path`](emit::Format::path).
const OTHER_ENDINGS: [(&str, &str); 6] = [
    ("db", "sqlite"),
    ("sqlite3", "sqlite"),
    ("db3", "sqlite"),
    ("yml", "yaml"),
    ("jsonl", "ndjson"),
    ("htm", "html"),
];

/// Where the output goes.
#[derive(Debug)]
pub(crate) enum Outputs {
    Stdout(&'static dyn Emitter),
    Files(Vec<Output>),
}

/// A file to make.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) place: Place,
    pub(crate) emitter: &'static dyn Emitter,
}

/// Where a file goes.
#[derive(Debug)]
pub(crate) struct Place {
    /// The path as typed, for messages.
    pub(crate) path: PathBuf,
    /// Where the path leads.
    pub(crate) target: PathBuf,
}

impl Place {
    pub(crate) fn new(path: PathBuf) -> Self {
        let target = leads_to(&path);
        Self { path, target }
    }

    /// The file that is replaced; `None` for a pipe or a device.
    fn identity(&self) -> Option<Identity> {
        is_replaced(&self.target).then(|| Identity::new(&self.target))
    }
}

impl Outputs {
    pub(crate) fn new(asked: &OutputOptions) -> Result<Self, Error> {
        let mut formats = formats(asked)?;
        let path = asked.output.as_deref();
        let path = path.unwrap_or(Path::new(DEFAULT_FOLDER));
        if path == Path::new("-") || path == Path::new("/dev/stdout") {
            if asked.check {
                return Err("--check compares files and cannot be combined with --output -".into());
            }
            return to_stdout(&formats);
        }
        if is_file(path, &formats) {
            let emitter = only_format(path, &formats)?;
            let place = Place::new(path.to_owned());
            return Ok(Self::Files(vec![Output { place, emitter }]));
        }
        if formats.is_empty() {
            formats.extend(EMITTERS.iter().filter(|it| it.format().is_default));
        }
        let outputs = formats.into_iter().map(|emitter| {
            let place = Place::new(path.join(emitter.format().path));
            Output { place, emitter }
        });
        let outputs: Vec<_> = outputs.collect();
        keep_apart(&outputs)?;
        Ok(Self::Files(outputs))
    }

    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self, Self::Stdout(_))
    }

    /// The files that are replaced. That includes a file that standard output is redirected to.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        match self {
            Self::Stdout(_) => standard_file(&io::stdout()).into_iter().collect(),
            Self::Files(files) => files.iter().filter_map(|it| it.place.identity()).collect(),
        }
    }
}

/// Refuses outputs that would replace each other, for example through a link.
fn keep_apart(outputs: &[Output]) -> Result<(), Error> {
    let mut known = HashMap::new();
    for Output { place, .. } in outputs {
        let same = place.identity().and_then(|it| known.insert(it, place));
        if let Some(other) = same {
            let (other, path) = (shown(&other.path), shown(&place.path));
            return Err(format!("{other} and {path} are the same file").into());
        }
    }
    Ok(())
}

/// The formats and templates that were asked for.
fn formats(asked: &OutputOptions) -> Result<Vec<&'static dyn Emitter>, Error> {
    let is_asked = |name: &str| asked.format.iter().any(|asked| asked == name);
    if is_asked(Template::NAME) && asked.template.is_empty() {
        return Err("--format template needs a --template FILE".into());
    }
    let listed = EMITTERS.iter().copied();
    let listed = listed.filter(|it| is_asked(ALL_FORMATS) || is_asked(it.format().name));
    let mut formats: Vec<_> = listed.collect();
    for path in &asked.template {
        let template = Template::new(shown(path), files::verbatim(path)?.text().to_owned());
        // Like the formats of the list, it lives as long as the program.
        let template: &'static dyn Emitter = Box::leak(Box::new(template));
        let file = template.format().path;
        if let Some(other) = formats.iter().find(|other| other.format().path == file) {
            let (name, template) = (other.format().name, shown(path));
            return Err(format!("{name} and {template} would both write {file}").into());
        }
        formats.push(template);
    }
    Ok(formats)
}

/// The file that services go into, and their format.
pub(super) fn merge(asked: &OutputOptions) -> Result<Option<(MergeFormat, PathBuf)>, Error> {
    let Some(path) = asked.merge.clone() else {
        return Ok(None);
    };
    let is_asked = |name: &str| asked.format.iter().any(|format| format == name);
    match (is_asked("nmap"), is_asked("services")) {
        (true, false) => Ok(Some((MergeFormat::Nmap, path))),
        (false, true) => Ok(Some((MergeFormat::Services, path))),
        _ => Err("--merge needs either --format services or --format nmap".into()),
    }
}

fn to_stdout(formats: &[&'static dyn Emitter]) -> Result<Outputs, Error> {
    let &[emitter] = formats else {
        return Err("--output - takes exactly one --format".into());
    };
    let format = emitter.format();
    if format.is_binary && io::stdout().is_terminal() {
        let name = format.name;
        return Err(
            format!("{name} is binary and not for a terminal: name a file with --output").into(),
        );
    }
    Ok(Outputs::Stdout(emitter))
}

/// True for a path with an extension or with the name of a format's file, and for a pipe or device, unless it is an
/// existing folder or ends in a slash.
fn is_file(path: &Path, formats: &[&'static dyn Emitter]) -> bool {
    if path.is_dir() || shown(path).ends_with(std::path::is_separator) || path.file_name().is_none()
    {
        return false;
    }
    let is_special = fs::metadata(path).is_ok_and(|at| !at.is_file());
    let mut all = EMITTERS.iter().chain(formats);
    is_special || path.extension().is_some() || all.any(|it| has_name_of(path, *it))
}

/// True for a path that ends in the name of a format's file.
fn has_name_of(path: &Path, emitter: &dyn Emitter) -> bool {
    Path::new(emitter.format().path).file_name() == path.file_name()
}

/// The format of a single file: the one that was asked for, or else the one that its name implies.
fn only_format(
    path: &Path,
    formats: &[&'static dyn Emitter],
) -> Result<&'static dyn Emitter, Error> {
    let text = shown(path);
    match formats {
        [format] => return Ok(*format),
        [] => {}
        formats => {
            let count = formats.len();
            return Err(format!("{text} is one file, but {count} formats were asked for").into());
        }
    }
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let has_ending = |it: &&dyn Emitter| it.format().path.ends_with(&format!(".{ending}"));
    let other = OTHER_ENDINGS.iter().find(|(known, _)| *known == ending);
    let mut all = EMITTERS.iter().copied();
    let by_name = all.clone().find(|it| has_name_of(path, *it));
    let by_ending = by_name.or_else(|| all.find(has_ending));
    let by_other_ending = by_ending.or_else(|| emit::by_name(other?.1));
    let unknown =
        || format!("cannot tell the format from the name {text}: choose one with --format");
    Ok(by_other_ending.ok_or_else(unknown)?)
}
