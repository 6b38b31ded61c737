//! Arguments → [`Reading`]: the inputs, the fact files, and how to read them.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use portconv::dataset::Attribution;
use portconv::{Options, SYNTAXES};

use crate::cli::{ConversionOptions, InputOptions, is_web_address};
use crate::error::Error;
use crate::files::unreadable;
use crate::place::{Identity, shown, standard_file, stdin_is_given};

pub(super) const DEFAULT_FOLDER: &str = "seeds";

/// The curated facts, as they are compiled in.
const CURATED_FACTS: [&str; 3] = [
    "seeds/blank-cells.csv",
    "seeds/service-names.csv",
    "seeds/iana-names.csv",
];

/// What to read, and how.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) inputs: Vec<Input>,
    pub(crate) blank_cells: BlankCellFacts,
    /// `None` for the compiled-in names.
    pub(crate) names: Option<PathBuf>,
    asked: ConversionOptions,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// The compiled-in table.
    Builtin,
    /// Standard input, with its name in messages and outputs.
    Stdin(String),
    File(PathBuf),
    /// A file found in a folder. If it cannot be read, the others still are.
    InFolder(PathBuf),
}

/// The source of facts about blank cells.
#[derive(Debug)]
pub(crate) enum BlankCellFacts {
    Builtin,
    Literal,
    File(PathBuf),
}

impl Reading {
    /// The folder `seeds` is read if nothing is named. Facts given as arguments come first, then those next to the
    /// first input, then the compiled-in ones. A file is read once, even if several paths lead to it.
    pub(crate) fn new(named: &InputOptions, asked: &ConversionOptions) -> Result<Self, Error> {
        let stdin_name = named.stdin_filename.as_deref().unwrap_or("-");
        let mut inputs = Vec::from_iter(named.builtin.then_some(Input::Builtin));
        for path in &named.paths {
            inputs.extend(self::inputs(path, stdin_name)?);
        }
        if inputs.is_empty() {
            inputs = default_inputs(stdin_name)?;
        }
        let mut known = HashSet::new();
        inputs.retain(|input| match input {
            Input::File(path) | Input::InFolder(path) => known.insert(Identity::new(path)),
            Input::Builtin | Input::Stdin(_) => true,
        });
        let folder = match inputs.first() {
            Some(Input::File(path) | Input::InFolder(path)) => path.parent().map(Path::to_owned),
            _ => None,
        };
        let beside = |name| {
            let path = folder.as_ref()?.join(name);
            path.is_file().then_some(path)
        };
        let blank_cells = asked.blank_cells.clone();
        let blank_cells = match blank_cells.or_else(|| beside("blank-cells.csv")) {
            None => BlankCellFacts::Builtin,
            Some(path) if path == Path::new("literal") => BlankCellFacts::Literal,
            Some(path) => BlankCellFacts::File(path),
        };
        Ok(Self {
            inputs,
            blank_cells,
            names: asked.names.clone().or_else(|| beside("service-names.csv")),
            asked: asked.clone(),
        })
    }

    /// How to read the inputs, and what to make of them; the facts are still to be read.
    pub(crate) fn options(&self) -> Options {
        let asked = self.asked.clone();
        let default = Options::default();
        Options {
            syntax: asked.from,
            protocols: asked.transport.into_iter().collect(),
            is_overlay: self.inputs.first() == Some(&Input::Builtin),
            services_status: match asked.services_status {
                none if none.is_empty() => default.services_status,
                wanted => wanted,
            },
            expand_ranges: asked.expand_ranges.unwrap_or(default.expand_ranges),
            attribution: Attribution {
                title: asked.title,
                url: asked.source_url,
                license: asked.license,
                ..default.attribution
            },
            ..default
        }
    }

    /// The file of the registry.
    pub(crate) fn registry(&self) -> Option<&Path> {
        self.asked.registry.as_deref()
    }

    pub(crate) fn reads_stdin(&self) -> bool {
        let is_stdin = |input: &Input| matches!(input, Input::Stdin(_));
        self.inputs.iter().any(is_stdin)
    }

    /// Every file that is read, with its name in messages. Curated facts always count as read.
    pub(crate) fn files(&self) -> Vec<(String, Identity)> {
        let file = |path: &Path| (shown(path), Identity::new(path));
        let input = |input: &Input| match input {
            Input::Builtin => None,
            Input::Stdin(name) => Some((name.clone(), standard_file(&io::stdin())?)),
            Input::File(path) | Input::InFolder(path) => Some(file(path)),
        };
        let blank_cells = match &self.blank_cells {
            BlankCellFacts::File(path) => Some(path),
            _ => None,
        };
        let facts = blank_cells.into_iter().chain(&self.names);
        let facts = facts.map(PathBuf::as_path).chain(self.registry());
        let facts = facts.chain(CURATED_FACTS.map(Path::new)).map(file);
        self.inputs.iter().filter_map(input).chain(facts).collect()
    }
}

/// The folder `seeds`, or else what is piped in.
fn default_inputs(stdin_name: &str) -> Result<Vec<Input>, Error> {
    let path = match Path::new(DEFAULT_FOLDER) {
        folder if folder.is_dir() => folder,
        _ if stdin_is_given() => Path::new("-"),
        _ => {
            return Err(
                "there is no folder named seeds here: give a file, a folder or -, or use --builtin"
                    .into(),
            );
        }
    };
    inputs(path, stdin_name)
}

/// The inputs of one argument.
fn inputs(path: &Path, stdin_name: &str) -> Result<Vec<Input>, Error> {
    if path == Path::new("-") {
        return Ok(vec![Input::Stdin(stdin_name.to_owned())]);
    }
    if path.is_dir() {
        return in_folder(path);
    }
    match path.to_str() {
        Some(address) if is_web_address(address) && !path.exists() => Err(format!(
            "{address} is an address, not a file; fetch it first: curl -fsSL -o ports.html '{address}'"
        )
        .into()),
        _ => Ok(vec![Input::File(path.to_owned())]),
    }
}

/// The files in a folder with a known extension, by name. Hidden files are skipped.
fn in_folder(path: &Path) -> Result<Vec<Input>, Error> {
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable(path))? {
        let entry = entry.map_err(unreadable(path))?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let file = entry.path();
        let ending = file.extension().unwrap_or_default();
        let is_known = endings().any(|known| ending.eq_ignore_ascii_case(known));
        if !is_hidden && is_known && !file.is_dir() {
            files.push(file);
        }
    }
    if files.is_empty() {
        let endings: Vec<_> = endings().map(|ending| format!(".{ending}")).collect();
        let (folder, endings) = (shown(path), endings.join(", "));
        return Err(format!("the folder {folder} contains no file that ends in {endings}").into());
    }
    files.sort();
    Ok(files.into_iter().map(Input::InFolder).collect())
}

/// The file extensions of all syntaxes.
fn endings() -> impl Iterator<Item = &'static str> {
    SYNTAXES.iter().flat_map(|syntax| syntax.endings).copied()
}
