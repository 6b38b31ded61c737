//! All tests that use the library or the command from outside, as one program: it is linked once. Those
//! that need other programs too are in `tests/readers`.

mod any_syntax;
mod attribution;
mod blank_cells;
mod cases;
mod check;
mod ci;
mod cli;
mod commands;
mod datapackage;
mod datasette;
mod decoding;
mod docs;
mod explain;
mod facts;
mod facts_update;
mod forms;
mod golden;
mod library;
mod look_up;
mod lost_cells;
mod memory;
mod properties;
mod registered_ports;
mod registry;
mod schema;
mod seed;
mod soak;
mod support;
mod tables;
mod templates;
mod tidy;
mod trust;
mod writing;
