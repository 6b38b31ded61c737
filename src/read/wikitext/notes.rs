//! The footnotes of a text, as MediaWiki numbers them: those of `<ref>` and of templates such as `{{efn|…}}`.

use std::collections::HashMap;

use super::super::{joined, trimmed};
use super::Wikitext;
use super::marks::Kind;
use super::template::{Meaning, meaning};
use crate::text::Span;

impl Wikitext<'_> {
    /// Numbers the notes of a text, as MediaWiki does: in the order in which they end.
    pub(super) fn find_notes(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        let mut marks: Vec<_> = self.marks.0.clone();
        marks.sort_unstable_by_key(|mark| mark.end);
        for mark in marks {
            match mark.kind {
                Kind::Ref => {
                    let tag = &self.text[mark.start..mark.inner().start];
                    let content = trimmed(self.text, mark.inner());
                    notes.add(
                        mark.start,
                        attribute(tag, "name"),
                        attribute(tag, "group"),
                        content,
                    );
                }
                Kind::Template => {
                    let call = self.call(mark);
                    let text = |span: Option<Span>| span.map_or("", |span| &self.text[span]);
                    match meaning(&call.name) {
                        Some(Meaning::Note) => {
                            let first = call.plain.first().map_or(0, |first| first.start);
                            let content = first..call.plain.last().map_or(0, |last| last.end);
                            notes.add(mark.start, text(call.named(&["name"])), &call.name, content);
                        }
                        Some(Meaning::NotesByName) => {
                            for name in call.plain {
                                notes.add(mark.start, self.text[name].trim(), "", 0..0);
                            }
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        self.notes = notes;
    }
}

/// The footnotes of a text.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Stands before each label.
    prefix: &'static str,
    list: Vec<Note>,
    by_name: HashMap<(String, String), usize>,
    /// Those that are cited at a place.
    uses: HashMap<usize, Vec<usize>>,
}

#[derive(Debug)]
struct Note {
    /// What MediaWiki puts behind `#cite_note-`.
    label: String,
    /// Its content; empty until it is found.
    content: Span,
    is_cited: bool,
}

impl Notes {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            ..Self::default()
        }
    }

    fn add(&mut self, at: usize, name: &str, group: &str, content: Span) {
        let (prefix, new) = (self.prefix, self.list.len());
        let (mut label, mut index) = (format!("{prefix}{}", new + 1), new);
        let name = joined(name, "_");
        if !name.is_empty() {
            label = format!("{prefix}{name}-{}", new + 1);
            index = *self.by_name.entry((group.to_owned(), name)).or_insert(new);
        }
        if index == new {
            self.list.push(Note {
                label,
                content: 0..0,
                is_cited: false,
            });
        }
        if self.list[index].content.is_empty() {
            self.list[index].content = content;
        }
        self.uses.entry(at).or_default().push(index);
    }

    /// The labels of what is cited at a place, which counts as cited from now on.
    pub(super) fn cite(&mut self, at: usize) -> Vec<String> {
        let uses = self.uses.get(&at).into_iter().flatten();
        let cite = |&index: &usize| {
            let note = &mut self.list[index];
            note.is_cited = true;
            note.label.clone()
        };
        uses.map(cite).collect()
    }

    /// Labels and contents of the notes that were cited.
    pub(super) fn cited(self) -> impl Iterator<Item = (String, Span)> {
        let is_defined = |note: &Note| note.is_cited && !note.content.is_empty();
        let cited = self.list.into_iter().filter(is_defined);
        cited.map(|note| (note.label, note.content))
    }
}

/// An attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> &'t str {
    let attributes = regex!(r#"(?i)\s(name|group)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'/>]+))"#);
    let mut found = attributes.captures_iter(tag);
    let value = found.find(|found| found[1].eq_ignore_ascii_case(name));
    let value = value.and_then(|found| found.get(2).or(found.get(3)).or(found.get(4)));
    value.map_or("", |value| value.as_str().trim())
}
