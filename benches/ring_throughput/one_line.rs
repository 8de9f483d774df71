//! `plot!` beside a push into a producer in a local variable: what the one line costs after the first use of its name.

use std::hint::black_box;

use ringplot::{Consumer, StartAt, plot};

use super::ring_common::{median, quick, thread_secs};
use super::singles::{Kind, Points, Times};
use super::{INPUTS, Inputs};

/// Times a push in a local, at most.
const WANTED: f64 = 3.0;

/// Nanoseconds a point of a push in a local, and of `plot`.
fn row<K: Kind>(line: &str, inputs: &Inputs, plot: impl Fn(&Inputs)) {
    let (turns, repeats) = if quick() { (1, 1) } else { (75, 256) };
    let time = |body: &mut dyn FnMut()| {
        let begun = thread_secs();
        for _ in 0..repeats {
            body();
        }
        (thread_secs() - begun) * 1e9 / f64::from(repeats * INPUTS as u32)
    };
    let (mut pushes, mut plots, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..turns {
        // In the capacity that `plot!` has.
        let mut producer = K::create(20);
        let push = time(&mut || {
            for input in K::inputs(black_box(inputs)) {
                K::push(&mut producer, input);
            }
        });
        let plot = time(&mut || plot(black_box(inputs)));
        pushes.push(push);
        plots.push(plot);
        ratios.push(plot / push);
    }
    if !quick() {
        let ratio = median(&mut ratios);
        let missed = if ratio <= WANTED { "" } else { " MISSED" };
        println!(
            "| {line} | {:.3} | {:.3} | {ratio:.2} ({:.2} to {:.2}) | ≤ {WANTED}{missed} |",
            median(&mut pushes),
            median(&mut plots),
            ratios[ratios.len() / 4],
            ratios[ratios.len() * 3 / 4],
        );
    }
}

pub(super) fn table(inputs: &Inputs) {
    if !quick() {
        println!(
            "\n| one line | push in a local, ns | plot!, ns | times the push | wanted |\n|---|---|---|---|---|"
        );
    }
    row::<Times>("plot!(\"t\", t, y)", inputs, |inputs| {
        for (t, y) in Times::inputs(inputs) {
            plot!("t", t, y);
        }
    });
    row::<Points>("plot!(\"xy\", x => y)", inputs, |inputs| {
        for point in Points::inputs(inputs) {
            plot!("xy", point.x => point.y);
        }
    });
    for name in ["t", "xy"] {
        let consumer = Consumer::attach(name, StartAt::Now).expect("a live stream");
        let written = consumer.counts().start;
        assert!(written > 0 && written.is_multiple_of(INPUTS as u64), "all is plotted");
    }
    if quick() {
        return;
    }
    let mut costs = Vec::new();
    for _ in 0..75 {
        let begun = thread_secs();
        for y in &black_box(inputs).y {
            plot!("clock", y);
        }
        costs.push((thread_secs() - begun) * 1e9 / INPUTS as f64);
    }
    println!("| plot!(\"clock\", y) | | {:.1} | | |", median(&mut costs));
}
