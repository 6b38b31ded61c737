//! Datasets → files: all of them are replaced, or none.

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
            write_set(&places, is_quiet, |at| emit(files[at].emitter, dataset))
        }
    }
}

/// The contents of the file in one format.
pub(crate) fn emit(emitter: &dyn Emitter, dataset: &Dataset) -> Result<Vec<u8>, Error> {
    emitter.emit(dataset).map_err(|error| Error::Emit {
        format: emitter.format().name,
        error,
    })
}

/// Writes every file next to its place, then moves all of them there.
pub(crate) fn write_set(
    places: &[&Place],
    is_quiet: bool,
    contents: impl Fn(usize) -> Result<Vec<u8>, Error> + Sync,
) -> Result<Written, Error> {
    let failed = |(at, error): Failure| Error::Write {
        path: shown(&places[at].path),
        error,
    };
    let targets: Vec<_> = places.iter().map(|place| &*place.target).collect();
    let folders = Folders::lock(&targets, is_quiet).map_err(failed)?;
    let drafts = side_by_side(places.len(), |at| {
        Draft::new(targets[at], contents(at)?).map_err(|error| failed((at, error)))
    });
    let set: Vec<_> = drafts.into_iter().collect::<Result<_, _>>()?;
    let written = set.iter().flatten().count();
    let unchanged = set.len() - written;
    transaction::commit(&targets, set, folders).map_err(failed)?;
    Ok(Written { written, unchanged })
}

/// Does some pieces of work: the first here, each other on a thread of its own, or here too where none can start.
fn side_by_side<R: Send>(pieces: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let work = &work;
        let start = |at| thread::Builder::new().spawn_scoped(scope, move || work(at));
        let threads: Vec<_> = (1..pieces).map(start).collect();
        let first = (pieces > 0).then(|| work(0));
        let others = threads.into_iter().zip(1..);
        let others = others.map(|(thread, at)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => work(at),
        });
        first.into_iter().chain(others).collect()
    })
}
