//! Paths → [`Source`]s and [`Facts`].

use std::fs;
use std::io::{self, Read};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use portconv::BlankCells;
use portconv::Registry;
use portconv::dataset::{Attribution, Protocol, Status};
use portconv::diagnostic::{Diagnostic, File, Severity};
use portconv::emit::nmap::Merged;
use portconv::emit::template::Template;
use portconv::{
    BUILTIN, Conversion, Facts, Options, builtin_blank_cells, builtin_names, read_names,
};
use portconv::{NotUtf8, ReadError, SYNTAXES, Source};

use crate::cli::{Arguments, FactOptions};
use crate::error::Error;
use crate::say::shown;

const DEFAULT_FOLDER: &str = "seeds";

/// Where the curated facts are kept: what is compiled in was read from there.
const CURATED_FACTS: [&str; 3] = [
    "seeds/blank-cells.csv",
    "seeds/service-names.csv",
    "seeds/iana-names.csv",
];

/// Reads the inputs that were asked for.
pub(crate) fn sources(arguments: &Arguments) -> Result<Vec<Source>, Error> {
    if arguments.builtin {
        let (path, text) = BUILTIN;
        return Ok(vec![decoded(path, text)?]);
    }
    let name = arguments.stdin_filename.as_deref().unwrap_or("-");
    let paths = paths(arguments)?;
    let sources = paths.iter().map(|path| match path.to_str() {
        Some("-") => read(name.to_owned(), io::stdin().lock()),
        _ => source(path),
    });
    sources.collect()
}

/// The files that were asked for.
fn paths(arguments: &Arguments) -> Result<Vec<PathBuf>, Error> {
    if arguments.inputs.is_empty() && !arguments.builtin {
        if !Path::new(DEFAULT_FOLDER).is_dir() {
            let message =
                "there is no folder seeds here: name a file, a folder or -, or use --builtin";
            return Err(Error::Usage(message.to_owned()));
        }
        return files(Path::new(DEFAULT_FOLDER));
    }
    let mut paths = Vec::new();
    for input in &arguments.inputs {
        paths.extend(files(input)?);
    }
    Ok(paths)
}

/// Every path that is read: tables, facts and templates. Curated facts count as read.
pub(crate) fn all_paths(arguments: &Arguments) -> Result<Vec<PathBuf>, Error> {
    let others = arguments.facts.registry.iter();
    let others = others.chain(&arguments.template).chain(&arguments.merge);
    let not_paths = ["-", "literal"].map(Path::new);
    let mut all = paths(arguments)?;
    all.extend(others.cloned().chain(CURATED_FACTS.map(PathBuf::from)));
    all.extend(fact_files(arguments)?.into_iter().flatten());
    all.retain(|path| !not_paths.contains(&path.as_path()));
    Ok(all)
}

/// The files of blank cells and of names: those that were asked for, else those beside the first input if
/// there are any.
pub(crate) fn fact_files(arguments: &Arguments) -> Result<[Option<PathBuf>; 2], Error> {
    let first = paths(arguments)?.into_iter().next();
    let folder = first.filter(|path| path != Path::new("-"));
    let folder = folder.as_deref().and_then(Path::parent);
    let beside = |name| {
        let path = folder?.join(name);
        path.is_file().then_some(path)
    };
    let asked = [&arguments.facts.blank_cells, &arguments.facts.names];
    let [blank_cells, names] = asked.map(Option::clone);
    Ok([
        blank_cells.or_else(|| beside("blank-cells.csv")),
        names.or_else(|| beside("service-names.csv")),
    ])
}

/// Reads the facts that were asked for, else those beside the input, else takes those compiled in.
pub(crate) fn options_beside(arguments: &Arguments) -> Result<Options, Error> {
    let mut options = arguments.facts.clone();
    [options.blank_cells, options.names] = fact_files(arguments)?;
    self::options(&options)
}

/// Reads the facts that were asked for, the curated ones where none were.
pub(crate) fn options(asked: &FactOptions) -> Result<Options, Error> {
    let blank_cells = match &asked.blank_cells {
        None => builtin_blank_cells(),
        Some(path) if path == Path::new("literal") => BlankCells::Literal,
        Some(path) => BlankCells::read(source(path)?).map_err(Error::BadFacts)?,
    };
    let names = match &asked.names {
        None => builtin_names(),
        Some(path) => read_names(source(path)?).map_err(Error::BadFacts)?,
    };
    let registry = match &asked.registry {
        None => None,
        Some(path) => Some(Registry::read(source(path)?).map_err(Error::BadFacts)?),
    };
    let mut options = Options::from(Facts {
        blank_cells,
        names,
        registry,
    });
    options.attribution = Attribution {
        title: asked.title.clone(),
        url: asked.source_url.clone(),
        license: asked.license.clone(),
        revision: None,
    };
    let mut syntaxes = SYNTAXES.iter().copied();
    options.syntax = syntaxes.find(|syntax| asked.from.as_deref() == Some(syntax.name));
    let is_named = |protocol: &Protocol| {
        let mut names = asked.transport.iter();
        names.any(|name| name == protocol.name())
    };
    options.protocols = Protocol::ALL.into_iter().filter(is_named).collect();
    if !asked.services_status.is_empty() {
        options.services_status = asked
            .services_status
            .iter()
            .map(|word| status(word))
            .collect::<Result<_, _>>()?;
    }
    Ok(options)
}

fn status(word: &str) -> Result<Status, Error> {
    let in_use = || Status::KNOWN.into_iter().filter(Status::is_in_use);
    in_use()
        .find(|status| status.name() == word)
        .ok_or_else(|| {
            let names: Vec<_> = in_use().map(|status| status.name()).collect();
            Error::Usage(format!(
                "{word:?} makes no service; the statuses that do: {}",
                names.join(", ")
            ))
        })
}

/// A file itself, or the files of a folder in a known syntax, by name.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unreadable = |error| Error::Read {
        path: shown(path),
        error,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if is_in_known_syntax(&file) && !file.is_dir() {
            files.push(file);
        }
    }
    if files.is_empty() {
        let endings: Vec<_> = endings().map(|ending| format!(".{ending}")).collect();
        return Err(Error::Usage(format!(
            "the folder {} holds no file that ends in {}",
            shown(path),
            endings.join(", ")
        )));
    }
    files.sort();
    Ok(files)
}

fn is_in_known_syntax(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| endings().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The endings of files in every syntax.
fn endings() -> impl Iterator<Item = &'static str> {
    SYNTAXES.iter().flat_map(|syntax| syntax.endings).copied()
}

/// Reads one input.
pub(crate) fn source(path: &Path) -> Result<Source, Error> {
    if path == Path::new("-") {
        return read(shown(path), io::stdin().lock());
    }
    let file = open(path).map_err(|error| Error::Read {
        path: shown(path),
        error,
    })?;
    read(shown(path), file)
}

/// The bytes of a file that was written. A pipe holds none, and who opens it waits for a writer.
pub(crate) fn contents(path: &Path) -> io::Result<Vec<u8>> {
    let kind = fs::metadata(path)?.file_type();
    if !kind.is_file() && !kind.is_dir() {
        return Err(io::Error::other("it is no regular file"));
    }
    fs::read(path)
}

/// Opens a regular file or a pipe. What else there is may never end, such as `/dev/zero`.
fn open(path: &Path) -> io::Result<fs::File> {
    let kind = fs::metadata(path)?.file_type();
    #[cfg(unix)]
    let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&kind);
    #[cfg(not(unix))]
    let is_pipe = false;
    if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if !kind.is_file() && !is_pipe {
        return Err(io::Error::other("it is neither a regular file nor a pipe"));
    }
    fs::File::open(path)
}

/// Decodes a text that is compiled in.
pub(crate) fn decoded(path: &str, text: &str) -> Result<Source, Error> {
    read(path.to_owned(), text.as_bytes())
}

fn read(path: String, file: impl Read) -> Result<Source, Error> {
    Source::read(path.clone(), file).map_err(|error| match error {
        ReadError::Io(error) => Error::Read { path, error },
        ReadError::NotUtf8(NotUtf8 { position }) => Error::NotUtf8 { path, position },
    })
}

/// Reads the templates.
pub(crate) fn templates(arguments: &Arguments) -> Result<Vec<Template>, Error> {
    let template = |path: &PathBuf| {
        let text = open(path).and_then(io::read_to_string);
        let text = text.map_err(|error| Error::Read {
            path: shown(path),
            error,
        })?;
        Ok(Template::new(shown(path), text))
    };
    arguments.template.iter().map(template).collect()
}

/// Reads the file of nmap that our names go into, if there is one.
pub(crate) fn merged(arguments: &Arguments) -> Result<Option<Merged>, Error> {
    let Some(path) = &arguments.merge else {
        return Ok(None);
    };
    if !arguments.format.iter().any(|format| format == "nmap") {
        let message = "--merge is for --format nmap";
        return Err(Error::Usage(message.to_owned()));
    }
    let merged = Merged::read(source(path)?).map_err(Error::BadFacts)?;
    Ok(Some(merged))
}

/// Refuses inputs without any record: they would empty the output.
pub(crate) fn require_port_table(conversion: &Conversion, sources: &[Source]) -> Result<(), Error> {
    if conversion.port_tables > 0 && conversion.dataset.records.is_empty() {
        return Err(no_record(conversion, sources));
    }
    if conversion.port_tables > 0 {
        return Ok(());
    }
    Err(Error::NoPortTable {
        paths: named(sources),
    })
}

/// Says why, and where first, no row of the port tables is a record.
fn no_record(conversion: &Conversion, sources: &[Source]) -> Error {
    let place = |diagnostic: &Diagnostic| match diagnostic.file {
        File::Input(index) if diagnostic.code.severity() == Severity::Warning => {
            Some((sources.get(index)?, diagnostic.clone()))
        }
        _ => None,
    };
    match conversion.diagnostics.iter().find_map(place) {
        Some((source, wrong)) => Error::NoRecord {
            path: source.path.clone(),
            position: source.position(wrong.span.start),
            message: format!("{}: {}", wrong.code.name(), wrong.message),
        },
        None => Error::NoRows {
            paths: named(sources),
        },
    }
}

fn named(sources: &[Source]) -> String {
    let paths: Vec<_> = sources.iter().map(|source| source.path.as_str()).collect();
    paths.join(", ")
}

/// `293`, `290..` or `290..300`, both ends inclusive.
pub(crate) fn expected_records(text: &str) -> Result<RangeInclusive<usize>, Error> {
    let wrong = || {
        Error::Usage(format!(
            "{text:?} is no number of records: 293, 290.. or 290..300"
        ))
    };
    let number = |digits: &str| digits.parse::<usize>().map_err(|_| wrong());
    match text.split_once("..") {
        None => number(text).map(|count| count..=count),
        Some((first, "")) => Ok(number(first)?..=usize::MAX),
        Some((first, last)) => {
            let range = number(first)?..=number(last)?;
            if range.is_empty() {
                Err(wrong())
            } else {
                Ok(range)
            }
        }
    }
}
