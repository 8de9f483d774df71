//! What a frame needs to know of the streams, copied out so that no lock is held while the frame is laid out.

use super::data::{Data, SharedStream, Store, StreamInfo, lock};
use super::format::Reading;
use crate::stream::{Counts, Kind, Liveness, Style};

/// One stream as it was at the start of a frame.
#[derive(Clone, Debug)]
pub(crate) struct SeenStream {
    pub(crate) shared: SharedStream,
    pub(crate) info: StreamInfo,
    /// How it is drawn.
    pub(crate) style: Style,
    pub(crate) run: u64,
    pub(crate) liveness: Liveness,
    pub(crate) counts: Counts,
    pub(crate) rate_hz: Option<f64>,
    /// False once x is known to go back and forth.
    pub(crate) is_monotonic: bool,
    /// The newest finite point.
    pub(crate) newest: Option<(f64, f64)>,
    /// Lowest and highest x that are held.
    pub(crate) x_bounds: Option<(f64, f64)>,
    /// One past the newest position, or one past the number of the newest frame or event.
    pub(crate) end: u64,
}

impl SeenStream {
    pub(crate) fn all(store: &Store) -> Vec<Self> {
        let mut all: Vec<Self> = store.streams().iter().map(|shared| Self::new(shared, store)).collect();
        // Where there are values, they say what is shown; the clock of events may be off. Alone, events have to.
        if all.iter().all(|stream| stream.info.kind == Kind::Events) {
            all.iter_mut().for_each(Self::take_times_of_events);
        }
        all
    }

    /// How its values are written in a plot that writes values so: with no more digits than they have.
    pub(crate) fn reading(&self, reading: Reading) -> Reading {
        reading.with_f32(self.info.kind != Kind::Events)
    }

    fn take_times_of_events(&mut self) {
        let state = lock(&self.shared);
        let Data::Events(events) = &state.data else { return };
        let ends = [events.iter().next(), events.newest()].map(|event| event.map(|event| event.t));
        if let [Some(first), Some(last)] = ends
            && first.is_finite()
            && last.is_finite()
        {
            self.x_bounds = Some((first.min(last), first.max(last)));
            self.newest = Some((last, f64::NAN));
        }
    }

    fn new(shared: &SharedStream, store: &Store) -> Self {
        let state = lock(shared);
        let (is_monotonic, newest, x_bounds, end) = match &state.data {
            Data::Trace(trace) => (
                trace.is_monotonic(),
                trace.newest().map(|(_, x, y)| (x, f64::from(y))),
                trace.x_bounds(),
                trace.end(),
            ),
            Data::Frames(frames) => (true, None, None, frames.newest().map_or(0, |frame| frame.number + 1)),
            Data::Events(events) => (true, None, None, events.newest().map_or(0, |event| event.number + 1)),
        };
        let seen = Self {
            style: store.style_of(&state.info.meta),
            info: state.info.clone(),
            run: state.run,
            liveness: state.liveness,
            counts: state.counts,
            rate_hz: state.rate_hz,
            is_monotonic,
            newest,
            x_bounds,
            end,
            shared: SharedStream::clone(shared),
        };
        drop(state);
        seen
    }
}
