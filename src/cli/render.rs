//! `ringplot render NAME… -o PNG`: the window's picture, without a window.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::options::PlotArgs;
use super::values;

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
    #[arg(long, value_name = "S", value_parser = values::duration, conflicts_with_all = ["from", "to", "xlen"])]
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
    /// Arrange the plots as this layout file says
    #[arg(long, value_name = "FILE")]
    layout: Option<PathBuf>,
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
    anyhow::bail!("drawing without a window is not built yet")
}
