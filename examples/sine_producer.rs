//! The smallest program with a live plot: a sine at a million points a second for 20 seconds.
//!
//! `cargo run --release --example sine_producer`

use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use ringplot::Producer;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ringplot::init();
    let mut sine = Producer::builder("sine").label("sin(2πt)").units("s", "V").timed()?;
    sine.open_viewer();
    let begun = Instant::now();
    for step in 0..20_000_000u64 {
        let t = step as f64 * 1e-6;
        sine.push(t, (TAU * t).sin() as f32);
        if step % 1000 == 0 {
            // Only so that a second of the sine takes a second: a push never waits.
            std::thread::sleep(Duration::from_secs_f64(t).saturating_sub(begun.elapsed()));
        }
    }
    Ok(())
}
