//! The command line: one file per subcommand.
//!
//! Data goes to standard output, everything else to standard error. A closed pipe is no error. Exit status: 0 done, 1
//! failed, 2 misused. What goes wrong is told in a line that says what to do.
//!
//! This is the only layer that uses `anyhow`: here an error is text for a person, further in it is a value.

mod demo;
mod gc;
mod interrupt;
mod keys;
mod list;
mod look;
mod lorenz;
mod options;
mod output;
mod pace;
mod produce;
mod ranges;
mod render;
mod signals;
mod stat;
mod summary;
mod tail;
mod values;
mod view;

use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::errors::with_causes;
use crate::stream::{AttachError, CreateError, launch, streams};
use crate::viewer::Draw;

/// Watch programs that produce data fast: they push points into shared memory and never wait, and this program draws
/// them.
///
/// Without a command it opens a window on the streams that are live, or lists what there is and says how to start
/// something.
#[derive(Debug, Parser)]
#[command(
    name = "ringplot",
    version,
    max_term_width = 100,
    after_help = "Examples:
  ringplot demo                               a simulation in another process, and a window on it
  ringplot produce test &  ringplot           a synthetic stream, and a window on it
  ringplot list                               what is live
  ringplot tail test -n 5                     its newest points, as text
  ringplot render test -o test.png --last 2   a picture, without a window

A number may be written 1e6, a duration 5s or 200ms, a size 1280x720, memory 1GiB."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// Tell on standard error what goes on: attaching, losses, take-overs; -vv tells more. `RINGPLOT_LOG`
    /// does the same with a filter, such as `debug` or `ringplot=trace`
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    View(view::ViewArgs),
    Render(render::RenderArgs),
    Produce(produce::ProduceArgs),
    List(list::ListArgs),
    Stat(stat::StatArgs),
    Tail(tail::TailArgs),
    Gc(gc::GcArgs),
    Keys(keys::KeysArgs),
}

/// Runs the program on its command line.
pub fn run() -> ExitCode {
    status(None).into()
}

/// Runs the program on its command line, with a window drawn by `own` if there is one; 0 done, 1 failed, 2 misused.
pub(crate) fn status(own: Option<Draw>) -> u8 {
    let cli = Cli::parse();
    start_log(cli.verbose);
    if let Err(error) = crate::stream::survive_shrunk_segments() {
        output::tell(&format!("a stream whose memory is cut short will end this program: {error}"));
    }
    let done = match cli.command {
        None => without_command(),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::View(args)) => view::run(&args, own),
        Some(Command::Render(args)) => render::run(&args),
        Some(Command::Produce(args)) => produce::run(&args),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::Stat(args)) => stat::run(&args),
        Some(Command::Tail(args)) => tail::run(&args),
        Some(Command::Gc(args)) => gc::run(&args),
        Some(Command::Keys(args)) => keys::run(&args),
    };
    match done {
        Ok(()) => 0,
        Err(error) if output::is_closed_pipe(&error) => 0,
        Err(error) => {
            output::tell(&with_causes(&*error));
            if is_misuse(&error) { 2 } else { 1 }
        }
    }
}

/// A window on what is live; where there is nothing live or no display, the list.
fn without_command() -> anyhow::Result<()> {
    let is_anything_live = streams()?.iter().any(|stream| stream.is_live);
    if is_anything_live && launch::has_display() {
        return view::run(&view::ViewArgs::default(), None);
    }
    list::run(&list::ListArgs::default())?;
    if is_anything_live {
        output::tell(
            "no display, so no window: `ringplot render NAME -o picture.png` draws one, `ringplot tail NAME` prints points",
        );
    }
    Ok(())
}

/// Turns the log on when it is asked for: off, no subscriber is there at all.
fn start_log(verbose: u8) {
    let asked = std::env::var("RINGPLOT_LOG").ok().filter(|filter| !filter.trim().is_empty());
    let level = match verbose {
        0 => None,
        1 => Some("info"),
        2 => Some("debug"),
        _ => Some("trace"),
    };
    let filter = match (asked, level) {
        (Some(filter), _) => filter,
        (None, Some(level)) => format!("warn,ringplot={level}"),
        (None, None) => return,
    };
    match EnvFilter::try_new(&filter) {
        Ok(filter) => {
            tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
        }
        Err(error) => output::tell(&format!("no log: RINGPLOT_LOG={filter:?} is no filter: {error}")),
    }
}

/// Whether the error is one of the command line and not of the world.
fn is_misuse(error: &anyhow::Error) -> bool {
    error.is::<values::ValueError>()
        || matches!(
            error.downcast_ref(),
            Some(
                CreateError::Name(_)
                    | CreateError::Capacity { .. }
                    | CreateError::Rate { .. }
                    | CreateError::FrameLength { .. }
            )
        )
        || matches!(error.downcast_ref(), Some(AttachError::Name(_)))
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
