//! `ringplot tui`: streams in the terminal; as lines of JSON where standard output is none.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::options::{PlotArgs, is_anything_live, names, wait_for};
use super::ranges::check_newest;
use super::summary::{self, Stream};
use super::{interrupt, keys, output, values};
use crate::chart::Options;
use crate::store::{Ingest, RunCounts, Selection, Store};
use crate::stream::{Liveness, live_text};
use crate::tui::{self, App, Depth, Drawn, Look, Marker, Pace, Wakers};

/// Time between two lines of JSON.
const LINE_EVERY: Duration = Duration::from_secs(1);
/// Size of a picture where the terminal's is not known.
const USUAL: [u16; 2] = [80, 24];
/// How long `--once` takes points in.
const ONCE: Duration = Duration::from_secs(1);

/// Watch streams in the terminal
///
/// What the window shows, in characters: the same ticks, values, colours and keys, over ssh, in tmux and screen. ? lists the
/// keys. Without names it shows all that are live, and those that appear later; streams that are named are waited for.
///
/// Where standard output is no terminal, it is a line of JSON a second: values, rates and exact counts. --once prints one
/// picture as text and ends.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot tui
  ringplot tui lorenz --xlen 5 --fps 4          few frames over a slow line
  ringplot tui test --once --size 100x30        a picture for a log
  ringplot tui test > log.jsonl                 a line of JSON a second
  ssh -t node ringplot tui                      what a cluster node computes")]
pub(super) struct TuiArgs {
    /// The streams to show; all that are live without names
    names: Vec<String>,
    /// End with status 1 where a named stream is not there, or nothing is live, and do not wait for it
    #[arg(long)]
    no_wait: bool,
    /// Print one picture as text, after a second or at the end of the streams, and end
    #[arg(long)]
    once: bool,
    /// Size of that picture in columns and rows; that of the terminal without it, or 80x24
    #[arg(long, value_name = "WxH", value_parser = cells, requires = "once")]
    size: Option<[u16; 2]>,
    /// End after this long
    #[arg(long, value_name = "S", value_parser = values::duration)]
    exit_after: Option<Duration>,
    /// Write exact counts, frames and bytes as JSON at the end; `-` is standard output
    #[arg(long, value_name = "FILE")]
    stats_json: Option<PathBuf>,
    /// Frames a second at most; fewer by itself where the terminal is slow
    #[arg(long, value_name = "N", value_parser = frames, default_value = "15", help_heading = "Terminal")]
    fps: f64,
    /// Characters for the dots of a plot: braille (2 x 4 dots each), octant (the same without gaps, Unicode 16), block (2 x 2)
    /// or ascii
    #[arg(long, value_name = "MARKER", value_parser = marker, default_value = "braille", help_heading = "Terminal")]
    marker: Marker,
    /// Colours of the terminal: auto (as COLORTERM, TERM and `NO_COLOR` say), none, 16, 256 or direct (2^24)
    #[arg(long, value_name = "DEPTH", value_enum, default_value = "auto", help_heading = "Terminal")]
    depth: DepthArg,
    /// The terminal's ground: dark or light; as COLORFGBG says without it, and dark where that says nothing
    #[arg(long, value_name = "GROUND", value_enum, help_heading = "Terminal")]
    ground: Option<Ground>,
    /// Leave the mouse to the terminal, which then selects text
    #[arg(long, help_heading = "Terminal")]
    no_mouse: bool,
    #[command(flatten)]
    plot: PlotArgs,
}

impl Default for TuiArgs {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            no_wait: false,
            once: false,
            size: None,
            exit_after: None,
            stats_json: None,
            fps: 15.0,
            marker: Marker::default(),
            depth: DepthArg::default(),
            ground: None,
            no_mouse: false,
            plot: PlotArgs::default(),
        }
    }
}

/// How many colours are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DepthArg {
    #[default]
    Auto,
    None,
    #[value(name = "16")]
    Sixteen,
    #[value(name = "256")]
    Indexed,
    Direct,
}

/// A terminal's ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Ground {
    Dark,
    Light,
}

/// Columns and rows.
fn cells(text: &str) -> Result<[u16; 2], values::ValueError> {
    let size =
        text.split_once('x').and_then(|(width, height)| Some([width.parse().ok()?, height.parse().ok()?]));
    size.filter(|size: &[u16; 2]| size.iter().all(|length| (1..=1000).contains(length)))
        .ok_or_else(|| values::ValueError("not a size: write it like 80x24, at most 1000x1000".into()))
}

fn frames(text: &str) -> Result<f64, values::ValueError> {
    match values::number(text)? {
        fps if (0.1..=60.0).contains(&fps) => Ok(fps),
        _ => Err(values::ValueError("write 0.1 to 60".into())),
    }
}

fn marker(text: &str) -> Result<Marker, values::ValueError> {
    let found = Marker::ALL.iter().find(|(name, _)| *name == text).map(|(_, marker)| *marker);
    let names = Marker::ALL.map(|(name, _)| name).join(", ");
    found.ok_or_else(|| values::ValueError(format!("choose one of {names}")))
}

pub(super) fn run(args: &TuiArgs) -> anyhow::Result<()> {
    args.plot.check()?;
    output::check_targets([args.stats_json.as_ref()])?;
    let store = args.plot.store()?;
    let named = names(&args.names)?;
    let selection = if named.is_empty() {
        anyhow::ensure!(!(args.no_wait || args.once) || is_anything_live()?, "{}", live_text(&[]));
        Selection::Live
    } else {
        wait_for(&named, args.no_wait || args.once)?
    };
    if args.plot.xlen.is_some() && !named.is_empty() {
        check_newest("--xlen", &named, &store)?;
    }
    let waits_for = if let Selection::Names(names) = &selection { names.clone() } else { Vec::new() };
    let options = Options { keymap: keys::of_the_user(), waits_for, ..args.plot.options() };
    if args.once {
        return once(args, store, selection, options);
    }
    if !io::stdout().is_terminal() {
        return lines(args, &store, selection);
    }
    let wakers = Wakers::new();
    let ending = wakers.ending();
    interrupt::on_first(move || ending.end())?;
    let ingest = Ingest::start(store.clone(), selection)?;
    let mut app = App::new(store.clone(), options, look(args));
    if let Some(folder) = args.plot.layouts_folder() {
        app.remember_layouts(folder);
    }
    let pace = Pace { fps: args.fps, ends_after: args.exit_after, has_mouse: !args.no_mouse };
    let done = tui::run(app, pace, &wakers);
    let runs = ingest.stop();
    output::tell_damaged(&store);
    let (drawn, failure) = match done {
        Ok(drawn) => (drawn, Ok(())),
        Err(error) => (Drawn::default(), Err(error.into())),
    };
    output::together([failure, write_summary(args, drawn, &runs)])
}

/// What `--stats-json` writes.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    frames: u64,
    bytes: u64,
    streams: Vec<Stream<'a>>,
}

fn write_summary(args: &TuiArgs, drawn: Drawn, runs: &[RunCounts]) -> anyhow::Result<()> {
    let Drawn { frames, bytes } = drawn;
    let value = Summary { frames, bytes, streams: Stream::all(runs) };
    summary::write(&value, args.stats_json.as_deref())
}

fn look(args: &TuiArgs) -> Look {
    let variable = |name: &str| std::env::var(name).ok();
    let depth = match args.depth {
        DepthArg::Auto => Depth::of_environment(variable),
        DepthArg::None => Depth::Monochrome,
        DepthArg::Sixteen => Depth::Sixteen,
        DepthArg::Indexed => Depth::Indexed,
        DepthArg::Direct => Depth::Direct,
    };
    // rxvt and others say which of the 16 colours their ground has; 7 and 15 are the white ones.
    let says_light = || {
        let ground = variable("COLORFGBG")?;
        Some(matches!(ground.rsplit(';').next(), Some("7" | "15")))
    };
    let is_dark = match args.ground {
        Some(ground) => ground == Ground::Dark,
        None => !says_light().unwrap_or(false),
    };
    Look { depth, marker: args.marker, is_dark }
}

/// One picture as text, on standard output.
fn once(args: &TuiArgs, store: Store, selection: Selection, options: Options) -> anyhow::Result<()> {
    interrupt::on_the_spot()?;
    let ingest = Ingest::start(store.clone(), selection)?;
    let end = Instant::now() + args.exit_after.unwrap_or(ONCE);
    while Instant::now() < end && !store.is_over() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let runs = ingest.stop();
    store.derived().catch_up();
    let is_terminal = io::stdout().is_terminal();
    let own = || ratatui::crossterm::terminal::size().ok().filter(|_| is_terminal);
    let own = own().map_or(USUAL, |(width, height)| [width, height.saturating_sub(1)]);
    let size = args.size.unwrap_or(own);
    let mut look = look(args);
    if !is_terminal && args.depth == DepthArg::Auto {
        look.depth = Depth::Monochrome;
    }
    let mut app = App::new(store, options, look);
    let mut frame = app.draw(size);
    // What takes several frames in a terminal is complete here.
    for _ in 0..1000 {
        if !frame.is_incomplete() {
            break;
        }
        frame = app.draw(size);
    }
    let text = tui::print(&frame.buffer, look.depth != Depth::Monochrome);
    let drawn = Drawn { frames: 1, bytes: text.len() as u64 };
    output::print(&text)?;
    write_summary(args, drawn, &runs)
}

/// What a line tells of a stream.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    state: &'static str,
    x: Option<f64>,
    y: Option<f64>,
    x_unit: String,
    y_unit: String,
    rate_hz: Option<f64>,
    written: u64,
    received: u64,
    lost: u64,
    run: String,
}

/// A moment, and what is known of each stream then.
#[derive(Debug, Serialize)]
struct Moment {
    /// Seconds since 1970 began.
    time: f64,
    streams: Vec<Line>,
}

impl Moment {
    fn of(store: &Store) -> Self {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let streams = store.streams().into_iter().filter_map(|stream| {
            let state = crate::store::lock(&stream);
            let newest = state.newest().filter(|(x, y)| x.is_finite() && y.is_finite());
            let (meta, counts) = (&state.info.meta, state.counts);
            state.info.derived.is_none().then(|| Line {
                name: meta.name.clone(),
                state: state.liveness.as_str(),
                x: newest.map(|(x, _)| x),
                y: newest.map(|(_, y)| y),
                x_unit: meta.x_unit.clone(),
                y_unit: meta.y_unit.clone(),
                rate_hz: state.rate_hz.filter(|_| !Liveness::is_over(state.liveness)),
                written: counts.position - counts.start,
                received: counts.received,
                lost: counts.lost,
                run: format!("{:016x}", state.run),
            })
        });
        Self { time, streams: streams.collect() }
    }
}

/// A line of JSON a second until the streams are finished, a signal comes, or nobody listens; the last one has all counts.
fn lines(args: &TuiArgs, store: &Store, selection: Selection) -> anyhow::Result<()> {
    let (ending, ended) = channel();
    interrupt::on_first(move || {
        let _ = ending.send(());
    })?;
    let ingest = Ingest::start(store.clone(), selection)?;
    let begun = Instant::now();
    let mut out = output::data();
    let mut write = |moment: &Moment| -> anyhow::Result<()> {
        out.write_all(output::json_line(moment)?.as_bytes())
            .and_then(|()| out.flush())
            .context("cannot write to standard output")
    };
    let mut next = begun + LINE_EVERY;
    let done = loop {
        let end = args.exit_after.map(|after| begun + after);
        if end.is_some_and(|end| Instant::now() >= end) || store.is_finished() {
            break Ok(());
        }
        let until = end.map_or(next, |end| end.min(next));
        match ended.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if Instant::now() >= next {
            next += LINE_EVERY;
            if let Err(error) = write(&Moment::of(store)) {
                break Err(error);
            }
        }
    };
    let runs = ingest.stop();
    done.and_then(|()| write(&Moment::of(store)))?;
    write_summary(args, Drawn::default(), &runs)
}
