//! How much each diagnostic matters in this run: `-A`, `-W`, `-D` and `--strict`.

use std::collections::HashMap;

use clap::ArgMatches;
use portconv::diagnostic::{Code, Severity};

use crate::error::Error;

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
    pub(crate) fn of(matches: &ArgMatches, is_strict: bool) -> Result<Self, Error> {
        let mut named = Vec::new();
        for (option, level) in [
            ("allow", Level::Allow),
            ("warn", Level::Warning),
            ("deny", Level::Error),
        ] {
            let places = matches.indices_of(option).into_iter().flatten();
            let words = matches.get_many::<String>(option).into_iter().flatten();
            for (place, word) in places.zip(words) {
                named.push((place, code(word)?, level));
            }
        }
        named.sort_by_key(|(place, ..)| *place);
        let named = named
            .into_iter()
            .map(|(_, code, level)| (code, level))
            .collect();
        Ok(Self { named, is_strict })
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

/// The code with a name.
pub(crate) fn code(word: &str) -> Result<Code, Error> {
    Code::ALL
        .iter()
        .copied()
        .find(|code| code.name() == word)
        .ok_or_else(|| {
            let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
            Error::Usage(format!(
                "there is no diagnostic {word:?}; there are {}",
                names.join(", ")
            ))
        })
}
