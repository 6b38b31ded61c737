//! The level of each diagnostic in this run: `-A`, `-W`, `-D` and `--strict`.

use std::collections::{BTreeMap, HashMap};

use clap::ArgMatches;
use portconv::diagnostic::{Code, Severity};

/// How a diagnostic is treated, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Not printed.
    Allow,
    /// Counted, and printed with `-v`.
    Note,
    /// Printed.
    Warning,
    /// Printed; nothing is written, and the exit code is 1.
    Error,
}

impl Level {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The levels that were asked for.
#[derive(Debug)]
pub(crate) struct Levels {
    named: HashMap<Code, Level>,
    is_strict: bool,
}

impl Levels {
    /// Takes the options by their ids, with the codes of each. If several name the same code, the last one counts; only the
    /// matches know their order.
    pub(crate) fn new(
        options: [(&str, &[Code], Level); 3],
        is_strict: bool,
        matches: &ArgMatches,
    ) -> Self {
        let mut named = BTreeMap::new();
        // A subcommand does not define these options, and clap panics when asked for one that is not defined.
        for (option, codes, level) in options.into_iter().filter(|(_, it, _)| !it.is_empty()) {
            let places = matches.indices_of(option).into_iter().flatten();
            named.extend(places.zip(codes.iter().map(|&code| (code, level))));
        }
        Self {
            named: named.into_values().collect(),
            is_strict,
        }
    }

    /// The level of a warning that has no code of its own.
    pub(crate) fn of_warning(&self) -> Level {
        if self.is_strict {
            Level::Error
        } else {
            Level::Warning
        }
    }

    /// The level of a code: as named, else by its severity.
    pub(crate) fn level(&self, code: Code) -> Level {
        match (self.named.get(&code), code.severity()) {
            (Some(&level), _) => level,
            (None, _) if code == Code::RecordCount => Level::Error,
            (None, Severity::Warning) => self.of_warning(),
            (None, Severity::Note) => Level::Note,
        }
    }
}
