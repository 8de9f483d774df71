//! `include/ringplot.h`, and the C++ classes and the Fortran module on it: compiled by every compiler that is here, and run
//! against the library, writer against reader and back.
//!
//! A compiler that is missing is told on the output and passed over; with `RINGPLOT_REQUIRE_COMPILERS=1`, as in `make test`,
//! it is a failure. Nothing here needs the window, so with it nothing is run a second time: `make unit` runs this.
#![cfg(all(target_os = "linux", not(loom), not(feature = "viewer")))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_cmp,
    reason = "a test fails by panicking, compares exactly, and says what it could not check"
)]

mod compiler;
mod conformance;
mod documents;
mod languages;
mod layout;
mod matrix;
mod quiet;
mod sanitizers;
#[path = "../common/streams.rs"]
mod streams;
mod stress;
mod window;
