//! A motor on a test stand, with an oscilloscope and a receiver beside it: streams of every kind that begin with twelve
//! seconds of past, so that there is something to see at once. The gallery in README.md shows them.
//!
//! `cargo run --example test_stand` (or `-- 60`: for a minute), then `ringplot` in another terminal

use std::error::Error;
use std::f64::consts::TAU;
use std::ops::Range;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::{Events, Point, Producer, Uniform, Xy};

/// Seconds that are there at once.
const PAST: Duration = Duration::from_secs(12);
/// Seconds for which a speed is held, and the speeds, rounds a minute.
const HELD_SECS: f64 = 2.5;
const SPEEDS: [f64; 4] = [1200.0, 2400.0, 1800.0, 3000.0];
/// Seconds between two knocks.
const KNOCK_SECS: f64 = 3.1;

fn main() -> Result<(), Box<dyn Error>> {
    let seconds = std::env::args().nth(1).map_or(Ok(600), |text| text.parse())?;
    let (mut stand, mut bench) = (Stand::create()?, Bench::create()?);
    let mut random = StdRng::seed_from_u64(19_680_801);
    let begun = Instant::now();
    let mut from = Duration::ZERO;
    while begun.elapsed().as_secs() < seconds {
        let to = PAST + begun.elapsed();
        stand.push(from, to, &mut random);
        bench.push(from, to, &mut random);
        from = to;
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// The steps of a stream of `rate` steps a second that are due between two times.
fn steps(rate: f64, from: Duration, to: Duration) -> Range<u64> {
    (from.as_secs_f64() * rate) as u64..(to.as_secs_f64() * rate) as u64
}

/// About normal, with a standard deviation of 1.
fn noise(random: &mut StdRng) -> f64 {
    (0..3).map(|_| random.gen_range(-1.0..1.0)).sum()
}

/// The motor: speed and current, the vibration of its bearing, and what happened.
struct Stand {
    speed: Producer<Uniform>,
    current: Producer<Uniform>,
    vibration: Producer<Uniform>,
    events: Producer<Events>,
    rpm: f64,
    amperes: f64,
}

impl Stand {
    fn create() -> Result<Self, ringplot::CreateError> {
        let stream = |name: &str| Producer::builder(&format!("motor/{name}")).group("motor");
        Ok(Self {
            speed: stream("speed").units("s", "rpm").order(0).uniform(0.0, 1e3)?,
            current: stream("current").units("s", "A").order(1).uniform(0.0, 1e3)?,
            vibration: stream("vibration").units("s", "m/s²").order(2).capacity(1 << 19).uniform(0.0, 2e4)?,
            events: stream("events").events()?,
            rpm: SPEEDS[0],
            amperes: 4.0,
        })
    }

    fn push(&mut self, from: Duration, to: Duration, random: &mut StdRng) {
        for step in steps(1e3, from, to) {
            let t = step as f64 * 1e-3;
            let wanted = SPEEDS[(t / HELD_SECS) as usize % SPEEDS.len()];
            if step > 0 && step % (HELD_SECS * 1e3) as u64 == 0 {
                self.events.emit(t, &format!("{wanted:.0} rpm"));
            }
            let torque = (wanted - self.rpm).clamp(-700.0, 700.0);
            self.rpm += torque * 4e-3;
            self.amperes += (4.0 + self.rpm * 1e-3 + torque.abs() * 0.02 - self.amperes) * 0.02;
            self.speed.push((self.rpm + 12.0 * noise(random)) as f32);
            self.current.push((self.amperes + 0.25 * noise(random)) as f32);
        }
        for step in steps(2e4, from, to) {
            let t = step as f64 / 2e4;
            let tone = |hz: f64| (hz * t * TAU).sin();
            let since = (t + 1.0) % KNOCK_SECS;
            let knock = 9.0 * (-since * 25.0).exp() * tone(1730.0);
            let y = 0.9 * tone(50.0) + 0.5 * tone(100.0) + 0.3 * tone(450.0) + 0.2 * tone(3200.0) + knock;
            self.vibration.push((y + 0.35 * noise(random)) as f32);
        }
    }
}

/// An oscilloscope on a noisy sine of 1 kHz, and what a receiver makes of a signal of four states.
struct Bench {
    sine: Producer<Uniform>,
    constellation: Producer<Xy>,
}

impl Bench {
    fn create() -> Result<Self, ringplot::CreateError> {
        Ok(Self {
            sine: Producer::builder("scope/sine").units("s", "V").uniform(0.0, 1e6)?,
            constellation: Producer::builder("radio/constellation").units("I", "Q").xy()?,
        })
    }

    fn push(&mut self, from: Duration, to: Duration, random: &mut StdRng) {
        for step in steps(1e6, from, to) {
            let turns = (step % 1000) as f64 * 1e-3;
            self.sine.push((1.2 * (turns * TAU).sin() + 0.06 * noise(random)) as f32);
        }
        for _ in steps(5e4, from, to) {
            let state = TAU * (0.125 + 0.25 * f64::from(random.gen_range(0..4_u8)) + 0.02 * noise(random));
            let [i, q] = [state.cos(), state.sin()].map(|y| y + 0.09 * noise(random));
            self.constellation.push(Point::new(i as f32, q as f32));
        }
    }
}
