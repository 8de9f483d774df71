//! What a frame needs to know of the streams, copied out so that no lock is held while the frame is laid out.

use super::format::Reading;
use super::view::FARTHEST;
use crate::store::{Clock, Data, SharedStream, Store, StreamInfo, lock};
use crate::stream::{Counts, Liveness, StreamKind, Style};

/// One stream as it was at the start of a frame.
#[derive(Clone, Debug)]
pub(crate) struct StreamSnapshot {
    pub(crate) shared: SharedStream,
    pub(crate) info: StreamInfo,
    /// How it is drawn.
    pub(crate) style: Style,
    pub(crate) run: u64,
    pub(crate) liveness: Liveness,
    pub(crate) counts: Counts,
    pub(crate) rate_hz: Option<f64>,
    /// How often time went back in what is held.
    pub(crate) steps_back: u64,
    /// The newest finite point.
    pub(crate) newest: Option<(f64, f64)>,
    /// The x reached before each of the last times that it went back, the newest first.
    peaks: Vec<f64>,
    /// What its x count on.
    pub(crate) clock: Clock,
    /// Lowest and highest x that are held; of events, the times.
    pub(crate) x_bounds: Option<(f64, f64)>,
    /// Up to which x its last value holds, where it is a state that is sent when it changes.
    pub(crate) held_until: Option<f64>,
    /// One past the newest position, or one past the number of the newest frame or event.
    pub(crate) end: u64,
}

/// Steps back that are looked at to find how far x reached.
const MOST_PEAKS: usize = 8;

impl StreamSnapshot {
    pub(crate) fn all(store: &Store) -> Vec<Self> {
        let mut all: Vec<Self> = store.streams().iter().map(|shared| Self::new(shared, store)).collect();
        Clock::unify(all.iter_mut().map(|stream| &mut stream.clock));
        Self::hold(&mut all);
        all
    }

    /// How its values are written in a plot that writes values so: with no more digits than they have.
    pub(crate) fn reading(&self, reading: Reading) -> Reading {
        reading.with_f32(self.info.meta.y_offset == 0.0)
    }

    /// Holds states up to the newest x of what lives on their clock; of all that is there, once nothing lives any more. What
    /// ended before the others did is not known from there on.
    fn hold(all: &mut [Self]) {
        let over_time = all.iter().filter(|stream| stream.is_over_time());
        let reached = over_time.filter_map(|s| Some((s.clock, s.is_live(), s.reach(0.0)?.1)));
        let reached: Vec<_> = reached.collect();
        for stream in all.iter_mut().filter(|stream| stream.held_until.is_some()) {
            let on_clock = reached.iter().filter(|(clock, ..)| *clock == stream.clock);
            let does_any_live = on_clock.clone().any(|(_, is_live, _)| *is_live);
            let of = on_clock.filter(|(_, is_live, _)| *is_live || !does_any_live).map(|(.., x)| *x);
            let newest = of.reduce(f64::max).filter(|_| stream.is_live() || !does_any_live);
            stream.held_until = newest.filter(|x| stream.held_until.is_some_and(|last| *x > last));
        }
    }

    fn is_over_time(&self) -> bool {
        matches!(self.info.kind, StreamKind::Timed | StreamKind::Uniform | StreamKind::Events)
    }

    /// Whether more may come.
    pub(crate) fn is_live(&self) -> bool {
        !self.liveness.is_over()
    }

    /// Lowest x that is held, and the newest; that is the one before a step back by less than `span`: a sample that is
    /// late moves nothing, and a short sweep begins in a picture of the one before.
    pub(crate) fn reach(&self, span: f64) -> Option<(f64, f64)> {
        let (oldest, latest) = self.x_bounds?;
        let Some((newest, _)) = self.newest else { return Some((oldest, latest)) };
        let near = self.peaks.iter().take_while(|peak| **peak - newest < span);
        Some((oldest, near.fold(newest, |newest, peak| newest.max(*peak))))
    }

    fn new(shared: &SharedStream, store: &Store) -> Self {
        let state = lock(shared);
        let (steps_back, newest, x_bounds, end) = match &state.data {
            Data::Trace(trace) => {
                (trace.steps_back(), trace.newest().map(|(_, x, y)| (x, y)), trace.x_bounds(), trace.end())
            }
            Data::Frames(frames) => (0, None, None, frames.newest().map_or(0, |frame| frame.number + 1)),
            Data::Events(events) => {
                (0, None, events.t_bounds(FARTHEST), events.newest().map_or(0, |event| event.number + 1))
            }
        };
        let peaks = if let Data::Trace(trace) = &state.data { trace.peaks(MOST_PEAKS) } else { Vec::new() };
        let style = store.style_of(&state.info.meta);
        // The next sample says what a step before it is: after the last one, that is not known.
        let is_state = matches!(style, Style::StepPost | Style::StepMid);
        let held_until = match &state.data {
            Data::Trace(trace) if is_state => {
                trace.newest().filter(|(position, ..)| position + 1 == trace.end()).map(|(_, x, _)| x)
            }
            _ => None,
        };
        let seen = Self {
            style,
            held_until,
            info: state.info.clone(),
            run: state.run,
            liveness: state.liveness,
            counts: state.counts,
            rate_hz: state.rate_hz,
            steps_back,
            newest,
            peaks,
            clock: Clock::of(&state.info, x_bounds.map(|(oldest, _)| oldest)),
            x_bounds,
            end,
            shared: SharedStream::clone(shared),
        };
        drop(state);
        seen
    }
}
