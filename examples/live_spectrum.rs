//! A whole curve replaced at every step, far faster than it can be drawn: the viewer shows the newest, and what it
//! skipped is counted.
//!
//! `cargo run --release --example live_spectrum`

use std::io::Write;
use std::time::{Duration, Instant};

use ringplot::{Point, Producer};

const BINS: usize = 1024;

/// A resonance that wanders, over a floor, in decibels.
fn level(bin: usize, t: f64) -> f32 {
    let peak = |centre: f64, width: f64| 1.0 / (1.0 + ((bin as f64 - centre) / width).powi(2));
    let power =
        peak(300.0 + 200.0 * (0.7 * t).sin(), 6.0) + 0.1 * peak(700.0 + 80.0 * (1.9 * t).cos(), 20.0) + 1e-5;
    (10.0 * power.log10()) as f32
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ringplot::init();
    let mut spectrum =
        Producer::builder("spectrum").units("Hz", "dB").y_range(-60.0, 5.0).snapshot(BINS as u32)?;
    spectrum.open_viewer();
    let mut curve = vec![Point::default(); BINS];
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        let t = begun.elapsed().as_secs_f64();
        for (bin, point) in curve.iter_mut().enumerate() {
            *point = Point::new(bin as f32 * 10.0, level(bin, t));
        }
        spectrum.update(t, &curve);
    }
    writeln!(std::io::stdout(), "{} curves in 20 s", spectrum.stats().written)?;
    Ok(())
}
