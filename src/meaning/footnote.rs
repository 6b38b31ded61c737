//! Citations of both forms → [`Dataset::citations`](crate::dataset::Dataset): one list, one id each.
//!
//! A label means the definition of its own table: the one that stands between this table and the next.
//! In the seed `[^2]` is `rfc6335-3` in the legend (line 10) and `IANA-2` in the port table (line 310).
//! If that table has none, the first definition of the document serves (CommonMark's rule for
//! link labels, <https://spec.commonmark.org/0.31.2/#matches>).
//!
//! The id of a citation is what follows `#cite_note-` in its URL, never its label: label 92 of the
//! seed is id 93.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::attribution::{self, Base};
use crate::dataset::Citation;
use crate::diagnostic::{Code, Report};
use crate::limits::CITATION_ID;
use crate::read::grid::{Definition, FootnoteId, Reference};
use crate::read::prose::{Prose, plain};
use crate::read::wiki::citation_id;

/// What makes two citations one: their URL and words.
type Target = (Option<String>, Option<String>);

/// The citations of all inputs, each once, in the order of first use.
#[derive(Debug, Default)]
pub(crate) struct Citations {
    list: Vec<Citation>,
    by_target: HashMap<Target, Arc<str>>,
    ids: HashSet<String>,
    uses_of_id: HashMap<String, usize>,
}

/// The start of a definition, or of a cell, for messages: many of them can quote one.
pub(super) fn excerpt(text: &str) -> &str {
    &text[..text.floor_char_boundary(CITATION_ID)]
}

impl Citations {
    /// The list.
    #[must_use]
    pub(crate) fn into_list(self) -> Vec<Citation> {
        self.list
    }

    fn of_url(&mut self, url: &str, base: Option<Base<'_>>) -> Arc<str> {
        let url = attribution::resolve(url, base);
        let id = citation_id(&url).unwrap_or(&url).to_owned();
        self.of_target(&id, (Some(url), None))
    }

    /// A footnote without a URL of the page's own is cited by its label.
    fn of_definition(&mut self, definition: &Definition<'_>, base: Option<Base<'_>>) -> Arc<str> {
        let target = meaning(definition, base);
        let id = target.0.as_deref().and_then(citation_id);
        let id = id.unwrap_or(&definition.label).to_owned();
        self.of_target(&id, target)
    }

    /// The id of what is cited; one like the given, the first time.
    fn of_target(&mut self, id: &str, target: Target) -> Arc<str> {
        if let Some(known) = self.by_target.get(&target) {
            return Arc::clone(known);
        }
        let id = self.unique(&id[..id.floor_char_boundary(CITATION_ID)]);
        let (id, (url, text)) = (Arc::<str>::from(id), target.clone());
        self.by_target.insert(target, Arc::clone(&id));
        self.list.push(Citation {
            id: Arc::clone(&id),
            url,
            text,
        });
        id
    }

    fn unique(&mut self, id: &str) -> String {
        let mut unique = id.to_owned();
        while !self.ids.insert(unique.clone()) {
            let uses = self.uses_of_id.entry(id.to_owned()).or_insert(1);
            *uses += 1;
            unique = format!("{id}.{uses}");
        }
        unique
    }
}

/// What a footnote says: nothing but a URL, or words with the URL of their only link.
fn meaning(definition: &Definition<'_>, base: Option<Base<'_>>) -> Target {
    let address = definition
        .text
        .trim_start_matches('<')
        .trim_end_matches('>');
    if is_url(address) {
        return (Some(attribution::resolve(address, base)), None);
    }
    let prose = Prose::new(&definition.content);
    let url = match prose.links.as_slice() {
        [link] if !link.url.is_empty() => Some(attribution::resolve(&link.url, base)),
        _ => None,
    };
    let text = if prose.text.is_empty() {
        plain(definition.text)
    } else {
        prose.text.into_owned()
    };
    (url, Some(text))
}

/// Whether a text is a URL with a scheme, or one relative to the page.
fn is_url(text: &str) -> bool {
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let has_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (has_scheme || text.starts_with(['/', '#'])) && !text.contains(char::is_whitespace)
}

/// The footnote definitions of one document.
#[derive(Debug)]
pub(crate) struct Footnotes<'a> {
    definitions: Vec<Definition<'a>>,
    first: HashMap<String, usize>,
    first_behind: HashMap<(String, usize), usize>,
    used: Vec<bool>,
    cited: Vec<Option<Arc<str>>>,
    base: Option<Base<'a>>,
}

impl<'a> Footnotes<'a> {
    /// Sorts the definitions by label, and reports a label that one table defines twice. Relative URLs
    /// start from `base`.
    pub(crate) fn new(
        definitions: Vec<Definition<'a>>,
        base: Option<Base<'a>>,
        report: &mut Report<'_>,
    ) -> Self {
        let used = vec![false; definitions.len()];
        let cited = vec![None; definitions.len()];
        let (mut first, mut first_behind) = (HashMap::new(), HashMap::new());
        for (index, definition) in definitions.iter().enumerate() {
            let label = definition.label.to_lowercase();
            first.entry(label.clone()).or_insert(index);
            let counts = *first_behind
                .entry((label, definition.tables_before))
                .or_insert(index);
            if counts != index {
                let message = format!(
                    "footnote {:?} is defined twice: {:?} is used, {:?} is ignored",
                    definition.label,
                    excerpt(definitions[counts].text),
                    excerpt(definition.text)
                );
                report.push(Code::DuplicateFootnote, definition.span.clone(), message);
            }
        }
        Self {
            definitions,
            first,
            first_behind,
            used,
            cited,
            base,
        }
    }

    /// Resolves a citation of the table with the given number, from 0.
    /// A label without a definition is reported and cites nothing.
    pub(crate) fn resolve(
        &mut self,
        citation: &Reference<'_>,
        table: usize,
        citations: &mut Citations,
        report: &mut Report<'_>,
    ) -> Option<Arc<str>> {
        match &citation.footnote {
            FootnoteId::Url(url) => Some(citations.of_url(url, self.base)),
            FootnoteId::Label(label) => {
                let definition = self.definition(label, Some(table));
                if definition.is_none() {
                    let message = format!("footnote {label:?} is not defined");
                    report.push(Code::UndefinedFootnote, citation.span.clone(), message);
                }
                definition.map(|index| self.cite(index, citations, report))
            }
        }
    }

    /// Cites a definition; the first time, reports what the citation does not say of it.
    fn cite(
        &mut self,
        index: usize,
        citations: &mut Citations,
        report: &mut Report<'_>,
    ) -> Arc<str> {
        if let Some(citation) = &self.cited[index] {
            return Arc::clone(citation);
        }
        let definition = &self.definitions[index];
        let prose = Prose::new(&definition.content);
        // A footnote without words is kept as written.
        if !prose.text.is_empty() {
            if prose.links.len() > 1 {
                prose.report_links(report);
            }
            for citation in prose.citations {
                report_dropped(citation, report);
            }
        }
        let id = citations.of_definition(definition, self.base);
        self.cited[index].insert(id).clone()
    }

    /// Counts a citation as used that is in no record, and reports it.
    pub(crate) fn pass_over(
        &mut self,
        citation: &Reference<'_>,
        table: usize,
        report: &mut Report<'_>,
    ) {
        if let FootnoteId::Label(label) = &citation.footnote {
            self.definition(label, Some(table));
        }
        report_dropped(citation, report);
    }

    /// Reports the definitions that neither the output nor the text around the tables refers to.
    pub(crate) fn report_unused(
        mut self,
        labels_in_prose: &[impl AsRef<str>],
        report: &mut Report<'_>,
    ) {
        for label in labels_in_prose {
            self.definition(label.as_ref(), None);
        }
        for (definition, _) in self
            .definitions
            .iter()
            .zip(self.used)
            .filter(|(_, used)| !used)
        {
            let message = format!(
                "nothing in the output cites footnote {:?}: {:?}",
                definition.label,
                excerpt(definition.text)
            );
            report.push(Code::UnusedFootnote, definition.span.clone(), message);
        }
    }

    /// The definition that a label means in a table, or in the text around the tables.
    fn definition(&mut self, label: &str, table: Option<usize>) -> Option<usize> {
        let label = label.to_lowercase();
        let own = table.and_then(|table| self.first_behind.get(&(label.clone(), table + 1)));
        let index = *own.or_else(|| self.first.get(&label))?;
        self.used[index] = true;
        Some(index)
    }
}

fn report_dropped(citation: &Reference<'_>, report: &mut Report<'_>) {
    let (FootnoteId::Url(target) | FootnoteId::Label(target)) = &citation.footnote;
    let message = format!("this citation is not in any record: {target:?}");
    report.push(Code::DroppedCitation, citation.span.clone(), message);
}
