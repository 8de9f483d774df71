//! The command line: one file per subcommand.
//!
//! Data goes to standard output, everything else to standard error. A closed pipe is no error. Exit status: 0 done, 1
//! failed, 2 misused. What goes wrong is told in a line that says what to do.
//!
//! This is the only layer that uses `anyhow`: here an error is text for a person, further in it is a value.

mod completions;
#[cfg(feature = "viewer")]
mod demo;
#[cfg(feature = "viewer")]
mod driver;
mod gc;
mod interrupt;
#[cfg(any(feature = "viewer", feature = "tui"))]
mod keys;
mod list;
mod look;
mod lorenz;
mod man;
#[cfg(any(feature = "viewer", feature = "serve", feature = "tui"))]
mod options;
mod output;
mod pace;
mod pipe;
mod produce;
#[cfg(any(feature = "viewer", feature = "tui"))]
mod ranges;
#[cfg(feature = "viewer")]
mod render;
#[cfg(feature = "serve")]
mod serve;
mod signals;
mod stat;
#[cfg(any(feature = "viewer", feature = "tui"))]
mod summary;
mod tail;
#[cfg(feature = "viewer")]
mod target;
#[cfg(feature = "tui")]
mod tui;
mod values;
#[cfg(feature = "viewer")]
mod view;

use std::any::TypeId;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::errors::with_causes;
#[cfg(feature = "viewer")]
use crate::stream::launch;
use crate::stream::{AttachError, CreateError};
#[cfg(feature = "viewer")]
use crate::viewer::Draw;

#[cfg(feature = "viewer")]
const EXAMPLES: &str = "Examples:
  ringplot demo                               a simulation in another process, and a window on it
  ringplot produce test &  ringplot           a synthetic stream, and a window on it
  vmstat 1 | ringplot pipe                    what another program prints
  ringplot tui                                what is live, in the terminal
  ringplot list                               what is live
  ringplot tail test -n 5                     its newest points, as text
  ringplot render test -o test.png --last 2   a picture, without a window

A number may be written 1e6, a duration 5s or 200ms, a size 1280x720, memory 1GiB.";
#[cfg(not(feature = "viewer"))]
const EXAMPLES: &str = "Examples:
  ringplot produce test &                     a synthetic stream
  vmstat 1 | ringplot pipe                    what another program prints
  ringplot list                               what is live
  ringplot tail test -n 5                     its newest points, as text

A number may be written 1e6, a duration 5s or 200ms, a size 1280x720, memory 1GiB.";

/// Watch programs that produce data fast: they push points into shared memory and never wait, and this program draws
/// them.
///
/// Without a command it opens a window on the streams that are live, or shows them in the terminal where there is no display;
/// or lists what there is and says how to start something.
#[derive(Debug, Parser)]
#[command(
    name = "ringplot",
    version,
    max_term_width = 100,
    after_help = EXAMPLES
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
    #[cfg(feature = "viewer")]
    Demo(demo::DemoArgs),
    #[cfg(feature = "viewer")]
    View(view::ViewArgs),
    #[cfg(feature = "viewer")]
    Render(render::RenderArgs),
    #[cfg(feature = "serve")]
    Serve(Box<serve::ServeArgs>),
    #[cfg(feature = "tui")]
    Tui(Box<tui::TuiArgs>),
    Pipe(Box<pipe::PipeArgs>),
    Produce(produce::ProduceArgs),
    List(list::ListArgs),
    Stat(stat::StatArgs),
    Tail(tail::TailArgs),
    Gc(gc::GcArgs),
    #[cfg(any(feature = "viewer", feature = "tui"))]
    Keys(keys::KeysArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
}

/// What draws the window of a program: nothing where there is no window.
#[cfg(not(feature = "viewer"))]
type Draw = std::convert::Infallible;

/// Runs the program on its command line.
pub fn run() -> ExitCode {
    status(None).into()
}

/// Runs the program on its command line, with a window drawn by `own` if there is one; 0 done, 1 failed, 2 misused.
#[cfg_attr(not(feature = "viewer"), expect(unused_variables, reason = "there is no window to draw"))]
pub(crate) fn status(own: Option<Draw>) -> u8 {
    // Before anything is read of standard input, which is what `-` may mean: the program may start itself anew.
    #[cfg(feature = "viewer")]
    if std::env::args_os().any(|arg| arg == "-" || arg.as_encoded_bytes().ends_with(b"=-")) {
        driver::keep_quiet();
    }
    let cli = match parse() {
        Ok(cli) => cli,
        Err(said) => {
            return output::usage(&said).unwrap_or_else(|error| status_of(&error));
        }
    };
    #[cfg(feature = "viewer")]
    if matches!(cli.command, None | Some(Command::Demo(_) | Command::View(_) | Command::Render(_))) {
        driver::keep_quiet();
    }
    start_log(cli.verbose);
    if let Err(error) = crate::stream::survive_shrunk_segments() {
        output::tell(&format!("a stream whose memory is cut short will end this program: {error}"));
    }
    let done = match cli.command {
        None => without_command(),
        #[cfg(feature = "viewer")]
        Some(Command::Demo(args)) => demo::run(&args),
        #[cfg(feature = "viewer")]
        Some(Command::View(args)) => view::run(&args, own),
        #[cfg(feature = "viewer")]
        Some(Command::Render(args)) => render::run(&args),
        #[cfg(feature = "serve")]
        Some(Command::Serve(args)) => serve::run(&args),
        #[cfg(feature = "tui")]
        Some(Command::Tui(args)) => tui::run(&args),
        Some(Command::Pipe(args)) => pipe::run(&args),
        Some(Command::Produce(args)) => produce::run(&args),
        Some(Command::List(args)) => list::run(&args),
        Some(Command::Stat(args)) => stat::run(&args),
        Some(Command::Tail(args)) => tail::run(&args),
        Some(Command::Gc(args)) => gc::run(&args),
        #[cfg(any(feature = "viewer", feature = "tui"))]
        Some(Command::Keys(args)) => keys::run(&args),
        Some(Command::Completions(args)) => completions::run(&args, Cli::command()),
        Some(Command::Man(args)) => man::run(&args, Cli::command()),
    };
    done.map_or_else(|error| status_of(&error), |()| 0)
}

/// Reads the command line. A value that begins with a dash is a value where it can be no text: whoever reads it then says
/// what is wrong with it.
fn parse() -> Result<Cli, clap::Error> {
    let is_text = |arg: &Arg| {
        let value = arg.get_value_parser().type_id();
        value == TypeId::of::<String>() || value == TypeId::of::<PathBuf>()
    };
    let number = |arg: Arg| {
        let takes_number = arg.get_action().takes_values() && !arg.is_positional() && !is_text(&arg);
        if takes_number { arg.allow_hyphen_values(true) } else { arg }
    };
    let command = Cli::command().mut_subcommands(|command| command.mut_args(number));
    Cli::from_arg_matches(&command.try_get_matches()?)
}

/// Tells what went wrong; the exit status.
fn status_of(error: &anyhow::Error) -> u8 {
    if output::is_closed_pipe(error) {
        return 0;
    }
    output::tell(&with_causes(&**error));
    if is_misuse(error) { 2 } else { 1 }
}

/// A window on what is live; where there is no display, a terminal shows it; where there is nothing live or neither of both,
/// the list says what there is.
fn without_command() -> anyhow::Result<()> {
    let is_anything_live = crate::stream::streams()?.iter().any(|stream| stream.is_live);
    #[cfg(feature = "viewer")]
    if is_anything_live && launch::has_display() {
        return view::run(&view::ViewArgs::default(), None);
    }
    #[cfg(feature = "tui")]
    if is_anything_live && std::io::IsTerminal::is_terminal(&std::io::stdout()) {
        return tui::run(&tui::TuiArgs::default());
    }
    list::run(&list::ListArgs::default())?;
    if cfg!(feature = "viewer") && is_anything_live {
        output::tell(
            "no display, so no window: `ringplot tui` shows the streams in a terminal, `ringplot render NAME -o picture.png` draws a picture, `ringplot tail NAME` prints points",
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
            let has_colours = output::has_colours(&std::io::stderr());
            let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(has_colours);
            log.with_writer(move || output::Log { has_colours }).init();
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
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
