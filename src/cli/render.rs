//! `ringplot render NAME… -o FILE`: the window's picture, without a window; or a drawing, or the points in it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::options::{PlotArgs, names, select};
use super::ranges::{RangeArgs, check_newest};
use super::summary::Summary;
use super::target::Target;
use super::{interrupt, output, values};
use crate::chart::Layout;
use crate::export::Format;
use crate::render::{AdapterChoice, Gpu};
use crate::store::{Ingest, Selection, Store};
use crate::viewer::{self, App, FrameStats, Percentiles};

/// Width and height of a picture, pixels.
const SIZE: [u32; 2] = [1280, 720];

/// Draw streams into a file, without a window
///
/// The same picture as the window's: as a PNG, or as an SVG drawing; or, as CSV, all points in it. It attaches for a second,
/// or until the producers close, and needs no display, and for a PNG a Vulkan driver.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot render test -o test.png
  ringplot render lorenz/x lorenz/y -o xy.png --size 1920x1080 --last 2s --seconds 3
  ringplot render test -o part.png --from 10 --to 10.5 --ymin -2 --ymax 2
  ringplot render lorenz/xz -o right.csv --from 0
  ringplot render test -o test.svg
  ringplot render test -o test.csv --last 2s
  ringplot render test -o - --format csv | head")]
pub(super) struct RenderArgs {
    /// The streams to draw; those of the layout without names
    #[arg(required_unless_present = "layout")]
    names: Vec<String>,
    /// The file to write: .png, .svg or .csv; `-` is standard output. A FIFO or a device is written to
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What to write where the name of the file does not say: png, svg or csv; png without it
    #[arg(long, value_name = "FORMAT", value_parser = values::format)]
    format: Option<Format>,
    /// Size of the picture in pixels; 1280x720 without it
    #[arg(long, value_name = "WxH", value_parser = values::size)]
    size: Option<[u32; 2]>,
    /// Draw S pixels for each of --size, with text and lines as many times as large: 2 for a dense screen or for print
    #[arg(long, value_name = "S", value_parser = values::scale)]
    scale: Option<f32>,
    /// Draw all that a window has, too: the table of streams, their states, the memory, what draws it
    #[arg(long)]
    with_status: bool,
    #[command(flatten)]
    range: RangeArgs,
    /// Attach for this long
    #[arg(long, value_name = "S", value_parser = values::duration, default_value = "1s")]
    seconds: Duration,
    /// Write counts and frame times as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    #[command(flatten)]
    plot: PlotArgs,
}

impl RenderArgs {
    /// Tells which of the options say something of pictures, and nothing of data.
    fn tell_of_pictures(&self) {
        let plot = &self.plot;
        let options = [
            ("--size", self.size.is_some()),
            ("--with-status", self.with_status),
            ("--title", plot.title.is_some()),
            ("--xlabel", plot.xlabel.is_some()),
            ("--ylabel", plot.ylabel.is_some()),
            ("--ymin", plot.ymin.is_some()),
            ("--ymax", plot.ymax.is_some()),
            ("--log-x", plot.log_x),
            ("--log-y", plot.log_y),
            ("--time", plot.time.is_some()),
        ];
        let given: Vec<_> = options.iter().filter(|(_, is_given)| *is_given).map(|(name, _)| *name).collect();
        if !given.is_empty() {
            output::tell(&format!("a CSV holds the same points with and without {}", given.join(", ")));
        }
    }
}

pub(super) fn run(args: &RenderArgs) -> anyhow::Result<()> {
    args.plot.check()?;
    let mut options = args.plot.options();
    options.with_status = args.with_status;
    args.range.apply(args.plot.xlen, &mut options)?;
    let target = Target::new(&args.output, args.format, "--output")?;
    target.check_alone("--output", args.stats_json.as_deref())?;
    if args.scale.is_some() && target.format != Format::Png {
        let text = "--scale is for PNG: a drawing has no pixels, and a table none either";
        return Err(values::ValueError(text.to_owned()).into());
    }
    interrupt::on_the_spot()?;
    // First what can fail at once.
    output::check_targets([Some(&target.path), args.stats_json.as_ref()])?;
    let store = args.plot.store()?;
    let gpu = gpu_for(target.format)?;
    let of_layout = args.plot.layout.as_ref().map(Layout::stream_names).unwrap_or_default();
    let names = if args.names.is_empty() { there(of_layout)? } else { names(&args.names)? };
    let selection = select(&names)?;
    if let Some(option) = args.range.newest(args.plot.xlen) {
        check_newest(option, &names, &store)?;
    }
    if target.format == Format::Csv {
        args.tell_of_pictures();
    }
    let ingest = Ingest::start(store.clone(), selection)?;
    wait(&store, Instant::now() + args.seconds);
    let runs = ingest.stop();
    output::tell_damaged(&store);
    output::refuse_unreadable(&store)?;
    let mut app = App::new(store, options);
    // Nothing more comes.
    app.store().derived().catch_up();
    tell_missing(app.store());
    let (size, scale) = (args.size.unwrap_or(SIZE), args.scale.unwrap_or(1.0));
    let (stats, drawn) = draw(gpu.as_ref(), &mut app, size, scale, &target);
    for name in app.unshown() {
        output::tell(&format!("{name} is in no panel of the layout: it is not shown"));
    }
    output::together([drawn, Summary::new(&stats, &runs).write(args.stats_json.as_deref())])
}

/// Those of the streams of a layout that are there; of the others it is told.
fn there(names: Vec<String>) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for name in &names {
        let is_there = !Selection::Names(vec![name.clone()]).registered()?.is_empty();
        if is_there { &mut found } else { &mut missing }.push(name.clone());
    }
    if found.is_empty() {
        // The first of them says what else there is.
        return Ok(names);
    }
    for name in missing {
        output::tell(&format!("{name} is in the layout and not there: its panel waits for it"));
    }
    Ok(found)
}

/// Tells of traces that could not be derived, and of those that are not called as was asked.
pub(super) fn tell_missing(store: &Store) {
    for status in store.derived().list() {
        let asked = status.spec.shown_name();
        if status.name != asked {
            let name = &status.name;
            output::tell(&format!("{asked} is the name of a stream, so the derived trace is called {name}"));
        }
        if let Some(error) = status.waits_for {
            output::tell(&format!("{} is empty: {error}", status.spec.shown_name()));
        }
    }
}

/// The GPU that draws a picture; a drawing and a table need none.
pub(super) fn gpu_for(format: Format) -> anyhow::Result<Option<Gpu>> {
    let is_drawn = format == Format::Png;
    Ok(is_drawn.then(|| Gpu::headless(AdapterChoice::default())).transpose()?)
}

/// Waits until `end`, or until there are streams and the producers of all are gone.
pub(super) fn wait(store: &Store, end: Instant) {
    while Instant::now() < end && !store.is_over() {
        std::thread::sleep(Duration::from_millis(10).min(end.saturating_duration_since(Instant::now())));
    }
}

/// Writes what the app shows, `size` in points: a PNG with the GPU that there then is, of `scale` pixels a point; how long
/// that took, and whether it was written.
pub(super) fn draw(
    gpu: Option<&Gpu>,
    app: &mut App,
    size: [u32; 2],
    scale: f32,
    target: &Target,
) -> (FrameStats, anyhow::Result<()>) {
    let Some(gpu) = gpu else {
        let written = app.save_shown(&target.path, target.format, size);
        return (FrameStats::default(), written.map_err(Into::into));
    };
    let begun = Instant::now();
    let pixels = size.map(|side| (f64::from(side) * f64::from(scale)).round() as u32);
    let image = viewer::scaled_picture(gpu, app, pixels, scale);
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    let stats = FrameStats {
        adapter: gpu.info.name.clone(),
        backend: format!("{:?}", gpu.info.backend).to_lowercase(),
        software: gpu.is_software(),
        frames: u64::from(image.is_ok()),
        frame_ms: Percentiles { p50: ms, p99: ms, max: ms },
    };
    (stats, image.and_then(|image| image.write_png(&target.path)).map_err(Into::into))
}
