//! `ringplot demo`: a real simulation in another process, and the window on it.

#[cfg(unix)]
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;

use super::options::PlotArgs;
use super::render::{draw, gpu_for, tell_missing, wait};
use super::summary::Summary;
use super::target::Target;
use super::{interrupt, keys, output, values};
use crate::chart::Options;
use crate::export::Format;
use crate::shm::os;
use crate::store::{Ingest, Selection};
use crate::stream::{gc_below, launch, streams};
use crate::viewer::{self, App, Closer, WindowError, WindowOptions};

/// Title of the picture.
const TITLE: &str = "The Lorenz system";

/// Start a simulation in another process and watch it
///
/// The Lorenz system, integrated by RK4 at a million steps a second, streams x, y and z with measurement noise
/// (Gaussian, standard deviation 0.05), and x and z of every thousandth step as their projection. The simulation ends when this program does. Without a display, or
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
    /// The file to write at the end: .png, .svg or .csv; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write counts and frame times as JSON at the end; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    #[command(flatten)]
    plot: PlotArgs,
}

/// Name of the picture where none is given.
const PICTURE: &str = "ringplot-demo.png";
/// Seconds drawn without a window.
const HEADLESS_LENGTH: Duration = Duration::from_secs(5);
/// How long the simulation may take to start, and to end.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn run(args: &DemoArgs) -> anyhow::Result<()> {
    args.plot.check()?;
    let target = args.output.as_deref().map(|path| Target::new(path, None, "--output")).transpose()?;
    if let Some(target) = &target {
        target.check_alone("--output", args.stats_json.as_deref())?;
    }
    if !args.headless {
        if launch::has_display() {
            match in_window(args, target.as_ref()) {
                Err(error) if is_no_display(&error) => output::tell(&format!("{error:#}")),
                done => return done,
            }
        }
        output::tell(
            "no display: drawing without a window; `ringplot tui` shows the streams in a terminal meanwhile",
        );
    }
    without_window(args, target)
}

fn is_no_display(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(WindowError::NoDisplay { .. }))
}

fn in_window(args: &DemoArgs, target: Option<&Target>) -> anyhow::Result<()> {
    let picture = target.map(|target| &target.path);
    output::check_targets([picture, args.stats_json.as_ref()])?;
    let closer = Closer::default();
    let on_signal = closer.clone();
    interrupt::on_first(move || on_signal.close())?;
    let simulation = Simulation::start(args)?;
    let mut app = Options { keymap: keys::of_the_user(), ..args.plot.options() };
    app.title.get_or_insert_with(|| TITLE.to_owned());
    let options = WindowOptions {
        app,
        exit_after: args.seconds,
        screenshot: picture.cloned(),
        closer,
        close_when_finished: true,
        layouts: args.plot.layouts_folder(),
        ..WindowOptions::default()
    };
    let store = args.plot.store()?;
    let ingest = Ingest::start(store.clone(), simulation.selection())?;
    let shown = viewer::show(App::new(store, options.app.clone()), options);
    let runs = ingest.stop();
    drop(simulation);
    let (stats, failure) = shown?;
    output::together([
        failure.map_or(Ok(()), |failure| Err(failure.into())),
        Summary::new(&stats, &runs).write(args.stats_json.as_deref()),
    ])
}

fn without_window(args: &DemoArgs, target: Option<Target>) -> anyhow::Result<()> {
    interrupt::on_the_spot()?;
    let target = target.unwrap_or_else(|| Target { path: PICTURE.into(), format: Format::Png });
    output::check_targets([Some(&target.path), args.stats_json.as_ref()])?;
    let gpu = gpu_for(target.format)?;
    let length = args.seconds.unwrap_or(HEADLESS_LENGTH);
    let simulation = Simulation::start(args)?;
    let store = args.plot.store()?;
    let ingest = Ingest::start(store.clone(), simulation.selection())?;
    wait(&store, Instant::now() + length);
    let runs = ingest.stop();
    drop(simulation);
    let mut options = args.plot.options();
    options.title.get_or_insert_with(|| TITLE.to_owned());
    let mut app = App::new(store, options);
    app.store().derived().catch_up();
    tell_missing(app.store());
    let (stats, drawn) = draw(gpu.as_ref(), &mut app, [1280, 720], 1.0, &target);
    for run in &runs {
        let counts = &run.counts;
        output::tell(&format!(
            "{}: {} drained, {} received, {} lost",
            run.name,
            counts.position - counts.start,
            counts.received,
            counts.lost
        ));
    }
    let seconds = length.as_secs_f64();
    output::tell(&match &gpu {
        Some(_) => {
            let (adapter, ms) = (&stats.adapter, stats.frame_ms.p50);
            format!("{seconds:.1} s of the Lorenz system drawn by {adapter} in {ms:.0} ms")
        }
        None => format!("{seconds:.1} s of the Lorenz system written"),
    });
    let shown = std::path::absolute(&target.path).unwrap_or_else(|_| target.path.clone());
    let is_stats_on_output = args.stats_json.as_deref() == Some(Path::new("-"));
    let told = drawn.and_then(|()| match (is_stats_on_output, target.is_standard_output()) {
        // Nothing but the data goes there.
        (_, true) => Ok(()),
        (true, false) => {
            output::tell(&shown.display().to_string());
            Ok(())
        }
        (false, false) => output::print_path(&shown),
    });
    output::together([Summary::new(&stats, &runs).write(args.stats_json.as_deref()), told])
}

/// The simulation in its own process. It ends when its standard input does, so also when this process is killed.
struct Simulation {
    name: String,
    child: Child,
    start_time: u64,
}

impl Simulation {
    fn start(args: &DemoArgs) -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("cannot find this program's file")?;
        let name = free_name()?;
        let mut command =
            Command::new(if cfg!(target_os = "linux") { PathBuf::from("/proc/self/exe") } else { own });
        command.args(["produce", &name, "--signal", "lorenz", "--until-stdin-eof"]);
        command.arg("--rate").arg(args.rate.to_string()).arg("--seed").arg(args.seed.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        // Ctrl-C ends us, and the end of the pipe ends the simulation, in good order.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn().context("cannot start the simulation")?;
        let simulation = Self { start_time: os::start_time(child.id()), name, child };
        simulation.wait_until_streaming()
    }

    fn wait_until_streaming(mut self) -> anyhow::Result<Self> {
        let end = Instant::now() + PATIENCE;
        while !streams()?.iter().any(|stream| stream.is_live && stream.pid == Some(self.child.id())) {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the simulation did not start: {status}");
            }
            anyhow::ensure!(
                Instant::now() < end,
                "the simulation did not start within {} s",
                PATIENCE.as_secs()
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(self)
    }

    fn selection(&self) -> Selection {
        Selection::Program { pid: self.child.id(), start_time: self.start_time, names: Vec::new() }
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let end = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(2));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // Nothing is left of a simulation that was killed, either.
        let _ = gc_below(&self.name);
    }
}

/// A group name that no live stream uses.
fn free_name() -> anyhow::Result<String> {
    let taken = streams()?;
    let is_taken = |name: &str| taken.iter().any(|s| s.is_live && s.name.starts_with(&format!("{name}/")));
    let names = std::iter::once("lorenz".to_owned()).chain((2..100).map(|n| format!("lorenz-{n}")));
    names.into_iter().find(|name| !is_taken(name)).context("a hundred demos are running: end some")
}
