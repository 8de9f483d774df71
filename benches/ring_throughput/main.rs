//! What pushes and drains cost, as ratios to the least that they could cost.
//!
//! `cargo bench --no-default-features --bench ring_throughput`, with `-- PART` for the rows whose name has `PART` in it
//!
//! The limit of a single push is a loop over the same inputs (arrays of 4,096) with one relaxed 8-byte store and one release
//! store of the counter, written in the same place: see `singles`. Of a batch it is memcpy of the same run-time length; of
//! values and times, a plain loop that the compiler may vectorise. All into the same segment, see `ring_common`. `black_box`
//! stands around the loops only; inside it would cost 3 ns and hide everything.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]
#![expect(clippy::inline_always, reason = "as in a simulation that is compiled with the ring")]
#![expect(
    clippy::multiple_unsafe_ops_per_block,
    reason = "the limits write where they were told that there is room"
)]

use std::hint::black_box;

use ringplot::stream::{Timed, Uniform, Xy};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

mod batches;
mod beside;
mod one_line;
#[path = "../ring_common/mod.rs"]
mod ring_common;
mod singles;

use batches::{Reserved, Slices};
use ring_common::{Bare, Load, consume, median, quick, registry, role, tell_machine, thread_secs};
use singles::{Call, Kind, Local, Method, after_work};

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
    /// Times the limit, at most, with nobody reading.
    const WANTED: Option<f64>;
    fn name() -> String;
    fn create(log2_capacity: u32) -> Producer<Self::Mode>;
    fn limit(bare: &Bare, inputs: &Inputs, from: u64, count: u64, is_read: bool);
    fn push(producer: Producer<Self::Mode>, inputs: &Inputs, count: u64) -> Producer<Self::Mode>;
    /// Whether `limit_in_local` does anything.
    const HAS_LOCAL: bool = false;
    /// The limit in a local variable, where `limit` is not that.
    fn limit_in_local(_bare: &Bare, _inputs: &Inputs, _from: u64, _count: u64) -> bool {
        false
    }
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

/// Whether a row of this name is wanted.
fn is_asked(name: &str) -> bool {
    std::env::args().skip(1).find(|word| !word.starts_with('-')).is_none_or(|part| name.contains(&part))
}

/// Nanoseconds a point of limit and push, and of the limit in a local variable, in turns on one segment.
fn round<W: Way>(log2_capacity: u32, load: Load, inputs: &Inputs, count: u64, turns: usize) -> Vec<[f64; 3]> {
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
        producer = W::push(producer, inputs, count);
        let push = per_point(begun);
        let begun = thread_secs();
        let in_local = W::limit_in_local(&bare, inputs, turn * count, count).then(|| per_point(begun));
        if turn > 0 || quick() {
            times.push([limit, push, in_local.unwrap_or(limit)]);
        }
    }
    drop(consumers);
    times
}

/// A row of the table: medians over several segments, since where the pages of one lie matters too.
fn row<W: Way>(log2_capacity: u32, load: Load, inputs: &Inputs) {
    if !is_asked(&W::name()) {
        return;
    }
    let (segments, turns, count) = match (quick(), load) {
        (true, _) => (1, 1, INPUTS as u64),
        (false, Load::Alone) => (5, 15, 1 << log2_capacity.max(20)),
        (false, _) => (3, 5, 1 << 23),
    };
    let times: Vec<[f64; 3]> =
        (0..segments).flat_map(|_| round::<W>(log2_capacity, load, inputs, count, turns)).collect();
    if quick() {
        return;
    }
    let mut limits: Vec<f64> = times.iter().map(|[limit, _, _]| *limit).collect();
    let mut pushes: Vec<f64> = times.iter().map(|[_, push, _]| *push).collect();
    let mut ratios: Vec<f64> = times.iter().map(|[limit, push, _]| push / limit).collect();
    let in_local = times.iter().map(|[_, push, in_local]| push / in_local);
    let in_local = if W::HAS_LOCAL {
        format!("{:.2}", median(&mut in_local.collect::<Vec<_>>()))
    } else {
        String::new()
    };
    let ratio = median(&mut ratios);
    let wanted = match W::WANTED {
        Some(most) if load == Load::Alone || W::name().starts_with("push(point)") => {
            format!("≤ {most:.2}{}", if ratio <= most { "" } else { " MISSED" })
        }
        _ => String::new(),
    };
    println!(
        "| {} | 2^{log2_capacity} | {} | {:.3} | {:.3} | {ratio:.2} ({:.2} to {:.2}) | {in_local} | {wanted} |",
        W::name(),
        load.name(),
        median(&mut limits),
        median(&mut pushes),
        ratios[ratios.len() / 4],
        ratios[ratios.len() * 3 / 4],
    );
}

/// Half a ring at a time: drained in batches of 65,536, and copied by memcpy out of the same slots into the same buffer.
#[expect(unsafe_code, reason = "memcpy out of a raw mapping")]
fn drain_row(log2_capacity: u32, inputs: &Inputs) {
    if !is_asked("drain") {
        return;
    }
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
        "| drain | 2^{log2_capacity} | alone | {:.3} | {:.3} | {ratio:.2} ({:.2} to {:.2}) |  | ≤ 1.25{} |",
        median(&mut limits),
        median(&mut drains),
        ratios[ratios.len() / 4],
        ratios[ratios.len() * 3 / 4],
        if ratio <= 1.25 { "" } else { " MISSED" },
    );
}

/// Before anything is timed: what is pushed is what arrives.
fn check(inputs: &Inputs) {
    fn arrived<W: Way>(inputs: &Inputs) -> Vec<(f64, f32)> {
        let producer = W::push(W::create(14), inputs, 2 * INPUTS as u64);
        let mut consumer = Consumer::attach(NAME, StartAt::Oldest).expect("a live stream");
        let mut batch = Batch::with_limit(4 * INPUTS);
        consumer.drain(&mut batch);
        drop(producer);
        batch.iter().map(|(_, x, y)| (x, y)).collect()
    }
    let twice = |once: Vec<(f64, f32)>| [once.clone(), once].concat();
    let points = twice(inputs.points.iter().map(|point| (f64::from(point.x), point.y)).collect());
    assert_eq!(arrived::<Local<singles::Points>>(inputs), points);
    assert_eq!(arrived::<Method<singles::Points>>(inputs), points);
    assert_eq!(arrived::<Call<singles::Points>>(inputs), points);
    assert_eq!(arrived::<Slices<16>>(inputs), points);
    assert_eq!(arrived::<Slices<256>>(inputs), points);
    assert_eq!(arrived::<Slices<4096>>(inputs), points);
    assert_eq!(arrived::<Reserved>(inputs), points);
    let values: Vec<f32> = [&inputs.y[..], &inputs.y[..]].concat();
    for got in [
        arrived::<Local<singles::Values>>(inputs),
        arrived::<Method<singles::Values>>(inputs),
        arrived::<Call<singles::Values>>(inputs),
        arrived::<batches::Values>(inputs),
    ] {
        assert!(got.iter().map(|(_, y)| y).eq(&values));
    }
    for got in [
        arrived::<Local<singles::Times>>(inputs),
        arrived::<Method<singles::Times>>(inputs),
        arrived::<Call<singles::Times>>(inputs),
        arrived::<batches::Times>(inputs),
    ] {
        assert!(got.iter().map(|(_, y)| y).eq(&values));
        let t = inputs.t.iter().chain(&inputs.t);
        assert!(got.iter().zip(t).all(|((x, _), t)| (x - t).abs() < 1e-9));
    }
}

/// Single pushes in each place.
fn places<K: Kind>(log2_capacity: u32, load: Load, inputs: &Inputs) {
    row::<Local<K>>(log2_capacity, load, inputs);
    row::<Method<K>>(log2_capacity, load, inputs);
    row::<Call<K>>(log2_capacity, load, inputs);
}

fn all_ways(log2_capacity: u32, load: Load, inputs: &Inputs) {
    places::<singles::Points>(log2_capacity, load, inputs);
    places::<singles::Times>(log2_capacity, load, inputs);
    places::<singles::Values>(log2_capacity, load, inputs);
    row::<Slices<16>>(log2_capacity, load, inputs);
    row::<Slices<256>>(log2_capacity, load, inputs);
    row::<Slices<4096>>(log2_capacity, load, inputs);
    row::<Reserved>(log2_capacity, load, inputs);
    row::<batches::Values>(log2_capacity, load, inputs);
    row::<batches::Times>(log2_capacity, load, inputs);
}

fn main() {
    if let Some((role, arguments)) = role() {
        if role == "beside" {
            beside::read(&arguments[0]);
        }
        consume(&arguments);
    }
    let _registry = registry();
    let inputs = Inputs::new();
    check(&inputs);
    if !quick() {
        tell_machine("ring_throughput");
        println!(
            "| row | capacity | who reads | limit, ns a point | ns a point | times the limit | times the limit in a local | wanted |"
        );
        println!("|---|---|---|---|---|---|---|---|");
    }
    for log2_capacity in if quick() { vec![12] } else { vec![16, 20, 24] } {
        all_ways(log2_capacity, Load::Alone, &inputs);
        drain_row(log2_capacity, &inputs);
    }
    let loaded = if quick() { 12 } else { 20 };
    for load in [Load::Hz60, Load::Four, Load::Waiting, Load::Spinning, Load::Stopped] {
        all_ways(loaded, load, &inputs);
    }
    if is_asked("one line") {
        one_line::table(&inputs);
    }
    if is_asked("beside") {
        beside::table();
    }
    if !is_asked("after work") {
        return;
    }
    if !quick() {
        println!("\n| after work | work, ns | the limit adds, ns | the push adds, ns |\n|---|---|---|---|");
    }
    after_work::<singles::Points>(&inputs);
    after_work::<singles::Times>(&inputs);
    after_work::<singles::Values>(&inputs);
}
