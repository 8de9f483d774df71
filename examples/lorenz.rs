//! A simulation with several streams: the Lorenz system, x, y and z over time and its x–z projection.
//!
//! `cargo run --release --example lorenz`

use std::time::{Duration, Instant};

use ringplot::{Point, Producer};

/// Steps a second; one Lorenz time unit passes in one second.
const RATE: u64 = 1_000_000;
const SECONDS: u64 = 60;

fn derivative([x, y, z]: [f64; 3]) -> [f64; 3] {
    [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]
}

/// One classical Runge–Kutta step of length `h`.
fn step(state: [f64; 3], h: f64) -> [f64; 3] {
    let along = |k: [f64; 3], h: f64| std::array::from_fn(|i| state[i] + h * k[i]);
    let k1 = derivative(state);
    let k2 = derivative(along(k1, h / 2.0));
    let k3 = derivative(along(k2, h / 2.0));
    let k4 = derivative(along(k3, h));
    std::array::from_fn(|i| state[i] + h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ringplot::init();
    let stream = |name: &str, order| Producer::builder(name).group("lorenz").units("s", "").order(order);
    let mut x = stream("lorenz/x", 0).label("x").timed()?;
    let mut y = stream("lorenz/y", 1).label("y").timed()?;
    let mut z = stream("lorenz/z", 2).label("z").timed()?;
    let mut xz = stream("lorenz/xz", 3).label("x–z").units("x", "z").capacity(1 << 14).xy()?;
    x.open_viewer();
    let mut state = [1.0, 1.0, 1.0];
    let begun = Instant::now();
    for n in 0..SECONDS * RATE {
        let t = n as f64 / RATE as f64;
        x.push(t, state[0] as f32);
        y.push(t, state[1] as f32);
        z.push(t, state[2] as f32);
        if n % 1000 == 0 {
            xz.push(Point::new(state[0] as f32, state[2] as f32));
            std::thread::sleep(Duration::from_secs_f64(t).saturating_sub(begun.elapsed()));
        }
        state = step(state, 1.0 / RATE as f64);
    }
    Ok(())
}
