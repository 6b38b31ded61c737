//! What a test needs of the machine it runs on.

use std::path::Path;
use std::process::Command;

use crate::support::root;

/// Whether a test could be made at all; what it finds wrong is a panic.
pub(crate) type Outcome = Result<(), Absent>;

/// What a test needs but the machine lacks.
pub(crate) struct Absent(String);

impl Absent {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(crate) fn message(&self) -> String {
        format!("{} is absent", self.0)
    }
}

/// A program that can be started.
pub(crate) fn program(name: &str) -> Outcome {
    let found = Command::new("sh")
        .args(["-c", "command -v \"$0\"", name])
        .output();
    present(found.is_ok_and(|found| found.status.success()), name)
}

/// A file or folder of the package that git does not hold, and what brings it.
pub(crate) fn installed(path: &str, by: &str) -> Outcome {
    present(root().join(path).exists(), &format!("{path} ({by})"))
}

/// A command that succeeds, such as one that needs a right or a module of the kernel.
pub(crate) fn success(command: &mut Command, what: &str) -> Outcome {
    let may = command.output().is_ok_and(|run| run.status.success());
    present(may, what)
}

/// strace, and the right to trace.
pub(crate) fn tracing() -> Outcome {
    let mut probe = Command::new("strace");
    success(
        probe.args(["-qq", "-o", "/dev/null", "true"]),
        "strace, or the right to trace,",
    )
}

/// The right to mount, in namespaces of one's own.
pub(crate) fn mounting() -> Outcome {
    let mut probe = Command::new("unshare");
    probe.args(["-rmn", "mount", "--bind", "/dev/null"]);
    let on = root().join("README.md");
    success(
        probe.arg::<&Path>(&on),
        "the right to mount in a namespace (unshare -rmn)",
    )
}

fn present(is: bool, what: &str) -> Outcome {
    if is { Ok(()) } else { Err(Absent::new(what)) }
}
