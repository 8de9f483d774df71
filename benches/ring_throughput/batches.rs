//! Points, samples and times in batches, and reservations that are filled in place.

use std::hint::black_box;

use ringplot::ring::sync::Ordering;
use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Point, Producer};

use super::ring_common::Bare;
use super::{INPUTS, Inputs, Way, timed, uniform, xy};

/// The limit of a batch: `fill` gets plain room for it, and when somebody reads the counter says so.
#[inline(always)]
fn limit_batches(
    bare: &Bare,
    from: u64,
    count: u64,
    batch: usize,
    is_read: bool,
    fill: impl Fn(*mut Point, usize, usize),
) {
    let (counter, batch) = (bare.counter(), black_box(batch));
    let mut position = from;
    for _ in 0..count / INPUTS as u64 {
        for at in (0..INPUTS).step_by(batch) {
            fill(bare.plain(position, batch), at, batch);
            position += batch as u64;
            if is_read {
                counter.store(position, Ordering::Release);
            }
        }
    }
}

/// Points in batches.
pub(super) struct Slices<const BATCH: usize>;

impl<const BATCH: usize> Way for Slices<BATCH> {
    type Mode = Xy;
    const WANTED: Option<f64> = Some(match BATCH {
        16 => 1.0 / 0.7,
        256 => 1.0 / 0.85,
        _ => 1.0 / 0.9,
    });

    fn name() -> String {
        format!("push_slice of {BATCH}")
    }

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    #[expect(unsafe_code, reason = "memcpy into a raw mapping")]
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        limit_batches(bare, from, count, BATCH, is_read, |to, at, batch| {
            let points = &inputs.points[at..at + batch];
            // SAFETY: `to` has room for the batch; consumers in other processes are no part of this program.
            unsafe { std::ptr::copy_nonoverlapping(points.as_ptr(), to, points.len()) };
        });
    }

    #[inline(never)]
    fn push(mut producer: Producer<Xy>, inputs: &Inputs, count: u64) -> Producer<Xy> {
        let batch = black_box(BATCH);
        for _ in 0..count / INPUTS as u64 {
            for at in (0..INPUTS).step_by(batch) {
                producer.push_slice(&inputs.points[at..at + batch]);
            }
        }
        producer
    }
}

/// Points in reservations of 256, filled in place.
pub(super) struct Reserved;

impl Way for Reserved {
    type Mode = Xy;
    const WANTED: Option<f64> = Some(1.5);

    fn name() -> String {
        "reserve(256), push(point), commit".to_owned()
    }

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        Slices::<256>::limit(bare, inputs, from, count, is_read);
    }

    #[inline(never)]
    fn push(mut producer: Producer<Xy>, inputs: &Inputs, count: u64) -> Producer<Xy> {
        for _ in 0..count / INPUTS as u64 {
            for points in inputs.points.chunks(256) {
                let Some(mut chunk) = producer.reserve(points.len() as u64) else { continue };
                for point in points {
                    chunk.push(*point);
                }
                chunk.commit();
            }
        }
        producer
    }
}

/// Samples in batches.
pub(super) struct Values;

impl Way for Values {
    type Mode = Uniform;
    const WANTED: Option<f64> = Some(1.0 / 0.9);

    fn name() -> String {
        "push_slice(y) of 4096".to_owned()
    }

    fn create(log2_capacity: u32) -> Producer<Uniform> {
        uniform(log2_capacity)
    }

    #[expect(unsafe_code, reason = "plain stores into a raw mapping")]
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        limit_batches(bare, from, count, 4096, is_read, |to, at, batch| {
            for (i, y) in inputs.y[at..at + batch].iter().enumerate() {
                // SAFETY: `to` has room for the batch.
                unsafe { to.add(i).write(Point::new(0.0, *y)) };
            }
        });
    }

    #[inline(never)]
    fn push(mut producer: Producer<Uniform>, inputs: &Inputs, count: u64) -> Producer<Uniform> {
        for _ in 0..count / INPUTS as u64 {
            producer.push_slice(black_box(&inputs.y));
        }
        producer
    }
}

/// Samples with their times in batches.
pub(super) struct Times;

impl Way for Times {
    type Mode = Timed;
    const WANTED: Option<f64> = Some(1.0 / 0.9);

    fn name() -> String {
        "push_slice(t, y) of 4096".to_owned()
    }

    fn create(log2_capacity: u32) -> Producer<Timed> {
        timed(log2_capacity)
    }

    #[expect(unsafe_code, reason = "plain stores into a raw mapping")]
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        limit_batches(bare, from, count, 4096, is_read, |to, at, batch| {
            let samples = inputs.t[at..at + batch].iter().zip(&inputs.y[at..at + batch]);
            for (i, (t, y)) in samples.enumerate() {
                // SAFETY: `to` has room for the batch.
                unsafe { to.add(i).write(Point::new(*t as f32, *y)) };
            }
        });
    }

    #[inline(never)]
    fn push(mut producer: Producer<Timed>, inputs: &Inputs, count: u64) -> Producer<Timed> {
        for _ in 0..count / INPUTS as u64 {
            producer.push_slice(black_box(&inputs.t), black_box(&inputs.y));
        }
        producer
    }
}
