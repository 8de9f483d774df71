//! What is told of a stream.

use serde::Serialize;

use crate::chart::{PlotKind, SeriesNumbers, StreamSnapshot};
use crate::store::Clock;

/// A stream, as a page and a program are told of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Described {
    name: String,
    label: String,
    group: String,
    kind: &'static str,
    /// What kind of panel shows it: `time`, `plane`, `curves`, `waterfall`.
    panel: &'static str,
    style: &'static str,
    state: &'static str,
    run: String,
    x_unit: String,
    y_unit: String,
    y_offset: f64,
    /// Nanoseconds since 1970 that x = 0 stands for; streams with the same can share an axis.
    origin_unix_nanos: Option<String>,
    colour: Option<String>,
    /// Its place among the colours.
    number: usize,
    capacity: Option<u64>,
    written: u64,
    received: u64,
    lost: u64,
    rate_hz: Option<f64>,
    /// x and value of the newest sample.
    newest: Option<[f64; 2]>,
    /// Lowest and highest x that are held.
    held: Option<[f64; 2]>,
    steps_back: u64,
    /// The formula that it is computed by.
    derived: Option<String>,
}

impl Described {
    fn of(stream: &StreamSnapshot, numbers: &SeriesNumbers) -> Self {
        let meta = &stream.info.meta;
        let panel = match PlotKind::of(stream) {
            PlotKind::Time => "time",
            PlotKind::Xy => "plane",
            PlotKind::Snapshot => "curves",
            PlotKind::Waterfall => "waterfall",
        };
        Self {
            name: meta.name.clone(),
            label: meta.shown_name().to_owned(),
            group: meta.group.clone(),
            kind: stream.info.kind.as_str(),
            panel,
            style: stream.style.as_str(),
            state: stream.liveness.as_str(),
            run: format!("{:016x}", stream.run),
            x_unit: meta.x_unit.clone(),
            y_unit: meta.y_unit.clone(),
            y_offset: meta.y_offset,
            origin_unix_nanos: match stream.clock {
                Clock::Wall(nanos) => Some(nanos.to_string()),
                Clock::Simulation => None,
            },
            colour: meta.colour.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
            number: numbers.of(&meta.name),
            capacity: stream.info.capacity,
            written: stream.counts.position,
            received: stream.counts.received,
            lost: stream.counts.lost,
            rate_hz: stream.rate_hz,
            newest: stream.newest.map(Into::into),
            held: stream.x_bounds.map(Into::into),
            steps_back: stream.steps_back,
            derived: stream.info.derived.as_ref().map(|derived| derived.formula.to_string()),
        }
    }

    /// All streams, in their order.
    pub(super) fn all(streams: &[StreamSnapshot]) -> Vec<Self> {
        let mut numbers = SeriesNumbers::default();
        numbers.update(streams.iter().map(|stream| stream.info.meta.name.as_str()));
        streams.iter().map(|stream| Self::of(stream, &numbers)).collect()
    }
}
