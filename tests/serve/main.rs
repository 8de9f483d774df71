//! `ringplot serve` from outside: who comes in and who does not, what it answers, and what a page is sent.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod access;
mod api;
mod browser;
mod client;
mod fuzzed;
#[allow(dead_code, reason = "the tests of the command line use the rest of it")]
#[path = "../cli/harness.rs"]
mod harness;
mod limits;
mod page;
mod places;
#[path = "../common/serve_target.rs"]
mod serve_target;
mod sessions;

/// Says aloud what was not checked: past the tests' own capture, so that it is read whatever passes.
fn not_checked(what: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "NOT CHECKED: {what}");
}
