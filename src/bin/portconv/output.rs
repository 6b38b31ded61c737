//! Datasets → files: all of them are replaced, or none.

use std::io;
use std::panic::resume_unwind;
use std::thread;

use portconv::dataset::Dataset;
use portconv::emit::Emitter;

use crate::draft::Draft;
use crate::error::Error;
use crate::place::shown;
use crate::plan::outputs::{Output, Outputs, Place};
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
            // A database takes most memory: on this thread it can have what reading has set free.
            let is_binary = |file: &Output| file.emitter.format().is_binary;
            let here = files.iter().position(is_binary).unwrap_or(0);
            write_set(&places, here, is_quiet, |at, draft| {
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

/// Writes every file next to its place, one of them on this thread, then moves all of them there.
pub(crate) fn write_set(
    places: &[&Place],
    here: usize,
    is_quiet: bool,
    write: impl Fn(usize, &mut Draft) -> Result<(), Error> + Sync,
) -> Result<Written, Error> {
    let failed = |(at, error): Failure| not_written(places[at], error);
    let targets: Vec<_> = places.iter().map(|place| &*place.target).collect();
    let folders = Folders::lock(&targets, is_quiet).map_err(failed)?;
    let drafts = side_by_side(places, here, |at, place| {
        draft(place, |draft| write(at, draft))
    });
    let set: Vec<_> = drafts
        .into_iter()
        .collect::<Result<_, _>>()
        .inspect_err(|_| folders.remove_new())?;
    let written = set.iter().flatten().count();
    let unchanged = set.len() - written;
    transaction::commit(set, folders).map_err(failed)?;
    Ok(Written { written, unchanged })
}

/// Does some work for each item: for one of them here, for the others on threads of their own, or here too where no
/// thread can start.
fn side_by_side<I: Sync, R: Send>(
    items: &[I],
    here: usize,
    work: impl Fn(usize, &I) -> R + Sync,
) -> Vec<R> {
    thread::scope(|scope| {
        let work = &work;
        let start = |(at, item)| {
            let thread = || thread::Builder::new().spawn_scoped(scope, move || work(at, item));
            (at != here).then(thread)?.ok()
        };
        let threads: Vec<_> = items.iter().enumerate().map(start).collect();
        let mut own = items.get(here).map(|item| work(here, item));
        let threads = threads.into_iter().zip(items).enumerate();
        let results = threads.map(|(at, (thread, item))| match thread {
            Some(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            None => own
                .take_if(|_| at == here)
                .unwrap_or_else(|| work(at, item)),
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
