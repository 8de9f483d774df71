//! `ringplot man [DIR]`: the manual pages.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command};
use clap_mangen::Man;

use super::output;

/// Print the manual page, or write those of all commands into a folder
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot man | man -l -
  ringplot man ~/.local/share/man/man1                ringplot.1, ringplot-pipe.1 and so on")]
pub(super) struct ManArgs {
    /// The folder, which is made where there is none; ringplot's own page goes to standard output without it
    folder: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, mut program: Command) -> anyhow::Result<()> {
    program.build();
    let Some(folder) = &args.folder else {
        return output::print(&String::from_utf8_lossy(&page(program)?));
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let commands: Vec<Command> = program.get_subcommands().filter(|c| !c.is_hide_set()).cloned().collect();
    for command in commands.into_iter().filter(|command| command.get_name() != "help").chain([program]) {
        // `ringplot pipe` has the page ringplot-pipe.
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        let text = page(command)?;
        crate::export::save(&folder.join(format!("{name}.1")), |out| out.write_all(&text))?;
    }
    Ok(())
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    Ok(text)
}
