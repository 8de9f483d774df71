//! A state of many channels: a push of a row beside the same pushes one by one; what 1,000 channels at 1 kHz take.
//!
//! `cargo bench --no-default-features --bench channels`

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ringplot::stream::streams;
use ringplot::{Channels, Consumer, Producer, StartAt, Timed};

#[path = "ring_common/mod.rs"]
mod ring_common;

use ring_common::{median, quick, registry, tell_machine, thread_secs};

/// Rows of a turn.
const ROWS: u32 = 4096;
/// Times the pushes one by one, at most.
const WANTED: f64 = 1.10;
/// Of one core, percent.
const WANTED_PERCENT: f64 = 2.0;

fn row_against_one_by_one<const N: usize>() {
    let names: [String; N] = std::array::from_fn(|index| index.to_string());
    let mut singles: [Producer<Timed>; N] = std::array::from_fn(|index| {
        Producer::builder(&format!("single/{index}")).capacity(1 << 12).timed().expect("a free name")
    });
    let mut together = ringplot::channels("row", names).timed().expect("free names");
    let time = |body: &mut dyn FnMut(f64, &[f32; N])| {
        let mut row = [0.0; N];
        let begun = thread_secs();
        for step in 0..ROWS {
            row[0] = step as f32;
            body(f64::from(step) * 1e-3, black_box(&row));
        }
        (thread_secs() - begun) * 1e9 / f64::from(ROWS)
    };
    let (mut ones, mut rows, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..if quick() { 1 } else { 301 } {
        let one = time(&mut |t, row| {
            for (producer, y) in singles.iter_mut().zip(row) {
                producer.push(t, *y);
            }
        });
        let row = time(&mut |t, row| together.push(t, row));
        ones.push(one);
        rows.push(row);
        ratios.push(row / one);
    }
    let consumer = Consumer::attach("row/0", StartAt::Now).expect("a live stream");
    assert!(consumer.counts().start.is_multiple_of(u64::from(ROWS)), "each row arrives");
    if !quick() {
        let ratio = median(&mut ratios);
        println!(
            "| {N} | {:.1} | {:.1} | {ratio:.2} ({:.2} to {:.2}) | ≤ {WANTED:.2}{} |",
            median(&mut ones),
            median(&mut rows),
            ratios[ratios.len() / 4],
            ratios[ratios.len() * 3 / 4],
            if ratio <= WANTED { "" } else { " MISSED" },
        );
    }
}

/// Bytes of the shared memory of the live streams below `group`.
fn shared_bytes(group: &str) -> u64 {
    let names = streams().expect("a registry").into_iter().map(|stream| stream.name);
    let below = names.filter(|name| name.starts_with(group));
    below
        .map(|name| Consumer::attach(&name, StartAt::Now).expect("a live stream").geometry().segment_len)
        .sum()
}

/// Calls `push` every millisecond: how often a second that was, and the CPU that it took, in percent of a core.
fn at_1_khz(seconds: u64, mut push: impl FnMut(f64)) -> (f64, f64) {
    let (begun, cpu) = (Instant::now(), thread_secs());
    let mut step = 0u32;
    while begun.elapsed() < Duration::from_secs(seconds) {
        push(f64::from(step) * 1e-3);
        step += 1;
        let due = Duration::from_millis(u64::from(step));
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    let seconds = begun.elapsed().as_secs_f64();
    (f64::from(step) / seconds, (thread_secs() - cpu) / seconds * 100.0)
}

fn many(count: usize, seconds: u64) {
    let begun = Instant::now();
    let names: Vec<String> = (0..count).map(|index| format!("s{index}")).collect();
    let mut channels: Channels<[f32]> =
        ringplot::channels("many", names).rate_hint(1e3).timed().expect("free names");
    let created = begun.elapsed().as_secs_f64();
    let row = vec![1.0; count];
    // The loop alone first: sleeping a millisecond costs more than a push of twenty channels.
    let (_, sleeping) = at_1_khz(seconds, |_| ());
    let (rate, with_pushes) = at_1_khz(seconds, |t| channels.push(t, &row));
    let percent = with_pushes - sleeping;
    if !quick() {
        let wanted = if count == 1_000 {
            format!("< {WANTED_PERCENT} %{}", if percent < WANTED_PERCENT { "" } else { " MISSED" })
        } else {
            String::new()
        };
        println!(
            "| {count} | {created:.2} | {:.1} | {:.0} | {sleeping:.2} | {percent:.2} | {wanted} |",
            shared_bytes("many") as f64 / f64::from(1 << 20),
            rate,
        );
    }
}

fn main() {
    let _registry = registry();
    if !quick() {
        tell_machine("channels");
        println!("| channels | one by one, ns a row | a row, ns | times | wanted |\n|---|---|---|---|---|");
    }
    row_against_one_by_one::<3>();
    row_against_one_by_one::<20>();
    row_against_one_by_one::<100>();
    if !quick() {
        println!(
            "\n| channels at 1 kHz | creating, s | shared memory, MiB | rows a second | sleeping alone, % of a core | pushes add, % | wanted |\n|---|---|---|---|---|---|---|"
        );
    }
    for count in if quick() { vec![20] } else { vec![100, 1_000] } {
        many(count, if quick() { 1 } else { 10 });
    }
}
