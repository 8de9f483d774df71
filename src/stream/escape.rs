//! Text that somebody else wrote, as it may go to a person's terminal or file.
//!
//! A label, a unit, an event's text, a path or an argument may hold anything: a sequence that steers the terminal, a mark
//! that turns the text around it, an end of line that begins a line of somebody else's. Each such character is written as
//! its number, as `\u{9b}`; all others stay, whatever the script.

use std::borrow::Cow;
use std::fmt::Write;

/// `text` as one line: what steers a terminal, reorders text or ends a line is escaped.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    escape(text, is_steering)
}

/// The same, but lines and tabs stay.
#[cfg(feature = "cli")]
pub(crate) fn escaped_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| !matches!(c, '\n' | '\t') && is_steering(c))
}

/// JSON whose strings hold nothing that steers a terminal or reorders text. The writer of the JSON has escaped all below
/// U+0020, so that these are left, and they only stand in strings.
#[cfg(feature = "cli")]
pub(crate) fn escaped_json(json: String) -> String {
    let is_left = |c: char| c > ' ' && is_steering(c);
    if !json.contains(is_left) {
        return json;
    }
    json.chars().fold(String::with_capacity(json.len() + 16), |mut text, c| {
        if is_left(c) {
            // Each of them has four digits, and writing to a string does not fail.
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
        text
    })
}

fn escape(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len() + 16), |mut text, c| {
        match c {
            c if !is_escaped(c) => text.push(c),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c => {
                // Writing to a string does not fail.
                let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
            }
        }
        text
    }))
}

/// Whether a character does something to the text around it: C0, DEL, C1, the ends of lines and paragraphs, and the
/// marks, embeddings, overrides and isolates of bidirectional text (Unicode Standard Annex 9).
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
