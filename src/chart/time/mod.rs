//! How the x axis of a plot over time is labelled: seconds, moments of real time, or sample numbers.
//!
//! All of a window is labelled one way; a plot whose streams cannot be labelled so keeps its seconds, and says why. x itself
//! stays in seconds: only what a person reads changes.

mod calendar;
pub(super) mod labels;

use jiff::tz::TimeZone;

pub(crate) use self::calendar::{Calendar, Dated};
pub use self::labels::TimeLabels;
use super::snapshot::StreamSnapshot;
use super::state::PlotState;
use crate::ring::XMode;
use crate::store::{Clock, ONE_START_NANOS};
use crate::stream::StreamKind;

/// How the axis of one plot is labelled.
#[derive(Clone, Debug)]
pub(crate) enum TimeAxis {
    Seconds,
    Calendar(Calendar),
    /// The sample at x is number (x − t0) · rate.
    Samples {
        t0: f64,
        rate: f64,
    },
}

impl TimeAxis {
    /// How a plot is labelled when the window asks for `labels`.
    ///
    /// # Errors
    /// Why its streams cannot be labelled so, for a person.
    pub(crate) fn of(
        labels: TimeLabels,
        plot: &PlotState,
        streams: &[StreamSnapshot],
    ) -> Result<Self, String> {
        if !plot.kind().is_over_time() || plot.x_origin() != 0.0 || plot.shown(streams).next().is_none() {
            return Ok(Self::Seconds);
        }
        match labels {
            TimeLabels::Auto => {
                let origin = origin(plot, streams);
                Ok(origin.map_or(Self::Seconds, |at| Self::Calendar(Calendar::new(at, TimeZone::system()))))
            }
            TimeLabels::Seconds => Ok(Self::Seconds),
            TimeLabels::Utc => Ok(Self::Calendar(Calendar::new(origin(plot, streams)?, TimeZone::UTC))),
            TimeLabels::Local => {
                Ok(Self::Calendar(Calendar::new(origin(plot, streams)?, TimeZone::system())))
            }
            TimeLabels::Samples => samples(plot, streams),
        }
    }
}

/// The moment that x = 0 stands for in all streams shown, nanoseconds since 1970.
fn origin(plot: &PlotState, streams: &[StreamSnapshot]) -> Result<i64, String> {
    let mut first: Option<(i64, &str)> = None;
    for (member, stream) in plot.shown(streams) {
        let Clock::Wall(origin) = stream.clock else {
            return Err(format!("{} is not on a wall clock", member.label));
        };
        let (earliest, other) = *first.get_or_insert((origin, &member.label));
        if earliest.abs_diff(origin) >= ONE_START_NANOS {
            return Err(format!("{other} and {} count from different moments", member.label));
        }
        first = Some((earliest.min(origin), other));
    }
    first.map(|(origin, _)| origin).ok_or_else(String::new)
}

fn samples(plot: &PlotState, streams: &[StreamSnapshot]) -> Result<TimeAxis, String> {
    let mut first: Option<((f64, f64), &str)> = None;
    for (member, stream) in plot.shown(streams).filter(|(_, stream)| stream.info.kind != StreamKind::Events) {
        let XMode::Uniform { t0, rate } = stream.info.x_mode else {
            return Err(format!("{} has no fixed sample rate", member.label));
        };
        let (clock, other) = *first.get_or_insert(((t0, rate), &member.label));
        if clock != (t0, rate) {
            return Err(format!("{other} and {} differ in rate or start", member.label));
        }
    }
    let ((t0, rate), _) = first.ok_or("events have no sample numbers")?;
    Ok(TimeAxis::Samples { t0, rate })
}
