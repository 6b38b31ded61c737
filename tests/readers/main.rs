//! Programs that are not portconv read what it writes, and find all of it.
//!
//! A test whose program is not there counts as ignored and says what is absent; with `PORTCONV_CI` set it
//! fails. libtest knows only tests that are ignored when they are compiled, so libtest-mimic runs these.
//! A test is a function that returns [`Outcome`], begins with what it [`needs`], and has its name in the
//! `tests!` of its file.

#![allow(
    clippy::unnecessary_wraps,
    reason = "tests that need no program are of the same type"
)]

#[path = "../suite/support/mod.rs"]
mod support;

/// The tests of a file, by their names.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        pub(crate) const TESTS: &[crate::Test] =
            &[$((concat!(module_path!(), "::", stringify!($name)), $name)),+];
    };
}

mod data;
mod disk;
mod frames;
mod messages;
mod needs;
mod page;
mod pages;
mod resolvers;
mod sarif;
mod templates;
mod transaction;
mod workflows;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use needs::Outcome;

type Test = (&'static str, fn() -> Outcome);

fn main() -> ExitCode {
    let tests = [
        data::TESTS,
        disk::TESTS,
        frames::TESTS,
        messages::TESTS,
        page::TESTS,
        pages::TESTS,
        resolvers::TESTS,
        sarif::TESTS,
        templates::TESTS,
        transaction::TESTS,
        workflows::TESTS,
    ];
    let trials = tests.concat().into_iter().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial((name, test): Test) -> Trial {
    let name = name.trim_start_matches("readers::");
    Trial::ignorable_test(name, move || completion(test()))
}

fn completion(outcome: Outcome) -> Result<Completion, Failed> {
    let is_ci = std::env::var_os("PORTCONV_CI").is_some();
    match outcome {
        Ok(()) => Ok(Completion::Completed),
        Err(absent) if is_ci => Err(format!("{}, and CI must have it", absent.message()).into()),
        Err(absent) => Ok(Completion::ignored_with(absent.message())),
    }
}
