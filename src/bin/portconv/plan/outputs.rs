//! Arguments → [`Outputs`]: what is made, and where each file goes.

use std::collections::HashMap;
use std::fs;
use std::io::{self, IsTerminal};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use portconv::emit::template::Template;
use portconv::emit::{self, EMITTERS, Emitter};

use crate::cli::{ALL_FORMATS, OutputOptions};
use crate::error::Error;
use crate::input;
use crate::place::{Identity, is_replaced, leads_to, shown, standard_file};

pub(crate) const DEFAULT_FOLDER: &str = "output";

/// Endings of files that are not those of [`Format::path`](emit::Format::path).
const OTHER_ENDINGS: [(&str, &str); 5] = [
    ("db", "sqlite"),
    ("sqlite3", "sqlite"),
    ("yml", "yaml"),
    ("jsonl", "ndjson"),
    ("htm", "html"),
];

/// Where the output goes.
#[derive(Debug)]
pub(crate) enum Outputs {
    Stdout(Maker),
    Files(Vec<Output>),
}

/// What makes a file.
#[derive(Debug)]
pub(crate) enum Maker {
    /// A format of the list.
    Listed(&'static dyn Emitter),
    /// A format that needs a file of the user.
    Own(Box<dyn Emitter>),
}

impl Deref for Maker {
    type Target = dyn Emitter;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Listed(emitter) => *emitter,
            Self::Own(emitter) => &**emitter,
        }
    }
}

/// A file to be made.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) place: Place,
    pub(crate) emitter: Maker,
}

/// Where a file goes.
#[derive(Debug)]
pub(crate) struct Place {
    /// As it was asked for, for messages.
    pub(crate) path: PathBuf,
    /// Where that leads.
    pub(crate) target: PathBuf,
}

impl Place {
    pub(crate) fn new(path: PathBuf) -> Self {
        let target = leads_to(&path);
        Self { path, target }
    }
}

impl Outputs {
    pub(crate) fn new(asked: &OutputOptions) -> Result<Self, Error> {
        let mut formats = formats(asked)?;
        let path = asked.output.as_deref();
        let path = path.unwrap_or(Path::new(DEFAULT_FOLDER));
        if path == Path::new("-") {
            if asked.check {
                let message = "--check compares files, and --output - names none";
                return Err(Error::Usage(message.to_owned()));
            }
            return to_stdout(formats);
        }
        if is_file(path, &formats) {
            let emitter = only_format(path, formats)?;
            let place = Place::new(path.to_owned());
            return Ok(Self::Files(vec![Output { place, emitter }]));
        }
        if formats.is_empty() {
            let default = EMITTERS.iter().filter(|it| it.format().is_default);
            formats.extend(default.map(|emitter| Maker::Listed(*emitter)));
        }
        let outputs = formats.into_iter().map(|emitter| {
            let place = Place::new(path.join(emitter.format().path));
            Output { place, emitter }
        });
        let outputs: Vec<_> = outputs.collect();
        keep_apart(&outputs)?;
        Ok(Self::Files(outputs))
    }

    /// The files that are replaced. A file that standard output was led to is lost if it is read, too.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        match self {
            Self::Stdout(_) => standard_file(&io::stdout()).into_iter().collect(),
            Self::Files(files) => files
                .iter()
                .filter(|file| is_replaced(&file.place.target))
                .map(|file| Identity::new(&file.place.target))
                .collect(),
        }
    }
}

/// Refuses files that would replace each other, as where one is a link to another.
fn keep_apart(outputs: &[Output]) -> Result<(), Error> {
    let mut known = HashMap::new();
    for Output { place, .. } in outputs {
        if !is_replaced(&place.target) {
            continue;
        }
        if let Some(other) = known.insert(Identity::new(&place.target), place) {
            let (other, path) = (shown(&other.path), shown(&place.path));
            return Err(Error::Usage(format!("{other} and {path} are one file")));
        }
    }
    Ok(())
}

/// The formats that were asked for, each once, and the templates. The name `template` only says that there
/// are some.
fn formats(asked: &OutputOptions) -> Result<Vec<Maker>, Error> {
    let mut merged = input::merged(asked.merge.as_deref(), &asked.format)?;
    let mut formats: Vec<Maker> = Vec::new();
    let all = || EMITTERS.iter().map(|emitter| emitter.format().name);
    let names = asked.format.iter().flat_map(|name| {
        let is_all = name == ALL_FORMATS;
        let one = Some(name.as_str()).filter(|_| !is_all);
        one.into_iter().chain(all().filter(move |_| is_all))
    });
    for name in names {
        if name == Template::NAME {
            if asked.template.is_empty() {
                let message = "--format template needs a --template FILE";
                return Err(Error::Usage(message.to_owned()));
            }
        } else if !formats.iter().any(|known| known.format().name == name) {
            let unknown = || Error::Usage(format!("there is no format {name:?}"));
            let is_merged = |merged: &mut Box<dyn Emitter>| merged.format().name == name;
            formats.push(match merged.take_if(is_merged) {
                Some(merged) => Maker::Own(merged),
                None => Maker::Listed(emit::by_name(name).ok_or_else(unknown)?),
            });
        }
    }
    for path in &asked.template {
        let template = input::template(path)?;
        let path = template.format().path;
        if let Some(other) = formats.iter().find(|other| other.format().path == path) {
            let name = other.format().name;
            let message = format!("a template would write {path}, and so would another {name}");
            return Err(Error::Usage(message));
        }
        formats.push(Maker::Own(Box::new(template)));
    }
    Ok(formats)
}

fn to_stdout(formats: Vec<Maker>) -> Result<Outputs, Error> {
    let [emitter] = <[_; 1]>::try_from(formats).map_err(|_| {
        let message = "--output - takes exactly one --format";
        Error::Usage(message.to_owned())
    })?;
    let format = emitter.format();
    if format.is_binary && io::stdout().is_terminal() {
        let name = format.name;
        let message = format!("{name} is not for a terminal: name a file with --output");
        return Err(Error::Usage(message));
    }
    Ok(Outputs::Stdout(emitter))
}

/// True for a path with an ending, or with the name of a format's file, or of a pipe or device: unless it is
/// a folder already, or written as one.
fn is_file(path: &Path, formats: &[Maker]) -> bool {
    if path.is_dir() || shown(path).ends_with(std::path::is_separator) || path.file_name().is_none()
    {
        return false;
    }
    let is_special = fs::metadata(path).is_ok_and(|at| !at.is_file());
    let has_name_of = |emitter: &dyn Emitter| {
        let format_path = Path::new(emitter.format().path);
        format_path.file_name() == path.file_name()
    };
    is_special
        || path.extension().is_some()
        || EMITTERS.iter().any(|emitter| has_name_of(*emitter))
        || formats.iter().any(|emitter| has_name_of(&**emitter))
}

/// The one format of a file: the one that was asked for, or else the one that its name tells.
fn only_format(path: &Path, mut formats: Vec<Maker>) -> Result<Maker, Error> {
    let text = shown(path);
    if formats.len() > 1 {
        let count = formats.len();
        let message = format!("{text} is one file, but {count} formats are asked for");
        return Err(Error::Usage(message));
    }
    if let Some(format) = formats.pop() {
        return Ok(format);
    }
    let ending = path.extension();
    let other = OTHER_ENDINGS
        .iter()
        .find(|(known, _)| ending.is_some_and(|it| it == *known));
    let path_of = |emitter: &&dyn Emitter| PathBuf::from(emitter.format().path);
    let by_name = || {
        let mut all = EMITTERS.iter().copied();
        all.find(|emitter| path_of(emitter).file_name() == path.file_name())
    };
    let by_ending = || {
        let mut all = EMITTERS.iter().copied();
        all.find(|emitter| ending.is_some() && path_of(emitter).extension() == ending)
    };
    let known = by_name().or_else(by_ending);
    let known = known.or_else(|| emit::by_name(other?.1));
    let emitter = known.ok_or_else(|| {
        let message = format!("no format is known by the ending of {text}: name one with --format");
        Error::Usage(message)
    })?;
    Ok(Maker::Listed(emitter))
}
