//! The compilers, and the programs that they make once for all tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::streams::Guard;

/// Warnings that nobody who includes the header should see.
pub(super) const WARNINGS: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

pub(super) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of this run's own, for what is compiled; those of runs that are over are removed.
pub(super) fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
        for old in std::fs::read_dir(all).into_iter().flatten().flatten() {
            let name = old.file_name().to_string_lossy().into_owned();
            let pid = name.strip_prefix("c-").filter(|pid| pid.parse::<u32>().is_ok());
            if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
                let _ = std::fs::remove_dir_all(old.path());
            }
        }
        let path = all.join(format!("c-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        path
    };
    FOLDER.get_or_init(make).clone()
}

/// Whether the compiler is there; says so where it is not.
pub(super) fn has(compiler: &str) -> bool {
    let is_there =
        Command::new(compiler).arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        missing(&format!("{compiler} is not installed"));
    }
    is_there
}

/// Tells what cannot be checked here, and fails where everything must be.
pub(super) fn missing(why: &str) {
    println!("NOT CHECKED: {why}");
    assert!(std::env::var_os("RINGPLOT_REQUIRE_COMPILERS").is_none(), "{why}");
}

/// What the compiler says; `words` are its arguments, the header's folder comes after them.
pub(super) fn run(compiler: &str, words: &[&str]) -> Output {
    Command::new(compiler).args(words).arg("-I").arg(root().join("include")).output().unwrap()
}

/// Compiles and links; panics with what the compiler says where it refuses or warns.
pub(super) fn compile(compiler: &str, words: &[&str], out: &Path) {
    let out = out.to_str().unwrap();
    let output = run(compiler, &[words, &["-o", out]].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{compiler} {words:?}:\n{said}");
}

/// A program of this folder, compiled once with these words; `None` where there is no such compiler.
pub(super) fn program(compiler: &str, source: &str, words: &[&str]) -> Option<PathBuf> {
    static MADE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    if !has(compiler) {
        return None;
    }
    let plain = |word: &&str| word.replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let name = [&[compiler, source], words].concat().iter().map(plain).collect::<Vec<_>>().join("-");
    let out = folder().join(name);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if !made.contains(&out) {
        let path = root().join("tests/c").join(source);
        let source = path.to_str().unwrap();
        compile(compiler, &[&WARNINGS, words, &[source]].concat(), &out);
        made.push(out.clone());
    }
    Some(out)
}

/// The program of the conformance tests, as gcc makes it.
pub(super) fn peer() -> Option<PathBuf> {
    super::streams::registry();
    program("gcc", "peer.c", &["-std=gnu11", "-O2"])
}

/// Starts a program with this test's registry.
pub(super) fn start(program: &Path, words: &[&str]) -> Guard {
    super::streams::registry();
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
    Guard(command.spawn().unwrap())
}
