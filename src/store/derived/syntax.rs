//! How names of streams are written where other signs have a meaning: in formulas and before an `=`.
//!
//! A bare name goes up to a blank, a comma, a bracket, an `=` or a backtick; `/` and `-` belong to it like letters and
//! digits. Between backticks a name may hold anything; a backtick in it is written twice. A `-` or `/` between two blanks
//! is a sign: `a-b` is one name, `a - b` a difference.

use std::borrow::Cow;

/// What ends a bare name.
const SIGNS: [char; 6] = [' ', ',', '(', ')', '=', '`'];

/// The name of a stream as it is written in a formula.
pub(super) fn written(name: &str) -> Cow<'_, str> {
    let is_bare = !name.is_empty() && !name.contains(|c: char| SIGNS.contains(&c) || c.is_whitespace());
    if is_bare || is_like_formula(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("`{}`", name.replace('`', "``")))
    }
}

/// The name of a stream that was written in a formula: in backticks, bare, or like a formula.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(text: &str) -> Result<String, String> {
    if let Some(name) = quoted(text) {
        return if name.is_empty() { Err("a name is empty".to_owned()) } else { Ok(name) };
    }
    if is_like_formula(text) {
        return Ok(text.to_owned());
    }
    if is_odd(text) {
        return Err(format!("the brackets of {text:?} do not match"));
    }
    match text.find(|c: char| SIGNS.contains(&c) || c.is_whitespace()) {
        Some(_) => Err(format!("{text:?} is no name: put it in backticks")),
        None => Ok(text.to_owned()),
    }
}

/// The name before an `=`: in backticks, or as it is.
pub(crate) fn read_before_equals(text: &str) -> String {
    quoted(text.trim()).unwrap_or_else(|| text.trim().to_owned())
}

/// Where the first `=` stands that is in no backticks and no bracket.
pub(super) fn first_equals(text: &str) -> Option<usize> {
    outside(text).find(|(_, c)| *c == '=').map(|(at, _)| at)
}

/// Where the last `=` stands that is in no backticks and no bracket.
pub(crate) fn last_equals(text: &str) -> Option<usize> {
    outside(text).filter(|(_, c)| *c == '=').last().map(|(at, _)| at)
}

/// The parts between commas that stand in no backticks and no bracket.
pub(super) fn arguments(text: &str) -> Vec<&str> {
    let commas = outside(text).filter(|(_, c)| *c == ',').map(|(at, _)| at);
    let mut from = 0;
    let mut parts = Vec::new();
    for at in commas.chain([text.len()]) {
        parts.push(text[from..at].trim());
        from = at + 1;
    }
    parts
}

/// The two sides of a `-` or `/` between blanks, and which it is.
pub(super) fn operation(text: &str) -> Option<(&str, char, &str)> {
    let (at, sign) = outside(text).find(|(at, c)| {
        let (before, after) = (&text[..*at], &text[at + c.len_utf8()..]);
        matches!(c, '-' | '/') && before.ends_with(' ') && after.starts_with(' ')
    })?;
    Some((text[..at].trim(), sign, text[at + 1..].trim()))
}

/// The characters of a text that stand in no backticks and no bracket, with their places.
fn outside(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut depth, mut is_quoted) = (0_u32, false);
    text.char_indices().filter(move |(_, c)| {
        match c {
            '`' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth = depth.saturating_sub(1),
            _ => return depth == 0 && !is_quoted,
        }
        false
    })
}

/// What stands between the backticks, where the whole text does.
fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('`')?.strip_suffix('`')?;
    let is_whole = !inside.replace("``", "").contains('`');
    is_whole.then(|| inside.replace("``", "`"))
}

/// Whether a text is a word with something in brackets behind it, which fit: as the formulas are that name derived traces.
pub(super) fn is_like_formula(text: &str) -> bool {
    let Some((word, inside)) =
        text.split_once('(').and_then(|(word, rest)| Some((word, rest.strip_suffix(')')?)))
    else {
        return false;
    };
    !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase()) && !is_odd(inside)
}

/// Whether brackets or backticks do not fit.
fn is_odd(text: &str) -> bool {
    let (mut depth, mut is_quoted) = (0_i32, false);
    for c in text.chars() {
        match c {
            '`' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return true;
        }
    }
    depth != 0 || is_quoted
}
