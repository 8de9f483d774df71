//! Where the methods of a type stand: in the folder of the file that defines it, or further inside.
//!
//! Implementations of traits may stand elsewhere: with the trait, or with what needs it.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::tokens;

/// `impl` blocks outside the folder of their type, a line each. `sources` are paths from `src/` on with what is in them.
pub(super) fn strays(sources: &BTreeMap<String, String>) -> Vec<String> {
    let words: BTreeMap<&str, Vec<String>> =
        sources.iter().map(|(path, source)| (path.as_str(), tokens(source))).collect();
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, words) in &words {
        for pair in words.windows(2).filter(|pair| matches!(pair[0].as_str(), "struct" | "enum" | "union")) {
            folders.entry(&pair[1]).or_default().insert(folder(path));
        }
    }
    let mut strays = Vec::new();
    for (path, words) in &words {
        for name in implemented(words) {
            let Some(homes) = folders.get(name) else { continue };
            if !homes.iter().any(|home| path.starts_with(home)) {
                strays.push(format!("{path}: the methods of `{name}` belong in {homes:?}"));
            }
        }
    }
    strays
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| &path[..=folder.len()])
}

/// The types that have an `impl` block of their own here.
fn implemented(words: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in words.iter().enumerate().filter(|(_, word)| *word == "impl") {
        // `-> impl Trait` and `: impl Trait` are no blocks.
        let before = at.checked_sub(1).map_or("}", |before| words[before].as_str());
        if !matches!(before, "}" | ";" | "]" | "{" | "unsafe") {
            continue;
        }
        let (mut depth, mut head) = (0i32, Vec::new());
        for word in &words[at + 1..] {
            match word.as_str() {
                "<" => depth += 1,
                ">" => depth -= 1,
                "{" | "where" => break,
                word if depth == 0 => head.push(word),
                _ => {}
            }
        }
        if !head.contains(&"for") {
            found.extend(head.last());
        }
    }
    found
}
