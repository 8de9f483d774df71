//! `ringplot gc`: removes what dead producers left.

use std::time::Duration;

use anyhow::bail;
use clap::Args;

use super::output;
use crate::stream::{Cleaned, Left, escaped};

/// Remove what dead producers left: their names and their shared memory
///
/// Prints the names that were removed, and tells what could not be, and why, with status 1. Streams of live producers, and what readers have mapped, stay as they are. A
/// producer that takes over a dead one's name does the same for that name, and whoever creates a stream does it for
/// those that have been dead for 10 minutes.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  ringplot gc")]
pub(super) struct GcArgs {}

pub(super) fn run(_: &GcArgs) -> anyhow::Result<()> {
    let Cleaned { removed, left } = crate::stream::gc(Duration::ZERO)?;
    if removed.is_empty() && left.is_empty() {
        output::tell("nothing to remove: no dead producer left anything");
    }
    let lines: Vec<String> = removed.iter().map(|name| format!("{}\n", escaped(name))).collect();
    output::print(&lines.concat())?;
    for Left { name, reason } in &left {
        output::tell(&format!("{name}: {reason}"));
    }
    if !left.is_empty() {
        bail!("not everything that dead streams left could be removed");
    }
    Ok(())
}
