//! Printing: one write per message, so that the lines of two runs do not mix.

use std::fmt::Display;
#[cfg(unix)]
use std::fs::{self, File};
#[cfg(unix)]
use std::io::Read;
use std::io::{self, Write};

use anstream::AutoStream;

use crate::error::{Error, Outcome};
use crate::escape;

/// Prints a line for people. If nobody sees it, the exit code still tells how the run ended.
pub(crate) fn line(message: impl Display) {
    styled(&format!(
        "portconv: {}\n",
        escape::line(&message.to_string())
    ));
}

/// A number and what it counts: `1 record`, `2 records`.
pub(crate) fn counted(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// Prints escaped lines for people, with colors on a terminal.
pub(crate) fn styled(lines: &str) {
    let stderr = io::stderr();
    let choice = AutoStream::choice(&stderr);
    let _ = stderr.lock().write_all(&colored(lines, choice));
}

/// Prints the result of a command.
pub(crate) fn print(text: impl AsRef<[u8]>) -> Result<Outcome, Error> {
    data(text.as_ref()).map(|()| Outcome::Done)
}

/// Prints the result of a command, with colors on a terminal.
pub(crate) fn print_styled(text: &str) -> Result<Outcome, Error> {
    let choice = AutoStream::choice(&io::stdout());
    print(colored(text, choice))
}

fn colored(text: &str, choice: anstream::ColorChoice) -> Vec<u8> {
    let mut stream = AutoStream::new(Vec::with_capacity(text.len()), choice);
    // Memory takes all bytes.
    let _ = stream.write_all(text.as_bytes());
    stream.into_inner()
}

/// Writes to standard output. It is no error if the reader has seen enough and closes the pipe.
pub(crate) fn data(bytes: &[u8]) -> Result<(), Error> {
    match stdout().and_then(|mut stdout| stdout.write_all(bytes)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write {
            path: "standard output".to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}

/// Standard output as a file, because std's silently drops what is written to a read-only descriptor.
#[cfg(unix)]
fn stdout() -> io::Result<File> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let mut stdout = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    // In the place of a closed descriptor std opens the null device, and for reading, too.
    let device = stdout.metadata()?.rdev();
    let is_null = fs::metadata("/dev/null").is_ok_and(|null| null.rdev() == device);
    if is_null && stdout.read(&mut [0]).is_ok() {
        return Err(io::Error::other("it is closed"));
    }
    Ok(stdout)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
fn stdout() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}
