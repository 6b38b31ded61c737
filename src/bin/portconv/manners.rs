//! What a user is told about the command itself: errors in arguments, versions, completions, man pages.

use clap::CommandFactory;
use clap_complete::Shell;
use portconv::diagnostic::Code;
use portconv::emit::EMITTERS;

use crate::cli::Arguments;
use crate::error::{Error, Outcome};
use crate::say::{print, said};

/// clap's message without its usage text: what is wrong, then a tip if there is one, then the rest.
pub(crate) fn usage(error: &clap::Error) -> Error {
    let message = error.to_string();
    let lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let is_end = |line: &&str| line.starts_with("Usage:") || line.starts_with("For more");
    let mut lines = lines.take_while(|line| !is_end(line));
    let wrong = lines.next().unwrap_or_default();
    let (mut details, others): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("tip:"));
    details.extend(others);
    let subcommand = message.lines().find_map(|line| {
        let words = line.strip_prefix("Usage: portconv ")?.split(' ').next()?;
        subcommands().into_iter().find(|name| name == words)
    });
    let command = ["portconv"].into_iter().chain(subcommand.as_deref());
    let command = command.collect::<Vec<_>>().join(" ");
    let help = format!("for help: {command} --help");
    details.push(&help);
    Error::Typed {
        wrong: wrong.trim_start_matches("error: ").to_owned(),
        help: details.into_iter().map(str::to_owned).collect(),
    }
}

/// The subcommand that a word is nearly, if any: `lokup`.
pub(crate) fn subcommand_like(word: &str) -> Option<String> {
    let distance = |name: &String| strsim::damerau_levenshtein(word, name);
    let nearest = subcommands()
        .into_iter()
        .min_by_key(|name| distance(name))?;
    (distance(&nearest) <= 2 && word.len() > 2).then_some(nearest)
}

fn subcommands() -> Vec<String> {
    let command = Arguments::command();
    let names = command
        .get_subcommands()
        .map(|known| known.get_name().to_owned());
    names.chain(["help".to_owned()]).collect()
}

/// The version, and what a report of a bug should hold.
pub(crate) fn version(is_verbose: bool) -> Result<Outcome, Error> {
    let version = format!("portconv {}\n", env!("CARGO_PKG_VERSION"));
    if !is_verbose {
        return print(version);
    }
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let (path, table) = portconv::BUILTIN;
    let sha256 = portconv::Fingerprint::new(table.as_bytes()).sha256;
    let formats: Vec<_> = EMITTERS
        .iter()
        .map(|emitter| emitter.format().name)
        .collect();
    let formats = formats.join(", ");
    print(format!(
        "{version}system: {system} {machine}\ntable: {path}, sha256 {sha256}\nformats: {formats}\n"
    ))
}

/// The completions of a shell. Behind a comma a list goes on: `--format json,` offers the formats again.
pub(crate) fn completions(shell: Shell) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "portconv", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    for list in lists() {
        script = match shell {
            Shell::Bash => script.replace(
                &format!("compgen -W \"{list}\" -- \"${{cur}}\""),
                &format!(
                    "compgen -P \"${{cur%\"${{cur##*,}}\"}}\" -W \"{list}\" -- \"${{cur##*,}}\""
                ),
            ),
            Shell::Zsh => script.replace(
                &format!(":({list})"),
                &format!(":_sequence compadd - {list}"),
            ),
            _ => script,
        };
    }
    print(script)
}

/// The words of options that take several, separated by commas.
fn lists() -> [String; 2] {
    let formats = EMITTERS.iter().map(|emitter| emitter.format().name);
    let formats = formats.chain([portconv::emit::template::Template::NAME]);
    let codes = Code::ALL.iter().map(|code| code.name());
    [
        formats.collect::<Vec<_>>().join(" "),
        codes.collect::<Vec<_>>().join(" "),
    ]
}

/// The man page of the command, or of one of its subcommands.
pub(crate) fn man(subcommand: Option<&str>) -> Result<Outcome, Error> {
    let mut command = Arguments::command();
    command.build();
    let command = match subcommand {
        None => command,
        Some(name) => command.find_subcommand(name).cloned().unwrap_or_default(),
    };
    let mut page = Vec::new();
    said(clap_mangen::Man::new(command).render(&mut page))?;
    print(page)
}

/// The command that was typed, without `--check`: it brings the files up to date.
pub(crate) fn mending() -> String {
    let words = std::env::args().skip(1).filter(|word| word != "--check");
    let words: Vec<_> = words.map(|word| quoted(&word)).collect();
    format!("portconv {}", words.join(" "))
        .trim_end()
        .to_owned()
}

/// A word as a shell takes it (POSIX, Shell Command Language §2.2.2).
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/.-_+,=:".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
