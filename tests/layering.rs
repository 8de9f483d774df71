//! The layers, held by looking at the source: `ring` ← `shm` ← `stream` ← `history` ← `render` ← `viewer` ← `cli`.
//!
//! The compiler holds what features switch; this holds the rest. Comments and strings do not count.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::path::{Path, PathBuf};

/// From the innermost to the outermost. A layer names itself and those before it.
const LAYERS: [&str; 7] = ["ring", "shm", "stream", "history", "render", "viewer", "cli"];
/// Layers below the crate's root: they name no item that the root re-exports, or a path could lead round.
const BELOW_ROOT: [&str; 3] = ["ring", "shm", "stream"];
/// A word, and the only places that may name it.
const ONLY_IN: [(&str, &[&str]); 5] = [
    ("atomic", &["src/ring/sync.rs"]),
    ("shared_memory", &["src/shm/segment.rs"]),
    ("raw_sync", &["src/shm/event.rs"]),
    ("unsafe", &["src/ring/", "src/shm/"]),
    ("anyhow", &["src/cli/"]),
];

/// What is wrong with a source file, a line each.
fn faults(path: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let mut faults = Vec::new();
    for (word, places) in ONLY_IN {
        if tokens.iter().any(|token| token == word) && !places.iter().any(|place| path.starts_with(place)) {
            faults.push(format!("{path}: `{word}` belongs in {}", places.join(" or ")));
        }
    }
    let layer = path.strip_prefix("src/").and_then(|rest| rest.split(['/', '.']).next()).unwrap_or_default();
    let Some(own) = LAYERS.iter().position(|name| *name == layer) else { return faults };
    for named in named_from_root(&tokens) {
        match LAYERS.iter().position(|name| *name == named) {
            Some(other) if other > own => faults.push(format!("{path}: `{layer}` names `{named}`")),
            None if BELOW_ROOT.contains(&layer) => {
                faults.push(format!(
                    "{path}: `{layer}` names the root's `{named}`: name the layer that has it"
                ));
            }
            _ => {}
        }
    }
    faults
}

/// What comes after `crate::`, also inside the braces of `crate::{…}`.
fn named_from_root(tokens: &[String]) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in tokens.iter().enumerate().filter(|(_, token)| *token == "crate") {
        let [colons, first, ..] = &tokens[at + 1..] else { continue };
        if colons != "::" {
            continue;
        }
        if first != "{" {
            named.push(first.as_str());
            continue;
        }
        let (mut depth, mut is_first) = (0, true);
        for token in &tokens[at + 2..] {
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," => is_first = depth == 1,
                name => {
                    if is_first && depth == 1 {
                        named.push(name);
                    }
                    is_first = false;
                }
            }
            if depth == 0 {
                break;
            }
        }
    }
    named
}

/// Words, `::`, and single characters of what is neither comment nor string.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        match (at(i), at(i + 1)) {
            ('/', '/') => i += chars[i..].iter().take_while(|c| **c != '\n').count(),
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            ('r', '#' | '"') => {
                let hashes = chars[i + 1..].iter().take_while(|c| **c == '#').count();
                if at(i + 1 + hashes) == '"' {
                    let end: Vec<char> =
                        std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
                    i += 2 + hashes;
                    while i < chars.len() && !chars[i..].starts_with(&end) {
                        i += 1;
                    }
                    i += end.len();
                } else {
                    i += 1 + hashes;
                }
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            }
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            (':', ':') => {
                tokens.push("::".to_owned());
                i += 2;
            }
            (c, _) if c.is_alphanumeric() || c == '_' => {
                let word: String =
                    chars[i..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                i += word.chars().count();
                tokens.push(word);
            }
            (c, _) => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                i += 1;
            }
        }
    }
    tokens
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn inner_layers_never_name_outer_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    assert!(files.len() > 20, "this looks at the source, and found {files:?}");
    let faults: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let path = file.strip_prefix(root).unwrap().to_str().unwrap();
            faults(path, &std::fs::read_to_string(file).unwrap())
        })
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_way_round_is_found() {
    for (path, source) in [
        ("src/ring/writer.rs", "use crate::shm::Segment;"),
        ("src/stream/mod.rs", "use crate::{ring::Point, viewer};"),
        ("src/stream/mod.rs", "use crate::{\n ring::{Point, cli},\n history::Trace,\n};"),
        ("src/render/mod.rs", "fn f() { crate::viewer::run() }"),
        ("src/ring/mod.rs", "use crate::Consumer;"),
        ("src/viewer/ingest.rs", "use std::sync::atomic::AtomicBool;"),
        ("src/viewer/ingest.rs", "use std::sync::{Arc, atomic::AtomicBool};"),
        ("src/shm/os.rs", "use shared_memory::Shmem;"),
        ("src/stream/mod.rs", "use raw_sync::Timeout;"),
        ("src/history/trace.rs", "let x = unsafe { *p };"),
        ("src/lib.rs", "let c = '\"'; unsafe { f(\"\") }"),
        ("src/viewer/mod.rs", "use anyhow::Context;"),
    ] {
        assert_eq!(faults(path, source).len(), 1, "{path}: {source}: {:?}", faults(path, source));
    }
}

#[test]
fn what_is_allowed_is_not_a_fault() {
    for (path, source) in [
        (
            "src/cli/view.rs",
            "use crate::{viewer::run, Consumer, ring::sync::AtomicU64};\nuse anyhow::Context;",
        ),
        ("src/ring/sync.rs", "pub use std::sync::atomic::{AtomicU64, fence};"),
        ("src/shm/os.rs", "unsafe { shared_memory_space() }"),
        (
            "src/stream/mod.rs",
            "// crate::viewer, unsafe\n/* raw_sync /* nested */ unsafe */ let a = \"unsafe \\\" atomic\";",
        ),
        (
            "src/stream/mod.rs",
            "let a = r#\"unsafe \" atomic\"#; let b: &'static str = 'a'; use crate::ring::viewer;",
        ),
        ("src/stream/mod.rs", "use crate::{ring::{Point, viewer}, shm};"),
        ("src/lib.rs", "#![deny(unsafe_code)] pub use stream::Consumer;"),
    ] {
        assert_eq!(faults(path, source), Vec::<String>::new(), "{source}");
    }
}
