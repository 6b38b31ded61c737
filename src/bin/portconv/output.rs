//! Datasets → files: all of them are replaced, or none.

use std::io;

use portconv::dataset::Dataset;
use portconv::emit::Emitter;

use crate::draft::Draft;
use crate::error::Error;
use crate::place::shown;
use crate::plan::outputs::{Outputs, Place};
use crate::report::Written;
use crate::say;
use crate::transaction::{self, Failure, Folders};

/// Writes a dataset to standard output or to its files.
pub(crate) fn write(
    outputs: &Outputs,
    dataset: &Dataset,
    is_quiet: bool,
) -> Result<Written, Error> {
    match outputs {
        Outputs::Stdout(emitter) => {
            say::data(&emit(*emitter, dataset)?)?;
            Ok(Written::default())
        }
        Outputs::Files(files) => {
            let places: Vec<_> = files.iter().map(|file| &file.place).collect();
            write_set(&places, is_quiet, |at, draft| {
                let emitter = files[at].emitter;
                let written = emitter.write(dataset, draft);
                written.map_err(|error| Error::emit(emitter, error))
            })
        }
    }
}

/// The contents of the file in one format.
pub(crate) fn emit(emitter: &dyn Emitter, dataset: &Dataset) -> Result<Vec<u8>, Error> {
    let bytes = emitter.emit(dataset);
    bytes.map_err(|error| Error::emit(emitter, error))
}

/// Writes every file next to its place, then moves all of them there.
pub(crate) fn write_set(
    places: &[&Place],
    is_quiet: bool,
    write: impl Fn(usize, &mut Draft) -> Result<(), Error>,
) -> Result<Written, Error> {
    let failed = |(at, error): Failure| not_written(places[at], error);
    let targets: Vec<_> = places.iter().map(|place| &*place.target).collect();
    let folders = Folders::lock(&targets, is_quiet).map_err(failed)?;
    let drafts = places.iter().enumerate();
    let drafts = drafts.map(|(at, place)| draft(place, |draft| write(at, draft)));
    let set: Vec<_> = drafts
        .collect::<Result<_, _>>()
        .inspect_err(|_| folders.remove_new())?;
    let written = set.iter().flatten().count();
    let unchanged = set.len() - written;
    transaction::commit(set, folders).map_err(failed)?;
    Ok(Written { written, unchanged })
}

/// Writes one file next to its place; `None` if the place already holds the same bytes.
fn draft(
    place: &Place,
    write: impl FnOnce(&mut Draft) -> Result<(), Error>,
) -> Result<Option<Draft>, Error> {
    let failed = |error| not_written(place, error);
    let mut draft = Draft::new(&place.target).map_err(failed)?;
    let result = write(&mut draft);
    if let Some(error) = draft.failure.take() {
        return Err(failed(error));
    }
    result?;
    draft.finish().map_err(failed)
}

fn not_written(place: &Place, error: io::Error) -> Error {
    Error::Write {
        path: shown(&place.path),
        error,
    }
}
