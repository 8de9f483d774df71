//! `ringplot demo`: a real simulation in another process, and the window on it.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::options::PlotArgs;
use super::values;

/// Start a simulation in another process and watch it
///
/// The Lorenz system, integrated by RK4 at a million steps a second, streams x, y and z with a little measurement noise,
/// and every thousandth step of its x-z projection. The simulation ends when this program does. Without a display, or
/// with --headless, it draws for 5 seconds without a window and writes a picture.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot demo
  ringplot demo --rate 1e7
  ringplot demo --headless --seconds 3s -o demo.png --stats-json -")]
pub(super) struct DemoArgs {
    /// Steps a second; 0 is flat out
    #[arg(long, value_name = "HZ", value_parser = values::rate, default_value = "1e6")]
    rate: f64,
    /// End after this long; without a window 5 s, else when the window closes
    #[arg(long, value_name = "S", value_parser = values::duration)]
    seconds: Option<Duration>,
    /// Seed of the measurement noise
    #[arg(long, value_name = "N", value_parser = values::count, default_value = "19680801")]
    seed: u64,
    /// Draw without a window, also where there is a display
    #[arg(long)]
    headless: bool,
    /// The picture to write at the end
    #[arg(short, long, value_name = "PNG")]
    output: Option<PathBuf>,
    /// Write counts and frame times as JSON at the end; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    #[command(flatten)]
    plot: PlotArgs,
}

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    args.plot.check()?;
    anyhow::bail!("the window is not built yet")
}
