//! `--template FILE`: the tree of `ports.json` in any text format, by a template in Jinja's language
//! (<https://docs.rs/minijinja/latest/minijinja/syntax/>).
//!
//! ```jinja
//! {% for record in records if record.name %}
//! {{ record.first_port }} {{ record.name }}
//! {% endfor %}
//! ```
//!
//! Besides the tree, it has `services`, one for each port and protocol: names resolved, ranges expanded, as in
//! the services file.
//!
//! An unknown name is an error, never a blank. A line that holds only a tag leaves no blank line behind.
//! A template is a program of its user. Against accidents, each step and each output byte uses up fuel from a supply
//! that grows with the records, and it has a large stack. The ending before `.j2` says what must be escaped: `ports.xml.j2` escapes for XML.

use std::io::Write;
use std::thread;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, context};

use super::{EmitError, Emitter, Format};
use crate::dataset::{Attribution, Dataset};
use crate::limits;
use crate::text::blanked;

/// A format that a user made. It is in no list of formats, as the command makes it from a file.
#[derive(Debug)]
pub struct Template {
    path: String,
    text: String,
}

impl Template {
    /// The name of the format.
    pub const NAME: &'static str = "template";
    /// What it is for.
    pub const PURPOSE: &'static str = "any other text format, by --template FILE";

    /// A template, by the path that messages give it.
    #[must_use]
    pub fn new(path: String, text: String) -> Self {
        Self { path, text }
    }

    /// The template's own name without its `.j2`.
    fn file_name(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(Self::NAME);
        let mut endings = [".j2", ".jinja", ".jinja2"].iter();
        let stem = endings.find_map(|ending| name.strip_suffix(ending));
        stem.filter(|stem| !stem.is_empty()).unwrap_or(name)
    }

    fn render(&self, dataset: &Dataset) -> Result<String, Error> {
        let mut environment = Environment::new();
        configure(&mut environment)?;
        // Otherwise an error about an undefined name does not say which.
        environment.set_debug(true);
        environment.set_fuel(Some(limits::fuel(
            dataset.records.len() + dataset.services.len(),
        )));
        environment.add_function("fail", |message: String| -> Result<String, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, message))
        });
        environment.add_template(&self.path, &self.text)?;
        environment
            .get_template(&self.path)?
            .render(context(dataset))
    }

    /// `path:line: message`.
    fn message(&self, error: &Error) -> String {
        let (path, kind) = (&self.path, error.kind());
        let line = error.line().unwrap_or(1);
        let detail = error.detail().map(|detail| format!(": {detail}"));
        format!("{path}:{line}: {kind}{}", detail.unwrap_or_default()).replace('\n', " ")
    }
}

/// What a template sees: the tree, the services, and whose data it is as one line for a comment, empty if nobody says.
fn context(dataset: &Dataset) -> Value {
    let services = dataset.services.iter().map(|service| {
        let record = &dataset.records[service.record];
        context! {
            description => &record.description,
            record => &record.id,
            ..Value::from(Serde(service))
        }
    });
    context! {
        services => services.collect::<Vec<_>>(),
        credit => dataset.attribution.as_ref().map(credit).unwrap_or_default(),
        ..Value::from(Serde(dataset))
    }
}

fn credit(from: &Attribution) -> String {
    let revision = from.revision.map(|revision| format!("revision {revision}"));
    let parts = [&from.title, &from.url, &revision, &from.license];
    let parts = parts.into_iter().flatten().map(|part| blanked(part));
    parts.collect::<Vec<_>>().join(", ")
}

/// Sets up Jinja's language: an unknown name is an error, a line that holds only a tag leaves no blank line, and the last
/// line keeps its end.
pub(super) fn configure(environment: &mut Environment<'_>) -> Result<(), Error> {
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    environment.set_syntax(syntax);
    Ok(())
}

impl Emitter for Template {
    fn format(&self) -> Format<'_> {
        Format::new(Self::NAME, self.file_name(), Self::PURPOSE)
    }

    fn write(&self, dataset: &Dataset, out: &mut dyn Write) -> Result<(), EmitError> {
        // minijinja takes a frame of the stack for each operator of `1+1+1+…`.
        let text = thread::scope(|scope| {
            let builder = thread::Builder::new().stack_size(limits::TEMPLATE_STACK);
            let renderer = builder.spawn_scoped(scope, || self.render(dataset))?;
            let text = renderer.join();
            let text = text.map_err(|_| EmitError::new("the template renderer crashed"))?;
            text.map_err(|error| EmitError::new(self.message(&error)))
        })?;
        Ok(out.write_all(text.as_bytes())?)
    }
}
