//! The path of `ringplot render`: a store as the ingest thread fills it, the viewer's whole picture, read back.

use ringplot::history::Trace;
use ringplot::render::{Gpu, Image};
use ringplot::store::{Data, SharedStream, Store, StreamInfo, StreamState};
use ringplot::chart::Options;
use ringplot::viewer::{App, Pictures};
use ringplot::{Batch, Counts, StreamKind, Liveness, Meta, Point, XMode};

use super::{Peer, SIZE, SPAN_SECS, Y_RANGE, gpu};

/// Points taken in at once, as the ingest thread does.
const BATCH: usize = 1 << 15;

pub struct Ringplot<'a> {
    values: &'a [f32],
    points: usize,
    gpu: Gpu,
    pictures: Pictures,
    app: App,
    stream: SharedStream,
    batch: Batch,
}

impl<'a> Ringplot<'a> {
    pub fn new(values: &'a [f32], points: usize) -> Self {
        let gpu = gpu();
        let x_mode = XMode::Uniform { t0: 0.0, rate: points as f64 / SPAN_SECS };
        let store = Store::new(1 << 32);
        let stream = store.add(StreamState {
            info: StreamInfo {
                meta: Meta { name: "chirp".into(), y_unit: "V".into(), ..Meta::default() },
                kind: StreamKind::Uniform,
                x_mode,
                derived: None,
            capacity: None,
            },
            run: 1,
            liveness: Liveness::Live,
            counts: Counts::default(),
            rate_hz: None,
            data: Data::Trace(Trace::new(x_mode, values.len() as u64)),
        });
        let options = Options {
            x_span_secs: Some(SPAN_SECS),
            y_min: Some(Y_RANGE[0]),
            y_max: Some(Y_RANGE[1]),
            ..Options::default()
        };
        let mut batch = Batch::with_limit(BATCH);
        batch.x_mode = x_mode;
        let pictures = Pictures::new(&gpu, SIZE).expect("a usual size");
        let mut this = Self { values, points, gpu, pictures, app: App::new(store, options), stream, batch };
        this.take_in(points);
        this
    }

    /// Takes in what is new up to `end`, as a drain of the ring does.
    fn take_in(&mut self, end: usize) {
        let mut state = self.stream.lock().expect("nobody panicked");
        let mut first = state.counts.position as usize;
        while first < end {
            let next = end.min(first + BATCH);
            self.batch.first = first as u64;
            self.batch.points.clear();
            self.batch.points.extend(self.values[first..next].iter().map(|y| Point::new(0.0, *y)));
            let Data::Trace(trace) = &mut state.data else { unreachable!("made as a trace") };
            trace.append(&self.batch);
            first = next;
        }
        state.counts.received = first as u64;
        state.counts.position = first as u64;
    }
}

impl Peer for Ringplot<'_> {
    fn frame(&mut self, first: usize) -> Image {
        self.take_in(first + self.points);
        self.pictures.draw(&self.gpu, &mut self.app).expect("the GPU draws")
    }
}
