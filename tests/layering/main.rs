//! The layers, held by looking at the source: `ring` ← `shm` ← `stream` ← `history` ← `store` ← `chart` ← `render` ← `plot` ←
//! `export` ← `viewer` ← `cli`; the doors beside them; and no two files import each other, by whatever way round.
//!
//! The compiler holds what features switch; this holds the rest. Comments and strings do not count.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod circles;
mod impls;
mod tokens;

use std::path::{Path, PathBuf};

use circles::{Circles, circles};
use impls::strays;
use tokens::tokens;

/// From the innermost to the outermost. A layer names itself and those before it.
const LAYERS: [&str; 11] =
    ["ring", "shm", "stream", "history", "store", "chart", "render", "plot", "export", "viewer", "cli"];
/// Doors lie beside the layers: a door, and the outermost layer that it may name. `cli` alone names a door.
const DOORS: [(&str, &str); 4] =
    [("macros", "stream"), ("pipe", "stream"), ("tui", "chart"), ("serve", "export")];
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
    let place = |name: &str| LAYERS.iter().position(|other| *other == name);
    let door = DOORS.iter().find(|(name, _)| *name == layer);
    let Some(own) = place(door.map_or(layer, |(_, below)| below)) else { return faults };
    for named in named_from_root(&tokens) {
        let is_door = DOORS.iter().any(|(name, _)| *name == named);
        match place(named) {
            _ if is_door && named != layer && layer != "cli" => {
                faults.push(format!("{path}: `{layer}` names the door `{named}`"));
            }
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
            // A macro lies in the root, whoever defines it.
            let is_macro = tokens.get(at + 3).is_some_and(|token| token == "!");
            if !is_macro {
                named.push(first.as_str());
            }
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
    let faults: Vec<String> = all_sources().iter().flat_map(|(path, source)| faults(path, source)).collect();
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
        ("src/shm/os/linux/process.rs", "use shared_memory::Shmem;"),
        ("src/stream/mod.rs", "use raw_sync::Timeout;"),
        ("src/history/trace.rs", "let x = unsafe { *p };"),
        ("src/lib.rs", "let c = '\"'; unsafe { f(\"\") }"),
        ("src/viewer/mod.rs", "use anyhow::Context;"),
        ("src/pipe/sink.rs", "use crate::store::Store;"),
        ("src/pipe/sink.rs", "use crate::cli::output;"),
        ("src/stream/mod.rs", "use crate::pipe::Pipe;"),
        ("src/viewer/mod.rs", "use crate::pipe::Pipe;"),
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
        ("src/pipe/sink.rs", "use crate::{shm::os, stream::Producer, pipe::Pipe};"),
        ("src/cli/pipe.rs", "use crate::pipe::Pipe;"),
        ("src/ring/sync.rs", "pub use std::sync::atomic::{AtomicU64, fence};"),
        ("src/shm/os/linux/process.rs", "unsafe { shared_memory_space() }"),
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

fn sources_of(files: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    files.iter().map(|(path, source)| ((*path).to_owned(), (*source).to_owned())).collect()
}

fn all_sources() -> std::collections::BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    assert!(files.len() > 20, "this looks at the source, and found {files:?}");
    let named = files.iter().map(|file| {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        (path, std::fs::read_to_string(file).unwrap())
    });
    named.collect()
}

#[test]
fn no_two_files_import_each_other() {
    let found = circles(&all_sources());
    assert!(found.files.is_empty(), "\n{}\n", found.edges.join("\n"));
}

#[test]
fn methods_stand_in_the_folder_of_their_type() {
    let strays = strays(&all_sources());
    assert!(strays.is_empty(), "\n{}\n", strays.join("\n"));
}

#[test]
fn a_stray_method_is_found() {
    let plot = ("src/chart/state/mod.rs", "pub struct Plot<T>(T); fn f() -> impl Fn() {}");
    for (path, source, is_stray) in [
        ("src/viewer/run.rs", "use a::Plot; impl Plot<u8> { fn run() {} }", true),
        ("src/chart/view.rs", "impl<T> super::Plot<T> where T: Copy { fn run() {} }", true),
        ("src/chart/state/inner/deep.rs", "impl Plot<u8> {}", false),
        ("src/viewer/run.rs", "impl Drawn for Plot<u8> {}", false),
        ("src/viewer/run.rs", "// impl Plot<u8> {}\nfn f(p: impl Into<Plot<u8>>) {}", false),
    ] {
        let strays = strays(&sources_of(&[plot, (path, source)]));
        assert_eq!(!strays.is_empty(), is_stray, "{source}: {strays:?}");
    }
}

#[test]
fn a_circle_is_found() {
    let library = ("src/lib.rs", "mod a; mod b; mod c;");
    let two = &["src/a.rs", "src/b.rs"];
    for (files, circle) in [
        (
            vec![("src/a.rs", "use crate::b::B;\nstruct A;"), ("src/b.rs", "use super::a::A; struct B;")],
            &two[..],
        ),
        (vec![("src/a.rs", "fn f() { crate::b::g() }"), ("src/b.rs", "fn g() { super::a::f() }")], &two[..]),
        (
            vec![
                ("src/a.rs", "use crate::b; fn f() { b::g() }"),
                ("src/b.rs", "use crate::a::{self, f}; fn g() {}"),
            ],
            &two[..],
        ),
        (
            vec![
                ("src/a.rs", "use super::b::*; fn f() { self::g::<u8>() }"),
                ("src/b.rs", "use crate::a; fn g<T>() { a::f() }"),
            ],
            &two[..],
        ),
        // Through what c re-exports: c itself is not in it.
        (
            vec![
                ("src/a.rs", "use crate::c::B; pub struct A;"),
                ("src/b.rs", "use crate::c::A; pub struct B;"),
                ("src/c/mod.rs", "pub use crate::a::A;\npub use crate::b::B as B;"),
            ],
            &two[..],
        ),
        (
            vec![
                ("src/a.rs", "use crate::b::B; type A = B;"),
                ("src/b.rs", "use crate::c::d::D; struct B(D);"),
                ("src/c/mod.rs", "pub mod d;"),
                ("src/c/d.rs", "enum D { A(super::super::a::A) }"),
            ],
            &["src/a.rs", "src/b.rs", "src/c/d.rs"][..],
        ),
    ] {
        let found = circles(&sources_of(&[vec![library], files].concat()));
        assert_eq!(found.files, [circle], "{found:?}");
    }
}

#[test]
fn what_leads_one_way_is_no_circle() {
    let files = [
        ("src/lib.rs", "mod a; mod b; pub use a::A;"),
        // What a test imports, a comment and a module's own parts do not count.
        (
            "src/a.rs",
            "// use crate::b::B;\npub struct A; mod inner { use super::A; pub fn f() {} }\nfn g() { inner::f() }\n\
             #[cfg(test)]\nmod tests { use crate::b::B; fn t() { crate::b::f() } }\n#[cfg(test)]\nuse crate::b::B;",
        ),
        (
            "src/b.rs",
            "use std::fs::File;\nuse crate::a::A; pub struct B(A); fn f() { File::open(\"crate::b\") }",
        ),
    ];
    assert_eq!(circles(&sources_of(&files)), Circles::default());
}
