//! `ringplot render NAME… -o PNG`: the window's picture, without a window.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use super::options::{PlotArgs, select};
use super::summary::Summary;
use super::{output, values};
use crate::render::{AdapterChoice, Gpu};
use crate::viewer::{self, App, FrameStats, Ingest, Percentiles, Store};

/// Draw streams into a PNG, without a window
///
/// The same picture as the window's. It attaches for a second, or until the producers close, and needs a Vulkan driver
/// but no display.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot render test -o test.png
  ringplot render lorenz/x lorenz/y -o xy.png --size 1920x1080 --last 2s --seconds 3
  ringplot render test -o part.png --from 10 --to 10.5 --ymin -2 --ymax 2")]
pub(super) struct RenderArgs {
    /// The streams to draw
    #[arg(required = true)]
    names: Vec<String>,
    /// The picture to write
    #[arg(short, long, value_name = "PNG")]
    output: PathBuf,
    /// Size of the picture in pixels
    #[arg(long, value_name = "WxH", value_parser = values::size, default_value = "1280x720")]
    size: [u32; 2],
    /// Show the newest S seconds; 10 without it
    #[arg(long, value_name = "S", value_parser = values::length, conflicts_with_all = ["from", "to", "xlen"])]
    last: Option<Duration>,
    /// Show from this x on
    #[arg(long, value_name = "X", value_parser = values::number, requires = "to", allow_negative_numbers = true)]
    from: Option<f64>,
    /// Show up to this x
    #[arg(long, value_name = "X", value_parser = values::number, requires = "from", allow_negative_numbers = true)]
    to: Option<f64>,
    /// Attach for this long
    #[arg(long, value_name = "S", value_parser = values::duration, default_value = "1s")]
    seconds: Duration,
    /// Write counts and frame times as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    #[command(flatten)]
    plot: PlotArgs,
}

pub(super) fn run(args: &RenderArgs) -> anyhow::Result<()> {
    args.plot.check()?;
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from >= to
    {
        return Err(values::ValueError(format!("--from {from} is not below --to {to}")).into());
    }
    // First what can fail at once.
    let gpu = Gpu::headless(AdapterChoice::default())?;
    let selection = select(&args.names)?;
    let store = args.plot.store();
    let ingest = Ingest::start(store.clone(), selection);
    wait(&store, Instant::now() + args.seconds);
    let runs = ingest.stop();
    output::tell_damaged(&store);
    let mut options = args.plot.options();
    if let (Some(from), Some(to)) = (args.from, args.to) {
        options.x_range = Some([from, to]);
    }
    if let Some(last) = args.last {
        options.x_span_secs = Some(last.as_secs_f64());
    }
    let stats = draw(&gpu, &mut App::new(store, options), args.size, &args.output)?;
    match &args.stats_json {
        Some(path) => Summary::new(&stats, &runs).write(path),
        None => Ok(()),
    }
}

/// Waits until `end`, or until there are streams and the producers of all are gone.
pub(super) fn wait(store: &Store, end: Instant) {
    while Instant::now() < end && !store.is_over() {
        std::thread::sleep(Duration::from_millis(10).min(end.saturating_duration_since(Instant::now())));
    }
}

/// Draws what the app shows into a PNG and tells how long that took.
pub(super) fn draw(gpu: &Gpu, app: &mut App, size: [u32; 2], output: &Path) -> anyhow::Result<FrameStats> {
    let begun = Instant::now();
    let image = viewer::picture(gpu, app, size)?;
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    image.write_png(output)?;
    Ok(FrameStats {
        adapter: gpu.info.name.clone(),
        backend: format!("{:?}", gpu.info.backend).to_lowercase(),
        software: gpu.is_software(),
        frames: 1,
        frame_ms: Percentiles { p50: ms, p99: ms, max: ms },
    })
}
