//! A sign of life on a terminal, where the work is long enough to be noticed.

use std::io::{self, IsTerminal, Write};

use portconv::Source;

/// Text that takes about a second, from reading to writing. The seed has 63 KB without its padding.
const LONG: usize = 16 << 20;

/// A line on standard error; nothing where that is no terminal, or the work is short.
#[derive(Debug)]
pub(crate) struct Progress {
    is_shown: bool,
}

impl Progress {
    /// For work on these inputs.
    pub(crate) fn of(sources: &[Source], is_quiet: bool) -> Self {
        let size: usize = sources.iter().map(|source| source.text().len()).sum();
        let is_shown = size > LONG && !is_quiet && io::stderr().is_terminal();
        Self { is_shown }
    }

    /// Says what is being done.
    pub(crate) fn say(&self, what: &str) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{what:WIDTH$} …");
        }
    }

    /// Makes room for messages.
    pub(crate) fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{:WIDTH$}  \r", "");
        }
    }
}

/// The longest thing that is said.
const WIDTH: usize = "converting".len();
