//! The command line, driven as the built program: what it prints, how it ends, what it leaves.
//!
//! Each test has a registry of its own and small rings, so that all of them together stay far below a container's
//! 64 MiB of shared memory.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod asides;
#[path = "../common/mod.rs"]
mod common;
mod damage;
mod ends;
mod errors;
mod escapes;
mod files;
mod guide;
mod harness;
mod interrupts;
mod many;
mod outputs;
mod pipes;
mod queries;
mod ranges;
mod sweeps;
mod tails;
mod waiting;
mod windows;
mod written;
