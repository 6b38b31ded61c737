//! What is printed, and what becomes of it: messages for people, and texts that were asked for.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Outcome};
use crate::escape;

/// One line for people. If it reaches nobody, the exit code still says how it went.
pub(crate) fn tell(message: impl Display) {
    let message = message.to_string();
    let _ = writeln!(io::stderr(), "portconv: {}", escape::line(&message));
}

/// Prints a text that was asked for.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<Outcome, Error> {
    write_stdout(text.as_ref()).map(|()| Outcome::Done)
}

/// Prints a text with its colors, as far as the terminal shows any.
pub(crate) fn print_styled(text: impl Display) -> Result<Outcome, Error> {
    let mut stdout = anstream::stdout().lock();
    let printed = write!(stdout, "{text}");
    said(printed.and_then(|()| stdout.flush())).map(|()| Outcome::Done)
}

/// A reader that has seen enough and closes the pipe is no error.
pub(crate) fn write_stdout(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    said(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// The result of printing messages: a reader that closes the pipe is no error.
pub(crate) fn said(printed: io::Result<()>) -> Result<(), Error> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write {
            path: "standard output".to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}

/// A path as messages and outputs show it.
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
