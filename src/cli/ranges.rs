//! What of a stream is asked for: `--from`, `--to`, `--last`, `--xlen`, and for which streams that makes sense.

use std::time::Duration;

use clap::Args;

use super::{output, values};
use crate::chart::Options;
use crate::ring::StartAt;
use crate::store::{Selection, Store};
use crate::stream::{Consumer, StreamKind, Style};

/// A part of x.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct RangeArgs {
    /// Show the newest S seconds of streams over time; 10 without it
    #[arg(long, value_name = "S", value_parser = values::length, conflicts_with_all = ["from", "to", "xlen"])]
    last: Option<Duration>,
    /// Show from this x on: seconds of a stream over time, or x of an XY stream or a curve
    #[arg(long, value_name = "X", value_parser = values::number)]
    from: Option<f64>,
    /// Show up to this x, which is not part of it
    #[arg(long, value_name = "X", value_parser = values::number)]
    to: Option<f64>,
}

impl RangeArgs {
    /// Puts what is asked for into the options; `xlen` is the width of the x axis.
    ///
    /// # Errors
    /// The ends are in the wrong order, or there is one too many.
    pub(super) fn apply(&self, xlen: Option<f64>, options: &mut Options) -> Result<(), values::ValueError> {
        let range = match (self.from, self.to, xlen) {
            (Some(_), Some(_), Some(_)) => {
                let text = "--from, --to and --xlen: two of them say the third; leave one out";
                return Err(values::ValueError(text.to_owned()));
            }
            (Some(from), Some(to), None) if from >= to => {
                return Err(values::not_below(("--from", from), ("--to", to)));
            }
            (None, None, _) => None,
            // What lies a whole length away but for rounding is no part of it, or is.
            (Some(from), None, Some(length)) => Some([from, from + length - rounding(from, length)]),
            (None, Some(to), Some(length)) => Some([to - length - rounding(to, length), to]),
            (from, to, _) => Some([from.unwrap_or(f64::NEG_INFINITY), to.unwrap_or(f64::INFINITY)]),
        };
        options.x_range = range;
        options.x_span_secs = self.last.map(|last| last.as_secs_f64()).or(xlen.filter(|_| range.is_none()));
        Ok(())
    }

    /// The option that asks for the newest part of time, if one does.
    pub(super) fn newest(&self, xlen: Option<f64>) -> Option<&'static str> {
        let is_open = self.from.is_none() && self.to.is_none();
        let xlen = xlen.filter(|_| is_open).map(|_| "--xlen");
        self.last.map(|_| "--last").or(xlen)
    }
}

/// By how much a sum of these may be off, and what is compared with it.
fn rounding(a: f64, b: f64) -> f64 {
    let largest = a.abs().max(b.abs());
    4.0 * (largest.next_up() - largest)
}

/// Checks that streams of these names can be cut to their newest time, as `option` asks.
///
/// # Errors
/// None of them is over time.
pub(super) fn check_newest(option: &str, names: &[String], store: &Store) -> anyhow::Result<()> {
    let mut timeless = Vec::new();
    let mut has_time = false;
    for name in Selection::Names(names.to_vec()).registered()? {
        let Ok(consumer) = Consumer::try_attach(&name, StartAt::Now) else { continue };
        let is_waterfall = store.style_of(consumer.meta()) == Style::Waterfall;
        match consumer.kind() {
            StreamKind::Xy => timeless.push((name, "an XY stream")),
            StreamKind::Snapshot if !is_waterfall => timeless.push((name, "a curve")),
            _ => has_time = true,
        }
    }
    let Some((name, what)) = timeless.first() else { return Ok(()) };
    let text = format!("{option} is for streams over time, and {name} is {what}");
    if has_time {
        let others = match timeless.len() - 1 {
            0 => String::new(),
            count => format!(", and of {count} more"),
        };
        output::tell(&format!("{text}: all of it is shown{others}"));
        return Ok(());
    }
    Err(values::ValueError(format!("{text}: choose its x with --from and --to of `ringplot render`")).into())
}
