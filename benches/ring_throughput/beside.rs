//! Single pushes beside a reader that never pauses: only those stretches count in which it got round at least twice, on the
//! other processor. On a machine that others use it is off its processor most of the time, and costs nothing then.
//!
//! `cargo bench --no-default-features --bench ring_throughput -- beside`

use std::time::{Duration, Instant};

use ringplot::ring::sync::Ordering;
use ringplot::ring::whole;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

use super::ring_common::{Bare, Guard, median, quick, tell};
use super::{NAME, xy};

/// A stream with a point for each round of the reader.
const ROUNDS: &str = "bench/rounds";
const STRETCH: u64 = 2560;
/// How long limit and push each go on before the other has its turn, and how much of that is not counted.
const PHASE: Duration = Duration::from_millis(500);
const SETTLING: Duration = Duration::from_millis(100);

/// Keeps this process on one processor, where there are two.
#[expect(unsafe_code, reason = "std pins nothing")]
fn pin(processor: usize) {
    // SAFETY: a set of processors is plain words, for which zeros are valid.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the number is far below the size of the set.
    unsafe { libc::CPU_SET(processor, &mut set) };
    // SAFETY: the set is ours, and as long as it is said to be. A refusal changes nothing.
    unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) };
}

/// The role of the reader: never returns.
pub(super) fn read(way: &str) -> ! {
    pin(0);
    let mut consumer = Consumer::attach(NAME, StartAt::Now).expect("a live stream");
    let mut rounds = Producer::builder(ROUNDS).capacity(1 << 10).uniform(0.0, 1.0).expect("a free name");
    let mut batch = Batch::with_limit(1 << 16);
    tell("ready");
    loop {
        if way == "spins" {
            let before = consumer.written();
            while consumer.written() == before {}
        }
        consumer.drain(&mut batch);
        rounds.push(0.0);
    }
}

/// A row of a table of its own.
fn row(way: &str, what: &str) {
    let mut producer = xy(16);
    let bare = Bare::open(NAME);
    let (counter, slots) = (bare.counter(), bare.slots());
    let reader = Guard::new(&format!("beside {way}"));
    let rounds = Consumer::attach(ROUNDS, StartAt::Now).expect("a live stream");
    pin(1);
    let mut times = [Vec::new(), Vec::new()];
    for phase in 0..if quick() { 2 } else { 12 } {
        let begun = Instant::now();
        let length = if quick() { Duration::from_millis(1) } else { PHASE };
        // Where the pushes are, so that the reader finds points as new as theirs.
        let mut position = producer.stats().written;
        while begun.elapsed() < length {
            let (before, started) = (rounds.written(), Instant::now());
            if phase % 2 == 0 {
                for i in 0..STRETCH {
                    producer.push(Point::from_bits(i));
                }
            } else {
                for i in 0..STRETCH {
                    slots[position as usize & (slots.len() - 1)].store(whole(i), Ordering::Relaxed);
                    position += 1;
                    counter.store(position, Ordering::Release);
                }
            }
            let nanos = started.elapsed().as_secs_f64() * 1e9 / STRETCH as f64;
            if begun.elapsed() > SETTLING && rounds.written() >= before + 2 {
                times[phase % 2].push(nanos);
            }
        }
    }
    drop(reader);
    if quick() {
        return;
    }
    let [push, limit] = &mut times;
    if push.len().min(limit.len()) < 20 {
        println!("| {what} | the reader hardly ran: NOT MEASURED | | | |");
        return;
    }
    let (stretches, limit, push) = (push.len().min(limit.len()), median(limit), median(push));
    println!("| {what} | {limit:.1} | {push:.1} | {:.2} | {stretches} |", push / limit);
}

pub(super) fn table() {
    if !quick() {
        println!(
            "\n| push(point) beside a reader that | limit, ns | push, ns | times the limit | stretches |"
        );
        println!("|---|---|---|---|---|");
    }
    row("spins", "asks for the write position, and drains when it has moved");
    row("drains", "drains");
}
