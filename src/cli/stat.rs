//! `ringplot stat NAME`: one stream in full.

use std::fmt::Write;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use super::look::{self, Seen, Summary};
use super::output;
use crate::chart::format;
use crate::ring::{BLOCK, StartAt, XMode};
use crate::stream::{Consumer, Dash, escaped};

/// Show one stream in full: counts, geometry and what it says of itself
///
/// Works on a live stream and on what a dead producer left.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ringplot stat lorenz/x
  ringplot stat lorenz/x --json | jq .written")]
pub(super) struct StatArgs {
    /// The stream
    name: String,
    /// Print a JSON object: what `list --json` gives, and the geometry and metadata besides
    #[arg(long)]
    json: bool,
}

/// A stream in full; times in the unit that the name says, positions in slots.
#[derive(Debug, Serialize)]
struct Details {
    #[serde(flatten)]
    summary: Summary,
    label: String,
    group: String,
    colour: Option<String>,
    style: &'static str,
    width: Option<f32>,
    dash: Option<&'static str>,
    panel: String,
    rate_hint_hz: Option<f64>,
    /// What y are differences to; it is added to them wherever they are shown.
    y_offset: f64,
    y_range: Option<[f32; 2]>,
    clock: &'static str,
    order: i32,
    x_mode: &'static str,
    t0: Option<f64>,
    rate: Option<f64>,
    origin_unix_ns: i64,
    process_start_time: u64,
    /// Position before which the producer cleared.
    cleared_before: u64,
    segment_bytes: u64,
    block: u64,
    off_control: u64,
    off_epochs: u64,
    off_points: u64,
}

pub(super) fn run(args: &StatArgs) -> anyhow::Result<()> {
    let consumer = Consumer::attach(&args.name, StartAt::Now)?;
    let seen = look::look(vec![consumer]).pop().context("nothing was seen")?;
    let details = details(&seen);
    if args.json { output::print_json(&details) } else { output::print(&text(&details)) }
}

fn details(seen: &Seen) -> Details {
    let (consumer, meta, geometry) = (&seen.consumer, seen.consumer.meta(), seen.consumer.geometry());
    let (x_mode, t0, rate) = match consumer.x_mode() {
        XMode::Xy => ("xy", None, None),
        XMode::Timed => ("timed", None, None),
        XMode::Uniform { t0, rate } => ("uniform", Some(t0), Some(rate)),
    };
    Details {
        summary: seen.summary(),
        label: meta.label.clone(),
        group: meta.group.clone(),
        colour: meta.colour.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
        style: meta.style.as_str(),
        width: meta.width,
        dash: meta.dash.map(Dash::as_str),
        panel: meta.panel.clone(),
        rate_hint_hz: meta.rate_hint_hz,
        y_offset: meta.y_offset,
        y_range: meta.y_range,
        clock: meta.clock.as_str(),
        order: meta.order,
        x_mode,
        t0,
        rate,
        origin_unix_ns: consumer.origin_unix_nanos(),
        process_start_time: consumer.process_start_time(),
        cleared_before: consumer.cleared_before(),
        segment_bytes: geometry.segment_len,
        block: BLOCK,
        off_control: geometry.off_control,
        off_epochs: geometry.off_epochs,
        off_points: geometry.off_points,
    }
}

fn text(details: &Details) -> String {
    let summary = &details.summary;
    let mut text = String::new();
    let mut line = |key: &str, value: String| {
        if !value.is_empty() {
            let _ = writeln!(text, "{key:<16}{}", escaped(&value));
        }
    };
    let in_full = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    line("name", summary.name.clone());
    line("state", summary.state.to_owned());
    line("kind", summary.kind.to_owned());
    line("written", summary.written.to_string());
    let rate = summary.rate_hz.map(format::rate);
    line("measured rate", rate.unwrap_or_else(|| "nothing came".to_owned()));
    line("pid", summary.pid.to_string());
    line("run", summary.run.clone());
    line("label", details.label.clone());
    line("group", details.group.clone());
    line("x unit", summary.x_unit.clone());
    line("y unit", summary.y_unit.clone());
    line("colour", details.colour.clone().unwrap_or_default());
    line("style", details.style.to_owned());
    line("width", details.width.map(|width| format!("{width} points")).unwrap_or_default());
    line("dash", details.dash.unwrap_or_default().to_owned());
    line("panel", details.panel.clone());
    line("rate hint", details.rate_hint_hz.map(format::rate).unwrap_or_default());
    line("y offset", if details.y_offset == 0.0 { String::new() } else { details.y_offset.to_string() });
    line("y range", details.y_range.map(|[low, high]| format!("{low} to {high}")).unwrap_or_default());
    line("clock", details.clock.to_owned());
    line("order", details.order.to_string());
    line("x mode", details.x_mode.to_owned());
    line("t0", in_full(details.t0));
    line("sample rate", in_full(details.rate));
    line("origin", format!("{:.6} s since 1970 (UTC)", details.origin_unix_ns as f64 / 1e9));
    line("capacity", format!("{} points", summary.capacity));
    line("segment", format!("{} bytes", details.segment_bytes));
    line(
        "cleared before",
        if details.cleared_before > 0 { details.cleared_before.to_string() } else { String::new() },
    );
    text
}
