//! The command line as typed → words of it, to be typed again.

use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use crate::place::shown;

/// What was typed, for the command or a subcommand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Typed<'t> {
    pub(crate) command: &'t Command,
    pub(crate) matches: &'t ArgMatches,
}

impl Typed<'_> {
    /// The arguments that are wanted by the name of their struct and their own: options, then operands.
    pub(crate) fn words(self, is_wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let (mut options, mut operands) = (Vec::new(), Vec::new());
        for argument in self.command.get_arguments() {
            let id = argument.get_id();
            let mut groups = self.command.get_groups();
            let group = groups.find(|group| group.get_args().any(|known| known == id));
            let group = group.map_or("", |group| group.get_id().as_str());
            let id = id.as_str();
            // A subcommand lacks some of them.
            let is_known = self.matches.try_contains_id(id).unwrap_or(false);
            if !is_known
                || !is_wanted(group, id)
                || self.matches.value_source(id) != Some(ValueSource::CommandLine)
            {
                continue;
            }
            let values = self.matches.get_raw(id).into_iter().flatten();
            let values: Vec<_> = values.map(|it| it.to_string_lossy().into_owned()).collect();
            match (argument.get_long(), argument.get_value_delimiter()) {
                (None, _) => operands.extend(values.iter().map(|path| shown(Path::new(path)))),
                (Some(long), _) if !argument.get_action().takes_values() => {
                    options.push(format!("--{long}"));
                }
                (Some(long), Some(_)) => options.push(format!("--{long}={}", values.join(","))),
                (Some(long), None) => {
                    options.extend(values.iter().map(|value| format!("--{long}={value}")));
                }
            }
        }
        let is_like_option = |operand: &String| operand.starts_with('-') && operand != "-";
        options.extend(operands.iter().any(is_like_option).then(|| "--".to_owned()));
        [options, operands].concat()
    }
}
