//! Streams that no producer has: arrays of a program, or what a file holds.

use super::data::{Data, SharedStream, StreamInfo, StreamState};
use super::streams::Store;
use crate::history::Trace;
use crate::ring::{BLOCK, Batch, Point, XMode, epoch_at};
use crate::stream::{Counts, Liveness, Meta, Number, StreamKind};

/// Points that are appended at a time, whole blocks.
const CHUNK: usize = 1 << 14;

impl Store {
    /// Adds a stream of `y[i]` at `t[i]` in seconds; of arrays of unequal length, the shorter. A point whose time or value is
    /// not finite breaks the line. It counts as closed, and the memory budget forgets none of it.
    ///
    /// ```
    /// use ringplot::Meta;
    /// use ringplot::store::{Store, StreamState};
    ///
    /// let store = Store::new(64 << 20);
    /// let meta = Meta { name: "fit".to_owned(), y_unit: "V".to_owned(), ..Meta::default() };
    /// store.add_timed(meta, &[0.0, 0.5], &[1.0, 2.0]);
    /// assert_eq!(store.read("fit", StreamState::newest), Some(Some((0.5, 2.0))));
    /// ```
    pub fn add_timed<Y: Number>(&self, meta: Meta, t: &[f64], y: &[Y]) -> SharedStream {
        let mut trace = Trace::new(XMode::Timed, u64::MAX).with_y_offset(meta.y_offset);
        let count = t.len().min(y.len());
        let mut batch = Batch { x_mode: XMode::Timed, ..Batch::with_limit(CHUNK) };
        let mut epoch = 0.0;
        for (t, y) in t[..count].chunks(CHUNK).zip(y[..count].chunks(CHUNK)) {
            batch.points.clear();
            batch.epochs.clear();
            for (t, y) in t.chunks(BLOCK as usize).zip(y.chunks(BLOCK as usize)) {
                epoch = epoch_at(t[0], epoch);
                batch.epochs.push(epoch);
                let point = |(t, y): (&f64, &Y)| Point::new((t - epoch) as f32, y.as_f32());
                batch.points.extend(t.iter().zip(y).map(point));
            }
            trace.append(&batch);
            batch.first = batch.end();
        }
        self.add_trace(meta, StreamKind::Timed, trace, count)
    }

    /// Adds a stream of the points (`x[i]`, `y[i]`) of the plane, as [`add_timed`](Self::add_timed) does.
    pub fn add_xy<X: Number, Y: Number>(&self, meta: Meta, x: &[X], y: &[Y]) -> SharedStream {
        let mut trace = Trace::new(XMode::Xy, u64::MAX).with_y_offset(meta.y_offset);
        let mut batch = Batch::with_limit(CHUNK);
        for (x, y) in x.chunks(CHUNK).zip(y.chunks(CHUNK)) {
            batch.points.clear();
            batch.points.extend(x.iter().zip(y).map(|(x, y)| Point::new(x.as_f32(), y.as_f32())));
            trace.append(&batch);
            batch.first = batch.end();
        }
        self.add_trace(meta, StreamKind::Xy, trace, x.len().min(y.len()))
    }

    fn add_trace(&self, meta: Meta, kind: StreamKind, trace: Trace, count: usize) -> SharedStream {
        let x_mode = trace.x_mode();
        let received = count as u64;
        let counts = Counts { position: received, received, ..Counts::default() };
        let info = StreamInfo { meta, kind, x_mode, derived: None, capacity: None };
        let data = Data::Trace(trace);
        self.add(StreamState { info, run: 1, liveness: Liveness::Closed, counts, rate_hz: None, data })
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::lock;
    use super::*;

    fn points(stream: &SharedStream) -> Vec<(f64, f32)> {
        let state = lock(stream);
        let Data::Trace(trace) = &state.data else { panic!("no trace") };
        let mut batch = Batch::with_limit(1 << 17);
        trace.copy(0, &mut batch);
        batch.iter().map(|(_, x, y)| (x, y)).collect()
    }

    #[test]
    fn an_array_is_held_as_it_is_pushed() {
        // More than a chunk, and not whole blocks of it; the first time of a block is no number.
        let mut t: Vec<f64> = (0..40_000).map(|i| 1e6 + f64::from(i) * 1e-3).collect();
        t[256] = f64::NAN;
        let y: Vec<f64> = (0..40_001).map(f64::from).collect();
        let store = Store::new(0);
        let got = points(&store.add_timed(Meta::default(), &t, &y));
        assert_eq!(got.len(), t.len());
        for (i, (x, value)) in got.iter().enumerate() {
            if i == 256 {
                assert!(!x.is_finite() && value.is_nan(), "{x}, {value}");
            } else {
                assert!((x - t[i]).abs() < 1e-7, "{i}: {x} for {}", t[i]);
                assert_eq!(value.to_bits(), y[i].as_f32().to_bits());
            }
        }
        let plane = points(&store.add_xy(Meta::default(), &y, &t[..20_000]));
        assert!(plane.len() == 20_000 && plane[19_999] == (19_999.0, t[19_999] as f32));
    }
}
