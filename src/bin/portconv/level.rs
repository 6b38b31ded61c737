//! The level of each diagnostic in this run: `-A`, `-W`, `-D` and `--strict`.

use std::collections::HashMap;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
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
#[derive(Debug, Clone, Default)]
pub(crate) struct Levels {
    named: HashMap<Code, Level>,
    is_strict: bool,
}

/// The options that name codes.
const OPTIONS: [(&str, char, Level); 3] = [
    ("allow", 'A', Level::Allow),
    ("warn", 'W', Level::Warning),
    ("deny", 'D', Level::Error),
];

impl Args for Levels {
    fn augment_args(command: Command) -> Command {
        let option = |(name, short, level)| {
            let help = match level {
                Level::Allow => "Do not print diagnostics of this code",
                Level::Note | Level::Warning => "Print diagnostics of this code as warnings",
                Level::Error => {
                    "Exit with 1 and write nothing if there is a diagnostic of this code"
                }
            };
            Arg::new(name)
                .short(short)
                .long(name)
                .help(help)
                .value_name("CODE")
                .value_delimiter(',')
                .value_parser(codes())
                .hide_possible_values(true)
                .action(ArgAction::Append)
                .help_heading("Messages")
        };
        let strict = Arg::new("strict")
            .long("strict")
            .help("Deny all warnings that are not named by -A or -W")
            .action(ArgAction::SetTrue)
            .help_heading("Messages");
        command.args(OPTIONS.map(option)).arg(strict)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Levels {
    /// If several options name the same code, the last one counts.
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut named = Vec::new();
        for (name, _, level) in OPTIONS {
            let places = matches.indices_of(name).into_iter().flatten();
            let codes = matches.get_many::<Code>(name).into_iter().flatten();
            named.extend(places.zip(codes).map(|(place, &code)| (place, code, level)));
        }
        named.sort_by_key(|(place, ..)| *place);
        let named = named.into_iter().map(|(_, code, level)| (code, level));
        Ok(Self {
            named: named.collect(),
            is_strict: matches.get_flag("strict"),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Parses the name of a diagnostic.
fn codes() -> impl TypedValueParser<Value = Code> {
    let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
    PossibleValuesParser::new(names)
        .try_map(|name| Code::by_name(&name).ok_or("no such diagnostic"))
}

impl Levels {
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
