//! What the documents show of C, C++ and Fortran compiles without a warning and runs; the man page has every function.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::compiler::{WARNINGS, compile, folder, has, root};
use super::streams::registry;

/// The blocks of a document in a language.
fn blocks(document: &str, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(document)).unwrap();
    let fence = format!("```{language}\n");
    let inside = |part: &str| part.split("```\n").next().unwrap().to_owned();
    text.split(fence.as_str()).skip(1).map(inside).collect()
}

#[test]
fn the_blocks_of_readme_and_guide_run() {
    registry();
    let dir = folder();
    for (document, language, ending, compiler, wanted) in [
        ("README.md", "c", "c", "gcc", 1),
        ("docs/guide.md", "c", "c", "gcc", 2),
        ("docs/guide.md", "cpp", "cc", "g++", 1),
        ("docs/guide.md", "fortran", "f90", "gfortran", 1),
    ] {
        let found = blocks(document, language);
        assert_eq!(found.len(), wanted, "{document} has other blocks of {language}");
        if !has(compiler) {
            continue;
        }
        for (at, block) in found.iter().enumerate() {
            let name = format!("{}-{language}{at}", document.replace(['/', '.'], "-"));
            let [source, out] = [dir.join(format!("{name}.{ending}")), dir.join(&name)];
            std::fs::write(&source, block).unwrap();
            let source = source.to_str().unwrap();
            if language == "fortran" {
                // By the commands that stand below it.
                let commands = blocks(document, "console").concat();
                let place = dir.join("fortran");
                std::fs::create_dir_all(&place).unwrap();
                std::fs::write(place.join("decay.f90"), block).unwrap();
                let _ = std::os::unix::fs::symlink(root().join("include"), place.join("include"));
                let mut shell = Command::new("sh");
                let output = shell.args(["-ec", &commands]).current_dir(&place).output().unwrap();
                assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
                std::fs::rename(place.join("decay"), &out).unwrap();
            } else {
                compile(compiler, &[&WARNINGS[..], &["-O2", source, "-lm"]].concat(), &out);
            }
            run(&out);
        }
    }
}

fn run(program: &Path) {
    let mut command = Command::new(program);
    let output = command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", program.display());
}

/// The names of functions in a text: `rp_` and more, and then a parenthesis.
fn functions(text: &str) -> BTreeSet<&str> {
    let starts = text.match_indices("rp_").map(|(at, _)| at);
    let whole = starts.filter(|at| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    let name = |at: usize| {
        let rest = &text[at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        rest[end..].starts_with('(').then_some(&rest[..end])
    };
    whole.filter_map(name).filter(|name| !name.starts_with("rp__")).collect()
}

#[test]
fn the_man_page_has_every_function_and_no_other() {
    let header = std::fs::read_to_string(root().join("include/ringplot.h")).unwrap();
    let interface = header.split("the bytes, as LAYOUT.md has them").next().unwrap();
    let page = std::fs::read_to_string(root().join("docs/ringplot.h.3")).unwrap();
    let (declared, described) = (functions(interface), functions(&page));
    assert!(declared.len() > 40, "{declared:?}");
    assert_eq!(declared, described);
    for code in header.split("typedef enum rp_code {").nth(1).unwrap().split('}').next().unwrap().lines() {
        if let Some(code) = code.trim().split([' ', ',']).next().filter(|code| code.starts_with("RP_")) {
            assert!(page.contains(code), "{code}");
        }
    }
}
