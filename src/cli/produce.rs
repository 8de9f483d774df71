//! `ringplot produce NAME`: a synthetic producer to try things with.

use std::time::{Duration, Instant};

use clap::Args;

use super::pace::{Pace, Stop};
use super::signals::{self, SignalName, SignalSpec};
use super::{output, values};
use crate::chart::format;
use crate::stream::Style;

/// Most steps of one batch.
const LARGEST_BATCH: u64 = 1 << 24;
/// Points that every signal computes in a few milliseconds.
const PIECE_POINTS: u64 = 1 << 14;

/// Produce a synthetic stream
///
/// It streams until it is stopped: by Ctrl-C, SIGTERM, or after --seconds. It keeps an absolute schedule, so that nothing
/// drifts, and never waits for a reader.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot produce test                               a sine, a million points a second
  ringplot produce t --signal counter --rate 5e6      numbers to check
  ringplot produce t --signal counter --rate 0        as fast as this machine can
  ringplot produce s --signal spectrum --style waterfall    a spectrogram
  ringplot produce lorenz --signal lorenz             what `ringplot demo` shows")]
pub(super) struct ProduceArgs {
    /// The stream's name: 1 to 16 parts joined by '/', of any characters but control characters
    name: String,
    /// What to produce
    #[arg(long, value_enum, default_value_t)]
    signal: SignalName,
    /// Points (of a spectrum curves, of the Lorenz system steps) a second; 0 is flat out. 1e6 without it, 1000 for the spectrum
    #[arg(long, value_name = "HZ", value_parser = values::rate)]
    rate: Option<f64>,
    /// How to draw it: line, points, step-pre, step-mid, step-post, area, stem, band, persistence (xy), fading or waterfall (spectrum)
    #[arg(long, value_name = "NAME", value_parser = values::style)]
    style: Option<Style>,
    /// End after this long
    #[arg(long, value_name = "S", value_parser = values::duration)]
    seconds: Option<Duration>,
    /// Points that the ring holds, a power of two from 2^10 to 2^32; without it, from 2^14 to 2^20 by the memory that is free
    /// and by the rate
    #[arg(long, value_name = "N", value_parser = values::count)]
    capacity: Option<u64>,
    /// Points (of a spectrum curves) that are due together; about a millisecond's without it
    #[arg(long, value_name = "N", value_parser = values::positive_count)]
    batch: Option<u64>,
    /// What y are differences to: viewers show Y + y
    #[arg(long, value_name = "Y", value_parser = values::number, default_value = "0", allow_negative_numbers = true)]
    y_offset: f64,
    /// Seed of the noise
    #[arg(long, value_name = "N", value_parser = values::count, default_value = "19680801")]
    seed: u64,
    /// End when standard input does, and tell nothing: for the process that started this one
    #[arg(long, hide = true)]
    until_stdin_eof: bool,
}

/// Points that a ring holds at least for which no capacity is asked.
const LEAST_DEFAULT: u64 = 1 << 14;

pub(super) fn run(args: &ProduceArgs) -> anyhow::Result<()> {
    let is_spectrum = args.signal == SignalName::Spectrum;
    let nominal = if is_spectrum { 1e3 } else { 1e6 };
    let rate = args.rate.unwrap_or(nominal);
    if args.batch.is_some_and(|batch| batch > LARGEST_BATCH) {
        return Err(values::ValueError(format!("--batch is at most {LARGEST_BATCH}")).into());
    }
    // At most a quarter of the ring at once, so that catching up does not run over who reads along.
    let (flat_out, most) = if is_spectrum {
        (1, 1)
    } else {
        (4096, (args.capacity.unwrap_or(LEAST_DEFAULT) / 4).min(LARGEST_BATCH))
    };
    let batch = args.batch.unwrap_or_else(|| Pace::default_batch(rate, flat_out, most));
    let spec = SignalSpec {
        name: args.name.clone(),
        rate,
        axis_rate: if rate > 0.0 { rate } else { nominal },
        capacity: args.capacity,
        seed: args.seed,
        y_offset: args.y_offset,
        style: args.style.unwrap_or_default(),
    };

    // Before the stream is created: a signal that comes at any moment then finds it closed or not begun.
    let mut stop = Stop::on_signals()?;
    if args.until_stdin_eof {
        stop.on_end_of_input()?;
    }
    let mut signal = signals::create(args.signal, &spec)?;
    let tell = |text: &str| {
        if !args.until_stdin_eof {
            output::tell(text);
        }
    };
    let pace_text = if rate > 0.0 { format!("at {}", format::rate(rate)) } else { "flat out".to_owned() };
    tell(&format!("{} streams {pace_text}; Ctrl-C ends it, `ringplot` shows it", args.name));

    let start = Instant::now();
    let piece = PIECE_POINTS / signals::points_a_step(args.signal);
    let done = Pace { rate, batch, piece, length: args.seconds }.run(&mut stop, |steps| signal.push(steps));
    let secs = start.elapsed().as_secs_f64();
    let what = if is_spectrum { "curves" } else { "points" };
    drop(signal);
    tell(&format!(
        "{} has ended: {done} {what} in {secs:.1} s, {}",
        args.name,
        format::rate(done as f64 / secs)
    ));
    if args.seconds.is_some_and(|length| done < (rate * length.as_secs_f64()).round() as u64)
        && !stop.is_asked()
    {
        tell(&format!("this machine did not keep up with {}", format::rate(rate)));
    }
    Ok(())
}
