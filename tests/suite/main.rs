//! All tests that use the library or the command from outside, as one program: it is linked once.

mod cases;
mod check;
mod cli;
mod datapackage;
mod datasette;
mod docs;
mod golden;
mod page;
mod properties;
mod readers;
mod registry;
mod resolvers;
mod schema;
mod seed;
mod support;
mod templates;
mod tidy;
mod writing;
