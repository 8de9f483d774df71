//! Every language, standard and compiler that the header promises, without a warning.

use std::process::Command;

use super::compiler::{WARNINGS, compile, folder, has, root, run};

/// Uses everything that is inline, and a type of each kind.
const USER: &str = r#"
#include "ringplot.h"
int use_of(rp_timed *t, rp_uniform *u, rp_xy *x, const rp_point *points, double *xs, rp_consumer *c);
int use_of(rp_timed *t, rp_uniform *u, rp_xy *x, const rp_point *points, double *xs, rp_consumer *c) {
    rp_timed_push(t, 1.0, 2.0f);
    rp_uniform_push(u, 2.0f);
    rp_xy_push(x, 1.0f, 2.0f);
    rp_xy_push_slice(x, points, 3);
    rp_clear(&x->base);
    return (int)rp_drain(c, xs, NULL, 1).count;
}
"#;

/// The cold code, last of many headers.
const IMPLEMENTATION: &str = r#"
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "ringplot.h"
#define RINGPLOT_IMPLEMENTATION
#include "ringplot.h"
#include "ringplot.h"
"#;

const MAIN: &str = "\nint main(void) { return rp_error()[0]; }\n";

/// Compiler, words, and whether they are of C++.
fn matrix() -> Vec<(&'static str, Vec<&'static str>, bool)> {
    let mut rows = Vec::new();
    for compiler in ["gcc", "clang"] {
        for (standard, level) in [("-std=c11", "-O2"), ("-std=gnu11", "-O0"), ("-std=gnu17", "-O3")] {
            rows.push((compiler, vec![standard, level], false));
        }
        rows.push((compiler, vec!["-std=gnu11", "-O3", "-DRINGPLOT_PORTABLE"], false));
        rows.push((compiler, vec!["-std=gnu11", "-O3", "-mavx2", "-ffast-math"], false));
    }
    for compiler in ["g++", "clang++"] {
        for standard in ["-std=c++17", "-std=gnu++17", "-std=c++20"] {
            rows.push((compiler, vec![standard, "-O2"], true));
        }
        rows.push((compiler, vec!["-std=c++17", "-O0", "-DRINGPLOT_PORTABLE", "-fno-exceptions"], true));
    }
    rows
}

/// In two files that are linked: one with the cold code, after other headers, and one without.
#[test]
fn the_header_compiles_without_a_warning_everywhere() {
    let dir = folder();
    for (compiler, words, is_cxx) in matrix() {
        if !has(compiler) {
            continue;
        }
        let name = [&[compiler], &words[..]].concat().join("").replace('+', "x");
        let ending = if is_cxx { "cc" } else { "c" };
        let [user, cold] = ["user", "cold"].map(|part| dir.join(format!("{name}-{part}.{ending}")));
        std::fs::write(&user, USER).unwrap();
        std::fs::write(&cold, format!("{IMPLEMENTATION}{MAIN}")).unwrap();
        let files = [user.to_str().unwrap(), cold.to_str().unwrap()];
        // With `-std=c11` the C library hides what the cold code needs, unless it is asked for.
        let asked: &[&str] = if words[0] == "-std=c11" { &["-D_GNU_SOURCE"] } else { &[] };
        let out = dir.join(&name);
        compile(compiler, &[&WARNINGS, &words[..], asked, &files].concat(), &out);
        assert!(Command::new(&out).status().unwrap().success(), "{compiler} {words:?}");
    }
}

/// Under plain `-std=c11` the header first of all needs no macro, and after others it says which.
#[test]
fn the_header_says_which_feature_macros_it_needs() {
    let dir = folder();
    for compiler in ["gcc", "clang"] {
        if !has(compiler) {
            continue;
        }
        let file = dir.join(format!("{compiler}-macros.c"));
        let path = file.to_str().unwrap();
        std::fs::write(&file, format!("#define RINGPLOT_IMPLEMENTATION\n#include \"ringplot.h\"\n{MAIN}"))
            .unwrap();
        compile(compiler, &[&WARNINGS[..], &["-std=c11", path]].concat(), &dir.join("first"));
        std::fs::write(&file, format!("{IMPLEMENTATION}{MAIN}")).unwrap();
        let output = run(compiler, &["-std=c11", "-c", "-o", "/dev/null", path]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("needs _DEFAULT_SOURCE or _GNU_SOURCE"), "{said}");
    }
}

/// One language writes the cold code, the other includes the header.
#[test]
fn a_c_file_and_a_cxx_file_link() {
    if !has("gcc") || !has("g++") {
        return;
    }
    let dir = folder();
    let [user, cold, object] = ["mixed.cc", "mixed.c", "mixed.o"].map(|name| dir.join(name));
    std::fs::write(&user, USER).unwrap();
    std::fs::write(&cold, format!("{IMPLEMENTATION}{MAIN}")).unwrap();
    let [user, cold, object] = [&user, &cold, &object].map(|path| path.to_str().unwrap());
    compile("gcc", &["-c", cold], std::path::Path::new(object));
    compile("g++", &[user, object], &dir.join("mixed"));
    assert!(root().join("include/ringplot.h").exists());
}
