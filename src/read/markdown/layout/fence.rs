//! A text → its code fences that begin no code: one too many, as where a text is cut out of a longer one.
//!
//! ````text
//!   +---> third box             the end of a diagram whose start is not there
//! ```
//! | Port | Service |            would be code
//! |------|---------|
//! | 4319 | Vite    |
//! ```bash                       code, but only if the first fence is dropped
//! npm run dev
//! ```
//! ````

use memchr::memmem;

use super::form::is_rule;

/// Where the fences stand, in order, that are best taken as dropped: without one of them all others pair, with it they do
/// not, and a table and other words stand below it. Fences of several kinds nest: none of them is.
pub(super) fn stray(text: &str) -> Vec<usize> {
    let has = |mark: &[u8]| memmem::find(text.as_bytes(), mark).is_some();
    if !has(b"```") && !has(b"~~~") {
        return Vec::new();
    }
    let marks = regex!(r"(?m)^[ \t>]*(`{3,}|~{3,})[ \t]*([^`\r\n]*)\r?$");
    let found: Vec<_> = marks.captures_iter(text).collect();
    if found.iter().any(|fence| fence[1] != found[0][1]) {
        return Vec::new();
    }
    let mut stray = Vec::new();
    let mut end = text.len();
    // Whether the fences from here on pair, outside code and in it.
    let (mut outside, mut inside) = (true, false);
    for fence in found.iter().rev() {
        let (start, has_language) = (fence.get_match().start(), !fence[2].is_empty());
        // A table alone may be an example.
        let hides_table = || {
            let mut lines = text[start..end].lines().skip(1).map(str::trim);
            let has_words = |line: &str| !line.is_empty() && !line.contains('|');
            lines.clone().any(is_rule) && lines.any(has_words)
        };
        if outside && !inside && !has_language && hides_table() {
            stray.push(start);
        }
        (outside, inside) = (inside, outside && !has_language);
        end = start;
    }
    stray.reverse();
    stray
}
