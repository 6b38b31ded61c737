//! How much each diagnostic matters in this run: `-A`, `-W`, `-D` and `--strict`.

use std::collections::HashMap;

use clap::ArgMatches;
use portconv::diagnostic::{Code, Severity};

/// How a diagnostic is treated, from the least to the most.
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
#[derive(Debug, Default)]
pub(crate) struct Levels {
    named: HashMap<Code, Level>,
    is_strict: bool,
}

impl Levels {
    /// Of several options that name one code, the last one counts.
    pub(crate) fn new(matches: &ArgMatches, is_strict: bool) -> Self {
        let mut named = Vec::new();
        for (option, level) in [
            ("allow", Level::Allow),
            ("warn", Level::Warning),
            ("deny", Level::Error),
        ] {
            let places = matches.indices_of(option).into_iter().flatten();
            let codes = matches.get_many::<Code>(option).into_iter().flatten();
            named.extend(places.zip(codes).map(|(place, &code)| (place, code, level)));
        }
        named.sort_by_key(|(place, ..)| *place);
        let named = named
            .into_iter()
            .map(|(_, code, level)| (code, level))
            .collect();
        Self { named, is_strict }
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
            (None, Severity::Warning) if self.is_strict => Level::Error,
            (None, Severity::Warning) => Level::Warning,
            (None, Severity::Note) => Level::Note,
        }
    }
}
