//! `ringplot tui` in a pseudo-terminal, seen through a terminal emulator, and in tmux.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod cells;
mod ends;
mod keys;
mod output;
mod rig;
mod tmux;
