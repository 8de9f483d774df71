//! `ringplot keys`: which keys do what, as the file that says so.

use std::path::PathBuf;

use clap::Args;

use super::{output, values};
use crate::chart::Keymap;
use crate::errors::with_causes;

/// Print which keys do what in the window, as the file that changes them
///
/// Save it as ~/.config/ringplot/keys.toml (or wherever `RINGPLOT_KEYS` says) and change it there. What a file leaves out
/// keeps its keys.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "Examples:
  ringplot keys
  ringplot keys > ~/.config/ringplot/keys.toml
  ringplot keys mine.toml            what a file makes of the keys, or what is wrong with it")]
pub(super) struct KeysArgs {
    /// The file to read; the user's without it, if there is one
    file: Option<PathBuf>,
}

pub(super) fn run(args: &KeysArgs) -> anyhow::Result<()> {
    let path = args.file.clone().or_else(Keymap::default_path);
    let keymap = match path {
        Some(path) => Keymap::read(&path).map_err(|error| values::ValueError(with_causes(&error)))?,
        None => Keymap::default(),
    };
    output::print(&keymap.text())
}

/// The user's keys for a window; what is wrong with them is told, and the keys are the usual ones.
pub(super) fn of_the_user() -> Keymap {
    let Some(path) = Keymap::default_path() else { return Keymap::default() };
    Keymap::read(&path).unwrap_or_else(|error| {
        output::tell(&format!("the keys are the usual ones: {}", with_causes(&error)));
        Keymap::default()
    })
}
