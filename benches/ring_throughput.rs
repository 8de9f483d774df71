//! What pushes and drains cost, as ratios to the least that they could cost.
//!
//! `cargo bench --no-default-features --bench ring_throughput`
//!
//! The limit of a single push is a loop over the same inputs (arrays of 4,096) with one relaxed 8-byte store and one release
//! store of the counter; of a batch, memcpy of the same run-time length; of values and times, a plain loop that the compiler may
//! vectorise. All into the same segment, see `ring_common`. `black_box` stands around the loops only; inside it would cost
//! 3 ns and hide everything.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]
#![expect(clippy::inline_always, reason = "as in a simulation that is compiled with the ring")]
#![expect(
    clippy::multiple_unsafe_ops_per_block,
    reason = "the limits write where they were told that there is room"
)]

use std::hint::black_box;

use ringplot::ring::sync::{AtomicU64, Ordering};
use ringplot::ring::whole;
use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

mod ring_common;
use ring_common::{Bare, Load, consume, median, quick, registry, role, tell_machine, thread_secs};

const INPUTS: usize = 4096;
const NAME: &str = "bench/throughput";

struct Inputs {
    points: Vec<Point>,
    t: Vec<f64>,
    y: Vec<f32>,
}

impl Inputs {
    fn new() -> Self {
        let numbers = || (0..INPUTS).map(|i| i as f32);
        Self {
            points: numbers().map(|i| Point::new(i, -i)).collect(),
            t: numbers().map(|i| f64::from(i) * 1e-6).collect(),
            y: numbers().collect(),
        }
    }
}

/// One way to hand points over, and its limit. Both hand over `count` of them, a multiple of `INPUTS`.
trait Way {
    type Mode;
    const NAME: &'static str;
    /// Times the limit, at most, with nobody reading.
    const WANTED: Option<f64>;
    fn create(log2_capacity: u32) -> Producer<Self::Mode>;
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool);
    fn push(producer: &mut Producer<Self::Mode>, inputs: &Inputs, count: u64);
}

fn xy(log2_capacity: u32) -> Producer<Xy> {
    Producer::builder(NAME).capacity(1 << log2_capacity).xy().expect("a free name")
}

fn timed(log2_capacity: u32) -> Producer<Timed> {
    Producer::builder(NAME).capacity(1 << log2_capacity).timed().expect("a free name")
}

fn uniform(log2_capacity: u32) -> Producer<Uniform> {
    Producer::builder(NAME).capacity(1 << log2_capacity).uniform(0.0, 1e6).expect("a free name")
}

#[inline(always)]
#[expect(unsafe_code, reason = "no bounds check: this is the limit")]
fn limit_store(counter: &AtomicU64, slots: &[AtomicU64], position: u64, word: u64) {
    // SAFETY: the slots are a power of two.
    unsafe { slots.get_unchecked(position as usize & (slots.len() - 1)) }.store(word, Ordering::Relaxed);
    counter.store(position + 1, Ordering::Release);
}

/// Single points.
struct Single;

impl Way for Single {
    type Mode = Xy;
    const NAME: &'static str = "push(point)";
    const WANTED: Option<f64> = Some(1.1);

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        let (counter, slots, mut position) = (bare.counter(), bare.slots(), from);
        for _ in 0..count / INPUTS as u64 {
            for point in &inputs.points {
                limit_store(counter, slots, position, whole(point.to_bits()));
                position += 1;
            }
        }
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Xy>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            for point in &inputs.points {
                producer.push(*point);
            }
        }
    }
}

/// Single points behind a call: what a producer costs that lives in memory, and not in a local variable.
struct NotInlined;

#[inline(never)]
fn push_not_inlined(producer: &mut Producer<Xy>, point: Point) {
    producer.push(point);
}

impl Way for NotInlined {
    type Mode = Xy;
    const NAME: &'static str = "push(point) behind a call";
    const WANTED: Option<f64> = None;

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        Single::limit(bare, inputs, from, count, is_read);
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Xy>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            for point in &inputs.points {
                push_not_inlined(producer, *point);
            }
        }
    }
}

/// Single points with a time.
struct SingleTimed;

impl Way for SingleTimed {
    type Mode = Timed;
    const NAME: &'static str = "push(t, y)";
    const WANTED: Option<f64> = Some(1.6);

    fn create(log2_capacity: u32) -> Producer<Timed> {
        timed(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        let (counter, slots, mut position) = (bare.counter(), bare.slots(), from);
        for _ in 0..count / INPUTS as u64 {
            for (t, y) in inputs.t.iter().zip(&inputs.y) {
                limit_store(counter, slots, position, whole(Point::new(*t as f32, *y).to_bits()));
                position += 1;
            }
        }
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Timed>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            for (t, y) in inputs.t.iter().zip(&inputs.y) {
                producer.push(*t, *y);
            }
        }
    }
}

/// Single samples.
struct SingleValue;

impl Way for SingleValue {
    type Mode = Uniform;
    const NAME: &'static str = "push(y)";
    const WANTED: Option<f64> = None;

    fn create(log2_capacity: u32) -> Producer<Uniform> {
        uniform(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, _: bool) {
        let (counter, slots, mut position) = (bare.counter(), bare.slots(), from);
        for _ in 0..count / INPUTS as u64 {
            for y in &inputs.y {
                limit_store(counter, slots, position, whole(Point::new(0.0, *y).to_bits()));
                position += 1;
            }
        }
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Uniform>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            for y in &inputs.y {
                producer.push(*y);
            }
        }
    }
}

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
struct Slices<const BATCH: usize>;

impl<const BATCH: usize> Way for Slices<BATCH> {
    type Mode = Xy;
    const NAME: &'static str = match BATCH {
        16 => "push_slice of 16",
        256 => "push_slice of 256",
        _ => "push_slice of 4096",
    };
    const WANTED: Option<f64> = Some(match BATCH {
        16 => 1.0 / 0.7,
        256 => 1.0 / 0.85,
        _ => 1.0 / 0.9,
    });

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

    #[inline(always)]
    fn push(producer: &mut Producer<Xy>, inputs: &Inputs, count: u64) {
        let batch = black_box(BATCH);
        for _ in 0..count / INPUTS as u64 {
            for at in (0..INPUTS).step_by(batch) {
                producer.push_slice(&inputs.points[at..at + batch]);
            }
        }
    }
}

/// Points in reservations of 256, filled in place.
struct Reserved;

impl Way for Reserved {
    type Mode = Xy;
    const NAME: &'static str = "reserve(256), push(point), commit";
    const WANTED: Option<f64> = None;

    fn create(log2_capacity: u32) -> Producer<Xy> {
        xy(log2_capacity)
    }

    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool) {
        Slices::<256>::limit(bare, inputs, from, count, is_read);
    }

    #[inline(always)]
    fn push(producer: &mut Producer<Xy>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            for points in inputs.points.chunks(256) {
                let Some(mut chunk) = producer.reserve(points.len() as u64) else { continue };
                for point in points {
                    chunk.push(*point);
                }
                chunk.commit();
            }
        }
    }
}

/// Samples in batches.
struct Values;

impl Way for Values {
    type Mode = Uniform;
    const NAME: &'static str = "push_slice(y) of 4096";
    const WANTED: Option<f64> = None;

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

    #[inline(always)]
    fn push(producer: &mut Producer<Uniform>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            producer.push_slice(black_box(&inputs.y));
        }
    }
}

/// Samples with their times in batches.
struct Times;

impl Way for Times {
    type Mode = Timed;
    const NAME: &'static str = "push_slice(t, y) of 4096";
    const WANTED: Option<f64> = None;

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

    #[inline(always)]
    fn push(producer: &mut Producer<Timed>, inputs: &Inputs, count: u64) {
        for _ in 0..count / INPUTS as u64 {
            producer.push_slice(black_box(&inputs.t), black_box(&inputs.y));
        }
    }
}

/// Nanoseconds a point of limit and push, in turns on one segment, `turns` of them.
fn round<W: Way>(log2_capacity: u32, load: Load, inputs: &Inputs, count: u64, turns: usize) -> Vec<[f64; 2]> {
    // Local to the loop, as it would be in a simulation: only then can its position live in a register.
    let mut producer = W::create(log2_capacity);
    let bare = Bare::open(NAME);
    let consumers = load.start(NAME);
    let is_read = load != Load::Alone;
    let per_point = |begun: f64| (thread_secs() - begun) * 1e9 / count as f64;
    let mut times = Vec::with_capacity(turns);
    // The first turn warms up.
    for turn in 0..=turns as u64 {
        let inputs = black_box(inputs);
        let begun = thread_secs();
        W::limit(&bare, inputs, turn * count, count, is_read);
        let limit = per_point(begun);
        let begun = thread_secs();
        W::push(&mut producer, inputs, count);
        let push = per_point(begun);
        if turn > 0 || quick() {
            times.push([limit, push]);
        }
    }
    drop(consumers);
    times
}

/// A row of the table: medians over several segments, since where the pages of one lie matters too.
fn row<W: Way>(log2_capacity: u32, load: Load, inputs: &Inputs) {
    let (segments, turns, count) = match (quick(), load) {
        (true, _) => (1, 1, INPUTS as u64),
        (false, Load::Alone) => (5, 7, 1 << log2_capacity.max(22)),
        (false, _) => (3, 5, 1 << 25),
    };
    let times: Vec<[f64; 2]> =
        (0..segments).flat_map(|_| round::<W>(log2_capacity, load, inputs, count, turns)).collect();
    let mut limits: Vec<f64> = times.iter().map(|[limit, _]| *limit).collect();
    let mut pushes: Vec<f64> = times.iter().map(|[_, push]| *push).collect();
    let mut ratios: Vec<f64> = times.iter().map(|[limit, push]| push / limit).collect();
    if quick() {
        return;
    }
    let ratio = median(&mut ratios);
    let wanted = match W::WANTED {
        Some(most) if load == Load::Alone || W::NAME == "push(point)" => {
            format!("≤ {most:.2}{}", if ratio <= most { "" } else { " MISSED" })
        }
        _ => String::new(),
    };
    println!(
        "| {} | 2^{log2_capacity} | {} | {:.3} | {:.3} | {ratio:.2} ({:.2} to {:.2}) | {:.0} % | {wanted} |",
        W::NAME,
        load.name(),
        median(&mut limits),
        median(&mut pushes),
        ratios[ratios.len() / 4],
        ratios[ratios.len() * 3 / 4],
        100.0 / ratio,
    );
}

/// Half a ring at a time: drained in batches of 65,536, and copied by memcpy out of the same slots into the same buffer.
#[expect(unsafe_code, reason = "memcpy out of a raw mapping")]
fn drain_row(log2_capacity: u32, inputs: &Inputs) {
    let half = 1u64 << (log2_capacity - 1);
    let rounds = if quick() { 2 } else { 30 };
    // Small rings are drained several times a round, or the clock would be what is measured.
    let repeats = ((1 << 20) / half).max(1);
    let mut producer = xy(log2_capacity);
    let bare = Bare::open(NAME);
    let mut consumer = Consumer::attach(NAME, StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(1 << 16);
    let mut plain: Vec<Point> = Vec::with_capacity(1 << 16);
    plain.resize(1 << 16, Point::new(0.0, 0.0));
    let (mut limits, mut drains, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut position = 0;
    for round in 0..rounds {
        let (mut limit, mut drain) = (0.0, 0.0);
        for i in 0..2 * repeats {
            for points in inputs
                .points
                .chunks((half as usize).min(INPUTS))
                .cycle()
                .take((half as usize).div_ceil(INPUTS))
            {
                producer.push_slice(points);
            }
            let begun = thread_secs();
            if (i + round) % 2 == 0 {
                let mut count = 0;
                loop {
                    let drained = consumer.drain(&mut batch);
                    count += drained.count;
                    black_box(&batch.points);
                    if drained.remaining == 0 {
                        break;
                    }
                }
                drain += thread_secs() - begun;
                assert_eq!(count, half, "everything is drained");
            } else {
                let mut left = half as usize;
                let mut at = position;
                while left > 0 {
                    let length = black_box(left.min(1 << 16));
                    let from = bare.plain(at, length).cast_const();
                    // SAFETY: both have room for `length` points; nobody writes meanwhile.
                    unsafe { std::ptr::copy_nonoverlapping(from, plain.as_mut_ptr(), length) };
                    black_box(&plain);
                    left -= length;
                    at += length as u64;
                }
                limit += thread_secs() - begun;
                while consumer.drain(&mut batch).remaining > 0 {}
            }
            position += half;
        }
        let per_point = |secs: f64| secs * 1e9 / (half * repeats) as f64;
        limits.push(per_point(limit));
        drains.push(per_point(drain));
        ratios.push(drain / limit);
    }
    if quick() {
        return;
    }
    let ratio = median(&mut ratios);
    println!(
        "| drain | 2^{log2_capacity} | alone | {:.3} | {:.3} | {ratio:.2} ({:.2} to {:.2}) | {:.0} % | ≤ 1.25{} |",
        median(&mut limits),
        median(&mut drains),
        ratios[ratios.len() / 4],
        ratios[ratios.len() * 3 / 4],
        100.0 / ratio,
        if ratio <= 1.25 { "" } else { " MISSED" },
    );
}

/// Before anything is timed: what is pushed is what arrives.
fn check(inputs: &Inputs) {
    fn arrived<W: Way>(inputs: &Inputs) -> Vec<(f64, f32)> {
        let mut producer = W::create(14);
        W::push(&mut producer, inputs, 2 * INPUTS as u64);
        let mut consumer = Consumer::attach(NAME, StartAt::Oldest).expect("a live stream");
        let mut batch = Batch::with_limit(4 * INPUTS);
        consumer.drain(&mut batch);
        batch.iter().map(|(_, x, y)| (x, y)).collect()
    }
    let twice = |once: Vec<(f64, f32)>| [once.clone(), once].concat();
    let points = twice(inputs.points.iter().map(|point| (f64::from(point.x), point.y)).collect());
    assert_eq!(arrived::<Single>(inputs), points);
    assert_eq!(arrived::<NotInlined>(inputs), points);
    assert_eq!(arrived::<Slices<16>>(inputs), points);
    assert_eq!(arrived::<Slices<256>>(inputs), points);
    assert_eq!(arrived::<Slices<4096>>(inputs), points);
    assert_eq!(arrived::<Reserved>(inputs), points);
    let values: Vec<f32> = [&inputs.y[..], &inputs.y[..]].concat();
    for got in [arrived::<SingleValue>(inputs), arrived::<Values>(inputs)] {
        assert!(got.iter().map(|(_, y)| y).eq(&values));
    }
    for got in [arrived::<SingleTimed>(inputs), arrived::<Times>(inputs)] {
        assert!(got.iter().map(|(_, y)| y).eq(&values));
        let t = inputs.t.iter().chain(&inputs.t);
        assert!(got.iter().zip(t).all(|((x, _), t)| (x - t).abs() < 1e-9));
    }
}

fn all_ways(log2_capacity: u32, load: Load, inputs: &Inputs) {
    row::<Single>(log2_capacity, load, inputs);
    row::<SingleTimed>(log2_capacity, load, inputs);
    row::<SingleValue>(log2_capacity, load, inputs);
    row::<Slices<16>>(log2_capacity, load, inputs);
    row::<Slices<256>>(log2_capacity, load, inputs);
    row::<Slices<4096>>(log2_capacity, load, inputs);
    row::<Reserved>(log2_capacity, load, inputs);
    row::<Values>(log2_capacity, load, inputs);
    row::<Times>(log2_capacity, load, inputs);
}

fn main() {
    if let Some((_, arguments)) = role() {
        consume(&arguments);
    }
    let _registry = registry();
    let inputs = Inputs::new();
    check(&inputs);
    if !quick() {
        tell_machine("ring_throughput");
        println!(
            "| row | capacity | who reads | limit, ns a point | ns a point | times the limit | of the limit | wanted |"
        );
        println!("|---|---|---|---|---|---|---|---|");
    }
    for log2_capacity in if quick() { vec![12] } else { vec![16, 20, 24] } {
        all_ways(log2_capacity, Load::Alone, &inputs);
        drain_row(log2_capacity, &inputs);
    }
    let loaded = if quick() { 12 } else { 20 };
    row::<NotInlined>(loaded, Load::Alone, &inputs);
    for load in [Load::Hz60, Load::Four, Load::Waiting, Load::Spinning, Load::Stopped] {
        all_ways(loaded, load, &inputs);
    }
}
