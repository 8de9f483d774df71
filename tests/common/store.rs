//! Streams made up for the viewer's tests.

use ringplot::history::{Events, Frames, Trace};
use ringplot::ring::{Batch, FrameData, Point, XMode};
use ringplot::store::{Data, SharedStream, Store, StreamInfo, StreamState};
use ringplot::{Counts, Liveness, Meta, StreamKind};

/// The colour of every stream made here.
pub const COLOUR: [u8; 3] = [255, 0, 255];

/// Whether a line of that colour covers most of a pixel: one that lies between two rows covers 3/4 of both.
pub fn is_colour([red, green, blue]: [u8; 3]) -> bool {
    red > 170 && blue > 170 && green < 60
}

/// A stream that is live and empty.
pub fn stream(name: &str, kind: StreamKind, x_mode: XMode) -> StreamState {
    let data = match kind {
        StreamKind::Snapshot => Data::Frames(Frames::new()),
        StreamKind::Events => Data::Events(Events::new()),
        _ => Data::Trace(Trace::new(x_mode, 1 << 24)),
    };
    StreamState {
        info: StreamInfo {
            meta: Meta {
                name: name.to_owned(),
                y_unit: "V".to_owned(),
                colour: Some(COLOUR),
                ..Meta::default()
            },
            kind,
            x_mode,
            derived: None,
            capacity: None,
        },
        run: 1,
        liveness: Liveness::Live,
        counts: Counts::default(),
        rate_hz: Some(1000.0),
        data,
    }
}

/// A stream of 1,000 samples a second, the first at `t0`.
pub fn uniform(name: &str, t0: f64) -> StreamState {
    stream(name, StreamKind::Uniform, XMode::Uniform { t0, rate: 1000.0 })
}

/// Appends samples to a uniform stream from `first` on; what lies between the end and `first` was lost.
pub fn push(state: &mut StreamState, first: u64, values: impl IntoIterator<Item = f32>) {
    push_points(state, first, values.into_iter().map(|y| Point { x: 0.0, y }));
}

/// Appends points from position `first` on.
pub fn push_points(state: &mut StreamState, first: u64, points: impl IntoIterator<Item = Point>) {
    let mut batch = Batch::with_limit(1);
    batch.x_mode = state.info.x_mode;
    batch.first = first;
    batch.points.extend(points);
    let Data::Trace(trace) = &mut state.data else { panic!("not a trace") };
    let lost = first - trace.end();
    trace.append(&batch);
    state.counts.lost += lost;
    state.counts.received += batch.points.len() as u64;
    state.counts.position = batch.end();
}

/// A store with one stream.
pub fn store_of(state: StreamState) -> (Store, SharedStream) {
    let store = Store::new(1 << 30);
    let shared = store.add(state);
    (store, shared)
}

/// A stream over time with these times and values, at most 256 of them.
pub fn timed(name: &str, points: &[(f64, f32)]) -> StreamState {
    let mut state = stream(name, StreamKind::Timed, XMode::Timed);
    let mut batch = Batch::with_limit(1);
    batch.x_mode = XMode::Timed;
    let epoch = points.first().map_or(0.0, |point| point.0);
    batch.epochs = vec![epoch];
    #[expect(clippy::cast_possible_truncation, reason = "as a producer does")]
    batch.points.extend(points.iter().map(|(t, y)| Point { x: (t - epoch) as f32, y: *y }));
    let Data::Trace(trace) = &mut state.data else { panic!("not a trace") };
    trace.append(&batch);
    state.counts.received = points.len() as u64;
    state.counts.position = state.counts.received;
    state
}

/// An event stream with an event at each of these times.
pub fn events_at(name: &str, times: &[f64]) -> StreamState {
    let mut state = stream(name, StreamKind::Events, XMode::Timed);
    let Data::Events(events) = &mut state.data else { panic!("no events") };
    for (number, t) in (0..).zip(times) {
        let words = vec![u64::from_le_bytes(*b"anything")];
        events.push(&FrameData { number, t: *t, words, length: 8, ..FrameData::default() });
    }
    state
}
