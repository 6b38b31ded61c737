//! Whether a template is nested too deep to be read: minijinja takes a frame of the stack for each operator of
//! `1+1+1+…` and for each `elif`, and a stack that is full ends the program.

/// The most signs and words that stand in each other, between two commas.
const MOST: usize = 600;

/// The line, from 1, where it becomes too deep.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooDeep {
    pub(super) line: usize,
}

/// Finds the first expression or `if` that is too deep.
pub(super) fn check(template: &str) -> Result<(), TooDeep> {
    // How many branches each open `if` has so far, and all together.
    let (mut branches, mut open) = (vec![0], 0);
    let mut at = 0;
    while let Some(brace) = template[at..].find('{') {
        let start = at + brace + 1;
        at = start;
        if !template[start..].starts_with(['{', '%']) {
            continue;
        }
        let tag = &template[start + 1..];
        let (length, depth) = expression(tag);
        match tag[..length]
            .trim_start_matches(['-', '+'])
            .split_whitespace()
            .next()
        {
            Some("if") => branches.push(0),
            Some("endif") if branches.len() > 1 => open -= branches.pop().unwrap_or_default(),
            Some("elif") => {
                *branches.last_mut().unwrap_or(&mut 0) += 1;
                open += 1;
            }
            _ => {}
        }
        if depth > MOST || open > MOST {
            let line = template[..start].matches('\n').count() + 1;
            return Err(TooDeep { line });
        }
        at = start + 1 + length;
    }
    Ok(())
}

/// The length of an expression up to the end of its tag, and how deep it is at most.
fn expression(text: &str) -> (usize, usize) {
    // What stands before the place in each open bracket, since the last comma.
    let mut open = vec![0];
    let (mut sum, mut deepest) = (0, 0);
    let mut is_in_word = false;
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        if open.len() == 1 && (text[at..].starts_with("}}") || text[at..].starts_with("%}")) {
            return (at, deepest);
        }
        let was_in_word = std::mem::replace(&mut is_in_word, c.is_alphanumeric() || c == '_');
        match c {
            '"' | '\'' => skip_string(&mut characters, c),
            '(' | '[' | '{' => open.push(0),
            ')' | ']' | '}' if open.len() > 1 => sum -= open.pop().unwrap_or_default(),
            ',' => sum -= open.last_mut().map(std::mem::take).unwrap_or_default(),
            _ => {}
        }
        if !c.is_whitespace() && c != ',' && !(is_in_word && was_in_word) {
            *open.last_mut().unwrap_or(&mut 0) += 1;
            sum += 1;
            deepest = deepest.max(sum);
        }
    }
    (text.len(), deepest)
}

fn skip_string(characters: &mut std::str::CharIndices<'_>, quote: char) {
    while let Some((_, c)) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            c if c == quote => return,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, TooDeep, check};

    #[test]
    fn long_is_not_deep() {
        let items = "'a+b', 1 + 2, [x.y, {'k': 3}], ".repeat(1000);
        let ifs = "{% if a %}{% elif b %}{% endif %}".repeat(1000);
        assert_eq!(
            check(&format!("{{% set x = [{items}] %}}{ifs}{{{{ x }}}} 1+1+")),
            Ok(())
        );
    }

    #[test]
    fn deep_is_told_with_its_line() {
        for deep in [
            format!("{{{{ 1{} }}}}", "+1".repeat(MOST)),
            format!("{{{{ x{} }}}}", "|f".repeat(MOST)),
            format!("{{{{ x{} }}}}", "[0]".repeat(MOST)),
            format!("{{% set x = [1, {}] %}}", "- ".repeat(MOST + 1)),
            format!(
                "{{% if a %}}{}{{% endif %}}",
                "{%- elif b %}".repeat(MOST + 1)
            ),
        ] {
            assert!(
                matches!(check(&format!("\n\n{deep}")), Err(TooDeep { line: 3 })),
                "{deep:.40}"
            );
        }
    }
}
