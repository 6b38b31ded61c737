//! Datasets → files: all of them are replaced, or none.

use std::io;
use std::panic::resume_unwind;
use std::thread;

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
    write: impl Fn(usize, &mut Draft) -> Result<(), Error> + Sync,
) -> Result<Written, Error> {
    let failed = |(at, error): Failure| not_written(places[at], error);
    let targets: Vec<_> = places.iter().map(|place| &*place.target).collect();
    let folders = Folders::lock(&targets, is_quiet).map_err(failed)?;
    let drafts = side_by_side(places, |at, place| draft(place, |draft| write(at, draft)));
    let set: Vec<_> = drafts
        .into_iter()
        .collect::<Result<_, _>>()
        .inspect_err(|_| folders.remove_new())?;
    let written = set.iter().flatten().count();
    let unchanged = set.len() - written;
    transaction::commit(set, folders).map_err(failed)?;
    Ok(Written { written, unchanged })
}

/// Does some work for each item on a thread of its own, or on this one where no thread can start.
fn side_by_side<I: Sync, R: Send>(items: &[I], work: impl Fn(usize, &I) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let work = &work;
        let start = |(at, item)| {
            let thread = thread::Builder::new().spawn_scoped(scope, move || work(at, item));
            (at, item, thread)
        };
        let started: Vec<_> = items.iter().enumerate().map(start).collect();
        let results = started.into_iter().map(|(at, item, thread)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => work(at, item),
        });
        results.collect()
    })
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
