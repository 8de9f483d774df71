//! Options that `view`, `tui`, `render` and `demo` share.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{output, values};
use crate::chart::{Colours, Layout, Options, TimeLabels, default_layouts_folder};
use crate::errors::with_causes;
use crate::ring::StartAt;
use crate::store::{
    DerivedError, DerivedSpec, Selection, Store, default_memory_budget, last_equals, read_before_equals,
};
use crate::stream::{AttachError, Consumer, Style, live_text, streams};

/// How a picture looks, and how much it may remember.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Picture")]
pub(super) struct PlotArgs {
    /// Title of the picture or window
    #[arg(long, value_name = "TEXT")]
    pub(super) title: Option<String>,
    /// Label of the x axis, in place of the streams' unit
    #[arg(long, value_name = "TEXT")]
    pub(super) xlabel: Option<String>,
    /// Label of the y axis, in place of the streams' unit
    #[arg(long, value_name = "TEXT")]
    pub(super) ylabel: Option<String>,
    /// Width of the x axis: of streams over time the newest so many seconds are shown, 10 without it
    #[arg(long, value_name = "X", value_parser = positive)]
    pub(super) xlen: Option<f64>,
    /// Lower end of the y axis; it follows the data without it
    #[arg(long, value_name = "Y", value_parser = values::number32)]
    pub(super) ymin: Option<f32>,
    /// Upper end of the y axis; it follows the data without it
    #[arg(long, value_name = "Y", value_parser = values::number32)]
    pub(super) ymax: Option<f32>,
    /// Make the x axis logarithmic; what is not above 0 has no place there, and is counted
    #[arg(long)]
    pub(super) log_x: bool,
    /// Make the y axis logarithmic; what is not above 0 has no place there, and is counted
    #[arg(long)]
    pub(super) log_y: bool,
    /// Label time by auto (local for streams on a wall clock, else seconds), seconds, utc, local (date and time of day, for
    /// streams on a wall clock) or samples (their numbers, for streams with one fixed rate); streams that have no such labels
    /// keep their seconds
    #[arg(long, value_name = "LABELS", value_parser = values::time_labels)]
    pub(super) time: Option<TimeLabels>,
    /// Draw a stream, and what lies below its name, as line, points, step-pre, step-mid, step-post, area, stem, band,
    /// persistence, fading or waterfall; the last = ends the name; may be given more than once
    #[arg(long, value_name = "NAME=STYLE", value_parser = style)]
    pub(super) style: Vec<(String, Style)>,
    /// Colours of densities and waterfalls: own (each stream's own colour), inferno, magma, plasma, viridis, cividis, turbo or
    /// greys
    #[arg(long, value_name = "COLOURS", value_parser = values::colours, default_value = "own")]
    pub(super) colours: Colours,
    /// Compute a trace from others: derivative(A), mean(A, 0.1s), rms(A, 1000), difference(A, B), ratio(A, B),
    /// amplitude(A, 4096, hann), psd(A, 4096, hann); A - B and A / B, with blanks, are the difference and the ratio.
    /// NAME= before it names it: the first = ends the name. A name with blanks, commas, brackets or = stands in
    /// `backticks`; / and - without blanks belong to it; may be given more than once
    #[arg(long, value_name = "[NAME=]FORMULA", value_parser = derived)]
    pub(super) derive: Vec<DerivedSpec>,
    /// Arrange the panels as this file says
    #[arg(long, value_name = "FILE", value_parser = layout)]
    pub(super) layout: Option<Layout>,
    /// Neither show the layout that was kept for these streams nor keep what is arranged now
    #[arg(long)]
    pub(super) fresh: bool,
    /// Memory for the history of all streams together, such as 512MiB
    #[arg(long, value_name = "SIZE", value_parser = values::memory)]
    pub(super) memory: Option<u64>,
    /// An XY plot shows only the newest N points
    #[arg(long, value_name = "N", value_parser = values::positive_count)]
    pub(super) xy_points: Option<u64>,
}

impl PlotArgs {
    /// What the viewer is asked to show.
    pub(super) fn options(&self) -> Options {
        let default = Options::default();
        Options {
            title: self.title.clone(),
            xlabel: self.xlabel.clone(),
            ylabel: self.ylabel.clone(),
            x_span_secs: self.xlen,
            y_min: self.ymin.map(f64::from),
            y_max: self.ymax.map(f64::from),
            log_x: self.log_x,
            log_y: self.log_y,
            time: self.time,
            layout: self.layout.clone(),
            colours: self.colours,
            max_xy_points: self.xy_points.unwrap_or(default.max_xy_points),
            ..default
        }
    }

    /// Where layouts are kept by themselves, unless one was named or none is wanted.
    pub(super) fn layouts_folder(&self) -> Option<PathBuf> {
        if self.fresh || self.layout.is_some() { None } else { default_layouts_folder() }
    }

    /// An empty store with the memory budget, the styles and the derived traces asked for.
    pub(super) fn store(&self) -> anyhow::Result<Store> {
        let store = Store::new(self.memory.unwrap_or_else(default_memory_budget));
        store.set_styles(self.style.clone());
        for spec in &self.derive {
            let added = self.free(spec).and_then(|()| store.derived().add_when_there(spec.clone()));
            added.map_err(|error| values::ValueError(with_causes(&error)))?;
        }
        Ok(store)
    }

    /// Checks that no stream has the name of a derived trace, and that the layout asks for no other of that name.
    fn free(&self, spec: &DerivedSpec) -> Result<(), DerivedError> {
        let name = spec.shown_name();
        let registered = Selection::Names(vec![name.clone()]).registered().unwrap_or_default();
        let of_layout = self.layout.as_ref().map(Layout::derived_names).unwrap_or_default();
        if registered.contains(&name) || of_layout.contains(&name) {
            return Err(DerivedError::NameTaken(name));
        }
        Ok(())
    }

    /// Checks what one option alone cannot tell.
    pub(super) fn check(&self) -> Result<(), values::ValueError> {
        match (self.ymin, self.ymax) {
            (Some(low), Some(high)) if low >= high => {
                Err(values::not_below(("--ymin", low), ("--ymax", high)))
            }
            _ => Ok(()),
        }
    }
}

pub(super) fn derived(text: &str) -> Result<DerivedSpec, values::ValueError> {
    DerivedSpec::parse(text).map_err(|error| values::ValueError(with_causes(&error)))
}

pub(super) fn layout(path: &str) -> Result<Layout, values::ValueError> {
    if path == "-" {
        let text = std::io::read_to_string(std::io::stdin())
            .map_err(|error| values::ValueError(format!("standard input cannot be read: {error}")))?;
        return Layout::parse(&text).map_err(values::ValueError);
    }
    Layout::read(Path::new(path)).map_err(|error| values::ValueError(with_causes(&error)))
}

pub(super) fn style(text: &str) -> Result<(String, Style), values::ValueError> {
    let at = last_equals(text)
        .ok_or_else(|| values::ValueError("write it as NAME=STYLE, such as lorenz/x=step-post".into()))?;
    Ok((read_before_equals(&text[..at]), values::style(text[at + 1..].trim())?))
}

pub(super) fn positive(text: &str) -> Result<f64, values::ValueError> {
    let value = values::number(text)?;
    if value > 0.0 { Ok(value) } else { Err(values::ValueError("it must be above 0".into())) }
}

/// Ends of the names of files that hold data or pictures of it.
const FILE_ENDS: [&str; 14] = [
    "csv", "json", "jsonl", "log", "mcap", "npy", "npz", "parquet", "png", "svg", "toml", "tsv", "txt", "wav",
];

/// The names of streams that arguments are: an argument is a file where there is one and no stream is called so.
///
/// # Errors
/// One that is a file, or that ends like one and is neither: no file can be opened yet.
pub(super) fn names(arguments: &[String]) -> anyhow::Result<Vec<String>> {
    let names = arguments.iter().map(|argument| {
        // A leading slash is no part of a name.
        let name = argument.strip_prefix('/').unwrap_or(argument).to_owned();
        let is_file = Path::new(argument).is_file();
        let end = Path::new(argument).extension().map(|end| end.to_string_lossy().to_lowercase());
        let is_like_file = end.is_some_and(|end| FILE_ENDS.contains(&end.as_str()));
        if !(is_file || is_like_file) || !Selection::Names(vec![name.clone()]).registered()?.is_empty() {
            return Ok(name);
        }
        if is_file {
            anyhow::bail!("{argument:?} is a file, and no stream is called so: files cannot be opened yet");
        }
        anyhow::bail!("there is neither a file nor a stream {argument:?}; files cannot be opened yet");
    });
    names.collect()
}

/// The streams called `names`, of each of which at least one must be readable, now or in a moment.
pub(super) fn select(names: &[String]) -> anyhow::Result<Selection> {
    let absent = Absent::of(names)?;
    anyhow::ensure!(absent.is_empty(), "{absent}");
    Ok(Selection::Names(names.to_vec()))
}

/// Whether there is a stream to show.
pub(super) fn is_anything_live() -> anyhow::Result<bool> {
    Ok(streams()?.iter().any(|stream| stream.is_live))
}

/// The streams called `names`; those that are not there yet are told of, or refused.
pub(super) fn wait_for(names: &[String], must_be_there: bool) -> anyhow::Result<Selection> {
    let absent = Absent::of(names)?;
    if !absent.is_empty() {
        anyhow::ensure!(!must_be_there, "{absent}");
        output::tell(&format!("waiting for {}: {absent}", absent.quoted()));
    }
    Ok(Selection::Names(names.to_vec()))
}

/// Names that no stream has, nor any below them.
#[derive(Debug, Default)]
pub(super) struct Absent {
    names: Vec<String>,
    /// What is live instead.
    live: Vec<String>,
}

impl Absent {
    /// Those of `names` that are not there, and not in a moment either.
    ///
    /// # Errors
    /// A name that is none, or one of which no stream can be read.
    pub(super) fn of(names: &[String]) -> anyhow::Result<Self> {
        let mut absent = Self::default();
        for name in names {
            let mut registered = Selection::Names(vec![name.clone()]).registered()?;
            if registered.is_empty() {
                registered.push(name.clone());
            }
            let attach = |name: &String| Consumer::attach(name, StartAt::Now).map(drop);
            let failed: Vec<AttachError> = registered.iter().filter_map(|name| attach(name).err()).collect();
            let is_any_there = failed.len() < registered.len();
            for error in failed {
                match error {
                    error if is_any_there => output::tell(&error.to_string()),
                    AttachError::Unknown { live, .. } => {
                        absent.live = live;
                        absent.names.push(name.clone());
                        break;
                    }
                    error => return Err(error.into()),
                }
            }
        }
        Ok(absent)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Their names, in quotes.
    pub(super) fn quoted(&self) -> String {
        self.names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = if self.names.len() == 1 { "no stream is called" } else { "no streams are called" };
        write!(f, "{subject} {}; {}", self.quoted(), live_text(&self.live))
    }
}
