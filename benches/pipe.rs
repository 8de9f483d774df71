//! What a pipe does with each value: find its line and its cell, read the number, push it.
//!
//! `cargo bench --no-default-features --features pipe --bench pipe`
//!
//! In turns with it, on the same thread and the same input: counting line ends, which is what `wc -l` does, reading the
//! numbers by the standard library and keeping their sum, and for samples a memcpy of their bytes. The whole program beside
//! `wc`, `awk` and feedgnuplot is `benches/pipe.sh`. `RINGPLOT_BENCH_QUICK` runs once, on little.
#![allow(clippy::print_stdout, reason = "tables are what a bench is for")]

#[path = "ring_common/mod.rs"]
mod common;

use std::fmt::Write;
use std::hint::black_box;

use common::{median, quick, registry, tell_machine, thread_secs};
use ringplot::pipe::{Arrival, Base, Format, Pipe, Sample, Settings, X};

/// Bytes that a pipe reads at a time.
const PIECE: usize = 256 << 10;

fn pipe(settings: Settings) -> Pipe {
    let settings = Settings {
        base: Base::Named("bench".to_owned()),
        capacity: Some(if quick() { 1 << 12 } else { 1 << 20 }),
        ..settings
    };
    Pipe::new(settings, Box::new(|_| ())).expect("a free name")
}

fn secs(mut work: impl FnMut()) -> f64 {
    let begun = thread_secs();
    work();
    thread_secs() - begun
}

/// Reads `input` again and again, and checks that each value came.
fn text(kind: &str, input: &str, values: u64, x: X) {
    let rounds = if quick() { 1 } else { 15 };
    let mut pipe = pipe(Settings { x, format: Some(Format::Columns), ..Settings::default() });
    let (mut own, mut counting, mut parsing) = (Vec::new(), Vec::new(), Vec::new());
    let mut arrival = Arrival { nanos: 1, spread_nanos: 0 };
    for _ in 0..rounds {
        own.push(secs(|| {
            for piece in input.as_bytes().chunks(PIECE) {
                arrival.nanos += 1_000_000_000;
                pipe.feed(piece, arrival).expect("room for the streams");
            }
        }));
        counting.push(secs(|| {
            black_box(memchr::memchr_iter(b'\n', black_box(input.as_bytes())).count());
        }));
        parsing.push(secs(|| {
            let cells = black_box(input).lines().flat_map(|line| line.split([' ', ',']));
            black_box(cells.filter_map(|cell| cell.parse::<f64>().ok()).sum::<f64>());
        }));
    }
    pipe.end_input().expect("an end");
    let summary = pipe.end(false);
    assert_eq!((summary.values, summary.left_out.as_str()), (values * rounds, ""), "{kind}");
    let rate = |secs: &mut Vec<f64>| values as f64 / median(secs) * 1e-6;
    let mb = input.len() as f64 / median(&mut own) * 1e-6;
    let (own, counting, parsing) = (rate(&mut own), rate(&mut counting), rate(&mut parsing));
    println!("| {kind} | {own:.1} | {mb:.0} | {counting:.0} | {parsing:.1} | ≥ 20 |");
}

/// Reads samples again and again beside a memcpy of their bytes.
fn samples(kind: &str, sample: Sample, channels: usize, bytes: &[u8]) {
    let rounds = if quick() { 1 } else { 15 };
    let settings = Settings {
        format: Some(Format::Binary(sample)),
        channels,
        rate_hz: Some(1e6),
        ..Settings::default()
    };
    let mut pipe = pipe(settings);
    let (mut own, mut copying) = (Vec::new(), Vec::new());
    let mut target = vec![1; PIECE];
    for _ in 0..rounds {
        own.push(secs(|| {
            for piece in bytes.chunks(PIECE) {
                pipe.feed(piece, Arrival::default()).expect("room for the streams");
            }
        }));
        copying.push(secs(|| {
            for piece in bytes.chunks(PIECE) {
                target[..piece.len()].copy_from_slice(black_box(piece));
                black_box(&mut target);
            }
        }));
    }
    pipe.end(false);
    let (own, copying) =
        (bytes.len() as f64 / median(&mut own) * 1e-9, bytes.len() as f64 / median(&mut copying) * 1e-9);
    println!("| {kind} | {own:.2} | {copying:.2} |");
}

fn main() {
    let _registry = registry();
    tell_machine("pipe");
    let lines = if quick() { 10_000 } else { 1_000_000 };
    let (mut blanks, mut timed, mut whole) = (String::new(), String::new(), String::new());
    for i in 0..lines {
        let (a, b) = (f64::from(i) * 1e-3, (f64::from(i) * 1e-4).sin());
        writeln!(blanks, "{a:.3} {b:.6} {:.4}", -b * 100.0).expect("memory");
        writeln!(timed, "17000000{:02}.{:06},{b:.6},{:.4}", i / 100_000 % 100, i % 100_000, -b * 100.0)
            .expect("memory");
        writeln!(whole, "{i} {} {}", i / 7, i % 1000).expect("memory");
    }
    let values = u64::from(lines as u32) * 3;
    println!("| text | Mvalues/s | MB/s | counting line ends | split and std's parse | wanted |");
    println!("|---|---|---|---|---|---|");
    text("three columns, blanks", &blanks, values, X::Arrival);
    text("three columns of whole numbers", &whole, values, X::Arrival);
    text("Unix time and two columns, commas", &timed, values / 3 * 2, X::Column("1".to_owned()));
    println!("\n| samples | GB/s | memcpy |");
    println!("|---|---|---|");
    let bytes: Vec<u8> = (0..lines * 16).flat_map(|i| (i as f32 * 1e-3).to_le_bytes()).collect();
    samples("f32, 1 channel", Sample::F32, 1, &bytes);
    samples("f32, 4 channels", Sample::F32, 4, &bytes);
    samples("i16, 2 channels", Sample::I16, 2, &bytes);
}
