//! `ringplot completions SHELL`: what a shell needs to complete commands and options.

use clap::{Args, Command};
use clap_complete::Shell;

use super::output;

/// Print what a shell needs to complete ringplot's commands and options
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot completions bash > ~/.local/share/bash-completion/completions/ringplot
  ringplot completions zsh > ~/.zfunc/_ringplot       with ~/.zfunc in fpath
  ringplot completions fish > ~/.config/fish/completions/ringplot.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, mut program: Command) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut program, "ringplot", &mut text);
    output::print(&String::from_utf8_lossy(&text))
}
