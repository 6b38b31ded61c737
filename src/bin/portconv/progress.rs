//! A sign of life on a terminal, where the work is long enough to be noticed.

use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;
use portconv::Source;

/// Text that takes about a second, from reading to writing. The seed has 63 KB without its padding.
const LONG: usize = 16 << 20;

/// A spinner on standard error; nothing where that is no terminal, or the work is short.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// For work on these inputs.
    pub(crate) fn of(sources: &[Source], is_quiet: bool) -> Self {
        let size: usize = sources.iter().map(|source| source.text().len()).sum();
        // Ticking takes a thread, and panics where none can start.
        let can_tick = || thread::Builder::new().spawn(|| {}).is_ok();
        Self((size > LONG && !is_quiet && can_tick()).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        }))
    }

    /// Says what is being done.
    pub(crate) fn say(&self, what: &'static str) {
        if let Some(bar) = &self.0 {
            bar.set_message(what);
        }
    }

    /// Makes room for messages.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
