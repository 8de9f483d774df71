//! The signals of `ringplot produce`: what each pushes for a range of steps.

use std::f64::consts::TAU;
use std::ops::Range;

use clap::ValueEnum;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution, StandardNormal};

use super::lorenz::Lorenz;
use crate::ring::Point;
use crate::stream::{Builder, CreateError, Producer, Snapshot, Style, Timed, Uniform, Xy};

/// The counter starts again after this many steps: an f32 holds every whole number below 2^24.
const COUNTER_PERIOD: u64 = 1 << 20;
/// Every so many steps of the Lorenz system, one point of the x-z projection.
const XZ_EVERY: u64 = 1000;
/// Slots of the x-z projection's ring: more than a minute at its default rate.
const XZ_CAPACITY: u64 = 1 << 16;
/// Standard deviation of the noise on x, y and z.
const LORENZ_NOISE: f64 = 0.05;
/// Points of a spectrum.
const SPECTRUM_POINTS: u32 = 1024;

/// What to produce.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum SignalName {
    /// A sine of 1 Hz, at explicit times
    #[default]
    Sine,
    /// A sweep from 1 to 100 Hz in 10 s, at a fixed rate
    Chirp,
    /// Gaussian noise of standard deviation 1, at a fixed rate
    Noise,
    /// y = position mod 2^20 at a fixed rate from t = 0; with --rate 0 a step is a second, so x is the position
    Counter,
    /// The Lorenz system with Gaussian noise of standard deviation 0.05: NAME/x, NAME/y and NAME/z over time, and NAME/xz,
    /// x and z of every 1,000th step
    Lorenz,
    /// Whole curves of 1,024 points that replace each other
    Spectrum,
}

/// What a signal is made from.
#[derive(Clone, Debug)]
pub(super) struct SignalSpec {
    pub(super) name: String,
    /// Steps a second; 0 is flat out.
    pub(super) rate: f64,
    /// Steps per second of the time axis.
    pub(super) axis_rate: f64,
    pub(super) capacity: Option<u64>,
    pub(super) seed: u64,
    pub(super) y_offset: f64,
    pub(super) style: Style,
}

impl SignalSpec {
    /// A ring of the capacity asked for, if one was, but of `most` points at most.
    fn sized(&self, builder: Builder, most: u64) -> Builder {
        match self.capacity {
            Some(capacity) => builder.capacity(capacity.min(most)),
            None => builder,
        }
    }
}

/// One or several streams that are fed step by step.
pub(super) trait Signal {
    /// Publishes these steps. They follow each other without a gap.
    fn push(&mut self, steps: Range<u64>);
}

/// Points that a step of the signal comes to.
pub(super) fn points_a_step(signal: SignalName) -> u64 {
    if signal == SignalName::Spectrum { SPECTRUM_POINTS.into() } else { 1 }
}

/// Creates the streams of a signal.
pub(super) fn create(signal: SignalName, spec: &SignalSpec) -> Result<Box<dyn Signal>, CreateError> {
    let builder =
        Producer::builder(&spec.name).rate_hint(spec.rate).style(spec.style).y_offset(spec.y_offset);
    let builder = spec.sized(builder, u64::MAX);
    let mut random = StdRng::seed_from_u64(spec.seed);
    let rate = spec.axis_rate;
    Ok(match signal {
        SignalName::Sine => Box::new(Sine {
            producer: builder.units("s", "V").label("sine, 1 Hz").timed()?,
            rate,
            t: Vec::new(),
            y: Vec::new(),
        }),
        SignalName::Chirp => Box::new(Values {
            producer: builder.units("s", "V").label("chirp, 1 to 100 Hz").uniform(0.0, rate)?,
            value: move |step| chirp(step as f64 / rate),
            y: Vec::new(),
        }),
        SignalName::Noise => Box::new(Values {
            producer: builder.units("s", "V").label("noise").uniform(0.0, rate)?,
            value: move |_| gaussian(&mut random) as f32,
            y: Vec::new(),
        }),
        SignalName::Counter => Box::new(Values {
            // Without a rate a step is a second: x is the position, which an f64 holds and an f32 does not.
            producer: builder
                .units("s", "")
                .label("counter")
                .uniform(0.0, if spec.rate > 0.0 { rate } else { 1.0 })?,
            value: |step| (step % COUNTER_PERIOD) as f32,
            y: Vec::new(),
        }),
        SignalName::Lorenz => Box::new(LorenzStreams::create(spec, random)?),
        SignalName::Spectrum => Box::new(Spectrum {
            producer: builder.units("Hz", "dB").label("spectrum").snapshot(SPECTRUM_POINTS)?,
            rate,
            random,
            curve: Vec::new(),
        }),
    })
}

fn gaussian(random: &mut StdRng) -> f64 {
    StandardNormal.sample(random)
}

/// A sweep from 1 to 100 Hz in 10 s, over and over, without a jump: it makes 505 whole turns.
fn chirp(t: f64) -> f32 {
    let t = t % 10.0;
    let turns = t + t * t * (99.0 / 20.0);
    (turns.fract() * TAU).sin() as f32
}

/// A sine of 1 Hz at explicit times.
struct Sine {
    producer: Producer<Timed>,
    rate: f64,
    t: Vec<f64>,
    y: Vec<f32>,
}

impl Signal for Sine {
    fn push(&mut self, steps: Range<u64>) {
        self.t.clear();
        self.t.extend(steps.map(|step| step as f64 / self.rate));
        self.y.clear();
        self.y.extend(self.t.iter().map(|t| (t.fract() * TAU).sin() as f32));
        self.producer.push_slice(&self.t, &self.y);
    }
}

/// A uniform stream of whatever `value` says for each step.
struct Values<F> {
    producer: Producer<Uniform>,
    value: F,
    y: Vec<f32>,
}

impl<F: FnMut(u64) -> f32> Signal for Values<F> {
    fn push(&mut self, steps: Range<u64>) {
        self.y.clear();
        self.y.extend(steps.map(&mut self.value));
        self.producer.push_slice(&self.y);
    }
}

/// x, y and z of the Lorenz system over time, with measurement noise, and the x-z projection of the same values.
struct LorenzStreams {
    axes: [Producer<Timed>; 3],
    xz: Producer<Xy>,
    system: Lorenz,
    random: StdRng,
    rate: f64,
    t: Vec<f64>,
    values: [Vec<f32>; 3],
}

impl LorenzStreams {
    fn create(spec: &SignalSpec, random: StdRng) -> Result<Self, CreateError> {
        let axis = |name: &str, order, [red, green, blue]: [u8; 3]| {
            spec.sized(Producer::builder(&format!("{}/{name}", spec.name)), u64::MAX)
                .rate_hint(spec.rate)
                .style(spec.style)
                .y_offset(spec.y_offset)
                .group(&spec.name)
                .label(name)
                .units("s", "")
                .colour(red, green, blue)
                .order(order)
                .timed()
        };
        let xz = spec
            .sized(Producer::builder(&format!("{}/xz", spec.name)), XZ_CAPACITY)
            .rate_hint(spec.rate / XZ_EVERY as f64)
            .style(spec.style)
            .y_offset(spec.y_offset)
            .group(&spec.name)
            .label("x-z projection")
            .units("x", "z")
            .colour(204, 121, 167)
            .order(3);
        Ok(Self {
            axes: [axis("x", 0, [0, 114, 178])?, axis("y", 1, [230, 159, 0])?, axis("z", 2, [0, 158, 115])?],
            xz: xz.xy()?,
            system: Lorenz::on_attractor(),
            random,
            rate: spec.axis_rate,
            t: Vec::new(),
            values: Default::default(),
        })
    }
}

impl Signal for LorenzStreams {
    fn push(&mut self, steps: Range<u64>) {
        self.t.clear();
        self.values.iter_mut().for_each(Vec::clear);
        for step in steps {
            self.t.push(step as f64 / self.rate);
            let measured =
                self.system.state.map(|exact| (exact + LORENZ_NOISE * gaussian(&mut self.random)) as f32);
            for (values, value) in self.values.iter_mut().zip(measured) {
                values.push(value);
            }
            if step % XZ_EVERY == 0 {
                let [x, _, z] = measured;
                self.xz.push(Point::new(x, z));
            }
            self.system.advance(self.rate.recip());
        }
        for (producer, values) in self.axes.iter_mut().zip(&self.values) {
            producer.push_slice(&self.t, values);
        }
    }
}

/// Two resonances that drift over a noise floor, from 0 to 500 Hz: one whole curve a step.
struct Spectrum {
    producer: Producer<Snapshot>,
    rate: f64,
    random: StdRng,
    curve: Vec<Point>,
}

impl Signal for Spectrum {
    fn push(&mut self, steps: Range<u64>) {
        for step in steps {
            let t = step as f64 / self.rate;
            let resonance =
                |f: f64, at: f64, width: f64| ((f - at) / width).powi(2).mul_add(1.0, 1.0).recip();
            let first = 120.0 + 60.0 * (t * 0.20 * TAU).sin();
            let second = 330.0 + 90.0 * (t * 0.13 * TAU).cos();
            self.curve.clear();
            for i in 0..SPECTRUM_POINTS {
                let f = f64::from(i) * (500.0 / f64::from(SPECTRUM_POINTS));
                let noise = gaussian(&mut self.random).powi(2) * 1e-6 + 1e-8;
                let power = resonance(f, first, 3.0) + 0.2 * resonance(f, second, 8.0) + noise;
                self.curve.push(Point::new(f as f32, (10.0 * power.log10()) as f32));
            }
            self.producer.update(t, &self.curve);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::chirp;

    #[test]
    fn the_chirp_starts_again_without_a_jump() {
        assert!(chirp(10.0 - 1e-9).abs() < 1e-5 && chirp(10.0).abs() < 1e-5);
        assert!((chirp(0.001) - chirp(20.001)).abs() < 1e-5);
    }
}
