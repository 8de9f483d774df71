//! `ringplot view [NAME…]`: the window.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use super::options::{PlotArgs, is_anything_live, names, wait_for};
use super::ranges::check_newest;
use super::summary::Summary;
use super::target::Target;
use super::{interrupt, keys, output, values};
use crate::chart::Options;
use crate::store::{Ingest, Selection, Store};
use crate::stream::{Array, Meta, live_text, read_arrays};
use crate::viewer::{self, App, Closer, Draw, WindowOptions};

/// Open a window on streams
///
/// Without names it shows all that are live, and those that appear later. Streams that are named are waited for, and the
/// window says for which. It never slows a producer down, and what it could not read in time it counts and shows as a
/// gap.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "Examples:
  ringplot view
  ringplot view imu/x                 also before its producer has started
  ringplot view lorenz/x lorenz/y --title Lorenz --xlen 5
  ringplot view test --exit-after 5s --screenshot test.png --stats-json -")]
pub(super) struct ViewArgs {
    /// The streams to show; all that are live without names
    names: Vec<String>,
    /// End with status 1 where a named stream is not there, or nothing is live, and do not wait for it
    #[arg(long)]
    no_wait: bool,
    /// Size of the window in logical pixels; 1280x720 without it
    #[arg(long, value_name = "WxH", value_parser = values::size)]
    size: Option<[u32; 2]>,
    /// Close the window after this long
    #[arg(long, value_name = "S", value_parser = values::duration)]
    exit_after: Option<Duration>,
    /// Write what the window shows before it closes, also at Ctrl-C or SIGTERM: .png, .svg or .csv; `-` is standard output
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Write counts and frame times as JSON when the window closes, also at Ctrl-C or SIGTERM; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    /// Show the streams of this process, or those named, also those that are created later
    #[arg(long, hide = true, value_name = "PID:START", value_parser = program)]
    program: Option<(u32, u64)>,
    /// Show arrays that a program writes to standard input, and no streams
    #[arg(long, hide = true, conflicts_with_all = ["names", "program", "no_wait"])]
    arrays: bool,
    #[command(flatten)]
    plot: PlotArgs,
}

/// A process, by its id and when it started in clock ticks since boot.
fn program(text: &str) -> Result<(u32, u64), values::ValueError> {
    text.split_once(':')
        .and_then(|(pid, start)| Some((pid.parse().ok()?, start.parse().ok()?)))
        .ok_or_else(|| values::ValueError("not a process: write it like 1234:567890".into()))
}

pub(super) fn run(args: &ViewArgs, own: Option<Draw>) -> anyhow::Result<()> {
    args.plot.check()?;
    let target =
        args.screenshot.as_deref().map(|path| Target::new(path, None, "--screenshot")).transpose()?;
    if let Some(target) = &target {
        target.check_alone("--screenshot", args.stats_json.as_deref())?;
    }
    let screenshot = target.map(|target| target.path);
    output::check_targets([screenshot.as_ref(), args.stats_json.as_ref()])?;
    let store = args.plot.store()?;
    let named = if args.program.is_some() { args.names.clone() } else { names(&args.names)? };
    let selection = match args.program {
        _ if args.arrays => {
            take_arrays(&store)?;
            None
        }
        Some((pid, start_time)) => Some(Selection::Program { pid, start_time, names: named.clone() }),
        None if named.is_empty() => {
            anyhow::ensure!(!args.no_wait || is_anything_live()?, "{}", live_text(&[]));
            Some(Selection::Live)
        }
        None => Some(wait_for(&named, args.no_wait)?),
    };
    if args.plot.xlen.is_some() && !named.is_empty() {
        check_newest("--xlen", &named, &store)?;
    }
    let closer = Closer::default();
    let on_signal = closer.clone();
    interrupt::on_first(move || on_signal.close())?;
    let waits_for = if let Some(Selection::Names(names)) = &selection { names.clone() } else { Vec::new() };
    let options = WindowOptions {
        app: Options { keymap: keys::of_the_user(), waits_for, ..args.plot.options() },
        size: args.size,
        exit_after: args.exit_after,
        screenshot,
        closer,
        close_when_finished: true,
        layouts: args.plot.layouts_folder(),
        ..WindowOptions::default()
    };
    // Before the window: a program that pushes a thousand points and ends waits for this, and not for a GPU.
    let ingest = selection.map(|selection| Ingest::start(store.clone(), selection)).transpose()?;
    let mut app = App::new(store.clone(), options.app.clone());
    if let Some(own) = own {
        app.draw_by(own);
    }
    let shown = viewer::show(app, options);
    let runs = ingest.map(Ingest::stop).unwrap_or_default();
    output::tell_damaged(&store);
    let (stats, failure) = shown?;
    output::together([
        failure.map_or(Ok(()), |failure| Err(failure.into())),
        Summary::new(&stats, &runs).write(args.stats_json.as_deref()),
    ])
}

/// Fills the store with the arrays of a program that calls `show`.
fn take_arrays(store: &Store) -> anyhow::Result<()> {
    let arrays = read_arrays(&mut std::io::stdin().lock()).context("cannot read the arrays to show")?;
    let shown = arrays.len();
    for (Array { name, t, y }, order) in arrays.into_iter().zip(0..) {
        // Two of one name are told apart in the legend.
        let meta = Meta { name, order, x_unit: "s".to_owned(), ..Meta::default() };
        store.add_timed(meta, &t, &y);
    }
    anyhow::ensure!(shown > 0, "there is no array to show");
    Ok(())
}
